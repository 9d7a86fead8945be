"""Honest traffic stays clean in whatever way a recorder writes it down, and what the recording does
show broken is found in each.
"""

from __future__ import annotations

import base64
import copy
import gzip
import json
import re
import textwrap
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli

RECORDING = Path(__file__).parents[1] / "data" / "recordings" / "token.har"
Har = dict[str, Any]
Dialect = Callable[[Har], None]


@pytest.fixture
def har() -> Har:
    """A token, a consignment, two reads: an honest courier and an honest client."""
    return dict(json.loads(RECORDING.read_text("utf-8")))


def entries(har: Har, path: str = "") -> Iterator[dict[str, Any]]:
    """Entries whose path ends so."""
    for entry in har["log"]["entries"]:
        if entry["request"]["url"].partition("?")[0].endswith(path):
            yield entry


def drop(message: dict[str, Any], *names: str) -> None:
    """Take headers away."""
    message["headers"] = [one for one in message["headers"] if one["name"].lower() not in names]


def add(message: dict[str, Any], name: str, value: str) -> None:
    """Put a header in."""
    drop(message, name.lower())
    message["headers"].append({"name": name, "value": value})


def playwright(har: Har) -> None:
    """Sizes are -1 where it did not ask; bodies are left out without `content: embed`."""
    for entry in entries(har):
        entry["request"] |= {"headersSize": -1, "bodySize": -1}
        entry["response"] |= {"headersSize": -1, "bodySize": -1, "_transferSize": -1}
        content = entry["response"]["content"]
        content["size"] = -1
        content.pop("text")


def playwright_attached(har: Har) -> None:
    """Bodies lie in files of their own."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["_file"] = "0123abcd.json"
        content.pop("text")


def firefox(har: Har) -> None:
    """Bodies beyond its limit are left out, their size stays; forms are kept as parameters."""
    for entry in entries(har):
        entry["response"]["content"].pop("text")
        posted = entry["request"].get("postData")
        if posted and "form" in posted["mimeType"]:
            posted["params"] = [{"name": "grant_type", "value": "client_credentials"}]
            posted["text"] = ""
    har["log"]["creator"]["name"] = "Firefox"


def firefox_cut(har: Har) -> None:
    """Bodies are cut at its limit."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["text"] = content["text"][: len(content["text"]) // 2]


def cut_with_a_mark(har: Har) -> None:
    """A cut body says so at its end, and its size is that of what is left."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["text"] = content["text"][:80] + "...[truncated]"
        content["size"] = len(content["text"])
        drop(entry["response"], "content-length")


def chrome(har: Har) -> None:
    """Pseudo headers, decoded bodies beside the coding they had, credentials left out."""
    for entry in entries(har):
        drop(entry["request"], "authorization")
        entry["request"]["httpVersion"] = "h2"
        entry["request"]["headers"][:0] = [
            {"name": ":authority", "value": "api.courier.example"},
            {"name": ":method", "value": entry["request"]["method"]},
        ]
        response = entry["response"]
        response["bodySize"] = 120
        add(response, "content-encoding", "br")
        add(response, "content-length", "120")
        response["content"]["compression"] = 200


def chrome_cached(har: Har) -> None:
    """An answer out of the browser's memory, with provisional headers."""
    entry = next(entries(har, "/events"))
    cached = copy.deepcopy(entry)
    cached["_fromCache"] = "memory"
    cached["request"]["headers"] = [{"name": "Accept", "value": "*/*"}]
    cached["response"]["headers"] = []
    cached["response"] |= {"bodySize": 0, "content": {"size": 0, "mimeType": "application/json"}}
    har["log"]["entries"].append(cached)


def chrome_upgrade(har: Har) -> None:
    """A redirect to https that the browser made up itself."""
    entry = copy.deepcopy(next(entries(har, "/events")))
    entry["response"] = {
        "status": 307,
        "statusText": "Internal Redirect",
        "headers": [
            {"name": "Location", "value": "https://127.0.0.1:18471/v1/shipments/X/events"},
            {"name": "Non-Authoritative-Reason", "value": "HSTS"},
        ],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "bodySize": 0,
    }
    har["log"]["entries"].append(entry)


