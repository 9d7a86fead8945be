"""A curl command repeats the exchange, and does nothing else, in a real shell."""

from __future__ import annotations

import base64
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import miniature
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from jidi.model.journal import Body, ExchangeRecord
from jidi.report.formats.curl import curl_command, shell_word

BASH = shutil.which("bash")


class _Server(ThreadingHTTPServer):
    seen: list[tuple[str, str, list[tuple[str, str]], bytes]]


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        assert isinstance(self.server, _Server)
        self.server.seen.append((self.command, self.path, list(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - names that http.server asks for

    def log_message(self, *arguments: Any) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """A real server on the loopback that remembers what it was asked."""
    listening = _Server(("127.0.0.1", 0), _Handler)
    listening.seen = []
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield listening
    listening.shutdown()
    thread.join()
    listening.server_close()


def shell(command: str, folder: Path, **variables: str) -> str:
    """Runs ``command`` in a fresh bash in ``folder`` and returns what it printed."""
    assert BASH is not None, "bash is needed to try the commands"
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables}
    done = subprocess.run(
        [BASH, "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
        timeout=20,
    )
    return done.stdout.decode()


def asking(**changes: Any) -> ExchangeRecord:
    """An exchange record whose request has ``changes``."""
    record = miniature.exchange("x000001")
    return structs.replace(record, request=structs.replace(record.request, **changes))


def aimed(server: _Server, **request: Any) -> ExchangeRecord:
    """An exchange record whose request goes to ``server``."""
    filled = {
        "method": "POST",
        "url": f"http://127.0.0.1:{server.server_port}/v1/a/../b?x=[1]",
        "headers": [],
        "body": {},
    } | request
    return miniature.exchange("x000001", request=filled)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"a":"\xe5\xaf\x84"}',
        b"@/etc/passwd",
        b'it\'s $HOME `id` "q" \\n',
        b"line\r\nline\ttab\x1b[0m",
        b"x" * 5000 + b"\nJIDI_BODY\n",
        b"y" * 3000,
        b"\x00\xff\x01",
        b"nul\x00in text",
    ],
    ids=["empty", "json", "at", "quotes", "controls", "long-with-mark", "long", "binary", "nul"],
)
def test_curl_command_sends_the_same_method_path_and_body(
    server: _Server, tmp_path: Path, body: bytes
) -> None:
    """Whatever the body is, byte for byte; dots in the path and brackets in the query are kept."""
    try:
        recorded: dict[str, Any] = {"text": body.decode()} if body else {}
    except UnicodeDecodeError:
        recorded = {"base64": base64.b64encode(body).decode()}
    shell(curl_command(aimed(server, body=recorded)), tmp_path)
    ((method, path, headers, received),) = server.seen
    assert (method, path, received) == ("POST", "/v1/a/../b?x=[1]", body)
    assert {name.lower() for name, _ in headers} <= {"host", "content-length"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_command_sends_the_headers_and_takes_the_credential_from_a_variable(
    server: _Server, tmp_path: Path
) -> None:
    """Headers arrive as recorded, an empty one too; the withheld token is a variable named after
    the party.
    """
    headers = [
        ["Authorization", "Bearer ⟦credential:0123456789ab⟧"],
        ["X-Quote", 'it\'s "x" $HOME'],
        ["X-Empty", ""],
        ["User-Agent", "jidi"],
    ]
    command = curl_command(aimed(server, headers=headers))
    assert '"$JIDI_PLATFORM_A_TOKEN"' in command
    shell(command, tmp_path, JIDI_PLATFORM_A_TOKEN="t-1", HOME="/nowhere")
    sent = dict(server.seen[0][2])
    assert (sent["Authorization"], sent["X-Quote"], sent["X-Empty"], sent["User-Agent"]) == (
        "Bearer t-1",
        'it\'s "x" $HOME',
        "",
        "jidi",
    )
    assert "Accept" not in sent


@pytest.mark.parametrize("value", ["Bearer secret-token", "secret-token", "Basic c2VjcmV0"])
def test_curl_command_never_shows_a_credential_that_slipped_into_the_journal(value: str) -> None:
    """Even an unredacted Authorization header stays out of the command."""
    command = curl_command(asking(headers=(("authorization", value),)))
    assert "secret" not in command
    assert "c2VjcmV0" not in command
    assert "$JIDI_PLATFORM_A_" in command


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "DPoP", ""])
@pytest.mark.parametrize("credential", ["forged", "given"])
def test_curl_command_never_offers_the_party_its_own_token_for_another(
    credential: str, scheme: str
) -> None:
    """What was tried is that another credential is refused; with the party's own it is another
    request.
    """
    record = structs.replace(
        asking(headers=(("Authorization", f"{scheme} ⟦credential:0123456789ab⟧".strip()),)),
        credential=credential,
    )
    command = curl_command(record)
    assert record.party == "platform-a"
    assert "PLATFORM_A" not in command
    assert "jidi token" not in command
    assert f'"$JIDI_{credential.upper()}_TOKEN"' in command
    assert command.startswith(f"# first: export JIDI_{credential.upper()}_TOKEN=")


def test_curl_command_leaves_out_headers_that_would_inject_another() -> None:
    """A line break in a value or a name that is a file reference is noted, not sent."""
    command = curl_command(asking(headers=(("X-A", "1\r\nX-B: 2"), ("@/etc/passwd", "x"))))
    assert "-H 'X-A" not in command
    assert "-H '@" not in command
    assert command.count("# header left out") == 2
    assert all(line.startswith("#") for line in command.split("\n")[:2])


@pytest.mark.parametrize("kind", sorted(miniature.HOSTILE))
def test_shell_word_is_one_argument_that_runs_nothing(kind: str, tmp_path: Path) -> None:
    """The shell sees exactly one argument and no file appears."""
    word = shell_word(miniature.HOSTILE[kind])
    assert shell(f"f() {{ echo $#; }}; f {word}", tmp_path).strip() == "1"
    assert not list(tmp_path.iterdir())
    assert not Path("/tmp/owned").exists()


def test_curl_command_says_that_a_body_was_cut() -> None:
    """A command that cannot repeat the whole request says so first."""
    cut = Body(digest="", size=1000, text="abc", truncated=True)
    assert curl_command(asking(body=cut)).startswith(
        "# the journal holds 3 of 1000 bytes of this body\n"
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        min_size=1,
        max_size=40,
    )
)
def test_shell_word_is_read_by_a_shell_as_it_was_written(texts: list[str]) -> None:
    """Whatever the text, the argument that arrives is that text."""
    words = " ".join(shell_word(text) for text in texts)
    assert shell(f"printf '%s\\0' {words}", Path("/")).split("\0")[:-1] == texts
