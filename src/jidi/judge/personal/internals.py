"""Signs that an answer shows the inside of a system: stack traces, SQL, file paths, version banners
(DS-08.4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_BODY: Final = (
    (
        "python-traceback",
        re.compile(r"Traceback \(most recent call last\)|File \"[^\"\n]{1,200}\", line [0-9]+"),
    ),
    (
        "java-stack-trace",
        re.compile(
            r"\bat [a-z][\w$]*(?:\.[\w$<>]+){2,}"
            r"\([\w.$ ]*(?:\.java|\.kt|Native Method|Unknown Source)"
        ),
    ),
    (
        "dotnet-stack-trace",
        re.compile(r"\bat [A-Z][\w`]*(?:\.[\w`<>]+)+\([^)\n]{0,200}\) in [^\n]{1,200}:line [0-9]+"),
    ),
    ("node-stack-trace", re.compile(r"\bat [^\n]{0,120}\(?/?[\w./-]+\.[cm]?js:[0-9]+:[0-9]+\)?")),
    ("go-panic", re.compile(r"goroutine [0-9]+ \[|panic: runtime error")),
    ("php-error", re.compile(r"(?:Fatal error|Warning|Notice)</?b?>?:.{0,200} in .{0,120}\.php\b")),
    (
        "sql",
        re.compile(
            r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b[^\n]{1,200}"
            r"\b(?:FROM|VALUES|SET|WHERE)\b",
            re.DOTALL,
        ),
    ),
    (
        "database-error",
        re.compile(
            r"SQLSTATE\[?|ORA-[0-9]{5}|psycopg|sqlite3\.\w*Error|sqlalchemy\.|MySQLdb|com\.mysql\.|org\.postgresql\.",
            re.IGNORECASE,
        ),
    ),
    (
        "file-path",
        re.compile(
            r"(?<![\w/:.])/(?:usr|home|var|opt|etc|srv|root|app|proc)/[\w.-]+/[\w./-]+"
            r"|\b[A-Za-z]:\\(?:[\w .-]+\\)+[\w .-]+"
        ),
    ),
)
_HEADERS: Final = (
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "via",
    "x-runtime-version",
)
_VERSION: Final = re.compile(r"[A-Za-z][\w.-]*/[0-9]+(?:\.[0-9]+)+|\b[0-9]+\.[0-9]+\.[0-9]+\b")
_ESCAPES: Final = (("\\r\\n", "\n"), ("\\n", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\/", "/"))
"""How JSON writes what a trace is made of."""
_PLACES: Final = frozenset({"location", "content-location", "link", "set-cookie"})
"""Headers whose values are paths by right."""
_SCANNED: Final = 200_000


def signs(headers: Sequence[Sequence[str]], text: str) -> list[str]:
    """Slugs of every sign of internals in one response; empty when it shows none. Only the first
    200,000 characters are read.
    """
    written_so = shown = text[:_SCANNED]
    for written, meant in _ESCAPES:
        shown = shown.replace(written, meant)
    texts = {written_so, shown}
    found = [slug for slug, pattern in _BODY if any(pattern.search(one) for one in texts)]
    for name, value in headers:
        lower = name.lower()
        if lower in {"x-aspnet-version", "x-aspnetmvc-version"} or (
            lower in _HEADERS and _VERSION.search(value)
        ):
            found.append(f"version-banner-{lower}")
        if lower not in _PLACES:
            found += _in_header(value)
    return found


@lru_cache(maxsize=1024)
def _in_header(value: str) -> tuple[str, ...]:
    """Signs in the value of a header; the same values come with every answer."""
    return tuple(f"{slug}-in-header" for slug, pattern in _BODY if pattern.search(value))
