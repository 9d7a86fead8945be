"""What strangers write is read in one place each, and never becomes a pattern."""

from __future__ import annotations

import ast
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jidi
from jidi.drive.keeping.planted import KnownTexts
from jidi.language.json_texts import NotJsonError, read_json, read_loosely
from jidi.model.urls import NotAUrlError, host_and_port, host_of, read_url, url_parts

HOME = Path(jidi.__file__).parent
PATTERNS_OF_OUR_OWN = {
    "catalogue/linting/check_lint.py": "operands of `matches`, to see whether they are any",
    "counterparty/courier_rules.py": "paths of the contract",
    "fuzz/child/growing.py": "patterns of the contract's schemas",
    "fuzz/child/shaping.py": "patterns of the declaration and of the contract's schemas",
    "judge/personal/leaks.py": "the table of places",
    "language/matchers.py": "the operand of `matches`, which scenarios write out",
    "passive/matching.py": "paths of the contract",
    "passive/reading/layout.py": "signs written out in the module",
    "registry/faults.py": "patterns of the schemas",
    "registry/linting/ecma_patterns.py": "patterns of the schemas, to see whether they are any",
    "registry/tree.py": "patterns of the schemas",
    "scan/intake/tables.py": "one sign that separates, escaped",
    "scan/kinds/people/later.py": "patterns written out in the modules that hand them over",
}
"""Modules that make patterns out of data of the kit's own, and what data that is."""
_MAKERS = frozenset(
    {"compile", "sub", "subn", "match", "fullmatch", "search", "split", "findall", "finditer"}
)


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the kit by its path below the package."""
    for path in sorted(HOME.rglob("*.py")):
        yield path.relative_to(HOME).as_posix(), ast.parse(path.read_text("utf-8"))


def constants(module: ast.Module) -> set[str]:
    """Names that the module gives a value once and for all."""
    made = {
        node.id
        for statement in module.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    taken = [name for one in module.body if isinstance(one, ast.ImportFrom) for name in one.names]
    return made | {name.name for name in taken if name.name.isupper()}


def is_constant(node: ast.expr, known: set[str]) -> bool:
    """Whether a pattern is written out in the source."""
    inner: list[ast.expr]
    match node:
        case ast.Constant():
            inner = []
        case ast.Name(id=name) if name in known:
            inner = []
        case ast.JoinedStr(values=inner) | ast.Call(func=ast.Attribute(attr="escape"), args=inner):
            pass
        case ast.FormattedValue(value=value) | ast.Attribute(value=value, attr="pattern"):
            inner = [value]
        case ast.BinOp(left=left, right=right):
            inner = [left, right]
        case _:
            return False
    return all(is_constant(one, known) for one in inner)


def made_patterns(module: ast.Module) -> Iterator[ast.Call]:
    """Calls that make a pattern out of something that the source does not write out."""
    known = constants(module)
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]):
                if name in _MAKERS and not is_constant(first, known):
                    yield node


def test_no_pattern_is_made_of_what_a_stranger_wrote() -> None:
    """Every pattern is written out, or made of the kit's own data in a module named above."""
    found = {name for name, module in sources() if any(made_patterns(module))}
    assert found == set(PATTERNS_OF_OUR_OWN)
    assert not [name for name, module in sources() if "import regex" in ast.unparse(module)]


def test_the_look_for_patterns_sees_them() -> None:
    """Escaped or not, by whatever function."""
    for text in ("re.compile(re.escape(x))", "re.sub('a' + x, '', y)", "re.search(f'{x}', y)"):
        assert [*made_patterns(ast.parse(f"import re\n{text}"))], text
    assert not [*made_patterns(ast.parse("import re\nA = 'b'\nre.sub(f'{A}+' + A, '', x)"))]


