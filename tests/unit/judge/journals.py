"""Small journals for tests of the judge: exchanges, steps and scenarios without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from msgspec import convert

from jidi.judge import Case, case_findings, scenario_verdicts, sweeps, token_answers, verdicts
from jidi.judge.context import Gone, JudgingContext, TransitionTable
from jidi.judge.presence import presence as presence_of
from jidi.judge.sweeping import canary_sweep
from jidi.language import views
from jidi.language.step_reading import conditions_of, deed_of
from jidi.language.views import ExchangeView, StepView
from jidi.model.journal import ExchangeRecord, JournalRecord, Part, Record, RunHeader
from jidi.model.journal.case_records import DeclaredCheck
from jidi.model.journal.codec import decode, encode
from jidi.model.scenario import Check, Scenario, Step, Sweep
from jidi.model.step import StepKind
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, RunVerdict
from jidi.registry import Registry

REGISTRY = Registry.load("1.0")
TABLE = TransitionTable.from_code_lists(
    REGISTRY.code_list("transitions"), REGISTRY.code_list("event-codes")
)
DISCOVERY: dict[str, Any] = {
    "versions": [{"version": "1.0", "status": "current"}],
    "limits": {
        "time_scale": 3600,
        "push_retry": {"attempts": 8, "horizon_s": 25},
        "max_body_bytes": 1000,
    },
    "capabilities": {"push": True},
}
CONTEXT = JudgingContext(
    book=REGISTRY,
    table=TABLE,
    problem_base=REGISTRY.base_uri + "problems/",
    problem_statuses={
        row["slug"]: tuple(row["status"]) for row in REGISTRY.code_list("problem-types")["codes"]
    },
    discovery=DISCOVERY,
    target={"role": "courier"},
)


def with_discovery(document: Any) -> JudgingContext:
    """The context with another discovery document."""
    return replace(CONTEXT, discovery=document)


_PLAIN: Final[Mapping[str, Mapping[str, Any]]] = {
    "exchange": {
        "id": "x",
        "scenario": "s",
        "step": "a",
        "attempt": 0,
        "index": 0,
        "page": 0,
        "direction": "sent",
        "party": "",
        "operation": "",
        "request": {},
        "response": None,
        "failure": None,
        "started_at": "2026-11-21T00:00:00+00:00",
        "started": 10.0,
        "finished": 10.1,
        "redactions": [],
        "facts": {},
    },
    "drive": {
        "scenario": "s",
        "step": "a",
        "index": 0,
        "action": "x",
        "parameters": {},
        "result": None,
        "failure": "",
        "started": 10.0,
        "finished": 11.0,
    },
    "step-finished": {
        "scenario": "s",
        "state": "done",
        "reason": "",
        "started": 10.0,
        "finished": 11.0,
        "observed": {},
    },
    "plan": {"scenarios": []},
    "generated": {
        "seed": 1,
        "effort": {"fuzzing": 8, "stateful": 10},
        "checks": [],
        "shard": 0,
        "party": "platform-a",
        "scope": [],
        "operations": {},
        "stop": "completed",
        "reason": "",
        "cases": 0,
        "exit_code": 0,
        "phases": {},
        "errors": [],
        "failures": [],
        "of": "replays",
    },
    "scenario-started": {"scenario": "s", "variables": {}, "canaries": []},
    "generated-finding": {
        "requirement": "",
        "exchange": "",
        "source": "x",
        "party": "platform-a",
        "phase": "coverage",
        "message": "",
        "expected": {"en": "", "zh": ""},
        "actual": {"en": "", "zh": ""},
    },
}
"""What tests leave out of the records of each kind."""
_MESSAGE: Final = {"method": "GET", "url": "http://127.0.0.1:1/v1/x", "headers": []}
_NOTHING: Final = "sha-256:" + hashlib.sha256(b"").hexdigest()


def typed(record: Any) -> JournalRecord:
    """A record as the kit reads it from a journal; what a test leaves out is as usual."""
    if not isinstance(record, dict):
        return cast("JournalRecord", record)
    whole = {**_PLAIN.get(str(record.get("kind")), {}), **record}
    if whole["kind"] == "exchange":
        whole["request"] = _message(whole["request"])
        whole["response"] = whole["response"] and _message(whole["response"])
    return decode(whole)


def plain(record: Record | Part) -> dict[str, Any]:
    """A record as it stands in a journal."""
    return dict(json.loads(json.dumps(encode(record), ensure_ascii=False)))


def header(**changes: Any) -> RunHeader:
    """The header of a run against a courier at level core; ``changes`` replace members."""
    digest = "sha256:" + "ab" * 32
    usual: dict[str, Any] = {
        "id": "run-1",
        "kit_version": "0.1.0",
        "python": "3.11.7",
        "standard_version": "1.0",
        "seed": 1,
        "nonce": "1",
        "target": {"name": "c", "role": "courier", "base_url": "", "driver": "http"},
        "level": "core",
        "profile": {"id": "courier-core", "version": "1.0", "digest": digest},
        "bounds": [],
        "ledger_digest": digest,
        "schema_bundle_digest": "",
        "selection": {},
        "generated": True,
        "discovery": {},
    }
    return convert({**usual, **changes}, RunHeader)


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    described = {"digest": _NOTHING, "size": 0, **message.get("body", {})}
    return {**_MESSAGE, **message, "body": described}


def all_typed(records: Iterable[Any]) -> list[Any]:
    """Records as the kit reads them from a journal."""
    return [typed(record) for record in records]


def judge_scenario(made: Scenario, records: Iterable[Any], context: Any) -> list[CheckVerdict]:
    """The verdicts on one scenario from records as they stand in a journal."""
    return scenario_verdicts.judge_scenario(made, all_typed(records), context)


def judge_run(records: Iterable[Any], case: Case, context: JudgingContext) -> RunVerdict:
    """The verdict on a run from records as they stand in a journal."""
    return verdicts.judge_run(all_typed(records), case, context)


def judge_sweeps(
    records: Iterable[Any], asked: Iterable[Sweep], context: JudgingContext, **how: bool
) -> list[CheckVerdict]:
    """The sweeps over records as they stand in a journal."""
    return sweeps.judge_sweeps(all_typed(records), asked, context, **how)


def judge_tokens(records: Iterable[Any], wanted: Mapping[str, object]) -> list[CheckVerdict]:
    """The verdicts on token answers from records as they stand in a journal."""
    return list(token_answers.judge_tokens(all_typed(records), wanted))


def judge_canaries(
    records: Iterable[Any], wanted: Mapping[str, object], context: JudgingContext
) -> list[CheckVerdict]:
    """The sweep for canaries over records as they stand in a journal."""
    return canary_sweep.judge_canaries(all_typed(records), wanted, context)


def judge_generated(
    records: Iterable[Any], declared: Sequence[DeclaredCheck] | None = None
) -> tuple[CheckVerdict, ...]:
    """The verdicts of the generated phase from records as they stand in a journal."""
    return case_findings.judge_generated(all_typed(records), declared)


def presence(records: Iterable[Any], base_url: str) -> Gone:
    """Whether the candidate was there, from records as they stand in a journal."""
    return presence_of(all_typed(records), base_url)


def step_view(name: str, records: Iterable[Any]) -> StepView:
    """The view of a step from records as they stand in a journal."""
    return views.step_view(name, all_typed(records))


def exchange_view(record: Any) -> ExchangeView:
    """The view of an exchange from its record as it stands in a journal."""
    made = typed(record)
    assert isinstance(made, ExchangeRecord)
    return ExchangeView(made)


def body(value: Any) -> dict[str, Any]:
    """A journal body: a text as it stands, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    data = text.encode()
    return {
        "text": text,
        "digest": "sha-256:" + hashlib.sha256(data).hexdigest(),
        "size": len(data),
    }


