"""Writes JUnit XML in the dialect that GitHub's and GitLab's readers and Jenkins' schema share.

A suite is an article, a case is a check of a requirement. What was not seen is *skipped*, never
passed; a run without a verdict carries an *error* besides, so that a pipeline full of skipped cases
is not taken for a green one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict
from jidi.report import exchange_view as evidence
from jidi.report import overview
from jidi.report.escaping import xml_text
from jidi.report.formats.curl import curl_command
from jidi.report.next_steps import next_commands, where
from jidi.report.wording import OUTCOME_WORDS, RUN_SENTENCES, say

_ELEMENTS: dict[Outcome, str] = {
    Outcome.FAIL: "failure",
    Outcome.UNSTABLE: "failure",
    Outcome.HARNESS_ERROR: "error",
    Outcome.CONFIG_ERROR: "error",
    Outcome.NONE: "skipped",
    Outcome.NOT_EXERCISED: "skipped",
    Outcome.NOT_APPLICABLE: "skipped",
    Outcome.WAIVED: "skipped",
    Outcome.ATTESTED: "skipped",
}
_RUN_ELEMENTS: dict[int, str] = {1: "failure", 3: "error", 4: "error"}


@dataclass(slots=True)
class _Case:
    """One ``testcase``: ``element`` is failure, error, skipped, or empty for a pass."""

    name: str
    seconds: float = 0.0
    element: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


@dataclass(slots=True)
class _Suite:
    name: str
    classname: str
    cases: list[_Case] = field(default_factory=list)

    def count(self, element: str) -> int:
        return sum(1 for case in self.cases if case.element == element)

    @property
    def seconds(self) -> float:
        return sum(case.seconds for case in self.cases)


def junit_xml(record: RunRecord, language: Language = "en") -> bytes:
    """UTF-8 XML with a declaration and a line feed at the end. Characters that XML forbids appear
    as escapes.
    """
    suites = [
        _verdict_suite(record, language),
        *(_article_suite(record, article, language) for article in overview.articles(record)),
    ]
    totals = "".join(
        f' {name}="{sum(suite.count(element) for suite in suites)}"' for name, element in _TOTALS
    )
    tests = sum(len(suite.cases) for suite in suites)
    took = overview.seconds(record) or 0.0
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="jidi" tests="{tests}"{totals} time="{took:.3f}">',
    ]
    for suite in suites:
        lines += _suite_lines(record, suite)
    return ("\n".join([*lines, "</testsuites>"]) + "\n").encode("utf-8")


_TOTALS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def _verdict_suite(record: RunRecord, language: Language) -> _Suite:
    line = overview.verdict_line(record).for_language(language)
    element = _RUN_ELEMENTS.get(record.verdict.exit_code, "")
    text = RUN_SENTENCES[record.verdict.word].for_language(language)
    if not record.verdict.complete:
        text = f"{text}\n{say('incomplete-sentence', language)}"
    return _Suite(
        say("verdict", language),
        "run",
        [_Case("verdict", 0.0, element, record.verdict.word, line, text if element else "")],
    )


def _article_suite(record: RunRecord, article: overview.Article, language: Language) -> _Suite:
    suite = _Suite(
        f"{article.clause} {article.title.for_language(language)}".strip(), article.clause
    )
    for verdict in article.verdicts:
        suite.cases += [
            _check_case(record, verdict, check, language) for check in verdict.checks
        ] or [_bare_case(verdict, language)]
    seen: Counter[str] = Counter()
    for case in suite.cases:
        # GitLab drops a second case with the same class and name.
        seen[case.name] += 1
        if seen[case.name] > 1:
            case.name = f"{case.name} ({seen[case.name]})"
    return suite


def _bare_case(verdict: RequirementVerdict, language: Language) -> _Case:
    word = OUTCOME_WORDS[verdict.outcome].for_language(language)
    # A requirement without a single check was not seen to hold, whatever the record says of it.
    element = _ELEMENTS.get(verdict.outcome, "skipped")
    return _Case(
        verdict.requirement,
        0.0,
        element,
        verdict.requirement,
        f"{word}: {overview.why_not(verdict).for_language(language)}",
    )


def _check_case(
    record: RunRecord, verdict: RequirementVerdict, check: CheckVerdict, language: Language
) -> _Case:
    exchanges = [record.exchanges[name] for name in check.exchanges if name in record.exchanges]
    case = _Case(
        f"{check.requirement} {check.check}",
        sum(evidence.milliseconds(entry) for entry in exchanges) / 1000,
    )
    outcome = verdict.outcome if _is_softened(verdict, check) else check.outcome
    case.element, case.kind = _ELEMENTS.get(outcome, ""), check.requirement
    word = OUTCOME_WORDS[outcome].for_language(language)
    told = _in_a_line(verdict, check, language)
    case.message = (
        f"{check.requirement} {word}: {told}" if case.element or outcome is Outcome.WARN else ""
    )
    if case.element in ("failure", "error") or outcome is Outcome.WARN:
        case.text = _details(record, check, language)
    return case


def _in_a_line(verdict: RequirementVerdict, check: CheckVerdict, language: Language) -> str:
    """Where it failed and what came, for a table that shows nothing else."""
    actual = (
        check.actual.for_language(language) or check.reason or verdict.reason.for_language(language)
    )
    place = where(check).for_language(language)
    return f"{place}: {actual}" if place and place not in actual else actual


def _is_softened(verdict: RequirementVerdict, check: CheckVerdict) -> bool:
    return check.outcome is Outcome.FAIL and verdict.outcome in (Outcome.WARN, Outcome.WAIVED)


def _details(record: RunRecord, check: CheckVerdict, language: Language) -> str:
    told = (
        (
            "requirement",
            f"{check.requirement} "
            f"{overview.row_sentence(record, check.requirement).for_language(language)}",
        ),
        ("member", where(check).for_language(language)),
        ("expected", check.expected.for_language(language)),
        ("actual", check.actual.for_language(language)),
        ("clause", overview.clause_of(check.requirement)),
        ("next", "\n  ".join(next_commands(record, check))),
        ("reason", check.reason),
    )
    lines = [f"{say(name, language)}: {value}" for name, value in told if value]
    entry = overview.exchange_of(record, check)
    if entry is not None:
        lines += [
            f"{say('exchange', language)}: {entry.id} {evidence.headline(entry)}",
            "",
            curl_command(entry),
        ]
    return "\n".join(lines)


def _suite_lines(record: RunRecord, suite: _Suite) -> list[str]:
    totals = "".join(f' {name}="{suite.count(element)}"' for name, element in _TOTALS)
    stamp = _timestamp(record.started_at)
    head = (
        f'  <testsuite name="{xml_text(suite.name)}" tests="{len(suite.cases)}"{totals} '
        f'time="{suite.seconds:.3f}"{stamp}>'
    )
    properties = {
        "jidi.verdict": record.verdict.word,
        "jidi.level": record.verdict.level,
        "jidi.profile": record.verdict.profile,
        "jidi.complete": str(record.verdict.complete).lower(),
        "jidi.exercised": "{}/{}".format(*overview.exercised(record)),
        "jidi.seed": str(record.header.seed),
    }
    lines = [head, "    <properties>"]
    lines += [
        f'      <property name="{name}" value="{xml_text(value)}"/>'
        for name, value in properties.items()
    ]
    lines.append("    </properties>")
    for case in suite.cases:
        lines += _case_lines(suite.classname, case)
    return [*lines, "  </testsuite>"]


def _case_lines(classname: str, case: _Case) -> list[str]:
    head = (
        f'    <testcase classname="{xml_text(classname)}" name="{xml_text(case.name)}" '
        f'time="{case.seconds:.3f}"'
    )
    if case.element == "skipped":
        inner = f'      <skipped message="{xml_text(case.message, 1_000)}"/>'
    elif case.element:
        inner = (
            f'      <{case.element} type="{xml_text(case.kind)}" '
            f'message="{xml_text(case.message, 1_000)}">{xml_text(case.text)}</{case.element}>'
        )
    elif case.message:
        told = f"{case.message}\n{case.text}"
        inner = f"      <system-out>{xml_text(told)}</system-out>"
    else:
        return [f"{head}/>"]
    return [f"{head}>", inner, "    </testcase>"]


def _timestamp(started_at: str) -> str:
    try:
        return (
            " "
            f'timestamp="{datetime.fromisoformat(started_at).replace(tzinfo=None).isoformat(timespec="seconds")}"'
        )
    except ValueError:
        return ""
