"""What the partner says about itself: discovery and the status of its flows."""

from __future__ import annotations

from typing import Any

from jidi_reference.contract.bundle import VERSION
from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import synthetic_uscc
from jidi_reference.domain.label_drawing import font_file
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.governance.officers import current
from jidi_reference.settings import API_PATH, Limits

COURIER_CAPABILITIES = ("waybill_numbers", "labels", "token_resolution")
PRIVACY_CAPABILITIES = (
    "purpose_binding",
    *COURIER_CAPABILITIES,
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

_SENDER_LIMITS = ("consignment_dispatch_s", "push_answer_s")
_EVERYONE, _TAKERS = ("courier", "platform", "integrator"), ("courier", "integrator")
_ABLE = {
    "push": _EVERYONE,
    "batch": _TAKERS,
    "amendment": _TAKERS,
    "replay": _TAKERS,
    "secret_rotation": _EVERYONE,
    "recipient_tokens": ("courier",),
}
_ENTITIES = {
    "courier": ("上海集递示范快递有限公司", "91310000MAJDREF0X", "示范许可2026000001"),
    "platform": ("杭州集递示范电商有限公司", "91330100MAJDREF1X", ""),
    "integrator": ("北京集递示范信息服务有限公司", "91110000MAJDREF2X", "示范许可2026000002"),
}


def discovery(context: Context, origin: str) -> Published:
    """The discovery document; ``origin`` such as ``http://127.0.0.1:8080``."""
    version = {
        "version": VERSION,
        "base_url": origin + API_PATH,
        "status": "current",
        "schema_bundle_digest": context.contract.bundle.digest,
    }
    fixed = {
        "standard": "express-data-sharing",
        "role": context.settings.role,
        "environment": context.settings.environment,
    }
    places = {
        "versions": [version],
        "token_endpoint": f"{origin}/oauth/token",
        "storage_regions": ["CN"],
    }
    parts = {
        "legal_entity": _legal_entity(context.settings.role),
        "capabilities": _capabilities(context),
        "contacts": _contacts(context, origin),
    }
    persons = {
        "protection_officer": current(context),
        "persons_processed": context.settings.persons_processed,
    }
    limits = declared_limits(context.settings.limits) | (
        _privacy_limits(context.settings.limits) if _private(context) else {}
    )
    limits |= (
        {}
        if context.settings.role == "courier"
        else {name: getattr(context.settings.limits, name) for name in _SENDER_LIMITS}
    )
    return {**fixed, **places, **parts, **persons, "limits": limits}


def declared_limits(limits: Limits) -> dict[str, Any]:
    """The ``limits`` member: the very numbers that the code keeps."""
    retry = {
        "attempts": limits.push_attempts,
        "initial_backoff_s": limits.push_initial_backoff_s,
        "horizon_s": limits.push_horizon_s,
    }
    own = (
        "max_body_bytes",
        "max_batch_items",
        "max_page_items",
        "event_availability_s",
        "push_latency_s",
        "push_timeout_s",
    )
    rest = ("clock_skew_s", "idempotency_retention_s", "time_scale")
    rate = {"per_second": limits.rate_per_second, "burst": limits.rate_burst}
    return {
        **{name: getattr(limits, name) for name in (*own, *rest)},
        "rate": rate,
        "push_retry": retry,
    }


def status(context: Context, caller: Caller) -> Published:
    """How the caller's flows are doing; every write is answered only once it is committed, so
    nothing lags inside.
    """
    with context.storage.read() as unit:
        newest_event = unit.events.newest_of(caller.party) or unit.received.newest_of(caller.party)
        newest_consignment = unit.consignments.newest_of(caller.party)
    flows = [
        _flow(
            "consignments",
            (newest_consignment.position, newest_consignment.created_at)
            if newest_consignment
            else None,
        ),
        _flow(
            "shipment-events",
            (newest_event.position, newest_event.recorded_at) if newest_event else None,
        ),
    ]
    return {"observed_at": timestamp(context.clock.now()), "flows": flows}


def _flow(name: str, newest: tuple[int, float] | None) -> dict[str, Any]:
    position, moment = newest or (0, None)
    success = None if moment is None else timestamp(moment)
    return {
        "flow": name,
        "state": "operating",
        "last_success_at": success,
        "lag_s": 0,
        "high_water_sequence": position,
    }


def _legal_entity(role: str) -> dict[str, str]:
    name, seed, permit = _ENTITIES[role]
    uscc = synthetic_uscc(seed)
    return {
        "name": name,
        "uscc": uscc,
        **({"permit_no": permit} if permit else {}),
        "brand_owner_uscc": uscc,
    }


def _private(context: Context) -> bool:
    return context.settings.level == "privacy"


def _privacy_limits(limits: Limits) -> dict[str, Any]:
    names = (
        "number_reuse_period_s",
        "token_life_s",
        "privacy_request_s",
        "bulk_approval_s",
        "minimum_cell",
    )
    return {name: getattr(limits, name) for name in names}


def _capabilities(context: Context) -> dict[str, Any]:
    role = context.settings.role
    able = {name: role in roles for name, roles in _ABLE.items()}
    names = [
        name
        for name in PRIVACY_CAPABILITIES
        if role != "platform" or name not in COURIER_CAPABILITIES
    ]
    private = dict.fromkeys(names, True) if _private(context) else {}
    images = (
        {"label_images": font_file(context.settings.label_font) is not None}
        if _private(context) and role != "platform"
        else {}
    )
    return {**able, **private, **images, "signature_profiles": ["standard-webhooks-v1"]}


def _contacts(context: Context, origin: str) -> dict[str, Any]:
    technical = {"name": "技术支持", "email": f"technical@{context.settings.host_name}"}
    form = {
        "name": "个人信息权利请求",
        "email": f"privacy@{context.settings.host_name}",
        "url": f"{origin}/privacy-requests-form",
    }
    private = {"privacy": form} if _private(context) else {}
    return {
        "technical": technical,
        "complaints": {"name": "用户投诉", "email": f"complaints@{context.settings.host_name}"},
        **private,
    }
