"""Couriers that break PI-14.1 and PI-15.2: reads without a record, records that lack something or
can be changed, chains that do not close.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func, select, text
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    documents,
    told,
)

from jidi_reference.domain.chain import GENESIS, digest, sealed
from jidi_reference.storage.tables.courier_tables import consignments
from jidi_reference.storage.tables.privacy_tables import audit_records

_AREAS: Final = ("audit", "entrustment", "bulk", "leaver")
_FEED: Final = ("listAuditRecords",)
_PATH: Final = "/v1/audit-records"
_READS: Final = "audit-covers-reads/feed/every-read-on-record#read-without-record"
_BULK: Final = "audit-of-bulk/feed/every-step-on-record#read-without-record"
_CHAIN: Final = "audit-covers-reads/feed/chain-intact"
_STILL: Final = "audit-covers-reads/feed-after/still-whole"


def unwritten(left_out: Callable[[str, dict[str, Any]], bool]) -> Wrap:
    """Does not write the records that ``left_out`` names; it sees partner and facts."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def append(stored: Any, partner: str, facts: dict[str, Any]) -> None:
            if not left_out(partner, facts):
                healthy(stored, partner, facts)

        return append

    return Inside("audit.append", make)


def _matter(name: str, outcome: str = "GRANTED") -> Callable[[str, dict[str, Any]], bool]:
    return lambda _partner, facts: facts["matter"] == name and facts["outcome"] == outcome


def _refusal(_partner: str, facts: dict[str, Any]) -> bool:
    return bool(facts["outcome"] == "REFUSED")


def _seen_before() -> Callable[[str, dict[str, Any]], bool]:
    """The second read of one thing by one person."""
    seen: set[tuple[str, ...]] = set()

    def left_out(partner: str, facts: dict[str, Any]) -> bool:
        key = (partner, facts["operator_id"], facts["matter"], facts["outcome"], *facts["objects"])
        again = key in seen and facts["matter"] == "READ_CONSIGNMENT"
        seen.add(key)
        return again

    return left_out


def _of_a_third_party(partner: str, facts: dict[str, Any]) -> bool:
    return (
        partner != facts["operator_id"]
        and str(facts["operator_id"]).startswith("client-")
        and facts["matter"] == "READ_CONSIGNMENT"
    )


def _without_what_strangers_read() -> Wrap:
    """Does not write into the feed of whoever reads a consignment of somebody else."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def append(stored: Any, partner: str, facts: dict[str, Any]) -> None:
            query = select(consignments.c.owner).where(
                consignments.c.consignment_id.in_(facts["objects"])
            )
            owners = set(stored.connection.execute(query).scalars())
            if facts["matter"] != "READ_CONSIGNMENT" or owners <= {partner}:
                healthy(stored, partner, facts)

        return append

    return Inside("audit.append", make)


def _written(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Wrap:
    """Writes other facts; the chain is made over them and closes."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        return lambda stored, partner, facts: healthy(stored, partner, change(facts))

    return Inside("audit.append", make)


def _without(*names: str) -> Wrap:
    return _written(
        lambda facts: {name: value for name, value in facts.items() if name not in names}
    )


def _anonymous(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "operator_id": "system"}


def _shown(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Wrap:
    return documents(_FEED, lambda page: {**page, "items": change(page["items"])})


def _elsewhere(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**record, "place": "10.0.0.1"} if record["sequence"] == 2 else record for record in records
    ]


def _one_dropped(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if record["sequence"] != 3]