READERS = frozenset(
    {"json.loads", "json.load", "orjson.loads", "urlsplit", "urlparse", "urljoin", "parse.urlsplit"}
)
"""What raises of its own accord over what a stranger wrote."""
READING_ROOMS = {
    "drive/candidate/driver_answers.py": "answers of drivers, with their own constants refused",
    "drive/candidate/target_faults.py": "the schema of target files",
    "drive/keeping/encoding.py": "lists of bodies, where anything odd is no list",
    "drive/keeping/journal_file.py": "journals, where anything odd is told by its line",
    "drive/keeping/planted.py": "what the kit made up",
    "drive/keeping/redaction.py": "bodies under redaction, where anything odd is withheld whole",
    "evolution/linting/rule_set.py": "the rules that come with the kit",
    "evolution/linting/styling.py": "ids of strange schemas; an odd one is no absolute URI",
    "evolution/schemas/library.py": "references of strange schemas; an odd one leads nowhere",
    "evolution/sides.py": "schemas of strangers, fractions kept, with bounds of their own",
    "fuzz/child/plugin.py": "runs in the child, which imports nothing of the kit",
    "fuzz/child/process.py": "what the kit's own child wrote",
    "fuzz/child/shaping.py": "runs in the child, which imports nothing of the kit",
    "fuzz/child/unmarked.py": "what the child itself wrote",
    "language/json_texts.py": "the readers themselves",
    "model/urls.py": "the readers themselves",
    "passive/reading/layout.py": "recordings, where anything odd is passed over and told",
    "passive/reading/har.py": "recordings, where anything odd is told",
    "registry/bundle.py": "the published bundle",
    "registry/reading/documents.py": "files under validation, with bounds of their own",
    "registry/reading/parsed.py": "what the kit wrote, by its digest",
    "registry/reading/places.py": "names that were read before",
    "registry/reading/records.py": "files under validation, with bounds of their own",
    "registry/strangers/openapi_schema.py": "the published schema of OpenAPI",
    "registry/tree.py": "references of the published schemas",
    "scan/declared.py": "numbers that were read before",
    "scan/kinds/sieve.py": "a shallow line, where anything odd is looked at as a whole",
    "wording/__init__.py": "the kit's own sentences",
}
"""Modules that read by themselves, and what."""


FLOATS = {
    "counterparty/scripts.py": "scripts of the kit",
    "counterparty/serving/subscriptions.py": "held to its bounds before",
    "drive/candidate/credentials.py": "held to its bounds before",
    "drive/candidate/driver_answers.py": "what the parser calls a fraction, infinite at most",
    "drive/candidate/target.py": "the operator's file, by its schema",
    "drive/http/pacing.py": "held to its bounds before",
    "evolution/algebra/keys.py": "a fraction, and one beyond every double stays one",
    "fuzz/patience.py": "a text of digits, infinite at most",
    "judge/rules/discovery_rules.py": "held to its bounds before, or a pattern has matched it",
    "judge/rules/foreign_arguments.py": "held to its bounds before",
    "judge/scenario_verdicts.py": "what the run noted",
    "judge/sweeping/dated.py": "held to its bounds before",
    "language/expressions.py": "held to its bounds before",
    "language/json_texts.py": "defines figure()",
    "model/incoming/arrivals.py": "scripts of the kit",
    "passive/reading/entries.py": "held to its bounds before",
    "passive/reading/flows.py": "held to its bounds before",
    "passive/reading/foreign_journal.py": "held to its bounds before",
    "registry/reading/huge_numbers.py": "a text of digits, infinite at most",
    "registry/reading/yaml_reader.py": "a text of digits, infinite at most",
    "run/planning/order.py": "scenarios of the kit",
    "run/playing/acting/actions.py": "held to its bounds before",
    "run/playing/clock.py": "what the driver's schema holds to its bounds",
    "run/playing/making/generator.py": "scenarios of the kit",
    "run/playing/play.py": "held to its bounds before",
    "run/playing/pushing.py": "held to its bounds before",
}
"""Modules that make floats by themselves, and why no number of a stranger is too large for it."""


def test_floats_are_made_of_numbers_that_fit() -> None:
    """``float()`` of an integer beyond every double raises: elsewhere there is ``figure``."""
    found = {
        name
        for name, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
        and not name.startswith("scan/")  # reads numbers as texts
    }
    assert found == set(FLOATS)


def bare_readers(module: ast.Module) -> set[str]:
    """Readers that the module names, whether it calls them or hands them on."""
    named = {ast.unparse(one) for one in ast.walk(module) if isinstance(one, ast.Attribute)}
    named |= {one.id for one in ast.walk(module) if isinstance(one, ast.Name)}
    return named & READERS


