"""A leak that redaction takes out of the evidence together with foreign data is judged all the
same, in the run and whenever its journal is judged again.
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from msgspec import structs
from tests.unit.judge.journals import header

from jidi.drive.keeping import JournalWriter, Place, Planted, read_journal
from jidi.judge.personal.canaries import Automaton, Canary
from jidi.judge.personal.withheld_facts import WITHHELD, noted
from jidi.judge.sweeping.canary_sweep import judge_canaries
from jidi.model.exchange import Exchange, Request, Response
from jidi.model.journal import ExchangeRecord, PlantedValue, ScenarioStarted
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.registry import Registry
from jidi.run.journal_writer import Recorder, make_redactor
from jidi.run.planning.judging_data import judging_context
from jidi.run.raw_search import RawSearch

REGISTRY = Registry.load()
CONTEXT = judging_context(REGISTRY, header())
NAME, PHONE = "钱小满", "13912340001"
CLERK = "赵大海 13987654321"
PARCEL = {
    **REGISTRY.examples("valid", "consignment")[0].instance,
    "recipient": {
        **REGISTRY.examples("valid", "consignment")[0].instance["recipient"],
        "name": NAME,
        "phone": {"kind": "mobile", "number": PHONE},
    },
}
SEEN = (
    PlantedValue(value=NAME, kind="name", pi_class="direct", subject="recipient"),
    PlantedValue(value=PHONE, kind="phone", pi_class="direct", subject="recipient"),
)
BOTH = f"{NAME} {PHONE} {CLERK}"
JSON = (("Content-Type", "application/problem+json"),)


def exchange(operation: str, sent: Any, status: int, came: bytes, **more: Any) -> Exchange:
    body = b"" if sent is None else json.dumps(sent, ensure_ascii=False).encode()
    request = Request("POST", "http://127.0.0.1/v1/consignments", JSON, body)
    answer = Response(status, more.get("headers", JSON), came)
    at = "2026-01-01T00:00:00Z"
    return Exchange("sent", "platform-a", operation, request, answer, None, at, 0.0, 0.1)


def journal_of(tmp_path: Path, *exchanges: Exchange) -> list[Any]:
    """The records that a run would leave of a parcel that was placed, and of these exchanges."""
    planted = Planted()
    planted.add(PARCEL)
    redactor = make_redactor(REGISTRY, list, planted)
    path = tmp_path / "journal.ndjson"
    with JournalWriter(path, redactor) as journal:
        recorder = Recorder(journal, redactor, planted, REGISTRY)
        recorder.write(ScenarioStarted(scenario="s", variables={}, canaries=SEEN))
        receipt = json.dumps({"consignment_id": "c-1"}).encode()
        for one in (exchange("createConsignment", PARCEL, 201, receipt), *exchanges):
            recorder.exchange(one, Place("", "s", "t"))
    written = path.read_text("utf-8")
    assert [word for word in CLERK.split() if word in written] == []
    return read_journal(path)[0]


def verdict_of(records: list[Any]) -> CheckVerdict:
    (verdict,) = judge_canaries(records, {"PI-07.2": object()}, CONTEXT)
    return verdict


def problem(detail: str) -> bytes:
    shape = {"type": "about:blank", "title": "no", "status": 409, "detail": detail}
    return json.dumps(shape, ensure_ascii=False).encode()


HIDING: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "percent": quote,
    "escapes": json.dumps,
    "references": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "clear": str,
}


@pytest.mark.parametrize("spelt", HIDING)
def test_leak_beside_foreign_data_is_seen_in_the_detail_of_a_refusal(
    tmp_path: Path, spelt: str
) -> None:
    """In whatever spelling both stand."""
    told = exchange("amendConsignment", {}, 409, problem(HIDING[spelt](BOTH)))
    verdict = verdict_of(journal_of(tmp_path, told))
    assert verdict.outcome == Outcome.FAIL
    assert verdict.exchanges == ("x000002",)
    assert "/detail" in verdict.actual.en


@pytest.mark.parametrize(
    "told",
    [
        exchange(
            "getStatus", None, 200, b"{}", headers=(*JSON, ("X-Last", HIDING["base64"](BOTH)))
        ),
        exchange(
            "", None, 200, f"<p>{BOTH}</p>".encode(), headers=(("Content-Type", "text/html"),)
        ),
        exchange("getStatus", None, 200, json.dumps({HIDING["hexadecimal"](BOTH): 1}).encode()),
        exchange("getStatus", None, 200, json.dumps([{"a": [HIDING["percent"](BOTH)]}]).encode()),
    ],
    ids=["header", "page", "name of a member", "deep in a body"],
)
def test_leak_beside_foreign_data_is_seen_wherever_it_stands(
    tmp_path: Path, told: Exchange
) -> None:
    """In headers, in what is no JSON, in names of members."""
    assert verdict_of(journal_of(tmp_path, told)).outcome == Outcome.FAIL


def test_foreign_data_alone_is_no_leak(tmp_path: Path) -> None:
    """Nothing is noted of it."""
    records = journal_of(tmp_path, exchange("amendConsignment", {}, 409, problem(CLERK)))
    assert verdict_of(records).outcome == Outcome.PASS
    assert not any(WITHHELD in one.facts for one in records if isinstance(one, ExchangeRecord))


def test_recipient_in_his_own_record_is_no_leak_though_a_clerk_stands_beside(
    tmp_path: Path,
) -> None:
    """Where the table of places lets a value stand it may stand in a text that is withheld."""
    record = {
        "consignment_id": "c-1",
        "waybill_no": "JD0000000000001",
        "state": "CREATED",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "consignment": {**PARCEL, "remark": f"致电{NAME}，{CLERK}"},
    }
    body = json.dumps(record, ensure_ascii=False).encode()
    told = exchange(
        "getConsignment", None, 200, body, headers=(("Content-Type", "application/json"),)
    )
    assert verdict_of(journal_of(tmp_path, told)).outcome == Outcome.PASS


def test_what_is_shown_is_not_noted(tmp_path: Path) -> None:
    """What the journal shows in clear is judged from there."""
    records = journal_of(
        tmp_path, exchange("amendConsignment", {}, 409, problem(f"{NAME}, {CLERK}"))
    )
    assert verdict_of(records).outcome == Outcome.FAIL
    assert not any(WITHHELD in one.facts for one in records if isinstance(one, ExchangeRecord))


@pytest.mark.parametrize(
    "facts",
    [None, 7, "x", {}, [7], [[]], [{}], [{"pointer": "", "value": 7, "form": "raw"}], [None]],
)
def test_what_is_no_sighting_is_passed_over(tmp_path: Path, facts: Any) -> None:
    """A journal from elsewhere may say anything."""
    (record,) = [one for one in journal_of(tmp_path) if isinstance(one, ExchangeRecord)]
    assert list(noted(structs.replace(record, facts={WITHHELD: facts}))) == []


def test_search_knows_every_canary_and_compiles_few_automata() -> None:
    """However many scenarios there are, and from however many threads they come."""
    search = RawSearch()
    canaries = [Canary(f"名字{index:04}号", "name", "direct") for index in range(300)]

    def plant(part: list[Canary]) -> None:
        for one in part:
            search.plant([one])
            search._automata()

    threads = [threading.Thread(target=plant, args=(canaries[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    automata = search._automata()
    assert {canary for one in automata for canary in one.canaries} == set(canaries)
    assert len(automata) <= 10
    sizes = [len(one.canaries) for one in automata]
    assert all(left >= 2 * right for left, right in itertools.pairwise(sizes))


def test_hit_of_a_value_is_told_for_each_kind_that_has_it() -> None:
    """And for no other value."""
    automaton = Automaton(
        [Canary("a-b-c-d", "name", "direct"), Canary("a-b-c-d", "remark", "quasi")]
    )
    assert [hit.kind for hit in automaton.hits_of("a-b-c-d", "hex")] == ["name", "remark"]
    assert automaton.hits_of("other", "hex") == []
