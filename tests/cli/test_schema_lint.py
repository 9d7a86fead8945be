"""``jidi schema lint``: each rule finds its fault and leaves what is right alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

from jidi.evolution.algebra.regular.ambiguity import cost
from jidi.evolution.linting.linter import folders_of, lint_schemas
from jidi.evolution.linting.rule_set import built_in, read_rules, table
from jidi.evolution.telling.lint_told import RULES

ROOT = Path(__file__).parents[2]
GOOD: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/parcel.schema.json",
    "title": "Parcel",
    "description": "One parcel.",
    "x-title-zh": "快件",
    "x-description-zh": "一个快件。",
    "type": "object",
    "properties": {
        "weight": {
            "title": "Weight",
            "description": "In kilograms.",
            "x-title-zh": "重量",
            "x-description-zh": "千克。",
            "x-pi-class": "none",
            "type": "number",
            "exclusiveMinimum": 0,
        }
    },
    "unevaluatedProperties": False,
    "examples": [{"weight": 1.5}],
}
API: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Parcels", "version": "1"},
    "paths": {
        "/parcels/{id}": {
            "get": {
                "operationId": "readParcel",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "It."}},
            }
        }
    },
}


def write(path: Path, content: Any) -> str:
    """``content`` as JSON at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def rules_of(folder: Path, content: Any, rules: str = "recommended") -> set[tuple[str, str]]:
    """Rules that find something in one schema, with the places."""
    path = write(folder / "parcel.schema.json", content)
    found = lint_schemas(path, built_in(rules)).findings
    return {(one.found.rule, one.found.pointer) for one in found}


def of_member(**member: Any) -> dict[str, Any]:
    """The good schema with one member more."""
    return {**GOOD, "properties": {**GOOD["properties"], "more": member}}


def test_good_schema_has_no_findings(tmp_path: Path) -> None:
    """Under the strictest set, too."""
    assert rules_of(tmp_path, GOOD) == rules_of(tmp_path, GOOD, "strict") == set()


