"""Named actions of the kit, the one escape hatch on the driving side. Each gives exchanges and
plain observations; judging stays with the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from jidi.drive import FloodOutcome, FloodPlan, probe_tls
from jidi.drive import flood as send_flood
from jidi.drive.candidate.credentials import CredentialFailure
from jidi.drive.candidate.discovery import MOST_VERSIONS
from jidi.fuzz.child.shaping import fresh_key
from jidi.judge.seen import status_url
from jidi.language.compared import show
from jidi.language.expressions import BlockedError
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Exchange, Headers
from jidi.model.outgoing import Outgoing
from jidi.model.urls import url_parts
from jidi.run.playing.stage import Stage

_Result = tuple[Sequence[Exchange], dict[str, Any]]
_Flooded = tuple[str, str, Headers]
"""Path, operation, and the headers that it needs besides."""
_USUALLY_FLOODED: Final[_Flooded] = ("/events?limit=1", "listEvents", ())
_FLOODED: Final[Mapping[str, _Flooded]] = {
    "platform": (
        "/outgoing-consignments?limit=1",
        "listOutgoingConsignments",
        (("Processing-Purpose", "DELIVERY"),),
    ),
}
_FASTEST: Final = 1_000_000
_LARGEST_BODY: Final = 64 * 1024 * 1024
"""Bytes; far above what a profile lets a candidate declare, and still little memory."""


def _number(given: Mapping[str, Any], name: str, most: int) -> float:
    """A number that the candidate declared.

    Raises:
        BlockedError: it is no number from 1 to ``most``, so nothing can be tried with it.
    """
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= most:
        raise BlockedError(f"{name} is declared as {show(value)}, with which nothing can be tried")
    return float(value)


def flood(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Send reads as fast as possible until the first 429, or until clearly more than the declared
    rate went unchecked (DS-08.5).

    ``given``: ``partner`` (what provisioning it gave: ``client_id`` and ``client_secret``, or
    ``access_token``) or ``party``, ``per_second``, ``burst``. A courier or integrator is asked for
    events, a platform for outgoing consignments. Leaves the first refusal, or the last answer.

    Raises:
        BlockedError: the candidate did not answer faster than its declared rate, as on a crowded
            machine, so that nothing can be said.
    """
    proof = (
        stage.client.credentials.headers_for(stage.party(str(given["party"])))
        if "party" in given
        else _proof(given["partner"], stage)
    )
    if isinstance(proof, CredentialFailure):
        raise BlockedError(f"no credential for the flood: {proof.cause.en}")
    path, operation, purpose = _FLOODED.get(stage.target.role, _USUALLY_FLOODED)
    headers = (("Accept", "application/json"), *proof, *purpose)
    url = stage.base_url.rstrip("/") + path
    rate, burst = _number(given, "per_second", _FASTEST), _number(given, "burst", _FASTEST)
    plan = FloodPlan(stage.target, url, headers, rate, burst, operation)
    left = stage.end.left
    plan = replace(
        plan, seconds=min(plan.seconds, left), seconds_at_most=min(plan.seconds_at_most, left)
    )
    outcome = send_flood(plan)
    settled = outcome.refused or outcome.requests > burst + rate * outcome.seconds
    if not settled:
        raise BlockedError(
            "the time allowed for the run was over" if stage.end.over else _too_slow(outcome, plan)
        )
    exchanges = () if outcome.exchange is None else (outcome.exchange,)
    return exchanges, {
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 3),
        "settled": settled,
    }


def _too_slow(outcome: FloodOutcome, plan: FloodPlan) -> str:
    return (
        f"{outcome.requests} requests were answered in {outcome.seconds:.0f} s, no more than the "
        f"declared {plan.rate:g} a second and {plan.burst:g} at once: try again on a machine that "
        "does nothing else, or declare what the system can take"
    )


def _proof(partner: Mapping[str, Any], stage: Stage) -> Headers:
    return (("Authorization", f"Bearer {_token(partner, stage)}"),)


