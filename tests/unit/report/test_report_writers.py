"""Each format says what the record says, in its own dialect, and survives a hostile candidate."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

import junitparser
import miniature
import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from msgspec import structs
from rich.cells import cell_len

from jidi.errors import RunDirectoryError, SelectionError
from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.model.verdict import Outcome
from jidi.report import FORMATS, overview, print_summary, render_terminal, write_all
from jidi.report.escaping import is_plain, well_formed
from jidi.report.formats.har import har_json
from jidi.report.formats.html import html_page
from jidi.report.formats.junit import junit_xml
from jidi.report.formats.markdown import markdown
from jidi.report.formats.run_json import run_json
from jidi.report.wording import OUTCOME_SYMBOLS, OUTCOME_WORDS, PAGE_WORDING, WORDING, say
from jidi.resources import conformance_root

GOLDEN = Path(__file__).parent / "golden"
RECORDS = {
    "mixed": miniature.record(),
    "passing": miniature.passing(),
    "hostile": miniature.hostile(),
    "incomplete": miniature.record("inconclusive", complete=False),
    "kit-fault": miniature.record("kit-fault"),
    "selection": miniature.record("selection-passed", selected=True),
    "empty": miniature.record("inconclusive", complete=False, rows=()),
}


@pytest.fixture(params=sorted(RECORDS))
def record(request: pytest.FixtureRequest) -> RunRecord:
    """Each of the synthetic records in turn."""
    return RECORDS[request.param]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("run.json", run_json(RECORDS["mixed"])),
        ("junit.xml", junit_xml(RECORDS["mixed"])),
        ("summary.md", markdown(RECORDS["mixed"]).encode()),
        ("summary.zh.md", markdown(RECORDS["mixed"], "zh").encode()),
        ("terminal.txt", render_terminal(RECORDS["mixed"]).encode()),
    ],
)
def test_report_is_what_was_agreed(name: str, written: bytes) -> None:
    """Golden files; after an intended change write them anew with JIDI_WRITE_GOLDEN=1 and read the
    difference.
    """
    if os.environ.get("JIDI_WRITE_GOLDEN"):
        (GOLDEN / name).write_bytes(written)
    assert written.decode() == (GOLDEN / name).read_text(encoding="utf-8")


# run.json


def test_run_json_is_valid_by_its_own_schema(record: RunRecord) -> None:
    """Every record gives a document that the published schema takes."""
    schema = json.loads(
        (conformance_root() / "meta" / "run.schema.json").read_text(encoding="utf-8")
    )
    Draft202012Validator.check_schema(schema)
    assert [
        error.message
        for error in Draft202012Validator(schema).iter_errors(json.loads(run_json(record)))
    ] == []


def test_run_json_schema_is_closed_and_bilingual() -> None:
    """An unknown member is refused, and every description has its Chinese twin."""
    schema = json.loads(
        (conformance_root() / "meta" / "run.schema.json").read_text(encoding="utf-8")
    )
    document = json.loads(run_json(RECORDS["mixed"]))
    for spoiled in (
        {**document, "extra": 1},
        {**document, "verdict": {**document["verdict"], "extra": 1}},
        {**document, "counts": {}},
    ):
        assert not Draft202012Validator(schema).is_valid(spoiled)
    written = json.dumps(schema)
    assert written.count('"description":') == written.count('"x-description-zh":')


def test_run_json_verdict_part_is_the_verdict_alone(record: RunRecord) -> None:
    """The part that must be byte-identical holds no time, no exchange id and no text, and comes
    unchanged from the model.
    """
    assert json.loads(run_json(record))["verdict"] == well_formed(record.verdict.as_json())
    assert "2026-11-21" not in json.dumps(record.verdict.as_json())


def test_run_json_is_canonical() -> None:
    """Keys are sorted, Chinese stays readable, the last byte is a line feed, and two writes
    agree.
    """
    written = run_json(RECORDS["mixed"])
    text = written.decode()
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=2) + "\n" == text
    assert "张三丰" not in text
    assert "回执" in text
    assert written == run_json(miniature.record())


def test_run_json_counts_no_evidence_as_not_exercised() -> None:
    """A requirement that no check touched is counted where people look for it."""
    document = json.loads(run_json(RECORDS["mixed"]))
    assert document["counts"]["not-exercised"] == 2
    assert document["totals"] == {
        "binding": 11,
        "exchanges": 5,
        "exercised": 5,
        "generated_cases": 2048,
    }


# JUnit


def test_junit_xml_has_the_shape_that_readers_share(record: RunRecord) -> None:
    """Elements, attributes, totals and uniqueness as GitLab, GitHub and Jenkins want them."""
    root = ET.fromstring(junit_xml(record))  # noqa: S314 - our own output
    assert root.tag == "testsuites"
    cases = 0
    for suite in root:
        assert suite.tag == "testsuite"
        assert {"name", "tests", "failures", "errors", "skipped", "time"} <= set(suite.attrib)
        assert next(child.tag for child in suite) == "properties"
        found = suite.findall("testcase")
        cases += len(found)
        assert int(suite.attrib["tests"]) == len(found)
        for total, element in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.attrib[total]) == len(suite.findall(f"testcase/{element}"))
        for case in found:
            assert set(case.attrib) == {"classname", "name", "time"}
            assert len(case) <= 1
            assert {child.tag for child in case} <= {"failure", "error", "skipped", "system-out"}
        names = [(case.attrib["classname"], case.attrib["name"]) for case in found]
        assert len(set(names)) == len(names)
    assert int(root.attrib["tests"]) == cases


def test_junit_xml_is_read_back_by_a_common_reader(record: RunRecord) -> None:
    """The reader junitparser finds the totals that the writer put down."""
    read = junitparser.JUnitXml.fromstring(junit_xml(record))
    written = (read.tests, read.failures, read.errors, read.skipped)
    read.update_statistics()
    assert (read.tests, read.failures, read.errors, read.skipped) == written


def _elements(record: RunRecord) -> dict[str, str]:
    root = ET.fromstring(junit_xml(record))  # noqa: S314 - our own output
    return {
        case.attrib["name"]: (case[0].tag if len(case) else "") for case in root.iter("testcase")
    }


def test_junit_xml_never_passes_what_was_not_seen() -> None:
    """Only checks that passed or warned are without failure, error or skip."""
    elements = _elements(RECORDS["mixed"])
    passed = [name for name, element in elements.items() if element in ("", "system-out")]
    assert passed == [
        "DS-01.2 consignment-accepted/place/receipt",
        "DS-01.3 consignment-refused[phone]/place/status",
        "DS-02.1 trajectory/read/groups",
        "PI-07.2 canaries/all/canaries",
    ]
    assert elements["DS-02.3"] == "skipped"
    assert elements["DS-08.6"] == "skipped"


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("mixed", "failure"),
        ("incomplete", "error"),
        ("kit-fault", "error"),
        ("passing", "system-out"),
        ("empty", "error"),
    ],
)
def test_junit_xml_carries_the_run_verdict_as_a_case(name: str, element: str) -> None:
    """A pipeline cannot turn green on skipped cases alone: an inconclusive run is an error."""
    assert _elements(RECORDS[name])["verdict"] == element


# Markdown


def test_markdown_summary_makes_nothing_active_of_what_a_candidate_sent() -> None:
    """Rendered, it holds no link, image or script from outside."""
    page = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(
        markdown(RECORDS["hostile"])
    )
    assert not re.search(r"<(a|img|script|svg|b|evil)\b", page)
    assert is_plain(markdown(RECORDS["hostile"]))


def test_markdown_summary_stays_below_the_limit_of_the_step_summary() -> None:
    """GitHub refuses more than 1 MiB; what is left out is said."""
    rows = tuple(miniature.hostile().verdict.requirements) * 80
    written = markdown(miniature.record(rows=rows))
    assert len(written.encode()) < 1024 * 1024


# Terminal


def test_terminal_summary_names_requirement_expected_actual_and_a_command() -> None:
    """What an engineer needs stands there, the verdict stands last."""
    written = render_terminal(RECORDS["mixed"], report=Path("/runs/miniature/report.html"))
    expected = (
        "A fault at /recipient/phone",
        "201: the consignment was accepted",
        "x000002  POST",
        "curl -sSi",
        "$JIDI_PLATFORM_A_TOKEN",
        "Not exercised (2)",
    )
    for part in ("✗ DS-01.3", *expected):
        assert part in written
    assert written.index("not conformant, level core") > written.index("curl")
    assert written.rstrip().endswith("/runs/miniature/report.html")


@pytest.mark.parametrize(
    ("language", "line"), [("en", "conformant, level core"), ("zh", "符合，级别：核心级")]
)
def test_terminal_verdict_line_speaks_both_languages(language: Language, line: str) -> None:
    """The line that a person looks for first."""
    assert line in render_terminal(RECORDS["passing"], language)


def test_terminal_summary_lets_no_sequence_of_a_candidate_through(record: RunRecord) -> None:
    """Without colour there is not one control character; with it only those that colour needs."""
    assert is_plain(render_terminal(record))
    coloured = re.sub("\x1b\\[[0-9;]*m", "", render_terminal(record, colour=True))
    assert is_plain(coloured)


def test_terminal_summary_takes_no_markup_from_a_candidate() -> None:
    """Square brackets stay brackets."""
    (row,) = miniature.hostile().verdict.requirements
    checks = tuple(check for check in row.checks if check.check.startswith("hostile[rich]"))
    written = render_terminal(
        miniature.record(rows=(dataclasses.replace(row, checks=checks),)), width=400
    )
    assert miniature.HOSTILE["rich"] in written


def test_terminal_summary_is_plain_where_there_is_no_terminal() -> None:
    """A pipe or a file gets no colour."""
    stream = io.StringIO()
    print_summary(RECORDS["mixed"], stream=stream)
    assert is_plain(stream.getvalue())
    assert "not conformant, level core" in stream.getvalue()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "has_colour"), [("", True), ("1", False)])
def test_terminal_summary_heeds_no_color(
    monkeypatch: pytest.MonkeyPatch, no_color: str, has_colour: bool
) -> None:
    """On a terminal there is colour unless NO_COLOR is set."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    if not no_color:
        monkeypatch.delenv("NO_COLOR")
    stream = _Terminal()
    print_summary(RECORDS["mixed"], stream=stream)
    assert ("\x1b[32m" in stream.getvalue() or "\x1b[1;31m" in stream.getvalue()) is has_colour


