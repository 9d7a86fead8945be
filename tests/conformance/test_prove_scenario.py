"""One command proves a scenario, and says of every part of the proof that it is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.conformance import prove_scenario
from tests.conformance.prove_scenario import Case, found, main
from tests.conformance.trial import pool
from tests.unit.judge.stored_evidence import FOLDER

from jidi.model.text import Text


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """The platform's scenario about whom to turn to."""
    return Case("platform", "contacts", found("contacts")["platform"], tmp_path, keep=False)


@pytest.mark.slow
@pytest.mark.thorough
def test_published_scenario_is_proven_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 0, and the broken partners that it kills by name."""
    before = {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert main(["platform/contacts", "--dry"]) == 0
    said = capsys.readouterr().out
    assert "platform-complaints-nowhere killed" in said
    assert "every check turned red" in said
    assert {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()} == before


def test_scenario_that_nobody_has_is_a_mistake_of_the_caller() -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        main(["nowhere"])
    assert set(found("courier/contacts")) == {"courier"}


def test_title_in_one_language_is_missing_in_the_other(case: Case) -> None:
    """English where Chinese should stand is no Chinese."""
    (instance,) = case.instances
    for title, lacks in ((Text("Title", "Title"), "Chinese"), (Text(" ", "标题"), "English")):
        bad = replace(case, instances=(replace(instance, title=title),))
        assert list(prove_scenario._texts(bad)) == [f"the scenario has no {lacks} title"]
    assert list(prove_scenario._texts(case)) == []


def test_scenario_without_killers_is_not_proven(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that declares it, nor any for the negative cases of its requirement."""
    monkeypatch.setattr(prove_scenario, "FAULTS", {})
    with pool(1) as executor:
        (lack,) = prove_scenario._killers(case, executor)
    assert lack.startswith("no broken platform declares a check of contacts")
    assert list(prove_scenario._cases_without_killer(case)) == [
        f"no broken platform stands for the negative case PI-09.1/{case}"
        for case in ("contact-missing", "form-unreachable")
    ]


def test_scenario_that_no_kept_evidence_fails_is_not_proven(case: Case) -> None:
    """Killed, but not kept: the judge's own tests would not see it."""
    assert list(prove_scenario._kept(case, ["any"])) == []
    assert list(prove_scenario._kept(replace(case, instances=()), ["any"])) == [
        "no evidence of a broken partner fails a check of this scenario"
    ]
