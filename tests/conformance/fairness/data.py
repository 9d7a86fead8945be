"""Variants of the data: identifiers, times, optional members, and how faults are told."""

from __future__ import annotations

import secrets
from typing import Any

from tests.conformance.fairness import inside
from tests.conformance.fairness.answers import DISCOVERY, Answer, discovery, refused, rewriting
from tests.conformance.fairness.variant import Variant


def _without(document: Any, names: tuple[str, ...]) -> Any:
    return {name: value for name, value in document.items() if name not in names}


def _fewest(answer: Answer) -> Answer:
    """Drop every optional member that no rule asks for; what the partner itself sent stays."""
    body = answer.json
    if not isinstance(body, dict):
        return answer
    if answer.path == DISCOVERY:
        entity = _without(body["legal_entity"], ("permit_no",))
        ways = {"privacy": "url"}  # where requests are taken, that is what people are told
        contacts = {
            role: {name: contact[name] for name in ("name", ways.get(role, "email"))}
            for role, contact in body["contacts"].items()
        }
        return answer.with_json({**body, "legal_entity": entity, "contacts": contacts})
    if answer.status >= 400 and answer.slug != "state-conflict":
        return answer.with_json(_without(body, ("instance", "detail")))
    if answer.path.startswith("/v1/shipments/") and not answer.path.endswith("/events"):
        return answer.with_json(_without(body, ("order_no", "service_product")))
    return answer


def _most_of_discovery(body: dict[str, Any]) -> dict[str, Any]:
    contact = {
        "email": "desk@courier.jidi.example",
        "phone": "+862155550100",
        "url": "https://courier.jidi.example/help",
    }
    contacts = {role: {**contact, **given} for role, given in body["contacts"].items()}
    versions = [
        {**version, "notice_url": "https://courier.jidi.example/notices"}
        for version in body["versions"]
    ]
    return {
        **body,
        "contacts": contacts,
        "versions": versions,
        "protection_officer": {**contact, **body["protection_officer"]},
    }


def _extended(answer: Answer) -> Answer:
    if not answer.slug:
        return answer
    extra = {
        "instance": "urn:uuid:6d9f2c9e-0000-4000-8000-000000000000",
        "trace": "7f3c",
        "help": {"see": ["https://courier.jidi.example/problems"]},
    }
    return answer.with_json({**answer.json, **extra})


def _as_400(answer: Answer) -> Answer:
    return (
        answer.with_json({**answer.json, "status": 400}, status=400)
        if answer.slug == "validation-failed"
        else answer
    )


def _coarser(answer: Answer) -> Answer:
    """As a validator says it that stops at the branch of a oneOf: the parent instead of the member,
    down from the root.
    """
    body = answer.json
    if answer.slug != "validation-failed" or not body.get("errors"):
        return answer
    errors = [
        {**error, "pointer": _parent(error["pointer"])} if error.get("pointer") else error
        for error in body["errors"]
    ]
    return answer.with_json({**body, "errors": errors})


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0] or pointer


def _forbidden(answer: Answer) -> Answer:
    return (
        refused(answer, "insufficient-scope", 403)
        if answer.slug == "not-found" and answer.path.startswith("/v1/")
        else answer
    )


def _digits() -> str:
    return f"{secrets.randbelow(10**12):012d}"


def _long_number() -> str:
    return f"sf{secrets.token_hex(15)}".upper()


_SCHEMA = "docs/standard/wire.md and types.schema.json: "

VARIANTS = (
    Variant(
        "ids-uuid",
        "UUIDs as identifiers",
        _SCHEMA + "an id is opaque",
        inside=inside.ids(inside.uuids),
        generated=True,
    ),
    Variant(
        "ids-numeric",
        "identifiers of nineteen digits",
        _SCHEMA + "an id is opaque",
        inside=inside.ids(inside.numbers),
    ),
    Variant(
        "ids-snowflakes",
        "identifiers of eighteen digits with the check character of an identity number",
        _SCHEMA + "an id is opaque",
        inside=inside.ids(inside.checked_numbers),
    ),
    Variant(
        "ids-like-telephones",
        "identifiers of eleven digits that begin with 138",
        _SCHEMA + "an id is opaque",
        inside=inside.ids(inside.like_telephones),
    ),
    Variant(
        "waybill-numbers-like-telephones",
        "waybill numbers of eleven digits that begin with 138",
        _SCHEMA + "6 to 32 letters and digits",
        inside=inside.waybill_numbers(inside.like_telephones),
    ),
    Variant(
        "ids-long",
        "identifiers of 64 characters with - and _",
        _SCHEMA + "up to 64 characters",
        inside=inside.ids(inside.long_ids),
    ),
    Variant(
        "waybills-numeric",
        "waybill numbers of twelve digits",
        _SCHEMA + "6 to 32 letters or digits",
        inside=inside.waybill_numbers(_digits),
    ),
    Variant(
        "waybills-long",
        "waybill numbers of 32 characters",
        _SCHEMA + "6 to 32 letters or digits",
        inside=inside.waybill_numbers(_long_number),
    ),
    Variant(
        "identity-told-of-everybody",
        "every ACCEPTED event says that the sender is an agreement customer",
        "docs/standard/wire.md: any ACCEPTED event may have real_name",
        inside=inside.agreement_customers,
    ),
    Variant(
        "times-utc",
        "times in UTC, marked Z",
        "RFC 3339, 5.6: any offset",
        inside=inside.times(inside.zulu),
    ),
    Variant(
        "times-behind-utc",
        "times at -05:00",
        "RFC 3339, 5.6: any offset",
        inside=inside.times(inside.new_york),
    ),
    Variant(
        "times-microseconds",
        "six digits of a second",
        "RFC 3339, 5.6: any number of digits",
        inside=inside.times(inside.microseconds),
    ),
    Variant(
        "times-whole-seconds",
        "no fraction of a second",
        "RFC 3339, 5.6: the fraction is optional",
        inside=inside.times(inside.whole_seconds),
    ),
    Variant(
        "fewest-members",
        "no optional member in discovery, shipments and problems",
        "docs/standard/wire.md: a question mark is an option",
        around=rewriting(_fewest),
    ),
    Variant(
        "most-members",
        "every optional member of events and discovery",
        "docs/standard/wire.md: a question mark is an option",
        inside=inside.whole_events,
        around=discovery(_most_of_discovery),
    ),
    Variant(
        "problem-extensions",
        "problems with instance and extension members",
        "RFC 9457, 3.2",
        around=rewriting(_extended),
    ),
    Variant(
        "validation-400",
        "400 for what a schema refuses",
        "docs/standard/wire.md: validation-failed 422 (400 is legal too)",
        around=rewriting(_as_400),
    ),
    Variant(
        "coarse-pointers",
        "pointers name the parent of what is wrong",
        "the fault lies in the object that is pointed at",
        around=rewriting(_coarser),
    ),
    Variant(
        "forbidden-not-unknown",
        "403 for foreign and unknown alike",
        "DS-08.3: both are answered alike",
        around=rewriting(_forbidden),
    ),
)
