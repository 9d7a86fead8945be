"""``jidi couriers``: what people enter in a platform or an integrator that has no action for it."""

from __future__ import annotations

import secrets

import click

from jidi.cli.language import command, option, translate
from jidi.cli.preflight import discovered
from jidi.cli.speaking import say
from jidi.drive import Client, load_target
from jidi.errors import TargetError, UnreachableError
from jidi.model.roles import LEVELS
from jidi.model.target import Target
from jidi.run.data import load_data
from jidi.run.playing.entering import entering, to_enter
from jidi.run.playing.played_couriers import Couriers
from jidi.run.staging import STANDARD_VERSION
from jidi.wording import sentence

_EVERY_S = 0.2


@command("couriers", text=sentence("cli/couriers-help"))
@click.argument("target")
@option(
    "--level",
    type=click.Choice(LEVELS),
    default="core",
    show_default=True,
    text=sentence("cli/couriers-level"),
)
@option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=3_600,
    show_default=True,
    text=sentence("cli/couriers-wait"),
)
def couriers(target: str, level: str, wait: float) -> int:
    """0 when the candidate subscribed at every one, 3 when not."""
    loaded = load_target(target)
    _refuse(loaded)
    registry, catalogue = load_data(STANDARD_VERSION)
    with Client(loaded) as client:
        discovery = discovered(client, loaded)
        names = to_enter(catalogue, loaded, LEVELS[LEVELS.index(level)], discovery.document)
        with entering(loaded, client, registry, names) as played:
            return _wait(played, client, wait)


def _refuse(target: Target) -> None:
    if target.role == "courier":
        raise TargetError(
            sentence("cli/couriers-are-played-for-others", path=target.path),
            next_step=sentence("cli/couriers-for-platforms-and-integrators"),
        )
    if not target.couriers_key:
        raise TargetError(
            sentence("cli/couriers-without-a-key", path=target.path),
            next_step=sentence("cli/couriers-give-a-key", key=secrets.token_urlsafe(18)),
        )


def _wait(played: Couriers, client: Client, wait: float) -> int:
    """Tell what to enter and wait for the candidate to subscribe; Ctrl-C ends it sooner."""
    _tell(played)
    left, waiting = wait, set(played.by_hand)
    try:
        while True:
            for name in sorted(waiting - set(played.mute)):
                say(translate(sentence("cli/couriers-subscribed", name=name)))
            waiting &= set(played.mute)
            if not waiting or left <= 0 or not client.deadline.sleep(_EVERY_S):
                break
            left -= _EVERY_S
    except KeyboardInterrupt:
        say("")
    _tell_what_is_left(played)
    if waiting:
        listed = ", ".join(sorted(waiting))
        say(translate(sentence("cli/couriers-not-subscribed", listed=listed)), err=True)
        return UnreachableError.exit_code
    return 0


def _tell(played: Couriers) -> None:
    """One value a line, for whoever copies them."""
    for name, courier in played.by_hand.items():
        say(f"{name}\n" + "".join(f"  {what}: {it}\n" for what, it in courier.connection.items()))
    say(translate(sentence("cli/couriers-enter-these")))


def _tell_what_is_left(played: Couriers) -> None:
    """The lines of the target file for couriers whose credentials it lacks."""
    missing = [name for name, courier in played.by_hand.items() if not played.gave(courier)]
    if not missing:
        return
    say(translate(sentence("cli/couriers-then-the-target-file")))
    lines = [f"    {name}: {{client_id: , client_secret: }}" for name in missing]
    say("\n".join(("couriers:", "  entered:", *lines)))
