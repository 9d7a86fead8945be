"""What a check looks at, by name: the member of the answer, the header, the status.

A failure that names no member sends people searching through the whole answer.
"""

from __future__ import annotations

import re
from typing import Any, Final

from jidi.language.expressions import Expression, fault, is_expression, parse, references
from jidi.model.scenario import Check
from jidi.registry.pointers import encode_step

STATUS: Final = "status"
TIME: Final = "time"
_HEADERS: Final = "headers"
_OF_BODIES: Final = frozenset({"body", "request", "response", "result"})
_STEP: Final = re.compile(r"\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|\['(?P<quoted>[^']+)'\]|\[[^\]]*\]")
_OF_RULES: Final = {
    "gaps-grow": TIME,
    "in-sequence": "/items/-/sequence",
    "node-groups-complete": "/items/-/event_code",
    "officer-notice-in-time": TIME,
    "pages-unique-and-complete": "/items",
    "same-bytes": "",
}
"""Of named judgements whose arguments do not say what they look at."""
_OF_SUBJECTS: Final = {
    "status": STATUS,
    "in-time": TIME,
    "media-type": "header:content-type",
    "problem": "/type",
    "pointers": "/errors",
    "signature": "header:webhook-signature",
}


def place_of(check: Check, step: str) -> str:
    """A JSON Pointer into the body (``-`` for every item of a list), ``header:<name>``, ``status``
    or ``time``; empty for the body as a whole and where there is no one place.
    """
    if check.subject in _OF_SUBJECTS:
        return _OF_SUBJECTS[check.subject]
    if check.subject == "absent-header":
        wanted = check.argument if isinstance(check.argument, list) else [check.argument]
        return f"header:{str(wanted[0]).lower()}"
    if check.subject == "rule" and isinstance(check.argument, dict):
        name = check.argument.get("name")
        return _OF_RULES.get(str(name), _first_of(check.argument.get("with"), step))
    return _first_of(check.argument, step) if check.subject in {"value", "transitions"} else ""


def _first_of(value: Any, step: str) -> str:
    """Where the first expression leads that points at the step which is judged."""
    texts = [value] if is_expression(value) else [one.text for one in references(value)]
    well_formed = (parse(one) for one in texts if fault(one) is None)
    found = next((one for one in well_formed if one.root == step), None)
    return "" if found is None else _written(found)


def _written(expression: Expression) -> str:
    path = [name for name in expression.path if name not in _OF_BODIES]
    asked = _asked(expression.query)
    if path[:1] == [_HEADERS]:
        return f"header:{''.join(asked[:1]).lower()}"
    if path == [STATUS]:
        return STATUS
    steps = "".join(f"/{encode_step(one)}" for one in path)
    return steps + (expression.pointer or "") + "".join(f"/{one}" for one in asked)


def _asked(query: str) -> list[str]:
    """The steps of a query in the form of a pointer, ``-`` for each that takes several."""
    return [found["name"] or found["quoted"] or "-" for found in _STEP.finditer(query)]
