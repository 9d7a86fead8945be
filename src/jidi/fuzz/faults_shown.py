"""The kit's own view of one exchange: does it show the fault that a check is about? Decides on the
child's evidence and on the replay alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jidi.fuzz.child.shaping import find_banner, find_internals, illegal_query, value_is_legal
from jidi.fuzz.contract import CLOSING, Contract, ContractSource, problem_types, resolve
from jidi.fuzz.declared import Declaration
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Failure, Request, Response
from jidi.model.text import Text
from jidi.registry.values import Fault, Operation
from jidi.wording import sentence

TOLERATED = frozenset(
    {401, 403, 404, 409, 429}
)  # answers to a valid request that say nothing against the candidate
ITEMWISE = {
    "createConsignmentBatch": "consignments"
}  # judged item by item: 200 with a refused item is a refusal
SHOWN = 3
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, of whatever origin."""

    response: Response | None
    failure: Failure | None = None

    @property
    def accepted(self) -> bool:
        """Whether it is a success."""
        return self.response is not None and 200 <= self.response.status < 300


@dataclass(frozen=True, slots=True)
class Shown:
    """A fault that an exchange shows, for people. ``kind`` is the kind of check that it belongs
    to.
    """

    kind: str
    expected: Text
    actual: Text


class FaultReader:
    """Reads exchanges of one contract."""

    def __init__(
        self, contract: Contract, source: ContractSource, declaration: Declaration
    ) -> None:
        self._contract = contract
        self._source = source
        self._declaration = declaration
        self._types = problem_types(source)
        self._readers: Mapping[str, Callable[[Operation, Request, Answer], Shown | None]] = {
            "accepts-valid": self._refused_valid,
            "rejects-invalid": self._accepted_invalid,
            "refuses-excess": self._accepted_invalid,
            "stays-up": self._went_down,
            "needs-credential": self._served_anyone,
            "answers-by-contract": self._odd_success,
            "refuses-by-contract": self._odd_refusal,
        }

    def read(self, kind: str, operation: str, request: Request, answer: Answer) -> Shown | None:
        """The fault that this exchange shows under a kind of check, ``None`` when it shows none."""
        return self._readers[kind](self._contract.operations[operation], request, answer)

    def _refused_valid(
        self, operation: Operation, request: Request, answer: Answer
    ) -> Shown | None:
        if (
            answer.response is None
            or answer.accepted
            or answer.response.status in TOLERATED
            or answer.response.status >= 500
        ):
            return None
        if (
            self._request_faults(operation, request)
            or self._is_about_cursor(request, answer.response)
            or self._contract.beyond(operation.id, request, answer.response.status)
        ):
            return None
        expected = sentence("fuzz/a-request-that-the-contract-allows-is")
        return Shown("accepts-valid", expected, _status(answer.response))

    @staticmethod
    def _is_about_cursor(request: Request, response: Response) -> bool:
        """Whether it was refused for a cursor that the kit made up: right by schema, and rightly
        unknown.
        """
        if response.status != 400 or "cursor=" not in request.url:
            return False
        try:
            problem = read_loosely(response.body)
        except ValueError:
            return False
        return isinstance(problem, dict) and str(problem.get("type", "")).endswith(
            "/cursor-invalid"
        )

    def _accepted_invalid(
        self, operation: Operation, request: Request, answer: Answer
    ) -> Shown | None:
        if not answer.accepted:
            return None
        faults = self._standing(operation, self._request_faults(operation, request), answer)
        if not faults:
            return None
        only_excess = all(fault.keyword in CLOSING for fault in faults)
        told = "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults[:SHOWN])
        told_zh = "；".join(
            f"{fault.pointer or '/'}：{fault.message_zh or fault.message}"
            for fault in faults[:SHOWN]
        )
        status = answer.response.status if answer.response else 0
        expected = sentence("fuzz/a-request-with-this-fault-is-refused", told=told, told_zh=told_zh)
        return Shown(
            "refuses-excess" if only_excess else "rejects-invalid",
            expected,
            sentence("fuzz/accepted-with", status=status),
        )

    def _standing(self, operation: Operation, faults: list[Fault], answer: Answer) -> list[Fault]:
        """Of faults in single items only those whose item was accepted all the same."""
        member = ITEMWISE.get(operation.id)
        if member is None:
            return faults
        outcomes = _outcomes(answer)
        return [
            fault
            for fault in faults
            if _item(fault.pointer, member) is None
            or outcomes.get(_item(fault.pointer, member)) == "accepted"
        ]

    def _request_faults(self, operation: Operation, request: Request) -> list[Fault]:
        faults = [
            Fault(f"?{name}", "query", f"{value!r} is not allowed", "", "", f"不允许 {value!r}")
            for name, value in illegal_query(request.url, self._contract.query_rules(operation.id))
        ]
        sent = {name.lower() for name, _ in request.headers}
        faults += [
            Fault(item.name, "header", "the header is missing", "", "", "缺少该首部")
            for item in operation.parameters
            if item.location == "header" and item.required and item.name.lower() not in sent
        ]
        return faults + self._body_faults(operation, request)

    def _body_faults(self, operation: Operation, request: Request) -> list[Fault]:
        if operation.request_schema is None or (
            not request.body and not operation.request_required
        ):
            return []
        try:
            body = read_loosely(request.body)
        except ValueError:
            return [Fault("", "json", "the body is not JSON", "", "", "请求体不是 JSON")]
        return self._source.validate(operation.request_schema, body, request=True)

    def _went_down(self, operation: Operation, request: Request, answer: Answer) -> Shown | None:
        expected = sentence("fuzz/every-input-is-answered-in-time-below")
        if answer.failure is not None and answer.failure.kind in (
            "timeout",
            "reset",
            "protocol",
            "too-large",
        ):
            return Shown(
                "stays-up",
                expected,
                sentence("fuzz/no-complete-answer", kind=answer.failure.kind),
            )
        if answer.response is None:
            return None
        if answer.response.status >= 500:
            return Shown("stays-up", expected, _status(answer.response))
        sent = f"{request.url}\n{request.body.decode('utf-8', 'replace')}"
        found = find_internals(
            answer.response.body.decode("utf-8", "replace"), self._declaration.internals, sent
        )
        found = found or find_banner(
            answer.response.headers,
            self._declaration.banner_headers,
            self._declaration.banner_pattern,
        )
        return (
            Shown(
                "stays-up",
                expected,
                sentence("fuzz/shows", id=operation.id, found=found[0]),
            )
            if found
            else None
        )

    def _served_anyone(
        self, operation: Operation, request: Request, answer: Answer
    ) -> Shown | None:
        if not answer.accepted or answer.response is None or not operation.secured:
            return None
        expected = sentence("fuzz/without-a-valid-credential-401")
        return Shown(
            "needs-credential",
            expected,
            sentence("fuzz/served-with", method=request.method, status=answer.response.status),
        )

    def _odd_success(self, operation: Operation, request: Request, answer: Answer) -> Shown | None:
        response = answer.response
        if (
            response is None
            or not 200 <= response.status < 400
            or request.method != operation.method
        ):
            return None
        told = self._success_fault(operation, response)
        expected = sentence("fuzz/a-success-as-the-contract-describes-it")
        return Shown("answers-by-contract", expected, told) if told else None

    def _success_fault(self, operation: Operation, response: Response) -> Text | None:
        status = str(response.status)
        if status not in operation.responses:
            return sentence("fuzz/status-is-not-described", status=status)
        missing = self._missing_header(operation, response)
        if missing:
            return sentence("fuzz/header-is-missing-or-wrong", missing=missing)
        media_types = operation.response_media_types[status]
        kind = _media_type(response)
        if media_types and kind not in media_types:
            return sentence("fuzz/media-type", kind=kind)
        schema = operation.responses[status]
        return self._schema_fault(schema, response) if schema is not None else None

    def _schema_fault(self, schema: str, response: Response) -> Text | None:
        try:
            faults = self._source.validate(schema, read_loosely(response.body))
        except ValueError:
            return sentence("fuzz/the-body-is-not-json")
        if not faults:
            return None
        return sentence(
            "fuzz/schema-fault",
            pointer=faults[0].pointer or "/",
            message=faults[0].message,
            message_zh=faults[0].message_zh or faults[0].message,
        )

    def _missing_header(self, operation: Operation, response: Response) -> str:
        answer = resolve(
            self._contract.document,
            self._contract.raw(operation.id)["responses"][str(response.status)],
        )
        for name, reference in answer.get("headers", {}).items():
            described = resolve(self._contract.document, reference)
            value = response.header(name)
            if value is None and described.get("required"):
                return str(name)
            if value is not None and not value_is_legal(
                resolve(self._contract.document, described.get("schema", {})), value
            ):
                return str(name)
        return ""

    def _odd_refusal(self, operation: Operation, request: Request, answer: Answer) -> Shown | None:
        response = answer.response
        if response is None or not 400 <= response.status < 500 or request.method == "HEAD":
            return None
        told = self._refusal_fault(response)
        expected = sentence("fuzz/a-refusal-of-is-a-problem-document", id=operation.id)
        return Shown("refuses-by-contract", expected, told) if told else None

    def _refusal_fault(self, response: Response) -> Text | None:
        kind = _media_type(response)
        if kind != "application/problem+json":
            return sentence("fuzz/status-with-media-type", status=response.status, kind=kind)
        try:
            problem = read_loosely(response.body)
        except ValueError:
            return sentence("fuzz/the-problem-document-is-not-json")
        slug = problem.get("type") if isinstance(problem, dict) else None
        if slug not in self._types:
            return sentence("fuzz/problem-type-is-not-published", slug=slug)
        return self._schema_fault("problem", response)


def _status(response: Response) -> Text:
    return sentence("fuzz/answered-with", status=response.status)


def _media_type(response: Response) -> str:
    return (response.header("Content-Type") or "").split(";")[0].strip().lower()


def _item(pointer: str, member: str) -> int | None:
    steps = pointer.split("/")
    return int(steps[2]) if len(steps) > 2 and steps[1] == member and steps[2].isdigit() else None


def _outcomes(answer: Answer) -> dict[int | None, str]:
    try:
        body = read_loosely(answer.response.body) if answer.response is not None else None
    except ValueError:
        return {}
    items = body.get("items") if isinstance(body, dict) else None
    return (
        {item.get("index"): str(item.get("outcome")) for item in items if isinstance(item, dict)}
        if isinstance(items, list)
        else {}
    )
