"""Every named judgement, subject and matcher meets foreign garbage at every position that it reads,
and answers with a verdict: never with an exception.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.sampling import thinned
from tests.unit.judge.foreign import GARBAGE, spoilt
from tests.unit.judge.journals import (
    CONTEXT,
    check,
    done,
    events,
    exchange,
    judge_scenario,
    push,
    started,
    step_view,
    with_discovery,
)
from tests.unit.judge.journals import scenario as scenario_of
from tests.unit.judge.journals import step as step_of

from jidi.judge.checks import SUBJECTS
from jidi.judge.rules.chains import GENESIS, record_hash
from jidi.judge.rules.named import NAMED
from jidi.language.compared import ABSENT
from jidi.language.expressions import BlockedError
from jidi.language.matchers import MATCHERS
from jidi.language.words.table import TABLE
from jidi.model.verdict import Outcome

PARTY = {
    "name": "李芷若",
    "phone": {"kind": "mobile", "number": "14012345678"},
    "address": {"province": "浙江省", "detail": "云溪路18号3栋2单元1201室"},
}
CONSIGNMENT = {
    "order_no": "ORD-1",
    "ordered_at": "2026-11-20T10:00:00+08:00",
    "sender": PARTY,
    "recipient": PARTY,
    "contents": {"items": [{"name": "散文集", "quantity": 1}]},
}
LABEL = {
    "waybill_no": "XS1",
    "barcode": "XS1",
    "qr": "XS1",
    "printed_at": "2026-11-20T10:00:00+08:00",
    "sender": {"name": "李**", "phone": "140****5678", "address": {"detail": "云溪路18号3栋"}},
    "recipient": {
        "name": "李**",
        "virtual_number": {"number": "95013", "expires_at": "2026-12-20T10:00:00+08:00"},
        "address": {"detail": "云溪路18号"},
    },
}
COURSE = events("ACCEPTED", "SORTED", "IN_TRANSIT", "DELIVERED")
ANSWER = {"status": 404, "headers": {"x": "1"}, "body": {"type": "a", "detail": "b ORD-1"}}
NOTICE = {
    "changed_at": "2026-11-02T10:00:00+08:00",
    "announced_at": "2026-11-03T10:00:00+08:00",
    "filings": [{"authority": "POSTAL", "filed_at": "2026-11-03T10:00:00+08:00"}],
}


def _record() -> dict[str, Any]:
    bare = {
        "sequence": 1,
        "prev_hash": GENESIS,
        "matter": "READ_LABEL",
        "outcome": "GRANTED",
        "objects": ["XS1"],
        "operator_id": "o",
        "purpose": "DELIVERY",
        "place": "p",
        "recorded_at": "2026-11-20T10:00:00Z",
    }
    return {**bare, "record_hash": record_hash(bare)}


RECORDS = [_record()]
READ = {"matter": "READ_LABEL", "object": "XS1", "operator": "o", "purpose": "DELIVERY"}
GIVEN: dict[str, dict[str, Any]] = {
    "audit-chain-intact": {"records": RECORDS, "before": RECORDS},
    "audit-covers": {"records": RECORDS, "reads": [{**READ, "outcome": "GRANTED"}]},
    "batch-digests": {},
    "bundles-known": {
        "versions": [{"version": "1.0", "schema_bundle_digest": "sha256:a"}],
        "known": {"1.0": ["sha256:a"]},
    },
    "deprecation-agrees": {},
    "events-counted": {"events": COURSE, "count": 4, "latest": COURSE[-1]["event_id"]},
    "gaps-grow": {"initial": 0.2, "retries": 2},
    "in-sequence": {"events": COURSE},
    "label-deidentified": {"label": LABEL, "clear": CONSIGNMENT, "now": "2026-11-20T10:00:00Z"},
    "label-image-agrees": {"label": LABEL, "barcodes": ["XS1"], "qr_codes": ["XS1"]},
    "label-payloads-clean": {"label": LABEL, "clear": CONSIGNMENT, "payloads": ["XS1", ["a"]]},
    "limits-within-bounds": {
        "bounds": [{"limit": "push_retry.horizon_s", "at-least": 1, "at-most": 2, "scaled": True}]
    },
    "node-groups-complete": {"events": COURSE},
    "notice-as-entered": {
        "notices": [{**NOTICE, "notice_id": "n"}],
        "notice_id": "n",
        "changed_at": NOTICE["changed_at"],
    },
    "officer-notice-in-time": {
        "notices": [NOTICE],
        "now": "2026-11-20T10:00:00Z",
        "clocks": ["POSTAL", "ANNOUNCEMENT", "CAC"],
    },
    "order-carried": {"order": CONSIGNMENT, "arrived": CONSIGNMENT, "members": ["sender"]},
    "pages-unique-and-complete": {"wanted": ["e1", "e2"], "key": "event_id"},
    "passed-on": {"sent": CONSIGNMENT, "arrived": CONSIGNMENT, "may-add": ["waybill_no"]},
    "push-pull-agree": {
        "pushed": COURSE,
        "pulled": COURSE,
        "waybill_no": COURSE[0]["waybill_no"],
        "needed": [COURSE[0]["event_id"]],
    },
    "recorded-as-scanned": {
        "events": COURSE,
        "scans": [one["event_id"] for one in COURSE],
        "codes": [one["event_code"] for one in COURSE],
    },
    "same-bytes": {},
    "same-id-same-content": {"one": COURSE, "other": COURSE, "key": "event_id"},
    "same-members": {"one": COURSE, "other": COURSE},
    "same-refusal": {"one": [ANSWER], "other": [ANSWER], "ids": ["ORD-1", "ORD-2"]},
    "same-request": {},
    "versions-served": {"versions": [{"version": "1.0", "base_url": "http://127.0.0.1:1/v1"}]},
}
"""Sound arguments of every judgement, with every argument that it may have."""


def given_of(argument: str) -> bool:
    """Whether an argument is the author's or the kit's own, and nobody else has a say in it."""
    return argument in {"retries", "key", "reads", "clocks", "may-add", "bounds", "known"}


def view_of(*records: dict[str, Any]) -> Any:
    """The view of a step with these exchanges."""
    return step_view("a", [*records, done("a")])


def sound_view() -> list[dict[str, Any]]:
    """A step that was pushed to three times, with growing gaps."""
    made = []
    for index, moment in enumerate((0.0, 0.2, 0.6)):
        headers = {"webhook-id": "m", "idempotency-key": "k"}
        record = push("a", json.dumps({"data": {"events": COURSE}}), moment, headers, index=index)
        record["response"]["status"] = 204 if index == 2 else 503
        made.append(record)
    return made


def test_every_judgement_has_sound_arguments_here() -> None:
    """All of them, with the names that the table of words gives."""
    assert {name: set(given) for name, given in GIVEN.items()} == {
        rule.name: {argument.name for argument in rule.arguments} for rule in TABLE.rules
    }


class Noted(Mapping[str, Any]):
    """Arguments that note which of them are asked for."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return self.given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


