"""The phase as a whole: plan, and in each of its windows things made beforehand, children side by
side, the table of excess fields, replays, clearing up. Between two windows the caller may do
something else.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jidi.drive.candidate.credentials import CredentialFailure
from jidi.fuzz.child.config import Shard, prepare
from jidi.fuzz.child.process import Child, Line, start, watch
from jidi.fuzz.contract import Contract, Offer, load_contract
from jidi.fuzz.declared import Declaration, load_declaration
from jidi.fuzz.excess import KIND as EXCESS
from jidi.fuzz.excess import ExcessTable
from jidi.fuzz.faults_shown import FaultReader
from jidi.fuzz.fuzz_context import GeneratedContext, GeneratedProgress
from jidi.fuzz.patience import PatientSender
from jidi.fuzz.replay import Replayer
from jidi.fuzz.seeding import Maker, Stock, given_stock, make_stock
from jidi.fuzz.suspicion import suspicions, tally
from jidi.fuzz.windows import Part, windows
from jidi.language.json_texts import read_loosely
from jidi.model.journal import (
    CaseCount,
    CaseEffort,
    CasePlan,
    CasesCut,
    CaseSummary,
    ExcessFigures,
)
from jidi.model.journal.case_records import DeclaredCheck
from jidi.model.outgoing import Outgoing

CLEARED_AT_MOST = 1000
_BOUNDS = frozenset({"time-limit", "memory-limit"})
PAGE = 100


@dataclass(slots=True)
class _Work:
    """One child with what it works on; ``child`` is ``None`` when its party has no credential."""

    shard: Shard
    child: Child | None
    reason: str = ""

    @property
    def lines(self) -> list[Line]:
        return self.child.lines if self.child else []


def _at_once() -> None:
    """Nothing lies between two windows."""


def run_generated(
    context: GeneratedContext, between: Callable[[], None] = _at_once
) -> tuple[str, ...]:
    """Run the phase and write to the journal what it established; gives what broke it off, if
    anything did (``time-limit``, ``memory-limit``, …). ``between`` is called between two windows,
    whose order the seed draws; the time that it takes is not the phase's.

    In the journal: one ``generated`` record with the plan, one for each child, one for the table of
    excess fields, and for each finding a
    ``generated-finding`` with the exchange of its replay. What a candidate does never raises.
    Nothing is sent when the selection wants no check.

    Raises:
        DataError: the contract or ``conformance/generated.yaml`` contradict themselves.
    """
    declaration = load_declaration()
    contract = load_contract(
        context.registry,
        declaration.operations,
        Offer(context.level, context.capabilities, context.target.role, context.limits),
    )
    checks = planned_checks(context, declaration, contract)
    _write_plan(context, checks)
    contract = contract.only({check.operation for check in checks if not check.capability})
    if not contract.operations:
        return ()
    return _Phase(context, declaration, contract, checks).run(between)


def planned_checks(
    context: GeneratedContext, declaration: Declaration, contract: Contract
) -> tuple[DeclaredCheck, ...]:
    """Checks that the selection of ``context`` asks for, in the order of the contract."""
    operations = [
        item
        for item in contract.operations.values()
        if context.operations is None or item.id in context.operations
    ]
    checks = declaration.checks(operations, context.capabilities)
    return tuple(
        check
        for check in checks
        if context.requirements is None or check.requirement in context.requirements
    )


def generated_requirements() -> frozenset[str]:
    """Every requirement id on which some generated check of this installation bears, so that a
    selection can leave the phase out.
    """
    declaration = load_declaration()
    return frozenset(
        declaration.requirement(kind, operation)
        for kind in declaration.kinds
        for operation in declaration.operations
    )


def generated_operations(requirements: frozenset[str]) -> tuple[str, ...]:
    """Operations with a generated check that bears on one of ``requirements``, in the order of the
    declaration.
    """
    declaration = load_declaration()
    return tuple(
        name
        for name in declaration.operations
        if any(declaration.requirement(kind, name) in requirements for kind in declaration.kinds)
    )


class _Phase:
    """One run of the phase over the operations in scope."""

    def __init__(
        self,
        context: GeneratedContext,
        declaration: Declaration,
        contract: Contract,
        checks: Sequence[DeclaredCheck],
    ) -> None:
        self._context = context
        self._declaration = declaration
        self._contract = contract
        self._kinds = frozenset(check.kind for check in checks)
        self._excess = [
            check.operation for check in checks if check.kind == EXCESS and not check.capability
        ]
        self._stocks: dict[str, Stock] = {}
        self._stops: list[str] = []
        self._seen = _Seen(context)

    def run(self, between: Callable[[], None]) -> tuple[str, ...]:
        """What broke it off, each once."""
        with tempfile.TemporaryDirectory(prefix="jidi-generated-") as folder:
            for number, window in enumerate(
                windows(self._context, self._declaration, self._contract)
            ):
                if number:
                    began = time.monotonic()
                    between()
                    self._context.end.put_off(time.monotonic() - began)
                self._run(window, Path(folder))
        return tuple(dict.fromkeys(self._stops))

    def _run(self, window: Sequence[Part], folder: Path) -> None:
        """One window; it leaves nothing behind that pushes to the kit."""
        shards = [self._shard(part) for part in window]
        try:
            if self._kinds - {EXCESS}:
                self._generate(shards, folder)
            self._send_excess(shards)
        except KeyboardInterrupt:
            self._context.end.stop()
            raise
        finally:
            self._clear(shards)

    def _generate(self, shards: Sequence[Shard], folder: Path) -> None:
        works = [self._launch(shard, folder) for shard in shards]
        children = [work.child for work in works if work.child is not None]
        for lines in watch(children, self._context.end.at):
            self._seen.take(lines)
        for work in works:
            summary = _summary(self._context, work)
            self._context.journal.write(summary)
            self._stops += [summary.stop] if summary.stop in _BOUNDS else []
        replayer = Replayer(self._context, self._declaration, self._contract, self._stocks)
        for work in works:
            self._cut(replayer.replay(suspicions(work.lines, work.shard.party)), "replays")

    def _cut(self, operations: Collection[str], what: str) -> None:
        """Say of ``operations`` that no time was left for ``what``, so that nothing is passed."""
        if operations:
            scope = tuple(sorted(operations))
            self._context.journal.write(
                CasesCut(part="cut", of=what, stop="time-limit", scope=scope)
            )
            self._stops.append("time-limit")

    def _shard(self, part: Part) -> Shard:
        contract = self._contract.only(part.operations)
        return Shard(part.index, part.party, contract, self._stock(part.party, contract).given)

    def _stock(self, party: str, part: Contract) -> Stock:
        operations = part.operations.values()
        if self._context.known is not None:
            stock = given_stock(self._context.known.get(party, {}), operations)
        else:
            sender = PatientSender(self._context.client, self._context.end)
            stock = make_stock(self._declaration, Maker(self._context, sender, party), operations)
        together = self._stocks.setdefault(party, Stock())
        together.given |= stock.given
        together.spare |= stock.spare
        return stock

    def _launch(self, shard: Shard, folder: Path) -> _Work:
        if self._context.end.over:
            return _Work(shard, None, "no time was left")
        proof = self._context.credentials.headers_for(shard.party)
        if isinstance(proof, CredentialFailure):
            return _Work(shard, None, f"no credential: {proof.cause.en}")
        launch = prepare(
            self._context, self._declaration, shard, folder / f"shard-{shard.index}", proof
        )
        return _Work(shard, start(launch))

    def _send_excess(self, shards: Sequence[Shard]) -> None:
        figures: dict[str, CaseCount] = {}
        late: set[str] = set()
        for shard in shards:
            reader = FaultReader(self._contract, self._context.registry, self._declaration)
            table = ExcessTable(
                self._context, self._declaration, reader, self._stocks[shard.party], shard.party
            )
            for name in shard.operations:
                if name not in self._excess:
                    continue
                cases = table.run(self._contract.operations[name])
                if self._context.end.over:
                    late.add(name)
                else:
                    figures[name] = CaseCount(cases=cases)
        if figures:
            self._context.journal.write(ExcessFigures(part="excess", operations=figures))
        self._cut(late, "excess")

    def _clear(self, shards: Iterable[Shard]) -> None:
        """Take back the subscriptions that lead to the kit's receiver, so that nothing later in the
        run is disturbed by their pushes.
        """
        made = {
            shard.party
            for shard in shards
            if any("ubscription" in name for name in shard.operations)
        }
        sender = PatientSender(self._context.client, self._context.end)
        for party in sorted(made):
            for identifier in _own_subscriptions(self._context, sender, party):
                sender.send(
                    Outgoing(
                        "DELETE",
                        self._context.url(f"/subscriptions/{identifier}"),
                        (("Accept", self._context.accept),),
                        party=party,
                        operation="deleteSubscription",
                    )
                )


def _own_subscriptions(context: GeneratedContext, sender: PatientSender, party: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while len(found) < CLEARED_AT_MOST:
        url = context.url(f"/subscriptions?limit={PAGE}" + (f"&cursor={cursor}" if cursor else ""))
        headers = (("Accept", context.accept),)
        asked = Outgoing("GET", url, headers, party=party, operation="listSubscriptions")
        page = _json(sender, asked)
        items = [item for item in page.get("items") or [] if isinstance(item, dict)]
        found += [
            str(item.get("subscription_id"))
            for item in items
            if item.get("callback_url") == context.receiver_url
        ]
        cursor = page.get("next_cursor") or ""
        if not cursor or not items:
            break
    return found


def _json(sender: PatientSender, outgoing: Outgoing) -> Mapping[str, Any]:
    exchange = sender.send(outgoing)
    try:
        value = read_loosely(exchange.response.body) if exchange.response is not None else None
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class _Seen:
    """Adds up what the children say, for the caller's progress."""

    def __init__(self, context: GeneratedContext) -> None:
        self._context = context
        self._cases = 0
        self._accepted = 0
        self._suspicions = 0
        self._phases: dict[str, None] = {}

    def take(self, lines: Iterable[Line]) -> None:
        new = list(lines)
        for line in new:
            self._suspicions += line["t"] == "failure"
            if line["t"] == "counts":
                self._phases = {line["phase"]: None}
        for modes in tally(new).values():
            self._cases += sum(figures.cases for figures in modes.values())
            self._accepted += sum(figures.accepted for figures in modes.values())
        self._context.progress(
            GeneratedProgress(self._cases, self._accepted, self._suspicions, tuple(self._phases))
        )


