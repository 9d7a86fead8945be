"""Requests are made within what a candidate declares, and a refusal of more is right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jidi.fuzz.contract import Contract, Offer, load_contract, resolve
from jidi.fuzz.declared import load_declaration
from jidi.fuzz.declared_limits import DeclaredLimits
from jidi.model.exchange import Request
from jidi.registry import Registry

DECLARED = {"max_batch_items": 20, "max_page_items": 10, "max_body_bytes": 262_144, "odd": "x"}


def contract(limits: Any) -> Contract:
    """The contract of a courier that declares ``limits``."""
    offer = Offer("privacy", None, "courier", DeclaredLimits.of(limits))
    return load_contract(Registry.load(), load_declaration().operations, offer)


def batch_items(document: dict[str, Any]) -> int:
    """How many consignments a batch may have by a document."""
    raw = document["paths"]["/consignment-batches"]["post"]["requestBody"]
    (media,) = resolve(document, raw)["content"].values()
    most: int = resolve(document, media["schema"])["properties"]["consignments"]["maxItems"]
    return most


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (DECLARED, 20),
        ({"max_batch_items": 1}, 1),
        ({"max_batch_items": 20.0}, 20),
        ({"max_batch_items": 500}, 100),
        ({"max_batch_items": "many"}, 100),
        ({"max_batch_items": 0}, 100),
        ({"max_batch_items": True}, 100),
        ({}, 100),
        (None, 100),
    ],
)
def test_a_batch_is_no_longer_than_declared(limits: Any, most: int) -> None:
    """What is no sensible number bounds nothing; the standard's own bound stays."""
    assert batch_items(contract(limits).asked) == most


def test_a_page_is_no_longer_than_declared_and_the_contract_stays_what_it_is() -> None:
    """Only what requests are made from is narrowed: more generous candidates are not at fault."""
    made = contract(DECLARED)
    pages = [
        rule["maximum"]
        for name in ("listEvents", "listConsignments", "listAuditRecords")
        for one in made.asked["paths"][made.operations[name].path]["get"]["parameters"]
        if (parameter := resolve(made.asked, one))["name"] == "limit"
        for rule in [resolve(made.asked, parameter["schema"])]
    ]
    assert pages == [10, 10, 10]
    assert made.query_rules("listEvents")["limit"]["maximum"] == 500
    assert batch_items(made.document) == 100


def sent(query: str = "", items: int | None = None, size: int = 0) -> Request:
    """A request with a page size, with so many items, or of so many bytes."""
    body = b"x" * size if items is None else json.dumps({"consignments": [{}] * items}).encode()
    return Request("POST", f"http://h:1/v1/x{query}", (), body)


@pytest.mark.parametrize(
    ("operation", "request_", "status", "beyond"),
    [
        ("createConsignmentBatch", sent(items=99), 422, True),
        ("createConsignmentBatch", sent(items=21), 413, True),
        ("createConsignmentBatch", sent(items=20), 422, False),
        ("listEvents", sent("?limit=11"), 400, True),
        ("listEvents", sent("?limit=10"), 400, False),
        ("listEvents", sent("?limit=ten"), 400, False),
        ("createConsignment", sent(size=262_145), 413, True),
        ("createConsignment", sent(size=262_145), 422, False),
        ("createConsignment", sent(size=262_144), 413, False),
        ("createConsignmentBatch", sent(size=9), 422, False),
    ],
)
def test_more_than_is_declared_may_be_refused(
    operation: str, request_: Request, status: int, beyond: bool
) -> None:
    """Every declared limit excuses the refusal that it is for, and no other."""
    assert contract(DECLARED).beyond(operation, request_, status) is beyond
