"""What scenarios say of people, things and papers is made up anew for each run (ADR 35)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, get_args

import pytest

from jidi.language.step_reading import written_of
from jidi.model.roles import Role
from jidi.model.scenario import Scenario
from jidi.run.data import load_data
from jidi.run.planning.selection import Selection
from jidi.run.playing.making import persons
from jidi.run.playing.making.likenesses import like
from jidi.run.playing.making.stand_ins import StandIns, draw
from jidi.run.stored import rules_for

ROLES: Final = get_args(Role)
_EXPRESSION: Final = re.compile(r"\$\S+")
_OF_ATTACKS: Final = re.compile(r"[{}<>\[\]%'\\]|^\s*$|^//|\.\./")
"""What is sent to see whether it is taken for what it is not; it is the same wherever it is
tried.
"""
_OF_FORM: Final = re.compile(
    r"[-+]?[0-9]+(?:\.[0-9]+)?|[A-Z]{2,8}|[A-Z_]+|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}.*|\w"
)
"""Numbers, codes, and days of a calendar: the contract or the matter fixes them."""
_FIXED: Final = frozenset(
    {
        *("face_template", "DELIVERY, MARKETING", "text/plain", "image/tiff", "text/html, */*"),
        *("two", "telex", "ten", "red", "bmp", "true", "v1,", "now", "consignment"),
        *("XS1", "FURNITURE!", "ZmFjZQ==", "delivery", "fax", "heavy", "somebody", "托寄"),
        *("青石路18号\x0018室", "platform-a", "east", "west"),
        *("order_no=A1&sender=B", "bm90LWEtY3Vyc29y", "identity-number", "secret-token-value"),
    }
)
"""Values that are wrong on purpose, of which nothing else could be said, and parties by the names
that scenarios give them.
"""


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the published contract."""
    registry, _ = load_data("1.0")
    words: set[str] = set()
    for document in ("courier", "platform", "governance", "sandbox"):
        _collect(registry.openapi_bundle(document), words)
    return frozenset(words)


def _collect(tree: Any, words: set[str]) -> None:
    if isinstance(tree, Mapping):
        words.update(map(str, tree))
        for item in tree.values():
            _collect(item, words)
    elif isinstance(tree, list):
        for item in tree:
            _collect(item, words)
    elif isinstance(tree, str):
        words.add(tree)


def scenarios(role: Role) -> tuple[Scenario, ...]:
    """Every scenario of a role."""
    _, catalogue = load_data("1.0")
    return tuple(catalogue.scenarios(role))


def sent(scenario: Scenario) -> Iterator[str]:
    """Texts that a scenario sends as they stand there."""
    for step in scenario.steps:
        written = written_of(step.deed)
        for name in ("body", "raw", "patch", "headers", "query", "path", "parameters", "given"):
            yield from _texts(written.get(name))
    yield from _texts({key: value for key, value in scenario.case.items() if key in _VALUES})


_VALUES: Final = frozenset({"instance", "value", "patch", "with", "extra"})


def _texts(tree: Any, member: str = "") -> Iterator[str]:
    if isinstance(tree, Mapping):
        for name, item in tree.items():
            if name not in {"set", "remove", "party", "pointer", "misspelt"}:
                yield from _texts(item, str(name))
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _texts(item, member)
    elif isinstance(tree, str):
        yield tree


def of_run(role: Role, nonce: str) -> list[Scenario]:
    """The scenarios of a role as a run with this nonce plays them."""
    words = draw(scenarios(role), [], 7, nonce)
    return [StandIns(words).of_scenario(one) for one in scenarios(role)]


@pytest.mark.parametrize("role", ROLES)
def test_no_run_sends_a_text_that_a_candidate_could_know(role: Role) -> None:
    """What three of them send is an expression, a word of the contract, or wrong on purpose; two
    may draw one short name by chance.
    """
    first, second, third = (
        {text for one in of_run(role, nonce) for text in sent(one)}
        for nonce in ("one", "two", "three")
    )
    known = {
        text
        for text in first & second & third
        if not _EXPRESSION.fullmatch(text)
        and text not in vocabulary()
        and not _OF_ATTACKS.search(text)
        and not _OF_FORM.fullmatch(text)
        and text not in _FIXED
    }
    assert known == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_scenario_sends_the_name_of_the_kit(role: Role) -> None:
    """Nothing of it is left in any part of a scenario that is played."""
    for scenario in of_run(role, "one"):
        for text in sent(scenario):
            assert "jidi" not in text.lower(), (scenario.id, text)


