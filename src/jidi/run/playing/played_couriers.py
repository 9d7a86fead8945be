"""The couriers that the kit plays in a run: two for all of it, connected before the first scenario,
and fresh ones for single scenarios (docs/standard/platforms-and-integrators.md).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol

from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.serving.identifiers import identifier
from jidi.drive.candidate.drivers import Driver
from jidi.drive.http.client import Client
from jidi.drive.keeping import Place
from jidi.drive.played.entered import ENTERED_BELOW, Lasting
from jidi.drive.played.memory import NOTHING_KEPT, CourierMemory
from jidi.drive.played.played_courier import CourierSetup, PlayedCourier
from jidi.drive.receiver import Receiver
from jidi.model.exchange import Exchange
from jidi.model.incoming.arrivals import ReceivedPush
from jidi.model.incoming.drive_outcome import WORKED, DriveOutcome
from jidi.model.target import Auth, Party, Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.partners import RECORDS, SHARED, fresh_code
from jidi.wording import sentence

_ARRIVAL_S: Final = 12.0
_TURN_S: Final = 0.2
_MOST_RECORDED: Final = 5_000
"""Arrivals of one courier that are written although no step asked for them; a candidate that sends
more than this in a run floods the journal.
"""


class Noting(Protocol):
    """What writes what played couriers see and do; the recorder of the run has this shape."""

    def drive(
        self, place: Place, action: str, parameters: Mapping[str, Any], outcome: DriveOutcome
    ) -> None:
        """Write one action of the candidate."""

    def exchange(self, exchange: Exchange, place: Place) -> object:
        """Write one exchange at ``place``."""

    def take(self, scenario: str) -> object:
        """Forget what was kept of ``scenario``."""


@dataclass(frozen=True)
class Surroundings:
    """What played couriers need of a run."""

    target: Target
    receiver: Receiver
    client: Client
    registry: Registry
    clock: CandidateClock


@dataclass
class Couriers:
    """All played couriers of a run; a run against a courier has none. Safe to use from many
    threads.

    ``shared`` are those that live for the whole run; ``entered`` those that people entered for
    single scenarios, as ``scenario/courier``.
    """

    around: Surroundings
    shared: dict[str, PlayedCourier] = field(default_factory=dict)
    entered: dict[str, PlayedCourier] = field(default_factory=dict)
    client_ids: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Text] = field(default_factory=dict)
    patience_s: float = 15.0

    def __post_init__(self) -> None:
        self._rules = CourierRules.of(self.around.registry)
        self._lock = threading.Lock()
        self._recorded: set[tuple[str, int]] = set()
        target = self.around.target
        self._memory = CourierMemory(target.path if target.couriers_key else "")
        self._given = {settings.name: settings for settings in target.couriers}
        self._played: dict[str, threading.Lock] = {}
        self._fresh: set[str] = set()
        self.worn: frozenset[str] = frozenset()

    @property
    def connected(self) -> frozenset[str]:
        """Names of the shared couriers for which a credential at the candidate is at hand."""
        return frozenset(self.client_ids)

    @property
    def mute(self) -> tuple[str, ...]:
        """Names of couriers, entered by hand, that cannot push: the candidate did not subscribe."""
        return tuple(name for name, one in self.by_hand.items() if not one.subscribed)

    @property
    def by_hand(self) -> dict[str, PlayedCourier]:
        """Those that people entered, by the names that the target file gives them."""
        return {
            name: courier
            for name, courier in (self.shared | self.entered).items()
            if name in self._given
        }

    def connect(self, driver: Driver, recorder: Noting) -> None:
        """Put up the shared couriers and connect them, unless the target file says that people did;
        ``faults`` says why one is not connected.

        A candidate that was connected by hand is given ``patience_s`` to subscribe; without that it
        cannot be pushed to.
        """
        self.put_up()
        for name, courier in self.shared.items():
            if name in self._given:
                continue
            outcome = driver.act("connect-courier", courier.connection)
            recorder.drive(
                Place("", RECORDS, f"connect-{name}"),
                "connect-courier",
                courier.connection,
                outcome,
            )
            if outcome.result is None or not self.adopt(courier, outcome.result):
                without = sentence("run/connect-courier-gave-no-client-id-and")
                self.faults[name] = without if outcome.failure == WORKED else outcome.failure
        until = time.monotonic() + self.patience_s
        while self.mute and time.monotonic() < until:
            if not self.around.client.deadline.sleep(0.1):
                return

    def put_up(self) -> None:
        """Put up the shared couriers, and those that people entered with the credentials that the
        candidate gave them.
        """
        for name, code in SHARED.items():
            self.shared[name] = self._made(name, code, name if name in self._given else "")
        for name in self._given.keys() - SHARED.keys():
            lasting = self._lasting(name)
            self.entered[name] = self._made(name.rpartition("/")[2], lasting.code, name)
            self._played[lasting.segment] = threading.Lock()
        self.worn = frozenset(
            name for name, one in self.entered.items() if self._memory.of(one.segment).played
        )
        for name, courier in self.by_hand.items():
            self.adopt(courier, self.gave(courier, name))

    def gave(self, courier: PlayedCourier, name: str = "") -> dict[str, str]:
        """The credential that the candidate gave a courier that people entered; else nothing."""
        known = name or next((one for one, it in self.by_hand.items() if it is courier), "")
        settings = self._given.get(known)
        if settings is None or not settings.client_id:
            return {}
        return {"client_id": settings.client_id, "client_secret": settings.client_secret}

    def enters(self, scenario: str, name: str) -> PlayedCourier:
        """The courier that is ``name`` in ``scenario`` (its base): a shared one, the one that
        people entered for it, once nobody else plays with that, or a fresh one.
        """
        courier = self.shared.get(name) or self.entered.get(f"{scenario}/{name}")
        if courier is None:
            return self.fresh(name)
        if courier.segment in self._played:
            while not self._played[courier.segment].acquire(timeout=_TURN_S):
                if self.around.client.deadline.over:
                    break
            self._memory.mark_played(courier.segment)
        return courier

    def since(self, courier: PlayedCourier) -> int:
        """From which arrival on a scenario listens: from its own begin, but from the first with a
        courier that is used for the first time.
        """
        own = courier.name not in self.shared
        if own and courier.party not in self._fresh:
            self._fresh.add(courier.party)
            return 0
        return len(courier.arrivals)

    def leaves(self, courier: PlayedCourier) -> None:
        """The scenario is over: a fresh one goes, one that people entered is free again."""
        turn = self._played.get(courier.segment)
        if turn is None:
            self.around.receiver.dismiss(courier)
        elif turn.locked():
            turn.release()

    def fresh(self, name: str) -> PlayedCourier:
        """A courier for one scenario, up but not connected."""
        return self._made(name, fresh_code())

    def adopt(self, courier: PlayedCourier, result: Mapping[str, Any]) -> bool:
        """Take the credential that ``connect-courier`` gave; whether there was one."""
        pair = [result.get(name) for name in ("client_id", "client_secret")]
        if not all(
            isinstance(one, str) and one.isprintable() and 0 < len(one) <= 4096 for one in pair
        ):
            return False
        client_id, client_secret = map(str, pair)
        self.around.client.credentials.add(
            Party(courier.party, Auth("oauth2", client_id=client_id, client_secret=client_secret))
        )
        if courier.name in self.shared and self.shared[courier.name] is courier:
            self.client_ids[courier.name] = client_id
        return True

    def holder(
        self, waybill_no: str, others: Iterable[PlayedCourier], deadline: float
    ) -> PlayedCourier | None:
        """The courier to which the consignment with this waybill number was sent, waiting for it
        until ``deadline`` (monotonic), at most 12 s.
        """
        couriers = (*others, *self.shared.values())
        until = min(deadline, time.monotonic() + _ARRIVAL_S)
        while True:
            found = next((courier for courier in couriers if courier.holds(waybill_no)), None)
            if found is not None or time.monotonic() >= until:
                return found
            self.around.client.deadline.sleep(0.05)

    def noted(self, courier: PlayedCourier, arrival: ReceivedPush) -> None:
        """Remember that ``arrival`` stands in the journal."""
        with self._lock:
            self._recorded.add((courier.party, arrival.index))

    def record_rest(self, recorder: Noting, couriers: Iterable[PlayedCourier]) -> None:
        """Write what arrived and no step asked for: the sweeps look at everything that the
        candidate sent.
        """
        for courier in couriers:
            for arrival in courier.arrivals[:_MOST_RECORDED]:
                with self._lock:
                    known = (courier.party, arrival.index) in self._recorded
                    self._recorded.add((courier.party, arrival.index))
                if not known:
                    recorder.exchange(
                        arrival.exchange,
                        Place(
                            "", RECORDS, courier.name, index=arrival.index, receiver=courier.name
                        ),
                    )
            recorder.take(RECORDS)

    def _lasting(self, name: str) -> Lasting:
        return Lasting.of(self.around.target.couriers_key, name)

    def _made(self, name: str, code: str, entered: str = "") -> PlayedCourier:
        """A courier that is up; ``entered`` is its name in the target file, if people entered
        it.
        """
        around = self.around
        shared = name in SHARED
        lasting = (
            self._lasting(entered)
            if entered
            else Lasting(
                secrets.token_urlsafe(16 + secrets.randbelow(12)),
                code,
                identifier(code.lower()),
                secrets.token_urlsafe(24),
            )
        )
        setup = CourierSetup(
            name=name,
            code=code,
            party=name if shared else code,
            segment=lasting.segment,
            client_id=lasting.client_id,
            client_secret=lasting.client_secret,
            rules=self._rules,
            send=around.client.send,
            learn=around.client.credentials.learn,
            declared=around.target.declares,
            now=lambda: datetime.now(UTC) + around.clock.ahead,
            pushes=around.target.role == "integrator",
            kept=self._memory.of(lasting.segment) if entered else NOTHING_KEPT,
            keep=partial(self._memory.keep, lasting.segment) if entered else None,
        )
        below = ENTERED_BELOW if entered else ""
        return around.receiver.courier(setup.segment, partial(PlayedCourier, setup), below)
