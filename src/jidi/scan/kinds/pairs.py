"""Fields inside text: JSON and what prints like it, query strings, ``key=value``, ``key: value``,
XML, INSERT statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jidi.scan.kinds.fields import Role, role_of

_TOKEN: Final = re.compile(
    r"(?<![\w.-])(?P<key>[^\W\d][\w.-]{0,39}+(?:\[\w{1,30}\])?)"
    r"(?:\\*(?P<quote>[\"'`])?\]?\s{0,2}(?:=>|[=:])\s{0,2}(?:string\(\d+\)\s)?(?P<open>[\w.]"
    r"{0,40}[{\[(])?|\s?(?P<brace>\{))"
    r"|(?P<shut>[}\])]|/>)|(?P<bare>[{\[(])"
    r"|<(?P<element>[^\W\d][\w:.-]{0,39})(?=[\s>])|</(?P<end>[\w:.-]{1,40})>"
)
_HTML: Final = frozenset(
    {
        "a",
        "abbr",
        "b",
        "code",
        "dd",
        "div",
        "dt",
        "em",
        "i",
        "label",
        "li",
        "p",
        "pre",
        "span",
        "strong",
        "td",
        "th",
        "time",
        "tr",
    }
)
_CLASS: Final = re.compile(
    r"\s[^<>]{0,80}?\b(?:class|id|name|data-[a-z]{1,12})=[\"']([\w-]{1,40})[\"']"
)
_CDATA: Final = "<![CDATA["
_QUOTE: Final = re.compile(r"(\\*)([\"'`])")
_BARE: Final = re.compile(r"[^&;,，；。\s\"'<>{}()\[\]|\\]*")
_MORE: Final = re.compile(r"(?: [A-Z][A-Za-z'-]+){1,2}(?![=:\w])")
_INSERT: Final = re.compile(
    r"INSERT\s+INTO\s+([\w.`\"]+)\s*\(([^()]{1,2000})\)\s*VALUES\s*\(", re.IGNORECASE
)
_LITERAL: Final = re.compile(
    r"\s*(?:'((?:[^'\\]|\\.|'')*)'|\"((?:[^\"\\]|\\.)*)\"|([^,()'\"]*))\s*([,)]|$)"
)
_NEXT_ROW: Final = re.compile(r"\s*,\s*\(")
_MAX_VALUE: Final = 400
_DEPTH: Final = 3
_LOOK_BACK: Final = 32
"""How many open elements a closing one is looked for in, so that hostile text costs no more than
its length.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """``text[start:end]`` is the value of a field that plays ``role``."""

    start: int
    end: int
    role: Role


def fields_in(text: str) -> Iterator[Field]:
    """Fields in folded ``text`` whose names say something about their values."""
    if "=" in text or ":" in text or "<" in text or "{" in text:
        yield from _named(text)
    if "VALUES" in text or "values" in text:
        yield from _inserted(text)


def _named(text: str) -> Iterator[Field]:
    above: list[tuple[str, ...]] = [()]
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind in {"key", "quote", "element"}:
            name = _element(text, match) if kind == "element" else match["key"]
            role = role_of((*above[-1], name))
            if kind == "element":
                _nest(above, match)
            if role != "other":
                start, end = (
                    _inside(text, match.end()) if kind == "element" else _value(text, match.end())
                )
                if end > start and not (role == "name" and _is_spoken(text, match["key"], start)):
                    yield Field(start, end, role)
        else:
            _nest(above, match)


def _nest(above: list[tuple[str, ...]], match: re.Match[str]) -> None:
    """Keep the names of what is open, objects, arrays, elements; ``above`` holds the path at each
    depth.
    """
    if match.lastgroup == "end":
        opened = next(
            (
                depth
                for depth in range(len(above) - 1, max(0, len(above) - _LOOK_BACK), -1)
                if above[depth][-1:] == (match["end"],)
            ),
            len(above),
        )
        del above[opened:]
    elif match.lastgroup == "shut":
        del above[max(1, len(above) - 1) :]
    else:
        name = match["key"] or match["element"]
        above.append((*above[-1], name)[-_DEPTH:] if name else above[-1])


def _is_spoken(text: str, key: str | None, start: int) -> bool:
    """Whether a person wrote the pair, as in 签收人：家门口: there a name must look like one."""
    return key is not None and not key.isascii() and text[start - 1] not in "\"'`"


def _element(text: str, match: re.Match[str]) -> str:
    """Name of an element; of one of HTML that of its class."""
    if match["element"].lower() not in _HTML:
        return match["element"]
    of_class = _CLASS.match(text, match.end())
    return of_class[1] if of_class is not None else ""


def _inside(text: str, start: int) -> tuple[int, int]:
    """Where the text of the XML element stands whose name ends at ``start``."""
    start = text.find(">", start) + 1
    if text.startswith(_CDATA, start):
        start += len(_CDATA)
        return start, text.find("]]>", start, start + _MAX_VALUE)
    return start, text.find("<", start, start + _MAX_VALUE)


def _value(text: str, start: int) -> tuple[int, int]:
    """Where the value that begins at ``start`` stands, without quotes."""
    quote = _QUOTE.match(text, start)
    if quote is not None:
        end = text.find(quote.group(), quote.end(), quote.end() + _MAX_VALUE)
        return quote.end(), end if end >= 0 else min(len(text), quote.end() + _MAX_VALUE)
    match = _BARE.match(text, start)
    end = match.end() if match is not None else start
    more = _MORE.match(text, end) if text[start:end].isascii() else None
    return start, more.end() if more is not None else end


def _inserted(text: str) -> Iterator[Field]:
    """Values of INSERT statements by the columns that are named before them, row by row."""
    for match in _INSERT.finditer(text):
        table = match[1].strip('`"').rpartition(".")[2]
        roles = [role_of((table, column.strip(" `\"'\n"))) for column in match[2].split(",")]
        row: re.Match[str] | None = match
        while row is not None:
            place = row.end()
            for role in roles:
                literal = _LITERAL.match(text, place)
                if literal is None:
                    break
                start, end = literal.span(
                    next((group for group in (1, 2) if literal[group] is not None), 3)
                )
                if role != "other" and end > start:
                    yield Field(start, end, role)
                place = literal.end()
            row = _NEXT_ROW.match(text, place)
