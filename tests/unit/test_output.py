"""One way out: nothing prints but through what escapes, nothing enters the journal but through the
redactor, and no sentence quotes a candidate but through what withholds.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from rich.text import Text

from jidi.cli.speaking import say
from jidi.drive.keeping.foreign import shown, shown_zh
from jidi.wording.console import EscapingConsole

SOURCE: Final = Path(__file__).resolve().parents[2] / "src" / "jidi"
_PRINTERS: Final = {
    "cli/speaking.py": "defines say()",
    "cli/plain_end.py": "tells an interruption before anything else is imported",
    "cli/streams.py": "tells why standard output takes no more",
    "wording/console.py": "defines the console",
    "drive/labels/label_child.py": "speaks to the kit through a pipe",
    "catalogue/writing.py": "names files of a checkout that it wrote",
}
"""Modules that may write to a stream by themselves, and why."""
_CLEAN: Final = {
    "drive/keeping/redaction.py",
    "drive/keeping/encoding.py",
    "run/journal_writer.py",
    "passive/inspection.py",
    "passive/withholding.py",
}
"""Modules that may say of a record that it is clean."""
_OPERATORS: Final = "drive/candidate/target.py"
"""Quotes what the operator wrote."""
_SPEAKERS: Final = ("drive/http", "drive/candidate", "cli/preflight", "cli/running/init.py")
_FOREIGN: Final = frozenset(
    {"error", "location", "word", "detail_of", "base_url", "endpoint", "host", "role", "place"}
)
"""Names that hold a candidate's words, or a library's that quotes it, where sentences are made."""
_OWN: Final = frozenset({"error.strerror"})
EVIL: Final = "\x1b[2J\x1b]52;c;cm0=\x07\x9b31m\u202eevil\u2066\u200b\x08\x7f"


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text("utf-8"))


MODULES: Final = dict(_modules())


def _printing(tree: ast.Module) -> list[int]:
    names = {"print", "echo", "secho", "Console"}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in names - {"echo"}:
            found.append(node.lineno)
        if isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value)
            if (owner == "click" and called.attr in names) or (
                called.attr == "write" and owner in {"sys.stdout", "sys.stderr"}
            ):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_nothing_prints_but_through_what_escapes(module: str) -> None:
    """``say`` and the escaping console are the only ways to a terminal."""
    assert module in _PRINTERS or _printing(MODULES[module]) == []


def test_each_exception_from_the_rule_prints() -> None:
    """A module that no longer prints by itself needs no exception."""
    assert [name for name in _PRINTERS if name != "wording/console.py"] == [
        name for name in _PRINTERS if name in MODULES and _printing(MODULES[name])
    ]


@pytest.mark.parametrize("module", MODULES)
def test_only_what_redacts_calls_a_record_clean(module: str) -> None:
    """The types see to it that the journal takes only such; this, that nobody just says so."""
    calls = [
        node.lineno
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "CleanRecord"
    ]
    assert module in _CLEAN or calls == []


def _quoted(tree: ast.Module) -> list[str]:
    return [
        ast.unparse(part.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
    ]


@pytest.mark.parametrize(
    "module", [name for name in MODULES if name.startswith(_SPEAKERS) and name != _OPERATORS]
)
def test_no_sentence_quotes_a_candidate_but_through_shown(module: str) -> None:
    """Errors of libraries and addresses that a candidate gave are foreign: ``{shown(error)}``, or
    a name that was bound to what ``shown`` gave.
    """
    tree = MODULES[module]
    bound = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "shown(" in ast.unparse(node.value)
        for target in node.targets
    }
    bound |= {name for one in bound for name in one.strip("()").split(", ")}
    urls = _url_parts(tree)
    assert [
        name for name in _quoted(tree) if name in _FOREIGN - bound - _OWN and name not in urls
    ] == []


def _url_parts(tree: ast.Module) -> set[str]:
    """Names that are only put in front of a path, to make a request and no sentence."""
    return {
        part.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and len(node.values) > 1
        and isinstance(part := node.values[0], ast.FormattedValue)
        and isinstance(part.value, ast.Name)
        and isinstance(rest := node.values[1], ast.Constant)
        and str(rest.value).startswith("/")
    }


def test_say_shows_control_characters_as_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing repaints a terminal, sets its title or clipboard, or turns the text round."""
    say(f"it says {EVIL}")
    say(EVIL, err=True)
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert text.strip("\n").isprintable()
        assert "\\x1b[2J" in text
        assert "\\u202e" in text


@pytest.mark.parametrize("colour", [True, False])
def test_console_shows_control_characters_as_escapes(colour: bool) -> None:
    """On a terminal only the console's own sequences are left, whatever a cell holds."""
    stream = io.StringIO()
    console = EscapingConsole(file=stream, force_terminal=colour, width=200, highlight=False)
    console.print(Text(EVIL, "bold"))
    text = stream.getvalue()
    assert "\\x1b[2J" in text
    assert "\x1b]52" not in text
    assert not set(text) & set("\x07\x9b\u202e\u2066\u200b\x08\x7f")


@pytest.mark.parametrize(
    "said",
    [
        "13876504321",
        "MTM4NzY1MDQzMjE=",
        "欧阳明月",
        EVIL,
        "a.person@example.org",
        "⟦direct:013876504321⟧",
    ],
)
def test_shown_withholds_and_escapes(said: str) -> None:
    """What a candidate says stands in no sentence as it is, and shown twice it is the same."""
    text = shown(f"HTTP/1.1 200 {said}")
    assert said not in text
    assert text.isprintable()
    assert shown(text) == text
    zh = shown_zh(f"not {said}", f"不是 {said}")
    assert zh.isprintable()
    assert zh == shown(f"not {said}") or said == EVIL


def test_shown_keeps_what_is_technical() -> None:
    """Reasons of machines stay readable."""
    for text in ("[Errno 111] Connection refused", "invalid_client", "http://127.0.0.1:80/v1"):
        assert shown(text) == text
    assert shown_zh("not JSON", "不是 JSON") == "不是 JSON"
