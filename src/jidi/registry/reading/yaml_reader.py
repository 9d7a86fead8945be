"""YAML 1.2 (core schema) as JSON values: no surprises of YAML 1.1, no duplicate keys, no aliases,
with line numbers.

Under YAML 1.1 ``on`` is true, ``012`` ten, ``12:30:00`` 45000 and a date no text. Aliases are
refused because a few lines of them expand without bound.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from typing import Any

import yaml

from jidi.errors import DataError
from jidi.model.text import Text
from jidi.registry import pointers
from jidi.wording import sentence

MAX_DEPTH = 64
Lines = dict[str, int]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS.update(dict.fromkeys(("true", "True", "TRUE"), True))
_WORDS.update(dict.fromkeys(("false", "False", "FALSE"), False))
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_NO_ALIAS = sentence("registry/anchors-and-aliases-are-not-allowed")
_WRITE_OUT = sentence("registry/write-the-value-out")
_NO_TAG = sentence("registry/leave-the-tag-out-quote-the-value")
_LARGEST = sys.float_info.max
_DIGITS = sys.float_info.max_10_exp + 2
_NO_NUMBER = sentence("registry/give-a-finite-number-or-quote-it")


def load_yaml(text: str, source: str) -> Any:
    """The one document in ``text``; ``source`` names it in messages. Keys are always text, as
    written (``200:`` gives ``"200"``).

    Raises:
        DataError: not YAML, more than one document, a duplicate key, an alias, an anchor, a tag, or
            deeper than ``MAX_DEPTH``.
    """
    return _Builder(source, None).build(text)


def load_yaml_lines(text: str, source: str) -> tuple[Any, Lines]:
    """The document and the line, from 1, of each JSON Pointer in it (of a member: the line of its
    key).

    Raises:
        DataError: as :func:`load_yaml`.
    """
    lines: Lines = {}
    return _Builder(source, lines).build(text), lines


class _Builder:
    """Builds values straight from parser events, so that depth and aliases are bounded before
    anything is built.
    """

    def __init__(self, source: str, lines: Lines | None) -> None:
        self._source = source
        self._lines = lines
        self._next: Callable[[], Any]

    def build(self, text: str) -> Any:
        try:
            loader = _LOADER(text)
            self._next = loader.get_event
            try:
                return self._document()
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self._source}:{mark.line + 1}:{mark.column + 1}" if mark else self._source
            raise _not_yaml(place, str(error.problem or error.context)) from error
        except yaml.YAMLError as error:
            raise _not_yaml(self._source, " ".join(str(error).split())) from error

    def _document(self) -> Any:
        self._next()  # start of the stream
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._note("", None)
            return None
        event = self._next()
        self._note("", event)
        value = self._value(event, "", 0)
        self._next()  # end of the document
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse(
                event,
                sentence("registry/a-second-document-begins"),
                sentence("registry/keep-one-document-in-a-file"),
            )
        return value

    def _note(self, pointer: str, event: Any) -> None:
        if self._lines is not None:
            self._lines[pointer] = _line(event) if event is not None else 1

    def _value(self, event: Any, pointer: str, depth: int) -> Any:
        if event.anchor is not None:  # an alias has one, too
            raise self._refuse(event, _NO_ALIAS, _WRITE_OUT)
        if event.tag is not None and event.tag != "!":
            raise self._refuse(
                event,
                sentence("registry/the-tag-is-not-allowed", tag=event.tag),
                _NO_TAG,
            )
        if depth > MAX_DEPTH:
            raise self._refuse(
                event,
                sentence("registry/nesting-is-deeper-than", max_depth=MAX_DEPTH),
                sentence("registry/flatten-the-data"),
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(pointer, depth + 1)
        return self._mapping(pointer, depth + 1)

    def _sequence(self, pointer: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            here = f"{pointer}/{len(items)}"
            self._note(here, event)
            items.append(self._value(event, here, depth))
        return items

    def _mapping(self, pointer: str, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(
                    event,
                    sentence("registry/a-key-is-not-plain-text"),
                    sentence("registry/use-a-text-as-key"),
                )
            if event.value == "<<" and not event.style:
                raise self._refuse(
                    event,
                    sentence("registry/merge-keys-are-not-allowed"),
                    sentence("registry/write-the-members-out"),
                )
            if event.value in members:
                raise self._refuse(
                    event,
                    sentence("registry/the-key-stands-twice", value=event.value),
                    sentence("registry/remove-one-of-them"),
                )
            if event.anchor is not None:
                raise self._refuse(event, _NO_ALIAS, _WRITE_OUT)
            here = f"{pointer}/{pointers.encode_step(event.value)}"
            self._note(here, event)
            members[event.value] = self._value(self._next(), here, depth)
        return members

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if event.style or event.tag == "!":
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _NOT_JSON.match(text):
            raise self._refuse(event, sentence("registry/is-no-json-number", text=text), _NO_NUMBER)
        number = _number(text)
        if number is None:
            return text
        if not -_LARGEST <= number <= _LARGEST:  # no reader could write it down again either
            raise self._refuse(event, sentence("registry/a-number-is-beyond-doubles"), _NO_NUMBER)
        return number

    def _refuse(self, event: Any, what: Text, next_step: Text) -> DataError:
        mark = event.start_mark
        place = f"{self._source}:{mark.line + 1}:{mark.column + 1}"
        return DataError(
            f"{place}: {what.en}.",
            next_step=next_step.en,
            zh=f"{place}: {what.zh}。",
            zh_next_step=next_step.zh,
        )


def _number(text: str) -> int | float | None:
    """The number that a plain text is; infinite when it has more digits than any double."""
    if _INT.match(text):
        return int(text) if len(text) <= _DIGITS else math.inf
    if _BASED.match(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return float(text) if _FLOAT.match(text) else None


def _not_yaml(place: str, cause: str) -> DataError:
    """What the parser said, which is English."""
    return DataError(
        sentence("registry/this-is-not-yaml", place=place, cause=cause),
        next_step=sentence("registry/correct-the-file"),
    )


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
