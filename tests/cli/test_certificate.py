"""``jidi certificate``: from a run to a certificate that anybody checks, and to its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import Cli, Reply, run_jidi
from tests.journals_made import journal_of
from tests.unit.certificate.made import TERMS, kept

WORDS = {"JIDI_KEY_PASSPHRASE": "correct horse battery"}


class Office:
    """A folder with a run, a key, terms, and a file of trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = ("--keys", folder / "keys")

    def path(self, name: str) -> Path:
        """A file of it."""
        return self.folder / name

    def say(self, *arguments: str | Path, **environment: str) -> Reply:
        """``jidi certificate …`` with the passphrase at hand."""
        return run_jidi("certificate", *arguments, **WORDS, **environment)

    def issue(self, out: str = "certificate.json", *more: str | Path) -> Reply:
        """Issue a certificate over the evidence."""
        given = ("--terms", self.path("terms.yaml"), "--key", "lab", *self.keys, *more)
        return self.say("issue", self.path("evidence.zip"), *given, "-o", self.path(out))

    def verify(self, *more: str | Path, name: str = "certificate.json") -> Reply:
        """Check it, as part of a profile."""
        trust = ("--trust", self.path("trust.json"), "--selection")
        return self.say("verify", self.path(name), self.path("evidence.zip"), *trust, *more)

    def revoke(self, state: str) -> Reply:
        """Change its state in the list."""
        given = ("--list", self.path("states.json"), "--key", "lab", *self.keys, "--state", state)
        return self.say("revoke", self.path("certificate.json"), *given)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """With a certificate that was issued."""
    one = Office(tmp_path_factory.mktemp("office"))
    one.path("run").mkdir()
    one.path("run/journal.ndjson").write_bytes(journal_of(kept()))
    one.path("terms.yaml").write_text(yaml.safe_dump(dict(TERMS), allow_unicode=True), "utf-8")
    assert run_jidi("key", "new", "lab", *one.keys, **WORDS).code == 0
    public = run_jidi("key", "show", "lab", *one.keys, "--format", "json").out
    one.path("lab.json").write_text(public)
    trust = ("--into", one.path("trust.json"), "--kind", "laboratory", "--role", "courier")
    assert one.say("trust", one.path("lab.json"), *trust).code == 0
    reply = one.say("bundle", one.path("run"), "-o", one.path("evidence.zip"))
    assert reply.code == 0, reply.said
    reply = one.issue("certificate.json", "--selection")
    assert reply.code == 0, reply.said
    return one


def test_certificate_is_checked_and_shown(office: Office) -> None:
    """For people and for programs, in both languages."""
    reply = office.verify()
    assert (reply.code, reply.out.startswith("good: ")) == (0, True), reply.said
    assert "selection-passed, selection; role courier, level core" in reply.out
    assert "示例快递有限公司" in reply.out
    assert "give --status" in reply.out
    told = json.loads(office.verify("--format", "json").out)
    assert (told["word"], told["exit_code"]) == ("good", 0)
    assert (told["status"], told["same_kit"]) == (None, True)
    assert (
        "核实"
        in office.verify("--lang", "zh").out
        + office.say("show", office.path("certificate.json"), "--lang", "zh").out
    )
    shown = office.say("show", office.path("certificate.json"), "--format", "json")
    assert json.loads(shown.out) == told["certificate"]


def test_part_of_a_profile_is_no_certificate_unless_it_says_so(office: Office) -> None:
    """Neither to give nor to take."""
    reply = office.issue("whole.json")
    assert (reply.code, "a selection is no profile" in reply.err) == (1, True)
    assert not office.path("whole.json").exists()
    files = (office.path("certificate.json"), office.path("evidence.zip"))
    reply = office.say("verify", *files, "--trust", office.path("trust.json"))
    assert (reply.code, reply.out.startswith("out-of-scope (scope): ")) == (15, True)


def test_certificate_ends_is_suspended_and_is_taken_back(office: Office) -> None:
    """Each with its word and its exit code."""
    assert office.verify("--at", "2099-01-01T00:00:00Z").code == 13
    assert office.verify("--at", "2020-01-01T00:00:00Z").code == 16
    assert office.verify("--at", "yesterday").code == 2
    status = ("--status", office.path("states.json"))
    listed = ("--list", office.path("states.json"), "--trust", office.path("trust.json"))
    for state, code in (("suspended", 18), ("good", 0), ("revoked", 14), ("good", 14)):
        assert office.revoke(state).code == 0
        assert office.verify(*status).code == code
        assert office.say("status", office.path("certificate.json"), *listed).code == code
    assert office.verify(*status, "--at", "2098-01-01T00:00:00Z").code == 14
    other = ("--status", office.path("certificate.json"))
    assert office.verify(*other).out.startswith("tampered (status): ")


