"""Commented skeletons of what contributors add: a scenario, a row of the ledger, a broken partner.

Each is written from a template; what exists is never overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

from jidi.catalogue.catalogue import Catalogue
from jidi.errors import OperatorError, SelectionError
from jidi.model.requirement import Requirement
from jidi.model.roles import LEVELS
from jidi.registry import Operation, Registry
from jidi.wording import sentence

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_ROW: Final = re.compile(r"(DS|PI)-([0-9]{2})\.[1-9][0-9]*\Z")
_EN: Final = "Say in one sentence what must be seen."
_ZH: Final = "请用一句话写明须观察到什么。"
_ROLES: Final = ("courier", "platform", "integrator")


@dataclass(frozen=True, slots=True)
class Skeletons:
    """Writes into the checkout ``into``; ``catalogue`` and ``registry`` say which names exist."""

    into: Path
    catalogue: Catalogue
    registry: Registry

    def scenario(self, name: str, row: str, area: str = "", op: str = "") -> Path:
        """A scenario of one step and one check; ``area`` and ``op`` are chosen where they are
        empty.

        Raises:
            SelectionError: a name does not exist, or cannot be that of a file.
            OperatorError: there is no checkout, or the file exists.
        """
        found = self._row(row)
        area = area or name.partition("-")[0]
        for one in (name, area):
            _require_name(one)
        operation = self._operation(found, op)
        roles = [role for role in found.roles if role in operation.roles]
        party = "platform-a" if "courier" in roles else "partner-a"
        text = _filled(
            "scenario.yaml",
            id=name,
            requirement=found.id,
            text=found.text.en,
            area=area,
            title_en=_EN,
            title_zh=_ZH,
            roles=", ".join(roles),
            op=operation.id,
            party=party if operation.secured else "none",
        )
        return _written(self._below("conformance") / "scenarios" / area / f"{name}.yaml", text)

    def requirement(self, row: str) -> Path:
        """A row at the end of its article.

        Raises:
            SelectionError: the id is taken, or is none.
            OperatorError: there is no checkout, or no such article.
        """
        match = _ROW.match(row)
        if match is None or row in self.catalogue.requirements:
            raise SelectionError(
                sentence("catalogue/cannot-be-a-new-requirement", row=row),
                next_step=sentence("catalogue/write-a-free-id-such-as-ds"),
            )
        folder = self._below("conformance") / "requirements" / "v1.0"
        path = folder / f"{match[1].lower()}-{match[2]}.yaml"
        if not path.is_file():
            raise OperatorError(
                sentence(
                    "catalogue/there-is-no-article-at", match=match[1], match_2=match[2], path=path
                ),
                next_step=sentence("catalogue/both-documents-are-in-the-ledger-whole"),
            )
        siblings = [one for one in self.catalogue.requirements.values() if one.id[:5] == row[:5]]
        text = _filled(
            "requirement.yaml",
            id=row,
            roles=", ".join((siblings[-1].roles if siblings else ()) or _ROLES),
            date=str(siblings[-1].applies_from) if siblings else "2026-01-01",
            title_en=_EN,
            title_zh=_ZH,
            case="what-goes-wrong",
        )
        before = path.read_text("utf-8").rstrip("\n")
        path.write_text(f"{before}\n{text}", encoding="utf-8")
        return path

    def broken_partner(self, name: str, row: str, scenario: str, op: str = "") -> Path:
        """A module with one fault that ``scenario`` must see.

        Raises:
            SelectionError: a name does not exist, or cannot be that of a file.
            OperatorError: there is no checkout, or the file exists.
        """
        found = self._row(row)
        _require_name(name)
        cases = [case.id for case in found.negative_cases] or ["what-goes-wrong"]
        text = _filled(
            "broken_partner.py.txt",
            name=name,
            requirement=found.id,
            text=found.text.en,
            case=cases[0],
            title_en="Say in one sentence what it does wrong.",
            scenario=scenario,
            op=self._operation(found, op).id,
            role=found.roles[0],
            level=self._level(found),
        )
        folder = self._below("tests/conformance/broken_partners")
        return _written(folder / f"{name.replace('-', '_')}.py", text)

    def _row(self, row: str) -> Requirement:
        known = self.catalogue.requirements
        return known[_known(row, known, "requirement", "要求")]

    def _operation(self, row: Requirement, wanted: str) -> Operation:
        served = {
            one.id: one for one in self.registry.operations() if set(one.roles) & set(row.roles)
        }
        if wanted:
            return served[_known(wanted, served, "operation", "操作")]
        reading = [
            one
            for one in served.values()
            if one.method.upper() == "GET" and "{" not in one.path and one.served_at == "version"
        ]
        return max(reading, key=lambda one: len(set(one.roles) & set(row.roles)))

    def _level(self, row: Requirement) -> str:
        """The lowest level whose profile holds the row for its first role."""
        of_role = [one for one in self.catalogue.profiles if one.role == row.roles[0]]
        levels = [one.level for one in of_role if row.id in one.requirements]
        return min(levels, key=LEVELS.index, default=LEVELS[-1])

    def _below(self, folder: str) -> Path:
        path = self.into / folder
        if not path.is_dir():
            raise OperatorError(
                sentence("catalogue/holds-no-folder", absolute=self.into.absolute(), folder=folder),
                next_step=sentence("catalogue/go-to-a-checkout-of-jidi-or"),
            )
        return path


def _known(name: str, names: Iterable[str], thing: str, thing_zh: str) -> str:
    """``name`` when it is one of ``names``.

    Raises:
        SelectionError: it is not; the nearest are named.
    """
    known = list(names)
    if name in known:
        return name
    near = get_close_matches(name, known) or known[:3]
    raise SelectionError(
        sentence("catalogue/there-is-no", thing=thing, name=name, thing_zh=thing_zh),
        next_step=sentence("catalogue/perhaps", near=", ".join(near), near_zh="、".join(near)),
    )


def _require_name(name: str) -> None:
    if not _NAME.match(name):
        raise SelectionError(
            sentence("catalogue/is-no-name-for-a-file-of", name=name),
            next_step=sentence("catalogue/use-small-letters-figures-and-single-hyphens"),
        )


def _filled(template: str, **values: str) -> str:
    text = (files("jidi.catalogue") / "templates" / template).read_text("utf-8")
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _written(path: Path, text: str) -> Path:
    if path.exists():
        raise OperatorError(
            sentence("catalogue/exists-already", path=path),
            next_step=sentence("catalogue/choose-another-name-or-change-the-file"),
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
