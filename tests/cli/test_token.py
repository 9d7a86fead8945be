"""The token of a party, for people who ask with their own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import Cli

from jidi.cli.reference import ReferencePartner
from jidi.report.formats.curl import curl_command
from jidi.run.stored import load_record

BASH = shutil.which("bash")
REFUSED = {
    "none": ({"type": "none"}, "platform-a", 2, "has no token: its auth.type is none"),
    "blank": ({"type": "bearer", "token": "a b;rm"}, "platform-a", 3, "cannot stand in"),
    "nobody": ({"type": "none"}, "platform-z", 2, "has no party platform-z"),
}
"""What is no token: the credential, the party asked for, the exit code and a piece of why."""


def _target(partner: ReferencePartner, folder: Path, auth: dict[str, Any]) -> Path:
    """A copy of the partner's target file in which platform-a proves itself by ``auth``."""
    document = yaml.safe_load(Path(partner.target_file).read_text("utf-8"))
    document["parties"]["platform-a"]["auth"] = auth
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return path


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_printed_command_works_when_it_is_pasted(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """The comment says which command gives the token; with it the same request is served."""
    run = tmp_path / "run"
    wanted = ("--scenario", "consignment-accepted", "--out", run)
    assert cli("certify", courier.target_file, *wanted).code == 0
    command = next(
        curl_command(record)
        for record in load_record(run).exchanges.values()
        if record.operation == "getConsignment" and record.party == "platform-a"
    )
    assert command.startswith(
        "# first: export JIDI_PLATFORM_A_TOKEN=$(jidi token TARGET-FILE platform-a)\n"
    )
    reply = cli("token", courier.target_file, "platform-a")
    assert reply.code == 0, reply.said
    done = subprocess.run(
        [BASH or "bash", "-c", command],
        env={**os.environ, "JIDI_PLATFORM_A_TOKEN": reply.out.strip()},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith(b"HTTP/1.1 200"), done.stdout


def test_token_of_the_file_is_printed_alone(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """Nothing is asked for where the target file holds one."""
    target = _target(courier, tmp_path, {"type": "bearer", "token": "abc.DEF-123=="})
    reply = cli("token", target, "platform-a")
    assert (reply.code, reply.out, reply.err) == (0, "abc.DEF-123==\n", "")


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_token_is_refused_with_what_to_do(
    cli: Cli, courier: ReferencePartner, tmp_path: Path, case: str, language: str
) -> None:
    """A party without one, a value that a shell would take apart, a party that nobody named."""
    auth, party, code, said = REFUSED[case]
    reply = cli("token", _target(courier, tmp_path, auth), party, JIDI_LANG=language)
    assert (reply.code, reply.out) == (code, ""), reply.said
    assert language == "zh" or said in reply.err
    assert "jidi doctor" in reply.err or "platform-b" in reply.err


def test_secret_that_is_wrong_says_so_and_prints_nothing(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """The token endpoint refuses it: the candidate was asked, and there is no verdict."""
    auth = {"type": "oauth2", "client_id": "platform-a", "client_secret": "wrong-secret-000"}
    reply = cli("token", _target(courier, tmp_path, auth), "platform-a")
    assert (reply.code, reply.out) == (3, ""), reply.said
    assert "wrong-secret-000" not in reply.said