def _backwards(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return records[::-1]


def _one_inserted(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def put_in(record: dict[str, Any]) -> dict[str, Any]:
        bare = {
            name: value
            for name, value in record.items()
            if name not in {"prev_hash", "record_hash"}
        }
        return sealed({**bare, "record_id": f"{record['record_id']}-2"}, record["prev_hash"])

    return [
        one
        for record in records
        for one in ((record, put_in(record)) if record["sequence"] == 2 else (record,))
    ]


def _sealed(change: Callable[[dict[str, Any], str], dict[str, Any]]) -> Wrap:
    return Inside("audit.sealed", lambda _healthy: change)


def _unlinked(record: dict[str, Any], _previous: str) -> dict[str, Any]:
    return sealed(record, GENESIS)


def _over_half(record: dict[str, Any], previous: str) -> dict[str, Any]:
    bound = {**record, "prev_hash": previous}
    return {
        **bound,
        "record_hash": digest(
            {name: bound[name] for name in ("record_id", "prev_hash", "sequence")}
        ),
    }


def _made_anew(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Each reading from the beginning finds the whole chain made anew, whole in itself."""
    readings: list[int] = []

    def feed(stored: Any, partner: str, after: int, count: int) -> list[Any]:
        if after == 0:
            readings.append(1)
        previous, chain = GENESIS, []
        for sequence, record in healthy(stored, partner, 0, 10_000):
            bare = {
                name: value
                for name, value in record.items()
                if name not in {"prev_hash", "record_hash"}
            }
            anew = sealed({**bare, "place": f"workstation-{len(readings)}"}, previous)
            previous = anew["record_hash"]
            chain.append((sequence, anew))
        return [(sequence, record) for sequence, record in chain if sequence > after][:count]

    return feed


def _taking(method: str, *, status: int, path: str = _PATH, delete_last: bool = False) -> Wrap:
    """Takes a method that must be refused; with ``delete_last`` the newest record of all really
    goes.
    """

    class Taking(Wrap):
        def around(self, _app: Any, asgi: Any) -> Any:
            """The application that can be told to change records."""

            async def handler(asked: Asked, forward: Forward) -> Told:
                if asked.method != method or not asked.path.startswith(path) or not asked.party:
                    return await forward(asked)
                if delete_last:
                    _delete_newest(_app, asked.party)
                return told(status, {})

            return Around((), handler).around(_app, asgi)

    return Taking()


def _delete_newest(app: Any, partner: str) -> None:
    with app.context.storage.write() as unit:
        unit.connection.execute(text("DROP TRIGGER IF EXISTS audit_records_no_delete"))
        newest = (
            select(func.max(audit_records.c.sequence))
            .where(audit_records.c.partner == partner)
            .scalar_subquery()
        )
        unit.connection.execute(
            audit_records.delete().where(
                audit_records.c.partner == partner, audit_records.c.sequence == newest
            )
        )


async def _no_allow(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    return (
        answer.with_header("allow", "GET, DELETE")
        if answer.status == 405 and asked.path == _PATH
        else answer
    )


_PLAIN: Final = (
    "READ_CONSIGNMENT",
    "LIST_CONSIGNMENTS",
    "READ_LABEL",
    "RESOLVE_TOKEN",
    "RECORD_EXEMPTION",
    "READ_CLEAR_LABEL",
)
_OF_BULK: Final = ("BULK_REQUEST", "BULK_DECISION", "BULK_RESULT")
_NOT_A_READER: Final = {
    "PI-14.1": "a read counts as recorded only by a record with operator, time, place and matter"
}

_FAULTS: Final = (
    *(
        Fault(
            f"unrecorded-{name.lower().replace('_', '-')}",
            "PI-14.1",
            "read-without-record",
            f"{name} leaves no record.",
            (_READS if name in _PLAIN else _BULK,),
            unwritten(_matter(name)),
        )
        for name in (*_PLAIN, *_OF_BULK)
    ),
    Fault(
        "unrecorded-erasure",
        "PI-14.1",
        "read-without-record",
        "An erasure leaves no record.",
        ("erasure/audit/erasure-on-record#contains",),
        unwritten(_matter("ERASURE")),
    ),
    Fault(
        "unrecorded-refusals",
        "PI-14.1",
        "read-without-record",
        "What is refused leaves no record.",
        (_READS, _BULK),
        unwritten(_refusal),
    ),
    Fault(
        "unrecorded-second-read",
        "PI-14.1",
        "read-without-record",
        "Who reads a thing twice is recorded once.",
        (_READS,),
        unwritten(_seen_before()),
    ),
    Fault(
        "unrecorded-with-who-entrusted",
        "PI-14.1",
        "read-without-record",
        "What a third party reads is not told to those who entrusted it.",
        ("audit-of-entrusted/own/on-record-with-who-entrusted#read-without-record",),
        unwritten(_of_a_third_party),
    ),
    Fault(
        "unrecorded-with-third-party",
        "PI-14.1",
        "read-without-record",
        "What a third party reads is not in its own feed.",
        ("audit-of-entrusted/theirs/on-record-with-the-third-party#read-without-record",),
        _without_what_strangers_read(),
    ),
    Fault(
        "recorded-without-purpose",
        "PI-14.1",
        "read-without-record",
        "Records do not say for what purpose was read.",
        (_READS,),
        _without("purpose"),
    ),
    Fault(
        "recorded-without-objects",
        "PI-14.1",
        "read-without-record",
        "Records do not say what was read.",
        (_READS,),
        _written(lambda facts: {**facts, "objects": []}),
    ),
    Fault(
        "recorded-as-system",
        "PI-14.1",
        "read-without-record",
        "Every record names one technical user.",
        (_READS,),
        _written(_anonymous),
    ),
    Fault(
        "audit-without-operator",
        "PI-15.2",
        "operator-missing",
        "Records lack the operator.",
        ("audit-covers-reads/feed/operator-everywhere#count",),
        _without("operator_id"),
        also=_NOT_A_READER,
    ),
    Fault(
        "audit-without-time",
        "PI-15.2",
        "time-missing",
        "Records lack the time.",
        ("audit-covers-reads/feed/time-everywhere#count",),
        _without("recorded_at"),
        also=_NOT_A_READER,
    ),
    Fault(
        "audit-without-place",
        "PI-15.2",
        "place-missing",
        "Records lack the place.",
        ("audit-covers-reads/feed/place-everywhere#count",),
        _without("place"),
        also=_NOT_A_READER,
    ),
    Fault(
        "audit-without-matter",
        "PI-15.2",
        "matter-missing",
        "Records lack the matter.",
        ("audit-covers-reads/feed/matter-everywhere#count",),
        _without("matter"),
        also=_NOT_A_READER,
    ),
    Fault(
        "audit-patched",
        "PI-15.2",
        "edit-works",
        "PATCH on the records is accepted.",
        ("audit-covers-reads/edit/editing-impossible#status",),
        _taking("PATCH", status=200),
    ),
    Fault(
        "audit-replaced",
        "PI-15.2",
        "edit-works",
        "PUT on the records is accepted.",
        ("audit-covers-reads/replace/replacing-impossible#status",),
        _taking("PUT", status=200),
    ),
    Fault(
        "audit-forged",
        "PI-15.2",
        "edit-works",
        "POST on the records is accepted.",
        ("audit-covers-reads/forge/adding-impossible#status",),
        _taking("POST", status=201),
    ),
    Fault(
        "audit-made-anew",
        "PI-15.2",
        "edit-works",
        "Old records are rewritten, and the chain over them.",
        (_STILL,),
        Inside("audit.feed", _made_anew),
    ),
    Fault(
        "audit-deleted",
        "PI-15.2",
        "delete-works",
        "DELETE takes the newest record away.",
        ("audit-covers-reads/remove/deleting-impossible#status", _STILL),
        _taking("DELETE", status=204, delete_last=True),
    ),
    Fault(
        "audit-record-deleted",
        "PI-15.2",
        "delete-works",
        "A single record can be deleted.",
        ("audit-covers-reads/remove-one/deleting-one-impossible#status",),
        _taking("DELETE", status=204, path=f"{_PATH}/"),
    ),
    Fault(
        "audit-allows-delete",
        "PI-15.2",
        "delete-works",
        "Allow offers DELETE.",
        ("audit-covers-reads/remove/get-only#equals",),
        Around((), _no_allow),
    ),
    Fault(
        "audit-altered",
        "PI-15.2",
        "chain-broken",
        "The place of one record is not the one that was sealed.",
        (_CHAIN,),
        _shown(_elsewhere),
    ),
    Fault(
        "audit-dropped",
        "PI-15.2",
        "chain-broken",
        "One record is left out.",
        (_CHAIN, "audit-covers-reads/feed/sequence"),
        _shown(_one_dropped),
        also={"PI-14.1": "what was dropped is the record of a read"},
    ),
    Fault(
        "audit-reordered",
        "PI-15.2",
        "chain-broken",
        "The newest record of a page comes first.",
        (_CHAIN,),
        _shown(_backwards),
    ),
    Fault(
        "audit-inserted",
        "PI-15.2",
        "chain-broken",
        "A record is put in between, sealed by itself.",
        (_CHAIN,),
        _shown(_one_inserted),
    ),
    Fault(
        "audit-unlinked",
        "PI-15.2",
        "chain-broken",
        "Records are sealed one by one and hang on nothing.",
        (_CHAIN,),
        _sealed(_unlinked),
    ),
    Fault(
        "audit-half-sealed",
        "PI-15.2",
        "chain-broken",
        "The hash speaks of id and number only.",
        (_CHAIN,),
        _sealed(_over_half),
    ),
)

FAULTS: Final = tuple(
    replace(
        fault, level="privacy", areas=(*_AREAS, "person") if "erasure" in fault.name else _AREAS
    )
    for fault in _FAULTS
)
"""Faults of PI-14.1 and PI-15.2."""
