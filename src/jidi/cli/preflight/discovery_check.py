"""Whether the candidate can be reached, and whether its discovery document says what a run
needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jidi.cli.preflight.advice import NOTHING, Finding
from jidi.drive import Client
from jidi.drive.candidate.discovery import (
    DISCOVERY_PATH,
    named_urls,
    read_discovery,
    version_entry,
)
from jidi.drive.http.failures import speaks_plain_http
from jidi.drive.keeping.foreign import shown, shown_zh
from jidi.errors import UnreachableError
from jidi.language.json_texts import figure
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.model.urls import host_of
from jidi.registry import Registry
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

_SHOWN_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Discovery:
    """The discovery document as it came, and when it came; ``asked`` is what the address itself
    answered, which is another exchange where a redirect led on.
    """

    exchange: Exchange
    document: dict[str, Any]
    asked: Exchange

    def base_url(self, version: str) -> str:
        """Base URL of ``version``, without a slash at the end, or empty."""
        return str(version_entry(self.document, version).get("base_url", "")).rstrip("/")

    def limit(self, name: str, fallback: float) -> float:
        """A declared figure, or ``fallback`` when it is missing or no number."""
        limits = self.document.get("limits")
        value = figure(limits.get(name)) if isinstance(limits, dict) else None
        return fallback if value is None else value


def discovered(client: Client, target: Target) -> Discovery:
    """The discovery document, for a command that can do nothing without it.

    Raises:
        UnreachableError: there is none; it says what to do.
    """
    discovery, reached = fetch_discovery(client, target)
    if discovery is None:
        raise UnreachableError(
            reached.detail.en,
            next_step=reached.next_step.en,
            zh=reached.detail.zh,
            zh_next_step=reached.next_step.zh,
        )
    return discovery


def fetch_discovery(client: Client, target: Target) -> tuple[Discovery | None, Finding]:
    """The discovery document, and whether the candidate could be reached at all."""
    url = target.base_url.rstrip("/") + DISCOVERY_PATH
    way = client.follow(Outgoing("GET", url, (("Accept", "application/json"),), credential="none"))
    exchange = way[-1]
    subject = sentence("cli/reachability")
    if exchange.failure is not None or exchange.response is None:
        detail = (
            f"{exchange.failure.kind}: {exchange.failure.detail}"
            if exchange.failure
            else "no answer"
        )
        return None, Finding(
            subject,
            "mend",
            sentence(
                "cli/fetch-discovery",
                url=url,
                detail=detail,
                failure_zh=failure_zh(exchange.failure),
            ),
            _how_to_reach(exchange),
        )
    document, reason = read_discovery(exchange)
    if document is None:
        seen = sentence("cli/gives-no-discovery-document", url=url, reason=reason)
        return None, Finding(
            subject,
            "mend",
            seen,
            sentence("cli/serve-the-discovery-document-there-with"),
        )
    elapsed = (exchange.finished - exchange.started) * 1000
    return Discovery(exchange, document, way[0]), Finding(
        subject,
        "ok",
        sentence("cli/answered-in-ms", url=url, elapsed=elapsed),
    )


def _how_to_reach(exchange: Exchange) -> Text:
    kind = exchange.failure.kind if exchange.failure else ""
    if speaks_plain_http(exchange.failure):
        return sentence("drive/speaks-plain-http")
    if kind == "tls":
        return sentence("cli/mend-the-certificate-or-name-the-authority")
    if kind == "unresolved":
        return sentence("cli/mend-base-url-in-the-target-file")
    return sentence("cli/start-the-candidate-or-mend-base-url")


def check_discovery(registry: Registry, target: Target, discovery: Discovery) -> Iterator[Finding]:
    """Whether the document is valid, and fits the target file and this kit."""
    subject = sentence("cli/discovery")
    faults = registry.validate("discovery", discovery.document)
    for fault in faults[:_SHOWN_FAULTS]:
        place, en = shown(fault.pointer or "/"), shown(fault.message)
        zh = shown_zh(fault.message, fault.message_zh)
        yield Finding(
            subject,
            "mend",
            sentence("cli/check-discovery", place=place, en=en, chinese_zh=zh),
            sentence("cli/see", requirement=fault.requirement) if fault.requirement else NOTHING,
        )
    if not faults:
        yield Finding(subject, "ok", sentence("cli/valid-by-its-schema"))
    role = shown(discovery.document.get("role"))
    if role != target.role:
        yield Finding(
            subject,
            "mend",
            sentence("cli/it-says-role-the-target-file", role=role, role_2=target.role),
            sentence("cli/make-the-two-agree"),
        )
    if discovery.document.get("environment") == "production":
        yield Finding(
            subject,
            "mend",
            sentence("cli/it-says-environment-production"),
            sentence("cli/certify-a-sandbox-only"),
        )
    yield from _check_base_url(registry, target, discovery)
    yield from _check_hosts(registry, target, discovery)


def _check_base_url(registry: Registry, target: Target, discovery: Discovery) -> Iterator[Finding]:
    subject = sentence("cli/version")
    base_url = discovery.base_url(registry.version)
    if not base_url:
        detail = sentence("cli/version-is-not-offered", version=registry.version)
        yield Finding(
            subject,
            "mend",
            detail,
            sentence("cli/declare-it-under-versions-with-its-base"),
        )
        return
    host = host_of(base_url)
    if host not in target.hosts:
        base_url, host = shown(base_url), shown(host)
        detail = sentence("cli/lies-on-which-the-target-file-does", base_url=base_url, host=host)
        yield Finding(
            subject,
            "mend",
            detail,
            sentence("cli/add-it-to-hosts-in-the-target"),
        )
        return
    yield Finding(
        subject,
        "ok",
        sentence("cli/check-base-url", version=registry.version, base_url=shown(base_url)),
    )


def _check_hosts(registry: Registry, target: Target, discovery: Discovery) -> Iterator[Finding]:
    """Addresses that a run calls besides, on hosts that the target does not list; of the token
    endpoint whoever has credentials for it finds out.
    """
    base_url = version_entry(discovery.document, registry.version).get("base_url")
    for place, url in named_urls(discovery.document).items():
        if place == "/token_endpoint" or url == base_url or target.declares(url):
            continue
        yield Finding(
            sentence("cli/discovery"),
            "note",
            sentence(
                "cli/named-on-a-host-that-is-not-listed", place=place, host=shown(host_of(url))
            ),
            sentence("cli/add-it-to-hosts-or-it-is-not-exercised"),
        )
