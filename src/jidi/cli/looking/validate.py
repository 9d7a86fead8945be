"""``jidi validate``: messages in files or on standard input, without a run."""

from __future__ import annotations

import io
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import click
import orjson
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from jidi.cli.language import command, current_language, option, translate
from jidi.cli.speaking import is_interactive, say, shown_name
from jidi.errors import OperatorError, SelectionError
from jidi.judge.seen import apply_rule
from jidi.model.text import Text
from jidi.model.texts.escapes import DEFAULT_LIMIT, one_line
from jidi.registry import Registry
from jidi.registry.fast.parallel import ParallelValidator
from jidi.registry.fast.shortcuts import GLANCES
from jidi.registry.reading.documents import DocumentValidator, Rejoined, form_of
from jidi.registry.reading.records import Readable
from jidi.registry.reading.stream_faults import StreamFault, Tally
from jidi.scan.kinds.member_names import without_personal
from jidi.wording import sentence
from jidi.wording.console import EscapingConsole
from jidi.wording.failing import REASON
from jidi.wording.reasons import unreadable

_HEAD_BYTES = 1 << 20
_LINE: Final = 300
"""Characters of a pointer, or of a sentence, on a line for people."""
_PACKED: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
"""First bytes of files that hold no text; no message begins so."""
_STDIN = "-"
_BIG = 8 << 20
Watch = Callable[[int], None]
Printer = Callable[[str, StreamFault], str]


@command("validate", text=sentence("cli/file-holds-json-ndjson-or-yaml-is"))
@click.argument("files", metavar="FILE", nargs=-1, required=True)
@option(
    "--schema", default="", metavar="NAME", text=sentence("cli/name-of-the-schema-see-jidi-list")
)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    text=sentence("cli/one-fault-a-line-for-people-or"),
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    text=sentence("cli/processes-that-share-an-ndjson-file-the"),
)
def validate(files: tuple[str, ...], schema: str, form: str, jobs: int) -> int:
    """Print one line a fault, and a count on standard error."""
    _refuse_unknown(_registry(), schema)
    printer: Printer = _as_json if form == "json" else _as_text
    codes = {_validate(name, schema, jobs, printer) for name in files}
    return next((code for code in (1, 3) if code in codes), 0)


@cache
def _registry() -> Registry:
    return Registry.load()


def make_validator(schema: str) -> DocumentValidator:
    """A validator with the named rules of the judge; in a process of its own the schemas are read
    once.
    """
    return DocumentValidator(_registry(), schema=schema, rule_checker=_broken_rule, glances=GLANCES)


def _broken_rule(rule: str, value: Any, _pointer: str, parent: Any) -> Text | None:
    return apply_rule(rule, value, parent)


def _refuse_unknown(registry: Registry, schema: str) -> None:
    if schema and schema not in registry.schema_names:
        near = get_close_matches(schema, registry.schema_names, n=3)
        raise SelectionError(
            f"There is no schema '{schema}'.",
            next_step=f"Try: {', '.join(near) or 'see `jidi list schemas`'}.",
            zh=f"没有名为“{schema}”的模式。",
            zh_next_step=f"可试：{'、'.join(near)}。" if near else "见 `jidi list schemas`。",
        )


def _validate(name: str, schema: str, jobs: int, printer: Printer) -> int:
    """Exit code for one file: 1 with a fault, 3 when all that was found could not be judged."""
    unjudged = 0
    shown = "<stdin>" if name == _STDIN else shown_name(name)
    start = time.monotonic()
    with _opened(name) as stream, _bar(name) as watch:
        head = stream.read(_HEAD_BYTES)
        if not head.strip():
            raise OperatorError(
                sentence("cli/holds-no-message", shown=shown),
                next_step=sentence("cli/give-json-ndjson-or-yaml"),
            )
        _refuse_compressed(shown, head)
        validator: DocumentValidator | ParallelValidator
        if jobs > 1 and form_of(name, head) == "ndjson" and Path(name).is_file():
            validator = ParallelValidator(make_validator, schema or _guessed(head), jobs)
            found = validator.validate(Path(name), watch)
        else:
            validator = make_validator(schema)
            found = validator.validate(Watched(Rejoined(head, stream), watch), form_of(name, head))
        for fault in found:
            unjudged += fault.keyword == REASON
            say(printer(shown, fault))
    say(_summary(shown, validator.schema, validator.tally, time.monotonic() - start), err=True)
    if validator.tally.faults > unjudged:
        return 1
    return 3 if unjudged else 0


