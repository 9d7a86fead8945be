"""Static rules of one scenario file: names are known, references lead backward, expressions
parse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jidi.catalogue.files import DataFile
from jidi.catalogue.scenarios import CASE_ROOT, KINDS
from jidi.language import expressions
from jidi.model.requirement import Requirement
from jidi.model.text import Text
from jidi.registry import LintFinding, Registry, pointers

PARTIES = frozenset(
    {
        "platform-a",
        "platform-b",
        "integrator",
        "supervisor",
        "third-party",
        "uncommitted",
        "tracker",
        "label-printer",
        "resolver",
        "auditor",
        "bulk-requester",
        "bulk-approver",
        "partner-a",
        "partner-b",
        "none",
    }
)
RESERVED = frozenset({"case", "discovery", "target"})
_OWN_RESULT = frozenset(
    {"check", "expect", "eventually", "pages"}
)  # parts of a step that may speak of the step itself
_STEP_NAMES = (
    ("call", "again"),
    ("again",),
    ("receive", "after"),
    ("quiet", "after"),
    ("push", "again"),
    ("eventually", "after"),
)
_RECEIVING = ("receive", "quiet", "fault")
_KINDS_ZH: Mapping[str, str] = {
    "action": "动作",
    "capability": "能力",
    "courier": "快递企业",
    "operation": "操作",
    "party": "对手方",
    "problem type": "问题类型",
    "receiver": "接收端",
    "sandbox action": "沙箱动作",
    "schema": "模式",
}
_SHARED_COURIERS = frozenset(
    {"east", "west"}
)  # played during the whole run and connected before the first scenario


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a scenario may use; ``actions`` are those of ``do``, ``None`` when nobody said
    which there are.
    """

    requirements: Mapping[str, Requirement]
    operations: Mapping[str, frozenset[str]]
    schemas: frozenset[str]
    problems: frozenset[str]
    capabilities: frozenset[str]
    sandbox: frozenset[str]
    actions: frozenset[str] | None

    @classmethod
    def of(
        cls,
        registry: Registry,
        requirements: Mapping[str, Requirement],
        actions: frozenset[str] | None,
    ) -> Known:
        """What the registry knows; a code list that is not there knows nothing."""
        operations = {
            operation.id: frozenset(
                parameter.name for parameter in operation.parameters if parameter.location == "path"
            )
            for operation in registry.operations()
        }
        discovery = registry.schema("discovery") if "discovery" in registry.schema_names else {}
        capabilities = pointers.lookup(discovery, ("properties", "capabilities", "properties"))
        return cls(
            requirements,
            operations,
            frozenset(registry.schema_names),
            _codes(registry, "problem-types") | {"any"},
            frozenset(capabilities if isinstance(capabilities, dict) else ()) | {"tls"},
            _codes(registry, "sandbox-actions"),
            actions,
        )


def _codes(registry: Registry, name: str) -> frozenset[str]:
    if name not in registry.code_list_names:
        return frozenset()
    return frozenset(entry["code"] for entry in registry.code_list(name)["codes"])


