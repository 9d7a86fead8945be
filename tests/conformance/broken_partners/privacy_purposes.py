"""Couriers that break DS-03.1, DS-03.2 and DS-04.2: real-name status, the purpose of a read,
consent to value-added use.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners.consignment import looks_whole
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    answers,
    both,
    requests_of,
    stored_events,
)

from jidi_reference.domain.clock import unix_seconds

_PURPOSE: Final = "processing-purpose"
_CONSENT: Final = "consent-reference"
_VALUE_ADDED: Final = "VALUE_ADDED"
_DELIVERY: Final = "DELIVERY"
_KNOWN: Final = frozenset(
    {
        "COLLECTION",
        "TRANSPORT",
        _DELIVERY,
        "RETURN",
        "CUSTOMER_SERVICE",
        "CUSTOMS_CLEARANCE",
        "REAL_NAME_ACCEPTANCE",
        "LEGAL_DUTY",
        _VALUE_ADDED,
    }
)
_REAL_NAME: Final = {
    "status": "VERIFIED",
    "method": "ONLINE",
    "verified_at": "2026-01-01T10:00:00+08:00",
}
_EXAMPLES: Final = "consignment-invalid-examples"
_SWEPT: Final = {"PI-07.2": "what is shown where it may not be shown is planted personal data too"}


def _real_name_mended(wrong: Callable[[Json], bool]) -> Wrap:
    """Takes the consignments whose real-name status is ``wrong`` as if it were right."""

    def change(asked: Asked) -> Asked:
        if not looks_whole(asked.json) or not wrong(asked.json.get("real_name")):
            return asked
        return asked.with_json({**asked.json, "real_name": _REAL_NAME})

    return requests_of(("createConsignment",), change)


def _pending_refused(asked: Asked) -> Asked:
    """What is still to be checked counts as not said."""
    if not looks_whole(asked.json) or asked.json.get("real_name") != {"status": "PENDING"}:
        return asked
    return asked.with_json({key: item for key, item in asked.json.items() if key != "real_name"})


def _identity_untold(event: Json) -> Json:
    return {name: value for name, value in event.items() if name != "real_name"}


def _lacks(name: str) -> Callable[[Json], bool]:
    return lambda status: isinstance(status, dict) and set(_REAL_NAME) - set(status) == {name}


def _holds_number(name: str) -> Callable[[Json], bool]:
    return lambda status: (
        isinstance(status, dict) and sum(one.isdigit() for one in str(status.get(name))) >= 17
    )


def _at_purpose(operation: str, change: Callable[[str], str]) -> Wrap:
    """``change`` gets the stated purpose (empty: none) and gives the one that is taken."""

    def changed(asked: Asked) -> Asked:
        stated = asked.header(_PURPOSE)
        taken = change(stated)
        return asked if taken == stated else asked.with_header(_PURPOSE, taken)

    return requests_of((operation,), changed)


def _purpose_assumed(stated: str) -> str:
    return stated or _DELIVERY


def _any_purpose(stated: str) -> str:
    return stated if not stated or stated in _KNOWN else _DELIVERY


def _any_case(stated: str) -> str:
    return stated.upper() if stated.upper() in _KNOWN else stated


def _first_of_several(stated: str) -> str:
    return stated.partition(",")[0].strip()


async def _refused_yet_shown(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    if answer.problem != "purpose-refused" or asked.party != "platform-a":
        return answer
    shown = await forward(asked.with_header(_PURPOSE, _DELIVERY))
    return answer.with_json({**answer.json, "detail": f"Not for this purpose: {shown.json}"})


def _unasked(operation: str) -> Wrap:
    """Value-added use is served when no consent is named."""

    def changed(asked: Asked) -> Asked:
        bare = asked.header(_PURPOSE) == _VALUE_ADDED and not asked.header(_CONSENT)
        return asked.with_header(_PURPOSE, _DELIVERY) if bare else asked

    return requests_of((operation,), changed)


def _unlooked(operation: str) -> Wrap:
    """Value-added use is served with whatever stands in the header and is nobody's consent."""
    known: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        if asked.operation == "createConsent":
            answer = await forward(asked)
            known.update(_references(answer))
            return answer
        named = asked.header(_PURPOSE) == _VALUE_ADDED and asked.header(_CONSENT)
        free = named and asked.header(_CONSENT) not in known
        return await forward(asked.with_header(_PURPOSE, _DELIVERY) if free else asked)

    return Around(("createConsent", operation), handler)