def redirect_to_https(har: Har) -> None:
    """Any server before the operation sends clear text on."""
    entry = copy.deepcopy(next(entries(har, "/events")))
    entry["response"] |= {
        "status": 301,
        "headers": [{"name": "location", "value": "https://127.0.0.1:18471/v1/shipments/X/events"}],
        "content": {"size": 0, "mimeType": "text/html"},
    }
    har["log"]["entries"].append(entry)


def safari(har: Har) -> None:
    """No header at all was kept."""
    for entry in entries(har):
        entry["request"]["headers"] = []
        entry["response"]["headers"] = []


def no_header_lists(har: Har) -> None:
    """Nor are there lists of them."""
    for entry in entries(har):
        del entry["request"]["headers"], entry["response"]["headers"]


def no_response_headers(har: Har) -> None:
    """Those of answers only."""
    for entry in entries(har):
        entry["response"]["headers"] = []


def charles(har: Har) -> None:
    """Bodies as they went over the wire, compressed, in base64."""
    for entry in entries(har):
        response, content = entry["response"], entry["response"]["content"]
        packed = gzip.compress(content["text"].encode())
        add(response, "Content-Encoding", "gzip")
        add(response, "Content-Length", str(len(packed)))
        content |= {"text": base64.b64encode(packed).decode(), "encoding": "base64"}
        response["bodySize"] = len(packed)


def charles_deflate(har: Har) -> None:
    """The same with another coding."""
    for entry in entries(har):
        content = entry["response"]["content"]
        packed = zlib.compress(content["text"].encode())
        add(entry["response"], "Content-Encoding", "deflate")
        drop(entry["response"], "content-length")
        content |= {"text": base64.b64encode(packed).decode(), "encoding": "base64"}


def coding_that_nobody_knows(har: Har) -> None:
    """Compressed in a way that the kit does not undo."""
    for entry in entries(har):
        add(entry["response"], "Content-Encoding", "br")
        drop(entry["response"], "content-length")
        content = entry["response"]["content"]
        content |= {"text": base64.b64encode(bytes(range(200))).decode(), "encoding": "base64"}


def packed_without_a_word(har: Har) -> None:
    """Compressed, and the header that says so is left out."""
    for entry in entries(har):
        content = entry["response"]["content"]
        packed = gzip.compress(content["text"].encode())
        drop(entry["response"], "content-length")
        content |= {"text": base64.b64encode(packed).decode(), "encoding": "base64"}


def fiddler(har: Har) -> None:
    """Base64 in lines of 76, and the word in capitals."""
    for entry in entries(har):
        content = entry["response"]["content"]
        lines = textwrap.wrap(base64.b64encode(content["text"].encode()).decode(), 76)
        content |= {"text": "\r\n".join(lines) + "\r\n", "encoding": "Base64"}


def mitmproxy(har: Har) -> None:
    """Base64 without padding in the alphabet of URLs."""
    for entry in entries(har):
        content = entry["response"]["content"]
        text = base64.urlsafe_b64encode(content["text"].encode()).decode().rstrip("=")
        content |= {"text": text, "encoding": "base64"}


def broken_base64(har: Har) -> None:
    """It is called base64 and is none."""
    for entry in entries(har):
        entry["response"]["content"] |= {"encoding": "base64"}


def other_encoding(har: Har) -> None:
    """An encoding that HAR does not have."""
    for entry in entries(har):
        entry["response"]["content"] |= {"encoding": "quoted-printable", "text": "=7B=7D"}


def insomnia(har: Har) -> None:
    """Sizes are 0 beside the Content-Length, bodies are missing."""
    for entry in entries(har):
        entry["request"]["bodySize"] = 0
        entry["request"].pop("postData", None)
        entry["response"] |= {"bodySize": 0}
        entry["response"]["content"] = {"size": 0, "mimeType": "application/json", "text": ""}


