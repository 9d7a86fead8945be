"""Keys that are kept: encrypted files for their owner alone, and beside them what anybody may know.

A folder holds ``NAME.json``, which is public, and ``KEYID.pem`` for each key that ``NAME`` has or
had. Whoever rotates has the new key signed by the old one, so that who knows the old one can
follow.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jidi.errors import OperatorError
from jidi.keys.envelopes import sign
from jidi.keys.key_pairs import PublicKey, SigningKey
from jidi.keys.strict_json import canonical, read_strictly
from jidi.resources import write_whole
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

ROTATION: Final = "application/vnd.jidi.key-rotation.v1+json"
"""Payload type of what an old key says of the new one."""
SHORTEST: Final = 12
"""Characters of a passphrase at least."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LARGEST: Final = 1024 * 1024


def default_directory() -> Path:
    """``JIDI_KEYS``, or ``jidi/keys`` in the folder for configuration."""
    if told := os.environ.get("JIDI_KEYS"):
        return Path(told)
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "jidi" / "keys"


@dataclass(frozen=True, slots=True)
class KeptKey:
    """One key of a name; ``made`` and ``retired`` are UTC, of seconds, as RFC 3339 writes them."""

    public: PublicKey
    made: str
    retired: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The key, and its times."""
        return {**self.public.as_json(), "made": self.made, "retired": self.retired}


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """What anybody may know of a name: its keys in the order in which they were made, the last one
    in use, and for each but the first the envelope (as text) in which the one before names it.
    """

    name: str
    keys: tuple[KeptKey, ...]
    rotations: tuple[str, ...] = ()

    @property
    def current(self) -> KeptKey:
        """The key in use."""
        return self.keys[-1]

    def as_json(self) -> dict[str, Any]:
        """As ``NAME.json`` holds it."""
        return {
            "jidi-keys": 1,
            "name": self.name,
            "keys": [key.as_json() for key in self.keys],
            "rotations": [*self.rotations],
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> KeptKeys:
        """Inverse of :meth:`as_json`.

        Raises:
            ValueError: it is no such file.
        """
        value = read_strictly(data, _LARGEST)
        try:
            if value["jidi-keys"] != 1 or not _NAME.fullmatch(value["name"]):
                raise ValueError("not a file of keys")
            keys = tuple(_kept(one) for one in value["keys"])
            rotations = tuple(map(str, value["rotations"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a file of keys") from error
        if not keys or len(rotations) != len(keys) - 1:
            raise ValueError("not a file of keys")
        return cls(value["name"], keys, rotations)


def _kept(value: Mapping[str, Any]) -> KeptKey:
    retired = value["retired"]
    return KeptKey(
        PublicKey.from_json(value),
        _time(value["made"]),
        None if retired is None else _time(retired),
    )


def _time(text: str) -> str:
    datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return text


class KeyRing:
    """The keys in ``directory``, which is made for its owner alone when the first key is."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def names(self) -> tuple[str, ...]:
        """Names that have keys, sorted."""
        found = (path.stem for path in self.directory.glob("*.json"))
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def read(self, name: str) -> KeptKeys:
        """What is public of ``name``.

        Raises:
            OperatorError: there is no such name, or its file is not as it was written.
        """
        path = self.directory / f"{name}.json"
        try:
            return KeptKeys.from_bytes(path.read_bytes()) if _NAME.fullmatch(name) else _none()
        except FileNotFoundError as error:
            raise OperatorError(
                sentence("keys/no-such-name", name=name, directory=self.directory),
                next_step=sentence("keys/make-one", name=name),
            ) from error
        except OSError as error:
            raise self._refused(path, error) from error
        except ValueError as error:
            raise OperatorError(
                sentence("keys/not-a-file-of-keys", path=path),
                next_step=sentence("keys/restore-it"),
            ) from error

    def publics(self, name: str) -> tuple[PublicKey, ...]:
        """Every key that ``name`` has or had.

        Raises:
            OperatorError: as :meth:`read` does.
        """
        return tuple(key.public for key in self.read(name).keys)

    def new(self, name: str, passphrase: str, now: datetime) -> KeptKeys:
        """A first key for ``name``.

        Raises:
            OperatorError: the name is taken or cannot be one, the passphrase is too short, or the
                folder cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise OperatorError(
                sentence("keys/not-a-name", name=name), next_step=sentence("keys/name-it-so")
            )
        key = SigningKey.made()
        made = KeptKeys(name, (KeptKey(key.public, _written_time(now)),))
        with self._locked():
            if (self.directory / f"{name}.json").exists():
                raise OperatorError(
                    sentence("keys/name-is-taken", name=name),
                    next_step=sentence("keys/rotate-it", name=name),
                )
            self._keep(key, passphrase)
            self._publish(made)
        return made

    def signing_key(self, name: str, passphrase: str) -> SigningKey:
        """The key of ``name`` that is in use.

        Raises:
            OperatorError: there is none, others may read its file, or the passphrase is another.
        """
        path = self.directory / f"{self.read(name).current.public.keyid}.pem"
        try:
            if path.stat().st_mode & 0o077:
                raise OperatorError(
                    sentence("keys/others-may-read", path=path),
                    next_step=sentence("keys/take-it-back", path=path),
                )
            return SigningKey.from_pem(path.read_bytes(), passphrase)
        except OSError as error:
            raise self._refused(path, error) from error
        except ValueError as error:
            raise OperatorError(
                sentence("keys/another-passphrase", path=path),
                next_step=sentence("keys/give-the-passphrase"),
            ) from error

    def rotate(self, name: str, passphrase: str, new_passphrase: str, now: datetime) -> KeptKeys:
        """A new key for ``name``, named by the one that it follows; that one is retired.

        Raises:
            OperatorError: as :meth:`new` and :meth:`signing_key` do.
        """
        with self._locked():
            old, before = self.signing_key(name, passphrase), self.read(name)
            new, at = SigningKey.made(), _written_time(now)
            said = {
                "name": name,
                "at": at,
                "old": old.public.as_json(),
                "new": new.public.as_json(),
            }
            envelope = sign(canonical(said), ROTATION, old, new).decode()
            after = KeptKeys(
                name,
                (
                    *before.keys[:-1],
                    replace(before.current, retired=at),
                    KeptKey(new.public, at),
                ),
                (*before.rotations, envelope),
            )
            self._keep(new, new_passphrase)
            self._publish(after)
        return after

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One after the other, also from several processes."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            held = os.open(self.directory / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._refused(self.directory, error) from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def _keep(self, key: SigningKey, passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise OperatorError(
                sentence("keys/passphrase-is-short", shortest=SHORTEST),
                next_step=sentence("keys/give-a-longer-one"),
            )
        self._write(self.directory / f"{key.public.keyid}.pem", key.pem(passphrase))

    def _publish(self, kept: KeptKeys) -> None:
        content = canonical(kept.as_json()) + b"\n"
        self._write(self.directory / f"{kept.name}.json", content)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            write_whole(path, content)
        except OSError as error:
            raise self._refused(path, error) from error

    def _refused(self, path: Path, error: OSError) -> OperatorError:
        return OperatorError(
            sentence(
                "keys/refused-by-the-system",
                path=path,
                strerror=error.strerror,
                error_zh=system_zh(error),
            ),
            next_step=sentence("keys/another-folder"),
        )


def _none() -> KeptKeys:
    raise FileNotFoundError


def _written_time(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
