"""What a recording tells of a message: which of it is known, and which is not.

Recorders leave bodies out, cut them, decode them, or write sizes that are no sizes. Whatever rests
on a part that is not known is judged neither way.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jidi.drive.http.bounds import ContentError
from jidi.drive.http.decoding import decode
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Headers

LARGEST_BODY: Final = 8 << 20
"""Bytes of a body that are looked at; a longer one counts as not recorded."""
ANY: Final = "*"
"""Among header names that were not read: it may be any header."""
_CUT: Final = re.compile(r"(?i)[\[(<…. ]truncated[^\"{}]{0,40}\Z|(?:\.\.\.|…)\s*\Z")
_LAST_OF_LATIN: Final = "\xff"
_UNDECODED: Final = "\ufffd"
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_PACKED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_NO_CONTENT: Final = frozenset({204, 205, 304})
_CHUNKED: Final = re.compile(r"[0-9A-Fa-f]{1,8}\r?\n")
"""The size of a chunk, which a recorder left in front of the body."""
_WITH_CONTENT: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a recording tells of the body of one message.

    ``status`` is 0 for a request. ``text`` or ``data`` is the body as it stands there (``data`` may
    still be content-coded); both ``None``: it has none. ``sizes`` are those declared of the decoded
    body, ``wire`` those of what went over the wire. ``unread``: lower-case names of headers that
    are missing from ``headers``. ``by_kit``: the kit redacted it, so that sizes fit nothing.
    """

    method: str
    status: int
    headers: Headers
    unread: frozenset[str] = frozenset()
    media: str = ""
    text: str | None = None
    data: bytes | None = None
    sizes: tuple[int, ...] = ()
    wire: tuple[int, ...] = ()
    cut: bool = False
    by_kit: bool = False

    def header(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a body. ``whole``: this is what was meant; ``exact``: to the byte, as it
    went over the wire after content-decoding.
    """

    body: bytes = b""
    whole: bool = False
    exact: bool = False


_MASK: Final = (
    rb"[\[<({*_]{0,3}(?i:redacted|filtered|masked|removed|hidden|sensitive|sanitized|omitted)"
    rb"[\])>}*_]{0,3}|\*{3,}|[xX]{4,}|(?:\xe2\x80\xa2|\xe2\x97\x8f|\xe2\x96\x88){3,}|\.{3}|\xe2\x80\xa6"
)
"""What is put in the place of a value before a recording is given away."""
_MASKED: Final = re.compile(rb':\s*"(?:' + _MASK + rb')"')
_MASKED_SECRET: Final = re.compile(
    rb'"(?:access_token|refresh_token|id_token|client_secret|secret|token|password)"\s*:\s*"(?:'
    + _MASK
    + rb')"'
)
NOT_KNOWN: Final = Known()
_EMPTY: Final = Known(b"", whole=True, exact=True)


def known_body(told: Told) -> Known:
    """What is known of a body, from all that the recording tells of it; in doubt nothing."""
    there = bool(told.text or told.data)
    if _is_bodiless(told):
        return NOT_KNOWN if there else _EMPTY
    if _is_as_it_never_came(told):
        return NOT_KNOWN
    if not there:
        return _nothing(told)
    known = _of_text(told.text) if told.text else _of_data(told, told.data or b"")
    if not known.whole or len(known.body) > LARGEST_BODY:
        return NOT_KNOWN
    return _measured(told, known)


def _is_as_it_never_came(told: Told) -> bool:
    """Whether the text was cut, or begins with the size of its first chunk."""
    chunked = told.header("transfer-encoding")
    return told.cut or bool(chunked and told.text and _CHUNKED.match(told.text))


def _is_bodiless(told: Told) -> bool:
    """Whether it is an answer that carries no body (RFC 9110, 6.4.1)."""
    if told.status == 0:
        return False
    return told.method == "HEAD" or told.status in _NO_CONTENT or 0 < told.status < 200


def _nothing(told: Told) -> Known:
    """There is no body in the recording: was there one?"""
    if told.by_kit:
        shown = told.text is not None or told.data is not None or 0 in told.sizes
        return _EMPTY if shown else NOT_KNOWN
    length = told.header("content-length").strip()
    if any(size > 0 for size in (*told.sizes, *told.wire)) or length not in {"", "0"}:
        return NOT_KNOWN
    if length == "0" and not told.header("transfer-encoding"):
        return _EMPTY
    return NOT_KNOWN if _hints_at_body(told) else _EMPTY


def _hints_at_body(told: Told) -> bool:
    """Whether a body may have been there of which no size speaks."""
    if told.unread or told.media:
        return True
    if told.header("transfer-encoding") or told.header("content-encoding"):
        return True
    if told.status == 0:
        return told.method in _WITH_CONTENT
    return 0 not in (*told.sizes, *told.wire) or not told.headers


def _of_text(text: str) -> Known:
    """A body that stands there as text, which recorders have decoded."""
    if len(text) > LARGEST_BODY or _UNDECODED in text or _CUT.search(text[-60:]):
        return NOT_KNOWN
    if _is_misread(text):
        return NOT_KNOWN
    try:
        body = text.encode("utf-8")
    except UnicodeEncodeError:  # half a character: the recorder cut it, or misread it
        return NOT_KNOWN
    return NOT_KNOWN if _CONTROL.search(body) else Known(body, whole=True, exact=True)


def _is_misread(text: str) -> bool:
    """Whether it is UTF-8 that was read as Latin-1 or Windows-1252."""
    if text.isascii():
        return False
    for charset in ("latin-1", "cp1252"):
        try:
            text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _of_data(told: Told, data: bytes) -> Known:
    """A body that stands there as bytes: decoded by the recorder, or not yet."""
    encoding = told.header("content-encoding")
    if encoding:
        try:
            body, clipped = decode(data, encoding, LARGEST_BODY)
        except ContentError:
            return _plain(data)
        return NOT_KNOWN if clipped else Known(body, whole=True, exact=True)
    if told.unread & {ANY, "content-encoding"} or data.startswith(_PACKED):
        return _plain(data)
    return Known(data, whole=True, exact=True)


def _plain(data: bytes) -> Known:
    """Bytes of which the coding is not known: text is what needs no decoding."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return NOT_KNOWN
    return NOT_KNOWN if _CONTROL.search(data) else Known(data, whole=True, exact=True)


def _measured(told: Told, known: Known) -> Known:
    """What the declared sizes leave of it: a body that is shorter was cut, unless it is one JSON
    object or array, of which no beginning is another one; a text that is longer, where nothing was
    packed, holds what never went over the wire (chunk sizes, marks, other characters), unless it is
    whole JSON laid out anew. What the kit wrote needs no measure.
    """
    if told.by_kit:
        return known
    sizes = _declared_sizes(told)
    short = any(size > len(known.body) for size in sizes)
    if short and not _is_whole_json(known.body):
        return NOT_KNOWN
    if any(0 < size < len(known.body) for size in sizes) and _is_more_than_came(told, known):
        return NOT_KNOWN
    exact = known.exact and all(size == len(known.body) for size in sizes)
    if _is_masked(known.body, exact=exact) or (short and b"?" in known.body):
        return NOT_KNOWN  # somebody, or the recorder, put signs in the place of others
    return Known(known.body, whole=True, exact=exact)


def _is_masked(body: bytes, *, exact: bool) -> bool:
    """Whether somebody masked a credential in it, or, where its size is not that of what came,
    anything.
    """
    return bool(_MASKED_SECRET.search(body) or (not exact and _MASKED.search(body)))


def _is_more_than_came(told: Told, known: Known) -> bool:
    """Whether a body that is longer than it is said to be is none that came."""
    if not told.text:
        return False
    if not told.text.isascii() and max(told.text) <= _LAST_OF_LATIN:
        return True  # misread, and not even that to the end
    return not told.header("content-encoding") and not _is_whole_json(known.body)


def _declared_sizes(told: Told) -> list[int]:
    """What is said of the size of the body itself; sizes on the wire only where nothing is
    packed.
    """
    sizes = [size for size in told.sizes if size >= 0]
    length = told.header("content-length").strip()
    if not told.header("content-encoding"):
        sizes += [size for size in told.wire if size > 0]
        sizes += [int(length)] if length.isascii() and length.isdigit() and len(length) < 12 else []
    return sizes


def _is_whole_json(body: bytes) -> bool:
    if body.lstrip()[:1] not in {b"{", b"["}:
        return False
    try:
        read_json(body.decode("utf-8"))
    except (UnicodeDecodeError, NotJsonError):
        return False
    return True


def from_base64(text: str) -> bytes | None:
    """The bytes of base64, also in lines and without padding; ``None`` when it is none."""
    if len(text) > 2 * LARGEST_BODY:
        return None
    joined = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(joined + "=" * (-len(joined) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def media_type(headers: Headers, given: str = "") -> str:
    """The media type of a body, in lower case and without parameters: the header's, else the one
    ``given``.
    """
    declared = next((value for name, value in headers if name.lower() == "content-type"), given)
    media = declared.partition(";")[0].strip().lower()
    return "" if media in _NO_MEDIA else media


_NO_MEDIA: Final[Mapping[str, None]] = {"x-unknown": None, "?": None, "undefined": None}
