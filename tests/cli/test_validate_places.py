"""What `jidi validate` says of files that are JSON only just: where a member stands twice, numbers
beyond every range, files that are compressed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

from jidi.registry import Registry


@pytest.fixture
def parcel() -> dict[str, Any]:
    """A valid consignment."""
    examples = Registry.load().examples("valid", "consignment")
    return dict(json.loads(json.dumps(examples[0].instance)))


def told(cli: Cli, path: Path, *more: str) -> list[dict[str, Any]]:
    """The faults of a file, as programs read them; there is at least one."""
    reply = cli("validate", path, "--format", "json", *more)
    assert reply.code == 1, reply.said
    return [json.loads(line) for line in reply.out.splitlines()]


TWICE: dict[str, tuple[str, int, int, str]] = {
    "on a line of its own": ('{\n  "a": 1,\n  "b": 2,\n  "a": 3\n}', 4, 3, "/a"),
    "in an object inside": ('{"o": {\n "x": 1,\n "y": {},\n "x": 2}}', 4, 2, "/o/x"),
    "in an item of a list": ('[{"a": 1},\n {"b": 1,\n  "b": 2}]', 3, 3, "/1/b"),
    "in another spelling": ('{"a": 1,\r\n "\\u0061": 2}', 2, 2, "/a"),
    "behind Chinese text": ('{"名": "李样例", "名": "王"}', 1, 14, "/名"),
    "with marks of a pointer": ('{"a/b~c": 1,\n\n"a/b~c": 1}', 3, 1, "/a~1b~0c"),
    "behind a text that looks like it": ('{"t": "\\"a\\": 1",\n"a": 0,\n"a": 0}', 3, 1, "/a"),
    "the first of two": ('{"a": 1,\n"a": 2,\n"b": 3,\n"b": 4}', 2, 1, "/a"),
}


@pytest.mark.parametrize("case", TWICE.values(), ids=TWICE.keys())
def test_a_second_member_is_told_where_it_stands(
    cli: Cli, tmp_path: Path, case: tuple[str, int, int, str]
) -> None:
    """Line and column of the second name, whatever stands before it; the offset counts bytes."""
    text, line, column, pointer = case
    path = tmp_path / "it.json"
    path.write_bytes(text.encode())
    (fault,) = told(cli, path, "--schema", "consignment")
    assert (fault["line"], fault["column"], fault["pointer"]) == (line, column, pointer)
    assert fault["keyword"] == "duplicate-member"
    before = text.encode()[: fault["offset"]].decode()
    assert before.count("\n") == line - 1
    assert len(before) - before.rfind("\n") == column


def test_a_second_member_on_a_line_of_many_records_is_told_by_line_and_column(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """The line counts through the file, the column within the line."""
    good = json.dumps(parcel, ensure_ascii=False)
    path = tmp_path / "it.ndjson"
    path.write_text(f'{good}\n{good[:-1]}, "order_no": "X2"}}\n', "utf-8")
    (fault,) = told(cli, path, "--schema", "consignment")
    assert (fault["line"], fault["column"]) == (2, len(good) + 2)
    assert fault["record"] == 2


def with_weight(parcel: dict[str, Any], number: str) -> str:
    """The consignment as text with a number that no reader of doubles can hold."""
    parcel["contents"]["weight_g"] = 850
    return json.dumps(parcel, ensure_ascii=False, indent=2).replace(": 850", f": {number}")


@pytest.mark.parametrize(
    "number",
    ["1e400", "1e309", "2E308", "1" + "0" * 400, "9.9e+99999", "17.976931348623159e307", "9" * 309],
)
def test_a_number_beyond_every_range_is_json_and_beyond_the_range_of_its_field(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any], number: str
) -> None:
    """The fault is that of the field, at its place, and the only one."""
    text = with_weight(parcel, number)
    (tmp_path / "it.json").write_text(text, "utf-8")
    (fault,) = told(cli, tmp_path / "it.json")
    assert fault["pointer"] == "/contents/weight_g"
    assert fault["keyword"] == "maximum"
    assert text.splitlines()[fault["line"] - 1][fault["column"] - 1 :].startswith('"weight_g"')
    assert "not JSON" not in fault["text"]["en"]
    assert "weight_g" in fault["text"]["en"]


def test_a_number_below_every_range_breaks_the_minimum(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """The sign counts."""
    (tmp_path / "it.json").write_text(with_weight(parcel, "-1e400"), "utf-8")
    (fault,) = told(cli, tmp_path / "it.json")
    assert (fault["pointer"], fault["keyword"]) == ("/contents/weight_g", "minimum")


def test_other_faults_beside_a_number_beyond_every_range_are_told_too(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """It hides nothing."""
    del parcel["order_no"]
    (tmp_path / "it.json").write_text(with_weight(parcel, "1e400"), "utf-8")
    found = told(cli, tmp_path / "it.json", "--schema", "consignment")
    assert sorted(fault["pointer"] for fault in found) == ["/contents/weight_g", "/order_no"]


def test_a_number_beyond_every_range_where_a_text_belongs_is_told_once(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """Also on a line of NDJSON, with the line of it."""
    parcel["remark"] = 850
    good = dict(parcel, remark="850")
    lines = [json.dumps(one, ensure_ascii=False) for one in (good, parcel)]
    text = "\n".join([lines[0], lines[1].replace('"remark": 850', '"remark": 1e999')])
    (tmp_path / "it.ndjson").write_text(text, "utf-8")
    (fault,) = told(cli, tmp_path / "it.ndjson")
    assert (fault["line"], fault["pointer"]) == (2, "/remark")


@pytest.mark.parametrize("text", ['{"a": 1e400,}', '{"a": 1e400, "b": nope}', '{"a": 1e400'])
def test_what_is_no_json_beside_a_number_beyond_every_range_is_still_no_json(
    cli: Cli, tmp_path: Path, text: str
) -> None:
    """At the place where it ends to be JSON."""
    (tmp_path / "it.json").write_text(text, "utf-8")
    (fault,) = told(cli, tmp_path / "it.json", "--schema", "consignment")
    assert fault["keyword"] == "json"
    assert fault["column"] > text.index("1e400") + 4


def zipped(data: bytes) -> bytes:
    """A ZIP archive with one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("it.json", data)
    return stream.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "zstd": lambda data: b"\x28\xb5\x2f\xfd" + data,
}


