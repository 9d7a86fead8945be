"""Seventy ways to write a value, and thirty values that nobody may read in what the kit writes."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

Write = Callable[[str], str]
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_CIRCLED: Final = "⓪①②③④⑤⑥⑦⑧⑨"
_FILLED: Final = "🄌❶❷❸❹❺❻❼❽❾"
_BRACKETED: Final = "⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼"


def _base64(before: bytes, after: bytes = b" ok") -> Write:
    return lambda value: base64.b64encode(before + value.encode() + after).decode()


def _wrapped(value: str) -> str:
    text = base64.b64encode(b"to whom " * 5 + value.encode() + b" it may concern" * 3).decode()
    return "\n".join(text[start : start + 60] for start in range(0, len(text), 60))


def _each(form: str) -> Write:
    return lambda value: "".join(form.format(ord(character)) for character in value)


def _bytes(form: str, gap: str = "") -> Write:
    return lambda value: gap.join(form.format(byte) for byte in value.encode())


def _apart(gap: str) -> Write:
    return gap.join


def _by_turns(write: Write) -> Write:
    """Every second character as it is."""
    return lambda value: "".join(
        character if index % 2 else write(character) for index, character in enumerate(value)
    )


def _packed(pack: Callable[[bytes], bytes]) -> Write:
    return lambda value: base64.b64encode(pack(value.encode())).decode()


def _grouped(gap: str) -> Write:
    def write(value: str) -> str:
        groups = gap.join((value[:3], value[3:7], value[7:]))
        return groups if value[0] in "+0123456789" else value

    return write


def _cut(value: str) -> list[str]:
    return [value[:3], value[3:7], value[7:]] if len(value) > 7 else list(value)


def _digits(digit: Callable[[int], str]) -> Write:
    return lambda value: "".join(
        digit(int(character)) if character in "0123456789" else character for character in value
    )


SPELLINGS: Final[Mapping[str, Write]] = {
    "raw": str,
    "full-width": lambda value: value.translate(_FULL_WIDTH),
    "arabic-digits": _digits(lambda digit: chr(0x660 + digit)),
    "circled-digits": _digits(lambda digit: _CIRCLED[digit]),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64-shifted-1": _base64(b"a"),
    "base64-shifted-2": _base64(b"ab"),
    "base64-shifted-3": _base64(b"abc "),
    "base64-url": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "base64-wrapped": _wrapped,
    "base64-twice": lambda value: base64.b64encode(base64.b64encode(value.encode())).decode(),
    "base64-of-json": lambda value: base64.b64encode(
        json.dumps({"p": value}, ensure_ascii=False).encode()
    ).decode(),
    "hex": lambda value: value.encode().hex(),
    "hex-capitals": lambda value: value.encode().hex().upper(),
    "hex-spaced": _bytes("{:02x}", " "),
    "hex-0x": _bytes("0x{:02x}", ", "),
    "hex-in-base64": lambda value: base64.b64encode(value.encode().hex().encode()).decode(),
    "bytes-literal": _bytes("\\x{:02x}"),
    "octal": _bytes("\\{:03o}"),
    "percent": lambda value: quote(value, safe=""),
    "percent-each": _bytes("%{:02X}"),
    "percent-twice": lambda value: quote(_bytes("%{:02X}")(value), safe=""),
    "percent-u": _each("%u{:04x}"),
    "html-decimal": _each("&#{:d};"),
    "html-hex": _each("&#x{:x};"),
    "json-escapes": _each("\\u{:04x}"),
    "json-escapes-doubled": _each("\\\\u{:04x}"),
    "code-points": _each("U+{:04X}"),
    "quoted-printable": _bytes("={:02X}"),
    "dots": _apart("."),
    "blanks": _apart(" "),
    "no-break-blanks": _apart("\u00a0"),
    "middle-dots": _apart("·"),
    "zero-width": _apart("\u200b"),
    "joiners": _apart("\u200d"),
    "soft-hyphens": _apart("\u00ad"),
    "lines": _apart("\n"),
    "lines-escaped": _apart("\\n"),
    "tabs-escaped": _apart("\\\\t"),
    "tags": lambda value: "".join(f"<b>{character}</b>" for character in value),
    "cells": lambda value: "<td>" + "</td>\n  <td>".join(_cut(value)) + "</td>",
    "list-of-characters": lambda value: json.dumps(list(value), ensure_ascii=False),
    "list-of-groups": lambda value: str(_cut(value)),
    "base64-utf-16": lambda value: base64.b64encode(value.encode("utf-16")).decode(),
    "base64-utf-16-be": lambda value: base64.b64encode(value.encode("utf-16-be")).decode(),
    "base64-utf-16-le": lambda value: base64.b64encode(value.encode("utf-16-le")).decode(),
    "base64-gbk": lambda value: base64.b64encode(value.encode("gbk")).decode(),
    "hex-utf-16": lambda value: value.encode("utf-16-be").hex(),
    "hex-gbk": lambda value: value.encode("gbk").hex(),
    "percent-gbk": lambda value: quote(value.encode("gbk"), safe=""),
    "gbk-as-latin-1": lambda value: value.encode("gbk").decode("latin-1"),
    "groups": _grouped(" "),
    "groups-dotted": _grouped("."),
    "reversed": lambda value: value[::-1],
    "json-escapes-by-turns": _by_turns(_each("\\u{:04x}")),
    "code-points-by-turns": _by_turns(_each("U+{:04X}")),
    "bytes-by-turns": _by_turns(_bytes("\\x{:02x}")),
    "octal-by-turns": _by_turns(_bytes("\\{:03o}")),
    "html-by-turns": _by_turns(_each("&#{:d};")),
    "percent-by-turns": _by_turns(_bytes("%{:02X}")),
    "braced-escapes": _each("\\u{{{:x}}}"),
    "long-escapes": _each("\\U{:08x}"),
    "zero-width-escaped": _apart("\\u200b"),
    "nul-escaped": _apart("\\u0000"),
    "semicolons": _apart("; "),
    "two-blanks": _apart("  "),
    "brackets": lambda value: "".join(f"[{character}]" for character in value),
    "bracketed-digits": _digits(lambda digit: _BRACKETED[digit]),
    "filled-digits": _digits(lambda digit: _FILLED[digit]),
    "decimal-bytes": _bytes("{:d}", " "),
    "binary": _bytes("{:08b}", " "),
    "base32": lambda value: base64.b32encode(value.encode()).decode(),
    "gzip": _packed(gzip.compress),
    "zlib": _packed(zlib.compress),
    "latin-1": lambda value: value.encode().decode("latin-1"),
}
"""Name to how a value is written."""

TELEPHONES: Final = (
    "13876504321",
    "15912345670",
    "18600998877",
    "19912340987",
    "17743219876",
    "+8613876504399",
    "008613512348765",
    "010-66668888",
    "0571-87651234",
    "13876504321-4821",
)
IDENTITIES: Final = (
    "11010519491231002X",
    "440524199001010018",
    "310101199003070019",
    "510107197811223331",
    "330106200002291232",
)
NAMES: Final = ("欧阳明月", "司马春秋", "慕容雪梅", "赵大海", "王小二狗")
PLACES: Final = ("幸福路12号3栋2单元501室", "翠竹园七栋四零二", "玫瑰花园别墅88号")
MAILS: Final = ("zhang.san@mail.example.cn", "li-si_88@corp.example.com", "w5@qq.example.com")
SECRETS: Final = (
    "secret-of-platform-a-0123456789",
    "tok_9f8e7d6c5b4a39281706",
    "Zq3.kfj~29dkA_0192=",
    "AK77fe01cd22PrivateKey",
)
VALUES: Final = (*TELEPHONES, *IDENTITIES, *NAMES, *PLACES, *MAILS, *SECRETS)
"""Thirty values; :data:`SECRETS` are credentials of the kit's parties."""
