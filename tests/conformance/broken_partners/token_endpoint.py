"""Partners that break DS-08.2 at their token endpoint: what they answer is no token answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Told, Wrap

from jidi.model.roles import Role

_CAUGHT: Final = ("sweep/token-answers#token-answers",)


def answering(change: Callable[[Told], Told], status: int = 200) -> Wrap:
    """Changes answers of that status at the token endpoint."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        return change(answer) if answer.status == status else answer

    return Around(("issueToken",), handler)


def member(name: str, change: Callable[[Any], Any]) -> Wrap:
    """Changes one member of the token answer."""
    return answering(
        lambda answer: answer.with_json({**answer.json, name: change(answer.json[name])})
    )


SHAPES: Final[dict[str, tuple[str, Wrap]]] = {
    "token-type-mac": (
        "Tokens are said to be of type mac.",
        member("token_type", lambda _kind: "mac"),
    ),
    "token-expires-in-text": (
        "The life of a token is told as a text.",
        member("expires_in", str),
    ),
    "token-expires-at-once": (
        "The life of a token is told as 0 seconds.",
        member("expires_in", lambda _life: 0),
    ),
    "token-scope-list": (
        "The scopes of a token are told as a list.",
        member("scope", lambda scope: str(scope).split(" ")),
    ),
    "token-answer-wrapped": (
        "Beside the token the answer tells its type inside an envelope only.",
        answering(
            lambda answer: answer.with_json(
                {"access_token": answer.json["access_token"], "code": 0, "data": answer.json}
            )
        ),
    ),
    "token-answer-as-text": (
        "The token answer says that it is text.",
        answering(lambda answer: answer.with_header("content-type", "text/plain")),
    ),
}
"""What every role may do wrong, by name: what about it, and how."""
_PREFIX: Final[dict[Role, str]] = {
    "courier": "",
    "platform": "platform-",
    "integrator": "integrator-",
}

FAULTS: Final = tuple(
    Fault(
        _PREFIX[role] + name,
        "DS-08.2",
        "token-answer-malformed",
        about,
        _CAUGHT,
        wrap,
        role=role,
    )
    for role in get_args(Role)
    for name, (about, wrap) in SHAPES.items()
    if role == "courier" or name in {"token-type-mac", "token-scope-list"}
)
"""Faults of DS-08.2 at the token endpoint."""
