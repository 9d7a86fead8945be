"""Limits that a candidate declares, as far as they bound what may be sent to it: no request that
is meant to be taken goes beyond them, and a refusal of one that does is right.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.fuzz.child.shaping import INTEGER
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Request
from jidi.model.urls import url_parts

KEYWORD: Final = "x-limit"
"""Annotation of an array or an integer in a request: the limit in discovery that bounds it."""
_BOUNDS: Final = {"array": "maxItems", "integer": "maximum"}
_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class DeclaredLimits:
    """Limits of discovery by name, those that are whole numbers of at least 1."""

    values: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, declared: Any) -> DeclaredLimits:
        """Those in the ``limits`` of a discovery document; what is no number bounds nothing."""
        named = declared.items() if isinstance(declared, Mapping) else ()
        return cls({name: int(value) for name, value in named if _counts(value)})

    def narrowed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of an OpenAPI document that allows no more than is declared."""
        made: dict[str, Any] = copy.deepcopy(dict(document))
        for node in _nodes(made):
            most, bound = self._most(node), _BOUNDS.get(str(node.get("type")))
            if most is not None and bound is not None:
                node[bound] = min(most, node.get(bound, most))
        return made

    def refuse(
        self,
        request: Request,
        status: int,
        query: Mapping[str, Mapping[str, Any]],
        body: Mapping[str, Any] | None,
    ) -> bool:
        """Whether a request goes beyond what is declared, so that ``status`` is a right answer;
        ``query`` are the schemas of its parameters by name, ``body`` that of its body.
        """
        if status == _TOO_LARGE and len(request.body) > self.values.get(
            "max_body_bytes", len(request.body)
        ):
            return True
        return self._long_query(request, query) or self._long_body(request, body or {})

    def _most(self, schema: Mapping[str, Any]) -> int | None:
        return self.values.get(str(schema.get(KEYWORD, "")))

    def _long_query(self, request: Request, rules: Mapping[str, Mapping[str, Any]]) -> bool:
        pairs = parse_qsl(url_parts(request.url).query, keep_blank_values=True)
        return any(
            INTEGER.match(text) and int(text) > most
            for name, text in pairs
            if (most := self._most(rules.get(name, {}))) is not None
        )

    def _long_body(self, request: Request, schema: Mapping[str, Any]) -> bool:
        members = schema.get("properties", {})
        bounded = {name: most for name, rule in members.items() if (most := self._most(rule))}
        if not bounded:
            return False
        try:
            sent = read_loosely(request.body)
        except (ValueError, RecursionError):
            return False
        return isinstance(sent, dict) and any(
            isinstance(sent.get(name), list) and len(sent[name]) > most
            for name, most in bounded.items()
        )


def _counts(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 1e15


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a document that carries the annotation."""
    if isinstance(value, dict):
        if KEYWORD in value:
            yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)
