"""What a step sends once its expressions are filled in."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from jidi.language.compared import ABSENT
from jidi.language.expressions import BlockedError, evaluate


def absent_member(value: Any, path: str = "") -> str | None:
    """Path of the first member of ``value`` that an expression could not fill, or ``None``."""
    if value is ABSENT:
        return path or "/"
    pairs: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return next(
        (
            found
            for key, item in pairs
            if (found := absent_member(item, f"{path}/{key}")) is not None
        ),
        None,
    )


def filled(value: Any, scope: Mapping[str, Any], what: str) -> Any:
    """``value`` with its expressions replaced.

    Raises:
        BlockedError: something that it points at is not there.
    """
    made = evaluate(value, scope)
    missing = absent_member(made)
    if missing is not None:
        raise BlockedError(f"{what}: {value if isinstance(value, str) else missing} is not there")
    return made


def apply_patch(document: Any, patch: Sequence[Mapping[str, Any]]) -> Any:
    """A copy of ``document`` with members set or removed by pointer (a small part of RFC 6902:
    parents must exist, ``-`` appends).
    """
    made = copy.deepcopy(document)
    for change in patch:
        pointer = change.get("set", change.get("remove"))
        *parents, last = [
            token.replace("~1", "/").replace("~0", "~") for token in str(pointer).split("/")[1:]
        ]
        holder = made
        for token in parents:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        _change(holder, last, change)
    return made


def _change(holder: Any, last: str, change: Mapping[str, Any]) -> None:
    if isinstance(holder, list):
        if "remove" in change:
            del holder[int(last)]
        elif last == "-":
            holder.append(change["value"])
        else:
            holder[int(last)] = change["value"]
    elif "remove" in change:
        holder.pop(last, None)
    else:
        holder[last] = change["value"]
