"""What named judgements say: reason, what was expected and what was seen, and what they make of odd
answers.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from tests.unit.judge.journals import CONTEXT, events, exchange, push, step_view, with_discovery

from jidi.judge.rules.named import NAMED
from jidi.judge.ruling import Ruling
from jidi.language.views import StepView
from jidi.model.text import Text
from jidi.model.verdict import Outcome


def ruled(name: str, given: dict[str, Any], *records: dict[str, Any]) -> Ruling:
    """What a named judgement comes to over the records of one step."""
    return NAMED[name](given, step_view("a", list(records)), CONTEXT)


def said(name: str, given: dict[str, Any], *records: dict[str, Any]) -> tuple[str, str]:
    """Reason and what was seen, which is the same in both languages."""
    found = ruled(name, given, *records)
    assert found.actual.en == found.actual.zh
    assert found.outcome is (Outcome.FAIL if found.reason else Outcome.PASS)
    return found.reason, found.actual.en


OLD = {
    "version": "1.0",
    "status": "deprecated",
    "deprecated_at": "2026-11-01T00:00:00Z",
    "sunset_at": "2027-01-01T00:00:00Z",
}
NEW = {"version": "1.0", "status": "current"}
SUNSET = "Fri, 01 Jan 2027 00:00:00 GMT"


@pytest.mark.parametrize(
    ("versions", "record", "reason", "actual"),
    [
        (
            [NEW],
            exchange("a"),
            "",
            "Deprecation: None; Sunset: None; discovery: current, None, None",
        ),
        (
            [OLD],
            exchange("a"),
            "deprecation-missing",
            "Deprecation: None; Sunset: None; discovery: deprecated, 2026-11-01T00:00:00Z, "
            "2027-01-01T00:00:00Z",
        ),
        (
            [{**OLD, "version": "0.9"}],
            exchange("a"),
            "",
            "Deprecation: None; Sunset: None; discovery: None, None, None",
        ),
        (
            ["1.0", {**OLD, "version": "0.9"}, NEW],
            exchange("a"),
            "",
            "Deprecation: None; Sunset: None; discovery: current, None, None",
        ),
        (5, exchange("a"), "", "Deprecation: None; Sunset: None; discovery: None, None, None"),
        ([], exchange("a"), "", "Deprecation: None; Sunset: None; discovery: None, None, None"),
        (
            [NEW],
            exchange("a", None),
            "",
            "Deprecation: None; Sunset: None; discovery: current, None, None",
        ),
        ([NEW], None, "", "Deprecation: None; Sunset: None; discovery: current, None, None"),
    ],
)
def test_deprecation_tells_headers_and_discovery_side_by_side(
    versions: Any, record: dict[str, Any] | None, reason: str, actual: str
) -> None:
    """Also where discovery is odd, where no answer came, and where nothing was sent."""
    view = step_view("a", [] if record is None else [record])
    found = NAMED["deprecation-agrees"]({}, view, with_discovery({"versions": versions}))
    assert (found.reason, found.actual.en) == (reason, actual)


@pytest.mark.parametrize(
    ("header", "moment", "reason"),
    [
        ("@1", "1970-01-01T00:00:01Z", ""),
        ("@-1", "1969-12-31T23:59:59Z", ""),
        ("@5-", "1970-01-01T00:00:05Z", "deprecation-differs"),
        ("@", "1970-01-01T00:00:05Z", "deprecation-differs"),
        ("5", "1970-01-01T00:00:05Z", "deprecation-differs"),
        ("@X5", "1970-01-01T00:00:05Z", "deprecation-differs"),
    ],
)
def test_deprecation_is_a_structured_date(header: str, moment: str, reason: str) -> None:
    """An at sign and whole seconds, before 1970 with a minus."""
    record = exchange("a", headers={"Deprecation": header, "Sunset": SUNSET})
    context = with_discovery({"versions": [{**OLD, "deprecated_at": moment}]})
    assert NAMED["deprecation-agrees"]({}, step_view("a", [record]), context).reason == reason


@pytest.mark.parametrize(
    ("codes", "reason", "actual"),
    [
        (("ACCEPTED", "SORTED", "IN_TRANSIT", "DELIVERED"), "", Text("missing: none", "缺少：无")),
        (
            ("ACCEPTED", "IN_TRANSIT", "DELIVERED"),
            "missing-sorting",
            Text("missing: sorting", "缺少：sorting"),
        ),
        (
            ("ACCEPTED", "DELIVERED"),
            "missing-transport",
            Text("missing: sorting, transport", "缺少：sorting、transport"),
        ),
        (
            ("DELIVERED",),
            "missing-acceptance",
            Text("missing: acceptance, sorting, transport", "缺少：acceptance、sorting、transport"),
        ),
        (
            ("OUT_FOR_DELIVERY", "ACCEPTED"),
            "delivery-before-acceptance",
            Text("a delivery event comes before the acceptance", "投递事件先于收寄"),
        ),
    ],
)
def test_node_groups_tell_all_that_lack(codes: tuple[str, ...], reason: str, actual: Text) -> None:
    """The reason names the first of those that may not lack."""
    found = ruled("node-groups-complete", {"events": events(*codes)})
    assert (found.reason, found.actual) == (reason, actual)


@pytest.mark.parametrize("odd", [5, None, "x", [5], {}])
def test_node_groups_of_an_odd_answer_lack_all(odd: Any) -> None:
    """Nothing in it is an event."""
    assert ruled("node-groups-complete", {"events": odd}).reason == "missing-acceptance"


def test_limit_that_is_no_number_is_told_from_one_that_is_not_declared() -> None:
    """Both are out of bounds."""
    bounds = [{"limit": "push_retry", "at-most": 1}, {"limit": "gone", "at-most": 1}]
    assert said("limits-within-bounds", {"bounds": bounds}) == (
        "limit-out-of-bounds",
        "push_retry is not a number; gone is not declared",
    )


def gaps(given: dict[str, Any], *moments: float) -> tuple[str, str, str]:
    """Reason, expected and actual for attempts at these seconds."""
    records = [push("a", "{}", moment, index=index) for index, moment in enumerate(moments)]
    for record in records:
        record["response"]["status"] = 503
    found = ruled("gaps-grow", given, *records)
    return found.reason, found.expected.en, found.actual.en


PLAIN, SECOND = (
    "retries with back-off, the first after 0 s",
    "retries with back-off, the first after 1 s",
)


@pytest.mark.parametrize(
    ("given", "moments", "found"),
    [
        ({}, (0.0, 0.1), ("", PLAIN, "0.1 s")),
        ({}, (0.0,), ("gave-up", PLAIN, "no retry")),
        ({"initial": 1, "retries": 3}, (0.0, 1.0, 3.0), ("gave-up", SECOND, "1 s, 2 s")),
        ({"initial": 1, "retries": 1}, (0.0, 0.5), ("", SECOND, "0.5 s")),
        ({"initial": 1, "retries": 1}, (0.0, 0.499), ("hammering", SECOND, "0.499 s")),
        ({"initial": 1, "retries": 3}, (0.0, 4.0, 8.0, 12.4), ("", SECOND, "4 s, 4 s, 4.4 s")),
        (
            {"initial": 1, "retries": 3},
            (0.0, 4.0, 8.0, 12.396),
            ("no-back-off", SECOND, "4 s, 4 s, 4.396 s"),
        ),
        ({"initial": 1, "retries": 3}, (0.0, 8.0, 12.0, 17.0), ("", SECOND, "8 s, 4 s, 5 s")),
        (
            {"initial": 1, "retries": 3},
            (0.0, 5.0, 10.0, 15.0),
            ("not-exercised", SECOND, "5 s, 5 s, 5 s: too long for growth to be seen"),
        ),
        ({}, (0.0, 5.0, 10.0, 15.0), ("no-back-off", PLAIN, "5 s, 5 s, 5 s")),
        (
            {"initial": 1, "retries": 3},
            (0.0, 4.0, 12.0, 16.0),
            ("no-back-off", SECOND, "4 s, 8 s, 4 s"),
        ),
    ],
)
def test_gaps_tell_each_and_what_the_first_should_be(
    given: dict[str, Any], moments: tuple[float, ...], found: tuple[str, str, str]
) -> None:
    """Exactly half and exactly a tenth more are enough; one retry is asked for where nothing is
    said.
    """
    assert gaps(given, *moments) == found


@pytest.mark.parametrize(
    ("given", "items", "found"),
    [
        ({"wanted": ["a"]}, [{"event_id": "a"}, {"event_id": "b"}], ("", "2 items")),
        ({"wanted": []}, [{"event_id": "a"}, {"event_id": "a"}], ("repeated", "a twice")),
        ({"wanted": ["a", "b", "c"]}, [{"event_id": "a"}], ("lost", "2 missing, first b")),
        (
            {"wanted": ["b", "a"]},
            [{"event_id": "a"}, {"event_id": "b"}],
            ("out-of-order", "a stands before b; 2 items"),
        ),
        ({"wanted": ["c1"], "key": "consignment_id"}, [{"consignment_id": "c1"}], ("", "1 items")),
        (
            {"wanted": ["c1"], "key": "consignment_id"},
            [{"event_id": "c1"}],
            ("lost", "1 missing, first c1"),
        ),
    ],
)
def test_pages_tell_what_is_lost_or_repeated(
    given: dict[str, Any], items: list[Any], found: tuple[str, str]
) -> None:
    """By the member that is the key."""
    seen = ruled("pages-unique-and-complete", given, exchange("a", 200, {"items": items}))
    assert (seen.reason, seen.actual.en) == found


def digest(item: Any) -> str:
    """The digest of the canonical form."""
    return "sha-256:" + hashlib.sha256(rfc8785.dumps(item)).hexdigest()


def receipt(index: Any, payload_digest: Any) -> dict[str, Any]:
    """An accepted item of a batch answer."""
    return {"index": index, "outcome": "accepted", "receipt": {"payload_digest": payload_digest}}


@pytest.mark.parametrize(
    ("sent", "answer", "found"),
    [
        ({"consignments": [{"a": 1}]}, {"items": [receipt(0, digest({"a": 1}))]}, ("", "equal")),
        ({"consignments": [{"a": 1}]}, {"items": [receipt(0, "x")]}, ("digest", "item 0: x")),
        (
            {"consignments": [{"a": 1}, {"a": 2}]},
            {"items": [receipt(1, digest({"a": 1})), receipt(0, None)]},
            ("digest", f"item 1: {digest({'a': 1})}; item 0: None"),
        ),
        (
            {"consignments": [{"a": 1}]},
            {"items": [receipt(1, "x"), receipt(-1, "x"), receipt("0", "x"), 5]},
            ("", "equal"),
        ),
        ({}, {"items": [receipt(0, "x")]}, ("", "equal")),
        ([{"a": 1}], {"items": [receipt(0, "x")]}, ("", "equal")),
        ({"consignments": [{"a": 1}]}, {"items": 5}, ("", "equal")),
        ({"consignments": [{"a": 1}]}, {}, ("", "equal")),
    ],
)
def test_batch_digests_tell_every_item_that_is_wrong(
    sent: Any, answer: Any, found: tuple[str, str]
) -> None:
    """An index outside of what was sent is another check's matter, and so is an answer without
    items.
    """
    assert said("batch-digests", {}, exchange("a", 200, answer, sent=sent)) == found


def test_batch_digests_of_nothing_sent_are_equal() -> None:
    """A step that observed a body but sent nothing has no item to compare."""
    view = StepView("a", (), {"body": {"items": [receipt(0, "x")]}}, ())
    assert NAMED["batch-digests"]({}, view, CONTEXT).actual.en == "equal"


ONE, TWO = events("ORDER_CREATED", "ACCEPTED", waybill_no="W1")


@pytest.mark.parametrize(
    ("pushed", "pulled", "needed", "found"),
    [
        ([ONE, TWO, 5], [ONE, TWO, 5], ["e1"], ("", "2 equal")),
        ([ONE], [ONE], ["e1", "e2"], ("not-pushed", "never pushed: e2")),
        (5, 5, ["e2"], ("not-pushed", "never pushed: e2")),
        ([ONE, TWO], [ONE], [], ("not-pulled", "pushed but not pulled: e2")),
        ([ONE], 5, [], ("not-pulled", "pushed but not pulled: e1")),
        (
            [ONE],
            [{**ONE, "state": "X", "classifier": "EST"}],
            [],
            (
                "fields-differ",
                'e1: classifier, state: /state "X" / "CREATED"; /classifier "EST" / "ACT"',
            ),
        ),
        ([{**ONE, "note": None}], [ONE], [], ("fields-differ", "e1: note: /note (absent) / null")),
        ([ONE], [{**ONE, "note": None}], [], ("fields-differ", "e1: note: /note null / (absent)")),
    ],
)
def test_push_and_pull_tell_the_event_and_the_fields_that_differ(
    pushed: Any, pulled: Any, needed: list[str], found: tuple[str, str]
) -> None:
    """A member that is null is another than one that is absent."""
    assert (
        said(
            "push-pull-agree",
            {
                "pushed": pushed if isinstance(pushed, list) else [],
                "pulled": pulled,
                "waybill_no": "W1",
                "needed": needed,
            },
        )
        == found
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"one": [ONE, TWO], "other": [TWO]}, ("", "1 alike")),
        (
            {"one": [ONE, TWO], "other": [{**ONE, "state": "X"}, {**TWO, "state": "X"}]},
            ("content-differs", '2 differ, first e1: /state "CREATED" / "X"'),
        ),
        ({"one": [ONE], "other": 5}, ("nothing-shared", "0 alike")),
        ({"one": None, "other": [ONE]}, ("nothing-shared", "0 alike")),
        (
            {"one": [{"k": 1, "a": 1}], "other": [{"k": 1, "a": 2}], "key": "k"},
            ("content-differs", "1 differ, first 1: /a 1 / 2"),
        ),
        (
            {"one": [{"k": 1, "a": 1}], "other": [{"k": 2, "a": 2}], "key": "k"},
            ("nothing-shared", "0 alike"),
        ),
    ],
)
def test_content_under_one_id_tells_how_many_differ(
    given: dict[str, Any], found: tuple[str, str]
) -> None:
    """By the member that is the key."""
    assert said("same-id-same-content", given) == found


def answer(body: Any, status: int = 404) -> dict[str, Any]:
    """An answer as the scenario language shows it."""
    return {"status": status, "headers": {}, "body": body}


NOT_FOUND = {"type": "p/not-found", "title": "Not found", "status": 404, "detail": "none"}


@pytest.mark.parametrize(
    ("one", "other", "ids", "found"),
    [
        (answer(NOT_FOUND), answer(NOT_FOUND), [], ("", "alike")),
        (answer(NOT_FOUND), answer(NOT_FOUND, 403), [], ("told-apart", "answered: 404 / 403")),
        (
            answer(NOT_FOUND),
            answer({**NOT_FOUND, "title": "Hidden"}),
            [],
            ("told-apart", "title: Not found / Hidden"),
        ),
        (
            answer(NOT_FOUND),
            answer({**NOT_FOUND, "status": 403}),
            [],
            ("told-apart", "status: 404 / 403"),
        ),
        (
            answer(NOT_FOUND),
            answer({**NOT_FOUND, "type": "p/x", "detail": "y"}),
            [],
            ("told-apart", "type: p/not-found / p/x; detail: none / y"),
        ),
        (
            answer(NOT_FOUND),
            answer({**NOT_FOUND, "owner": 1}),
            [],
            (
                "told-apart",
                "members: ['detail', 'status', 'title', 'type'] / ['detail', 'owner', 'status', "
                "'title', 'type']; owner: None / 1",
            ),
        ),
        (
            answer({**NOT_FOUND, "detail": "no A1"}),
            answer({**NOT_FOUND, "detail": "not A1B"}),
            ["A1B", "A1"],
            ("told-apart", "detail: no … / not …"),
        ),
        (
            answer({**NOT_FOUND, "detail": "no A1"}),
            answer({**NOT_FOUND, "detail": "not A1B"}),
            ["A1", "A1B"],
            ("told-apart", "detail: no … / not …"),
        ),
        (
            answer({**NOT_FOUND, "detail": "no Z1B"}),
            answer({**NOT_FOUND, "detail": "no Z"}),
            ["Z", "Z1B"],
            ("", "alike"),
        ),
        (
            answer({**NOT_FOUND, "detail": "no A1B"}),
            answer({**NOT_FOUND, "detail": "no B"}),
            ["B", "A1B"],
            ("", "alike"),
        ),
        (answer(None), answer(None), [], ("", "alike")),
        (answer(None), answer("text"), [], ("told-apart", "body: False / True")),
        (answer(None), answer(None, 403), [], ("told-apart", "status: 404 / 403")),
        (answer(None), answer(NOT_FOUND), [], None),
    ],
)
def test_refusals_tell_each_member_that_differs(
    one: dict[str, Any], other: dict[str, Any], ids: list[str], found: tuple[str, str] | None
) -> None:
    """The longest id is taken out first, since a shorter one may be part of it."""
    seen = said("same-refusal", {"one": [one], "other": [other], "ids": ids})
    assert seen == found if found else seen[0] == "told-apart"


def test_refusals_of_which_one_never_came_are_told_apart_by_every_member() -> None:
    """A member that is null on one side and absent on the other differs too."""
    members = (
        "answered: None / 404; type: None / p/not-found; title: None / Not found; status: "
        "None / 404; detail: None / none"
    )
    reason, actual = said("same-refusal", {"one": [], "other": [answer(NOT_FOUND)]})
    assert (reason, actual.partition("; members")[0]) == ("told-apart", members)
    reason, actual = said("same-refusal", {"one": [answer({"type": None})], "other": []})
    assert (reason, actual.split("; ")) == (
        "told-apart",
        [
            "answered: 404 / None",
            *[f"{name}: None / None" for name in ("type", "title", "status", "detail")],
            "members: ['type'] / None",
        ],
    )
    reason, actual = said("same-refusal", {"one": [], "other": [answer({"type": None})]})
    assert (reason, actual.split("; ")[1]) == ("told-apart", "type: None / None")
    assert said("same-refusal", {"one": [], "other": []}) == ("", "alike")
