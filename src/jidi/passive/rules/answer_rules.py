"""Rules over single answers of known operations."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from jidi.judge.seen import deprecation_agrees
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, StepView, header_value
from jidi.model.urls import url_parts
from jidi.passive.rules.observations import (
    Observation,
    RecordedContext,
    Site,
    both,
    facts,
    is_known,
    lacks,
    leak_observations,
    observed,
    unfound_observations,
)
from jidi.passive.rules.standing_in import is_upgrade, row_instead
from jidi.passive.rules.token_rules import token_observations
from jidi.wording import sentence

_TAKEN: Final = range(200, 300)
_ITEM_BY_ITEM: Final = frozenset({"createConsignmentBatch", "receiveShipmentEvents"})
_SAID_INVALID: Final = ("validation-failed", "malformed-json")


def answer_observations(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    """Everything that one answer shows by itself. Of one that stands in the place of the
    operation's (a gateway's, or *not now*) all that is said of its form counts for what says that
    the system stands up and serves.
    """
    instead = row_instead(view)
    left_out = _left_out(view, context, instead)
    for rule, (check, requirement) in _RULES.items():
        if rule in left_out:
            continue
        row = instead if rule in _OF_FORM else ""
        site = Site(check, row or requirement or _main(view, context), view.record.id)
        for one in observed(site, lambda: rule(view, context)):  # noqa: B023 - called at once
            yield replace(one, requirement=row) if row else one


def _left_out(view: ExchangeView, context: RecordedContext, instead: str) -> frozenset[_Rule]:
    if is_upgrade(view):
        return _OF_OPERATIONS
    return _OF_SYSTEMS if instead and not _key(view, context) else frozenset()


def _operation(view: ExchangeView, context: RecordedContext) -> Any:
    return context.judging.book.operation(view.record.operation)


def _status(view: ExchangeView) -> int:
    return view.status or 0


def _main(view: ExchangeView, context: RecordedContext) -> str:
    return context.column(view.record.operation, "answers" if _status(view) < 400 else "refuses")


def _key(view: ExchangeView, context: RecordedContext) -> str:
    status, responses = _status(view), _operation(view, context).responses
    return next(
        (key for key in (str(status), f"{status // 100}XX", "default") if key in responses), ""
    )


def _documented(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    if _status(view) == 304:  # a cache between answered
        return
    fault = "" if _key(view, context) else "undocumented-status"
    yield Observation(
        "status-documented",
        _main(view, context),
        view.record.id,
        fault,
        both(f"{_status(view)} to {view.record.operation}"),
    )


def _media_type(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    key = _key(view, context)
    wanted = _operation(view, context).response_media_types.get(key, ())
    response = view.response
    if response is None or not wanted or not response.attribute("size"):
        return
    problem = isinstance(facts(view).get("problem"), str) or wanted == ("application/problem+json",)
    if (problem and _status(view) >= 400) or not is_known(view, "response", "content-type"):
        return
    seen = str(header_value(response.headers, "content-type")).split(";")[0].strip().lower()
    yield Observation(
        "media-type",
        _main(view, context),
        view.record.id,
        "" if seen in wanted else "media-type",
        both(f"{seen} on {view.record.operation}"),
    )


def _schema(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    found = facts(view).get("response")
    if not isinstance(found, Mapping) or (_status(view) >= 400 and found["schema"] == "problem"):
        return
    if not _is_json(view):
        return
    main = _main(view, context)
    for fault in found["faults"]:
        told = sentence(
            "passive/schema",
            schema=found["schema"],
            pointer=fault["pointer"] or "/",
            en=fault["en"],
            chinese_zh=fault["zh"],
        )
        yield Observation(
            "schema", context.row(fault["requirement"], main), view.record.id, _slug(fault), told
        )
    if not found["faults"]:
        yield Observation("schema", context.row(found["requirement"], main), view.record.id)


def _slug(fault: Mapping[str, str]) -> str:
    keyword = fault["keyword"]
    return keyword.partition(":")[2] if keyword.startswith("rule:") else "schema"


def _is_json(view: ExchangeView) -> bool:
    """Whether the answer is meant as JSON; labels may be images, and a wrong media type is another
    check's.
    """
    told = facts(view).get("response_json")
    if isinstance(told, bool):
        return told
    seen = header_value(view.response.headers, "content-type") if view.response else ABSENT
    return "json" in str(seen).lower()


def _problem(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    """A refusal is a problem document of a published type, with the status that it says."""
    fault = facts(view).get("problem")
    if isinstance(fault, str):
        yield Observation(
            "problem",
            _main(view, context),
            view.record.id,
            fault,
            both(f"{_status(view)} to {view.record.operation}: {fault}"),
        )


def _version_fault(view: ExchangeView) -> str:
    asked = header_value(view.request.headers, "standard-version")
    if asked not in (ABSENT, "1.0") and _status(view) < 300:
        return "silent-fall-back"
    return "no-standard-version" if lacks(view, "response", "standard-version") else ""


def _version(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    served = _operation(view, context).served_at
    if served != "version" or view.response is None or _status(view) == 304:
        return
    sent = header_value(view.response.headers, "standard-version")
    fault = _version_fault(view)
    if fault or sent is not ABSENT:
        yield Observation(
            "standard-version",
            "DS-05.2",
            view.record.id,
            fault,
            both(f"Standard-Version: {'-' if sent is ABSENT else sent}"),
        )
    told = is_known(view, "response", "deprecation", "sunset")
    if told and isinstance(context.judging.discovery, Mapping):
        ruling = deprecation_agrees({}, StepView("recorded", (view,), {}, ()), context.judging)
        yield Observation("deprecation", "DS-05.2", view.record.id, ruling.reason, ruling.actual)


def _credentials(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    if not _operation(view, context).secured or view.response is None:
        return
    bare = lacks(view, "request", "authorization")
    if bare and not _operation(view, context).signed:
        fault = "served-without-credential" if 200 <= _status(view) < 300 else ""
        yield Observation(
            "credential",
            "DS-08.2",
            view.record.id,
            fault,
            both(f"{_status(view)} to {view.record.operation}"),
        )
    if _status(view) == 401 and is_known(view, "response", "www-authenticate"):
        lacking = lacks(view, "response", "www-authenticate")
        fault = "no-www-authenticate" if lacking else ""
        yield Observation("challenge", "DS-08.2", view.record.id, fault, both("401"))


def _believed(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    """A push that is not signed, or signed wrongly as far as the recording tells, is not taken."""
    known = is_known(view, "request", "webhook-signature")
    if not known or not _operation(view, context).signed:
        return
    taken, wrong = _status(view) in _TAKEN, facts(view).get("signature")
    if lacks(view, "request", "webhook-signature"):
        fault = "unsigned-accepted" if taken else ""
        yield Observation(
            "unsigned-push",
            "DS-02.9",
            view.record.id,
            fault,
            both(f"{_status(view)} to an unsigned push"),
        )
    elif isinstance(wrong, str) and (wrong or taken):
        yield _signed_push(view, wrong, taken=taken)


def _signed_push(view: ExchangeView, wrong: str, *, taken: bool) -> Observation:
    """What became of a push whose signature was looked at; ``wrong``: what is wrong with it."""
    fault = "false-push-accepted" if wrong and taken else ""
    told = both(f"{_status(view)} to a push: {wrong or 'signed'}")
    return Observation("believed-push", "DS-02.9", view.record.id, fault, told)


def _transport(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    url = url_parts(view.record.request.url)
    if _loopback(url.hostname or "") or (url.scheme == "http" and not 200 <= _status(view) < 300):
        return
    yield Observation(
        "clear-text",
        "DS-08.1",
        view.record.id,
        "clear-text" if url.scheme == "http" else "",
        both(url.scheme),
    )


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _insides(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    found = facts(view).get("internals")
    if isinstance(found, list):
        yield Observation(
            "internals",
            "DS-08.4",
            view.record.id,
            "internals" if found else "",
            both(", ".join(map(str, found))),
        )


def _identity(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    found = facts(view).get("identity")
    if isinstance(found, list) and _status(view) < 300:
        yield Observation(
            "identity-number",
            "DS-03.1",
            view.record.id,
            "identity-number-travels" if found else "",
            both(", ".join(map(str, found[:5]))),
        )


def _request(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    """What was sent was valid and taken, or invalid and refused."""
    found, status = facts(view).get("request"), _status(view)
    if not isinstance(found, Mapping) or not found.get("whole", True):
        return
    if view.record.operation in _ITEM_BY_ITEM and status < 300:  # which its result tells
        return
    if found["faults"]:
        yield from _invalid(view, context, found["faults"])
    elif status < 300 or status in {400, 422}:
        yield from _valid(view, context, str(found["schema"]))


def _invalid(
    view: ExchangeView, context: RecordedContext, faults: Sequence[Mapping[str, Any]]
) -> Iterator[Observation]:
    """Each fault of what was sent, unless the answer says nothing of it (a redirection, a fault of
    the server).
    """
    status = _status(view)
    if status >= 300 and not 400 <= status < 500:
        return
    slug = "invalid-accepted" if status < 300 else ""
    usual = context.column(view.record.operation, "rejects")
    for fault in faults:
        yield Observation(
            "invalid-refused",
            context.row(fault["requirement"], usual),
            view.record.id,
            slug,
            both(f"{status}, {fault['pointer'] or '/'}: {fault['keyword']}"),
        )


def _valid(view: ExchangeView, context: RecordedContext, schema: str) -> Iterator[Observation]:
    """What was sent holds under ``schema``; a push may be refused for what its body does not tell:
    whether it was to be believed, and whether its waybills are known.
    """
    known, status = _operation(view, context), _status(view)
    if known.conditional or (known.signed and status >= 300):
        return
    body = view.response.json if view.response is not None else ABSENT
    said = str(body.get("type", "")).rpartition("/")[2] if isinstance(body, Mapping) else ""
    yield Observation(
        "valid-accepted",
        context.column(view.record.operation, "accepts"),
        view.record.id,
        "valid-refused" if status >= 400 and said in _SAID_INVALID else "",
        both(f"{status} {said} to a valid {schema}"),
    )


def _personal(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    yield from leak_observations(view)


def _receipt(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    fault = facts(view).get("receipt")
    if isinstance(fault, str):
        yield Observation(
            "receipt-digest", "DS-01.2", view.record.id, fault, both("payload_digest")
        )


def _label(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    found = facts(view).get("label")
    for slug, pointer, soft in found if isinstance(found, list) else ():
        yield Observation(
            "label", "PI-13.2", view.record.id, slug, both(f"{slug} at {pointer}"), soft=soft
        )
    if found == []:
        yield Observation("label", "PI-13.2", view.record.id)


def _chain(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    fault = facts(view).get("chain")
    if isinstance(fault, str):
        yield Observation(
            "audit-chain",
            "PI-15.2",
            view.record.id,
            f"chain-{fault}" if fault else "",
            both(fault),
        )


def _not_found(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    """Facts that could not be found: what rests on them was not looked at."""
    yield from unfound_observations(view, _main(view, context))


_Rule = Callable[[ExchangeView, RecordedContext], Iterator[Observation]]
_RULES: Final[Mapping[_Rule, tuple[str, str]]] = {
    _documented: ("status-documented", ""),
    _media_type: ("media-type", ""),
    _schema: ("schema", ""),
    _problem: ("problem", ""),
    _version: ("standard-version", "DS-05.2"),
    _believed: ("believed-push", "DS-02.9"),
    _credentials: ("credential", "DS-08.2"),
    _transport: ("clear-text", "DS-08.1"),
    _insides: ("internals", "DS-08.4"),
    _identity: ("identity-number", "DS-03.1"),
    _request: ("invalid-refused", ""),
    _personal: ("personal-values", "PI-07.2"),
    _receipt: ("receipt-digest", "DS-01.2"),
    _label: ("label", "PI-13.2"),
    _chain: ("audit-chain", "PI-15.2"),
    token_observations: ("token-kept", "DS-08.2"),
    _not_found: ("facts", ""),
}
"""The rules in order, with the check and the requirement (empty: that of the operation) that are
not judged when a rule fails.
"""
_OF_OPERATIONS: Final = frozenset({_documented, _media_type, _version})
"""Rules over answers of an operation itself."""
_OF_FORM: Final = frozenset({_documented, _media_type, _schema, _problem, _version})
"""Rules over the form of an answer."""
_OF_SYSTEMS: Final = frozenset({_media_type, _problem, _version, token_observations})
"""Rules over answers of the system: of a gateway that the contract does not know its status alone
counts.
"""
