r"""Makes untrusted text safe to show: on a terminal, in XML, in Markdown, in a page.

A candidate may send escape sequences that repaint a terminal, marks that turn the reading direction
round, or half a surrogate pair that no
encoder takes. None of it is dropped in silence: each such character is shown as its escape,
``\x1b`` or ``\u202e``.
"""

from __future__ import annotations

import html
import re
from typing import Any

DEFAULT_LIMIT = 2_000

# C0 but tab and line feed, DEL, C1, soft hyphen, zero-width and bidirectional marks, line and
# paragraph separators, interlinear and tag
# characters, lone surrogates, non-characters: everything that is not seen as itself.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Every character that can begin, end or change a construct of GitHub-flavoured Markdown or HTML,
# mentions and automatic links included.
_MARKDOWN = re.compile(r"[&<>\\`*_\[\]|~@#$!\"']|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str, limit: int | None = DEFAULT_LIMIT) -> str:
    """``text`` with each unseen character as its escape, cut after ``limit`` characters (``None``:
    not cut) with a note of how many are gone.

    Tabs and line feeds stay.
    """
    kept = text if limit is None or len(text) <= limit else text[:limit]
    shown = _UNSEEN.sub(_escape, kept)
    return shown if len(kept) == len(text) else f"{shown}… (+{len(text) - len(kept)})"


def one_line(text: str, limit: int | None = 300) -> str:
    r"""Like :func:`visible`, with line feeds and tabs as ``\n`` and ``\t`` too."""
    return visible(text, limit).replace("\n", "\\n").replace("\t", "\\t")


def is_plain(text: str) -> bool:
    """Whether every character of ``text`` shows as itself."""
    return _UNSEEN.search(text) is None


def well_formed(value: Any) -> Any:
    r"""``value`` with lone surrogates in its strings and keys as ``\udXXX``, so that any UTF-8
    encoder and any JSON reader takes it.
    """
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(_escape, value)
    if isinstance(value, dict):
        return {well_formed(key): well_formed(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [well_formed(member) for member in value]
    return value


def xml_text(text: str, limit: int | None = 8_000) -> str:
    """``text`` for character data or an attribute in double quotes: only characters that XML 1.0
    allows, markup escaped.
    """
    return html.escape(visible(text, limit), quote=True)


def markdown_text(text: str, limit: int | None = DEFAULT_LIMIT) -> str:
    """``text`` as inline Markdown that reads as written: nothing in it is a link, a mention, a
    table cell, a formula or HTML.
    """
    shown = _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", visible(text, limit))
    return re.sub(r"\s*\n\s*", " ", shown)


def markdown_block(text: str, language: str = "text", limit: int | None = DEFAULT_LIMIT) -> str:
    """``text`` as a fenced block whose fence is longer than any run of backticks within."""
    shown = visible(text, limit)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"
