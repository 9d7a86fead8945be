"""``jidi key``: keys that sign, made, shown and replaced."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from jidi.cli.issuing.passphrases import keys_option, passphrase_of, passphrase_option
from jidi.cli.language import Command, option, subcommand, translate, whole_text
from jidi.cli.speaking import say
from jidi.errors import OperatorError
from jidi.keys import KeptKey, KeptKeys, KeyRing, canonical, default_directory
from jidi.model.text import Text
from jidi.wording import sentence

_FORMS: Final = ("text", "json", "pem")


class KeyGroup(Command, click.Group):
    """The group ``jidi key``."""


@subcommand("new", text=sentence("cli/key-new-long"))
@click.argument("name")
@keys_option
@passphrase_option
def new_key(name: str, keys: Path | None, passphrase_file: Path | None) -> int:
    """Make the first key of ``name`` and show it."""
    passphrase = passphrase_of(passphrase_file, new=True)
    _show(_ring(keys).new(name, passphrase, datetime.now(UTC)))
    return 0


@subcommand("show", text=sentence("cli/key-show-long"))
@click.argument("name", default="")
@keys_option
@option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    text=sentence("cli/key-format"),
)
def show_key(name: str, keys: Path | None, form: str) -> int:
    """What is public of one name, or of all."""
    ring = _ring(keys)
    found = [ring.read(one) for one in ((name,) if name else ring.names())]
    if form == "pem":
        if not name:
            raise OperatorError(
                sentence("cli/key-pem-of-one"), next_step=sentence("cli/key-name-one")
            )
        say(found[0].current.public.pem().rstrip("\n"))
        return 0
    for one in found:
        if form == "json":
            say(canonical(one.as_json()).decode())
        else:
            _show(one)
    if not found:
        say(translate(sentence("cli/key-none", directory=ring.directory)), err=True)
    return 0


@subcommand("rotate", text=sentence("cli/key-rotate-long"))
@click.argument("name")
@keys_option
@passphrase_option
@option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    text=sentence("cli/key-new-passphrase-file"),
)
def rotate_key(
    name: str, keys: Path | None, passphrase_file: Path | None, new_passphrase_file: Path | None
) -> int:
    """Replace the key of ``name`` and show all that it had."""
    old = passphrase_of(passphrase_file)
    new = old if new_passphrase_file is None else passphrase_of(new_passphrase_file)
    _show(_ring(keys).rotate(name, old, new, datetime.now(UTC)))
    return 0


def _ring(keys: Path | None) -> KeyRing:
    return KeyRing(keys or default_directory())


def _show(kept: KeptKeys) -> None:
    for key in kept.keys:
        say(translate(_line(kept.name, key)))


def _line(name: str, key: KeptKey) -> Text:
    keyid = key.public.keyid
    if key.retired is None:
        return sentence("cli/key-line", name=name, keyid=keyid, made=key.made)
    return sentence(
        "cli/key-line-retired", name=name, keyid=keyid, made=key.made, retired=key.retired
    )


key = KeyGroup(
    "key",
    text=whole_text("key", Text("", "")),
    commands=[new_key, show_key, rotate_key],
    no_args_is_help=True,
)
