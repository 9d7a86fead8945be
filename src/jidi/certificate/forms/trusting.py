"""Whom somebody trusts to issue certificates, and for what: a file that is the reader's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from jidi.keys import EnvelopeError, KeptKeys, PublicKey, canonical, read_strictly, verify
from jidi.keys.keyring import ROTATION
from jidi.model.roles import LEVELS, ROLES, Level, Role

Kind = Literal["self", "laboratory", "body"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Kinds of issuers: who is certified, who tests for others, and who answers for the standard."""
_LARGEST: Final = 1024 * 1024


class TrustError(ValueError):
    """A file of trust cannot be used, or a key does not follow from those that are trusted."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key, and when it signs: from ``since`` to ``until`` (``None``: it is in use). Of a
    ``stolen`` one nothing is taken, since whoever has it dates as he likes.
    """

    public: PublicKey
    since: str
    until: str | None
    stolen: bool = False

    def signs_at(self, moment: datetime) -> bool:
        """Whether the key was in use at ``moment``."""
        return moment_of(self.since) <= moment and (
            self.until is None or moment <= moment_of(self.until)
        )

    def as_json(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            **self.public.as_json(),
            "since": self.since,
            "until": self.until,
            "stolen": self.stolen,
        }


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues, as what, for which roles, and up to which level."""

    name: str
    kind: Kind
    roles: tuple[Role, ...]
    level: Level
    keys: tuple[TrustedKey, ...]

    def may(self, kind: str, role: Role, level: Level) -> bool:
        """Whether a certificate of that kind is this issuer's to give."""
        within = LEVELS[: LEVELS.index(self.level) + 1]
        return kind == self.kind and role in self.roles and level in within

    def as_json(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "roles": [*self.roles],
            "level": self.level,
            "keys": [key.as_json() for key in self.keys],
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """Every issuer that is trusted, each name once."""

    issuers: tuple[Issuer, ...] = ()

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Every key of every issuer."""
        return tuple(key.public for issuer in self.issuers for key in issuer.keys)

    def whose(self, keyid: str) -> tuple[Issuer, TrustedKey]:
        """Who has that key.

        Raises:
            LookupError: nobody who is trusted.
        """
        for issuer in self.issuers:
            for key in issuer.keys:
                if key.public.keyid == keyid:
                    return issuer, key
        raise LookupError(keyid)

    def to_bytes(self) -> bytes:
        """The file."""
        issuers = [issuer.as_json() for issuer in self.issuers]
        return canonical({"jidi-trust": 1, "issuers": issuers}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Trust:
        """Inverse of :meth:`to_bytes`.

        Raises:
            TrustError: it is no such file.
        """
        try:
            value = read_strictly(data, _LARGEST)
            found = cls(tuple(map(_issuer, value["issuers"])))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise TrustError("not-a-file") from error
        names = [issuer.name for issuer in found.issuers]
        keyids = [key.keyid for key in found.keys]
        if len(set(names)) < len(names) or len(set(keyids)) < len(keyids):
            raise TrustError("not-a-file")
        return found

    def taking(
        self,
        kept: KeptKeys,
        kind: Kind | None = None,
        roles: tuple[Role, ...] = (),
        level: Level | None = None,
    ) -> Trust:
        """The same with the keys of ``kept``. Of an issuer that is trusted already a new key is
        taken only if the last one that is trusted says so and is not stolen; what is not said of
        its kind, roles and level stays as it is. Of a new one it is a laboratory's, for all roles,
        up to the highest level.

        Raises:
            TrustError: a key does not follow, or somebody else has it.
        """
        keys = tuple(TrustedKey(one.public, one.made, one.retired) for one in _following(kept))
        others = [issuer for issuer in self.issuers if issuer.name != kept.name]
        if {key.public for key in keys} & {one for issuer in others for one in _publics(issuer)}:
            raise TrustError("belongs-to-another")
        usual = Issuer(kept.name, "laboratory", ROLES, LEVELS[-1], ())
        before = next((one for one in self.issuers if one.name == kept.name), usual)
        merged = Issuer(
            kept.name,
            kind or before.kind,
            roles or before.roles,
            level or before.level,
            _followed(before.keys, keys),
        )
        return Trust((*others, merged))

    def without(self, keyid: str) -> Trust:
        """The same, with the key called stolen.

        Raises:
            LookupError: nobody has it.
        """
        owner, lost = self.whose(keyid)
        keys = tuple(replace(key, stolen=True) if key == lost else key for key in owner.keys)
        return Trust(
            tuple(replace(one, keys=keys) if one == owner else one for one in self.issuers)
        )


def moment_of(text: str) -> datetime:
    """A time as the kit writes it: UTC, of seconds.

    Raises:
        ValueError: it is none.
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def written(moment: datetime) -> str:
    """Inverse of :func:`moment_of`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _publics(issuer: Issuer) -> list[PublicKey]:
    return [key.public for key in issuer.keys]


def _following(kept: KeptKeys) -> tuple[Any, ...]:
    """The keys of ``kept``, each named by the one before it, which it followed at that moment."""
    for index, envelope in enumerate(kept.rotations):
        old, new = kept.keys[index].public, kept.keys[index + 1].public
        try:
            said = verify(envelope.encode(), [old, new], ROTATION, threshold=2)
            told = read_strictly(said.payload)
            follows = (told["old"], told["new"]) == (old.as_json(), new.as_json())
            in_time = kept.keys[index].retired == told["at"] == kept.keys[index + 1].made
        except (EnvelopeError, ValueError, LookupError, TypeError) as error:
            raise TrustError("does-not-follow") from error
        if not follows or not in_time or told["name"] != kept.name:
            raise TrustError("does-not-follow")
    if kept.current.retired is not None:
        raise TrustError("does-not-follow")
    return kept.keys


def _followed(known: Sequence[TrustedKey], told: Sequence[TrustedKey]) -> tuple[TrustedKey, ...]:
    """The keys that are told now, where they begin with those that are known, as these were."""
    if known and known[-1].stolen and len(told) > len(known):
        raise TrustError("does-not-follow")
    for index, before in enumerate(known):
        now = told[index] if index < len(told) else None
        if (
            now is None
            or (now.public, now.since) != (before.public, before.since)
            or before.until not in (None, now.until)
        ):
            raise TrustError("does-not-follow")
    return (
        *(replace(now, stolen=before.stolen) for now, before in zip(told, known, strict=False)),
        *told[len(known) :],
    )


def _issuer(value: Mapping[str, Any]) -> Issuer:
    kind, level = KINDS[KINDS.index(value["kind"])], LEVELS[LEVELS.index(value["level"])]
    roles = tuple(role for role in ROLES if role in value["roles"])
    keys = tuple(map(_key, value["keys"]))
    return Issuer(str(value["name"]), kind, roles, level, keys)


def _key(value: Mapping[str, Any]) -> TrustedKey:
    since, until = value["since"], value["until"]
    moment_of(since)
    if until is not None:
        moment_of(until)
    return TrustedKey(PublicKey.from_json(value), since, until, value["stolen"] is not False)
