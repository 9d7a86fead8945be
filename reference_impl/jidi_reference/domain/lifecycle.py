"""What may happen to a shipment, as the published code lists have it (facts 2.5, 2.6; DS-02.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jidi_reference.domain.problems import Problem

CORRECTION = "CORRECTION"
FIRST_EVENT = "ORDER_CREATED"
FORWARD, REVERSE = "FORWARD", "REVERSE"
ACTUAL, ESTIMATED = "ACT", "EST"


class Lifecycle:
    """Event codes and transitions as tables; an event in these methods is a mapping shaped like a
    shipment-event.
    """

    def __init__(self, code_lists: Mapping[str, Mapping[str, Any]]) -> None:
        """``code_lists``: the published lists by name."""
        self._codes = {entry["code"]: entry for entry in code_lists["event-codes"]["codes"]}
        self._legal = {
            (entry["from"], entry["to"]) for entry in code_lists["transitions"]["transitions"]
        }
        self._reasons = code_lists["reason-codes"]["codes"]
        self.initial_state: str = self._codes[FIRST_EVENT]["state"]

    def requires(self, event_code: str, member: str) -> bool:
        """Whether events of this code always carry a member such as ``reason_code``."""
        return self._codes[event_code]["requires"][member] in (True, "always")

    def usual_reason(self, event_code: str) -> str:
        """A reason that fits the event, for a sandbox caller who names none."""
        fitting = [
            entry["code"] for entry in self._reasons if event_code in entry.get("usual_for", ())
        ]
        return str(fitting[0]) if fitting else "OTHER"

    def usual_direction(self, event_code: str, trail: Sequence[Mapping[str, Any]]) -> str:
        """The way the parcel most likely moves: on as before, unless the event itself tells."""
        if self._codes[event_code]["state"] in ("RETURNING", "RETURNED"):
            return REVERSE
        turned = bool(trail) and trail[-1]["direction"] == REVERSE
        return REVERSE if turned and self._codes[event_code]["state"] != "DELIVERED" else FORWARD

    def cancellation_members(self, cancellation: Mapping[str, Any]) -> dict[str, Any]:
        """How the CANCELLED event carries the reason; the note is free text and stays with the
        courier (PI-07.2).
        """
        return {"external_codes": [{"scheme": "carrier", "code": cancellation["reason_code"]}]}

    def state_after(self, state: str, event_code: str, direction: str) -> str:
        """The state that an actual event leads to.

        Raises:
            Problem: ``state-conflict`` when the table has no such transition.
        """
        entry = self._codes[event_code]
        after: str = entry["state_when_reverse"] if direction == REVERSE else entry["state"]
        if (state, after) not in self._legal:
            raise Problem.conflict(f"{event_code} leads to {after}, which cannot follow {state}.")
        return after

    def state_corrected(
        self, trail: Sequence[Mapping[str, Any]], corrects: Mapping[str, Any]
    ) -> str:
        """The state once a correction is added: that of the last actual event which no correction
        voids.

        Raises:
            Problem: ``state-conflict`` when the event to correct is not one of the trail, is itself
                a correction, or is the first.
        """
        target = next((event for event in trail if event["event_id"] == corrects["event_id"]), None)
        if target is None or target["event_code"] == CORRECTION:
            raise Problem.conflict(
                "corrects.event_id names no event of this shipment that can be corrected."
            )
        corrections = [
            *(event["corrects"] for event in trail if event["event_code"] == CORRECTION),
            corrects,
        ]
        voided = {correction["event_id"] for correction in corrections if correction["voids"]}
        standing = [event for event in trail if self._stands(event, voided)]
        if not standing:
            raise Problem.conflict(
                "The first event cannot be voided; cancel the consignment instead."
            )
        return str(standing[-1]["state"])

    @staticmethod
    def _stands(event: Mapping[str, Any], voided: set[str]) -> bool:
        return (
            event["event_code"] != CORRECTION
            and event["classifier"] == ACTUAL
            and event["event_id"] not in voided
        )
