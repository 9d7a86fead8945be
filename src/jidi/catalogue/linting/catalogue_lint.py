"""Contradictions between ledger, profiles, scenarios and schemas, found before any traffic."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from jidi.catalogue import sweep_files
from jidi.catalogue.catalogue import Catalogue
from jidi.catalogue.data_file import DataFile
from jidi.catalogue.inventory.inventory_lint import inventory_findings
from jidi.catalogue.ledger import ledger_order
from jidi.catalogue.linting.check_lint import Arguments
from jidi.catalogue.linting.known_names import Known
from jidi.catalogue.linting.scenario_lint import ScenarioLint
from jidi.language.words.forms import Table
from jidi.language.words.table import TABLE
from jidi.model.requirement import Requirement
from jidi.model.roles import LEVELS
from jidi.model.scenario import Scenario
from jidi.registry import LintFinding, Registry
from jidi.wording import sentence

_LIMIT: Final = re.compile(r"\$discovery#/limits/([a-z_]+(?:/[a-z_]+)*)")
"""A declared limit, in an expression."""


def lint(catalogue: Catalogue, table: Table = TABLE) -> list[LintFinding]:
    """Every contradiction, ordered by path and line; ``table`` has the words that scenarios may
    use.
    """
    files = catalogue.files
    instances = {scenario.id: scenario for scenario in catalogue.scenarios()}
    linter = Linter(catalogue.registry, catalogue.requirements, instances, table)
    found = {
        *files.findings,
        *inventory_findings(files.sources, files.inventories, files.ledger),
        *linter.ledger(files.ledger),
        *linter.profiles(files.profiles),
        *linter.scenarios(files.scenarios),
        *sweep_files.lint(files.sweeps, catalogue.requirements, table),
    }
    return sorted(
        found,
        key=lambda finding: (finding.path, finding.line or 0, finding.rule, finding.message),
    )


class Linter:
    """Looks at the files of one catalogue; every method gives findings and changes nothing."""

    def __init__(
        self,
        registry: Registry,
        requirements: Mapping[str, Requirement],
        instances: Mapping[str, Scenario],
        table: Table = TABLE,
    ) -> None:
        self._requirements = requirements
        self._instances = instances
        self._known = Known.of(registry, requirements, table)
        self._arguments = Arguments(table)

    def ledger(self, files: Iterable[DataFile]) -> Iterator[LintFinding]:
        """Ids once and in their article; ``checked`` as the scenarios say; negative cases once."""
        seen: dict[str, str] = {}
        checked = self._checked()
        for file in files:
            article = f"{file.content['document']}-{file.content['article']:02d}"
            for index, row in enumerate(file.content["requirements"]):
                at, identity = f"/requirements/{index}", row["id"]
                if identity in seen:
                    yield file.finding(
                        f"{at}/id",
                        "duplicate-id",
                        sentence(
                            "catalogue/stands-in-already", identity=identity, seen=seen[identity]
                        ),
                    )
                seen[identity] = file.path
                if identity.partition(".")[0] != article:
                    yield file.finding(
                        f"{at}/id",
                        "article",
                        sentence(
                            "catalogue/does-not-belong-to", identity=identity, article=article
                        ),
                    )
                for name in _repeated(case["id"] for case in row["negative_cases"]):
                    yield file.finding(
                        f"{at}/negative_cases",
                        "duplicate-id",
                        sentence(
                            "catalogue/the-negative-case-of-stands-twice",
                            name=name,
                            identity=identity,
                        ),
                    )
                really, said = sorted(checked.get(identity, set())), row["checked"]
                if sorted(said) != really:
                    text = sentence(
                        "catalogue/is-checked-for-the-ledger-says",
                        identity=identity,
                        really=", ".join(really),
                        said=", ".join(said),
                    )
                    yield file.finding(f"{at}/checked", "checked", text)

    def _checked(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for scenario in self._instances.values():
            for requirement in scenario.requirements:
                binds = (
                    self._requirements[requirement].roles
                    if requirement in self._requirements
                    else ()
                )
                found.setdefault(requirement, set()).update(
                    role for role in scenario.roles if role in binds
                )
        return found

    def profiles(self, files: Iterable[DataFile]) -> Iterator[LintFinding]:
        """Ids known, binding the role, once, in ledger order; each level holds the one below."""
        files = list(files)
        for file in files:
            ids = file.content["requirements"]
            for index, identity in enumerate(ids):
                row = self._requirements.get(identity)
                if row is None:
                    yield file.finding(
                        f"/requirements/{index}",
                        "requirement",
                        sentence("catalogue/is-not-in-the-ledger", identity=identity),
                    )
                elif file.content["role"] not in row.roles:
                    yield file.finding(
                        f"/requirements/{index}",
                        "role",
                        sentence(
                            "catalogue/does-not-bind-a",
                            identity=identity,
                            role=file.content["role"],
                        ),
                    )
            yield from self._unbounded(file)
            yield from self._unlisted(file)
            if ids != sorted(ids, key=ledger_order):
                yield file.finding(
                    "/requirements",
                    "order",
                    sentence("catalogue/the-requirements-are-not-in-ledger-order"),
                )
        yield from _levels(files)

    def _unbounded(self, file: DataFile) -> Iterator[LintFinding]:
        """Limits that a scenario of the role measures with, and that may be whatever is declared:
        whoever declares a year is in time with everything.
        """
        used = {
            found.replace("/", ".")
            for scenario in self._instances.values()
            if file.content["role"] in scenario.roles
            for found in _LIMIT.findall(repr((scenario.generate, scenario.steps)))
        }
        for limit in sorted(used - file.content["bounds"].keys()):
            text = sentence("catalogue/a-limit-without-bounds", limit=limit)
            yield file.finding("/bounds", "unbounded", text)

    def _unlisted(self, file: DataFile) -> Iterator[LintFinding]:
        """Capabilities on which checks of the profile rest, and of which it does not say whether
        they are needed: whoever does not declare one is judged by less.
        """
        content = file.content
        rows, level = set(content["requirements"]), LEVELS.index(content["level"])
        said = [
            *content["capabilities"]["needed"],
            *(name for group in content["capabilities"]["spared"] for name in group["names"]),
        ]
        used = {
            capability
            for scenario in self._instances.values()
            if content["role"] in scenario.roles
            and LEVELS.index(scenario.level) <= level
            and not rows.isdisjoint(scenario.requirements)
            for capability in scenario.needs_capabilities
        }
        for capability in sorted(used - {*said, "tls"}):
            text = sentence("catalogue/a-capability-that-no-list-has", capability=capability)
            yield file.finding("/capabilities", "unlisted", text)
        for capability in _repeated(said):
            text = sentence("catalogue/a-capability-in-two-lists", capability=capability)
            yield file.finding("/capabilities", "repeated", text)

    def scenarios(self, files: Iterable[DataFile]) -> Iterator[LintFinding]:
        """Every rule of :mod:`jidi.catalogue.linting.scenario_lint`, and ids once."""
        seen: dict[str, str] = {}
        cases: dict[str, list[Mapping[str, object]]] = {}
        for scenario in self._instances.values():
            cases.setdefault(scenario.base, []).append(scenario.case)
        for file in files:
            identity = file.content["id"]
            if identity in seen:
                yield file.finding(
                    "/id",
                    "duplicate-id",
                    sentence(
                        "catalogue/the-scenario-stands-in-already",
                        identity=identity,
                        seen=seen[identity],
                    ),
                )
            seen[identity] = file.path
            folder = PurePosixPath(file.path).parent.name
            if file.content["area"] != folder:
                area = file.content["area"]
                yield file.finding(
                    "/area",
                    "area",
                    sentence("catalogue/the-area-is-the-folder", area=area, folder=folder),
                )
            for name in _repeated(str(case.get("name", "")) for case in cases.get(identity, ())):
                yield file.finding(
                    "/cases",
                    "duplicate-id",
                    sentence("catalogue/the-case-stands-twice", name=name),
                )
            yield from ScenarioLint(
                file, self._known, self._arguments, cases.get(identity, [])
            ).findings()


def _levels(files: Iterable[DataFile]) -> Iterator[LintFinding]:
    by_name = {(file.content["role"], file.content["level"]): file for file in files}
    for (role, level), file in by_name.items():
        below = by_name.get((role, LEVELS[LEVELS.index(level) - 1])) if level != LEVELS[0] else None
        missing = (
            [
                identity
                for identity in below.content["requirements"]
                if identity not in file.content["requirements"]
            ]
            if below
            else []
        )
        if missing:
            text = sentence(
                "catalogue/the-level-below-holds-this-one-does",
                missing=", ".join(missing),
                missing_zh="、".join(missing),
            )
            yield file.finding("/requirements", "levels", text)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
