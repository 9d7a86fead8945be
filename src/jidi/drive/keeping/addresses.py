"""URLs and forms, part by part: each value in them is looked at as it is meant, undone of its
percent-encoding, so that it is withheld like the same value elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, unquote_plus

_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?P<authority>//[^/?#]*)?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
Withhold = Callable[[str, str], str]
"""The name of a value (empty: none) and the value, to what may be shown of it."""


def clean_url(url: str, withhold: Withhold) -> str:
    """``url`` with what ``withhold`` leaves of each part; parts that it leaves alone keep their
    exact spelling. Whoever is named before the host is withheld by the name ``password``.
    """
    match = _PARTS.fullmatch(url)
    if match is None:  # pragma: no cover - every text matches
        return withhold("", url)
    authority = match["authority"] or ""
    user, at, host = authority.removeprefix("//").rpartition("@")
    shown_user = withhold("password", user) if user else ""
    return "".join(
        (
            match["scheme"] or "",
            "//" if authority else "",
            shown_user + at + withhold("", host) if authority else "",
            _segments(match["path"], withhold),
            "?" + clean_form(match["query"][1:], withhold) if match["query"] else "",
            "#" + withhold("", match["fragment"][1:]) if match["fragment"] else "",
        )
    )


def clean_form(text: str, withhold: Withhold) -> str:
    """``text`` of the form ``name=value&name=value``, likewise."""
    return "&".join(_pair(pair, withhold) for pair in text.split("&"))


def _segments(path: str, withhold: Withhold) -> str:
    return "/".join(_part("", segment, unquote(segment), withhold) for segment in path.split("/"))


def _pair(pair: str, withhold: Withhold) -> str:
    name, equals, value = pair.partition("=")
    meant = unquote_plus(name)
    return (
        _part("", name, meant, withhold)
        + equals
        + _part(meant, value, unquote_plus(value), withhold)
    )


def _part(name: str, written: str, meant: str, withhold: Withhold) -> str:
    shown = withhold(name, meant)
    return written if shown == meant else shown
