"""Partners that date what they do as they did not: by another offset, from a template, or ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Wrap, documents

from jidi.model.roles import Level, Role

_CASE: Final = "time-made-up"


def _moved(names: tuple[str, ...], move: Callable[[datetime], datetime]) -> Callable[[Any], Any]:
    """Moves these members wherever they stand."""

    def change(value: Any) -> Any:
        if isinstance(value, list):
            return [change(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: move(datetime.fromisoformat(item)).isoformat()
            if name in names and isinstance(item, str)
            else change(item)
            for name, item in value.items()
        }

    return change


def _as_if_in_china(moment: datetime) -> datetime:
    """The hour of China under another offset."""
    return moment + timedelta(hours=8)


def _of_the_template(moment: datetime) -> datetime:
    return moment.replace(year=2020)


def _yesterday(moment: datetime) -> datetime:
    return moment - timedelta(days=1)


def _soon(moment: datetime) -> datetime:
    return moment + timedelta(hours=7)


_BOTH: Final[tuple[Role, ...]] = ("courier", "integrator")
_ALL: Final[tuple[Role, ...]] = ("courier", "platform", "integrator")
_DATED: Final[tuple[tuple[str, str, str, Level, str, Wrap, tuple[Role, ...]], ...]] = (
    (
        "receipts-of-another-offset",
        "DS-01.2",
        "Receipts tell the hour of China as that of Greenwich.",
        "core",
        "receipts",
        documents(("createConsignment",), _moved(("received_at",), _as_if_in_china)),
        _BOTH,
    ),
    (
        "subscriptions-of-yesterday",
        "DS-02.5",
        "Subscriptions were made the day before.",
        "core",
        "subscriptions",
        documents(("createSubscription",), _moved(("created_at",), _yesterday)),
        _BOTH,
    ),
    (
        "agreements-of-the-template",
        "PI-08.1",
        "Agreements tell the time of a template.",
        "privacy",
        "agreements",
        documents(("createProcessingAgreement",), _moved(("created_at",), _of_the_template)),
        _ALL,
    ),
    (
        "consents-recorded-soon",
        "DS-04.2",
        "Consents were recorded hours from now.",
        "privacy",
        "consents",
        documents(("createConsent",), _moved(("recorded_at",), _soon)),
        _ALL,
    ),
    (
        "requests-of-yesterday",
        "PI-09.2",
        "Requests of persons were received the day before.",
        "privacy",
        "requests",
        documents(("createPrivacyRequest",), _moved(("received_at",), _yesterday)),
        _ALL,
    ),
    (
        "decisions-of-the-template",
        "PI-15.1",
        "Bulk operations were decided upon when the template was made.",
        "privacy",
        "bulk-operations",
        documents(("decideBulkOperation",), _moved(("decided_at",), _of_the_template)),
        _ALL,
    ),
    (
        "bases-of-another-offset",
        "PI-12.2",
        "Bases of transfers abroad tell the hour of China as that of Greenwich.",
        "privacy",
        "bases",
        documents(("recordCrossBorderBasis",), _moved(("recorded_at",), _as_if_in_china)),
        _ALL,
    ),
    (
        "labels-printed-yesterday",
        "PI-13.2",
        "Labels were printed the day before.",
        "privacy",
        "labels",
        documents(("getLabel",), _moved(("printed_at",), _yesterday)),
        _BOTH,
    ),
    (
        "numbers-given-soon",
        "PI-13.1",
        "Waybill numbers are given hours from now.",
        "privacy",
        "numbers",
        documents(("allocateWaybillNumbers",), _moved(("allocated_at",), _soon)),
        _BOTH,
    ),
)
"""By name: requirement, what about it, level, the sweep that sees it, how, and in whom."""


def _faults() -> Iterator[Fault]:
    for name, requirement, about, level, sweep, wrap, roles in _DATED:
        for role in roles:
            yield Fault(
                PREFIX[role] + name,
                requirement,
                _CASE,
                about,
                (f"sweep/dated-{sweep}#dated-{sweep}",),
                wrap,
                level=level,
                role=role,
            )


FAULTS: Final = tuple(_faults())
"""Every fault of this module."""
