"""Headers that decide whether and how a request can be answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers

from jidi_reference.contract.bundle import VERSION
from jidi_reference.domain.problems import Problem

JSON = "application/json"
_KEY = re.compile(r"[!-~]{1,128}")


def check_version(headers: Headers) -> None:
    """Refuse a version other than the one served here (DS-05.2).

    Raises:
        Problem: ``unsupported-version``, naming those that are.
    """
    asked = headers.getlist("standard-version")
    if any(version.strip() != VERSION for version in asked):
        raise Problem(
            "unsupported-version",
            "This base URL serves another version.",
            extensions={"supported_versions": [VERSION]},
        )


def check_accept(headers: Headers) -> None:
    """Refuse when the caller accepts no JSON.

    Raises:
        Problem: ``not-acceptable``.
    """
    choose(headers.getlist("accept"), [JSON])


def choose(accept: Sequence[str], offered: Sequence[str]) -> str:
    """The offered media type that the Accept lines like best, the first of equals; the first
    offered when there are none.

    Raises:
        Problem: ``not-acceptable``.
    """
    ranges = [part for line in accept for part in line.split(",") if part.strip()]
    if not ranges:
        return offered[0]
    weights = dict(map(_weighted, ranges))
    best = max(offered, key=lambda name: _weight_of(name, weights))
    if _weight_of(best, weights) > 0:
        return best
    raise Problem("not-acceptable", f"Only {', '.join(offered)} can be answered.")


def _weight_of(name: str, weights: Mapping[str, float]) -> float:
    """The most specific range that matches decides (RFC 9110 section 12.5.1)."""
    matching = (
        weights[media_range]
        for media_range in (name, name.partition("/")[0] + "/*", "*/*")
        if media_range in weights
    )
    return next(matching, 0.0)


def check_media_type(headers: Headers) -> None:
    """Refuse a body that is not said to be plain JSON in UTF-8.

    Raises:
        Problem: ``unsupported-media-type``.
    """
    name, *parameters = (
        part.strip().lower() for part in headers.get("content-type", "").split(";")
    )
    charsets = [
        part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset=")
    ]
    if name != JSON or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Problem("unsupported-media-type", "Send application/json in UTF-8.")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem("unsupported-media-type", "Send the body without content coding.")


def idempotency_key(headers: Headers) -> str:
    """The request's key.

    Raises:
        Problem: ``idempotency-key-missing``, also when it is not exactly one key of 1 to 128
            printable ASCII characters.
    """
    keys = headers.getlist("idempotency-key")
    if len(keys) != 1 or _KEY.fullmatch(keys[0]) is None:
        detail = (
            "this operation creates something: send one key of 1 to 128 printable ASCII "
            "characters without spaces"
        )
        raise Problem.parameter("idempotency-key-missing", "header", "Idempotency-Key", detail)
    return keys[0]


def _weighted(media_range: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in media_range.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
