"""What the courier says about itself."""

from __future__ import annotations

from typing import Any

from tests.conformance.foreign.contract import bundle_digest
from tests.conformance.foreign.parcels import ATTEMPTS, FIRST_GAP_S, TIMEOUT_S

MAX_BODY, MAX_PAGE, RATE, BURST = 262_144, 100, 50, 100


def discovery(origin: str) -> dict[str, Any]:
    """The discovery document."""
    code = "91310000MAJDREF0XM"
    retry = {
        "attempts": ATTEMPTS,
        "initial_backoff_s": FIRST_GAP_S,
        "horizon_s": round(FIRST_GAP_S * (2 ** (ATTEMPTS - 1) - 1), 1),
    }
    return {
        "standard": "express-data-sharing",
        "role": "courier",
        "environment": "sandbox",
        "legal_entity": {
            "name": "示例快递（Flask）",
            "uscc": code,
            "permit_no": "国邮2026000002",
            "brand_owner_uscc": code,
        },
        "versions": [
            {
                "version": "1.0",
                "base_url": f"{origin}/v1",
                "status": "current",
                "schema_bundle_digest": bundle_digest(),
            }
        ],
        "token_endpoint": f"{origin}/oauth/token",
        "storage_regions": ["CN"],
        "contacts": {
            name: {"name": "值班", "email": f"{name}@courier.example"}
            for name in ("technical", "complaints")
        },
        "capabilities": {
            "push": True,
            **dict.fromkeys(
                ("batch", "amendment", "replay", "secret_rotation", "recipient_tokens"), False
            ),
            "signature_profiles": ["standard-webhooks-v1"],
        },
        "limits": {
            "max_body_bytes": MAX_BODY,
            "max_batch_items": 1,
            "max_page_items": MAX_PAGE,
            "rate": {"per_second": RATE, "burst": BURST},
            "event_availability_s": 2,
            "push_latency_s": 3,
            "push_timeout_s": TIMEOUT_S,
            "push_retry": retry,
            "clock_skew_s": 300,
            "idempotency_retention_s": 3600,
            "time_scale": 3600,
        },
    }
