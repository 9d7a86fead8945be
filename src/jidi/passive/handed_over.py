"""What a recording shows that somebody handed over: values to look for in answers, and secrets of
subscriptions. Learnt in a first pass, since an answer may come before it in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jidi.judge.seen import Canary, canaries_in
from jidi.passive.matching import Match, json_of
from jidi.passive.reading.entries import Entry

_WITHHELD: Final = "⟦"
_MOST_CANARIES: Final = 5_000
_SOUGHT: Final = frozenset({"name", "phone", "virtual-number", "room", "address-detail"})
_CONSIGNMENTS: Final = frozenset(
    {"createConsignment", "createConsignmentBatch", "amendConsignment"}
)


class HandedOver:
    """Collects; ``canaries`` are personal values, ``labelled`` the consignments whose label is
    read.
    """

    def __init__(self) -> None:
        self.canaries: dict[Canary, None] = {}
        self.labelled: set[str] = set()
        self._secrets: dict[str, set[str]] = {}
        self._callbacks: dict[str, str] = {}

    def learn(self, match: Match, entry: Entry) -> None:
        """Note what one exchange hands over."""
        operation, response = match.operation, entry.exchange.response
        if operation is None or response is None or not 200 <= response.status < 300:
            return
        if operation.id == "getLabel":
            self.labelled.add(match.parameters.get("consignment_id", ""))
        elif operation.id in _CONSIGNMENTS and len(self.canaries) < _MOST_CANARIES:
            self._take_values(json_of(entry.exchange.request.body))
        elif operation.id == "createSubscription":
            self._subscribed(json_of(entry.exchange.request.body), json_of(response.body))
        elif operation.id == "rotateSubscriptionSecret":
            sent = json_of(entry.exchange.request.body)
            callback = self._callbacks.get(match.parameters.get("subscription_id", ""), "")
            if isinstance(sent, Mapping):
                self._take_secret(callback, sent.get("secret"))

    def _subscribed(self, sent: Any, came: Any) -> None:
        if isinstance(sent, Mapping) and isinstance(came, Mapping):
            self._callbacks[str(came.get("subscription_id"))] = str(sent.get("callback_url"))
            self._take_secret(str(sent.get("callback_url")), sent.get("secret"))

    def secrets_of(self, callback: str) -> list[str]:
        """Secrets with which pushes to that address may be signed."""
        return sorted(self._secrets.get(callback, ()))

    def _take_values(self, sent: Any) -> None:
        self.canaries.update(
            dict.fromkeys(
                one
                for one in canaries_in(sent)
                if one.kind in _SOUGHT and _WITHHELD not in one.value
            )
        )

    def _take_secret(self, callback: str, secret: Any) -> None:
        if callback and isinstance(secret, str) and _WITHHELD not in secret:
            self._secrets.setdefault(callback, set()).add(secret)
