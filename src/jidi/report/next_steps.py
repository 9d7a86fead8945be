"""What a failure tells first: the member that is wrong, and the commands that show it again."""

from __future__ import annotations

from typing import Final

from jidi.model.journal import ExchangeRecord
from jidi.model.run import RunRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.report import overview
from jidi.report.again import obstacle
from jidi.report.escaping import one_line
from jidi.wording import family

_PLACES: Final = family("report", "place-")
_SHOWN: Final = 3
_GENERATED: Final = "generated"


def where(check: CheckVerdict) -> Text:
    """The first members that are wrong and how many more there are; empty where there is none."""
    if check.outcome is Outcome.PASS or not check.members:
        return Text("", "")
    named = [_named(one) for one in check.members[:_SHOWN]]
    more = len(check.members) - _SHOWN
    tail = f" (+{more})" if more > 0 else ""
    return Text(
        ", ".join(one.en for one in named) + tail, "、".join(one.zh for one in named) + tail
    )


def _named(place: str) -> Text:
    if place.startswith("/"):
        return Text(one_line(place), one_line(place))
    kind, _, name = place.partition(":")
    return _PLACES[kind].filled(name=one_line(name)) if kind in _PLACES else Text(place, place)


def next_commands(record: RunRecord, check: CheckVerdict, run: str = "") -> tuple[str, ...]:
    """Commands in the order in which they help: the request once more, the scenario once more;
    what failed outside of scenarios is played again as a whole.

    ``run`` is the run directory as it should be typed, its bare name if empty.
    """
    typed = run or one_line(record.directory.name)
    entry = overview.exchange_of(record, check)
    found = []
    if entry is not None and not obstacle(entry):
        found.append(f"jidi replay {typed} {one_line(entry.id)}")
    base = _scenario(record, check, entry)
    found.append(
        f"jidi certify TARGET-FILE --scenario {base}"
        if base
        else f"jidi certify TARGET-FILE --rerun-failed {typed}"
    )
    return tuple(found)


def _scenario(record: RunRecord, check: CheckVerdict, entry: ExchangeRecord | None) -> str:
    """The scenario, without its case, that shows the failure; empty where none is known."""
    name = check.check.partition("/")[0]
    if name not in record.scenarios:
        name = entry.scenario if entry is not None else ""
    known = record.scenarios.get(name)
    return one_line(known.base) if known is not None and name != _GENERATED else ""
