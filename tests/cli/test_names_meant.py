"""Wrong names and addresses are answered with what was meant; programs read what people read."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from command_line import Cli

from jidi.cli.reference import ReferencePartner
from jidi.errors import OperatorError, UnreachableError
from jidi.model.text import Text
from jidi.wording.near import meant


@pytest.mark.parametrize(
    ("name", "near"), [("ds-01.2", "DS-01.2"), ("DS-01.22", "DS-01.2"), ("zzz", "see the list")]
)
def test_name_that_is_near_is_offered(name: str, near: str) -> None:
    """In any case, and the list where none is near."""
    assert near in meant(name, ["DS-01.2", "PI-07.1"], Text("see the list", "见列表")).en


def test_explain_knows_the_ids_that_reports_show(cli: Cli) -> None:
    """A check of a scenario and one of the whole run: what is looked at, where, for which row."""
    told = cli("explain", "consignment-accepted/read/unaltered").out
    for part in ("$read.body#/consignment", "member: /consignment", "DS-01.2", "--scenario"):
        assert part in told
    assert "DS-01.2" in cli("explain", "sweep/consignment-kept").out
    assert cli("explain", "consignment-accepted/read/nothing").code == OperatorError.exit_code


def test_explain_for_a_role_leaves_out_the_checks_of_others(cli: Cli) -> None:
    """Those of scenarios that the role is not put through."""
    told = cli("explain", "DS-05.2", "--role", "platform").out
    assert "platform-version/" in told
    assert "version-negotiation/" not in told


@pytest.mark.parametrize(
    "line",
    [
        ("list", "requirements"),
        ("list", "schemas"),
        ("list", "operations"),
        ("list", "profiles"),
        ("coverage", "--missing"),
        ("explain", "DS-01.2"),
    ],
)
def test_json_is_one_document(cli: Cli, line: tuple[str, ...]) -> None:
    """With ids and both languages."""
    found = json.loads(cli(*line, "--json").out)
    assert (found if isinstance(found, dict) else found[0])["id"]


def test_port_in_use_is_told_before_anything_starts(cli: Cli) -> None:
    """With the option that chooses another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = cli("serve", "courier", "--port", str(port))
    assert ended.code == UnreachableError.exit_code
    assert "--port" in ended.err


def test_address_without_scheme_is_told_as_such(cli: Cli, tmp_path: Path) -> None:
    """And not as a file that is missing."""
    ended = cli("certify", "127.0.0.1:1", "--out", str(tmp_path / "run"))
    assert "http://127.0.0.1:1" in ended.err


def test_role_that_the_candidate_denies_ends_it_before_anything_is_played(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """With both roles named, and without a run directory."""
    target = tmp_path / "target.yaml"
    text = courier.target_file.read_text("utf-8")
    assert "courier" in text
    target.write_text(
        text.replace('"courier"', '"platform"').replace("role: courier", "role: platform"), "utf-8"
    )
    ended = cli("certify", str(target), "--out", str(tmp_path / "run"))
    assert ended.code == OperatorError.exit_code
    assert "courier" in ended.err
    assert "platform" in ended.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("identifier", "meant"),
    [
        ("generated/listEvents/refuses-by-contract", ""),
        ("sweep/filter-of-events", ""),
        ("sweep/filter-of-event", "sweep/filter-of-events"),
        ("consignment-accepted/read/unalterd", "consignment-accepted/read/unaltered"),
    ],
)
def test_every_check_is_explained_by_the_id_that_reports_show(
    cli: Cli, identifier: str, meant: str
) -> None:
    """Those of no scenario, too; a near miss is told the right one."""
    ended = cli("explain", identifier)
    if meant:
        assert (ended.code, meant in ended.err) == (OperatorError.exit_code, True)
    else:
        assert (ended.code, identifier in ended.out, "DS-02.4" in ended.out) == (0, True, True)


def test_role_narrows_what_is_explained_for_people_and_programs(cli: Cli) -> None:
    """To checks that the role is put through, and to nobody where it is not bound."""
    found = {
        role: json.loads(cli("explain", "DS-02.4", "--role", role, "--json").out)
        for role in ("courier", "platform")
    }
    assert found["courier"]["requirements"][0]["checks"]
    assert found["platform"]["requirements"][0]["checks"] == []
    assert "It binds courier, integrator" in cli("explain", "DS-02.4", "--role", "platform").out


def test_commands_of_a_group_say_what_they_do(cli: Cli) -> None:
    """And not what another command of that name does."""
    said = cli("schema", "lint", "--help").out + cli("key", "new", "--help").out
    assert "schemas, ledger, scenarios" not in said
    assert "skeleton" not in said
