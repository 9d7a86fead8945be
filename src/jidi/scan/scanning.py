"""The scanner: by field and schema where there are records, by form where there is only text. Clear
values never leave this module.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from jidi.registry import Registry
from jidi.scan.declared import ANY, NOTHING, UNDECLARED, Declared, Judged, role_of_class
from jidi.scan.findings import CLASSES, Found, Stretch, Tally
from jidi.scan.intake.json_values import records_of_line
from jidi.scan.intake.opening import Intake
from jidi.scan.intake.parts import (
    WINDOW,
    Block,
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
from jidi.scan.kinds.fields import role_of, walked
from jidi.scan.kinds.member_names import hidden, in_member_name
from jidi.scan.kinds.sieve import Sieve
from jidi.scan.kinds.stretches import NUMBERS, deep_stretches, field_stretches

_FORMS: Final[dict[str, Form]] = {"json": "json", "csv": "csv", "ndjson": "lines", "text": "lines"}
_MEMBER: Final = "member-name"


class Scanner:
    """Scans any number of streams under one ``salt``; without a registry schemas are not looked at.
    ``tally`` counts what was seen.
    """

    def __init__(
        self, salt: bytes, registry: Registry | None = None, tally: Tally | None = None
    ) -> None:
        self._salt = salt
        self._declared = Declared(registry) if registry is not None else None
        self._sieve = Sieve()
        self._inside: tuple[str, ...] = ()
        self.tally = Tally() if tally is None else tally

    def scan(self, stream: Readable, name: str = "", form: str = "") -> Iterator[Found | Unread]:
        """Every finding and everything that could not be read, in the order of the stream, in
        constant memory. ``form``: json, ndjson, csv, text, or empty to tell it from ``name`` and
        content.
        """
        self._inside = ()
        parts = Intake(_FORMS.get(form, "")).parts(stream, name)
        try:
            for part in parts:
                for one in self._in_part(part):
                    self.tally.count(one)
                    yield one
        except OSError as error:
            yield self.missed(Unread(why(error), inside=self._inside))

    def missed(self, unread: Unread) -> Unread:
        """Count what could not be read."""
        self.tally.count(unread)
        return unread

    def redacted(self, text: str) -> str:
        """``text`` with what is personal in it replaced by its kind and digest."""
        shown, place = "", 0
        for plain, stretch in hidden(text):
            kind = f"<{stretch.kind}#{self._digest(plain, stretch)}>"
            shown += text[place : stretch.start] + kind
            place = stretch.end
        return shown + text[place:]

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
        lines = block.text.removesuffix("\n").split("\n")
        records = block.text[:1] in "{["
        numbers = (
            range(len(lines)) if records else self._sieve.speaking(block.text.removesuffix("\n"))
        )
        if not records:
            self.tally.records += sum(1 for line in lines if line and not line.isspace())
            self.tally.records -= sum(
                1 for number in numbers if lines[number] and not lines[number].isspace()
            )
        for number in numbers:
            text = lines[number]
            if text and not text.isspace():
                yield from self._in_line(text, block.line + number)

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
        for path, value, is_name in walked(item.value):
            if is_name:
                yield from self._in_name(item, path)
            elif isinstance(value, str):
                yield from self._in_value(item, path, value, judged)

    def _in_name(self, item: Item, path: tuple[str, ...]) -> Iterator[Found]:
        for text, stretch in in_member_name(path[-1]):
            one = replace(stretch, layer=_MEMBER)
            yield self._found(text, one, item.line, 0, self._pointer(item, path))

    def _in_value(
        self, item: Item, path: tuple[str, ...], value: str, judged: Judged | None
    ) -> Iterator[Found]:
        said = judged.likely(path) if judged is not None else NOTHING
        number = isinstance(value, Number)
        by_name = field_stretches(value, role_of(path), number=number)
        if judged is None or said in {NOTHING, UNDECLARED}:
            yield from self._told(item, path, by_name)
            return
        plain = list(by_name)
        guess = said or ANY
        by_class = list(field_stretches(value, role_of_class(*guess) or role_of(path)))
        if not (plain or by_class):
            return
        if not judged.holds():
            yield from self._told(item, path, plain)
            return
        pi_class, profile = said or judged.exactly(path)
        role = role_of_class(pi_class, profile)
        found = field_stretches(
            value, role or role_of(path), numbers=pi_class != "pseudonym", number=number
        )
        yield from self._told(item, path, found, declared=role is not None)

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
