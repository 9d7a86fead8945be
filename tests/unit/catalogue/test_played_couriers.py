"""The words of the scenario language about couriers that the kit plays, and which roles an
operation concerns.
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
id: played
title: {en: "Played", zh: "扮演"}
area: dispatch
roles: [platform]
needs: {driver: [place-order, record-scan, connect-courier]}
couriers: [east, fresh]
generate: {order: order}
steps:
  - id: connect
    drive: {action: connect-courier, parameters: $fresh.connection}
  - id: away
    fault:
      courier: east
      op: createConsignment
      where: {order_no: $order#/order_no}
      reply: [503, lost, {delay: 2}, {status: 409, problem: idempotency-in-flight}]
  - id: place
    drive: {action: place-order, parameters: {courier_code: $east.code, order: $order}}
  - id: arrival
    receive: {courier: east, op: createConsignment, within: $discovery#/limits/consignment_dispatch_s, after: place, at-least: 5}
    check:
      - {id: in-time, req: DS-01.4, in-time: true}
      - {id: complete, req: DS-01.1, schema: consignment}
      - {id: alike, req: DS-01.5, value: $arrival.lag, at-most: {of: $discovery#/limits/consignment_dispatch_s, plus: 1}}
  - id: scan
    drive: {action: record-scan, parameters: {waybill_no: $arrival.body#/waybill_no, event_code: ACCEPTED}}
  - id: forged
    push: {from: east, events: ["$scan.result#/event"], sign: wrong, patch: [{remove: /data/events/0/sequence}]}
    check:
      - {id: refused, req: DS-02.9, status: [400, 401, 403]}
  - id: told
    push: {from: east, events: ["$scan.result#/event"]}
    expect: {status: 200}
  - id: twice
    push: {from: east, again: told, verbatim: true}
    check:
      - {id: idempotent, req: DS-02.8, schema: batch-result}
  - id: seen
    call: {op: listReceivedEvents, as: east, query: {waybill_no: $arrival.body#/waybill_no}}
    check:
      - {id: once, req: DS-02.8, value: "$seen.body#/items", count: 1}
  - id: silence
    quiet: {courier: fresh, op: createConsignment, for: 0.2}
    check:
      - {id: nothing, req: DS-01.4, quiet: true}
"""


@pytest.fixture(scope="module")
def published() -> Registry:
    """The published standard."""
    return Registry.load()


def findings(published: Registry, folder: Path, text: str) -> list[str]:
    """Rules that the scenario ``text`` breaks, and why."""
    (folder / "scenarios" / "dispatch").mkdir(parents=True)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    (folder / "scenarios" / "dispatch" / "played.yaml").write_text(text, "utf-8")
    found = lint(Catalogue.load(published, folder, meta=ROOT / "meta", strict=False))
    return [
        f"{finding.rule}: {finding.message}"
        for finding in found
        if finding.path.endswith("played.yaml")
    ]


def test_scenario_speaks_of_played_couriers(published: Registry, tmp_path: Path) -> None:
    """Every word of section 9.8 of the contract is known to schema and lint."""
    assert findings(published, tmp_path, SCENARIO) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("push: {from: east, again", "push: {from: north, again", "courier"),
        ("as: east", "as: west", "party"),
        ("receive: {courier: east", "receive: {courier: west", "courier"),
        ("op: createConsignment, for", "op: createParcel, for", "operation"),
        ("problem: idempotency-in-flight", "problem: nothing", "problem-type"),
        (", connect-courier]}", "]}", "needs"),
        ("again: told", "again: tolled", "reference"),
        (
            "{courier: east, op: createConsignment, within",
            "{op: createConsignment, within",
            "schema:oneOf",
        ),
        ("sign: wrong", "sign: badly", "schema:enum"),
    ],
)
def test_lint_finds_what_is_wrong_about_a_played_courier(
    published: Registry, tmp_path: Path, old: str, new: str, rule: str
) -> None:
    """One change gives a finding of that rule."""
    assert old in SCENARIO
    assert any(
        finding.startswith(f"{rule}:")
        for finding in findings(published, tmp_path, SCENARIO.replace(old, new))
    )


def test_operations_know_the_roles_that_serve_them(published: Registry) -> None:
    """A platform serves the platform's document, a courier the courier's, an integrator both;
    governance is everybody's.
    """
    assert published.operation("createConsignment").roles == ("courier", "integrator")
    assert published.operation("listOutgoingConsignments").roles == ("platform", "integrator")
    assert published.operation("getStatus").roles == ("courier", "platform", "integrator")
    assert published.operation("receiveShipmentEvents").signed


def test_no_two_operations_of_an_integrator_share_a_place(published: Registry) -> None:
    """An integrator serves three documents below one base URL."""
    places = [
        (one.method, one.path)
        for document in ("courier", "platform", "governance")
        for one in published.operations(document)
    ]
    assert len(places) == len(set(places))


def test_cases_of_operations_concern_only_those_who_serve_them(published: Registry) -> None:
    """A scenario over all secured operations has no instance for an operation that its roles do not
    serve.
    """
    catalogue = Catalogue.load(published)
    courier = {scenario.case.get("op") for scenario in catalogue.scenarios("courier")}
    assert "createConsignment" in courier
    assert "listOutgoingConsignments" not in courier
