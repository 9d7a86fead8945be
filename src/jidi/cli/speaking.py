"""Lines of text for a person, without a layout: the one way in which the command line says them."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
import orjson

from jidi.model.text import Text
from jidi.model.texts.escapes import one_line, visible


def say(text: str, *, err: bool = False) -> None:
    """One line on standard output, or on standard error; what would steer a terminal is escaped."""
    click.echo(visible(text, None), err=err)


def say_json(value: Any) -> None:
    """One JSON document for programs; texts in both languages as objects with ``en`` and ``zh``."""
    say(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_json()
    raise TypeError(f"{type(value).__name__} is no JSON")


def shown_name(name: str, inside: tuple[str, ...] = ()) -> str:
    """The name of a file, and the way ``inside`` it, on one line and in characters that every
    encoder takes; bytes that are no UTF-8 as their escapes.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return one_line("!/".join((text, *inside)), None)


def is_interactive() -> bool:
    """Whether a person watches: a terminal, and not a CI job."""
    return sys.stderr.isatty() and not os.environ.get("CI")
