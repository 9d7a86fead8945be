"""What the partner says about itself: discovery and the status of its flows."""

from __future__ import annotations

from typing import Any

from jidi_reference.contract.bundle import VERSION
from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import synthetic_uscc
from jidi_reference.domain.label_drawing import font_file
from jidi_reference.service.context import Caller, Context, Reply
from jidi_reference.service.officers import current
from jidi_reference.settings import API_PATH, Limits
from jidi_reference.storage import consignments, events

PRIVACY_CAPABILITIES = (
    "purpose_binding",
    "waybill_numbers",
    "labels",
    "token_resolution",
    "access_reviews",
    "processing_agreements",
    "consents",
    "cross_border_bases",
    "privacy_requests",
    "bulk_operations",
    "audit_records",
    "statistics",
    "protection_officer_notices",
)


def discovery(context: Context, origin: str) -> Reply:
    """The discovery document; ``origin`` such as ``http://127.0.0.1:8080``."""
    version = {"version": VERSION, "base_url": origin + API_PATH, "status": "current", "schema_bundle_digest": context.contract.bundle.digest}
    fixed = {"standard": "express-data-sharing", "role": "courier", "environment": context.settings.environment}
    places = {"versions": [version], "token_endpoint": f"{origin}/oauth/token", "storage_regions": ["CN"]}
    parts = {"legal_entity": _legal_entity(), "capabilities": _capabilities(context), "contacts": _contacts(context, origin)}
    persons = {"protection_officer": current(context), "persons_processed": context.settings.persons_processed}
    limits = declared_limits(context.settings.limits) | (_privacy_limits(context.settings.limits) if _private(context) else {})
    return Reply(200, {**fixed, **places, **parts, **persons, "limits": limits})


def declared_limits(limits: Limits) -> dict[str, Any]:
    """The ``limits`` member: the very numbers that the code keeps."""
    retry = {"attempts": limits.push_attempts, "initial_backoff_s": limits.push_initial_backoff_s, "horizon_s": limits.push_horizon_s}
    own = ("max_body_bytes", "max_batch_items", "max_page_items", "event_availability_s", "push_latency_s", "push_timeout_s")
    rest = ("clock_skew_s", "idempotency_retention_s", "time_scale")
    rate = {"per_second": limits.rate_per_second, "burst": limits.rate_burst}
    return {**{name: getattr(limits, name) for name in (*own, *rest)}, "rate": rate, "push_retry": retry}


def status(context: Context, caller: Caller) -> Reply:
    """How the caller's flows are doing; every write is answered only once it is committed, so nothing lags inside."""
    with context.database.read() as connection:
        newest_event = events.newest_of(connection, caller.party)
        newest_consignment = consignments.newest_of(connection, caller.party)
    flows = [
        _flow("consignments", (newest_consignment.position, newest_consignment.created_at) if newest_consignment else None),
        _flow("shipment-events", (newest_event.position, newest_event.recorded_at) if newest_event else None),
    ]
    return Reply(200, {"observed_at": timestamp(context.clock.now()), "flows": flows})


def _flow(name: str, newest: tuple[int, float] | None) -> dict[str, Any]:
    position, moment = newest or (0, None)
    success = None if moment is None else timestamp(moment)
    return {"flow": name, "state": "operating", "last_success_at": success, "lag_s": 0, "high_water_sequence": position}


def _legal_entity() -> dict[str, str]:
    uscc = synthetic_uscc()
    return {"name": "上海集递示范快递有限公司", "uscc": uscc, "permit_no": "示范许可2026000001", "brand_owner_uscc": uscc}


def _private(context: Context) -> bool:
    return context.settings.level == "privacy"


def _privacy_limits(limits: Limits) -> dict[str, Any]:
    names = ("number_reuse_period_s", "token_life_s", "privacy_request_s", "bulk_approval_s", "minimum_cell")
    return {name: getattr(limits, name) for name in names}


def _capabilities(context: Context) -> dict[str, Any]:
    able = ("push", "batch", "amendment", "replay", "secret_rotation", "recipient_tokens")
    private = dict.fromkeys(PRIVACY_CAPABILITIES, True) if _private(context) else {}
    images = {"label_images": font_file(context.settings.label_font) is not None} if _private(context) else {}
    return {**dict.fromkeys(able, True), **private, **images, "signature_profiles": ["standard-webhooks-v1"]}


def _contacts(context: Context, origin: str) -> dict[str, Any]:
    technical = {"name": "技术支持", "email": "technical@courier.jidi.example"}
    form = {"name": "个人信息权利请求", "email": "privacy@courier.jidi.example", "url": f"{origin}/privacy-requests-form"}
    private = {"privacy": form} if _private(context) else {}
    return {"technical": technical, "complaints": {"name": "用户投诉", "email": "complaints@courier.jidi.example"}, **private}
