"""``jidi key``: made, shown, replaced."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from command_line import Cli

WORDS = "correct horse battery"


def test_key_is_made_shown_and_replaced(cli: Cli, tmp_path: Path) -> None:
    """By a passphrase in a file or in the environment."""
    (tmp_path / "words").write_text(f"{WORDS}\n")
    keys = ("--keys", tmp_path / "keys")
    made = cli("key", "new", "body", *keys, "--passphrase-file", tmp_path / "words")
    assert made.code == 0, made.said
    shown = cli("key", "show", "body", *keys, "--format", "json")
    keyid = json.loads(shown.out)["keys"][0]["keyid"]
    assert keyid in made.out
    again = cli("key", "rotate", "body", *keys, JIDI_KEY_PASSPHRASE=WORDS)
    assert again.code == 0, again.said
    assert f"{keyid}  made" in again.out
    assert "retired" in again.out
    assert len(cli("key", "show", *keys).out.splitlines()) == 2
    pem = cli("key", "show", "body", *keys, "--format", "pem").out
    read = ["openssl", "pkey", "-pubin", "-noout", "-text"]
    told = subprocess.run(read, input=pem, capture_output=True, text=True, check=True).stdout
    assert "ED25519 Public-Key" in told
    assert WORDS not in made.said + again.said


def test_without_a_passphrase_nothing_is_made(cli: Cli, tmp_path: Path) -> None:
    """And nobody waits for one where nobody is."""
    reply = cli("key", "new", "body", "--keys", tmp_path, "--lang", "zh")
    assert (reply.code, "口令" in reply.err) == (2, True)
    reply = cli("key", "new", "body", "--keys", tmp_path, "--passphrase-file", tmp_path / "none")
    assert (reply.code, "cannot be read" in reply.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_what_there_is_not_is_named(cli: Cli, tmp_path: Path) -> None:
    """With what to do."""
    reply = cli("key", "show", "nobody", "--keys", tmp_path)
    assert (reply.code, "jidi key new nobody" in reply.err) == (2, True)
    assert cli("key", "show", "--keys", tmp_path).code == 0
    assert cli("key", "show", "--keys", tmp_path, "--format", "pem").code == 2
