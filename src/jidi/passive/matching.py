"""Which exchange of a recording is which operation of the candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, unquote

from jidi.drive.candidate.discovery import DISCOVERY_PATH, version_entry
from jidi.errors import OperatorError
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Request
from jidi.model.roles import ROLES
from jidi.model.urls import url_parts
from jidi.passive.reading.entries import Entry
from jidi.registry import Operation
from jidi.wording import sentence

_STANDARD_PORTS: Final = frozenset({None, 80, 443})
_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_SENT: Final = frozenset(
    {
        "createConsignment",
        "createConsignmentBatch",
        "createSubscription",
        "rotateSubscriptionSecret",
    }
)
"""What a platform or an integrator calls at couriers, and a recording can be asked about."""
_PUSH_HEADERS: Final = frozenset({"webhook-id", "webhook-signature", "webhook-timestamp"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom the recording is about: its role, the base URL of the version judged, its token
    endpoint, its discovery document (``None``: not seen).
    """

    role: str
    base_url: str
    token_endpoint: str
    discovery: Any


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, with the values of the parameters in the path; ``operation`` ``None`` means a
    push of the candidate.

    ``outgoing``: the candidate called somebody else's system, so its request is judged and not the
    answer. ``below`` is what a callback has below the path of its operation; like every callback it
    may be a secret.
    """

    operation: Operation | None
    parameters: Mapping[str, str]
    outgoing: bool = False
    below: str = ""


def split(url: str) -> SplitResult | None:
    """Parts of a URL, ``None`` when it cannot be taken apart."""
    parts = url_parts(url)
    return parts if parts.hostname and parts.port != 0 else None


@lru_cache(maxsize=2)
def json_of(body: bytes) -> Any:
    """The JSON document in ``body``, ``None`` when there is none; not to be changed, since the last
    two are kept.
    """
    try:
        return read_json(body.decode("utf-8"))
    except (UnicodeDecodeError, NotJsonError):
        return None


def _shown(entries: Iterable[Entry], role: str, base_url: str, version: str) -> Iterator[Candidate]:
    """The systems whose discovery documents are recorded; of every role and at every place, where
    neither is asked for.
    """
    asked = (role,) if role else ROLES
    for document in _discoveries(entries):
        own, found = document.get("role"), str(version_entry(document, version).get("base_url", ""))
        if not found or own not in ROLES or own not in asked:
            continue
        if not base_url or _place(base_url) == _place(found):
            endpoint = document.get("token_endpoint")
            told = endpoint if isinstance(endpoint, str) else ""
            yield Candidate(own, base_url or found, told, document)


def find_candidate(entries: Iterable[Entry], role: str, base_url: str, version: str) -> Candidate:
    """Whom the recording is about: the first system of that role (any, when empty) whose discovery
    document it holds, or who serves ``base_url``.

    Raises:
        OperatorError: neither is known, or the recording shows systems of several roles and none
            was asked for.
    """
    shown = list(_shown(entries, role, base_url, version))
    roles = sorted({one.role for one in shown})
    if len(roles) > 1:  # a platform's traffic shows its couriers too
        raise OperatorError(
            sentence(
                "passive/the-recording-shows-a", roles=", a ".join(roles), roles_zh="、".join(roles)
            ),
            next_step=sentence("passive/say-which-of-them-is-judged-role", roles="|".join(roles)),
        )
    if shown:
        return shown[0]
    if not base_url:
        raise OperatorError(
            "The recording holds no discovery document" + (f" of a {role}." if role else "."),
            next_step=(
                "Say where the version's operations lie: --base-url https://host/path (and --role)."
            ),
            zh=f"录制内容中没有{f' {role} 的' if role else ''}发现文档。",
            zh_next_step=(
                "请指明该版本各操作的基地址：--base-url https://主机/路径（以及 --role）。"
            ),
        )
    if split(base_url) is None:
        raise OperatorError(
            sentence("passive/is-no-http-s-url", base_url=base_url),
            next_step=sentence("passive/write-it-as-https-host-port-path"),
        )
    return Candidate(role or "courier", base_url, "", None)


def _discoveries(entries: Iterable[Entry]) -> Iterator[Mapping[str, Any]]:
    for entry in entries:
        response = entry.exchange.response
        parts = split(entry.exchange.request.url)
        if (
            response is not None
            and response.status == 200
            and parts is not None
            and parts.path == DISCOVERY_PATH
        ):
            document = json_of(response.body)
            if isinstance(document, Mapping):
                yield document


def _place(url: str) -> tuple[str, int | None] | None:
    """Host and port; the standard ports of both schemes are one, so that clear text to a TLS
    address is still seen as the candidate's.
    """
    parts = split(url)
    return (
        None
        if parts is None
        else ((parts.hostname or "").lower(), None if parts.port in _STANDARD_PORTS else parts.port)
    )


class Matcher:
    """Finds operations by method and path."""

    def __init__(self, candidate: Candidate, operations: Sequence[Operation]) -> None:
        self._pushes = candidate.role in {"courier", "integrator"}
        self._place = _place(candidate.base_url)
        base = split(candidate.base_url)
        self._prefix = base.path.rstrip("/") if base is not None else ""
        self._token = split(candidate.token_endpoint) if candidate.token_endpoint else None
        calls = candidate.role in {"platform", "integrator"}
        self._sent = [
            (self._below_any(one), one) for one in operations if calls and one.id in _SENT
        ]
        served = [
            operation
            for operation in operations
            if candidate.role in operation.roles and operation.served_at != "driver"
        ]
        served.sort(
            key=lambda operation: operation.path.count("{")
        )  # a literal path wins over one with parameters
        self._routes = [
            (self._pattern(operation), operation)
            for operation in served
            if operation.served_at in {"version", "origin"}
        ]
        self._issuing = next(
            (operation for operation in served if operation.served_at == "token-endpoint"), None
        )

    def _pattern(self, operation: Operation) -> re.Pattern[str]:
        pieces = _PARAMETER.split(operation.path)
        body = "".join(
            f"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece)
            for index, piece in enumerate(pieces)
        )
        return re.compile(body + (r"(?P<below>/.+)?" if operation.signed else ""))

    def _found(
        self, pattern: re.Pattern[str], operation: Operation, path: str
    ) -> re.Match[str] | None:
        """The prefix comes out of the recording, so it is compared and never part of a pattern."""
        prefix = self._prefix if operation.served_at == "version" else ""
        if not path.startswith(prefix):
            return None
        return pattern.fullmatch(path, len(prefix))

    def _below_any(self, operation: Operation) -> re.Pattern[str]:
        """The path of ``operation`` below whatever base URL a courier has."""
        return re.compile("(?:/.*)?" + _PARAMETER.sub(r"(?P<\1>[^/]+)", operation.path))

    def concerns(self, url: str | None) -> bool:
        """Whether an entry that could not be read may have been the candidate's; one of which the
        URL is not known may be anybody's.
        """
        place = _place(url) if url is not None else None
        token = _place(self._token.geturl()) if self._token is not None else None
        return place is None or place in {self._place, token}

    def match(self, request: Request) -> Match | None:
        """What ``request`` is; ``None`` when it is nothing of the candidate's."""
        parts = split(request.url)
        if parts is None:
            return None
        if self._is_token_endpoint(request.url, parts.path):
            issues = self._issuing is not None and request.method == "POST"
            return Match(self._issuing, {}) if issues else None
        if _place(request.url) == self._place:
            return self._served(request.method, parts.path)
        sent = self._sent_to_others(request, parts.path)
        if sent is not None:
            return sent
        return Match(None, {}) if self._pushes and _is_push(request) else None

    def _is_token_endpoint(self, url: str, path: str) -> bool:
        token = self._token
        return token is not None and _place(url) == _place(token.geturl()) and path == token.path

    def _served(self, method: str, path: str) -> Match | None:
        """The operation of the candidate's own that is asked for."""
        for pattern, operation in self._routes:
            found = self._found(pattern, operation, path) if operation.method == method else None
            if found is not None:
                parts = found.groupdict().items()
                named = {name: unquote(value) for name, value in parts if value is not None}
                below = named.pop("below", "") if operation.signed else ""
                return Match(operation, named, below=below)
        return None

    def _sent_to_others(self, request: Request, path: str) -> Match | None:
        """The operation of a counterparty's that the candidate asks for."""
        for pattern, operation in self._sent:
            found = pattern.fullmatch(path) if operation.method == request.method else None
            if found is None:
                continue
            if operation.id != "createSubscription" or _calls_back(request, self._place):
                named = {name: unquote(value) for name, value in found.groupdict().items()}
                return Match(operation, named, outgoing=True)
        return None


def _calls_back(request: Request, place: tuple[str, int | None] | None) -> bool:
    """Whether a subscription is to be delivered to ``place``; others below the same path are no
    business of the candidate's.
    """
    body = json_of(request.body)
    return (
        isinstance(body, Mapping)
        and isinstance(body.get("callback_url"), str)
        and _place(body["callback_url"]) == place
    )


def _is_push(request: Request) -> bool:
    if request.method != "POST":
        return False
    if any(name.lower() in _PUSH_HEADERS for name, _ in request.headers):
        return True
    body = json_of(request.body) if b'"spec_version"' in request.body else None
    return isinstance(body, Mapping) and {"id", "type", "data"} <= body.keys()
