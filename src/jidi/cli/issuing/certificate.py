"""``jidi certificate``: evidence kept, certificates given, checked and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from jidi.certificate.evidence import (
    ATTESTATIONS,
    WAIVERS,
    AttachmentError,
    Evidence,
    read_bounded,
    read_evidence,
)
from jidi.certificate.forms.listing_status import LARGEST_LIST, StatusList
from jidi.certificate.forms.plain_zip import LARGEST
from jidi.certificate.forms.refusing import Refused
from jidi.certificate.issuing import NotIssued, Occasion, issue, read_terms
from jidi.certificate.looking import evidence_of
from jidi.certificate.signers import signed_by
from jidi.certificate.verifying import Asked, Good, verified
from jidi.cli.issuing.passphrases import keys_option, passphrase_of, passphrase_option
from jidi.cli.issuing.states import (
    revoke_command,
    show_certificate,
    status_command,
    trust_command,
)
from jidi.cli.issuing.telling import (
    FILE,
    format_option,
    lines,
    moment_said,
    refusal,
    trust_in,
    trust_option,
    written_to,
)
from jidi.cli.language import Command, option, subcommand, translate, whole_text
from jidi.cli.speaking import say, say_json
from jidi.errors import OperatorError
from jidi.keys import KeyRing, default_directory
from jidi.model.roles import LEVELS, ROLES
from jidi.model.text import Text
from jidi.run.stored import as_given
from jidi.wording import family, sentence

_WORDS: Final = family("certificate", "not-issued-")
_ATTACHED: Final = family("certificate", "attachment-")


class CertificateGroup(Command, click.Group):
    """The group ``jidi certificate``."""


@subcommand("bundle", text=sentence("cli/certificate-bundle-long"))
@click.argument("run_dir", type=click.Path(path_type=Path))
@option("-o", "--out", type=FILE, required=True, text=sentence("cli/certificate-evidence-file"))
@option("--waivers", type=FILE, default=None, text=sentence("cli/certificate-waivers"))
@option("--attestations", type=FILE, default=None, text=sentence("cli/certificate-attestations"))
def bundle(run_dir: Path, out: Path, waivers: Path | None, attestations: Path | None) -> int:
    """Write the evidence of a run and name its digest."""
    attached = {
        name: read_bounded(path)
        for name, path in ((WAIVERS, waivers), (ATTESTATIONS, attestations))
        if path is not None
    }
    with as_given(run_dir):
        data = evidence_of(run_dir, attached)
    digest = read_evidence(data).digest
    written_to(out, data)
    say(translate(sentence("cli/certificate-bundle-written", path=out, digest=digest)))
    return 0


def _issuing(function: Any) -> Any:
    for decorator in reversed(
        (
            click.argument("evidence", type=FILE),
            option("--terms", type=FILE, required=True, text=sentence("cli/certificate-terms")),
            option("--key", required=True, text=sentence("cli/certificate-key")),
            option("-o", "--out", type=FILE, required=True, text=sentence("cli/certificate-file")),
            option("--selection", is_flag=True, text=sentence("cli/certificate-selection")),
            keys_option,
            passphrase_option,
        )
    ):
        function = decorator(function)
    return function


@subcommand("issue", text=sentence("cli/certificate-issue-long"))
@_issuing
def issue_command(evidence: Path, **given: Any) -> int:
    """0, or 1 where the evidence shows nothing that could be certified."""
    return _issue(evidence, None, given)


@subcommand("renew", text=sentence("cli/certificate-renew-long"))
@click.argument("certificate", type=FILE)
@_issuing
def renew_command(certificate: Path, evidence: Path, **given: Any) -> int:
    """As :func:`issue_command`; the certificate must be of the same key ring."""
    return _issue(evidence, certificate, given)


def _issue(evidence: Path, renewed: Path | None, given: dict[str, Any]) -> int:
    ring = KeyRing(given["keys"] or default_directory())
    name = given["key"]
    key = ring.signing_key(name, passphrase_of(given["passphrase_file"]))
    terms = read_terms(read_bounded(given["terms"]), given["terms"])
    try:
        before = (
            None if renewed is None else signed_by(read_bounded(renewed), ring.publics(name))[0]
        )
        occasion = Occasion(datetime.now(UTC), given["selection"], before)
        made = issue(_evidence(evidence), terms, (name, key), occasion)
    except Refused as error:
        return refusal(error)
    except NotIssued as error:
        say(translate(_WORDS[error.word]), err=True)
        return 1
    except AttachmentError as error:
        told = _ATTACHED[error.word].filled(row=error.row)
        then = sentence("certificate/mend-the-attachment")
        raise OperatorError(told.en, next_step=then.en, zh=told.zh, zh_next_step=then.zh) from error
    written_to(given["out"], made)
    say(translate(sentence("cli/certificate-issued", path=given["out"])))
    return 0


def _evidence(path: Path) -> Evidence:
    return read_evidence(read_bounded(path, LARGEST))


@subcommand("verify", text=sentence("cli/certificate-verify-long"))
@click.argument("certificate", type=FILE)
@click.argument("evidence", type=FILE)
@trust_option
@option("--status", type=FILE, default=None, text=sentence("cli/certificate-status-file"))
@option("--role", type=click.Choice(ROLES), default=None, text=sentence("cli/certificate-role"))
@option("--level", type=click.Choice(LEVELS), default=None, text=sentence("cli/certificate-level"))
@option("--selection", is_flag=True, text=sentence("cli/certificate-take-selection"))
@option("--at", "moment", default="", metavar="TIME", text=sentence("cli/certificate-at"))
@format_option
def verify_command(certificate: Path, evidence: Path, trust: Path, **given: Any) -> int:
    """0 where it holds, else the code of the word that says why not."""
    status = given["status"]
    states = None if status is None else read_bounded(status, LARGEST_LIST)
    asked = Asked(
        moment_said(given["moment"]),
        states,
        given["role"],
        given["level"],
        whole=not given["selection"],
    )
    data, packed = read_bounded(certificate), read_bounded(evidence, LARGEST)
    try:
        good = verified(data, packed, trust_in(trust), asked)
    except Refused as error:
        if given["form"] == "json":
            say_json({"word": error.word, "part": error.part, "exit_code": error.exit_code})
            return error.exit_code
        return refusal(error)
    if given["form"] == "json":
        asked_of = None if good.status is None else _list(good.status)
        told = {"status": asked_of, "same_kit": good.same_kit, "certificate": good.predicate}
        say_json({"word": "good", "part": "", "exit_code": 0, **told})
        return 0
    for line in _good(good):
        say(translate(line))
    return 0


def _list(status: StatusList) -> dict[str, Any]:
    return {"number": status.number, "issued": status.issued, "next": status.next}


def _good(good: Good) -> Iterator[Text]:
    yield sentence("certificate/good")
    yield from lines(good.predicate)
    if good.status is None:
        yield sentence("certificate/status-not-asked")
    else:
        yield sentence("certificate/status-asked", number=good.status.number)
    if not good.same_kit:
        yield sentence("certificate/another-kit-judged")


certificate = CertificateGroup(
    "certificate",
    text=whole_text("certificate", Text("", "")),
    commands=[
        bundle,
        issue_command,
        verify_command,
        show_certificate,
        renew_command,
        revoke_command,
        status_command,
        trust_command,
    ],
    no_args_is_help=True,
)
