"""Keys are kept for their owner alone, and who trusts an old one can follow to the new one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jidi.errors import OperatorError
from jidi.keys import EnvelopeError, KeptKeys, KeyRing, sign, verify
from jidi.keys.keyring import ROTATION

PASSPHRASE = "correct horse battery"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """An empty one."""
    return KeyRing(tmp_path / "keys")


def test_key_that_was_made_signs(ring: KeyRing) -> None:
    """With its passphrase and no other."""
    kept = ring.new("body", PASSPHRASE, NOW)
    assert ring.names() == ("body",)
    assert ring.read("body") == kept
    assert kept.current.made == "2026-11-30T12:00:00Z"
    key = ring.signing_key("body", PASSPHRASE)
    assert verify(sign(b"x", "text/plain", key), [kept.current.public], "text/plain")
    with pytest.raises(OperatorError, match="does not open"):
        ring.signing_key("body", PASSPHRASE + "!")


def test_files_are_for_their_owner_alone(ring: KeyRing) -> None:
    """And encrypted; whoever opened one to others is told."""
    kept = ring.new("body", PASSPHRASE, NOW)
    assert ring.directory.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in ring.directory.iterdir()} == {0}
    file = ring.directory / f"{kept.current.public.keyid}.pem"
    assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    file.chmod(0o640)
    with pytest.raises(OperatorError, match="others than its owner"):
        ring.signing_key("body", PASSPHRASE)


def test_new_key_is_named_by_the_old_one(ring: KeyRing) -> None:
    """By both signatures, and by nobody else's."""
    old = ring.new("body", PASSPHRASE, NOW).current.public
    kept = ring.rotate("body", PASSPHRASE, "another passphrase", NOW.replace(hour=13))
    new = kept.current.public
    assert [key.retired for key in kept.keys] == ["2026-11-30T13:00:00Z", None]
    said = verify(kept.rotations[0].encode(), [old, new], ROTATION, threshold=2)
    assert json.loads(said.payload)["new"] == new.as_json()
    with pytest.raises(EnvelopeError):
        verify(kept.rotations[0].encode(), [new], ROTATION)
    assert ring.signing_key("body", "another passphrase").public == new
    assert KeptKeys.from_bytes((ring.directory / "body.json").read_bytes()) == kept


@pytest.mark.parametrize("name", ["", "A", "../a", "a/b", "寄递", "a" * 64, "-a", "a\n"])
def test_names_are_names(ring: KeyRing, name: str) -> None:
    """No paths, nothing that a shell or a terminal reads otherwise."""
    with pytest.raises(OperatorError):
        ring.new(name, PASSPHRASE, NOW)
    with pytest.raises(OperatorError):
        ring.read(name)


def test_no_key_takes_the_place_of_another(ring: KeyRing) -> None:
    """Also when many are made at once: one of them is."""

    def attempt(_: int) -> bool:
        try:
            ring.new("body", PASSPHRASE, NOW)
        except OperatorError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert len(list(ring.directory.glob("*.pem"))) == 1


def test_short_passphrase_is_refused(ring: KeyRing) -> None:
    """And nothing is left behind."""
    with pytest.raises(OperatorError, match="fewer than 12"):
        ring.new("body", "short", NOW)
    assert ring.names() == ()


def test_file_that_was_changed_is_not_read(ring: KeyRing) -> None:
    """It is named, and nothing of it is trusted."""
    ring.new("body", PASSPHRASE, NOW)
    file = ring.directory / "body.json"
    good = file.read_text("utf-8")
    other = KeyRing(ring.directory / "other").new("x", PASSPHRASE, NOW).current.public
    for bad in (
        "",
        "[]",
        "{}",
        good.replace('"made":"2026-', '"made":"26-'),
        good.replace(json.loads(good)["keys"][0]["public"], other.raw.hex()),
        good.replace('"rotations":[]', '"rotations":["x"]'),
    ):
        file.write_text(bad, "utf-8")
        with pytest.raises(OperatorError, match="not as the kit writes"):
            ring.read("body")
