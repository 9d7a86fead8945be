"""What changed from one schema to another: each place, keyword by keyword, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from jidi.evolution.algebra.keys import UncountableError, key
from jidi.evolution.schemas.effects import Effect, Effects
from jidi.evolution.schemas.library import Library, Place, escaped, parts

Kind = Literal["tightened", "relaxed", "changed", "added", "removed", "editorial"]
MADE: Final = "urn:jidi:"
"""How URIs of schemas begin that nobody wrote."""
_NOTHING: Final = object()
_MOST: Final = 1_000
_DEEPEST: Final = 60
_ANNOTATIONS: Final = frozenset(
    {
        "title", "description", "default", "examples", "example", "deprecated", "readOnly",
        "writeOnly", "$comment", "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary",
        "contentEncoding", "contentMediaType", "contentSchema",
    }
)  # fmt: skip
_MAPS: Final = ("properties", "patternProperties", "dependentSchemas")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE: Final = (
    "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "items", "contains",
    "propertyNames", "not", "if", "then", "else",
)  # fmt: skip
_UNSURE: Final = frozenset({"if", "oneOf", "contains"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where it stands on both sides (``None``: not there), what it is, and what it does
    to what is allowed. ``before`` and ``after`` are the values of the keyword, if it had one;
    ``made`` says that the places are in a schema that was made for an exchange.
    """

    old_pointer: str | None
    new_pointer: str | None
    keyword: str
    kind: Kind
    effect: Effect
    before: Any = None
    after: Any = None
    made: bool = False

    @property
    def tightens(self) -> bool:
        """Whether old data may no longer be allowed because of it."""
        return self.effect in ("tightens", "both", "unknown")

    @property
    def relaxes(self) -> bool:
        """Whether new data may not have been allowed before because of it."""
        return self.effect in ("relaxes", "both", "unknown")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two places that are one thing; ``sign`` says which way a tightening there works outside: the
    same (1), the other (-1), or both (0).
    """

    old: Place
    new: Place
    sign: int = 1

    def inner(self, old_steps: str, new_steps: str, values: tuple[Any, Any], sign: int) -> _Pair:
        return _Pair(
            Place(self.old.base, self.old.pointer + old_steps, values[0]),
            Place(self.new.base, self.new.pointer + new_steps, values[1]),
            self.sign * sign,
        )


class Changes:
    """Finds the changes from one library to another, each once, in the order of the old side."""

    def __init__(self, old: Library, new: Library, effects: Effects) -> None:
        self._old = old
        self._new = new
        self._effects = effects
        self._seen: set[tuple[str, str, int]] = set()
        self._found: list[Change] = []

    def between(self, old: Place, new: Place) -> list[Change]:
        """Changes from the schema at ``old`` to the one at ``new``, a thousand at most."""
        self._found = []
        self._walk(_Pair(old, new), 0)
        return self._found

    def _note(self, pair: _Pair, keyword: str, kind: Kind, effect: Effect, **more: Any) -> None:
        if len(self._found) < _MOST:
            turned = _turned(effect, pair.sign)
            known: dict[Effect, Kind] = {
                "tightens": "tightened",
                "relaxes": "relaxed",
                "both": "changed",
                "unknown": "changed",
            }
            shown = known.get(turned, "changed") if kind == "changed" else kind
            if kind == "changed" and turned == "none":
                shown = "editorial"
            here = f"/{escaped(keyword)}" if keyword else ""
            change = Change(
                more.get("old_at", pair.old.pointer + here),
                more.get("new_at", pair.new.pointer + here),
                keyword.partition("/")[0],
                shown,
                turned,
                more.get("before"),
                more.get("after"),
                pair.old.base.startswith(MADE) or pair.new.base.startswith(MADE),
            )
            self._found.append(change)

    def _walk(self, pair: _Pair, depth: int) -> None:
        old, new = self._followed(self._old, pair.old), self._followed(self._new, pair.new)
        pair = _Pair(old, new, pair.sign)
        mark = (old.name, new.name, pair.sign)
        if depth > _DEEPEST or mark in self._seen or len(self._found) >= _MOST:
            return
        self._seen.add(mark)
        if not isinstance(old.value, dict) or not isinstance(new.value, dict):
            if old.value is not new.value:
                self._note(pair, "", "changed", self._effects.of_places(old, new))
            return
        for keyword in _keywords(old.value, new.value):
            self._keyword(pair, keyword, depth)

    @staticmethod
    def _followed(library: Library, place: Place) -> Place:
        """The schema behind a reference with nothing beside it."""
        for _ in range(_DEEPEST):
            value = place.value
            place = library.entered(place)
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return place
            if set(value) - _ANNOTATIONS - {"$ref", "$defs"}:
                return place
            target = library.found(value["$ref"], place.base)
            if target is None:
                return place
            place = target
        return place

    def _keyword(self, pair: _Pair, keyword: str, depth: int) -> None:
        before, after = (side.value.get(keyword, _NOTHING) for side in (pair.old, pair.new))
        if keyword in _MAPS:
            self._named(pair, keyword, depth)
        elif keyword in _LISTS:
            self._listed(pair, keyword, depth)
        elif keyword in _ONE:
            self._single(pair, keyword, depth)
        elif keyword in ("$ref", "$dynamicRef"):
            self._reference(pair, keyword, depth)
        elif keyword != "$defs" and not same(before, after):
            self._plain(pair, keyword, before, after)

    def _plain(self, pair: _Pair, keyword: str, before: Any, after: Any) -> None:
        told = {
            "before": None if before is _NOTHING else before,
            "after": None if after is _NOTHING else after,
        }
        if self._effects.says_nothing(keyword):
            self._note(pair, keyword, "editorial", "none", **told)
            return
        effect = self._effects.of_keyword(pair.old, pair.new, keyword)
        self._note(pair, keyword, "changed", effect, **told)

    def _single(self, pair: _Pair, keyword: str, depth: int) -> None:
        before, after = (side.value.get(keyword, True) for side in (pair.old, pair.new))
        sign = -1 if keyword == "not" else 0 if keyword in _UNSURE else 1
        step = f"/{keyword}"
        if keyword in pair.old.value and keyword in pair.new.value:
            self._walk(pair.inner(step, step, (before, after), sign), depth + 1)
        else:
            self._came_or_went(pair, keyword, self._effects.of_keyword(pair.old, pair.new, keyword))

    def _came_or_went(self, pair: _Pair, keyword: str, effect: Effect) -> None:
        came = keyword not in pair.old.value
        self._note(pair, keyword, "added" if came else "removed", effect, **_absent(pair, came))

    def _named(self, pair: _Pair, keyword: str, depth: int) -> None:
        before, after = (_table(side.value, keyword) for side in (pair.old, pair.new))
        for name in dict.fromkeys((*before, *after)):
            step = f"/{keyword}/{escaped(name)}"
            if name in before and name in after:
                values = (before[name], after[name])
                self._walk(pair.inner(step, step, values, 1), depth + 1)
                continue
            effect = self._effects.of_member(pair.old, pair.new, keyword, name)
            came = name in after
            self._note(
                pair, keyword, "added" if came else "removed", effect,
                old_at=None if came else pair.old.pointer + step,
                new_at=pair.new.pointer + step if came else None,
            )  # fmt: skip

    def _listed(self, pair: _Pair, keyword: str, depth: int) -> None:
        before, after = (_list(side.value, keyword) for side in (pair.old, pair.new))
        matched = list(_matched(before, after, ordered=keyword == "prefixItems"))
        sign = 0 if keyword in _UNSURE else 1
        for old_index, new_index in matched:
            if old_index is not None and new_index is not None:
                steps = (f"/{keyword}/{old_index}", f"/{keyword}/{new_index}")
                values = (before[old_index], after[new_index])
                self._walk(pair.inner(*steps, values, sign), depth + 1)
        alone = [one for one in matched if None in one]
        effect = self._effects.of_keyword(pair.old, pair.new, keyword) if alone else "none"
        for old_index, new_index in alone:
            self._note(
                pair, keyword, "added" if old_index is None else "removed", effect,
                old_at=_at(pair.old, keyword, old_index), new_at=_at(pair.new, keyword, new_index),
            )  # fmt: skip

    def _reference(self, pair: _Pair, keyword: str, depth: int) -> None:
        places = []
        for library, side in ((self._old, pair.old), (self._new, pair.new)):
            uri = side.value.get(keyword)
            if isinstance(uri, str):
                found = (
                    library.found(uri, side.base)
                    if keyword == "$ref"
                    else library.dynamically(side.base, uri)
                )
                places.append(found)
        if len(places) == 2 and places[0] is not None and places[1] is not None:
            self._walk(_Pair(places[0], places[1], pair.sign), depth + 1)
        elif len(places) == 1:
            self._came_or_went(pair, keyword, self._effects.of_keyword(pair.old, pair.new, keyword))
        elif pair.old.value.get(keyword) != pair.new.value.get(keyword):
            self._note(pair, keyword, "changed", "unknown")


def _keywords(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return dict.fromkeys((*old, *new))


def _table(value: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    found = value.get(keyword)
    return found if isinstance(found, dict) else {}


def _list(value: Mapping[str, Any], keyword: str) -> list[Any]:
    found = value.get(keyword)
    return found if isinstance(found, list) else []


def _absent(pair: _Pair, came: bool) -> dict[str, None]:
    del pair
    return {"old_at": None} if came else {"new_at": None}


def _at(place: Place, keyword: str, index: int | None) -> str | None:
    return None if index is None else f"{place.pointer}/{keyword}/{index}"


def _turned(effect: Effect, sign: int) -> Effect:
    """What an effect within something comes to outside it."""
    if effect in ("none", "unknown", "both"):
        return effect
    if sign == 0:
        return "both"
    if sign > 0:
        return effect
    return "relaxes" if effect == "tightens" else "tightens"


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON; what cannot be compared is not."""
    if one is _NOTHING or other is _NOTHING:
        return one is other
    try:
        return key(one) == key(other)
    except (UncountableError, TypeError):
        return False


