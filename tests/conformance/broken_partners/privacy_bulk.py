"""Couriers that break PI-15.1 and PI-15.3: bulk operations without the approval of another, and
leavers who go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import delete
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Handler,
    Inside,
    Told,
    Wrap,
    both,
    told,
)
from tests.conformance.seams import stand_in

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.domain.problems import Problem
from jidi_reference.domain.views import ROLES
from jidi_reference.service import tokens
from jidi_reference.service.context import Caller
from jidi_reference.service.governance.erasing import erase
from jidi_reference.service.ports.documents import BULK
from jidi_reference.storage.tables.courier_tables import tokens as stored_tokens

_AREAS: Final = ("bulk", "leaver", "audit", "crossborder")
_RESULT: Final = ("getBulkOperationResult",)
_APPROVED: Final = "bulk-approved"
_LEFT: Final = "leaver-refused[{}]/after/refused-at-once#status"
_FAR: Final = "2099-01-01T00:00:00Z"


def _taken_as_approved(
    *states: str, kinds: tuple[str, ...] = ("EXPORT", "COPY", "DESTRUCTION")
) -> Wrap:
    """Operations of these kinds in these states bring their result."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def check_usable(context: Any, caller: Caller, body: Any) -> None:
            taken = body["state"] in states and body["kind"] in kinds
            healthy(
                context,
                caller,
                {**body, "state": "APPROVED", "approval_expires_at": _FAR} if taken else body,
            )

        return check_usable

    return Inside("bulk.check-usable", make)


def _never_expired(_healthy: Any) -> Callable[..., bool]:
    return lambda _context, _body: False


def _decides(
    change: Callable[[Caller, Any, Any], tuple[Caller, Any]], *, denied: bool = False
) -> Wrap:
    """Changes who decides and what; ``change`` sees caller, decision and operation. ``denied``:
    what was refused is done all the same.
    """

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def decide(context: Any, caller: Caller, operation_id: str, decision: Any) -> Any:
            with context.storage.read() as unit:
                found = unit.documents.find(BULK, operation_id, caller.party)
            if found is None:
                return healthy(context, caller, operation_id, decision)
            spoilt = change(caller, decision, found.body)
            if not denied:
                return healthy(context, spoilt[0], operation_id, spoilt[1])
            try:
                return healthy(context, caller, operation_id, decision)
            except Problem as problem:
                if problem.slug in {"self-approval", "approval-scope-mismatch"}:
                    healthy(context, spoilt[0], operation_id, spoilt[1])
                raise

        return decide

    return Inside("bulk.decide", make)


def _as_colleague(caller: Caller, decision: Any, body: Any) -> tuple[Caller, Any]:
    own = caller.operator_id == body["requested_by"]
    return replace(caller, operator_id=f"{caller.operator_id}-2") if own else caller, decision


def _for_this_scope(caller: Caller, decision: Any, body: Any) -> tuple[Caller, Any]:
    return caller, {**decision, "scope_digest": body["scope_digest"]}


def _of_members(*names: str) -> Wrap:
    """The digest speaks of these members of the scope only."""

    def make(healthy: Callable[[Any], str]) -> Callable[[Any], str]:
        return lambda scope: healthy({name: scope[name] for name in names})

    return Inside("bulk.digest", make)


