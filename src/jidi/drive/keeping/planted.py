"""Everything that the kit itself made up and sent in this run: it may stay readable in the evidence
(PI-07.2).
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from jidi.drive.keeping.seeking.plain_texts import HAN, HAN_RUN

_TOKEN = re.compile(f"[{HAN}]+|[0-9A-Za-z]+")
_NUMBERED = re.compile(f"[0-9]{{1,3}}[{HAN}](?:[0-9]|[{HAN}])*")
"""From a house number to the end of an address: of its numbers each is somebody's, so that they are
one's own together only.
"""
_NUMBER_ENDS = re.compile(f"[0-9][{HAN}]")
_PHONE_FORM = re.compile(r"\+?[0-9][0-9 ()-]{5,24}")
_MASK = re.compile(r"[*＊×•●█]+")
_MOST_SHORT = 8
"""Short ASCII tokens of one text that may be the kit's own, as in an address to the door."""
_MOST_MASKS = 5_000
"""Different masked texts of which is found out what they mask; an honest candidate shows fewer."""
_MOST_IDS = 50_000
"""Ids of a candidate that are remembered; a run meets some thousands."""
SHORTEST_TOKEN = 4
"""ASCII tokens shorter than this say nothing about where they come from."""


class KnownTexts:
    """Texts that can be asked for their parts; safe to use from many threads."""

    def __init__(self, texts: Iterable[Any] = ()) -> None:
        self._lock = threading.Lock()
        self._whole: set[str] = set()
        self._tokens: set[str] = set()
        self._digits: set[str] = set()
        self._runs: dict[str, set[str]] = {}
        self._numbered: dict[str, set[str]] = {}
        self._derived: dict[str, bool] = {}
        for text in texts:
            self.add(text)

    def add(self, value: Any) -> None:
        """Take in every text and number of ``value``: a text, bytes (JSON or plain) or a tree of
        JSON values, member names included.
        """
        with self._lock:
            for text in set(_texts(value)):
                self._add(_normal(text))

    def adopt(self, other: KnownTexts) -> None:
        """Take in all that ``other`` holds, which nobody adds to any more."""
        with self._lock:
            self._whole |= other._whole
            self._tokens |= other._tokens
            self._digits |= other._digits
            for pair, runs in other._runs.items():
                self._runs.setdefault(pair, set()).update(runs)
            for pair, texts in other._numbered.items():
                self._numbered.setdefault(pair, set()).update(texts)
            self._derived.clear()

    def contains(self, value: str) -> bool:
        """Whether ``value`` is one of the texts, a mask of one, or made of nothing but their
        parts.
        """
        text = _normal(value)
        with self._lock:
            return (
                text in self._whole
                or self._same_digits(text)
                or self._covers(text)
                or self._masks(text)
            )

    def is_whole(self, value: str) -> bool:
        """Whether ``value`` is one of the texts, letter for letter."""
        with self._lock:
            return _normal(value) in self._whole

    def pieces(self, run: str) -> list[tuple[str, bool]]:
        """A run of Han characters cut into parts that are known (two characters or more, longest
        first) and the rest between them.
        """
        with self._lock:
            return self._pieces(run)

    def part_at(self, run: str, start: int) -> int:
        """How many characters of a run of Han characters, from ``start`` on, are a known part at
        most: two or more of a word, or one that is a word by itself; every shorter part of two or
        more is known, too. 0 when none is.
        """
        with self._lock:
            return self._longest(run, start) or int(run[start] in self._tokens)

    def has_token(self, token: str) -> bool:
        """Whether an ASCII ``token`` of some length was part of a text."""
        with self._lock:
            return len(token) >= SHORTEST_TOKEN and token in self._tokens

    def _add(self, text: str) -> None:
        if not text or text in self._whole:
            return
        self._whole.add(text)
        self._derived.clear()
        if _PHONE_FORM.fullmatch(text):
            self._digits.add(_digits(text))
        for pair in _NUMBER_ENDS.findall(text):
            self._numbered.setdefault(pair, set()).add(text)
        for token in _TOKEN.findall(text):
            self._tokens.add(token)
            if HAN_RUN.match(token):
                for start in range(len(token) - 1):
                    self._runs.setdefault(token[start : start + 2], set()).add(token)
            elif token.isdigit() and len(token) >= 7:
                self._digits.add(token)

    def _same_digits(self, text: str) -> bool:
        if not _PHONE_FORM.fullmatch(text):
            return False
        digits = _digits(text)
        return digits in self._digits or digits.removeprefix("86") in self._digits

    def _covers(self, text: str) -> bool:
        tokens = _TOKEN.findall(text)
        short = [token for token in tokens if token.isascii() and len(token) < SHORTEST_TOKEN]
        if len(short) == len(tokens) or len(short) > _MOST_SHORT:
            return False  # digits of anybody's number are tokens of some house number
        return all(map(self._holds, _NUMBERED.findall(text))) and all(
            token in self._tokens or (HAN_RUN.match(token) and self._whole_run(token))
            for token in tokens
        )

    def _holds(self, stretch: str) -> bool:
        """Whether a stretch from a number on stands in one of the texts as it is."""
        end = _NUMBER_ENDS.search(stretch)
        return end is not None and any(
            stretch in text for text in self._numbered.get(end.group(), ())
        )

    def _whole_run(self, run: str) -> bool:
        return all(known for _, known in self._pieces(run))

    def _pieces(self, run: str) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        rest, start = "", 0
        while start < len(run):
            length = self._longest(run, start)
            if length == 0:
                rest += run[start]
                start += 1
                continue
            if rest:
                found.append((rest, False))
                rest = ""
            found.append((run[start : start + length], True))
            start += length
        return [*found, (rest, False)] if rest else found

    def _longest(self, run: str, start: int) -> int:
        best = 0
        for text in self._runs.get(run[start : start + 2], ()):
            length = max(2, best)
            while start + length <= len(run) and run[start : start + length] in text:
                best = length
                length += 1
        return best

    def _masks(self, text: str) -> bool:
        if not _MASK.search(text):
            return False
        if not _TOKEN.search(text):
            return True
        if text not in self._derived:
            if len(self._derived) >= _MOST_MASKS:
                return False
            parts = _MASK.split(text)
            self._derived[text] = any(
                _fits(parts, whole) for whole in self._whole if len(whole) < 500
            )
        return self._derived[text]


