r"""Regular expressions of ECMA-262 that are regular: read into a tree without being run.

Assertions other than ``^`` and ``$`` at the place where they stand, back-references and Unicode
properties are not read (:class:`IrregularError`); whoever asks then has no answer.
"""

from __future__ import annotations

from typing import Any, Final

Ranges = tuple[tuple[int, int], ...]
Tree = tuple[Any, ...]
"""``("chars", ranges)``, ``("cat", trees)``, ``("alt", trees)``, ``("rep", tree, low, high)``
(``high`` may be ``None``), ``("start",)``, ``("end",)``."""
LAST: Final = 0x10FFFF
_DIGITS: Final[Ranges] = ((48, 57),)
_WORD: Final[Ranges] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Final[Ranges] = (
    (9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_LINE_ENDS: Final[Ranges] = ((10, 10), (13, 13), (0x2028, 0x2029))
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_LONGEST: Final = 4_000
_DEEPEST: Final = 60
_MOST_REPEATS: Final = 2_000


class IrregularError(ValueError):
    """A pattern that is not read: not regular, not written well, or too large."""


def complement(ranges: Ranges) -> Ranges:
    """Every character that is not in ``ranges``."""
    rest: list[tuple[int, int]] = []
    start = 0
    for low, high in merged(ranges):
        if start < low:
            rest.append((start, low - 1))
        start = high + 1
    return (*rest, *(((start, LAST),) if start <= LAST else ()))


def merged(ranges: Ranges) -> Ranges:
    """The same characters, in order and without overlaps."""
    result: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


_CLASSES: Final[dict[str, Ranges]] = {
    "d": _DIGITS,
    "D": complement(_DIGITS),
    "w": _WORD,
    "W": complement(_WORD),
    "s": _SPACE,
    "S": complement(_SPACE),
}


def parse(pattern: str, *, most_repeats: int = _MOST_REPEATS) -> Tree:
    """The tree of a pattern; ``most_repeats`` is the largest count that is read.

    Raises:
        IrregularError: see the class.
    """
    if len(pattern) > _LONGEST:
        raise IrregularError("too long")
    reader = _Reader(pattern, most_repeats)
    tree = reader.alternatives(0)
    if not reader.done:
        raise IrregularError("unbalanced")
    return tree


class _Reader:
    def __init__(self, pattern: str, most_repeats: int) -> None:
        self._text = pattern
        self._most_repeats = most_repeats
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._text)

    def _peek(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _take(self) -> str:
        if self.done:
            raise IrregularError("cut short")
        self._at += 1
        return self._text[self._at - 1]

    def _skip(self, sign: str) -> bool:
        found = self._peek(sign)
        self._at += len(sign) if found else 0
        return found

    def alternatives(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise IrregularError("too deep")
        branches = [self._sequence(depth)]
        while self._skip("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else ("alt", tuple(branches))

    def _sequence(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while not self.done and not self._peek("|") and not self._peek(")"):
            parts.append(self._repeated(self._atom(depth)))
        return ("cat", tuple(parts))

    def _atom(self, depth: int) -> Tree:
        sign = self._take()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return ("chars", self._class())
        if sign == ".":
            return ("chars", complement(_LINE_ENDS))
        if sign in "^$":
            return ("start",) if sign == "^" else ("end",)
        if sign == "\\":
            return ("chars", self._escaped(inside=False))
        if sign in "*+?{}]":
            raise IrregularError(f"a loose {sign}")
        return ("chars", ((ord(sign), ord(sign)),))

    def _group(self, depth: int) -> Tree:
        if self._skip("?") and not self._skip(":"):
            raise IrregularError("a look-around, name or flag")
        inner = self.alternatives(depth + 1)
        if not self._skip(")"):
            raise IrregularError("an open group")
        return inner

    def _repeated(self, tree: Tree) -> Tree:
        bounds = self._bounds()
        if bounds is None:
            return tree
        if tree[0] in ("start", "end"):
            raise IrregularError("a repeated anchor")
        self._skip("?")  # as few or as many as can be: the same words
        if any(self._peek(sign) for sign in "*+?{"):
            raise IrregularError("a repeated repetition")
        return ("rep", tree, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._skip(sign):
                return bounds
        if not self._skip("{"):
            return None
        low = self._number()
        high: int | None = low
        if self._skip(","):
            high = None if self._peek("}") else self._number()
        if not self._skip("}") or (high is not None and high < low):
            raise IrregularError("a repetition")
        return low, high

    def _number(self) -> int:
        start = self._at
        while not self.done and self._text[self._at] in "0123456789":
            self._at += 1
        digits = self._text[start : self._at]
        if not digits or len(digits) > 4 or int(digits) > self._most_repeats:
            raise IrregularError("a count")
        return int(digits)

    def _escaped(self, *, inside: bool) -> Ranges:
        sign = self._take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        code = self._code(sign, inside=inside)
        return ((code, code),)

    def _code(self, sign: str, *, inside: bool) -> int:
        """The character that an escape means."""
        if sign in "xu":
            return self._hex(2 if sign == "x" else 4)
        if sign == "0" and self._text[self._at : self._at + 1].isdigit():
            raise IrregularError("an octal escape")
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if inside and sign == "b":
            return 8
        if not sign.isascii() or sign.isalnum():
            raise IrregularError(f"\\{sign}")
        return ord(sign)

    def _hex(self, digits: int) -> int:
        if digits == 4 and self._skip("{"):
            end = self._text.find("}", self._at)
            text, self._at = self._text[self._at : end], end + 1
        else:
            text = self._text[self._at : self._at + digits]
            self._at += digits
            if len(text) != digits:
                raise IrregularError("a code")
        if not text or any(sign not in "0123456789abcdefABCDEF" for sign in text):
            raise IrregularError("a code")
        code = int(text, 16)
        if code > LAST or 0xD800 <= code <= 0xDFFF:
            raise IrregularError("a code")
        return code

    def _class(self) -> Ranges:
        negative = self._skip("^")
        ranges: list[tuple[int, int]] = []
        while not self._skip("]"):
            low = self._class_member()
            if self._peek("-") and not self._peek("-]"):
                self._take()
                high = self._class_member()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1]:
                    raise IrregularError("a range of classes")
                if high[0][0] != high[0][1] or high[0][0] < low[0][0]:
                    raise IrregularError("a range")
                low = ((low[0][0], high[0][0]),)
            ranges.extend(low)
        return complement(tuple(ranges)) if negative else merged(tuple(ranges))

    def _class_member(self) -> Ranges:
        sign = self._take()
        if sign == "\\":
            return self._escaped(inside=True)
        if sign == "[" or (sign in "&~" and self._peek(sign)):
            raise IrregularError("a set operation")
        return ((ord(sign), ord(sign)),)
