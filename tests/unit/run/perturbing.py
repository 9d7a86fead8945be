"""Small lies told about stored evidence: what a candidate answered, pushed or sent to a played
courier in one step, spoilt in one way.

A check that no lie turns red cannot fail.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

Record = dict[str, Any]
Lie = Callable[[Record], None]
"""Changes a copy of a record in place: an exchange, a drive, or a finished step."""

_MARK: Final = "Traceback (most recent call last): "


def lies_about(
    records: list[Record], step: str, push: Record
) -> Iterator[tuple[str, list[Record]]]:
    """The records of a scenario under each lie about ``step``, with the name of the lie; untouched
    ones are shared. ``push`` is one of another scenario.
    """
    for name, lie in (
        *_ANSWER_LIES.items(),
        *_STEP_LIES.items(),
        *_member_lies(records, step),
        *_borrowed(records, step),
    ):
        yield (
            name,
            [_told(record, lie) if record.get("step") == step else record for record in records],
        )
    others = [
        record for record in records if record.get("step") != step or record["kind"] != "exchange"
    ]
    yield "nothing-came", others
    yield (
        "nothing-came-to-the-end",
        [_told(record, _to_the_end) if record.get("step") == step else record for record in others],
    )
    own = [
        record for record in records if record.get("step") == step and record["kind"] == "exchange"
    ]
    foreign = [
        record
        for record in records
        if record["kind"] == "exchange"
        and record["direction"] == "received"
        and record.get("step") != step
    ]
    position = max(
        (index for index, record in enumerate(records) if record.get("step") == step), default=0
    )
    for name, added in (
        ("came-again", own),
        ("came-again-and-again", own * 4),
        (
            "more-came",
            [
                {**record, "step": step}
                for record in (*foreign, {**push, "scenario": records[0]["scenario"]})
            ],
        ),
    ):
        again = [
            {**record, "id": f"{record['id']}x{place}", "index": record["index"] + 1000 + place}
            for place, record in enumerate(added)
        ]
        yield name, [*records[:position], *again, *records[position:]]
    yield "in-reverse", _reversed(records, own)
    for name in ("all-values-other", "status-500", "more-in-it"):
        yield (
            f"{name}-at-last",
            [
                _told(record, _ANSWER_LIES[name]) if own and record is own[-1] else record
                for record in records
            ],
        )
    for name, lie in _changed_members(records, step):
        yield (
            name,
            [_told(record, lie) if record.get("step") == step else record for record in records],
        )


def _told(record: Record, lie: Lie) -> Record:
    spoilt = copy.deepcopy(record)
    lie(spoilt)
    return spoilt


def _reversed(records: list[Record], own: list[Record]) -> list[Record]:
    turned = iter(own[::-1])
    chosen = {id(record) for record in own}
    return [next(turned) if id(record) in chosen else record for record in records]


def _status(status: int) -> Lie:
    def lie(record: Record) -> None:
        if record["kind"] == "exchange" and record.get("response"):
            record["response"]["status"] = status

    return lie


def _texts(change: Callable[[str], str]) -> Lie:
    def lie(record: Record) -> None:
        for message in _messages(record):
            text = change(message["body"].get("text", ""))
            message["body"] = {**message["body"], "text": text, "size": len(text.encode())}

    return lie


def _messages(record: Record) -> list[Record]:
    """What the candidate sent in an exchange: its answer, or its push."""
    if record["kind"] != "exchange":
        return []
    message = record["request"] if record["direction"] == "received" else record.get("response")
    return [message] if message else []


def _json(change: Callable[[Any], Any]) -> Lie:
    def changed(text: str) -> str:
        try:
            return json.dumps(change(json.loads(text)), ensure_ascii=False)
        except ValueError:
            return text

    return _texts(changed)


def _leaves(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return change(value)

    return walk


def _named(values: dict[str, str]) -> Callable[[Any], Any]:
    """Other values for members of these names, wherever they stand."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: values.get(name, walk(item)) for name, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list) else value

    return walk


