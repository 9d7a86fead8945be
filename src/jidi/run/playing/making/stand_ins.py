"""Words of scenarios and published examples that stand for others in each run: names, numbers,
references, made up anew, so that no run sends what another sent (ADR 35).

Scenarios are written with words that read well. Before a run plays them, and before anybody judges
it, each of these words is replaced by what the head of the run's journal says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind

from jidi.language.step_reading import written_of
from jidi.model.scenario import Check, Scenario, Step
from jidi.model.texts.seeded import seeded
from jidi.run.playing.making.likenesses import GOODS, is_time, like, moved, place

_FREE: Final = frozenset(
    {
        *("operator_id", "facility_id", "name", "recipient_name", "display_name", "detail"),
        *("organisation", "service_number", "postal_code", "related_waybill_no"),
        *("account_no", "value", "note", "slots", "batch", "un_no"),
        *("number", "main", "extension", "id_number", "document_number", "display_phone"),
        *("reason", "manner", "service", "provision", "rights_and_duties", "reference", "text"),
        *("evidence_reference", "protection_measures", "remark", "description", "order_no"),
        *("recipient_token", "consent_reference", "Consent-Reference", "waybill_no", "source"),
        *("email", "phone", "code", "event_id", "carrier_code"),
    }
)
"""Members whose texts are anybody's to choose."""
_TIMES: Final = frozenset(
    {"verified_at", "ordered_at", "assessed_at", "starts_at", "ends_at", "occurred_at", "time"}
)
_QUOTES: Final = frozenset("'\"")
_NAMES: Final = frozenset({"name", "action", "op", "party", "again", "courier", "receiver"})
"""Members of a step that name something of the language or of the contract."""
_OWN_NAME: Final = re.compile("[A-Za-z0-9_-]*jidi[A-Za-z0-9_-]*", re.IGNORECASE)
_LONGEST_AGO: Final = 20 * 86_400
_MARKED: Final = re.compile("^(?=.*[0-9_㐀-鿿-]).{6,}$", re.DOTALL)
"""Words that are replaced within longer texts, too: long ones that are no word of a language. In
expressions only what stands in quotes is a text.
"""
_MOST_TRIES: Final = 20
_Value = TypeVar("_Value")


def draw(
    scenarios: Iterable[Scenario], examples: Iterable[Any], seed: int, nonce: str
) -> dict[str, str]:
    """For each word of ``scenarios`` and ``examples`` that is anybody's to choose what stands for
    it in the run of this seed and nonce, in the order of the words.
    """
    trees = [*(_written(one) for one in scenarios), *examples]
    found: dict[str, str] = {}
    for tree in trees:
        for word, member in _words(tree):
            found.setdefault(word, member)
    words: dict[str, str] = {}
    ago = timedelta(seconds=-_random(seed, nonce, "times").randrange(_LONGEST_AGO))
    for word in sorted(found):
        if found[word] in _TIMES:
            words[word] = moved(word, ago)
        else:
            words[word] = _fresh(word, found[word], words, _random(seed, nonce, word))
    for name, names in sorted(_places(trees).items()):
        words |= place(sorted(names), _random(seed, nonce, name))
    return {word: words[word] for word in sorted(words) if words[word] != word}


def _places(trees: Iterable[Any]) -> dict[str, set[tuple[str, str]]]:
    """By province and city, every member of an address there with what it says."""
    found: dict[str, set[tuple[str, str]]] = {}
    for tree in trees:
        for address in _addresses(tree):
            region = address.get("province", address.get("country"))
            names = found.setdefault(f"{region}/{address['city']}", set())
            names.update(address.items())
    return found


