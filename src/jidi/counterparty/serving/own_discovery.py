"""The discovery document of a played courier."""

from __future__ import annotations

from typing import Any

from jidi.counterparty.standard import Standard

PAGE = 100
REUSE_S = 86_400
_USCC = "91990000MA0000001B"
PUSH_TIMEOUT_S = 5.0
BACKOFF_S = 0.25
ATTEMPTS = 8


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
        "legal_entity": {"name": f"示例速递 {code}", "uscc": _USCC, "brand_owner_uscc": _USCC},
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
