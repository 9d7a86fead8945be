"""``jidi token``: the credential with which the kit would ask as a party, for people who ask with
their own tools.
"""

from __future__ import annotations

import re
from typing import Final

import click

from jidi.cli.language import command
from jidi.cli.preflight.discovery_check import discovered
from jidi.cli.speaking import say
from jidi.drive import Client, CredentialFailure, load_target
from jidi.errors import TargetError, UnreachableError
from jidi.model.target import Target
from jidi.wording import sentence

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What RFC 6750 lets a bearer token be; nothing else goes into a shell."""
_WITH_TOKENS: Final = frozenset({"bearer", "oauth2"})


@command("token", text=sentence("cli/token-help"))
@click.argument("target")
@click.argument("party")
def token(target: str, party: str) -> int:
    """Print the bearer token of ``party`` alone, so that a shell can take it."""
    loaded = load_target(target)
    _refuse(loaded, party)
    with Client(loaded) as client:
        if any(one.name == party and one.auth.type == "oauth2" for one in loaded.parties):
            _find_the_endpoint(client, loaded)
        proof = client.credentials.headers_for(party)
        if isinstance(proof, CredentialFailure):
            raise UnreachableError(
                proof.cause.en,
                next_step=sentence("cli/token-see-doctor").en,
                zh=proof.cause.zh,
                zh_next_step=sentence("cli/token-see-doctor").zh,
            )
    value = dict(proof)["Authorization"].removeprefix("Bearer ")
    if not _TOKEN.fullmatch(value):
        raise UnreachableError(
            sentence("cli/token-is-none", party=party),
            next_step=sentence("cli/token-see-doctor"),
        )
    say(value)
    return 0


def _refuse(target: Target, party: str) -> None:
    """What the operator's file does not offer; its names and paths are the operator's own.

    Raises:
        TargetError: it has no such party, or one without a token.
    """
    path = target.path
    known = {one.name: one for one in target.parties}
    if party not in known:
        names = ", ".join(known)
        raise TargetError(
            sentence("cli/token-unknown-party", path=path, party=party),
            next_step=sentence("cli/token-known-parties", names=names),
        )
    auth = known[party].auth
    if auth.type not in _WITH_TOKENS:
        kind = auth.type
        names = ", ".join(one.name for one in target.parties if one.auth.type in _WITH_TOKENS)
        raise TargetError(
            sentence("cli/token-of-another-kind", party=party, kind=kind),
            next_step=sentence("cli/token-known-parties", names=names),
        )


def _find_the_endpoint(client: Client, target: Target) -> None:
    endpoint = discovered(client, target).document.get("token_endpoint")
    if isinstance(endpoint, str):
        client.credentials.use_token_endpoint(endpoint)