@pytest.mark.parametrize("rule", TABLE.rules, ids=lambda rule: rule.name)
def test_judgement_reads_the_arguments_of_its_word_and_no_others(rule: Any) -> None:
    """Names of arguments agree both ways; those that may be left out may be left out."""
    asked: set[str] = set()
    for records in (sound_view(), [exchange("a", 200, {"items": COURSE}, page=0)]):
        for without in ((), *((one.name,) for one in rule.arguments if not one.required)):
            given = {key: one for key, one in GIVEN[rule.name].items() if key not in without}
            noted = Noted(given)
            NAMED[rule.name](noted, view_of(*records), CONTEXT)
            asked |= noted.asked
    assert asked - {"notice"} == {one.name for one in rule.arguments}


@pytest.mark.parametrize("name", thinned(sorted(GIVEN), 4))
def test_judgement_answers_whatever_it_is_given(name: str) -> None:
    """Each argument, at each position, replaced by each kind of garbage."""
    view = view_of(*sound_view())
    for argument, value in GIVEN[name].items():
        if given_of(argument):
            continue
        for made in spoilt(value):
            given = {**GIVEN[name], argument: made}
            assert isinstance(_ruled(name, given, view, CONTEXT), Outcome)


def _ruled(name: str, given: Mapping[str, Any], view: Any, context: Any) -> Outcome:
    """The outcome; a source that is missing is none."""
    try:
        return NAMED[name](given, view, context).outcome
    except BlockedError:
        return Outcome.NOT_EXERCISED


def foreign_views() -> Iterator[Any]:
    """Steps whose answers, requests, headers and times are garbage."""
    yield view_of()
    page = {"items": [{"event_id": "e1"}, {"event_id": "e2"}], "next_cursor": None}
    batch = {"items": [{"index": 0, "receipt": {"payload_digest": "x"}}]}
    for body in (page, batch):
        for made in spoilt(body):
            if made is not ABSENT:
                text = json.dumps(made)
                sent = {"consignments": [CONSIGNMENT]}
                yield view_of(exchange("a", 200, text, page=0, sent=json.dumps(sent)))
    for made in spoilt({"consignments": [{"order_no": "1", "contents": {"w": 1.5}}]}):
        if made is not ABSENT:
            yield view_of(exchange("a", 207, json.dumps(batch), sent=json.dumps(made)))
    alike = {"items": [{"event_id": 1}, {"event_id": "1"}, {"event_id": True}]}
    yield view_of(exchange("a", 200, json.dumps(alike), page=0))
    for text in ("", "<html>", "[" * 300, '{"a":1,"a":2}', "1e999", '"\\ud800"'):
        yield view_of(exchange("a", 200, text, sent=text), push("a", text, 0.0, {}))
    headers = {"Deprecation": "@x", "Sunset": "9" * 400, "Retry-After": "", "X": "\x00"}
    yield view_of(exchange("a", 200, "{}", headers=headers))
    for deprecation in ("@99999999999999999999", "@-1", "@", "@1e9", "@٣", "true"):
        yield view_of(exchange("a", 200, "{}", headers={"Deprecation": deprecation}))
    for sunset in ("Fri, 31 Dec 9999 23:59:59 -2359", "1 Jan 0001 00:00:00", "x" * 9000, "٣"):
        yield view_of(exchange("a", 200, "{}", headers={"Sunset": sunset}))
    yield view_of(exchange("a", None, failure={"kind": "refused", "detail": "x"}))
    yield view_of(push("a", "{}", 0.0, {"webhook-id": ""}), push("a", "[]", -1.0, {}, index=1))


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_judgement_answers_whatever_it_looks_at(name: str) -> None:
    """Bodies, headers and times of the step itself."""
    for view in foreign_views():
        assert isinstance(_ruled(name, GIVEN[name], view, CONTEXT), Outcome)


