"""Whether a platform or an integrator can be connected to a courier that the kit plays, and answers
its push.
"""

from __future__ import annotations

from jidi.cli.preflight.advice import Finding
from jidi.drive import Client, PushPlan, Receiver, encoded, fresh_id, make_driver
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.playing.clock import CandidateClock, ask_clock
from jidi.run.playing.played_couriers import Couriers, Surroundings


def check_couriers(
    client: Client, target: Target, registry: Registry, receiver: Receiver
) -> Finding:
    """What came of connecting one courier for a moment, and of one heartbeat from it."""
    subject = Text("couriers", "快递企业")
    if target.couriers:
        names = ", ".join(settings.name for settings in target.couriers)
        return Finding(
            subject,
            "note",
            Text(
                f"{names}: connected by people, seen during the run only",
                f"{names}：由人工连接，仅在运行中可见",
            ),
        )
    clock = CandidateClock()
    couriers = Couriers(Surroundings(target, receiver, client, registry, clock))
    courier = couriers.fresh("doctor")
    driver = make_driver(target, client.send, client.credentials.learn)
    ask_clock(target, driver, clock)
    outcome = driver.act("connect-courier", courier.connection)
    if outcome.result is None:
        how = Text(
            "Mend 'driver', or give 'couriers' in the target file.",
            "请修正 driver，或在目标文件中给出 couriers。",
        )
        return Finding(subject, "mend", outcome.failure, how)
    if not couriers.adopt(courier, outcome.result):
        wanted = Text(
            "connect-courier must give client_id and client_secret.",
            "connect-courier 须返回 client_id 与 client_secret。",
        )
        return Finding(
            subject,
            "mend",
            Text("connected, but without a credential", "已连接，但未给出凭据"),
            wanted,
        )
    if not courier.subscribed:
        wanted = Text(
            "Before it answers, the candidate subscribes at the courier.",
            "应答之前，受测方须在快递企业处创建订阅。",
        )
        return Finding(
            subject,
            "mend",
            Text("connected, but without a subscription", "已连接，但未创建订阅"),
            wanted,
        )
    message_id = fresh_id()
    exchange = courier.push(PushPlan(message_id, encoded(courier.envelope(message_id, []))))
    status = (
        exchange.response.status if exchange is not None and exchange.response is not None else 0
    )
    if 200 <= status < 300:
        return Finding(
            subject,
            "ok",
            Text(
                "connected, subscribed, and a heartbeat was taken", "已连接并订阅，心跳推送已被接受"
            ),
        )
    seen = Text(
        f"a heartbeat was answered {status or 'with nothing'}",
        f"心跳推送的应答为 {status}" if status else "心跳推送无应答",
    )
    return Finding(
        subject, "mend", seen, Text("See DS-02.8 and DS-02.9.", "参见 DS-02.8 与 DS-02.9。")
    )
