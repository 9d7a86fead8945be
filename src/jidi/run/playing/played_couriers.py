"""The couriers that the kit plays in a run: two for all of it, connected before the first scenario,
and fresh ones for single scenarios (docs/standard/platforms-and-integrators.md).
"""

from __future__ import annotations

import secrets
import string
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from jidi.counterparty.courier_rules import CourierRules
from jidi.drive.candidate.drivers import Driver
from jidi.drive.http.client import Client, is_declared
from jidi.drive.keeping import Place
from jidi.drive.played.played_courier import CourierSetup, PlayedCourier
from jidi.drive.receiver import Receiver
from jidi.model.incoming.arrivals import ReceivedPush
from jidi.model.incoming.drive_outcome import WORKED
from jidi.model.target import Auth, CourierSettings, Party, Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.journal_writer import Recorder
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.partners import RECORDS, SHARED
from jidi.wording import sentence

_ARRIVAL_S: Final = 12.0
_MOST_RECORDED: Final = 5_000
"""Arrivals of one courier that are written although no step asked for them; a candidate that sends
more than this in a run floods the journal.
"""


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
    """

    around: Surroundings
    shared: dict[str, PlayedCourier] = field(default_factory=dict)
    client_ids: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Text] = field(default_factory=dict)
    patience_s: float = 15.0

    def __post_init__(self) -> None:
        self._rules = CourierRules.of(self.around.registry)
        self._lock = threading.Lock()
        self._recorded: set[tuple[str, int]] = set()

    @property
    def connected(self) -> frozenset[str]:
        """Names of the shared couriers for which a credential at the candidate is at hand."""
        return frozenset(self.client_ids)

    @property
    def mute(self) -> tuple[str, ...]:
        """Names of couriers, connected by hand, that cannot push: a subscription is known to the
        run only in which it was made.
        """
        return tuple(
            settings.name
            for settings in self.around.target.couriers
            if not self.shared[settings.name].subscribed
        )

    def connect(self, driver: Driver, recorder: Recorder) -> None:
        """Put up the shared couriers and connect them, unless the target file says that people did;
        ``faults`` says why one is not connected.

        A candidate that was connected by hand is given ``patience_s`` to subscribe; without that it
        cannot be pushed to.
        """
        given = {settings.name: settings for settings in self.around.target.couriers}
        for name, code in SHARED.items():
            self.shared[name] = self._made(name, code, given.get(name))
        for name, courier in self.shared.items():
            if name in given:
                self._as_given(name)
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
        while not all(self.shared[name].subscribed for name in given) and time.monotonic() < until:
            if not self.around.client.deadline.sleep(0.1):
                return

    def fresh(self, name: str) -> PlayedCourier:
        """A courier for one scenario, up but not connected."""
        return self._made(
            name, "KIT" + "".join(secrets.choice(string.ascii_uppercase) for _ in range(6)), None
        )

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

    def record_rest(self, recorder: Recorder, couriers: Iterable[PlayedCourier]) -> None:
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

    def _as_given(self, name: str) -> None:
        party = self.around.target.party(name)
        if party is None:
            text = sentence("run/the-target-file-gives-couriers-but-no", name=name)
            self.faults[name] = text
        else:
            self.client_ids[name] = party.auth.client_id

    def _made(self, name: str, code: str, given: CourierSettings | None) -> PlayedCourier:
        around = self.around
        shared = name in SHARED
        setup = CourierSetup(
            name=name,
            code=code,
            party=name if shared else code,
            segment=name if given is not None else f"{name}-{secrets.token_urlsafe(9)}",
            client_id=given.client_id if given is not None else f"kit-{secrets.token_hex(6)}",
            client_secret=given.client_secret if given is not None else secrets.token_urlsafe(24),
            rules=self._rules,
            send=around.client.send,
            learn=around.client.credentials.learn,
            declared=lambda url: is_declared(around.target, url),
            now=lambda: datetime.now(UTC) + around.clock.ahead,
            pushes=around.target.role == "integrator",
        )
        return around.receiver.courier(setup.segment, partial(PlayedCourier, setup))
