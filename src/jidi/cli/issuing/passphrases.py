"""Where the passphrase of a key comes from: a file, the environment, or the person at the
terminal.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click

from jidi.cli.language import option, translate
from jidi.errors import OperatorError
from jidi.wording import sentence
from jidi.wording.reasons import unreadable

VARIABLE: Final = "JIDI_KEY_PASSPHRASE"
_LONGEST: Final = 4096

keys_option: Final = option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    text=sentence("cli/key-directory"),
)
"""Where keys are kept."""

passphrase_option: Final = option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    text=sentence("cli/key-passphrase-file"),
)
"""The option of every command that signs."""


def passphrase_of(file: Path | None, *, new: bool = False) -> str:
    """The passphrase: the first line of ``file``, the environment's, or what a person types, twice
    where it is ``new``.

    Raises:
        OperatorError: the file cannot be read, or there is none of the three.
    """
    if file is not None:
        return _first_line(file)
    if told := os.environ.get(VARIABLE):
        return told
    if not sys.stdin.isatty():
        raise OperatorError(
            sentence("cli/key-no-passphrase"), next_step=sentence("cli/key-give-a-passphrase")
        )
    prompt = translate(sentence("cli/key-passphrase-prompt"))
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=new, err=True))


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            read = stream.read(_LONGEST)
    except OSError as error:
        raise unreadable(str(file), error) from error
    return read.decode("utf-8", "surrogateescape").split("\n", 1)[0].removesuffix("\r")
