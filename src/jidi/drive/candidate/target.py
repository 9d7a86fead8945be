"""Loads target files, and makes a target of a bare base URL."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jidi.drive.candidate.discovery import DISCOVERY_PATH
from jidi.drive.candidate.target_faults import check_target
from jidi.drive.http.client import Client
from jidi.drive.http.failures import speaks_plain_http
from jidi.drive.played.entered import LEAST_KEY
from jidi.errors import DataError, TargetError, UnreachableError
from jidi.language.json_texts import read_loosely
from jidi.model.outgoing import Outgoing
from jidi.model.roles import ROLES
from jidi.model.target import (
    NEUTRAL_CLIENT,
    Auth,
    CourierSettings,
    DriverSettings,
    Party,
    ReceiverSettings,
    Target,
    TlsSettings,
)
from jidi.model.urls import NotAUrlError, host_and_port, read_url
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh, system_zh

MAX_FILE_BYTES = 1024 * 1024


_ADDRESS: Final = re.compile(r"[A-Za-z0-9.-]+:[0-9]{1,5}(?:/[!-~]*)?")
"""Host and port without a scheme."""


def load_target(source: str) -> Target:
    """The target in the YAML or JSON file ``source``, or the candidate at the base URL ``source``
    (then without parties and without driver).

    Raises:
        TargetError: the file cannot be used; the message names the member and never a secret.
        UnreachableError: a URL was given and no discovery document with a role was found there.
    """
    if source.lower().startswith(("http://", "https://")):
        return _from_url(source)
    path = Path(source)
    return read_target(_parse(path), path)


def read_target(document: Any, path: Path) -> Target:
    """The target that ``document`` describes; files that it names lie relative to ``path``.

    Raises:
        TargetError: a member is missing, unknown or wrong, or a secret cannot be found.
    """
    check_target(document, path)
    reader = _Reader(path)
    parties = tuple(
        reader.party(name, value) for name, value in document.get("parties", {}).items()
    )
    driver = reader.driver(document.get("driver", {"kind": "none"}))
    base_url = document["base_url"].rstrip("/")
    urls = {
        "base_url": base_url,
        "driver.url": driver.url,
        **{
            f"parties.{party.name}.auth.token_endpoint": party.auth.token_endpoint
            for party in parties
        },
    }
    hosts = {_host(path, member, url) for member, url in urls.items() if url}
    hosts |= {place for host in document.get("hosts", []) for place in _declared(host)}
    ca_file = document.get("tls", {}).get("ca_file", "")
    return Target(
        name=document["name"],
        role=document["role"],
        base_url=base_url,
        hosts=frozenset(hosts),
        parties=parties,
        driver=driver,
        receiver=_receiver(path, document.get("receiver", {})),
        tls=TlsSettings(reader.existing("tls.ca_file", ca_file)),
        path=str(path),
        user_agent=document.get("user_agent", NEUTRAL_CLIENT),
        couriers=tuple(
            reader.courier(name, value)
            for name, value in document.get("couriers", {}).get("entered", {}).items()
        ),
        couriers_key=reader.couriers_key(document),
    )


def _parse(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        text = data.decode("utf-8")
    except OSError as error:
        raise TargetError(
            sentence(
                "drive/the-target-cannot-be-read",
                path=str(path),
                strerror=error.strerror,
                path_zh=path,
                error_zh=system_zh(error),
            ),
            next_step=sentence("drive/scheme-is-missing", address=f"http://{path}")
            if _ADDRESS.fullmatch(str(path))
            else sentence("drive/give-a-target-file-or-a-base"),
        ) from error
    except UnicodeDecodeError as error:
        raise TargetError(
            sentence("drive/is-not-utf-8-text", path=path),
            next_step=sentence("drive/save-it-as-utf-8"),
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise TargetError(
            sentence("drive/is-larger-than-bytes", path=path, max_file_bytes=MAX_FILE_BYTES),
            next_step=sentence("drive/give-a-target-file"),
        )
    try:
        return load_yaml(text, str(path))
    except DataError as error:
        raise TargetError(
            error.message, next_step="Mend the file.", zh=error.zh, zh_next_step="请修正该文件。"
        ) from error


class _Reader:
    """Builds the parts of a target and finds what lies outside the file: secrets and PEM files."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.parent

    def party(self, name: str, value: Mapping[str, Any]) -> Party:
        member, auth = f"parties.{name}", value["auth"]
        found = Auth(
            type=auth["type"],
            token=self.secret(f"{member}.auth.token", auth.get("token", "")),
            client_id=auth.get("client_id", ""),
            client_secret=self.secret(
                f"{member}.auth.client_secret", auth.get("client_secret", "")
            ),
            scope=auth.get("scope", ""),
            token_endpoint=auth.get("token_endpoint", ""),
            client_auth=auth.get("client_auth", "basic"),
            certificate=self.existing(f"{member}.auth.certificate", auth.get("certificate", "")),
            key=self.existing(f"{member}.auth.key", auth.get("key", "")),
        )
        return Party(name, found, self.headers(member, value.get("headers", {})))

    def courier(self, name: str, value: Mapping[str, Any]) -> CourierSettings:
        """A courier that people entered, with what the candidate gave it."""
        member = f"couriers.entered.{name}.client_secret"
        return CourierSettings(
            name, value["client_id"], self.secret(member, value["client_secret"])
        )

    def couriers_key(self, document: Mapping[str, Any]) -> str:
        """The key of the couriers that people enter, whose addresses must stay what they are."""
        given = document.get("couriers", {}).get("key", "")
        listen = str(document.get("receiver", {}).get("listen", "127.0.0.1:0"))
        if given and listen.endswith(":0"):
            raise TargetError(
                sentence("drive/couriers-need-a-fixed-port", path=self._path),
                next_step=sentence("drive/give-receiver-listen-a-fixed-port"),
            )
        key = self.secret("couriers.key", given)
        if key and len(key) < LEAST_KEY:
            raise TargetError(
                sentence("drive/couriers-key-is-too-short", path=self._path, least=LEAST_KEY),
                next_step=sentence("drive/jidi-couriers-makes-a-key"),
            )
        return key

    def driver(self, value: Mapping[str, Any]) -> DriverSettings:
        command = tuple(value.get("command", ()))
        if command and "/" in command[0]:
            command = (str((self._folder / command[0]).resolve()), *command[1:])
        return DriverSettings(
            kind=value["kind"],
            url=value.get("url", ""),
            headers=self.headers("driver", value.get("headers", {})),
            command=command,
            timeout_s=float(value.get("timeout_s", 30.0)),
            actions=tuple(value["actions"]) if "actions" in value else None,
        )

    def headers(self, member: str, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, self.secret(f"{member}.headers.{name}", text)) for name, text in value.items()
        )

    def secret(self, member: str, value: Any) -> str:
        """The text of a secret, wherever it stands."""
        if isinstance(value, str):
            return self._one_line(member, value) if value else ""
        if "env" in value:
            text = os.environ.get(value["env"], "")
            if not text:
                raise TargetError(
                    sentence(
                        "drive/comes-from-the-environment-variable-which-is",
                        path=self._path,
                        member=member,
                        env=value["env"],
                    ),
                    next_step=sentence("drive/set", env=value["env"]),
                )
            return self._one_line(member, text)
        return self._one_line(member, self._content(member, value["file"]))

    def existing(self, member: str, value: str) -> str:
        """Absolute path of a file that must be there."""
        if not value:
            return ""
        found = (self._folder / value).resolve()
        if not found.is_file():
            raise TargetError(
                sentence(
                    "drive/names-which-is-no-file", path=self._path, member=member, found=found
                ),
                next_step=sentence("drive/mend-the-path-it-is-relative-to"),
            )
        return str(found)

    def _content(self, member: str, value: str) -> str:
        found = Path(self.existing(member, value))
        try:
            return found.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise TargetError(
                sentence(
                    "drive/cannot-be-read-as-text", path=self._path, member=member, found=found
                ),
                next_step=sentence("drive/check-the-file-and-its-rights"),
            ) from error

    def _one_line(self, member: str, text: str) -> str:
        if not text or not text.isprintable():
            raise TargetError(
                sentence(
                    "drive/is-empty-or-has-control-characters", path=self._path, member=member
                ),
                next_step=sentence("drive/give-the-bare-secret-without-line-ends"),
            )
        return text


