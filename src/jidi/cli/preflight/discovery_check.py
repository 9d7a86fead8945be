"""Whether the candidate can be reached, and whether its discovery document says what a run
needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jidi.cli.preflight.advice import NOTHING, Finding
from jidi.drive import WELL_KNOWN, Client, Outgoing
from jidi.drive.http.client import host_of
from jidi.drive.keeping.foreign import shown, shown_zh
from jidi.model.exchange import Exchange
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.preflight import read_discovery, version_entry
from jidi.wording.reasons import failure_zh

_SHOWN_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Discovery:
    """The discovery document as it came, and when it came."""

    exchange: Exchange
    document: dict[str, Any]

    def base_url(self, version: str) -> str:
        """Base URL of ``version``, without a slash at the end, or empty."""
        return str(version_entry(self.document, version).get("base_url", "")).rstrip("/")

    def limit(self, name: str, fallback: float) -> float:
        """A declared figure, or ``fallback`` when it is missing or no number."""
        limits = self.document.get("limits")
        value = limits.get(name) if isinstance(limits, dict) else None
        return (
            float(value)
            if isinstance(value, int | float) and not isinstance(value, bool)
            else fallback
        )


def fetch_discovery(client: Client, target: Target) -> tuple[Discovery | None, Finding]:
    """The discovery document, and whether the candidate could be reached at all."""
    url = target.base_url.rstrip("/") + WELL_KNOWN
    exchange = client.follow(
        Outgoing("GET", url, (("Accept", "application/json"),), credential="none")
    )[-1]
    subject = Text("reachability", "可达性")
    if exchange.failure is not None or exchange.response is None:
        detail = (
            f"{exchange.failure.kind}: {exchange.failure.detail}"
            if exchange.failure
            else "no answer"
        )
        return None, Finding(
            subject,
            "mend",
            Text(f"{url}: {detail}", f"{url}：{failure_zh(exchange.failure)}"),
            _how_to_reach(exchange),
        )
    document, reason = read_discovery(exchange)
    if document is None:
        seen = Text(
            f"{url} gives no discovery document: {reason.en}.",
            f"{url} 未给出发现文档：{reason.zh}。",
        )
        return None, Finding(
            subject,
            "mend",
            seen,
            Text(
                "Serve the discovery document there with status 200.",
                "请在此地址以状态 200 提供发现文档。",
            ),
        )
    elapsed = (exchange.finished - exchange.started) * 1000
    return Discovery(exchange, document), Finding(
        subject,
        "ok",
        Text(f"{url} answered in {elapsed:.0f} ms", f"{url} 在 {elapsed:.0f} 毫秒内应答"),
    )


def _how_to_reach(exchange: Exchange) -> Text:
    kind = exchange.failure.kind if exchange.failure else ""
    if kind == "tls":
        return Text(
            "Mend the certificate, or name the authority that issued it under tls.ca_file in the "
            "target file.",
            "请修复证书，或在目标文件的 tls.ca_file 中给出签发机构证书。",
        )
    if kind == "unresolved":
        return Text(
            "Mend base_url in the target file: its host name has no address.",
            "请修正目标文件中的 base_url：该主机名无法解析。",
        )
    return Text(
        "Start the candidate, or mend base_url in the target file.",
        "请启动受测方，或修正目标文件中的 base_url。",
    )


def check_discovery(registry: Registry, target: Target, discovery: Discovery) -> Iterator[Finding]:
    """Whether the document is valid, and fits the target file and this kit."""
    subject = Text("discovery", "发现文档")
    faults = registry.validate("discovery", discovery.document)
    for fault in faults[:_SHOWN_FAULTS]:
        place, en = shown(fault.pointer or "/"), shown(fault.message)
        zh = shown_zh(fault.message, fault.message_zh)
        yield Finding(
            subject,
            "mend",
            Text(f"{place}: {en}", f"{place}：{zh}"),
            Text(f"See {fault.requirement}.", f"见 {fault.requirement}。")
            if fault.requirement
            else NOTHING,
        )
    if not faults:
        yield Finding(subject, "ok", Text("valid by its schema", "符合模式"))
    role = shown(discovery.document.get("role"))
    if role != target.role:
        yield Finding(
            subject,
            "mend",
            Text(
                f"it says role '{role}', the target file '{target.role}'",
                f"其角色为“{role}”，目标文件为“{target.role}”",
            ),
            Text("Make the two agree.", "请使两者一致。"),
        )
    if discovery.document.get("environment") == "production":
        yield Finding(
            subject,
            "mend",
            Text("it says environment 'production'", "其环境为 production"),
            Text("Certify a sandbox only.", "只能认证沙箱环境。"),
        )
    yield from _check_base_url(registry, target, discovery)


def _check_base_url(registry: Registry, target: Target, discovery: Discovery) -> Iterator[Finding]:
    subject = Text("version", "版本")
    base_url = discovery.base_url(registry.version)
    if not base_url:
        detail = Text(
            f"version {registry.version} is not offered", f"未提供版本 {registry.version}"
        )
        yield Finding(
            subject,
            "mend",
            detail,
            Text(
                "Declare it under 'versions' with its base_url.",
                "请在 versions 中声明该版本及其 base_url。",
            ),
        )
        return
    host = host_of(base_url)
    if host not in target.hosts:
        base_url, host = shown(base_url), shown(host)
        detail = Text(
            f"{base_url} lies on {host}, which the target file does not list",
            f"{base_url} 位于 {host}，目标文件未列出",
        )
        yield Finding(
            subject,
            "mend",
            detail,
            Text(
                "Add it to 'hosts' in the target file if it is yours.",
                "若属于你方，请加入目标文件的 hosts。",
            ),
        )
        return
    yield Finding(
        subject,
        "ok",
        Text(f"{registry.version}: {shown(base_url)}", f"{registry.version}：{shown(base_url)}"),
    )
