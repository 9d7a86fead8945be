"""What a schema says, as a small graph of forms: one form for each thing that can be said, the same
form wherever it is said again.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

TYPES: Final = frozenset({"null", "boolean", "integer", "fraction", "string", "array", "object"})
"""The types of JSON, none of which shares a value with another: a number is whole or it is not."""
NUMBERS: Final = frozenset({"integer", "fraction"})
VALUED: Final[dict[str, frozenset[str]]] = {
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "multiple": NUMBERS,
    "min_length": frozenset({"string"}),
    "max_length": frozenset({"string"}),
    "pattern": frozenset({"string"}),
    "format": frozenset({"string"}),
    "min_items": frozenset({"array"}),
    "max_items": frozenset({"array"}),
    "each_item": frozenset({"array"}),
    "contains": frozenset({"array"}),
    "at_least": frozenset({"array"}),
    "at_most": frozenset({"array"}),
    "unique": frozenset({"array"}),
    "rest_items": frozenset({"array"}),
    "min_members": frozenset({"object"}),
    "max_members": frozenset({"object"}),
    "each_member": frozenset({"object"}),
    "each_name": frozenset({"object"}),
    "required": frozenset({"object"}),
    "rest_members": frozenset({"object"}),
}
"""Forms that speak of values of some types only, and hold of every other value."""


class Form:
    """One thing that is said of a value; equal only to itself, see :class:`Forms`.

    ``kind`` and ``args`` together: ``all``, ``any``, ``one`` (forms), ``not`` (form), ``ite``
    (if, then, else), ``ref`` (name), ``type`` (types), ``enum`` (keys), ``some_item`` and
    ``some_member`` (what ``each_…`` denies), ``opaque`` (what is not understood), ``true``,
    ``false``, and the kinds of :data:`VALUED`.
    """

    __slots__ = ("args", "kind", "number")

    def __init__(self, number: int, kind: str, args: tuple[Any, ...]) -> None:
        self.number = number
        self.kind = kind
        self.args = args

    def __repr__(self) -> str:
        return f"{self.kind}{self.args}" if self.args else self.kind


Literal = tuple[Form, bool]
"""A form that holds, or that does not."""


class Forms:
    """Makes forms, each once; ``targets`` are the forms behind the names of ``ref``."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Form] = {}
        self.targets: dict[Any, Form] = {}
        self.true = self.make("true")
        self.false = self.make("false")

    def make(self, kind: str, *args: Any) -> Form:
        """The form of that kind; ``args`` are forms, texts, numbers and tuples of them."""
        identity = (kind, args)
        found = self._made.get(identity)
        if found is None:
            found = self._made[identity] = Form(len(self._made), kind, args)
        return found

    def all_of(self, forms: Iterable[Form]) -> Form:
        """A form that holds where each of ``forms`` does."""
        several = tuple(dict.fromkeys(one for one in forms if one is not self.true))
        if len(several) == 1:
            return several[0]
        return self.make("all", *several) if several else self.true

    def any_of(self, forms: Iterable[Form]) -> Form:
        """A form that holds where one of ``forms`` does."""
        several = tuple(dict.fromkeys(one for one in forms if one is not self.false))
        if len(several) == 1:
            return several[0]
        return self.make("any", *several) if several else self.false

    def negated(self, form: Form) -> Form:
        """A form that holds where ``form`` does not."""
        if form.kind == "not":
            inner: Form = form.args[0]
            return inner
        if form is self.true:
            return self.false
        return self.true if form is self.false else self.make("not", form)

    def enum(self, keys: Iterable[Any]) -> Form:
        """A form that holds of these values (see :mod:`.keys`) and no others."""
        return self.make("enum", *sorted(set(keys), key=repr))

    def type(self, *types: str) -> Form:
        """A form that holds of the values of ``types``, names of :data:`TYPES`."""
        return self.make("type", *sorted(types))

    def has(self, name: str) -> Form:
        """A form that holds of objects with the member ``name``."""
        return self.make("some_member", self.enum([("str", name)]), self.true)

    def bound(self, kind: str, number: Fraction, *, exclusive: bool) -> Form:
        """``minimum`` or ``maximum``, with or without the number itself."""
        return self.make(kind, number, exclusive)
