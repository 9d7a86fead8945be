"""One way out: nothing prints but through what escapes, nothing enters the journal but through the
redactor, and no sentence quotes a candidate but through what withholds.
"""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from rich.text import Text
from tests.sources import trees

from jidi.cli.speaking import say
from jidi.drive.keeping.foreign import foreign_member, shown, shown_end, shown_zh
from jidi.model.text import Text as Sentence
from jidi.model.texts.strangers import Foreign
from jidi.wording.console import EscapingConsole

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
_OPERATORS: Final = frozenset({"drive/candidate/target.py", "drive/candidate/target_faults.py"})
"""Quote what the operator wrote."""
_SPEAKERS: Final = ("drive/", "cli/preflight", "cli/running/init.py", "run/preflight.py")
_OWN: Final = frozenset(
    {
        # the kit's own, of the operator's files and line, of the standard, numbers
        "action", "answer.status", "answered.status", "code", "couriers.mute", "elapsed",
        "endpoint.url", "error.keyword", "error.strerror", "fault.requirement", "found", "host",
        "limit", "missing", "names", "number", "number + 1", "out", "party", "party.auth.type",
        "party.name", "path", "patience", "port", "registry.version", "self._path", "self.code",
        "self._timeout_s", "self.path", "self.settings.url", "skew", "status", "target.base_url",
        "target.role", "time.monotonic() - began", "exchange.response.status", "DISCOVERY_PATH",
        "OUTPUT_BYTES", "UNSUPPORTED_EXIT", "_STOP_S", "last.response.status", "name", "url",
        "probe.url",
        # sentences that were made in the same way
        "trouble", "outcome.failure", "probe.detail", "how", "kind", "exchange.failure.kind",
        "reason", "others",
        # of failures, which are made by shown() (drive/http/failures.py)
        "exchange.failure.detail",
        # errors of the machine, and of played couriers about the kit's own scenarios
        "str(error)", "str(refused)",
    }
)  # fmt: skip
"""What may stand in a sentence about a candidate as it is."""
_MAKERS: Final = {"shown", "shown_zh", "shown_end", "problem_words", "_error_shown"}
"""What makes of a candidate's text one that may be said."""
_WORDERS: Final = {"system_zh", "failure_zh", "join", "sentence"}
"""What words the kit's own reasons, or only puts together what it is given."""
EVIL: Final = "\x1b[2J\x1b]52;c;cm0=\x07\x9b31m\u202eevil\u2066\u200b\x08\x7f"


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


def test_nothing_prints_but_through_what_escapes() -> None:
    """``say`` and the escaping console are the only ways to a terminal."""
    found = {name: _printing(tree) for name, tree in trees().items() if name not in _PRINTERS}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_each_exception_from_the_rule_prints() -> None:
    """A module that no longer prints by itself needs no exception."""
    assert [name for name in _PRINTERS if name != "wording/console.py"] == [
        name for name in _PRINTERS if name in trees() and _printing(trees()[name])
    ]


def test_only_what_redacts_calls_a_record_clean() -> None:
    """The types see to it that the journal takes only such; this, that nobody just says so."""
    assert {
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "CleanRecord"
        and name not in _CLEAN
    } == set()


