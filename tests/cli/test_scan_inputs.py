"""What was not read is never clean: every kind of input is looked into, or told as not read."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import socket
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from command_line import Cli, Reply, jidi_process
from tests.sampling import thinned

PHONE, NAME = "13912764831", "张伟明"
TABLE = f"运单号,收件人姓名,手机号\nYT1,{NAME},{PHONE}\n"
RECORD = json.dumps({"waybill_no": "YT1", "recipient": {"name": NAME}}, ensure_ascii=False) + "\n"
LINE = f"收件人：{NAME} 手机 {PHONE} 已签收\n"
HANDED = Path(__file__).parents[1] / "data" / "scan" / "inputs"


def rows(reply: Reply) -> list[dict[str, object]]:
    """What was written on standard output, row by row."""
    return [json.loads(line) for line in reply.out.splitlines()]


def scanned(cli: Cli, *paths: Path | str, **settings: str) -> Reply:
    """One scan with rows of JSON, which never shows what it found."""
    reply = cli("scan", "--format", "json", *paths, **settings)
    assert PHONE not in reply.said
    assert NAME not in reply.said
    assert reply.code in {0, 1, 2}
    return reply


def unread(reply: Reply) -> list[str]:
    """Why something was not read, in the order in which it was met."""
    return [str(row["why"]) for row in rows(reply) if row["kind"] == "unread"]


def zipped(**members: bytes) -> bytes:
    """An archive of the kind zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return file.getvalue()


