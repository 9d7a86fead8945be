"""Couriers that break PI-06.1, PI-09.1, PI-11.1, PI-11.2 and PI-12.1: what the public is told is
missing, wrong or late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tests.conformance import seams
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
    documents,
)

_AREAS: Final = ("discovery", "officer", "person")
_DISCOVERY: Final = ("getDiscovery",)
_NOTICES: Final = ("listProtectionOfficerNotices",)
_OWNER: Final = "brand-owner/fetch/named#matches"
_COMPLAINTS: Final = "contacts/fetch/complaints-contact#count-at-least"
_OPENS: Final = "request-form/form/opens#status"
_NAMED: Final = "officer-named/fetch/named-at-threshold#count"
_REACHABLE: Final = "officer-named/fetch/reachable-at-threshold#count"
_IN_TIME: Final = "officer-changed/notices/in-time#late"
_REGIONS: Final = "storage-regions/fetch/mainland-only#equals"


def _declaring(change: Callable[[Json], Json]) -> Wrap:
    return documents(_DISCOVERY, change)


def _entity(**members: Any) -> Wrap:
    def change(document: Json) -> Json:
        entity = {**document["legal_entity"], **members}
        return {
            **document,
            "legal_entity": {name: value for name, value in entity.items() if value is not None},
        }

    return _declaring(change)


def _contact(kind: str, contact: Mapping[str, str] | None) -> Wrap:
    def change(document: Json) -> Json:
        contacts = {name: value for name, value in document["contacts"].items() if name != kind}
        return {
            **document,
            "contacts": {**contacts, **({} if contact is None else {kind: contact})},
        }

    return _declaring(change)


def _form(url: Callable[[str], str]) -> Wrap:
    def change(document: Json) -> Json:
        privacy = document["contacts"]["privacy"]
        return {
            **document,
            "contacts": {
                **document["contacts"],
                "privacy": {**privacy, "url": url(privacy["url"])},
            },
        }

    return _declaring(change)


def _formless(document: Json) -> Json:
    privacy = {
        name: value for name, value in document["contacts"]["privacy"].items() if name != "url"
    }
    return {**document, "contacts": {**document["contacts"], "privacy": privacy}}


class _FormGone(Wrap):
    """The page of the form answers like a server that has lost it."""

    def __init__(self, status: int) -> None:
        self._status = status

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application without its form."""

        async def handler(asked: Asked, forward: Forward) -> Told:
            gone = Told(
                self._status, (("content-type", "text/html"),), b"<!doctype html><title>-</title>"
            )
            return gone if asked.path == "/privacy-requests-form" else await forward(asked)

        return Around((), handler).around(_app, asgi)


def _officer(**members: str | None) -> Wrap:
    def change(document: Json) -> Json:
        officer = {**document["protection_officer"], **members}
        return {
            **document,
            "protection_officer": {
                name: value for name, value in officer.items() if value is not None
            },
        }

    return _declaring(change)


def _no_officer(document: Json) -> Json:
    return {name: value for name, value in document.items() if name != "protection_officer"}


def _of_first_hour(_healthy: Any) -> Callable[..., dict[str, Any]]:
    return lambda context: {
        "name": seams.healthy("discovery.officer-name"),
        "email": f"privacy@{context.settings.host_name}",
    }


