"""Turns an exchange of the journal into a curl command that repeats it.

The command may be pasted into bash or zsh: everything that came from outside is quoted, no argument
can be read as an option or a file
name (``@…``), and no header can smuggle in a second one. Credentials are not in the journal; they
appear as ``"$JIDI_<PARTY>_TOKEN"``, and a comment says which command gives one.
"""

from __future__ import annotations

import base64
import re
import shlex

from jidi.model.journal import ExchangeRecord, JournalRequest
from jidi.report import exchange_view as evidence
from jidi.report.escaping import is_plain, one_line

_INLINE_LIMIT = 2_000
_CREDENTIAL = re.compile("⟦credential:[^⟧]*⟧")
_WITHHELD = re.compile("⟦(?!credential:)[a-z-]+:[0-9a-f]+⟧")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# curl makes these by itself; a copy of the recorded value would contradict what it sends.
_CURL_MAKES = frozenset(
    {"host", "connection", "accept-encoding", "transfer-encoding", "content-length"}
)
# curl adds these unless told otherwise, and their absence may be what was tested.
_CURL_ADDS = ("User-Agent", "Accept")
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization"})
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "'": "\\'"}


def curl_command(record: ExchangeRecord) -> str:
    """A command, comments first, that repeats the request of the exchange ``record``.

    A push of the candidate becomes a command that sends the same bytes to the same receiver. Lines
    end in a backslash where they go on.
    """
    asked = record.request
    notes = _notes(record)
    options = [
        "curl -sSi --globoff --path-as-is --proto '=http,https'",
        *_method(asked.method, bool(evidence.payload(asked).raw)),
    ]
    options.append(f"--url {shell_word(asked.url, _variable(record, 'SECRET'))}")
    words = [" ".join(options)]
    for name, value in asked.headers:
        if not _is_sendable(name, value):
            notes.append(
                f"header left out, it cannot be sent by curl: {one_line(f'{name}: {value}')}"
            )
        elif name.lower() not in _CURL_MAKES:
            words.append(_header(record, name, value))
    words += _silenced(asked)
    feed, body = _body(asked, _variable(record, "SECRET"))
    command = " \\\n  ".join([*words, *body])
    return "\n".join([*(f"# {note}" for note in notes), _with_feed(feed, command)])


def _notes(record: ExchangeRecord) -> list[str]:
    asked = record.request
    body = evidence.payload(asked)
    notes = []
    if body.truncated:
        notes.append(f"the journal holds {len(body.raw)} of {body.size} bytes of this body")
    if record.operation == "receiveShipmentEvents":
        notes.append(
            "a push is signed for the moment at which it is sent: to send it later, sign id, "
            "timestamp and body again"
        )
    if _WITHHELD.search(f"{asked.url} {asked.headers} {body.text or ''}"):
        notes.append("values in ⟦…⟧ were withheld from the journal; put your own in their place")
    if record.party and not evidence.is_received(record) and any(map(_is_token, asked.headers)):
        notes.append(f"first: export {_variable(record, 'TOKEN')}={_where_from(record)}")
    return notes


def _where_from(record: ExchangeRecord) -> str:
    """What gives the token that was sent: the party's own only where that is what was sent."""
    if record.credential == "forged":
        return "any-token-that-nobody-gave"
    if record.credential == "given":
        return "the-token-that-this-step-of-the-scenario-names"
    return f"$(jidi token TARGET-FILE {one_line(record.party)})"


def _method(method: str, has_body: bool) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and not has_body else [f"-X {shell_word(method)}"]


def _variable(record: ExchangeRecord, kind: str) -> str:
    whose = record.credential if kind == "TOKEN" and record.credential else record.party
    party = re.sub("[^A-Z0-9]+", "_", whose.upper()).strip("_")
    return f"JIDI_{party}_{kind}" if party else f"JIDI_{kind}"


def _is_sendable(name: str, value: str) -> bool:
    return _TOKEN.fullmatch(name) is not None and not re.search(
        "[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]", value
    )


def _is_token(header: tuple[str, str]) -> bool:
    """Whether a token goes with it; what ``Basic`` sends is none."""
    name, value = header
    return name.lower() in _SECRET_HEADERS and value.partition(" ")[0].lower() != "basic"


def _header(record: ExchangeRecord, name: str, value: str) -> str:
    if name.lower() in _SECRET_HEADERS:
        # A credential never stands in the journal; should one have slipped in, it still goes no
        # further than this.
        scheme, separator, _ = value.partition(" ")
        kind = "TOKEN" if _is_token((name, value)) else "BASIC"
        named = f"{name}: {scheme} " if separator and _TOKEN.fullmatch(scheme) else f"{name}: "
        return f'-H {shell_word(named)}"${_variable(record, kind)}"'
    # ``Name;`` is how curl sends a header without a value; ``Name:`` would take it away.
    written = f"{name}: {value}" if value.strip() else f"{name};"
    return f"-H {shell_word(written, _variable(record, 'SECRET'))}"


def _silenced(asked: JournalRequest) -> list[str]:
    added = [*_CURL_ADDS, *(["Content-Type"] if evidence.payload(asked).raw else [])]
    sent = {name.lower() for name, _ in asked.headers}
    return [f"-H '{name}:'" for name in added if name.lower() not in sent]


def _body(asked: JournalRequest, variable: str) -> tuple[str, list[str]]:
    """What feeds curl's standard input (empty: nothing) and the arguments for the body."""
    body = evidence.payload(asked)
    if not body.raw:
        return "", []
    has_secret = body.text is not None and _CREDENTIAL.search(body.text) is not None
    if (
        body.text is not None
        and "\x00" not in body.text
        and not body.text.startswith("@")
        and (has_secret or len(body.text) <= _INLINE_LIMIT)
    ):
        return "", [f"--data-binary {shell_word(body.text, variable)}"]
    if body.text is not None and is_plain(body.text):
        return _heredoc(body.text, len(body.raw)), ["--data-binary @-"]
    return f"printf %s {base64.b64encode(body.raw).decode('ascii')} | base64 -d |", [
        "--data-binary @-"
    ]


def _heredoc(text: str, size: int) -> str:
    mark = "JIDI_BODY"
    while mark in text.split("\n"):
        mark += "_"
    # A here-document always ends in a line feed; ``head`` takes exactly the bytes that were sent.
    return f"head -c {size} <<'{mark}' |\n{text}\n{mark}"


def _with_feed(feed: str, command: str) -> str:
    if not feed:
        return command
    return f"{feed}\n{command}" if feed.startswith("head") else f"{feed} {command}"


def shell_word(text: str, variable: str = "JIDI_SECRET") -> str:
    """``text`` as one word of bash: quoted, control characters as escapes, withheld credentials as
    ``"$variable"``.
    """
    parts: list[str] = []
    last = 0
    for match in _CREDENTIAL.finditer(text):
        parts += [_quoted(text[last : match.start()]), f'"${variable}"']
        last = match.end()
    parts.append(_quoted(text[last:]))
    return "".join(part for part in parts if part) or "''"


def _quoted(text: str) -> str:
    if not text:
        return ""
    if is_plain(text) and "\n" not in text and "\t" not in text:
        return shlex.quote(text)
    return "$'" + "".join(_dollar_escape(character) for character in text) + "'"


def _dollar_escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if is_plain(character):
        return character
    # Bytes in octal, of fixed width, so that a digit that follows cannot be swallowed. NUL cannot
    # stand in an argument.
    return (
        "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "replace"))
        if character != "\x00"
        else "\\\\x00"
    )