def _token(partner: Mapping[str, Any], stage: Stage) -> str:
    if isinstance(partner.get("access_token"), str):
        return str(partner["access_token"])
    if not {"client_id", "client_secret"} <= set(partner):
        raise BlockedError("provisioning gave neither client credentials nor a token for the flood")
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": partner["client_id"],
            "client_secret": partner["client_secret"],
        }
    )
    headers = (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    )
    exchange = stage.client.send(
        Outgoing(
            "POST",
            stage.token_endpoint,
            headers,
            form.encode(),
            credential="none",
            operation="issueToken",
        )
    )
    stage.client.credentials.note("", exchange)
    try:
        answer = read_json(
            (exchange.response.body if exchange.response is not None else b"").decode("utf-8")
        )
        token = str(answer["access_token"])
    except (NotJsonError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise BlockedError("the partner made for the flood got no token") from error
    stage.client.credentials.learn(token)
    return token


def probe(_given: Mapping[str, Any], stage: Stage) -> _Result:
    """Shake hands with the address of the version under test, as a careful client and as an old one
    (DS-08.1).
    """
    address = stage.base_url or stage.target.base_url
    url = url_parts(address)
    named = {"scheme": url.scheme, "token_scheme": url_parts(stage.token_endpoint).scheme}
    if url.scheme != "https":
        return (), {**named, "verified": False, "legacy_accepted": ""}
    if not stage.target.declares(address):
        raise BlockedError(f"{url.netloc} is not among the hosts that the target declares")
    seen = probe_tls(url.hostname or "", url.port or 443, stage.target.tls.ca_file)
    return (), {
        **named,
        "verified": seen.verified,
        "version": seen.version,
        "error": seen.error,
        "legacy_accepted": seen.legacy_accepted,
    }


def probe_versions(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Ask each of ``versions`` (entries of discovery) how it stands, as ``party`` (DS-05.2).

    Observed: ``elsewhere``, the addresses at hosts that the target does not declare.
    """
    listed = given["versions"] if isinstance(given["versions"], list) else []
    entries = [one for one in listed if isinstance(one, Mapping)][:MOST_VERSIONS]
    urls = [url for url in dict.fromkeys(map(status_url, entries)) if url]
    party = stage.party(str(given["party"]))
    exchanges = [
        stage.client.send(Outgoing("GET", url, (("Accept", "application/json"),), party=party))
        for url in urls
        if stage.target.declares(url)
    ]
    return exchanges, {"elsewhere": [url for url in urls if not stage.target.declares(url)]}


def pause_as_asked(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Wait for ``seconds`` (a Retry-After as it came), at most ten."""
    try:
        seconds = min(max(float(given["seconds"]), 0.0), 10.0)
    except (TypeError, ValueError):
        seconds = 1.0
    if not stage.end.sleep(seconds):
        raise BlockedError("the time allowed for the run was over")
    return (), {"paused": seconds}


def oversize(given: Mapping[str, Any], stage: Stage) -> _Result:
    """POST a consignment whose body is ``over`` bytes (one, unless given) longer than the declared
    maximum ``bytes`` (DS-08.5), as ``party``.
    """
    if stage.target.role == "platform":
        raise BlockedError("a platform takes no consignments; push with pad-to instead")
    over = int(given.get("over", 1))
    size = int(_number(given, "bytes", _LARGEST_BODY)) + over
    body = b'{"remark":"' + b"x" * (size - 13) + b'"}'
    headers = (
        ("Accept", "application/json, application/problem+json"),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", fresh_key(stage.nonce, over)),
    )
    url = stage.base_url.rstrip("/") + "/consignments"
    exchange = stage.client.send(
        Outgoing(
            "POST",
            url,
            headers,
            body,
            stage.party(str(given["party"])),
            operation="createConsignment",
            timeout_s=20.0,
        )
    )
    return (exchange,), {"bytes": len(body)}


def numbers_of_courier(given: Mapping[str, Any], stage: Stage) -> _Result:
    """The waybill numbers that the played courier ``courier`` (name or code) allocated to the
    candidate (PI-13.1). Observed: ``numbers``.
    """
    wanted = str(given["courier"])
    shared = stage.couriers.shared if stage.couriers is not None else {}
    known = {**shared, **stage.cast}
    courier = known.get(wanted) or next((one for one in known.values() if one.code == wanted), None)
    if courier is None:
        raise BlockedError(f"the kit plays no courier '{wanted}'")
    return (), {"numbers": list(courier.numbers)}


PLAIN_ACTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Stage], _Result]]] = {
    "flood": flood,
    "numbers-of-courier": numbers_of_courier,
    "oversize": oversize,
    "pause-as-asked": pause_as_asked,
    "probe-tls": probe,
    "probe-versions": probe_versions,
}
"""Those of every level, by the name that scenarios use."""