def _references(answer: Told) -> list[str]:
    return [answer.json["consent_reference"]] if answer.status in {200, 201} else []


def _consents(usable: Callable[[Any, Any, Any], bool]) -> Wrap:
    """Consents of the caller are judged by ``usable``, which gets the context, the caller and the
    consent.
    """

    def make(_healthy: Callable[..., bool]) -> Callable[..., bool]:
        def may_use(context: Any, _unit: Any, caller: Any, consent: Any) -> bool:
            return usable(context, caller, consent)

        return may_use

    return Inside("purpose.may-use", make)


def _begun(context: Any, consent: Any) -> bool:
    return bool(unix_seconds(consent.body["given_at"]) <= context.clock.now())


def _lives(context: Any, consent: Any) -> bool:
    return _begun(context, consent) and bool(
        context.clock.now() < unix_seconds(consent.body["valid_until"])
    )


def _whatever_its_end(context: Any, caller: Any, consent: Any) -> bool:
    return (
        consent.owner == caller.party
        and _begun(context, consent)
        and "withdrawn_at" not in consent.body
    )


def _whatever_was_withdrawn(context: Any, caller: Any, consent: Any) -> bool:
    return consent.owner == caller.party and _lives(context, consent)


def _withdrawn_in_a_minute(context: Any, caller: Any, consent: Any) -> bool:
    withdrawn = consent.body.get("withdrawn_at")
    return _whatever_was_withdrawn(context, caller, consent) and (
        withdrawn is None or context.clock.now() < unix_seconds(withdrawn) + 60
    )


def _whosoever(context: Any, _caller: Any, consent: Any) -> bool:
    return _lives(context, consent) and "withdrawn_at" not in consent.body


def _covering(everything_on: str) -> Wrap:
    """A consent for one parcel opens every parcel: on ``one`` that is read, or in the ``list``."""

    def make(healthy: Any) -> Any:
        class Wide(healthy):  # type: ignore[misc]  # the class is handed in
            @property
            def waybill_no(self) -> str | None:
                return None if everything_on == "list" else super().waybill_no

            def check_covers(self, row: Any) -> None:
                if (
                    everything_on == "list"
                    and self.consent is not None
                    and self.consent.body["waybill_no"] != row.waybill_no
                ):
                    raise seams.healthy("purpose.consent-invalid")()

        return Wide

    return Inside("purpose.codes", make)


class _Withdrawn:
    """Remembers what was withdrawn and when."""

    def __init__(self) -> None:
        self.references: dict[str, float] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if asked.operation == "withdrawConsent" and answer.status == 200:
            self.references[asked.values["consent_reference"]] = time.monotonic()
        if answer.problem == "consent-invalid" and asked.header(_CONSENT) in self.references:
            return await forward(asked.with_header(_PURPOSE, _DELIVERY))
        return answer


def _problem_only(asked: Asked, answer: Told) -> Told:
    """An empty page in place of the refusal, as if there were nothing."""
    if (
        answer.problem not in {"purpose-required", "purpose-refused"}
        or asked.operation != "listConsignments"
    ):
        return answer
    return answer.with_json({"items": [], "next_cursor": None, "resume_cursor": "none"}, 200)


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(
        name,
        *clause,
        about,
        caught_by,
        wrap,
        level="privacy",
        areas=("consignment", "purpose")
        if clause[0] == "DS-03.1"
        else ("purpose", "consent", "token", "canary"),
        **more,
    )


