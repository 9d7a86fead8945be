"""Answers that get lost between the reference platform, or integrator, and a real courier (contract
9.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from lossy_proxy import LossyProxy
from running_courier import Party, slug, wait_for
from running_network import COURIER_SCOPES, Node, accepted, everything, outgoing, started


@dataclass
class Lossy:
    """A sender (platform or integrator), a courier behind a proxy, and what the courier calls the
    sender with.
    """

    sender: Node
    courier: Node
    proxy: LossyProxy
    heard: Party
    role: str

    def send(self, order_no: str) -> Callable[[], requests.Response]:
        """Have a consignment sent; what cancels it."""
        if self.role == "platform":
            self.sender.order("FAR", order_no)
            return lambda: self.sender.act("cancel-order", order_no=order_no, reason_code="OTHER")
        above = self.sender.partner("above", COURIER_SCOPES, courier_code="FAR")
        path = {"consignment_id": above.place(order_no=order_no)["consignment_id"]}
        return lambda: above.call("cancelConsignment", path=path, json={"reason_code": "OTHER"})

    def held(self) -> Counter[str]:
        """Order numbers at the courier."""
        return Counter(
            one["consignment"]["order_no"]
            for one in everything(self.sender.callers["FAR"], "listConsignments")
        )


@pytest.fixture(scope="module", params=["platform", "integrator"])
def lossy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lossy]:
    """Connected through the proxy, which the courier's discovery names."""
    directory: Path = tmp_path_factory.mktemp("lossy")
    proxy = LossyProxy()
    sender = Node(directory / "sender", request.param)
    courier = Node(directory / "courier", "courier", JIDI_REFERENCE_PUBLIC_URL=proxy.url)
    proxy.upstream = courier.direct_url
    with started(sender, courier):
        yield Lossy(sender, courier, proxy, sender.connect("FAR", courier), request.param)
    proxy.close()


@pytest.mark.parametrize(
    "fates",
    [["lost"] * 2, ["cut"] * 2, [503, 429, 408, 425], ["lost", 503, "cut"]],
    ids=["lost", "cut", "refused-for-now", "mixed"],
)
def test_lost_answer_is_asked_for_again_with_the_same_key(
    lossy: Lossy, fates: list[str | int], request: pytest.FixtureRequest
) -> None:
    """The courier has it once, the same key and bytes came each time, and events that came before
    the receipt are not lost.
    """
    order_no = f"LOSS-{request.node.callspec.id}"[:40].replace("[", "-").replace("]", "")
    before = len(lossy.proxy.keys)
    lossy.proxy.script.extend(fates)
    lossy.send(order_no)
    sent = accepted(lossy.heard, order_no, within_s=30)
    assert lossy.held()[order_no] == 1
    arrivals = lossy.proxy.keys[before:]
    assert len(arrivals) == len(fates) + 1
    assert len(set(arrivals)) == 1
    assert arrivals[0][0] == sent["idempotency_key"]
    lossy.courier.scan(sent["waybill_no"], "ACCEPTED")
    events = wait_for(
        lambda: (
            len(
                found := everything(
                    lossy.heard, "listReceivedEvents", waybill_no=sent["waybill_no"]
                )
            )
            == 2
            and found
        )
    )
    assert sorted(event["sequence"] for event in events) == [1, 2]


def test_final_refusal_is_not_sent_again(lossy: Lossy) -> None:
    """Another 4xx ends it."""
    before = len(lossy.proxy.keys)
    lossy.proxy.script.append(403)
    lossy.send("FINAL-1")
    wait_for(lambda: outgoing(lossy.heard, "FINAL-1")["dispatch_state"] == "REFUSED")
    lossy.send("FINAL-2")
    accepted(lossy.heard, "FINAL-2")
    assert len(lossy.proxy.keys) == before + 2
    assert lossy.held()["FINAL-1"] == 0


def test_change_is_put_off_while_in_doubt(lossy: Lossy) -> None:
    """Between a lost answer and the next try it is not known what the courier has; once it is known
    the change goes through.
    """
    lossy.proxy.script.extend(["lost"] * 3)
    cancel = lossy.send("DOUBT-1")
    wait_for(lambda: len(lossy.proxy.script) <= 1)
    early = cancel()
    assert early.status_code == 200 or slug(early) == (503, "interruption")

    def cancelled() -> bool:
        if outgoing(lossy.heard, "DOUBT-1")["dispatch_state"] == "ACCEPTED":
            assert cancel().status_code == 200
        return bool(outgoing(lossy.heard, "DOUBT-1")["dispatch_state"] == "CANCELLED")

    wait_for(cancelled, 30)
    assert lossy.held()["DOUBT-1"] == 1
    assert everything(lossy.sender.callers["FAR"], "listConsignments")[-1]["state"] == "CANCELLED"