def postman(har: Har) -> None:
    """Neither sizes nor times nor media types."""
    for entry in entries(har):
        for name in ("headersSize", "bodySize"):
            entry["request"].pop(name, None)
            entry["response"].pop(name, None)
        entry.pop("startedDateTime")
        entry.pop("time")
        entry["response"]["content"].pop("size")
        entry["response"]["content"].pop("mimeType")


def local_times(har: Har) -> None:
    """Times without an offset."""
    for entry in entries(har):
        entry["startedDateTime"] = entry["startedDateTime"].rstrip("Z")


def blocked(har: Har) -> None:
    """A content blocker let some through and others not; some were aborted."""
    for status in (0, -1):
        entry = copy.deepcopy(next(entries(har, "/events")))
        entry["response"] = {
            "status": status,
            "statusText": "",
            "headers": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "_error": "net::ERR_BLOCKED_BY_CLIENT",
        }
        har["log"]["entries"].append(entry)


def not_modified(har: Har) -> None:
    """304 without a body, with hardly a header."""
    entry = copy.deepcopy(next(entries(har, "/events")))
    entry["response"] |= {"status": 304, "content": {"size": 350, "mimeType": "application/json"}}
    drop(entry["response"], "content-length", "standard-version", "content-type")
    har["log"]["entries"].append(entry)


def other_schemes(har: Har) -> None:
    """Sockets, and what never went over a wire."""
    for url in (
        "wss://127.0.0.1:18471/v1/events",
        "data:text/plain,x",
        "blob:http://a/1",
        "chrome-extension://abc/x.js",
        "about:blank",
    ):
        entry = copy.deepcopy(next(entries(har, "/events")))
        entry["request"]["url"] = url
        entry["response"]["status"] = 101
        har["log"]["entries"].append(entry)


def preflight(har: Har) -> None:
    """What a browser asks before it calls."""
    entry = copy.deepcopy(next(entries(har, "/consignments")))
    entry["request"] |= {"method": "OPTIONS", "bodySize": 0}
    entry["request"].pop("postData")
    entry["response"] |= {"status": 204, "content": {"size": 0, "mimeType": "x-unknown"}}
    har["log"]["entries"].insert(0, entry)


def misread_text(har: Har) -> None:
    """Bytes that the recorder could not read stand there as replacement characters."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["text"] = content["text"].replace("上海", "\ufffd\ufffd", 1)[:-1] + "\ufffd"


def request_cut(har: Har) -> None:
    """Request bodies beyond a limit are cut."""
    for entry in entries(har):
        if "postData" in entry["request"]:
            posted = entry["request"]["postData"]
            posted["text"] = posted["text"][: len(posted["text"]) // 2]


def request_left_out(har: Har) -> None:
    """Or left out."""
    for entry in entries(har):
        entry["request"].pop("postData", None)


def request_misread(har: Har) -> None:
    """UTF-8 read as Latin-1: longer than it was."""
    for entry in entries(har):
        posted = entry["request"].get("postData")
        if posted:
            posted["text"] = posted["text"].encode().decode("latin-1")
            posted["text"] = posted["text"].translate(dict.fromkeys(range(0x80, 0xA0), "?"))


def _rewritten(har: Har, change: Callable[[str], str]) -> None:
    """Texts of answers are changed, and sizes are those of what went over the wire."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["size"] = len(content["text"].encode())
        content["text"] = change(content["text"])


def chunk_sizes_left_in(har: Har) -> None:
    """Bodies stand there as they came, in chunks."""
    _rewritten(har, lambda text: f"{len(text.encode()):x}\r\n{text}\r\n0\r\n\r\n")
    for entry in entries(har):
        drop(entry["response"], "content-length")
        add(entry["response"], "transfer-encoding", "chunked")


def chunk_sizes_in_lines(har: Har) -> None:
    """The same of one that makes lines of its own, and knows no size."""
    _rewritten(har, lambda text: f"{len(text.encode()):X}\n{text}\n0\n\n")
    for entry in entries(har):
        entry["response"]["content"]["size"] = -1
        drop(entry["response"], "content-length")
        add(entry["response"], "transfer-encoding", "chunked")


