"""What stands behind each name of a scenario, so that an expression can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.catalogue.linting.reach import Places, Reach
from jidi.language.expressions import Expression
from jidi.language.words.forms import Action, Table
from jidi.registry import Registry
from jidi.registry.values import Operation

_CASE_OPERATION: Final = "$case.op"
_PLAYED_ACTION: Final = "record-scan"
"""An action that a played courier may do in the candidate's place; it says more of what it did."""
_ARRIVING: Final = frozenset({"receive", "quiet"})
_ALWAYS: Final = frozenset(
    {"status", "headers", "elapsed", "url", "request", "responses", "pages", "items", "messages"}
) | {"events", "gaps", "results", "pages-read", "listened", "within", "wanted", "size", "digest"}
"""Members that are there whenever the step took place."""
_LISTS: Final = frozenset({"responses", "pages", "items", "messages", "events", "gaps", "results"})
_NEVER_NEGATIVE: Final = frozenset({"elapsed", "size", "lag", "listened", "gaps", "pages-read"})


@dataclass(frozen=True)
class Source:
    """A name that expressions may begin with. ``what`` is case, discovery, target, variable,
    receiver, courier or step; of a step ``step`` is what stands in the file.
    """

    what: str
    step: Mapping[str, Any] | None = None


class Sources:
    """The names declared so far in one scenario file, and what may be asked of them."""

    def __init__(self, table: Table, registry: Registry) -> None:
        self._table = table
        self._registry = registry
        self._reach = Reach(registry)
        self._operations = {operation.id: operation for operation in registry.operations()}
        self.known: dict[str, Source] = {
            name: Source(name) for name in ("case", "discovery", "target")
        }
        self.cases: tuple[Mapping[str, Any], ...] = ()

    def kind(self, step: Mapping[str, Any]) -> str:
        """The kind of a step."""
        return next(kind.name for kind in self._table.kinds if kind.name in step)

    def allowed(self, source: Source) -> frozenset[str] | None:
        """Members that an expression may ask for, or ``None`` where the author's own data say."""
        if source.what in {"case", "variable"}:
            return None
        if source.step is None:
            return self._table.members_of(source.what)
        kind = self.kind(source.step)
        things = set(self._table.word("kinds", kind).leaves)
        for modifier in self._table.modifiers:
            if modifier.name in source.step:
                things.update(modifier.leaves)
        members = {name for thing in things for name in self._table.members_of(thing)}
        if kind == "do":
            action = self._action(source.step)
            members = members if action is None or action.exchanges else set()
            members |= {one.name for one in action.observes} if action is not None else set()
        return frozenset(members)

    def _action(self, step: Mapping[str, Any]) -> Action | None:
        found: Action | None = self._table.word("actions", str(step["do"].get("name")))
        return found

    def request_members(self) -> frozenset[str]:
        """Members of the request of an exchange."""
        return self._table.members_of("request")

    def from_candidate(self, expression: Expression) -> bool:
        """Whether the candidate has a say in the value; in what the kit sent it has none."""
        source = self.known.get(expression.root)
        if source is None or source.what not in {"step", "discovery"}:
            return False
        if source.step is None or self.kind(source.step) not in {"call", "push"}:
            return True
        return expression.path[:1] not in {("request",), ("url",)}

    def always_there(self, expression: Expression) -> bool:
        """Whether the value is there whenever the step took place, so that its presence says
        nothing.
        """
        source = self.known.get(expression.root)
        if source is None or source.what != "step" or not expression.path:
            return False
        member = expression.path[-1]
        if expression.pointer:
            return False
        return member in _LISTS if expression.query else member in _ALWAYS

    def never_negative(self, expression: Expression) -> bool:
        """Whether the value is a length of time or a size."""
        return bool(expression.path) and expression.path[-1] in _NEVER_NEGATIVE

    def places(self, expression: Expression) -> Places | None:
        """What may stand where the members of ``expression`` lead, before its pointer."""
        source = self.known.get(expression.root)
        if source is not None and source.what == "discovery":
            return self._reach.document(["discovery"])
        if source is None or source.step is None:
            return None
        return self._of_step(source.step, expression.path or ("body",))

    def _of_step(self, step: Mapping[str, Any], member: tuple[str, ...]) -> Places | None:
        kind = self.kind(step)
        if kind == "drive":
            scanned = step["drive"]["action"] == _PLAYED_ACTION
            return None if scanned else self._of_results(member[0])
        if member[0] == "events" and kind in _ARRIVING:
            return _listed(self._reach.document(["shipment-event"]))
        operations = self._operations_of(step, kind)
        arriving = kind in _ARRIVING
        return self._of_operations(member, operations, arriving=arriving) if operations else None

    def _of_results(self, member: str) -> Places | None:
        root = self._reach.document(["sandbox-result"])
        result = self._reach.pointer(root, "/result")
        return {"result": result, "results": _listed(result)}.get(member)

    def _of_operations(
        self, member: tuple[str, ...], operations: list[Operation], *, arriving: bool
    ) -> Places | None:
        if member == ("body",):
            return self._bodies(operations)
        if member == ("items",):
            return self._reach.pointer(self._successes(operations), "/items")
        if member == ("pages",):
            return _listed(self._successes(operations))
        if member == ("request", "body") and arriving:
            return self._reach.document(one.request_schema for one in operations)
        return None

    def _successes(self, operations: list[Operation]) -> Places | None:
        return self._reach.document(
            name
            for one in operations
            for status, name in one.responses.items()
            if status.startswith("2")
        )

    def _bodies(self, operations: list[Operation]) -> Places | None:
        names: list[str | None] = ["problem"]
        for one in operations:
            for status, name in one.responses.items():
                if name is not None or one.response_media_types.get(status):
                    names.append(name)
        return self._reach.document(names)

    def _operations_before(self, step: Mapping[str, Any], name: str) -> list[Operation] | None:
        """Operations of the call that ``step`` sends again."""
        earlier = self.known.get(name)
        if earlier is None or earlier.step is None or earlier.step is step:
            return None
        return self._operations_of(earlier.step, "call") if "call" in earlier.step else None

    def _operations_of(self, step: Mapping[str, Any], kind: str) -> list[Operation] | None:
        """Operations of the step, ``None`` where that cannot be said."""
        if kind not in {"call", *_ARRIVING}:
            return None
        holder = step[kind]
        name = holder.get("op")
        before = holder.get("again", step.get("again"))
        if name is None and before is not None and "url" not in holder:
            return self._operations_before(step, str(before))
        names = (
            [str(case.get("op")) for case in self.cases] if name == _CASE_OPERATION else [str(name)]
        )
        if not names or any(one not in self._operations for one in names):
            return None
        return [self._operations[one] for one in names]

    def leads_nowhere(self, expression: Expression, query: Any) -> str:
        """The pointer or name that no published schema of the place knows, or an empty text."""
        places = self.places(expression)
        if expression.pointer:
            places = self._reach.pointer(places, expression.pointer)
            if places is not None and not places:
                return expression.pointer
        return self._reach.lost(places, query)

    def body_places(self, step: Mapping[str, Any], kind: str) -> Places | None:
        """What the candidate's request may hold in a step that waits for it."""
        operations = self._operations_of(step, kind)
        if operations is None:
            return None
        return self._of_operations(("request", "body"), operations, arriving=True)

    def knows(self, places: Places | None, pointer: str) -> bool:
        """Whether ``pointer`` may lead somewhere below ``places``."""
        found = self._reach.pointer(places, pointer)
        return found is None or bool(found)

    def parameters(self, step: Mapping[str, Any], kind: str) -> frozenset[str] | None:
        """Names of the path and query parameters of the operation that a step waits for."""
        operations = self._operations_of(step, kind)
        if operations is None:
            return None
        return frozenset(one.name for op in operations for one in op.parameters)

    def event_members(self) -> Places | None:
        """What an event may hold."""
        return self._reach.document(["shipment-event"])


def _listed(places: Places | None) -> Places | None:
    """A list of what may stand at ``places``."""
    if places is None:
        return None
    return tuple(
        type(place)(place.document, {"type": "array", "items": place.schema}) for place in places
    )
