"""Couriers that break PI-07.2: personal data where none belongs."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Inside, Told, Wrap

from jidi_reference.service.context import json_text
from jidi_reference.service.ports.events import EventRow

_PLACING: Final = ("createConsignment", "createConsignmentBatch")
_AREAS: Final = ("canary", "leastprivilege", "purpose")
_SWEEP: Final = "sweep/no-canaries"
_FULL_WIDTH: Final = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}


@dataclass(frozen=True)
class Person:
    """The recipient of a parcel, as it was placed."""

    name: str
    phone: str


Put = Callable[[Asked, Told, Person], Told]


class _Leaking:
    """Remembers the recipients of what is placed and lets ``put`` work one of them into answers of
    ``operations`` that have ``status``.
    """

    def __init__(self, operations: tuple[str, ...], status: Iterable[int], put: Put) -> None:
        self.operations = operations
        self.status = frozenset(status)
        self.put = put
        self.latest: dict[str, Person] = {}
        self.known: dict[str, Person] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if asked.operation in _PLACING and answer.status < 300:
            self._remember(asked, answer)
        person = self._meant(asked)
        if (
            asked.operation not in self.operations
            or answer.status not in self.status
            or person is None
        ):
            return answer
        return self.put(asked, answer, person)

    def _meant(self, asked: Asked) -> Person | None:
        """Whose parcel is asked for by path, query or key; else whose this party, or anybody,
        placed last.
        """
        named = [
            *asked.values.values(),
            *(value for _, value in parse_qsl(asked.query)),
            asked.header("idempotency-key"),
        ]
        found = next((self.known[one] for one in named if one in self.known), None)
        return found or self.latest.get(asked.party) or self.latest.get("")

    def _remember(self, asked: Asked, answer: Told) -> None:
        bodies = asked.json.get("consignments", [asked.json])
        receipts = (
            [item.get("receipt", {}) for item in answer.json["items"]]
            if "items" in answer.json
            else [answer.json]
        )
        for body, receipt in zip(bodies, receipts, strict=False):
            number = (
                body.get("recipient", {}).get("phone", {}).get("number", "")
                if isinstance(body, dict)
                else ""
            )
            if len(number) == 11 and receipt:
                person = Person(str(body["recipient"]["name"]), number)
                self.known |= dict.fromkeys(
                    (
                        receipt["waybill_no"],
                        receipt["consignment_id"],
                        asked.header("idempotency-key"),
                    ),
                    person,
                )
                self.latest[asked.party] = self.latest[""] = person


def leaking(operations: tuple[str, ...], status: Iterable[int], put: Put) -> Wrap:
    """Answers of ``operations`` that have ``status``, changed by ``put``, which is told of the
    recipient of the parcel asked for, or else placed last.
    """
    return Around(
        (*_PLACING, *(one for one in operations if one not in _PLACING)),
        _Leaking(operations, status, put),
    )


def header(name: str, spelt: Callable[[Person], str]) -> Put:
    """A header beside the document."""
    return lambda _asked, answer, person: answer.with_header(name, spelt(person))


def member(name: str, spelt: Callable[[Person], str]) -> Put:
    """A further member of the document, and of every item of a page."""

    def put(_asked: Asked, answer: Told, person: Person) -> Told:
        document = answer.json
        if isinstance(document, dict) and isinstance(document.get("items"), list):
            return answer.with_json(
                {**document, "items": [{**item, name: spelt(person)} for item in document["items"]]}
            )
        return (
            answer.with_json({**document, name: spelt(person)})
            if isinstance(document, dict)
            else answer
        )

    return put


def in_detail(spelt: Callable[[Person], str]) -> Put:
    """In the detail of a problem."""
    return lambda _asked, answer, person: answer.with_json(
        {**answer.json, "detail": f"Not possible for {spelt(person)}."}
    )


def _on_page(spelt: Callable[[Person], str]) -> Put:
    return lambda _asked, answer, person: answer.with_json(
        {**answer.json, "asked_for": spelt(person)}
    )


def clear_name(person: Person) -> str:
    """As it is."""
    return person.name


def clear_phone(person: Person) -> str:
    """As it is."""
    return person.phone


def in_base64(person: Person) -> str:
    """The telephone number in Base64."""
    return base64.b64encode(f"tel={person.phone}".encode()).decode()


def _html(person: Person) -> str:
    return "".join(f"&#{ord(character)};" for character in person.name)


def _url(person: Person) -> str:
    return quote(person.name)


def _wide(person: Person) -> str:
    return person.phone.translate(_FULL_WIDTH)


def _spaced(person: Person) -> str:
    return f"+86 {person.phone[:3]} {person.phone[3:7]} {person.phone[7:]}"


def _halves(person: Person) -> str:
    return person.phone[6:] + person.phone[:6]


def _hex(person: Person) -> str:
    return person.name.encode().hex()


def _with_clerk(person: Person) -> str:
    """Whose parcel it is, and who dealt with it: a person whom the kit did not make up."""
    return f"收件人{person.name} {person.phone} 经办人赵大海 13987654321"


def _clerk_in_base64(person: Person) -> str:
    return base64.b64encode(_with_clerk(person).encode()).decode()


def _clerk_in_hex(person: Person) -> str:
    return _with_clerk(person).encode().hex()


def _clerk_in_percent(person: Person) -> str:
    return quote(_with_clerk(person))


def _beside_escapes(person: Person) -> str:
    return f"{person.name} (\\u8d75\\u5927\\u6d77 knows)"


def _beside_dots(person: Person) -> str:
    return f"{person.name}, ask 1.3.9.8.7.6.5.4.3.2.1"


def hashed(how: str) -> Callable[[Person], str]:
    """The number's hash without salt; ``how`` is a name of ``hashlib``."""
    return lambda person: hashlib.new(how, person.phone.encode(), usedforsecurity=False).hexdigest()