class ScenarioLint:
    """Findings about one scenario file; ``cases`` are the expanded cases (one empty one when there
    are none).
    """

    def __init__(self, file: DataFile, known: Known, cases: Sequence[Mapping[str, Any]]) -> None:
        self._file = file
        self._known = known
        self._cases = cases
        self._content: Mapping[str, Any] = file.content
        self._names: set[str] = set(RESERVED)
        self._steps: set[str] = set()

    def findings(self) -> Iterator[LintFinding]:
        """Everything that is wrong, in the order of the file."""
        yield from self._needs()
        for name in self._content.get("generate", {}):
            yield from self._references(
                self._content["generate"][name], ("generate", name), self._names
            )
            yield from self._declare(name, f"/generate/{name}")
        for index, name in enumerate(self._content.get("receivers", ())):
            yield from self._declare(name, f"/receivers/{index}")
        for index, name in enumerate(self._content.get("couriers", ())):
            yield from self._declare(name, f"/couriers/{index}")
            if name not in _SHARED_COURIERS and "connect-courier" not in self._content.get(
                "needs", {}
            ).get("driver", ()):
                text = Text(
                    f"The courier '{name}' must be connected, so 'connect-courier' stands under "
                    "needs.driver.",
                    f"快递企业“{name}”须先连接，因此 needs.driver 下应有 'connect-courier'。",
                )
                yield self._file.finding(f"/couriers/{index}", "needs", text)
        for part in ("steps", "teardown"):
            for index, step in enumerate(self._content.get(part, ())):
                yield from self._step(step, (part, index))

    def _declare(self, name: str, pointer: str) -> Iterator[LintFinding]:
        if name in self._names:
            yield self._file.finding(
                pointer,
                "duplicate-name",
                Text(f"The name '{name}' is taken already.", f"名称“{name}”已被占用。"),
            )
        self._names.add(name)

    def _needs(self) -> Iterator[LintFinding]:
        needs = self._content.get("needs", {})
        for index, name in enumerate(needs.get("capabilities", ())):
            yield from self._member(
                name, self._known.capabilities, f"/needs/capabilities/{index}", "capability"
            )
        for index, name in enumerate(needs.get("driver", ())):
            yield from self._member(
                name, self._known.sandbox, f"/needs/driver/{index}", "sandbox action"
            )

    def _step(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        earlier = set(self._names)
        for part, value in step.items():
            yield from self._references(
                value, (*path, part), earlier | {step["id"]} if part in _OWN_RESULT else earlier
            )
        yield from self._step_names(step, path)
        yield from self._call(step, path)
        yield from self._others(step, path)
        yield from self._checks(step, path)
        yield from self._declare(step["id"], f"{pointers.encode(path)}/id")
        self._steps.add(step["id"])

    def _references(
        self, value: Any, path: pointers.Path, names: set[str]
    ) -> Iterator[LintFinding]:
        for reference in expressions.references(value, path):
            wrong = expressions.fault(reference.text)
            if wrong is not None:
                yield self._file.finding(reference.place, "expression", wrong)
                continue
            expression = expressions.parse(reference.text)
            if expression.root not in names:
                text = Text(
                    f"'${expression.root}' is no variable, receiver or earlier step.",
                    f"“${expression.root}”不是变量、接收端或之前的步骤。",
                )
                yield self._file.finding(reference.place, "reference", text)
            elif expression.root == "case":
                yield from self._case_key("".join(expression.path[:1]), reference.place)

    def _case_key(self, key: str, pointer: str) -> Iterator[LintFinding]:
        if any(key not in case for case in self._cases):
            yield self._file.finding(
                pointer, "case", Text(f"Not every case has '{key}'.", f"并非每个实例都有“{key}”。")
            )

    def _step_names(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        for place in _STEP_NAMES:
            name = pointers.lookup(step, place)
            if isinstance(name, str) and name not in self._steps:
                text = Text(f"'{name}' is no earlier step.", f"“{name}”不是之前的步骤。")
                yield self._file.finding(pointers.encode((*path, *place)), "reference", text)

    def _call(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        call = step.get("call")
        if call is None:
            return
        at = pointers.encode((*path, "call"))
        if "as" in call and not call["as"].startswith(CASE_ROOT):
            yield from self._member(
                call["as"],
                PARTIES | frozenset(self._content.get("couriers", ())),
                f"{at}/as",
                "party",
            )
        operation = call.get("op", "")
        if operation and not operation.startswith(CASE_ROOT):
            yield from self._member(
                operation, frozenset(self._known.operations), f"{at}/op", "operation"
            )
            expected = self._known.operations.get(operation, frozenset())
            path_arguments = call.get("path", {})
            if (
                operation in self._known.operations
                and isinstance(path_arguments, dict)
                and frozenset(path_arguments) != expected
            ):
                wanted = ", ".join(sorted(expected))
                text = Text(
                    f"{operation} takes the path parameters: {wanted or 'none'}.",
                    f"{operation} 的路径参数应为：{wanted or '无'}。",
                )
                yield self._file.finding(f"{at}/path", "path-parameters", text)
        if not operation and "url" not in call and "again" not in call and "again" not in step:
            text = Text(
                "A call needs an op, a method with a url, or a step to do again.",
                "call 须有 op、带 url 的 method，或要重做的步骤。",
            )
            yield self._file.finding(at, "call", text)

    def _others(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        at = pointers.encode(path)
        for kind in _RECEIVING:
            if kind in step:
                yield from self._listener(step[kind], f"{at}/{kind}")
        if "push" in step:
            yield from self._member(
                step["push"]["from"],
                frozenset(self._content.get("couriers", ())),
                f"{at}/push/from",
                "courier",
            )
        if "drive" in step:
            yield from self._drive(step["drive"], f"{at}/drive")
        between = pointers.lookup(step, ("pages", "between"))
        if isinstance(between, dict):
            yield from self._drive(between["drive"], f"{at}/pages/between/drive")
        if "do" in step and self._known.actions is not None:
            yield from self._member(
                step["do"]["name"], self._known.actions, f"{at}/do/name", "action"
            )

    def _listener(self, listening: Mapping[str, Any], at: str) -> Iterator[LintFinding]:
        for word in ("receiver", "courier"):
            if word in listening:
                yield from self._member(
                    listening[word],
                    frozenset(self._content.get(f"{word}s", ())),
                    f"{at}/{word}",
                    word,
                )
        if "op" in listening:
            yield from self._member(
                listening["op"], frozenset(self._known.operations), f"{at}/op", "operation"
            )
        for index, reply in enumerate(listening.get("reply", ())):
            if isinstance(reply, dict):
                yield from self._subject(reply, f"{at}/reply/{index}")

    def _drive(self, drive: Mapping[str, Any], at: str) -> Iterator[LintFinding]:
        needed = self._content.get("needs", {}).get("driver", ())
        places = [(drive, at)] + [
            (item, f"{at}/sequence/{index}") for index, item in enumerate(drive.get("sequence", ()))
        ]
        for holder, pointer in places:
            if "action" not in holder:
                continue
            yield from self._member(
                holder["action"], self._known.sandbox, f"{pointer}/action", "sandbox action"
            )
            if holder["action"] not in needed:
                action = holder["action"]
                text = Text(
                    f"'{action}' is driven but does not stand under needs.driver.",
                    f"“{action}”由驱动执行，但未列于 needs.driver。",
                )
                yield self._file.finding(f"{pointer}/action", "needs", text)

    def _checks(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        seen: set[str] = set()
        kind = next(kind for kind in KINDS if kind in step)
        for index, check in enumerate(step.get("check", ())):
            at = pointers.encode((*path, "check", index))
            if check["id"] in seen:
                name, place = check["id"], step["id"]
                text = Text(
                    f"The check '{name}' stands twice in the step '{place}'.",
                    f"检验“{name}”在步骤“{place}”中出现两次。",
                )
                yield self._file.finding(f"{at}/id", "duplicate-id", text)
            seen.add(check["id"])
            if kind == "wait":
                yield self._file.finding(
                    at,
                    "check",
                    Text(
                        "A step that only waits has nothing to check.",
                        "只等待的步骤没有可检验的内容。",
                    ),
                )
            yield from self._requirement(check["req"], f"{at}/req")
            yield from self._subject(check, at)

    def _requirement(self, written: str, pointer: str) -> Iterator[LintFinding]:
        key = written.removeprefix(CASE_ROOT)
        ids = (
            {str(case[key]) for case in self._cases if key in case}
            if written.startswith(CASE_ROOT)
            else {written}
        )
        for identity in sorted(ids):
            row = self._known.requirements.get(identity)
            if row is None:
                yield self._file.finding(
                    pointer,
                    "requirement",
                    Text(f"{identity} is not in the ledger.", f"台账中没有 {identity}。"),
                )
                continue
            unbound = [role for role in self._content["roles"] if role not in row.roles]
            if unbound:
                text = Text(
                    f"{identity} does not bind: {', '.join(unbound)}.",
                    f"{identity} 不约束：{'、'.join(unbound)}。",
                )
                yield self._file.finding(pointer, "role", text)

    def _subject(self, holder: Mapping[str, Any], at: str) -> Iterator[LintFinding]:
        if "schema" in holder and not expressions.is_expression(holder["schema"]):
            yield from self._member(holder["schema"], self._known.schemas, f"{at}/schema", "schema")
        problems = holder.get("problem", [])
        for slug in [problems] if isinstance(problems, str) else problems:
            if slug != "any" and not expressions.is_expression(slug):
                yield from self._member(slug, self._known.problems, f"{at}/problem", "problem type")

    def _member(
        self, name: str, known: frozenset[str], pointer: str, what: str
    ) -> Iterator[LintFinding]:
        if name not in known:
            listed = sorted(known)
            text = Text(
                f"There is no {what} '{name}'. Known: {', '.join(listed) or 'none'}.",
                f"没有{_KINDS_ZH[what]}“{name}”。现有：{'、'.join(listed) or '无'}。",
            )
            yield self._file.finding(pointer, what.replace(" ", "-"), text)
