"""``jidi serve``: a reference partner in the foreground."""

from __future__ import annotations

import errno
import signal
import socket
from pathlib import Path
from types import FrameType

import click

from jidi.cli.language import command, option, translate
from jidi.cli.reference import (
    ROLES,
    ReferencePartner,
    partner_folder,
    partner_name,
    reference_partner,
    stop,
)
from jidi.cli.speaking import say
from jidi.errors import UnreachableError
from jidi.wording import sentence


@command("serve", text=sentence("cli/prints-its-address-and-a-target-file"))
@click.argument("role", type=click.Choice(ROLES))
@option(
    "--port", type=click.IntRange(0, 65535), default=0, text=sentence("cli/port-0-takes-a-free-one")
)
@option("--host", default="127.0.0.1", text=sentence("cli/address-to-listen-at"))
@option(
    "--database-url", default=None, text=sentence("cli/sqlalchemy-url-of-a-postgresql-data-base")
)
@option(
    "--target-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    text=sentence("cli/where-to-write-the-target-file"),
)
def serve(
    role: str, port: int, host: str, database_url: str | None, target_file: Path | None
) -> int:
    """Run until a signal; 0 when it was stopped by one, 3 when the partner ended by itself."""
    _require_free(host, port)
    arguments = ["--port", str(port), "--host", host]
    if database_url:
        arguments += ["--database-url", database_url]
    if target_file:
        arguments += ["--target-file", str(target_file.absolute())]
    with partner_folder() as folder, reference_partner(role, folder, arguments) as partner:
        return _run_in_foreground(partner, role)


def _require_free(host: str, port: int) -> None:
    """Nothing where the port can be had; what else may be wrong the partner says itself.

    Raises:
        UnreachableError: another program listens there.
    """
    try:
        if port:
            socket.create_server((host, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UnreachableError(
                sentence("cli/the-port-is-taken", address=f"{host}:{port}"),
                next_step=sentence("cli/give-another-port"),
            ) from error


def _run_in_foreground(partner: ReferencePartner, role: str) -> int:
    asked_to_end = []

    def forward(number: int, _frame: FrameType | None) -> None:
        asked_to_end.append(number)
        partner.process.send_signal(signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, forward)
    name = partner_name(role)
    title = name[0].upper() + name[1:]
    width = len("reference integrator:") + 1
    say(translate(f"{title + ':':{width}}{partner.base_url}", f"{title}：{partner.base_url}"))
    say(
        translate(
            f"{'Target file:':{width}}{partner.target_file}", f"目标文件：    {partner.target_file}"
        )
    )
    say(
        translate(
            f"{'Certify it with:':{width}}jidi certify {partner.target_file}",
            f"认证命令：    jidi certify {partner.target_file}",
        )
    )
    partner.process.wait()
    if not asked_to_end:
        code = stop(partner.process)
        raise UnreachableError(
            sentence("cli/the-reference-partner-ended-by-itself-with", code=code),
            next_step=sentence("cli/look-at-its-messages-python-m-jidi", role=role),
        )
    return 0
