"""Splits a long list of tests into shards and goes on where an earlier run ended:
``pytest -p tests.proving --shard 2/5 --resume``.

What passed is written to ``build/prove.json`` beside a digest of everything that it rests on; with
``--resume`` those tests are left out as long as nothing of that changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[1]
STATE: Final = ROOT / "build" / "prove.json"
_LEFT_OUT: Final = "JIDI_PROVE_LEFT_OUT"
"""Environment variable that tells workers what the first process found: all must leave out the
same.
"""
_RESTS_ON: Final = (
    "src",
    "reference_impl",
    "conformance",
    "schemas",
    "tests",
    "constraints-dev.txt",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--shard``, ``--resume`` and ``--prove-state``."""
    group = parser.getgroup("proving")
    group.addoption("--shard", default="", metavar="I/N", help="only the I-th of N parts")
    group.addoption("--resume", action="store_true", help="leave out what passed before")
    group.addoption("--prove-state", default=str(STATE), metavar="FILE", help="what passed")


def pytest_configure(config: pytest.Config) -> None:
    """Read what passed before, once for all workers."""
    shard(config.getoption("--shard"))
    if not hasattr(config, "workerinput"):
        state = State(Path(config.getoption("--prove-state")), digest())
        config.pluginmanager.register(state, "proving-state")
        os.environ[_LEFT_OUT] = json.dumps(
            sorted(state.passed) if config.getoption("--resume") else []
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the shard, without what passed before."""
    number, of = shard(config.getoption("--shard"))
    done = set(json.loads(os.environ.get(_LEFT_OUT, "[]")))
    chosen = [one for one in items if part(one.nodeid, of) == number and one.nodeid not in done]
    kept = set(chosen)
    config.hook.pytest_deselected(items=[one for one in items if one not in kept])
    items[:] = chosen


def shard(text: str) -> tuple[int, int]:
    """``2/5`` as numbers; the whole when empty.

    Raises:
        pytest.UsageError: it is no shard.
    """
    number, _, of = (text or "1/1").partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise pytest.UsageError(f"--shard {text}: say 2/5 for the second of five parts.")
    return int(number), int(of)


def part(name: str, of: int) -> int:
    """The part to which a test belongs, by its name alone."""
    return zlib.crc32(name.encode()) % of + 1


def digest() -> str:
    """A digest of all files that the outcome rests on."""
    whole = hashlib.sha256()
    for top in _RESTS_ON:
        place = ROOT / top
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                whole.update(f"{path.relative_to(ROOT)}\n".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


class State:
    """What passed, for one digest; written after every test, so that an end at any time loses
    nothing.
    """

    def __init__(self, path: Path, rests_on: str) -> None:
        """``rests_on``: :func:`digest`; what passed under another one does not count."""
        self._path, self._rests_on = path, rests_on
        before: dict[str, Any] = {}
        if path.exists():
            before = json.loads(path.read_text(encoding="utf-8"))
        self.passed: set[str] = (
            set(before["passed"]) if before.get("rests-on") == rests_on else set()
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what passed, forget what did not."""
        if report.failed:
            self.passed.discard(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        else:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"rests-on": self._rests_on, "passed": sorted(self.passed)}, indent=1)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._path)
