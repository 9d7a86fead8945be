"""What a candidate lets slip is in no artefact: neither a credential nor a foreign person's data,
in any spelling (PI-07.2, house rule on evidence).
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Told, both
from tests.conformance.trial import _served, _Silence

from jidi.drive.candidate.target import read_target
from jidi.model.run import RunRecord
from jidi.report import FORMATS, write_all
from jidi.run.certify import certify
from jidi.run.planning.selection import RunOptions, Selection
from jidi.run.stored import load_record

NAME, MOBILE, IDENTITY = "欧阳静姝", "13912345678", "330106198811115212"
LANDLINE, MAIL, ROOM = "0571-87654321", "jingshu@mail.example", "幸福家园12栋3单元1502室"
FOREIGN = (NAME, MOBILE, IDENTITY, LANDLINE, MAIL, ROOM)
"""Data of a person whom the kit never made up; synthetic, of course."""

PARTY = {
    "name": NAME,
    "phone": {"kind": "mobile", "number": MOBILE},
    "address": {"province": "浙江省", "city": "杭州市", "detail": ROOM},
}


async def _leak_in_list(asked: Asked, forward: Forward) -> Told:
    """A list that also holds somebody else's consignment, and an undeclared member."""
    answer = await forward(asked)
    body = answer.json
    if answer.status != 200 or not body["items"]:
        return answer
    stranger = {
        **body["items"][0],
        "consignment": {
            **body["items"][0]["consignment"],
            "sender": PARTY,
            "recipient": PARTY,
            "remark": f"致电{MOBILE} {NAME}",
        },
    }
    return answer.with_json(
        {
            **body,
            "items": [*body["items"], stranger],
            "debug": {"buyer": NAME, "mail": MAIL, "tel": LANDLINE},
        }
    )


async def _leak_in_errors(asked: Asked, forward: Forward) -> Told:
    """Errors that name a person and repeat the caller's token; headers that do the same."""
    answer = await forward(asked)
    token = asked.header("authorization").partition(" ")[2]
    answer = (
        answer.with_header("x-echo", token)
        .with_header("x-operator", f"tel {MOBILE}")
        .with_header("set-cookie", f"session={token}")
    )
    if answer.status < 400 or not isinstance(answer.json, dict):
        return answer
    detail = (
        f"see {NAME} ({MOBILE}, {IDENTITY}), {ROOM}, token {token}, "
        f"{base64.b64encode(token.encode()).decode()}, {quote(token)}"
    )
    return answer.with_json({**answer.json, "detail": detail})


async def _leak_as_text(_asked: Asked, _forward: Forward) -> Told:
    """A page of another kind altogether."""
    page = f"<html><body>收件人：{NAME} 电话 {MOBILE} 身份证 {IDENTITY} {MAIL} {ROOM}</body></html>"
    return Told(200, (("content-type", "text/html; charset=utf-8"),), page.encode())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunRecord, dict[str, Any]]:
    """A run against a partner that leaks wherever it can, with every report written; and the target
    document with its secrets.
    """
    directory = tmp_path_factory.mktemp("leaky")
    leaky = both(
        Around(("listConsignments",), _leak_in_list),
        Around(("getStatus",), _leak_as_text),
        Around((), _leak_in_errors),
    )
    with _served("courier", leaky, directory) as document:
        target = read_target(document, directory / "target.yaml")
        chosen = Selection(clauses=frozenset({"DS-01", "DS-08"}))
        record = certify(
            target, chosen, RunOptions(out=directory / "run", seed=3, generated=False), _Silence()
        )
    write_all(record, record.directory, FORMATS)
    return record, document


def _spellings(value: str) -> set[bytes]:
    raw = value.encode()
    escaped = value.encode("unicode_escape")
    return {
        raw,
        escaped,
        escaped.replace(b"\\", b"\\\\"),
        quote(value).encode(),
        base64.b64encode(raw),
        raw.hex().encode(),
    }


def _artefacts(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_artefacts_hold_no_foreign_personal_data(run: tuple[RunRecord, dict[str, Any]]) -> None:
    """Journal and all reports, byte by byte, in every usual spelling."""
    found = [
        (name, value)
        for name, data in _artefacts(run[0].directory).items()
        for value in FOREIGN
        for form in _spellings(value)
        if form in data
    ]
    assert found == []


def test_artefacts_hold_no_credential(run: tuple[RunRecord, dict[str, Any]]) -> None:
    """Client secrets, the sandbox's token, and any bearer token that was ever used."""
    record, document = run
    secrets = [
        party["auth"]["client_secret"]
        for party in document["parties"].values()
        if "client_secret" in party["auth"]
    ]
    secrets.append(document["driver"]["headers"]["Authorization"].partition(" ")[2])
    assert len(secrets) >= 4
    files = _artefacts(record.directory)
    assert {
        name
        for name, data in files.items()
        for secret in secrets
        for form in _spellings(secret)
        if form in data
    } == set()
    assert not any(
        b"Bearer " in line
        and "⟦".encode() not in line
        and b"$JIDI" not in line
        and b"JIDI_" not in line
        for line in files["journal.ndjson"].splitlines()
    )


def test_leaks_did_happen_and_left_their_commitments(run: tuple[RunRecord, dict[str, Any]]) -> None:
    """The test above would prove nothing if the partner had leaked nothing: equal values leave
    equal marks.
    """
    marks = [
        redaction for exchange in run[0].exchanges.values() for redaction in exchange.redactions
    ]
    names = {mark.commitment for mark in marks if mark.pointer.endswith("/sender/name")}
    assert len(names) == 1
    assert len({mark.pointer for mark in marks}) > 5


def test_evidence_of_the_kit_itself_stays_readable_and_gives_the_same_verdict(
    run: tuple[RunRecord, dict[str, Any]],
) -> None:
    """What the kit made up can be read again, and whoever judges the journal anew comes to the same
    verdict.
    """
    record, _ = run
    placed = next(
        one
        for one in record.exchanges.values()
        if one.operation == "createConsignment" and one.scenario == "consignment-accepted"
    )
    assert '"name":' in placed.request.body.text
    assert "⟦" not in placed.request.body.text
    assert load_record(record.directory).verdict.as_json() == record.verdict.as_json()