def test_renewed_certificate_follows_on_the_old_one(office: Office) -> None:
    """For the same build; another one needs a run."""
    files = (office.path("certificate.json"), office.path("evidence.zip"))
    given = ("--key", "lab", *office.keys, "--selection", "-o", office.path("next.json"))
    reply = office.say("renew", *files, "--terms", office.path("terms.yaml"), *given)
    assert reply.code == 0, reply.said
    old, new = (
        json.loads(office.say("show", office.path(name), "--format", "json").out)
        for name in ("certificate.json", "next.json")
    )
    assert new["renews"] == old["id"] != new["id"]
    assert office.verify(name="next.json").code == 0
    other = office.path("other.yaml")
    other.write_text(yaml.safe_dump({**TERMS, "build": "4.3.0"}, allow_unicode=True), "utf-8")
    reply = office.say("renew", *files, "--terms", other, *given)
    assert (reply.code, "Make a new run" in reply.err) == (1, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days": 0}, "days from 1"),
        ({"days": 36_500}, "days from 1"),
        ({"kind": "king"}, "/issuer/kind"),
        ({"operator": None}, "/said/operator"),
        ({"posting": None}, "/said/posting"),
        ({"build": {"unknown": ""}}, "/said/build"),
        ({"new_run_when": []}, "/said/new_run_when"),
    ],
    ids=range(7),
)
def test_issuer_must_say_everything(office: Office, change: dict[str, Any], said: str) -> None:
    """And why it says nothing, where it does."""
    terms = office.path("bad.yaml")
    terms.write_text(yaml.safe_dump({**TERMS, **change}, allow_unicode=True), "utf-8")
    given = ("--terms", terms, "--key", "lab", *office.keys, "--selection")
    out = ("-o", office.path("bad.json"))
    reply = office.say("issue", office.path("evidence.zip"), *given, *out)
    assert (reply.code, said in reply.err) == (2, True), reply.said
    assert not office.path("bad.json").exists()


@pytest.mark.parametrize("data", [b"", b"\0" * 5_000, b"[" * 300_000, b"PK\x03\x04" * 999, b"{}"])
def test_files_that_are_none_end_no_command_as_a_fault_of_the_kit(
    office: Office, data: bytes, cli: Cli
) -> None:
    """Each is refused by its word, or as a mistake of whoever gave it."""
    bad = office.path("garbage")
    bad.write_bytes(data)
    good, evidence, trust = map(office.path, ("certificate.json", "evidence.zip", "trust.json"))
    assert cli("certificate", "verify", bad, evidence, "--trust", trust).code == 11
    assert cli("certificate", "verify", good, bad, "--trust", trust).code == 11
    assert cli("certificate", "verify", good, evidence, "--trust", bad).code == 2
    assert cli("certificate", "show", bad).code == 11
    listed = cli("certificate", "status", good, "--list", bad, "--trust", trust)
    assert (listed.code, listed.out.startswith("tampered (status): ")) == (11, True)
    assert cli("certificate", "trust", bad, "--into", office.path("new.json")).code == 2
    given = ("--terms", bad, "--key", "lab", *office.keys, "-o", office.path("x"))
    assert office.say("issue", evidence, *given).code == 2
    absent = cli("certificate", "verify", office.path("none"), evidence, "--trust", trust)
    assert (absent.code, "cannot be read" in absent.err) == (2, True)


def test_stolen_key_signs_nothing(office: Office) -> None:
    """What it signed before neither, since it dates as it likes."""
    trust = office.path("robbed.json")
    trust.write_bytes(office.path("trust.json").read_bytes())
    keyid = json.loads(office.path("lab.json").read_text())["keys"][0]["keyid"]
    assert office.say("trust", "--into", trust, "--stolen", keyid).code == 0
    files = (office.path("certificate.json"), office.path("evidence.zip"))
    reply = office.say("verify", *files, "--trust", trust, "--selection")
    assert (reply.code, reply.out.startswith("unknown-issuer (key): ")) == (12, True)
    assert office.say("trust", "--into", trust, "--stolen", "0" * 64).code == 2
