"""Makes untrusted text safe to show: on a terminal, in XML, in Markdown, in a page."""

from __future__ import annotations

import html
import re
from typing import Any

from jidi.model.texts.escapes import DEFAULT_LIMIT, escape, is_plain, one_line, visible

__all__ = [
    "DEFAULT_LIMIT",
    "is_plain",
    "markdown_block",
    "markdown_text",
    "one_line",
    "visible",
    "well_formed",
    "xml_text",
]
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Every character that can begin, end or change a construct of GitHub-flavoured Markdown or HTML,
# mentions and automatic links included.
_MARKDOWN = re.compile(r"[&<>\\`*_\[\]|~@#$!\"']|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)


def well_formed(value: Any) -> Any:
    r"""``value`` with lone surrogates in its strings and keys as ``\udXXX``, so that any UTF-8
    encoder and any JSON reader takes it.
    """
    if isinstance(value, str):
        return value if value.isascii() else _LONE_SURROGATE.sub(escape, value)
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
