"""Whether a platform or an integrator can be connected to a courier that the kit plays, and answers
its push.
"""

from __future__ import annotations

from jidi.cli.preflight.advice import Finding
from jidi.counterparty import PushPlan, encoded, fresh_id
from jidi.drive import Client, make_driver
from jidi.drive.played import PlayedCourier
from jidi.drive.receiver import Receiver
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.candidate_time import ask_clock
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.played_couriers import Couriers, Surroundings
from jidi.wording import sentence


def check_couriers(
    client: Client, target: Target, registry: Registry, receiver: Receiver
) -> Finding:
    """What came of connecting one courier for a moment, and of one heartbeat from it."""
    subject = sentence("cli/couriers")
    clock = CandidateClock()
    couriers = Couriers(Surroundings(target, receiver, client, registry, clock))
    if target.couriers:
        return _check_entered(couriers, subject)
    courier = couriers.fresh("doctor")
    driver = make_driver(target, client.send, client.credentials.learn)
    ask_clock(target, driver, clock)
    outcome = driver.act("connect-courier", courier.connection)
    if outcome.result is None:
        how = sentence("cli/mend-driver-or-give-couriers-in-the")
        return Finding(subject, "mend", outcome.failure, how)
    if not couriers.adopt(courier, outcome.result):
        wanted = sentence("cli/connect-courier-must-give-client-id-and")
        return Finding(
            subject,
            "mend",
            sentence("cli/connected-but-without-a-credential"),
            wanted,
        )
    if not courier.subscribed:
        wanted = sentence("cli/before-it-answers-the-candidate-subscribes-at")
        return Finding(
            subject,
            "mend",
            sentence("cli/connected-but-without-a-subscription"),
            wanted,
        )
    status = _heartbeat(courier)
    if 200 <= status < 300:
        return Finding(
            subject,
            "ok",
            sentence("cli/connected-subscribed-and-a-heartbeat-was"),
        )
    return _unheard(subject, status)


def _check_entered(couriers: Couriers, subject: Text) -> Finding:
    """Whether the candidate subscribed at all that people entered, and answers a heartbeat of
    each.
    """
    couriers.put_up()
    if couriers.mute:
        return Finding(
            subject,
            "mend",
            sentence("cli/entered-but-without-a-subscription", names=", ".join(couriers.mute)),
            sentence("cli/jidi-couriers-tells-what-to-enter"),
        )
    for courier in couriers.by_hand.values():
        status = _heartbeat(courier)
        if not 200 <= status < 300:
            return _unheard(subject, status)
    names = ", ".join(couriers.by_hand)
    return Finding(subject, "ok", sentence("cli/entered-subscribed-and-heard", names=names))


def _heartbeat(courier: PlayedCourier) -> int:
    """Status with which the candidate answered a heartbeat; 0 for none."""
    message_id = fresh_id()
    exchange = courier.push(PushPlan(message_id, encoded(courier.envelope(message_id, []))))
    response = exchange.response if exchange is not None else None
    return response.status if response is not None else 0


def _unheard(subject: Text, status: int) -> Finding:
    seen = Text(
        f"a heartbeat was answered {status or 'with nothing'}",
        f"心跳推送的应答为 {status}" if status else "心跳推送无应答",
    )
    return Finding(subject, "mend", seen, sentence("cli/see-ds-02-8-and-ds-02"))
