"""``jidi certificate show``, ``revoke``, ``status`` and ``trust``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from jidi.certificate.evidence import read_bounded
from jidi.certificate.forms.listing_status import (
    LARGEST_LIST,
    State,
    StatusList,
    next_list,
    read_list,
)
from jidi.certificate.forms.refusing import CODES, Refused
from jidi.certificate.forms.trusting import KINDS, Trust, TrustError
from jidi.certificate.signers import certified, said_by, signed_by, status_for
from jidi.cli.issuing.passphrases import keys_option, passphrase_of, passphrase_option
from jidi.cli.issuing.telling import (
    FILE,
    format_option,
    lines,
    refusal,
    trust_in,
    trust_option,
    written_to,
)
from jidi.cli.language import option, subcommand, translate
from jidi.cli.speaking import say, say_json
from jidi.errors import OperatorError
from jidi.keys import EnvelopeError, KeptKeys, KeyRing, PublicKey, default_directory
from jidi.model.roles import LEVELS, ROLES
from jidi.wording import family, sentence

_STATES: Final = family("certificate", "state-")
_TRUST: Final = family("certificate", "trust-")


@subcommand("show", text=sentence("cli/certificate-show-long"))
@click.argument("certificate", type=FILE)
@format_option
def show_certificate(certificate: Path, form: str) -> int:
    """What it says, whoever signed it."""
    try:
        predicate = said_by(read_bounded(certificate))
    except Refused as error:
        return refusal(error)
    if form == "json":
        say_json(predicate)
        return 0
    say(translate(sentence("certificate/not-verified")))
    for line in lines(predicate):
        say(translate(line))
    return 0


@subcommand("revoke", text=sentence("cli/certificate-revoke-long"))
@click.argument("certificate", type=FILE)
@option("--list", "states", type=FILE, required=True, text=sentence("cli/certificate-list"))
@option("--key", required=True, text=sentence("cli/certificate-key"))
@option(
    "--state",
    type=click.Choice(("revoked", "suspended", "good")),
    default="revoked",
    show_default=True,
    text=sentence("cli/certificate-state"),
)
@keys_option
@passphrase_option
def revoke_command(certificate: Path, states: Path, key: str, **given: Any) -> int:
    """Write the next list of states, in which the certificate has another."""
    ring = KeyRing(given["keys"] or default_directory())
    publics = ring.publics(key)
    try:
        predicate, _ = signed_by(read_bounded(certificate), publics)
    except Refused as error:
        return refusal(error)
    before = _before(states, publics)
    signer = ring.signing_key(key, passphrase_of(given["passphrase_file"]))
    made = next_list(before, {predicate["id"]: given["state"]}, signer, datetime.now(UTC))
    written_to(states, made)
    _tell(read_list(made, publics), predicate["id"])
    return 0


def _before(path: Path, publics: Sequence[PublicKey]) -> StatusList | None:
    if not path.exists():
        return None
    try:
        return read_list(read_bounded(path, LARGEST_LIST), publics)
    except EnvelopeError as error:
        raise OperatorError(
            sentence("certificate/not-your-list", path=path),
            next_step=sentence("certificate/give-your-list"),
        ) from error


@subcommand("status", text=sentence("cli/certificate-status-long"))
@click.argument("certificate", type=FILE)
@option("--list", "states", type=FILE, required=True, text=sentence("cli/certificate-list"))
@trust_option
def status_command(certificate: Path, states: Path, trust: Path) -> int:
    """0 good, else the code of the word."""
    try:
        predicate, issuer = certified(read_bounded(certificate), trust_in(trust))
        found = status_for(read_bounded(states, LARGEST_LIST), issuer)
    except Refused as error:
        return refusal(error)
    state = _tell(found, predicate["id"])
    if state != "good":
        return CODES[state]
    if found.is_old(datetime.now(UTC)):
        return refusal(Refused("status-too-old"))
    return 0


def _tell(found: StatusList, certificate: str) -> State:
    state = found.state(certificate)
    word = _STATES[state]
    number, issued = found.number, found.issued
    say(
        translate(
            sentence(
                "certificate/line-state",
                certificate=certificate,
                word=word,
                number=number,
                issued=issued,
            )
        )
    )
    return state


@subcommand("trust", text=sentence("cli/certificate-trust-long"))
@click.argument("public", type=FILE, required=False, default=None)
@option("--into", type=FILE, required=True, text=sentence("cli/certificate-into"))
@option(
    "--kind",
    type=click.Choice(KINDS),
    default=None,
    text=sentence("cli/certificate-kind"),
)
@option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    text=sentence("cli/certificate-roles"),
)
@option(
    "--level",
    type=click.Choice(LEVELS),
    default=None,
    text=sentence("cli/certificate-up-to"),
)
@option("--stolen", default="", metavar="KEYID", text=sentence("cli/certificate-stolen"))
def trust_command(public: Path | None, into: Path, stolen: str, **given: Any) -> int:
    """Add the keys of an issuer to a file of trust, or call one of them stolen."""
    trust = trust_in(into) if into.exists() else Trust()
    try:
        if public is not None:
            trust = trust.taking(_kept(public), given["kind"], given["roles"], given["level"])
        if stolen:
            trust = trust.without(stolen)
    except TrustError as error:
        told, then = _TRUST[str(error)], sentence("certificate/ask-the-issuer")
        raise OperatorError(told.en, next_step=then.en, zh=told.zh, zh_next_step=then.zh) from error
    except LookupError as error:
        raise OperatorError(
            sentence("certificate/no-such-key", keyid=stolen),
            next_step=sentence("certificate/see-the-file", path=into),
        ) from error
    written_to(into, trust.to_bytes())
    for issuer in trust.issuers:
        count = len(issuer.keys)
        say(
            translate(
                sentence(
                    "certificate/line-trust",
                    name=issuer.name,
                    kind=issuer.kind,
                    roles=" ".join(issuer.roles),
                    level=issuer.level,
                    count=count,
                )
            )
        )
    return 0


def _kept(path: Path) -> KeptKeys:
    try:
        return KeptKeys.from_bytes(read_bounded(path))
    except ValueError as error:
        raise OperatorError(
            sentence("certificate/not-public-keys", path=path),
            next_step=sentence("certificate/give-public-keys"),
        ) from error
