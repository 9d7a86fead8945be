"""Passive mode: a recorded run is judged green, and each fault put into it turns exactly its
requirement red.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli, run_jidi
from tests.sampling import thinned

from jidi.cli.reference import ReferencePartner
from jidi.report.render import WRITERS

RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"
AREAS = ("consignment", "discovery", "feed", "label", "push", "tracking", "version")
Har = dict[str, Any]
Fault = Callable[[Har], None]


@pytest.fixture(scope="module")
def run(courier: ReferencePartner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a run over the parts of which a recording shows most."""
    out = tmp_path_factory.mktemp("recorded") / "run"
    wanted = [word for area in AREAS for word in ("--area", area)]
    reply = run_jidi(
        "certify",
        courier.target_file,
        *wanted,
        "--level",
        "privacy",
        "--no-generated",
        "--seed",
        "3",
        "--out",
        out,
        "--format",
        "har",
    )
    assert reply.code == 0, reply.said
    return out


@pytest.fixture(scope="module")
def har(run: Path) -> Har:
    """The archive of that run."""
    return dict(json.loads((run / "har.json").read_text("utf-8")))


def entries(
    har: Har, path: str, status: int | None = None, method: str = ""
) -> Iterator[dict[str, Any]]:
    """Entries whose path below the version ends like ``path`` (a pattern)."""
    for entry in har["log"]["entries"]:
        place = entry["request"]["url"].partition("?")[0]
        if (
            re.search(rf"/v1{path}$", place)
            and status in {None, entry["response"]["status"]}
            and method in {"", entry["request"]["method"]}
        ):
            yield entry


def answer(entry: dict[str, Any]) -> Any:
    """The JSON answer of an entry."""
    return json.loads(entry["response"]["content"]["text"])


def put(entry: dict[str, Any], value: Any) -> None:
    """Replace the answer of an entry."""
    entry["response"]["content"]["text"] = json.dumps(value, ensure_ascii=False)


def without(message: dict[str, Any], name: str) -> None:
    """Take a header away."""
    message["headers"] = [pair for pair in message["headers"] if pair["name"].lower() != name]


def wrong_digest(har: Har) -> None:
    """A receipt with the digest of something else."""
    entry = next(entries(har, "/consignments", 201, "POST"))
    put(entry, {**answer(entry), "payload_digest": "sha-256:" + "0" * 64})


def altered_value(har: Har) -> None:
    """A consignment that reads back with another weight."""
    sent = {answer(one)["consignment_id"] for one in entries(har, "/consignments", 201, "POST")}
    for entry in entries(har, "/consignments/[^/]+", 200, "GET"):
        value = answer(entry)
        if value["consignment_id"] in sent and "consignment" in value:
            value["consignment"]["contents"]["weight_g"] += 1
            return put(entry, value)
    raise AssertionError("nothing is read back")


def wrong_media_type(har: Har) -> None:
    """A refusal that is no problem document by its media type."""
    entry = next(entries(har, "/consignments", 422, "POST"))
    for pair in entry["response"]["headers"]:
        if pair["name"].lower() == "content-type":
            pair["value"] = "application/json"


def served_without_credential(har: Har) -> None:
    """A page that was given to nobody in particular."""
    without(next(entries(har, "/consignments", 200, "GET"))["request"], "authorization")


def no_version(har: Har) -> None:
    """An answer that does not say its version."""
    without(next(entries(har, "/consignments", 200, "GET"))["response"], "standard-version")


def stack_trace(har: Har) -> None:
    """A refusal that shows the inside of the system."""
    entry = next(entries(har, "/consignments", 422, "POST"))
    put(entry, {**answer(entry), "detail": 'File "/srv/app/orders.py", line 12, in create'})


def second_result(har: Har) -> None:
    """A repeat under one key that made a second subscription."""
    seen: dict[str, dict[str, Any]] = {}
    for entry in entries(har, "/consignments", None, "POST"):
        key = next(
            (
                pair["value"]
                for pair in entry["request"]["headers"]
                if pair["name"] == "Idempotency-Key"
            ),
            "",
        )
        first = seen.setdefault(key, entry)
        same = first is not entry and first["request"]["postData"] == entry["request"]["postData"]
        if (
            same
            and entry["response"]["status"] < 300
            and answer(first)["consignment_id"] == answer(entry)["consignment_id"]
        ):
            return put(entry, {**answer(entry), "consignment_id": "cns_second0000000000"})
    raise AssertionError("no key was used twice")


