"""What can be told only from the values themselves, found before redaction and kept as facts:
places, keywords and slugs, never a value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from jidi.drive.keeping.seeking.scanner import find_personal
from jidi.judge import Question, problem_finding
from jidi.judge.context import JudgingContext
from jidi.judge.seen import (
    Automaton,
    Watch,
    Window,
    batch_digests,
    fault_of,
    guarded,
    instant,
    label_faults,
    leaves,
    payload_faults,
    record_hash,
    signs,
)
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, StepView, body_bytes, header_map
from jidi.model.journal import ExchangeRecord
from jidi.model.scenario import Check, Step
from jidi.model.step import Call
from jidi.model.verdict import Outcome
from jidi.passive.handed_over import HandedOver
from jidi.passive.matching import Match
from jidi.passive.message_forms import (
    MOST_FAULTS,
    MessageForms,
    is_form,
    request_schema,
    response_schema,
)
from jidi.passive.reading.entries import Entry
from jidi.passive.reading.known import ANY
from jidi.passive.rules.observations import UNFOUND
from jidi.registry import Registry

_NO_STEP: Final = Step("recorded", Call(), (), ())
_WITHHELD: Final = "⟦"
_BIRTH: Final = slice(6, 14)
_SIGNED: Final = frozenset({ANY, "webhook-id", "webhook-timestamp", "webhook-signature"})
_JUDGED_HEADERS: Final = frozenset(
    {
        ANY,
        "authorization",
        "cache-control",
        "content-type",
        "deprecation",
        "idempotency-key",
        "standard-version",
        "sunset",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
        "www-authenticate",
    }
)
"""Headers of which the absence means something."""


class FactFinder:
    """Looks at raw records in the order of time; ``by_kit``: values in ``⟦…⟧`` are the kit's own
    doing.
    """

    def __init__(
        self, registry: Registry, context: JudgingContext, handed: HandedOver, *, by_kit: bool
    ) -> None:
        self._context = context
        self._by_kit = by_kit
        self._forms = MessageForms(registry, by_kit=by_kit)
        self._handed = handed
        self._clear: dict[str, dict[str, Any]] = {}
        self._watch: Watch | None = None

    def facts(self, match: Match, entry: Entry, raw: ExchangeRecord) -> dict[str, Any]:
        """Second pass: the facts of one exchange."""
        view = ExchangeView(raw)
        found = _known(entry) | _found("messages", lambda: self._messages(match, entry))
        if match.outgoing:
            return found
        for name, look in self._looks(match, entry, view):
            _merge(found, _found(name, look))
        return found

    def _looks(
        self, match: Match, entry: Entry, view: ExchangeView
    ) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
        """What is looked for in one exchange, by the name of the fact that fails with it."""
        operation, response = match.operation, view.response
        if operation is not None and operation.signed and response is not None:
            yield "signature", lambda: self._credential(entry, view)
        if operation is None:
            yield "signature", lambda: dict(self._signature(entry, view))
        elif response is not None:
            text = response.attribute("text")
            said = "" if text is ABSENT else text
            yield "internals", lambda: {"internals": signs(response.headers, said)}
            yield "identity", lambda: {"identity": self._identity(view)}
            yield "problem", lambda: self._problem(match, entry, view)
            yield operation.id, lambda: self._of_operation(match, entry, view)
        yield "leaks", lambda: self._leaks(view)

    def _messages(self, match: Match, entry: Entry) -> dict[str, Any]:
        found: dict[str, Any] = {}
        schema, body = request_schema(match), entry.exchange.request.body
        if schema and entry.request.whole and body:
            found["request"] = self._request_form(match, entry, schema, body)
        response = entry.exchange.response
        if response is None or match.outgoing or not entry.response.whole:
            return found
        schema = response_schema(match, response.status, entry.media[1])
        if schema and (response.body or response.status != 304):
            found["response"] = self._forms.of_json(
                schema, response.body, entry.redacted, request=False
            )
        return found

    def _request_form(
        self, match: Match, entry: Entry, schema: str, body: bytes
    ) -> Mapping[str, Any]:
        operation = match.operation
        if is_form(operation, entry.media[0]):
            return self._forms.of_form(schema, body)
        theirs = operation is None or match.outgoing
        hidden = entry.redacted if theirs else {}
        return self._forms.of_json(schema, body, hidden, request=operation is not None)

    def _signature(self, entry: Entry, view: ExchangeView) -> dict[str, str]:
        """Slug of what is wrong with a push; without the secret, the bytes or the time only what
        can be seen without them; nothing where its headers are not known.
        """
        if entry.asked.unread & _SIGNED:
            return {}
        secrets = self._handed.secrets_of(view.record.request.url)
        fault = self._push_fault(entry, view, secrets)
        told = bool(secrets) and entry.request.exact
        return {
            "signature": ""
            if fault in {"signature-mismatch", "unusable-secret"} and not told
            else fault
        }

    def _push_fault(self, entry: Entry, view: ExchangeView, secrets: list[str]) -> str:
        """How old a push may be tells nothing where the candidate's clock can be moved, or where
        the recording knows no time.
        """
        arrived = instant(view.record.started_at) or datetime.now(UTC)
        moved = point(self._context.discovery, "/environment") != "production"
        skew = math.inf if moved or not entry.timed else self._context.skew_s
        return fault_of(
            header_map(view.request.headers),
            body_bytes(view.request.body),
            secrets,
            Window(arrived.timestamp(), skew),
        )

    def _credential(self, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        """Slug of what is wrong with the signature of a push that the candidate received, which is
        its credential.

        Without the secret nothing is said of the signature itself.
        """
        unseen = entry.asked.unread & _SIGNED or self._forms.hidden(view.request.json, "")
        if not entry.request.exact or unseen:
            return {}
        secrets = self._handed.secrets_of(view.record.request.url)
        fault = self._push_fault(entry, view, secrets)
        if not secrets and fault in {"signature-mismatch", "unusable-secret"}:
            fault = "unknown"
        inside = point(view.request.json, "/id")
        named = header_map(view.request.headers).get("webhook-id")
        if fault in {"", "unknown"} and isinstance(inside, str) and inside != named:
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
            ][:MOST_FAULTS]
            if value is not ABSENT
            else []
        )

    def _problem(self, match: Match, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        """Slug of what is wrong with a refusal, which must be a problem document of a published
        type.
        """
        status = view.status or 0
        if status < 400 or not entry.response.whole or match.operation is None:
            return {}
        if entry.answered.unread & {ANY, "content-type"}:
            return {}
        if response_schema(match, status, entry.media[1]) != "problem":
            return {}
        check = Check("problem", "", "problem", "any")
        finding = problem_finding(
            Question(check, _NO_STEP, StepView("recorded", (view,), {}, ()), {}, self._context)
        )
        if finding.outcome is not Outcome.FAIL:
            return {"problem": ""}
        if view.response is not None and self._forms.hidden(view.response.json, ""):
            return {}
        return {"problem": finding.reason}

    def _of_operation(self, match: Match, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        if match.operation is None or view.response is None:
            return {}
        body = view.response.json
        done = 200 <= (view.status or 0) < 300
        return self._of_done(match, entry, view) if done and isinstance(body, Mapping) else {}

    def _of_done(self, match: Match, entry: Entry, view: ExchangeView) -> dict[str, Any]:
        """The same of an operation that was done, whose answer is an object."""
        operation = match.operation.id if match.operation is not None else ""
        body = view.response.json if view.response is not None else {}
        if operation == "createConsignment":
            self._keep(body.get("consignment_id"), view.request.json)
            return self._receipt(entry, view, body)
        if operation == "createConsignmentBatch":
            return self._batch(entry, view, body)
        if operation == "amendConsignment":
            self._amend(match, view.request.json)
        if operation == "getLabel":
            return self._label(match, body)
        return {"chain": _chain(body.get("items"))} if operation == "listAuditRecords" else {}

    def _amend(self, match: Match, sent: Any) -> None:
        if isinstance(sent, Mapping):
            self._clear.get(match.parameters.get("consignment_id", ""), {}).update(sent)

    def _keep(self, consignment: Any, sent: Any) -> None:
        wanted = isinstance(consignment, str) and consignment in self._handed.labelled
        if wanted and isinstance(sent, Mapping):
            self._clear.setdefault(consignment, dict(sent))

    def _receipt(self, entry: Entry, view: ExchangeView, body: Mapping[str, Any]) -> dict[str, Any]:
        encoded = any(name.lower() == "content-encoding" for name, _ in view.request.headers)
        text = _WITHHELD if view.request.body.text is None else view.request.body.text
        wanted = entry.request_digest or (
            "" if self._by_kit and _WITHHELD in text else view.request.attribute("digest")
        )
        coded = encoded or entry.asked.unread & {ANY, "content-encoding"}
        if not entry.request.exact or coded or not wanted:
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
        if not entry.request.exact or self._forms.hidden(view.request.json, ""):
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
            or self._forms.hidden(body, "")
            or self._forms.hidden(clear, "")
        ):
            return {}
        return {
            "label": [
                [fault.slug, fault.pointer, fault.warning]
                for fault in (*label_faults(body, clear), *payload_faults(body, clear))
            ]
        }

    def _leaks(self, view: ExchangeView) -> dict[str, Any]:
        """Values that somebody handed over, where no answer may show them (PI-07.2); nothing when
        nothing was handed over.
        """
        if not self._handed.canaries:
            return {}
        if self._watch is None:
            self._watch = Watch(Automaton(self._handed.canaries), self._context)
        where = view.record.operation or "push"
        found = self._watch.leaks(view)[:MOST_FAULTS]
        leaks = [
            {"kind": leak.hit.kind, "form": leak.hit.form, "told": leak.told(where)}
            for leak in found
        ]
        return {"leaks": leaks}


def _found(name: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The facts that ``look`` finds; where it fails, that those of this name are unfound."""
    return guarded(look, lambda told: {UNFOUND: {name: told.en}})


def _merge(found: dict[str, Any], more: dict[str, Any]) -> None:
    unfound = {**found.get(UNFOUND, {}), **more.get(UNFOUND, {})}
    found.update(more)
    if unfound:
        found[UNFOUND] = unfound


def _known(entry: Entry) -> dict[str, Any]:
    """What is known of the exchange at all; ``…_unread`` are headers that may have been there."""
    return {
        "request_known": entry.request.whole,
        "request_exact": entry.request.exact,
        "response_known": entry.response.whole,
        "response_json": "json" in entry.media[1],
        "request_unread": sorted(entry.asked.unread & _JUDGED_HEADERS),
        "response_unread": sorted(entry.answered.unread & _JUDGED_HEADERS),
        "timed": entry.timed,
    }


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
        if before is not None and not _follows(record, before):
            return "broken-link"
        before = record
    return ""


def _follows(record: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    number = before.get("sequence", 0)
    counted = isinstance(number, int) and record.get("sequence") == number + 1
    return counted and record.get("prev_hash") == before.get("record_hash")