def a_mark_before_each_text(har: Har) -> None:
    """A recorder that writes a byte-order mark before what it saves."""
    _rewritten(har, lambda text: "\ufeff" + text)


def curly_quotation_marks(har: Har) -> None:
    """An archive that went through a word processor."""
    _rewritten(har, lambda text: text.replace('"', "\u201c", 1))


def headers_before_each_body(har: Har) -> None:
    """A proxy that keeps message and body in one."""
    _rewritten(har, lambda text: f"HTTP/1.1 200 OK\r\nContent-Type: x/y\r\n\r\n{text}")


def characters_as_entities(har: Har) -> None:
    """An archive that was put through a web page."""
    _rewritten(har, lambda text: text.replace('"', "&quot;"))


def line_numbers(har: Har) -> None:
    """Line numbers before each line."""
    _rewritten(har, lambda text: "\n".join(f"{n:4} {x}" for n, x in enumerate(text.split("\n"))))


def interim_answers(har: Har) -> None:
    """103, 100 and 102 stand before, and after, the answers that followed them."""
    made = []
    for number, entry in enumerate(list(entries(har))):
        early = copy.deepcopy(entry)
        early["response"] |= {"status": (103, 100, 102)[number % 3], "bodySize": 0, "headers": []}
        early["response"]["content"] = {"size": 0, "mimeType": ""}
        early["response"]["headers"] = [{"name": "Link", "value": "</style.css>"}]
        made += [early, entry] if number % 2 else [entry, early]
    har["log"]["entries"] = made


def masked_tokens(har: Har) -> None:
    """Somebody withheld the token before the recording was given away; sizes stay."""
    _masked(har, "***")


def masked_in_brackets(har: Har) -> None:
    """As filters of logs write it."""
    _masked(har, "[REDACTED]")


def masked_in_angles(har: Har) -> None:
    """As Insomnia's and other sanitizers write it."""
    _masked(har, "<redacted>")


def masked_with_letters(har: Har) -> None:
    """By hand."""
    _masked(har, "xxxxxxxx")


def masked_with_dots(har: Har) -> None:
    """As a password field shows it."""
    _masked(har, "●●●●●●●●")


def masked_and_measured_anew(har: Har) -> None:
    """A sanitizer that writes the sizes of what it leaves."""
    _masked(har, "_FILTERED_")
    for entry in entries(har):
        content = entry["response"]["content"]
        size = len(content["text"].encode())
        content["size"] = entry["response"]["bodySize"] = size
        add(entry["response"], "content-length", str(size))


