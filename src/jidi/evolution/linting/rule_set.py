"""Which rules apply, how severe they are and what they ask for: a set that comes with the kit, or
one that a body wrote into a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jidi.errors import DataError, OperatorError
from jidi.evolution.linting.lint_findings import SEVERITIES, Found, Severity
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.wording import sentence

SETS: Final = ("recommended", "strict")
FILE_NAME: Final = "schema-rules.yaml"
"""What a file of rules is called that is found beside the schemas."""
_LARGEST: Final = 1 << 20
_FORMAT: Final = "jidi-schema-rules"
_MEMBERS: Final = frozenset({_FORMAT, "extends", "rules", "exceptions"})
_OF_EXCEPTIONS: Final = frozenset({"rule", "file", "pointer", "reason"})


@dataclass(frozen=True, slots=True)
class Exemption:
    """Where a rule does not apply, and why: ``file`` may hold wildcards, ``pointer`` stands for
    everything below it.
    """

    rule: str
    file: str
    pointer: str
    reason: str

    def covers(self, found: Found) -> bool:
        """Whether a finding is one that is meant."""
        within = found.pointer == self.pointer or found.pointer.startswith(f"{self.pointer}/")
        return found.rule == self.rule and within and fnmatchcase(found.file, self.file)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules by name with their severity (those that are off are not there) and options."""

    name: str
    severities: Mapping[str, Severity]
    options: Mapping[str, Mapping[str, Any]]
    exceptions: tuple[Exemption, ...] = field(default=())

    def applies(self, *rules: str) -> bool:
        """Whether one of the rules applies."""
        return any(rule in self.severities for rule in rules)


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """The rules that there are, by name: severity in each set, and options."""
    text = files("jidi.evolution.linting").joinpath("rules.json").read_text("utf-8")
    read: dict[str, dict[str, Any]] = json.loads(text)
    return read


def built_in(name: str) -> RuleSet:
    """A set that comes with the kit: ``recommended`` or ``strict``."""
    severities = {rule: told[name] for rule, told in table().items() if told[name] != "off"}
    options = {
        rule: {**told.get("options", {}), **told.get(f"{name}-options", {})}
        for rule, told in table().items()
    }
    return RuleSet(name, severities, options)


def read_rules(asked: str, beside: Iterable[Path]) -> RuleSet:
    """The set that is asked for by name or file; without one the file of rules in the first of the
    folders ``beside`` that has one, else ``recommended``.

    Raises:
        OperatorError: there is no such file, or it is no set of rules.
    """
    if asked in SETS:
        return built_in(asked)
    found = Path(asked) if asked else None
    if found is None:
        found = next((one / FILE_NAME for one in beside if (one / FILE_NAME).is_file()), None)
    return built_in(SETS[0]) if found is None else _of_file(found)


def _of_file(path: Path) -> RuleSet:
    try:
        with path.open("rb") as file:
            content = load_yaml(file.read(_LARGEST).decode("utf-8-sig"), path.name)
    except (OSError, ValueError, DataError) as error:
        why = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())[:200]
        raise _wrong(path.name, f"{why}") from error
    return _Reader(path.name).read(content)


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, content: Any) -> RuleSet:
        if not isinstance(content, dict) or str(content.get(_FORMAT)) != "1":
            raise _wrong(self._name, f"{_FORMAT}: 1")
        for member in content.keys() - _MEMBERS:
            raise _wrong(self._name, str(member))
        extends = content.get("extends", SETS[0])
        if extends not in (*SETS, "none"):
            raise _wrong(self._name, f"extends: {extends}")
        base = built_in(extends if extends in SETS else SETS[0])
        severities: dict[str, Severity] = dict(base.severities) if extends in SETS else {}
        options = dict(base.options)
        for rule, said in self._table(content, "rules").items():
            self._rule(rule, said, severities, options)
        exceptions = tuple(map(self._exception, self._list(content, "exceptions")))
        return RuleSet(self._name, severities, options, exceptions)

    def _table(self, content: Mapping[str, Any], member: str) -> Mapping[str, Any]:
        found = content.get(member) or {}
        if not isinstance(found, dict):
            raise _wrong(self._name, member)
        return found

    def _list(self, content: Mapping[str, Any], member: str) -> list[Any]:
        found = content.get(member) or []
        if not isinstance(found, list):
            raise _wrong(self._name, member)
        return found

    def _rule(
        self,
        rule: str,
        said: Any,
        severities: dict[str, Severity],
        options: dict[str, Mapping[str, Any]],
    ) -> None:
        if rule not in table():
            raise _wrong(self._name, f"rules/{rule}")
        told = dict(said) if isinstance(said, dict) else {"severity": said}
        severity = told.pop("severity", severities.get(rule, "error"))
        if severity == "off" or severity is False:
            severities.pop(rule, None)
        elif severity in SEVERITIES:
            severities[rule] = severity
        else:
            raise _wrong(self._name, f"rules/{rule}/severity: {severity}")
        known = options[rule]
        for name, value in told.items():
            if name not in known or not _alike(value, known[name]):
                raise _wrong(self._name, f"rules/{rule}/{name}")
        options[rule] = {**known, **told}

    def _exception(self, said: Any) -> Exemption:
        if not isinstance(said, dict) or said.keys() - _OF_EXCEPTIONS:
            raise _wrong(self._name, "exceptions")
        texts = {name: said.get(name, "") for name in _OF_EXCEPTIONS}
        if any(not isinstance(one, str) for one in texts.values()) or not texts["reason"].strip():
            raise _wrong(self._name, "exceptions: reason")
        if texts["rule"] not in table():
            raise _wrong(self._name, f"exceptions/{texts['rule']}")
        return Exemption(texts["rule"], texts["file"] or "*", texts["pointer"], texts["reason"])


def _alike(value: Any, other: Any) -> bool:
    if isinstance(other, list):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return type(value) is type(other)


def _wrong(name: str, at: str) -> OperatorError:
    return OperatorError(
        sentence("evolution/lint-no-rules", name=name, at=at[:300]),
        next_step=sentence("evolution/lint-correct-the-rules"),
    )
