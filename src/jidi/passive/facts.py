"""What can be told only from the values themselves, found before redaction and kept as facts:
places, keywords and slugs, never a value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from jidi.drive.keeping.scanner import find_personal
from jidi.judge.checks import SUBJECTS, Question
from jidi.judge.context import JudgingContext
from jidi.judge.personal.canaries import Automaton, Canary, canaries_in
from jidi.judge.personal.internals import signs
from jidi.judge.personal.leaks import Watch, leaves
from jidi.judge.personal.masks import label_faults, payload_faults
from jidi.judge.rules.chains import record_hash
from jidi.judge.rules.document_rules import apply
from jidi.judge.rules.named import batch_digests
from jidi.judge.rules.signatures import Window, fault_of
from jidi.judge.rules.transitions import instant
from jidi.language.expressions import ABSENT, point
from jidi.language.views import ExchangeView, StepView, body_bytes, header_map
from jidi.model.journal import ExchangeRecord
from jidi.model.scenario import Check, Step
from jidi.model.verdict import Outcome
from jidi.passive.matching import Match, json_of
from jidi.passive.reading.entries import Entry
from jidi.registry import Registry

_NO_STEP: Final = Step("recorded", "call", {}, {}, None, ())
_WITHHELD: Final = "⟦"
_MOST_FAULTS: Final = 20
_MOST_CANARIES: Final = 5_000
_SOUGHT: Final = frozenset({"name", "phone", "virtual-number", "room", "address-detail"})
_BIRTH: Final = slice(6, 14)
Fault = dict[str, str]


class FactFinder:
    """Looks at raw records in the order of time, and remembers what was handed over; ``by_kit``:
    values in ``⟦…⟧`` are the kit's own doing.
    """

    def __init__(self, registry: Registry, context: JudgingContext, *, by_kit: bool) -> None:
        self._registry = registry
        self._context = context
        self._by_kit = by_kit
        self._clear: dict[str, dict[str, Any]] = {}
        self._secrets: dict[str, set[str]] = {}
        self._callbacks: dict[str, str] = {}
        self._canaries: dict[Canary, None] = {}
        self._watch: Watch | None = None

    def learn(self, match: Match, entry: Entry) -> None:
        """First pass: note what was handed over, and the secrets of subscriptions."""
        operation, response = match.operation, entry.exchange.response
        if operation is None or response is None or not 200 <= response.status < 300:
            return
        sent, came = json_of(entry.exchange.request.body), json_of(response.body)
        if (
            operation.id in {"createConsignment", "createConsignmentBatch", "amendConsignment"}
            and len(self._canaries) < _MOST_CANARIES
        ):
            self._canaries.update(
                dict.fromkeys(
                    one
                    for one in canaries_in(sent)
                    if one.kind in _SOUGHT and _WITHHELD not in one.value
                )
            )
        if (
            operation.id == "createSubscription"
            and isinstance(sent, Mapping)
            and isinstance(came, Mapping)
        ):
            self._callbacks[str(came.get("subscription_id"))] = str(sent.get("callback_url"))
            self._take_secret(str(sent.get("callback_url")), sent.get("secret"))
        if operation.id == "rotateSubscriptionSecret" and isinstance(sent, Mapping):
            self._take_secret(
                self._callbacks.get(match.parameters.get("subscription_id", ""), ""),
                sent.get("secret"),
            )

    def _take_secret(self, callback: str, secret: Any) -> None:
        if callback and isinstance(secret, str) and _WITHHELD not in secret:
            self._secrets.setdefault(callback, set()).add(secret)

    def facts(self, match: Match, entry: Entry, raw: ExchangeRecord) -> dict[str, Any]:
        """Second pass: the facts of one exchange."""
        view = ExchangeView(raw)
        found: dict[str, Any] = {
            "request_known": entry.request_known,
            "response_known": entry.response_known,
        }
        found |= self._messages(match, entry)
        if match.outgoing:
            return found
        if match.operation is not None and match.operation.signed and view.response is not None:
            found |= self._credential(entry, view)
        if match.operation is None:
            found["signature"] = self._signature(view)
        elif view.response is not None:
            text = view.response.attribute("text")
            found["internals"] = signs(view.response.headers, "" if text is ABSENT else text)
            found["identity"] = self._identity(view)
            found |= self._problem(match, entry, view)
            found |= self._of_operation(match, entry, view)
        leaks = self._leaks(view)
        return found if leaks is None else {**found, "leaks": leaks}

    def _messages(self, match: Match, entry: Entry) -> dict[str, Any]:
        operation, exchange = match.operation, entry.exchange
        found: dict[str, Any] = {}
        request_schema = "push-envelope" if operation is None else operation.request_schema
        if request_schema and entry.request_known and exchange.request.body:
            found["request"] = self._validity(
                request_schema,
                exchange.request.body,
                entry.redacted if operation is None or match.outgoing else {},
                request=operation is not None,
            )
        schema = (
            response_schema(match, exchange.response.status)
            if exchange.response is not None
            else ""
        )
        if (
            schema
            and not match.outgoing
            and exchange.response is not None
            and entry.response_known
            and (exchange.response.body or exchange.response.status != 304)
        ):
            found["response"] = self._validity(
                schema, exchange.response.body, entry.redacted, request=False
            )
        return found

    def _validity(
        self, schema: str, body: bytes, redacted: Mapping[str, list[str]], *, request: bool
    ) -> dict[str, Any]:
        requirement = str(self._registry.schema(schema).get("x-requirement", ""))
        value = json_of(body)
        if value is None:
            return {
                "schema": schema,
                "requirement": requirement,
                "faults": [_fault("", "json", "", "not one JSON document", "不是单个 JSON 文档")],
            }
        faults = [
            _fault(
                one.pointer,
                one.keyword,
                one.requirement,
                one.message,
                one.message_zh or one.message,
            )
            for one in self._registry.validate(schema, value, request=request)
            if not self._hidden(value, one.pointer)
        ]
        for site in self._registry.rule_sites(schema, value):
            told = (
                None
                if self._hidden(value, site.pointer)
                else apply(site.rule, site.value, site.parent)
            )
            if told is not None:
                faults.append(
                    _fault(
                        site.pointer,
                        f"rule:{site.rule.partition(':')[0]}",
                        site.requirement,
                        told.en,
                        told.zh,
                    )
                )
        faults += [
            _fault(pointer, keyword, "", keyword, keyword)
            for pointer, keywords in redacted.items()
            if pointer.startswith("/")
            for keyword in keywords
        ]
        return {
            "schema": schema,
            "requirement": requirement,
            "faults": faults[:_MOST_FAULTS],
            "whole": not self._hidden(value, ""),
        }

    def _hidden(self, value: Any, pointer: str) -> bool:
        """Whether the kit itself withheld something at this place, so that nothing can be said of
        its form.
        """
        if not self._by_kit:
            return False
        here = point(value, pointer) if pointer else value
        if here is ABSENT:
            here = None
        return any(_WITHHELD.encode() in text for _, text in leaves(here))

    def _signature(self, view: ExchangeView) -> str:
        """Slug of what is wrong with a push; without the secret only what can be seen without
        it.
        """
        secrets = sorted(self._secrets.get(view.record["request"]["url"], ()))
        arrived = instant(view.record["started_at"]) or datetime.now(UTC)
        headers = header_map(view.request.headers)
        fault = fault_of(
            headers,
            body_bytes(view.request.body),
            secrets,
            self._window(arrived),
        )
        return "" if fault in {"signature-mismatch", "unusable-secret"} and not secrets else fault

    def _window(self, arrived: datetime) -> Window:
        """How old a push may be; that tells nothing where the candidate's clock can be moved."""
        moved = point(self._context.discovery, "/environment") != "production"
        return Window(arrived.timestamp(), math.inf if moved else self._context.skew_s)

    def _credential(self, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        """Slug of what is wrong with the signature of a push that the candidate received, which is
        its credential.

        Without the secret nothing is said of the signature itself.
        """
        if not entry.request_known or self._hidden(view.request.json, ""):
            return {}
        arrived = instant(view.record["started_at"]) or datetime.now(UTC)
        secrets = sorted(self._secrets.get(view.record["request"]["url"], ()))
        headers, body = header_map(view.request.headers), body_bytes(view.request.body)
        fault = fault_of(
            headers,
            body,
            secrets,
            self._window(arrived),
        )
        if not secrets and fault in {"signature-mismatch", "unusable-secret"}:
            fault = "unknown"
        inside = point(view.request.json, "/id")
        if fault in {"", "unknown"} and isinstance(inside, str) and inside != headers["webhook-id"]:
            fault = "other-id"
        return {} if fault == "unknown" else {"signature": fault}

    def _identity(self, view: ExchangeView) -> list[str]:
        """Places of an answer at which a resident identity number stands (DS-03.1)."""
        value = ABSENT if view.response is None else view.response.json
        return (
            [
                pointer
                for pointer, text in leaves(value)
                if _identity_in(text.decode("utf-8", "replace"))
            ][:_MOST_FAULTS]
            if value is not ABSENT
            else []
        )

    def _problem(self, match: Match, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        """Slug of what is wrong with a refusal, which must be a problem document of a published
        type.
        """
        if (view.status or 0) < 400 or not entry.response_known or match.operation is None:
            return {}
        check = Check("problem", "", "problem", "any")
        finding = SUBJECTS["problem"](
            Question(check, _NO_STEP, StepView("recorded", (view,), {}, ()), {}, self._context)
        )
        failed = finding.outcome is Outcome.FAIL
        if failed and view.response is not None and self._hidden(view.response.json, ""):
            return {}
        return {"problem": finding.reason if failed else ""}

    def _of_operation(self, match: Match, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        operation, status = match.operation, view.status or 0
        body = view.response.json if view.response is not None else ABSENT
        if operation is None or not 200 <= status < 300 or not isinstance(body, Mapping):
            return {}
        sent = view.request.json
        if operation.id == "createConsignment":
            self._keep(body.get("consignment_id"), sent)
            return self._receipt(entry, view, body)
        if operation.id == "createConsignmentBatch":
            return self._batch(entry, view, body)
        if operation.id == "amendConsignment" and isinstance(sent, Mapping):
            self._clear.get(match.parameters.get("consignment_id", ""), {}).update(sent)
        if operation.id == "getLabel":
            return self._label(match, body)
        return {"chain": _chain(body.get("items"))} if operation.id == "listAuditRecords" else {}

    def _keep(self, consignment: Any, sent: Any) -> None:
        if isinstance(consignment, str) and isinstance(sent, Mapping):
            self._clear.setdefault(consignment, dict(sent))

    def _receipt(self, entry: Entry, view: ExchangeView, body: Mapping[str, Any]) -> dict[str, Any]:
        encoded = any(name.lower() == "content-encoding" for name, _ in view.request.headers)
        text = str(view.request.body.get("text", _WITHHELD))
        wanted = entry.request_digest or (
            "" if self._by_kit and _WITHHELD in text else view.request.attribute("digest")
        )
        if not entry.request_known or encoded or not wanted:
            return {}
        return {"receipt": "" if body.get("payload_digest") == wanted else "digest"}

    def _batch(self, entry: Entry, view: ExchangeView, body: Mapping[str, Any]) -> dict[str, Any]:
        sent = point(view.request.json, "/consignments")
        for item in body["items"] if isinstance(body.get("items"), list) else []:
            index, receipt = point(item, "/index"), point(item, "/receipt")
            if (
                isinstance(sent, list)
                and isinstance(index, int)
                and 0 <= index < len(sent)
                and isinstance(receipt, Mapping)
            ):
                self._keep(receipt.get("consignment_id"), sent[index])
        if not entry.request_known or self._hidden(view.request.json, ""):
            return {}
        return {
            "receipt": batch_digests(
                {}, StepView("recorded", (view,), {}, ()), self._context
            ).reason
        }

    def _label(self, match: Match, body: Mapping[str, Any]) -> dict[str, Any]:
        clear = self._clear.get(match.parameters.get("consignment_id", ""))
        if (
            clear is None
            or body.get("exemption")
            or self._hidden(body, "")
            or self._hidden(clear, "")
        ):
            return {}
        return {
            "label": [
                [fault.slug, fault.pointer, fault.warning]
                for fault in (*label_faults(body, clear), *payload_faults(body, clear))
            ]
        }

    def _leaks(self, view: ExchangeView) -> list[dict[str, str]] | None:
        """Values that somebody handed over, where no answer may show them (PI-07.2); ``None`` when
        nothing was handed over.
        """
        if not self._canaries:
            return None
        if self._watch is None:
            self._watch = Watch(Automaton(self._canaries), self._context)
        where = view.record["operation"] or "push"
        found = self._watch.leaks(view)[:_MOST_FAULTS]
        return [
            {"kind": leak.hit.kind, "form": leak.hit.form, "told": leak.told(where)}
            for leak in found
        ]


def response_schema(match: Match, status: int) -> str:
    """Name of the schema of an answer, as far as the contract knows it."""
    if match.operation is None:
        return "batch-result" if status == 200 else ""
    responses: Mapping[str, str | None] = match.operation.responses
    key = next(
        (key for key in (str(status), f"{status // 100}XX", "default") if key in responses), ""
    )
    return responses.get(key) or ("problem" if status >= 400 else "")


def _fault(
    pointer: str, keyword: str, requirement: str, en: str, zh: str
) -> Fault:  # one row of a table
    return {"pointer": pointer, "keyword": keyword, "requirement": requirement, "en": en, "zh": zh}


def _identity_in(text: str) -> bool:
    found = (one for one in find_personal(text) if one.kind == "identity")
    return any(_is_birthday(text[one.start : one.end][_BIRTH]) for one in found)


def _is_birthday(digits: str) -> bool:
    if not re.fullmatch(r"(?:19|20)[0-9]{6}", digits):
        return False
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) <= datetime.now(UTC).date()
    except ValueError:
        return False


def _chain(records: Any) -> str:
    """Slug of what is wrong with one page of audit records: each record's own hash, and its link to
    the one before.
    """
    listed: Iterable[Any] = records if isinstance(records, list) else ()
    before: Mapping[str, Any] | None = None
    for record in listed:
        if not isinstance(record, Mapping):
            return "no-record"
        try:
            whole = record.get("record_hash") == record_hash(cast("Mapping[str, Any]", record))
        except (ValueError, TypeError, RecursionError):
            whole = False
        if not whole:
            return "altered"
        if before is not None and (
            record.get("prev_hash") != before.get("record_hash")
            or record.get("sequence") != before.get("sequence", 0) + 1
        ):
            return "broken-link"
        before = record
    return ""
