"""``jidi init``: write a commented target file from a discovery document."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import click

from jidi.cli.language import command, current_language, option, translate
from jidi.cli.preflight import fetch_discovery
from jidi.drive import WELL_KNOWN, Client, load_target
from jidi.errors import TargetError, UnreachableError
from jidi.wording.reasons import system_zh

_USUAL_PARTIES = ("platform-a", "platform-b")
_PARTIES = {
    "platform": ("third-party", "supervisor")
}  # its other callers are couriers, which the kit plays and connects


@command(
    "init",
    en=("URL is the address below which /.well-known/express-data-sharing lies."),
    zh=("URL 为其下有 /.well-known/express-data-sharing 的地址。"),
)
@click.argument("url")
@option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("target.yaml"),
    show_default=True,
    en="File to write.",
    zh="写入的文件。",
)
@option("--force", is_flag=True, en="Overwrite the file.", zh="覆盖已有文件。")
def init(url: str, out: Path, force: bool) -> None:
    """Write the file and name it; an existing one is left alone without ``--force``."""
    _refuse(url, out, force)
    target = load_target(url)
    with Client(target) as client:
        discovery, reached = fetch_discovery(client, target)
    if discovery is None:
        raise UnreachableError(
            reached.detail.en,
            next_step=reached.next_step.en,
            zh=reached.detail.zh,
            zh_next_step=reached.next_step.zh,
        )
    _write(
        out, _file(target.base_url.removesuffix(WELL_KNOWN), target.role, discovery.document, out)
    )
    click.echo(
        translate(
            f"Wrote {out}. Fill in the credentials, then: jidi doctor {out}",
            f"已写入 {out}。请填写凭据，然后运行：jidi doctor {out}",
        )
    )


def _refuse(url: str, out: Path, force: bool) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise TargetError(
            f"'{url}' is no URL.",
            next_step="Write it as https://host.",
            zh=f"“{url}”不是 URL。",
            zh_next_step="请写作 https://主机。",
        )
    if out.exists() and not force:
        raise TargetError(
            f"{out} is already there.",
            next_step="Give another -o, or --force.",
            zh=f"{out} 已存在。",
            zh_next_step="请另给 -o，或加 --force。",
        )


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TargetError(
            f"{out} cannot be written: {error.strerror}.",
            next_step="Give another -o.",
            zh=f"无法写入 {out}：{system_zh(error)}。",
            zh_next_step="请另给 -o。",
        ) from error


def _file(base_url: str, role: str, document: dict[str, Any], path: Path) -> str:
    """The file; JSON texts are YAML texts, so whatever a candidate declares is quoted safely."""
    template = files("jidi.cli") / "templates" / f"target.{current_language()}.yaml"
    entity = document.get("legal_entity")
    name = entity.get("name") if isinstance(entity, dict) else None
    return Template(template.read_text(encoding="utf-8")).substitute(
        path=path,
        name=json.dumps(name if isinstance(name, str) and name else base_url, ensure_ascii=False),
        role=role,
        base_url=json.dumps(base_url),
        hosts=json.dumps(_hosts(document)),
        parties="\n".join(
            _party(party, isinstance(document.get("token_endpoint"), str))
            for party in _PARTIES.get(role, _USUAL_PARTIES)
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


def _hosts(document: dict[str, Any]) -> list[str]:
    """Hosts that discovery names: those of each version and of the token endpoint."""
    entries = document.get("versions")
    urls = (
        [entry.get("base_url") for entry in entries if isinstance(entry, dict)]
        if isinstance(entries, list)
        else []
    )
    urls.append(document.get("token_endpoint"))
    places = {
        url.split("//", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1].lower()
        for url in urls
        if isinstance(url, str) and "//" in url
    }
    return sorted(place for place in places if place)