def tarred(mode: str, **members: bytes) -> bytes:
    """An archive of the kind tar."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{mode}") as archive:
        for name, data in members.items():
            about = tarfile.TarInfo(name.replace("_dot_", "."))
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return file.getvalue()


def sheet(rows_xml: str, **more: bytes) -> bytes:
    """A workbook with one sheet."""
    head = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return zipped(
        xl__worksheets__sheet1_dot_xml=f"{head}{rows_xml}</sheetData></worksheet>".encode(), **more
    )


@pytest.mark.parametrize("name", sorted(path.name for path in HANDED.iterdir()))
def test_scan_looks_into_the_files_that_were_once_called_clean(cli: Cli, name: str) -> None:
    """UTF-16, compressed files, workbooks, twin members, tables under a title."""
    reply = scanned(cli, HANDED / name)
    assert reply.code == 1, reply.said
    assert unread(reply) == (["broken"] if name == "orders.xlsx" else [])


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-be"),
        ("\ufeff" + TABLE.replace(",", "\t")).encode("utf-16-le"),
        TABLE.encode("utf-32"),
        TABLE.encode("utf-32-be"),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("gb18030"),
        b"\x84\x31\x95\x33" + TABLE.encode("gb18030"),
        (TABLE + "中" * 90_000 + "\n" + TABLE).encode("utf-16-le"),
        TABLE.encode("utf-16") + b"\x00",
        (f"收件人：{NAME}").encode("utf-16-le"),
    ],
    ids=range(11),
)
@pytest.mark.parametrize("name", ["a.csv", "a.log", "a"])
def test_scan_reads_every_encoding_of_text(
    cli: Cli, tmp_path: Path, name: str, data: bytes
) -> None:
    """With its mark and without; the suffix does not matter."""
    (tmp_path / name).write_bytes(data)
    reply = scanned(cli, tmp_path / name)
    assert reply.code == 1, reply.said
    assert any(row["kind"] == "name" for row in rows(reply))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-le", "gb18030"])
def test_scan_reads_every_encoding_of_records(cli: Cli, tmp_path: Path, encoding: str) -> None:
    """Each record on its line, an array, a document over many lines."""
    array = json.dumps(
        [{"receiver_name": NAME}, {"receiver_mobile": PHONE}], ensure_ascii=False, indent=1
    )
    for name, text in (("a.ndjson", RECORD * 2), ("a.json", array), ("b", array)):
        (tmp_path / name).write_bytes(text.encode(encoding))
        reply = scanned(cli, tmp_path / name)
        assert [row["kind"] for row in rows(reply)] in (["name", "name"], ["name", "mobile"])


def bomb() -> bytes:
    """Half a gigabyte in half a megabyte; made when it is wanted."""
    return gzip.compress(bytes(64 << 20) * 8)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.gz", gzip.compress(LINE.encode()), 1),
        ("a.csv", gzip.compress(TABLE.encode()), 1),
        ("a.gz", gzip.compress(b"clean\n") + gzip.compress(LINE.encode()), 1),
        ("a.gz", gzip.compress(b"") * 3000 + gzip.compress(LINE.encode()), 1),
        ("a.gz", gzip.compress(TABLE.encode("utf-16")), 1),
        ("a.gz", gzip.compress(LINE.encode() * 99)[:-20], (1, 2)),
        ("a.gz", gzip.compress(b"clean\n" * 99)[:-20], 2),
        ("a.gz", gzip.compress(b"clean\n") + b"\0" * 9, 0),
        ("a.gz", gzip.compress(b"clean\n") + b"rubbish", 2),
        ("a.gz", b"\x1f\x8b\x08\x00rubbish", 2),
        ("a.gz", bomb, 2),
        ("a.gz", gzip.compress(b""), 0),
        ("a.bz2", bz2.compress(LINE.encode()) + bz2.compress(b"more\n"), 1),
        ("a.bz2", bz2.compress(b"clean\n" * 99)[:-9], 2),
        ("a.xz", lzma.compress(LINE.encode()), 1),
        ("a.xz", lzma.compress(b"clean\n" * 99)[:-9], 2),
        ("a.zst", zstandard.compress(LINE.encode()) * 2, 1),
        ("a.zst", zstandard.compress(b"clean\n" * 99)[:-3], 2),
        ("a.lzma", lzma.compress(LINE.encode(), lzma.FORMAT_ALONE), 1),
        ("a.gz.gz", gzip.compress(gzip.compress(LINE.encode())), 1),
        ("a.tar", tarred("", a_dot_log=b"clean\n", b_dot_csv=TABLE.encode()), 1),
        ("a.tgz", tarred("gz", b_dot_csv=TABLE.encode()), 1),
        ("a.tar.xz", tarred("xz", b_dot_csv=b"clean\n"), 0),
        ("a.tar", tarred("", b_dot_csv=b"clean\n" * 999)[:3000], 2),
        ("a.zip", zipped(x_dot_csv=TABLE.encode("gb18030")), 1),
        ("a.jar", zipped(x=zipped(y=gzip.compress(LINE.encode()))), 1),
        ("a.zip", zipped(x=b"clean\n", y=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), 2),
        ("a.zip", zipped(x=LINE.encode())[:-30], 2),
        ("a.zip", zipped(), 0),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), 2),
        ("a.Z", b"\x1f\x9d\x90" + bytes(range(1, 250)), 2),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Filter/FlateDecode>>stream\n", 2),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), 2),
        ("a.bin", bytes(range(256)) * 40, 2),
        ("a.log", b"", 0),
        ("a.log", b"clean\n" + b"\0" * 9000, 0),
        ("a.log", LINE.encode() + b"\0" * 9000, 1),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_scan_looks_into_what_is_compressed_or_says_that_it_did_not(
    cli: Cli,
    tmp_path: Path,
    name: str,
    data: bytes | Callable[[], bytes],
    code: int | tuple[int, ...],
) -> None:
    """By content and not by suffix; cut, broken, endless and foreign ones are told."""
    data = data() if callable(data) else data
    (tmp_path / name).write_bytes(data)
    reply = scanned(cli, tmp_path / name)
    assert reply.code in (code if isinstance(code, tuple) else {code}), reply.said
    assert (reply.code == 2) <= bool(unread(reply))
    assert cli("scan", "-", stdin=data).code == reply.code


def test_scan_of_archives_in_archives_ends(cli: Cli, tmp_path: Path) -> None:
    """Too deep is told, and the place is the way that leads there."""
    data = LINE.encode()
    for _ in range(12):
        data = zipped(a=data)
    (tmp_path / "a.zip").write_bytes(data)
    reply = scanned(cli, tmp_path / "a.zip")
    assert (reply.code, unread(reply)) == (2, ["too-deep"])
    assert str(rows(reply)[0]["file"]).endswith("a.zip!/a!/a!/a!/a!/a")


def test_scan_tells_members_that_are_locked_by_a_password(cli: Cli, tmp_path: Path) -> None:
    """The flag of encryption is believed."""
    data = bytearray(zipped(x=b"clean\n"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    reply = scanned(cli, tmp_path)
    assert (reply.code, unread(reply)) == (2, ["encrypted"])


STRINGS = "".join(f"<si><t>{text}</t></si>" for text in ("收件人姓名", "手机号", NAME))


@pytest.mark.parametrize(
    "data",
    [
        sheet(
            '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
            f'<row><c r="A2" t="s"><v>2</v></c><c r="B2"><v>{PHONE}</v></c></row>',
            xl__sharedStrings_dot_xml=f"<sst>{STRINGS}</sst>".encode(),
        ),
        sheet(
            '<row><c t="inlineStr"><is><t>手机号</t></is></c></row>'
            "<row><c><v>1.3912764831E10</v></c></row>"
        ),
        sheet(
            '<row><c r="B1" t="inlineStr"><is><t>标题 2026</t></is></c></row><row/>'
            '<row><c r="B3" t="inlineStr"><is><t>收件人</t></is></c></row>'
            f'<row><c r="B4" t="inlineStr"><is><r><t>{NAME[0]}</t></r><r><t>{NAME[1:]}</t></r></is>'
            "</c></row>"
        ),
        sheet("", xl__comments1_dot_xml=f"<c><t>收件人：{NAME}</t></c>".encode()),
        sheet("", docProps__core_dot_xml=f"<c><creator>{PHONE}</creator></c>".encode()),
        zipped(word__document_dot_xml=f"<d><p><t>收件人：{NAME}</t></p></d>".encode()),
        zipped(
            word__document_dot_xml=f"<d><p><r><t>{PHONE[:4]}</t></r><r><t>{PHONE[4:]}</t></r></p></d>".encode()
        ),
        zipped(content_dot_xml=f"<d><p>收件人：{NAME}</p></d>".encode()),
    ],
    ids=range(8),
)
def test_scan_reads_workbooks_and_documents(cli: Cli, tmp_path: Path, data: bytes) -> None:
    """Cells by the titles of their columns, comments, properties, text in runs."""
    (tmp_path / "a.xlsx").write_bytes(data)
    reply = scanned(cli, tmp_path / "a.xlsx")
    assert (reply.code, unread(reply)) == (1, []), reply.said


def test_scan_expands_no_entities_of_a_workbook(cli: Cli, tmp_path: Path) -> None:
    """A declaration of entities makes the part unread, at once."""
    bomb = (
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    )
    (tmp_path / "a.xlsx").write_bytes(sheet("", xl__sharedStrings_dot_xml=bomb))
    reply = scanned(cli, tmp_path / "a.xlsx")
    assert (reply.code, unread(reply)) == (2, ["broken"])


CLEAR, MASKED = json.dumps({"name": NAME}, ensure_ascii=False), '{"name":"张*明"}'


@pytest.mark.parametrize(
    "text",
    [
        f'{{"mobile":"{PHONE}","mobile":"139****4831"}}',
        f'{{"mobile":"139****4831","mobile":"{PHONE}"}}',
        f'{{"receiver":{CLEAR},"receiver":{MASKED}}}',
        f'{{"receiver":{CLEAR},"receiver":null}}',
        f'[{{"x":1}},{{"mobile":"{PHONE}","mobile":""}}]',
        f'{{\n "mobile": "{PHONE}",\n "mobile": "139****4831"\n}}',
        f'{{"a":[{{"b":{{"mobile":"{PHONE}","mobile":1}}}}]}}',
        f'{{"mobile":"{PHONE}","\\u006dobile":"139****4831"}}',
        f'INFO body={{"mobile":"{PHONE}","mobile":"139****4831"}}',
        f"a=1&mobile={PHONE}&mobile=139****4831",
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.log"])
def test_scan_reads_both_of_two_members_of_one_name(
    cli: Cli, tmp_path: Path, name: str, text: str
) -> None:
    """Whichever of them a parser would keep."""
    (tmp_path / name).write_text(text, "utf-8")
    reply = scanned(cli, tmp_path / name)
    assert reply.code == 1
    assert [row["kind"] for row in rows(reply)] in (["mobile"], ["name"])


def test_scan_reads_both_of_two_columns_of_one_title(cli: Cli, tmp_path: Path) -> None:
    """Sender and recipient in one table."""
    (tmp_path / "a.csv").write_text(
        f"姓名,电话,姓名,电话\n{NAME},{PHONE},李*,139****1111\n", "utf-8"
    )
    assert len(rows(scanned(cli, tmp_path / "a.csv"))) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"2026年11月签收名单,,\n\n运单号,收件人姓名,备注\nYT1,{NAME},已签收\n",
        f"导出时间：2026-11-29 10:00,,\n操作员 07,,\n运单号,收件人姓名,备注\nYT1,{NAME},x\n",
        f"sep=;\n运单号;收件人姓名;备注\nYT1;{NAME};已签收, 好\n",
        f'"sep=\t"\n运单号\t收件人姓名\nYT1\t{NAME}\n',
        f"sep=|\r\n运单号|收件人姓名\r\nYT1|{NAME}\r\n",
        f"订单号2026,收件人姓名,2026备注\nYT1,{NAME},已签收\n",
        f"运单号,收件人姓名,备注\rYT1,{NAME},已签收\r",
        f'"运单号","收件人\n姓名","备注"\n"YT1","{NAME}","a\nb"\n',
        f"\ufeff运单号;金额;收件人姓名\nYT1;1,50;{NAME}\n",
        f"运单号,收件信息,\n,姓名,备注\nYT1,{NAME},x\n",
        f"网点,数量\n张江,3\n\n运单号,收件人姓名\nYT1,{NAME}\n",
        f"编号,a\n1,2\n运单号,收件人姓名\nYT1,{NAME}\n",
        f"签收名单\n\n序号 , 收件人姓名 , 备注\n1 , {NAME} , x\n",
        f"YT1,{NAME},{PHONE}\nYT2,{NAME},{PHONE}\n",
        f"id\tReceiver Name\tnote\n1\t{NAME}\tx\n",
    ],
    ids=range(15),
)
def test_scan_finds_the_header_of_a_table(cli: Cli, tmp_path: Path, text: str) -> None:
    """Below titles, behind a separator line, with a year in a title, under merged cells."""
    (tmp_path / "a.csv").write_bytes(text.encode())
    reply = scanned(cli, tmp_path / "a.csv")
    assert [row["kind"] for row in rows(reply)].count("name") >= 1, reply.said
    assert unread(reply) == []


@pytest.mark.parametrize(
    "text",
    [
        "运单号,状态\n{n},已签收\n{n},已揽收\n",
        "单号,金额,重量\n{n},{n},{n}\n",
        "waybill_no;status;created_at\n{n};SIGNED;{n}\n",
        "Order No\tAmount\tRemarks\n{n}\t{n}\tnone\n",
        "签收清单,,\n\n订单编号,重量,数量\n{n},{n},{n}\n",
        "id,size_bytes\n{n},{n}\n",
    ],
    ids=range(6),
)
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_scan_takes_no_waybill_for_a_telephone_under_titles_without_persons(
    cli: Cli, tmp_path: Path, name: str, text: str
) -> None:
    """A table of identifiers and amounts has a header, too."""
    (tmp_path / name).write_text(text.replace("{n}", PHONE), "utf-8")
    reply = scanned(cli, tmp_path / name)
    assert (reply.code, rows(reply)) == (0, [])


@pytest.mark.parametrize(
    "text",
    [
        f"运单号,备注\nYT1,{PHONE}\n",
        f"运单号,甲,乙,丙\nYT1,{NAME},{PHONE},x\n",
        f"{PHONE},已签收\n{PHONE},已揽收\n",
        f"运单号,状态\nYT1,已送 {PHONE}\n",
    ],
    ids=range(4),
)
def test_scan_finds_telephones_in_tables_that_name_no_persons(
    cli: Cli, tmp_path: Path, text: str
) -> None:
    """In columns of remarks, in columns that nobody knows, without a header at all."""
    (tmp_path / "a.csv").write_text(text, "utf-8")
    reply = scanned(cli, tmp_path / "a.csv")
    assert reply.code == 1
    assert {row["kind"] for row in rows(reply)} <= {"mobile", "name"}


@pytest.mark.parametrize(
    "rows_text",
    [
        f'1,"open quote,{PHONE}\n' + ("x," * 200 + "\n") * 6000,
        f'1,"open quote,{PHONE}\n2,b,c\n',
        f'1,"open,{PHONE}\n2,"closed",{PHONE}\n3,"closed",c\n',
        f'1,a,{PHONE}\n2,b,"',
        f'1,"said "hi" and",{PHONE}\n2,b,c\n',
        f'1,"a"b,{PHONE}\n',
    ],
    ids=range(6),
)
def test_scan_goes_on_behind_an_open_quotation_mark(
    cli: Cli, tmp_path: Path, rows_text: str
) -> None:
    """The rows are read all the same, the file is told as broken, the next one is read."""
    (tmp_path / "a.csv").write_text("id,note,mobile\n" + rows_text, "utf-8")
    (tmp_path / "z.csv").write_text(TABLE, "utf-8")
    reply = scanned(cli, tmp_path)
    assert reply.code == 1
    found = {Path(str(row["file"])).name: row["pointer"] for row in rows(reply) if "line" in row}
    assert set(found) == {"a.csv", "z.csv"}
    assert "open-quote" in unread(reply)
    assert ("/mobile", 2) in [(row["pointer"], row["line"]) for row in rows(reply)]


@pytest.mark.parametrize(
    "row",
    [
        f'1,"a ""quoted"" word",{PHONE}',
        f'1,5" pipe,{PHONE}',
        f'1,"a \\"quoted\\" word",{PHONE}',
        f'1,"a, b\n\nc",{PHONE}',
        f'"1","","{PHONE}"',
        f"1,'a,{PHONE}",
    ],
    ids=range(6),
)
def test_scan_takes_no_good_quotation_for_a_broken_one(cli: Cli, tmp_path: Path, row: str) -> None:
    """Doubled, inside a cell, with a backslash, over lines."""
    (tmp_path / "a.csv").write_text(f"id,note,mobile\n{row}\n", "utf-8")
    reply = scanned(cli, tmp_path)
    assert [(one["kind"], one["pointer"]) for one in rows(reply)] == [("mobile", "/mobile")]


PAD = 17 << 20


@pytest.mark.parametrize(
    ("name", "head", "tail"),
    thinned(
        [
            ("a.ndjson", '{"pad":"', f'","receiver_mobile":"{PHONE}"}}\n'),
            ("a.csv", "a,b\n", f",{PHONE}\n"),
            ("a.csv", "a,手机号\n", f",{PHONE}\n"),
            ("a.log", "", f" 手机 {PHONE}"),
            ("a.json", '[{"pad":"', f'"}},{{"receiver_mobile":"{PHONE}"}}]'),
            ("a.json", '{"pad":"', f'",\n"receiver_mobile":"{PHONE}"}}'),
            ("a.xml", "<a>", f"</a><mobile>{PHONE}</mobile>"),
        ],
        4,
    ),
)
@pytest.mark.thorough
def test_scan_reads_lines_without_end(
    cli: Cli, tmp_path: Path, name: str, head: str, tail: str
) -> None:
    """In pieces that overlap, so that nothing at a border is missed; each thing once."""
    with (tmp_path / name).open("w", encoding="utf-8") as file:
        file.write(head + "x" * PAD + tail)
    reply = scanned(cli, tmp_path / name)
    assert [row["kind"] for row in rows(reply)] == ["mobile"], reply.said


@pytest.mark.parametrize("encoding", thinned(["gb18030", "utf-8", "utf-16"], 3))
def test_scan_misses_nothing_at_the_borders_of_pieces(
    cli: Cli, tmp_path: Path, encoding: str
) -> None:
    """A line of megabytes with a number every kilobyte, at every place; the columns are right."""
    piece = "中文填充" * 83 + "x" * 601
    text = "".join(f"{piece} 手机 {PHONE} " for _ in range(2000))
    (tmp_path / "a.log").write_bytes(text.encode(encoding))
    found = rows(scanned(cli, tmp_path / "a.log"))
    step = len(piece) + len(f" 手机 {PHONE} ")
    assert [row["column"] for row in found] == [
        len(piece) + 5 + place * step for place in range(2000)
    ]


def test_scan_tells_what_in_a_folder_it_does_not_follow_or_open(cli: Cli, tmp_path: Path) -> None:
    """Links that lead out of it, pipes, sockets, devices; a link to what is read anyway is none."""
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree, outside):
        folder.mkdir()
        (folder / "a.log").write_text("clean\n", "utf-8")
    (tree / "same.log").symlink_to("a.log")
    assert scanned(cli, tree).code == 0
    (tree / "folder").symlink_to(outside)
    (tree / "file.log").symlink_to(outside / "a.log")
    (tree / "nowhere").symlink_to("nothing")
    (tree / "loop").symlink_to("loop")
    os.mkfifo(tree / "pipe")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as door:
        door.bind(os.path.relpath(tree / "door"))
        reply = scanned(cli, tree)
    assert reply.code == 2
    assert {Path(str(row["file"])).name: row["why"] for row in rows(reply)} == {
        "folder": "link",
        "file.log": "link",
        "nowhere": "link",
        "loop": "link",
        "pipe": "special",
        "door": "special",
    }
    assert "6" in reply.err


def test_scan_follows_a_link_that_was_named(cli: Cli, tmp_path: Path) -> None:
    """Whoever names it means where it leads; a pipe that was named is not waited for."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_text(TABLE, "utf-8")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "file").symlink_to("real/a.csv")
    os.mkfifo(tmp_path / "pipe")
    assert scanned(cli, tmp_path / "folder").code == 1
    assert scanned(cli, tmp_path / "file").code == 1
    assert unread(scanned(cli, tmp_path / "pipe")) == ["special"]
    assert unread(scanned(cli, "/dev/zero")) == ["special"]


