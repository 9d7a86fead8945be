"""Writes the Markdown summary for a pull request or ``GITHUB_STEP_SUMMARY`` (which takes 1 MiB at
most).
"""

from __future__ import annotations

from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.model.verdict import Outcome, RequirementVerdict
from jidi.report import exchange_view as evidence
from jidi.report import overview
from jidi.report.causes import Block, blocks, same_cause
from jidi.report.escaping import markdown_block, markdown_text, one_line
from jidi.report.formats.curl import curl_command
from jidi.report.next_steps import next_commands, where
from jidi.report.remarks import remarks
from jidi.report.wording import OUTCOME_SYMBOLS, OUTCOME_WORDS, RUN_SENTENCES, say

_VERDICT_ICONS = {0: "✅", 1: "❌", 3: "⚠️", 4: "🛠️"}
_CAUSES_SHOWN = 5
_CURL_LIMIT = 4_000
_SIZE_LIMIT = 900_000
_DETAILED = (
    Outcome.FAIL,
    Outcome.UNSTABLE,
    Outcome.HARNESS_ERROR,
    Outcome.CONFIG_ERROR,
    Outcome.WARN,
)


def markdown(record: RunRecord, language: Language = "en") -> str:
    """Verdict, table by article, and what does not hold with its evidence; details are left out
    once the text nears the limit.
    """
    parts = [*_head(record, language), *_table(record, language)]
    size = sum(len(part.encode("utf-8")) for part in parts)
    for heading, outcomes in (
        ("not-met", _DETAILED[:2]),
        ("errors", _DETAILED[2:4]),
        ("warnings", _DETAILED[4:]),
    ):
        found = overview.with_outcome(record, *outcomes)
        parts += [f"## {say(heading, language)}", ""] if found else []
        for verdict in found:
            detail = _requirement(record, verdict, language)
            size += len(detail.encode("utf-8"))
            if size > _SIZE_LIMIT:
                return "\n".join([*parts, f"_{say('cut', language)}_", ""])
            parts.append(detail)
    parts += _reasons(record, language, "waivers", Outcome.WAIVED)
    parts += _reasons(record, language, "not-exercised", Outcome.NOT_EXERCISED)
    return "\n".join(parts).rstrip() + "\n"


def _head(record: RunRecord, language: Language) -> list[str]:
    icon = _VERDICT_ICONS[record.verdict.exit_code]
    parts = [f"# {icon} {markdown_text(overview.verdict_line(record).for_language(language))}", ""]
    if not record.verdict.complete:
        parts += [
            "> [!WARNING]",
            f"> **{say('incomplete', language)}.** {say('incomplete-sentence', language)}",
            "",
        ]
    passed = len(overview.with_outcome(record, Outcome.PASS))
    parts += [
        f"{RUN_SENTENCES[record.verdict.word].for_language(language)} "
        f"{say('of', language, part=passed, whole=len(record.verdict.requirements))}. "
        f"{overview.exercised_line(record).for_language(language)}.",
        "",
    ]
    for remark in remarks(record):
        parts += [markdown_text(one_line(remark.for_language(language), 600)), ""]
    parts += ["| | |", "|---|---|"]
    for label, value in overview.facts(record):
        parts.append(
            f"| {markdown_text(label.for_language(language))} | "
            f"{markdown_text(one_line(value.for_language(language)))} |"
        )
    return [*parts, ""]


def _table(record: RunRecord, language: Language) -> list[str]:
    outcomes = [outcome for outcome, count in overview.counts(record).items() if count]
    heads = [
        f"{OUTCOME_SYMBOLS[outcome]} {OUTCOME_WORDS[outcome].for_language(language)}"
        for outcome in outcomes
    ]
    parts = [
        f"| {say('article', language)} | {' | '.join(heads)} |",
        f"|---|{'---:|' * len(outcomes)}",
    ]
    for article in overview.articles(record):
        cells = [str(article.count(outcome) or "") for outcome in outcomes]
        parts.append(
            "| "
            f"{markdown_text(f'{article.clause} {article.title.for_language(language)}'.strip())} "
            f"| {' | '.join(cells)} |"
        )
    return [*parts, ""]


def _requirement(record: RunRecord, verdict: RequirementVerdict, language: Language) -> str:
    outcome = overview.shown(verdict.outcome)
    word = OUTCOME_WORDS[outcome].for_language(language)
    text = markdown_text(overview.row_sentence(record, verdict.requirement).for_language(language))
    parts = [
        f"### {OUTCOME_SYMBOLS[outcome]} {markdown_text(verdict.requirement)} · {word}",
        "",
        text,
        "",
    ]
    checks = overview.deciding(verdict)
    if not checks:
        parts += [markdown_text(overview.why_not(verdict).for_language(language)), ""]
    found = blocks(checks)
    for block in found[:_CAUSES_SHOWN]:
        parts += _block(record, block, language)
    if len(found) > _CAUSES_SHOWN:
        parts += [f"_{say('more-causes', language, count=len(found) - _CAUSES_SHOWN)}_", ""]
    return "\n".join(parts)


def _block(record: RunRecord, block: Block, language: Language) -> list[str]:
    check = block.lead
    parts = [
        (
            f"**{markdown_text(one_line(check.check))}** "
            f"{markdown_text(f'({check.reason})') if check.reason else ''}"
        ).rstrip(),
        "",
    ]
    told = (
        ("member", where(check).for_language(language)),
        ("expected", check.expected.for_language(language)),
        ("actual", check.actual.for_language(language)),
        ("clause", overview.clause_of(check.requirement)),
        ("same-cause", same_cause(block, language)),
    )
    parts += [f"- {say(name, language)}: {markdown_text(value)}" for name, value in told if value]
    following = " · ".join(f"`{one}`" for one in next_commands(record, check))
    parts += [f"- {say('next', language)}: {following}"]
    parts += [""] if parts[-1] else []
    entry = overview.exchange_of(record, check)
    if entry is None:
        return parts
    name = entry.id
    command = curl_command(entry)
    if len(command) > _CURL_LIMIT:
        command = f"# {say('curl-long', language, id=name)}"
    summary = f"{markdown_text(name)} · {markdown_text(one_line(evidence.headline(entry)))}"
    return [
        *parts,
        f"<details><summary>{summary}</summary>",
        "",
        markdown_block(command, "bash", None),
        "",
        "</details>",
        "",
    ]


def _reasons(record: RunRecord, language: Language, heading: str, outcome: Outcome) -> list[str]:
    found = overview.with_outcome(record, outcome)
    if not found:
        return []
    parts = [f"## {say(heading, language, count=len(found))}", ""]
    return [
        *parts,
        *(
            f"- {markdown_text(verdict.requirement)}: "
            f"{markdown_text(overview.why_not(verdict).for_language(language))}"
            for verdict in found
        ),
        "",
    ]