def _host(path: Path, member: str, url: str) -> str:
    try:
        return host_and_port(read_url(url))
    except NotAUrlError as error:
        raise TargetError(
            sentence("drive/is-which-is-no-url", path=path, member=member, url=url),
            next_step=sentence("drive/write-it-as-http-s-host-port"),
        ) from error


def _declared(host: str) -> tuple[str, ...]:
    """A host as written in the file; without a port both standard ports are meant."""
    name, separator, port = host.lower().rpartition(":")
    if separator and not host.endswith("]") and port.isdigit():
        return (f"{name}:{port}",)
    return (f"{host.lower()}:443", f"{host.lower()}:80")


def _receiver(path: Path, value: Mapping[str, Any]) -> ReceiverSettings:
    host, _, port = str(value.get("listen", "127.0.0.1:0")).rpartition(":")
    if int(port) > 65535:
        raise TargetError(
            sentence(
                "drive/receiver-listen-is-and-port-does-not",
                path=path,
                listen=value["listen"],
                port=port,
            ),
            next_step=sentence("drive/take-a-port-up-to-65535"),
        )
    return ReceiverSettings(host.strip("[]"), int(port), value.get("public_url", ""))


def _from_url(source: str) -> Target:
    try:
        place = host_and_port(read_url(source))
    except NotAUrlError as error:
        raise TargetError(
            sentence("drive/is-no-url", source=source),
            next_step=sentence("drive/from-url-write-it-as-http-s-host-port"),
        ) from error
    base_url = source.removesuffix(DISCOVERY_PATH).rstrip("/")
    guess = Target(place, "courier", base_url, frozenset({place}), ())
    with Client(guess) as client:
        last = client.follow(
            Outgoing(
                "GET",
                base_url + DISCOVERY_PATH,
                (("Accept", "application/json"),),
                credential="none",
                operation="getDiscovery",
            )
        )[-1]
    if last.failure is not None or last.response is None:
        detail = f"{last.failure.kind}, {last.failure.detail}" if last.failure else "no answer"
        raise UnreachableError(
            sentence(
                "drive/gives-no-discovery-document",
                base_url=base_url,
                well_known=DISCOVERY_PATH,
                detail=detail,
                failure_zh=failure_zh(last.failure),
            ),
            next_step=sentence("drive/speaks-plain-http")
            if speaks_plain_http(last.failure)
            else sentence("drive/check-the-address-and-that-the-system"),
        )
    role = _role(last.response.body) if last.response.status == 200 else None
    if role not in ROLES:
        raise UnreachableError(
            sentence(
                "drive/answers-without-a-discovery-document-that",
                base_url=base_url,
                well_known=DISCOVERY_PATH,
                status=last.response.status,
            ),
            next_step=sentence("drive/check-the-address-or-write-a-target"),
        )
    return Target(place, role, base_url, frozenset({place}), ())


def _role(body: bytes) -> Any:
    try:
        document = read_loosely(body)
    except (ValueError, RecursionError):
        return None
    role = document.get("role") if isinstance(document, dict) else None
    return role if isinstance(role, str) else None
