"""Couriers that break PI-07.1: personal data that delivery does not need is taken in."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Final

from tests.conformance.broken_partners.consignment import looks_whole
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Json,
    Told,
    Wrap,
    requests_of,
)

_CREATE: Final = ("createConsignment",)
_BATCH: Final = ("createConsignmentBatch",)
_AMEND: Final = ("amendConsignment",)


def _pruned(body: Json, place: tuple[str | int, ...], name: str) -> Json:
    """``body`` without the member ``name`` of the object at ``place``."""
    made = copy.deepcopy(body)
    inner = made
    for step in place:
        known = (
            step in inner
            if isinstance(inner, dict)
            else isinstance(inner, list) and isinstance(step, int) and step < len(inner)
        )
        if not known:
            return made
        inner = inner[step]
    if isinstance(inner, dict):
        inner.pop(name, None)
    return made


def _prune(asked: Asked, *members: tuple[tuple[str | int, ...], str]) -> Asked:
    if not looks_whole(asked.json):
        return asked
    body = asked.json
    for place, name in members:
        body = _pruned(body, place, name)
    return asked if body == asked.json else asked.with_json(body)


def _accepting(*members: tuple[tuple[str | int, ...], str]) -> Wrap:
    """Leaves the excess member out and accepts the rest."""
    return requests_of(_CREATE, lambda asked: _prune(asked, *members))


def _fresh_key(asked: Asked) -> Asked:
    return asked.with_header("idempotency-key", f"shadow-{uuid.uuid4()}")


def _stored_behind(*members: tuple[tuple[str | int, ...], str]) -> Handler:
    """Refuses the request as it must, and stores it."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        made = _prune(asked, *members)
        if answer.status == 422 and made is not asked:
            await forward(_fresh_key(made))
        return answer

    return handler


def _batch_pruned(asked: Asked) -> Asked:
    items = asked.json.get("consignments") if isinstance(asked.json, dict) else None
    if not isinstance(items, list) or not any(
        isinstance(item, dict) and "id_number" in item.get("sender", {}) for item in items
    ):
        return asked
    return asked.with_json(
        {"consignments": [_pruned(item, ("sender",), "id_number") for item in items]}
    )


def _amendment_pruned(name: str) -> Callable[[Asked], Asked]:
    def change(asked: Asked) -> Asked:
        body = asked.json
        if not isinstance(body, dict) or name not in str(body):
            return asked
        for place in (("recipient",), ("recipient", "address")):
            body = _pruned(body, place, name)
        return asked if body == asked.json else asked.with_json(body)

    return change


async def _amended_behind(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    made = _amendment_pruned("id_number")(asked)
    if answer.status == 422 and made is not asked:
        await forward(made)
    return answer


async def _batch_stored_behind(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    made = _batch_pruned(asked)
    if answer.status == 200 and made is not asked:
        bad = [item["index"] for item in answer.json["items"] if item["outcome"] == "rejected"]
        await forward(
            _fresh_key(
                made.with_json(
                    {"consignments": [made.json["consignments"][index] for index in bad]}
                )
            )
        )
    return answer


def _accepts(case: str) -> tuple[str, ...]:
    return (f"excess-collection[{case}]/place/refused#status",)


_LEVELS: Final = (
    (
        "identity-number-accepted",
        "identity-number-accepted",
        "an identity number of the sender",
        "identity-number",
        ("sender",),
        "id_number",
    ),
    (
        "identity-number-in-real-name-accepted",
        "identity-number-accepted",
        "the identity number behind the real-name check",
        "identity-number-in-real-name",
        ("real_name",),
        "id_number",
    ),
    (
        "face-template-accepted",
        "biometrics-accepted",
        "a template of the recipient's face",
        "biometric",
        ("recipient",),
        "face_template",
    ),
    (
        "email-accepted",
        "email-accepted",
        "an e-mail address of the recipient",
        "e-mail",
        ("recipient",),
        "email",
    ),
    (
        "birthday-accepted",
        "birthday-accepted",
        "the recipient's birthday",
        "birthday",
        ("recipient",),
        "birthday",
    ),
    (
        "second-phone-accepted",
        "other-field-accepted",
        "a second telephone number",
        "second-phone",
        ("sender",),
        "second_phone",
    ),
    (
        "coordinates-accepted",
        "other-field-accepted",
        "the coordinates of an address",
        "location",
        ("recipient", "address"),
        "coordinates",
    ),
    (
        "buyer-account-accepted",
        "other-field-accepted",
        "the buyer's account at the top level",
        "top-level",
        (),
        "buyer_account",
    ),
    (
        "buyer-in-contents-accepted",
        "other-field-accepted",
        "the buyer's name among the contents",
        "contents",
        ("contents",),
        "buyer_name",
    ),
    (
        "wearer-in-item-accepted",
        "other-field-accepted",
        "who will wear an item",
        "item",
        ("contents", "items", 0),
        "wearer",
    ),
)

FAULTS: Final = (
    *(
        Fault(
            name,
            "PI-07.1",
            case,
            f"Without a word {what} is accepted.",
            _accepts(instance),
            _accepting((place, member)),
        )
        for name, case, what, instance, place, member in _LEVELS
    ),
    Fault(
        "excess-refused-yet-stored",
        "PI-07.1",
        "stored-silently",
        "A consignment with an identity number is refused, and stored.",
        ("excess-collection[identity-number]/list/nothing-kept#count",),
        Around(_CREATE, _stored_behind((("sender",), "id_number"))),
    ),
    Fault(
        "excess-accepted-in-batch",
        "PI-07.1",
        "identity-number-accepted",
        "Only in a batch an identity number is accepted.",
        ("excess-in-batch/batch/rejected#equals",),
        requests_of(_BATCH, _batch_pruned),
    ),
    Fault(
        "excess-in-batch-rejected-yet-stored",
        "PI-07.1",
        "stored-silently",
        "A batch item with an identity number is called rejected, and stored.",
        ("excess-in-batch/list/nothing-kept#count",),
        Around(_BATCH, _batch_stored_behind),
    ),
    Fault(
        "excess-accepted-in-amendment",
        "PI-07.1",
        "identity-number-accepted",
        "Only an amendment may bring an identity number.",
        ("excess-in-amendment[identity-number]/amend/refused#status",),
        requests_of(_AMEND, _amendment_pruned("id_number")),
    ),
    Fault(
        "coordinates-accepted-in-amendment",
        "PI-07.1",
        "other-field-accepted",
        "Only an amendment may bring the coordinates of an address.",
        ("excess-in-amendment[location]/amend/refused#status",),
        requests_of(_AMEND, _amendment_pruned("coordinates")),
    ),
    Fault(
        "excess-in-amendment-refused-yet-stored",
        "PI-07.1",
        "stored-silently",
        "An amendment with an identity number is refused, and made.",
        ("excess-in-amendment[identity-number]/read/nothing-changed#same-as",),
        Around(_AMEND, _amended_behind),
        also={"DS-01.8": "what was refused shows in the data"},
    ),
)
"""Faults of PI-07.1."""
