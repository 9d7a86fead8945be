"""What must not get past the lint: words that nobody knows, and checks that hold whatever the
candidate does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jidi import resources
from jidi.catalogue import Catalogue
from jidi.catalogue.linting import lint
from jidi.registry import Registry

ROOT = resources.conformance_root()
SCENARIO = """\
kit-scenario: 1
id: sound
title: {en: "A sound scenario", zh: "合格的场景"}
area: dispatch
roles: [courier]
needs: {capabilities: [push], driver: [record-scan, provision-partner]}
generate: {key: idempotency-key, order: order-no, parcel: {kind: consignment, order_no: $order}}
receivers: [hook]
steps:
  - id: place
    call: {op: createConsignment, as: platform-a, headers: {Idempotency-Key: $key}, body: $parcel}
    expect: {status: [200, 201]}
    check:
      - {id: sum, req: DS-01.2, value: $place.body#/payload_digest, equals: $place.request.digest}
  - id: scan
    drive: {action: record-scan, parameters: {waybill_no: "$place.body#/waybill_no"}}
  - id: told
    receive: {receiver: hook, where: {waybill_no: $place.body#/waybill_no}, within: 5, at-least: 1}
    check:
      - {id: retried, req: DS-02.5, rule: {name: gaps-grow, with: {initial: 1, retries: 2}}}
  - id: read
    call: {op: listEvents, as: platform-a}
    pages: {limit: 2, at-most: 9}
    check:
      - {id: some, req: DS-02.4, value: "$read.items ~ $[*].event_id", distinct: true}
      - {id: o, req: DS-02.4, value: $read.body#/next_cursor, differs-from: $place.body#/waybill_no}
  - id: seen
    call: {op: getShipment, as: platform-a, path: {waybill_no: "$place.body#/waybill_no"}}
    eventually: {within: 5, until: [{value: "$seen.body#/state", equals: ACCEPTED}]}
    check:
      - {id: prompt, req: DS-02.3, in-time: true}
  - id: partner
    drive: {action: provision-partner, parameters: {name: x}}
  - id: flood
    do: {name: flood, with: {partner: $partner.result, per_second: 1, burst: 1}}
    expect:
      - {value: $flood.settled, equals: true}
      - {value: $partner.result#/client_id, present: true}
"""
RULE = "rule: {name: gaps-grow, with: {initial: 1, retries: 2}}"
CHECK = "    check: [{id: x, req: DS-01.2, status: 200}]\n"
DRIVEN = "    drive: {action: provision-partner, parameters: {name: x}}\n"
VALUE = "value: $read.body#/next_cursor, differs-from: $place.body#/waybill_no"


@pytest.fixture(scope="module")
def published() -> Registry:
    """The published standard."""
    return Registry.load()


def findings(published: Registry, folder: Path, text: str) -> list[str]:
    """Rules of the lint that the scenario ``text`` breaks."""
    (folder / "scenarios" / "dispatch").mkdir(parents=True)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    (folder / "scenarios" / "dispatch" / "sound.yaml").write_text(text, "utf-8")
    found = lint(Catalogue.load(published, folder, meta=ROOT / "meta", strict=False))
    ours = [finding for finding in found if finding.path.endswith("sound.yaml")]
    assert all(finding.message and finding.message_zh and finding.line for finding in ours)
    return [finding.rule for finding in ours]


def test_the_sound_scenario_is_sound(published: Registry, tmp_path: Path) -> None:
    """The base from which each fault departs has none."""
    assert findings(published, tmp_path, SCENARIO) == []


def _checks(*texts: str) -> list[tuple[str, str]]:
    return [(VALUE, text) for text in texts]


UNKNOWN = {
    "expression": [
        *_checks(
            'value: "$read.Body#/no-such-member", present: true',
            'value: "$read.body#/no such member", present: true',
            'value: "$read.body# /next_cursor", present: true',
            'value: "$read.body#/a~b", present: true',
            'value: "$read.body#/x", equals: "$5.00"',
            'value: "$read.body#/x", in: [a, "$Place.body"]',
            'value: "$read.items ~ $[?@.event_id = 1]", count: 0',
            'value: "$read.items ~ [*]", count: 0',
        ),
        ("with: {initial: 1,", 'with: {initial: "$a b",'),
        ('until: [{value: "$seen.body#/state"', 'until: [{value: "$seen.body#/st ate"'),
        ("body: $parcel}", "body: {remark: $$parcel}}"),
        ("burst: 1", 'burst: "$Discovery#/x"'),
        ("where: {waybill_no: $place.body#/waybill_no}", 'where: {waybill_no: "$place body"}'),
    ],
    "member": [
        *_checks(
            "value: $read.statuss, equals: 200",
            "value: $read.request.bodyy, present: true",
            "value: $read.results, count: 0",
            "value: $read.body.next_cursor, absent: true",
            "value: $told.pages, count: 0",
            "value: $scan.status, equals: 200",
            "value: $scan, present: true",
            'value: "$read.body#/next_cursor", equals: $hook.address',
            'value: "$read.body#/next_cursor", equals: $order.text',
            'value: "$read.body#/next_cursor", equals: $target.rolle',
        ),
        ("value: $flood.settled", "value: $flood.sett1ed"),
    ],
    "pointer": [
        *_checks(
            'value: "$read.body#/no-such-member", absent: true',
            'value: "$read.body#/items/0/event_idd", differs-from: x',
            'value: "$read.items ~ $[*].event_idd", distinct: true',
            "value: \"$read.items ~ $[?@.event_cod == 'LOST']\", count: 0",
            "value: \"$read.items ~ $[?@.event_code == 'LOST'].evnt_id\", count: 0",
            'value: "$discovery#/limits/push_latncy_s", absent: true',
            'value: "$place.body#/waybill", differs-from: x',
            'value: "$read.body#/next_cursor/x", absent: true',
        ),
        ('until: [{value: "$seen.body#/state"', 'until: [{value: "$seen.body#/stat"'),
        ("$partner.result#/client_id", "$partner.result#/client_idd"),
    ],
    "reference": _checks("value: $later.body, present: true", "value: $reads.items, count: 0"),
    "schema:enum": [
        ("rule: {name: gaps-grow,", "rule: {name: gaps-grw,"),
        ("{name: gaps-grow, with: {initial: 1, retries: 2}}", "same-byte"),
        ("do: {name: flood,", "do: {name: flod,"),
        ("key: idempotency-key", "key: idempotence-key"),
        ("roles: [courier]", "roles: [couriers]"),
    ],
    "schema:unevaluatedProperties": [
        (VALUE, f"{VALUE}, unles: true"),
        ("in-time: true", "in-tyme: true"),
        ("eventually:", "eventualy:"),
        ("pages: {limit: 2,", "pages: {limits: 2, limit: 2,"),
        ("as: platform-a}\n    pages", "as: platform-a, az: none}\n    pages"),
        ("until: [{value:", "until: [{valeu: 1, value:"),
    ],
    "argument": [
        ("{initial: 1, retries: 2}", "{initial: 1, retires: 2}"),
        ("{initial: 1, retries: 2}", "{retries: 2}"),
        ("{initial: 1, retries: 2}", "{initial: 1, retries: 0}"),
        ("{initial: 1, retries: 2}", "{initial: 1, retries: two}"),
        ("{name: gaps-grow, with: {initial: 1, retries: 2}}", "gaps-grow"),
        ("per_second: 1, burst: 1", "per_second: 1"),
        ("per_second: 1, burst: 1", "per_second: 1, burst: 1, brust: 1"),
        ("kind: consignment, order_no: $order", "kind: consignment, order: $order"),
        *_checks("rule: {name: audit-covers, with: {records: $read.items, reads: [{mater: X}]}}"),
        *_checks("rule: {name: same-request, with: {one: 1}}"),
    ],
    "where": [
        ("where: {waybill_no:", "where: {waybil_no:"),
        ("where: {waybill_no:", "where: {envelope: x, waybill_no:"),
    ],
    "party": [("as: platform-a, headers", "as: platform-c, headers")],
}
EMPTY = {
    "vacuous": [
        *_checks(
            'value: "$read.items ~ $[*].sequence", at-least: 0',
            'value: "$read.items", contains: []',
            'value: "$read.text", contains: ""',
            'value: "$read.body#/next_cursor", matches: ".*"',
            'value: "$read.body#/next_cursor", matches: "(?s).*|x"',
            'value: "$read.body#/next_cursor", matches: "[^\\\\x00]*"',
            'value: "$read.body#/next_cursor", matches: "("',
            'value: "$read.body#/next_cursor", equals: "$read.body#/next_cursor"',
            'value: "$read.items", same-items-as: "$read.items"',
            "value: $read.request.digest, equals: $place.request.digest",
            "value: $order, equals: $order",
            "value: $order, differs-from: x",
            'value: "$place.request.body#/remark", present: true',
            "value: $read.status, present: true",
            "value: $read.items, present: true",
            'value: "$read.items ~ $[*].event_id", present: true',
            "status: [2XX, 3XX, 4XX, 5XX]",
            "canaries: [name, phone, virtual-number, address-detail, room, item, remark, "
            "extension]",
            "canaries: [sender, recipient, parcel]",
        ),
        (
            'until: [{value: "$seen.body#/state", equals: ACCEPTED}]',
            "until: [{value: $seen.status, present: true}]",
        ),
        (
            f"at-least: 1}}\n    check:\n      - {{id: retried, req: DS-02.5, {RULE}}}",
            "exactly: 0}\n    check:\n      - {id: retried, req: DS-02.5, in-time: true}",
        ),
    ],
    "subject": [
        (RULE, "status: 204"),
        (RULE, "internals: true"),
        (RULE, "quiet: true"),
        *_checks("in-time: true", "quiet: true", "signature: $key"),
        (
            DRIVEN,
            DRIVEN + CHECK,
        ),
        (
            "  - id: partner\n",
            f"  - id: pause\n    wait: {{for: 1}}\n{CHECK}  - id: partner\n",
        ),
    ],
    "schema:minItems": [("status: [200, 201]", "status: []")],
    "schema:minimum": _checks("value: $read.items, count-at-least: 0"),
    "schema:const": _checks('value: "$read.body#/next_cursor", present: false'),
}


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        (rule, old, new)
        for table in (UNKNOWN, EMPTY)
        for rule, changes in table.items()
        for old, new in changes
    ],
)
def test_lint_refuses(published: Registry, tmp_path: Path, rule: str, old: str, new: str) -> None:
    """One change to the sound scenario gives a finding of that rule."""
    assert old in SCENARIO
    assert rule in findings(published, tmp_path, SCENARIO.replace(old, new, 1))


@pytest.mark.parametrize("matcher", ["in", "not-in"])
def test_a_list_of_nothing_is_no_operand(published: Registry, tmp_path: Path, matcher: str) -> None:
    """Nothing is in an empty list, so one matcher never holds and the other always."""
    changed = SCENARIO.replace(VALUE, f"value: $read.text, {matcher}: []", 1)
    assert findings(published, tmp_path, changed) != []


REFUSED = """\
  - id: refused
    call: {op: listEvents, as: platform-b}
    check:
      - {id: refused, req: DS-02.4, status: STATUS}
"""
WHY = "      - {id: why, req: DS-02.4, WORDS}\n"


@pytest.mark.parametrize("status", ["400", "403", "409", "410", "422"])
def test_a_status_of_several_problem_types_wants_one_named(
    published: Registry, tmp_path: Path, status: str
) -> None:
    """Whoever is refused for another reason than the one that is tried proves nothing."""
    refused = REFUSED.replace("STATUS", status)
    assert findings(published, tmp_path, SCENARIO + refused) == ["reason"]


@pytest.mark.parametrize("status", ["401", "405", "404", "[403, 404]", "200", "4XX"])
def test_a_status_of_one_problem_type_says_it_all(
    published: Registry, tmp_path: Path, status: str
) -> None:
    """What the published list allows with one type only is told by every sweep of refusals."""
    refused = REFUSED.replace("STATUS", status)
    assert findings(published, tmp_path, SCENARIO + refused) == []


@pytest.mark.parametrize("words", ["problem: parameter-invalid", "pointers: [/x]"])
def test_a_named_reason_is_enough(published: Registry, tmp_path: Path, words: str) -> None:
    """The problem type, or the place that it points at."""
    refused = REFUSED.replace("STATUS", "400") + WHY.replace("WORDS", words)
    assert findings(published, tmp_path, SCENARIO + refused) == []
