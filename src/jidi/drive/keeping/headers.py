"""Which header fields of strangers may be shown, and which hold credentials."""

from __future__ import annotations

from typing import Final

CREDENTIAL_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie"}
)
_SECRET_WORDS: Final = (
    "authorization",
    "cookie",
    "token",
    "secret",
    "api-key",
    "apikey",
    "session",
    "signature-key",
)
KNOWN: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "allow",
        "cache-control",
        "connection",
        "consent-reference",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-type",
        "date",
        "deprecation",
        "etag",
        "expires",
        "host",
        "idempotency-key",
        "keep-alive",
        "last-modified",
        "link",
        "location",
        "pragma",
        "processing-purpose",
        "retry-after",
        "server",
        "standard-version",
        "strict-transport-security",
        "sunset",
        "trailer",
        "transfer-encoding",
        "user-agent",
        "vary",
        "via",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
        "www-authenticate",
        "x-aspnet-version",
        "x-aspnetmvc-version",
        "x-content-type-options",
        "x-powered-by",
        "x-runtime-version",
    }
)
"""Fields (lower case) whose values are kept, redacted; of all others only what is technical."""
ADDRESSES: Final = frozenset({"location", "content-location", "referer"})
"""Fields that hold a URL."""


def is_secret_header(name: str) -> bool:
    """Whether a header of this name may carry a credential."""
    lower = name.lower()
    return lower != "webhook-signature" and any(word in lower for word in _SECRET_WORDS)
