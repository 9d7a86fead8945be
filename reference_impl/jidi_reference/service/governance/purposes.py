"""Binds each read of personal data to a purpose, and value-added use to a consent in force
(DS-03.2, DS-04.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from jidi_reference.domain.clock import unix_seconds
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context
from jidi_reference.service.governance.auditing import Trace
from jidi_reference.service.ports.consignments import ConsignmentRow
from jidi_reference.service.ports.documents import AGREEMENT, CONSENT, Document
from jidi_reference.service.ports.unit import Unit

VALUE_ADDED = "VALUE_ADDED"


@dataclass(frozen=True)
class Reading:
    """A read of personal data: who reads, and what the headers state about it (None: header
    missing).
    """

    caller: Caller
    purpose: str | None = None
    consent_reference: str | None = None


@dataclass(frozen=True)
class Purpose:
    """An accepted purpose; ``code`` None where purposes are not asked for, ``consent`` only with
    VALUE_ADDED.
    """

    code: str | None
    consent: Document | None = None

    @property
    def waybill_no(self) -> str | None:
        """The only waybill that may be read; None means any."""
        return None if self.consent is None else str(self.consent.body["waybill_no"])

    def check_covers(self, row: ConsignmentRow) -> None:
        """Refuse a consignment that the consent does not cover.

        Raises:
            Problem: ``consent-invalid``.
        """
        if self.consent is not None and (self.waybill_no, self.consent.owner) != (
            row.waybill_no,
            row.owner,
        ):
            raise _consent_invalid()


def judge(context: Context, unit: Unit, reading: Reading, trace: Trace) -> Purpose:
    """The read's purpose, once it is found legal.

    Raises:
        Problem: ``purpose-required``, ``purpose-refused``, ``consent-required`` or
            ``consent-invalid``.
    """
    if context.settings.level == "core":
        return Purpose(None)
    if reading.purpose is None:
        raise _header(
            "purpose-required", "Processing-Purpose", "say for which purpose this is read"
        )
    known = {entry["code"] for entry in context.contract.bundle.code_lists["purposes"]["codes"]}
    if reading.purpose not in known:
        raise _header(
            "purpose-refused", "Processing-Purpose", "not a purpose of the published list"
        )
    trace.purpose = reading.purpose
    if reading.purpose != VALUE_ADDED:
        return Purpose(reading.purpose)
    if reading.consent_reference is None:
        raise _header(
            "consent-required", "Consent-Reference", "value-added use needs a consent of the person"
        )
    consent = unit.documents.find(CONSENT, reading.consent_reference, None)
    if consent is None or not _may_use(context, unit, reading.caller, consent):
        raise _consent_invalid()
    trace.reference = consent.document_id
    return Purpose(reading.purpose, consent)


def _may_use(context: Context, unit: Unit, caller: Caller, consent: Document) -> bool:
    entrusted = any(
        agreement.owner == consent.owner
        for agreement in unit.documents.about(AGREEMENT, caller.client_id)
    )
    begun = (
        unix_seconds(consent.body["given_at"])
        <= context.clock.now()
        < unix_seconds(consent.body["valid_until"])
    )
    return (
        (consent.owner == caller.party or entrusted)
        and begun
        and "withdrawn_at" not in consent.body
    )


def _header(slug: str, name: str, detail: str) -> Problem:
    return Problem(
        slug, f"{name}: {detail}.", faults=[Fault(slug, detail, where="header", name=name)]
    )


def _consent_invalid() -> Problem:
    return _header("consent-invalid", "Consent-Reference", "no consent in force that covers this")
