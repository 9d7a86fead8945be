"""Named judgements: the one escape hatch of the scenario language on the judging side. Each is pure
and unit-tested.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.batches import batch_digests
from jidi.judge.rules.course_rules import COURSE_RULES
from jidi.judge.rules.discovery_rules import DISCOVERY_RULES
from jidi.judge.rules.foreign_arguments import declared_number, mappings, yardstick
from jidi.judge.rules.network_rules import NETWORK_RULES
from jidi.judge.rules.privacy_rules import PRIVACY_RULES
from jidi.judge.rules.transitions import delivered_unaccepted, missing_groups
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import ABSENT, json_equal, show
from jidi.language.differing import differences
from jidi.language.views import StepView
from jidi.model.text import Text
from jidi.model.verdict import Outcome
from jidi.wording import sentence


def node_groups_complete(
    given: Mapping[str, Any], _view: StepView, context: JudgingContext
) -> Ruling:
    """A finished shipment shows acceptance, sorting, transport and delivery; sorting may lack, with
    a warning; acceptance comes before delivery (DS-02.1).
    """
    expected = sentence("judge/events-of-the-four-node-groups")
    events = mappings(given.get("events"))
    if delivered_unaccepted(events, context.table):
        return Ruling(
            Outcome.FAIL,
            "delivery-before-acceptance",
            expected,
            sentence("judge/a-delivery-event-comes-before-the-acceptance"),
        )
    missing = missing_groups(events, context.table)
    shown = sentence(
        "judge/missing",
        missing=", ".join(sorted(missing)) or "none",
        missing_zh="、".join(sorted(missing)) or "无",
    )
    if missing - {"sorting"}:
        return Ruling(Outcome.FAIL, "missing-" + min(missing - {"sorting"}), expected, shown)
    return Ruling(
        Outcome.WARN if missing else Outcome.PASS,
        "missing-sorting" if missing else "",
        expected,
        shown,
    )


_GROWTH: Final = 1.1
"""What the published text says of growing: a tenth, so that whoever adds a little each time keeps
it, and whoever tries at a constant gap does not, unless one is stretched by as much.
"""


_ENOUGH: Final = 3
"""Gaps, of which one may be stretched by a busy machine."""


def gaps_grow(given: Mapping[str, Any], view: StepView, _context: JudgingContext) -> Ruling:
    """Gaps between attempts: none shorter than half the declared first one, and the last of three
    or more by a tenth longer than the shortest before it (DS-02.5).

    Half, because jitter is legal. The shortest of several, because a busy machine on either side
    stretches single gaps, and never shortens one.
    Not exercised when every gap is longer than doubling would have made the last: then the machine
    is too busy for any growth to be seen.
    """
    gaps = view.attribute("gaps")
    first = declared_number(given, "initial") if given.get("initial") is not None else 0.0
    expected = sentence("judge/retries-with-back-off-the-first-after", first=first)
    shown = ", ".join(f"{gap:g} s" for gap in gaps)
    if len(gaps) < int(given.get("retries", 1)):
        return ruling("gave-up", expected, shown or "no retry")
    if min(gaps) < first / 2:
        return ruling("hammering", expected, shown)
    flat = len(gaps) >= _ENOUGH and gaps[-1] < round(_GROWTH * min(gaps[:-1]), 3)
    if flat and 0 < first * 2 ** (len(gaps) - 1) < min(gaps):
        unseen = sentence("judge/too-long-for-growth-to-be-seen", shown=shown)
        return Ruling(Outcome.NOT_EXERCISED, "not-exercised", expected, unseen)
    return ruling("no-back-off" if flat else "", expected, shown)


def same_bytes(_given: Mapping[str, Any], view: StepView, _context: JudgingContext) -> Ruling:
    """Every attempt of one delivery repeats id and bytes (DS-02.5)."""
    expected = sentence("judge/the-same-webhook-id-and-the-same")
    ids = [exchange.request.attribute("headers").get("webhook-id") for exchange in view.exchanges]
    digests = [exchange.request.attribute("digest") for exchange in view.exchanges]
    if len(set(ids)) > 1:
        return ruling("new-id-on-retry", expected, ", ".join(map(str, dict.fromkeys(ids))))
    return ruling(
        "bytes-changed" if len(set(digests)) > 1 else "",
        expected,
        f"{len(set(digests))} distinct digest(s)",
    )


def pages_unique_and_complete(
    given: Mapping[str, Any], view: StepView, _context: JudgingContext
) -> Ruling:
    """The pages together hold each wanted id exactly once, no id twice, and in the order wanted
    (DS-02.4).
    """
    expected = sentence("judge/each-item-once-none-missing-in-order")
    key = str(given.get("key", "event_id"))
    ids = [item.get(key) for item in view.attribute("items") if isinstance(item, Mapping)]
    wanted = yardstick(given, "wanted")
    if len(set(map(str, ids))) != len(ids):
        twice = Counter(map(str, ids)).most_common(1)[0][0]
        return ruling("repeated", expected, f"{twice} twice")
    lost = [one for one in wanted if one not in ids]
    if lost:
        return ruling("lost", expected, f"{len(lost)} missing, first {lost[0]}")
    places = [ids.index(one) for one in wanted]
    swapped = next((at for at, (one, other) in enumerate(pairwise(places)) if one > other), None)
    if swapped is None:
        return ruling("", expected, f"{len(ids)} items")
    told = sentence(
        "judge/stands-before",
        later=str(wanted[swapped + 1]),
        earlier=str(wanted[swapped]),
        count=len(ids),
    )
    place = f"/items/-/{key}"
    return Ruling(Outcome.FAIL, "out-of-order", expected, told, place=place)


def push_pull_agree(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """What was pushed and what is pulled agree field by field, and nothing needed is missing from
    the pushes (DS-02.6).
    """
    expected = sentence("judge/pushed-and-pulled-events-that-are-equal")
    pulled = {str(event.get("event_id")): event for event in mappings(given["pulled"])}
    own = [
        event
        for event in mappings(given["pushed"])
        if event.get("waybill_no") == given["waybill_no"]
    ]
    pushed = [event.get("event_id") for event in own]
    lost = [one for one in yardstick(given, "needed") if one not in pushed]
    if lost:
        return ruling("not-pushed", expected, f"never pushed: {lost[0]}")
    for event in own:
        other = pulled.get(str(event.get("event_id")))
        if other is None:
            return ruling("not-pulled", expected, f"pushed but not pulled: {event.get('event_id')}")
        unlike = sorted(
            name
            for name in {*event, *other}
            if not json_equal(event.get(name, ABSENT), other.get(name, ABSENT))
        )
        if unlike:
            told = f"{event.get('event_id')}: {', '.join(map(str, unlike))}"
            return _unlike(ruling("fields-differ", expected, told), other, event)
    return ruling("", expected, f"{len(own)} equal")


def same_id_same_content(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """Two lists that share items tell each of them alike; what only one of them holds is not looked
    at (DS-02.2).
    """
    expected = sentence("judge/the-same-content-under-the-same-id")
    key = str(given.get("key", "event_id"))
    lists = [mappings(given[name]) for name in ("one", "other")]
    known = {str(item.get(key)): item for item in lists[0]}
    shared = [item for item in lists[1] if str(item.get(key)) in known]
    unlike = [item for item in shared if not json_equal(item, known[str(item.get(key))])]
    if unlike:
        told = f"{len(unlike)} differ, first {unlike[0].get(key)}"
        found = ruling("content-differs", expected, told)
        return _unlike(found, known[str(unlike[0].get(key))], unlike[0])
    return ruling("" if shared else "nothing-shared", expected, f"{len(shared)} alike")


def _unlike(found: Ruling, wanted: Any, seen: Any) -> Ruling:
    """The ruling with the places at which two tellings of one thing differ, both values said."""
    places = differences(wanted, seen)
    told = "; ".join(
        f"{one.pointer} {one.expected or show(ABSENT)} / {one.actual or show(ABSENT)}"
        for one in places[:_TOLD]
    )
    actual = Text(f"{found.actual.en}: {told}", f"{found.actual.zh}: {told}")
    return replace(found, actual=actual, differences=places, place="")


_TOLD: Final = 3


_LONG_RUN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9:.TZ+-]+|[0-9A-Fa-f-]*[0-9][0-9A-Fa-f-]{7,}")
"""What may differ between any two answers: a trace id, a time."""


_OF_ONE_ANSWER: Final = re.compile(
    r"(?i)(^|[-_])(id|ids|trace|traceparent|span|time|timing|date|instance|timestamp|nonce|cookie)$"
)
"""Names of headers and members whose values are of one answer, and of no object."""
_OF_THE_WAY: Final = re.compile(
    r"(?i)^(date|age|via|vary|connection|keep-alive|content-(length|encoding)|transfer-encoding"
    r"|(x-)?ratelimit.*|server-timing)$"
)
"""Headers that tell of the way of an answer: how long it is, how it was packed, what is left."""
_TOLD_HEADERS: Final = ("content-type", "cache-control", "www-authenticate", "location", "allow")


def refusal(answer: Any, ids: Sequence[Any]) -> dict[str, Any]:
    """What a refusal says, status, headers and body, without the ids that were asked for and
    without traces and times.
    """
    status, body, headers = answer.get("status"), answer.get("body"), answer.get("headers")
    around = _around(headers) if isinstance(headers, Mapping) else {}
    if not isinstance(body, Mapping):
        return {"status": status, "body": body is not None, **_plain(around, ids)}
    words = {name: body.get(name) for name in ("type", "title", "status", "detail")}
    words |= {str(name): item for name, item in body.items() if not _of_one_answer(str(name))}
    told = {"answered": status, **_plain(words, ids), "members": sorted(map(str, body))}
    return {**told, **_plain(around, ids)}


def _around(headers: Mapping[Any, Any]) -> dict[str, Any]:
    """Which headers there are, and what those say that depend on the answer alone."""
    named = {str(name).lower(): value for name, value in headers.items()}
    kept = [name for name in named if not _of_one_answer(name) and not _OF_THE_WAY.match(name)]
    told = {f"header {name}": named[name] for name in _TOLD_HEADERS if name in named}
    return {"headers": sorted(kept), **told} if kept else {}


def _of_one_answer(name: str) -> bool:
    return _OF_ONE_ANSWER.search(name) is not None


def _plain(value: Any, ids: Sequence[Any]) -> Any:
    """A JSON value without these ids, traces and times, wherever they stand in a text."""
    if isinstance(value, Mapping):
        return {name: _plain(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, ids) for item in value]
    if not isinstance(value, str):
        return value
    for one in sorted(map(str, ids), key=len, reverse=True):
        value = value.replace(one, "…")
    return _LONG_RUN.sub("…", value)


def same_refusal(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """A refusal about another's object says the very same as that about an object that does not
    exist (DS-08.3).

    ``one`` and ``other`` are answers, ``ids`` what was asked for in either; an id that is repeated
    is no difference. The whole answer is compared: status, headers, every member.
    """
    expected = sentence("judge/the-same-answer-as-for-an-object")
    ids = yardstick(given, "ids")
    lasts = [mappings(given[name])[-1:] for name in ("one", "other")]
    sides = [refusal(last[0], ids) if last else {} for last in lasts]
    unlike = [
        name
        for name in {**sides[0], **sides[1]}
        if not json_equal(sides[0].get(name, ABSENT), sides[1].get(name, ABSENT))
    ]
    shown = "; ".join(f"{name}: {sides[0].get(name)} / {sides[1].get(name)}" for name in unlike)
    return ruling("told-apart" if unlike else "", expected, shown or "alike")


NAMED: Final[Mapping[str, Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]]] = {
    "batch-digests": batch_digests,
    "gaps-grow": gaps_grow,
    "node-groups-complete": node_groups_complete,
    "pages-unique-and-complete": pages_unique_and_complete,
    "push-pull-agree": push_pull_agree,
    "same-bytes": same_bytes,
    "same-id-same-content": same_id_same_content,
    **COURSE_RULES,
    **DISCOVERY_RULES,
    **NETWORK_RULES,
    **PRIVACY_RULES,
    "same-refusal": same_refusal,
}
"""Every named judgement, by the name that scenarios use."""
