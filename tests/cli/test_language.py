"""Both languages."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from command_line import Cli

from jidi.cli import main
from jidi.cli.commands import COMMANDS


def is_chinese(text: str) -> bool:
    """Whether ``text`` holds any Chinese character."""
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_of_each_command_speaks_both_languages(cli: Cli, name: str) -> None:
    """English help holds no Chinese, Chinese help has Chinese in the description of every
    option.
    """
    english, chinese = cli(name, "--help"), cli("--lang", "zh", name, "--help")
    assert english.code == chinese.code == 0
    assert not is_chinese(english.out)
    assert is_chinese(chinese.out)
    assert "用法：" in chinese.out
    command = main.get_command(click.Context(main), name)
    assert command is not None
    for option in command.params:
        if option.param_type_name == "option":
            assert is_chinese(option.text.zh)
            assert not is_chinese(option.text.en)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--lang", "zh", "list", "--nope"], {}),
        (["list", "--nope", "--lang", "zh"], {}),
        (["list", "--lang=zh", "--nope"], {}),
        (["list", "--nope"], {"JIDI_LANG": "zh"}),
        (["list", "--nope"], {"LANG": "zh_CN.UTF-8"}),
        (["list", "--nope"], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}),
    ],
)
def test_chinese_is_asked_for_by_option_or_environment(
    cli: Cli, arguments: list[str], environment: dict[str, str]
) -> None:
    """The place of the option does not matter; the environment is asked in its usual order."""
    assert cli(*arguments, **environment).err.startswith("错误：")


@pytest.mark.parametrize(
    "environment", [{"JIDI_LANG": "en", "LANG": "zh_CN.UTF-8"}, {"LANG": "de_DE.UTF-8"}, {}]
)
def test_english_is_spoken_otherwise(cli: Cli, environment: dict[str, str]) -> None:
    """JIDI_LANG wins over the locale, and any other language gives English."""
    assert cli("list", "--nope", **environment).err.startswith("Error: ")


def test_option_wins_over_environment(cli: Cli) -> None:
    """What is written on the line counts most."""
    assert cli("--lang", "en", "explain", "nope", JIDI_LANG="zh").err.startswith("Error: ")


def test_language_does_not_stick(cli: Cli) -> None:
    """One call does not change the language of the next in the same process."""
    assert is_chinese(cli("--lang", "zh", "list").out)
    assert not is_chinese(cli("list").out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help", "--lang", "zh"],
        ["certify", "--help", "--lang", "zh"],
        ["--lang=zh", "report"],
        ["--lang", "en", "list", "--help", "--lang", "zh"],
    ],
)
def test_help_speaks_the_language_that_is_asked_for_after_it(
    cli: Cli, arguments: list[str]
) -> None:
    """Help is shown as soon as it is read, and must know by then; of two languages the last one
    counts.
    """
    assert cli(*arguments).said.startswith("用法：")


def test_language_that_is_not_spoken_is_refused(cli: Cli) -> None:
    """Also where nothing else stands on the line, and help would be shown."""
    for line in (["--lang", "fr"], ["--lang=fr", "report"], ["report", "--lang", "fr"]):
        reply = cli(*line)
        assert reply.code == 2
        assert "'fr' is not one of 'en', 'zh'" in reply.err


def test_what_follows_two_dashes_is_no_option(cli: Cli) -> None:
    """It is an argument, whatever it looks like."""
    assert cli("explain", "--", "--lang=zh").err.startswith(
        "Error: There is no requirement, scenario or check '--lang=zh'."
    )


def test_defaults_are_named_in_chinese(cli: Cli) -> None:
    """Also those that Click writes."""
    assert "[缺省：core]" in cli("certify", "--help", "--lang", "zh").out
    assert "[default: core]" in cli("certify", "--help").out


def test_commands_are_listed_without_importing_any() -> None:
    """Whoever asks for the version or the list of commands does not wait for HTTP clients and
    validators.
    """
    program = (
        "import sys; from jidi.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted(name.partition('.')[0] for name in sys.modules), file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    heavy = {"requests", "urllib3", "jsonschema", "jsonschema_rs", "yaml", "rich", "jinja2"}
    assert heavy.isdisjoint(answer.stderr.split())


@pytest.mark.parametrize("command", [[], ["certify"], ["list"]])
def test_help_has_a_short_name(cli: Cli, command: list[str]) -> None:
    """``-h`` is what people try first."""
    assert cli(*command, "-h") == cli(*command, "--help")
    assert cli(*command, "-h").code == 0