AT = "/properties/more"
CASES: dict[str, tuple[Any, str, str]] = {
    "dialect": (
        {**GOOD, "$schema": "http://json-schema.org/draft-07/schema#"}, "dialect", "/$schema"
    ),
    "metaschema": (of_member(type="parcel"), "metaschema", f"{AT}/type"),
    "dangling": (of_member(**{"$ref": "#/$defs/no"}), "dangling-ref", f"{AT}/$ref"),
    "dangling elsewhere": (
        of_member(**{"$ref": "https://example.com/no.json"}), "dangling-ref", f"{AT}/$ref"
    ),
    "circular": ({**GOOD, "$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
                 "needless-ref", "/$defs/a/$ref"),
    "a reference to a reference": (
        {**of_member(**{"$ref": "#/$defs/a"}),
         "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "string"}}},
        "needless-ref", f"{AT}/$ref",
    ),
    "alone in allOf": (of_member(allOf=[{"$ref": "#"}]), "needless-ref", f"{AT}/allOf"),
    "unused": ({**GOOD, "$defs": {"a": {"type": "string"}}}, "unused-definition", "/$defs/a"),
    "no id": ({name: one for name, one in GOOD.items() if name != "$id"}, "id", ""),
    "relative id": ({**GOOD, "$id": "parcel.schema.json"}, "id", "/$id"),
    "unknown": (of_member(minLenght=3), "unknown-keyword", f"{AT}/minLenght"),
    "needless": (of_member(type="integer", minLength=3), "needless-keyword", f"{AT}/minLength"),
    "then alone": (of_member(then={"type": "string"}), "needless-keyword", f"{AT}/then"),
    "text": ({**GOOD, "title": " "}, "texts", ""),
    "syntax": (of_member(pattern="("), "pattern-syntax", f"{AT}/pattern"),
    "digits": (of_member(pattern="^\\d+$"), "pattern-portable", f"{AT}/pattern"),
    "look-behind": (of_member(pattern="^(?<=a)b$"), "pattern-portable", f"{AT}/pattern"),
    "doubling": (of_member(pattern="^(a+)+$"), "pattern-exponential", f"{AT}/pattern"),
    "quadratic": (of_member(pattern="^a*[ab]*c$"), "pattern-linear", f"{AT}/pattern"),
    "impossible": (of_member(type="integer", minimum=3, maximum=2), "unsatisfiable", AT),
    "required and not allowed": (
        {**GOOD, "required": ["height"]}, "unsatisfiable", ""
    ),
    "recursion without end": (
        of_member(type="object", required=["a"], properties={"a": {"$ref": f"#{AT}"}}),
        "unsatisfiable", f"{AT}/properties/a",
    ),
    "dead branch": (
        of_member(type="string", anyOf=[{"type": "integer"}, {"minLength": 2}]),
        "dead-branch", f"{AT}/anyOf/0",
    ),
    "dead then": (
        of_member(type="object", allOf=[{"if": {"required": ["a"]}, "then": {"maxProperties": 0}}]),
        "dead-branch", f"{AT}/allOf/0/then",
    ),
    "never": (
        of_member(type="string", **{"if": {"type": "integer"}, "then": {"minimum": 1}}),
        "constant-condition", f"{AT}/if",
    ),
    "always": (
        of_member(type="string", **{"if": {"type": "string"}, "then": {"minLength": 1}}),
        "constant-condition", f"{AT}/if",
    ),
    "dead value": (of_member(type="string", enum=["a", 1]), "dead-value", f"{AT}/enum/1"),
    "dead type": (of_member(type=["string", "null"], minLength=1, enum=["a"]),
                  "dead-value", f"{AT}/type/1"),
    "example": ({**GOOD, "examples": [{"weight": -1}]}, "example", "/examples/0"),
    "default": (of_member(type="string", default=1), "example", f"{AT}/default"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_fault_is_found_where_it_stands(tmp_path: Path, name: str) -> None:
    """By the rule that is for it."""
    content, rule, pointer = CASES[name]
    assert (rule, pointer) in rules_of(tmp_path, content)


STRICT: dict[str, tuple[Any, str, str]] = {
    "open": ({**GOOD, "unevaluatedProperties": True}, "closed", ""),
    "one language": (of_member(title="More", description="More."), "texts", AT),
    "no class": (of_member(type="string"), "classes", AT),
    "no mask": (of_member(type="string", **{"x-pi-class": "direct"}), "classes", AT),
    "mask": (of_member(**{"x-pi-class": "none", "x-mask-profile": "name"}), "classes", AT),
    "no example": ({name: one for name, one in GOOD.items() if name != "examples"},
                   "examples-present", ""),
    "loose": (of_member(pattern="a"), "pattern-anchored", f"{AT}/pattern"),
    "format": (of_member(format="date"), "format-pattern", f"{AT}/format"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRICT)
def test_strict_set_asks_for_more(tmp_path: Path, name: str) -> None:
    """What the recommended set leaves to the author."""
    content, rule, pointer = STRICT[name]
    assert (rule, pointer) in rules_of(tmp_path, content, "strict")
    assert rule not in {one for one, _ in rules_of(tmp_path, content)} or rule == "texts"


LEGAL: dict[str, dict[str, Any]] = {
    "forbidden member": {"type": "object", "properties": {"a": False}},
    "forbidden case": {"if": {"required": ["a"]}, "then": False},
    "open enum": {"type": ["string", "null"], "enum": ["a", None]},
    "recursion": {"type": "object", "properties": {"a": {"$ref": f"#{AT}"}}},
    "reference with more": {"allOf": [{"$ref": "#", "title": "Parcel"}]},
    "condition": {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}},
    "number and integer": {"type": "integer", "minimum": 1},
    "empty schema": {},
}


@pytest.mark.parametrize("name", LEGAL)
def test_what_is_right_is_left_alone(tmp_path: Path, name: str) -> None:
    """Of what can be taken for a fault."""
    assert rules_of(tmp_path, of_member(**LEGAL[name])) == set()


def api(**changes: Any) -> dict[str, Any]:
    """The good document with members of its one operation changed."""
    get = {**API["paths"]["/parcels/{id}"]["get"], **changes}
    return {**API, "paths": {"/parcels/{id}": {"get": get}}}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({"openapi": "3.0.0", "paths": {}}, "openapi"),
        ({"openapi": "3.1.0", "paths": {}}, "openapi"),
        (api(parameters=[]), "path-parameters"),
        (api(operationId=None), "openapi"),
        (api(security=[{"nobody": []}]), "security"),
        ({**API, "components": {"schemas": {"a": {"type": "string"}}}}, "unused-definition"),
        (api(responses={"200": {"$ref": "#/components/responses/no"}}), "dangling-ref"),
        (api(responses={"200": {"description": "It.", "content": {"application/json": {
            "schema": {"type": "integer"}, "example": "a"}}}}), "example"),
        (api(responses={"200": {"description": "It.", "content": {"application/json": {
            "schema": {"type": "integer"}, "examples": {"one": {"value": "a"}}}}}}), "example"),
        ({**API, "paths": {**API["paths"], "/parcels/{no}": {}}}, "path-parameters"),
    ],
)  # fmt: skip
def test_fault_of_an_openapi_document_is_found(tmp_path: Path, content: Any, rule: str) -> None:
    """As one of OpenAPI, and in the schemas that stand in it."""
    assert rules_of(tmp_path, API) == set()
    assert rule in {one for one, _ in rules_of(tmp_path, content)}


def test_rules_of_a_body_are_read_beside_its_schemas(cli: Cli, tmp_path: Path) -> None:
    """Severities, options and exceptions with their reasons; those that nothing needs are told."""
    write(tmp_path / "v1" / "parcel.schema.json", {**GOOD, "unevaluatedProperties": True})
    rules = tmp_path / "schema-rules.yaml"
    rules.write_text("jidi-schema-rules: 1\nrules: {closed: warning}\n", "utf-8")
    place = str(tmp_path / "v1")
    reply = cli("schema", "lint", place, "--format", "json")
    told = json.loads(reply.out)
    assert (reply.code, told["rules"], told["warnings"]) == (0, "schema-rules.yaml", 1)
    assert told["findings"][0]["line"] == 1
    assert cli("schema", "lint", place, "--fail-on", "warning").code == 1
    assert cli("schema", "lint", place, "--rules", "recommended").code == 0
    rules.write_text(
        "jidi-schema-rules: 1\nrules: {closed: error}\nexceptions:\n"
        "  - {rule: closed, file: parcel.schema.json, reason: partners add members}\n"
        "  - {rule: id, file: no.json, reason: gone}\n",
        "utf-8",
    )
    found = json.loads(cli("schema", "lint", place, "--format", "json").out)["findings"]
    assert [one["rule"] for one in found] == ["needless-exception"]


@pytest.mark.parametrize(
    "content",
    [
        "[]", "jidi-schema-rules: 2", "jidi-schema-rules: 1\nmore: 1",
        "jidi-schema-rules: 1\nrules: {no-such: error}", "jidi-schema-rules: 1\nrules: {id: grave}",
        "jidi-schema-rules: 1\nrules: {id: {base: 3}}", "jidi-schema-rules: 1\nextends: other",
        "jidi-schema-rules: 1\nexceptions: [{rule: id, file: a}]", "{",
        "jidi-schema-rules: 1\nexceptions: [{rule: no, reason: a}]",
    ],
)  # fmt: skip
def test_file_that_is_no_set_of_rules_is_refused(cli: Cli, tmp_path: Path, content: str) -> None:
    """Exit code 2."""
    place = write(tmp_path / "parcel.schema.json", GOOD)
    (tmp_path / "rules.yaml").write_text(content, "utf-8")
    assert cli("schema", "lint", place, "--rules", str(tmp_path / "rules.yaml")).code == 2


def test_examples_in_folders_are_held_to_their_schema(tmp_path: Path) -> None:
    """Good ones must be valid, bad ones not, and what cannot be read is told."""
    write(tmp_path / "parcel.schema.json", GOOD)
    write(tmp_path / "examples" / "valid" / "parcel" / "wrong.json", {"weight": 0})
    write(tmp_path / "examples" / "invalid" / "parcel" / "right.json", {"weight": 1})
    write(tmp_path / "examples" / "invalid" / "parcel" / "right.expect.json", {})
    (tmp_path / "examples" / "valid" / "parcel" / "broken.json").write_text("{", "utf-8")
    found = lint_schemas(str(tmp_path), built_in("recommended")).findings
    assert {(one.found.rule, Path(one.found.file).name) for one in found} == {
        ("example", "wrong.json"), ("example", "right.json"), ("unreadable", "broken.json"),
    }  # fmt: skip


def test_schema_that_cannot_be_read_is_not_left_out(cli: Cli, tmp_path: Path) -> None:
    """A folder in which one of two is broken is not clean, nor is a schema without a dialect."""
    write(tmp_path / "parcel.schema.json", GOOD)
    (tmp_path / "other.schema.json").write_text("{", "utf-8")
    write(tmp_path / "third.schema.json", {"type": "string"})
    reply = cli("schema", "lint", str(tmp_path))
    assert reply.code == 1
    assert "unreadable" in reply.out
    assert "third.schema.json" in reply.out


def test_sarif_and_text_name_file_line_and_rule(cli: Cli, tmp_path: Path) -> None:
    """In both languages; what strangers wrote steers no terminal."""
    path = tmp_path / "parcel.schema.json"
    content = json.dumps({**GOOD, "\u001b[31m": 1}, indent=1)
    path.write_text(content, "utf-8")
    sarif = json.loads(cli("schema", "lint", str(path), "--format", "sarif").out)
    (result,) = sarif["runs"][0]["results"]
    line = content.splitlines().index(' "\\u001b[31m": 1') + 1
    assert result["ruleId"] == "schema/unknown-keyword"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == line
    for language in ("en", "zh"):
        reply = cli("schema", "lint", str(path), "--lang", language)
        assert f"parcel.schema.json:{line}" in reply.out
        assert "\u001b" not in reply.out
    assert "不是关键字" in reply.out


def test_every_rule_is_told(cli: Cli) -> None:
    """What it is for, in both languages, and in the page about it."""
    assert RULES.keys() == table().keys()
    page = (ROOT / "docs" / "schema-lint.md").read_text("utf-8")
    shown = cli("schema", "lint", "--list-rules", "--rules", "strict").out
    for rule in table():
        assert rule in shown
        assert f"`{rule}`" in page


def test_usage_is_told(cli: Cli, tmp_path: Path) -> None:
    """2 without a place, with one that is not there, and with a folder without schemas."""
    assert cli("schema", "lint").code == 2
    assert cli("schema", "lint", str(tmp_path / "no.json")).code == 2
    assert cli("schema", "lint", str(tmp_path)).code == 2


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^(a+)+$", "exponential"), ("^(a|a)*$", "exponential"), ("^(a*)*$", "exponential"),
        ("^(?:a?b?)*$", "exponential"), ("^(a{1,100}){1,100}$", "exponential"),
        ("^[a-z]*[a-z0-9]*$", "polynomial"), ("a+b", "polynomial"), ("^.*a.*b$", "polynomial"),
        ("^a+b$", "linear"), ("a+", "linear"), ("^(?:[a-z]+\\.)+[a-z]+$", "linear"),
        ("^(a|ab)*$", "linear"), ("^a{0,30}a{0,30}$", "linear"), ("^(?:[a-z]{4}){2,9}$", "linear"),
        ("^(?:/(?:[^~/]|~[01])*)*$", "linear"), ("(?=a)", "unknown"),
        ("^(?:a{1,2}){40}b$", "exponential"), ("^(a?){30}a{30}$", "exponential"),
        ("^(?:a|aa){30}$", "exponential"), ("^(?:a?b?){25}$", "exponential"),
        ("^(?:(?:a|b)?){30}$", "exponential"), ("^(?:[0-9]{2}-){20}$", "linear"),
        ("^[a-z]{40}$", "linear"), ("^(?:ab){40}c?$", "linear"),
        ("^(?:a|aa){13,14}b$", "exponential"),
    ],
)  # fmt: skip
def test_cost_of_a_pattern_is_known(pattern: str, expected: str) -> None:
    """Of engines that try one way after the other."""
    assert cost(pattern) == expected


@pytest.mark.parametrize("dots", [20, 60, 200])
def test_a_short_pattern_is_no_long_look(dots: int) -> None:
    """What would take too many steps to be told is not told, whatever the length of the pattern;
    the test ends by its own limit of time otherwise.
    """
    assert cost(f"^(?:{'.' * dots})*(?:{'.' * (dots - 1)})*$") == "unknown"


@pytest.mark.slow
def test_our_schemas_are_clean() -> None:
    """By the rules that stand beside them, strict ones; no question is left open."""
    place = str(ROOT / "schemas" / "v1.0")
    linted = lint_schemas(place, read_rules("", folders_of(place)))
    assert [one.as_json() for one in linted.findings] == []
    assert (linted.rules, linted.undecided) == ("schema-rules.yaml", 0)
    assert linted.files > 60


@pytest.mark.parametrize("name", ["discovery.schema.json", "problem.schema.json"])
def test_one_file_of_a_clean_folder_is_clean(cli: Cli, name: str) -> None:
    """Its examples are found, its exceptions matched, and those of others not called needless."""
    ended = cli("schema", "lint", str(ROOT / "schemas" / "v1.0" / name))
    assert (ended.code, "schema-rules.yaml: 0 errors" in ended.out) == (0, True), ended.said