_NO_STATUS: Final = ("DS-03.1", "no-real-name-status")
_NUMBER: Final = ("DS-03.1", "identity-number-travels")
_NO_PURPOSE: Final = ("DS-03.2", "missing-purpose-accepted")
_OTHER_PURPOSE: Final = ("DS-03.2", "other-purpose-accepted")
_NO_CONSENT: Final = ("DS-04.2", "no-consent")
_EXPIRED: Final = ("DS-04.2", "expired-consent")
_WITHDRAWN: Final = ("DS-04.2", "withdrawn-consent")


def _refused(case: str) -> tuple[str, ...]:
    return (f"{_EXAMPLES}[{case}]/place/refused#status",)


_BY_OPERATION: Final = (
    (
        "consignment",
        "getConsignment",
        "purpose-consignment/none/refused-without",
        "purpose-consignment/other/refused-other",
    ),
    (
        "list",
        "listConsignments",
        "purpose-consignment/list-none/list-refused-without",
        "purpose-consignment/list-other/list-refused-other",
    ),
    (
        "label",
        "getLabel",
        "purpose-label/none/refused-without",
        "purpose-label/other/refused-other",
    ),
    (
        "token",
        "resolveRecipientToken",
        "purpose-token/none/refused-without",
        "purpose-token/other/refused-other",
    ),
)

_CONSENT_BY_OPERATION: Final = (
    ("consignment", "getConsignment", "consent-in-force/none/refused-without"),
    ("list", "listConsignments", "consent-in-force/list-none/list-refused-without"),
    ("label", "getLabel", "consent-for-label-and-token/label-none/label-refused"),
    ("token", "resolveRecipientToken", "consent-for-label-and-token/token-none/token-refused"),
)

