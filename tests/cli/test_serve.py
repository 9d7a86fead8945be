"""The reference partner as a child process."""

from __future__ import annotations

import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from command_line import jidi_process

from jidi.cli.reference import reference_partner
from jidi.errors import UnreachableError


def answers(base_url: str) -> bool:
    """Whether anybody listens there."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - an address of our own
            f"{base_url}/.well-known/express-data-sharing", timeout=5
        ) as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_where_it_is_and_ends_with_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Three lines once it is ready; a signal ends it with 0, and nobody listens any more."""
    target = tmp_path / "target.yaml"
    with jidi_process("serve", "courier", "--target-file", target) as process:
        assert process.stdout is not None
        first, second, third = (process.stdout.readline() for _ in range(3))
        base_url = first.split()[-1]
        assert str(target) in second
        assert f"jidi certify {target}" in third
        assert target.is_file()
        assert answers(base_url)
        process.send_signal(number)
        assert process.wait(20) == 0
        assert not answers(base_url)


def test_serve_takes_the_port_that_it_is_given(tmp_path: Path) -> None:
    """A fixed port is kept."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with jidi_process(
        "serve", "courier", "--port", str(port), "--target-file", tmp_path / "t.yaml"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split()[-1] == f"http://127.0.0.1:{port}"
        process.terminate()
        assert process.wait(20) == 0


def test_serve_on_a_port_that_is_taken_gives_3() -> None:
    """The cause is told in one sentence."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        jidi_process("serve", "courier", "--port", str(server.getsockname()[1])) as process,
    ):
        said, _ = process.communicate(timeout=40)
    assert process.returncode == 3
    assert said.startswith("Error: ")
    assert "Traceback" not in said


def test_reference_partner_is_stopped_when_its_user_fails(tmp_path: Path) -> None:
    """An exception inside the block does not leave a server behind."""
    with pytest.raises(ZeroDivisionError), reference_partner("courier", tmp_path) as partner:
        raise ZeroDivisionError
    assert partner.process.poll() is not None
    assert not answers(partner.base_url)


def test_reference_partner_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The last line of its log is part of the error."""
    with (
        pytest.raises(UnreachableError, match="did not start"),
        reference_partner("courier", tmp_path, ["--no-such-option"]),
    ):
        pass
