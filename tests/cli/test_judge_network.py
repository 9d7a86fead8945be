"""Passive mode on platforms and integrators: recorded runs of the reference are green, and each
fault put into them turns exactly its requirement red.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from command_line import Cli, run_jidi
from tests.sampling import thinned

from jidi.cli.reference import reference_partner

Har = dict[str, Any]
Fault = Callable[[Har], None]
COURIERS: Final = r"/[\w-]{20,}/v1/consignments"
"""Where played couriers take consignments: below a path that cannot be guessed."""
_SCENARIOS: Final = {
    "platform": (
        "discovery-document",
        "order-carried",
        "outgoing-kept",
        "push-taken",
        "push-twice",
        "push-bad-item",
        "push-not-believed",
    ),
    "integrator": (
        "discovery-document",
        "consignment-passed-on",
        "events-passed-on",
        "integrator-push-taken",
        "integrator-push-not-believed",
    ),
}
"""By role, scenarios that leave much to be seen."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The directory of a run of a role, made once."""
    made: dict[str, Path] = {}

    def run(role: str) -> Path:
        if role not in made:
            made[role] = _recorded(role, tmp_path_factory.mktemp(role))
        return made[role]

    return run


def _recorded(role: str, folder: Path) -> Path:
    wanted = [word for name in _SCENARIOS[role] for word in ("--scenario", name)]
    with reference_partner(role, folder) as partner:
        reply = run_jidi(
            "certify",
            partner.target_file,
            *wanted,
            "--no-generated",
            "--seed",
            "3",
            "--out",
            folder / "run",
            "--format",
            "har",
        )
    assert reply.code == 0, reply.said
    return folder / "run"


def exchanges(har: Har, path: str, method: str, status: int = 200) -> Iterator[dict[str, Any]]:
    """Entries whose path ends like ``path`` (a pattern)."""
    for entry in har["log"]["entries"]:
        place = entry["request"]["url"].partition("?")[0]
        if (
            re.search(path + "$", place)
            and entry["request"]["method"] == method
            and entry["response"]["status"] == status
        ):
            yield entry


def answer(entry: dict[str, Any]) -> Any:
    """The JSON answer of an entry."""
    return json.loads(entry["response"]["content"]["text"])


def put(holder: dict[str, Any], value: Any) -> None:
    """Replace a body."""
    holder["text"] = json.dumps(value, ensure_ascii=False)


def altered_orders(har: Har) -> None:
    """Consignments whose weight is told in kilograms, at the courier."""
    changed = 0
    for entry in exchanges(har, COURIERS, "POST", 201):
        sent = json.loads(entry["request"]["postData"]["text"])
        put(
            entry["request"]["postData"],
            {**sent, "contents": {**sent["contents"], "weight_g": 999_999}},
        )
        changed += 1
    assert changed


def order_without_telephone(har: Har) -> None:
    """A consignment that lacks what must be there."""
    entry = next(exchanges(har, COURIERS, "POST", 201))
    sent = json.loads(entry["request"]["postData"]["text"])
    del sent["recipient"]["phone"]
    put(entry["request"]["postData"], sent)


def second_body(har: Har) -> None:
    """A retry under the same key that says something else."""
    first = next(exchanges(har, COURIERS, "POST", 201))
    again = copy.deepcopy(first)
    sent = json.loads(again["request"]["postData"]["text"])
    put(again["request"]["postData"], {**sent, "remark": "轻放"})
    har["log"]["entries"].append(again)


def unsigned_taken(har: Har) -> None:
    """A push without a signature that was taken."""
    entry = next(exchanges(har, "/shipment-events(/[^/]+)?", "POST"))
    entry["request"]["headers"] = [
        pair for pair in entry["request"]["headers"] if pair["name"].lower() != "webhook-signature"
    ]


def other_id_taken(har: Har) -> None:
    """A push under an id that its envelope does not have."""
    entry = next(exchanges(har, "/shipment-events(/[^/]+)?", "POST"))
    for pair in entry["request"]["headers"]:
        if pair["name"].lower() == "webhook-id":
            pair["value"] = "msg_another"


