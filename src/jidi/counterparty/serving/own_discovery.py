"""The discovery document of a played courier."""

from __future__ import annotations

from typing import Any

from jidi.counterparty.standard import Standard
from jidi.model.texts.seeded import seeded

PAGE = 100
REUSE_S = 86_400
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SYLLABLES = "安捷恒迅达通远顺盈驰广汇联腾佳速鸿泰万信"
_TRADES = ("速递有限公司", "快运有限公司", "物流有限公司", "快递服务有限公司", "供应链有限公司")
PUSH_TIMEOUT_S = 5.0
BACKOFF_S = 0.25
ATTEMPTS = 8


def _entity(code: str) -> dict[str, str]:
    """A company that does not exist, the same whenever this courier is asked."""
    pick = seeded(code)
    name = "".join(pick.sample(_SYLLABLES, 2)) + pick.choice(_TRADES)
    number = "91" + "".join(pick.choice("0123456789") for _ in range(6)) + "MA"
    uscc = number + "".join(pick.choice(_USCC_SIGNS) for _ in range(8))
    return {"name": name, "uscc": uscc, "brand_owner_uscc": uscc}


def discovery_document(registry: Standard, code: str, root: str) -> dict[str, Any]:
    """What the courier ``code`` whose addresses lie below ``root`` declares."""
    version = {
        "version": registry.version,
        "base_url": f"{root}/v1",
        "status": "current",
        "schema_bundle_digest": registry.bundle_digest(),
    }
    named = ("push", "amendment", "replay", "secret_rotation", "waybill_numbers")
    absent = ("batch", "recipient_tokens", "purpose_binding")
    return {
        "standard": "express-data-sharing",
        "role": "courier",
        "environment": "sandbox",
        "legal_entity": _entity(code),
        "versions": [version],
        "token_endpoint": f"{root}/oauth/token",
        "capabilities": {
            **dict.fromkeys(named, True),
            **dict.fromkeys(absent, False),
            "signature_profiles": ["standard-webhooks-v1"],
        },
        "limits": {
            "max_body_bytes": 1024 * 1024,
            "max_batch_items": 100,
            "max_page_items": PAGE,
            "rate": {"per_second": 500, "burst": 500},
            "event_availability_s": 1,
            "push_latency_s": 2,
            "push_timeout_s": PUSH_TIMEOUT_S,
            "push_retry": {"attempts": ATTEMPTS, "initial_backoff_s": BACKOFF_S, "horizon_s": 60},
            "clock_skew_s": 300,
            "idempotency_retention_s": 259_200,
            "time_scale": 1440,
            "number_reuse_period_s": REUSE_S,
        },
        "contacts": {
            "technical": {"name": "对接支持组", "email": "integration@courier.example"},
            "complaints": {"name": "客户服务部", "url": "https://courier.example/complaints"},
        },
        "storage_regions": ["CN"],
    }
