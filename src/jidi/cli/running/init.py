"""``jidi init``: write a commented target file from a discovery document."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import click

from jidi.cli.language import command, current_language, option, translate
from jidi.cli.preflight import discovered
from jidi.cli.speaking import say
from jidi.drive import Client, load_target
from jidi.drive.candidate.discovery import DISCOVERY_PATH, named_urls
from jidi.drive.keeping.foreign import shown
from jidi.errors import TargetError
from jidi.model.target import Target
from jidi.model.urls import host_of
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

_MOST_OTHERS = 10
_USUAL_PARTIES = ("platform-a", "platform-b", "supervisor")
_PARTIES = {
    "platform": ("third-party", "supervisor")
}  # its other callers are couriers, which the kit plays and connects


@command("init", text=sentence("cli/url-is-the-address-below-which-well"))
@click.argument("url")
@option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("target.yaml"),
    show_default=True,
    text=sentence("cli/file-to-write"),
)
@option("--force", is_flag=True, text=sentence("cli/overwrite-the-file"))
def init(url: str, out: Path, force: bool) -> None:
    """Write the file and name it; an existing one is left alone without ``--force``."""
    _refuse(url, out, force)
    target = load_target(url)
    with Client(target) as client:
        discovery = discovered(client, target)
    others = _others(discovery.document, target.hosts)
    _write(out, _file(target, discovery.document, others, out))
    if others:
        say(
            translate(
                sentence(
                    "cli/discovery-also-names-jidi-sends-nothing-there",
                    others=", ".join(others),
                    others_zh="、".join(others),
                )
            ),
            err=True,
        )
    say(translate(sentence("cli/wrote-fill-in-the-credentials-then-jidi", out=out)))


def _refuse(url: str, out: Path, force: bool) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise TargetError(
            sentence("cli/is-no-url", url=url), next_step=sentence("cli/write-it-as-https-host")
        )
    if out.exists() and not force:
        raise TargetError(
            sentence("cli/is-already-there", out=out),
            next_step=sentence("cli/give-another-o-or-force"),
        )


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TargetError(
            sentence(
                "cli/cannot-be-written", out=out, strerror=error.strerror, error_zh=system_zh(error)
            ),
            next_step=sentence("cli/give-another-o"),
        ) from error


def _file(target: Target, document: dict[str, Any], others: list[str], path: Path) -> str:
    """The file; JSON texts are YAML texts, and of what the candidate declares only the names of
    ``others`` hosts stand in it, as comments.
    """
    template = files("jidi.cli") / "templates" / f"target.{current_language()}.yaml"
    base_url = target.base_url.removesuffix(DISCOVERY_PATH)
    return Template(template.read_text(encoding="utf-8")).substitute(
        path=path,
        name=json.dumps(target.name),
        role=target.role,
        base_url=json.dumps(base_url),
        hosts=json.dumps(sorted(target.hosts)) + "".join(f"\n#   {other}" for other in others),
        parties="\n".join(
            _party(party, isinstance(document.get("token_endpoint"), str))
            for party in _PARTIES.get(target.role, _USUAL_PARTIES)
        ),
    )


def _party(name: str, oauth: bool) -> str:
    variable = name.upper().replace("-", "_")
    if not oauth:
        return f"  {name}:\n    auth: {{type: bearer, token: {{env: {variable}_TOKEN}}}}"
    return (
        f"  {name}:\n    auth: {{type: oauth2, client_id: {name}, client_secret: {{env: "
        f"{variable}_SECRET}}}}"
    )


def _others(document: dict[str, Any], listed: frozenset[str]) -> list[str]:
    """Hosts that discovery names without those that are ``listed``: whoever wrote the document does
    not decide where credentials go.
    """
    places = {host_of(url) for url in named_urls(document).values()} - listed
    return sorted({shown(place) for place in places})[:_MOST_OTHERS]
