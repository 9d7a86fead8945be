"""``jidi compare``: two stored runs beside each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli
from tests.cli.test_changed_runs import kept_journal, written

from jidi.cli.reference import ReferencePartner

_KEPT = "courier/consignment-accepted"


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """A healthy run, and one in which the candidate answered everything with an empty object."""
    healthy = kept_journal(_KEPT)
    broken = json.loads(json.dumps(healthy))
    for record in broken:
        if record["kind"] == "exchange" and (record.get("response") or {}).get("body", {}).get(
            "text"
        ):
            record["response"]["body"]["text"] = "{}"
    return written(tmp_path / "before", healthy), written(tmp_path / "after", broken)


@pytest.mark.parametrize(
    ("language", "new", "gone"),
    [
        ("en", "Fails now: ", "Fails no longer: "),
        ("zh", "新出现的不合格：", "已不再不合格："),
    ],
)
def test_compare_names_what_fails_now_and_what_does_no_longer(
    cli: Cli, runs: tuple[Path, Path], language: str, new: str, gone: str
) -> None:
    """The requirement, the check, and 1 as a gate; the other way round all is mended."""
    before, after = runs
    worse = cli("--lang", language, "compare", before, after)
    assert worse.code == 1, worse.said
    assert new in worse.said
    assert gone not in worse.said
    assert "consignment-accepted/" in worse.said
    better = cli("--lang", language, "compare", after, before)
    assert better.code in {0, 3}, better.said
    assert new not in better.said
    assert gone in better.said


def test_compare_speaks_to_machines(cli: Cli, runs: tuple[Path, Path]) -> None:
    """The same as JSON, with ids and outcomes and nothing that the candidate said."""
    reply = cli("compare", *runs, "--format", "json")
    said = json.loads(reply.out)
    assert reply.code == 1
    failing = [row for row in said["requirements"] if row["change"] == "new"]
    assert failing
    assert all(row["after"] == "fail" and row["before"] != "fail" for row in failing)
    assert all(check["id"].count("/") >= 1 for row in failing for check in row["checks"])


def test_compare_of_a_run_with_itself_finds_nothing(cli: Cli, runs: tuple[Path, Path]) -> None:
    """The same evidence gives the same verdict."""
    reply = cli("compare", runs[0], runs[0])
    assert reply.code == 0, reply.said
    assert "Nothing changed." in reply.said


def test_compare_refuses_what_holds_no_run(
    cli: Cli, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    """Usage, with the directory named."""
    reply = cli("compare", runs[0], tmp_path / "nowhere")
    assert reply.code == 2
    assert "nowhere" in reply.said


@pytest.mark.parametrize("other", [("--scenario", "consignment-accepted"), ("--area", "push")])
def test_rerun_failed_goes_with_no_other_selection(
    cli: Cli, runs: tuple[Path, Path], other: tuple[str, str]
) -> None:
    """One of the two would be ignored."""
    reply = cli("certify", "target.yaml", "--rerun-failed", runs[1], *other)
    assert reply.code == 2
    assert "--rerun-failed" in reply.said


def test_rerun_failed_plays_what_failed_with_its_seed(
    cli: Cli, runs: tuple[Path, Path], courier: ReferencePartner, tmp_path: Path
) -> None:
    """The mended courier passes the scenario that failed, and `compare` says so."""
    again = tmp_path / "again"
    reply = cli("certify", courier.target_file, "--rerun-failed", runs[1], "--out", again)
    assert reply.code == 0, reply.said
    said = json.loads((again / "run.json").read_text("utf-8"))
    assert said["run"]["selection"]["scenarios"] == ["consignment-accepted"]
    assert said["run"]["seed"] == kept_journal(_KEPT)[0]["run"]["seed"]
    assert cli("compare", runs[1], again).code == 0
    refused = cli("certify", courier.target_file, "--rerun-failed", again)
    assert refused.code == 2
    assert "Nothing failed" in refused.said
