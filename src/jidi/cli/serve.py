"""``jidi serve``: a reference partner in the foreground."""

from __future__ import annotations

import signal
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


@command(
    "serve",
    en=("Prints its address and a target file, then runs until Ctrl-C."),
    zh=("打印地址与目标文件，按 Ctrl-C 结束。"),
)
@click.argument("role", type=click.Choice(ROLES))
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    en="Port; 0 takes a free one.",
    zh="端口；0 表示任选空闲端口。",
)
@option("--host", default="127.0.0.1", en="Address to listen at.", zh="监听地址。")
@option(
    "--database-url",
    default=None,
    en="SQLAlchemy URL of a PostgreSQL data base; SQLite without it.",
    zh="PostgreSQL 数据库的 SQLAlchemy URL；缺省用 SQLite。",
)
@option(
    "--target-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    en="Where to write the target file.",
    zh="目标文件的写入位置。",
)
def serve(
    role: str, port: int, host: str, database_url: str | None, target_file: Path | None
) -> int:
    """Run until a signal; 0 when it was stopped by one, 3 when the partner ended by itself."""
    arguments = ["--port", str(port), "--host", host]
    if database_url:
        arguments += ["--database-url", database_url]
    if target_file:
        arguments += ["--target-file", str(target_file.absolute())]
    with partner_folder() as folder, reference_partner(role, folder, arguments) as partner:
        return _run_in_foreground(partner, role)


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
            f"The reference partner ended by itself with code {code}.",
            next_step=f"Look at its messages: python -m jidi_reference {role} --port 0",
            zh=f"参考伙伴自行退出，代码 {code}。",
            zh_next_step=f"请查看其输出：python -m jidi_reference {role} --port 0",
        )
    return 0