def rewritten(har: Har, paths: str) -> None:
    """Events that are told otherwise than they were pushed."""
    changed = 0
    for entry in exchanges(har, paths, "GET"):
        items = [{**item, "description": "told otherwise"} for item in answer(entry)["items"]]
        put(entry["response"]["content"], {**answer(entry), "items": items})
        changed += len(items)
    assert changed


def rewritten_where_kept(har: Har) -> None:
    """Received events."""
    rewritten(har, "/shipment-events")


def shown_twice(har: Har) -> None:
    """A received event that is listed twice."""
    entry = next(one for one in exchanges(har, "/shipment-events", "GET") if answer(one)["items"])
    put(entry["response"]["content"], {**answer(entry), "items": answer(entry)["items"] * 2})


FAULTS: Final = (
    ("platform", order_without_telephone, ["DS-01.1"]),
    ("platform", second_body, ["DS-01.7"]),
    ("platform", rewritten_where_kept, ["DS-02.8"]),
    ("platform", shown_twice, ["DS-02.8"]),
    ("platform", unsigned_taken, ["DS-02.9"]),
    ("platform", other_id_taken, ["DS-02.9"]),
    ("integrator", altered_orders, ["DS-01.6"]),
    ("integrator", second_body, ["DS-01.6", "DS-01.7"]),
    ("integrator", unsigned_taken, ["DS-02.9"]),
    ("integrator", rewritten_where_kept, ["DS-02.8"]),
)


def failed(folder: Path) -> list[str]:
    """Requirements that do not hold, by ``run.json``."""
    verdict = json.loads((folder / "run.json").read_text("utf-8"))["verdict"]
    return [row["id"] for row in verdict["requirements"] if row["outcome"] == "fail"]


@pytest.mark.parametrize("role", _SCENARIOS)
@pytest.mark.parametrize("name", thinned(["har.json", "journal.ndjson"], 2))
@pytest.mark.thorough
def test_a_recorded_run_of_the_reference_is_judged_green(
    cli: Cli, runs: Callable[[str], Path], tmp_path: Path, role: str, name: str
) -> None:
    """The role is that of its discovery document, and pushes to callbacks below the path are
    seen.
    """
    reply = cli(
        "judge",
        runs(role) / name,
        "--level",
        "privacy",
        "--out",
        tmp_path / "judged",
        "--format",
        "json",
    )
    assert reply.code == 0, reply.said
    verdict = json.loads((tmp_path / "judged" / "run.json").read_text("utf-8"))["verdict"]
    passed = {row["id"] for row in verdict["requirements"] if row["outcome"] == "pass"}
    assert passed >= {"DS-01.1", "DS-01.7", "DS-02.8", "DS-02.9", "DS-05.1", "DS-08.4"}
    assert role != "integrator" or "DS-01.6" in passed


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(one, marks=() if at % 4 == 0 else pytest.mark.thorough)
        for at, one in enumerate(FAULTS)
    ],
    ids=lambda case: f"{case[0]}-{case[1].__name__}",
)
def test_a_fault_in_a_recording_turns_exactly_its_requirement_red(
    cli: Cli, runs: Callable[[str], Path], tmp_path: Path, case: tuple[str, Fault, list[str]]
) -> None:
    """One fault, one requirement; what an integrator sends otherwise than it got it is not passed
    on as it came, either.
    """
    role, fault, fails = case
    broken = json.loads((runs(role) / "har.json").read_text("utf-8"))
    fault(broken)
    (tmp_path / "broken.har").write_text(json.dumps(broken, ensure_ascii=False), "utf-8")
    reply = cli(
        "judge",
        tmp_path / "broken.har",
        "--role",
        role,
        "--level",
        "privacy",
        "--out",
        tmp_path / "judged",
        "--format",
        "json",
    )
    assert reply.code == 1, reply.said
    assert failed(tmp_path / "judged") == fails
