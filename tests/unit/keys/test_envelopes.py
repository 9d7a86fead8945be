"""What is signed cannot be changed, by anybody, in any byte; and openssl agrees."""

from __future__ import annotations

import base64
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jidi.keys import (
    EnvelopeError,
    PublicKey,
    SigningKey,
    StrictJsonError,
    canonical,
    read_strictly,
    sign,
    verify,
)

KIND = "application/vnd.in-toto+json"
PAYLOAD = canonical({"a": "寄递", "b": [1, 2, 3]})
OURS, THEIRS = SigningKey.made(), SigningKey.made()


def changed(envelope: bytes, **members: Any) -> bytes:
    """The envelope with other members, written as the kit writes it."""
    return canonical({**json.loads(envelope), **members}) + b"\n"


def test_what_was_signed_comes_back() -> None:
    """With who signed it; and it is the same envelope each time."""
    envelope = sign(PAYLOAD, KIND, OURS)
    opened = verify(envelope, [THEIRS.public, OURS.public], KIND)
    assert (opened.payload, opened.signers) == (PAYLOAD, (OURS.public.keyid,))
    assert envelope == sign(PAYLOAD, KIND, OURS)


def test_no_byte_of_an_envelope_can_be_changed() -> None:
    """Each byte, each bit of it at once and one of them: spaces, base64 and signature included."""
    envelope = sign(PAYLOAD, KIND, OURS)
    drawn = random.Random(18)  # noqa: S311 - which bit is changed is no secret
    for place in range(len(envelope)):
        for mask in (0xFF, 1 << drawn.randrange(8)):
            bad = bytearray(envelope)
            bad[place] ^= mask
            with pytest.raises(EnvelopeError):
                verify(bytes(bad), [OURS.public], KIND)


def test_openssl_alone_verifies_an_envelope(tmp_path: Path) -> None:
    """Nobody needs this kit to check a signature."""
    envelope = json.loads(sign(PAYLOAD, KIND, OURS))
    payload = base64.b64decode(envelope["payload"])
    (tmp_path / "public.pem").write_text(OURS.public.pem())
    (tmp_path / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin"]
    command += ["-in", "signed", "-sigfile", "signature"]
    for text, code in ((payload, 0), (payload + b" ", 1)):
        signed = b"DSSEv1 %d %b %d %b" % (len(KIND), KIND.encode(), len(text), text)
        (tmp_path / "signed").write_bytes(signed)
        assert subprocess.run(command, cwd=tmp_path, check=False).returncode == code


def test_who_is_not_known_signs_nothing() -> None:
    """Alone, under the id of another, or beside a signature that is good."""
    for envelope in (sign(PAYLOAD, KIND, THEIRS), sign(PAYLOAD, KIND, OURS, THEIRS)):
        with pytest.raises(EnvelopeError) as caught:
            verify(envelope, [OURS.public], KIND)
        assert caught.value.is_stranger
    theirs = json.loads(sign(PAYLOAD, KIND, THEIRS))["signatures"][0]
    stolen = [theirs | {"keyid": OURS.public.keyid}]
    with pytest.raises(EnvelopeError, match="not that of the document"):
        verify(changed(sign(PAYLOAD, KIND, OURS), signatures=stolen), [OURS.public], KIND)


def test_threshold_counts_keys() -> None:
    """Two of two, not one of two, and not one key twice."""
    known = [OURS.public, THEIRS.public]
    both = sign(PAYLOAD, KIND, OURS, THEIRS)
    assert set(verify(both, known, KIND, threshold=2).signers) == {key.keyid for key in known}
    with pytest.raises(EnvelopeError, match="too few"):
        verify(sign(PAYLOAD, KIND, OURS), known, KIND, threshold=2)
    one = json.loads(sign(PAYLOAD, KIND, OURS))["signatures"]
    with pytest.raises(EnvelopeError):
        verify(changed(both, signatures=one * 2), known, KIND, threshold=2)


@pytest.mark.parametrize(
    "members",
    [
        {"payload": base64.b64encode(b"{}").decode()},
        {"payloadType": "text/plain"},
        {"payloadType": 1},
        {"signatures": []},
        {"signatures": {}},
        {"signatures": [{}]},
        {"signatures": [1]},
        {"extra": 1},
        {"payload": "\ud800"},
        {"payload": 7},
    ],
)
def test_other_members_are_refused(members: dict[str, Any]) -> None:
    """Whatever was put in their place."""
    envelope = json.loads(sign(PAYLOAD, KIND, OURS)) | members
    data = json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    with pytest.raises(EnvelopeError):
        verify(data, [OURS.public], KIND)


def test_more_in_a_signature_is_refused() -> None:
    """What nobody signed does not travel along."""
    envelope = sign(PAYLOAD, KIND, OURS)
    signature = json.loads(envelope)["signatures"][0] | {"note": "good for all levels"}
    with pytest.raises(EnvelopeError, match="as the kit writes"):
        verify(changed(envelope, signatures=[signature]), [OURS.public], KIND)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[" * 100_000,
        b'{"payload":' * 50_000,
        b"\xff",
        b"null",
        b"[]",
        b'{"a":1,"a":2}',
        b"1e400",
        b"NaN",
        b"1.5",
        b"9" * 5_000,
        b"{}" + b" " * 5_000_000,
    ],
    ids=range(12),
)
def test_garbage_is_no_envelope_and_no_crash(data: bytes) -> None:
    """Bounded, and never quoted."""
    with pytest.raises(EnvelopeError):
        verify(data, [OURS.public], KIND)


def test_numbers_have_one_reading() -> None:
    """Integers up to 2^53, each member once."""
    assert read_strictly(b'{"a":9007199254740991}') == {"a": 2**53 - 1}
    for text in (b"9007199254740992", b"1.0", b"1e2", b'{"a":1,"a":1}', b"-Infinity"):
        with pytest.raises(StrictJsonError):
            read_strictly(text)


def test_id_of_a_key_is_that_of_the_key() -> None:
    """So that nobody has the id of another."""
    public = OURS.public
    assert PublicKey.from_json(public.as_json()) == public
    for wrong in (
        {"keyid": THEIRS.public.keyid},
        {"public": "zz" * 32},
        {"public": "00"},
        {"public": "ff" * 32},
        {"scheme": "rsa"},
    ):
        with pytest.raises(ValueError, match=r"."):
            PublicKey.from_json(public.as_json() | wrong)
