"""Partners that behave for whoever looks like the kit, and for nobody else: what a run sends must
hold nothing by which it could be told from a day's work (ADR 21 and 35).

Each keeps one promise only where it recognises something: a client, a form of numbers, a name. What
it recognises is what runs had in common once.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    PLACING,
    Send,
    calls,
    with_json,
)
from tests.conformance.broken_partners.privacy_audit import unwritten
from tests.conformance.broken_partners.wrapping import (
    Asked,
    Push,
    Told,
    Wrap,
    answers,
    pushes,
    requests_of,
)

from jidi.model.roles import Role
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

Document = Mapping[str, Any]
READS: Final = ("getConsignment", "getOutgoingConsignment")
_KEY: Final = "idempotency-key"
_SCENARIOS: Final = "application/json, application/problem+json"
AMENDED: Final = {
    "DS-01.8": "parcels that were amended are shown otherwise, too.",
    "DS-01.1": "what was sent on to a courier is shown otherwise, too.",
    "DS-01.6": "what was sent on to a courier is shown otherwise, too.",
}
_CHANCE: Final = frozenset({("platform", "clock")})
"""So few orders of a platform are read one by one that all of them may look alike by chance."""
SHOWN: Final[dict[Role, tuple[str, str, str]]] = {
    "courier": ("DS-01.2", "value-altered", "sweep/consignment-kept#consignment-kept"),
    "platform": ("DS-01.1", "field-missing", "sweep/outgoing-as-sent#outgoing-as-sent"),
    "integrator": ("DS-01.2", "value-altered", "sweep/consignment-kept#consignment-kept"),
}


def heavier(document: Any) -> Any:
    """The answer with a parcel one gram heavier than it was said to be."""
    held = json.loads(json.dumps(document))
    contents = held["consignment"].get("contents", {})
    contents["weight_g"] = contents.get("weight_g", 0) + 1
    return held


def _unless(known: Callable[[Asked, Document], bool]) -> Wrap:
    """Reads show a parcel as it was handed over where ``known`` says so of request and consignment,
    and heavier elsewhere.
    """

    def change(asked: Asked, answer: Told) -> Told:
        if answer.status != 200 or not isinstance(answer.json, dict):
            return answer
        held = answer.json.get("consignment")
        if not isinstance(held, dict) or known(asked, held):
            return answer
        return answer.with_json(heavier(answer.json))

    return answers(READS, change)


def _of(pattern: str, *path: str) -> Callable[[Asked, Document], bool]:
    """Whether a text of the consignment has that form, or is not there."""
    form = re.compile(pattern)

    def known(_asked: Asked, held: Document) -> bool:
        place: Any = held
        for name in path:
            place = place.get(name) if isinstance(place, Mapping) else None
        return not isinstance(place, str) or form.search(place) is not None

    return known


def _goods(_asked: Asked, held: Document) -> bool:
    names = [item.get("name", "") for item in held.get("contents", {}).get("items", [])]
    return all(re.search("[0-9a-f]{6}$", name) for name in names)


_SEEN: Final[tuple[tuple[str, str, Callable[[Asked, Document], bool]], ...]] = (
    (
        "client",
        "whoever sends the headers that scenarios sent",
        lambda asked, _: asked.header("accept") == _SCENARIOS,
    ),
    (
        "order-number",
        "orders whose number ends in sixteen hexadecimal digits",
        _of("[0-9a-f]{16}$", "order_no"),
    ),
    ("goods", "goods whose name ends in six hexadecimal digits", _goods),
    (
        "remark",
        "parcels without a remark, or with one that ends in ten hexadecimal digits",
        _of("[0-9a-f]{10}$", "remark"),
    ),
    (
        "name",
        "recipients whose name has three characters",
        _of("^.{3}$", "recipient", "name"),
    ),
    (
        "clock",
        "orders whose time is told in UTC",
        _of("Z$", "ordered_at"),
    ),
    (
        "street",
        "recipients who live in a street of twenty-two",
        _of(
            "^(云溪|松涛|望湖|长青|锦绣|文澜|星河|翠屏|人民|解放|中山|建设|和平|新华|胜利|学府|滨江|迎宾|朝阳|光明|青年|民生)路",
            "recipient",
            "address",
            "detail",
        ),
    ),
)


def _shown(role: Role) -> tuple[Fault, ...]:
    requirement, case, check = SHOWN[role]
    return tuple(
        Fault(
            f"{PREFIX[role]}only-for-the-kit-by-{name}",
            requirement,
            case,
            f"Parcels are shown as they were handed over only for {about}.",
            (check,),
            _unless(known),
            areas=("consignment", "dispatch"),
            role=role,
            perhaps=AMENDED,
        )
        for name, about, known in _SEEN
        if (role, name) not in _CHANCE
    )


def _another_key(asked: Asked) -> Asked:
    key = asked.header(_KEY)
    if not key or re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key):
        return asked
    return asked.with_header(_KEY, str(uuid.uuid4()))


def _addressed(push: Push) -> Push | None:
    """Pushes go out to addresses of one form, and are forgotten for others."""
    return push if re.search("//[^/]+/[^/]{32}$", push.url) else None


def _forgotten(_partner: str, facts: Mapping[str, Any]) -> bool:
    """Who reads a label is not written down, unless the name begins in one way."""
    return facts["matter"] == "READ_LABEL" and not str(facts["operator_id"]).startswith("jidi-")


def _oracle(asked: Asked, answer: Told) -> Told:
    """An unknown consignment is not found only under an id of one form."""
    named = asked.values.get("consignment_id", "")
    if answer.status != 404 or re.fullmatch("jidi.*|cons_[0-9a-f]+", named):
        return answer
    return answer.with_json({**answer.json, "title": "There is no such parcel."})


def _measured(asked: Asked) -> Asked:
    """What was agreed is looked at only with third parties of certain names."""
    body = asked.json
    if not isinstance(body, dict) or "示例" in body.get("processor", {}).get("name", ""):
        return asked
    return asked.with_json({"protection_measures": ["加密"], **body})


def _placed(request: OutboundRequest, healthy: Send) -> OutboundAnswer:
    """Orders go out whole to addresses of one form."""
    if "/couriers/" in request.url:
        return healthy(request)
    body = json.loads(request.body or b"{}")
    body["contents"].pop("weight_g", None)
    return healthy(with_json(request, body))


FAULTS: Final = (
    *_shown("courier"),
    *_shown("platform"),
    *_shown("integrator"),
    Fault(
        "only-for-the-kit-by-key",
        "DS-01.7",
        "duplicate-created",
        "A key is remembered only if it is a UUID.",
        ("idempotency-replay/replay/same-receipt",),
        requests_of(("createConsignment",), _another_key),
        areas=("consignment",),
    ),
    Fault(
        "only-for-the-kit-by-receiver",
        "DS-02.5",
        "given-up-early",
        "Events are pushed only to addresses with one part of thirty-two characters.",
        ("push-retried/retries/retried-until-acknowledged#never",),
        pushes(_addressed),
        also={
            "DS-02.3": "what is never pushed is not pushed in time.",
            "DS-02.6": "what is never pushed differs from what is pulled.",
        },
        areas=("push",),
    ),
    Fault(
        "only-for-the-kit-by-unknown-id",
        "DS-08.3",
        "existence-oracle",
        "Another's consignment is as unknown as one whose id begins in one way, and no other.",
        ("partner-isolation/read/read-words-like-unknown#told-apart",),
        answers(("getConsignment",), _oracle),
        areas=("security",),
    ),
    Fault(
        "only-for-the-kit-by-operator",
        "PI-14.1",
        "read-without-record",
        "That a label was read is on record only for operators whose names begin in one way.",
        ("audit-covers-reads/feed/every-read-on-record#read-without-record",),
        unwritten(_forgotten),
        level="privacy",
        areas=("audit",),
    ),
    Fault(
        "only-for-the-kit-by-processor",
        "PI-08.1",
        "measures-missing",
        "Only with third parties of certain names must measures be agreed.",
        ("agreement-complete[measures-missing]/propose/refused",),
        requests_of(("createProcessingAgreement",), _measured),
        level="privacy",
        areas=("entrustment",),
    ),
    Fault(
        "platform-only-for-the-kit-by-address",
        "DS-01.1",
        "field-missing",
        "Orders go out whole only to couriers of one path.",
        ("sweep/order-as-placed#order-as-placed",),
        calls(PLACING, _placed),
        role="platform",
        areas=("dispatch",),
    ),
)
