"""What may happen to a parcel of a played courier, from the published code lists (DS-02.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

FIRST: Final = "ORDER_CREATED"
CORRECTION: Final = "CORRECTION"
_RETURN_STATES: Final = frozenset({"RETURNING", "RETURNED"})
_NOT_MEMBERS: Final = frozenset(
    {"waybill_no", "event_code", "state", "event_id", "sequence", "recorded_at"}
)
_ALWAYS: Final = (True, "always")
_CONSENTED: Final = frozenset({"PROXY", "PICKUP_POINT"})


class RefusedScanError(Exception):
    """A scan that a courier would not record; ``slug`` is the problem type, the message a
    sentence.
    """

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


def shown(moment: datetime) -> str:
    """A time in RFC 3339 with milliseconds and offset."""
    return moment.isoformat(timespec="milliseconds")


class Lifecycle:
    """Event codes, transitions and usual reasons as tables."""

    def __init__(
        self, events: Mapping[str, Any], transitions: Mapping[str, Any], reasons: Mapping[str, Any]
    ) -> None:
        self._codes: Mapping[str, Mapping[str, Any]] = {row["code"]: row for row in events["codes"]}
        self._moves = frozenset((row["from"], row["to"]) for row in transitions["transitions"])
        self._reasons: Sequence[Mapping[str, Any]] = reasons["codes"]

    @classmethod
    def of(cls, code_list: Callable[[str], Mapping[str, Any]]) -> Lifecycle:
        """The tables of the version whose code lists ``code_list`` gives by name."""
        return cls(code_list("event-codes"), code_list("transitions"), code_list("reason-codes"))

    def state_of(self, code: str, direction: str) -> str:
        """The state to which an event of ``code`` leads.

        Raises:
            RefusedScanError: there is no such code.
        """
        if code not in self._codes:
            raise RefusedScanError("validation-failed", f"there is no event code {code!r}")
        row = self._codes[code]
        return str(row["state_when_reverse"] if direction == "REVERSE" else row["state"])

    def members(
        self, wish: Mapping[str, Any], trail: Sequence[Mapping[str, Any]], now: datetime
    ) -> dict[str, Any]:
        """The members of the next event that describe what happened: those of ``wish``, and what
        its code needs besides.
        """
        code = str(wish["event_code"])
        self.state_of(code, "FORWARD")
        needed = self._codes[code]["requires"]
        made: dict[str, Any] = {
            "direction": self._direction(code, trail),
            "classifier": "ACT",
            "occurred_at": shown(now),
        }
        usual = {
            "reason_code": self._reason(code),
            "signatory_type": "SELF",
            "user_consent": {"basis": "ORDER_OPTION", "obtained_at": shown(now)},
            "handed_over_to": {"carrier_code": "OTHER"},
        }
        made |= {name: value for name, value in usual.items() if needed.get(name) in _ALWAYS}
        if wish.get("signatory_type") in _CONSENTED:
            made["user_consent"] = usual["user_consent"]
        if wish.get("classifier") == "EST":
            made["expected_at"] = shown(now + timedelta(days=1))
        return made | {name: value for name, value in wish.items() if name not in _NOT_MEMBERS}

    def state_after(
        self, code: str, members: Mapping[str, Any], trail: Sequence[Mapping[str, Any]], state: str
    ) -> str:
        """The state after an event with ``members`` on a parcel in ``state``; an estimate moves
        nothing.

        Raises:
            RefusedScanError: the table has no such move, or a correction names nothing that it
                could correct.
        """
        if members["classifier"] == "EST":
            return state
        if code == CORRECTION:
            return _corrected(trail, members.get("corrects"))
        after = self.state_of(code, members["direction"])
        if (state, after) not in self._moves:
            raise RefusedScanError(
                "state-conflict", f"{code} leads to {after}, which cannot follow {state}"
            )
        return after

    def _direction(self, code: str, trail: Sequence[Mapping[str, Any]]) -> str:
        state = self._codes[code]["state"]
        if state in _RETURN_STATES:
            return "REVERSE"
        return (
            "REVERSE"
            if trail and trail[-1]["direction"] == "REVERSE" and state != "DELIVERED"
            else "FORWARD"
        )

    def _reason(self, code: str) -> str:
        return next(
            (str(row["code"]) for row in self._reasons if code in row.get("usual_for", ())), "OTHER"
        )


def _corrected(trail: Sequence[Mapping[str, Any]], corrects: Any) -> str:
    if not isinstance(corrects, Mapping):
        raise RefusedScanError(
            "validation-failed", "a correction says in 'corrects' what it corrects"
        )
    target = next((event for event in trail if event["event_id"] == corrects.get("event_id")), None)
    if target is None or target["event_code"] == CORRECTION:
        raise RefusedScanError(
            "state-conflict",
            "corrects.event_id names no event of this parcel that can be corrected",
        )
    marks = [event["corrects"] for event in trail if event["event_code"] == CORRECTION] + [corrects]
    voided = {mark.get("event_id") for mark in marks if mark.get("voids")}
    standing = [event for event in trail if _is_act(event) and event["event_id"] not in voided]
    if not standing:
        raise RefusedScanError("state-conflict", "the first event cannot be voided")
    return str(standing[-1]["state"])


def _is_act(event: Mapping[str, Any]) -> bool:
    """Whether it tells of something that happened to the parcel."""
    return bool(event["event_code"] != CORRECTION and event["classifier"] == "ACT")
