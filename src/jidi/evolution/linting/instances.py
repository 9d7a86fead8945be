"""Examples: that there are some, and that two validators call the good ones valid and the bad ones
not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from jidi.errors import OperatorError
from jidi.evolution.comparing import is_linear, matches
from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Node, Side, stem
from jidi.evolution.linting.rule_set import RuleSet
from jidi.evolution.openapi.described import reference, table
from jidi.evolution.schemas.library import escaped
from jidi.evolution.sides import Store, document_of
from jidi.registry.strangers.two_engines import Documents, TwoEngines
from jidi.report.escaping import one_line
from jidi.wording import sentence

_MOST: Final = 500
"""Files of one folder of examples."""


class Instances:
    """Holds the examples of a side to its schemas; files of examples lie in folders that the rules
    name.
    """

    def __init__(self, side: Side, rules: RuleSet, store: Store, *, asserted: bool) -> None:
        self._side = side
        self._rules = rules
        self._store = store
        self._asserted = asserted
        self._names = list(store.names())
        self._engines: dict[str, TwoEngines] = {}

    def findings(self, dangling: frozenset[str]) -> Iterator[Found]:
        """Findings about the examples of every file; those of ``dangling``, whose references lead
        nowhere, cannot be asked.
        """
        for node in self._side.nodes:
            if node.standing == "root":
                yield from self._of_root(node, node.file in dangling)
            if node.file not in dangling:
                yield from self._within(node)

    def _of_root(self, node: Node, is_dangling: bool) -> Iterator[Found]:
        found = {kind: self._files(kind, node.file) for kind in ("valid", "invalid")}
        apart = self._rules.options["examples-present"]["apart"]
        told = node.told.get("examples")
        if not found["valid"] and not told and stem(node.file) not in apart:
            yield Found("examples-present", node.file, "", sentence("evolution/lint-no-example"))
        if is_dangling:
            return
        engines = self._engines_of(node)
        if engines.told:
            why = sentence("evolution/lint-validators", why=one_line(engines.told))
            yield Found("validators", node.file, "", why)
            return
        for kind, names in found.items():
            for name in names:
                yield from self._of_file(engines, name, good=kind == "valid")

    def _files(self, kind: str, file: str) -> list[str]:
        """Examples of a schema in the folder that the rules name, beside the schema."""
        asked = str(self._rules.options["example"][kind])
        if not asked:
            return []
        folder = PurePosixPath(file).parent / asked.replace("{name}", stem(file))
        beside = tuple(self._rules.options["example"]["beside"])
        return [
            name
            for name in self._names
            if PurePosixPath(name).parent == folder and not name.endswith(beside or ("\0",))
        ][:_MOST]

    def _of_file(self, engines: TwoEngines, name: str, *, good: bool) -> Iterator[Found]:
        try:
            instance = document_of(self._store.read(name), name)
        except OperatorError as error:
            yield Found(
                "unreadable", name, "", sentence("evolution/lint-unread", why=error.message)
            )
            return
        yield from _judged(engines, instance, name, "", good=good)

    def _within(self, node: Node) -> Iterator[Found]:
        told = node.told.get("examples")
        given: dict[str, Any] = {
            f"/examples/{index}": one
            for index, one in enumerate(told if isinstance(told, list) else ())
        }
        if "default" in node.told:
            given["/default"] = node.told["default"]
        given.update(self._beside(node))
        if not given:
            return
        engines = self._engines_of(node)
        if engines.told and node.standing != "root":
            why = sentence("evolution/lint-validators", why=one_line(engines.told))
            yield Found("validators", node.file, node.pointer, why)
        for pointer, instance in given.items() if not engines.told else ():
            at = f"{node.pointer}{pointer}"
            yield from _judged(engines, instance, node.file, at, good=True)

    def _beside(self, node: Node) -> dict[str, Any]:
        """Examples of OpenAPI: beside a ``schema``, and under ``example`` within one."""
        found: dict[str, Any] = {}
        if "example" in node.told:
            found["/example"] = node.told["example"]
        holder_at, _, last = node.pointer.rpartition("/")
        if last != "schema" or node.standing != "other":
            return found
        holder = self._side.library.found(f"{node.place.base}#{holder_at}")
        value = table(holder.value if holder is not None else None)
        if "example" in value:
            found["/../example"] = value["example"]
        for name, one in table(value.get("examples")).items():
            if "value" in table(one):
                found[f"/../examples/{escaped(name)}/value"] = one["value"]
        return found

    def _engines_of(self, node: Node) -> TwoEngines:
        place = reference(node.place)["$ref"] if node.place.pointer else node.place.base
        if place not in self._engines:
            documents: Mapping[str, Any] = self._side.documents_for(node.file)
            self._engines[place] = TwoEngines(
                Documents(documents, place), matches, formats=self._asserted, is_linear=is_linear
            )
        return self._engines[place]


def _judged(
    engines: TwoEngines, instance: Any, file: str, pointer: str, *, good: bool
) -> Iterator[Found]:
    holds = engines.holds(instance)
    at = pointer.replace("/schema/../", "/")
    if holds is None:
        yield Found("validators", file, at, sentence("evolution/lint-validators-differ"))
    elif holds is not good:
        told = (
            sentence("evolution/lint-example-invalid")
            if good
            else sentence("evolution/lint-example-valid")
        )
        yield Found("example", file, at, told)
