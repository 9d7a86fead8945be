"""Files as other programs write them, or as nobody should: each command ends in order, and what was
not read is never clean.
"""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import pytest
from command_line import Cli

PHONE = "13876504321"
ROW = f"姓名,电话\r\n欧阳明月,{PHONE}\r\n"
FOUND: dict[str, bytes] = {
    "gb18030.csv": ROW.encode("gb18030"),
    "big5.csv": f"姓名,電話\r\n歐陽明,{PHONE}\r\n".encode("big5"),
    "sjis.txt": f"電話 {PHONE}".encode("shift_jis"),
    "u32.txt": ROW.encode("utf-32"),
    "members.json.gz": gzip.compress(json.dumps({"phone": PHONE}).encode()),
    "cut.json.gz": gzip.compress(json.dumps({"phone": PHONE}).encode() * 100)[:40],
    "twin.json": f'{{"phone":"{PHONE}","phone":"138****4321"}}'.encode(),
    "separator.csv": f"sep=;\nphone;n\n{PHONE};1\n".encode(),
    "pipe.csv": f"手机|名\n{PHONE}|x\n".encode(),
    "carriage-returns.csv": f"phone,x\r{PHONE},1\r".encode(),
    "title.csv": f"2026年11月报表\n\n手机号,备注\n{PHONE},x\n".encode(),
    "tabs.tsv": "手机号\t备注\n138 7650 4321\t-\n".encode(),
    "formula.csv": f'phone\n="{PHONE}"\n'.encode(),
    "half-a-character.json": f'{{"a":"\\ud800","phone":"{PHONE}"}}'.encode(),
}
UNREAD: dict[str, bytes] = {
    "document.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nstream\n\x00\x01\n",
    "columns.parquet": b"PAR1" + bytes(range(128, 256)) + b"PAR1",
}
CLEAN: dict[str, bytes] = {
    "amounts.json": json.dumps(dict.fromkeys(("amount", "size_bytes"), int(PHONE))).encode(),
    "units.txt": f"流量 {PHONE} bytes, 用时 {PHONE}ms\n".encode(),
}
ODD: dict[str, bytes] = {
    "empty.har": b"",
    "log.har": b'{"log": 5}',
    "entries.har": b'{"log": {"entries": {}}}',
    "nothing.har": b'{"log": {"entries": [null, 5, "x", [], {}]}}',
    "utf-16.har": '{"log": {"entries": []}}'.encode("utf-16"),
    "packed.har": gzip.compress(b'{"log": {"entries": []}}'),
    "lzma.har": lzma.compress(b"{}"),
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "out-of-range.json": b'{"a": 1e400, "b": NaN}',
    "long-number.json": b'{"a": ' + b"9" * 10_000 + b"}",
    "control.json": b'{"a": "\x1b[2J"}',
    "gbk.json": '{"名": "张三"}'.encode("gbk"),
}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        *((name, data, 1) for name, data in FOUND.items()),
        *((name, data, 2) for name, data in UNREAD.items()),
        *((name, data, 0) for name, data in CLEAN.items()),
    ],
    ids=[*FOUND, *UNREAD, *CLEAN],
)
def test_scan_reads_or_refuses_each_file(
    cli: Cli, tmp_path: Path, name: str, data: bytes, code: int
) -> None:
    """A number is found in it, or it is said that it was not read; no number is printed."""
    file = tmp_path / name
    file.write_bytes(data)
    reply = cli("scan", file)
    assert reply.code == code, reply.said
    assert PHONE not in reply.said


@pytest.mark.parametrize("name", ODD)
def test_other_commands_say_what_is_wrong_with_each_file(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    """``judge`` and ``validate`` end with a sentence, never as a fault of the kit."""
    file = tmp_path / name
    file.write_bytes(ODD[name])
    for reply in (
        cli("judge", file, "--role", "courier", "--out", tmp_path / "run"),
        cli("validate", "consignment", file),
    ):
        assert reply.code in {1, 2, 3}, reply.said
        assert "\x1b" not in reply.said
        assert reply.said.strip()
