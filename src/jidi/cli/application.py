"""The group ``jidi``: what every command has in common, above all how it ends."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from jidi import __version__
from jidi.cli.commands import Entry
from jidi.cli.language import Command, current_language, translate
from jidi.cli.misuse import misuse_zh
from jidi.cli.speaking import say
from jidi.cli.streams import (
    EXIT_CLOSED,
    SYSTEM_IS_FULL,
    let_go,
    obey_signals,
    prepare,
)
from jidi.errors import JidiError
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

EXIT_USAGE = 2
EXIT_KIT_FAULT = 4
EXIT_INTERRUPTED = 130


class Application(Command, click.Group):
    """A Click group that ends with the exit codes of the contract and never shows a traceback.

    0 conformant or done, 1 not conformant or findings, 2 usage, 3 unreachable or inconclusive, 4
    kit fault, 130 interrupted.
    """

    def __init__(
        self, *args: Any, entries: Mapping[str, Entry] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer needs them."""
        return [*self.entries, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; only now is its module imported."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(entry.module), entry.attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See :meth:`click.Group.resolve_command`; Click looks for near names among imported
        commands only.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx))
            if near and hasattr(error, "possibilities"):
                error.possibilities = sorted(near)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, written without importing any."""
        if not self.entries:
            super().format_commands(ctx, formatter)
            return
        language = current_language()
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, entry.brief.for_language(language)) for name, entry in self.entries.items()]
            )

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *rest: Any,
        **settings: Any,
    ) -> Any:
        """Run and exit; see :meth:`click.Command.main`."""
        settings["standalone_mode"] = False
        prepare()
        obey_signals()
        os.umask(0o077)  # evidence and target files are for their owner alone
        try:
            result = super().main(args, prog_name or "jidi", *rest, **settings)
        # Only what goes wrong before the command is invoked, such as an unknown option of the
        # group.
        except BaseException as error:
            context = error.ctx if isinstance(error, click.UsageError) else None
            with (
                context.scope(cleanup=False) if context is not None else nullcontext()
            ):  # it knows the language
                result = _ended_by(error)
        sys.exit(_said(result if isinstance(result, int) else 0))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error is told here, while its context still knows the language."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except BaseException as error:  # every other way to end passes here
            return _ended_by(error)


def _said(code: int) -> int:
    """``code``, unless what the command said cannot be written."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        return _ended_by(error)
    return code


def _ended_by(error: BaseException) -> int:
    """Tell the person why, and return the exit code."""
    if isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError):
        return _system_code(error.__context__)  # Click makes an exit of a closed pipe
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else EXIT_USAGE
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        _tell(translate(sentence("cli/interrupted")), "")
        return EXIT_INTERRUPTED
    if isinstance(error, click.ClickException):
        _tell(
            _usage_message(error),
            translate(sentence("cli/add-help-to-see-what-is-possible")),
        )
        return EXIT_USAGE
    if isinstance(error, JidiError):
        _tell(*error.told(current_language()))
        return error.exit_code
    return _system_code(error) if isinstance(error, OSError) else _kit_fault(error)


def _system_code(error: OSError) -> int:
    """What the operating system did not let the kit do."""
    if isinstance(error, BrokenPipeError):
        let_go()
        return EXIT_CLOSED
    if error.errno not in SYSTEM_IS_FULL:
        return _kit_fault(error)
    let_go()
    _tell(
        translate(
            sentence("cli/the-system-refuses", strerror=error.strerror, error_zh=system_zh(error))
        ),
        translate(sentence("cli/make-room-and-try-again")),
    )
    return EXIT_USAGE


def _usage_message(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if current_language() == "zh":
        return (f"{context.command_path}：" if context else "") + misuse_zh(error)
    return (f"{context.command_path}: " if context else "") + error.format_message()


def _kit_fault(error: BaseException) -> int:
    lines = "".join(traceback.format_exception(error)).splitlines()
    shown = import_module("jidi.drive.keeping.foreign").shown  # an error may quote a candidate
    details = "\n".join(shown(line, 2_000) for line in lines)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="jidi-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            line = shown(" ".join(sys.argv), 2_000)
            file.write(f"jidi {__version__}\n{line}\n\n{details}")
        place = translate(
            sentence("cli/the-details-are-in-please-report-them", name=Path(file.name))
        )
    except OSError:
        place = translate(sentence("cli/the-details-could-not-be-written-to"))
    _tell(
        translate(
            sentence("cli/jidi-itself-failed", name=type(error).__name__, error=shown(error))
        ),
        place,
    )
    return EXIT_KIT_FAULT


def _tell(message: str, next_step: str) -> None:
    """One sentence and the next step, on standard error."""
    say(
        translate(sentence("cli/error"))
        + " ".join(message.split())
        + (translate(sentence("cli/tell")) + next_step if next_step else ""),
        err=True,
    )
