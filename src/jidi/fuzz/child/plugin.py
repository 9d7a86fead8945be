"""What schemathesis loads in the child process; of the harness it takes the modules beside it, and
the pace, alone, each by its file.

It tames what is generated, keeps every request on the candidate and the kit's receiver, adds the
kit's own checks, and has :mod:`.telling` write what happened. The parent replays each failure
before it counts.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import cli
from schemathesis.engine.run.unit import _direct_executor

if TYPE_CHECKING:
    from jidi.drive import header_order
    from jidi.drive.http import interim, pacing
    from jidi.fuzz.child import ahead, shaping, telling, unmarked
else:

    def _by_file(path: Path) -> Any:
        """Importing the package would bring the whole harness into the child."""
        spec = importlib.util.spec_from_file_location(f"jidi_generated_{path.stem}", path)
        module = sys.modules[spec.name] = importlib.util.module_from_spec(
            spec
        )  # its dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    ahead = _by_file(Path(__file__).with_name("ahead.py"))
    shaping = _by_file(Path(__file__).with_name("shaping.py"))
    telling = _by_file(Path(__file__).with_name("telling.py"))
    unmarked = _by_file(Path(__file__).with_name("unmarked.py"))
    header_order = _by_file(Path(__file__).parents[2] / "drive" / "header_order.py")
    interim = _by_file(Path(__file__).parents[2] / "drive" / "http" / "interim.py")
    pacing = _by_file(Path(__file__).parents[2] / "drive" / "http" / "pacing.py")

SETTINGS: dict[str, Any] = json.loads(
    Path(os.environ["JIDI_GENERATED_SETTINGS"]).read_text(encoding="utf-8")
)
BODY_LIMIT: int = SETTINGS["body_limit"]
OFFSETS = ("Z", "+08:00", "+00:00", "-05:00", "+05:30")
FIRST_SECOND = datetime(2000, 1, 1, tzinfo=UTC)
SECONDS = 99 * 365 * 86_400  # up to the year 2098: nobody's clock lies outside
REAL_CURSOR = 24  # characters; generated ones are seldom that long
# Of so many valid cases one keeps its generated path parameter, so that unknown things are asked
# for too.
KNOWN_SHARE = 4


class _Numbers:
    """Counts requests, so that keys and chosen ids are the same for the same seed."""

    def __init__(self) -> None:
        self._calls = 0
        self._filled: Counter[str] = Counter()
        self._kept: dict[int, tuple[Any, tuple[int, int]]] = {}

    def keep(self, case: Any) -> None:
        """Give ``case`` its numbers now, though it is sent later, perhaps beside others."""
        self._kept[id(case)] = case, self._next(case)

    def of(self, case: Any) -> tuple[int, int]:
        """The number of its key, and that of what fills its path."""
        kept = self._kept.pop(id(case), None)
        return self._next(case) if kept is None else kept[1]

    def _next(self, case: Any) -> tuple[int, int]:
        self._calls += _takes_headers(case)
        filled = self._filled[_operation(case)]
        self._filled[_operation(case)] += _takes_path(case)
        return self._calls, filled


NUMBERS = _Numbers()
PACE = pacing.Pace()
PACE.keep_to(*SETTINGS["pace"])


def _moment(seconds: int, offset: str) -> str:
    return (FIRST_SECOND + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S") + offset


schemathesis.openapi.format(
    "date-time", st.builds(_moment, st.integers(0, SECONDS), st.sampled_from(OFFSETS))
)


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw.get("operationId", ""))


def _is_negative(case: Any, place: str) -> bool:
    if case.meta is None:
        return False
    return any(
        location.name == place and info.mode.is_negative
        for location, info in case.meta.components.items()
    )


def _has_own_method(case: Any) -> bool:
    return bool(case.method.upper() == case.operation.method.upper())


def _is_valid(case: Any) -> bool:
    return case.meta is None or bool(case.meta.generation.mode.is_positive)


def _takes_headers(case: Any) -> bool:
    return bool(case.headers) and not _is_negative(case, "HEADER")


def _takes_path(case: Any) -> bool:
    known = SETTINGS["known"].get(_operation(case), {})
    return bool(known and case.path_parameters) and not _is_negative(case, "PATH")


def _shape_headers(case: Any, number: int) -> None:
    if not _takes_headers(case):
        return
    names = {name.lower(): name for name in case.headers}
    if (
        "idempotency-key" in names
    ):  # also for invalid bodies: a spent key would be refused for its own sake and hide the fault
        case.headers[names["idempotency-key"]] = shaping.fresh_key(SETTINGS["nonce"], number)
    if "standard-version" not in names:
        return
    if number % 2:  # of the clients that scenarios play one half names none
        del case.headers[names["standard-version"]]
    else:
        case.headers[names["standard-version"]] = SETTINGS["version"]


def _shape_path(case: Any, number: int) -> None:
    if not _takes_path(case):
        return
    known: dict[str, list[str]] = SETTINGS["known"][_operation(case)]
    if _is_valid(case) and number % KNOWN_SHARE == KNOWN_SHARE - 1:
        return
    for name, values in known.items():
        if values and name in case.path_parameters:
            case.path_parameters[name] = values[(number - number // KNOWN_SHARE) % len(values)]


def _negated(case: Any) -> set[str]:
    """Names of the parameters that the case is wrong about."""
    if case.meta is None or _is_valid(case):
        return set()
    data = case.meta.phase.data
    return {str(data.parameter)} | {str(mutation.parameter) for mutation in data.mutations}


def _shape_query(case: Any) -> None:
    """Leave out a made-up cursor: no candidate can know it, and refusing it would hide every other
    fault. One from an answer stays.
    """
    if (
        case.query
        and "cursor" in case.query
        and "cursor" not in _negated(case)
        and len(str(case.query["cursor"])) < REAL_CURSOR
    ):
        del case.query["cursor"]


def _shape_body(case: Any) -> None:
    if not isinstance(case.body, dict | list):
        return
    valid = not _is_negative(case, "BODY")
    body = shaping.tame(case.body) if valid else case.body
    body = shaping.point_home(body, SETTINGS["receiver"], valid=valid)
    if body != case.body or valid:
        case.body = body


unmarked.be_anybody(SETTINGS["user_agent"], SETTINGS["accept"], header_order)
interim.read_on_everywhere()


@schemathesis.hook
def before_call(_ctx: Any, case: Any, _kwargs: Any) -> None:
    """Give each request a fresh key, ids that exist, and addresses that lead home; keep to the
    declared rate.
    """
    if _has_own_method(case):
        key, fill = NUMBERS.of(case)
        _shape_headers(case, key)
        _shape_path(case, fill)
        _shape_query(case)
        _shape_body(case)
    PACE.take("")  # the one credential of this child


def _send_ahead() -> None:
    """Let the cases of the coverage phase, which are all known before the first is sent, be under
    way several at once. Cases of the other phases are made from the one before.
    """
    direct: Any = _direct_executor
    cases: Any = schemathesis.Case
    collect, first = direct._collect_within_budget, direct.content_type_probes_first
    sender = ahead.Ahead(cases.call, SETTINGS["under_way"])
    engine: list[Any] = []

    class InTurn(list[Any]):
        def __reversed__(self) -> Any:
            return sender.in_turn(self[::-1], keep, keywords)

    def keep(case: Any) -> None:
        if _has_own_method(case):
            NUMBERS.keep(case)

    def keywords(case: Any) -> Any:
        return engine[0].get_transport_kwargs(operation=case.operation)

    def collect_and_note(generator: Any, ctx: Any) -> Any:
        engine[:] = [ctx]
        return collect(generator, ctx)

    def call(case: Any, **how: Any) -> Any:
        return sender.answer(case, **how)

    direct._collect_within_budget = collect_and_note
    direct.content_type_probes_first = lambda cases: InTurn(first(cases))
    cases.call = call


_send_ahead()


@schemathesis.hook
def filter_failure(ctx: Any, failure: Any, case: Any, response: Any) -> bool:  # noqa: ARG001 - schemathesis matches hooks by these names
    """Drop what is no fault by the contract: a batch is judged item by item, and a made-up cursor
    is rightly unknown.
    """
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData":
        return _operation(case) not in SETTINGS["itemwise"]
    return not (
        kind == "RejectedPositiveData"
        and "cursor=" in str(response.request.url)
        and b"/cursor-invalid" in response.content[:BODY_LIMIT]
    )


def _text(body: bytes | str | None) -> str:
    if body is None:
        return ""
    return body if isinstance(body, str) else body.decode("utf-8", "replace")


def _sent(response: Any) -> str:
    return f"{response.request.url}\n{_text(response.request.body)}"


def _pairs(response: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, values in response.headers.items() for value in values]


@schemathesis.check
def internals(ctx: Any, response: Any, case: Any) -> None:  # noqa: ARG001 - the signature of a check
    """No answer shows the insides of the server (DS-08.4)."""
    found = shaping.find_internals(
        _text(response.content[:BODY_LIMIT]), SETTINGS["internals"], _sent(response)
    )
    found = found or shaping.find_banner(
        _pairs(response), SETTINGS["banner_headers"], SETTINGS["banner_pattern"]
    )
    assert found is None, f"{found[0]}: {found[1]}" if found else ""  # noqa: S101 - how a check reports


@schemathesis.check
def problem_shape(ctx: Any, response: Any, case: Any) -> bool | None:  # noqa: ARG001 - the signature of a check
    """Every refusal is a problem document of a published type."""
    if not 400 <= response.status_code < 500 or case.method.upper() == "HEAD":
        return True
    kind = (response.headers.get("content-type") or [""])[0].split(";")[0].strip().lower()
    assert kind == "application/problem+json", f"{response.status_code} with media type {kind!r}"  # noqa: S101 - how a check reports
    try:
        problem = json.loads(response.content)
    except ValueError:
        problem = None
    slug = problem.get("type") if isinstance(problem, dict) else None
    assert slug in SETTINGS["problem_types"], f"problem type {slug!r} is not published"  # noqa: S101 - how a check reports
    return None


@schemathesis.check
def accepted_invalid_query(ctx: Any, response: Any, case: Any) -> bool | None:  # noqa: ARG001 - the signature of a check
    """No query outside the contract is accepted; schemathesis 4.29 to 4.32 miss these in their
    coverage phase.
    """
    rules = SETTINGS["rules"].get(_operation(case))
    if rules is None or not 200 <= response.status_code < 300 or not _has_own_method(case):
        return True
    illegal = shaping.illegal_query(response.request.url, rules)
    assert not illegal, f"accepted {illegal[:3]}"  # noqa: S101 - how a check reports
    return None


class _Cases:
    operation = staticmethod(_operation)

    @staticmethod
    def mode(case: Any) -> str:
        """How a case was made."""
        if case.meta is None:
            return "probe"
        if not _has_own_method(case):
            return "method"
        return "positive" if _is_valid(case) else "negative"


@cli.handler()
class JournalOfTheChild(cli.EventHandler[Any]):
    """Lets the parent know what happens."""

    def __init__(self, *args: Any, **params: Any) -> None:  # noqa: ARG002 - the signature that schemathesis calls
        out = os.fdopen(int(os.environ["JIDI_ANSWERS"]), "w", encoding="utf-8")
        self.telling = telling.Telling(out, SETTINGS, _Cases())

    def handle_event(self, ctx: Any, event: Any) -> None:  # noqa: ARG002 - the signature that schemathesis calls
        """Take one event of the engine."""
        self.telling.tell(event)

    def shutdown(self, ctx: Any) -> None:  # noqa: ARG002 - the signature that schemathesis calls
        """Say how often each kind of failure was seen, and close."""
        self.telling.close()
