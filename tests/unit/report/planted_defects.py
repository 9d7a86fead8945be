"""Twenty defects as partners have them, each a journal: what a broken partner showed, or what a
healthy one showed with one thing changed; and what its failure must say.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.unit.judge.stored_evidence import Evidence

from jidi.model.roles import Role

Record = dict[str, Any]
Change = Callable[[list[Record]], None]


def _untouched(_records: list[Record]) -> None:
    """A broken partner's journal needs no change."""


@dataclass(frozen=True)
class Defect:
    """``evidence`` is the journal in ``tests/data/judge``, ``change`` what is planted in it.
    ``requirement`` is the row that must turn red, ``member`` the place that it must name,
    ``values`` what was expected and what came, ``shown_by`` the scenario to play again.
    """

    name: str
    evidence: str
    requirement: str
    member: str
    values: tuple[str, ...]
    shown_by: str
    change: Change = _untouched
    role: Role = "courier"

    @property
    def records(self) -> list[Record]:
        """The journal with the defect in it."""
        records = copy.deepcopy(Evidence(self.role, self.evidence).records)
        self.change(records)
        return records


def _exchange(records: list[Record], name: str) -> Record:
    return next(record for record in records if record.get("id") == name)


def _in_body(name: str, edit: Callable[[Any], None], side: str = "response") -> Change:
    """A change of the JSON document of one exchange."""

    def change(records: list[Record]) -> None:
        body = _exchange(records, name)[side]["body"]
        document = json.loads(body["text"])
        edit(document)
        body["text"] = json.dumps(document, ensure_ascii=False)
        raw = body["text"].encode()
        body["size"], body["digest"] = len(raw), f"sha-256:{hashlib.sha256(raw).hexdigest()}"

    return change


def _header(name: str, header: str, value: str) -> Change:
    """Another header in one answer, or none where ``value`` is empty."""

    def change(records: list[Record]) -> None:
        answer = _exchange(records, name)["response"]
        kept = [pair for pair in answer["headers"] if pair[0].lower() != header]
        answer["headers"] = kept + ([[header, value]] if value else [])

    return change


def _of_all(change: Change) -> Change:
    """The same in a run that was not narrowed, where every sweep is judged."""

    def changed(records: list[Record]) -> None:
        change(records)
        records[0]["run"]["selection"] = {name: [] for name in records[0]["run"]["selection"]}

    return changed


def _weight_as_text(record: Any) -> None:
    contents = record["consignment"]["contents"]
    contents["weight_g"] = str(contents["weight_g"])


def _one_member_more(record: Any) -> None:
    record["consignment"]["channel"] = "web"


def _number_left_out(page: Any) -> None:
    page["items"][-1]["sequence"] += 1


def _received_yesterday(receipt: Any) -> None:
    receipt["received_at"] = "2020-02-02T02:02:02Z"


def _amendment_lost(records: list[Record]) -> None:
    before = json.loads(_exchange(records, "x000002")["response"]["body"]["text"])
    told = {"recipient": before["consignment"]["recipient"]}
    _in_body("x000004", lambda record: record["consignment"].update(told))(records)


def _pushes_swapped(records: list[Record]) -> None:
    pushes = [
        record
        for record in records
        if record["kind"] == "exchange" and record["step"] == "all" and record["response"]
    ]
    first, second = pushes[1:3]
    first["request"], second["request"] = second["request"], first["request"]


DEFECTS: Final = (
    Defect("cut-field", "broken/remark-cut-at-ten", "DS-01.2", "/consignment/remark",
           ("aa27c29488", "quasi"), "consignment-accepted"),
    Defect("wrong-digest", "broken/digest-of-sorted-json", "DS-01.2", "/payload_digest",
           ("5ebea82db7ae", "77fc4d8d87ea"), "consignment-accepted"),
    Defect("missing-event", "broken/transport-never-shown", "DS-02.1", "/event_code",
           ("HUB_DEPARTED", "SORTED"), "trajectory-delivered"),
    Defect("late-push", "broken/last-push-late", "DS-02.3", "time", ("2 s", "3.53 s"),
           "push-signed"),
    Defect("wrong-media-type", "broken/discovery-as-text", "DS-05.1", "content-type",
           ("application/json", "text/plain"), "discovery-document"),
    Defect("shuffled-page", "broken/feed-newest-first", "DS-02.4", "/event_id",
           ("evt_e6e47dc98e4f2a738ce465fa", "evt_8c0b2765affe309145f4d793"), "feed-whole"),
    Defect("changed-type", "consignment-accepted", "DS-01.2", "/consignment/contents/weight_g",
           ("8542", '"8542"'), "consignment-accepted", _in_body("x000002", _weight_as_text)),
    Defect("added-member", "consignment-accepted", "DS-01.2", "/consignment/channel",
           ("channel", "web"), "consignment-accepted", _in_body("x000002", _one_member_more)),
    Defect("missing-header", "broken/status-401-unchallenged", "DS-08.2", "www-authenticate",
           ("exactly 1", "[]"), "credential-required"),
    Defect("wrong-status", "broken/oversize-accepted", "DS-08.5", "status", ("413", "422"),
           "oversize"),
    Defect("wrong-problem-type", "broken/late-cancellation-other-problem", "DS-01.8", "/type",
           ("state-conflict", "idempotency-in-flight"), "after-acceptance"),
    Defect("leak-in-label", "broken/label-remark-clear", "PI-13.2", "/remark",
           ("without any clear value", "remark-in-payload"), "label-remark"),
    Defect("stale-list", "broken/list-ignores-amendment", "DS-01.8",
           "/items/0/consignment/recipient/name", ("戚霁韶", "谢靓翯"),
           "amendment-before-acceptance"),
    Defect("wrong-sequence", "trajectory-delivered", "DS-02.2", "/sequence",
           ("consecutive integers from 1", "10"), "trajectory-delivered",
           _in_body("x000002", _number_left_out)),
    Defect("signature-over-other-bytes", "broken/signature-over-unescaped-text", "DS-02.5",
           "webhook-signature", ("came", "is right", "written anew"), "push-rotation"),
    Defect("wrong-order-of-pushes", "events-passed-on", "DS-01.6", "/sequence",
           ("in the order of sequence", "3 after 5"),
           "events-passed-on", _pushes_swapped, "integrator"),
    Defect("missing-allow", "hostile-input", "DS-05.1", "allow", ("Allow", "405"),
           "hostile-input", _of_all(_header("x000008", "allow", ""))),
    Defect("wrong-charset", "consignment-accepted", "DS-05.1", "content-type",
           ("UTF-8", "gb18030"), "consignment-accepted",
           _of_all(_header("x000002", "content-type", "application/json; charset=gb18030"))),
    Defect("clock-off", "consignment-accepted", "DS-01.2", "/received_at", ("20", "2020-02-02"),
           "consignment-accepted", _in_body("x000001", _received_yesterday)),
    Defect("lost-amendment", "amendment-before-acceptance", "DS-01.8",
           "/consignment/recipient/name", ("expected",), "amendment-before-acceptance",
           _amendment_lost),
)  # fmt: skip
"""In the order of the list that people gave who were sent searching by a failure."""
