"""Contradictions in the published data: schemas, examples, operations, and what was released."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from jidi.errors import JidiError
from jidi.registry.linting.reference_engine import validate_slow
from jidi.registry.linting.schema_lint import SchemaLint, undescribed
from jidi.registry.reading.documents import broken_rules
from jidi.registry.registry import Registry
from jidi.registry.rule_sites import RuleChecker
from jidi.registry.values import Example, LintFinding


def lint(
    registry: Registry,
    known_requirements: Iterable[str] | None = None,
    rule_checker: RuleChecker | None = None,
) -> list[LintFinding]:
    """Every contradiction, ordered by path and line; paths are relative to the version's folder.

    ``known_requirements`` are the ids of the ledger (``None``: ids are not looked at). Without a
    ``rule_checker`` examples of named rules are not judged.
    """
    known = None if known_requirements is None else frozenset(known_requirements)
    found = [
        *_schemas(registry, known),
        *_examples(registry, known, rule_checker),
        *_operations(registry),
        *_released(registry),
    ]
    return sorted(
        set(found),
        key=lambda finding: (finding.path, finding.line or 0, finding.rule, finding.message),
    )


def _schemas(registry: Registry, known: frozenset[str] | None) -> Iterator[LintFinding]:
    checker = SchemaLint(registry.bundle, registry.tree, known)
    for name in registry.schema_names:
        try:
            yield from checker.findings(name)
        except JidiError as error:
            yield LintFinding(f"{name}.schema.json", None, "reference", str(error))
    described = frozenset(example.thing for example in registry.examples("valid"))
    for name in undescribed(registry.bundle.schemas, described, registry.bundle.definitions):
        yield LintFinding(
            f"{name}.schema.json", None, "examples", f"There is no valid example of '{name}'."
        )


def _examples(
    registry: Registry, known: frozenset[str] | None, checker: RuleChecker | None
) -> Iterator[LintFinding]:
    for kind in ("valid", "invalid"):
        for example in registry.examples("valid" if kind == "valid" else "invalid"):
            if example.thing not in registry.schema_names:
                yield _about(example, "thing", f"There is no schema '{example.thing}'.")
                continue
            try:
                validate_slow(registry, example.thing, example.instance)
                yield from (
                    _valid(registry, example, checker)
                    if kind == "valid"
                    else _invalid(registry, example, known, checker)
                )
            except JidiError as error:
                yield _about(example, "agreement", str(error))


def _valid(
    registry: Registry, example: Example, checker: RuleChecker | None
) -> Iterator[LintFinding]:
    faults = registry.validate(example.thing, example.instance)
    for fault in (
        *faults,
        *(broken_rules(registry, example.thing, example.instance, checker) if not faults else ()),
    ):
        yield _about(example, "example", f"{fault.pointer or '(top)'}: {fault.message}")


def _invalid(
    registry: Registry, example: Example, known: frozenset[str] | None, checker: RuleChecker | None
) -> Iterator[LintFinding]:
    expect = example.expect
    missing = [
        key for key in ("requirement", "pointer", "keyword", "description") if key not in expect
    ]
    if missing:
        yield _about(example, "expect", f"The side file lacks {', '.join(missing)}.")
        return
    if known is not None and expect["requirement"] not in known:
        yield _about(example, "requirement", f"{expect['requirement']} is not in the ledger.")
    if expect["keyword"].startswith("rule:") and checker is None:
        return
    faults = [
        *registry.validate(
            example.thing, example.instance, request=example.thing in registry.request_names
        ),
        *broken_rules(registry, example.thing, example.instance, checker),
    ]
    told = [(fault.pointer, fault.keyword, fault.requirement) for fault in faults]
    wanted = (expect["pointer"], expect["keyword"], expect["requirement"])
    if wanted not in told:
        yield _about(example, "example", f"Expected {wanted}, found {told or 'no fault'}.")


def _about(example: Example, rule: str, message: str) -> LintFinding:
    return LintFinding(f"examples/{example.path}.json", None, rule, message)


def _operations(registry: Registry) -> Iterator[LintFinding]:
    for document in registry.documents:
        path = f"openapi/{document}.yaml"
        for operation in registry.operations(document):
            named = {operation.request_schema, *operation.responses.values()} - {None}
            for name in sorted(str(name) for name in named):
                if name not in registry.schema_names:
                    yield LintFinding(
                        path,
                        None,
                        "schema",
                        f"{operation.id} names the schema '{name}', which does not exist.",
                    )
        try:
            registry.openapi_bundle(document)
        except JidiError as error:
            yield LintFinding(path, None, "reference", str(error))


def _released(registry: Registry) -> Iterator[LintFinding]:
    """Files that were released are never changed: each must have the digest that
    ``released.sha256`` records; no such file, nothing was released.
    """
    root = registry.bundle.root
    record = root.parent / "released.sha256"
    if not record.is_file():
        return
    entries = [line.partition("  ")[::2] for line in record.read_text("utf-8").splitlines() if line]
    if entries != sorted(entries, key=lambda entry: entry[1]):
        yield LintFinding(f"../{record.name}", None, "released", "The paths are not sorted.")
    for number, (digest, name) in enumerate(entries, 1):
        path = root.parent / name
        if not path.is_relative_to(root):
            continue
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield LintFinding(
                f"../{record.name}",
                number,
                "released",
                f"{name} is not what was released; make a new version instead.",
            )
    listed = {root.parent / name for _, name in entries}
    yield from (
        LintFinding(_relative(path, root), None, "released", "The file is not in released.sha256.")
        for path in _published(root)
        if path not in listed
    )


def _published(root: Path) -> list[Path]:
    return sorted(
        path
        for pattern in ("*.schema.json", "codelists/*.json", "openapi/*.yaml", "bundle.json")
        for path in root.glob(pattern)
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
