"""Whole runs through the command line, each as a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command_line import Cli, jidi_process
from tests.sampling import thinned

from jidi.cli.reference import ReferencePartner
from jidi.report.render import WRITERS

FILES = {"journal.ndjson", *(file for file, _ in WRITERS.values())}
"""The evidence, and a report of each format."""


def verdict_of(folder: Path) -> dict[str, object]:
    """The verdict in ``run.json``."""
    return dict(json.loads((folder / "run.json").read_text("utf-8"))["verdict"])


def test_certify_of_one_scenario_passes_and_leaves_every_report(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """The verdict of a selection is not a certificate; progress stays off standard output."""
    reply = cli(
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
        "--seed",
        "7",
    )
    assert reply.code == 0, reply.said
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES
    assert verdict_of(tmp_path / "run")["word"] == "selection-passed"
    assert "scenarios planned" in reply.err
    assert "scenarios planned" not in reply.out


def test_certify_speaks_chinese(cli: Cli, courier: ReferencePartner, tmp_path: Path) -> None:
    """Progress and summary follow the language, also from the threads of the run."""
    reply = cli(
        "--lang",
        "zh",
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
    )
    assert reply.code == 0, reply.said
    assert "计划执行" in reply.err
    assert "scenario" not in reply.err
    assert "运行目录" in reply.out


def test_certify_writes_only_the_formats_asked_for(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """The journal is always there; it is the evidence."""
    cli(
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
        "--format",
        "json",
        "--format",
        "junit",
    )
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "journal.ndjson",
        "run.json",
        "junit.xml",
    }


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        (
            ("--scenario", "statistics-range"),
            "statistics-range: it bears on DS-04.1, for which level",
        ),
        (("--scenario", "order-carried"), "order-carried: it is for platform, not for a courier"),
        (("--scenario", "tls"), "tls: the candidate is on loopback without TLS"),
        (
            ("--area", "officer"),
            "officer-changed: it bears on PI-11.1, PI-11.2, for which level privacy",
        ),
        (
            ("--scenario", "consignment-accepted", "--requirement", "DS-02.1"),
            "consignment-accepted: it bears on DS-01.2, and others were asked for",
        ),
        (
            ("--scenario", "consignment-accepted", "--area", "push"),
            "consignment-accepted: its area is consignment",
        ),
        (
            ("--level", "full", "--requirement", "DS-08.6"),
            "DS-08.6 is established by what is attest",
        ),
        (("--scenario", "nowhere"), "There is no scenario 'nowhere'"),
    ],
)
def test_selection_that_plays_nothing_is_refused_with_the_reasons(
    cli: Cli, courier: ReferencePartner, tmp_path: Path, selected: tuple[str, ...], said: str
) -> None:
    """Nobody is left with an empty run and the word inconclusive; in Chinese likewise."""
    asked = ("certify", courier.target_file, *selected, "--out")
    reply = cli(*asked, tmp_path / "run", "--no-generated")
    assert reply.code == 2, reply.said
    assert said in " ".join(reply.said.split())
    chinese = cli("--lang", "zh", *asked, tmp_path / "zh", "--no-generated")
    assert chinese.code == 2
    assert re.search("均无法执行|没有名为", chinese.said)


def test_certify_refuses_a_folder_that_holds_a_run(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """Evidence is never written over."""
    first = cli(
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
    )
    before = (tmp_path / "run" / "journal.ndjson").read_bytes()
    again = cli(
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
    )
    assert (first.code, again.code) == (0, 2)
    assert (tmp_path / "run" / "journal.ndjson").read_bytes() == before


def test_report_render_gives_the_same_verdict_again(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """The journal alone is enough."""
    cli(
        "certify",
        courier.target_file,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
    )
    reply = cli(
        "report", "render", tmp_path / "run", "--out", tmp_path / "again", "--format", "json"
    )
    assert reply.code == 0, reply.said
    assert verdict_of(tmp_path / "again") == verdict_of(tmp_path / "run")


@pytest.mark.parametrize("number", thinned([signal.SIGKILL, signal.SIGINT], 2))
def test_run_that_was_cut_short_is_rendered_as_incomplete(
    cli: Cli, courier: ReferencePartner, tmp_path: Path, number: signal.Signals
) -> None:
    """Nothing is shown green that was not seen."""
    journal = tmp_path / "run" / "journal.ndjson"
    with jidi_process(
        "certify", courier.target_file, "--out", tmp_path / "run", "--no-generated"
    ) as process:
        deadline = time.monotonic() + 60
        while not (journal.exists() and b'"scenario-finished"' in journal.read_bytes()):
            assert process.poll() is None
            assert time.monotonic() < deadline
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    assert "Traceback" not in said
    reply = cli("report", "render", tmp_path / "run")
    assert reply.code in {1, 3}
    assert verdict_of(tmp_path / "run")["word"] in {"inconclusive", "not-conformant"}
    if number == signal.SIGKILL:
        assert verdict_of(tmp_path / "run")["complete"] is False


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize(
    ("asked", "word"),
    [
        pytest.param(["--role", "platform", "--no-generated"], "selection-passed", id="platform"),
        pytest.param([], "conformant-in-a-laboratory", marks=pytest.mark.thorough, id="courier"),
    ],
)
def test_demo_certifies_the_reference_partner_and_stops_it(
    tmp_path: Path, asked: list[str], word: str
) -> None:
    """The demo at level core: nothing broken, a report to open, no server left behind."""
    with jidi_process(
        *("demo", "--level", "core", *asked, "--out", tmp_path / "run", "--seed", "1"),
        folder=tmp_path,
    ) as process:
        said, _ = process.communicate(timeout=270)
    assert process.returncode == 0, said
    assert verdict_of(tmp_path / "run")["word"] == word
    assert (tmp_path / "run" / "report.html").as_uri() in said
    base_url = next(line for line in said.splitlines() if "runs at" in line).split()[-1].rstrip(".")
    listing = subprocess.run(
        ["ps", "-eo", "args"],  # noqa: S607 - the system's own ps
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert base_url.startswith("http://127.0.0.1:")
    assert str(tmp_path) not in listing