@pytest.mark.parametrize("name", ["it.json.gz", "it.json", "it.ndjson", "it", "it.yaml"])
@pytest.mark.parametrize("kind", PACKERS)
def test_a_compressed_file_is_not_readable(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any], name: str, kind: str
) -> None:
    """It is refused by what it is, whatever its name says, and the sentence says how to go on."""
    path = tmp_path / name
    path.write_bytes(PACKERS[kind](json.dumps(parcel).encode()))
    for more in ((), ("--jobs", "2")):
        reply = cli("validate", path, *more)
        assert reply.code == 2, reply.said
        assert kind in reply.err
        assert reply.out == ""


def test_compressed_standard_input_is_not_readable(cli: Cli) -> None:
    """Neither is it there."""
    reply = cli("validate", "-", stdin=gzip.compress(b"{}"))
    assert reply.code == 2
    assert "gzip" in reply.err


def test_json_that_only_mentions_archives_is_read(cli: Cli, parcel: dict[str, Any]) -> None:
    """The first bytes tell, not the text."""
    parcel["remark"] = "PK BZh gzip"
    assert cli("validate", "-", stdin=json.dumps(parcel)).code == 0


def listed(folder: Path, parcels: list[Any], name: str = "it.json", indent: int | None = 1) -> Path:
    """A file with one JSON array."""
    path = folder / name
    path.write_text(json.dumps(parcels, ensure_ascii=False, indent=indent), "utf-8")
    return path


def test_an_array_of_messages_is_read_as_so_many_records(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """The schema is told from the first; each is counted."""
    reply = cli("validate", listed(tmp_path, [parcel, parcel, parcel]))
    assert reply.code == 0, reply.said
    assert "3 records of schema consignment, 0 invalid" in reply.err


@pytest.mark.parametrize("indent", [None, 1])
def test_faults_in_an_array_tell_their_record_and_place(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any], indent: int | None
) -> None:
    """Pointers begin at the array."""
    first, last = json.loads(json.dumps([parcel, parcel]))
    del first["order_no"]
    last["contents"]["weight_g"] = -1
    path = listed(tmp_path, [parcel, first, parcel, last], indent=indent)
    found = told(cli, path)
    assert [(fault["record"], fault["pointer"]) for fault in found] == [
        (2, "/1/order_no"),
        (4, "/3/contents/weight_g"),
    ]
    lines = path.read_text("utf-8").splitlines()
    assert lines[found[1]["line"] - 1][found[1]["column"] - 1 :].startswith('"weight_g"')
    assert "4 records of schema consignment, 2 invalid, 2 faults" in cli("validate", path).err


