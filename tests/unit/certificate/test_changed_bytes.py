"""No byte of a certificate or of its evidence can be changed, and the part in which it lies is
named.
"""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

import pytest
from tests.sampling import thinned
from tests.unit.certificate.made import LATER, healthy, made

from jidi.certificate.evidence import read_evidence
from jidi.certificate.forms.plain_zip import packed, unpacked
from jidi.certificate.forms.refusing import Refused, Tampered
from jidi.certificate.verifying import Asked, verified

ASKED = Asked(LATER, whole=False)
TRIES = 1_000


def spans() -> dict[str, range]:
    """Where the bytes of each part lie in the archive."""
    data = healthy()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        found = {}
        for info in archive.infolist():
            name, more = struct.unpack_from("<HH", data, info.header_offset + 26)
            begin = info.header_offset + 30 + name + more
            found[info.filename] = range(begin, begin + info.file_size)
    return found


def changed(data: bytes, place: int, drawn: random.Random) -> bytes:
    """The same but for one byte."""
    return data[:place] + bytes([data[place] ^ drawn.randrange(1, 256)]) + data[place + 1 :]


@pytest.mark.parametrize("part", thinned(range(20), 5))
def test_no_byte_can_be_changed(part: int) -> None:
    """A thousand changes over both files, by their size; fifty in each part of the test."""
    one = made()
    both = one.certificate + one.evidence
    drawn = random.Random(1_800 + part)  # noqa: S311 - which bytes are changed is no secret
    cut = len(one.certificate)
    for _ in range(TRIES // 20):
        bad = changed(both, drawn.randrange(len(both)), drawn)
        with pytest.raises(Refused) as caught:
            verified(bad[:cut], bad[cut:], one.trust, ASKED)
        assert caught.value.word in {"tampered", "unknown-issuer"}


def test_each_part_is_named() -> None:
    """First, last and some bytes of each; between the parts it is the archive, or the part whose
    header it is.
    """
    one, drawn = made(), random.Random(18)  # noqa: S311 - which bytes are changed is no secret
    inside = set()
    for name, span in spans().items():
        inside |= set(span)
        for place in {span[0], span[-1], *(drawn.choice(span) for _ in range(3))}:
            with pytest.raises(Tampered) as caught:
                verified(one.certificate, changed(one.evidence, place, drawn), one.trust, ASKED)
            assert caught.value.part == name
    between = [place for place in range(len(one.evidence)) if place not in inside]
    for place in drawn.sample(between, 100):
        with pytest.raises(Tampered) as caught:
            verified(one.certificate, changed(one.evidence, place, drawn), one.trust, ASKED)
        assert caught.value.part in {"archive", *spans()}


def test_every_byte_of_a_certificate_counts() -> None:
    """One after the other."""
    one, drawn = made(), random.Random(18)  # noqa: S311 - which bytes are changed is no secret
    for place in range(0, len(one.certificate), 7):
        with pytest.raises(Refused) as caught:
            verified(changed(one.certificate, place, drawn), one.evidence, one.trust, ASKED)
        assert caught.value.word in {"tampered", "unknown-issuer"}


def test_part_that_is_put_in_changed_or_taken_out_is_named() -> None:
    """With an archive that is well made."""
    parts = unpacked(healthy())
    assert packed(parts) == healthy()
    for bad, name in (
        ({**parts, "note.txt": b"good"}, "note.txt"),
        ({**parts, "run.json": b"{}"}, "run.json"),
        ({key: value for key, value in parts.items() if key != "run.json"}, "manifest.json"),
        ({key: value for key, value in parts.items() if key != "manifest.json"}, "manifest.json"),
        ({**parts, "manifest.json": parts["manifest.json"] + b" "}, "manifest.json"),
        ({**parts, "manifest.json": b"[]"}, "manifest.json"),
    ):
        with pytest.raises(Tampered) as caught:
            read_evidence(packed(bad))
        assert caught.value.part == name


def strange_archives() -> list[bytes]:
    """What somebody might hand in instead: packed, with ways out, doubled, nested, cut."""
    found = [
        b"",
        b"PK",
        b"PK\x05\x06" + b"\0" * 18,
        healthy()[:-1],
        healthy() + b"\0",
        b"\0" * 9_000,
    ]
    for names, method in (
        (["../../escape"], zipfile.ZIP_STORED),
        (["/etc/passwd"], zipfile.ZIP_STORED),
        (["a" * 3_000], zipfile.ZIP_STORED),
        (["journal.ndjson"], zipfile.ZIP_DEFLATED),
        (["journal.ndjson"], zipfile.ZIP_BZIP2),
        (["journal.ndjson"], zipfile.ZIP_LZMA),
        ([f"part-{number}" for number in range(500)], zipfile.ZIP_STORED),
    ):
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name in names:
                archive.writestr(name, b"\0" * 1_000_000 if len(names) == 1 else b"")
        found.append(stream.getvalue())
    return found


@pytest.mark.parametrize("data", strange_archives(), ids=range(13))
def test_archive_of_another_form_is_none(data: bytes) -> None:
    """Nothing is unpacked, nothing leaves the memory, nothing swells."""
    with pytest.raises(Tampered) as caught:
        read_evidence(data)
    assert caught.value.part in {"archive", "manifest.json"}