def _echoed(asked: Asked, forward_answer: Told) -> Told:
    """The refusal quotes the request."""
    quoted = asked.body.decode("utf-8", "replace")[:3000]
    return forward_answer.with_json(
        {**forward_answer.json, "detail": f"This cannot be used: {quoted}"}
    )


def _echoing(status: int, problem: str) -> Wrap:
    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        fits = (
            answer.status == status and answer.problem == problem and isinstance(answer.json, dict)
        )
        return _echoed(asked, answer) if fits else answer

    return Around(("createConsignment",), handler)


def _pushed(spelt: Callable[[Person], str]) -> Wrap:
    """Each pushed event says how the recipient can be reached."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def make_messages(
            context: Any, unit: Any, subscription: Any, rows: Iterable[EventRow]
        ) -> None:
            healthy(
                context,
                unit,
                subscription,
                [_told_all(unit, row, spelt) for row in rows],
            )

        return make_messages

    return Inside("push.messages", make)


def _told_all(unit: Any, row: EventRow, spelt: Callable[[Person], str]) -> EventRow:
    event = json.loads(row.body)
    placed = unit.consignments.find_shipment(row.owner, event["waybill_no"])
    recipient = json.loads(placed.body)["recipient"] if placed is not None else {}
    number = recipient.get("phone", {}).get("number")
    return (
        replace(row, body=json_text({**event, "contact": spelt(Person(recipient["name"], number))}))
        if number
        else row
    )


def _extension_told() -> Wrap:
    """The description of each pushed event is a text of the consignment's extensions."""

    def told(unit: Any, row: EventRow) -> EventRow:
        event = json.loads(row.body)
        placed = unit.consignments.find_shipment(row.owner, event["waybill_no"])
        spaces = json.loads(placed.body).get("extensions", {}) if placed is not None else {}
        notes = [one["note"] for one in spaces.values() if "note" in one]
        shown = {**event, "description": str(notes[0])} if notes else event
        return replace(row, body=json_text(shown))

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def make_messages(
            context: Any, unit: Any, subscription: Any, rows: Iterable[EventRow]
        ) -> None:
            healthy(context, unit, subscription, [told(unit, row) for row in rows])

        return make_messages

    return Inside("push.messages", make)


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(name, *clause, about, caught_by, wrap, level="privacy", areas=_AREAS, **more)


