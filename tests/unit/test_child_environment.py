"""What a child process of the kit learns of the machine it runs on: next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jidi.resources import child_environment

_SAYS = (
    "import os, requests.utils as u; "
    "print(u.get_netrc_auth('http://127.0.0.1/'), u.get_environ_proxies('http://a.example/'), "
    "sorted(n for n in os.environ if 'SECRET' in n))"
)


def test_child_environment_holds_no_secret_no_proxy_and_no_netrc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Passwords in the operator's home, proxies and variables with secrets stay with the kit."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login operator password hunter2\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    monkeypatch.setenv("PLATFORM_A_SECRET", "s3cret")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    told = subprocess.run(
        [sys.executable, "-c", _SAYS],
        env=child_environment(tmp_path / "own"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split("\n")[0] == "None {} []"


def test_child_environment_takes_more_and_a_home_of_its_own(tmp_path: Path):
    """What the kit itself gives to a child is there, beside a home that is not the operator's."""
    made = child_environment(tmp_path, JIDI_HEADER_0="x")
    assert made["JIDI_HEADER_0"] == "x"
    assert made["HOME"] == str(tmp_path)
