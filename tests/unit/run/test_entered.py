"""Couriers that people entered in the candidate beforehand: the same in every run, and played with
as if they had been connected.
"""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.run.network import Theatre, load, theatre

from jidi.drive.candidate.target import read_target
from jidi.drive.played.entered import Lasting
from jidi.drive.played.memory import CourierMemory, KeptCourier
from jidi.errors import TargetError
from jidi.model.target import CourierSettings, ReceiverSettings, Target
from jidi.model.text import Text
from jidi.run.planning.plan import Standing, make_plan

KEY = "a-key-of-this-test"
OWN = "couriers/fresh"
PLAYED = """
id: couriers
couriers: [fresh]
needs: {driver: [connect-courier, place-order]}
generate: {order: order}
steps:
  - {id: connect, drive: {action: connect-courier, parameters: $fresh.connection}}
  - id: place
    drive: {action: place-order, parameters: {courier_code: $fresh.code, order: $order}}
  - id: arrival
    receive: {courier: fresh, op: createConsignment, within: 3, after: place}
    check:
      - {id: in-time, req: DS-01.4, in-time: true}
  - id: subscription
    receive: {courier: fresh, op: createSubscription, within: 1, after: connect, at-least: 1}
    check:
      - {id: callback, req: DS-08.1, value: "$subscription.request.body#/callback_url", matches: "http://.+"}
  - id: beat
    push: {from: fresh, heartbeat: true}
    check:
      - {id: heard, req: DS-02.8, status: 200}
  - id: read
    call: {op: listReceivedEvents, as: fresh}
    check:
      - {id: own-credential, req: DS-02.8, value: "$connect.result#/client_id", equals: gave-fresh}
"""


def port() -> int:
    """One that is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def entered(folder: Path, listen: int) -> Callable[[Target], Target]:
    """The target when people have entered three couriers."""
    names = ("east", "west", OWN)
    return lambda target: replace(
        target,
        path=str(folder / "target.yaml"),
        receiver=ReceiverSettings("127.0.0.1", listen),
        couriers_key=KEY,
        couriers=tuple(
            CourierSettings(name, f"gave-{name.rpartition('/')[2]}", "in-secret") for name in names
        ),
    )


@contextmanager
def run(folder: Path, name: str, listen: int) -> Iterator[Theatre]:
    """One run of several on the same target."""
    place = folder / name
    place.mkdir()
    with theatre(place, changed=entered(folder, listen)) as made:
        yield made


def enter(house: Theatre) -> None:
    """What people do: each courier is entered once, and the driver can no more."""
    for courier in house.couriers.by_hand.values():
        house.platform.act("connect-courier", courier.connection)
    house.platform.refuses = "connect-courier"


def outcomes(house: Theatre, text: str) -> dict[str, str]:
    """Outcome, or reason of the fail, by the check's id."""
    return {
        verdict.check.rsplit("/", 1)[1]: verdict.reason or verdict.outcome.value
        for verdict in house.play(text)
    }


def test_scenarios_are_played_with_what_people_entered(tmp_path: Path) -> None:
    """The driver is not asked; how the candidate subscribed is seen; nothing secret is written."""
    with run(tmp_path, "one", port()) as house:
        assert house.couriers.mute == ("east", "west", OWN)
        enter(house)
        assert house.couriers.mute == ()
        assert house.couriers.connected == {"east", "west"}
        assert set(outcomes(house, PLAYED).values()) == {"pass"}
        text = house.journal.read_text("utf-8")
        secrets = house.stage.client.credentials.secrets()
        assert not [one for one in secrets if len(one) > 8 and one in text]
        assert KEY in secrets


def test_a_later_run_goes_on_with_the_subscriptions(tmp_path: Path) -> None:
    """Address, credential, subscription and secrets are those of the first, whatever was rotated
    meanwhile, and the run knows that the courier was used.
    """
    listen = port()
    with run(tmp_path, "one", listen) as house:
        enter(house)
        house.play(PLAYED)
        own = house.couriers.entered[OWN]
        before = own.connection
        (first,) = own._courier.lasting.subscriptions
        token = house.platform.connections[own.code].token
        body = json.dumps({"secret": "whsec_" + "b" * 44, "overlap_s": 60}).encode()
        path = f"{own.base_url}/subscriptions/{first.subscription_id}/secret-rotation"
        answered = house.platform.asks(path, body, token)
        assert answered == 200
    with run(tmp_path, "two", listen) as house:
        again = house.couriers.entered[OWN]
        assert house.couriers.mute == ()
        assert again.connection == before
        (kept,) = again._courier.lasting.subscriptions
        assert (kept.secret, kept.previous) == ("whsec_" + "b" * 44, first.secret)
        assert house.couriers.worn == {OWN}
        assert [one.operation for one in again.arrivals] == ["createSubscription"]
        assert kept.secret in house.stage.client.credentials.secrets()


def test_instances_of_a_scenario_take_turns(tmp_path: Path) -> None:
    """A courier is played with by one at a time, and free afterwards."""
    with run(tmp_path, "one", port()) as house:
        enter(house)
        courier = house.couriers.enters("couriers", "fresh")
        turn = house.couriers._played[courier.segment]
        assert turn.locked()
        house.couriers.leaves(courier)
        assert not turn.locked()
        assert set(outcomes(house, PLAYED).values()) == {"pass"}
        assert not turn.locked()


