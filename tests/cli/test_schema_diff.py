"""``jidi schema diff``: what it says, in which form, and how it ends."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OLD = {
    "type": "object",
    "properties": {"weight": {"type": "integer"}},
    "additionalProperties": False,
}
WIDER = {**OLD, "properties": {"weight": {"type": "number"}}}
STRICTER = {**OLD, "required": ["weight"]}


def write(path: Path, content: Any) -> str:
    """``content`` as JSON at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    """A schema."""
    return write(tmp_path / "old.json", OLD)


def test_json_for_two_files_has_both_directions(cli: Cli, old: str, tmp_path: Path) -> None:
    """Verdict, counterexample and changes of each, and the step of the version."""
    reply = cli("schema", "diff", old, write(tmp_path / "new.json", WIDER), "--format", "json")
    told = json.loads(reply.out)
    assert reply.code == 0
    assert told["version"] == "minor"
    assert told["old_under_new"] == {"verdict": "compatible", "counterexample": None, "changes": []}
    assert told["new_under_old"]["verdict"] == "breaking"
    assert told["new_under_old"]["counterexample"]["weight"] % 1
    (change,) = told["new_under_old"]["changes"]
    assert change["old_pointer"] == change["new_pointer"] == "/properties/weight/type"
    assert (change["kind"], change["must_act"]) == ("relaxed", ["consumer"])


@pytest.mark.parametrize(
    ("new", "direction", "code"),
    [
        (OLD, "by-role", 0),
        (WIDER, "by-role", 0),
        (WIDER, "new-under-old", 1),
        (WIDER, "both", 1),
        (STRICTER, "by-role", 1),
        (STRICTER, "new-under-old", 0),
        ({"$ref": "https://example.com/elsewhere"}, "by-role", 3),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "by-role", 3),
    ],
)
def test_exit_code_is_that_of_the_direction(
    cli: Cli, old: str, new: Any, direction: str, code: int
) -> None:
    """0 compatible, 1 breaking, 3 undecided."""
    made = write(Path(old).parent / "new.json", new)
    assert cli("schema", "diff", old, made, "--direction", direction).code == code


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", '{"type": "parcel"}', '{"a": 1, "a": 2}', '{"maximum": 1e999999999}',
        '{"minimum": NaN}', "[" * 5_000, '{"multipleOf": 0}', "7", '"x"', "null",
        '{"openapi": "3.0.0"}', '{"pattern": 3}',
    ],
)  # fmt: skip
def test_file_that_is_no_schema_is_the_operators(
    cli: Cli, old: str, tmp_path: Path, content: str
) -> None:
    """2, whatever it holds, in both languages."""
    path = tmp_path / "new.json"
    path.write_text(content, "utf-8")
    for language in ("en", "zh"):
        assert cli("schema", "diff", old, str(path), "--lang", language).code == 2
        assert cli("schema", "diff", str(path), old, "--lang", language).code == 2


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"not": {"$ref": "#"}},
        {"pattern": "^(a+)+$"},
        {"pattern": "(?=a)b"},
        {"pattern": "("},
        {"pattern": "^(a{1,1000}){1,1000}$"},
        {"patternProperties": {"^(a|a)*$": {"type": "string"}}, "additionalProperties": False},
        {"const": "\ud800"},
        {"properties": {"\ud800": False, "\u0000": {}}},
        {"minLength": 10**9},
        {"minItems": 10**9, "items": {"type": "string"}},
        {"minProperties": 10**6},
        {"prefixItems": [{"type": "string"}] * 200, "items": False},
        {"oneOf": [{"required": [str(number)]} for number in range(40)]},
        {"anyOf": [{"properties": {str(n): {"type": "string"}}} for n in range(20)],
         "unevaluatedProperties": False},
        {"allOf": [{"if": {"required": [str(n)]}, "then": {"required": [str(n + 1)]}}
                   for n in range(25)]},
        {"multipleOf": 1e-300, "minimum": 1e300},
        {"multipleOf": 0.1, "not": {"multipleOf": 0.3}},
        {"enum": list(range(3_000))},
        {"format": "no-such-format", "$id": "not a uri \u0000"},
        {"$dynamicRef": "#nowhere"},
        {"$anchor": "x", "$ref": "#x"},
    ],
)  # fmt: skip
def test_no_schema_brings_the_kit_down(cli: Cli, old: str, tmp_path: Path, schema: Any) -> None:
    """Whatever it says, the end is one of the four that are documented."""
    path = write(tmp_path / "new.json", schema)
    reply = cli("schema", "diff", old, path, "--format", "json")
    assert reply.code in (0, 1, 2, 3)
    assert reply.code == 2 or json.loads(reply.out)["version"]
    assert cli("schema", "diff", path, path).code in (0, 2, 3)


def test_same_schema_is_proven_to_be_the_same(cli: Cli, old: str) -> None:
    """A patch, with nothing to act upon."""
    reply = cli("schema", "diff", old, old)
    assert (reply.code, reply.out.count("compatible, proven")) == (0, 2)
    assert "Version: patch" in reply.out


