"""The scanner: by field and schema where there are records, by form where there is only text. Clear
values never leave this module.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from jidi.registry import Registry
from jidi.scan.declared import ANY, NOTHING, UNDECLARED, Declared, Judged, role_of_class
from jidi.scan.findings import CLASSES, Found, Stretch, Tally
from jidi.scan.intake.json_values import records_of_line
from jidi.scan.intake.opening import Intake
from jidi.scan.intake.parts import (
    WINDOW,
    Block,
    Bounds,
    Entered,
    Form,
    Item,
    Number,
    Part,
    Passage,
    Readable,
    Unread,
    passages,
)
from jidi.scan.intake.walking import why
from jidi.scan.kinds.fields import Role, role_of, walked
from jidi.scan.kinds.member_names import in_member_name, without_personal
from jidi.scan.kinds.quiet import is_quiet
from jidi.scan.kinds.sieve import Sieve
from jidi.scan.kinds.stretches import NUMBERS, WHOLE, deep_stretches, field_stretches

_FORMS: Final[dict[str, Form]] = {"json": "json", "csv": "csv", "ndjson": "lines", "text": "lines"}
_MEMBER: Final = "member-name"
_MOST_NAMES: Final = 1 << 16
_SHORT: Final = 64


class Scanner:
    """Scans any number of streams under one ``salt``; without a registry schemas are not looked at.
    ``tally`` counts what was seen; nothing is read after ``until`` (``time.monotonic()``).
    """

    def __init__(
        self,
        salt: bytes,
        registry: Registry | None = None,
        tally: Tally | None = None,
        until: float = float("inf"),
    ) -> None:
        self._salt = salt
        self._until = until
        self._declared = Declared(registry) if registry is not None else None
        self._sieve = Sieve(self._silent_records)
        self._harmless: set[str] = set()
        self._inside: tuple[str, ...] = ()
        self.tally = Tally() if tally is None else tally

    def scan(self, stream: Readable, name: str = "", form: str = "") -> Iterator[Found | Unread]:
        """Every finding and everything that could not be read, in the order of the stream, in
        constant memory. ``form``: json, ndjson, csv, text, or empty to tell it from ``name`` and
        content.
        """
        self._inside = ()
        bounds = Bounds(until=self._until)
        parts = Intake(_FORMS.get(form, "")).parts(stream, name, bounds)
        try:
            for part in parts:
                if isinstance(part, Unread) and part.why == "time-limit":
                    continue  # told once, of the whole
                for one in self._in_part(part):
                    self.tally.count(one)
                    yield one
        except OSError as error:
            yield self.missed(Unread(why(error), inside=self._inside))
        if bounds.late:
            yield self.missed(Unread("time-limit"))

    def missed(self, unread: Unread) -> Unread:
        """Count what could not be read."""
        self.tally.count(unread)
        return unread

    def redacted(self, text: str) -> str:
        """``text`` with what is personal in it replaced by its kind and digest."""
        return without_personal(
            text, lambda plain, stretch: f"<{stretch.kind}#{self._digest(plain, stretch)}>"
        )

    def _in_part(self, part: Part) -> Iterator[Found | Unread]:
        if isinstance(part, Entered):
            self._inside = part.inside
        elif isinstance(part, Unread):
            yield replace(part, inside=part.inside or self._inside)
        elif isinstance(part, Block):
            yield from self._in_block(part)
        elif isinstance(part, Passage):
            yield from self._in_passage(part)
        else:
            yield from self._in_record(part)

    def _in_block(self, block: Block) -> Iterator[Found]:
        text = block.text.removesuffix("\n")
        lines = text.split("\n")
        numbers, silent = self._sieve.speaking(text)
        self.tally.records += silent
        for number in numbers:
            if lines[number] and not lines[number].isspace():
                yield from self._in_line(lines[number], block.line + number)

    def _silent_records(self, text: str) -> int:
        """How many records a line of JSON has that hold nothing whatever their numbers are: 0 where
        one may hold something, -1 where it is no JSON.
        """
        records = records_of_line(text, 1)
        if records is None:
            return -1
        return len(records) if not any(map(self._may_speak, records)) else 0

    def _may_speak(self, item: Item) -> bool:
        judged = self._declared.of(item.value) if self._declared is not None else None
        for path, value, is_name in walked(item.value, self._harmless):
            if is_name and in_member_name(path[-1]):
                return True
            if is_name or not isinstance(value, str) or not value:
                continue
            if _speaks(path, value, _said_of(judged, path)):
                return True
        return False

    def _in_line(self, text: str, line: int) -> Iterator[Found]:
        records = records_of_line(text, line)
        if records is not None:
            for record in records:
                yield from self._in_record(record)
        elif len(text) > WINDOW:
            for passage in passages(text, line):
                yield from self._in_passage(passage)
        else:
            yield from self._in_passage(Passage(line, text))

    def _in_passage(self, passage: Passage) -> Iterator[Found]:
        self.tally.records += passage.opens
        for text, stretch, offset in deep_stretches(passage.text):
            if passage.first <= offset < passage.last:
                yield self._found(
                    text[stretch.start : stretch.end],
                    stretch,
                    passage.line,
                    passage.start + offset + 1,
                )

    def _in_record(self, item: Item) -> Iterator[Found]:
        self.tally.records += item.counts
        judged = self._declared.of(item.value) if self._declared is not None else None
        for path, value, is_name in walked(item.value, self._harmless):
            if is_name:
                yield from self._in_name(item, path)
            elif isinstance(value, str):
                yield from self._in_value(item, path, value, judged)

    def _in_name(self, item: Item, path: tuple[str, ...]) -> Iterator[Found]:
        found = in_member_name(path[-1])
        if not found and len(self._harmless) < _MOST_NAMES:
            self._harmless.add(path[-1])
        for text, stretch in found:
            one = replace(stretch, layer=_MEMBER)
            yield self._found(text, one, item.line, 0, self._pointer(item, path))

    def _in_value(
        self, item: Item, path: tuple[str, ...], value: str, judged: Judged | None
    ) -> Iterator[Found]:
        role, said = role_of(path), _said_of(judged, path)
        if _cannot_speak(value, role, said):
            return
        by_name = _in_field(value, role, True, isinstance(value, Number))
        if judged is None or said in {NOTHING, UNDECLARED}:
            yield from self._told(item, path, by_name)
            return
        if not by_name and not _in_field(value, role_of_class(*(said or ANY)) or role, True, False):
            return
        if judged.holds():
            yield from self._in_declared(item, path, value, said or judged.exactly(path))
        else:
            yield from self._told(item, path, by_name)

    def _in_declared(
        self, item: Item, path: tuple[str, ...], value: str, said: tuple[str, str]
    ) -> Iterator[Found]:
        """Findings in a field whose class and mask profile are declared."""
        told = role_of_class(*said)
        number = isinstance(value, Number)
        found = _in_field(value, told or role_of(path), said[0] != "pseudonym", number)
        yield from self._told(item, path, found, declared=told is not None)

    def _told(
        self,
        item: Item,
        path: tuple[str, ...],
        found: Iterable[tuple[str, Stretch]],
        *,
        declared: bool = False,
    ) -> Iterator[Found]:
        for text, stretch in found:
            one = self._found(text, stretch, item.line, 0, self._pointer(item, path))
            yield replace(one, declared=True) if declared else one

    def _pointer(self, item: Item, path: tuple[str, ...]) -> str:
        return "".join(
            "/" + self.redacted(step).replace("~", "~0").replace("/", "~1")
            for step in (*item.path, *path)
        )

    def _digest(self, text: str, stretch: Stretch) -> str:
        plain = re.sub(r"\D", "", text) if stretch.kind in NUMBERS else text.upper()
        said = f"{stretch.kind}:{plain}".encode("utf-8", "surrogatepass")
        return hmac.new(self._salt, said, hashlib.sha256).hexdigest()[:12]

    def _found(
        self, text: str, stretch: Stretch, line: int, column: int, pointer: str = ""
    ) -> Found:
        return Found(
            stretch.kind,
            CLASSES.get(stretch.kind, "direct"),
            stretch.subject,
            line,
            column,
            pointer,
            stretch.layer,
            self._digest(text, stretch),
            inside=self._inside,
        )


def _said_of(judged: Judged | None, path: tuple[str, ...]) -> tuple[str, str] | None:
    """Class and mask profile that are declared of a field; ``None`` where they depend on values."""
    return judged.likely(path) if judged is not None else NOTHING


def _cannot_speak(value: str, role: Role, said: tuple[str, str] | None) -> bool:
    """Whether a quiet value stands in a field of which neither name nor schema says anything."""
    declares = said is None or role_of_class(*said) is not None
    return not declares and role not in WHOLE and is_quiet(value)


def _speaks(path: tuple[str, ...], value: str, said: tuple[str, str] | None) -> bool:
    """Whether a field may hold a finding; ``said``: what its schema says of it, if that is sure."""
    role = role_of(path)
    if role in WHOLE or said is None or role_of_class(*said) is not None:
        return True
    return bool(_in_field(value, role, True, isinstance(value, Number)))


def _in_field(
    value: str, role: Role, numbers: bool, number: bool
) -> tuple[tuple[str, Stretch], ...]:
    if len(value) <= _SHORT:
        return _remembered(value, role, numbers, number)
    return tuple(field_stretches(value, role, numbers=numbers, number=number))


@lru_cache(maxsize=1 << 15)
def _remembered(
    value: str, role: Role, numbers: bool, number: bool
) -> tuple[tuple[str, Stretch], ...]:
    """Values of events are the same again and again."""
    return tuple(field_stretches(value, role, numbers=numbers, number=number))