def test_scan_goes_on_behind_what_is_not_there(cli: Cli, tmp_path: Path) -> None:
    """The others are read; alone it ends with 2."""
    (tmp_path / "a.csv").write_text(TABLE, "utf-8")
    reply = scanned(cli, tmp_path / "missing", tmp_path / "a.csv")
    assert (reply.code, unread(reply)) == (1, ["missing"])
    assert "cannot be read" in cli("scan", tmp_path / "missing").err


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder and a file that only root may read."""
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "a.csv").write_text(TABLE, "utf-8")
    (tmp_path / "a.csv").write_text(TABLE, "utf-8")
    for path in (tmp_path / "locked", tmp_path / "a.csv"):
        path.chmod(0)
    yield tmp_path
    for path in (tmp_path / "locked", tmp_path / "a.csv"):
        path.chmod(0o700)


def test_scan_tells_folders_and_files_that_it_may_not_read(locked: Path) -> None:
    """As somebody else than root, who may read everything."""
    program = (
        "import os, sys, jidi.cli.looking.scan; from jidi.cli import main; os.getuid() or "
        "(os.setgroups([]), os.setgid(65534), os.setuid(65534));"
        "main(['scan', '--no-schema', '--format', 'json', '.'])"
    )
    top = locked
    while top != top.parent and not top.stat().st_mode & 0o005:
        top.chmod(top.stat().st_mode | 0o055)
        top = top.parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=locked, capture_output=True, text=True, check=False
    )
    if "Permission" in done.stderr and not done.stdout:
        pytest.skip("the environment of the tests is locked itself")
    assert done.returncode == 2, done.stderr
    assert {row["why"] for row in map(json.loads, done.stdout.splitlines())} == {"locked"}


@pytest.mark.parametrize(
    "name",
    [b"\xd5\xc5.csv", b"a\xff\xfe.csv", b"new\nline.csv", b"esc\x1b[31m.csv", b"\xe2\x80\xae.csv"],
)
@pytest.mark.parametrize("shape", ["text", "json"])
def test_scan_escapes_every_name_of_a_file(
    cli: Cli, tmp_path: Path, name: bytes, shape: str
) -> None:
    """Bytes that are no UTF-8, line feeds, escape sequences, marks of direction."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    Path(path).write_text(TABLE, "utf-8")
    for argument in (tmp_path, path):
        reply = cli("scan", "--format", shape, argument)
        assert reply.code == 1, reply.said
        assert len(reply.out.splitlines()) == 2
        assert not {"\x1b", "\u202e", "\ufffd"} & set(reply.said)
        reply.said.encode("utf-8")


