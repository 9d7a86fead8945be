"""The table of words: every word has one implementation, the reverse holds too, and none can be
taken out or renamed unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from tests.sampling import thinned

from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint
from jidi.catalogue.linting.check_lint import Arguments
from jidi.catalogue.writing import stale, written
from jidi.judge.checks import SUBJECTS
from jidi.judge.rules.named import NAMED
from jidi.judge.sweeps import SWEEP_RULES
from jidi.language import matchers, views
from jidi.language.file_schema import file_schema
from jidi.language.step_reading import DEEDS, field_of
from jidi.language.words.forms import Argument, Table, mapping
from jidi.language.words.table import PARTS, TABLE
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.registry.schema_set import SchemaSet
from jidi.run.certify import KINDS
from jidi.run.playing.making.generator import KINDS as GENERATORS
from jidi.run.playing.partners import partners_of
from jidi.run.playing.steps import ACTIONS
from jidi_reference.bootstrap import PARTIES as REFERENCE_PARTIES

WAITS = {"in-time", "quiet"}
"""Subjects that belong to the waits and not to the table of checks."""
ENGINE = {"lag", "listened", "pages-read", "refused", "wanted", "within"}
"""What the engine observes of a step beside the actions."""
CHINESE = re.compile("[一-鿿]")
MODIFIERS = {"again", "at-once", "eventually", "pages"}
_PAGED = {"pages", "items", "pages-read"}
_ARRIVED = {"messages", "events", "gaps", "lag", "listened"}
_DRIVEN = {"result", "results", "refused"}
MEMBERS: dict[str, set[str]] = {
    "exchange": {
        "status",
        *views.MESSAGE,
        *views.EXCHANGE,
        *(set(views.STEP) - _PAGED - _ARRIVED - _DRIVEN),
    },
    "request": set(views.MESSAGE),
    "pages": _PAGED,
    "arrivals": _ARRIVED,
    "wait": {"within", "wanted", "listened"},
    "results": _DRIVEN,
    "receiver": {"url"},
    "courier": {"code", "url", "client_id", "connection"},
    "target": {"role", "bounds", "bundles", "schema_bundle_digest"},
}
"""Members of each thing, as views, engine and judge make them."""


def implemented() -> dict[str, set[str]]:
    """Names of what is implemented, by part of the table."""
    parties = {one.client_id for rows in REFERENCE_PARTIES.values() for one in rows}
    return {
        "kinds": set(KINDS),
        "modifiers": MODIFIERS,
        "subjects": set(SUBJECTS) | WAITS,
        "matchers": set(matchers.MATCHERS),
        "rules": set(NAMED),
        "sweeps": set(SWEEP_RULES),
        "actions": set(ACTIONS),
        "generators": set(GENERATORS),
        "parties": parties | set(partners_of("courier")) | {"none"},
    }


def contradictions(table: Table) -> Iterator[str]:
    """Names that stand on one side only."""
    for part, names in implemented().items():
        yield from (f"{part}: {name}" for name in sorted(names ^ table.names(part)))
    for thing, names in MEMBERS.items():
        yield from (f"{thing}: {name}" for name in sorted(names ^ table.members_of(thing)))
    observed = {one.name for action in table.actions for one in action.observes} - {"status"}
    yield from (f"observed: {name}" for name in sorted((observed | ENGINE) ^ views.OBSERVED))


def test_every_word_has_an_implementation_and_the_reverse() -> None:
    """Nothing that authors may write is unknown to engine or judge, and nothing there is hidden."""
    assert list(contradictions(TABLE)) == []


@pytest.mark.parametrize("kind", TABLE.kinds, ids=lambda kind: kind.name)
def test_step_of_a_kind_has_a_member_for_each_argument(kind: Any) -> None:
    """Arguments and modifiers of the table, and the members of the frozen step, are the same."""
    beside = {one.name for one in TABLE.modifiers if kind.name in one.beside}
    words = {one.name for one in kind.arguments} | beside
    members = {one.name for one in fields(DEEDS[kind.name])}
    assert {field_of(kind.name, word) for word in words} == members


def test_every_kind_of_step_is_one_class() -> None:
    """The union has a class for each kind and no other."""
    assert set(DEEDS) == TABLE.names("kinds")


def test_schema_and_reference_are_those_of_the_table() -> None:
    """They are written by ``python -m jidi.catalogue.writing`` and never by hand."""
    assert stale(written()) == {}


@pytest.mark.parametrize("part", PARTS)
def test_words_are_told_in_both_languages_with_an_example(part: str) -> None:
    """Names are unique, both descriptions there, and the example holds the word."""
    words = getattr(TABLE, part)
    names = [(getattr(word, "of", ""), word.name) for word in words]
    assert len(set(names)) == len(names)
    for word in words:
        assert word.name in word.example
        assert CHINESE.search(word.text.zh)
        assert not CHINESE.search(word.text.en)
        for argument in (*getattr(word, "arguments", ()), *getattr(word, "observes", ())):
            assert CHINESE.search(argument.text.zh)


@pytest.mark.parametrize("part", ["kinds", "modifiers", "subjects", "matchers", "rules", "actions"])
def test_examples_hold_under_the_schema(part: str) -> None:
    """What the reference shows is accepted."""
    schemas = SchemaSet({"scenario": file_schema(TABLE)})
    for word in getattr(TABLE, part):
        shown = load_yaml(word.example, word.name)
        steps = shown if "req" not in shown[0] else [_step_with(shown)]
        assert schemas.validate("scenario", _file(steps)) == [], word.name


def test_examples_of_sweeps_hold() -> None:
    """What the reference shows is a rule with the arguments that it takes."""
    for word in TABLE.sweeps:
        shown = load_yaml(word.example, word.name)
        schemas = SchemaSet({"arguments": mapping(word.text, word.arguments)})
        assert shown["rule"] == word.name
        assert schemas.validate("arguments", shown.get("with", {})) == [], word.name


def _step_with(checks: list[Any]) -> dict[str, Any]:
    return {"id": "a", "call": {"op": "getDiscovery", "as": "none"}, "check": checks}


def _file(steps: list[Any]) -> dict[str, Any]:
    title = {"en": "A title", "zh": "标题"}
    head = {"kit-scenario": 1, "id": "x", "title": title, "area": "x", "roles": ["courier"]}
    return {**head, "steps": steps}


def _mutants() -> Iterator[tuple[str, Table]]:
    """The table with each word taken out, and with each renamed."""
    for part in PARTS:
        words = getattr(TABLE, part)
        for index, word in enumerate(words):
            rest = (*words[:index], *words[index + 1 :])
            name = f"{part}-{getattr(word, 'of', '')}-{word.name}"
            renamed = replace(word, name=f"{word.name}x")
            yield f"{name}-gone", replace(TABLE, **{part: rest})
            yield f"{name}-renamed", replace(TABLE, **{part: (*rest, renamed)})


def test_no_word_can_be_lost_or_renamed_unnoticed() -> None:
    """Taking one out of the table, or renaming it, leaves an implementation without its word."""
    mutants = list(_mutants())
    assert len(mutants) > 300
    assert [name for name, table in mutants if not list(contradictions(table))] == []


@pytest.mark.parametrize(
    ("part", "name"),
    thinned(
        [
            ("parties", "platform-a"),
            ("members", "lag"),
            ("rules", "same-request"),
            ("actions", "flood"),
        ],
        4,
    ),
)
def test_lint_goes_by_the_table(part: str, name: str) -> None:
    """A word that published scenarios use and the table lacks is a finding of the lint."""
    words = tuple(
        replace(word, arguments=()) if part in {"rules", "actions"} else word
        for word in getattr(TABLE, part)
        if word.name != name or part in {"rules", "actions"}
    )
    assert lint(Catalogue.load(Registry.load()), replace(TABLE, **{part: words}))


def _argument_mutants() -> list[Any]:
    return [
        pytest.param(part, word, argument, id=f"{part}-{word.name}-{argument.name}")
        for part in ("rules", "actions")
        for word in getattr(TABLE, part)
        for argument in word.arguments
    ]


@pytest.mark.parametrize(("part", "word", "argument"), _argument_mutants())
def test_no_argument_is_accepted_under_another_name(
    part: str, word: Any, argument: Argument
) -> None:
    """An argument that the table does not have is refused."""
    rest = tuple(one for one in word.arguments if one is not argument)
    changed = replace(word, arguments=rest)
    words = tuple(changed if one is word else one for one in getattr(TABLE, part))
    given = {one.name: "$a" for one in word.arguments}
    arguments = Arguments(replace(TABLE, **{part: words}))
    assert [pointer for pointer, _ in arguments.faults(part, word.name, given)] == [
        f"/{argument.name}"
    ]
    assert list(Arguments(TABLE).faults(part, word.name, given)) == []


def test_written_files_change_with_the_table() -> None:
    """A new word appears in schema and reference without another hand."""
    party = replace(TABLE.parties[0], name="stranger", text=Text("A stranger.", "陌生方。"))
    subject = replace(TABLE.subjects[0], name="mood")
    table = replace(TABLE, parties=(*TABLE.parties, party), subjects=(*TABLE.subjects, subject))
    schema, _, page, *_ = written(table).values()
    assert '"mood"' in schema
    assert "### stranger" in page
    assert "### mood" in page