def test_who_is_entered_follows_from_the_key() -> None:
    """The same with the same key, wholly other with another, and no two alike."""
    mine, again = Lasting.of(KEY, OWN), Lasting.of(KEY, OWN)
    assert mine == again
    others = [Lasting.of("another-key-of-it", OWN), Lasting.of(KEY, "couriers/second")]
    for other in others:
        assert other.segment != mine.segment
        assert other.code != mine.code
        assert other.client_id != mine.client_id
        assert other.client_secret != mine.client_secret
    assert mine.segment.startswith("fresh-")
    assert len(mine.segment) >= len("fresh-") + 12
    assert len(mine.client_secret) == 32


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    """The file has no rights for others, and belongs to one key."""
    target = str(tmp_path / "target.yaml")
    memory = CourierMemory(target)
    memory.keep("fresh-x", KeptCourier())
    memory.mark_played("fresh-x")
    path = tmp_path / "target.couriers.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert CourierMemory(target).of("fresh-x").played
    assert CourierMemory(target).of("fresh-y") == KeptCourier()
    memory.keep("fresh-x", KeptCourier())
    assert CourierMemory(target).of("fresh-x").played


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"couriers": {"a": {"more": 1}}}',
        b'{"couriers": 1e999}',
        b"[" * 99999,
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is left as it is, and said."""
    path = tmp_path / "target.couriers.json"
    path.write_bytes(content)
    with pytest.raises(TargetError, match="is not what played couriers keep"):
        CourierMemory(str(tmp_path / "target.yaml"))
    assert path.read_bytes() == content


def document(**couriers: Any) -> dict[str, Any]:
    """A target file with couriers."""
    return {
        "jidi-target": 1,
        "name": "p",
        "role": "platform",
        "base_url": "http://127.0.0.1:1",
        "receiver": {"listen": "127.0.0.1:8443"},
        "couriers": couriers,
    }


def test_the_target_file_says_what_the_candidate_gave(tmp_path: Path) -> None:
    """Names of couriers are those that jidi couriers tells."""
    gave = {"client_id": "a", "client_secret": "b"}
    read = read_target(document(key=KEY, entered={"east": gave, OWN: gave}), tmp_path / "t.yaml")
    assert read.couriers == (CourierSettings("east", "a", "b"), CourierSettings(OWN, "a", "b"))
    assert read.couriers_key == KEY


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"couriers": {"entered": {}}}, "'couriers.key' is missing"),
        ({"couriers": {"key": "short"}}, "fewer than 16 characters"),
        ({"couriers": {"key": KEY, "entered": {"north": {}}}}, "couriers.entered"),
        ({"couriers": {"key": KEY, "entered": {"east": {"client_id": "a"}}}}, "is missing"),
        ({"receiver": {"listen": "127.0.0.1:0"}}, "fixed port"),
        ({"receiver": {}}, "fixed port"),
    ],
)
def test_what_cannot_last_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """A key that can be guessed, a port that changes, a name that nobody asks for."""
    with pytest.raises(TargetError, match=said):
        read_target({**document(key=KEY), **changes}, tmp_path / "t.yaml")


def standing(**changes: Any) -> Standing:
    """What a platform offers whose driver cannot connect couriers."""
    plain: dict[str, Any] = {
        "parties": frozenset({"east", "west"}),
        "role": "platform",
        "couriers": frozenset({"east", "west"}),
        "actions": frozenset({"place-order"}),
        "broken": {},
        "has_driver": True,
        "entered": {OWN: "KITAAAAAA"},
    }
    discovery = {"capabilities": {}, "limits": {}}
    return Standing(discovery, True, **{**plain, **changes})


GROWS = PLAYED.replace("op: listReceivedEvents", "op: listAuditRecords")


@pytest.mark.parametrize(
    ("text", "changes", "state", "reason"),
    [
        (PLAYED, {}, "planned", ""),
        (PLAYED, {"worn": frozenset({OWN})}, "planned", ""),
        (GROWS, {}, "planned", ""),
        (GROWS, {"worn": frozenset({OWN})}, "not-exercised", "courier-used"),
        (PLAYED, {"entered": {}}, "not-exercised", "no-driver-connect-courier"),
        (PLAYED, {"entered": {"other/fresh": "K"}}, "not-exercised", "no-driver-connect-courier"),
        (PLAYED, {"entered": {}, "actions": None}, "planned", ""),
        (
            PLAYED,
            {"broken": {"KITAAAAAA": Text("refused", "被拒绝")}},
            "config-error",
            f"credentials-{OWN}",
        ),
        (PLAYED, {"actions": frozenset()}, "not-exercised", "no-driver-place-order"),
    ],
)
def test_entered_couriers_are_planned_with(
    text: str, changes: dict[str, Any], state: str, reason: str
) -> None:
    """They stand for connect-courier, each for its scenario; what is counted of one that was used
    is not known.
    """
    (entry,) = make_plan([load(text)], standing(**changes))
    assert (entry.state, entry.reason) == (state, reason)
