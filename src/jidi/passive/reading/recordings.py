"""Opens a recording, tells its format, and reads its entries one by one, in the order of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

from jidi.drive.candidate.discovery import DISCOVERY_PATH
from jidi.errors import OperatorError
from jidi.passive.reading.entries import (
    MOST_ENTRIES,
    BrokenEntryError,
    ElsewhereError,
    Entry,
    PassedOver,
    rfc3339,
)
from jidi.passive.reading.flows import FlowReader, looks_like_flows
from jidi.passive.reading.foreign_journal import JournalReader
from jidi.passive.reading.har import HarReader
from jidi.passive.reading.layout import Layout, LayoutError
from jidi.passive.reading.source import Source, held, open_source
from jidi.wording import sentence

LARGEST_ENTRY: Final = 64 << 20
_HEAD: Final = 64 << 10
_URL: Final = re.compile(rb'"url"\s*:\s*"(https?://[^"\\\s]{1,2000})', re.IGNORECASE)


class Reader(Protocol):
    """What reads one format."""

    @property
    def by_kit(self) -> bool:
        """Whether the kit wrote it, so that ``⟦…⟧`` stands where it withheld a value."""

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Offset and length of each entry."""

    def value(self, data: bytes) -> Any:
        """What an entry says, not yet understood."""

    def entry(self, value: Any) -> Entry:
        """What was understood of it."""


READERS: Final[Mapping[str, Callable[[Source, str], Reader]]] = {
    "har": HarReader,
    "journal": JournalReader,
    "mitmproxy": FlowReader,
}
"""Format to reader."""


@dataclass(slots=True)
class _Place:
    """Where an entry lies, and when it was sent: ``timed`` when that is known."""

    offset: int
    length: int
    started: float
    timed: bool
    discovery: bool


@dataclass(slots=True)
class Recording:
    """A recording that is read entry by entry: none is held. ``elsewhere`` counts what is no
    exchange over HTTP; ``passed`` what could not be read; ``places`` where each entry lies.
    """

    format: str
    digest: str
    by_kit: bool
    passed: PassedOver
    elsewhere: int
    _source: Source
    _reader: Reader
    places: list[_Place] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Entry]:
        """Entries by the time at which their request went out; entries of one moment, and those
        of which no time is known, keep their order.
        """
        for place in self.places:
            yield self._entry(place)

    def discoveries(self) -> Iterator[Entry]:
        """Of those, the entries that ask for a discovery document."""
        for place in self.places:
            if place.discovery:
                yield self._entry(place)

    def close(self) -> None:
        """Give the file back."""
        self._source.close()

    def _entry(self, place: _Place) -> Entry:
        try:
            entry = _entry_at(self._source, self._reader, place.offset, place.length)
        except (BrokenEntryError, ElsewhereError) as error:
            raise OperatorError(
                sentence("passive/the-recording-was-changed-while-it-was"),
                next_step=sentence("passive/give-a-file-that-nobody-writes-any"),
            ) from error
        exchange = entry.exchange
        if exchange.started == place.started:
            return entry
        took = exchange.finished - exchange.started
        moved = replace(
            exchange,
            started_at=rfc3339(place.started),
            started=place.started,
            finished=place.started + took,
        )
        return replace(entry, exchange=moved)


def read_recording(path: Path, form: str = "") -> Recording:
    """The recording in ``path``; ``form`` is one of :data:`READERS`, told from the content when
    empty.

    Raises:
        OperatorError: the file cannot be read, is larger than the bound, or is none of the formats.
    """
    return _read(open_source(path), str(path), form)


def read_bytes(data: bytes, form: str = "", name: str = "it") -> Recording:
    """The recording in ``data``, as :func:`read_recording`."""
    return _read(held(data, name), name, form)


def _read(source: Source, name: str, form: str) -> Recording:
    try:
        form = form or _form(source, name)
        reader = READERS[form](source, name)
        recording = Recording(form, source.digest, False, PassedOver(), 0, source, reader)
        _index(recording, source, reader)
    except BaseException:
        source.close()
        raise
    recording.by_kit = reader.by_kit
    _order(recording.places)
    return recording


def _index(recording: Recording, source: Source, reader: Reader) -> None:
    number = 0
    try:
        for number, (offset, length) in enumerate(reader.pieces(), 1):
            if number > MOST_ENTRIES:
                error = BrokenEntryError("too-many", f"only {MOST_ENTRIES} entries were read")
                recording.passed.add(number, error)
                break
            try:
                entry = _entry_at(source, reader, offset, length)
            except ElsewhereError:
                recording.elsewhere += 1
            except BrokenEntryError as error:
                recording.passed.add(number, error, _url_in(source.read(offset, _HEAD)[:length]))
            else:
                started = entry.exchange.started
                discovery = DISCOVERY_PATH in entry.exchange.request.url
                recording.places.append(_Place(offset, length, started, entry.timed, discovery))
    except BrokenEntryError as error:
        recording.passed.add(number + 1, error)


def _entry_at(source: Source, reader: Reader, offset: int, length: int) -> Entry:
    if length > LARGEST_ENTRY:
        raise BrokenEntryError("too-large", f"it is larger than {LARGEST_ENTRY >> 20} MiB")
    try:
        return reader.entry(reader.value(source.read(offset, length)))
    except (BrokenEntryError, ElsewhereError, OSError):
        raise
    except Exception as error:  # whatever else is wrong with it, the others are read
        raise BrokenEntryError("entry", f"it could not be read ({type(error).__name__})") from error


def _url_in(data: bytes) -> str | None:
    """The URL of an entry that cannot be read otherwise, as far as it can be seen."""
    found = _URL.search(data[:_HEAD])
    return found.group(1).decode("utf-8", "replace") if found is not None else None


def _order(places: list[_Place]) -> None:
    """By time. Where only some times are known, the others follow what stands before them."""
    if any(place.timed for place in places):
        known = next(place.started for place in places if place.timed)
        for place in places:
            known = place.started = place.started if place.timed else known
    places.sort(key=lambda place: place.started)


def _form(source: Source, name: str) -> str:
    head = source.read(0, _HEAD)
    if looks_like_flows(head[:64]):
        return "mitmproxy"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        names = _first_names(source)
        return "journal" if {"kind", "seq"} <= names and "log" not in names else "har"
    raise OperatorError(
        sentence("passive/is-no-recording-that-jidi-knows", name=name),
        next_step=sentence(
            "passive/it-reads-name-one-with-input",
            readers=", ".join(READERS),
            readers_zh="、".join(READERS),
        ),
    )


def _first_names(source: Source) -> set[str]:
    """Names of the first object's members, as far as they tell the format."""
    names: set[str] = set()
    try:
        for name in Layout(source).members():
            names.add(name)
            if name == "log" or {"kind", "seq"} <= names or len(names) > 100:
                break
    except LayoutError:
        pass
    return names