def test_incomplete_run_says_so_in_every_format_for_people() -> None:
    """What was broken off is nowhere presented as whole."""
    broken = RECORDS["incomplete"]
    for written in (
        render_terminal(broken, width=300),
        markdown(broken),
        html_page(broken).decode(),
        junit_xml(broken).decode(),
    ):
        assert WORDING["incomplete-sentence"].en in written


def test_incomplete_run_has_no_end_in_run_json() -> None:
    """The time of the last record is not taken for the end of the run."""
    assert json.loads(run_json(RECORDS["incomplete"]))["finished_at"] is None


def test_waived_requirement_stands_with_its_reason() -> None:
    """A waiver is never silent: terminal, Markdown and page say until when and by whom."""
    for written in (
        render_terminal(RECORDS["mixed"]),
        markdown(RECORDS["mixed"]),
        html_page(RECORDS["mixed"]).decode(),
    ):
        assert "Waived until 2027-01-01 by the lab." in written


def test_observations_are_shown_without_weight() -> None:
    """A finding that bears on no requirement is there for people, and no count changes by it."""
    assert "An answer took 1.2 s." in render_terminal(RECORDS["mixed"])
    assert "一次响应耗时 1.2 秒。" in html_page(RECORDS["mixed"]).decode()
    assert "1.2 s" not in run_json(RECORDS["mixed"]).decode()


