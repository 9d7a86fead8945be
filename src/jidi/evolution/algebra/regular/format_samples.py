"""Texts of formats and close to them, and patterns within which every text of a format lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
WITHIN: Final[Mapping[str, str]] = {
    "date": f"{_DATE}$",
    "date-time": f"{_DATE}[Tt]",
    "ipv4": r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$",
    "uuid": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
}
"""By name of a format; what RFC 3339, RFC 2673 and RFC 4122 say of the characters."""

_DAY: Final = "^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
SURELY: Final[Mapping[str, str]] = {
    "date": f"{_DAY}$",
    "date-time": rf"{_DAY}T{_TIME}(?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])$",
}
"""By name of a format: texts that find this pattern are of it, others may be, too."""

SAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("2024-02-29", "2023-02-29", "2024-1-1", "not a date"),
    "date-time": (
        "2024-05-06T07:08:09Z",
        "2024-05-06T07:08:09.123+08:00",
        "2024-05-06 07:08:09",
        "not a time",
    ),
    "time": ("07:08:09Z", "25:00:00Z", "not a time"),
    "duration": ("P1D", "PT1H", "P", "not a duration"),
    "email": ("a@example.com", "a.b-c@example.com", "not an address"),
    "idn-email": ("a@example.com", "not an address"),
    "hostname": ("example.com", "a", "-a-", "not a host"),
    "idn-hostname": ("example.com", "-a-", "not a host"),
    "ipv4": ("192.0.2.1", "256.0.2.1", "not an address"),
    "ipv6": ("2001:db8::1", "::", "not an address"),
    "uri": ("https://example.com/a", "urn:example:a", "a/b", "not a uri"),
    "uri-reference": ("/a", "https://example.com/a", "\\", "not a uri"),
    "iri": ("https://example.com/a", "not an iri"),
    "iri-reference": ("/a", "\\", "not an iri"),
    "uri-template": ("/a/{b}", "/a/{b", "{"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567", "not a uuid"),
    "json-pointer": ("/a", "", "a", "/~"),
    "relative-json-pointer": ("0", "1/a", "/a"),
    "regex": ("^a$", "(", "["),
}
"""By name of a format."""
