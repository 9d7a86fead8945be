"""One odd header drops itself and no exchange; what was passed over is told, and of the candidate's
own entries it forbids the good word. No file brings the kit down.
"""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli
from test_judge_dialects import Har, add, drop, entries, har, judged

__all__ = ["har"]
BASE = ("--base-url", "http://127.0.0.1:18471/v1")
NO_VERSION = "DS-05.2"
ODD: dict[str, Any] = {
    "null": {"name": "X-Trace", "value": None},
    "a number": {"name": "X-Trace", "value": 17},
    "a list": {"name": "X-Trace", "value": ["a"]},
    "an object": {"name": "X-Trace", "value": {"a": 1}},
    "true": {"name": "X-Trace", "value": True},
    "a long value": {"name": "X-Trace", "value": "x" * (16 << 10)},
    "a long name": {"name": "X" * (16 << 10), "value": "x"},
    "half a character": {"name": "X-Trace", "value": "\ud800"},
    "control characters": {"name": "X-Trace", "value": "a\x00\x1b[31mb"},
    "a line end": {"name": "X-Trace", "value": "a\r\nSet-Cookie: b"},
    "no value": {"name": "X-Trace"},
}
NAMELESS: dict[str, Any] = {
    "no name": {"value": "x"},
    "a name of null": {"name": None, "value": "x"},
    "an empty name": {"name": "", "value": "x"},
    "a text": "X-Trace: 1",
    "nothing": None,
    "a list": ["X-Trace", "1"],
}


def without_version(har: Har) -> dict[str, Any]:
    """An answer that does not say its version."""
    entry = next(entries(har, "/events"))
    drop(entry["response"], "standard-version")
    return entry


