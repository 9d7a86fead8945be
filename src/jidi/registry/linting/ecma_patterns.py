"""Regular expressions that every vendor's engine reads alike: anchored, linear, without what
ECMAScript, Rust and Python spell differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import jsonschema_rs

_FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    (r"\(\?(?!:)", "group", "a look-around, named group or inline flag"),
    (r"\\[1-9k]", "back-reference", "a back-reference"),
    (r"\\[pP]", "property", "a Unicode property"),
    (
        r"\\[dDwWsSbB]",
        "class",
        "a short-hand class (its meaning differs: write the range out)",
    ),
    (r"\\[AzZGQEhHRX]", "escape", "an escape that ECMAScript lacks"),
    (r"[*+?}]\+", "possessive", "a possessive quantifier"),
    (r"\[\[:", "posix", "a POSIX class"),
    (r"&&|\[\^?\[", "set", "a set operation"),
)


def unlike(pattern: str) -> str:
    """What in a pattern engines read otherwise, or lack: ``group``, ``back-reference``,
    ``property``, ``class``, ``escape``, ``possessive``, ``posix``, ``set``, or the empty string.
    """
    return next((name for name, _ in _signs(pattern)), "")


def _signs(pattern: str) -> Iterator[tuple[str, str]]:
    bare = pattern.replace("\\\\", "")
    for sign, name, what in _FORBIDDEN:
        if re.search(sign, _without_classes(bare) if sign.startswith("[*+") else bare):
            yield name, what


def is_anchored(pattern: str) -> bool:
    """Whether a pattern holds a whole text."""
    return not _loose(pattern)


def does_compile(pattern: str) -> bool:
    """Whether the engine of this kit takes a pattern, look-arounds and back-references included."""
    try:
        jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.FancyRegexOptions()
        )
    except ValueError:
        return False
    return True


def _loose(pattern: str) -> str:
    """Why a pattern holds only a part of a text, or the empty string."""
    if not pattern.startswith("^") or not pattern.endswith("$") or pattern.endswith("\\$"):
        return "is not anchored at both ends"
    if _splits(pattern):
        return "is anchored in one alternative only; put the alternatives into (?:…)"
    return ""


def fault(pattern: str, *, anchored: bool = True) -> str:
    """Why a pattern must not be published, or the empty string; one that only tells cases apart
    (``if``) need not be anchored.
    """
    if anchored and (told := _loose(pattern)):
        return told
    for _, what in _signs(pattern):
        return f"holds {what}"
    try:
        re.compile(pattern)
        jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (re.error, ValueError) as error:
        return f"does not compile: {' '.join(str(error).split())[:120]}"
    return ""


def _without_classes(pattern: str) -> str:
    return re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", re.sub(r"\\[\[\]]", "", pattern))


def _splits(pattern: str) -> bool:
    """Whether a ``|`` stands outside every group."""
    depth = 0
    for sign in re.sub(r"\\.", "", _without_classes(pattern)):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            return True
    return False
