"""What surrounds the exchanges of a run: credentials, transport, clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from jidi.cli.preflight.advice import Finding
from jidi.cli.preflight.discovery_check import Discovery
from jidi.drive import Client, CredentialFailure, Outgoing
from jidi.drive.http.client import host_of
from jidi.drive.keeping.foreign import shown
from jidi.model.target import Party, Target
from jidi.model.text import Text
from jidi.model.urls import url_parts
from jidi.wording.reasons import failure_zh

_SKEW_LIMIT_S = 5.0
_TLS: Final = Text("TLS", "TLS")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_credentials(client: Client, target: Target, base_url: str) -> Iterator[Finding]:
    """Whether each party's credential is accepted; the probe is a read of ``/status`` below
    ``base_url``, which is empty when it is not known.
    """
    if not target.parties:
        detail = Text(
            "none: nothing that needs a credential can be exercised",
            "未配置：需要凭据的项目均为未检验",
        )
        yield Finding(
            Text("parties", "对手方"),
            "mend",
            detail,
            Text("Write a target file: jidi init URL", "请生成目标文件：jidi init URL"),
        )
    if base_url:
        for party in target.parties:
            yield _check_party(client, party, base_url)


def _check_party(client: Client, party: Party, base_url: str) -> Finding:
    subject = Text(f"party {party.name}", f"对手方 {party.name}")
    if party.auth.type == "none":
        return Finding(subject, "ok", Text("has no credential, on purpose", "按配置不带凭据"))
    credential = client.credentials.headers_for(party.name)
    if isinstance(credential, CredentialFailure):
        return Finding(
            subject,
            "mend",
            credential.cause,
            _how_to_get_one(credential),
        )
    exchange = client.send(
        Outgoing(
            "GET",
            f"{base_url}/status",
            (("Accept", "application/json"),),
            party=party.name,
            operation="getStatus",
        )
    )
    if exchange.response is None:
        failure = exchange.failure
        return Finding(
            subject,
            "mend",
            Text(f"{failure.kind}: {failure.detail}" if failure else "", failure_zh(failure)),
            Text("Look why /status does not answer.", "请查明 /status 为何无应答。"),
        )
    status = exchange.response.status
    if status == 401:
        return Finding(
            subject,
            "mend",
            Text(f"{party.auth.type}: refused with 401", f"{party.auth.type}：被以 401 拒绝"),
            Text(
                "Mend its 'auth' in the target file: it is unknown, expired or of another "
                "environment.",
                "请修正目标文件中该方的 auth：未知、已过期或属于其他环境。",
            ),
        )
    if status >= 500:
        return Finding(
            subject,
            "mend",
            Text(f"/status answered {status}", f"/status 返回 {status}"),
            Text("Look at the candidate's log.", "请查看受测方日志。"),
        )
    return Finding(
        subject,
        "ok",
        Text(
            f"{party.auth.type}: accepted, /status answered {status}",
            f"{party.auth.type}：已接受，/status 返回 {status}",
        ),
    )


def _how_to_get_one(failed: CredentialFailure) -> Text:
    exchange = failed.exchange
    if exchange is None or exchange.failure is None or exchange.failure.kind != "forbidden-host":
        return Text("Mend its 'auth' in the target file.", "请修正目标文件中该方的 auth。")
    host = shown(host_of(exchange.request.url))
    return Text(
        f"Add {host} to 'hosts' in the target file, with its port, if the credentials may go "
        "there.",
        f"若允许向其发送凭据，请将 {host}（含端口）加入目标文件的 hosts。",
    )


def check_tls(target: Target, reached: bool) -> Finding:
    """Whether the way to the candidate is protected; ``reached`` says that the certificate held."""
    parts = url_parts(target.base_url)
    if parts.scheme == "https":
        return _certificate(reached)
    if parts.hostname in _LOOPBACK:
        return Finding(_TLS, "ok", Text("none, on this machine only", "未使用，仅限本机"))
    return Finding(
        _TLS,
        "note",
        Text(
            "plain HTTP beyond this machine: requirements on transport cannot be held",
            "经网络使用明文 HTTP：传输安全要求无法满足",
        ),
        Text("Serve https.", "请改用 https。"),
    )


def _certificate(reached: bool) -> Finding:
    if reached:
        return Finding(_TLS, "ok", Text("certificate verified", "证书验证通过"))
    return Finding(_TLS, "note", Text("not known, for want of an answer", "无应答，无法判断"))


def check_clock(discovery: Discovery) -> Finding:
    """How far the candidate's clock is from ours, by the Date header, which has a resolution of one
    second.
    """
    subject = Text("clock", "时钟")
    response = discovery.exchange.response
    value = response.header("date") if response else None
    try:
        theirs = parsedate_to_datetime(value or "")
    except ValueError:
        return Finding(
            subject,
            "note",
            Text("the answer has no usable Date header", "应答没有可用的 Date 头"),
            Text("Compare the clocks by hand.", "请人工核对时钟。"),
        )
    ours = datetime.now(UTC).timestamp() - (time.monotonic() - discovery.exchange.finished)
    skew = max(0.0, abs(theirs.timestamp() + 0.5 - ours) - 0.5)
    limit = max(_SKEW_LIMIT_S, discovery.limit("clock_skew_s", _SKEW_LIMIT_S))
    detail = Text(
        f"{skew:.1f} s apart, {limit:.0f} s allowed", f"相差 {skew:.1f} 秒，允许 {limit:.0f} 秒"
    )
    if skew <= limit:
        return Finding(subject, "ok", detail)
    return Finding(
        subject,
        "mend",
        detail,
        Text("Let both machines take their time from an NTP server.", "请让两端通过 NTP 校时。"),
    )