@pytest.mark.parametrize("role", ROLES)
def test_words_of_one_run_are_those_of_its_seed_and_nonce(role: Role) -> None:
    """Whoever has the head of a journal can make them again, whatever else was planned."""
    every = draw(scenarios(role), [], 7, "one")
    assert every == draw(scenarios(role), [], 7, "one")
    assert every != draw(scenarios(role), [], 8, "one")
    assert len(set(every.values()) & set(draw(scenarios(role), [], 7, "two").values())) < 30


def test_scenarios_keep_their_parts() -> None:
    """Ids, requirements and expressions are no words of anybody."""
    for role in ROLES:
        words = draw(scenarios(role), [], 7, "one")
        for plain in scenarios(role):
            dressed = StandIns(words).of_scenario(plain)
            assert dressed.requirements == plain.requirements
            assert [step.id for step in dressed.steps] == [step.id for step in plain.steps]
            for one, other in zip(plain.steps, dressed.steps, strict=True):
                assert [check.id for check in one.checks] == [check.id for check in other.checks]
                assert _expressions(one.deed) == _expressions(other.deed)


def _expressions(deed: Any) -> list[str]:
    return [
        text for text in _texts(written_of(deed)) if _EXPRESSION.fullmatch(text) and "'" not in text
    ]


def test_checks_compare_with_what_was_sent() -> None:
    """A word that is sent and looked for is the same word in both places."""
    _, catalogue = load_data("1.0")
    rules = rules_for(catalogue, "courier", "privacy", Selection())
    plain = rules.scenarios["audit-covers-reads"]
    words = draw([plain], [], 7, "one")
    dressed = rules.worn(words).scenarios["audit-covers-reads"]
    sent = [step.deed for step in dressed.steps]
    held = [(check.argument, check.operand) for step in dressed.steps for check in step.checks]
    assert words["jidi-clerk"] in str(sent)
    assert words["jidi-clerk"] in str(held)
    assert "jidi-clerk" not in str(dressed.steps)


def test_run_without_words_is_played_as_written() -> None:
    """Journals from before say nothing of words, and are judged by what is written."""
    _, catalogue = load_data("1.0")
    rules = rules_for(catalogue, "courier", "core", Selection())
    assert rules.worn({}) is rules


@pytest.mark.parametrize(
    ("value", "member", "form"),
    [
        ("13800001234", "number", "1[3-9][0-9]{9}"),
        ("0990-8004123", "number", "099[0-9]-[0-9]{7}"),
        ("1400000", "number", "140[0-9]{4}"),
        ("欧阳霁晟", "name", "(欧阳|上官|司马|诸葛|皇甫|令狐)[㐀-鿿]{2}"),
        ("李样例", "name", "[㐀-鿿]{3}"),
        ("张*", "name", r"[㐀-鿿]\*"),
        (
            "云溪路18号７栋２单元１９０６室",
            "detail",
            "..路[1-9][0-9]号[０-９]栋[０-９]单元[０-９]{4}室",
        ),
        ("li@mail.example", "email", r"\S+@[a-z]+\.example(\.(com|net|org))?"),
        ("PO-20261120-000017", "order_no", "[A-Z]{2}-[0-9]{8}-[0-9]{6}"),
    ],
)
def test_likeness_has_the_form_of_what_it_stands_for(value: str, member: str, form: str) -> None:
    """Length, kind of number, and which characters are hidden, are those of the first."""
    for seed in range(50):
        assert re.fullmatch(form, like(value, member, random.Random(seed)))  # noqa: S311 - a test


def test_identity_numbers_have_their_check_character() -> None:
    """ISO 7064 MOD 11-2 comes out as 1 for each."""
    for seed in range(50):
        made = like("110101199003070070", "id_number", random.Random(seed))  # noqa: S311 - a test
        digits = [10 if sign == "X" else int(sign) for sign in made]
        assert sum(digit * 2**place for place, digit in enumerate(reversed(digits))) % 11 == 1


@pytest.mark.parametrize("role", ROLES)
def test_goods_are_called_like_nobody(role: Role) -> None:
    """What stands for the name of goods is no person's name and holds none: whoever passes goods on
    would show somebody who only has their name.
    """
    of_persons = {*persons.GIVEN, *persons.ALONE, *persons.COMMON}
    of_persons.update(*persons.SURNAMES, *persons.LONG_SURNAMES)
    goods = {
        one["name"]
        for scenario in of_run(role, "goods")
        for one in _goods([scenario.case, *scenario.generate.values()])
    }
    made = {name for name in goods if name.isascii() is False}
    assert len(made) > (10 if role != "courier" else 0)
    assert [name for name in made if name[-1] in of_persons] == []
    assert [name for name in made if len(name) == 2 and set(name) <= of_persons] == []


def _goods(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, Mapping):
        if "quantity" in tree and "name" in tree:
            yield tree
        for item in tree.values():
            yield from _goods(item)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _goods(item)
