"""Whoever reads a failure knows at once which member is wrong, both values, the clause and what to
type next: twenty defects, in every report.
"""

from __future__ import annotations

import json
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from planted_defects import DEFECTS, Defect
from tests.journals_made import journal_of

from jidi.model.run import RunRecord
from jidi.model.verdict import Outcome
from jidi.report import overview
from jidi.report.causes import Block, blocks
from jidi.report.formats.html import html_page
from jidi.report.formats.junit import junit_xml
from jidi.report.formats.markdown import markdown
from jidi.report.formats.run_json import run_json
from jidi.report.formats.terminal import render_terminal
from jidi.run.stored import load_record

SCREEN = 24
"""Lines of the smallest terminal."""

each_defect = pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)


@cache
def _judged(defect: Defect) -> RunRecord:
    with TemporaryDirectory() as folder:
        directory = Path(folder, "run")
        directory.mkdir()
        (directory / "journal.ndjson").write_bytes(journal_of(defect.records))
        return load_record(directory)


def _blocks(defect: Defect) -> tuple[Block, ...]:
    verdict = next(
        row for row in _judged(defect).verdict.requirements if row.requirement == defect.requirement
    )
    assert verdict.outcome is Outcome.FAIL
    return blocks(overview.deciding(verdict))


def _squeezed(text: str) -> str:
    """Without blanks, since a terminal breaks lines inside of words."""
    return "".join(text.split())


def _says_all(text: str, defect: Defect, *, commands: bool = True) -> None:
    found = _squeezed(text)
    wanted = [defect.member, *defect.values, defect.requirement.split(".")[0]]
    wanted += [f"--scenario {defect.shown_by}"] if commands else []
    assert [one for one in wanted if _squeezed(one) not in found] == []


def test_there_are_twenty_and_each_is_another() -> None:
    """A list that shrinks by accident is no proof."""
    assert len(DEFECTS) == 20
    assert len({defect.name for defect in DEFECTS}) == 20


@each_defect
def test_one_defect_is_one_block(defect: Defect) -> None:
    """However many checks saw it."""
    assert [block.lead.check for block in _blocks(defect)[1:]] == []


@each_defect
@pytest.mark.parametrize("language", ["en", "zh"])
def test_first_screen_of_a_failure_says_all(defect: Defect, language: str) -> None:
    """At eighty columns, from the line of the requirement on."""
    text = render_terminal(_judged(defect), "zh" if language == "zh" else "en", width=80)
    lines = text.split("\n")
    first = next(at for at, one in enumerate(lines) if one.startswith(f"✗ {defect.requirement}"))
    screen = "\n".join(lines[first : first + SCREEN])
    member = defect.member if defect.member not in {"time", "status"} or language == "en" else ""
    wanted = [member, defect.requirement.split(".")[0], f"--scenario {defect.shown_by}"]
    wanted += defect.values if language == "en" else ()
    assert [one for one in wanted if _squeezed(one) not in _squeezed(screen)] == []


@each_defect
def test_reports_for_people_and_programs_say_all(defect: Defect) -> None:
    """Markdown, JUnit, JSON and the page."""
    record = _judged(defect)
    text = markdown(record)
    begun = text.index(f"### ✗ {defect.requirement}")
    _says_all(unescape(text[begun : begun + 4_000]), defect)
    check = _blocks(defect)[0].lead
    case = junit_xml(record).decode().split(f'name="{defect.requirement} {check.check}"')[1]
    _says_all(unescape(case), defect)
    stored = next(
        one
        for row in json.loads(run_json(record))["requirements"]
        for one in row["checks"]
        if row["id"] == defect.requirement and one["check"] == check.check
    )
    assert any(defect.member in one for one in stored["members"])
    assert any(defect.shown_by in one for one in stored["next"])
    page = html_page(record).decode()
    data = json.loads(page.split('id="evidence">')[1].split("</script>")[0])
    shown = next(one for one in data["checks"][defect.requirement] if one["check"] == check.check)
    _says_all(json.dumps(shown, ensure_ascii=False).replace('\\"', '"'), defect)
