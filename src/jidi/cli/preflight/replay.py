"""``jidi replay``: a request of a stored run once more, and where its answer is another now."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import orjson
from rich.table import Table

from jidi.cli.console import console, table
from jidi.cli.language import command, option, translate
from jidi.cli.preflight.discovery_check import discovered
from jidi.cli.speaking import say
from jidi.drive import Client, load_target
from jidi.drive.keeping import Place, Planted, encode_exchange, read_run
from jidi.drive.keeping.foreign import shown
from jidi.errors import UnreachableError
from jidi.model.exchange import Exchange
from jidi.model.journal import ExchangeRecord
from jidi.model.outgoing import Outgoing
from jidi.model.target import Target
from jidi.registry import Registry
from jidi.report import exchange_view as evidence
from jidi.report.again import KEY, Compared, compared, exchange_of, outgoing
from jidi.report.escaping import one_line
from jidi.run.journal_writer import make_redactor
from jidi.wording import sentence

_SHOWN: Final = 30


@command("replay", text=sentence("cli/replay-long"))
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("exchange")
@option("--target", default="target.yaml", show_default=True, text=sentence("cli/replay-target"))
@option("--new-key", is_flag=True, text=sentence("cli/replay-new-key"))
@option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    text=sentence("cli/replay-format"),
)
def replay(run: Path, exchange: str, target: str, new_key: bool, form: str) -> int:
    """0 where the answer is what it was, 1 where it differs, 3 where none came."""
    records, first = read_run(run)
    then = exchange_of(records, exchange)
    loaded = load_target(target)
    asked = outgoing(then, first.run, loaded, new_key=new_key)
    now = _sent(loaded, asked, then)
    if now.response is None:
        reason = shown(evidence.failure(now))
        raise UnreachableError(
            sentence("cli/replay-no-answer", why=reason), next_step=sentence("cli/token-see-doctor")
        )
    found = compared(then, now)
    if form == "json":
        say(orjson.dumps(_as_json(then, now, found), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(then, now, found, kept_key=not new_key and bool(evidence.header(then.request, KEY)))
    return 1 if found.differences else 0


def _sent(target: Target, asked: Outgoing, then: ExchangeRecord) -> ExchangeRecord:
    """The exchange as it would stand in a journal; what stood there in clear stays readable."""
    with Client(target) as client:
        if any(one.name == asked.party and one.auth.type == "oauth2" for one in target.parties):
            endpoint = discovered(client, target).document.get("token_endpoint")
            if isinstance(endpoint, str):
                client.credentials.use_token_endpoint(endpoint)
        came: Exchange = client.send(asked)
        planted = Planted()
        for message in (then.request, then.response):
            planted.add(evidence.payload(message).text or "")
        redactor = make_redactor(Registry.load(), client.credentials.secrets, planted)
        return encode_exchange(came, Place(then.id, then.scenario, then.step), redactor)


def _as_json(then: ExchangeRecord, now: ExchangeRecord, found: Compared) -> dict[str, object]:
    return {
        "exchange": then.id,
        "request": {"method": now.request.method, "url": now.request.url, "party": then.party},
        "then": {"status": _status(then), "ms": round(evidence.milliseconds(then))},
        "now": {"status": _status(now), "ms": round(evidence.milliseconds(now))},
        "same": not found.differences,
        "differences": [
            {
                "pointer": one.pointer,
                "kind": one.kind,
                "then": one.expected,
                "now": one.actual,
            }
            for one in found.differences
        ],
        "withheld": found.withheld,
    }


def _status(record: ExchangeRecord) -> int | None:
    return None if record.response is None else record.response.status


def _show(then: ExchangeRecord, now: ExchangeRecord, found: Compared, *, kept_key: bool) -> None:
    say(one_line(f"{then.id}  {now.request.method} {now.request.url}"))
    labels = (sentence("cli/replay-then"), sentence("cli/replay-now"))
    for label, record in zip(labels, (then, now), strict=True):
        came = _status(record) or one_line(evidence.failure(record))
        say(f"{translate(label)}: {came} ({evidence.milliseconds(record):.0f} ms)")
    if found.differences:
        console().print(_rows(found))
    else:
        say(translate(sentence("cli/replay-same")))
    if number := found.withheld:
        say(translate(sentence("cli/replay-not-compared", count=number)))
    if kept_key:
        say(translate(sentence("cli/replay-kept-key")))


def _rows(found: Compared) -> Table:
    rows = table(
        translate(sentence("cli/replay-place")),
        translate(sentence("cli/replay-then")),
        translate(sentence("cli/replay-now")),
    )
    for one in found.differences[:_SHOWN]:
        rows.add_row(
            one_line(one.pointer or "/"), one_line(one.expected or "–"), one_line(one.actual or "–")
        )
    number = len(found.differences) - _SHOWN
    if number > 0:
        rows.add_row("", translate(sentence("cli/compare-more", count=number)), "")
    return rows
