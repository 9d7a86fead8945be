"""Canaries in what redaction takes out of a record: found in the bytes as they came, before they
are withheld, and noted as facts, so that a leak beside foreign data, or encoded together with it,
is judged like any other (PI-07.2).

What is noted is what the kit itself made up, with the name of its spelling and its place; nothing
of the candidate's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jidi.judge.personal.canaries import Automaton, search
from jidi.judge.personal.leaf_texts import leaves
from jidi.judge.personal.withheld_facts import Sighting
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, MessageView
from jidi.model.journal import ExchangeRecord


def sightings(
    raw: ExchangeRecord, clean: ExchangeRecord, automata: Iterable[Automaton]
) -> list[Sighting]:
    """Every canary in what the candidate sent with an exchange that ``clean``, which is ``raw``
    redacted, shows no more; by place, each once.
    """
    found = [
        Sighting(pointer, automaton.canaries[hit.canary].value, hit.form)
        for pointer, before, after in _withheld(raw, clean)
        for automaton in automata
        if (seen := search(before, automaton))
        for left in [{hit.canary for hit in search(after, automaton)}]
        for hit in seen
        if hit.canary not in left
    ]
    return list(dict.fromkeys(found))


def _withheld(raw: ExchangeRecord, clean: ExchangeRecord) -> Iterator[tuple[str, bytes, bytes]]:
    """Each text of the candidate that redaction changed: its place, as it came, as it is shown."""
    came, shown = _message(raw), _message(clean)
    if came is None or shown is None:
        return
    for (_, before), (name, after) in zip(came.headers, shown.headers, strict=True):
        if before != after:
            yield f"header:{name.lower()}", _utf8(before), _utf8(after)
    yield from _in_bodies(came, shown)


def _in_bodies(came: MessageView, shown: MessageView) -> Iterator[tuple[str, bytes, bytes]]:
    if came.json is ABSENT or shown.json is ABSENT:
        before, after = came.attribute("text"), shown.attribute("text")
        if before is not ABSENT and before != after:
            yield "", _utf8(before), b"" if after is ABSENT else _utf8(after)
        return
    left: dict[str, list[bytes]] = {}
    for pointer, text in leaves(shown.json):
        left.setdefault(pointer, []).append(text)
    for pointer, text in leaves(came.json):
        if pointer not in left:
            yield "", text, b""
        elif text not in left[pointer]:
            yield pointer, text, b"\n".join(left[pointer])


def _message(record: ExchangeRecord) -> MessageView | None:
    view = ExchangeView(record)
    return view.request if record.direction == "received" else view.response


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
