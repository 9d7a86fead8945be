"""Files in more than one encoding, or in another than their mark says, as programs leave them that
append to what others began: found, or told as not read, never clean.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from command_line import Cli

PHONE = "13876504321"
LINE = f"phone={PHONE}\n"
HEADER = "\ufeff日志 of the day\r\n"

MIXED: dict[str, bytes] = {
    "ascii behind utf-16": HEADER.encode("utf-16-le") + LINE.encode(),
    "ascii behind utf-16, odd": HEADER.encode("utf-16-le") + f"{LINE} ".encode(),
    "utf-8 behind utf-16": HEADER.encode("utf-16-le") + f"王小二,{PHONE}\n".encode() * 3,
    "gbk behind utf-16": HEADER.encode("utf-16-le") + f"王小二,{PHONE}\n".encode("gbk") * 3,
    "ascii behind big-endian": HEADER.encode("utf-16-be") + LINE.encode(),
    "ascii between utf-16": HEADER.encode("utf-16-le")
    + f"tel {PHONE}\r\n".encode()
    + ("一行\r\n" * 3_000).encode("utf-16-le"),
    "ascii behind much utf-16": ("\ufeff" + "一行字\r\n" * 30_000).encode("utf-16-le")
    + LINE.encode(),
    "ascii behind utf-32": HEADER.encode("utf-32-le") + LINE.encode() * 2,
    "utf-16 behind ascii": b"a header\n" * 20 + LINE.encode("utf-16-le"),
    "utf-16 behind utf-8": "一行日志\n".encode() * 20 + LINE.encode("utf-16-le"),
    "mark of utf-16, then ascii": codecs.BOM_UTF16_LE + LINE.encode() * 3,
    "mark of big-endian, then ascii": codecs.BOM_UTF16_BE + LINE.encode() * 3,
    "mark of the other order": codecs.BOM_UTF16_LE + LINE.encode("utf-16-be") * 3,
    "mark of the other order, Chinese": codecs.BOM_UTF16_BE
    + f"收件人王小二，电话{PHONE}\n".encode("utf-16-le") * 3,
    "mark of utf-8, then utf-16": codecs.BOM_UTF8 + LINE.encode("utf-16-le"),
    "gbk behind utf-8": "一行日志\n".encode() * 20 + f"电话 {PHONE}\n".encode("gbk"),
}


@pytest.mark.parametrize("name", MIXED)
def test_scan_calls_no_mixture_of_encodings_clean(cli: Cli, tmp_path: Path, name: str) -> None:
    """The number stands in the bytes: it is found, or the file is told as not read."""
    path = tmp_path / "it.log"
    path.write_bytes(MIXED[name])
    reply = cli("scan", path)
    assert reply.code in {1, 2}, reply.said
    assert PHONE not in reply.said
    assert "all read" not in reply.said or reply.code == 1


CHINESE = (
    "这份说明讲述了快递企业与平台之间如何交换运单状态，以及各方在发生差错时应当怎样更正；" * 400,
    "カタカナとひらがなの混ざった日本語の文章は、二つのバイトが文字に見えることもあります。" * 400,
    "Ünïcödé — “quoted” … ①②③ ←→ ½ € 4,200\r\n" * 400,
    "".join(map(chr, range(0x4E00, 0x9FFF))) * 2,
)


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_scan_takes_no_good_text_for_a_mixture(
    cli: Cli, tmp_path: Path, text: str, encoding: str
) -> None:
    """Half of the Chinese characters have two bytes that are letters, too."""
    path = tmp_path / "it.txt"
    path.write_bytes(f"\ufeff{text}".encode(encoding))
    reply = cli("scan", path)
    assert "all read" in reply.said, reply.said
    assert reply.code == 0
