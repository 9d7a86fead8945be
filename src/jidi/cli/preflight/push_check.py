"""Whether the candidate can be made to act, and whether its pushes arrive."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jidi.cli.preflight.advice import Finding
from jidi.cli.preflight.courier_check import check_couriers
from jidi.cli.preflight.discovery_check import Discovery
from jidi.drive import Client, Endpoint, Outgoing, Receiver, make_driver
from jidi.errors import DataError, TargetError
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange
from jidi.model.target import Party, Target
from jidi.model.text import Text
from jidi.registry import Registry

_PATIENCE_S = 5.0
_LONGEST_S = 60.0


def check_driver(client: Client, target: Target) -> Finding:
    """Whether the driver answers; asked for an expired token, which changes nothing."""
    subject = Text("driver", "驱动")
    kind = target.driver.kind
    if kind == "none":
        detail = Text(
            "none: what needs a scan is not exercised", "未配置：需要扫描动作的项目将为未检验"
        )
        return Finding(
            subject,
            "note",
            detail,
            Text("Add 'driver' to the target file.", "请在目标文件中添加 driver。"),
        )
    if kind == "manual":
        return Finding(
            subject,
            "note",
            Text("manual: a person is asked during the run", "人工：运行时会请人操作"),
        )
    outcome = make_driver(target, client.send, client.credentials.learn).act(
        "issue-token", {"variant": "expired"}
    )
    if outcome.result is not None:
        return Finding(subject, "ok", Text(f"{kind}: answers", f"{kind}：有应答"))
    told = Text(f"{kind}: {outcome.failure.en}", f"{kind}：{outcome.failure.zh}")
    if outcome.unsupported:
        return Finding(
            subject,
            "note",
            told,
            Text("What needs this action is not exercised.", "需要此动作的项目将为未检验。"),
        )
    return Finding(
        subject,
        "mend",
        told,
        Text("Mend 'driver' in the target file.", "请修正目标文件中的 driver。"),
    )


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One subscription, one consignment and one scan, to see one push; the subscription is deleted
    again.
    """

    client: Client
    target: Target
    registry: Registry
    discovery: Discovery

    def run(self, receiver: Receiver) -> Finding:
        """What came of it; tries one party after the other until one may subscribe."""
        subject = Text("push", "推送")
        by_hand = Text(
            "Without a driver, check by hand: from the candidate's machine, curl -i the "
            "receiver's public address during a run.",
            "无法自动检查时，请在运行期间于受测方机器上 curl -i 接收端公开地址。",
        )
        base_url = self.discovery.base_url(self.registry.version)
        endpoint = receiver.open("doctor")
        for party in self.target.parties:
            answer = self._post(
                party,
                f"{base_url}/subscriptions",
                "createSubscription",
                _subscription(endpoint.url),
            )
            if answer.response is None or answer.response.status not in {200, 201}:
                continue
            subscription_id = _member(answer, "subscription_id")
            try:
                return self._provoke(party, base_url, endpoint)
            finally:
                self.client.send(
                    Outgoing(
                        "DELETE",
                        f"{base_url}/subscriptions/{subscription_id}",
                        party=party.name,
                        operation="deleteSubscription",
                    )
                )
        return Finding(
            subject,
            "mend",
            Text(
                f"no party may subscribe to {endpoint.url}",
                f"没有任何对手方能以 {endpoint.url} 订阅",
            ),
            by_hand,
        )

    def _provoke(self, party: Party, base_url: str, endpoint: Endpoint) -> Finding:
        subject = Text("push", "推送")
        placed = self._post(
            party, f"{base_url}/consignments", "createConsignment", self._consignment()
        )
        waybill_no = _member(placed, "waybill_no")
        if not waybill_no:
            status = str(placed.response.status) if placed.response else ""
            refused = Text(
                f"a test consignment was not accepted: {status or 'no answer'}",
                f"测试寄递单未被接受：{status or '无应答'}",
            )
            return Finding(subject, "note", refused)
        outcome = make_driver(self.target, self.client.send).act(
            "record-scan", {"waybill_no": waybill_no, "event_code": "ACCEPTED"}
        )
        if outcome.result is None:
            return Finding(
                subject,
                "note",
                Text(
                    f"no scan could be made: {outcome.failure.en}",
                    f"无法产生扫描：{outcome.failure.zh}",
                ),
            )
        began = time.monotonic()
        patience = min(
            _LONGEST_S, _PATIENCE_S + 2 * self.discovery.limit("push_latency_s", _PATIENCE_S)
        )
        if endpoint.wait(bool, began + patience):
            return Finding(
                subject,
                "ok",
                Text(
                    f"arrived {time.monotonic() - began:.1f} s after a scan",
                    f"扫描后 {time.monotonic() - began:.1f} 秒到达",
                ),
            )
        return Finding(
            subject,
            "mend",
            Text(
                f"none arrived at {endpoint.url} within {patience:.0f} s of a scan",
                f"扫描后 {patience:.0f} 秒内 {endpoint.url} 未收到推送",
            ),
            Text(
                "Set receiver.public_url to an address that the candidate reaches.",
                "请将 receiver.public_url 设为受测方可访问的地址。",
            ),
        )

    def _consignment(self) -> dict[str, Any]:
        examples = self.registry.examples("valid", "consignment")
        if not examples:
            raise DataError(
                "There is no valid example of a consignment.", next_step="Install jidi again."
            )
        return {**examples[0].instance, "order_no": f"DOCTOR-{secrets.token_hex(8)}"}

    def _post(self, party: Party, url: str, operation: str, body: dict[str, Any]) -> Exchange:
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("Idempotency-Key", f"doctor-{secrets.token_hex(16)}"),
        )
        return self.client.send(
            Outgoing(
                "POST",
                url,
                headers,
                json.dumps(body, ensure_ascii=False).encode(),
                party.name,
                operation=operation,
            )
        )


