"""Nothing that a candidate says gets out of the kit readable: neither into what it writes, the
temporary folder included, nor onto the terminal, in whatever spelling.
"""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from tests.conformance.leaks.candidate import TEXTS, leaking
from tests.conformance.leaks.spelled import SPELLINGS, VALUES
from tests.sampling import thinned

_SCENARIOS: Final = (
    "discovery-document",
    "contacts",
    "consignment-accepted",
    "consignment-batch",
    "consignment-limits",
    "credential-dead",
    "feed-whole",
    "partner-isolation",
    "push-signed",
    "push-replay",
    "shipment-query",
    "subscription-isolation",
    "trajectory-delivered",
    "version-negotiation",
)
_CHOSEN: Final = tuple(word for name in _SCENARIOS for word in ("--scenario", name))
_EACH: Final = 11
_STARTS: Final = tuple(number * 997 for number in range(12))
SAMPLE: Final = _STARTS[0]


def _wide(name: str, start: int, role: str, *options: str) -> Any:
    """A run that the suite leaves out and ``make prove`` plays."""
    return pytest.param(start, role, options, id=name, marks=pytest.mark.exhaustive)


RUNS: Final = (
    pytest.param(SAMPLE, "courier", (*_CHOSEN, "--no-generated"), id="sample"),
    *(_wide(f"courier-{start}", start, "courier", "--no-generated") for start in _STARTS[1:]),
    *(
        _wide(f"generated-{start}", start, "courier", "--requirement", "DS-08.4", "--generated")
        for start in (311, 3109, 40_009)
    ),
    *(
        _wide(f"{role}-{start}", start, role, "--no-generated")
        for role in ("platform", "integrator")
        for start in (211, 5003, 60_013)
    ),
)
"""Start, role and what is played; couriers of the kit are called by what is no courier."""


def _forms(text: str) -> set[bytes]:
    """``text`` as files of the kit may write it."""
    written = {
        text,
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        html.escape(text),
    }
    return {form.encode("utf-8", "surrogatepass") for form in written}


NEEDLES: Final = {form: text for text in TEXTS for form in _forms(text)}


def found_in(data: bytes) -> list[str]:
    """Every text of the candidate that stands in ``data``."""
    return sorted({text for form, text in NEEDLES.items() if form in data})


def _jidi(folder: Path, *arguments: str | Path, seconds: float = 240) -> bytes:
    """What the command printed, on both streams; it must end by itself, and never as a fault."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "jidi.cli", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode in {0, 1, 2, 3}, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


def _written(folder: Path, besides: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != besides
    }


def _leaks(folder: Path, target: Path, printed: dict[str, bytes]) -> dict[str, list[str]]:
    looked_at = {**_written(folder, target), **printed}
    return {name: texts for name, data in looked_at.items() if (texts := found_in(data))}


@pytest.mark.slow
@pytest.mark.timeout(1500)  # six commands, each with a bound of its own
@pytest.mark.parametrize(("start", "role", "options"), RUNS)
@pytest.mark.thorough
def test_run_writes_and_prints_nothing_that_the_candidate_says(
    start: int, role: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    """A run, its reports made anew, and its own journal judged as a recording."""
    target, run = tmp_path / "target.yaml", tmp_path / "run"
    with leaking(start, "", role) as document:
        target.write_text(yaml.safe_dump(document), "utf-8")
        printed = {
            "certify": _jidi(
                tmp_path,
                *("certify", target, "--out", run, "--seed", "3", "--max-time", "40"),
                *options,
            ),
            "doctor": _jidi(tmp_path, "doctor", target),
        }
    printed["report"] = _jidi(tmp_path, "report", "render", run, "--out", tmp_path / "again")
    for name in ("journal.ndjson", "har.json"):
        out = tmp_path / f"judged-{name}"
        printed[f"judge {name}"] = _jidi(
            tmp_path, "judge", run / name, "--role", role, "--out", out
        )
    assert (run / "journal.ndjson").stat().st_size > 10_000
    assert "⟦" in (run / "journal.ndjson").read_text("utf-8")
    assert _leaks(tmp_path, target, printed) == {}


@pytest.mark.parametrize("broken", thinned(["token", "", "redirect", "elsewhere"], 4))
@pytest.mark.parametrize("language", thinned(["zh", "en"], 2))
def test_what_comes_before_a_run_says_nothing_that_the_candidate_says(
    broken: str, language: str, tmp_path: Path
) -> None:
    """The target file that is written, and what is printed about a candidate that is not ready."""
    target = tmp_path / "target.yaml"
    with leaking(len(broken) * _EACH, broken) as document:
        target.write_text(yaml.safe_dump(document), "utf-8")
        lang = ("--lang", language)
        made = tmp_path / "made.yaml"
        printed = {
            "init": _jidi(tmp_path, *lang, "init", str(document["base_url"]), "-o", made),
            "doctor": _jidi(tmp_path, *lang, "doctor", target),
            "certify": _jidi(
                tmp_path,
                *(*lang, "certify", target, "--out", tmp_path / "run", "--max-time", "5"),
                *("--no-generated", "--scenario", "discovery-document"),
            ),
        }
    assert _leaks(tmp_path, target, printed) == {}


def test_the_search_finds_what_it_looks_for() -> None:
    """A test that found nothing anywhere would say that nothing leaks."""
    assert len(VALUES) >= 30
    assert len(SPELLINGS) >= 40
    for text in TEXTS[::_EACH]:
        assert found_in(json.dumps({"said": text}).encode())
        assert found_in(f"<td>{html.escape(text)}</td>".encode())