def _lists(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        return change([walk(item) for item in value]) if isinstance(value, list) else value

    return walk


def _headers(change: Callable[[str, str], list[list[str]]]) -> Lie:
    def lie(record: Record) -> None:
        for message in _messages(record):
            message["headers"] = [
                pair for name, value in message["headers"] for pair in change(name, value)
            ]

    return lie


def _more_header(name: str, value: str) -> Lie:
    def lie(record: Record) -> None:
        for message in _messages(record):
            message["headers"] = [*message["headers"], [name, value]]

    return lie


def _facts(record: Record) -> None:
    for message in _messages(record):
        message["body"] = {**message["body"], "digest": "sha-256:" + "0" * 64}
    record.get("facts", {}).clear()


def _later(record: Record) -> None:
    for name in ("finished", "received"):
        if name in record:
            record[name] += 10_000.0
    observed = record.get("observed")
    if observed:
        record["observed"] = {
            name: value + 10_000.0 if isinstance(value, float) else value
            for name, value in observed.items()
        }


def _to_the_end(record: Record) -> None:
    """As if the kit had listened as long as it may."""
    observed = record.get("observed")
    if record["kind"] == "step-finished" and observed:
        longest = max(observed.get("within", 0.0), observed.get("for", 0.0))
        record["observed"] = {**observed, "listened": longest}


def _unobserved(record: Record) -> None:
    if record["kind"] == "step-finished":
        record["observed"] = {
            name: value if name in {"within", "origin", "wanted", "listened"} else None
            for name, value in record["observed"].items()
        }


def _result(change: Callable[[Any], Any]) -> Lie:
    def lie(record: Record) -> None:
        if record["kind"] == "drive" and record.get("result") is not None:
            record["result"] = _leaves(change)(record["result"])

    return lie


def _member_lies(records: list[Record], step: str) -> Iterator[tuple[str, Lie]]:
    """Each member of the candidate's first JSON object in this step, left out; and each of those
    inside the first item of a list.
    """
    for record in records:
        if record.get("step") == step:
            for message in _messages(record):
                try:
                    value = json.loads(message["body"].get("text", ""))
                except ValueError:
                    continue
                for name in value if isinstance(value, dict) else ():
                    yield f"without-{name}", _json(_without(name))
                return


def _changed_members(records: list[Record], step: str) -> Iterator[tuple[str, Lie]]:
    """Each member that holds a value in what the candidate said in this step, changed by itself."""
    names: dict[str, None] = {}
    for record in records:
        for message in _messages(record) if record.get("step") == step else ():
            try:
                names |= dict.fromkeys(
                    _names_of_values(json.loads(message["body"].get("text", "")))
                )
            except ValueError:
                continue
    for name in names:
        yield f"other-{name}", _json(_with_another(name))


def _names_of_values(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names_of_values(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list):
                yield from _names_of_values(item)
            else:
                yield name


def _with_another(changed: str) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: _another(item)
                if name == changed and not isinstance(item, dict | list)
                else walk(item)
                for name, item in value.items()
            }
        return [walk(item) for item in value] if isinstance(value, list) else value

    return walk


def _without(name: str) -> Callable[[Any], Any]:
    return lambda body: (
        {key: item for key, item in body.items() if key != name} if isinstance(body, dict) else body
    )


def _borrowed(records: list[Record], step: str) -> Iterator[tuple[str, Lie]]:
    """The answers of the other steps in place of this one's, and what was said in them inside
    it.
    """
    others = {
        record["step"]: record
        for record in records
        if record["kind"] == "exchange" and record.get("response") and record["step"] != step
    }
    for name, other in others.items():
        yield f"answered-as-{name}", _answer_of(other)
    told = [
        message["body"].get("text", "")
        for record in others.values()
        for message in (record["request"], record["response"])
    ]
    known = [
        one["value"]
        for record in records
        if record["kind"] == "scenario-started"
        for one in record.get("canaries", ())
    ]
    driven = [
        json.dumps(record.get(name), ensure_ascii=False)
        for record in records
        if record["kind"] == "drive"
        for name in ("parameters", "result")
    ]
    echo = " ".join([*known, *told, *driven])
    yield (
        "tells-all",
        _json(lambda body: {**body, "echo": echo} if isinstance(body, dict) else [echo]),
    )
    yield "tells-all-after-it", _texts(lambda text: f"{text} {echo}")
    pushed = [event for text in told for event in _events_in(text)]
    yield (
        "lists-all-pushed",
        _json(
            lambda body: (
                {**body, "items": [*body["items"], *pushed]}
                if isinstance(body, dict) and "items" in body
                else body
            )
        ),
    )
    parts = ("sender", "recipient", "contents", "consignment", "remark")
    spoken = {key: _spoken(told, key) for key in parts}
    yield (
        "tells-the-parcel",
        _json(lambda body: {**body, **spoken} if isinstance(body, dict) else body),
    )
    yield (
        "tells-the-parcel-inside",
        _json(_inside({**spoken, **(spoken["recipient"] or {}), **(spoken["contents"] or {})})),
    )
    yield (
        "claims-exemption",
        _json(
            lambda body: {**body, "exemption": {"basis": "LAW"}} if isinstance(body, dict) else body
        ),
    )


def _inside(members: dict[str, Any]) -> Callable[[Any], Any]:
    """``members`` in every object that is a member, and in those inside it."""

    def walk(value: Any, depth: int = 0) -> Any:
        if isinstance(value, dict):
            return {
                **(members if depth else {}),
                **{name: walk(item, depth + 1) for name, item in value.items()},
            }
        return [walk(item, depth) for item in value] if isinstance(value, list) else value

    return walk


def _events_in(text: str) -> list[Any]:
    """The events of a push, or none."""
    try:
        return list(json.loads(text)["data"]["events"])
    except (ValueError, LookupError, TypeError):
        return []


def _spoken(texts: list[str], key: str) -> Any:
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict) and key in value:
            return value[key]
    return None


