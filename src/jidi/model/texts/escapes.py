r"""Shows characters that are not seen as themselves.

A candidate may send escape sequences that repaint a terminal, marks that turn the reading direction
round, or half a surrogate pair that no encoder takes. None of it is dropped in silence: each such
character is shown as its escape, ``\x1b`` or ``\u202e``.
"""

from __future__ import annotations

import re

DEFAULT_LIMIT = 2_000
CUT = re.compile(r"… \(\+\d+\)")
"""How a text ends of which the rest was cut off."""

# C0 but tab and line feed, DEL, C1, soft hyphen, zero-width and bidirectional marks, line and
# paragraph separators, interlinear and tag
# characters, lone surrogates, non-characters: everything that is not seen as itself.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def escape(match: re.Match[str]) -> str:
    """The one character of ``match`` as its escape."""
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
    shown = _UNSEEN.sub(escape, kept)
    return shown if len(kept) == len(text) else f"{shown}… (+{len(text) - len(kept)})"


def one_line(text: str, limit: int | None = 300) -> str:
    r"""Like :func:`visible`, with line feeds and tabs as ``\n`` and ``\t`` too."""
    return visible(text, limit).replace("\n", "\\n").replace("\t", "\\t")


def is_plain(text: str) -> bool:
    """Whether every character of ``text`` shows as itself."""
    return _UNSEEN.search(text) is None
