"""Where the standard leaves a choice, or gives time, scenarios take nobody at another word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from jidi.language.expressions import parse, resolve
from jidi.registry import Registry

ROOT = Path(__file__).parents[3]
REGISTRY = Registry.load()


def page(name: str) -> str:
    """A page for people, its line ends as blanks."""
    return " ".join((ROOT / "docs" / name).read_text("utf-8").split())


def steps_of(name: str) -> dict[str, Any]:
    """The steps of a published scenario by their ids, in order."""
    (path,) = (ROOT / "conformance" / "scenarios").rglob(f"{name}.yaml")
    return {step["id"]: step for step in yaml.safe_load(path.read_text("utf-8"))["steps"]}


def test_notices_are_in_order_by_either_time() -> None:
    """The text names both times, and the change that is the newer by one is so by the other."""
    said = Registry.load().schema("protection-officer-notice-page")["description"]
    assert "by changed_at, or by when they were entered" in said
    steps = steps_of("officer-changed")
    entered = [name for name, step in steps.items() if "drive" in step]
    changed = {name: steps[name]["drive"]["parameters"]["changed_at"] for name in entered}
    (newest,) = [one for one in steps["notices"]["check"] if one["id"] == "newest-first"]
    order = [word.partition(".")[0][1:] for word in newest["rule"]["with"]["wanted"]]
    assert order == sorted(entered, key=lambda name: changed[name], reverse=True)
    assert order == entered[::-1]


def test_facts_of_a_destroyed_parcel_are_waited_for_as_long_as_declared() -> None:
    """The state is asked for again until the declared availability of events is over."""
    shipment = steps_of("bulk-destruction")["shipment"]
    assert {one["id"] for one in shipment["check"]} == {"facts-remain"}
    within = shipment["eventually"]["within"]
    assert within["of"] == "$discovery#/limits/event_availability_s"
    assert within["times"] >= 1


POINTERS = {
    "/service_product": 1,  # from the item, as in the published example
    "/consignments/1/service_product": 1,  # from the root of the batch
    "/consignments/0/service_product": 1,  # the same, where the batch was sent in parts
    "/consignments/2/service_product": 0,  # of an item in which nothing is wrong
    "/consignments/11/service_product": 0,
    "/items/1/service_product": 0,
    "/service_product/x": 0,
    "service_product": 0,
    "/recipient": 0,
    "": 0,
}


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_batch_names_faults_from_the_item_or_from_the_root(pointer: str) -> None:
    """Both are clear, and both are said; a pointer that leads elsewhere names nothing (DS-01.3)."""
    checks = steps_of("consignment-batch")["batch"]["check"]
    (named,) = [one for one in checks if one["id"] == "fault-named"]
    item = {"problem": {"errors": [{"pointer": "/order_no"}, {"pointer": pointer}]}}
    query = named["value"].replace("$batch.items#/1", "$item")
    assert len(resolve(parse(query), {"item": item})) == POINTERS[pointer]
    assert named["count-at-least"] == 1


def test_a_batch_says_from_where_its_pointers_start() -> None:
    """The schema takes both, and its published example is one of them."""
    item = REGISTRY.schema("consignment-batch-result")["properties"]["items"]["items"]
    told = item["properties"]["problem"]["description"]
    assert "pointers start at the item" in told
    assert "From the root of the batch (/consignments/1/…) they are as clear" in told
    assert "in the problem of a batch's item into the item" in page("standard/wire.md")
    example = REGISTRY.example("valid/consignment-batch-result/one-of-each.json")
    errors = [one for row in example["items"] for one in row.get("problem", {}).get("errors", [])]
    assert "/recipient/phone" in {one["pointer"] for one in errors}


def test_limits_and_their_bounds_stand_in_a_page_for_vendors() -> None:
    """Each bound of each profile, with its figure (DS-05.1)."""
    assert "[limits.md](limits.md)" in page("vendor.md")
    rows = {
        line.split("`")[1]: line
        for line in (ROOT / "docs" / "limits.md").read_text().splitlines()
        if line.startswith("| `")
    }
    profiles = sorted((ROOT / "conformance" / "profiles" / "v1.0").glob("*.yaml"))
    bounds = [
        (name, bound[side])
        for path in profiles
        for name, bound in yaml.safe_load(path.read_text("utf-8"))["bounds"].items()
        for side in ("at-least", "at-most")
        if side in bound
    ]
    assert len(bounds) > 30
    assert [(name, figure) for name, figure in bounds if f"{figure}" not in rows[name]] == []


def test_how_a_driver_is_asked_and_refuses_is_written() -> None:
    """Authentication of an http driver, and what of a program counts as a refusal."""
    vendor = page("vendor.md")
    assert "with `driver.headers` and no credential of any party" in vendor
    for word in ("exit code 64", '{"failure": "why"}', "400, 409 or 422 with a problem document"):
        assert word in vendor


def test_a_parcel_that_was_lost_may_go_on() -> None:
    """The one terminal state with a successor is named where the states are, and only warns."""
    table = REGISTRY.code_list("transitions")
    onward = {
        (row["from"], row["verdict"])
        for row in table["transitions"]
        if row["from"] in table["terminal"] and row["to"] != row["from"]
    }
    assert onward == {("LOST", "warning")}
    assert "a parcel that was LOST may be found and go on" in table["notes"]["en"]
    assert "LOST" in table["notes"]["zh"]


def test_operations_that_name_an_object_document_that_it_is_not_there() -> None:
    """Whoever asks for what is unknown or another's gets 404, and the contract says so: in the
    path, and in the body of a consent (DS-08.3).
    """
    naming = [one for one in REGISTRY.operations() if "{" in one.path] + [
        REGISTRY.operation("createConsent")
    ]
    assert len(naming) > 15
    assert [one.id for one in naming if "404" not in map(str, one.responses)] == []


def test_the_form_for_persons_is_fetched_from_a_host_that_is_listed() -> None:
    """`contacts.privacy.url` is called once, so the target file lists its host (PI-09.1)."""
    assert (
        "that of `contacts.privacy.url` (the form for requests of persons, which PI-09.1"
        in page("vendor.md")
    )


def test_the_same_body_is_the_same_bytes_or_the_same_value() -> None:
    """The text says which, and no step sends one value in two writings under one key."""
    assert "(the same bytes; another writing of the same JSON value may count as it)" in page(
        "standard/wire.md"
    )
    steps = steps_of("idempotency-replay")
    assert steps["replay"]["call"] == {"again": "first"}
    assert steps["changed-body"]["call"]["patch"]


def test_any_reply_of_class_two_acknowledges_a_push() -> None:
    """One text: the receiver answers 200 with a result, and a sender takes any 2xx (DS-02.5)."""
    said = "The receiver answers 200 with a batch-result; a sender takes any 2xx"
    assert said in page("standard/wire.md")
    answers = REGISTRY.operation("receiveShipmentEvents").responses
    assert "batch-result" in str(answers)


def test_growing_gaps_have_a_figure() -> None:
    """How much longer the last gap is, and how far chance may take one (DS-02.5)."""
    wire = page("standard/wire.md")
    assert "random variation halves a gap at most" in wire
    assert "the last is at least a tenth longer than the shortest before it" in wire
