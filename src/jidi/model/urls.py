"""Taking apart URLs that a stranger wrote: bounded, and never an exception of another kind."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

LONGEST: Final = 8192
"""Characters; what is longer is no address that anybody serves."""


class NotAUrlError(ValueError):
    """The text is no absolute http(s) URL; the message says why."""


def read_url(text: object) -> SplitResult:
    """The parts of an absolute http(s) URL; its host and port can be asked for without an error.

    Raises:
        NotAUrlError: it is none (RFC 3986; RFC 9110, 4.2).
    """
    if not isinstance(text, str) or not text:
        raise NotAUrlError("it is no text")
    if len(text) > LONGEST:
        raise NotAUrlError(f"it is longer than {LONGEST} characters")
    if not text.isprintable() or " " in text:
        raise NotAUrlError("it holds a blank, or a character that cannot be seen")
    return _parts(text)


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise NotAUrlError(str(error)) from error
    if parts.scheme not in {"http", "https"}:
        raise NotAUrlError("it is not absolute, or neither http nor https")
    if not host or port == 0:
        raise NotAUrlError("it names no host" if not host else "port 0 cannot be called")
    return parts


def url_parts(text: object) -> SplitResult:
    """The parts of any text that may be a URL or a part of one; what cannot be taken apart is all
    path.
    """
    try:
        parts = urlsplit(text if isinstance(text, str) else "")
        _ = parts.port, parts.hostname
    except ValueError:
        return SplitResult("", "", str(text), "", "")
    return parts


def host_and_port(parts: SplitResult) -> str:
    """``host:port`` in lower case, with brackets around an IPv6 address and the scheme's own port
    where the URL names none: the one way to write it.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_of(url: object) -> str:
    """:func:`host_and_port` of a URL, empty where it has none."""
    try:
        return host_and_port(read_url(url))
    except NotAUrlError:
        return ""


def join_url(base: str, reference: str) -> str:
    """``reference`` as seen from ``base``.

    Raises:
        NotAUrlError: the two make no URL.
    """
    try:
        return urljoin(base, reference)
    except ValueError as error:
        raise NotAUrlError(str(error)) from error