def _matched(
    before: list[Any], after: list[Any], *, ordered: bool
) -> Iterator[tuple[int | None, int | None]]:
    """Indices of items that belong together: equal ones, then the others as they follow."""
    left = dict(enumerate(after))
    pairs: dict[int, int] = {}
    for index, item in enumerate(before) if not ordered else ():
        twin = next((other for other, value in left.items() if same(item, value)), None)
        if twin is not None:
            pairs[index] = twin
            del left[twin]
    rest = iter(sorted(left))
    for index in range(len(before)):
        partner = pairs.get(index, next(rest, None) if index not in pairs else None)
        yield index, partner
    for other in rest:
        yield None, other


def unused_definitions(old: Library, new: Library) -> Iterator[tuple[str, bool]]:
    """Pointers to definitions of the root that came (true) or went (false)."""
    tables = [
        _table(side.start.value, "$defs") if isinstance(side.start.value, dict) else {}
        for side in (old, new)
    ]
    for name in dict.fromkeys((*tables[0], *tables[1])):
        if (name in tables[0]) is not (name in tables[1]):
            yield f"/$defs/{escaped(name)}", name in tables[1]


def has_parts(schema: Any) -> bool:
    """Whether schemas stand in a schema."""
    return isinstance(schema, dict) and any(True for _ in parts(schema))
