"""A certificate holds or it does not, and each reason has its word and its exit code."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.certificate.made import (
    BROKEN,
    KEY,
    LATER,
    NOW,
    SINCE,
    WAIVER,
    Made,
    archive,
    given,
    healthy,
    kept,
    made,
    saying,
    trust_in,
    waivers,
)

from jidi.certificate.evidence import manifest_of, read_evidence
from jidi.certificate.forms.listing_status import STATUS, State, next_list, read_list
from jidi.certificate.forms.plain_zip import packed, unpacked
from jidi.certificate.forms.refusing import CODES, RefusalWord, Refused
from jidi.certificate.forms.trusting import Trust, written
from jidi.certificate.issuing import NotIssued
from jidi.certificate.signers import said_by
from jidi.certificate.statements import PAYLOAD
from jidi.certificate.verifying import Asked, Good, verified
from jidi.keys import KeyRing, SigningKey, canonical, read_strictly, sign
from jidi.keys import verify as opened
from jidi.keys.keyring import ROTATION, KeptKey
from jidi.model.roles import LEVELS, ROLES

ASKED = Asked(LATER, whole=False)


def verify(one: Made, asked: Asked = ASKED) -> Good:
    """Look whether it holds."""
    return verified(one.certificate, one.evidence, one.trust, asked)


def refused(one: Made, asked: Asked = ASKED) -> tuple[str, str]:
    """The word and the part with which it is refused."""
    with pytest.raises(Refused) as caught:
        verify(one, asked)
    assert caught.value.exit_code == CODES[caught.value.word]
    return caught.value.word, caught.value.part


def test_certificate_holds() -> None:
    """And says what was seen, in lists that hold each requirement once."""
    good = verify(made())
    shown = good.predicate["shown"]
    assert good.same_kit
    assert (shown["verdict"], shown["scope"]) == ("selection-passed", "selection")
    rows = [row for rows in shown["requirements"].values() for row in rows]
    assert len(rows) == len(set(rows)) > 0
    assert shown["figures"]["checks"] >= shown["figures"]["checks_passed"] > 0


def test_same_run_gives_the_same_bytes() -> None:
    """Whoever bundles it, and whenever."""
    assert archive(kept()) == healthy()


def test_openssl_alone_verifies_a_certificate(tmp_path: Path) -> None:
    """Nobody needs this kit to see who signed it."""
    envelope = json.loads(made().certificate)
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    (tmp_path / "signed").write_bytes(signed)
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    (tmp_path / "public.pem").write_text(KEY.public.pem())
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin"]
    command += ["-in", "signed", "-sigfile", "sig"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "signed").write_bytes(signed.replace(b"selection", b"wholeness"))
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 1


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (replace(ASKED, at=NOW - timedelta(seconds=1)), ("not-yet-valid", "")),
        (replace(ASKED, at=NOW + timedelta(days=366)), ("expired", "")),
        (replace(ASKED, role="platform"), ("out-of-scope", "role")),
        (replace(ASKED, level="full"), ("out-of-scope", "level")),
        (replace(ASKED, whole=True), ("out-of-scope", "scope")),
    ],
)
def test_what_was_asked_decides(asked: Asked, word: tuple[str, str]) -> None:
    """Time, role, level, and whether a part is enough."""
    assert refused(made(), asked) == word


@pytest.mark.parametrize(
    ("trust", "word"),
    [
        (Trust(), ("unknown-issuer", "")),
        (trust_in(SigningKey.made()), ("unknown-issuer", "")),
        (trust_in(KEY).without(KEY.public.keyid), ("unknown-issuer", "key")),
        (trust_in(KEY, until="2100-01-01T11:59:59Z"), ("unknown-issuer", "key")),
        (trust_in(KEY, since="2100-01-01T12:00:01Z"), ("unknown-issuer", "key")),
        (trust_in(KEY, roles=("platform",)), ("out-of-scope", "issuer")),
        (trust_in(KEY, kind="body"), ("out-of-scope", "issuer")),
    ],
    ids=range(7),
)
def test_whom_one_trusts_decides(trust: Trust, word: tuple[str, str]) -> None:
    """Nobody, somebody else, a key that is stolen or not in use, an issuer of something else."""
    assert refused(replace(made(), trust=trust)) == word


def test_level_of_an_issuer_bounds_its_certificates() -> None:
    """A laboratory for core certifies nothing above it."""
    records = kept("courier/consignment-accepted")
    level = records[0]["run"]["level"]
    word = ("out-of-scope", "issuer") if level != "core" else None
    trusted = replace(made(), trust=trust_in(KEY, level="core"))
    if word is None:
        assert verify(trusted)
    else:
        assert refused(trusted) == word


@pytest.mark.parametrize(
    ("states", "at", "word"),
    [
        (["revoked"], LATER, "revoked"),
        (["suspended"], LATER, "suspended"),
        (["suspended", "good"], LATER, None),
        (["revoked", "good"], LATER, "revoked"),
        (["good"], LATER + timedelta(days=40), "status-too-old"),
        (["revoked"], LATER + timedelta(days=400), "revoked"),
    ],
)
def test_list_of_states_decides(states: list[State], at: Any, word: RefusalWord | None) -> None:
    """What was revoked stays so; what is suspended may come back; an old list says nothing."""
    data: bytes | None = None
    for state in states:
        before = None if data is None else read_list(data, [KEY.public])
        data = next_list(before, {made().predicate["id"]: state}, KEY, NOW)
    asked = replace(ASKED, status=data, at=at)
    if word is None:
        good = verify(made(), asked)
        assert good.status is not None
        assert good.status.number == len(states)
    else:
        assert refused(made(), asked) == (word, "")


def test_list_of_somebody_else_is_none() -> None:
    """Whoever could hand in any list could take any certificate back, or keep it."""
    stranger = next_list(None, {}, SigningKey.made(), NOW)
    assert refused(made(), replace(ASKED, status=stranger)) == ("unknown-issuer", "status")
    for data in (made().certificate, b""):
        assert refused(made(), replace(ASKED, status=data)) == ("tampered", "status")


def test_list_of_a_key_that_was_not_in_use_is_none() -> None:
    """A retired key, found somewhere, could bring back what its successor revoked."""
    trust = trust_in(KEY, until=written(NOW))
    for at, word in ((NOW, None), (NOW + timedelta(seconds=1), ("unknown-issuer", "status"))):
        asked = replace(ASKED, status=next_list(None, {}, KEY, at))
        one = replace(made(), trust=trust)
        if word is None:
            assert verify(one, asked)
        else:
            assert refused(one, asked) == word


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": "2"},
        {"number": True},
        {"jidi-status": 2},
        {"note": "x"},
        {"next": "2100-01-01T12:00:00Z"},
        {"next": "2100-02-01T12:00:00Z"},
    ],
    ids=range(7),
)
def test_list_has_one_form_and_does_not_hold_for_ever(change: dict[str, Any]) -> None:
    """Whoever could date the next one as late as he likes would never have to revoke anything."""
    value = json.loads(opened(next_list(None, {}, KEY, NOW), [KEY.public], STATUS).payload)
    data = sign(canonical({**value, **change}), STATUS, KEY)
    assert refused(made(), replace(ASKED, status=data)) == ("tampered", "status")


def test_list_with_two_signatures_is_none() -> None:
    """As a certificate has one."""
    other = SigningKey.made()
    both = Trust(
        (
            replace(
                trust_in(KEY).issuers[0],
                keys=(*trust_in(KEY).issuers[0].keys, *trust_in(other).issuers[0].keys),
            ),
        )
    )
    value = opened(next_list(None, {}, KEY, NOW), [KEY.public], STATUS).payload
    data = sign(value, STATUS, KEY, other)
    assert refused(replace(made(), trust=both), replace(ASKED, status=data))[1] == "status"


def test_certificate_bears_the_name_of_whom_one_trusts() -> None:
    """Whoever has a trusted key speaks for himself, and for nobody better known."""
    predicate = copy.deepcopy(made().predicate)
    predicate["issuer"]["name"] = "State Post Bureau"
    one = replace(made(), certificate=saying(predicate))
    assert refused(one) == ("out-of-scope", "issuer")


@pytest.mark.parametrize(
    ("member", "moment"),
    [("expires", "2103-01-03T12:00:00Z"), ("issued", "2026-01-02T00:00:00Z")],
)
def test_certificate_follows_on_its_run_and_ends(member: str, moment: str) -> None:
    """Three years at most, and not before there was anything to certify."""
    predicate = copy.deepcopy(made().predicate)
    predicate[member] = moment
    one = replace(made(), certificate=saying(predicate))
    assert refused(one) == ("verdict-differs", member)


def test_certificate_ends_with_its_waiver() -> None:
    """Whatever end it names."""
    evidence = archive(kept(BROKEN), waivers(WAIVER))
    one = Made(given(evidence), evidence)
    predicate = dict(read_strictly(opened(one.certificate, [KEY.public], PAYLOAD).payload))
    predicate = copy.deepcopy(predicate["predicate"])
    predicate["expires"] = "2100-02-01T00:00:00Z"
    assert refused(replace(one, certificate=saying(predicate, of=one))) == (
        "verdict-differs",
        "expires",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "1"},
        {"target": None},
        {"approved_by": "a ministry"},
        {"kit": {"version": "99"}},
    ],
    ids=range(4),
)
def test_manifest_says_of_the_run_what_its_journal_does(change: dict[str, Any]) -> None:
    """And nothing that nobody computes."""
    parts = unpacked(healthy())
    manifest = json.loads(parts["manifest.json"])
    kit = {**manifest["facts"]["kit"], **change.get("kit", {})}
    facts = {**manifest["facts"], **change, "kit": kit}
    assert facts != manifest["facts"]
    parts["manifest.json"] = canonical({**manifest, "facts": facts}) + b"\n"
    assert refused(_signed_over(packed(parts), kit)) == ("verdict-differs", "manifest.json")


def test_nothing_lies_beside_the_evidence() -> None:
    """What nobody looks at would be taken for looked at."""
    parts = unpacked(healthy())
    manifest, note = json.loads(parts.pop("manifest.json")), {"note.txt": b"good"}
    parts |= note
    parts["manifest.json"] = manifest_of(parts, manifest["facts"])
    one = _signed_over(packed(parts), manifest["facts"]["kit"])
    assert refused(one) == ("verdict-differs", "note.txt")


def _signed_over(evidence: bytes, kit: dict[str, Any]) -> Made:
    """A certificate that its issuer made over other evidence, with what it says of the kit."""
    predicate = copy.deepcopy(made().predicate)
    predicate["evidence"]["sha256"] = read_evidence(evidence).digest
    predicate["shown"]["kit"] = kit
    return Made(saying(predicate), evidence)


def test_journal_that_was_changed_is_refused() -> None:
    """One status turned and the chain made anew: it would flip a verdict, and is not what was
    signed.
    """
    records = copy.deepcopy(kept())
    place = next(at for at, one in enumerate(records) if answer(one) == 201)
    records[place]["response"]["status"] = 500
    forged = archive(records)
    with pytest.raises(NotIssued, match="selection-failed"):
        given(forged)
    assert refused(replace(made(), evidence=forged)) == ("tampered", "manifest.json")


def test_journal_from_scratch_is_refused_without_the_key() -> None:
    """Chain, digests and certificate are all consistent; nobody who is trusted signed them."""
    records = copy.deepcopy(kept())
    records[0]["run"]["id"] = "0123456789ab"
    forged = archive(records)
    stranger = Made(given(forged, SigningKey.made()), forged)
    assert refused(stranger) == ("unknown-issuer", "")
    assert refused(replace(stranger, certificate=made().certificate))[0] == "tampered"
    assert refused(replace(made(), certificate=stranger.certificate))[0] == "unknown-issuer"


def answer(record: dict[str, Any]) -> Any:
    """Status of the answer that a record holds."""
    response = record.get("response")
    return response.get("status") if isinstance(response, dict) else None


def _flip_verdict(predicate: dict[str, Any]) -> None:
    predicate["shown"]["verdict"] = "conformant"


def _flip_scope(predicate: dict[str, Any]) -> None:
    predicate["shown"]["scope"] = "whole"


def _flip_level(predicate: dict[str, Any]) -> None:
    levels = {"core": "privacy", "privacy": "core"}
    predicate["shown"]["level"] = levels[predicate["shown"]["level"]]


def _more_tested(predicate: dict[str, Any]) -> None:
    predicate["shown"]["requirements"]["tested"].append("PI-99.9")


def _more_checks(predicate: dict[str, Any]) -> None:
    predicate["shown"]["figures"]["checks_passed"] += 1


def _other_seed(predicate: dict[str, Any]) -> None:
    predicate["shown"]["run"]["seed"] += "1"


def _other_head(predicate: dict[str, Any]) -> None:
    predicate["shown"]["journal"]["head"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (_flip_verdict, "verdict"),
        (_flip_scope, "scope"),
        (_flip_level, "level"),
        (_more_tested, "requirements"),
        (_more_checks, "figures"),
        (_other_seed, "run"),
        (_other_head, "journal"),
    ],
)
def test_issuer_who_says_more_than_was_seen_is_found_out(
    change: Callable[[dict[str, Any]], None], part: str
) -> None:
    """A signature is not enough: the evidence is judged again."""
    predicate = copy.deepcopy(made().predicate)
    change(predicate)
    assert refused(replace(made(), certificate=saying(predicate))) == ("verdict-differs", part)


def test_other_rules_are_told_as_such() -> None:
    """This kit cannot say what came out under others."""
    predicate = copy.deepcopy(made().predicate)
    predicate["shown"]["rules"]["suite"] = "sha256:" + "0" * 64
    assert refused(replace(made(), certificate=saying(predicate)))[0] == "other-rules"


@pytest.mark.parametrize(
    "change",
    [
        lambda predicate: predicate.pop("said"),
        lambda predicate: predicate.update(note="good for all levels"),
        lambda predicate: predicate["said"]["posting"].update(reason=""),
        lambda predicate: predicate["said"]["build"].update(value=None),
        lambda predicate: predicate.update(issued="2026-02-30T12:00:00Z"),
        lambda predicate: predicate["shown"]["candidate"].update(name="another"),
    ],
    ids=range(6),
)
def test_statement_has_one_form(change: Callable[[dict[str, Any]], None]) -> None:
    """Every member, no other; what is not known is null and says why; the subject is the
    candidate.
    """
    predicate = copy.deepcopy(made().predicate)
    change(predicate)
    certificate = saying(predicate)
    assert refused(replace(made(), certificate=certificate)) == ("tampered", "statement")
    with pytest.raises(Refused):
        said_by(certificate)


def test_rotated_key_is_followed_and_another_is_not(tmp_path: Path) -> None:
    """Who trusted the old key takes the new one from it, and from nobody else."""
    ring, words = KeyRing(tmp_path / "keys"), "correct horse battery"
    old = ring.new("lab", words, NOW - timedelta(days=9))
    trust = Trust().taking(old, "laboratory", ("courier",), "privacy")
    certificate = given(healthy(), ring.signing_key("lab", words))
    ring.rotate("lab", words, words, NOW + timedelta(minutes=1))
    both = trust.taking(ring.read("lab"), "laboratory", ("courier",), "privacy")
    assert verify(Made(certificate, healthy(), both))
    assert Trust.from_bytes(both.to_bytes()) == both
    late = Made(given(healthy(), ring.signing_key("lab", words)), healthy(), both)
    assert refused(late) == ("unknown-issuer", "key")  # dated before the new key was there
    assert both.issuers[0].roles == ("courier",)
    other = KeyRing(tmp_path / "other").new("lab", words, NOW)
    for strange in (replace(ring.read("lab"), keys=other.keys * 2), other):
        with pytest.raises(ValueError, match="does-not-follow"):
            trust.taking(strange, "laboratory", ("courier",), "privacy")


def test_known_issuer_stays_what_it_is_unless_somebody_says_so(tmp_path: Path) -> None:
    """New keys widen nothing."""
    ring, words = KeyRing(tmp_path), "correct horse battery"
    trust = Trust().taking(ring.new("lab", words, NOW), "self", ("platform",), "core")
    again = trust.taking(ring.rotate("lab", words, words, NOW + timedelta(days=1))).issuers[0]
    assert (again.kind, again.roles, again.level) == ("self", ("platform",), "core")
    assert len(again.keys) == 2
    wider = trust.taking(ring.read("lab"), level="full").issuers[0]
    assert (wider.kind, wider.roles, wider.level) == ("self", ("platform",), "full")
    new = Trust().taking(ring.read("lab")).issuers[0]
    assert (new.kind, new.roles, new.level) == ("laboratory", ROLES, LEVELS[-1])


def test_stolen_key_brings_no_other_in(tmp_path: Path) -> None:
    """Neither before it nor behind it, and no time of a key that is known moves."""
    ring, words = KeyRing(tmp_path / "keys"), "correct horse battery"
    ring.new("lab", words, NOW)
    stolen = ring.signing_key("lab", words)
    thief = KeyRing(tmp_path / "keys")
    alone = ring.read("lab")
    trust = Trust().taking(alone).without(stolen.public.keyid)
    behind = thief.rotate("lab", words, words, NOW + timedelta(days=1))
    with pytest.raises(ValueError, match="does-not-follow"):
        trust.taking(behind)
    evil = SigningKey.made()
    told = {"name": "lab", "at": alone.current.made, "old": evil.public.as_json()}
    first = sign(canonical({**told, "new": stolen.public.as_json()}), ROTATION, evil, stolen)
    before = KeptKey(evil.public, SINCE, alone.current.made)
    with pytest.raises(ValueError, match="does-not-follow"):
        trust.taking(replace(alone, keys=(before, *alone.keys), rotations=(first.decode(),)))
    both = Trust().taking(behind)
    old, new = behind.keys
    for keys in (
        (replace(old, retired=None), new),
        (old, replace(new, made=SINCE)),
        (replace(old, made=SINCE), new),
        (old, replace(new, retired=written(NOW + timedelta(days=9)))),
        (old,),
    ):
        with pytest.raises(ValueError, match="does-not-follow"):
            both.taking(replace(behind, keys=keys, rotations=behind.rotations[: len(keys) - 1]))


def test_nobody_takes_the_key_of_another_issuer(tmp_path: Path) -> None:
    """Nor its place, by calling oneself so."""
    kept_keys = KeyRing(tmp_path).new("lab", "correct horse battery", NOW)
    trust = Trust().taking(kept_keys, "laboratory", ("courier",), "core")
    with pytest.raises(ValueError, match="belongs-to-another"):
        trust.taking(replace(kept_keys, name="body"), "body", ("courier",), "full")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"issuers":1}',
        b'{"issuers":[{}]}',
        b'{"issuers":[{"name":"a","kind":"king","roles":[],"level":"core","keys":[]}]}',
    ],
)
def test_file_of_trust_has_one_form(data: bytes) -> None:
    """What is not one trusts nobody."""
    with pytest.raises(ValueError, match="not-a-file"):
        Trust.from_bytes(data)
