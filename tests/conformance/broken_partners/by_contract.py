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
_REFUSED: Final = ("security",)


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
_NARROW: Final = ("queryShipments", "listReceivedEvents")
"""What is refused to a credential without the scope, and nobody looks at how."""
_PROBLEMS: Final[dict[str, tuple[str, Wrap]]] = {
    "problems-of-no-type": (
        "Whoever lacks the scope for queries or accepted events is told about:blank.",
        _problems(403, lambda one: {**one, "type": "about:blank"}, *_NARROW),
    ),
    "problems-of-a-type-of-their-own": (
        "Whoever lacks the scope for queries or accepted events is told a type of nobody's.",
        _problems(403, lambda one: {**one, "type": one["type"] + "-here"}, *_NARROW),
    ),
    "problems-of-another-status": (
        "Whoever lacks the scope for queries or accepted events is told not-found with a 403.",
        _problems(
            403,
            lambda one: {**one, "type": one["type"].rpartition("/")[0] + "/not-found"},
            *_NARROW,
        ),
    ),
    "problems-that-name-another-status": (
        "Whoever lacks the scope for queries or accepted events is told 401 in the member.",
        _problems(403, lambda one: {**one, "status": 401}, *_NARROW),
    ),
    "problems-without-a-title": (
        "Whoever lacks the scope for queries or accepted events gets a problem without a title.",
        _problems(403, _without("title"), *_NARROW),
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
            about,
            (f"sweep/{sweep}#{sweep}",),
            wrap,
            areas=_REFUSED,
            role=role,
        )
        for name, (about, wrap) in _PROBLEMS.items()
        for role in _ALL
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
