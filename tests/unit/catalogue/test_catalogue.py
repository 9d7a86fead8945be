"""The catalogue: what it loads, in which order, and which contradictions it finds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.sampling import thinned

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint
from jidi.errors import DataError, SelectionError
from jidi.language.step_reading import written_of
from jidi.model.step import Call, Compares, StatusIs
from jidi.registry import Registry

from .conftest import DATA, META, Plant

CHINESE = re.compile("[\u3400-\u9fff]")
ACCEPTED = "scenarios/parcel/accepted.yaml"
REFUSED = "scenarios/parcel/refused.yaml"
LEDGER = "requirements/v1.0/ds-01.yaml"
PROFILE = "profiles/v1.0/courier-core.yaml"


def test_made_up_data_hold_no_contradiction(catalogue: Catalogue) -> None:
    """The base from which each planted contradiction departs is clean."""
    assert lint(catalogue) == []


def test_requirements_stand_in_ledger_order(catalogue: Catalogue) -> None:
    """DS before PI, articles and numbers ascending."""
    assert list(catalogue.requirements) == ["DS-01.2", "DS-01.3", "PI-07.1"]


def test_profile_holds_bounds_and_the_digest_of_its_file(catalogue: Catalogue) -> None:
    """Bounds by the path of the limit; scaled only where it says so."""
    profile = catalogue.profile("courier", "core")
    assert [
        (bound.limit, bound.at_most, bound.at_least, bound.scaled) for bound in profile.bounds
    ] == [
        ("push_latency_s", 60, None, False),
        ("push_retry.horizon_s", None, 86400, True),
    ]
    assert profile.digest.startswith("sha256:")
    with pytest.raises(SelectionError, match="courier-core"):
        catalogue.profile("platform", "core")


def test_scenarios_are_expanded_from_examples_operations_and_lists(catalogue: Catalogue) -> None:
    """One instance a case, in stable order, with the case in its id."""
    assert [scenario.id for scenario in catalogue.scenarios("courier")] == [
        "parcel-accepted",
        "parcel-colours[red]",
        "parcel-colours[blue]",
        "parcel-refused[colour-unknown]",
        "parcel-refused[excess]",
        "parcel-refused[phone-missing]",
        "parcel-stranger[createParcel]",
        "parcel-stranger[getParcel]",
    ]
    assert catalogue.scenarios("platform") == ()


def test_case_gives_requirement_and_operation_statically(catalogue: Catalogue) -> None:
    """What verdicts and lint need is known before the run; the rest stays an expression."""
    refused = catalogue.scenario("parcel-refused[excess]")
    assert [check.requirement for check in refused.steps[0].checks] == ["DS-01.3", "PI-07.1"]
    assert written_of(refused.steps[0].deed)["body"] == "$case.instance"
    assert refused.case["pointer"] == "/birthday"
    assert (
        written_of(catalogue.scenario("parcel-stranger[getParcel]").steps[0].deed)["op"]
        == "getParcel"
    )


def test_step_tells_kind_arguments_modifiers_and_checks_apart(catalogue: Catalogue) -> None:
    """'again' is a modifier wherever it was written."""
    scenario = catalogue.scenario("parcel-accepted")
    place, repeat, scan, told, seen = scenario.steps
    assert (place.kind, place.expect, [check.id for check in place.checks]) == (
        "call",
        (StatusIs([200, 201]),),
        ["digest", "shape"],
    )
    assert (place.checks[0].subject, place.checks[0].matcher, place.checks[0].operand) == (
        "value",
        "equals",
        "$place.request.digest",
    )
    assert repeat.deed == Call(again="place")
    assert (scan.kind, told.kind) == ("drive", "receive")
    assert isinstance(seen.deed, Call)
    assert seen.deed.eventually is not None
    assert seen.deed.eventually.until == (
        StatusIs(200),
        Compares("$seen.body#/colour", "equals", "red"),
    )
    assert (
        scenario.needs_capabilities,
        scenario.needs_actions,
        scenario.alone,
        scenario.receivers,
    ) == (("push",), ("record-scan",), True, ("hook",))
    assert scenario.generate["key"] == {"kind": "idempotency-key"}
    assert [step.id for step in scenario.teardown] == ["clean"]


def test_digests_are_those_of_the_files(small: Registry, catalogue: Catalogue) -> None:
    """Same files, same digest; other files, another."""
    again = Catalogue.load(small, DATA / "conformance", meta=META)
    assert (again.ledger_digest, again.scenario_digest) == (
        catalogue.ledger_digest,
        catalogue.scenario_digest,
    )
    assert catalogue.ledger_digest != catalogue.scenario_digest


PLANTED: list[tuple[str, str, str, str, str, int]] = [
    (
        "unknown key",
        ACCEPTED,
        "alone: true",
        "alone: true\nalways: true",
        "schema:unevaluatedProperties",
        8,
    ),
    (
        "two kinds",
        ACCEPTED,
        "  - id: scan\n",
        "  - id: scan\n    wait: {for: 1}\n",
        "schema:oneOf",
        21,
    ),
    (
        "two subjects",
        ACCEPTED,
        "{id: shape, req: DS-01.2, schema: parcel}",
        "{id: shape, req: DS-01.2, schema: parcel, status: 200}",
        "schema:oneOf",
        16,
    ),
    ("value without matcher", ACCEPTED, ", same-as: $place.body", "", "schema:oneOf", 20),
    ("duplicate key", ACCEPTED, "alone: true", "alone: true\nalone: true", "yaml", 8),
    (
        "unknown requirement",
        ACCEPTED,
        "{id: shape, req: DS-01.2",
        "{id: shape, req: DS-12.9",
        "requirement",
        16,
    ),
    (
        "requirement of another role",
        ACCEPTED,
        "roles: [courier]",
        "roles: [courier, platform]",
        "role",
        15,
    ),
    ("unknown operation", ACCEPTED, "op: getParcel", "op: getNothing", "operation", 28),
    (
        "missing path parameter",
        ACCEPTED,
        ", path: {number: $place.body#/number}",
        "",
        "path-parameters",
        28,
    ),
    ("unknown schema", ACCEPTED, "schema: parcel", "schema: nothing", "schema", 16),
    ("unknown party", ACCEPTED, "as: platform-a", "as: somebody", "party", 12),
    ("unknown receiver", ACCEPTED, "receiver: hook", "receiver: hole", "receiver", 24),
    ("unknown capability", ACCEPTED, "[push]", "[fly]", "capability", 6),
    (
        "unknown sandbox action",
        ACCEPTED,
        "driver: [record-scan]",
        "driver: [record-scan, fly]",
        "sandbox-action",
        6,
    ),
    (
        "driven but not needed",
        ACCEPTED,
        "{action: record-scan, parameters",
        "{action: reset, parameters",
        "needs",
        22,
    ),
    (
        "unknown action",
        ACCEPTED,
        "    drive: {action: record-scan}\n",
        "    do: {name: unknown-action}\n",
        "schema:enum",
        34,
    ),
    ("unknown problem", REFUSED, "status: [400, 422]", "problem: nothing", "problem-type", 12),
    (
        "later step",
        ACCEPTED,
        "Idempotency-Key: $key",
        "Idempotency-Key: $seen.body",
        "reference",
        12,
    ),
    ("itself before it ran", ACCEPTED, "body: $parcel", "body: $place.body", "reference", 12),
    ("unknown variable", ACCEPTED, "order_no: $order", "order_no: $ordr", "reference", 8),
    ("unknown step to repeat", ACCEPTED, "again: place", "again: plaice", "reference", 18),
    ("broken expression", ACCEPTED, "$place.request.digest", "$place..digest", "expression", 15),
    ("broken query", ACCEPTED, "$[?@.number == 'A']", "$[?number == 'A']", "expression", 26),
    ("unknown generator", ACCEPTED, "key: idempotency-key", "key: something", "schema:enum", 8),
    ("name taken", ACCEPTED, "receivers: [hook]", "receivers: [key]", "duplicate-name", 9),
    ("step twice", ACCEPTED, "id: repeat", "id: place", "duplicate-name", 17),
    ("check twice", ACCEPTED, "id: shape", "id: digest", "duplicate-id", 16),
    ("scenario twice", REFUSED, "id: parcel-refused", "id: parcel-accepted", "duplicate-id", 2),
    ("area is not the folder", ACCEPTED, "area: parcel", "area: other", "area", 4),
    ("case key unknown", REFUSED, "pointers: $case.pointer", "pointers: $case.place", "case", 13),
    ("case without examples", REFUSED, "invalid/parcel", "invalid/nothing", "cases", 6),
    ("ledger: wrong article", LEDGER, "id: DS-01.3", "id: DS-02.3", "article", 18),
    ("ledger: id twice", LEDGER, "id: DS-01.3", "id: DS-01.2", "duplicate-id", 18),
    ("ledger: checked too much", LEDGER, "checked: [courier]", "checked: []", "checked", 17),
    ("profile: unknown id", PROFILE, "[DS-01.2, ", "[DS-01.1, DS-01.2, ", "requirement", 6),
    ("profile: order", PROFILE, "DS-01.2, DS-01.3", "DS-01.3, DS-01.2", "order", 6),
]


@pytest.mark.parametrize(
    ("change", "rule", "line"),
    [(case[1:4], case[4], case[5]) for case in PLANTED],
    ids=[case[0] for case in PLANTED],
)
def test_lint_finds_each_planted_contradiction(
    plant: Plant, change: tuple[str, str, str], rule: str, line: int
) -> None:
    """One change to one file gives a finding of that rule in that file, at that line, in both
    languages.
    """
    found = [finding for finding in plant(*change) if finding.path == change[0]]
    assert (rule, line) in [(finding.rule, finding.line) for finding in found]
    for finding in found:
        assert not CHINESE.search(finding.message)
        assert CHINESE.search(finding.message_zh)


def test_strict_load_refuses_a_broken_file(small: Registry, tmp_path: Path) -> None:
    """Nothing is run with half of the scenarios; the message names file and line."""
    folder = tmp_path / "scenarios" / "x"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("kit-scenario: 1\nid: [\n")
    with pytest.raises(DataError, match=r"scenarios/x/a\.yaml:3"):
        Catalogue.load(small, tmp_path, meta=META)


def test_limit_that_scenarios_measure_with_has_bounds_in_each_profile(tmp_path: Path) -> None:
    """Whoever may declare a year is in time with everything."""
    root = tmp_path / "conformance"
    shutil.copytree(resources.conformance_root(), root)
    profile = root / "profiles/v1.0/courier-privacy.yaml"
    lines = profile.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "privacy_request_s" not in line]
    profile.write_text("".join(kept), encoding="utf-8")
    found = lint(Catalogue.load(Registry.load(), root, meta=META))
    assert [(one.path, one.rule) for one in found] == [
        ("profiles/v1.0/courier-privacy.yaml", "unbounded")
    ]
    assert "privacy_request_s" in found[0].message


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("audit_records, protection", "protection", "unlisted"),
        ("names: [statistics]", "names: []", "unlisted"),
        ("names: [statistics]", "names: [statistics, labels]", "repeated"),
    ],
)
def test_profile_says_of_each_capability_whether_it_is_needed(
    tmp_path: Path, old: str, new: str, rule: str
) -> None:
    """Whoever does not declare what no list has would be judged by less."""
    root = tmp_path / "conformance"
    shutil.copytree(resources.conformance_root(), root)
    profile = root / "profiles/v1.0/courier-privacy.yaml"
    text = profile.read_text("utf-8")
    assert old in text
    profile.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = lint(Catalogue.load(Registry.load(), root, meta=META))
    assert {(one.path, one.rule) for one in found} == {("profiles/v1.0/courier-privacy.yaml", rule)}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    thinned(
        [
            ("rule: header-with-status", "rule: no-such-rule", "word"),
            ("id: challenge-with-401", "id: challenge", "id"),
            ("req: DS-08.2", "req: DS-99.2", "schema:pattern"),
            ("req: DS-08.2", "req: DS-08.9", "requirement"),
            ("status: [401], ", "", "schema:required"),
        ],
        5,
    ),
)
def test_sweep_is_named_like_its_file_and_takes_what_its_rule_takes(
    tmp_path: Path, old: str, new: str, rule: str
) -> None:
    """Each mistake is one finding, at its place."""
    root = tmp_path / "conformance"
    shutil.copytree(resources.conformance_root(), root)
    name = root / "sweeps/challenge-with-401.yaml"
    name.write_text(name.read_text("utf-8").replace(old, new), encoding="utf-8")
    found = lint(Catalogue.load(Registry.load(), root, meta=META, strict=False))
    assert [one.rule for one in found] == [rule]
