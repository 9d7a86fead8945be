"""What a word of the language is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from jidi.model.text import Text

Schema = Mapping[str, Any]
"""A JSON Schema, or a part of one."""
NOTHING: Final[Schema] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that stands under a word; ``schema`` says which values it takes."""

    name: str
    text: Text
    schema: Schema = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word with its meaning in both languages and an example in YAML."""

    name: str
    text: Text
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind(Word):
    """What a step does. ``also`` are keywords of JSON Schema that say which arguments go together;
    ``leaves`` the members that later steps and checks may look at.
    """

    arguments: tuple[Argument, ...]
    also: Schema = field(default_factory=dict)
    leaves: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The mapping that stands after the word."""
        return mapping(self.text, self.arguments, self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier(Word):
    """What stands beside a step of one of the kinds ``beside``: arguments, or one value."""

    beside: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    value: Schema | None = None
    leaves: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The value that stands after the word."""
        if self.value is None:
            return mapping(self.text, self.arguments)
        return {**described(self.text), **self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Word):
    """What a check looks at, on steps of the kinds ``on`` (``call+pages`` is a call with that
    modifier); ``matched`` when a matcher stands beside it.
    """

    schema: Schema
    on: tuple[str, ...]
    matched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher(Word):
    """How a value is compared; ``schema`` is that of the operand, ``told`` the expectation as a
    fragment of a sentence with ``{}`` for the operand.
    """

    schema: Schema
    told: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Word):
    """A named judgement, its arguments, and the requirement that it was made for."""

    arguments: tuple[Argument, ...] = ()
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Word):
    """A named action of ``do``; ``observes`` are the members that it leaves, ``exchanges`` whether
    there may be requests too.
    """

    arguments: tuple[Argument, ...] = ()
    observes: tuple[Argument, ...] = ()
    exchanges: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Word):
    """What an expression may ask for after a dot; ``of`` names what it is a member of."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator(Word):
    """A kind of value that the kit makes afresh; ``open`` when it takes any other member too."""

    arguments: tuple[Argument, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Word):
    """One of those in whose name the kit sends."""


@dataclass(frozen=True, slots=True)
class Table:
    """Every word, by part; names are unique within a part (members: within what they are of)."""

    kinds: tuple[StepKind, ...]
    modifiers: tuple[Modifier, ...]
    subjects: tuple[Subject, ...]
    matchers: tuple[Matcher, ...]
    rules: tuple[Rule, ...]
    sweeps: tuple[Rule, ...]
    actions: tuple[Action, ...]
    members: tuple[Member, ...]
    generators: tuple[Generator, ...]
    parties: tuple[Party, ...]

    def names(self, part: str) -> frozenset[str]:
        """Names of the words of one part, such as ``rules``."""
        return frozenset(word.name for word in getattr(self, part))

    def word(self, part: str, name: str) -> Any:
        """The word of that name, or ``None``."""
        return next((word for word in getattr(self, part) if word.name == name), None)

    def members_of(self, thing: str) -> frozenset[str]:
        """Names of the members of ``thing``."""
        return frozenset(member.name for member in self.members if member.of == thing)


def described(text: Text) -> dict[str, str]:
    """The two keywords under which a schema tells what it means."""
    return {"description": text.en, "x-description-zh": text.zh}


def mapping(text: Text, arguments: tuple[Argument, ...], also: Schema = NOTHING) -> dict[str, Any]:
    """The schema of a closed mapping with these arguments."""
    required = [argument.name for argument in arguments if argument.required]
    return {
        **described(text),
        "type": "object",
        **({"required": required} if required else {}),
        "properties": {
            argument.name: {**described(argument.text), **argument.schema} for argument in arguments
        },
        **also,
        "unevaluatedProperties": False,
    }
