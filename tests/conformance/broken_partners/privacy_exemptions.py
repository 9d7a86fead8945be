"""Couriers that break PI-13.4 and PI-13.5: recipient tokens, and exemptions from masking."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    both,
    requests_of,
)

from jidi_reference.domain.clock import unix_seconds
from jidi_reference.domain.problems import Problem
from jidi_reference.service.ports.documents import EXEMPTION, Document

_LABEL: Final = ("getLabel",)
_RESOLVE: Final = ("resolveRecipientToken",)
_EXEMPT: Final = ("recordLabelExemption",)
_TOKEN_LIFE_S: Final = 60.0
_SWEPT: Final = {"PI-07.2": "a clear value on a label is planted personal data where it may not be"}


def _expired_resolves() -> Wrap:
    def make(healthy: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def resolution(context: Any, row: Any, token: Any) -> dict[str, Any]:
            return healthy(
                context,
                row,
                replace(
                    token, expires_at=max(token.expires_at, context.clock.now() + _TOKEN_LIFE_S)
                ),
            )

        return resolution

    return Inside("label.resolution", make)


class _ForAnybody:
    """Resolves a token for whoever shows it, with the rights of the one who got it."""

    def __init__(self) -> None:
        self.holders: dict[str, str] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if asked.operation == "getLabel" and answer.status == 200 and isinstance(answer.json, dict):
            self.holders.setdefault(
                str(answer.json.get("recipient_token")), asked.header("authorization")
            )
        holder = self.holders.get(asked.values.get("recipient_token", ""), "")
        if (
            asked.operation == "resolveRecipientToken"
            and answer.problem == "not-found"
            and asked.party == "platform-b"
            and holder
        ):
            return await forward(asked.with_header("authorization", holder))
        return answer


def _token_replaced() -> Wrap:
    """Each label has a token of its own, and only the newest resolves."""
    newest: dict[str, str] = {}

    def note(healthy: Callable[..., None]) -> Callable[..., None]:
        def add_token(stored: Any, row: Any) -> None:
            newest[row.consignment_id] = row.recipient_token
            healthy(stored, row)

        return add_token

    def forget(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def find_token(stored: Any, holder: str, recipient_token: str) -> Any:
            row = healthy(stored, holder, recipient_token)
            return (
                row
                if row is not None and newest.get(row.consignment_id) == recipient_token
                else None
            )

        return find_token

    return both(
        Inside("personal.live-token", lambda _healthy: lambda *_: None),
        Inside("personal.add-token", note),
        Inside("personal.find-token", forget),
    )


async def _never_resolves(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    if answer.status != 200:
        return answer
    return await forward(
        replace(
            asked,
            path=asked.path.replace(
                asked.values["recipient_token"], "nobody_knows_this_token_0000"
            ),
        )
    )


def _sender_instead() -> Wrap:
    def make(healthy: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def resolution(context: Any, row: Any, token: Any) -> dict[str, Any]:
            return {**healthy(context, row, token), "recipient": json.loads(row.body)["sender"]}

        return resolution

    return Inside("label.resolution", make)


def _exemptions(stand_in: Callable[[Any, Any, Any, str], Document | None]) -> Wrap:
    """Where the courier finds no exemption in force, ``stand_in`` gives one: from context,
    unit, row and the id that was shown.
    """

    def make(healthy: Callable[..., Document]) -> Callable[..., Document]:
        def exemption(
            context: Any, unit: Any, caller: Any, row: Any, exemption_id: str
        ) -> Document:
            try:
                return healthy(context, unit, caller, row, exemption_id)
            except Problem as problem:
                found = (
                    stand_in(context, unit, row, exemption_id)
                    if problem.slug == "exemption-refused"
                    else None
                )
                if found is None:
                    raise
                return found

        return exemption

    return Inside("label.exemption", make)


def _flag(_context: Any, _unit: Any, row: Any, exemption_id: str) -> Document | None:
    body = {"basis": "LAW", "recorded_at": "2026-01-01T10:00:00.000+08:00"}
    return (
        Document("exm_0000000000000001", EXEMPTION, 0, row.owner, row.consignment_id, body)
        if exemption_id == "true"
        else None
    )


def _expired(context: Any, unit: Any, row: Any, exemption_id: str) -> Document | None:
    found = unit.documents.find(EXEMPTION, exemption_id, row.owner)
    over = found is not None and unix_seconds(found.body["valid_until"]) <= context.clock.now()
    return found if over and found is not None and found.subject == row.consignment_id else None


def _of_another(context: Any, unit: Any, row: Any, exemption_id: str) -> Document | None:
    found = unit.documents.find(EXEMPTION, exemption_id, row.owner)
    return (
        found
        if found is not None and unix_seconds(found.body["valid_until"]) > context.clock.now()
        else None
    )


class _Unasked:
    """Gives the clear label without being asked once an exemption is recorded."""

    def __init__(self) -> None:
        self.recorded: dict[str, str] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        consignment_id = asked.values["consignment_id"]
        if asked.operation == "getLabel" and not asked.query and consignment_id in self.recorded:
            answer = await forward(
                replace(asked, query=f"exemption_id={self.recorded[consignment_id]}")
            )
            return answer if answer.status == 200 else await forward(asked)
        answer = await forward(asked)
        if asked.operation == "recordLabelExemption" and answer.status == 201:
            self.recorded[consignment_id] = answer.json["exemption_id"]
        return answer


def _filled(**members: Json) -> Wrap:
    """Takes a request for an exemption that lacks these members as if it had them."""

    def change(asked: Asked) -> Asked:
        body = asked.json
        basis = members.get("basis") or body.get("basis") if isinstance(body, dict) else None
        fits = basis == ("LAW" if "provision" in members else "USER_REQUEST")
        return asked.with_json({**members, **body}) if fits else asked

    return requests_of(_EXEMPT, change)


def _explained(change: Callable[[dict[str, Json]], Json]) -> Wrap:
    """Changes clear labels in JSON; a printed one stays as it is."""

    def changed(_asked: Asked, answer: Told) -> Told:
        label = answer.json
        return (
            answer.with_json(change(label))
            if answer.status == 200 and isinstance(label, dict) and "exemption" in label
            else answer
        )

    return answers(_LABEL, changed)


def _unexplained(label: dict[str, Json]) -> Json:
    return {name: value for name, value in label.items() if name != "exemption"}


def _explained_otherwise(label: dict[str, Json]) -> Json:
    return {**label, "exemption": {**label["exemption"], "reference": "customs"}}


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(
        name,
        *clause,
        about,
        caught_by,
        wrap,
        level="privacy",
        areas=("label", "token", "purpose", "leastprivilege", "canary"),
        **more,
    )


_CANNOT: Final = ("PI-13.4", "cannot-resolve")
_LATE: Final = ("PI-13.4", "resolves-after-expiry")
_STRANGER: Final = ("PI-13.4", "resolves-for-stranger")
_BASELESS: Final = ("PI-13.5", "exemption-without-basis")

FAULTS: Final = (
    _fault(
        "token-never-resolves",
        _CANNOT,
        "A token resolves for nobody.",
        ("token-resolves/resolve/resolved#status",),
        Around(_RESOLVE, _never_resolves),
        also={
            "DS-03.2": "a stated purpose is not served",
            "PI-05.1": "the scope for resolution opens nothing",
        },
    ),
    _fault(
        "token-dies-with-next-label",
        _CANNOT,
        "Reading the label again kills the token that is printed already.",
        (
            "token-resolves/label-again/same-while-it-lives#same-as",
            "token-resolves/resolve/resolved#status",
        ),
        _token_replaced(),
        also={
            "PI-13.2": (
                "the label that is printed after its data were read has another token in "
                "its QR code"
            )
        },
    ),
    _fault(
        "token-resolves-to-sender",
        _CANNOT,
        "A token resolves to the sender.",
        ("token-resolves/resolve/recipient#same-as",),
        _sender_instead(),
        also={**_SWEPT, "PI-05.1": "the sender is not what the scope for resolution reads"},
    ),
    _fault(
        "token-outlives-its-end",
        _LATE,
        "A token resolves after its end.",
        ("token-expired/after/refused-after#status",),
        _expired_resolves(),
    ),
    _fault(
        "token-resolves-for-stranger",
        _STRANGER,
        "A token resolves for whoever shows it.",
        ("token-resolves/stranger/stranger-refused#status",),
        Around((*_LABEL, *_RESOLVE), _ForAnybody()),
    ),
    _fault(
        "exemption-by-flag",
        _BASELESS,
        "A flag in the request is enough for a clear label.",
        ("label-exemption/mere-flag/flag-refused#status",),
        _exemptions(_flag),
    ),
    _fault(
        "exemption-expired",
        _BASELESS,
        "An exemption that has ended still gives a clear label.",
        ("label-exemption-expired/clear/refused#status",),
        _exemptions(_expired),
    ),
    _fault(
        "exemption-of-another-parcel",
        _BASELESS,
        "One parcel's exemption gives another's clear label.",
        ("label-exemption/other-parcel/refused-for-another#status",),
        _exemptions(_of_another),
    ),
    _fault(
        "exemption-unasked",
        _BASELESS,
        "Once an exemption is recorded every label is clear.",
        ("label-exemption/masked-all-the-same/recipient-masked",),
        Around((*_EXEMPT, *_LABEL), _Unasked()),
        also={"PI-13.2": "a clear label that nobody asked for is not de-identified"},
    ),
    _fault(
        "exemption-recorded-without-basis",
        _BASELESS,
        "An exemption without a basis is recorded.",
        ("label-exemption/no-basis/basis-wanted#status",),
        _filled(basis="LAW", provision="-"),
    ),
    _fault(
        "exemption-recorded-without-provision",
        _BASELESS,
        "An exemption by law that names no provision is recorded.",
        ("label-exemption/no-provision/provision-wanted#status",),
        _filled(provision="-"),
    ),
    _fault(
        "exemption-recorded-unasked",
        _BASELESS,
        "An exemption at the user's request is recorded though nobody asked.",
        ("label-exemption/nobody-asked/request-wanted#status",),
        _filled(asked_by={"party_role": "SENDER", "asked_at": "2026-01-01T10:00:00+08:00"}),
    ),
    _fault(
        "exemption-not-shown",
        _BASELESS,
        "A clear label does not say what exempts it.",
        ("label-exemption/clear/exemption-shown",),
        _explained(_unexplained),
        also=_SWEPT,
    ),
    _fault(
        "exemption-shown-wrong",
        _BASELESS,
        "A clear label names another exemption.",
        ("label-exemption/clear/exemption-shown#same-as",),
        _explained(_explained_otherwise),
    ),
)
"""Faults of PI-13.4 and PI-13.5."""
