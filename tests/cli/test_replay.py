"""A request of a stored run is sent again, and what differs from then is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Cli, run_jidi
from tests.journals_made import journal_of

from jidi.cli.reference import ReferencePartner
from jidi.drive.keeping import read_journal
from jidi.model.journal import ExchangeRecord


@pytest.fixture(scope="module")
def run(courier: ReferencePartner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios against the courier: one that asks, one in which it pushes."""
    out = tmp_path_factory.mktemp("replay") / "run"
    named = ("--scenario", "consignment-accepted", "--scenario", "push-signed")
    assert run_jidi("certify", courier.target_file, *named, "--out", out).code == 0
    return out


def exchanges(run: Path) -> list[ExchangeRecord]:
    """Those of the journal, in their order."""
    records, _ = read_journal(run / "journal.ndjson")
    return [one for one in records if isinstance(one, ExchangeRecord)]


def named(run: Path, operation: str) -> ExchangeRecord:
    """The first one of an operation."""
    return next(
        one
        for one in exchanges(run)
        if one.operation == operation and one.scenario == "consignment-accepted"
    )


def test_the_same_answer_is_said_to_be_the_same(
    cli: Cli, courier: ReferencePartner, run: Path
) -> None:
    """Whatever form of the id is given, as a report shows it."""
    read = named(run, "getConsignment")
    for name in (read.id, str(int(read.id[1:])), f"report.html#{read.id}"):
        reply = cli("replay", run, name, "--target", courier.target_file)
        assert reply.code == 0, reply.said
        assert "The answer is what it was." in reply.out
        assert f"{read.id}  GET http" in reply.out


def test_a_post_with_its_key_is_answered_as_then_and_says_why(
    cli: Cli, courier: ReferencePartner, run: Path
) -> None:
    """With another key the candidate acts again, and what it makes has other names."""
    made = named(run, "createConsignment")
    reply = cli("replay", run, made.id, "--target", courier.target_file)
    assert "--new-key" in reply.out
    again = cli("replay", run, made.id, "--target", courier.target_file, "--new-key")
    assert again.code == 1, again.said
    assert "Then: 201" in again.out
    assert "Now: 201" in again.out
    assert "/waybill_no" in again.out
    assert "--new-key" not in again.out


def test_a_difference_names_the_member_and_both_values(
    cli: Cli, courier: ReferencePartner, run: Path, tmp_path: Path
) -> None:
    """As data too."""
    read = named(run, "getConsignment")
    lines = (run / "journal.ndjson").read_text("utf-8").splitlines()
    changed = [
        line.replace('\\"remark\\"', '\\"remarc\\"') if f'"{read.id}"' in line else line
        for line in lines
    ]
    assert changed != lines
    (tmp_path / "journal.ndjson").write_bytes(journal_of(map(json.loads, changed)))
    reply = cli("replay", tmp_path, read.id, "--target", courier.target_file, "--format", "json")
    assert reply.code == 1, reply.said
    told = json.loads(reply.out)
    assert told["same"] is False
    assert told["then"]["status"] == told["now"]["status"] == 200
    assert {one["pointer"].rpartition("/")[2] for one in told["differences"]} == {
        "remark",
        "remarc",
    }
    assert {one["kind"] for one in told["differences"]} == {"missing", "added"}


def test_what_cannot_be_sent_again_says_why(cli: Cli, courier: ReferencePartner, run: Path) -> None:
    """A push is the candidate's own; an id that is none names the last one."""
    push = next(one for one in exchanges(run) if one.direction == "received" and one.receiver)
    reply = cli("replay", run, push.id, "--target", courier.target_file)
    assert (reply.code, reply.out) == (2, "")
    assert "the candidate sent it, not the kit" in reply.err
    last = exchanges(run)[-1].id
    for name in ("x999999", "nonsense", "0" * 5000, "../x000001\x1b[2J"):
        reply = cli("replay", run, name, "--target", courier.target_file)
        assert reply.code == 2
        assert last in reply.err
        assert "\x1b" not in reply.err
    chinese = cli("replay", run, push.id, "--target", courier.target_file, JIDI_LANG="zh")
    assert "由受测方发出" in chinese.err


def test_a_candidate_that_is_away_is_no_difference(
    cli: Cli, courier: ReferencePartner, run: Path, tmp_path: Path
) -> None:
    """Exit code 3, as for everything that was not seen."""
    text = Path(courier.target_file).read_text("utf-8")
    assert courier.base_url in text
    away = tmp_path / "target.yaml"
    away.write_text(text.replace(courier.base_url, "http://127.0.0.1:9"), "utf-8")
    reply = cli("replay", run, named(run, "getConsignment").id, "--target", away)
    assert reply.code == 3, reply.said
    assert cli("replay", run, "x000001", "--target", tmp_path / "none.yaml").code == 2
    assert cli("replay", tmp_path, "x000001", "--target", courier.target_file).code == 2


def test_a_journal_sends_no_credential_to_a_host_that_is_not_listed(
    cli: Cli, courier: ReferencePartner, run: Path, tmp_path: Path
) -> None:
    """A run directory may come from a stranger; where it leads is asked of the target file."""
    read = named(run, "getConsignment")
    text = (run / "journal.ndjson").read_text("utf-8")
    led_astray = text.replace(read.request.url, "http://127.0.0.2:9/v1/consignments/x")
    assert led_astray != text
    records = [json.loads(line) for line in led_astray.splitlines()]
    (tmp_path / "journal.ndjson").write_bytes(journal_of(records))
    reply = cli("replay", tmp_path, read.id, "--target", courier.target_file)
    assert reply.code == 3, reply.said
    assert "127.0.0.2" in reply.err
    assert "host" in reply.err