def _refuse_compressed(shown: str, head: bytes) -> None:
    packer = next((name for magic, name in _PACKED.items() if head.startswith(magic)), "")
    if packer:
        raise OperatorError(
            sentence("cli/is-not-readable-it-is-compressed", shown=shown, packer=packer),
            next_step=sentence("cli/unpack-it-first-and-give-what-was"),
        )


def _guessed(head: bytes) -> str:
    """Schema of the first record, told from what was read of the file so far."""
    validator = make_validator("")
    first = next((line for line in head.split(b"\n") if line.strip()), b"")
    deque(validator.validate(io.BytesIO(first), "ndjson"), maxlen=0)
    return validator.schema


def _summary(shown: str, schema: str, tally: Tally, seconds: float) -> str:
    rate = f"{tally.records / max(seconds, 1e-9):,.0f}"
    return translate(
        sentence(
            "cli/records-of-schema-invalid-faults-s-records",
            shown=shown,
            records=tally.records,
            schema=schema or "?",
            invalid=tally.invalid,
            faults=tally.faults,
            seconds=seconds,
            rate=rate,
        )
    )


class Watched:
    """A stream that tells how many bytes were read of it."""

    def __init__(self, stream: Readable, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, size: int = -1, /) -> bytes:
        """As the stream itself."""
        data = self._stream.read(size)
        self._watch(len(data))
        return data


@contextmanager
def _bar(name: str) -> Iterator[Watch]:
    """A bar of bytes with the time left, when a person watches and the file is big or its size is
    not known.
    """
    size = Path(name).stat().st_size if name != _STDIN and Path(name).is_file() else None
    if not is_interactive() or (size is not None and size < _BIG):
        yield lambda _count: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(
        *columns,
        console=EscapingConsole(stderr=True, highlight=False),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )
    task = bar.add_task("<stdin>" if name == _STDIN else shown_name(Path(name).name), total=size)
    with bar:
        yield lambda count: bar.advance(task, count)


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == _STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise unreadable(name, error) from error


def _shown(text: str, limit: int) -> str:
    """``text`` on one line, with what is personal in it told by its kind: names of members, and
    values beyond a closed list or a bound, are quoted, and may be anybody's.
    """
    return one_line(without_personal(text, lambda _, found: f"<{found.kind}>"), limit)


def _as_text(name: str, fault: StreamFault) -> str:
    place = f"{name}:{fault.line}" + (f":{fault.column}" if fault.column else "")
    said = fault.text.for_language(current_language())
    words = [_shown(fault.pointer, _LINE) or "/", fault.requirement, _shown(said, _LINE)]
    return f"{place}: {' · '.join(word for word in words if word)}"


def _as_json(name: str, fault: StreamFault) -> str:
    value = {
        "file": name,
        "line": fault.line,
        "column": fault.column,
        "offset": fault.offset,
        "record": fault.record,
        "pointer": _shown(fault.pointer, DEFAULT_LIMIT),
        "keyword": fault.keyword,
        "requirement": fault.requirement,
        "text": Text(
            _shown(fault.text.en, DEFAULT_LIMIT), _shown(fault.text.zh, DEFAULT_LIMIT)
        ).as_json(),
    }
    return orjson.dumps(value).decode()
