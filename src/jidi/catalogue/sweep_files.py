"""Sweeps from their files, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from jidi.catalogue.data_file import DataFile
from jidi.language.words.forms import Rule, Table, mapping
from jidi.model.requirement import Requirement
from jidi.model.scenario import Sweep
from jidi.model.text import Text
from jidi.registry.schema_set import SchemaSet
from jidi.registry.values import LintFinding
from jidi.wording import sentence


def sweep(file: DataFile) -> Sweep:
    """The sweep of one file."""
    content = file.content
    return Sweep(
        id=content["id"],
        requirement=content["req"],
        title=Text.from_json(content["title"]),
        rule=content["rule"],
        arguments=dict(content.get("with", {})),
        roles=tuple(content.get("roles", ())),
        needs=tuple(content.get("needs", ())),
        seldom=bool(content.get("seldom", False)),
        recordings=bool(content.get("recordings", False)),
    )


def lint(
    files: Iterable[DataFile], requirements: Mapping[str, Requirement], table: Table
) -> Iterator[LintFinding]:
    """A file is named like its sweep, the requirement is tested, the rule is a word, and what
    stands with it is what the word takes.
    """
    for file in files:
        identity, row = file.content["id"], requirements.get(file.content["req"])
        if PurePosixPath(file.path).stem != identity:
            text = sentence("catalogue/the-sweep-is-called-like-its-file", identity=identity)
            yield file.finding("/id", "id", text)
        if row is None or row.established != "tested":
            text = sentence("catalogue/is-not-in-the-ledger", identity=file.content["req"])
            yield file.finding("/req", "requirement", text)
        unbound = set(file.content.get("roles", ())) - set(row.roles if row else ())
        for role in sorted(unbound):
            identity = file.content["req"]
            text = sentence("catalogue/does-not-bind-a", identity=identity, role=role)
            yield file.finding("/roles", "role", text)
        yield from _arguments(file, table.word("sweeps", file.content["rule"]))


def _arguments(file: DataFile, word: Rule | None) -> Iterator[LintFinding]:
    if word is None:
        text = sentence("catalogue/is-no-word-for-a-sweep", rule=file.content["rule"])
        yield file.finding("/rule", "word", text)
        return
    schemas = SchemaSet({"arguments": mapping(word.text, word.arguments)})
    for fault in schemas.validate("arguments", file.content.get("with", {})):
        text = Text(fault.message, fault.message_zh or fault.message)
        yield file.finding(f"/with{fault.pointer}", f"schema:{fault.keyword}", text)