@pytest.mark.parametrize("name", ["deprecation-agrees", "limits-within-bounds"])
def test_judgement_answers_whatever_discovery_says(name: str) -> None:
    """The discovery document is the candidate's too."""
    versions = [{"version": "1.0", "status": "deprecated", "deprecated_at": "2026-11-01T00:00:00Z"}]
    limits = {"time_scale": 2, "push_retry": {"horizon_s": 25}}
    view = view_of(exchange("a", 200, "{}", headers={"Deprecation": "@1", "Sunset": "x"}))
    for made in spoilt({"versions": versions, "limits": limits}):
        assert isinstance(_ruled(name, GIVEN[name], view, with_discovery(made)), Outcome)


@pytest.mark.parametrize("matcher", sorted(MATCHERS))
def test_matcher_answers_whatever_it_is_given(matcher: str) -> None:
    """Any value against any operand; one of the wrong kind leaves nothing to compare with. Patterns
    are the author's own, so they are patterns.
    """
    operands = (*GARBAGE, "(", "[a-", 3, ["a"], [{"a": 1}], "ascending")
    if matcher == "matches":
        operands = ("[0-9]+", "(?s).*", "a|b")
    for value in (*GARBAGE, [1, 2, 3], ["a", "b"], [[1], {"a": 10**400}]):
        for operand in operands:
            assert _matched(matcher, value, operand) in {True, False, None}


def _matched(matcher: str, value: Any, operand: Any) -> bool | None:
    try:
        return MATCHERS[matcher](value, operand)
    except BlockedError:
        return None


ARGUMENTS: dict[str, list[Any]] = {
    "status": [200, ["4XX", "$b.body#/x"], "$b.body#/x"],
    "schema": ["problem", "event-page"],
    "media-type": ["application/json", ["text/plain", "application/json"]],
    "problem": ["not-found", ["any"]],
    "pointers": [["/a"], "$b.body#/x"],
    "signature": ["$b.body#/x", ["$b.body#/x"]],
    "transitions": ["$a.body#/items", "$a.events", "$b.body#/x"],
    "internals": [True],
    "canaries": [True, "none", ["name"], "$a.body"],
    "absent-header": ["X", ["X", "Y"]],
    "value": ["$a.body#/items", "$b.body#/x"],
    "rule": ["same-request", {"name": "in-sequence", "with": {"events": "$a.body#/items"}}],
}


def test_every_subject_is_tried() -> None:
    """None of them is left out."""
    assert set(ARGUMENTS) == set(SUBJECTS)


@pytest.mark.parametrize("subject", sorted(ARGUMENTS))
@pytest.mark.parametrize("kind", ["call", "receive"])
def test_subject_judges_foreign_data(subject: str, kind: str) -> None:
    """Whatever stands in the answer or the push, and in the answer that an argument looks at: the
    check comes to something, and never to a fault of the kit.
    """
    canary = {"value": "李芷若", "kind": "name", "pi_class": "direct"}
    begun = {**started(), "canaries": [{**canary, "owner": "", "subject": "sender"}]}
    for argument in ARGUMENTS[subject]:
        matcher = ("contains", "$b.body#/x") if subject == "value" else ()
        made = scenario_of(
            step_of("b"), step_of("a", check(subject, argument, *matcher), kind=kind)
        )
        for records in _foreign_answers(kind):
            verdicts = judge_scenario(made, [begun, *records], CONTEXT)
            assert [one.outcome for one in verdicts] != [Outcome.HARNESS_ERROR], verdicts


def _foreign_answers(kind: str) -> Iterator[list[dict[str, Any]]]:
    bodies = [json.dumps({"items": one}) for one in GARBAGE if one is not ABSENT]
    bodies += [
        json.dumps({"x": one, "items": [one], "errors": one, "type": one, "status": one})
        for one in GARBAGE
        if one is not ABSENT
    ]
    bodies += ["", "<html>", "[" * 300, '{"a":1,"a":2}', "1e999", "null", "[]", '"x"']
    problem = {"Content-Type": "application/problem+json"}
    for text in bodies:
        for headers in ({}, problem, {"Content-Type": ""}, {"Content-Type": ";" * 99, "X": "\x00"}):
            before = exchange("b", 200, text)
            seen = (
                push(
                    "a",
                    text,
                    10.0,
                    {"webhook-id": "x", "webhook-timestamp": "9" * 12, "webhook-signature": "v1,"},
                )
                if kind == "receive"
                else exchange("a", 400, text, headers=headers)
            )
            yield [before, done("b"), seen, done("a")]
