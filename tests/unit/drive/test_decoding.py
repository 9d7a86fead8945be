"""What a body may cost to decode is bounded in every way."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from jidi.drive.http.bounds import ContentError
from jidi.drive.http.decoding import CODINGS, MEMBERS, decode

EMPTY = gzip.compress(b"", mtime=0)
BOUND = 2 * 1024 * 1024


def layered(content: bytes, layers: int) -> bytes:
    """``content`` behind as many empty members as fit into the bound, so many times."""
    for _ in range(layers):
        packed = gzip.compress(content, 1, mtime=0)
        content = EMPTY * ((BOUND - len(packed)) // len(EMPTY)) + packed
    return content


@pytest.mark.parametrize("layers", [1, 2])
def test_empty_members_in_thousands_are_refused_before_they_are_undone(layers: int) -> None:
    """A hundred thousand of them were five seconds of work for each coding."""
    body, begun = layered(b"{}", layers), time.process_time()
    with pytest.raises(ContentError, match="members"):
        decode(body, ", ".join(["gzip"] * layers), BOUND)
    assert time.process_time() - begun < 2


def test_a_body_of_several_members_is_read() -> None:
    """RFC 1952, 2.2: members one after another are one body."""
    body = b"".join(gzip.compress(bytes([65 + n]), mtime=0) for n in range(MEMBERS - 1))
    assert len(decode(body, "gzip", BOUND)[0]) == MEMBERS - 1


@pytest.mark.parametrize(
    "encoding",
    [
        ", ".join(["gzip"] * (CODINGS + 1)),
        ", ".join(["identity"] * 6000),
        "," * 100_000,
        "gzip, deflate, gzip, br",
        "x" * 10_000,
        "gzip;q=1",
    ],
)
def test_odd_lists_of_codings_are_refused(encoding: str) -> None:
    """With a short sentence, whatever the header holds."""
    with pytest.raises(ContentError) as refused:
        decode(b"{}", encoding, BOUND)
    assert len(str(refused.value)) < 200


def test_two_codings_are_undone_from_the_right() -> None:
    """As many as anybody uses."""
    body = gzip.compress(zlib.compress(b"[1]"), mtime=0)
    assert decode(body, "deflate, identity, gzip", BOUND) == (b"[1]", False)


def test_decoding_goes_by_the_deadline_of_the_exchange() -> None:
    """A deadline that has passed lets nothing begin."""
    with pytest.raises(TimeoutError):
        decode(EMPTY, "gzip", BOUND, time.monotonic() - 1)


@pytest.mark.parametrize("window", [31, 15, -15])
def test_a_bomb_is_cut_at_the_bound(window: int) -> None:
    """Each layer by itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    bomb = packer.compress(bytes(50_000_000)) + packer.flush()
    body, cut = decode(bomb, "gzip" if window == 31 else "deflate", BOUND)
    assert cut
    assert len(body) == BOUND
