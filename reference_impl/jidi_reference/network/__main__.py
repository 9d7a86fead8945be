"""``python -m jidi_reference.network``: a day of parcels through a platform, an integrator and two
couriers.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from jidi_reference.network.callers import CallError
from jidi_reference.network.day import parcels
from jidi_reference.network.flow import Day
from jidi_reference.network.picture import Picture
from jidi_reference.network.processes import NotReadyError, Partner
from jidi_reference.network.reconciliation import reconcile
from jidi_reference.network.topology import Network, running
from jidi_reference.network.waiting import looks

_TICK_S = 0.1
_SETTLE_S = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; 0 when both ends of everything agree, 1 when they do not, 3 when the
    network does not run.
    """
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="jidi-network-") as folder,
            running(Path(folder)) as network,
        ):
            return _play(network, options)
    except (NotReadyError, CallError, TimeoutError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    except KeyboardInterrupt:
        return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Ends as Ctrl-C does, so that the partners are stopped."""
    raise KeyboardInterrupt


def _play(network: Network, options: argparse.Namespace) -> int:
    chinese = options.lang == "zh"
    made = parcels(options.parcels, list(network.routes), options.seed)
    accidents = _accidents(network) if options.restarts else iter(())
    day = Day(network, made, options.seconds)
    try:
        with Picture(options.lang) as picture:
            due = next(accidents, None)
            for _ in looks(_TICK_S):
                if not day.step():
                    break
                if due is not None and day.seen.clock_s >= due[0]:
                    day.seen.notes.append(
                        f"{due[1].name}: "
                        + ("被终止后重新启动" if chinese else "killed and started again")
                    )
                    _restart(due[1])
                    due = next(accidents, None)
                picture.show(day.seen)
            lines = reconcile(network, made, _SETTLE_S)
            day.step()
            picture.show(day.seen, last=True)
        picture.reconciled(lines)
    finally:
        day.close()
    agree = all(line.agrees for line in lines)
    good, bad = (
        ("两端记录一致。", "两端记录不一致。")
        if chinese
        else ("Both ends of everything agree.", "The ends do not agree.")
    )
    picture.say(good if agree else bad)
    return 0 if agree else 1


def _accidents(network: Network) -> Iterator[tuple[float, Partner]]:
    """(second of the day, partner that dies then)."""
    yield 11 * 3600.0, network.integrator
    yield 16 * 3600.0, network.couriers[0]


def _restart(partner: Partner) -> None:
    partner.kill()
    partner.start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jidi_reference.network", description=__doc__)
    parser.add_argument(
        "--parcels", type=int, default=300, help="how many parcels the day has (300)"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the day lasts (30)")
    parser.add_argument("--seed", type=int, default=1, help="seed of what is made up (1)")
    parser.add_argument(
        "--restarts",
        action="store_true",
        help="kill the integrator and a courier during the day, and start them again",
    )
    parser.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="language of what is shown"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