# HAR, HTML, files


def test_har_is_version_1_2_with_every_exchange(record: RunRecord) -> None:
    """Entries in journal order with what HAR 1.2 demands."""
    log = json.loads(har_json(record))["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "jidi")
    assert [entry["comment"].split(" ")[0] for entry in log["entries"]] == list(record.exchanges)
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert {
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        } <= set(entry["request"])
        assert {
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        } <= set(entry["response"])


def test_html_page_names_nothing_outside_itself(record: RunRecord) -> None:
    """No element that loads, and a policy that forbids it."""
    page = html_page(record).decode()
    frame = page[: page.index('<script type="application/json"')]
    assert not re.search(
        r"<(iframe|object|embed|form|base)\b|<(script|img|link|source)[^>]*\b(src|href)=(?!\"data:,\")",
        frame,
    )
    assert "default-src &#39;none&#39;" in frame
    assert page.count("<script") == 2


def test_html_data_cannot_leave_its_element() -> None:
    """Between the data element's tags stands neither an angle bracket nor a line separator, and it
    parses back.
    """
    page = html_page(RECORDS["hostile"]).decode()
    data = page.split('<script type="application/json" id="evidence">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)
    assert json.loads(data)["exchanges"][1]["request"]["body"] == miniature.HOSTILE["script"]


def test_html_page_never_shows_not_exercised_as_passed() -> None:
    """Both kinds of missing evidence have their own colour class."""
    page = html_page(RECORDS["mixed"]).decode()
    for name in ("DS-02.3", "PI-07.1"):
        assert (
            f'data-requirement="{name}" data-clause="{name[:5]}" data-outcome="not-exercised"'
            in page
        )


def test_reports_hold_no_credential() -> None:
    """An Authorization header that was not redacted stays out of what is meant to be pasted; the
    others show the commitment only.
    """
    for written in (
        junit_xml(RECORDS["mixed"]).decode(),
        markdown(RECORDS["mixed"]),
        render_terminal(RECORDS["mixed"]),
    ):
        assert "credential:" not in written


def test_write_all_writes_the_formats_that_were_asked(tmp_path: Path) -> None:
    """File names are those of the contract; nothing half-written stays behind."""
    written = write_all(RECORDS["mixed"], tmp_path / "new", FORMATS, "zh")
    contract = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")
    assert all(f"{path.name}`" in contract for path in written.values())
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        path.name for path in written.values()
    )
    assert '<html lang="zh"' in written["html"].read_text(encoding="utf-8")


def test_write_all_refuses_a_format_that_does_not_exist(tmp_path: Path) -> None:
    """The message names it and those that exist; nothing is written."""
    with pytest.raises(SelectionError, match=rf"'pdf'.*{', '.join(FORMATS)}"):
        write_all(RECORDS["mixed"], tmp_path, ["json", "pdf"])
    assert not list(tmp_path.iterdir())


def test_write_all_names_the_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A place that is a file is the operator's to mend."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(RunDirectoryError, match=r"run\.json"):
        write_all(RECORDS["mixed"], tmp_path / "taken", ["json"])


def test_wording_speaks_both_languages_with_the_same_places() -> None:
    """No sentence is missing or empty in a language, and both have the same places to fill."""
    assert set(OUTCOME_WORDS) == set(Outcome)
    assert not set(WORDING) & set(PAGE_WORDING)
    for name, text in {**WORDING, **PAGE_WORDING}.items():
        assert text.en, name
        assert text.zh, name
        assert sorted(re.findall(r"\{\w+\}", text.en)) == sorted(re.findall(r"\{\w+\}", text.zh)), (
            name
        )


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 100, 300])
def test_terminal_summary_keeps_sign_id_outcome_and_count_at_any_width(
    width: int, language: Language
) -> None:
    """Only prose is cut: eighty columns, a pipe, a narrow window."""
    record = RECORDS["mixed"]
    written = render_terminal(record, language, width=width)
    head = written.split(say("not-met", language))[0]
    for verdict in record.verdict.requirements:
        (row,) = [line for line in head.splitlines() if f" {verdict.requirement} " in line]
        passed = sum(check.outcome is Outcome.PASS for check in verdict.checks)
        outcome = overview.shown(verdict.outcome)
        assert row.split()[:2] == [OUTCOME_SYMBOLS[outcome], verdict.requirement]
        assert OUTCOME_WORDS[outcome].for_language(language) in row
        assert f" {passed}/{len(verdict.checks)}" in row
        assert cell_len(row) <= max(width, 42)


def test_words_that_stand_for_others_are_no_facts_of_the_run() -> None:
    """There are hundreds, and they say nothing to whoever reads a report."""
    plain = RECORDS["mixed"]
    header = structs.replace(plain.header, words={"Operator": "Somebody"})
    assert overview.facts(dataclasses.replace(plain, header=header)) == overview.facts(plain)
