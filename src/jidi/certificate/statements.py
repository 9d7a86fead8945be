"""What a certificate says: what the evidence shows, which anybody computes again, and what its
issuer says, for which the signature alone stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from jidi import resources
from jidi.certificate.evidence import Evidence, Settled
from jidi.drive.keeping import Follower
from jidi.keys import canonical
from jidi.model.run import RunRecord
from jidi.model.verdict import Outcome
from jidi.registry.schema_set import SchemaSet
from jidi.registry.values import Fault
from jidi.report.overview import exercised, generated_cases

PAYLOAD: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://schemas.jidi.example/certificate/v1"
"""Predicate type; its schema is ``conformance/meta/certificate.schema.json``."""
_LISTS: Final[Mapping[str, Outcome]] = {
    "tested": Outcome.PASS,
    "warned": Outcome.WARN,
    "attested": Outcome.ATTESTED,
    "waived": Outcome.WAIVED,
    "not_applicable": Outcome.NOT_APPLICABLE,
}
"""Lists of requirements by the outcome to which they came."""


def statement_of(predicate: Mapping[str, Any]) -> bytes:
    """The in-toto Statement about the candidate that ``predicate`` names, as it is signed."""
    candidate = predicate["shown"]["candidate"]
    digest = hashlib.sha256(canonical(candidate)).hexdigest()
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [{"name": candidate["name"], "digest": {"sha256": digest}}],
            "predicateType": PREDICATE,
            "predicate": predicate,
        }
    )


def faults(predicate: Any) -> list[Fault]:
    """What is wrong with a predicate by its schema."""
    return _schemas().validate("certificate", predicate)


@cache
def _schemas() -> SchemaSet:
    return SchemaSet.read(resources.conformance_root() / "meta")


def shown_by(record: RunRecord, settled: Settled, evidence: Evidence) -> dict[str, Any]:
    """Everything that follows from the evidence and the rules alone."""
    header, facts = record.header, evidence.facts
    return {
        "verdict": settled.word,
        "scope": "selection" if record.verdict.selected or not header.generated else "whole",
        "role": record.verdict.role,
        "level": settled.level,
        "standard": {"version": header.standard_version, "part": "full"},
        "profile": {
            "id": record.profile.id,
            "version": record.profile.version,
            "digest": record.profile.digest,
        },
        "rules": facts["rules"],
        "kit": facts["kit"],
        "candidate": _candidate(record),
        "run": {
            "id": header.id,
            "seed": str(header.seed),
            "started": record.started_at,
            "finished": record.finished_at,
            "repeat": header.repeat,
            "generated": header.generated,
        },
        "requirements": _requirements(settled),
        "figures": _figures(record),
        "journal": {"head": _head(evidence.journal), "records": len(record.journal)},
        "second_leg": _unknown("no recorded traffic was judged beside the run"),
    }


def _unknown(reason: str) -> dict[str, Any]:
    return {"value": None, "reason": reason}


def _candidate(record: RunRecord) -> dict[str, Any]:
    target, discovery = record.header.target, record.header.discovery
    capabilities = discovery.get("capabilities") if isinstance(discovery, Mapping) else None
    declared = [one for one in capabilities or () if isinstance(one, str)]
    return {
        "name": target.name,
        "base_url": target.base_url,
        "discovery": {"value": _digest_of(discovery), "reason": ""}
        if discovery is not None
        else _unknown("no discovery document was had"),
        "declared": sorted(set(declared))[:200],
        "binding": "declared",
    }


def _digest_of(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _requirements(settled: Settled) -> dict[str, list[str]]:
    found = {
        name: [row for row, outcome in settled.outcomes.items() if outcome is wanted]
        for name, wanted in _LISTS.items()
    }
    told = {row for rows in found.values() for row in rows}
    return {**found, "open": [row for row in settled.outcomes if row not in told]}


def _figures(record: RunRecord) -> dict[str, Any]:
    part, whole = exercised(record)
    checks = [check for row in record.verdict.requirements for check in row.checks]
    begun, ended = map(datetime.fromisoformat, (record.started_at, record.finished_at))
    return {
        "binding": whole,
        "exercised": part,
        "checks": len(checks),
        "checks_passed": sum(check.outcome is Outcome.PASS for check in checks),
        "exchanges": len(record.exchanges),
        "generated_cases": generated_cases(record),
        "milliseconds": round((ended - begun).total_seconds() * 1000),
    }


def _head(journal: bytes) -> str:
    follower = Follower()
    for line in journal.split(b"\n")[:-1]:
        follower.read(line)
    return follower.head