@pytest.mark.parametrize("header", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("side", ["request", "response"])
def test_an_odd_header_keeps_its_exchange_and_what_is_wrong_in_it(
    cli: Cli, tmp_path: Path, har: Har, header: Any, side: str
) -> None:
    """The violation beside it is found, and the header is counted."""
    entry = without_version(har)
    entry[side]["headers"].insert(0, header)
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (1, [NO_VERSION]), said
    assert "1 headers" in said
    assert "0 broken and passed over" in said


@pytest.mark.parametrize("header", NAMELESS.values(), ids=NAMELESS.keys())
def test_a_header_without_a_name_may_be_any(
    cli: Cli, tmp_path: Path, har: Har, header: Any
) -> None:
    """So that no other is said to be missing; what stands in the body is still judged."""
    without_version(har)["response"]["headers"].append(header)
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (0, []), said
    assert "1 headers" in said


@pytest.mark.parametrize("value", [None, 1.0, ["1.0"], "1.0\x00", "1" * 20_000])
def test_the_header_in_question_is_not_called_missing_when_it_is_odd(
    cli: Cli, tmp_path: Path, har: Har, value: Any
) -> None:
    """Nor is its value judged."""
    entry = without_version(har)
    entry["response"]["headers"].append({"name": "Standard-Version", "value": value})
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (0, []), said


def test_an_odd_credential_is_not_called_missing(cli: Cli, tmp_path: Path, har: Har) -> None:
    """A recorder may put anything where it withheld one."""
    request = next(entries(har, "/events"))["request"]
    drop(request, "authorization")
    request["headers"].append({"name": "Authorization", "value": None})
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (0, []), said


def test_a_missing_credential_beside_an_odd_header_is_found(
    cli: Cli, tmp_path: Path, har: Har
) -> None:
    """The odd one bears another name."""
    request = next(entries(har, "/events"))["request"]
    drop(request, "authorization")
    request["headers"] = [{"name": "Accept", "value": "*/*"}, {"name": "X-A", "value": 1}]
    assert judged(cli, tmp_path, har)[:2] == (1, ["DS-08.2"])


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "null": lambda _entry: None,
    "a text": lambda _entry: "entry",
    "empty": lambda _entry: {},
    "no request": lambda entry: {**entry, "request": None},
    "no response": lambda entry: {**entry, "response": None},
    "response is a list": lambda entry: {**entry, "response": []},
    "no method": lambda entry: {**entry, "request": {**entry["request"], "method": 7}},
    "no URL": lambda entry: {**entry, "request": {**entry["request"], "url": None}},
    "a status that is none": lambda entry: {
        **entry,
        "response": {**entry["response"], "status": "two hundred"},
    },
    "a status beyond": lambda entry: {**entry, "response": {**entry["response"], "status": 2000}},
    "URL of control characters": lambda entry: {
        **entry,
        "request": {**entry["request"], "url": entry["request"]["url"] + "\x00"},
    },
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_an_entry_of_the_candidate_that_was_passed_over_forbids_the_good_word(
    cli: Cli, tmp_path: Path, har: Har, broken: Callable[[dict[str, Any]], Any]
) -> None:
    """It may have held the violation: inconclusive, with count and kind in the verdict line."""
    listed = har["log"]["entries"]
    listed[-1] = broken(listed[-1])
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (3, []), said
    assert "1 broken and passed over" in said
    assert "nothing broken in the recording" not in said


@pytest.mark.parametrize("broken", ["no method", "a status beyond", "response is a list"])
def test_an_entry_of_somebody_else_that_was_passed_over_does_not_matter(
    cli: Cli, tmp_path: Path, har: Har, broken: str
) -> None:
    """It is told, all the same."""
    foreign = copy.deepcopy(next(entries(har, "/events")))
    foreign["request"]["url"] = "https://tracker.example/v1/shipments/X/events"
    har["log"]["entries"].append(BROKEN[broken](foreign))
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (0, []), said
    assert "1 broken and passed over" in said
    assert "of others: 1 entries" in said


def test_what_is_broken_stays_broken_beside_an_entry_that_was_passed_over(
    cli: Cli, tmp_path: Path, har: Har
) -> None:
    """A violation needs no whole recording."""
    without_version(har)
    har["log"]["entries"].append(None)
    assert judged(cli, tmp_path, har)[:2] == (1, [NO_VERSION])


@pytest.mark.parametrize("part", ["entry", "request", "response", "header"])
def test_an_entry_that_names_a_member_twice_is_passed_over(
    cli: Cli, tmp_path: Path, har: Har, part: str
) -> None:
    """Readers disagree which of them counts."""
    text = json.dumps(har, ensure_ascii=False)
    twice = {
        "entry": ('"time": 15.35', '"time": 1, "time": 15.35'),
        "request": ('"method": "GET"', '"method": "POST", "method": "GET"'),
        "response": ('"status": 400', '"status": 200, "status": 400'),
        "header": ('"name": "standard-version"', '"name": "x", "name": "standard-version"'),
    }[part]
    assert twice[0] in text
    (tmp_path / "it.har").write_text(text.replace(*twice), "utf-8")
    reply = cli("judge", tmp_path / "it.har", "--out", tmp_path / "out", *BASE)
    assert reply.code == 3, reply.said
    assert "a member twice" in reply.said


FORMS: dict[str, Callable[[str], bytes]] = {
    "minified": lambda text: json.dumps(json.loads(text), separators=(",", ":")).encode(),
    "with a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16 of the other end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip in two members": lambda text: (
        gzip.compress(text[:500].encode()) + gzip.compress(text[500:].encode())
    ),
    "gzip of UTF-16": lambda text: gzip.compress(text.encode("utf-16")),
    "blanks before it": lambda text: b"\r\n\r\n  " + text.encode(),
    "everything escaped": lambda text: json.dumps(json.loads(text)).encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("parameters", [("kind", "seq"), ("seq", "kind"), ("at", "run")])
def test_an_archive_is_read_as_one_in_whatever_form(
    cli: Cli, tmp_path: Path, har: Har, form: Callable[[str], bytes], parameters: tuple[str, ...]
) -> None:
    """Query parameters that are called like members of a journal make it none."""
    request = next(entries(har, "/events"))["request"]
    request["queryString"] = [{"name": name, "value": "1"} for name in parameters]
    request["headers"] += [{"name": "X-Json", "value": '{"kind":"exchange","seq":0}'}]
    har = {"kind": "x", **har} if parameters[0] == "at" else har
    (tmp_path / "it.har").write_bytes(form(json.dumps(har, ensure_ascii=False)))
    reply = cli("judge", tmp_path / "it.har", "--out", tmp_path / "out", "--format", "json")
    assert reply.code == 0, reply.said
    run = json.loads((tmp_path / "out" / "journal.ndjson").read_text("utf-8").splitlines()[0])
    assert run["run"]["recording"]["format"] == "har"


def test_members_of_the_archive_stand_in_any_order(cli: Cli, tmp_path: Path, har: Har) -> None:
    """The creator may come last, and others before the log."""
    log = dict(reversed(list(har["log"].items())))
    other = {"comment": {"log": {"entries": [1]}}, "x": ['{"log": ['], "log": log, "y": None}
    (tmp_path / "it.har").write_text(json.dumps(other), "utf-8")
    reply = cli("judge", tmp_path / "it.har", "--out", tmp_path / "out", "--format", "json")
    assert reply.code == 0, reply.said


REFUSED: dict[str, bytes] = {
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "zip": b"PK\x03\x04" + bytes(100),
    "xz": b"\xfd7zXZ\x00" + bytes(100),
    "gzip that breaks off": gzip.compress(b'{"log": {"entries": []}}' * 100)[:-20],
    "gzip in gzip": gzip.compress(gzip.compress(b"{}")),
    "UTF-16 that breaks off": '{"log": {}}'.encode("utf-16")[:-1],
    "half an archive": b'{"log": {"entries": [{"request": {"url": "http',
    "two archives": b'{"log": {"entries": []}}{"log": {"entries": []}}',
    "entries twice": b'{"log": {"entries": [], "entries": []}}',
    "no entries": b'{"log": {"pages": []}}',
    "entries that are no list": b'{"log": {"entries": {"0": {}}}}',
    "a list": b'[{"log": {"entries": []}}]',
    "brackets without end": b'{"log":' + b"[" * 100_000,
    "a name without end": b'{"' + b"a" * 3_000_000,
    "text": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_in_a_sentence(
    cli: Cli, tmp_path: Path, data: bytes
) -> None:
    """Exit code 2, and no run directory that looks like one."""
    (tmp_path / "it.har").write_bytes(data)
    reply = cli("judge", tmp_path / "it.har", *BASE, "--out", tmp_path / "out")
    assert reply.code == 2, reply.said
    assert reply.err.startswith("Error: ")
    assert "Traceback" not in reply.said
    assert not (tmp_path / "out" / "run.json").exists()


def test_an_archive_of_nothing_is_inconclusive(cli: Cli, tmp_path: Path) -> None:
    """Nothing was seen, which is no pass."""
    (tmp_path / "it.har").write_text('{"log": {"entries": []}}', "utf-8")
    assert cli("judge", tmp_path / "it.har", *BASE, "--out", tmp_path / "out").code == 3


def test_a_token_that_may_be_stored_warns(cli: Cli, tmp_path: Path, har: Har) -> None:
    """RFC 6749 forbids it, the standard does not say so."""
    drop(next(entries(har, "/oauth/token"))["response"], "cache-control")
    code, bad, said = judged(cli, tmp_path, har)
    assert (code, bad) == (0, ["DS-08.2"]), said


TOKENS: dict[str, tuple[Callable[[dict[str, Any]], Any], list[str]]] = {
    "mac": (lambda token: {**token, "token_type": "mac"}, ["DS-08.2"]),
    "expiry as text": (lambda token: {**token, "expires_in": "3600"}, ["DS-08.2"]),
    "expiry of zero": (lambda token: {**token, "expires_in": 0}, ["DS-08.2"]),
    "scope as list": (lambda token: {**token, "scope": ["a", "b"]}, ["DS-08.2"]),
    "scope with two blanks": (lambda token: {**token, "scope": "a  b"}, ["DS-08.2"]),
    "token with a line end": (lambda token: {**token, "access_token": "a\n"}, ["DS-08.2"]),
    "wrapped": (lambda token: {"code": 0, "data": token}, ["DS-08.2"]),
    "bearer in lower case": (lambda token: {**token, "token_type": "bearer"}, []),
    "further members": (lambda token: {**token, "x": {"y": 1}, "refresh_token": "r-1"}, []),
    "no scope": (
        lambda token: {name: value for name, value in token.items() if name != "scope"},
        [],
    ),
}


@pytest.mark.parametrize(("change", "bad"), TOKENS.values(), ids=TOKENS.keys())
def test_the_answer_of_a_token_endpoint_is_judged(
    cli: Cli, tmp_path: Path, har: Har, change: Callable[[dict[str, Any]], Any], bad: list[str]
) -> None:
    """By its schema, and by what RFC 6749 leaves free."""
    response = next(entries(har, "/oauth/token"))["response"]
    value = change(json.loads(response["content"]["text"]))
    response["content"] |= {"text": json.dumps(value)}
    response["content"].pop("size")
    drop(response, "content-length")
    assert judged(cli, tmp_path, har)[1] == bad


REQUESTS: dict[str, tuple[str, str, list[str]]] = {
    "as a form": ("grant_type=client_credentials&scope=events%3Aread", "", []),
    "with a charset": (
        "grant_type=client_credentials",
        "application/x-www-form-urlencoded; charset=UTF-8",
        [],
    ),
    "with parameters of others": (
        "grant_type=client_credentials&audience=x&resource=y&client_assertion_type=z",
        "",
        [],
    ),
    "with a scope of others": ("grant_type=client_credentials&scope=openid", "", []),
    "by another grant": ("grant_type=refresh_token&refresh_token=secret-0123456789", "", []),
    "as JSON": ('{"grant_type": "client_credentials"}', "application/json", []),
    "without a grant": ("scope=events%3Aread", "", ["DS-08.2"]),
    "with the grant twice": (
        "grant_type=client_credentials&grant_type=client_credentials",
        "",
        ["DS-08.2"],
    ),
}


@pytest.mark.parametrize("case", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_token_request_is_read_by_its_media_type(
    cli: Cli, tmp_path: Path, har: Har, case: tuple[str, str, list[str]]
) -> None:
    """What a server ignores or serves beside is no fault of it."""
    body, media, bad = case
    request = next(entries(har, "/oauth/token"))["request"]
    request["postData"]["text"] = body
    request["bodySize"] = len(body)
    if media:
        request["postData"]["mimeType"] = media
        add(request, "Content-Type", media)
    assert judged(cli, tmp_path, har)[1] == bad


def test_a_refused_token_request_is_an_error_of_oauth(cli: Cli, tmp_path: Path, har: Har) -> None:
    """Or a problem document, as the contract has it; of another word it is neither."""
    for status, media, value, bad in (
        (400, "application/json", {"error": "invalid_scope"}, []),
        (401, "application/json", {"error": "invalid_client", "error_description": "张三"}, []),
        (400, "application/json", {"error": "no_such_word"}, ["DS-08.2"]),
        (400, "application/json", {"code": 40001, "message": "no"}, ["DS-08.2"]),
        (400, "text/html", {"error": "invalid_scope"}, ["DS-08.2"]),
    ):
        changed = copy.deepcopy(har)
        response = next(entries(changed, "/oauth/token"))["response"]
        response |= {"status": status}
        add(response, "Content-Type", media)
        add(response, "WWW-Authenticate", "Basic")
        drop(response, "content-length")
        response["content"] = {"mimeType": media, "text": json.dumps(value, ensure_ascii=False)}
        folder = tmp_path / f"{status}-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        assert judged(cli, folder, changed)[1] == bad, (status, value)
        assert "张三" not in (folder / "judged" / "journal.ndjson").read_text("utf-8")
