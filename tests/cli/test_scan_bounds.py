"""``jidi scan`` of what swells when it is unpacked, and of what takes longer than it may."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from command_line import Cli, Reply

from jidi.scan.intake.parts import RATIO, TRUSTED

LINE = '{"receiver_mobile":"13812345678"}\n'
SWELLS = TRUSTED + (4 << 20)


def zipped(**members: bytes) -> bytes:
    """An archive of the kind zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(data: bytes) -> bytes:
    """An archive of the kind tar, in gzip."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        about = tarfile.TarInfo("a.log")
        about.size = len(data)
        archive.addfile(about, io.BytesIO(data))
    return file.getvalue()


def holed(size: int) -> bytes:
    """An archive of the kind tar whose one file says that it is a hole of ``size`` bytes."""
    about = tarfile.TarInfo("a.log")
    about.type = tarfile.GNUTYPE_SPARSE
    head = bytearray(about.tobuf(tarfile.GNU_FORMAT))
    head[156:157] = tarfile.GNUTYPE_SPARSE
    head[386:398] = b"%011o\0" % 0
    head[398:410] = b"%011o\0" % 0
    head[483:495] = b"%011o\0" % size
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(1024)


def rows(reply: Reply) -> list[dict[str, str]]:
    """What was told, line by line."""
    return [json.loads(line) for line in reply.out.splitlines()]


@pytest.mark.parametrize("fill", [b"a,b\n" + b"\0" * SWELLS, b" " * SWELLS, b"\n" * SWELLS])
@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda data: gzip.compress(gzip.compress(data)),
        lambda data: zipped(a=data),
        lambda data: zipped(a=gzip.compress(data)),
        tarred,
    ],
    ids=["gzip", "gzip-twice", "zip", "gzip-in-zip", "tar"],
)
def test_scan_stops_where_a_stream_swells_beyond_all_measure(
    cli: Cli, tmp_path: Path, fill: bytes, pack: Callable[[bytes], bytes]
) -> None:
    """Zeros, blanks and line feeds in the packings: told with its reason, never clean."""
    (tmp_path / "a.csv").write_bytes(pack(fill))
    reply = cli("scan", "--format", "json", tmp_path / "a.csv")
    told = [row["why"] for row in rows(reply)]
    assert (reply.code, told[-1], set(told) <= {"swollen", "broken"}) == (2, "swollen", True)


@pytest.mark.parametrize(
    "data",
    [
        bz2.compress(b" " * SWELLS),
        lzma.compress(b" " * SWELLS),
        zstandard.compress(b" " * SWELLS),
        holed(1 << 40),
    ],
    ids=["bzip2", "xz", "zstandard", "hole-in-tar"],
)
def test_scan_stops_in_every_packing(cli: Cli, tmp_path: Path, data: bytes) -> None:
    """Also in those that swell more than gzip can, and in a file that is a hole."""
    (tmp_path / "a.log").write_bytes(data)
    reply = cli("scan", tmp_path / "a.log")
    assert reply.code == 2
    assert "not read" in reply.said


def test_scan_of_a_swollen_member_goes_on_with_the_next(cli: Cli, tmp_path: Path) -> None:
    """What was found elsewhere counts; the summary tells that something was not read."""
    (tmp_path / "a.zip").write_bytes(zipped(a=b" " * SWELLS, b=LINE.encode()))
    reply = cli("--lang", "zh", "scan", tmp_path / "a.zip")
    assert reply.code == 1
    assert "a.zip!/a: 未读完" in reply.said
    assert "未读 1 处（解压膨胀 1）" in reply.said


def test_scan_reads_what_packs_well(cli: Cli, tmp_path: Path) -> None:
    """The same events again and again, a hundredth as long, are read to their end."""
    text = b'{"waybill_no":"YT1","occurred_at":"2026-03-01T08:00:00Z","type":"IN_TRANSIT"}\n'
    data = gzip.compress(text * 20_000 + LINE.encode())
    assert len(text) * 20_000 > RATIO * len(data)
    (tmp_path / "a.gz").write_bytes(data)
    reply = cli("scan", tmp_path / "a.gz")
    assert (reply.code, "all read" in reply.said) == (1, True)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ndjson", LINE.encode()),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.json", b'[{"a": 1}]'),
        ("a.gz", gzip.compress(LINE.encode())),
        ("a.zip", zipped(a=LINE.encode(), b=LINE.encode())),
    ],
)
def test_scan_says_what_it_had_no_time_for(
    cli: Cli, tmp_path: Path, name: str, data: bytes, jobs: int
) -> None:
    """Once for each file, whatever it is; a scan that had no time is never clean."""
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(data)
    reply = cli("scan", "--format", "json", "--max-time", "1e-9", "--jobs", str(jobs), tmp_path)
    told = [(row["file"], row["why"]) for row in rows(reply)]
    assert told == [(str(tmp_path / one / name), "time-limit") for one in ("x", "y")]
    assert (reply.code, "time was over 2" in reply.said) == (2, True)


def test_scan_with_time_enough_reads_everything(cli: Cli, tmp_path: Path) -> None:
    """A bound that is not reached changes nothing."""
    (tmp_path / "a.ndjson").write_text(LINE, "utf-8")
    reply = cli("scan", "--max-time", "3600", tmp_path)
    assert (reply.code, "all read" in reply.said) == (1, True)
