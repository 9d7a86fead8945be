"""A long list of tests can be split and gone on with, and nothing is lost or done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.proving import ROOT, State, part, shard

NAMES = [f"tests/some/test_file.py::test_case[{number}]" for number in range(500)]


def test_shards_hold_every_test_once() -> None:
    """Whatever the number of parts, and all of about one size."""
    for of in (1, 2, 7):
        parts = [
            [name for name in NAMES if part(name, of) == number] for number in range(1, of + 1)
        ]
        assert sorted(name for one in parts for name in one) == sorted(NAMES)
        assert min(map(len, parts)) > len(NAMES) / of / 2


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_shard_that_is_none_is_refused(text: str) -> None:
    """Else nothing would be proven, and nobody would see it."""
    with pytest.raises(pytest.UsageError, match="second of five"):
        shard(text)


def _report(name: str, outcome: str, when: str = "call") -> pytest.TestReport:
    return pytest.TestReport(name, ("f", 1, "t"), {}, outcome, None, when)  # type: ignore[arg-type]  # literal types


def test_what_passed_is_remembered_under_the_same_digest_only(tmp_path: Path) -> None:
    """A failure takes it back, also one of the teardown; another digest begins anew."""
    state = State(tmp_path / "build" / "prove.json", "one")
    for name, outcome in (("a", "passed"), ("b", "failed"), ("c", "skipped"), ("d", "passed")):
        state.pytest_runtest_logreport(_report(name, outcome))
    state.pytest_runtest_logreport(_report("d", "failed", "teardown"))
    assert State(tmp_path / "build" / "prove.json", "one").passed == {"a"}
    assert State(tmp_path / "build" / "prove.json", "two").passed == set()


@pytest.mark.thorough
def test_shard_and_resume_leave_out_what_they_say(tmp_path: Path) -> None:
    """In a run of its own, with a worker: what passed is not run again, what failed is."""
    tests = tmp_path / "test_three.py"
    tests.write_text(
        "import pathlib\nimport pytest\n\n"
        "@pytest.mark.parametrize('number', range(6))\n"
        "def test_one(number):\n"
        f"    with pathlib.Path({str(tmp_path / 'ran')!r}).open('a') as file:\n"
        "        file.write(f'{number}\\n')\n"
        f"    assert number or pathlib.Path({str(tmp_path / 'mended')!r}).exists()\n",
        "utf-8",
    )

    def run(*arguments: str) -> list[str]:
        (tmp_path / "ran").unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-p", "tests.proving", "-p", "no:schemathesis"]
        state = ["--prove-state", str(tmp_path / "state.json"), "-c", "/dev/null"]
        subprocess.run(
            [*command, "-n", "1", *state, *arguments, str(tests)],
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
        ran = tmp_path / "ran"
        return sorted(ran.read_text("utf-8").split()) if ran.exists() else []

    halves = [run("--shard", "1/2"), run("--shard", "2/2")]
    assert sorted([*halves[0], *halves[1]]) == list("012345")
    assert len(json.loads((tmp_path / "state.json").read_text("utf-8"))["passed"]) == 5
    (tmp_path / "mended").touch()
    assert run("--resume") == ["0"]
    assert run("--resume") == []
