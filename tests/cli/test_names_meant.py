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