def _answer_of(other: Record) -> Lie:
    def lie(record: Record) -> None:
        if record["kind"] == "exchange" and record["direction"] == other["direction"]:
            record["response"] = copy.deepcopy(other["response"])
            if record["direction"] == "received":
                record["request"] = copy.deepcopy(other["request"])

    return lie


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "x"


_ANSWER_LIES: Final[dict[str, Lie]] = {
    **{f"status-{status}": _status(status) for status in (200, 204, 404, 409, 500)},
    "empty-object": _texts(lambda _text: "{}"),
    "empty-page": _json(lambda body: {**body, "items": []} if isinstance(body, dict) else []),
    "no-json": _texts(lambda text: text + "<"),
    "nothing-in-it": _texts(lambda _text: ""),
    "all-values-other": _json(_leaves(_another)),
    "all-texts-empty": _json(_leaves(lambda value: "" if isinstance(value, str) else value)),
    "all-numbers-other": _json(
        _leaves(
            lambda value: (
                value + 1 if isinstance(value, int) and not isinstance(value, bool) else value
            )
        )
    ),
    "all-null": _json(_leaves(lambda _value: None)),
    "all-numbers-huge": _json(
        _leaves(
            lambda value: (
                value * 10**9 if isinstance(value, int) and not isinstance(value, bool) else value
            )
        )
    ),
    "codes-alike": _json(_named({"event_code": "HUB_ARRIVED"})),
    "refused": _json(_named({"state": "REFUSED"})),
    "lists-of-one": _json(_lists(lambda items: items[:1])),
    "lists-empty": _json(_lists(lambda _items: [])),
    "lists-doubled": _json(_lists(lambda items: items * 2)),
    "lists-reversed": _json(_lists(lambda items: items[::-1])),
    "lists-shorter": _json(_lists(lambda items: items[:-1])),
    "more-in-it": _json(lambda body: {**body, "more": 1} if isinstance(body, dict) else body),
    "internals": _texts(lambda text: text + _MARK),
    "internals-in-json": _json(
        lambda body: {**body, "detail": _MARK} if isinstance(body, dict) else body
    ),
    "no-headers": _headers(lambda _name, _value: []),
    "other-type": _headers(
        lambda name, value: [[name, "text/html" if name.lower() == "content-type" else value]]
    ),
    "other-headers": _headers(lambda name, value: [[name, f"{value}x"]]),
    "deprecated": _more_header("Deprecation", "@1"),
    "other-digest": _facts,
}
_STEP_LIES: Final[dict[str, Lie]] = {
    "late": _later,
    "unobserved": _unobserved,
    "other-result": _result(_another),
    "empty-result": _result(lambda _value: None),
}
