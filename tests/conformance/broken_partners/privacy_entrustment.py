"""Couriers that break PI-08.1 and PI-08.2: what is agreed with third parties, and what they see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    requests_of,
)

from jidi_reference.domain.clock import unix_seconds
from jidi_reference.domain.problems import Problem
from jidi_reference.service import tokens
from jidi_reference.service.context import Caller
from jidi_reference.service.ports.documents import AGREEMENT

_AREAS: Final = ("entrustment", "crossborder", "bulk", "token", "purpose", "consent")
_AGREE: Final = ("createProcessingAgreement",)
_NARROWED: Final = ("getConsignment", "listConsignments", "listEvents")
_COMPLETE: Final = "agreement-complete[{}]/propose/refused#status"
_WITHIN: Final = "agreement-in-force"
_WHOLE: Final[dict[str, Json]] = {
    "purposes": ["DELIVERY"],
    "term": {"starts_at": "2026-06-01T00:00:00+08:00", "ends_at": "2029-06-01T00:00:00+08:00"},
    "manner": "-",
    "categories": ["ORDER"],
    "protection_measures": ["-"],
    "rights_and_duties": "-",
    "impact_assessment": {"reference": "-", "assessed_at": "2026-05-01T00:00:00+08:00"},
}


def _content_without(*path: str) -> Wrap:
    """What is missing at ``path`` is made up by the courier itself."""

    def change(asked: Asked) -> Asked:
        body, known = asked.json, _WHOLE
        if not isinstance(body, dict):
            return asked
        place = body
        for name in path[:-1]:
            place, known = place.get(name, {}), known[name]
        if isinstance(place, dict) and not place.get(path[-1]):
            place[path[-1]] = known[path[-1]]
        return asked.with_json(body)

    return requests_of(_AGREE, change)


def _any_purpose(asked: Asked) -> Asked:
    return (
        asked.with_json({**asked.json, "purposes": ["DELIVERY"]})
        if asked.json.get("purposes") == ["MARKETING"]
        else asked
    )


def _order_of(check: Callable[[dict[str, float]], bool]) -> Wrap:
    """Takes an agreement whose times meet ``check``, whatever else is wrong with them."""

    def make(healthy: Callable[[Any], None]) -> Callable[[Any], None]:
        def check_order(wish: Any) -> None:
            times = {name: unix_seconds(wish["term"][name]) for name in ("starts_at", "ends_at")}
            if not check(
                {**times, "assessed_at": unix_seconds(wish["impact_assessment"]["assessed_at"])}
            ):
                healthy(wish)

        return check_order

    return Inside("agreement.check-order", make)


def _states(context: Any, caller: Caller) -> set[str]:
    with context.storage.read() as unit:
        return {
            seams.healthy("agreement.state")(context, agreement.body)
            for agreement in unit.documents.about(AGREEMENT, caller.client_id)
        }


class _AsOwner(Wrap):
    """Serves third parties as the partner ``owner`` would be served, when the states of their
    agreements meet ``when``.
    """

    def __init__(
        self,
        operations: tuple[str, ...],
        when: Callable[[set[str]], bool],
        owner: str = "platform-a",
    ) -> None:
        self._operations, self._when, self._owner = operations, when, owner

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that confounds third parties with their principals."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            token = asked.header("authorization").partition(" ")[2]
            caller = tokens.authenticate(_app.context, token)
            if (
                caller is None
                or caller.role != "integrator"
                or not self._when(_states(_app.context, caller))
            ):
                return await forward(asked)
            healthy = await forward(asked)
            if healthy.status == 200 and asked.operation not in _NARROWED:
                return healthy
            owner = _app.credentials[self._owner]
            issued = tokens.issue_token(_app.context, owner.client_id, owner.client_secret, None)
            answer = await forward(
                asked.with_header("authorization", f"Bearer {issued['access_token']}")
            )
            return answer if answer.status == 200 else healthy

        return Around(self._operations, handler).around(_app, asgi)


def _none(states: set[str]) -> bool:
    return not states


def _is(state: str) -> Callable[[set[str]], bool]:
    return lambda states: states == {state}


def sees_also(*categories: str, shown_by: str = "consignment.view") -> Wrap:
    """Views of third parties hold these categories too; ``shown_by`` is the seam where it is
    shown.
    """

    def make(healthy: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def view(body: Any, agreed: Collection[str], reason: str) -> dict[str, Any]:
            return healthy(
                body, {*agreed, *(categories if reason == "ENTRUSTMENT" else ())}, reason
            )

        return view

    return Inside(shown_by, make)


def _in_force(taken: Callable[[Any, Any], bool]) -> Wrap:
    def make(_healthy: Any) -> Callable[[Any, Any], bool]:
        return taken

    return Inside("visibility.in-force", make)


def _begun_only(context: Any, agreement: Any) -> bool:
    return (
        "terminated_at" not in agreement.body
        and unix_seconds(agreement.body["term"]["starts_at"]) <= context.clock.now()
    )


def _however_ended(context: Any, agreement: Any) -> bool:
    return seams.healthy("agreement.state")(context, agreement.body) in {"IN_FORCE", "TERMINATED"}


def _whenever_begun(context: Any, agreement: Any) -> bool:
    return seams.healthy("agreement.state")(context, agreement.body) in {"IN_FORCE", "NOT_STARTED"}


def any_purpose_of_agreement(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """What may be seen for one purpose is seen for each."""
    return lambda context, unit, caller, _purpose=None: healthy(context, unit, caller)


def _never_ends(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def terminate(context: Any, caller: Caller, agreement_id: str, termination: Any) -> Any:
        with context.storage.read() as unit:
            if not any(
                one.document_id == agreement_id
                for one in unit.documents.list_of(AGREEMENT, caller.party, 0, 10_000)
            ):
                return healthy(context, caller, agreement_id, termination)
        raise Problem.conflict("An agreement cannot be ended here.")

    return terminate


_MISSING: Final = (
    ("purpose", "purpose-missing", ("purposes",), ("purpose-missing", "no-purpose-at-all")),
    ("term", "term-missing", ("term",), ("term-missing",)),
    ("end", "term-missing", ("term", "ends_at"), ("term-without-end",)),
    ("manner", "manner-missing", ("manner",), ("manner-missing",)),
    (
        "categories",
        "categories-missing",
        ("categories",),
        ("categories-missing", "no-category-at-all"),
    ),
    ("measures", "measures-missing", ("protection_measures",), ("measures-missing",)),
    (
        "rights-and-duties",
        "rights-and-duties-missing",
        ("rights_and_duties",),
        ("rights-and-duties-missing",),
    ),
    ("assessment", "assessment-missing", ("impact_assessment",), ("assessment-missing",)),
    (
        "time-of-assessment",
        "assessment-missing",
        ("impact_assessment", "assessed_at"),
        ("assessment-without-time",),
    ),
)
_UNAGREED: Final = (
    ("getConsignment", "before/refused-without-agreement#status"),
    ("listConsignments", "list-before/list-empty-without-agreement#count"),
    ("getLabel", "label-before/label-refused-without-agreement#status"),
    ("resolveRecipientToken", "resolve-before/token-refused-without-agreement#status"),
    ("getShipment", "shipment-before/shipment-refused-without-agreement#status"),
)
_BEYOND: Final = (
    ("getConsignment", "within/not-the-whole#absent"),
    ("listConsignments", "list-within/list-only-what-was-agreed"),
    ("getLabel", "label-within/label-not-agreed#status"),
    ("resolveRecipientToken", "resolve-within/telephone-not-agreed#status"),
    ("getShipment", "shipment-within/tracking-not-agreed#status"),
    ("listEvents", "feed-within/feed-not-agreed#count"),
)

_FAULTS: Final = (
    *(
        Fault(
            f"agreement-without-{name}",
            "PI-08.1",
            case,
            f"An agreement that lacks its {name.replace('-', ' ')} is accepted.",
            tuple(_COMPLETE.format(played) for played in caught),
            _content_without(*path),
        )
        for name, case, path, caught in _MISSING
    ),
    Fault(
        "agreement-for-marketing",
        "PI-08.1",
        "purpose-missing",
        "A purpose outside the published list is accepted.",
        (_COMPLETE.format("purpose-unknown"),),
        requests_of(_AGREE, _any_purpose),
    ),
    Fault(
        "agreement-assessed-afterwards",
        "PI-08.1",
        "assessment-after-start",
        "The assessment may come after the start.",
        (_COMPLETE.format("assessment-after-start"), _COMPLETE.format("assessment-at-start")),
        _order_of(lambda times: times["assessed_at"] >= times["starts_at"]),
    ),
    Fault(
        "agreement-assessed-at-start",
        "PI-08.1",
        "assessment-after-start",
        "Off by one: an assessment of the very second of the start is accepted.",
        (_COMPLETE.format("assessment-at-start"),),
        _order_of(lambda times: times["assessed_at"] == times["starts_at"]),
    ),
    Fault(
        "agreement-ends-before-start",
        "PI-08.1",
        "term-missing",
        "A term that ends before it starts is accepted.",
        (_COMPLETE.format("ends-before-start"),),
        _order_of(lambda times: times["ends_at"] <= times["starts_at"]),
    ),
    *(
        Fault(
            f"third-party-without-agreement-{operation.lower()}",
            "PI-08.2",
            "access-without-agreement",
            f"{operation} serves a third party that nobody entrusted.",
            (f"{_WITHIN}/{check}",),
            _AsOwner((operation,), _none),
        )
        for operation, check in _UNAGREED
    ),
    Fault(
        "third-party-before-start",
        "PI-08.2",
        "access-without-agreement",
        "A third party is served before its agreement begins.",
        ("agreement-not-started/read/refused-before-start#status",),
        _in_force(_whenever_begun),
    ),
    Fault(
        "third-party-of-one-sees-another",
        "PI-08.2",
        "access-without-agreement",
        "Whom one partner entrusted sees the consignments of another.",
        (f"{_WITHIN}/foreign/others-not-served#status",),
        _AsOwner(("getConsignment",), _is("IN_FORCE"), "platform-b"),
    ),
    Fault(
        "third-party-after-end",
        "PI-08.2",
        "access-after-expiry",
        "The end of an agreement is never looked at.",
        (
            "agreement-ended/after/refused-after-end#status",
            "agreement-ended/list-after/list-empty-after-end#count",
        ),
        _in_force(_begun_only),
    ),
    Fault(
        "third-party-lists-after-end",
        "PI-08.2",
        "access-after-expiry",
        "After the end only the list goes on.",
        ("agreement-ended/list-after/list-empty-after-end#count",),
        _AsOwner(("listConsignments",), _is("ENDED")),
    ),
    Fault(
        "third-party-after-termination",
        "PI-08.2",
        "access-after-expiry",
        "A terminated agreement goes on.",
        (
            f"{_WITHIN}/after/refused-after-termination#status",
            f"{_WITHIN}/list-after/list-empty-after-termination#count",
        ),
        _in_force(_however_ended),
    ),
    Fault(
        "agreement-cannot-be-terminated",
        "PI-08.2",
        "access-after-expiry",
        "An agreement cannot be ended before its time.",
        (f"{_WITHIN}/terminate/terminated#status",),
        Inside("agreement.terminate", _never_ends),
    ),
    *(
        Fault(
            f"third-party-beyond-agreement-{operation.lower()}",
            "PI-08.2",
            "access-beyond-categories",
            f"{operation} serves a third party as if everything had been agreed.",
            (f"{_WITHIN}/{check}",),
            _AsOwner((operation,), _is("IN_FORCE")),
        )
        for operation, check in _BEYOND
    ),
    Fault(
        "third-party-sees-telephone",
        "PI-08.2",
        "access-beyond-categories",
        "Name and address bring the telephone along.",
        (f"{_WITHIN}/within/no-phone#absent",),
        sees_also("RECIPIENT_PHONE"),
    ),
    Fault(
        "third-party-sees-sender",
        "PI-08.2",
        "access-beyond-categories",
        "The recipient brings the sender along.",
        (f"{_WITHIN}/within/no-sender#absent",),
        sees_also("SENDER_NAME", "SENDER_PHONE", "SENDER_ADDRESS"),
    ),
    Fault(
        "third-party-sees-contents",
        "PI-08.2",
        "access-beyond-categories",
        "The order brings its contents along.",
        (f"{_WITHIN}/within/no-contents#absent",),
        sees_also("CONTENTS"),
    ),
    Fault(
        "third-party-for-another-purpose",
        "PI-08.2",
        "access-beyond-categories",
        "What was entrusted for delivery is read for customer service.",
        (f"{_WITHIN}/other-purpose/other-purpose-refused#status",),
        Inside("visibility.sight", any_purpose_of_agreement),
    ),
)

FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-08.1 and PI-08.2."""