def sequence_gap(har: Har) -> None:
    """A list of events from which one in the middle is missing."""
    entry = next(
        one for one in entries(har, "/shipments/[^/]+/events", 200) if len(answer(one)["items"]) > 2
    )
    value = answer(entry)
    del value["items"][1]
    put(entry, value)


def time_backwards(har: Har) -> None:
    """A second event that was recorded long before the first, wherever it is told; not a pushed
    one, since that is signed.
    """
    pushed = "".join(
        one["request"].get("postData", {}).get("text", "")
        for one in har["log"]["entries"]
        if any(header["name"].lower() == "webhook-id" for header in one["request"]["headers"])
    )
    seconds = (
        answer(one)["items"][1]["event_id"]
        for one in entries(har, "/shipments/[^/]+/events", 200)
        if len(answer(one)["items"]) > 1
    )
    name = next(one for one in seconds if one not in pushed)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            early = (
                {"occurred_at": "2001-01-01T00:00:00Z", "recorded_at": "2001-01-01T00:00:00Z"}
                if value.get("event_id") == name and "sequence" in value
                else {}
            )
            return {member: changed(item) for member, item in value.items()} | early
        return [changed(item) for item in value] if isinstance(value, list) else value

    for entry in har["log"]["entries"]:
        for holder in (entry["request"].get("postData"), entry["response"]["content"]):
            if holder and name in holder.get("text", ""):
                holder["text"] = json.dumps(changed(json.loads(holder["text"])), ensure_ascii=False)


def unsigned_push(har: Har) -> None:
    """A push without a signature."""
    entry = next(
        one
        for one in har["log"]["entries"]
        if any(pair["name"].lower() == "webhook-id" for pair in one["request"]["headers"])
    )
    without(entry["request"], "webhook-signature")


def push_differs(har: Har) -> None:
    """A list of events that tells an event otherwise than it was pushed."""
    pushed = "".join(
        one["request"].get("postData", {}).get("text", "")
        for one in har["log"]["entries"]
        if any(header["name"].lower() == "webhook-id" for header in one["request"]["headers"])
    )
    changed = 0
    for entry in entries(har, "/(shipments/[^/]+/)?events", 200):
        value = answer(entry)
        for event in value["items"]:
            if event["event_id"] in pushed:
                event["description"] = "told otherwise"
                changed += 1
        put(entry, value)
    assert changed


def phone_in_event(har: Har) -> None:
    """An event that tells the telephone number of a recipient."""
    sent = next(
        json.loads(one["request"]["postData"]["text"])
        for one in entries(har, "/consignments", 201, "POST")
    )
    number = sent["recipient"]["phone"].get("number") or sent["sender"]["phone"]["number"]
    entry = next(entries(har, "/consignments", 422, "POST"))
    put(entry, {**answer(entry), "detail": f"call {number}"})


def clear_text(har: Har) -> None:
    """The whole of it over http, and not on this machine."""
    text = json.dumps(har, ensure_ascii=False)
    origin = re.search(r"http://127\.0\.0\.1:\d+(?=/v1/)", text)
    assert origin is not None
    har["log"] = json.loads(text.replace(origin.group(), "http://api.courier.example"))["log"]


def foreign_limit(har: Har) -> None:
    """A limit that nobody may declare."""
    for entry in har["log"]["entries"]:
        if (
            entry["request"]["url"].endswith("/.well-known/express-data-sharing")
            and entry["response"]["status"] == 200
        ):
            value = answer(entry)
            value["limits"]["event_availability_s"] = 60
            put(entry, value)


FAULTS: dict[Fault, str] = {
    wrong_digest: "DS-01.2",
    altered_value: "DS-01.2",
    wrong_media_type: "DS-01.3",
    second_result: "DS-01.7",
    sequence_gap: "DS-02.2",
    unsigned_push: "DS-02.5",
    push_differs: "DS-02.6",
    time_backwards: "DS-02.7",
    foreign_limit: "DS-05.1",
    no_version: "DS-05.2",
    clear_text: "DS-08.1",
    served_without_credential: "DS-08.2",
    stack_trace: "DS-08.4",
    phone_in_event: "PI-07.2",
}