FAULTS: Final = (
    _fault(
        "real-name-missing-accepted",
        _NO_STATUS,
        "Nothing said about the real name is enough.",
        _refused("missing-real-name"),
        _real_name_mended(lambda one: one is None),
    ),
    _fault(
        "real-name-without-status-accepted",
        _NO_STATUS,
        "A real-name check without its outcome is enough.",
        _refused("missing-real-name-status"),
        _real_name_mended(_lacks("status")),
    ),
    _fault(
        "real-name-without-method-accepted",
        _NO_STATUS,
        "A real-name check without its method is enough.",
        _refused("missing-real-name-method"),
        _real_name_mended(_lacks("method")),
    ),
    _fault(
        "real-name-without-time-accepted",
        _NO_STATUS,
        "A real-name check without its time is enough.",
        _refused("missing-real-name-verified-at"),
        _real_name_mended(_lacks("verified_at")),
    ),
    _fault(
        "real-name-unverified-accepted",
        _NO_STATUS,
        "A sender whose real name was not verified is served.",
        _refused("real-name-unverified"),
        _real_name_mended(
            lambda one: (
                isinstance(one, dict)
                and set(one) == set(_REAL_NAME)
                and one["status"] == "UNVERIFIED"
            )
        ),
    ),
    Fault(
        "real-name-pending-refused",
        *_NO_STATUS,
        "Only orders whose sender was checked before are taken.",
        ("real-name-pending/place/pending-taken#status",),
        requests_of(("createConsignment",), _pending_refused),
        level="privacy",
        areas=("person",),
    ),
    Fault(
        "real-name-untold-at-acceptance",
        *_NO_STATUS,
        "Parcels are accepted without a word on how the sender was checked.",
        ("real-name-pending/seen/identity-told#count-at-least",),
        stored_events(_identity_untold),
        level="privacy",
        areas=("person",),
    ),
    _fault(
        "identity-number-as-method",
        _NUMBER,
        "An identity number is taken in place of the method.",
        _refused("identity-number-as-method"),
        _real_name_mended(_holds_number("method")),
    ),
    _fault(
        "identity-number-as-status",
        _NUMBER,
        "An identity number is taken in place of the status.",
        _refused("identity-number-as-status"),
        _real_name_mended(_holds_number("status")),
    ),
    *(
        _fault(
            f"purpose-assumed-{what}",
            _NO_PURPOSE,
            f"Without a stated purpose {operation} assumes delivery.",
            (f"{missing}#status",),
            _at_purpose(operation, _purpose_assumed),
        )
        for what, operation, missing, _ in _BY_OPERATION
    ),
    *(
        _fault(
            f"any-purpose-{what}",
            _OTHER_PURPOSE,
            f"{operation} takes whatever stands in the header as a purpose.",
            (f"{other}#status",),
            _at_purpose(operation, _any_purpose),
        )
        for what, operation, _, other in _BY_OPERATION
    ),
    _fault(
        "purpose-of-any-case",
        _OTHER_PURPOSE,
        "A purpose in lower case is taken for the code of the list.",
        ("purpose-consignment/lower-case/refused-lower-case#status",),
        _at_purpose("getConsignment", _any_case),
    ),
    _fault(
        "first-of-several-purposes",
        _OTHER_PURPOSE,
        "Of several purposes the first counts, the unlisted one behind it is overlooked.",
        ("purpose-consignment/several/refused-several#status",),
        _at_purpose("getConsignment", _first_of_several),
    ),
    _fault(
        "purpose-refused-yet-shown",
        _OTHER_PURPOSE,
        "The refusal of a purpose quotes the consignment.",
        ("purpose-consignment/other/nothing-shown",),
        Around(("getConsignment",), _refused_yet_shown),
        also=_SWEPT,
    ),
    _fault(
        "purpose-missing-list-empty",
        _NO_PURPOSE,
        "A list without a purpose is an empty page and not a refusal.",
        ("purpose-consignment/list-none/list-refused-without#status",),
        answers(("listConsignments",), _problem_only),
    ),
    *(
        _fault(
            f"value-added-unasked-{what}",
            _NO_CONSENT,
            f"{operation} serves a value-added use without any consent.",
            (f"{check}#status",),
            _unasked(operation),
        )
        for what, operation, check in _CONSENT_BY_OPERATION
    ),
    _fault(
        "consent-unknown-consignment",
        _NO_CONSENT,
        "Any consent reference will do.",
        ("consent-in-force/unknown/refused-unknown#status",),
        _unlooked("getConsignment"),
    ),
    _fault(
        "consent-unknown-token",
        _NO_CONSENT,
        "To resolve a token any consent reference will do.",
        ("consent-for-label-and-token/token-unknown/token-refused-unknown#status",),
        _unlooked("resolveRecipientToken"),
    ),
    _fault(
        "consent-of-another-parcel",
        _NO_CONSENT,
        "A consent for one parcel opens another one.",
        ("consent-in-force/other-parcel/refused-for-another#status",),
        _covering("one"),
    ),
    _fault(
        "consent-lists-everything",
        _NO_CONSENT,
        "Under a consent for one parcel every parcel is listed.",
        ("consent-in-force/list/only-what-is-covered#equals",),
        _covering("list"),
    ),
    _fault(
        "consent-of-another-partner",
        _NO_CONSENT,
        "A consent that another partner recorded is taken.",
        ("consent-in-force/with-foreign/refused-foreign#status",),
        both(_consents(_whosoever), _covering("one")),
    ),
    _fault(
        "consent-expired",
        _EXPIRED,
        "A consent is taken after its end.",
        ("consent-expired/after/refused-after#status",),
        _consents(_whatever_its_end),
    ),
    _fault(
        "consent-withdrawn",
        _WITHDRAWN,
        "A consent is taken although it was withdrawn.",
        (
            "consent-withdrawn/after/refused-after#status",
            "consent-withdrawn/list-after/list-refused-after#status",
        ),
        _consents(_whatever_was_withdrawn),
    ),
    _fault(
        "consent-withdrawn-a-minute-late",
        _WITHDRAWN,
        "A withdrawal takes effect a minute later.",
        ("consent-withdrawn/after/refused-after#status",),
        _consents(_withdrawn_in_a_minute),
    ),
    _fault(
        "consent-withdrawn-still-lists",
        _WITHDRAWN,
        "A withdrawn consent no longer opens the parcel, but still the list.",
        ("consent-withdrawn/list-after/list-refused-after#status",),
        Around(("withdrawConsent", "listConsignments"), _Withdrawn()),
    ),
)
"""Faults of DS-03.1, DS-03.2 and DS-04.2."""