def test_json_and_urls_are_read_in_one_place_each() -> None:
    """Nothing bare stands beside ``read_json``, ``read_loosely``, ``read_url``, ``url_parts``."""
    assert {name for name, module in sources() if bare_readers(module)} == set(READING_ROOMS)


DEEP = "[" * 200_000
ODD_JSON = {
    "deep-list": DEEP,
    "deep-object": '{"a":' * 100_000,
    "deep-closed": "[" * 100_000 + "]" * 100_000,
    "deep-in-object": '{"items": ' + "[" * 5_000 + "]" * 5_000 + "}",
    "long-integer": "7" * 1_000_000,
    "nan": "NaN",
    "surrogate": '"\\ud800"',
    "raw-surrogate": '"\ud800"',
    "nul": "\x00",
    "bom": "\ufeff{}",
    "nothing": "",
}


@pytest.mark.parametrize("name", ODD_JSON)
def test_odd_json_is_read_or_refused(name: str) -> None:
    """By an error of one kind, whichever reader is asked."""
    text = ODD_JSON[name]
    for data in (text, text.encode("utf-8", "surrogatepass")):
        with contextlib.suppress(NotJsonError):
            read_loosely(data)
    with contextlib.suppress(NotJsonError):
        read_json(text)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\xfe\xff", b"\x00\x00\xfe\xff{", b"\xc0\x80", b""]
)
def test_odd_bytes_are_refused(data: bytes) -> None:
    """Of whatever encoding they pretend to be."""
    with pytest.raises(NotJsonError):
        read_loosely(data)


ODD_URLS = [
    "http://[::1/v1", "http://127.0.0.1:99999/v1", "http://127.0.0.1:-1/v1", "http://127.0.0.1:x/",
    "http://\u202e/v1", "http://a b/v1", "http:///v1", "//127.0.0.1/v1",
    "\ud800", "http://\ud800/", "http://h:80:80/", "http://127.0.0.2\x1b/v1", "http://h:0/", "",
    "http://" + "a" * 10_000, "file:///etc/passwd", "http://[::1]:999999/", "http://h\x00/", "]",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD_URLS)
def test_odd_urls_are_refused_by_one_error(text: str) -> None:
    """And whoever only looks at their parts gets some."""
    with pytest.raises(NotAUrlError):
        read_url(text)
    assert url_parts(text).geturl() is not None
    assert host_of(text) == ""


@pytest.mark.parametrize("value", [None, 1, [], {}, True])
def test_what_is_no_text_is_no_url(value: object) -> None:
    """As a member of a discovery document may be."""
    with pytest.raises(NotAUrlError):
        read_url(value)
    assert url_parts(value).path == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("http://[::1]:18496/v1", "[::1]:18496"),
        ("http://[::1]", "[::1]:80"),
        ("https://Courier.Example", "courier.example:443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://[2001:DB8::1]/x", "[2001:db8::1]:443"),
    ],
)
def test_host_and_port_are_written_in_one_way(text: str, place: str) -> None:
    """Whoever asks, so that what one command allows no other refuses."""
    assert host_and_port(read_url(text)) == place == host_of(text)


MASKS: dict[str, tuple[str, Any]] = {
    "stars-in-plenty": ("h*" + "a*" * 14 + "b", "a" * 300),
    "long-run": ("*" * 5_000 + "x", "a" * 499),
    "every-sign": ("a*＊×•●█" * 60 + "z", "a" * 499),
    "pattern-signs": (".*(a+)+*$" * 20 + "!", "a" * 499),
    "brackets": ("[a-z]*" * 50, "a" * 499),
    "quantifiers": ("a{1,99}*" * 40, "a" * 499),
}


@pytest.mark.parametrize("name", MASKS)
def test_masks_made_for_it_do_not_hold_the_kit(name: str) -> None:
    """Each mask is tried on many texts that nearly fit."""
    mask, near = MASKS[name]
    known = KnownTexts([f"h{near}{number}" for number in range(300)])
    begun = time.process_time()
    assert not known.contains(mask)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("mask", "fits"),
    [
        ("王*", True),
        ("*小明", True),
        ("王*明", True),
        ("王小*明", False),
        ("李*", False),
        ("王**明", True),
    ],
)
def test_a_mask_hides_something_and_fits_the_rest(mask: str, fits: bool) -> None:
    """Of what the kit itself sent."""
    assert KnownTexts(["王小明"]).contains(mask) is fits