def _write_plan(context: GeneratedContext, checks: Sequence[DeclaredCheck]) -> None:
    effort = CaseEffort(fuzzing=context.effort.fuzzing, stateful=context.effort.stateful)
    planned = tuple(check.as_planned() for check in checks)
    context.journal.write(CasePlan(part="plan", seed=context.seed, effort=effort, checks=planned))


def _summary(context: GeneratedContext, work: _Work) -> CaseSummary:
    lines, stop, reason = work.lines, _stop(work), work.reason
    operations = tally(lines)
    if stop not in ("completed", "no-credential") and work.child is not None:
        reason = work.child.log_tail()
    return CaseSummary(
        part="shard",
        shard=work.shard.index,
        party=work.shard.party,
        seed=context.seed,
        scope=tuple(work.shard.operations),
        operations=operations,
        stop=stop,
        reason=reason,
        cases=sum(figures.cases for modes in operations.values() for figures in modes.values()),
        exit_code=work.child.process.returncode if work.child else None,
        phases={line["phase"]: line["status"] for line in lines if line["t"] == "phase"},
        errors=tuple(
            {name: line.get(name, "") for name in ("phase", "label", "title", "message")}
            for line in lines
            if line["t"] in ("error", "fatal")
        ),
        failures=tuple(next((line["failures"] for line in lines if line["t"] == "totals"), [])),
    )


def _stop(work: _Work) -> str:
    if work.child is None:
        return "no-credential" if work.reason.startswith("no credential") else "time-limit"
    if work.child.stop:
        return work.child.stop
    said = next((str(line["stop"]) for line in work.lines if line["t"] == "end"), "")
    if work.child.process.returncode not in (0, 1) or not said:
        return "child-failed"
    return said
