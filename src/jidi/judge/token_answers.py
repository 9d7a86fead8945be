"""Answers of token endpoints: their form by schema and media type (RFC 6749, 5.1 and 5.2; DS-08.2),
seen before a token is withheld, and the verdicts on what was seen.

- A token answer, and a refusal, has the published form and media type (DS-08.2): else it fails.
- A token is forbidden to be stored on its way; as only RFC 6749 says so, its lack warns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from jidi.language.json_texts import NotJsonError, read_json
from jidi.language.views import ExchangeView
from jidi.model.exchange import Exchange, Response
from jidi.model.journal import ExchangeRecord, JournalRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

OPERATION: Final = "issueToken"
REQUIREMENT: Final = "DS-08.2"
FACT: Final = "token"
_ANSWER: Final = "token-response"
_ERROR: Final = "token-error"
_HIDDEN: Final = "/access_token"
_SHOWN: Final = 5
_LONGEST: Final = 200
_KEPT: Final = frozenset(
    {"access_token", "token_type", "expires_in", "scope", "error", "error_description", "error_uri"}
)
_FORM: Final = sentence("judge/a-token-answer-or-an-error-of")
_KEEPING: Final = sentence("judge/cache-control-no-store-on-an-answer")


class _Fault(Protocol):
    @property
    def pointer(self) -> str: ...

    @property
    def keyword(self) -> str: ...

    @property
    def message(self) -> str: ...


class _Operation(Protocol):
    @property
    def responses(self) -> Mapping[str, str | None]: ...

    @property
    def response_media_types(self) -> Mapping[str, Sequence[str]]: ...


class Contract(Protocol):
    """What is asked of the contract; the registry has this shape."""

    def operation(self, operation_id: str, /) -> _Operation:
        """An operation by its id."""
        ...

    def validate(self, schema_name: str, instance: Any, /) -> Sequence[_Fault]:
        """Every fault of ``instance``."""
        ...


def token_facts(contract: Contract, response: Response) -> dict[str, Any]:
    """What is wrong with an answer, as a fact for the journal: ``faults`` are sentences without any
    token, ``kept`` whether it forbids to store one (``None``: it holds none).
    """
    operation, status = contract.operation(OPERATION), str(response.status)
    if status not in operation.responses:
        return {"faults": [f"status {status} is not documented"], "kept": None}
    schema, value = operation.responses[status], _document(response.body)
    media = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if schema not in {_ANSWER, _ERROR}:
        return {"faults": [], "kept": None}
    faults = []
    wanted = operation.response_media_types.get(status, ())
    if media not in wanted:
        faults.append(f"media type {media[:_LONGEST] or '-'}")
    if media != "application/problem+json":
        faults += _faults(contract, schema, value)
    kept = "no-store" in (response.header("cache-control") or "").lower()
    return {"faults": faults, "kept": kept if schema == _ANSWER else None}


def _document(body: bytes) -> Any:
    try:
        return read_json(body.decode("utf-8"))
    except (UnicodeDecodeError, NotJsonError):
        return None


def _faults(contract: Contract, schema: str, value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{schema}: not one JSON object"]
    return [
        f"{schema} {one.pointer or '/'}: "
        + (one.keyword if one.pointer.startswith(_HIDDEN) else one.message[:_LONGEST])
        for one in contract.validate(schema, value)
    ]


def presentable(exchange: Exchange) -> Exchange:
    """The exchange with an answer of which only what the contract describes is left: any other
    member may be a credential, and so may every answer that is no JSON object.
    """
    response = exchange.response
    if response is None or not response.body:
        return exchange
    value = _document(response.body)
    if not isinstance(value, Mapping):
        return replace(exchange, response=replace(response, body=b"", truncated=True))
    kept = {
        name: item
        for name, item in value.items()
        if name in _KEPT and (name != "access_token" or isinstance(item, str))
    }
    if kept == value:
        return exchange
    body = json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")
    return replace(exchange, response=replace(response, body=body, truncated=True))


def _is_judged(record: ExchangeRecord) -> bool:
    """Whether it is a token answer of which the run noted what it said."""
    return record.operation == OPERATION and FACT in record.facts


def judge_tokens(
    records: Sequence[JournalRecord], requirements: Mapping[str, object]
) -> Iterator[CheckVerdict]:
    """Verdicts on the token answers of a run; none where no token was asked for."""
    views = [
        ExchangeView(record)
        for record in records
        if isinstance(record, ExchangeRecord) and _is_judged(record)
    ]
    if not views or REQUIREMENT not in requirements:
        return
    faulty = [(view, "; ".join(told)) for view in views if (told := _fact(view)["faults"])]
    yield _verdict(("token-answers", _FORM, Outcome.FAIL), views, faulty)
    holding = [view for view in views if _fact(view)["kept"] is not None]
    loose = [(view, "Cache-Control") for view in holding if not _fact(view)["kept"]]
    if holding:
        yield _verdict(("token-kept", _KEEPING, Outcome.WARN), holding, loose)


def _fact(view: ExchangeView) -> Mapping[str, Any]:
    found = view.record.facts[FACT]
    return found if isinstance(found, Mapping) else {"faults": [], "kept": None}


def _verdict(
    check: tuple[str, Text, Outcome],
    views: Sequence[ExchangeView],
    bad: Sequence[tuple[ExchangeView, str]],
) -> CheckVerdict:
    name, expected, outcome = check
    if not bad:
        told = sentence("judge/answers", views=len(views))
        return CheckVerdict(f"sweep/{name}", REQUIREMENT, Outcome.PASS, "", expected, told)
    kinds = "; ".join(list(dict.fromkeys(text for _, text in bad))[:_SHOWN])
    actual = sentence("judge/of", bad=len(bad), views=len(views), kinds=kinds)
    exchanges = tuple(view.record.id for view, _ in bad[:_SHOWN])
    return CheckVerdict(f"sweep/{name}", REQUIREMENT, outcome, name, expected, actual, exchanges)