def _fits(parts: list[str], whole: str) -> bool:
    """Whether ``whole`` begins with the first of ``parts``, ends with the last, and has the others
    between them in order, each at least one character from the next.
    """
    first, *middle, last = parts
    end = len(whole) - len(last)
    if not whole.startswith(first) or not whole.endswith(last):
        return False
    position = len(first)
    for part in middle:
        found = whole.find(part, position + 1, end)
        if found < 0:
            return False
        position = found + len(part)
    return position < end


class Planted(KnownTexts):
    """What the kit made up in this run: its generator's values, the words of its scenarios, the
    published examples. What it sent is not enough, for it says again what the candidate told it.
    """

    def add_words(self, value: Any) -> None:
        """Take in the Han words of ``value``, but no number and no address."""
        with self._lock:
            for text in _texts(value):
                for run in HAN_RUN.findall(_normal(text)):
                    self._add(run)


class ShownIds(KnownTexts):
    """Ids of the candidate's things that stand in clear in the evidence of this run."""

    def add(self, value: Any) -> None:
        """Take in one more, as long as there is room."""
        if len(self._whole) < _MOST_IDS:
            super().add(value)

    def contains(self, value: str) -> bool:
        """Whether it is one of them, whole; what is put together of their parts is none."""
        with self._lock:
            return value in self._whole


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "replace")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = text
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list | tuple | set | frozenset):
            stack.extend(item)
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(item)


def _normal(text: str) -> str:
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