def failed(folder: Path) -> list[str]:
    """Requirements that do not hold, by ``run.json``."""
    verdict = json.loads((folder / "run.json").read_text("utf-8"))["verdict"]
    assert verdict["word"] in {"recording-passed", "recording-failed", "inconclusive"}
    return [row["id"] for row in verdict["requirements"] if row["outcome"] == "fail"]


@pytest.mark.parametrize("name", thinned(["journal.ndjson", "har.json"], 2))
def test_a_recorded_run_of_the_reference_is_judged_green(
    cli: Cli, run: Path, tmp_path: Path, name: str
) -> None:
    """What it does not show is not exercised, and the verdict is no certificate."""
    reply = cli("judge", run / name, "--level", "privacy", "--out", tmp_path / "judged")
    assert reply.code == 0, reply.said
    assert "nothing broken in the recording" in reply.out
    assert failed(tmp_path / "judged") == []
    assert {path.name for path in (tmp_path / "judged").iterdir()} == {
        "journal.ndjson",
        *(file for file, _ in WRITERS.values()),
    }


@pytest.mark.parametrize("fault", thinned(FAULTS, 16), ids=lambda fault: fault.__name__)
def test_a_fault_in_a_recording_turns_exactly_its_requirement_red(
    cli: Cli, har: Har, tmp_path: Path, fault: Fault
) -> None:
    """One fault, one requirement."""
    broken = copy.deepcopy(har)
    fault(broken)
    (tmp_path / "broken.har").write_text(json.dumps(broken, ensure_ascii=False), "utf-8")
    reply = cli(
        "judge",
        tmp_path / "broken.har",
        "--level",
        "privacy",
        "--out",
        tmp_path / "judged",
        "--format",
        "json",
    )
    assert reply.code == 1, reply.said
    assert failed(tmp_path / "judged") == [FAULTS[fault]]


def test_a_judged_recording_is_rendered_again_to_the_same_verdict(
    cli: Cli, run: Path, tmp_path: Path
) -> None:
    """Its journal alone is enough."""
    cli("judge", run / "har.json", "--out", tmp_path / "judged", "--format", "json")
    assert (
        cli(
            "report", "render", tmp_path / "judged", "--out", tmp_path / "again", "--format", "json"
        ).code
        == 0
    )
    first, again = (
        json.loads((tmp_path / name / "run.json").read_text("utf-8"))["verdict"]
        for name in ("judged", "again")
    )
    assert first == again


@pytest.mark.parametrize("name", ["courier.mitm", "courier.har"])
def test_what_mitmproxy_wrote_is_judged(cli: Cli, tmp_path: Path, name: str) -> None:
    """Both its own dump file and its archive, as the real program wrote them; no personal value or
    credential of it is written.
    """
    base = re.search(r"http://127\.0\.0\.1:\d+/v1", (RECORDINGS / "courier.har").read_text("utf-8"))
    assert base is not None
    reply = cli(
        "--lang",
        "zh",
        "judge",
        RECORDINGS / name,
        "--base-url",
        base.group(),
        "--out",
        tmp_path / "judged",
    )
    assert reply.code == 0, reply.said
    assert "判定调用 7 次" in reply.out
    token = re.search(r"Bearer ([\w.-]+)", (RECORDINGS / "courier.har").read_text("utf-8"))
    assert token is not None
    for path in (tmp_path / "judged").iterdir():
        text = path.read_text("utf-8")
        for value in (
            "13800000001",
            "50000000",
            "示例商家",
            "测试甲",
            "401室",
            "602室",
            token.group(1),
        ):
            assert value not in text, (path.name, value)


def test_without_discovery_the_base_url_must_be_given(cli: Cli, tmp_path: Path) -> None:
    """It says what to do."""
    reply = cli("judge", RECORDINGS / "courier.har", "--out", tmp_path / "judged")
    assert reply.code == 2
    assert "--base-url" in reply.err


def test_a_recording_of_something_else_is_inconclusive(cli: Cli, tmp_path: Path) -> None:
    """Nothing of the candidate's is in it."""
    reply = cli(
        "judge",
        RECORDINGS / "courier.har",
        "--base-url",
        "https://elsewhere.example/v1",
        "--out",
        tmp_path / "judged",
        "--format",
        "json",
    )
    assert reply.code == 3, reply.said