_RAW: Final = ("PI-07.2", "canary-raw")
_ENCODED: Final = ("PI-07.2", "canary-encoded")
_EVERYWHERE: Final = "canary-everywhere"
_TOLD: Final = f"{_SWEEP}#canary-raw"
_HIDDEN: Final = f"{_SWEEP}#canary-encoded"
_READ_TOO: Final = {"PI-05.1": "the scope for tracking then reads the recipient too"}


def _encoded(name: str, about: str, spelt: Callable[[Person], str]) -> Fault:
    """Spelt otherwise in the text of a refusal."""
    wrap = leaking(("amendConsignment",), (409,), in_detail(spelt))
    return _fault(
        f"canary-{name}",
        _ENCODED,
        f"A refusal tells the recipient {about}.",
        (f"{_EVERYWHERE}/amend/refusal-shows-nobody", _HIDDEN),
        wrap,
    )


FAULTS: Final = (
    _fault(
        "canary-extension-in-push",
        _RAW,
        "Pushed events tell what partners noted in extensions.",
        ("canary-push/all/push-shows-nobody#canary-raw",),
        _extension_told(),
        perhaps={"DS-02.5": "one event id has another content on another channel"},
    ),
    _fault(
        "canary-in-error",
        _RAW,
        "A refusal names the recipient.",
        (f"{_EVERYWHERE}/amend/refusal-shows-nobody", _TOLD),
        leaking(("amendConsignment",), (409,), in_detail(clear_name)),
    ),
    _fault(
        "canary-echoed-unparsable",
        _RAW,
        "What cannot be parsed is quoted.",
        (f"{_EVERYWHERE}/unparsable/error-echoes-nothing", _TOLD),
        _echoing(400, "malformed-json"),
    ),
    _fault(
        "canary-echoed-invalid",
        _RAW,
        "What is not valid is quoted.",
        (f"{_EVERYWHERE}/broken/error-echoes-nothing", _TOLD),
        _echoing(422, "validation-failed"),
    ),
    _fault(
        "canary-in-receipt",
        _RAW,
        "The receipt names the recipient.",
        (f"{_EVERYWHERE}/place/receipt-shows-nobody", _TOLD),
        leaking(("createConsignment",), (201,), member("to", clear_name)),
        also={"PI-05.1": "the scope for writing then reads the recipient"},
    ),
    _fault(
        "canary-in-key-conflict",
        _RAW,
        "The refusal of a key that was used before tells whose parcel had it.",
        (f"{_EVERYWHERE}/reused-key/refusal-shows-nobody", _TOLD),
        leaking(("createConsignment",), (409, 422), in_detail(clear_phone)),
    ),
    _fault(
        "canary-in-header",
        _RAW,
        "A header of the shipment holds the recipient's number.",
        (f"{_EVERYWHERE}/shipment/shipment-shows-nobody", _TOLD),
        leaking(("getShipment",), (200,), header("x-contact", clear_phone)),
        also=_READ_TOO,
    ),
    _fault(
        "canary-in-feed",
        _RAW,
        "Events of the feed hold the recipient's number.",
        (f"{_EVERYWHERE}/feed/feed-shows-nobody", _TOLD),
        leaking(("listEvents",), (200,), member("contact", clear_phone)),
        also=_READ_TOO,
    ),
    _fault(
        "canary-in-trail",
        _RAW,
        "The events of a shipment hold the recipient's name.",
        (f"{_EVERYWHERE}/events/events-show-nobody", _TOLD),
        leaking(("listShipmentEvents",), (200,), member("contact", clear_name)),
        also=_READ_TOO,
    ),
    _fault(
        "canary-in-push",
        _RAW,
        "Pushed events hold the recipient's number.",
        ("canary-push/all/push-shows-nobody", _TOLD),
        _pushed(clear_phone),
    ),
    _fault(
        "canary-in-status",
        _RAW,
        "The status of the flows names who was served last.",
        (_TOLD,),
        leaking(("getStatus",), (200,), member("latest", clear_name)),
    ),
    _fault(
        "canary-in-audit",
        _RAW,
        "The audit feed names the recipient.",
        (_TOLD,),
        leaking(("listAuditRecords",), (200,), _on_page(clear_name)),
    ),
    _fault(
        "canary-beside-record",
        _RAW,
        "A header beside the record holds the recipient's number.",
        (f"{_EVERYWHERE}/read/record-in-its-places", _TOLD),
        leaking(("getConsignment",), (200,), header("x-search-key", clear_phone)),
    ),
    _fault(
        "canary-for-stranger",
        _RAW,
        "That a parcel is not his is told to a stranger with its recipient's name.",
        (f"{_EVERYWHERE}/stranger/stranger-sees-nobody", _TOLD),
        leaking(("getConsignment",), (404,), in_detail(clear_name)),
    ),
    _encoded("html-escaped", "in character references", _html),
    _encoded("url-escaped", "in percent signs", _url),
    _encoded("full-width", "by a number in full-width digits", _wide),
    _encoded("spaced", "by a number with country code and gaps", _spaced),
    _encoded("reversed-halves", "by a number with its halves exchanged", _halves),
    _encoded("hexadecimal", "in hexadecimal", _hex),
    _encoded("base64", "by a number in base64", in_base64),
    _encoded("in-base64-with-a-clerk", "in base64 together with a clerk", _clerk_in_base64),
    _encoded("in-hexadecimal-with-a-clerk", "in hexadecimal with a clerk", _clerk_in_hex),
    _encoded("in-percent-with-a-clerk", "in percent signs with a clerk", _clerk_in_percent),
    *(
        _fault(
            f"canary-beside-{name}",
            _RAW,
            f"A refusal names the recipient beside somebody else {about}.",
            (f"{_EVERYWHERE}/amend/refusal-shows-nobody", _TOLD),
            leaking(("amendConsignment",), (409,), in_detail(spelt)),
        )
        for name, about, spelt in (
            ("escapes", "in escapes", _beside_escapes),
            ("dotted-digits", "in digits with dots", _beside_dots),
        )
    ),
    _fault(
        "canary-in-header-base64-with-a-clerk",
        _ENCODED,
        "A header of the shipment holds recipient and clerk in base64.",
        (f"{_EVERYWHERE}/shipment/shipment-shows-nobody", _HIDDEN),
        leaking(("getShipment",), (200,), header("etag", _clerk_in_base64)),
        also=_READ_TOO,
    ),
    _fault(
        "canary-in-header-base64",
        _ENCODED,
        "A header of the shipment holds the number in base64.",
        (f"{_EVERYWHERE}/shipment/shipment-shows-nobody", _HIDDEN),
        leaking(("getShipment",), (200,), header("etag", in_base64)),
        also=_READ_TOO,
    ),
    _fault(
        "canary-hashed-in-feed",
        _ENCODED,
        "Events of the feed hold a hash of the number, without salt.",
        (f"{_EVERYWHERE}/feed/feed-shows-nobody", _HIDDEN),
        leaking(("listEvents",), (200,), member("customer", hashed("sha256"))),
        also=_READ_TOO,
    ),
    _fault(
        "canary-hashed-in-push",
        _ENCODED,
        "Pushed events hold an MD5 of the number.",
        ("canary-push/all/push-shows-nobody", _HIDDEN),
        _pushed(hashed("md5")),
    ),
    _fault(
        "canary-hashed-sm3",
        _ENCODED,
        "A header of the shipment holds the SM3 of the number.",
        (f"{_EVERYWHERE}/shipment/shipment-shows-nobody", _HIDDEN),
        leaking(("getShipment",), (200,), header("x-customer", hashed("sm3"))),
        also=_READ_TOO,
    ),
)
"""Faults of PI-07.2."""
