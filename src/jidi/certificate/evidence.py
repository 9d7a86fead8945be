"""The evidence of a run as one file: what was seen, by what it was judged, and the digest of each
part. The same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from jidi.certificate.forms.plain_zip import unpacked
from jidi.certificate.forms.refusing import Tampered
from jidi.drive.keeping import JOURNAL
from jidi.errors import OperatorError
from jidi.keys import StrictJsonError, canonical, read_strictly
from jidi.model.roles import Level
from jidi.model.verdict import Outcome, RunWord
from jidi.wording import sentence
from jidi.wording.reasons import unreadable

MANIFEST: Final = "manifest.json"
RUN: Final = "run.json"
WAIVERS: Final = "waivers.yaml"
ATTESTATIONS: Final = "attestations.yaml"
ATTACHED: Final = frozenset({WAIVERS, ATTESTATIONS})
_LARGEST_ATTACHMENT: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Evidence:
    """An archive that was read: ``parts`` by name, without the manifest, each with the digest that
    the manifest gives it.
    """

    manifest: bytes
    facts: Mapping[str, Any]
    parts: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, 64 hexadecimal digits: it stands for every byte."""
        return hashlib.sha256(self.manifest).hexdigest()

    @property
    def journal(self) -> bytes:
        """The journal."""
        return self.parts[JOURNAL]


def manifest_of(parts: Mapping[str, bytes], facts: Mapping[str, Any]) -> bytes:
    """The manifest over these parts."""
    listed = {
        name: {"bytes": len(part), "sha256": hashlib.sha256(part).hexdigest()}
        for name, part in parts.items()
    }
    return canonical({"jidi-evidence": 1, "facts": facts, "parts": listed}) + b"\n"


class AttachmentError(ValueError):
    """A file of waivers or attestations cannot be used; the word says why, ``row`` which entry is
    meant (empty: the file).
    """

    def __init__(self, word: str, row: str = "") -> None:
        super().__init__(f"{word} {row}".strip())
        self.word = word
        self.row = row


@dataclass(frozen=True, slots=True)
class Settled:
    """``outcomes`` by requirement, in ledger order; ``until`` is the day on which the first waiver
    or attestation ends.
    """

    word: RunWord
    level: Level
    outcomes: Mapping[str, Outcome]
    until: date | None = None


def read_evidence(data: bytes) -> Evidence:
    """What an archive holds, each part held against its digest.

    Raises:
        Tampered: it is not as it was written; the part is named.
    """
    parts = unpacked(data)
    manifest = parts.pop(MANIFEST, b"")
    try:
        said = read_strictly(manifest)
        listed, facts = said["parts"], said["facts"]
        digests = {str(name): str(entry["sha256"]) for name, entry in listed.items()}
        again = manifest_of(parts, facts)
    except (StrictJsonError, LookupError, TypeError, AttributeError) as error:
        raise Tampered(MANIFEST) from error
    for name in sorted({*digests, *parts}):
        if digests.get(name) != hashlib.sha256(parts.get(name, b"")).hexdigest():
            raise Tampered(name if name in parts else MANIFEST)
    if not isinstance(facts, dict) or again != manifest or not {JOURNAL, RUN} <= parts.keys():
        raise Tampered(MANIFEST)
    return Evidence(manifest, facts, parts)


def read_bounded(path: Path, largest: int = _LARGEST_ATTACHMENT) -> bytes:
    """A file that somebody named.

    Raises:
        OperatorError: it cannot be read, or is larger than ``largest`` bytes.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise unreadable(str(path), error) from error
    if len(data) > largest:
        raise too_large(path, largest)
    return data


def too_large(path: Path, largest: int) -> OperatorError:
    """What is said of something that has more than ``largest`` bytes."""
    return OperatorError(
        sentence("certificate/too-large", path=path, largest=largest),
        next_step=sentence("certificate/give-the-file-that-was-meant"),
    )
