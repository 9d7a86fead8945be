"""Bulk validation of files and streams: JSON, NDJSON and YAML, every fault with its place, in
constant memory for NDJSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import orjson

from jidi.errors import DataError
from jidi.model.text import Text
from jidi.registry.fast.shortcuts import Glance
from jidi.registry.reading import records
from jidi.registry.reading.huge_numbers import places_of, told_beyond, within_range
from jidi.registry.reading.places import locate
from jidi.registry.reading.records import Block, BrokenRecordError, Line, Readable
from jidi.registry.reading.schema_guess import guess_schema
from jidi.registry.reading.stream_faults import StreamFault, Tally, index_in
from jidi.registry.reading.yaml_reader import load_yaml_lines
from jidi.registry.registry import Registry
from jidi.registry.rule_sites import RuleChecker
from jidi.registry.values import Fault
from jidi.wording import sentence
from jidi.wording.failing import REASON, failure_of

Form = Literal["json", "ndjson", "yaml"]
MAX_DOCUMENT = 256 << 20
_NO_GLANCES: Mapping[str, Glance] = MappingProxyType({})
_SUFFIXES: dict[str, Form] = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "yaml",
    ".yml": "yaml",
}


class DocumentValidator:
    """Validates any number of documents against one schema; without one it is guessed from the
    first record and then kept in ``schema``.

    ``rule_checker(rule, value, pointer, parent)`` judges a named rule and gives a sentence when it
    is broken; without one named rules are not looked at. ``glances``
    (:data:`jidi.registry.fast.shortcuts.GLANCES`) spare it what surely holds.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        schema: str = "",
        rule_checker: RuleChecker | None = None,
        glances: Mapping[str, Glance] = _NO_GLANCES,
    ) -> None:
        self._registry = registry
        self._checker = rule_checker
        self._glances = glances
        self._judge: Callable[[Any], bool] | None = None
        self.schema = schema
        self._items = 0
        self.tally = Tally()
        if schema:
            registry.schema(schema)

    def validate(self, stream: Readable, form: Form) -> Iterator[StreamFault]:
        """Every fault, in the order of the stream.

        Raises:
            SelectionError: no schema was given and the first record does not show which one it
                means.
            DataError: the schema that was given does not exist, or a JSON or YAML document is
                larger than ``MAX_DOCUMENT``.
        """
        if form == "ndjson":
            yield from self.validate_blocks(records.read_blocks(stream))
            return
        data = b""
        while len(data) <= MAX_DOCUMENT and (chunk := stream.read(MAX_DOCUMENT)):
            data += chunk
        if len(data) > MAX_DOCUMENT:
            raise DataError(
                sentence(
                    "registry/the-document-is-larger-than-mib", max_document=MAX_DOCUMENT >> 20
                ),
                next_step=sentence("registry/split-it-or-write-one-record-a"),
            )
        yield from self._counted(self._document(data) if form == "json" else self._yaml(data))

    def validate_blocks(self, blocks: Iterator[Block]) -> Iterator[StreamFault]:
        """Every fault of NDJSON lines, in order; blank lines are passed over.

        Raises:
            SelectionError: as :meth:`validate`.
        """
        for block in blocks:
            if not block.lines:
                self.tally.lines += 1
                yield from self._counted(self._too_long(block))
            for line in self._doubtful(block):
                yield from self._counted(self._line(line))

    def _doubtful(self, block: Block) -> Iterator[Line]:
        """Lines that the quick questions do not accept; the others are counted."""
        tally, loads, hides = self.tally, orjson.loads, records.hides_members
        valid, holds = self._questions()
        told, offset, good = (
            0,
            block.offset,
            0,
        )  # counted when a line is told, not line by line: this is the loop that makes it fast
        for index, data in enumerate(block.lines):
            try:
                value = loads(data)
                if valid(value) and not hides(data, value) and holds(value):
                    good += 1
                    continue
            except Exception:  # noqa: S110 - no JSON, or a question that failed: told with its place
                pass
            if data.strip():
                tally.records, good = tally.records + good, 0
                offset, told = offset + sum(map(len, block.lines[told:index])) + index - told, index
                tally.lines = block.number + index
                yield Line(block.number + index, offset, data)
                valid, holds = self._questions()
        tally.records += good
        tally.lines = block.number + len(block.lines) - 1

    def _questions(self) -> tuple[Callable[[Any], bool], Callable[[Any], bool]]:
        """The quick questions of a record: whether it is valid, whether its named rules hold.
        Nothing is valid as long as the schema is not known.
        """
        if not self.schema:
            return _no, _yes
        valid = self._registry.checker(self.schema)
        if self._checker is None or not self._registry.has_rules(self.schema):
            return valid, _yes
        if self._judge is None:
            self._judge = self._registry.rule_judge(self.schema, self._checker, self._glances)
        return valid, self._judge

    def _counted(self, faults: Iterator[StreamFault]) -> Iterator[StreamFault]:
        self.tally.records += 1
        before = self.tally.faults
        for fault in faults:
            self.tally.faults += 1
            yield fault
        self.tally.invalid += self.tally.faults > before

    def _line(self, line: Line) -> Iterator[StreamFault]:
        for fault in self._json(line.data):
            yield StreamFault(
                fault.line + line.number - 1,
                fault.offset + line.offset,
                fault.column,
                fault.record,
                fault.pointer,
                fault.keyword,
                fault.requirement,
                fault.text,
            )

    def _too_long(self, block: Block) -> Iterator[StreamFault]:
        size = records.MAX_LINE >> 20
        text = sentence("registry/the-line-is-longer-than-mib-and", size=size)
        yield StreamFault(
            block.number, block.offset, None, self.tally.records, "", "too-long", "", text
        )

    def _json(self, data: bytes, *, listing: bool = False) -> Iterator[StreamFault]:
        try:
            value = records.parse(data)
        except BrokenRecordError as error:
            if error.keyword == records.BEYOND_RANGE:
                yield from self._beyond_range(data, listing=listing)
            else:
                yield self._broken(error)
            return
        for fault in (self._each if listing else self._faults)(value):
            yield StreamFault(1, 0, None, self.tally.records, *fault)

    def _broken(self, error: BrokenRecordError) -> StreamFault:
        place = (error.line, error.offset, error.column, self.tally.records)
        return StreamFault(*place, error.pointer, error.keyword, "", error.text)

    def _beyond_range(self, data: bytes, *, listing: bool) -> Iterator[StreamFault]:
        """Faults of a record with numbers that no reader of doubles can hold: one for each such
        number, and what else is wrong.
        """
        held, huge = within_range(data)
        try:
            value = records.parse(held)
        except BrokenRecordError as error:
            yield self._broken(error)
            return
        told = places_of(held, huge)
        faults = list((self._each if listing else self._faults)(value))
        owners = {fault[0]: fault[2] for fault in reversed(faults)}
        for fault in (*told_beyond(told, owners), *(one for one in faults if one[0] not in told)):
            yield StreamFault(1, 0, None, self.tally.records, *fault)

    def _document(self, data: bytes) -> Iterator[StreamFault]:
        """Faults of JSON over several lines, each with the place of what it is about."""
        faults = self._numbered(list(self._json(data, listing=True)))
        if not faults or faults[0].column is not None:
            yield from faults
            return
        text = data.decode("utf-8")
        places = locate(text, {above for fault in faults for above in _upwards(fault.pointer)})
        for fault in faults:
            at = next(
                (places[pointer] for pointer in _upwards(fault.pointer) if pointer in places), 0
            )
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            yield replace(fault, line=line, column=column, offset=len(text[:at].encode()))

    def _yaml(self, data: bytes) -> Iterator[StreamFault]:
        try:
            value, lines = load_yaml_lines(data.decode("utf-8"), "")
        except UnicodeDecodeError as error:
            text = sentence("registry/byte-0x-is-not-utf-8", data=data[error.start])
            yield StreamFault(
                data.count(b"\n", 0, error.start) + 1,
                error.start,
                None,
                self.tally.records,
                "",
                "encoding",
                "",
                text,
            )
            return
        except DataError as error:
            line, column, message = _yaml_place(error.message)
            yield StreamFault(
                line,
                0,
                column,
                self.tally.records,
                "",
                "yaml",
                "",
                Text(message, _yaml_place(error.zh)[2]),
            )
            return
        found = [StreamFault(1, 0, None, self.tally.records, *one) for one in self._each(value)]
        for fault in self._numbered(found):
            place = next(above for above in _upwards(fault.pointer) if above in lines)
            yield replace(fault, line=lines[place])

    def _each(self, value: Any) -> Iterator[tuple[str, str, str, Text]]:
        """Faults of a document; of an array, where no schema was given, those of each item as a
        message of its own. Under a schema that was given an array is no message.
        """
        self._items = len(value) if isinstance(value, list) and not self.schema else 0
        if not self._items:
            yield from self._faults(value)
        for index in range(self._items):
            for pointer, keyword, requirement, text in self._faults(value[index]):
                yield f"/{index}{pointer}", keyword, requirement, text

    def _numbered(self, faults: list[StreamFault]) -> list[StreamFault]:
        """The faults with the records in which they stand; the items of an array are counted, the
        first of them and one with a fault by the caller.
        """
        if not self._items:
            return faults
        first = self.tally.records
        told = [replace(one, record=first + index_in(one.pointer)) for one in faults]
        self.tally.records += self._items - 1
        self.tally.invalid += max(0, len({one.record for one in told}) - 1)
        self._items = 0
        return told

    def _faults(self, value: Any) -> Iterator[tuple[str, str, str, Text]]:
        if not self.schema:
            self.schema = guess_schema(self._registry, value)
        request = self.schema in self._registry.request_names
        for question in (
            lambda: self._registry.validate(self.schema, value, request=request),
            lambda: list(broken_rules(self._registry, self.schema, value, self._checker)),
        ):
            yield from map(_told, _answered(question))


