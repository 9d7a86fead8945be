"""What is declared is imported, and what is imported is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
UNSEEN = {
    "httptools": "uvicorn speaks HTTP with it",
    "psycopg": "SQLAlchemy loads it by the URL of the database",
}
"""Declared, imported by nothing of ours, and why all the same."""


def canonical(name: str) -> str:
    """The one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """Distributions that the project asks for, those of ``extras`` among them."""
    asked = [*PROJECT["dependencies"]]
    for extra in extras:
        asked += PROJECT["optional-dependencies"][extra]
    names = (re.match(r"[A-Za-z0-9_.-]+", line) for line in asked)
    return {canonical(name[0]) for name in names if name} - {"jidi"}


def imported(folder: str) -> Iterator[str]:
    """Distributions that the modules below ``folder`` import, each module's once."""
    known = packages_distributions()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top in known:
                    yield from map(canonical, set(known[top]) - {"jidi"})


@pytest.mark.parametrize(
    ("folder", "extras"), [("src/jidi", ()), ("reference_impl/jidi_reference", ("reference",))]
)
def test_what_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    """Nothing comes along by way of another package only."""
    assert set(imported(folder)) <= declared(*extras)


def test_what_is_declared_is_imported() -> None:
    """Nobody installs what nothing uses."""
    used = {*imported("src/jidi"), *imported("reference_impl/jidi_reference")}
    assert declared("reference") - used == set(UNSEEN)


def test_kit_needs_nothing_of_the_reference_partner() -> None:
    """Who only certifies installs no database."""
    assert set(imported("src/jidi")).isdisjoint(declared("reference") - declared())


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_every_locked_version_has_digests(name: str) -> None:
    """A file that was replaced at its source is not installed."""
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 40
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_lock_holds_everything_that_is_declared() -> None:
    """Both commands of the README install from these lists alone."""
    locked = set(
        re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    )
    assert declared("reference", "build") <= set(map(canonical, locked))


@pytest.mark.parametrize("goal", ["demo", "test"])
def test_both_commands_of_the_readme_install_by_the_lists_with_digests(
    goal: str, tmp_path: Path
) -> None:
    """Nothing is looked for outside them, what builds the package included."""
    asked = ["make", "--dry-run", f"VENV={tmp_path / 'venv'}", f"STAMPS={tmp_path}", goal]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    installs = [line for line in told.splitlines() if " pip install " in line]
    own = [line for line in installs if line.endswith(" --editable .")]
    others = [line for line in installs if line not in own]
    assert len(own) == 1
    assert "--no-deps --no-build-isolation" in own[0]
    assert [line for line in others if "--require-hashes" not in line] == []
    lists = [line.rpartition(" ")[2] for line in others]
    assert lists == ["constraints.txt", "constraints-dev.txt"][: 1 + (goal == "test")]


def test_what_builds_the_package_is_locked() -> None:
    """Its backend stands in the list that both commands install first."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    locked = re.findall(
        r"^([A-Za-z0-9_.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE
    )
    for line in asked:
        name = re.match(r"[A-Za-z0-9_.-]+", line)
        assert name is not None
        assert canonical(name[0]) in {canonical(one) for one in locked}
