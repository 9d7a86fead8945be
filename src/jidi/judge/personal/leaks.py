"""Where planted personal values may be seen, and where one is seen all the same (PI-07.2).

- Whoever handed a value over, or is its recipient, may see it at the pointers of the operations
  that show a parcel (PI-05.1, least privilege); anybody else may not see it anywhere.
- A label shows a value in clear only where it names its exemption (PI-13.2).
- What a schema classes as no personal information may hold none, not even a hash of it without a
  salt (PI-07.2: in whatever encoding it is looked for).
- Pushes, errors, headers and logs show none (PI-07.2).
- What arrives at a played courier may hold the values of its own orders only (DS-01.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.personal.canaries import Automaton, Canary, Hit, search
from jidi.judge.personal.leaf_texts import leaves
from jidi.judge.personal.withheld_facts import noted
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, MessageView
from jidi.wording import sentence

EXPECTED: Final = sentence("judge/no-planted-personal-value-outside-its-allowed")
_PARCEL: Final = r"/(?:consignment|view)/.*"
_SHOWN: Final[Mapping[str, tuple[tuple[str, frozenset[str] | None], ...]]] = {
    "getConsignment": ((_PARCEL, None),),
    "amendConsignment": ((_PARCEL, None),),
    "cancelConsignment": ((_PARCEL, None),),
    "listConsignments": ((r"/items/\d+" + _PARCEL, None),),
    "getBulkOperationResult": ((r"/items/\d+" + _PARCEL, None),),
    "resolveRecipientToken": ((r"/recipient/.*", frozenset({"recipient", ""})),),
    "createPrivacyRequest": ((r"/answer/.*", frozenset({"sender", "recipient", ""})),),
    "getPrivacyRequest": ((r"/answer/.*", frozenset({"sender", "recipient", ""})),),
    "getLabel": ((r"/(?:sender|recipient)/.*", None),),
    "getOutgoingConsignment": ((_PARCEL, None),),
    "listOutgoingConsignments": ((r"/items/\d+" + _PARCEL, None),),
}
"""Operation to pointers of its answer at which clear values may stand, and whose (``None``:
anybody's in the parcel). No other operation shows any.
"""
_TAKEN: Final[Mapping[str, str]] = {"createConsignment": "/.*", "amendConsignment": "/.*"}
"""Operation of a played courier to pointers of what arrives there at which clear values may stand:
those of its own orders.
"""
_CLEAR_CLASSES: Final = frozenset({"direct", "quasi"})


@dataclass(frozen=True, slots=True)
class Site:
    """A place in an answer: ``pointer`` is RFC 6901, or ``header:<name>``, or empty outside JSON;
    ``exempt``: a clear label that names its exemption.

    ``arrived``: it is a place in what the candidate sent to the played courier ``party``.
    """

    operation: str
    party: str
    pointer: str
    pi_class: str
    exempt: bool = False
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Leak:
    """A canary at a place where it may not be; never its value."""

    hit: Hit
    pointer: str

    def told(self, where: str) -> str:
        """For a report: kind, class, form, place."""
        place = self.pointer or f"byte {self.hit.offset}"
        return f"{self.hit.kind} ({self.hit.pi_class}, {self.hit.form}) in {where} at {place}"


def allowed(site: Site, canary: Canary, suppliers: frozenset[str]) -> bool:
    """Whether ``canary`` may stand at ``site`` in clear.

    The place must be one of its operation and carry class direct or quasi in the schema. A party
    that hands over parcels itself sees its own only; ``suppliers`` are those parties. Of one that
    hands over none (an entrusted party, a credential made during the run) the scenarios judge the
    scope.
    """
    places = [
        subjects for pattern, subjects in _places(site) if re.fullmatch(pattern, site.pointer)
    ]
    if (
        not places
        or site.pi_class not in _CLEAR_CLASSES
        or (site.operation == "getLabel" and not site.exempt)
    ):
        return False
    if all(subjects is not None and canary.subject not in subjects for subjects in places):
        return False
    return not site.party or site.party not in suppliers or canary.owner in {site.party, ""}


def _places(site: Site) -> tuple[tuple[str, frozenset[str] | None], ...]:
    if not site.arrived:
        return _SHOWN.get(site.operation, ())
    return ((_TAKEN[site.operation], None),) if site.operation in _TAKEN else ()


@dataclass(frozen=True)
class Watch:
    """What is looked for, and who handed it over."""

    automaton: Automaton
    context: JudgingContext
    suppliers: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None
    """Kinds (``phone``, ``recipient``, ``recipient-phone``) that may be seen anywhere; ``None``:
    the table of places decides.
    """

    def leaks(self, view: ExchangeView) -> list[Leak]:
        """Every canary in what the candidate sent with one exchange that may not be there."""
        message = view.request if view.record.direction == "received" else view.response
        if message is None:
            return []
        operation = view.record.operation
        found = list(self._in_headers(message, operation, view.record.party))
        return found + self._in_body(message, view) + self._before_redaction(message, view)

    def in_texts(self, value: Any) -> list[Leak]:
        """The same in any JSON value, where no place is allowed but by ``kinds``."""
        return [
            Leak(hit, pointer)
            for pointer, text in leaves(value)
            for hit in search(text, self.automaton)
            if not self._by_kind(hit)
        ]

    def _in_headers(self, message: MessageView, operation: str, party: str) -> Iterator[Leak]:
        for name, value in message.headers:
            yield from self._judged(
                value.encode("utf-8", "surrogatepass"),
                Site(operation, party, f"header:{name.lower()}", ""),
            )

    def _in_body(self, message: MessageView, view: ExchangeView) -> list[Leak]:
        text = message.attribute("text")
        data = b"" if text is ABSENT else text.encode("utf-8", "surrogatepass")
        hits = search(data, self.automaton) if data else []
        if not hits:
            return []
        if message.json is ABSENT:
            return list(self._judged(data, Site(view.record.operation, view.record.party, "", "")))
        found = [
            (hit, pointer)
            for pointer, leaf in leaves(message.json)
            for hit in search(leaf, self.automaton)
        ]
        if not found:
            return [Leak(hit, "") for hit in hits if not self._by_kind(hit)]
        return self._misplaced(found, message, view)

    def _before_redaction(self, message: MessageView, view: ExchangeView) -> list[Leak]:
        """What stood in texts that are withheld, by the facts of the record."""
        found = [
            (hit, one.pointer)
            for one in noted(view.record)
            for hit in self.automaton.hits_of(one.value, one.form)
        ]
        return self._misplaced(found, message, view) if found else []

    def _misplaced(
        self, found: Iterable[tuple[Hit, str]], message: MessageView, view: ExchangeView
    ) -> list[Leak]:
        """Those of the hits, each with its pointer, that may not be where they are."""
        operation, party, body = view.record.operation, view.record.party, message.json
        arrived = view.record.direction == "received"
        known = operation and body is not ABSENT
        classes = self._classes(operation, None if arrived else view.status, body) if known else {}
        exempt = _has_exemption(body)
        return [
            Leak(hit, pointer)
            for hit, pointer in found
            if not self._may(
                hit, Site(operation, party, pointer, classes.get(pointer, ""), exempt, arrived)
            )
        ]

    def _judged(self, data: bytes, site: Site) -> Iterator[Leak]:
        yield from (
            Leak(hit, site.pointer)
            for hit in search(data, self.automaton)
            if not self._may(hit, site)
        )

    def _may(self, hit: Hit, site: Site) -> bool:
        if self.kinds is not None:
            return self._by_kind(hit)
        return hit.form == "raw" and any(
            allowed(site, canary, self.suppliers) for canary in self.automaton.bearers(hit)
        )

    def _by_kind(self, hit: Hit) -> bool:
        if not self.kinds:
            return False
        bearers = self.automaton.bearers(hit)
        return hit.kind in self.kinds or any(
            canary.subject in self.kinds or f"{canary.subject}-{canary.kind}" in self.kinds
            for canary in bearers
        )

    def _classes(self, operation: str, status: int | None, body: Any) -> dict[str, str]:
        """Classes of an answer with ``status``, or (``None``) of a request."""
        known = self.context.book.operation(operation)
        name: str | None = (
            known.request_schema if status is None else known.responses.get(str(status))
        )
        return (
            {
                value.pointer: value.pi_class
                for value in self.context.book.personal_values(name, body)
            }
            if name
            else {}
        )


def _has_exemption(body: Any) -> bool:
    """Whether an answer says for which exemption it shows what it shows (PI-13.4)."""
    return isinstance(body, Mapping) and isinstance(body.get("exemption"), Mapping)


def reason_of(leaks: Sequence[Leak]) -> str:
    """Slug of the negative case: ``canary-raw`` when one stands there in clear, else
    ``canary-encoded``.
    """
    return "canary-raw" if any(leak.hit.form == "raw" for leak in leaks) else "canary-encoded"
