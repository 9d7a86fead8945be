"""Everything that is wrong with a document under its schema, together with the named cross-field
rules (``x-rules`` in the schemas), which a schema cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import SchemaBook
from jidi.judge.rules.transitions import instant
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.model.journal import Redaction
from jidi.model.text import Text
from jidi.wording import sentence

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_S10: Final = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_S10_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)


def uscc_check_digit(value: Any, _parent: Any, _argument: str) -> Text | None:
    """GB 32100: weights 3^i mod 31 over the first 17 characters; letters may lead (facts 5)."""
    if (
        not isinstance(value, str)
        or len(value) != 18
        or any(character not in _USCC_ALPHABET for character in value)
    ):
        return sentence("judge/not-an-18-character-unified-social-credit")
    total = sum(
        _USCC_ALPHABET.index(character) * pow(3, place, 31)
        for place, character in enumerate(value[:17])
    )
    wanted = _USCC_ALPHABET[(31 - total % 31) % 31]
    if value[17] == wanted:
        return None
    return sentence("judge/check-character-does-not-fit-the-first", value=value[17], wanted=wanted)


def s10_check_digit(value: Any, _parent: Any, _argument: str) -> Text | None:
    """UPU S10: only where the value has S10 form; 11 minus the weighted sum mod 11, 10 becomes 0
    and 11 becomes 5 (facts 2.4).
    """
    found = _S10.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    rest = (
        11
        - sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, found[1], strict=True))
        % 11
    )
    wanted = {10: 0, 11: 5}.get(rest, rest)
    return (
        None
        if int(found[2]) == wanted
        else sentence("judge/check-digit-is-wrong-it-should-be", found=found[2], wanted=wanted)
    )


def not_later_than(value: Any, parent: Any, argument: str) -> Text | None:
    """A time that may not lie after a sibling; silent when either is no time, which the schema
    says.
    """
    here, there = instant(value), instant(_sibling(parent, argument))
    return (
        sentence("judge/later-than", argument=argument) if here and there and here > there else None
    )


def not_earlier_than(value: Any, parent: Any, argument: str) -> Text | None:
    """A time that may not lie before a sibling."""
    here, there = instant(value), instant(_sibling(parent, argument))
    return (
        sentence("judge/earlier-than", argument=argument)
        if here and there and here < there
        else None
    )


def _sibling(parent: Any, argument: str) -> Any:
    return point(parent, argument if argument.startswith("/") else "/" + argument)


def same_length_as(value: Any, parent: Any, argument: str) -> Text | None:
    """A count that must equal the number of items of a sibling array."""
    sibling = _sibling(parent, argument)
    if not isinstance(sibling, list) or value == len(sibling):
        return None
    return sentence("judge/but-holds", value=value, argument=argument, sibling=len(sibling))


RULES: Final[Mapping[str, Callable[[Any, Any, str], Text | None]]] = {
    "uscc-check-digit": uscc_check_digit,
    "s10-check-digit": s10_check_digit,
    "not-later-than": not_later_than,
    "not-earlier-than": not_earlier_than,
    "same-length-as": same_length_as,
}
"""Rule name to function of (value, parent object, argument); the answer is ``None`` when the rule
holds.
"""


def apply(rule: str, value: Any, parent: Any) -> Text | None:
    """What is wrong under ``rule`` (``name`` or ``name:argument``), or ``None``; an unknown name is
    answered as a fault, so that it cannot pass unnoticed.
    """
    name, _, argument = rule.partition(":")
    function = RULES.get(name)
    if function is None:
        return sentence("judge/unknown-rule", name=name)
    if value is ABSENT:
        return None
    return function(value, parent, argument)


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One fault of a document: JSON Pointer, keyword of the schema or ``rule:<name>``, what is
    wrong, and the requirement that the schema names for the place (empty: none).
    """

    pointer: str
    keyword: str
    told: str
    requirement: str = ""


def document_faults(
    book: SchemaBook,
    schema: str,
    instance: Any,
    redactions: Iterable[Redaction],
    *,
    request: bool = False,
) -> Iterator[DocumentFault]:
    """Everything wrong with ``instance`` as it came: of what was withheld of it that is told which
    was found before. ``request``: it is one, so that an excess member breaks PI-07.1.
    """
    withheld = {redaction.pointer: redaction.faults for redaction in redactions}
    for fault in book.validate(schema, instance, request=request):
        if fault.pointer not in withheld:
            yield DocumentFault(fault.pointer, fault.keyword, fault.message, fault.requirement)
    for pointer, keywords in withheld.items():
        for keyword in keywords:
            yield DocumentFault(pointer, keyword, keyword)
    for site in book.rule_sites(schema, instance):
        told = apply(site.rule, site.value, site.parent)
        if told is not None and site.pointer not in withheld:
            yield DocumentFault(site.pointer, f"rule:{site.rule}", told.en, site.requirement)
