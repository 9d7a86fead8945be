"""Holds every schema of a side to a set of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from jidi.errors import DataError, OperatorError
from jidi.evolution.linting.described_apis import described_apis
from jidi.evolution.linting.instances import Instances
from jidi.evolution.linting.lint_findings import Finding, Found, Linted
from jidi.evolution.linting.nodes import Side, roots_of
from jidi.evolution.linting.pattern_rules import pattern_rules
from jidi.evolution.linting.possibilities import Possibilities
from jidi.evolution.linting.referring import referring
from jidi.evolution.linting.rule_set import RuleSet
from jidi.evolution.linting.styling import styling
from jidi.evolution.openapi.apis import checked_api, is_api
from jidi.evolution.sides import GIT, Source, Store, read_source, store_of
from jidi.model.text import Text
from jidi.registry.reading.yaml_reader import Lines, load_yaml_lines
from jidi.registry.strangers.two_engines import metaschema_fault
from jidi.report.escaping import one_line
from jidi.wording import sentence

_IMPOSSIBLE: Final = ("unsatisfiable", "dead-branch", "dead-value", "constant-condition")
_EXAMPLES: Final = ("example", "examples-present", "validators")


def folders_of(named: str) -> list[Path]:
    """Where a file of rules may lie for what is looked at: its folder, and the one above."""
    if named.startswith(GIT):
        return []
    path = Path(named).absolute()
    folder = path if path.is_dir() else path.parent
    return [folder, folder.parent]


def lint_schemas(named: str, rules: RuleSet, *, asserted: bool = True) -> Linted:
    """Everything that is wrong with the schemas at ``named`` (see :func:`.sides.read_source`);
    ``asserted`` says whether formats are asserted.

    Raises:
        OperatorError: there are none, or they cannot be read.
    """
    source, store = read_source(named), store_of(named)
    sound, broken = _sound(source)
    side = Side(sound)
    found = list(broken)
    found += [*described_apis(side), *referring(side), *styling(side, rules), *pattern_rules(side)]
    undecided = 0
    if rules.applies(*_IMPOSSIBLE):
        possibilities = Possibilities(side, asserted=asserted)
        found += possibilities.findings()
        undecided = possibilities.undecided
    if rules.applies(*_EXAMPLES):
        dangling = frozenset(one.file for one in found if one.rule == "dangling-ref")
        found += Instances(side, rules, store, asserted=asserted).findings(dangling)
    kept = _Kept(rules, store).of(found)
    files = len(source.files) + len(source.unread)
    return Linted(tuple(kept), rules.name, files, len(side.nodes), undecided)


def _sound(source: Source) -> tuple[Source, list[Found]]:
    """The documents that can be looked into, and what is wrong with the others."""
    found = [
        Found("unreadable", name, "", sentence("evolution/lint-unread", why=why))
        for name, why in source.unread.items()
    ]
    sound = {}
    for name, document in source.files.items():
        wrong = list(_wrong(name, document))
        found += wrong
        if not wrong:
            sound[name] = document
    return Source(source.name, sound, source.beside), found


def _wrong(name: str, document: Any) -> Iterator[Found]:
    """Why a document is neither a schema of 2020-12 nor of OpenAPI 3.1."""
    if is_api(document):
        try:
            checked_api(document, name)
        except OperatorError as error:
            yield Found("openapi", name, "", Text(error.message, error.zh))
            return
    for node in roots_of(name, document):
        fault = metaschema_fault(node.value)
        if fault:
            pointer, _, why = fault.partition(": ")
            told = sentence("evolution/lint-metaschema", why=one_line(why, 300))
            yield Found("metaschema", name, f"{node.pointer}{pointer.rstrip('/')}", told)


class _Kept:
    """Findings with severity and line; those that are off or exempt are left out."""

    def __init__(self, rules: RuleSet, store: Store) -> None:
        self._rules = rules
        self._store = store
        self._lines: dict[str, Lines] = {}

    def of(self, found: Iterable[Found]) -> list[Finding]:
        used: set[int] = set()
        kept = []
        for one in dict.fromkeys(found):
            exempt = [
                index
                for index, rule in enumerate(self._rules.exceptions)
                if any(map(rule.covers, self._named(one)))
            ]
            used.update(exempt)
            if one.rule in self._rules.severities and not exempt:
                kept.append(one)
        kept += self._needless(used)
        findings = (Finding(one, self._rules.severities[one.rule], self._line(one)) for one in kept)
        return sorted(findings, key=lambda one: one.order)

    def _named(self, found: Found) -> tuple[Found, ...]:
        """A finding under the names by which rules may call its file: below the folder that is
        looked at. That of one file alone is its own, or the one above.
        """
        below = found.file.partition("/")[2]
        if self._store.is_folder or not below:
            return (found,)
        return found, replace(found, file=below)

    def _needless(self, used: set[int]) -> Iterator[Found]:
        """Exceptions that nothing needs any more; one file alone shows that of none."""
        if not self._store.is_folder:
            return
        for index, rule in enumerate(self._rules.exceptions):
            if index not in used and self._rules.applies("needless-exception"):
                told = sentence("evolution/lint-needless-exception", rule=rule.rule)
                yield Found("needless-exception", rule.file, rule.pointer, told)

    def _line(self, found: Found) -> int | None:
        if found.file not in self._lines:
            self._lines[found.file] = self._read(found.file)
        lines, pointer = self._lines[found.file], found.pointer
        while pointer and pointer not in lines:
            pointer = pointer.rpartition("/")[0]
        return lines.get(pointer)

    def _read(self, file: str) -> Lines:
        try:
            text = self._store.read(file).decode("utf-8-sig")
            # A tab between tokens is JSON, and none of YAML; within a string it is neither.
            return load_yaml_lines(text.replace("\t", " "), file)[1]
        except (DataError, OperatorError, ValueError, RecursionError):
            return {}
