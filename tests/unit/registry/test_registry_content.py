"""Operations, bundling, annotations, digests, rules, vocabulary."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jidi.errors import DataError
from jidi.registry import Registry
from jidi.registry.linting.registry_lint import lint

BLUE: dict[str, Any] = {
    "number": "ABC123",
    "colour": "blue",
    "recipient": {"name": "张三", "phone": "13800000000"},
}


def test_operation_tells_what_the_document_says(small: Registry) -> None:
    """Security, schemas, media types and parameters, through local references."""
    operation = small.operation("createParcel")
    assert (operation.method, operation.path, operation.secured, operation.scopes) == (
        "POST",
        "/parcels",
        True,
        ("parcels:write",),
    )
    assert (operation.request_schema, operation.request_required, operation.media_types) == (
        "parcel",
        True,
        ("application/json",),
    )
    assert operation.responses == {"201": "person", "4XX": "person"}
    assert operation.response_media_types["4XX"] == ("application/problem+json",)
    assert [
        (parameter.name, parameter.location, parameter.required)
        for parameter in operation.parameters
    ] == [("Idempotency-Key", "header", True)]


def test_operation_inherits_path_parameters(small: Registry) -> None:
    """Parameters of the path belong to each of its operations."""
    assert [parameter.name for parameter in small.operation("getParcel").parameters] == ["number"]


def test_operation_without_security_is_public(small: Registry) -> None:
    """An empty list of requirements takes the credential away."""
    assert (small.operation("getTest").secured, small.operation("getTest").served_at) == (
        False,
        "origin",
    )


def test_operation_refuses_an_unknown_id(small: Registry) -> None:
    """The error lists what there is."""
    with pytest.raises(DataError, match="createParcel"):
        small.operation("nothing")


@pytest.mark.parametrize("document", ["courier", "governance", "platform", "sandbox"])
def test_openapi_bundle_is_self_contained_and_valid(published: Registry, document: str) -> None:
    """No reference leaves the document, and openapi-spec-validator accepts it."""
    bundle = published.openapi_bundle(document)
    text = json.dumps(bundle)
    assert ".schema.json" not in text
    assert '"$id"' not in text
    OpenAPIV31SpecValidator(bundle).validate()


def test_openapi_bundle_keeps_links_and_the_original(small: Registry) -> None:
    """Links survive, and bundling changes nothing in the registry."""
    before = json.dumps(small.openapi("courier"))
    bundle = small.openapi_bundle("courier")
    assert (
        bundle["paths"]["/parcels"]["post"]["responses"]["201"]["links"]["Read"]["operationId"]
        == "getParcel"
    )
    assert set(bundle["components"]["schemas"]) == {"parcel", "person", "tokenised-person"}
    assert json.dumps(small.openapi("courier")) == before


def test_personal_values_follow_the_branch_that_holds(small: Registry) -> None:
    """A token is a pseudonym, and the masked name beside it only quasi-personal."""
    found = small.personal_values(
        "parcel", {**BLUE, "recipient": {"token": "tok-1", "name": "张*"}}
    )
    assert [(value.pointer, value.pi_class, value.mask_profile) for value in found] == [
        ("/number", "pseudonym", ""),
        ("/recipient/token", "pseudonym", ""),
        ("/recipient/name", "quasi", "name"),
    ]


def test_personal_values_inherit_the_class_around_them(small: Registry) -> None:
    """An item without a class, and a member that nobody declared inside a personal object, are
    personal too.
    """
    found = {
        value.pointer: value.pi_class
        for value in small.personal_values(
            "parcel", {**BLUE, "items": ["tea"], "recipient": {**BLUE["recipient"], "zz": "x"}}
        )
    }
    assert found["/items/0"] == "quasi"
    assert found["/recipient/zz"] == "direct"


def test_personal_values_tell_undeclared_ones_when_asked(small: Registry) -> None:
    """A member that no schema describes is not personal by any schema, but a redactor wants it."""
    assert "/zz" not in {
        value.pointer for value in small.personal_values("parcel", {**BLUE, "zz": "x"})
    }
    assert ("/zz", "undeclared") in {
        (value.pointer, value.pi_class)
        for value in small.personal_values("parcel", {**BLUE, "zz": "x"}, undeclared=True)
    }


def test_rule_sites_give_value_and_parent(small: Registry) -> None:
    """The caller gets all that a cross-field rule needs."""
    instance = {**BLUE, "sent_at": "b", "received_at": "a"}
    sites = list(small.rule_sites("parcel", instance))
    assert [(site.pointer, site.rule, site.value, site.parent is instance) for site in sites] == [
        ("/sent_at", "not-later-than:received_at", "b", True)
    ]


def test_rule_sites_are_absent_where_the_member_is(small: Registry) -> None:
    """Nothing to judge without a value."""
    assert list(small.rule_sites("parcel", BLUE)) == []
    assert not small.has_rules("person")


def test_bundle_digest_is_what_the_contract_says(published: Registry) -> None:
    """Computed here again from the files, line by line."""
    root = published.bundle.root
    paths = [path for path in root.rglob("*") if path.is_file()]
    names = sorted(path.relative_to(root).as_posix() for path in paths)
    chosen = [
        name
        for name in names
        if name == "bundle.json"
        or ("/" not in name and name.endswith(".schema.json"))
        or name.startswith(("codelists/", "openapi/"))
    ]
    text = "".join(
        f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n" for name in chosen
    )
    assert published.bundle_digest() == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_example_is_found_by_its_path(small: Registry) -> None:
    """With and without the suffix."""
    assert small.example("valid/parcel/blue") == small.example("valid/parcel/blue.json") == BLUE
    with pytest.raises(DataError, match="no path of an example"):
        small.example("../parcel")


def test_examples_carry_what_they_expect(small: Registry) -> None:
    """Invalid examples name requirement, pointer and keyword."""
    found = {
        example.name: example.expect["pointer"] for example in small.examples("invalid", "parcel")
    }
    assert found == {
        "colour-unknown": "/colour",
        "excess": "/birthday",
        "phone-missing": "/recipient/phone",
    }


def test_known_vocabulary_holds_codes_and_titles_but_no_example_values(small: Registry) -> None:
    """Public words only."""
    words = small.known_vocabulary()
    assert {"red", "Parcel", "recipient", "parcel"} <= words
    assert "张三" not in words


def test_published_data_hold_no_contradiction(published: Registry) -> None:
    """The linter finds nothing in version 1.0."""
    assert lint(published) == []


def test_small_standard_holds_no_contradiction(small: Registry) -> None:
    """Nor in the made-up standard, with ledger ids given."""
    assert lint(small, ["DS-01.2", "DS-01.3", "DS-02.2", "PI-07.1"]) == []


BROKEN: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("id", ("$id",), "https://elsewhere.test/parcel.schema.json", "id"),
    ("class missing", ("properties", "number", "x-pi-class"), None, "pi-class"),
    ("mask missing", ("properties", "recipient", "x-mask-profile"), None, "mask-profile"),
    ("mask on none", ("properties", "colour", "x-mask-profile"), "name", "mask-profile"),
    ("chinese missing", ("properties", "number", "x-title-zh"), None, "text"),
    ("enum differs", ("properties", "colour", "enum"), ["red", "blue", "green"], "code-list"),
    ("open model", ("unevaluatedProperties",), None, "closed"),
    ("if beside", ("if",), {"required": ["number"]}, "if-then"),
    ("unanchored", ("properties", "number", "pattern"), "[A-Z]+", "pattern"),
    ("half anchored", ("properties", "number", "pattern"), "^a|b$", "pattern"),
    ("look-ahead", ("properties", "number", "pattern"), "^(?=A).*$", "pattern"),
    ("short-hand", ("properties", "number", "pattern"), "^\\d+$", "pattern"),
    ("property class", ("properties", "number", "pattern"), "^\\p{L}+$", "pattern"),
    ("format alone", ("properties", "sent_at", "pattern"), None, "format"),
    ("requirement unknown", ("x-requirement",), "DS-99.9", "requirement"),
    ("dynamic reference", ("$dynamicRef",), "#x", "keyword"),
]


@pytest.mark.parametrize(
    ("place", "value", "rule"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_schema_lint_finds_each_planted_contradiction(
    small: Registry, tmp_path: Path, place: tuple[Any, ...], value: Any, rule: str
) -> None:
    """One change to one schema gives a finding of the rule that it breaks, with a line."""
    schema = json.loads(json.dumps(small.schema("parcel")))
    holder = schema
    for step in place[:-1]:
        holder = holder[step]
    if value is None:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    (tmp_path / "bundle.json").write_text(
        '{"version": "1.0", "base_uri": "https://standard.test/v1.0/"}'
    )
    for name in small.schema_names:
        content = schema if name == "parcel" else small.schema(name)
        (tmp_path / f"{name}.schema.json").write_text(json.dumps(content, indent=2))
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / "colours.json").write_text(json.dumps(small.code_list("colours")))
    findings = lint(Registry.read(tmp_path), ["DS-01.2", "DS-01.3", "DS-02.2"])
    assert [
        finding
        for finding in findings
        if finding.path == "parcel.schema.json" and finding.rule == rule and finding.line
    ]
