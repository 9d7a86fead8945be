"""Couriers that break DS-05.1, DS-05.2 and DS-10.1: what is declared is missing, wrong, or not
kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Declares,
    Forward,
    Json,
    Told,
    Wrap,
    answers,
    both,
    documents,
    requests_of,
    told,
)

from jidi_reference.contract.bundle import load_bundle
from jidi_reference.settings import Settings

_DISCOVERY: Final = ("getDiscovery",)
_FETCH: Final = "discovery-document/fetch"
_LIMITS: Final = f"{_FETCH}/limits#limit-out-of-bounds"
_AGREES: Final = "version-negotiation/declared/sunset-agrees"
_RETIRED: Final = {
    "status": "deprecated",
    "deprecated_at": "2026-11-01T00:00:00Z",
    "sunset_at": "2027-11-01T00:00:00Z",
}
_DEPRECATION: Final = "@1793491200"
_SUNSET: Final = "Mon, 01 Nov 2027 00:00:00 GMT"


def _problem(status: int, slug: str) -> Told:
    body = {"type": f"{load_bundle().base_uri}problems/{slug}", "title": slug, "status": status}
    return told(status, body, "application/problem+json")


def _declaring(change: Callable[[Json], Json]) -> Wrap:
    return documents(_DISCOVERY, change)


def _version(**members: Any) -> Wrap:
    return _declaring(
        lambda document: {**document, "versions": [{**document["versions"][0], **members}]}
    )


def _missing(operation: str) -> Wrap:
    """An operation that is not there for those who may ask."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        return _problem(404, "not-found") if asked.party else await forward(asked)

    return Around((operation,), handler)


async def _gone(_asked: Asked, _forward: Forward) -> Told:
    return _problem(404, "not-found")


async def _closed(asked: Asked, forward: Forward) -> Told:
    refusal = _problem(401, "unauthenticated").with_header("www-authenticate", "Bearer")
    return await forward(asked) if asked.header("authorization") else refusal


def other_limits(**values: Any) -> Wrap:
    def change(settings: Settings) -> Settings:
        return replace(settings, limits=replace(settings.limits, **values))

    return Declares(change)


def _without_complaints(document: Json) -> Json:
    return {**document, "contacts": {"technical": document["contacts"]["technical"]}}


def _mistyped_entity(document: Json) -> Json:
    code = document["legal_entity"]["uscc"]
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    return {**document, "legal_entity": {**document["legal_entity"], "uscc": other}}


def falling_back(*versions: str, operations: tuple[str, ...] = ()) -> Wrap:
    """Serves 1.0 to those who ask for another version (any, without ``versions``)."""

    def change(asked: Asked) -> Asked:
        wanted = asked.header("standard-version")
        return (
            asked.with_header("standard-version", "1.0")
            if wanted and (not versions or wanted in versions)
            else asked
        )

    return requests_of(operations, change)


def _sending(**headers: str) -> Wrap:
    def change(_asked: Asked, answer: Told) -> Told:
        for name, value in headers.items():
            answer = answer.with_header(name, value)
        return answer

    return answers((), change)


def _nameless(_asked: Asked, answer: Told) -> Told:
    return replace(
        answer,
        headers=tuple(
            (name, value) for name, value in answer.headers if name != "standard-version"
        ),
    )


def _offers_nothing(_asked: Asked, answer: Told) -> Told:
    return (
        answer.with_json(
            {name: value for name, value in answer.json.items() if name != "supported_versions"}
        )
        if _refused(answer)
        else answer
    )


def _muddled(_asked: Asked, answer: Told) -> Told:
    return (
        answer.with_json(
            {
                **answer.json,
                "type": answer.json["type"].replace("unsupported-version", "parameter-invalid"),
            }
        )
        if _refused(answer)
        else answer
    )


def _refused(answer: Told) -> bool:
    return answer.problem == "unsupported-version"


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _altered() -> str:
    return _digest(load_bundle().digest + "  one file more\n")


def _listed_twice(document: Json) -> Json:
    entry = document["versions"][0]
    return {**document, "versions": [entry, {**entry, "schema_bundle_digest": _altered()}]}


def _under_other_version(document: Json) -> Json:
    entry = document["versions"][0]
    return {
        **document,
        "versions": [{**entry, "schema_bundle_digest": _altered()}, {**entry, "version": "1.1"}],
    }


