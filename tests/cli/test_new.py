"""``jidi new``: what it writes is sound, and it overwrites nothing."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from command_line import Cli

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint as lint_catalogue
from jidi.registry import Registry

CHECKOUT = resources.conformance_root().parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what contributors write into."""
    shutil.copytree(CHECKOUT / "conformance", tmp_path / "conformance")
    (tmp_path / "tests" / "conformance" / "broken_partners").mkdir(parents=True)
    return tmp_path


def lint(checkout: Path) -> list[str]:
    """Findings of the linter over the copy."""
    catalogue = Catalogue.load(Registry.load(), checkout / "conformance", strict=False)
    return [f"{finding.path}: {finding.message}" for finding in lint_catalogue(catalogue)]


def test_new_scenario_is_sound_and_explained(cli: Cli, checkout: Path) -> None:
    """It can be linted as it is written, and says what comes next."""
    made = cli("new", "scenario", "status-told", "--requirement", "DS-02.4", "--into", checkout)
    assert made.code == 0
    path = checkout / "conformance" / "scenarios" / "status" / "status-told.yaml"
    assert path.is_file()
    assert "jidi lint" in made.out
    assert lint(checkout) == []


def test_new_requirement_is_sound_until_its_prose_is_written(cli: Cli, checkout: Path) -> None:
    """The row stands at the end of its article, with the date and the roles of its neighbours."""
    assert cli("new", "requirement", "DS-06.5", "--into", checkout).code == 0
    catalogue = Catalogue.load(Registry.load(), checkout / "conformance", strict=False)
    assert list(catalogue.requirements).index("DS-06.5") == (
        list(catalogue.requirements).index("DS-06.4") + 1
    )
    assert lint(checkout) == []


def test_new_broken_partner_names_its_fault(cli: Cli, checkout: Path) -> None:
    """The module can be imported and holds one fault of the requirement."""
    made = cli(
        *("new", "broken-partner", "feed-silent", "--requirement", "DS-02.4"),
        *("--scenario", "feed-complete", "--into", checkout),
    )
    assert made.code == 0
    path = checkout / "tests" / "conformance" / "broken_partners" / "feed_silent.py"
    spec = importlib.util.spec_from_file_location("feed_silent", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert [(fault.name, fault.requirement) for fault in module.FAULTS] == [
        ("feed-silent", "DS-02.4")
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("scenario", "x", "--requirement", "DS-2.4"), "DS-02.4"),
        (("scenario", "x", "--requirement", "DS-02.4", "--op", "getStats"), "getStat"),
        (("scenario", "../x", "--requirement", "DS-02.4"), "hyphens"),
        (("scenario", "x", "--requirement", "DS-02.4", "--area", "../../y"), "hyphens"),
        (("requirement", "DS-06.1"), "free id"),
        (("requirement", "DS-13.1"), "no article DS-13"),
        (("broken-partner", "A", "--requirement", "DS-02.4", "--scenario", "x"), "hyphens"),
    ],
)
def test_what_cannot_be_written_is_told(
    cli: Cli, checkout: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Usage, with what would have been right; nothing is written."""
    before = sorted(checkout.rglob("*"))
    reply = cli("new", *arguments, "--into", checkout)
    assert reply.code == 2
    assert told in reply.err
    assert sorted(checkout.rglob("*")) == before


def test_nothing_is_overwritten(cli: Cli, checkout: Path) -> None:
    """A second call refuses and leaves the file as it is."""
    arguments = ("new", "scenario", "status-told", "--requirement", "DS-02.4", "--into", checkout)
    assert cli(*arguments).code == 0
    path = checkout / "conformance" / "scenarios" / "status" / "status-told.yaml"
    path.write_text("mine", encoding="utf-8")
    assert cli(*arguments).code == 2
    assert path.read_text("utf-8") == "mine"


def test_folder_that_is_no_checkout_is_told(cli: Cli, tmp_path: Path) -> None:
    """And how to name one."""
    reply = cli("new", "scenario", "x", "--requirement", "DS-02.4", "--into", tmp_path)
    assert reply.code == 2
    assert "--into" in reply.err
