"""Named actions of level privacy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from jidi.language.expressions import BlockedError
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.resources import child_environment
from jidi.run.playing.stage import Stage

_Result = tuple[Sequence[Exchange], dict[str, Any]]
_DECODING_SECONDS: Final = 30.0
_ACCEPTS: Final = {"png": "image/png", "pdf": "application/pdf"}


def decode_label(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Ask for a label as an image and read what is printed on it (PI-13.2).

    ``given``: ``consignment_id``, ``format`` (png or pdf), ``as`` (a party) or ``credential`` (a
    token), ``exemption_id``?, ``purpose``? (default DELIVERY).
    Observed: ``status``, ``media_type``, ``decoded`` (whether an image could be read), ``refused``
    (a slug, else empty), and, redacted like an answer,
    ``barcodes``, ``qr_codes``, ``others``, ``texts`` (text layer of a PDF), ``printed`` (all of
    them), ``pages``.
    """
    exchange = stage.client.send(_label_request(given, stage))
    response = exchange.response
    body = response.body if response is not None and response.status == 200 else b""
    seconds = min(_DECODING_SECONDS, stage.end.left)
    read = read_label(body, seconds) if body else {"refused": "no-answer"}
    if read.get("refused") == "too-slow" and seconds < _DECODING_SECONDS:
        raise BlockedError("the time allowed for the run was over")
    told = response.header("content-type") if response is not None else None
    observed = {
        "status": response.status if response is not None else 0,
        "media_type": (told or "").split(";")[0].strip().lower(),
        "decoded": "refused" not in read,
    }
    return (exchange,), {**observed, **_EMPTY, **stage.recorder.redacted(read)}


def _label_request(given: Mapping[str, Any], stage: Stage) -> Outgoing:
    form = str(given.get("format", "png"))
    query = {"format": form}
    if given.get("exemption_id"):
        query["exemption_id"] = str(given["exemption_id"])
    path = f"/consignments/{quote(str(given['consignment_id']), safe='')}/label?{urlencode(query)}"
    headers = (
        ("Accept", f"{_ACCEPTS.get(form, '*/*')}, application/problem+json"),
        ("Processing-Purpose", str(given.get("purpose", "DELIVERY"))),
    )
    party = stage.party(str(given.get("as", "")))
    return Outgoing(
        "GET",
        stage.base_url.rstrip("/") + path,
        headers,
        None,
        party,
        credential=str(given.get("credential", "party" if party else "none")),
        operation="getLabel",
    )


_EMPTY: Final[Mapping[str, Any]] = {
    "refused": "",
    "barcodes": [],
    "qr_codes": [],
    "others": [],
    "texts": [],
    "printed": [],
    "pages": 0,
}


def read_label(data: bytes, seconds: float = _DECODING_SECONDS) -> dict[str, Any]:
    """Decode ``data`` in a child process with bounds on time and memory; ``{"refused": slug}`` when
    it is not read.
    """
    command = [sys.executable, "-m", "jidi.drive.labels.label_child"]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=child_environment(os.devnull),
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too-slow"}
    if done.returncode:
        return {"refused": "decoder-died"}
    answer: dict[str, Any] = read_loosely(done.stdout)
    return answer


PRIVACY_ACTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Stage], _Result]]] = {
    "decode-label": decode_label
}
"""Named actions of level privacy, by the name that scenarios use."""
