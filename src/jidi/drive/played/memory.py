"""What played couriers keep from run to run when people entered them: the candidate subscribes
once, and pushes must go on reaching it.

A file beside the target file, for its owner alone; it holds the secrets of subscriptions. It is
written before the candidate gets the answer that it has changed something.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec import structs

from jidi.counterparty.serving.api import Kept
from jidi.errors import TargetError
from jidi.model.incoming.arrivals import ReceivedPush
from jidi.wording import sentence

_MOST_BYTES: Final = 32 * 1024 * 1024


class KeptCourier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of one courier: what it ``holds``, the request that made the last subscription,
    and whether a scenario was played with it.
    """

    holds: Kept = Kept()
    subscribing: ReceivedPush | None = None
    played: bool = False


NOTHING_KEPT: Final = KeptCourier()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    couriers: dict[str, KeptCourier] = {}


class CourierMemory:
    """The memory of a target, by the couriers' places below ``/couriers/``; without a target file
    it is forgotten with the process. Safe to use from many threads.
    """

    def __init__(self, target_file: str) -> None:
        """Read what there is, and see that it can be written.

        Raises:
            TargetError: the file beside ``target_file`` is none of ours, or cannot be read or
                written.
        """
        self._path = Path(target_file).with_suffix(".couriers.json") if target_file else None
        self._lock = threading.Lock()
        self._file = _File() if self._path is None else _read(self._path)
        if self._path is not None:
            _write(self._path, self._file)

    def of(self, segment: str) -> KeptCourier:
        """What the courier keeps."""
        with self._lock:
            return self._file.couriers.get(segment, KeptCourier())

    def keep(self, segment: str, kept: KeptCourier) -> None:
        """Keep this of it from now on, but whether it was played."""
        self._change(segment, structs.replace(kept, played=self.of(segment).played))

    def mark_played(self, segment: str) -> None:
        """Keep that a scenario is played with it."""
        self._change(segment, structs.replace(self.of(segment), played=True))

    def _change(self, segment: str, kept: KeptCourier) -> None:
        with self._lock:
            if self._file.couriers.get(segment) == kept:
                return
            self._file.couriers[segment] = kept
            if self._path is None:
                return
            with suppress(TargetError):  # a disk that is full now is no fault of the candidate
                _write(self._path, self._file)


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_MOST_BYTES), type=_File)
    except FileNotFoundError:
        return _File()
    except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise TargetError(
            sentence("drive/what-couriers-keep-cannot-be-read", path=path),
            next_step=sentence("drive/take-the-file-away-and-enter-the-couriers-anew"),
        ) from error


def _write(path: Path, content: _File) -> None:
    partial = path.with_suffix(".partial")
    try:
        data = msgspec.json.encode(content)
        partial.touch(mode=0o600)
        partial.write_bytes(data)
        partial.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        raise TargetError(
            sentence("drive/what-couriers-keep-cannot-be-written", path=path, error=str(error)),
            next_step=sentence("drive/make-the-folder-of-the-target-file-writable"),
        ) from error