def _approved_for_ever() -> Wrap:
    """Whoever once got an approval needs no other."""
    trusted: set[tuple[str, str]] = set()

    def deciding(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def decide(context: Any, caller: Caller, operation_id: str, decision: Any) -> Any:
            shown = healthy(context, caller, operation_id, decision)
            if shown["state"] == "APPROVED":
                trusted.add((caller.party, shown["requested_by"]))
            return shown

        return decide

    def checking(healthy: Callable[..., None]) -> Callable[..., None]:
        def check_usable(context: Any, caller: Caller, body: Any) -> None:
            known = body["state"] == "PENDING" and (caller.party, body["requested_by"]) in trusted
            healthy(
                context,
                caller,
                {**body, "state": "APPROVED", "approval_expires_at": _FAR} if known else body,
            )

        return check_usable

    return both(
        Inside("bulk.decide", deciding),
        Inside("bulk.check-usable", checking),
    )


def _for_any_colleague(healthy: Callable[..., None]) -> Callable[..., None]:
    return lambda context, caller, body: healthy(
        context, replace(caller, operator_id=body["requested_by"]), body
    )


def _wider(healthy: Callable[..., Any]) -> Callable[..., Any]:
    return lambda row, categories, reason: healthy(
        row, frozenset({*categories, "RECIPIENT_PHONE"}), reason
    )


def _destroys_when_approved(healthy: Callable[..., Any]) -> Callable[..., Any]:
    def decide(context: Any, caller: Caller, operation_id: str, decision: Any) -> Any:
        shown = healthy(context, caller, operation_id, decision)
        if shown["kind"] == "DESTRUCTION" and shown["state"] == "APPROVED":
            with context.storage.write() as unit:
                for row in unit.consignments.find_shipments(
                    [caller.party], shown["selection"]["waybill_nos"]
                ).values():
                    erase(unit, row, ROLES)
        return shown

    return decide


def _one_answer_for_all() -> Handler:
    """Reads of one result that come while another is under way are given what that one gets."""
    under_way: dict[str, asyncio.Task[Told]] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        if asked.path not in under_way:
            under_way[asked.path] = asyncio.ensure_future(_slowly(asked, forward))
            under_way[asked.path].add_done_callback(lambda _done: under_way.pop(asked.path))
        return await under_way[asked.path]

    return handler


async def _slowly(asked: Asked, forward: Forward) -> Told:
    await asyncio.sleep(0.05)
    return await forward(asked)


def _nothing_forgotten(_healthy: Any) -> Callable[..., None]:
    return lambda _stored, _party, _operator_id: None


def _one_token_forgotten(_healthy: Any) -> Callable[..., None]:
    """Only tokens that may write die."""

    def forget_operator(stored: Any, _party: str, operator_id: str) -> None:
        table = stored_tokens.c
        stored.connection.execute(
            delete(stored_tokens).where(
                table.operator_id == operator_id, table.scopes.contains("consignments:write")
            )
        )

    return forget_operator


class OpenTo(Wrap):
    """Tokens of leavers die for all operations but one."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._left: set[tuple[str, str]] = set()

    def prepare(self, settings: Any) -> Any:
        """Dismissal only notes the leaver."""
        stand_in(
            "caller.forget-operator",
            lambda _stored, party, operator_id: self._left.add((party, operator_id)),
        )
        return settings

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application that looks at the note everywhere but in one place."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            caller = tokens.authenticate(
                _app.context, asked.header("authorization").partition(" ")[2]
            )
            if (
                caller is None
                or asked.operation == self._operation
                or (caller.party, caller.operator_id) not in self._left
            ):
                return await forward(asked)
            body = {
                "type": f"{load_bundle().base_uri}problems/unauthenticated",
                "title": "unauthenticated",
                "status": 401,
            }
            return told(401, body, "application/problem+json").with_header(
                "www-authenticate", "Bearer"
            )

        return Around((), handler).around(_app, asgi)


def _remembered(healthy: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Any] = {}

    def authenticate(context: Any, token: str) -> Any:
        return known.setdefault(token, healthy(context, token)) or healthy(context, token)

    return authenticate


_FAULTS: Final = (
    Fault(
        "bulk-without-approval",
        "PI-15.1",
        "no-approval",
        "An operation that nobody approved brings its result.",
        (
            f"{_APPROVED}/early/refused-unapproved#status",
            "bulk-rejected[export]/early/refused-unapproved#status",
        ),
        _taken_as_approved("PENDING"),
    ),
    Fault(
        "destruction-without-approval",
        "PI-15.1",
        "no-approval",
        "Only destruction needs no approval.",
        ("bulk-rejected[destruction]/early/refused-unapproved#status",),
        _taken_as_approved("PENDING", kinds=("DESTRUCTION",)),
    ),
    Fault(
        "bulk-despite-rejection",
        "PI-15.1",
        "no-approval",
        "A decision counts as an approval, whatever was decided.",
        ("bulk-rejected[copy]/result/refused-after-rejection#status",),
        _taken_as_approved("REJECTED"),
    ),
    Fault(
        "bulk-after-approval-expired",
        "PI-15.1",
        "no-approval",
        "Approvals never expire.",
        ("bulk-approval-expired/result/refused-after-expiry#status",),
        Inside("bulk.expired", _never_expired),
    ),
    Fault(
        "destroyed-when-approved",
        "PI-15.1",
        "no-approval",
        "Approval itself destroys, before the requester carries it out.",
        ("bulk-destruction/untouched/nothing-destroyed-yet",),
        Inside("bulk.decide", _destroys_when_approved),
    ),
    Fault(
        "bulk-approves-itself",
        "PI-15.1",
        "self-approval",
        "Who asks may approve.",
        (f"{_APPROVED}/self/self-approval-refused#status",),
        _decides(_as_colleague),
    ),
    Fault(
        "bulk-approves-itself-quietly",
        "PI-15.1",
        "self-approval",
        "The approval of oneself is refused and counts.",
        (f"{_APPROVED}/after-self/still-refused#status",),
        _decides(_as_colleague, denied=True),
    ),
    Fault(
        "bulk-approved-for-another-scope",
        "PI-15.1",
        "other-scope",
        "The digest of an approval is not looked at.",
        (f"{_APPROVED}/other-scope/other-scope-refused#status",),
        _decides(_for_this_scope),
    ),
    Fault(
        "bulk-approved-for-another-scope-quietly",
        "PI-15.1",
        "other-scope",
        "An approval for another scope is refused and counts.",
        (f"{_APPROVED}/after-other-scope/not-approved-by-it#status",),
        _decides(_for_this_scope, denied=True),
    ),
    Fault(
        "bulk-digest-of-kind-only",
        "PI-15.1",
        "other-scope",
        "The digest does not speak of parcels and categories.",
        (f"{_APPROVED}/ask-other/other-scope-other-digest#differs-from",),
        _of_members("kind", "destination_region"),
    ),
    Fault(
        "bulk-result-beyond-categories",
        "PI-15.1",
        "other-scope",
        "The result holds telephones that nobody approved.",
        (f"{_APPROVED}/result/its-own-categories",),
        Inside("bulk.record", _wider),
    ),
    Fault(
        "bulk-result-for-any-colleague",
        "PI-15.1",
        "other-scope",
        "Any person of the partner gets what was approved for one.",
        (f"{_APPROVED}/colleague-reads/colleague-refused#status",),
        Inside("bulk.check-usable", _for_any_colleague),
    ),
    Fault(
        "bulk-approved-once-for-all",
        "PI-15.1",
        "approval-reused",
        "Who got one approval needs no other.",
        (f"{_APPROVED}/unlike/one-approval-one-operation#status",),
        _approved_for_ever(),
    ),
    Fault(
        "bulk-result-twice",
        "PI-15.1",
        "approval-reused",
        "A result can be fetched again and again.",
        (
            f"{_APPROVED}/second-read/not-a-second-time#status",
            "bulk-race/race/exactly-once#count",
            "bulk-destruction/second/not-twice#status",
        ),
        _taken_as_approved("COMPLETED"),
    ),
    Fault(
        "bulk-result-to-all-at-once",
        "PI-15.1",
        "approval-reused",
        "Several reads at once all get the result.",
        ("bulk-race/race/exactly-once#count",),
        Around(_RESULT, _one_answer_for_all()),
    ),
    Fault(
        "leaver-goes-on",
        "PI-15.3",
        "token-still-works",
        "Dismissal touches no token.",
        (
            _LEFT.format("getConsignment"),
            _LEFT.format("listEvents"),
            "leaver-exports/other-token/every-token-dead#status",
        ),
        Inside("caller.forget-operator", _nothing_forgotten),
    ),
    Fault(
        "leaver-keeps-second-token",
        "PI-15.3",
        "token-still-works",
        "Of several tokens only those that may write die.",
        ("leaver-exports/other-token/every-token-dead#status",),
        Inside("caller.forget-operator", _one_token_forgotten),
    ),
    Fault(
        "leaver-remembered",
        "PI-15.3",
        "token-still-works",
        "Tokens that were seen once are remembered as good.",
        (_LEFT.format("listEvents"), _LEFT.format("getStatus")),
        Inside("caller.authenticate", _remembered),
    ),
    *(
        Fault(
            f"leaver-{operation.lower()}",
            "PI-15.3",
            "token-still-works",
            f"The leaver's token works for {operation} only.",
            (_LEFT.format(operation),),
            OpenTo(operation),
        )
        for operation in (
            "getStatus",
            "getLabel",
            "listAuditRecords",
            "getBulkOperationResult",
            "createConsignment",
            "deleteSubscription",
            "getStatistics",
        )
    ),
    Fault(
        "leaver-exports-stay-open",
        "PI-15.3",
        "token-still-works",
        "What a leaver had asked for stays approved.",
        (
            "leaver-exports/state/approved-export-cancelled#equals",
            "leaver-exports/state-pending/pending-export-cancelled#equals",
        ),
        Inside(
            "bulk.cancel-of",
            lambda _healthy: lambda _stored, _party, _operator_id: None,
        ),
    ),
    Fault(
        "leaver-requests-stay-pending",
        "PI-15.3",
        "token-still-works",
        "Only what was approved already is cancelled.",
        ("leaver-exports/state-pending/pending-export-cancelled#equals",),
        Inside("bulk.open-states", lambda _healthy: ("APPROVED",)),
    ),
)

FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-15.1 and PI-15.3."""
