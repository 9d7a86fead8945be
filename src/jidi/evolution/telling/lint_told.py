"""What a linter found: to a person at a terminal, and as SARIF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from jidi.evolution.linting.lint_findings import Finding, Linted
from jidi.evolution.linting.rule_set import RuleSet, table
from jidi.model.text import Language, Text
from jidi.report.escaping import one_line, visible
from jidi.wording import family, sentence

RULES: Final = family("evolution", "lint-rule-")
SEVERITY_WORDS: Final = family("evolution", "lint-severity-")
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}


def lint_lines(linted: Linted) -> Iterator[Text]:
    """One line a finding, and one that sums up."""
    for one in linted.findings:
        place = one_line(one.found.file) + (f":{one.line}" if one.line else "")
        yield sentence(
            "evolution/lint-finding",
            place=place,
            severity=SEVERITY_WORDS[one.severity],
            rule=one.found.rule,
            pointer=one_line(one.found.pointer or "/"),
            message=one.found.message,
        )
    yield sentence(
        "evolution/lint-summary",
        files=linted.files,
        schemas=linted.schemas,
        rules=one_line(linted.rules),
        errors=linted.count("error"),
        warnings=linted.count("warning"),
        info=linted.count("info"),
    )
    if linted.undecided:
        yield sentence("evolution/lint-undecided", count=linted.undecided)


def rule_lines(rules: RuleSet) -> Iterator[Text]:
    """Every rule, how severe it is in the set, and what it is for."""
    for name in table():
        severity = SEVERITY_WORDS[rules.severities.get(name, "off")]
        yield sentence(
            "evolution/lint-rule", rule=f"{name:20}", severity=severity, what=RULES[name]
        )


def lint_sarif(linted: Linted, language: Language, version: str) -> dict[str, Any]:
    """One run of SARIF 2.1.0: a result for each finding, each rule with what it is for."""
    rules = [
        {"id": f"schema/{name}", "shortDescription": {"text": RULES[name].for_language(language)}}
        for name in table()
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "jidi", "version": version, "rules": rules}},
                "results": [_result(one, language) for one in linted.findings],
            }
        ],
    }


def _result(one: Finding, language: Language) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(one.found.file)}}
    if one.line:
        physical["region"] = {"startLine": one.line}
    place: dict[str, Any] = {"physicalLocation": physical}
    if one.found.pointer:
        name = visible(one.found.pointer)
        place["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member"}]
    return {
        "ruleId": f"schema/{one.found.rule}",
        "level": _LEVELS[one.severity],
        "message": {"text": visible(one.found.message.for_language(language))},
        "locations": [place],
    }