def exchange(
    step: str, status: int | None = 200, answer: Any = "", **changes: Any
) -> dict[str, Any]:
    """One exchange record; ``changes`` replace members (``sent`` the request body, ``headers``
    those of the response).
    """
    headers = [
        [name, value]
        for name, value in changes.pop("headers", {"Content-Type": "application/json"}).items()
    ]
    sent = changes.pop("sent", "")
    record = {
        "kind": "exchange",
        "id": f"x-{step}-{changes.get('attempt', 0)}-{changes.get('index', 0)}-{changes.get('page', 0)}",
        "scenario": "s",
        "step": step,
        "attempt": 0,
        "index": 0,
        "page": 0,
        "direction": "sent",
        "party": "platform-a",
        "operation": "createConsignment",
        "request": {
            "method": "POST",
            "url": "http://127.0.0.1:1/v1/consignments",
            "headers": changes.pop("request_headers", []),
            "body": body(sent),
        },
        "response": None
        if status is None
        else {"status": status, "headers": headers, "body": body(answer)},
        "failure": None,
        "started_at": "2026-11-21T00:00:00+00:00",
        "started": 10.0,
        "finished": 10.1,
        "redactions": [],
        "facts": {},
    }
    return {**record, **changes}


def done(step: str, **changes: Any) -> dict[str, Any]:
    """A step that came off; ``changes`` replace members."""
    plain = {
        "kind": "step-finished",
        "scenario": "s",
        "step": step,
        "state": "done",
        "reason": "",
        "started": 10.0,
        "finished": 11.0,
        "observed": {},
    }
    return {**plain, **changes}


