"""Static rules of one scenario file: names are known, references lead backward and to something,
arguments are those of the table of words, and no check is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jidi.catalogue.data_file import DataFile
from jidi.catalogue.linting.check_lint import (
    Arguments,
    empty_faults,
    refusal_faults,
    subject_faults,
)
from jidi.catalogue.linting.known_names import Known, Told
from jidi.catalogue.linting.offer_lint import offer_faults
from jidi.catalogue.linting.reference_lint import reference_faults
from jidi.catalogue.linting.sources import Source, Sources
from jidi.catalogue.scenarios import CASE_ROOT
from jidi.language import expressions
from jidi.registry import LintFinding, pointers
from jidi.wording import sentence

_OWN_RESULT = frozenset(
    {"check", "expect", "eventually", "pages"}
)  # parts of a step that may speak of the step itself
_STEP_NAMES = (
    ("call", "again"),
    ("again",),
    ("receive", "after"),
    ("receive", "since"),
    ("quiet", "after"),
    ("push", "again"),
    ("eventually", "after"),
)
_RECEIVING = ("receive", "quiet", "fault")
_KINDS_ZH: Mapping[str, str] = {
    "capability": "能力",
    "courier": "快递企业",
    "limit": "限值",
    "operation": "操作",
    "party": "对手方",
    "problem type": "问题类型",
    "receiver": "接收端",
    "sandbox action": "沙箱动作",
    "schema": "模式",
}
_ENVELOPE = frozenset({"type", "id"})
_ABOUT = frozenset({"order_no", "waybill_no", "consignment_id"})
_SHARED_COURIERS = frozenset(
    {"east", "west"}
)  # played during the whole run and connected before the first scenario


class ScenarioLint:
    """Findings about one scenario file; ``cases`` are the expanded cases (one empty one when there
    are none).
    """

    def __init__(
        self,
        file: DataFile,
        known: Known,
        arguments: Arguments,
        cases: Sequence[Mapping[str, Any]],
    ) -> None:
        self._file = file
        self._known = known
        self._arguments = arguments
        self._cases = cases
        self._content: Mapping[str, Any] = file.content
        self._sources = Sources(known.table, known.registry)
        self._sources.cases = tuple(cases)
        self._steps: set[str] = set()

    def findings(self) -> Iterator[LintFinding]:
        """Everything that is wrong, in the order of the file."""
        yield from self._needs()
        for name, wanted in self._content.get("generate", {}).items():
            yield from self._references(wanted, ("generate", name), self._sources.known)
            yield from self._generator(wanted, f"/generate/{name}")
            yield from self._declare(name, f"/generate/{name}", Source("variable"))
        for index, name in enumerate(self._content.get("receivers", ())):
            yield from self._declare(name, f"/receivers/{index}", Source("receiver"))
        for index, name in enumerate(self._content.get("couriers", ())):
            yield from self._declare(name, f"/couriers/{index}", Source("courier"))
            yield from self._connected(name, f"/couriers/{index}")
        for part in ("steps", "teardown"):
            for index, step in enumerate(self._content.get(part, ())):
                yield from self._step(step, (part, index))

    def _connected(self, name: str, pointer: str) -> Iterator[LintFinding]:
        driven = self._content.get("needs", {}).get("driver", ())
        if name not in _SHARED_COURIERS and "connect-courier" not in driven:
            text = sentence("catalogue/the-courier-must-be-connected-so-connect", name=name)
            yield self._file.finding(pointer, "needs", text)

    def _generator(self, wanted: Any, pointer: str) -> Iterator[LintFinding]:
        """Settings that the kind of value takes."""
        given = dict(wanted) if isinstance(wanted, Mapping) else {}
        kind = self._known.table.word("generators", str(given.pop("kind", wanted)))
        if kind is None or kind.open:
            return
        for name in sorted(set(given) - {one.name for one in kind.arguments}):
            yield self._file.finding(
                f"{pointer}/{name}",
                "argument",
                sentence("catalogue/takes-no", name=kind.name, name_2=name),
            )

    def _declare(self, name: str, pointer: str, source: Source) -> Iterator[LintFinding]:
        if name in self._sources.known:
            yield self._file.finding(
                pointer,
                "duplicate-name",
                sentence("catalogue/the-name-is-taken-already", name=name),
            )
        self._sources.known[name] = source

    def _told(self, faults: Iterable[Told]) -> Iterator[LintFinding]:
        for pointer, rule, text in faults:
            yield self._file.finding(pointer, rule, text)

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
        for name in needs.get("limits", ()):
            yield from self._member(name, self._known.limits, f"/needs/limits/{name}", "limit")

    def _step(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        earlier = dict(self._sources.known)
        taken = step["id"] in earlier
        own = {**earlier, step["id"]: Source("step", step)}
        self._sources.known = own
        for part, value in step.items():
            names = own if part in _OWN_RESULT else earlier
            yield from self._references(value, (*path, part), names)
        yield from self._step_names(step, path)
        yield from self._call(step, path)
        yield from self._told(
            offer_faults(step, pointers.encode(path), self._content.get("needs", {}), self._known)
        )
        yield from self._others(step, path)
        yield from self._conditions(step, path)
        yield from self._checks(step, path)
        self._sources.known = earlier if taken else {**earlier}
        yield from self._declare(step["id"], f"{pointers.encode(path)}/id", Source("step", step))
        self._steps.add(step["id"])

    def _references(
        self, value: Any, path: pointers.Path, names: Mapping[str, Source]
    ) -> Iterator[LintFinding]:
        yield from self._told(reference_faults(value, path, names, self._sources))

    def _conditions(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        expected = step.get("expect", [])
        places: list[tuple[Any, pointers.Path]] = (
            [(one, (*path, "expect", index)) for index, one in enumerate(expected)]
            if isinstance(expected, list)
            else [(expected, (*path, "expect"))]
        )
        until = step.get("eventually", {}).get("until", ())
        places += [(one, (*path, "eventually", "until", index)) for index, one in enumerate(until)]
        for condition, place in places:
            yield from self._told(empty_faults(condition, pointers.encode(place), self._sources))

    def _step_names(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        for place in _STEP_NAMES:
            name = pointers.lookup(step, place)
            if isinstance(name, str) and name not in self._steps:
                text = sentence("catalogue/is-no-earlier-step", name=name)
                yield self._file.finding(pointers.encode((*path, *place)), "reference", text)

    def _path_parameters(self, operation: str, given: Any, at: str) -> Iterator[LintFinding]:
        expected = self._known.operations.get(operation)
        if expected is None or not isinstance(given, dict) or frozenset(given) == expected:
            return
        wanted = ", ".join(sorted(expected))
        text = sentence(
            "catalogue/takes-the-path-parameters",
            operation=operation,
            wanted=wanted or "none",
            wanted_zh=wanted or "无",
        )
        yield self._file.finding(f"{at}/path", "path-parameters", text)

    def _call(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        call = step.get("call")
        if call is None:
            return
        at = pointers.encode((*path, "call"))
        if "as" in call and not call["as"].startswith(CASE_ROOT):
            yield from self._member(
                call["as"],
                self._known.table.names("parties") | frozenset(self._content.get("couriers", ())),
                f"{at}/as",
                "party",
            )
        operation = call.get("op", "")
        if operation and not operation.startswith(CASE_ROOT):
            yield from self._member(
                operation, frozenset(self._known.operations), f"{at}/op", "operation"
            )
            yield from self._path_parameters(operation, call.get("path", {}), at)
        if not operation and "url" not in call and "again" not in call and "again" not in step:
            text = sentence("catalogue/a-call-needs-an-op-a-method")
            yield self._file.finding(at, "call", text)

    def _others(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        at = pointers.encode(path)
        for kind in _RECEIVING:
            if kind in step:
                yield from self._listener(step[kind], kind, f"{at}/{kind}")
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
        if "do" in step:
            given = step["do"].get("with", {})
            yield from self._given("actions", step["do"]["name"], given, f"{at}/do/with")

    def _given(self, part: str, name: str, given: Any, at: str) -> Iterator[LintFinding]:
        for pointer, text in self._arguments.faults(part, name, given):
            yield self._file.finding(f"{at}{pointer}", "argument", text)

    def _where(self, listening: Mapping[str, Any], kind: str, at: str) -> Iterator[LintFinding]:
        """Members that no message can have: nothing would ever match."""
        for name in listening.get("where", {}):
            if not self._means_something(name, {kind: listening}, kind):
                yield self._file.finding(
                    f"{at}/where/{name}",
                    "where",
                    sentence("catalogue/no-message-has", name=name),
                )

    def _means_something(self, name: str, step: Mapping[str, Any], kind: str) -> bool:
        if "receiver" in step[kind]:
            events = self._sources.event_members()
            return name in _ENVELOPE or self._sources.knows(events, f"/{name}")
        if name.startswith("/"):  # may well lead to what must not be there
            return True
        parameters = self._sources.parameters(step, kind)
        known = name in _ABOUT or parameters is None or name in parameters
        return known or self._sources.knows(self._sources.body_places(step, kind), f"/{name}")

    def _listener(self, listening: Mapping[str, Any], kind: str, at: str) -> Iterator[LintFinding]:
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
        yield from self._where(listening, kind, at)
        for index, reply in enumerate(listening.get("reply", ())):
            if isinstance(reply, dict):
                yield from self._subject(reply, f"{at}/reply/{index}")

    def _drive(self, drive: Mapping[str, Any], at: str) -> Iterator[LintFinding]:
        needed = self._content.get("needs", {}).get("driver", ())
        listed = drive.get("sequence", ())
        items = listed if isinstance(listed, list) else ()
        places = [(drive, at)] + [
            (item, f"{at}/sequence/{index}") for index, item in enumerate(items)
        ]
        for holder, pointer in places:
            if "action" not in holder:
                continue
            yield from self._member(
                holder["action"], self._known.sandbox, f"{pointer}/action", "sandbox action"
            )
            if holder["action"] not in needed:
                action = holder["action"]
                text = sentence("catalogue/is-driven-but-does-not-stand-under", action=action)
                yield self._file.finding(f"{pointer}/action", "needs", text)

    def _checks(self, step: Mapping[str, Any], path: pointers.Path) -> Iterator[LintFinding]:
        seen: set[str] = set()
        yield from self._told(
            refusal_faults(step, pointers.encode(path), self._known.problem_types)
        )
        for index, check in enumerate(step.get("check", ())):
            at = pointers.encode((*path, "check", index))
            if check["id"] in seen:
                name, place = check["id"], step["id"]
                text = sentence(
                    "catalogue/the-check-stands-twice-in-the-step", name=name, place=place
                )
                yield self._file.finding(f"{at}/id", "duplicate-id", text)
            seen.add(check["id"])
            yield from self._requirement(check["req"], f"{at}/req")
            yield from self._subject(check, at)
            yield from self._told(subject_faults(check, step, at, self._known.table))
            yield from self._told(empty_faults(check, at, self._sources))
            yield from self._ruled(check.get("rule"), f"{at}/rule")

    def _ruled(self, rule: Any, at: str) -> Iterator[LintFinding]:
        if rule is not None:
            name = rule["name"] if isinstance(rule, Mapping) else rule
            given = rule.get("with", {}) if isinstance(rule, Mapping) else {}
            yield from self._given("rules", name, given, f"{at}/with")

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
                    sentence("catalogue/is-not-in-the-ledger", identity=identity),
                )
                continue
            unbound = [role for role in self._content["roles"] if role not in row.roles]
            if unbound:
                text = sentence(
                    "catalogue/does-not-bind",
                    identity=identity,
                    unbound=", ".join(unbound),
                    unbound_zh="、".join(unbound),
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
            text = sentence(
                "catalogue/there-is-no-known",
                what=what,
                name=name,
                listed=", ".join(listed) or "none",
                kinds_zh=_KINDS_ZH[what],
                listed_zh="、".join(listed) or "无",
            )
            yield self._file.finding(pointer, what.replace(" ", "-"), text)
