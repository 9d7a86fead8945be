"""Calls of the demonstration: sandbox actions, and readings with a partner's credential."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from jidi_reference.network.processes import Partner
from jidi_reference.network.waiting import looks
from jidi_reference.settings import API_PATH

_TIMEOUT_S = 15
_PAUSE_S = 0.2
_BACK_S = 120
_PAGE = 500
_SCOPES = (
    "consignments:write",
    "consignments:read",
    "events:read",
    "subscriptions:write",
    "status:read",
    "waybill-numbers:write",
)


class CallError(RuntimeError):
    """A partner refused what a demonstration may expect to work."""


def act(partner: Partner, action: str, **parameters: Any) -> dict[str, Any]:
    """The result of a sandbox action; a partner that is just being restarted, or was started again
    since and has another token now, is asked again.

    Raises:
        CallError: it refuses, or does not come back.
    """
    for _ in looks(_PAUSE_S, _BACK_S):
        driver = partner.target["driver"]
        try:
            answer = requests.post(
                driver["url"],
                json={"action": action, "parameters": parameters},
                headers=driver["headers"],
                timeout=_TIMEOUT_S,
            )
        except requests.RequestException:
            continue
        if answer.status_code == 200:
            return dict(answer.json()["result"])
        if answer.status_code != 401:
            raise CallError(
                f"{partner.name} answered {answer.status_code} to {action}: {answer.text[:300]}"
            )
    raise CallError(f"{partner.name} does not come back")


@dataclass
class Reader:
    """A caller at a partner; ``credential`` is its client id and secret."""

    partner: Partner
    credential: tuple[str, str]
    _token: str = ""
    _cursors: dict[str, str] = field(default_factory=dict)

    def everything(self, listing: str) -> Iterator[dict[str, Any]]:
        """All items of a listing such as ``/events``, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._page(listing, cursor)
            yield from page["items"]
            cursor = page["next_cursor"]

    def fresh(self, listing: str) -> list[dict[str, Any]]:
        """What has come since the last look; nothing while the partner is away."""
        try:
            page = self._page(listing, self._cursors.get(listing, ""))
        except (requests.RequestException, CallError):
            return []
        self._cursors[listing] = page["resume_cursor"]
        return list(page["items"])

    def _page(self, listing: str, cursor: str) -> dict[str, Any]:
        query = {"limit": str(_PAGE), **({"cursor": cursor} if cursor else {})}
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self._token}", "Processing-Purpose": "DELIVERY"}
            answer = requests.get(
                f"{self.partner.base_url}{API_PATH}{listing}",
                params=query,
                headers=headers,
                timeout=_TIMEOUT_S,
            )
            if answer.status_code == 200:
                return dict(answer.json())
            form = {"grant_type": "client_credentials"}
            granted = requests.post(
                f"{self.partner.base_url}/oauth/token",
                data=form,
                auth=self.credential,
                timeout=_TIMEOUT_S,
            )
            self._token = str(granted.json().get("access_token", ""))
        raise CallError(
            f"{self.partner.name} answered {answer.status_code} to {listing}: {answer.text[:300]}"
        )


@dataclass(frozen=True)
class Link:
    """A connection: ``upper`` sends consignments to ``lower``, which pushes events back.

    ``below``: the upper side's caller at the lower; ``above``: the lower side's caller at the
    upper.
    """

    code: str
    upper: Partner
    lower: Partner
    below: Reader
    above: Reader


def connect(upper: Partner, code: str, lower: Partner, **account: str) -> Link:
    """Connect two partners; ``account`` goes into the upper side's registration at the lower."""
    made = act(
        lower,
        "provision-partner",
        name=f"{upper.name} {code} {secrets.token_hex(2)}",
        scopes=list(_SCOPES),
        **account,
    )
    url = f"{lower.base_url}/.well-known/express-data-sharing"
    given = act(upper, "connect-courier", courier_code=code, discovery_url=url, **made)
    credentials = [(one["client_id"], one["client_secret"]) for one in (made, given)]
    return Link(code, upper, lower, Reader(lower, credentials[0]), Reader(upper, credentials[1]))