def test_an_array_is_no_message_of_a_schema_that_was_given(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """The published examples have it so."""
    (fault,) = told(cli, listed(tmp_path, [parcel]), "--schema", "consignment")
    assert (fault["pointer"], fault["keyword"]) == ("", "type")


def test_items_of_an_array_that_are_no_messages_are_faults(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """Each at its place."""
    path = listed(tmp_path, [parcel, None, "x", [parcel], 7])
    found = told(cli, path)
    assert [fault["pointer"] for fault in found] == ["/1", "/2", "/3", "/4"]
    assert [fault["record"] for fault in found] == [2, 3, 4, 5]


def test_an_array_in_yaml_is_read_as_records_too(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """With the lines of its members."""
    path = tmp_path / "it.yaml"
    bad = dict(parcel, order_no=5)
    path.write_text(
        "- " + json.dumps(parcel, ensure_ascii=False) + "\n- " + json.dumps(bad) + "\n", "utf-8"
    )
    (fault,) = told(cli, path)
    assert (fault["record"], fault["line"], fault["pointer"]) == (2, 2, "/1/order_no")


def test_an_empty_array_holds_no_message(cli: Cli, tmp_path: Path) -> None:
    """Nothing was checked, which is no success."""
    assert cli("validate", listed(tmp_path, []), "--schema", "consignment").code == 1
    assert cli("validate", listed(tmp_path, [])).code == 2


def test_an_array_on_a_line_of_ndjson_is_no_record(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """There a line is a record."""
    path = tmp_path / "it.ndjson"
    path.write_text("\n".join([json.dumps(parcel), json.dumps([parcel])]), "utf-8")
    (fault,) = told(cli, path)
    assert (fault["record"], fault["pointer"], fault["keyword"]) == (2, "", "type")


PERSONS = ("13876504321", "欧阳慕雪", "ouyang.mx@mail.example.cn", "11010519491231002X")


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize("person", PERSONS)
def test_nothing_personal_is_quoted(
    cli: Cli, parcel: dict[str, Any], person: str, shape: str
) -> None:
    """Names of members in excess, at any depth, and values beyond a closed list or a bound."""
    parcel[person] = parcel["service_product"] = person
    parcel["sender"][f"of {person}"] = {person: 1}
    parcel["contents"]["weight_g"] = 13876504321
    parcel["contents"]["category_code"] = [{person: person}]
    reply = cli("validate", "-", "--format", shape, stdin=json.dumps(parcel, ensure_ascii=False))
    twice = f'{{"{person}": 1, "{person}": 2}}'
    again = cli("validate", "-", "--format", shape, "--schema", "consignment", stdin=twice)
    assert (reply.code, again.code) == (1, 1), reply.said
    assert [one for one in (*PERSONS, "13876504321") if one in reply.said + again.said] == []
    assert "<" in reply.out


def test_a_title_in_chinese_is_still_shown(cli: Cli, parcel: dict[str, Any]) -> None:
    """What is no person's name says where the fault is."""
    parcel["收件人姓名"] = 1
    assert "/收件人姓名" in cli("validate", "-", stdin=json.dumps(parcel)).out


ODD_NAMES = ["\x1b[2J", "\x9b31m", "\u202e", "\ud800", "\x00", "a\nb", "\u200b", "\ufffe"]


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_names_of_members_are_escaped(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any], name: str, shape: str
) -> None:
    """On a line of their own each, which programs can read."""
    path = tmp_path / "it.ndjson"
    path.write_text(json.dumps(parcel | {name: name}) + "\n", "utf-8")
    reply = cli("validate", path, "--format", shape)
    assert reply.code == 1, reply.said
    assert len(reply.out.splitlines()) == 1
    assert reply.said.replace("\n", "").isprintable()
    if shape == "json":
        json.loads(reply.out)


@pytest.mark.parametrize("shape", ["text", "json"])
def test_names_of_members_without_end_are_cut(
    cli: Cli, tmp_path: Path, parcel: dict[str, Any], shape: str
) -> None:
    """A name of two million characters is no line that anybody reads."""
    path = tmp_path / "it.json"
    path.write_text(json.dumps(parcel | {"x" * 2_000_000: 1}), "utf-8")
    reply = cli("validate", path, "--format", shape)
    assert reply.code == 1, reply.said
    assert "x" * 200 in reply.out
    assert len(reply.said) < 10_000


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize(
    "name", [b"\xd5\xc5.json", b"\x1b[2J.json", b"a\nb.json", b"\xe2\x80\xae.json", b"13876504321"]
)
def test_names_of_files_are_escaped(cli: Cli, tmp_path: Path, name: bytes, shape: str) -> None:
    """Bytes that are no UTF-8, and what would steer a terminal."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    for text, code in (('{"a": 1, "a": 2}', 1), ("", 2), ("[" * 9_000, 1)):
        Path(path).write_text(text, "utf-8")
        reply = cli("validate", path, "--format", shape, "--schema", "consignment")
        assert reply.code == code, reply.said
        assert reply.said.replace("\n", "").isprintable()
        assert len(reply.out.splitlines()) == (code == 1)
