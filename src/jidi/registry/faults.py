"""From the errors of an engine to faults: causes without echoes, each with its pointer and its
requirement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jidi.registry import fault_sentences as sentences
from jidi.registry import pointers
from jidi.registry.engines import RawError
from jidi.registry.tree import Node, SchemaTree, Validity
from jidi.registry.values import Fault

EXCESS = frozenset({"unevaluatedProperties", "additionalProperties"})
EXCESS_REQUIREMENT = "PI-07.1"
_MISSING_MEMBER = frozenset({"required", "dependentRequired"})
_ALTERNATIVES = frozenset({"oneOf", "anyOf"})
_MOST_TRAILS: Final = 10_000
"""A schema that refers to itself has ways without end through it."""


@dataclass(frozen=True, slots=True)
class FaultFinder:
    """Turns raw errors into faults.

    An engine cannot see what a failed subschema would have evaluated, and reports all of it as
    excess: over half of its messages. Here a member counts
    as excess only when no subschema that applies to the instance knows its name, whether that
    subschema holds or not.
    """

    tree: SchemaTree
    valid: Validity
    _trails: dict[tuple[str, pointers.Path, pointers.Path], tuple[Node, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def faults(
        self, root: Node, errors: Iterable[RawError], instance: Any, *, request: bool
    ) -> list[Fault]:
        """Faults in the order of their pointers, each pair of pointer and keyword once."""
        found: dict[tuple[str, str], Fault] = {}
        for error in errors:
            for fault in self._resolved(root, error, instance, request):
                found.setdefault((fault.pointer, fault.keyword), fault)
        return [found[key] for key in sorted(found)]

    def _resolved(
        self, root: Node, error: RawError, instance: Any, request: bool
    ) -> Iterator[Fault]:
        node = self._walk(root, error.schema_path)[-1]
        if (
            error.keyword in _ALTERNATIVES
            and error.branches
            and not sentences.wanted_members(node.get(error.keyword))
        ):
            for inner in min(
                error.branches, key=lambda branch: self._distance(root, branch, instance)
            ):
                yield from self._resolved(root, inner, instance, request)
            return
        names = self._names(node, error, instance)
        for name in names if names is not None else [None]:
            yield self._fault(root, error, instance, name, request)

    def _names(self, node: Node, error: RawError, instance: Any) -> Iterable[str] | None:
        """Members that the error is about; ``None`` when it is about the value itself."""
        if error.keyword in _MISSING_MEMBER:
            return error.names
        if error.keyword not in EXCESS:
            return None
        value = pointers.lookup(instance, error.instance_path)
        known, patterns = self._known(node, value, inplace=error.keyword == "unevaluatedProperties")
        names = error.names or tuple(value)
        return [
            name
            for name in names
            if name not in known and not any(re.search(pattern, name) for pattern in patterns)
        ]

    def _known(self, node: Node, value: Any, *, inplace: bool) -> tuple[set[str], set[str]]:
        known: set[str] = set()
        patterns: set[str] = set()
        for part in self.tree.applicable(node, value, self.valid) if inplace else (node,):
            known.update(part.get("properties") or ())
            patterns.update(part.get("patternProperties") or ())
            if part is not node and part.get("additionalProperties") not in {None, False}:
                patterns.add("")
        return known, patterns

    def _distance(
        self, root: Node, branch: Iterable[RawError], instance: Any
    ) -> tuple[int, int, int]:
        """How far an instance is from an alternative: wrong kind, then wrong constant, then number
        of faults.
        """
        faults = [
            (fault, error)
            for error in branch
            for fault in self._resolved(root, error, instance, False)
        ]
        shallow = min((len(error.instance_path) for _, error in faults), default=0)
        kind = sum(
            1
            for fault, error in faults
            if fault.keyword == "type" and len(error.instance_path) == shallow
        )
        constant = sum(
            1
            for fault, error in faults
            if fault.keyword in {"const", "enum"} and len(error.instance_path) <= shallow + 1
        )
        return kind, constant, len(faults)

    def _fault(
        self, root: Node, error: RawError, instance: Any, name: str | None, request: bool
    ) -> Fault:
        path = error.instance_path if name is None else (*error.instance_path, name)
        trail = self._walk(root, error.schema_path)
        requirement = (
            EXCESS_REQUIREMENT
            if request and error.keyword in EXCESS
            else self._requirement(trail, name)
        )
        text = sentences.describe(
            error.keyword, trail[-1].get(error.keyword), pointers.lookup(instance, path), name or ""
        )
        schema_path = "/".join(str(step) for step in error.schema_path)
        return Fault(
            pointers.encode(path), error.keyword, text.en, requirement, schema_path, text.zh
        )

    def _requirement(self, trail: Sequence[Node], name: str | None) -> str:
        if name is not None:
            own = trail[-1].child("properties", name)
            if isinstance(own.get("x-requirement"), str):
                return str(own.get("x-requirement"))
        return next(
            (
                node.schema["x-requirement"]
                for node in reversed(trail)
                if isinstance(node.get("x-requirement"), str)
            ),
            "",
        )

    def _walk(self, root: Node, path: pointers.Path) -> Sequence[Node]:
        """Nodes from the root to the schema that holds the keyword at the end of ``path``,
        following references on the way; the same for each instance.
        """
        key = (root.uri, root.path, path)
        known = self._trails.get(key)
        if known is None:
            known = tuple(self._walked(root, path))
            if len(self._trails) < _MOST_TRAILS:
                self._trails[key] = known
        return known

    def _walked(self, root: Node, path: pointers.Path) -> list[Node]:
        trail = [root]
        for step in path[:-1]:
            trail += self._below(trail[-1], step)
        for step in path[-1:]:  # the keyword: its holder may be the target of a reference
            trail += self._below(trail[-1], step)[:-1]
        return trail

    def _below(self, here: Node, step: str | int) -> list[Node]:
        target = here.child(step)
        referred = self.tree.referred(here)
        if step != "$ref" and target.schema is not pointers.MISSING:
            return [target]
        if referred is None:
            return []
        # the reference engine leaves "$ref" out of its paths
        return [referred] if step == "$ref" else [referred, *self._below(referred, step)]
