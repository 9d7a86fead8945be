"""A certificate and its evidence, made of a kept run of a healthy courier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from tests.journals_made import journal_of
from tests.unit.judge.evidence_form import FOLDER, unpacked

from jidi.certificate.evidence import WAIVERS, read_evidence
from jidi.certificate.forms.trusting import Issuer, Trust, TrustedKey
from jidi.certificate.issuing import Occasion, Terms, issue
from jidi.certificate.looking import evidence_of
from jidi.certificate.statements import PAYLOAD
from jidi.keys import SigningKey, canonical, read_strictly, sign, verify
from jidi.model.roles import ROLES

NOW: Final = datetime(2100, 1, 1, 12, tzinfo=UTC)
"""After every run that is kept, whenever one is recorded anew."""
LATER: Final = datetime(2100, 1, 2, 12, tzinfo=UTC)
SINCE: Final = "2026-01-01T00:00:00Z"
KEY: Final = SigningKey.made()
HEALTHY: Final = "courier/consignment-accepted"
BROKEN: Final = "courier/broken/pull-lacks-facility"
WAIVER: Final[Mapping[str, Any]] = {
    "requirement": "DS-02.6",
    "reason": "mended in the next build",
    "owner": "Example Laboratory",
    "until": "2100-01-31",
}
TERMS: Final[Mapping[str, Any]] = {
    "jidi-terms": 1,
    "kind": "laboratory",
    "days": 365,
    "operator": {"name": "示例快递有限公司", "social_credit_code": {"unknown": "made up"}},
    "build": "4.2.0",
    "runner": {
        "name": "Example Laboratory",
        "independent_of_author": True,
        "independent_of_vendor": True,
    },
    "blind": False,
    "posting": {"unknown": "nothing was posted"},
    "vendor_statement": {"unknown": "the vendor gave none"},
    "status": {"unknown": "no list is published"},
    "new_run_when": ["another build"],
}


@dataclass(frozen=True)
class Made:
    """A certificate, its evidence, and who is trusted."""

    certificate: bytes
    evidence: bytes
    trust: Trust = field(default_factory=lambda: trust_in(KEY))

    @property
    def predicate(self) -> dict[str, Any]:
        """What it says."""
        payload = verify(self.certificate, [KEY.public], PAYLOAD).payload
        return dict(read_strictly(payload)["predicate"])


def trust_in(key: SigningKey, **members: Any) -> Trust:
    """Trust in a laboratory with that key."""
    kept = TrustedKey(key.public, members.pop("since", SINCE), members.pop("until", None))
    said: dict[str, Any] = {"kind": "laboratory", "roles": ROLES, "level": "privacy"}
    return Trust((Issuer("lab", keys=(kept,), **(said | members)),))


def kept(name: str = HEALTHY) -> list[dict[str, Any]]:
    """The records of a kept run."""
    return [dict(one) for one in unpacked((FOLDER / f"{name}.ndjson.zst").read_bytes())]


def archive(records: list[Any], attached: Mapping[str, bytes] | None = None) -> bytes:
    """The evidence of a run that wrote these records."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "journal.ndjson").write_bytes(journal_of(records))
        return evidence_of(Path(folder), attached or {})


@cache
def healthy() -> bytes:
    """Evidence of a selection that passed."""
    return archive(kept())


def given(evidence: bytes, key: SigningKey = KEY, **members: Any) -> bytes:
    """A certificate over it; ``members`` are other terms."""
    terms = Terms(Path("terms.yaml"), {**TERMS, **members})
    occasion = Occasion(NOW, selection=True)
    return issue(read_evidence(evidence), terms, ("lab", key), occasion)


@cache
def made() -> Made:
    """A certificate of a selection that passed."""
    return Made(given(healthy()), healthy())


def saying(predicate: Mapping[str, Any], key: SigningKey = KEY, of: Made | None = None) -> bytes:
    """A certificate that says so, well signed, made of another one."""
    statement = json.loads(verify((of or made()).certificate, [KEY.public], PAYLOAD).payload)
    return sign(canonical({**statement, "predicate": predicate}), PAYLOAD, key)


def waivers(*entries: Mapping[str, Any]) -> dict[str, bytes]:
    """A file of waivers, as it is attached."""
    return {
        WAIVERS: yaml.safe_dump(
            {"kit-waivers": 1, "waivers": [dict(one) for one in entries]}
        ).encode()
    }
