"""How commands end when something is wrong."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from command_line import Cli, closed_port

from jidi.cli.application import Application
from jidi.cli.reference import ReferencePartner
from jidi.errors import DataError, KitFaultError, OperatorError, UnreachableError
from jidi.model.text import Text


def fragile(error: BaseException) -> Application:
    """A real group whose only command raises ``error``."""

    @click.command("break")
    def breaking() -> None:
        raise error

    return Application("jidi", text=Text("t", "t"), commands=[breaking])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperatorError("o"), 2),
        (UnreachableError("u"), 3),
        (DataError("d"), 4),
        (KitFaultError("k"), 4),
        (RuntimeError("x"), 4),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (click.UsageError("y"), 2),
    ],
)
def test_errors_end_with_the_code_of_their_class(error: BaseException, code: int) -> None:
    """Each class of error has one exit code and leaves one line on standard error."""
    result = CliRunner().invoke(fragile(error), ["break"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_unexpected_error_leaves_its_traceback_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person sees where the details are; the details hold the traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = CliRunner().invoke(fragile(RuntimeError("boom")), ["break"])
    (details,) = tmp_path.glob("jidi-fault-*.txt")
    assert str(details) in result.stderr
    assert "RuntimeError: boom" in details.read_text("utf-8")


@pytest.mark.parametrize("command", ["certify", "init"])
def test_candidate_that_is_not_there_gives_3(cli: Cli, tmp_path: Path, command: str) -> None:
    """Nobody listens: no verdict is possible, and the reader is told what to do."""
    reply = cli(command, f"http://127.0.0.1:{closed_port()}", *(["-o", tmp_path / "t.yaml"] if command == "init" else ["--out", tmp_path / "run"]))
    assert reply.code == 3
    assert reply.err.startswith("Error: ")
    assert "Traceback" not in reply.said


def test_target_file_whose_candidate_is_not_there_gives_3(cli: Cli, tmp_path: Path) -> None:
    """With a target file it is no different."""
    target = tmp_path / "t.yaml"
    target.write_text(f"jidi-target: 1\nname: x\nrole: courier\nbase_url: http://127.0.0.1:{closed_port()}\n", "utf-8")
    assert cli("certify", target, "--out", tmp_path / "run").code == 3


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("jidi-target: 1\nname: x\nrole: courier\n", "base_url"),
        ("jidi-target: 1\nname: x\nrole: baker\nbase_url: http://127.0.0.1:1\n", "baker"),
        ("a: [", "YAML"),
        ("a: 1\na: 2\n", "a"),
    ],
)
@pytest.mark.parametrize("command", ["certify", "doctor"])
def test_bad_target_file_gives_2_and_names_the_fault(cli: Cli, tmp_path: Path, command: str, content: str, named: str) -> None:
    """The operator must act, and learns on what."""
    target = tmp_path / "t.yaml"
    target.write_text(content, "utf-8")
    reply = cli(command, target)
    assert reply.code == 2
    assert named in reply.err
    assert "Traceback" not in reply.said


@pytest.mark.parametrize("arguments", [["certify", "nowhere.yaml"], ["doctor", "nowhere.yaml"], ["report", "render", "nowhere"], ["validate", "nowhere.json"]])
def test_file_that_is_not_there_gives_2(cli: Cli, arguments: list[str]) -> None:
    """The name of the file stands in the sentence."""
    reply = cli(*arguments)
    assert reply.code == 2
    assert arguments[-1] in reply.err


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["--frob"], ["certify"], ["certify", "x", "--level", "best"], ["list", "things"], ["explain", "DS-99.9"]]
)
def test_misuse_gives_2(cli: Cli, arguments: list[str]) -> None:
    """Unknown commands, options, values and ids are the caller's to mend."""
    reply = cli(*arguments)
    assert reply.code == 2
    assert reply.err.startswith("Error: ")


@pytest.mark.parametrize(("option", "value"), [("--requirement", "DS-99.9"), ("--clause", "DS-99"), ("--scenario", "no-such"), ("--area", "no-such")])
def test_unknown_selection_gives_2_without_traffic(cli: Cli, courier: ReferencePartner, tmp_path: Path, option: str, value: str) -> None:
    """An id that does not exist is refused by name, and no run directory is begun."""
    reply = cli("certify", courier.target_file, option, value, "--out", tmp_path / "run")
    assert reply.code == 2
    assert value in reply.err
    assert not (tmp_path / "run" / "journal.ndjson").exists()
