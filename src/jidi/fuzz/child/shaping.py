"""What the kit does to generated data before they are sent, and how it looks at what came back.
Standard library only: runs in the child too.
"""

from __future__ import annotations

import base64
import random
import re
import string
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jidi.model.texts.seeded import seeded

Rules = Mapping[str, Mapping[str, Any]]
INTEGER = re.compile(r"\A-?(0|[1-9][0-9]{0,17})\Z")
KEY_SIGNS = string.ascii_letters + string.digits + "-_.:/+=~"
LONGEST_KEY = 128
USUAL = 0.5
"""How many keys are UUIDs as most clients write them."""
REDIRECTING_KEYS = frozenset({"callback_url"})


def is_http_url(value: str) -> bool:
    """Whether a candidate could take ``value`` for an address to call."""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def point_home(value: Any, receiver: str, *, valid: bool, key: str = "") -> Any:
    """Copy of ``value`` in which no address leads anywhere but to the kit's ``receiver``.

    ``valid`` says that the whole is meant to be valid: then every string under ``callback_url``
    becomes the receiver. Otherwise what is no HTTP address stays as it is, for it may be the fault
    that the case is about.
    """
    if isinstance(value, Mapping):
        return {
            name: point_home(item, receiver, valid=valid, key=str(name))
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [point_home(item, receiver, valid=valid, key=key) for item in value]
    if not isinstance(value, str):
        return value
    if valid and key in REDIRECTING_KEYS:
        return receiver
    if is_http_url(value) and urlsplit(value.strip()).netloc != urlsplit(receiver).netloc:
        return receiver
    return value


def tame(value: Any) -> Any:
    """Copy of ``value`` without what JSON allows but nobody means: ``3.0`` for an integer, NUL in a
    text.
    """
    if isinstance(value, Mapping):
        return {tame(name): tame(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [tame(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and "\x00" in value:
        return value.replace("\x00", "0")
    return value


def fresh_key(nonce: str, number: int) -> str:
    """The ``number``-th idempotency key of a run; ``nonce`` keeps runs apart, so that a second run
    replays nothing of the first.
    """
    return key(seeded(f"{nonce}:{number}"))


def key(pick: random.Random, *, usual: bool = True) -> str:
    """An idempotency key, 1 to 128 printable ASCII characters, in one of the forms that clients
    use; without ``usual`` it is no UUID as most write it.
    """
    made = str(uuid.UUID(int=pick.getrandbits(128), version=4))
    others = (
        made.replace("-", ""),
        made.upper(),
        _signs(pick, string.ascii_uppercase + string.digits, 26),
        base64.urlsafe_b64encode(pick.randbytes(24)).decode(),
        _signs(pick, KEY_SIGNS, pick.randrange(40, 100)),
        _signs(pick, KEY_SIGNS, LONGEST_KEY),
    )
    return made if usual and pick.random() < USUAL else pick.choice(others)


def _signs(pick: random.Random, signs: str, length: int) -> str:
    return "".join(pick.choice(signs) for _ in range(length))


def _number_is_legal(schema: Mapping[str, Any], text: str) -> bool:
    if not INTEGER.match(text):
        return False
    number = int(text)
    return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))


def _text_is_legal(schema: Mapping[str, Any], text: str) -> bool:
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        return False
    pattern = schema.get("pattern")
    return pattern is None or re.search(pattern, text) is not None


def value_is_legal(schema: Mapping[str, Any], text: str) -> bool:
    """Whether ``text``, as it stands in a query, is a value of ``schema`` (integer, string, enum;
    anything else counts as legal).
    """
    if "const" in schema:
        return text == str(schema["const"])
    if "enum" in schema:
        return text in [str(item) for item in schema["enum"]]
    kind = schema.get("type")
    if kind == "integer":
        return _number_is_legal(schema, text)
    return _text_is_legal(schema, text) if kind == "string" else True


def illegal_query(url: str, rules: Rules) -> list[tuple[str, str]]:
    """Pairs in the query of ``url`` that the contract forbids: an undeclared name, or a value
    outside its schema. Order as sent.
    """
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [
        (name, value)
        for name, value in pairs
        if name not in rules or not value_is_legal(rules[name], value)
    ]


def find_internals(text: str, patterns: Mapping[str, str], sent: str) -> tuple[str, str] | None:
    """First (pattern id, matched text) in ``text`` that shows insides of a server; what the request
    itself contained does not count.
    """
    for name, pattern in patterns.items():
        for match in re.finditer(pattern, text):
            if match.group(0) not in sent:
                return name, match.group(0)[:200]
    return None


def find_banner(
    headers: Iterable[tuple[str, str]], names: Sequence[str], pattern: str
) -> tuple[str, str] | None:
    """First header out of ``names`` (lower case) whose value names software with its version."""
    return next(
        (
            (name, value)
            for name, value in headers
            if name.lower() in names and re.search(pattern, value)
        ),
        None,
    )
