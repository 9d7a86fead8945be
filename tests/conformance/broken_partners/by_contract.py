"""Partners of which one answer is not what the contract publishes, where no scenario looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from tests.conformance.broken_partners.everywhere import PREFIX, where
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Asked, Told, Wrap, answers, documents

from jidi.model.roles import Level, Role
from jidi.registry import Registry

Change = Callable[[dict[str, Any]], Any]
_COURIERS: Final[tuple[Role, ...]] = ("courier", "integrator")
_RECEIVERS: Final[tuple[Role, ...]] = ("platform", "integrator")
_ALL: Final[tuple[Role, ...]] = get_args(Role)
_TRACKED: Final = ("tracking", "consignment")


def _without(name: str) -> Change:
    return lambda told: {key: item for key, item in told.items() if key != name}


def _as_text(name: str) -> Change:
    return lambda told: {**told, name: str(told[name])} if name in told else told


def _spaced(name: str) -> Change:
    return lambda told: {**told, name: told[name].replace("T", " ")} if name in told else told


def _items(change: Change) -> Change:
    return lambda page: {**page, "items": [change(item) for item in page["items"]]}


def _problems(status: int, change: Change, *operations: str) -> Wrap:
    return where(
        lambda _, answer: answer.status == status,
        lambda answer: answer.with_json(change(answer.json)),
        *operations,
    )


def _restated(status: int, *operations: str) -> Wrap:
    return where(
        lambda _, answer: answer.status == 200 and bool(answer.json["items"]),
        lambda answer: Told(status, answer.headers, answer.body),
        *operations,
    )


def _nothing_is_not_found(*operations: str) -> Wrap:
    def change(_asked: Asked, answer: Told) -> Told:
        if answer.status != 200 or answer.json["items"]:
            return answer
        kind = f"{Registry.load('1.0').base_uri}problems/not-found"
        problem = {"type": kind, "title": "Nothing", "status": 404}
        return answer.with_json(problem, 404).with_header(
            "content-type", "application/problem+json"
        )

    return answers(operations, change)


_TOLD: Final[
    tuple[tuple[str, str, str, str, Level, str, Wrap, tuple[Role, ...], tuple[str, ...]], ...]
] = (
    (
        "listed-without-time-of-change",
        "DS-01.2",
        "value-dropped",
        "The list of consignments does not tell when each was last changed.",
        "core",
        "contract-of-consignments",
        documents(("listConsignments",), _items(_without("updated_at"))),
        _COURIERS,
        _TRACKED,
    ),
    (
        "read-with-a-space-in-its-time",
        "DS-01.2",
        "value-altered",
        "A consignment that is read tells its last change with a space for the T.",
        "core",
        "contract-of-consignments",
        documents(("getConsignment",), _spaced("updated_at")),
        _COURIERS,
        _TRACKED,
    ),
    (
        "subscriptions-in-capitals",
        "DS-02.5",
        "answer-not-as-published",
        "A subscription that is read says ACTIVE for active.",
        "core",
        "contract-of-subscriptions",
        documents(("getSubscription",), lambda one: {**one, "status": one["status"].upper()}),
        _COURIERS,
        ("push"),
    ),
    (
        "shipments-counted-in-words",
        "DS-02.6",
        "fields-withheld",
        "A shipment tells the number of its events as a text.",
        "core",
        "contract-of-shipments",
        documents(("getShipment",), _as_text("event_count")),
        _COURIERS,
        _TRACKED,
    ),
    (
        "outgoing-without-time-of-change",
        "DS-01.1",
        "field-missing",
        "An outgoing consignment that is read does not tell when it was last changed.",
        "core",
        "contract-of-outgoing",
        documents(("getOutgoingConsignment",), _without("updated_at")),
        _RECEIVERS,
        ("dispatch",),
    ),
    (
        "accepted-events-counted",
        "DS-02.8",
        "results-not-as-published",
        "A page of accepted events tells how many there are, in a member of its own.",
        "core",
        "contract-of-received-events",
        documents(("listReceivedEvents",), lambda page: {**page, "count": len(page["items"])}),
        _RECEIVERS,
        ("receiving", "tracking"),
    ),
    (
        "requests-without-a-term",
        "PI-09.2",
        "request-unanswered",
        "A request that is followed does not tell until when it is due.",
        "privacy",
        "contract-of-privacy-requests",
        documents(("getPrivacyRequest",), _without("due_at")),
        _ALL,
        (),
    ),
    (
        "approved-in-a-state-of-its-own",
        "PI-15.1",
        "no-approval",
        "A decision on a bulk operation tells the time with a space for the T.",
        "privacy",
        "contract-of-bulk-operations",
        documents(("decideBulkOperation",), _spaced("requested_at")),
        _ALL,
        (),
    ),
)
"""By name: requirement, case, what about it, level, the sweep that sees it, how, in whom, and the
areas whose scenarios bring it about.
"""
_REFUSED_AT: Final[dict[Role, tuple[str, int, str, tuple[str, ...]]]] = {
    "courier": ("an amendment that is not valid", 422, "amendConsignment", ("consignment",)),
    "platform": ("a push that is not believed", 401, "receiveShipmentEvents", ("receiving",)),
    "integrator": ("a push that is not believed", 401, "receiveShipmentEvents", ("receiving",)),
}
"""Refusals at whose bodies no scenario looks: of what, status, operation, and areas that bring them
about.
"""
_PROBLEMS: Final[dict[str, tuple[str, Change]]] = {
    "problems-of-no-type": (
        "The refusal of {what} is of type about:blank.",
        lambda one: {**one, "type": "about:blank"},
    ),
    "problems-of-a-type-of-their-own": (
        "The refusal of {what} has a type of nobody's.",
        lambda one: {**one, "type": one["type"] + "-here"},
    ),
    "problems-of-another-status": (
        "The refusal of {what} has the type not-found.",
        lambda one: {**one, "type": one["type"].rpartition("/")[0] + "/not-found"},
    ),
    "problems-that-name-another-status": (
        "The refusal of {what} names 403 in the member.",
        lambda one: {**one, "status": 403},
    ),
    "problems-without-a-title": (
        "The refusal of {what} is a problem without a title.",
        _without("title"),
    ),
}
_STATUSES: Final[dict[str, tuple[str, tuple[Role, ...], Wrap]]] = {
    "events-served-without-authority": (
        "Pages of events that hold something are answered with 203.",
        _COURIERS,
        _restated(203, "listEvents"),
    ),
    "events-served-in-part": (
        "Pages of accepted events that hold something are answered with 206.",
        _RECEIVERS,
        _restated(206, "listReceivedEvents"),
    ),
    "outgoing-served-in-part": (
        "Pages of outgoing consignments that hold something are answered with 206.",
        _RECEIVERS,
        _restated(206, "listOutgoingConsignments"),
    ),
    "nothing-listed-is-not-found": (
        "A list of events that holds nothing is not found.",
        _COURIERS,
        _nothing_is_not_found("listEvents"),
    ),
    "received-nothing-is-not-found": (
        "A list of accepted events that holds nothing is not found.",
        _RECEIVERS,
        _nothing_is_not_found("listReceivedEvents"),
    ),
}

FAULTS: Final = (
    *(
        Fault(
            PREFIX[role] + name,
            requirement,
            case,
            about,
            (f"sweep/{sweep}#{sweep}",),
            wrap,
            areas=areas,
            level=level,
            role=role,
        )
        for name, requirement, case, about, level, sweep, wrap, roles, areas in _TOLD
        for role in roles
    ),
    *(
        Fault(
            PREFIX[role] + name,
            "DS-10.1" if role == "platform" else "DS-01.3",
            "answers-of-ones-own" if role == "platform" else "problem-of-ones-own",
            about.format(what=what),
            (f"sweep/{sweep}#{sweep}",),
            _problems(status, change, operation),
            areas=areas,
            role=role,
        )
        for name, (about, change) in _PROBLEMS.items()
        for role, (what, status, operation, areas) in _REFUSED_AT.items()
        for sweep in [
            "contract-of-platform-refusals" if role == "platform" else "contract-of-refusals"
        ]
    ),
    *(
        Fault(
            PREFIX[role] + name,
            "DS-10.1",
            "answers-of-ones-own",
            about,
            ("sweep/contract-of-statuses#contract-of-statuses",),
            wrap,
            areas=("security", "feed", "receiving"),
            role=role,
        )
        for name, (about, roles, wrap) in _STATUSES.items()
        for role in roles
    ),
)
"""Every fault of this module."""