def check_pushes(rehearsal: Rehearsal, *, rehearse: bool) -> Iterator[Finding]:
    """Whether the receiver can listen, is reached under its public address, and, with ``rehearse``,
    gets a push that the candidate was made to send.
    """
    subject = Text("receiver", "接收端")
    receiver = Receiver(rehearsal.target.receiver)
    try:
        receiver.start()
    except TargetError as error:
        yield Finding(
            subject,
            "mend",
            Text(error.message, error.zh),
            Text(error.next_step, error.zh_next_step),
        )
        return
    try:
        probe = receiver.probe()
        if probe.ok:
            yield Finding(
                subject,
                "ok",
                Text(f"listens and is reached at {probe.url}", f"正在监听，可经 {probe.url} 访问"),
            )
        else:
            how = Text(
                "From here that may be normal; from the candidate's machine, try: curl -i",
                "本机访问失败未必有问题；请在受测方机器上执行：curl -i",
            )
            seen = Text(f"{probe.url}: {probe.detail.en}", f"{probe.url}：{probe.detail.zh}")
            yield Finding(
                subject, "note", seen, Text(f"{how.en} {probe.url}", f"{how.zh} {probe.url}")
            )
        if rehearsal.target.role != "courier":
            yield check_couriers(rehearsal.client, rehearsal.target, rehearsal.registry, receiver)
        elif rehearse:
            yield rehearsal.run(receiver)
        else:
            detail = Text(
                "not tried, for want of a party with a credential", "没有可用凭据的对手方，未尝试"
            )
            yield Finding(Text("push", "推送"), "note", detail)
    finally:
        receiver.stop()


def _subscription(callback_url: str) -> dict[str, str]:
    return {
        "callback_url": callback_url,
        "secret": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _member(exchange: Exchange, name: str) -> str:
    """A text member of a JSON answer, or empty."""
    try:
        answer = read_loosely(exchange.response.body) if exchange.response else None
    except (ValueError, RecursionError):
        return ""
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""