class StandIns:
    """Puts what stands for words in their place."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._order = tuple(filter(None, words))
        self._finder = AhoCorasick(self._order, matchkind=MatchKind.LeftmostLongest)

    def of_scenario(self, scenario: Scenario) -> Scenario:
        """The scenario with its own words replaced; what names its parts stays."""
        return replace(
            scenario,
            case={
                name: value if name == "name" else self.of(value)
                for name, value in scenario.case.items()
            },
            generate=self.of(scenario.generate),
            steps=tuple(self._step(step) for step in scenario.steps),
            teardown=tuple(self._step(step) for step in scenario.teardown),
        )

    def of(self, value: _Value) -> _Value:
        """The value with every word in it replaced: a JSON value, or a part of a step."""
        made: Any = value
        if isinstance(value, str):
            made = self._text(value)
        elif isinstance(value, Mapping):
            made = {name: self.of(item) for name, item in value.items()}
        elif isinstance(value, list | tuple):
            made = type(value)(self.of(item) for item in value)
        elif is_dataclass(value) and not isinstance(value, type):
            parts = {one.name: self.of(getattr(value, one.name)) for one in fields(value)}
            made = replace(value, **parts)
        return made  # type: ignore[no-any-return]

    def _text(self, text: str) -> str:
        if text in self._words:
            return self._words[text]
        parts, done = [], 0
        for at, start, end in self._finder.find_matches_as_indexes(text):
            word = self._order[at]
            quoted = text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES
            if (start and quoted) or (not text.startswith("$") and _MARKED.search(word)):
                parts += [text[done:start], self._words[word]]
                done = end
        return "".join([*parts, text[done:]])

    def _step(self, step: Step) -> Step:
        return replace(
            step,
            deed=self.of(step.deed),
            expect=self.of(step.expect),
            checks=tuple(self._check(check) for check in step.checks),
        )

    def _check(self, check: Check) -> Check:
        return replace(check, argument=self.of(check.argument), operand=self.of(check.operand))


def _random(seed: int, nonce: str, what: str) -> random.Random:
    return seeded(f"{seed}/{nonce}/word/{what}")


def _fresh(word: str, member: str, taken: Mapping[str, str], pick: random.Random) -> str:
    """What is like ``word``, and is nothing else yet."""
    others = set(taken.values())
    for _ in range(_MOST_TRIES):
        made = like(word, member, pick)
        if made not in others:
            break
    return made


def _written(scenario: Scenario) -> list[Any]:
    steps = (*scenario.steps, *scenario.teardown)
    case = {name: value for name, value in scenario.case.items() if name != "name"}
    sent = [
        {name: part for name, part in written_of(step.deed).items() if name not in _NAMES}
        for step in steps
    ]
    made = [
        {name: part for name, part in one.items() if name != "kind"}
        for one in scenario.generate.values()
        if isinstance(one, Mapping)
    ]
    return [case, made, sent]


def _words(tree: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """Texts that are anybody's to choose, with the member under which they stand."""
    if isinstance(tree, Mapping):
        changed = str(tree.get("set", tree.get("pointer", ""))).rpartition("/")[2]
        called = {"name": GOODS} if "quantity" in tree else {}
        for name, item in tree.items():
            own = called.get(str(name), str(name))
            yield from _words(item, changed if name == "value" and changed else own)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _words(item, member)
    elif isinstance(tree, str) and not tree.startswith("$"):
        yield from _words_of(tree, member)


def _words_of(text: str, member: str) -> Iterator[tuple[str, str]]:
    if is_time(text):
        yield from [(text, member)] if member in _TIMES else []
    elif (member in _FREE or member == GOODS) and len(text) > 1 and text.isprintable():
        yield text, member
    else:
        yield from ((name, member) for name in _OWN_NAME.findall(text))


def _addresses(tree: Any) -> Iterator[Mapping[str, str]]:
    """Addresses that say province or country, and city."""
    if isinstance(tree, Mapping):
        named = {name: item for name, item in tree.items() if isinstance(item, str)}
        if "city" in named and {"province", "country"} & named.keys():
            yield named
        for item in tree.values():
            yield from _addresses(item)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _addresses(item)
