"""Narrowed copies of request schemas: everything valid under them is valid under the published
ones.
"""

from __future__ import annotations

import pytest

from jidi.fuzz.child.growing import PREFIX, with_growing_bodies
from jidi.fuzz.contract import Contract, load_contract, resolve
from jidi.fuzz.declared import load_declaration
from jidi.registry.registry import Registry


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The published contract."""
    return load_contract(Registry.load(), load_declaration().operations)


def test_every_declared_operation_is_in_the_published_contract(contract: Contract) -> None:
    """The declaration names no operation that is not published, and leaves none out."""
    assert set(contract.operations) == set(load_declaration().operations)


def test_public_operations_at_the_origin_are_not_generated(contract: Contract) -> None:
    """Discovery and token endpoint lie outside the version's base URL."""
    assert not {"getDiscovery", "issueToken"} & {
        operation.get("operationId")
        for item in contract.document["paths"].values()
        for operation in item.values()
    }


def test_bodies_refer_to_narrowed_copies_and_answers_to_the_published(contract: Contract) -> None:
    """What a candidate answers is held against the published schema alone."""
    document = with_growing_bodies(
        load_contract(Registry.load(), load_declaration().operations).document
    )
    create = document["paths"]["/consignments"]["post"]
    assert PREFIX + "consignment" in str(create["requestBody"])
    assert PREFIX not in str(create["responses"])
    phone = document["components"]["schemas"][PREFIX + "phone"]
    assert [variant["properties"]["kind"]["const"] for variant in phone["anyOf"]] == [
        "mobile",
        "landline",
        "virtual",
        "service",
        "international",
    ]
    assert "allOf" in contract.document["components"]["schemas"]["phone"]


def test_links_lead_only_to_operations_that_are_there(contract: Contract) -> None:
    """A link into nowhere would break the child's state machine."""
    for item in contract.document["paths"].values():
        for operation in item.values():
            for answer in (
                operation.get("responses", {}).values() if isinstance(operation, dict) else ()
            ):
                for link in resolve(contract.document, answer).get("links", {}).values():
                    assert link["operationId"] in contract.operations