def _calls(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def _made(tree: ast.Module) -> set[str]:
    """Names to which something is bound that may be said."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        pairs = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = [*zip(node.targets[0].elts, node.value.elts, strict=True)]
        found |= {ast.unparse(target) for target, value in pairs if _sayable(value, found)}
    return found


def _sayable(value: ast.expr, made: set[str]) -> bool:
    """Whether an expression holds no text of a stranger."""
    text = ast.unparse(value)
    if isinstance(value, ast.Constant) or text in _OWN | made or _calls(value) in _MAKERS:
        return True
    parts: list[ast.expr]
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BoolOp(values=parts):
            pass
        case ast.JoinedStr(values=parts):
            pass
        case ast.FormattedValue(value=inner) | ast.GeneratorExp(elt=inner):
            parts = [inner]
        case ast.Call(args=parts) if _calls(value) in _WORDERS:
            return _calls(value) != "join" or all(_sayable(one, made) for one in parts)
        case ast.Attribute(value=ast.Call() as inner, attr="__name__") if _calls(inner) == "type":
            return True
        case _:
            return False
    return all(_sayable(one, made) for one in parts)


def _bare(tree: ast.Module) -> list[str]:
    """Fields of sentences that may hold a stranger's text as it is."""
    made = _made(tree)
    return [
        f"{field.arg}={ast.unparse(field.value)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _calls(node) in {"sentence", "filled"}
        for field in node.keywords
        if not _sayable(field.value, made)
    ]


def test_no_sentence_quotes_a_candidate_but_through_shown() -> None:
    """Each field of each sentence is the kit's own by its name, or was made by ``shown``."""
    speakers = [name for name in trees() if name.startswith(_SPEAKERS) and name not in _OPERATORS]
    assert len(speakers) > 30
    assert {name: bare for name in speakers if (bare := _bare(trees()[name]))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sentence('a', b=answer['x'])", ["b=answer['x']"]),
        ("sentence('a', b=error)", ["b=error"]),
        ("sentence('a', b=f'{shown(x)} {y}')", ["b=f'{shown(x)} {y}'"]),
        ("sentence('a', b=shown(x) if y else y)", ["b=shown(x) if y else y"]),
        ("y = shown(x)\nsentence('a', b=f'{y}: {z}' if z else '')", ["b=f'{y}: {z}' if z else ''"]),
        ("y = shown(x)\nsentence('a', b=y, c=shown(z), d=status)", []),
    ],
)
def test_the_look_for_bare_fields_sees_them(text: str, found: list[str]) -> None:
    """Whatever stands around them."""
    assert _bare(ast.parse(text)) == found


UNWRAPPING: Final = {"drive/keeping/foreign.py", "model/texts/strangers.py"}


def test_only_what_redacts_unwraps_a_strangers_text() -> None:
    """Everybody else hands it on."""
    assert {
        name
        for name, tree in trees().items()
        if "unwrapped" in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    } == UNWRAPPING - {"model/texts/strangers.py"}


@pytest.mark.parametrize(
    "say_it",
    [
        str,
        "{}".format,
        lambda said: f"{said}",
        lambda said: f"{said:>9}",
        lambda said: f"{said!s}",
        lambda said: "%s" % said,  # noqa: UP031 - one of the ways
        lambda said: "a" + said,
        lambda said: ", ".join([said]),
        lambda said: json.dumps({"a": said}),
        lambda said: Sentence("{a}", "{a}").filled(a=said),
        lambda said: io.StringIO().write(said),
        bytes,
    ],
    ids=range(12),
)
def test_a_strangers_text_cannot_be_said_by_accident(say_it: Callable[[Any], object]) -> None:
    """Whatever is tried, but by the redactor."""
    said = Foreign("13876504321")
    with pytest.raises(TypeError):
        say_it(said)
    assert "13876504321" not in repr(said)
    assert "13876504321" not in shown(said)
    assert (said, hash(said), len(said)) == (Foreign("13876504321"), hash(said), 11)


def test_members_of_a_strangers_document_are_foreign() -> None:
    """Texts alone, of objects alone."""
    assert foreign_member({"a": "b"}, "a") == Foreign("b")
    for document in ({"a": 1}, {}, [], None, "a", {"a": None}):
        assert foreign_member(document, "a") is None
    assert shown_end(Foreign("https://h/p/invalid-action")) == "invalid-action"
    assert "13876504321" not in shown_end(Foreign("https://h/13876504321"))


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


@pytest.mark.parametrize("before", ["慕容雪梅" * 300, "13876504321 " * 100, "王小二狗，" * 240])
def test_shown_cuts_no_number_that_it_reads(before: str) -> None:
    """Where a long text collapses, the place at which reading ended is not seen."""
    for length in range(1_180, 1_200):
        assert "1387650432" not in shown(before[:length] + "13876504321", 300)


def test_shown_keeps_what_is_technical() -> None:
    """Reasons of machines stay readable."""
    for text in ("[Errno 111] Connection refused", "invalid_client", "http://127.0.0.1:80/v1"):
        assert shown(text) == text
    assert shown_zh("not JSON", "不是 JSON") == "不是 JSON"
