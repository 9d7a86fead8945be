"""Scenarios from their files, with their cases expanded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, cast

from jidi.catalogue.data_file import DataFile
from jidi.errors import DataError
from jidi.language.step_reading import conditions_of, deed_of
from jidi.language.words.table import TABLE
from jidi.model.roles import ROLES
from jidi.model.scenario import Check, Scenario, Step
from jidi.model.text import Text
from jidi.registry.values import Example, ExampleKind, Operation
from jidi.wording import sentence

_KINDS = tuple(word.name for word in TABLE.kinds)
_MODIFIERS = tuple(word.name for word in TABLE.modifiers)
_SUBJECTS = tuple(word.name for word in TABLE.subjects)
_MATCHERS = tuple(word.name for word in TABLE.matchers)
CASE_ROOT = "$case."
_STATIC_ARGUMENTS = (
    "op",
    "as",
    "method",
    "url",
)  # of a call: known before the run, so that they can be linted
_CASELESS: Mapping[str, Any] = {}


class Published(Protocol):
    """What the cases of a scenario are made of; the registry has this shape."""

    def operations(self) -> Sequence[Operation]:
        """Every operation, in document order."""

    def examples(self, kind: ExampleKind, thing: str) -> Sequence[Example]:
        """Examples of one thing, ordered by path."""


def expand(file: DataFile, registry: Published) -> Iterator[Scenario]:
    """Instances of the scenario in one file: one, or one for each case.

    Raises:
        DataError: the cases name examples that do not exist, or a check takes its requirement from
            a case that has none.
    """
    content = file.content
    if "cases" not in content:
        yield _instance(file, _CASELESS)
        return
    for case in _cases(content["cases"], registry):
        if _roles(content, case):
            yield _instance(file, case)


def _roles(content: Mapping[str, Any], case: Mapping[str, Any]) -> tuple[str, ...]:
    """Roles for which the instance means anything: those of the scenario that serve the operation
    of the case.
    """
    return tuple(
        role for role in content["roles"] if "op" not in case or role in case.get("roles", ROLES)
    )


def _cases(cases: Mapping[str, Any], registry: Published) -> list[Mapping[str, Any]]:
    if "list" in cases:
        return list(cases["list"])
    if "operations" in cases:
        chosen = (
            operation
            for operation in registry.operations()
            if _chosen(operation, cases["operations"])
            and ("naming" not in cases or names(operation, cases["naming"]))
        )
        return [
            {
                "name": one.id,
                "op": one.id,
                "level": one.level,
                "capability": one.capability or "",
                "roles": list(one.roles),
                **({"body": _valid_body(one, registry)} if "naming" in cases else {}),
            }
            for one in chosen
        ]
    kind, _, thing = cases["examples"].partition("/")
    found = registry.examples(cast("ExampleKind", kind), thing)
    if not found:
        raise DataError(
            sentence("catalogue/there-are-no-examples-at", examples=cases["examples"]),
            next_step=sentence("catalogue/add-examples-or-correct-the-path"),
        )
    keys = ("pointer", "requirement", "keyword")
    return [
        {
            "name": example.name,
            "instance": example.instance,
            **{key: example.expect[key] for key in keys if key in example.expect},
        }
        for example in found
    ]


def names(operation: Operation, parameter: str) -> bool:
    """Whether the address of an operation names an object by this parameter."""
    return any(one.location == "path" and one.name == parameter for one in operation.parameters)


def _valid_body(operation: Operation, registry: Published) -> Any:
    """A published example of what the operation takes; ``None`` where it takes nothing."""
    if operation.request_schema is None:
        return None
    return registry.examples("valid", operation.request_schema)[0].instance


def _chosen(operation: Operation, which: str) -> bool:
    """Whether an operation is meant; those of the sandbox are never a candidate's own, and a token
    endpoint is no API operation.
    """
    if operation.document == "sandbox" or operation.served_at == "token-endpoint":
        return False
    return which == "all" or operation.secured is (which == "secured")


def _instance(file: DataFile, case: Mapping[str, Any]) -> Scenario:
    content = file.content
    needs = content.get("needs", {})
    of_operation = (case["capability"],) if "op" in case and case.get("capability") else ()
    return Scenario(
        id=f"{content['id']}[{case['name']}]" if case else content["id"],
        base=content["id"],
        title=Text.from_json(content["title"]),
        area=content["area"],
        roles=_roles(content, case),
        needs_capabilities=tuple(dict.fromkeys((*needs.get("capabilities", ()), *of_operation))),
        needs_actions=tuple(needs.get("driver", ())),
        needs_limits=needs.get("limits", {}),
        alone=bool(content.get("alone", False)),
        case=case,
        generate={
            name: {"kind": value} if isinstance(value, str) else value
            for name, value in content.get("generate", {}).items()
        },
        receivers=tuple(content.get("receivers", ())),
        couriers=tuple(content.get("couriers", ())),
        steps=tuple(_step(step, case) for step in content["steps"]),
        teardown=tuple(_step(step, case) for step in content.get("teardown", ())),
        level=case.get("level", "core") if "op" in case else "core",
        source=file.path,
        digest=file.digest,
    )


_BODY: Final = f"{CASE_ROOT}body"


def _step(step: Mapping[str, Any], case: Mapping[str, Any]) -> Step:
    kind = next(kind for kind in _KINDS if kind in step)
    arguments = dict(step[kind])
    modifiers = {name: step[name] for name in _MODIFIERS if name in step}
    if kind == "call":
        if arguments.get("body") == _BODY and case.get("body") is None:
            del arguments["body"]
        if "again" in arguments:
            modifiers["again"] = arguments.pop("again")
        arguments.update(
            {
                name: _static(arguments[name], case)
                for name in _STATIC_ARGUMENTS
                if name in arguments
            }
        )
    return Step(
        id=step["id"],
        deed=deed_of(kind, arguments, modifiers),
        expect=conditions_of(step.get("expect")),
        checks=tuple(_check(check, case) for check in step.get("check", ())),
        title=Text.from_json(step["title"]) if "title" in step else None,
    )


def _check(check: Mapping[str, Any], case: Mapping[str, Any]) -> Check:
    subject = next(subject for subject in _SUBJECTS if subject in check)
    matcher = next((matcher for matcher in _MATCHERS if matcher in check), "")
    argument = check[subject]
    return Check(
        id=check["id"],
        requirement=_static(check["req"], case),
        subject=subject,
        argument=_static(argument, case) if subject in {"schema", "problem"} else argument,
        matcher=matcher,
        operand=check.get(matcher) if matcher else None,
    )


def _static(value: Any, case: Mapping[str, Any]) -> Any:
    """``value``, or what the case gives for it; everything else that names a case is resolved when
    the scenario runs.
    """
    if not isinstance(value, str) or not value.startswith(CASE_ROOT):
        return value
    key = value.removeprefix(CASE_ROOT)
    if key not in case:
        raise DataError(
            sentence("catalogue/the-case-has-no", value=case.get("name", ""), the_key=key),
            next_step=sentence(
                "catalogue/static-known", case=", ".join(case), case_zh="、".join(case)
            ),
        )
    return case[key]
