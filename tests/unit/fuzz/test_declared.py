"""The declaration file is closed, and its checks cross with operations as said."""

from __future__ import annotations

from typing import Any

import pytest

from jidi.errors import DataError
from jidi.fuzz.contract import load_contract
from jidi.fuzz.declared import load_declaration, parse_declaration
from jidi.fuzz.excess import levels, with_member
from jidi.fuzz.phase import generated_operations, generated_requirements
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.registry.registry import Registry
from jidi.resources import conformance_root


def _document() -> dict[str, Any]:
    document: dict[str, Any] = load_yaml(
        (conformance_root() / "generated.yaml").read_text(encoding="utf-8"), "generated.yaml"
    )
    return document


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(extra=1), "extra"),
        (lambda d: d["checks"]["stays-up"].update(needs="luck"), "luck"),
        (
            lambda d: d["checks"]["stays-up"].update(column="accepts"),
            "either column or requirement",
        ),
        (lambda d: d["checks"]["stays-up"]["findings"].append("ignored_auth"), "ignored_auth"),
        (lambda d: d["operations"]["getStatus"].update(area="nowhere"), "nowhere"),
    ],
)
def test_a_contradictory_declaration_is_refused_with_its_cause(change: Any, told: str) -> None:
    """An author of data must be told what to correct."""
    document = _document()
    change(document)
    with pytest.raises(DataError, match=told):
        parse_declaration(document)


def test_every_requirement_of_the_declaration_stands_in_the_ledger() -> None:
    """No verdict may be given for a row that does not exist."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (conformance_root() / "requirements" / "v1.0").glob("*.yaml")
    )
    assert all(f"id: {requirement}\n" in text for requirement in generated_requirements())


def test_a_missing_capability_makes_the_checks_not_applicable() -> None:
    """An operation that discovery does not offer is not held against the candidate."""
    declaration = load_declaration()
    contract = load_contract(Registry.load(), ["createConsignmentBatch", "getStatus"])
    checks = declaration.checks(contract.operations.values(), frozenset({"push"}))
    assert {
        check.capability for check in checks if check.operation == "createConsignmentBatch"
    } == {"batch"}
    assert {check.capability for check in checks if check.operation == "getStatus"} == {""}


def test_operations_of_a_requirement_are_those_with_a_check_on_it() -> None:
    """A selection can be narrowed to what it needs."""
    assert generated_operations(frozenset({"DS-02.2"})) == ("listShipmentEvents", "listEvents")
    assert generated_operations(frozenset({"DS-05.1"})) == ("getStatus",)
    assert generated_operations(frozenset({"DS-02.7"})) == ()


def test_levels_reach_every_object_and_an_excess_member_lands_there() -> None:
    """The table leaves out no depth of a body."""
    body = {"a": {"b": [{"c": 1}, {"d": 2}]}}
    assert list(levels(body)) == ["", "/a", "/a/b/0"]
    assert with_member(body, "/a/b/0", "email", "x") == {
        "a": {"b": [{"c": 1, "email": "x"}, {"d": 2}]}
    }
    assert "email" not in str(body)