@pytest.mark.parametrize("shape", ["text", "json"])
def test_scan_shows_no_name_that_is_personal_itself(cli: Cli, tmp_path: Path, shape: str) -> None:
    """Members, columns, files and members of archives are called by what they hold."""
    mail, identity = "liu.yang@mail.example.com", "11010519491231002X"
    values = [PHONE, NAME, mail, identity]
    record = {PHONE: NAME, NAME: PHONE, f"user {mail}": {identity: {"mobile": PHONE}}}
    (tmp_path / "keys.ndjson").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    (tmp_path / f"{PHONE}-{NAME}.csv").write_text(f"姓名,{PHONE},电话\n{NAME},{PHONE},1\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"{NAME}{PHONE}.log", LINE)
        archive.writestr(f"{identity}.png", b"\x89PNG\r\n\x1a\n\0\0\0")
    reply = cli("scan", "--format", shape, tmp_path)
    assert reply.code == 1
    assert [value for value in values if value in reply.said] == []
    assert "<mobile" in reply.out


@pytest.mark.parametrize("key", [PHONE, "liu.yang@mail.example.com", "11010519491231002X"])
def test_scan_finds_what_is_personal_in_the_name_of_a_member(
    cli: Cli, tmp_path: Path, key: str
) -> None:
    """A map by telephone number holds telephone numbers."""
    (tmp_path / "a.json").write_text(json.dumps({"a": {key: 1}}), "utf-8")
    assert scanned(cli, tmp_path).code == 1


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (json.dumps([{"mobile": PHONE}, {"n": 1}, {"mobile": PHONE}]), ["mobile"] * 2),
        (json.dumps({"mobile": PHONE}, indent=2) * 2, ["mobile"] * 2),
        (json.dumps({"mobile": PHONE}) + json.dumps({"mobile": PHONE}), ["mobile"] * 2),
        (f'{{"mobile":"{PHONE}"}}\n{{"mobile":"{PHONE}"\n{{"mobile":"{PHONE}"}}\n', ["mobile"] * 3),
        (
            f'[\n{{"mobile":"{PHONE}"}},\n{{"mobile":{PHONE} oops}},\n{{"mobile":"{PHONE}"}}\n]',
            ["mobile"] * 3,
        ),
        (f'\ufeff{{"mobile":{PHONE}}}\n', ["mobile"]),
        (json.dumps(PHONE), ["mobile"]),
        (json.dumps([PHONE]), ["mobile"]),
        (f'{{"mobile":{PHONE}.0}}', ["mobile"]),
        (f'{{"a":{"[" * 5000}"{PHONE}"{"]" * 5000}}}', ["mobile"]),
        (f'{{"a":{"9" * 6000},"mobile":"{PHONE}","b":NaN}}', ["mobile"]),
        (f'{{"mobile":"{PHONE}","cut":"', ["mobile"]),
        (f'\x1e{{"mobile":"{PHONE}"}}\n\x1e{{"mobile":"{PHONE}"}}\n', ["mobile"] * 2),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.txt", "a"])
def test_scan_reads_json_however_it_lies(
    cli: Cli, tmp_path: Path, name: str, text: str, kinds: list[str]
) -> None:
    """Arrays, documents one behind the other, a bad line between good ones, deep, cut."""
    (tmp_path / name).write_text(text, "utf-8")
    reply = scanned(cli, tmp_path / name)
    assert [row["kind"] for row in rows(reply)] == kinds, reply.said


def test_scan_survives_a_reader_that_stops_reading(tmp_path: Path) -> None:
    """As ``| head`` does: no traceback, no fault of jidi, and what was found counts."""
    (tmp_path / "a.csv").write_text(TABLE + f"YT1,{NAME},{PHONE}\n" * 20_000, "utf-8")
    for shape in ("text", "json"):
        with jidi_process("scan", "--format", shape, tmp_path) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.wait(60) == 1


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_scan_speaks_to_every_console(tmp_path: Path, encoding: str, language: str) -> None:
    """A character that the console lacks is escaped; the exit code is that of the scan."""
    (tmp_path / "é✓😀.csv").write_text(TABLE, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "jidi.cli", "--lang", language, "scan", "."],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize("jobs", thinned(["3", "1", "2"], 3))
@pytest.mark.thorough
def test_scan_says_the_same_with_any_number_of_processes(
    cli: Cli, tmp_path: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows in the same order, with the same lines, whatever lies in blocks and files."""
    monkeypatch.setattr("jidi.scan.jobs._PART", 100_000)
    big = "".join(
        f"{number} 收件人：{NAME} 手机 {13900000000 + number}\n"
        if number % 97 == 0
        else "clean\n" * 3
        for number in range(40_000)
    )
    (tmp_path / "a.log").write_text(big, "utf-8")
    (tmp_path / "b.csv").write_text(TABLE, "utf-8")
    (tmp_path / "c.bin").write_bytes(bytes(range(256)))
    (tmp_path / "d.ndjson").write_text(RECORD * 3, "utf-8")
    reply = scanned(cli, tmp_path, "--jobs", jobs)
    assert reply.code == 1
    told = [(Path(str(row["file"])).name, row["kind"], row["line"]) for row in rows(reply)]
    lines = big.splitlines()
    wanted = [number for number, line in enumerate(lines, 1) if PHONE[:3] in line]
    assert told == (
        [("a.log", kind, number) for number in wanted for kind in ("name", "mobile")]
        + [("b.csv", "name", 2), ("b.csv", "mobile", 2), ("c.bin", "unread", 0)]
        + [("d.ndjson", "name", number) for number in (1, 2, 3)]
    )
    assert f"{len(lines) + 4} records" in reply.err