def names_masked(har: Har) -> None:
    """Names of people and companies are masked, as far as they stand there."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["text"] = re.sub('"name": ?"[^"]*"', '"name":"***"', content["text"])


def question_marks_for_characters(har: Har) -> None:
    """A recorder of a narrow encoding."""
    for entry in entries(har):
        content = entry["response"]["content"]
        content["text"] = content["text"].encode("ascii", "replace").decode()


def _masked(har: Har, mask: str) -> None:
    for entry in entries(har, "/token"):
        content = entry["response"]["content"]
        content["text"] = re.sub(
            '"access_token": ?"[^"]*"', f'"access_token":"{mask}"', content["text"]
        )


ADDED: tuple[Dialect, ...] = (
    chunk_sizes_left_in,
    chunk_sizes_in_lines,
    a_mark_before_each_text,
    curly_quotation_marks,
    headers_before_each_body,
    characters_as_entities,
    line_numbers,
)
"""Of recorders that write into a text what never went over the wire."""
DIALECTS: list[Dialect] = [
    *ADDED,
    interim_answers,
    playwright,
    playwright_attached,
    firefox,
    firefox_cut,
    cut_with_a_mark,
    chrome,
    chrome_cached,
    chrome_upgrade,
    redirect_to_https,
    safari,
    no_header_lists,
    no_response_headers,
    charles,
    charles_deflate,
    coding_that_nobody_knows,
    packed_without_a_word,
    fiddler,
    mitmproxy,
    broken_base64,
    other_encoding,
    insomnia,
    postman,
    local_times,
    blocked,
    not_modified,
    other_schemes,
    preflight,
    misread_text,
    request_cut,
    request_left_out,
    request_misread,
    masked_tokens,
    masked_in_brackets,
    masked_in_angles,
    masked_with_letters,
    masked_with_dots,
    masked_and_measured_anew,
    names_masked,
    question_marks_for_characters,
]
SILENT = {
    *ADDED,
    playwright,
    playwright_attached,
    firefox,
    firefox_cut,
    cut_with_a_mark,
    coding_that_nobody_knows,
    packed_without_a_word,
    broken_base64,
    other_encoding,
    insomnia,
    misread_text,
}
"""Dialects that keep no body of an answer."""


def judged(cli: Cli, folder: Path, har: Har, *more: str) -> tuple[int, list[str], str]:
    """Exit code, requirements that do not hold, and what was said."""
    (folder / "it.har").write_bytes(json.dumps(har).encode())
    base = ("--base-url", "http://127.0.0.1:18471/v1")
    out = folder / "judged"
    reply = cli("judge", folder / "it.har", *base, *more, "--out", out, "--format", "json")
    if not (out / "run.json").exists():
        return reply.code, [], reply.said
    verdict = json.loads((out / "run.json").read_text("utf-8"))["verdict"]
    bad = [one["id"] for one in verdict["requirements"] if one["outcome"] in {"fail", "warn"}]
    return reply.code, bad, reply.said


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_honest_traffic_is_clean_in_every_dialect(
    cli: Cli, tmp_path: Path, har: Har, dialect: Dialect
) -> None:
    """Neither red nor a warning; and no entry of it is passed over."""
    dialect(har)
    code, bad, said = judged(cli, tmp_path, har)
    assert bad == [], said
    assert code == 0, said
    assert "0 broken and passed over" in said


@pytest.mark.parametrize(
    "dialect", [one for one in DIALECTS if one not in SILENT], ids=lambda dialect: dialect.__name__
)
def test_what_a_dialect_keeps_is_still_judged(
    cli: Cli, tmp_path: Path, har: Har, dialect: Dialect
) -> None:
    """A receipt without its number is found wherever the answer stands."""
    content = next(entries(har, "/consignments"))["response"]["content"]
    value = json.loads(content["text"])
    value["waybill_no"] = ["no", "text"]
    value["padding"] = "x" * 200
    content["text"] = json.dumps(value, ensure_ascii=False)
    content["size"] = len(content["text"].encode())
    next(entries(har, "/consignments"))["response"]["bodySize"] = content["size"]
    add(next(entries(har, "/consignments"))["response"], "content-length", str(content["size"]))
    dialect(har)
    code, bad, said = judged(cli, tmp_path, har)
    assert code == 1, said
    assert set(bad) & {"DS-01.2", "DS-01.3"}, bad


@pytest.mark.parametrize(
    "told", [(502, "DS-08.4"), (504, "DS-08.4"), (503, "DS-08.4"), (429, "DS-08.5")]
)
@pytest.mark.parametrize("place", ["/events", "/consignments", "/token"])
def test_a_gateway_in_the_place_of_an_answer_counts_for_one_row(
    cli: Cli, tmp_path: Path, har: Har, place: str, told: tuple[int, str]
) -> None:
    """Its HTML, its headers and its status are not those of the operation."""
    status, row = told
    entry = copy.deepcopy(next(entries(har, place)))
    text = "<html><body>Bad Gateway</body></html>"
    entry["response"] |= {
        "status": status,
        "bodySize": len(text),
        "content": {"size": len(text), "mimeType": "text/html", "text": text},
        "headers": [
            {"name": "Content-Type", "value": "text/html"},
            {"name": "Retry-After", "value": "5"},
        ],
    }
    har["log"]["entries"].append(entry)
    _, bad, said = judged(cli, tmp_path, har)
    assert set(bad) <= {row}, said
