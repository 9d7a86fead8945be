"""What the generated phase declares: ``conformance/generated.yaml``, read strictly and crossed with
the operations in scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jidi.errors import DataError
from jidi.fuzz.contract import has_input
from jidi.model.journal import CaseNeed
from jidi.model.journal.case_records import DeclaredCheck
from jidi.model.text import Text
from jidi.registry.reading.parsed import read_yaml
from jidi.registry.values import Operation
from jidi.resources import conformance_root

MEMBERS = frozenset(
    {"kit-generated", "checks", "areas", "operations", "excess", "internals", "banner"}
)
CHECK_MEMBERS = frozenset({"title", "needs", "only", "findings", "column", "requirement"})
OPERATION_MEMBERS = frozenset({"area", "shard", "pool", "unserved"})
NEEDS = frozenset({"any", "accepted", "negative", "probe", "excess"})
OF_REFUSALS: Mapping[CaseNeed, CaseNeed] = {"any": "refused"}
"""Evidence that an operation which never serves can give, and what it is then called: no request
need have succeeded.
"""
ONLY = frozenset({"all", "with-body", "with-input", "secured"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check; ``column`` names the column of the area table, or is empty when
    ``requirement`` holds for every operation.
    """

    name: str
    title: Text
    needs: CaseNeed
    only: str
    findings: frozenset[str]
    column: str
    requirement: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What the file says of one operation. ``pool``: how many things the kit makes beforehand for
    it alone, 0 if it only reads.

    ``unserved``: no generated request can succeed, because it must name what only a scenario can
    make; the kit then looks at the refusals alone.
    """

    area: str
    shard: int
    pool: int
    unserved: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """The whole file."""

    kinds: tuple[Kind, ...]
    areas: Mapping[str, Mapping[str, str]]
    operations: Mapping[str, Setting]
    excess: Mapping[str, str]
    internals: Mapping[str, str]
    banner_headers: tuple[str, ...]
    banner_pattern: str

    def requirement(self, kind: Kind, operation: str) -> str:
        """Requirement on which ``kind`` bears for ``operation``."""
        return kind.requirement or self.areas[self.operations[operation].area][kind.column]

    def bears_on(self, kind: str, operation: str) -> str:
        """The requirement on which a finding of the kind called ``kind`` bears; empty for an
        observation.
        """
        known = next((one for one in self.kinds if one.name == kind), None)
        return self.requirement(known, operation) if known is not None else ""

    def kind_of(self, finding: str) -> Kind | None:
        """The kind of check that a finding of this name belongs to, ``None`` when it is only an
        observation.
        """
        return next((kind for kind in self.kinds if finding in kind.findings), None)

    def checks(
        self, operations: Iterable[Operation], capabilities: frozenset[str] | None = None
    ) -> tuple[DeclaredCheck, ...]:
        """Every check of ``operations``, in the order of operations and kinds; ``capabilities``
        ``None`` takes all as declared.
        """
        return tuple(
            self._check(kind, item, capabilities)
            for item in operations
            for kind in self.kinds
            if applies(kind, item) and self._shows(kind, item)
        )

    def _shows(self, kind: Kind, item: Operation) -> bool:
        """Whether generated requests can show it: of an operation that never serves them, only how
        it refuses.
        """
        return kind.needs in OF_REFUSALS or not self.operations[item.id].unserved

    def _check(
        self, kind: Kind, item: Operation, capabilities: frozenset[str] | None
    ) -> DeclaredCheck:
        setting, needed = self.operations[item.id], item.capability or ""
        absent = (
            needed if capabilities is not None and needed and needed not in capabilities else ""
        )
        needs = OF_REFUSALS[kind.needs] if setting.unserved else kind.needs
        return DeclaredCheck(
            item.id, kind.name, self.requirement(kind, item.id), needs, kind.title, absent
        )


def applies(kind: Kind, operation: Operation) -> bool:
    """Whether the kind of check means anything for the operation."""
    if kind.column == "accepts" and operation.conditional:
        return False
    return {
        "all": True,
        "with-body": operation.request_schema is not None,
        "with-input": has_input(operation),
        "secured": operation.secured,
    }[kind.only]


@cache
def load_declaration() -> Declaration:
    """The file of this installation.

    Raises:
        DataError: it holds an unknown member, a finding that two checks claim, or an area that is
            not there.
    """
    path = conformance_root() / "generated.yaml"
    return parse_declaration(read_yaml(path.read_bytes(), path.name))


def requirement_columns() -> dict[str, Mapping[str, str]]:
    """For each operation the requirement on which its ``accepts``, ``rejects``, ``answers`` and
    ``refuses`` bear.

    Raises:
        DataError: the file contradicts itself.
    """
    declaration = load_declaration()
    return {
        name: declaration.areas[setting.area] for name, setting in declaration.operations.items()
    }


def parse_declaration(document: Mapping[str, Any]) -> Declaration:
    """The declaration in ``document``, the content of ``generated.yaml``.

    Raises:
        DataError: see :func:`load_declaration`.
    """
    _closed("the file", document, MEMBERS)
    kinds = tuple(_kind(name, value) for name, value in document["checks"].items())
    operations = {name: _setting(name, value) for name, value in document["operations"].items()}
    declaration = Declaration(
        kinds,
        document["areas"],
        operations,
        document["excess"],
        document["internals"],
        tuple(document["banner"]["headers"]),
        document["banner"]["pattern"],
    )
    _lint(declaration)
    return declaration


def _kind(name: str, value: Mapping[str, Any]) -> Kind:
    _closed(f"check {name}", value, CHECK_MEMBERS)
    if value["needs"] not in NEEDS or value["only"] not in ONLY:
        raise _wrong(
            f"Check {name} has needs {value['needs']!r} and only {value['only']!r}; one of them "
            "is no known word."
        )
    if ("column" in value) == ("requirement" in value):
        raise _wrong(f"Check {name} must have either column or requirement.")
    findings = frozenset(value["findings"])
    return Kind(
        name,
        Text.from_json(value["title"]),
        value["needs"],
        value["only"],
        findings,
        value.get("column", ""),
        value.get("requirement", ""),
    )


def _setting(name: str, value: Mapping[str, Any]) -> Setting:
    _closed(f"operation {name}", value, OPERATION_MEMBERS)
    return Setting(
        value["area"],
        value["shard"],
        value.get("pool", 0),
        value.get("unserved", False),
    )


def _lint(declaration: Declaration) -> None:
    named = [finding for kind in declaration.kinds for finding in kind.findings]
    twice = sorted({finding for finding in named if named.count(finding) > 1})
    if twice:
        raise _wrong(f"Two checks claim the finding {', '.join(twice)}.")
    columns = {kind.column for kind in declaration.kinds if kind.column}
    for name, setting in declaration.operations.items():
        lacking = columns - set(declaration.areas.get(setting.area, {}))
        if lacking:
            raise _wrong(
                f"Operation {name} is in area {setting.area}, which does not give "
                f"{', '.join(sorted(lacking))}."
            )


def _closed(what: str, value: Mapping[str, Any], members: frozenset[str]) -> None:
    unknown = set(value) - members
    if unknown:
        raise _wrong(
            f"In generated.yaml, {what} has unknown members: "
            f"{', '.join(sorted(map(str, unknown)))}."
        )


def _wrong(message: str) -> DataError:
    return DataError(message, next_step="Correct conformance/generated.yaml.")
