"""From what stands in a scenario file to frozen steps, and back to its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, TypeVar, get_args

from jidi.errors import KitFaultError
from jidi.model.scenario import Step
from jidi.model.step import (
    Between,
    Call,
    Compares,
    Condition,
    Deed,
    Drive,
    Eventually,
    Pages,
    StatusIs,
)

_Deed = TypeVar("_Deed")
DEEDS: Final[Mapping[str, type[Any]]] = {one.kind: one for one in get_args(Deed)}
"""The class of each kind of step."""
_FIELDS: Final = {"as": "party", "type": "media_type", "for": "length", "with": "given"}
_OF_PUSH: Final = {"from": "courier", "id": "message_id"}
REQUEST: Final = tuple(
    one.name for one in fields(Call) if one.name not in {"again", "eventually", "at_once", "pages"}
)
"""Members of a call that describe its request; what ``again`` takes over from an earlier one."""


def field_of(kind: str, word: str) -> str:
    """Name of the member that holds what stands after ``word``."""
    named = {**_FIELDS, **(_OF_PUSH if kind == "push" else {})}
    return named.get(word, word.replace("-", "_"))


def deed_of(kind: str, arguments: Mapping[str, Any], modifiers: Mapping[str, Any]) -> Deed:
    """What a step of ``kind`` does, from its mapping and what stands beside it."""
    written = {**arguments, **modifiers}
    made: dict[str, Any] = {field_of(kind, word): value for word, value in written.items()}
    if "omit_headers" in made:
        made["omit_headers"] = tuple(made["omit_headers"])
    if "eventually" in made:
        made["eventually"] = _eventually(made["eventually"])
    if "pages" in made:
        made["pages"] = _pages(made["pages"])
    deed: Deed = DEEDS[kind](**made)
    return deed


def deed_of_kind(step: Step, kind: type[_Deed]) -> _Deed:
    """What ``step`` does, which is of that kind.

    Raises:
        KitFaultError: it is of another kind, so the engine has taken it for what it is not.
    """
    if not isinstance(step.deed, kind):
        raise KitFaultError(
            f"The step '{step.id}' is a {step.kind}, not a {kind.__name__.lower()}.",
            next_step="Report this as a fault of the kit.",
        )
    return step.deed


def _eventually(written: Mapping[str, Any]) -> Eventually:
    return Eventually(**{**written, "until": conditions_of(written["until"])})


def _pages(written: Mapping[str, Any]) -> Pages:
    made = {word.replace("-", "_"): value for word, value in written.items()}
    between = made.get("between")
    if between is not None:
        drive = deed_of("drive", between["drive"], {})
        made["between"] = (
            Between(between["after-page"], drive) if isinstance(drive, Drive) else None
        )
    return Pages(**made)


def conditions_of(written: Any) -> tuple[Condition, ...]:
    """Conditions from one mapping, a list of such, or nothing."""
    listed = written if isinstance(written, list | tuple) else [written] if written else []
    return tuple(_condition(one) for one in listed)


def _condition(written: Mapping[str, Any]) -> Condition:
    if "status" in written:
        return StatusIs(written["status"])
    matcher = next(name for name in written if name != "value")
    return Compares(written["value"], matcher, written[matcher])


def written_of(deed: Any) -> dict[str, Any]:
    """What was written of a step (or of a part of one), by member, without what was left out; for
    people to read and for tools that look through all of it.
    """
    return {
        one.name: _plain(getattr(deed, one.name))
        for one in fields(deed)
        if one.default is MISSING or getattr(deed, one.name) != one.default
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return written_of(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
