"""Calls to played couriers held to the whole contract: what breaks it, and what is legal beside
it.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.unit.judge.journals import REGISTRY, exchange, judge_sweeps
from tests.unit.judge.test_sweeps import CONTEXT, SWEEPS, pushed

from jidi.judge.sweeps import Already

HOME: Final = "http://127.0.0.1:1/couriers/a/v1"
PARCEL: Final = next(iter(REGISTRY.examples("valid", "consignment"))).instance
USUAL: Final = {
    "Content-Type": "application/json",
    "Idempotency-Key": "k-1",
    "Standard-Version": "1.0",
}


def called(name: str = "createConsignment", path: str = "/consignments", **changes: Any) -> Any:
    """A call to the courier ``east``."""
    headers = {**USUAL, **changes.pop("headers", {})}
    request = {
        "method": changes.pop("method", "POST"),
        "url": HOME + path,
        "headers": [[key, value] for key, value in headers.items() if value is not None],
    }
    made = exchange(
        "c",
        201,
        {},
        sent=changes.pop("sent", PARCEL),
        direction="received",
        operation=name,
        receiver="east",
    )
    return {**made, "request": {**made["request"], **request}, **changes}


def judged(*records: Any, **told: Any) -> str:
    """What the sweep says of these calls."""
    (found,) = judge_sweeps(
        records, [SWEEPS["contract-of-calls"]], CONTEXT, already=Already(**told)
    ) or [None]
    return "nothing" if found is None else found.outcome.value


def listing(query: str) -> Any:
    """A request for events of one waybill."""
    return called(
        "listShipmentEvents", f"/shipments/ZZ00000001/events{query}", method="GET", sent=""
    )


LEGAL: Final = {
    "as published": called(),
    "a charset that JSON has": called(headers={"Content-Type": "application/json; charset=UTF-8"}),
    "type in capitals": called(headers={"Content-Type": "Application/JSON"}),
    "without the version, which is optional": called(headers={"Standard-Version": None}),
    "headers of its own": called(headers={"X-Request-Id": "1", "Accept": "*/*"}),
    "the longest key": called(headers={"Idempotency-Key": "k" * 128}),
    "no key where none is asked for": called(
        "cancelConsignment",
        "/consignments/c1/cancellation",
        headers={"Idempotency-Key": None},
        sent={"reason_code": "BUYER_CANCELLED"},
    ),
    "pages of any legal size": listing("?limit=500&cursor=abc"),
    "an empty query": listing("?"),
    "a purpose where none is bound": called(
        "getConsignment",
        "/consignments/c1",
        method="GET",
        sent="",
        headers={"Processing-Purpose": "DELIVERY"},
    ),
    "a token by form": called(
        "issueToken",
        "/oauth/token",
        sent="grant_type=client_credentials",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
}
WRONG: Final = {
    "a parameter of its own": called(path="/consignments?trace=1"),
    "a parameter twice": listing("?limit=5&limit=6"),
    "a page of nothing": listing("?limit=0"),
    "a page of text": listing("?limit=all"),
    "a cursor that is none": listing("?cursor=%20"),
    "no key": called(headers={"Idempotency-Key": None}),
    "a key too long": called(headers={"Idempotency-Key": "k" * 129}),
    "an empty key": called(headers={"Idempotency-Key": ""}),
    "another version": called(headers={"Standard-Version": "1"}),
    "no media type": called(headers={"Content-Type": None}),
    "text": called(headers={"Content-Type": "text/plain"}),
    "another kind of JSON": called(headers={"Content-Type": "application/merge-patch+json"}),
    "another charset": called(headers={"Content-Type": "application/json;charset=gbk"}),
    "no JSON": called(sent="order"),
    "nothing at all": called(sent=""),
    "a member too many": called(sent={**PARCEL, "buyer": "x"}),
    "a purpose that nobody published": called(
        "getConsignment",
        "/consignments/c1",
        method="GET",
        sent="",
        headers={"Processing-Purpose": "FUN"},
    ),
}


@pytest.mark.parametrize("what", LEGAL)
def test_call_as_published_is_legal(what: str) -> None:
    """Whatever the contract leaves to the caller."""
    assert judged(LEGAL[what]) == "pass"


@pytest.mark.parametrize("what", WRONG)
def test_call_of_ones_own_is_found(what: str) -> None:
    """In address, headers, media type and body."""
    assert judged(called(), WRONG[what]) == "fail"


def test_address_that_no_operation_has_is_found() -> None:
    """Where the caller has called the courier otherwise; HTTP's own questions are legal."""
    assert judged(called(), called("", "/orders")) == "fail"
    assert judged(called(), called("", "/consignments", method="HEAD", sent="")) == "pass"


def test_push_to_a_receiver_is_no_call() -> None:
    """It has a contract of its own."""
    assert judged(pushed({"event_id": "e1"})) == "nothing"


def test_call_that_another_row_finds_wrong_is_left_alone() -> None:
    """One fault turns one row red."""
    place = ("received", "createConsignment")
    wrong = called(path="/consignments?trace=1")
    assert judged(wrong, told={place: frozenset({"DS-01.1"})}) == "nothing"
    assert judged(wrong, told={place: frozenset({"DS-10.1"})}) == "fail"
    assert judged(wrong, told={("sent", "createConsignment"): frozenset({"DS-01.1"})}) == "fail"


def refused(number: int, begun: float, status: int = 401, **headers: Any) -> Any:
    """A consignment that came with a token at second ``begun`` and was answered at once."""
    made = called(headers={"Authorization": "Bearer t1", **headers})
    times = {"started": begun, "finished": begun + 0.1}
    return {**made, **times, "id": f"x{number}", "response": {**made["response"], "status": status}}


def dropped(*records: Any) -> str:
    """What the sweep over dead tokens says."""
    (found,) = judge_sweeps(records, [SWEEPS["dead-token-dropped"]], CONTEXT) or [None]
    return "nothing" if found is None else found.outcome.value


def test_dead_token_is_not_sent_again() -> None:
    """A consignment whose token was refused comes again with another one."""
    assert dropped(refused(1, 1), refused(2, 2, 201, Authorization="Bearer t2")) == "pass"
    assert dropped(refused(1, 1), refused(2, 2, 201)) == "fail"
    assert dropped(refused(2, 2), refused(1, 1)) == "fail"


def test_request_on_the_way_may_have_a_dead_token() -> None:
    """Nobody knows of a refusal before it came; other consignments have a key of their own."""
    assert dropped(refused(1, 1), refused(2, 1.05)) == "pass"
    assert dropped(refused(1, 1), refused(2, 2, 401, **{"Idempotency-Key": "k-2"})) == "pass"
    assert dropped(refused(1, 1, 201), refused(2, 2, 201)) == "nothing"
    without = {"Authorization": None}
    assert dropped(refused(1, 1, **without), refused(2, 2, **without)) == "nothing"