def _answered(question: Callable[[], list[Fault]]) -> list[Fault]:
    """The faults, or that there is no answer: no message may bring the kit down."""
    try:
        return question()
    except Exception as error:
        told = failure_of(error)
        return [Fault("", REASON, told.en, "", "", told.zh)]


def _told(fault: Fault) -> tuple[str, str, str, Text]:
    text = Text(fault.message, fault.message_zh or fault.message)
    return fault.pointer, fault.keyword, fault.requirement, text


def _upwards(pointer: str) -> Iterator[str]:
    """``pointer`` and those above it, the innermost first; the last is empty."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _yes(_value: Any) -> bool:
    return True


def _no(_value: Any) -> bool:
    return False


def broken_rules(
    registry: Registry, schema: str, instance: Any, checker: RuleChecker | None
) -> Iterator[Fault]:
    """Named rules that ``instance`` breaks, as faults with the keyword ``rule:<name>``; none
    without a checker.
    """
    if checker is None or not registry.has_rules(schema):
        return
    for site in registry.rule_sites(schema, instance):
        told = checker(site.rule, site.value, site.pointer, site.parent)
        if told:
            text = Text(told, told) if isinstance(told, str) else told
            yield Fault(
                site.pointer,
                f"rule:{site.rule.partition(':')[0]}",
                text.en,
                site.requirement,
                "x-rules",
                text.zh,
            )


def form_of(name: str, head: bytes) -> Form:
    """Form of a document: by the suffix of its name, else by its first bytes (several lines that
    are JSON each are NDJSON).
    """
    for suffix, form in _SUFFIXES.items():
        if name.lower().endswith(suffix):
            return form
    first, newline, rest = head.lstrip().partition(b"\n")
    if not first.startswith((b"{", b"[")):
        return "yaml"
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return "json"
    return "ndjson" if newline and rest.strip() else "json"


def validate_stream(
    registry: Registry,
    stream: Readable,
    name: str = "",
    *,
    schema: str = "",
    rule_checker: RuleChecker | None = None,
) -> Iterator[StreamFault]:
    """Every fault of one document or NDJSON stream, whose form is told from ``name`` or its first
    bytes; the stream need not be seekable.

    Raises:
        SelectionError: no schema was given and the first record does not show which one it means.
        DataError: the schema that was given does not exist.
    """
    head = stream.read(records.CHUNK)
    validator = DocumentValidator(registry, schema=schema, rule_checker=rule_checker)
    yield from validator.validate(Rejoined(head, stream), form_of(name, head))


class Rejoined:
    """A stream whose head was read already, as if it had not been."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """The head first, then what follows."""
        if not self._head:
            return self._rest.read(size)
        cut = len(self._head) if size < 0 else size
        taken, self._head = self._head[:cut], self._head[cut:]
        return taken + self._rest.read() if size < 0 else taken


def _yaml_place(message: str) -> tuple[int, int | None, str]:
    parts = message.split(":", 3)
    if len(parts) == 4 and parts[1].isdecimal() and parts[2].isdecimal():
        return int(parts[1]), int(parts[2]), parts[3].strip()
    return 1, None, message.lstrip(": ")
