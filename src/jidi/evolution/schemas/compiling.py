"""Schemas as forms: what each keyword of 2020-12 says of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.evolution.algebra.form_graph import NUMBERS, TYPES, Form, Forms
from jidi.evolution.algebra.keys import exact, key
from jidi.evolution.schemas.library import Library, Place, escaped

FORMATS: Final = frozenset(
    {
        "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
        "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid",
        "json-pointer", "relative-json-pointer", "regex",
    }
)  # fmt: skip
"""Formats of 2020-12; others are never asserted."""
_NUMBERS: Final[Mapping[str, tuple[str, bool]]] = {
    "minimum": ("minimum", False),
    "exclusiveMinimum": ("minimum", True),
    "maximum": ("maximum", False),
    "exclusiveMaximum": ("maximum", True),
}
_COUNTS: Final[Mapping[str, str]] = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_members",
    "maxProperties": "max_members",
}


_REST: Final[Mapping[str, str]] = {
    "unevaluatedProperties": "rest_members",
    "unevaluatedItems": "rest_items",
}
ASSERTIONS: Final = frozenset(
    {
        "type", "enum", "const", "multipleOf", "pattern", "required", "format", "allOf", "anyOf",
        "oneOf", "not", "if", "then", "else", "properties", "patternProperties",
        "additionalProperties", "propertyNames", "dependentRequired", "dependentSchemas", "items",
        "prefixItems", "contains", "minContains", "maxContains", "uniqueItems",
        "unevaluatedProperties", "unevaluatedItems", "$ref", "$dynamicRef", *_NUMBERS, *_COUNTS,
    }
)  # fmt: skip
"""Keywords that allow or forbid something, in some schema."""


class Compiler:
    """Makes forms of the schemas of one library; names of ``ref`` are places of its ``side``.

    ``asserted`` says whether formats are asserted, ``foreign`` whether something that was compiled
    is of another dialect. Every place that a reference leads to is compiled once, into
    ``forms.targets``.
    """

    def __init__(self, library: Library, forms: Forms, side: str, *, asserted: bool) -> None:
        self._library = library
        self._forms = forms
        self._side = side
        self._asserted = asserted
        self._todo: list[Place] = []
        self.foreign = False

    def compiled(self, place: Place) -> Form:
        """The form of a schema."""
        form = self._refer(place)
        self._finish()
        return form

    def _finish(self) -> None:
        while self._todo:
            target = self._todo.pop()
            name = (self._side, target.name)
            if self._forms.targets.get(name) is None:
                self._forms.targets[name] = self._schema(target)

    def said(self, place: Place, names: frozenset[str]) -> list[Form]:
        """What the keywords ``names`` at a place say, what they refer to compiled as well."""
        found = self.keywords(place, names)
        for keyword, kind in _REST.items():
            if keyword in names:
                rest = frozenset(place.value) - frozenset(_REST)
                base = self._forms.make("all", *self.keywords(place, rest))
                found.append(self._forms.make(kind, base, self.inner(place, keyword)))
        self._finish()
        return found

    def _refer(self, place: Place) -> Form:
        name = (self._side, place.name)
        if name not in self._forms.targets:
            self._todo.append(place)
        return self._forms.make("ref", name)

    def _schema(self, place: Place) -> Form:
        """The form of what stands at a place, references in it left as names."""
        if isinstance(place.value, bool):
            return self._forms.true if place.value else self._forms.false
        if not isinstance(place.value, dict):
            return self._forms.make("opaque", "no schema", place.name)
        place = self._library.entered(place)
        if place.base in self._library.foreign:
            self.foreign = True
        said = self.keywords(place, frozenset(place.value))
        base = self._forms.make("all", *said)
        rest = list(self._unevaluated(place, base))
        return self._forms.all_of((base, *rest) if rest else said)

    def keywords(self, place: Place, names: frozenset[str]) -> list[Form]:
        """What the keywords ``names`` at a place say, but for those about what is unevaluated."""
        found = [one for read in _PLAIN for one in read(self._forms, place.value, names)]
        found += self._format(place, names)
        for read in (self._branches, self._members, self._items, self._references):
            found += read(place, names)
        return found

    def _format(self, place: Place, names: frozenset[str]) -> list[Form]:
        name = place.value.get("format") if "format" in names else None
        told = self._asserted and isinstance(name, str) and name in FORMATS
        return [self._forms.make("format", name)] if told else []

    def inner(self, place: Place, *steps: str | int) -> Form:
        """The form of a schema that stands within the one at ``place``."""
        value, pointer = place.value, place.pointer
        for step in steps:
            value, pointer = value[step], f"{pointer}/{escaped(str(step))}"
        return self._schema(Place(place.base, pointer, value))

    def _unevaluated(self, place: Place, base: Form) -> Iterator[Form]:
        for keyword, kind in _REST.items():
            if keyword in place.value:
                yield self._forms.make(kind, base, self.inner(place, keyword))

    def _branches(self, place: Place, names: frozenset[str]) -> list[Form]:
        forms, found = self._forms, list[Form]()
        for keyword, kind in (("allOf", "all"), ("anyOf", "any"), ("oneOf", "one")):
            if keyword in names and isinstance(place.value[keyword], list):
                count = len(place.value[keyword])
                inner = [self.inner(place, keyword, index) for index in range(count)]
                found.append(forms.make(kind, *inner))
        if "not" in names:
            found.append(forms.make("not", self.inner(place, "not")))
        if "if" in names:
            then, otherwise = (
                self.inner(place, keyword) if keyword in place.value else forms.true
                for keyword in ("then", "else")
            )
            found.append(forms.make("ite", self.inner(place, "if"), then, otherwise))
        return found

    def _members(self, place: Place, names: frozenset[str]) -> list[Form]:
        forms, value, found = self._forms, place.value, list[Form]()
        for name in _table(value, "properties", names):
            named = forms.enum([("str", name)])
            found.append(forms.make("each_member", named, self.inner(place, "properties", name)))
        for pattern in _table(value, "patternProperties", names):
            named = forms.make("pattern", pattern)
            inner = self.inner(place, "patternProperties", pattern)
            found.append(forms.make("each_member", named, inner))
        if "additionalProperties" in names:
            found.append(self._additional(place))
        if "propertyNames" in names:
            found.append(forms.make("each_name", self.inner(place, "propertyNames")))
        for name, needed in _table(value, "dependentRequired", names).items():
            required = forms.all_of(forms.make("required", one) for one in needed)
            found.append(self._where(name, required))
        for name in _table(value, "dependentSchemas", names):
            inner = self.inner(place, "dependentSchemas", name)
            found.append(forms.make("ite", forms.has(name), inner, forms.true))
        return found

    def _where(self, name: str, form: Form) -> Form:
        forms = self._forms
        return forms.make("any", forms.make("not", forms.has(name)), form)

    def _additional(self, place: Place) -> Form:
        forms, everything = self._forms, frozenset(place.value)
        written = _table(place.value, "properties", everything)
        patterns = _table(place.value, "patternProperties", everything)
        named = [forms.enum(("str", name) for name in written)] if written else []
        named += [forms.make("pattern", pattern) for pattern in patterns]
        rest = forms.negated(forms.any_of(named))
        return forms.make("each_member", rest, self.inner(place, "additionalProperties"))

    def _items(self, place: Place, names: frozenset[str]) -> list[Form]:
        forms, value, found = self._forms, place.value, list[Form]()
        prefix = value.get("prefixItems")
        count = len(prefix) if isinstance(prefix, list) else 0
        if "prefixItems" in names:
            for index in range(count):
                inner = self.inner(place, "prefixItems", index)
                found.append(forms.make("each_item", index, index + 1, inner))
        if "items" in names:
            found.append(forms.make("each_item", count, None, self.inner(place, "items")))
        if names & {"contains", "minContains", "maxContains"} and "contains" in value:
            least = int(value.get("minContains", 1))
            most = int(value["maxContains"]) if "maxContains" in value else None
            found.append(forms.make("contains", self.inner(place, "contains"), least, most))
        if "uniqueItems" in names and value["uniqueItems"] is True:
            found.append(forms.make("unique"))
        return found

    def _references(self, place: Place, names: frozenset[str]) -> list[Form]:
        found: list[Form] = []
        for keyword, resolve in (
            ("$ref", lambda base, uri: self._library.found(uri, base)),
            ("$dynamicRef", self._library.dynamically),
        ):
            uri = place.value.get(keyword) if keyword in names else None
            if isinstance(uri, str):
                target = resolve(place.base, uri)
                found.append(
                    self._forms.make("opaque", keyword, place.base, uri, self._side)
                    if target is None
                    else self._refer(target)
                )
        return found

    @property
    def forms(self) -> Forms:
        """Where the forms are made."""
        return self._forms

    @property
    def asserted(self) -> bool:
        """Whether formats are asserted."""
        return self._asserted


def _values(forms: Forms, value: Mapping[str, Any], names: frozenset[str]) -> Iterator[Form]:
    if "type" in names:
        told = value["type"] if isinstance(value["type"], list) else [value["type"]]
        types: set[str] = set()
        for one in told:
            types |= NUMBERS if one == "number" else {one} & TYPES
        yield forms.type(*types)
    if "enum" in names:
        yield forms.enum(key(one) for one in value["enum"])
    if "const" in names:
        yield forms.enum([key(value["const"])])


def _bounds(forms: Forms, value: Mapping[str, Any], names: frozenset[str]) -> Iterator[Form]:
    for keyword, (kind, exclusive) in _NUMBERS.items():
        if keyword in names:
            yield forms.bound(kind, exact(value[keyword]), exclusive=exclusive)
    if "multipleOf" in names:
        yield forms.make("multiple", exact(value["multipleOf"]))
    for keyword, kind in _COUNTS.items():
        if keyword in names:
            yield forms.make(kind, int(value[keyword]))


def _texts(forms: Forms, value: Mapping[str, Any], names: frozenset[str]) -> Iterator[Form]:
    if "pattern" in names:
        yield forms.make("pattern", value["pattern"])
    for name in value["required"] if "required" in names else ():
        yield forms.make("required", name)


def _table(value: Mapping[str, Any], keyword: str, names: frozenset[str]) -> Mapping[str, Any]:
    found = value.get(keyword) if keyword in names else None
    return found if isinstance(found, dict) else {}


_PLAIN: Final = (_values, _bounds, _texts)
"""Readers of keywords that hold no schemas."""
