"""In which language the command line speaks, and the Click classes that speak it.

The language is, in this order: ``--lang`` anywhere on the line, ``JIDI_LANG``, the locale
(``LC_ALL``, ``LC_MESSAGES``, ``LANG``), English.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from jidi.cli.commands import COMMANDS
from jidi.cli.speaking import say
from jidi.model.text import Language, Text
from jidi.wording import sentence

_KEY = "jidi.language"
_LANGUAGES = ("en", "zh")
_VARIABLES = ("JIDI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_HEADINGS = {"Options": "选项", "Commands": "命令", "Usage: ": "用法：", "Arguments": "参数"}
AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])


def environment_language() -> Language:
    """The language that the environment asks for; the first variable that is set decides."""
    value = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return "zh" if value.lower().startswith("zh") else "en"


def current_language() -> Language:
    """The language of the running command, also outside any command."""
    context = click.get_current_context(silent=True)
    chosen = context.meta.get(_KEY) if context else None
    return "zh" if chosen == "zh" else "en" if chosen == "en" else environment_language()


def translate(text: Text | str, zh: str = "") -> str:
    """``text`` in the language that the reader of the running command reads; ``zh`` where it was
    put together in both.
    """
    told = text if isinstance(text, Text) else Text(text, zh)
    return told.for_language(current_language())


def _asked_for(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The language that ``--lang`` asks for, the last one if there are several (empty: none), and
    the other arguments.
    """
    language = ""
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return language, [*others, argument, *rest]
        name, _, value = argument.partition("=")
        value = value or (next(rest, "") if name == "--lang" else "")
        if name == "--lang" and value in _LANGUAGES:
            language = value
        else:
            others.append(argument)
    return language, others


def _remember(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        context.meta[_KEY] = value


class Formatter(click.HelpFormatter):
    """Help with its headings in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """See :meth:`click.HelpFormatter.write_usage`."""
        super().write_usage(
            prog, args, prefix or (_HEADINGS["Usage: "] if current_language() == "zh" else None)
        )

    def write_heading(self, heading: str) -> None:
        """See :meth:`click.HelpFormatter.write_heading`."""
        super().write_heading(
            _HEADINGS.get(heading, heading) if current_language() == "zh" else heading
        )


class Context(click.Context):
    """A Click context whose help is bilingual; ``given`` are the arguments of its command as they
    stood on the line.
    """

    formatter_class = Formatter
    given: tuple[str, ...] = ()


class Option(click.Option):
    """An option with a help text in both languages."""

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help, in the reader's language."""
        self.help = self.text.for_language(current_language())
        record = super().get_help_record(ctx)
        if record is None or current_language() != "zh":
            return record
        return record[0], record[1].replace("[default: ", "[缺省：")


class Command(click.Command):
    """A command with a help text in both languages and an option ``--lang``."""

    context_class = Context

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        self.params.append(language_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See :meth:`click.Command.parse_args`. The language is known before anything on the line
        can be wrong; a group without a command shows its help.
        """
        language, others = _asked_for(args)
        if language:
            ctx.meta[_KEY] = language
        if isinstance(ctx, Context):
            ctx.given = tuple(args)
        if self.no_args_is_help and not others and not ctx.resilient_parsing:
            say(ctx.get_help(), err=True)
            ctx.exit(2)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # some do not say where they come from
            raise

    def get_short_help_str(self, limit: int = 45) -> str:
        """First line of the help, in the reader's language; ``limit`` is for width and would cut
        Chinese in mid-word.
        """
        del limit
        return self.text.for_language(current_language()).split("\n", maxsplit=1)[0]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, in the reader's language."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = translate(sentence("cli/show-this-help"))
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the reader's language."""
        self.help = self.text.for_language(current_language())
        super().format_help_text(ctx, formatter)


def language_option() -> Option:
    """The option ``--lang``, which every command has, so that its place on the line does not
    matter.
    """
    return Option(
        ["--lang"],
        type=click.Choice(_LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_remember,
        text=sentence("cli/language-of-everything-that-is-said"),
    )


def option(*names: str, text: Text, **settings: Any) -> Callable[[AnyCallable], AnyCallable]:
    """Decorator for one bilingual option; ``settings`` are those of :func:`click.option`."""
    return click.option(*names, cls=Option, text=text, **settings)


def command(name: str, *, text: Text) -> Callable[[Callable[..., Any]], Command]:
    """Decorator that makes a bilingual command called ``name``; ``text`` says more than its line in
    :data:`.commands.COMMANDS`.
    """
    return click.command(name, cls=Command, text=whole_text(name, text))


def subcommand(name: str, *, text: Text) -> Callable[[Callable[..., Any]], Command]:
    """The same for a command of a group: its name may be that of another command, too."""
    return click.command(name, cls=Command, text=text)


def whole_text(name: str, more: Text) -> Text:
    """The help of a command: its line in the list of commands, and what else there is to say."""
    brief = COMMANDS[name].brief if name in COMMANDS else Text("", "")
    both = ((brief.en, more.en), (brief.zh, more.zh))
    return Text(*("\n\n".join(filter(None, one)) for one in both))
