"""Opens a recording, tells its format, reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from jidi.errors import OperatorError
from jidi.passive.reading.entries import MOST_BYTES, Recording, in_time_order
from jidi.passive.reading.flows import looks_like_flows, read_flows
from jidi.passive.reading.foreign_journal import read_journal_file
from jidi.passive.reading.har import read_har
from jidi.wording.reasons import unreadable

READERS: Final[Mapping[str, Callable[[bytes, str], Recording]]] = {
    "har": read_har,
    "journal": read_journal_file,
    "mitmproxy": read_flows,
}
"""Format to reader."""


def read_recording(path: Path, form: str = "") -> tuple[Recording, str]:
    """The recording in ``path`` and the SHA-256 of its bytes; ``form`` is one of :data:`READERS`,
    told from the content when empty.

    Raises:
        OperatorError: the file cannot be read, is larger than the bound, or is none of the formats.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise unreadable(str(path), error) from error
    if len(data) > MOST_BYTES:
        raise OperatorError(
            f"'{path}' is larger than {MOST_BYTES >> 20} MiB.",
            next_step="Record a shorter time, or cut it in parts.",
            zh=f"“{path}”超过 {MOST_BYTES >> 20} MiB。",
            zh_next_step="请缩短录制时间，或拆分文件。",
        )
    recording = READERS[form or _form(data, path)](data, str(path))
    recording.entries = list(in_time_order(recording.entries))
    return recording, f"sha256:{hashlib.sha256(data).hexdigest()}"


def _form(data: bytes, path: Path) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if looks_like_flows(data[:64]):
        return "mitmproxy"
    if head.startswith(b"{"):
        first = data.partition(b"\n")[0]
        return "journal" if b'"kind"' in first and b'"seq"' in first else "har"
    raise OperatorError(
        f"'{path}' is no recording that jidi knows.",
        next_step=f"It reads {', '.join(READERS)}; name one with --input.",
        zh=f"“{path}”不是 jidi 能识别的录制文件。",
        zh_next_step=f"可读格式：{'、'.join(READERS)}；请用 --input 指明。",
    )
