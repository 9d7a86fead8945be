"""The catalogue: what is required, and by which scenarios it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jidi import resources
from jidi.catalogue import ledger, scenarios, sweep_files
from jidi.catalogue.data_file import DataFile, digest_of
from jidi.catalogue.files import Tree, Wanted
from jidi.catalogue.inventory.source_text import SourceText, source_text
from jidi.errors import DataError, SelectionError
from jidi.model.profile import Profile
from jidi.model.requirement import Requirement
from jidi.model.roles import Level, Role
from jidi.model.scenario import Scenario, Sweep
from jidi.model.text import Text
from jidi.registry import LintFinding, Registry
from jidi.registry.schema_set import SchemaSet
from jidi.wording import sentence


@dataclass(frozen=True, slots=True)
class CatalogueFiles:
    """The files of a catalogue by what they hold; ``findings`` are of those that cannot be used."""

    findings: tuple[LintFinding, ...]
    ledger: tuple[DataFile, ...]
    profiles: tuple[DataFile, ...]
    scenarios: tuple[DataFile, ...]
    sweeps: tuple[DataFile, ...]
    sources: tuple[DataFile, ...]
    inventories: tuple[DataFile, ...]


class Catalogue:
    """Ledger, profiles and scenarios of one version of the standard, loaded and linked."""

    def __init__(self, tree: Tree, registry: Registry, wanted: Wanted | None = None) -> None:
        self._tree = tree
        self._registry = registry
        version = f"v{registry.version}"
        self._ledger_files = list(tree.files(f"requirements/{version}", "requirement"))
        self._profile_files = list(tree.files(f"profiles/{version}", "profile"))
        self._scenario_files = list(tree.files("scenarios", "scenario", wanted))
        self._sweep_files = list(tree.files("sweeps", "sweep"))
        rows = [row for file in self._ledger_files for row in ledger.requirements(file)]
        self._requirements = {
            row.id: row for row in sorted(rows, key=lambda row: ledger.ledger_order(row.id))
        }
        self._profiles = [ledger.profile(file) for file in self._profile_files]
        self._scenarios = {
            scenario.id: scenario
            for file in self._scenario_files
            for scenario in self._expanded(file)
        }

    @classmethod
    def load(
        cls,
        registry: Registry,
        root: Path | None = None,
        *,
        meta: Path | None = None,
        strict: bool = True,
        wanted: Wanted | None = None,
    ) -> Catalogue:
        """The catalogue at ``root`` (default: the one that comes with jidi) for the registry's
        version; ``meta`` holds the schemas of the data.

        With ``strict=False`` files that cannot be used are left out and told by
        :func:`jidi.catalogue.linting.lint`. With ``wanted`` the catalogue has the scenarios of
        those files alone of which it says so.

        Raises:
            DataError: with ``strict``, a file is no YAML, or does not hold under its schema.
        """
        schemas = SchemaSet.read(meta or resources.conformance_root() / "meta")
        catalogue = cls(Tree(root or resources.conformance_root(), schemas), registry, wanted)
        if strict and catalogue._tree.findings:
            first = catalogue._tree.findings[0]
            more = (
                f" ({len(catalogue._tree.findings) - 1} more findings)"
                if len(catalogue._tree.findings) > 1
                else ""
            )
            raise DataError(
                f"{first.path}:{first.line or 1}: {first.message}{more}",
                next_step="Run 'jidi lint' and correct what it names.",
            )
        return catalogue

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """Every row of the ledger by its id, in ledger order: DS-01.1 to DS-12.2, then PI."""
        return self._requirements

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Every profile, ordered by its file name."""
        return tuple(self._profiles)

    def profile(self, role: Role, level: Level) -> Profile:
        """The profile of a role and level.

        Raises:
            SelectionError: there is none.
        """
        for profile in self._profiles:
            if (profile.role, profile.level) == (role, level):
                return profile
        known = ", ".join(profile.id for profile in self._profiles)
        raise SelectionError(
            sentence("catalogue/there-is-no-profile-for-role-at", role=role, level=level),
            next_step=sentence("catalogue/known", known=known),
        )

    def scenarios(self, role: Role | None = None) -> tuple[Scenario, ...]:
        """Scenario instances that apply to a role (or all), in the order of their files and
        cases.
        """
        return tuple(
            scenario
            for scenario in self._scenarios.values()
            if role is None or role in scenario.roles
        )

    def sweeps(self, role: Role | None = None) -> tuple[Sweep, ...]:
        """Sweeps whose requirement binds a role (or all), in the order of the ledger and of their
        names.
        """
        found = [sweep_files.sweep(file) for file in self._sweep_files]
        return tuple(
            sorted(
                (
                    one
                    for one in found
                    if one.requirement in self._requirements
                    and (
                        role is None
                        or role in (one.roles or self._requirements[one.requirement].roles)
                    )
                ),
                key=lambda one: (ledger.ledger_order(one.requirement), one.id),
            )
        )

    def scenario(self, scenario_id: str) -> Scenario:
        """One instance by its id, such as ``consignment-refused[phone-missing]``.

        Raises:
            SelectionError: there is none.
        """
        if scenario_id not in self._scenarios:
            raise SelectionError(
                sentence("catalogue/there-is-no-scenario", scenario_id=scenario_id),
                next_step=sentence("catalogue/list-them-with-jidi-list-scenarios"),
            )
        return self._scenarios[scenario_id]

    @cached_property
    def sources(self) -> tuple[SourceText, ...]:
        """The source documents, DS before PI, each sentence with its rows; read when first asked
        for, since no run needs them.
        """
        inventories = {file.content["document"]: file.content for file in self._inventory_files}
        return tuple(
            source_text(
                file.content,
                inventories.get(file.content["document"], {}),
                self._requirements.values(),
            )
            for file in self._source_files
        )

    @cached_property
    def _source_files(self) -> list[DataFile]:
        return list(self._tree.files("sources", "source"))

    @cached_property
    def _inventory_files(self) -> list[DataFile]:
        return list(self._tree.files(f"inventory/v{self._registry.version}", "inventory"))

    @property
    def ledger_digest(self) -> str:
        """``sha256:`` and hex over the ledger files."""
        return self._digest(self._ledger_files)

    @property
    def scenario_digest(self) -> str:
        """``sha256:`` and hex over the files of scenarios and sweeps."""
        return self._digest([*self._scenario_files, *self._sweep_files])

    @property
    def files(self) -> CatalogueFiles:
        """What was read, for whoever looks for contradictions in it."""
        texts = (tuple(self._source_files), tuple(self._inventory_files))
        return CatalogueFiles(
            tuple(self._tree.findings),
            tuple(self._ledger_files),
            tuple(self._profile_files),
            tuple(self._scenario_files),
            tuple(self._sweep_files),
            *texts,
        )

    @property
    def registry(self) -> Registry:
        """The version of the standard whose schemas and operations the files name."""
        return self._registry

    def _expanded(self, file: DataFile) -> list[Scenario]:
        try:
            return list(scenarios.expand(file, self._registry))
        except DataError as error:
            self._tree.findings.append(
                file.finding("/cases", "cases", Text(str(error), f"{error.zh}{error.zh_next_step}"))
            )
            return []

    def _digest(self, files: Iterable[DataFile]) -> str:
        return digest_of((file.path, (self._tree.root / file.path).read_bytes()) for file in files)