def test_text_says_what_changed_and_who_must_act(cli: Cli, old: str, tmp_path: Path) -> None:
    """In both languages, with the counterexample."""
    new = write(tmp_path / "new.json", STRICTER)
    english, chinese = (
        cli("schema", "diff", old, new, "--lang", language).out for language in ("en", "zh")
    )
    assert "BREAKING" in english
    assert "for example {}" in english
    assert "/required: less is allowed than before" in english
    assert "whoever writes the data" in english
    assert "不兼容" in chinese
    assert "数据产生方" in chinese


def test_text_of_a_schema_reaches_no_terminal_as_it_is(cli: Cli, old: str, tmp_path: Path) -> None:
    """Control characters of a strange schema are shown as escapes, in every form."""
    evil = "\x1b[2J\u202eevil\x9b"
    new = write(tmp_path / "new.json", {"required": [evil], "title": evil, "const": {evil: evil}})
    for form in ("text", "json", "markdown", "sarif"):
        out = cli("schema", "diff", old, new, "--format", form).out
        assert not set(out) & {"\x1b", "\u202e", "\x9b"}


def test_markdown_holds_nothing_that_acts(cli: Cli, old: str, tmp_path: Path) -> None:
    """Names of a strange schema make no link, no mention and no markup."""
    evil = "@all [x](https://example.com) <img src=x> ```"
    new = write(tmp_path / "new.json", {**OLD, "required": [evil], "properties": {evil: True}})
    out = cli("schema", "diff", old, new, "--format", "markdown").out
    outside = [line for index, line in enumerate(out.split("````")) if index % 2 == 0]
    assert "# ❌" in out
    assert not any("@all" in line or "<img" in line for line in outside)


def test_sarif_tells_errors_and_notes(cli: Cli, old: str, tmp_path: Path) -> None:
    """What breaks is an error at its place."""
    new = write(tmp_path / "new.json", {**STRICTER, "title": "Parcel"})
    log = json.loads(cli("schema", "diff", old, new, "--format", "sarif").out)
    results = log["runs"][0]["results"]
    levels = {one["ruleId"]: one["level"] for one in results}
    assert levels == {
        "schema/tightened": "error",
        "schema/editorial": "note",
        "schema/verdict": "error",
    }
    place = next(one for one in results if one["ruleId"] == "schema/tightened")["locations"][0]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "/required"


