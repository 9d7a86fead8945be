"""Whether a certificate is good: who signed it and may, when, for what; and whether its evidence,
judged here and now, says what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jidi.certificate.evidence import (
    ATTACHED,
    MANIFEST,
    RUN,
    AttachmentError,
    Evidence,
    read_evidence,
)
from jidi.certificate.forms.listing_status import StatusList
from jidi.certificate.forms.refusing import Refused, Tampered
from jidi.certificate.forms.trusting import Issuer, Trust, moment_of
from jidi.certificate.looking import Look, facts_of, look
from jidi.certificate.pinned import JUDGES, build_digest, rules_facts, rules_files
from jidi.certificate.settling import last_end
from jidi.certificate.signers import certified, status_for
from jidi.drive.keeping import JOURNAL
from jidi.errors import JidiError
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.run import RunRecord
from jidi.report.formats.run_json import run_json
from jidi.run.data import known_versions


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know: good at which moment, by which list of states (without one,
    nothing is said of revocation), and for what.
    """

    at: datetime
    status: bytes | None = None
    role: Role | None = None
    level: Level | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Good:
    """A certificate that holds: what it says, by whom, and whether the kit that judged here is the
    one that judged there.
    """

    predicate: Mapping[str, Any]
    issuer: Issuer
    same_kit: bool
    status: StatusList | None


def verified(certificate: bytes, evidence: bytes, trust: Trust, asked: Asked) -> Good:
    """The certificate, if it holds.

    Raises:
        Refused: it does not; the word says why.
    """
    predicate, issuer = certified(certificate, trust)
    found = read_evidence(evidence)
    if found.digest != predicate["evidence"]["sha256"]:
        raise Tampered("manifest.json")
    status = _in_time(predicate, issuer, asked)
    _in_scope(predicate["shown"], asked)
    _recomputed(predicate, found)
    same_kit = predicate["shown"]["kit"]["build"] == build_digest()
    return Good(predicate, issuer, same_kit, status)


def _in_time(predicate: Mapping[str, Any], issuer: Issuer, asked: Asked) -> StatusList | None:
    if asked.at < moment_of(predicate["issued"]):
        raise Refused("not-yet-valid")
    status = None if asked.status is None else status_for(asked.status, issuer)
    if status is not None:
        state = status.state(predicate["id"])
        if state != "good":
            raise Refused(state)
    if asked.at > moment_of(predicate["expires"]):
        raise Refused("expired")
    if status is not None and status.is_old(asked.at):
        raise Refused("status-too-old")
    return status


def _in_scope(shown: Mapping[str, Any], asked: Asked) -> None:
    if asked.role not in (None, shown["role"]):
        raise Refused("out-of-scope", "role")
    if asked.level is not None and LEVELS.index(shown["level"]) < LEVELS.index(asked.level):
        raise Refused("out-of-scope", "level")
    if asked.whole and shown["scope"] != "whole":
        raise Refused("out-of-scope", "scope")


def _recomputed(predicate: Mapping[str, Any], evidence: Evidence) -> None:
    """Judge the journal again; everything that the certificate says is shown must be."""
    shown = predicate["shown"]
    version = shown["standard"]["version"]
    if version not in known_versions() or shown["rules"] != rules_facts(version):
        raise Refused("other-rules")
    if evidence.facts.get("rules") != shown["rules"]:
        raise Refused("verdict-differs", "rules")
    try:
        seen = look(evidence, moment_of(predicate["issued"]))
        again = seen.shown()
    except (JidiError, AttachmentError) as error:
        raise Refused("verdict-differs", "journal.ndjson") from error
    _require_times(predicate, seen)
    for member in sorted(again.keys() | shown.keys()):
        if again.get(member) != shown.get(member):
            raise Refused("verdict-differs", member)
    _same_run(seen.record, evidence, same_kit=shown["kit"]["build"] == build_digest())


def _require_times(predicate: Mapping[str, Any], seen: Look) -> None:
    """A certificate follows on its run, and ends with what is waived or attested in it."""
    issued = moment_of(predicate["issued"])
    if issued < datetime.fromisoformat(seen.record.finished_at).replace(microsecond=0):
        raise Refused("verdict-differs", "issued")
    if moment_of(predicate["expires"]) > last_end(issued, seen.settled):
        raise Refused("verdict-differs", "expires")


def _same_run(record: RunRecord, evidence: Evidence, *, same_kit: bool) -> None:
    """Profile and ledger that lie beside the journal are the kit's, nothing else lies there, the
    manifest says of the run what its journal does, and the record of the run is its record; the
    words of the latter may be another kit's.
    """
    rules = rules_files(record)
    for name in sorted(rules.keys() | evidence.parts.keys() - {JOURNAL, RUN, *ATTACHED}):
        if evidence.parts.get(name) != rules.get(name):
            raise Refused("verdict-differs", name)
    if _of_the_run(evidence.facts) != _of_the_run(facts_of(record)):
        raise Refused("verdict-differs", MANIFEST)
    if same_kit and run_json(record) != evidence.parts[RUN]:
        raise Refused("verdict-differs", RUN)


def _of_the_run(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says that the journal says too: all but who judges."""
    kit = facts.get("kit")
    own = {**kit, **dict.fromkeys(JUDGES)} if isinstance(kit, Mapping) else kit
    return {**facts, "kit": own}