def _notice(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Wrap:
    return documents(
        _NOTICES, lambda page: {**page, "items": [change(notice) for notice in page["items"]]}
    )


def _filed(authority: str, moment: str) -> Wrap:
    def change(notice: dict[str, Any]) -> dict[str, Any]:
        filings = [
            {**filing, "filed_at": moment} if filing["authority"] == authority else filing
            for filing in notice["filings"]
        ]
        return {**notice, "filings": filings}

    return _notice(change)


def _unfiled(authority: str) -> Wrap:
    return _notice(
        lambda notice: {
            **notice,
            "filings": [filing for filing in notice["filings"] if filing["authority"] != authority],
        }
    )


def _unannounced(notice: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in notice.items() if not name.startswith("announce")}


def _weekdays_only(notice: dict[str, Any]) -> dict[str, Any]:
    """Files with the postal authority on the 7th day that is none of a weekend, as if there were no
    holidays and no make-up days.
    """
    day, left = datetime.fromisoformat(notice["changed_at"]), 7
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    filings = [
        {**filing, "filed_at": day.isoformat()} if filing["authority"] == "POSTAL" else filing
        for filing in notice["filings"]
    ]
    return {**notice, "filings": filings}


def _regions(*regions: str) -> Wrap:
    return _declaring(lambda document: {**document, "storage_regions": list(regions)})


def _closed(_asked: Asked, answer: Told) -> Told:
    return answer.with_json({**answer.json, "items": []}) if answer.status == 200 else answer


_FAULTS: Final = (
    Fault(
        "franchisee-of-nobody",
        "PI-06.1",
        "franchisee-without-brand-owner",
        "Discovery of a franchisee does not say under whose brand it trades.",
        (_OWNER,),
        _entity(brand_owner_uscc=None),
    ),
    Fault(
        "franchisee-of-a-name",
        "PI-06.1",
        "franchisee-without-brand-owner",
        "The brand owner is given by a name where its code belongs.",
        (_OWNER,),
        _entity(brand_owner_uscc="集递示范快递"),
    ),
    Fault(
        "complaints-without-a-way",
        "PI-09.1",
        "contact-missing",
        "The complaints contact is a name without a way to reach it.",
        (_COMPLAINTS,),
        _contact("complaints", {"name": "用户投诉"}),
    ),
    Fault(
        "complaints-nowhere",
        "PI-09.1",
        "contact-missing",
        "No complaints contact is published.",
        (_COMPLAINTS,),
        _contact("complaints", None),
    ),
    Fault(
        "privacy-contact-without-form",
        "PI-09.1",
        "contact-missing",
        "Requests are taken, but no form is published for them.",
        ("request-form/fetch/published#matches",),
        _declaring(_formless),
    ),
    Fault(
        "form-not-found",
        "PI-09.1",
        "form-unreachable",
        "The published form is not found.",
        (_OPENS,),
        _FormGone(404),
    ),
    Fault(
        "form-fails",
        "PI-09.1",
        "form-unreachable",
        "The published form fails.",
        (_OPENS,),
        _FormGone(500),
    ),
    Fault(
        "form-mistyped",
        "PI-09.1",
        "form-unreachable",
        "The address of the form has one letter too many.",
        (_OPENS,),
        _form(lambda url: url + "s"),
    ),
    Fault(
        "officer-not-named",
        "PI-11.1",
        "officer-missing",
        "1,200,000 persons, and no protection officer.",
        (_NAMED,),
        _declaring(_no_officer),
    ),
    Fault(
        "officer-without-contact",
        "PI-11.1",
        "officer-missing",
        "An officer whom nobody can reach.",
        (_REACHABLE,),
        _officer(email=None),
    ),
    Fault(
        "officer-of-yesterday",
        "PI-11.1",
        "officer-missing",
        "Discovery goes on to name the officer who left.",
        ("officer-changed/named/successor-named#same-as",),
        Inside("discovery.current", _of_first_hour),
    ),
    Fault(
        "officer-filed-on-day-8",
        "PI-11.2",
        "filed-on-day-8",
        "Off by one: the postal authority hears of it on the 8th working day.",
        (_IN_TIME,),
        _filed("POSTAL", "2025-10-15T00:00:00+08:00"),
    ),
    Fault(
        "officer-announced-on-day-8",
        "PI-11.2",
        "filed-on-day-8",
        "The announcement comes on the 8th working day.",
        (_IN_TIME,),
        _notice(lambda notice: {**notice, "announced_at": "2025-10-15T09:00:00+08:00"}),
    ),
    Fault(
        "officer-not-announced",
        "PI-11.2",
        "filed-on-day-8",
        "The change is never announced.",
        (_IN_TIME,),
        _notice(_unannounced),
    ),
    Fault(
        "officer-not-filed",
        "PI-11.2",
        "filed-on-day-8",
        "The postal authority never hears of it.",
        (_IN_TIME,),
        _unfiled("POSTAL"),
    ),
    Fault(
        "officer-filed-late-with-cac",
        "PI-11.2",
        "filed-on-day-8",
        "The cyberspace authority hears of it on the 31st working day.",
        (_IN_TIME,),
        _filed("CAC", "2025-11-18T09:00:00+08:00"),
    ),
    Fault(
        "officer-filed-by-weekdays",
        "PI-11.2",
        "naive-weekdays",
        "Monday to Friday are counted, without the weekend on which all worked.",
        (_IN_TIME,),
        _notice(_weekdays_only),
    ),
    Fault(
        "officer-notices-hidden",
        "PI-11.2",
        "filed-on-day-8",
        "Changes are recorded and not published.",
        ("officer-changed/notices/published#contains",),
        answers(_NOTICES, _closed),
    ),
    Fault(
        "storage-also-abroad",
        "PI-12.1",
        "other-region",
        "A replica stands in Singapore.",
        (_REGIONS,),
        _regions("CN", "SG"),
    ),
    Fault(
        "storage-in-hong-kong",
        "PI-12.1",
        "other-region",
        "Hong Kong is taken for the mainland.",
        (_REGIONS,),
        _regions("HK"),
    ),
    Fault(
        "storage-nowhere",
        "PI-12.1",
        "other-region",
        "The list of regions is empty.",
        (_REGIONS,),
        _regions(),
    ),
)
FAULTS: Final = tuple(replace(fault, level="privacy", areas=_AREAS) for fault in _FAULTS)
"""Faults of PI-06.1, PI-09.1, PI-11.1, PI-11.2 and PI-12.1."""