def test_folders_are_compared_file_by_file(cli: Cli, tmp_path: Path) -> None:
    """What came breaks nothing old, what went breaks everything of it; references lead across."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    for side, kind in (("old", "integer"), ("new", "number")):
        write(tmp_path / side / "types.json", {**head, "$defs": {"weight": {"type": kind}}})
        write(
            tmp_path / side / "a" / "parcel.json", {**head, "$ref": "../types.json#/$defs/weight"}
        )
        write(tmp_path / side / "note.json", {"no": "schema"})
    write(tmp_path / "old" / "gone.json", {**head, "type": "string"})
    write(tmp_path / "new" / "came.json", {**head, "type": "string"})
    reply = cli("schema", "diff", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json")
    told = json.loads(reply.out)
    parts = {one["new"] or one["old"]: one for one in told["parts"]}
    assert reply.code == 1
    assert {name: one["version"] for name, one in parts.items()} == {
        "types.json": "patch", "a/parcel.json": "minor", "gone.json": "major", "came.json": "minor",
    }  # fmt: skip
    assert isinstance(parts["gone.json"]["old_under_new"]["counterexample"], str)


def api(operation: Any, **more: Any) -> Any:
    """An OpenAPI document with one operation."""
    head = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}}
    return {**head, "paths": {"/parcels/{no}": {"get": operation}}, **more}


def answering(schema: Any, **more: Any) -> Any:
    """An operation that answers with ``schema``."""
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "ok", "content": content}}, **more}


@pytest.mark.parametrize(
    ("operations", "code", "pointer"),
    [
        ((answering({"type": "integer"}), answering({"type": "number"})), 1, "/responses/200/"),
        ((answering({"type": "number"}), answering({"type": "integer"})), 0, "/responses/200/"),
        (
            (
                answering(True),
                answering(True, parameters=[{"in": "query", "name": "a", "required": True}]),
            ),
            1,
            "/parameters/query/a",
        ),
        (
            (answering(True, security=[{"key": []}]), answering(True, security=[{"key": ["w"]}])),
            1,
            "/security/",
        ),
    ],
)
def test_api_is_compared_by_who_sends(
    cli: Cli, tmp_path: Path, operations: tuple[Any, Any], code: int, pointer: str
) -> None:
    """Requests must stay allowed, answers must have been allowed; places are those of the API."""
    sides = [
        write(tmp_path / f"{side}.json", api(operation))
        for side, operation in zip(("old", "new"), operations, strict=True)
    ]
    reply = cli("schema", "diff", *sides, "--format", "json")
    told = json.loads(reply.out)
    places = [one["new_pointer"] or "" for part in told["parts"] for one in part["changes"]]
    assert reply.code == code
    assert any(pointer in place for place in places)
    assert all(place.startswith("/paths/~1parcels~1{no}/get/") for place in places)


def test_webhooks_go_the_other_way_round(cli: Cli, tmp_path: Path) -> None:
    """What the provider pushes must be what was pushed before; a callback likewise."""

    def pushing(schema: Any) -> Any:
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        item = {"post": {"requestBody": body, "responses": {"204": {"description": "taken"}}}}
        return {"openapi": "3.1.0", "info": {}, "webhooks": {"event": item}}

    narrow, wide = (
        write(tmp_path / f"{kind}.json", pushing({"type": kind})) for kind in ("integer", "number")
    )
    assert cli("schema", "diff", narrow, wide).code == 1
    assert cli("schema", "diff", wide, narrow).code == 0


def test_api_refers_to_schemas_of_the_folder_above(cli: Cli, tmp_path: Path) -> None:
    """Its bodies may be files beside its folder; what changes there is a change of the API."""
    for side, kind in (("old", "integer"), ("new", "string")):
        write(tmp_path / side / "parcel.json", {"type": kind})
        write(tmp_path / side / "api" / "a.json", api(answering({"$ref": "../parcel.json"})))
    paths = [str(tmp_path / side / "api" / "a.json") for side in ("old", "new")]
    assert cli("schema", "diff", *paths).code == 1
    assert cli("schema", "diff", paths[0], paths[0]).code == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"paths": 3}, {"paths": {"/a": 3}}, {"paths": {"/a": {"get": {"parameters": {"a": 1}}}}},
        {"paths": {"/a": {"get": {"parameters": [3, {"$ref": "#/nowhere"}], "responses": []}}}},
        {"paths": {"/a": {"$ref": "#/paths/~1a"}}}, {"components": {"schemas": []}},
        {"paths": {"/{a}/{": {"get": {"security": [3, {"x": None}], "requestBody": {}}}}},
        {"webhooks": {"a": {"post": {"callbacks": {"b": {"c": {"$ref": "#/webhooks/a"}}}}}}},
        {"paths": {"/a": {"get": {"responses": {"default": {"content": {"a/b": {"schema": 3}}}}}}}},
    ],
)  # fmt: skip
def test_no_api_brings_the_kit_down(cli: Cli, tmp_path: Path, broken: Any) -> None:
    """An odd document ends as documented, whichever side it is."""
    odd = write(tmp_path / "odd.json", {"openapi": "3.1.0", "info": {}, **broken})
    sound = write(tmp_path / "sound.json", api(answering(True)))
    for sides in ((odd, sound), (sound, odd), (odd, odd)):
        assert cli("schema", "diff", *sides).code in (0, 1, 2, 3)


def git(folder: Path, *arguments: str) -> None:
    """Run Git in a folder."""
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],  # noqa: S607
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_commit_is_a_side(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git:REF:PATH`` and ``--against`` name what was committed; an unknown commit is usage."""
    folder = tmp_path / "checkout"
    path = write(folder / "schemas" / "parcel.json", OLD)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    write(folder / "schemas" / "parcel.json", STRICTER)
    monkeypatch.chdir(folder)
    assert cli("schema", "diff", "--against", "git:main", "schemas/parcel.json").code == 1
    assert cli("schema", "diff", "git:main:schemas/parcel.json", path).code == 1
    assert cli("schema", "diff", path, "git:HEAD:schemas/parcel.json").code == 0
    for wrong in ("git:nowhere:schemas/parcel.json", "git:main:none.json", "git:--help:x", "git:"):
        assert cli("schema", "diff", wrong, path).code == 2


@pytest.mark.parametrize(
    "line", [("a.json",), ("a.json", "b.json", "--against", "git:main"), ("a.json", "b.json")]
)
def test_line_that_names_no_two_sides_is_usage(cli: Cli, line: tuple[str, ...]) -> None:
    """Two sides, both of which must be there."""
    assert cli("schema", "diff", *line).code == 2


def test_names_by_a_pattern_with_a_repeated_group_are_decided(cli: Cli, tmp_path: Path) -> None:
    """What no engine looks for longer than in linear time is matched, wherever it stands."""
    named = {"^[a-z]{1,9}(?:\\.[a-z0-9]{1,9}){1,5}$": {"type": "string"}}
    sides = [
        write(tmp_path / f"{name}.json", {"patternProperties": named, "maxProperties": most})
        for name, most in (("old", 3), ("new", 2))
    ]
    assert cli("schema", "diff", *sides).code == 1
    assert cli("schema", "diff", *reversed(sides)).code == 0


def test_folder_with_a_schema_that_cannot_be_read_is_refused(cli: Cli, tmp_path: Path) -> None:
    """2: it was left out, and nothing was said of it."""
    for side in ("old", "new"):
        write(tmp_path / side / "a.schema.json", {"$schema": DIALECT, **OLD})
    (tmp_path / "new" / "b.schema.json").write_text("{", "utf-8")
    assert cli("schema", "diff", str(tmp_path / "old"), str(tmp_path / "new")).code == 2
