"""The preflight, against the reference courier and against what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Cli, closed_port

from jidi.cli.reference import ReferencePartner


def rewritten(courier: ReferencePartner, folder: Path, *changes: tuple[str, str]) -> Path:
    """The courier's target file with texts replaced."""
    text = courier.target_file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    target = folder / "target.yaml"
    target.write_text(text, "utf-8")
    return target


def test_doctor_finds_the_reference_courier_ready(cli: Cli, courier: ReferencePartner) -> None:
    """Everything is tried, up to a push that arrives after a scan."""
    reply = cli("doctor", courier.target_file)
    assert reply.code == 0, reply.said
    assert " ok " in reply.line("push")
    assert " ok " in reply.line("party platform-a")
    assert "mend" not in reply.out


def test_doctor_leaves_no_subscription_behind(cli: Cli, courier: ReferencePartner) -> None:
    """A second check sees the same as the first: nothing piles up at the candidate."""
    assert cli("doctor", courier.target_file).code == cli("doctor", courier.target_file).code == 0


def test_doctor_speaks_chinese(cli: Cli, courier: ReferencePartner) -> None:
    """Subjects, states and the last line are translated."""
    reply = cli("--lang", "zh", "doctor", courier.target_file)
    assert " 正常 " in reply.line("推送")
    assert "就绪" in reply.out


def test_doctor_names_the_party_whose_credential_is_refused(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """One wrong secret is that party's finding and nobody else's."""
    text = courier.target_file.read_text("utf-8")
    secret = (
        text.split("client_id: platform-b", 1)[1].split("client_secret: ", 1)[1].splitlines()[0]
    )
    reply = cli("doctor", rewritten(courier, tmp_path, (secret, "wrong")))
    assert reply.code == 3
    assert " mend " in reply.line("party platform-b")
    assert " ok " in reply.line("party platform-a")
    assert "the token endpoint answered 401 instead of 200 (invalid_client)." in reply.line(
        "party platform-b"
    )
    assert secret not in reply.said
    chinese = cli("doctor", "--lang", "zh", rewritten(courier, tmp_path, (secret, "wrong")))
    assert chinese.code == 3
    assert "令牌端点的应答为 401，而非 200 (invalid_client) " in chinese.line("对手方 platform-b")


def test_doctor_names_a_role_that_does_not_fit(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """Discovery and target file must agree on the role."""
    reply = cli("doctor", rewritten(courier, tmp_path, ("role: courier", "role: platform")))
    assert reply.code == 3
    assert "'courier'" in reply.out
    assert "'platform'" in reply.out


def test_doctor_names_a_driver_that_does_not_answer(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """A driver at an address where nobody listens must be mended."""
    url = next(
        line.split("url: ", 1)[1]
        for line in courier.target_file.read_text("utf-8").splitlines()
        if line.strip().startswith("url: ")
    )
    reply = cli("doctor", rewritten(courier, tmp_path, (url, f"http://127.0.0.1:{closed_port()}/")))
    assert reply.code == 3
    assert " mend " in reply.line("driver")
    assert "出错：连接被拒绝（" in cli("doctor", "--lang", "zh", tmp_path / "target.yaml").line(
        "驱动"
    )


def test_doctor_says_that_pushes_go_to_the_wrong_place(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """A public address that leads elsewhere is told, with a line to try from the candidate's
    machine.
    """
    target = rewritten(courier, tmp_path)
    target.write_text(
        target.read_text("utf-8")
        + f"\nreceiver:\n  public_url: http://127.0.0.1:{closed_port()}\n",
        "utf-8",
    )
    reply = cli("doctor", target)
    assert reply.code == 3
    assert " note " in reply.line("receiver")
    assert " mend " in reply.line("push")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_doctor_stops_where_nobody_listens(cli: Cli, tmp_path: Path, scheme: str) -> None:
    """Reachability is the one thing to mend; nothing that rests on it is guessed at."""
    target = tmp_path / "t.yaml"
    target.write_text(
        f"jidi-target: 1\nname: x\nrole: courier\nbase_url: {scheme}://127.0.0.1:{closed_port()}\n",
        "utf-8",
    )
    reply = cli("doctor", target)
    assert reply.code == 3
    assert " mend " in reply.line("reachability")
    assert "party" not in reply.out


def test_init_writes_a_file_that_doctor_takes(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """With the secrets in the environment the written file is a target file, in either language."""
    text = courier.target_file.read_text("utf-8")
    secrets = {
        f"{party.upper().replace('-', '_')}_SECRET": text.split(f"client_id: {party}", 1)[1]
        .split("client_secret: ", 1)[1]
        .splitlines()[0]
        for party in ("platform-a", "platform-b", "supervisor")
    }
    for language in ("en", "zh"):
        target = tmp_path / f"{language}.yaml"
        assert cli("--lang", language, "init", courier.base_url, "-o", target).code == 0
        reply = cli("doctor", target, **secrets)
        assert reply.code == 0, reply.said
        for party in ("platform-a", "platform-b", "supervisor"):
            assert " ok " in reply.line(f"party {party}")


def test_init_does_not_overwrite(cli: Cli, courier: ReferencePartner, tmp_path: Path) -> None:
    """A file with credentials in it is not lost by a slip."""
    target = tmp_path / "t.yaml"
    target.write_text("mine", "utf-8")
    assert cli("init", courier.base_url, "-o", target).code == 2
    assert target.read_text("utf-8") == "mine"
    assert cli("init", courier.base_url, "-o", target, "--force").code == 0
    assert target.read_text("utf-8") != "mine"
