"""Partners that break what holds of every answer in one place, at which no scenario looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, get_args

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Asked,
    Told,
    Wrap,
    answers,
    documents,
    shown_events,
)

from jidi.model.roles import Role

PREFIX: Final[dict[Role, str]] = {
    "courier": "",
    "platform": "platform-",
    "integrator": "integrator-",
}
"""What stands before the name of a fault that several roles may have."""


def without(answer: Told, header: str) -> Told:
    """The answer without a header (lower-case name)."""
    kept = tuple((name, value) for name, value in answer.headers if name != header)
    return Told(answer.status, kept, answer.body)


def where(
    meant: Callable[[Asked, Told], bool], change: Callable[[Told], Told], *operations: str
) -> Wrap:
    """Changes the answers that are meant."""
    return answers(
        operations, lambda asked, answer: change(answer) if meant(asked, answer) else answer
    )


def _bare(status: int, header: str, *operations: str) -> Wrap:
    return where(
        lambda _, answer: answer.status == status,
        lambda answer: without(answer, header),
        *operations,
    )


_ANSWERS: Final[dict[str, tuple[str, str, str, str, Wrap]]] = {
    "status-401-unchallenged": (
        "DS-08.2",
        "no-challenge",
        "The status page refuses strangers without WWW-Authenticate.",
        "challenge-with-401",
        _bare(401, "www-authenticate", "getStatus"),
    ),
    "challenge-empty": (
        "DS-08.2",
        "no-challenge",
        "The status page refuses strangers with an empty WWW-Authenticate.",
        "challenge-with-401",
        where(
            lambda _, answer: answer.status == 401,
            lambda answer: answer.with_header("www-authenticate", ""),
            "getStatus",
        ),
    ),
    "methods-untold": (
        "DS-05.1",
        "methods-not-told",
        "A 405 says nothing of the methods that are allowed.",
        "methods-with-405",
        _bare(405, "allow"),
    ),
    "version-missing-on-refusals": (
        "DS-05.2",
        "version-not-named",
        "Answers of status 404 name no version.",
        "version-named-everywhere",
        _bare(404, "standard-version"),
    ),
    "version-of-the-future": (
        "DS-05.2",
        "version-not-named",
        "Refusals of class 4xx say that they are of version 1.1.",
        "version-named-everywhere",
        where(
            lambda _, answer: answer.status in {401, 403, 404},
            lambda answer: answer.with_header("standard-version", "1.1"),
        ),
    ),
    "lists-in-a-national-charset": (
        "DS-05.1",
        "answer-undocumented",
        "Lists of consignments are declared to be in GBK.",
        "media-type-documented",
        where(
            lambda _, answer: answer.status == 200,
            lambda answer: answer.with_header("content-type", "application/json; charset=GBK"),
            "listConsignments",
            "listOutgoingConsignments",
        ),
    ),
}
"""By name: requirement, negative case, what about it, the sweep that sees it, and how."""
_SHOWN_IN: Final = ("security", "version", "discovery")
"""Areas whose scenarios bring about what is broken."""
_ADDRESSES: Final[dict[str, tuple[str, Callable[[Told], Told]]]] = {
    "made-at-an-inner-address": (
        "Location names the host behind the gateway.",
        lambda answer: answer.with_header(
            "location", f"http://10.0.0.7:8080/v1/consignments/{answer.json['consignment_id']}"
        ),
    ),
    "made-at-the-list": (
        "Location leads to the list, not to what was made.",
        lambda answer: answer.with_header(
            "location", dict(answer.headers)["location"].rpartition("/")[0]
        ),
    ),
    "made-nowhere": (
        "A 201 to a consignment has no Location.",
        lambda answer: without(answer, "location"),
    ),
}

Change = Callable[[dict[str, Any]], Any]


def _later(event: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(event["recorded_at"]) + timedelta(seconds=1)
    return {**event, "recorded_at": moment.isoformat()}


def _with_codes(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "external_codes": [{"scheme": "INTERNAL", "code": "41"}]}


def _heavier(record: dict[str, Any]) -> dict[str, Any]:
    contents = record["consignment"]["contents"]
    heavier = {**contents, "weight_g": contents["weight_g"] + 1}
    return {**record, "consignment": {**record["consignment"], "contents": heavier}}


def _of_items(change: Change) -> Change:
    return lambda page: {**page, "items": [change(item) for item in page["items"]]}


def _younger(record: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(record["created_at"]) + timedelta(seconds=1)
    return {**record, "created_at": moment.isoformat()}


def _lighter(outgoing: dict[str, Any]) -> dict[str, Any]:
    return _heavier(outgoing) if "consignment" in outgoing else outgoing


def _doubled(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "items": [*page["items"], *page["items"][-1:]]}


_TOLD: Final[tuple[tuple[str, str, str, str, str, Wrap, tuple[Role, ...]], ...]] = (
    (
        "recorded-later-in-queries",
        "DS-02.2",
        "same-id-other-content",
        "Queries of shipments tell that the latest event was recorded a second later.",
        "event-same-everywhere",
        shown_events(_later, ("queryShipments",)),
        ("courier", "integrator"),
    ),
    (
        "codes-in-queries-only",
        "DS-02.6",
        "fields-withheld",
        "Only queries of shipments tell the courier's own code of an event.",
        "event-whole-everywhere",
        shown_events(_with_codes, ("queryShipments",)),
        ("courier", "integrator"),
    ),
    (
        "heavier-when-cancelled",
        "DS-01.2",
        "value-altered",
        "The answer to a cancellation shows another weight.",
        "consignment-kept",
        documents(("cancelConsignment",), _heavier),
        ("courier", "integrator"),
    ),
    (
        "heavier-when-amended",
        "DS-01.8",
        "amendment-not-visible",
        "The answer to an amendment shows another weight.",
        "amendment-kept",
        documents(("amendConsignment",), _heavier),
        ("courier", "integrator"),
    ),
    (
        "younger-in-the-list",
        "DS-01.2",
        "value-altered",
        "The list tells that consignments were made a second later.",
        "consignment-identity",
        documents(("listConsignments",), _of_items(_younger)),
        ("courier", "integrator"),
    ),
    (
        "heavier-in-the-outgoing-list",
        "DS-01.1",
        "field-missing",
        "The list of outgoing consignments shows another weight than was sent.",
        "outgoing-as-sent",
        documents(("listOutgoingConsignments",), _of_items(_lighter)),
        ("platform", "integrator"),
    ),
    (
        "received-twice-in-the-list",
        "DS-02.8",
        "duplicate-counted-twice",
        "The list of accepted events holds its last item twice.",
        "pages-hold-received-events-once",
        documents(("listReceivedEvents",), _doubled),
        ("platform", "integrator"),
    ),
)
"""By name: requirement, negative case, what about it, the sweep that sees it, how, and in whom."""

FAULTS: Final = (
    *(
        Fault(
            PREFIX[role] + name,
            row,
            case,
            about,
            (f"sweep/{sweep}#{sweep}",),
            wrap,
            areas=("tracking", "consignment"),
            role=role,
        )
        for name, row, case, about, sweep, wrap, roles in _TOLD
        for role in roles
    ),
    *(
        Fault(
            PREFIX[role] + name,
            row,
            case,
            about,
            (f"sweep/{sweep}#{sweep}",),
            wrap,
            areas=_SHOWN_IN,
            role=role,
        )
        for role in get_args(Role)
        for name, (row, case, about, sweep, wrap) in _ANSWERS.items()
    ),
    *(
        Fault(
            f"{PREFIX[role]}problems-in-a-national-charset",
            "DS-01.3",
            "wrong-media-type",
            "Problems of status 404 are declared to be in GBK.",
            ("sweep/problems-are-problems#problems-are-problems",),
            where(
                lambda _, answer: answer.status == 404,
                lambda answer: answer.with_header(
                    "content-type", "application/problem+json; charset=GBK"
                ),
            ),
            areas=_SHOWN_IN,
            role=role,
        )
        for role in ("courier", "integrator")
    ),
    *(
        Fault(
            PREFIX[role] + name,
            "DS-01.2",
            "made-without-address",
            about,
            ("sweep/address-of-consignment#address-of-consignment",),
            where(lambda _, answer: answer.status == 201, change, "createConsignment"),
            role=role,
        )
        for role in ("courier", "integrator")
        for name, (about, change) in _ADDRESSES.items()
    ),
)
"""Every fault of this module."""