def started(**variables: Any) -> dict[str, Any]:
    """The beginning of the scenario."""
    return {"kind": "scenario-started", "scenario": "s", "variables": variables}


def check(
    subject: str, argument: Any, matcher: str = "", operand: Any = None, **changes: Any
) -> Check:
    """A check of DS-01.2; ``changes`` give ``id`` or ``requirement``."""
    return Check(
        changes.get("id", subject),
        changes.get("requirement", "DS-01.2"),
        subject,
        argument,
        matcher,
        operand,
    )


def step(name: str, *checks: Check, kind: StepKind = "call", **changes: Any) -> Step:
    """A step; ``changes`` give ``arguments``, ``modifiers`` and ``expect``."""
    modifiers = {
        word: {**_BESIDE[word], **value} if word in _BESIDE else value
        for word, value in changes.get("modifiers", {}).items()
    }
    written = {**_NEEDED.get(kind, {}), **changes.get("arguments", {})}
    return Step(
        name, deed_of(kind, written, modifiers), conditions_of(changes.get("expect")), checks
    )


_NEEDED: dict[str, dict[str, Any]] = {
    "do": {"name": "x"},
    "drive": {"action": "x"},
    "fault": {"reply": []},
    "push": {"from": "east"},
    "quiet": {"for": 0},
    "receive": {"within": 0},
    "wait": {"for": 0},
}
"""What a step of that kind cannot be without."""
_BESIDE: dict[str, dict[str, Any]] = {
    "eventually": {"within": 0, "until": []},
    "pages": {"limit": 1},
}


def scenario(*steps: Step, case: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario called ``s``."""
    return Scenario(
        "s",
        "s",
        Text("s", "s"),
        "area",
        ("courier",),
        (),
        (),
        {},
        False,
        case or {},
        {},
        (),
        tuple(steps),
        (),
    )


def push(
    step_name: str,
    envelope: Any,
    at: float,
    headers: Mapping[str, str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """One received delivery at monotonic second ``at``."""
    pairs = [[name, value] for name, value in (headers or {"webhook-id": "m1"}).items()]
    record = exchange(
        step_name,
        204,
        "",
        sent=envelope,
        request_headers=pairs,
        direction="received",
        started=at,
        finished=at,
        **changes,
    )
    record["id"] = f"p-{at}"
    return record


def events(*codes: str | tuple[str, str], **changes: Any) -> list[dict[str, Any]]:
    """A course of events in sequence, states taken from the code list; a pair gives code and
    state.
    """
    states = {row["code"]: row["state"] for row in REGISTRY.code_list("event-codes")["codes"]}
    made = []
    for number, code in enumerate(codes, start=1):
        name, state = code if isinstance(code, tuple) else (code, states[code])
        moment = f"2026-11-21T00:{number:02d}:00+08:00"
        plain = {
            "event_id": f"e{number}",
            "waybill_no": "ZZ1",
            "sequence": number,
            "event_code": name,
            "state": state,
            "classifier": "ACT",
        }
        made.append({**plain, "occurred_at": moment, "recorded_at": moment, **changes})
    return made


def outcomes(verdicts: Sequence[Any]) -> list[str]:
    """Outcome words, in order."""
    return [verdict.outcome.value for verdict in verdicts]