def _with_old_version(path: str) -> Callable[[Json], Json]:
    """Discovery with a version 0.9 at an address that differs from that of 1.0 by ``path``."""

    def old(document: Json) -> Json:
        entry = document["versions"][0]
        strange = {
            **entry,
            "version": "0.9",
            "base_url": entry["base_url"] + path,
            "schema_bundle_digest": "sha256:" + "0" * 64,
        }
        return {**document, "versions": [entry, strange]}

    return old


_CAPABILITIES: Final = (
    ("batch", "createConsignmentBatch", "capability-batch/batch/offered#not-in"),
    ("amendment", "amendConsignment", "capability-amendment/amend/offered#not-in"),
    ("push", "createSubscription", "capability-push/subscribe/push-offered#not-in"),
    ("rotation", "rotateSubscriptionSecret", "capability-push/rotate/rotation-offered#not-in"),
    ("replay", "replaySubscription", "capability-push/replay/replay-offered#not-in"),
)

FAULTS: Final = (
    Fault(
        "discovery-missing",
        "DS-05.1",
        "discovery-invalid",
        "There is no discovery document.",
        (f"{_FETCH}/served#status",),
        Around(_DISCOVERY, _gone),
    ),
    Fault(
        "discovery-needs-credential",
        "DS-05.1",
        "discovery-invalid",
        "The discovery document is shown to partners only.",
        (f"{_FETCH}/served#status",),
        Around(_DISCOVERY, _closed),
    ),
    Fault(
        "discovery-as-text",
        "DS-05.1",
        "discovery-invalid",
        "The discovery document goes out as text/plain.",
        (f"{_FETCH}/json#media-type",),
        answers(
            _DISCOVERY, lambda _asked, answer: answer.with_header("content-type", "text/plain")
        ),
    ),
    Fault(
        "discovery-without-complaints-contact",
        "DS-05.1",
        "discovery-invalid",
        "Discovery names nobody for complaints.",
        (f"{_FETCH}/valid#schema",),
        _declaring(_without_complaints),
    ),
    Fault(
        "discovery-mistyped-entity",
        "DS-05.1",
        "discovery-invalid",
        "The check digit of the social credit code is wrong.",
        (f"{_FETCH}/valid#schema",),
        _declaring(_mistyped_entity),
    ),
    Fault(
        "discovery-wrong-role",
        "DS-05.1",
        "discovery-invalid",
        "A courier that declares itself a platform.",
        (f"{_FETCH}/role#equals",),
        _declaring(lambda document: {**document, "role": "platform"}),
    ),
    Fault(
        "limit-one-attempt-short",
        "DS-05.1",
        "discovery-invalid",
        "Off by one: seven attempts are declared.",
        (_LIMITS,),
        other_limits(push_attempts=7),
    ),
    Fault(
        "limit-ids-kept-too-short",
        "DS-05.1",
        "discovery-invalid",
        "Keys are kept for an hour less than 72 hours of scaled time.",
        (_LIMITS,),
        other_limits(idempotency_retention_s=71, time_scale=3600),
    ),
    Fault(
        "limit-horizon-too-near",
        "DS-05.1",
        "discovery-invalid",
        "Retries end before 24 hours of scaled time.",
        (_LIMITS,),
        other_limits(time_scale=600),
    ),
    Fault(
        "limit-slow-push",
        "DS-05.1",
        "discovery-invalid",
        "Pushes may take six seconds.",
        (_LIMITS,),
        other_limits(push_latency_s=6),
    ),
    *(
        Fault(
            f"declared-{name}-not-there",
            "DS-05.1",
            "capability-not-there",
            f"The capability for {operation} is declared, the operation is not there.",
            (check,),
            _missing(operation),
        )
        for name, operation, check in _CAPABILITIES
    ),
    Fault(
        "falls-back-silently",
        "DS-05.2",
        "silent-fall-back",
        "Whatever version is asked for, 1.0 is served.",
        (
            "version-negotiation/unknown/refused#status",
            "version-negotiation/unknown-write/clear#problem-type",
        ),
        falling_back(),
    ),
    Fault(
        "falls-back-silently-on-write",
        "DS-05.2",
        "silent-fall-back",
        "Only writing ignores the version that is asked for.",
        ("version-negotiation/unknown-write/clear#problem-type",),
        falling_back(operations=("createConsignment",)),
    ),
    Fault(
        "falls-back-silently-from-1-1",
        "DS-05.2",
        "silent-fall-back",
        "The next minor version is taken for the one served.",
        ("version-negotiation/unknown-minor/minor-clear#problem-media-type",),
        falling_back("1.1"),
    ),
    Fault(
        "refuses-version-without-offer",
        "DS-05.2",
        "silent-fall-back",
        "The refusal of a version does not say which ones are served.",
        ("version-negotiation/unknown/offers#contains",),
        answers((), _offers_nothing),
    ),
    Fault(
        "refuses-version-unclearly",
        "DS-05.2",
        "silent-fall-back",
        "An unknown version is refused as if a parameter were wrong.",
        ("version-negotiation/unknown/clear#problem-type",),
        answers((), _muddled),
    ),
    Fault(
        "answers-without-version",
        "DS-05.2",
        "version-not-named",
        "Answers do not name their version.",
        ("version-negotiation/declared/named#equals",),
        answers((), _nameless),
    ),
    Fault(
        "deprecation-undeclared",
        "DS-05.2",
        "retirement-unannounced",
        "Answers carry Deprecation, discovery calls the version current.",
        (f"{_AGREES}#deprecation-undeclared",),
        _sending(deprecation=_DEPRECATION),
    ),
    Fault(
        "deprecation-not-sent",
        "DS-05.2",
        "retirement-unannounced",
        "Discovery declares the version deprecated, answers do not say so.",
        (f"{_AGREES}#deprecation-missing",),
        _version(**_RETIRED),
    ),
    Fault(
        "deprecation-of-another-second",
        "DS-05.2",
        "retirement-unannounced",
        "Off by one: the date of Deprecation is a second after that of discovery.",
        (f"{_AGREES}#deprecation-differs",),
        both(_version(**_RETIRED), _sending(deprecation="@1793491201", sunset=_SUNSET)),
    ),
    Fault(
        "sunset-of-another-day",
        "DS-05.2",
        "retirement-unannounced",
        "The date of Sunset is a day before that of discovery.",
        (f"{_AGREES}#sunset-differs",),
        both(
            _version(**_RETIRED),
            _sending(deprecation=_DEPRECATION, sunset="Sun, 31 Oct 2027 00:00:00 GMT"),
        ),
    ),
    Fault(
        "digest-of-no-bundle",
        "DS-10.1",
        "unknown-bundle",
        "The digest of the schema bundle belongs to nothing that was published.",
        (f"{_FETCH}/bundle#unknown-bundle",),
        _version(schema_bundle_digest=_digest("nothing")),
    ),
    Fault(
        "digest-of-altered-bundle",
        "DS-10.1",
        "altered-bundle",
        "The schema bundle was published, and altered since.",
        (f"{_FETCH}/bundle#unknown-bundle",),
        _version(schema_bundle_digest=_altered()),
    ),
    Fault(
        "digest-under-another-version",
        "DS-10.1",
        "altered-bundle",
        "The right digest stands under version 1.1, an altered one under 1.0.",
        (f"{_FETCH}/bundle#unknown-bundle",),
        _declaring(_under_other_version),
        also={"DS-05.2": "the version that is listed beside it answers as 1.0."},
    ),
    Fault(
        "version-that-nobody-published",
        "DS-10.1",
        "unknown-bundle",
        "A version 0.9 is listed beside 1.0, with a digest of noughts and the address of 1.0.",
        (f"{_FETCH}/bundle#unknown-bundle",),
        _declaring(_with_old_version("")),
        also={"DS-05.2": "what answers there is version 1.0."},
    ),
    Fault(
        "version-listed-and-not-served",
        "DS-05.2",
        "version-not-served",
        "A version 0.9 is listed beside 1.0; nothing is at its address.",
        ("version-negotiation/listed/each-served#not-served",),
        _declaring(_with_old_version("/nowhere")),
        also={"DS-10.1": "no bundle was ever published under 0.9."},
    ),
    Fault(
        "version-listed-twice",
        "DS-10.1",
        "altered-bundle",
        "Version 1.0 is listed twice, with the right digest and with another.",
        (f"{_FETCH}/bundle#unknown-bundle",),
        _declaring(_listed_twice),
    ),
)
"""Faults of DS-05.1, DS-05.2 and DS-10.1."""
