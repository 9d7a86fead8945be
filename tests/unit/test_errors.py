"""The tree of errors: what it tells in which language, and that whoever runs jidi is told
everything in both.
"""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from tests.sources import trees

from jidi import errors
from jidi.errors import DataError, JidiError, TargetError
from jidi.model.exchange import Failure, FailureKind
from jidi.model.text import Text
from jidi.wording import sentences
from jidi.wording.reasons import failure_zh, system_zh

OPERATORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, JidiError) and kind.exit_code in {2, 3}
}
"""Names of the errors that are for whoever runs jidi; those that end with 4 are for authors of data
and of the kit.
"""
CHINESE = re.compile("[\u3400-\u9fff]")
COPIED = re.compile(r"--[a-z][a-z-]*|jidi(?: [a-z]+)+|python -m \w+|-o\b|conformance/\S+\.json")
"""What a reader copies out of a next step: options, commands and paths, which are the same in every
language.
"""


def texts(value: ast.AST) -> str:
    """All text that is written out in an expression, in the order of the source."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    return "".join(texts(child) for child in ast.iter_child_nodes(value))


def ends(value: ast.expr) -> set[str]:
    """With which characters an expression may end, as far as it is written out."""
    if isinstance(value, ast.IfExp):
        return ends(value.body) | ends(value.orelse)
    last = value.values[-1] if isinstance(value, ast.JoinedStr) else value
    return (
        {last.value[-1:]}
        if isinstance(last, ast.Constant) and isinstance(last.value, str)
        else set()
    )


def names(value: ast.expr) -> set[str]:
    """Names of what an expression shows."""
    called = {id(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)}
    return {
        node.id for node in ast.walk(value) if isinstance(node, ast.Name) and id(node) not in called
    }


def is_chinese(value: ast.expr) -> bool:
    """Whether an expression gives Chinese: text with Chinese in it, the Chinese of another error or
    text, and of a choice both sides.
    """
    if isinstance(value, ast.IfExp):
        return is_chinese(value.body) and is_chinese(value.orelse)
    return CHINESE.search(texts(value)) is not None or any(
        isinstance(node, ast.Attribute) and node.attr.startswith("zh") for node in ast.walk(value)
    )


def copied(value: ast.expr) -> set[str]:
    """Options, commands and paths in a next step."""
    return set(COPIED.findall(texts(value)))


def locals_of(tree: ast.AST) -> dict[str, ast.expr]:
    """What each local name was last made from."""
    return {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def written(value: ast.expr) -> Text | None:
    """The sentence that a call of ``sentence`` stands for."""
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "sentence"
        and isinstance(value.args[0], ast.Constant)
    ):
        room, _, slug = str(value.args[0].value).partition("/")
        return sentences(room)[slug]
    return None


def all_written(value: ast.expr) -> Iterator[Text | None]:
    """Every sentence that may be said: of either branch, or where no name is near."""
    if isinstance(value, ast.IfExp):
        yield from all_written(value.body)
        yield from all_written(value.orelse)
    elif (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "meant"
    ):
        yield from all_written(value.args[2])
    else:
        yield written(value)


def said_badly(said: Text, part: str) -> Iterator[str]:
    """What is wrong with a written sentence; its fields are looked at with all others."""
    if not CHINESE.search(said.zh) and "{" not in said.zh:
        yield f"{part} is not Chinese"
    if part == "next_step" and set(COPIED.findall(said.en)) != set(COPIED.findall(said.zh)):
        yield f"{part} gives other commands in Chinese"
    if said.en[-1:] == "." and said.zh[-1:] not in "。？":
        yield f"{part} ends with {said.zh[-1:]}"


def told_badly(call: ast.Call, values: dict[str, ast.expr]) -> Iterator[str]:
    """What is wrong with the making of one error."""
    given = {
        "message": call.args[0],
        **{keyword.arg: keyword.value for keyword in call.keywords if keyword.arg},
    }
    for english, chinese in (("message", "zh"), ("next_step", "zh_next_step")):
        said = list(all_written(given[english])) if english in given else []
        if said and None not in said:
            for one in filter(None, said):
                yield from said_badly(one, english)
            continue
        if english not in given or chinese not in given:
            yield f"{english if english not in given else chinese} is missing"
            continue
        if CHINESE.search(texts(given[english])):
            yield f"{english} is not English"
        if not is_chinese(given[chinese]):
            yield f"{chinese} is not Chinese"
        shown = names(given[chinese])
        lost = {
            name
            for name in names(given[english]) - shown
            if not (name in values and names(values[name]) <= shown)
        }  # or what it was made from
        if lost:
            yield f"{chinese} does not show {', '.join(sorted(lost))}"
        if english == "next_step" and copied(given[english]) != copied(given[chinese]):
            yield (
                f"{chinese} gives other commands: {copied(given[english]) ^ copied(given[chinese])}"
            )
        command = {
            end for end in ends(given[english]) if end.isalnum()
        }  # what ends with a command to copy has no full stop
        if ends(given[chinese]) - {"。", "？"} - command:
            yield f"{chinese} ends with {ends(given[chinese])}"


def makings(tree: ast.AST) -> Iterator[tuple[ast.Call, dict[str, ast.expr]]]:
    """Every place at which an error for whoever runs jidi is made, raised there or not, with the
    local names of its function.
    """
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in OPERATORS
                ):
                    yield node, locals_of(function)


@cache
def all_makings() -> list[tuple[str, ast.Call, dict[str, ast.expr]]]:
    """Those of the whole kit, each with its module."""
    return [(name, *making) for name, tree in trees().items() for making in makings(tree)]


def test_whoever_runs_jidi_is_told_in_both_languages() -> None:
    """Message and next step, with the same values, commands and options."""
    assert {
        f"{name}:{call.lineno}": said
        for name, call, values in all_makings()
        if (said := list(told_badly(call, values)))
    } == {}


def test_the_walk_sees_the_errors_of_every_level() -> None:
    """Otherwise the test above would hold of nothing."""
    rooms = {name.split("/")[0] for name, _, _ in all_makings()}
    assert {"drive", "run", "report", "registry", "catalogue", "cli", "passive"} <= rooms
    assert len(all_makings()) > 50


def test_no_error_for_whoever_runs_jidi_is_made_out_of_sight() -> None:
    """Outside functions, under another name, or by a class of its own, one would not be seen by the
    walk.
    """
    for path, tree in trees().items():
        called = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in OPERATORS
        ]
        assert {id(node) for node in called} == {id(node) for node, _ in makings(tree)}, path
        renamed = [
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
            if name.name in OPERATORS and name.asname
        ]
        classes = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and {base.id for base in node.bases if isinstance(base, ast.Name)} & OPERATORS
        ]
        assert not renamed, path
        assert not classes or path.endswith("errors.py"), path


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("TargetError(f'{a} is bad.', next_step='Mend it.')", "zh is missing"),
        (
            "TargetError(f'{a} is bad.', zh=f'{a} 有误。', zh_next_step='请修正。')",
            "next_step is missing",
        ),
        (
            "TargetError(f'{a} is bad.', next_step='Mend it.', zh=f'{a} bad。', "
            "zh_next_step='请修正。')",
            "zh is not Chinese",
        ),
        (
            "TargetError(f'{a} 有误。', next_step='Mend it.', zh=f'{a} 有误。', "
            "zh_next_step='请修正。')",
            "message is not English",
        ),
        (
            "TargetError(f'{a} is bad.', next_step='Mend it.', zh='有误。', zh_next_step='请修正。"
            "')",
            "zh does not show a",
        ),
        (
            "TargetError(f'{a} is bad.', next_step='Give --out.', zh=f'{a} 有误。', "
            "zh_next_step='请修正。')",
            "zh_next_step gives other commands",
        ),
        (
            "TargetError(f'{a} is bad.', next_step='Mend it.', zh=f'{a} 有误.', "
            "zh_next_step='请修正。')",
            "zh ends with",
        ),
        (
            "TargetError(f'{a} is bad.', next_step='Mend it.', zh=f'{a} 有误。', "
            "zh_next_step='请修正。' if a else 'Mend it.')",
            "zh_next_step is not Chinese",
        ),
    ],
)
def test_the_walk_tells_an_error_that_is_told_badly(source: str, fault: str) -> None:
    """Each rule above can be broken."""
    ((call, values),) = makings(ast.parse(f"def f(a):\n    raise {source}\n"))
    assert [told for told in told_badly(call, values) if told.startswith(fault)]


def test_error_tells_the_language_that_is_asked_for() -> None:
    """And English to everybody else: logs, ``str()``, and what has no Chinese."""
    error = TargetError("It is bad.", next_step="Mend it.", zh="有误。", zh_next_step="请修正。")
    assert (error.told("en"), error.told("zh"), str(error)) == (
        ("It is bad.", "Mend it."),
        ("有误。", "请修正。"),
        "It is bad. Mend it.",
    )
    assert DataError("It is bad.", next_step="Mend it.").told("zh") == ("It is bad.", "Mend it.")


def test_error_keeps_both_languages_on_its_way_from_another_process() -> None:
    """Files are validated in several processes."""
    error = TargetError("It is bad.", next_step="Mend it.", zh="有误。", zh_next_step="请修正。")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in the line above
    assert (again.told("en"), again.told("zh")) == (error.told("en"), error.told("zh"))


@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_every_failure_of_a_request_has_a_chinese_word(kind: FailureKind) -> None:
    """Its details stay as they came."""
    word, _, detail = failure_zh(Failure(kind, "port 1")).partition("（")
    assert CHINESE.search(word)
    assert detail == "port 1）"


def test_reasons_of_the_system_are_said_in_chinese(tmp_path: Path) -> None:
    """Of those that a person meets; others keep the system's own words."""
    with pytest.raises(OSError, match="No such file") as missing:
        (tmp_path / "missing").read_text()
    with pytest.raises(OSError, match="directory") as folder:
        tmp_path.read_text()
    assert (system_zh(missing.value), system_zh(folder.value)) == (
        "文件或目录不存在",
        "该路径是目录",
    )
    assert system_zh(OSError(99999, "Strange")) == "Strange"
