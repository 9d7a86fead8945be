"""Writes the one-file page: everything inline, nothing fetched, and a policy that would forbid
it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from jidi.model.journal import ExchangeRecord
from jidi.model.journal.codec import encode
from jidi.model.run import RunRecord
from jidi.model.text import Language, Text
from jidi.model.verdict import FAILING, CheckVerdict, Outcome
from jidi.report import exchange_view as evidence
from jidi.report import overview
from jidi.report.causes import cause
from jidi.report.escaping import visible, well_formed
from jidi.report.formats.curl import curl_command
from jidi.report.next_steps import next_commands, where
from jidi.report.wording import (
    LEVEL_WORDS,
    MODALITY_WORDS,
    OUTCOME_SYMBOLS,
    OUTCOME_WORDS,
    OUTCOMES_TO_SHOW,
    PAGE_WORDING,
    ROLE_WORDS,
    RUN_SENTENCES,
    RUN_WORDS,
    WORDING,
    both,
)

_BODY_LIMIT = 64 * 1024
_CURL_LIMIT = 16 * 1024
_OBSERVATIONS_SHOWN = 500
_SCRIPTS = ("page.js", "evidence.js")
_TONES = {0: "good", 1: "bad", 3: "open", 4: "fault"}


def html_page(record: RunRecord, language: Language = "en") -> bytes:
    """A self-contained page in both languages that opens in ``language``; UTF-8."""
    loader = PackageLoader("jidi.report", "templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _source(environment, "report.css")
    script = "\n".join(_source(environment, name) for name in _SCRIPTS)
    page = environment.get_template("report.html.j2").render(
        language=language,
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        data=Markup(_embedded(_evidence(record))),  # noqa: S704 - escaped by _embedded
        words={**WORDING, **PAGE_WORDING},
        outcome_words=OUTCOME_WORDS,
        symbols=OUTCOME_SYMBOLS,
        modality_words=MODALITY_WORDS,
        visible=_seen,
        page=_page(record),
    )
    return page.encode("utf-8", "backslashreplace")


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101 - given above
    return environment.loader.get_source(environment, name)[0].replace("\r\n", "\n").strip()


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types "
        "'none'"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _embedded(document: Any) -> str:
    """JSON that can stand in a ``script`` element: nothing in it can end the element or begin a
    comment.
    """
    text = json.dumps(well_formed(document), ensure_ascii=False, separators=(",", ":"), default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _seen(text: Text | str) -> Text:
    return (
        Text(visible(text), visible(text))
        if isinstance(text, str)
        else Text(visible(text.en), visible(text.zh))
    )


def _page(record: RunRecord) -> dict[str, Any]:
    """What the page shows without its script: verdict, facts, matrix, and one row for each
    requirement.
    """
    verdict, counts = record.verdict, overview.counts(record)
    articles = overview.articles(record)
    return {
        "tone": _TONES[verdict.exit_code],
        "selected": verdict.selected,
        "complete": verdict.complete,
        "word": RUN_WORDS[verdict.word],
        "sentence": RUN_SENTENCES[verdict.word],
        "level_line": Text(
            both("level", level=verdict.level).en,
            both("level", level=LEVEL_WORDS[verdict.level].zh).zh,
        ),
        "role": ROLE_WORDS[verdict.role],
        "facts": overview.facts(record),
        "declared": _declared(record),
        "observations": _observations(record),
        "observations_title": both("observations", count=len(overview.observations(record))),
        "candidate": _candidate(record),
        "failing": [row.requirement for row in overview.with_outcome(record, *FAILING)],
        "total": len(verdict.requirements),
        "passed": counts[Outcome.PASS],
        "score": both("of", part=counts[Outcome.PASS], whole=len(verdict.requirements)),
        "exercised": overview.exercised_line(record),
        "counts": [(outcome, count) for outcome, count in counts.items() if count],
        "columns": [outcome for outcome in OUTCOMES_TO_SHOW if counts[outcome]],
        "articles": [
            {
                "clause": article.clause,
                "title": article.title,
                "cells": [
                    (outcome, article.count(outcome))
                    for outcome in OUTCOMES_TO_SHOW
                    if counts[outcome]
                ],
                "rows": [
                    {
                        "id": row.requirement,
                        "outcome": overview.shown(row.outcome),
                        "modality": overview.modality(record, row.requirement),
                        "text": overview.row_sentence(record, row.requirement),
                        "count": both(
                            "one-check" if len(row.checks) == 1 else "checks-count",
                            count=len(row.checks),
                        ),
                        "reason": row.reason if row.checks else overview.why_not(row),
                    }
                    for row in article.verdicts
                ],
            }
            for article in articles
        ],
    }


def _candidate(record: RunRecord) -> str:
    return record.header.target.name


def _declared(record: RunRecord) -> str:
    document = record.header.discovery
    return (
        visible(json.dumps(document, ensure_ascii=False, indent=2, default=str), _BODY_LIMIT)
        if document
        else ""
    )


def _observations(record: RunRecord) -> list[dict[str, Any]]:
    found = overview.observations(record)[:_OBSERVATIONS_SHOWN]
    return [
        {
            "operation": entry.operation,
            "exchange": entry.exchange,
            "text": overview.observed(entry),
        }
        for entry in found
    ]


def _evidence(record: RunRecord) -> dict[str, Any]:
    """What the script shows on demand: the checks of each requirement, and every exchange."""
    words = {name: text.as_json() for name, text in {**WORDING, **PAGE_WORDING}.items()}
    return {
        "words": words,
        "outcomes": {
            outcome.value: {"symbol": OUTCOME_SYMBOLS[outcome], **OUTCOME_WORDS[outcome].as_json()}
            for outcome in Outcome
        },
        "checks": {
            verdict.requirement: [_check(record, check) for check in verdict.checks]
            for verdict in record.verdict.requirements
        },
        "observables": {
            name: requirement.observable.as_json()
            for name, requirement in record.requirements.items()
        },
        "scenarios": {
            name: scenario.title.as_json() for name, scenario in record.scenarios.items()
        },
        "exchanges": [_exchange(name, entry) for name, entry in record.exchanges.items()],
    }


def _check(record: RunRecord, check: CheckVerdict) -> dict[str, Any]:
    return {
        "check": check.check,
        "outcome": overview.shown(check.outcome).value,
        "reason": check.reason,
        "expected": check.expected.as_json(),
        "actual": check.actual.as_json(),
        "exchanges": list(check.exchanges),
        "clause": overview.clause_of(check.requirement),
        **(_of_failure(record, check) if check.outcome in FAILING else {"cause": ""}),
    }


def _of_failure(record: RunRecord, check: CheckVerdict) -> dict[str, Any]:
    return {
        "cause": cause(check),
        "member": where(check).as_json(),
        "next": list(next_commands(record, check)),
    }


def _exchange(name: str, entry: ExchangeRecord) -> dict[str, Any]:
    asked, answer = entry.request, entry.response
    turn = {"attempt": entry.attempt, "index": entry.index, "page": entry.page}
    command = curl_command(entry)
    shown = {
        "id": name,
        "received": evidence.is_received(entry),
        "scenario": entry.scenario,
        "step": entry.step,
        "turn": {name: number for name, number in turn.items() if number},
        "party": entry.party,
        "operation": entry.operation,
        "at": entry.started_at,
        "ms": round(evidence.milliseconds(entry), 1),
        "method": asked.method,
        "url": asked.url,
        "status": None if answer is None else answer.status,
        "failure": evidence.failure(entry),
        "request": _message(asked),
        "response": None if answer is None else _message(answer),
        "redactions": [encode(one) for one in entry.redactions],
        "curl": command if len(command) <= _CURL_LIMIT else "",
    }
    # Five thousand exchanges: what is empty is left out.
    return {key: value for key, value in shown.items() if value not in ("", [], {}, None, False)}


def _message(message: evidence.Message) -> dict[str, Any]:
    body = evidence.payload(message)
    shown: dict[str, Any] = {"headers": list(message.headers), "size": body.size}
    if body.raw:
        shown["body"] = body.shown[:_BODY_LIMIT]
        shown["binary"] = body.text is None
        shown["cut"] = body.truncated or len(body.shown) > _BODY_LIMIT
    return shown
