"""Click's usage errors in Chinese, told from their class and from what they know, never from their
English text.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from jidi.cli.language import Context


def misuse_zh(error: click.ClickException) -> str:
    """What was wrong on the line, in Chinese; Click's own text where there are no words for it
    here.
    """
    words = next((tell(error) for kind, tell in _TELLERS if isinstance(error, kind)), "")
    return words or error.format_message()


def _no_such_option(error: click.NoSuchOption) -> str:
    return f"没有选项“{error.option_name}”。{_guess(error)}"


def _guess(error: Any) -> str:
    near = error.possibilities
    return f"是否指 {'、'.join(near)}？" if near else ""


def _missing(error: click.MissingParameter) -> str:
    if error.param is None:
        return ""
    kind = "选项" if isinstance(error.param, click.Option) else "参数"
    return f"缺少{kind} {_name(error.param)}。" + (
        f"可选：{_choices(error.param.type)}。"
        if isinstance(error.param.type, click.Choice)
        else ""
    )


def _badly_used(error: click.BadOptionUsage) -> str:
    """An option without the value that it takes, or with one that it does not take; a parser
    refuses an option for nothing else.
    """
    known = error.ctx.command.params if error.ctx is not None else []
    option = next(
        (
            one
            for one in known
            if isinstance(one, click.Option)
            and error.option_name in (*one.opts, *one.secondary_opts)
        ),
        None,
    )
    return (
        ""
        if option is None
        else f"选项 {error.option_name} {'不带值' if option.is_flag else '缺少值'}。"
    )


def _bad_value(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    kind, value = error.param.type, _given(error)
    where = f"{_name(error.param)} 的值{f'“{value}”' if value else ''}无效"
    if isinstance(kind, click.Choice):
        return f"{where}，可选：{_choices(kind)}。"
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{where}，{_bounds(kind)}。"
    if isinstance(kind, click.Path) and value:
        fault = _path_fault(kind, Path(value))
        return f"{where}：{fault}。" if fault else ""
    return ""


def _usage(error: click.UsageError) -> str:
    """What has no class of its own: an unknown command (which older versions of Click do not tell
    apart), and arguments in excess.
    """
    command = getattr(error, "command_name", "")
    if command:
        return f"没有命令“{command}”。{_guess(error)}"
    excess = _parsed(error.ctx)[1]
    return f"多余的参数：{' '.join(excess)}。" if excess else ""


_TELLERS: Final[tuple[tuple[type[click.ClickException], Callable[[Any], str]], ...]] = (
    (click.NoSuchOption, _no_such_option),
    (click.MissingParameter, _missing),
    (click.BadOptionUsage, _badly_used),
    (click.BadParameter, _bad_value),
    (click.UsageError, _usage),
)
"""Class of error to its words; the first that fits counts."""


def _name(parameter: click.Parameter) -> str:
    return (
        " / ".join(parameter.opts)
        if isinstance(parameter, click.Option)
        else parameter.human_readable_name
    )


def _choices(kind: click.Choice[Any]) -> str:
    return "、".join(map(str, kind.choices))


def _bounds(kind: click.IntRange | click.FloatRange) -> str:
    number = "整数" if isinstance(kind, click.IntRange) else "数值"
    if kind.max is None:
        return f"应为不小于 {kind.min} 的{number}"
    return (
        f"应为不大于 {kind.max} 的{number}"
        if kind.min is None
        else f"应为 {kind.min} 至 {kind.max} 之间的{number}"
    )


def _path_fault(kind: click.Path[Any], path: Path) -> str:
    if not path.exists():
        return "该路径不存在"
    if path.is_dir() and not kind.dir_okay:
        return "该路径是目录，应为文件"
    if path.is_file() and not kind.file_okay:
        return "该路径是文件，应为目录"
    return "" if os.access(path, os.R_OK) else "没有读取权限"


def _given(error: click.BadParameter) -> str:
    """The value as it stood on the line, of several the one that is refused; empty when it came
    from elsewhere. The error itself does not hold it.
    """
    if error.param is None:
        return ""
    given = _parsed(error.ctx)[0].get(str(error.param.name))
    for value in map(
        str, given if isinstance(given, list | tuple) else [given] if isinstance(given, str) else []
    ):
        try:
            error.param.type.convert(value, error.param, error.ctx)
        except click.BadParameter:
            return value
    return ""


def _parsed(context: click.Context | None) -> tuple[dict[str, Any], list[str]]:
    """Values by parameter as they stood on the line, and the arguments in excess; both empty when
    the line itself cannot be taken apart.
    """
    if not isinstance(context, Context):
        return {}, []
    try:
        values, excess, _ = context.command.make_parser(context).parse_args(list(context.given))
    except click.UsageError:
        return {}, []
    return dict(values), excess
