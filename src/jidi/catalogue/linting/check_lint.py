"""Checks and conditions: the subject fits the step, arguments are known, and none holds whatever
the candidate does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.catalogue.linting.known_names import Told
from jidi.catalogue.linting.sources import Sources
from jidi.language import expressions
from jidi.language.words.forms import Argument, Table
from jidi.language.words.judging.subjects import CANARY_PARTS
from jidi.language.words.shapes import DEFINITIONS, EXPRESSION, either
from jidi.model.text import Text
from jidi.registry.schema_set import SchemaSet
from jidi.wording import sentence

_PROBES: Final = ("", " ", "0", "aB9-_", "甲", "~!@#$%", "{}", "0123456789", "x" * 4096)
"""Texts of every kind: a pattern that takes all of them says nothing."""
_CLASSES: Final = frozenset({"2XX", "3XX", "4XX", "5XX"})
_SAME: Final = frozenset({"equals", "same-as", "same-items-as", "differs-from", "at-most"}) | {
    "at-least",
    "contains",
    "in",
    "not-in",
}


class Arguments:
    """The arguments of named judgements and actions, held against the table."""

    def __init__(self, table: Table) -> None:
        named = {
            **{f"rules-{word.name}": word.arguments for word in table.rules},
            **{f"actions-{word.name}": word.arguments for word in table.actions},
        }
        self._schemas = SchemaSet({name: _schema(given) for name, given in named.items()})

    def faults(self, part: str, name: str, given: Any) -> Iterator[tuple[str, Text]]:
        """Pointer below ``with`` and sentence for each fault; nothing for a name that is not
        known.
        """
        if f"{part}-{name}" not in self._schemas.names:
            return
        for fault in self._schemas.validate(f"{part}-{name}", given):
            yield (
                fault.pointer,
                sentence(
                    "catalogue/faults",
                    name=name,
                    pointer=fault.pointer,
                    message=fault.message,
                    message_zh=fault.message_zh or fault.message,
                ),
            )


def _schema(arguments: tuple[Argument, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [one.name for one in arguments if one.required],
        "properties": {one.name: either(one.schema, EXPRESSION) for one in arguments},
        "unevaluatedProperties": False,
        "$defs": {name: dict(schema) for name, schema in DEFINITIONS.items()},
    }


def subject_faults(
    check: Mapping[str, Any], step: Mapping[str, Any], at: str, table: Table
) -> Iterator[Told]:
    """A subject that says nothing on a step of this kind."""
    kind = next(kind.name for kind in table.kinds if kind.name in step)
    marks = {kind, *(f"{kind}+{one.name}" for one in table.modifiers if one.name in step)}
    for subject in table.subjects:
        if subject.name in check and not marks & set(subject.on):
            yield (
                f"{at}/{subject.name}",
                "subject",
                sentence(
                    "catalogue/says-nothing-on-a-step-of-kind",
                    name=subject.name,
                    kind=kind,
                    on=", ".join(subject.on),
                    on_zh="、".join(subject.on),
                ),
            )
    if "in-time" in check and step.get("receive", {}).get("exactly") == 0:
        yield at, "vacuous", sentence("catalogue/nothing-is-awaited-here")


def refusal_faults(step: Mapping[str, Any], at: str, problems: Mapping[str, Any]) -> Iterator[Told]:
    """A refusal of which only a status is looked at that several problem types share, so that it
    may be for another reason than the one that is tried; ``problems`` is the published code list.
    """
    checks = step.get("check", ())
    if any({"problem", "pointers"} & set(check) for check in checks):
        return
    for index, check in enumerate(checks):
        status = check.get("status")
        types = [
            one["code"] for one in problems.get("codes", ()) if status in one.get("status", ())
        ]
        if isinstance(status, int) and 400 <= status < 500 and len(types) > 1:
            yield (
                f"{at}/check/{index}/status",
                "reason",
                sentence(
                    "catalogue/a-refusal-says-which-problem",
                    status=str(status),
                    types=", ".join(types),
                    types_zh="、".join(types),
                ),
            )


def empty_faults(check: Mapping[str, Any], at: str, sources: Sources) -> Iterator[Told]:
    """What holds whatever the candidate does, in a check or a condition."""
    for name, why in _empty(check, sources):
        yield f"{at}/{name}" if name else at, "vacuous", why


def _empty(check: Mapping[str, Any], sources: Sources) -> Iterator[tuple[str, Text]]:
    yield from _any_status(check)
    yield from _any_canary(check)
    if "value" in check and not expressions.fault(str(check["value"])):
        yield from _operands(check, sources)
        yield from _sides(check, sources)


def _any_status(check: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    wanted = check.get("status", ())
    listed = {str(one).upper() for one in wanted} if isinstance(wanted, list) else set()
    if listed >= _CLASSES:
        yield "status", sentence("catalogue/every-status-is-allowed")


def _any_canary(check: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    wanted = check.get("canaries")
    if isinstance(wanted, list) and (
        set(wanted) >= set(CANARY_PARTS) or set(wanted) >= {"sender", "recipient", "parcel"}
    ):
        yield "canaries", sentence("catalogue/every-kind-of-value-is-allowed")


def _operands(check: Mapping[str, Any], sources: Sources) -> Iterator[tuple[str, Text]]:
    """Operands with which every value matches."""
    value = expressions.parse(check["value"])
    if check.get("count-at-least") == 0:
        yield "count-at-least", sentence("catalogue/every-list-has-0-items")
    if check.get("contains", None) in ([], ""):
        yield "contains", sentence("catalogue/everything-contains-nothing")
    if check.get("not-in", None) == []:
        yield "not-in", sentence("catalogue/nothing-is-in-an-empty-list")
    if "matches" in check and (told := _pattern_fault(str(check["matches"]))):
        yield "matches", told
    least = check.get("at-least")
    if least == 0 or (_is_negative(least) and sources.never_negative(value)):
        yield "at-least", sentence("catalogue/no-number-here-is-less")
    yield from _presence(check, sources)


def _presence(check: Mapping[str, Any], sources: Sources) -> Iterator[tuple[str, Text]]:
    """Questions whether something is there that cannot be missing."""
    for name in ("present", "absent"):
        if name in check and sources.always_there(expressions.parse(check["value"])):
            yield name, sentence("catalogue/the-value-is-there-whenever-the-step")


def _is_negative(bound: Any) -> bool:
    return isinstance(bound, int | float) and bound < 0


def _pattern_fault(pattern: str) -> Text | None:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        return sentence("catalogue/is-no-regular-expression", pattern=pattern, error=str(error))
    if all(compiled.fullmatch(probe) for probe in _PROBES):
        return sentence("catalogue/every-text-matches-this-pattern")
    return None


def _sides(check: Mapping[str, Any], sources: Sources) -> Iterator[tuple[str, Text]]:
    """Comparisons in which the candidate has no say, or of a value with itself."""
    operands = [check[name] for name in check if name in _SAME]
    if check["value"] in operands:
        yield "value", sentence("catalogue/the-value-is-compared-with-itself")
    parsed = [
        expressions.parse(one.text)
        for one in expressions.references({key: check[key] for key in check if key != "req"})
        if expressions.fault(one.text) is None
    ]
    if parsed and not any(sources.from_candidate(one) for one in parsed):
        yield (
            "value",
            sentence("catalogue/nothing-in-this-comparison-comes-from-the"),
        )
