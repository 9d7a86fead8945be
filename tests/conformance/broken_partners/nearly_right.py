"""Partners that take for right what is nearly right: a token with a tail or without its end, a
secret in another case or with more behind it, a signature that begins rightly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi.model.roles import Role
from jidi_reference.domain.signing import signatures
from jidi_reference.service.tokens import TokenRefused

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")
_TOKEN: Final = 43
"""Characters of a token or secret of the reference."""
_BEGINNING: Final = 40
"""Characters of a signature with its scheme that are compared; all are 47."""


def _tail_ignored() -> Wrap:
    """Of a token only so many characters are looked at as tokens have."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        return lambda context, token: healthy(context, token[:_TOKEN])

    return Inside("caller.authenticate", make)


def _end_ignored() -> Wrap:
    """A token is known by its beginning."""
    known: dict[str, str] = {}

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def authenticate(context: Any, token: str) -> Any:
            beginning = token[: _TOKEN - 8]
            found = healthy(context, token)
            if found is not None:
                known[beginning] = token
                return found
            return healthy(context, known[beginning]) if beginning in known else None

        return authenticate

    return Inside("caller.authenticate", make)


def _secrets_alike(alike: Callable[[str, str], bool]) -> Wrap:
    """A client is known by what is like its secret."""
    right: dict[str, str] = {}

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def issue(context: Any, client_id: str, secret: str, wanted: Any) -> Any:
            try:
                answer = healthy(context, client_id, secret, wanted)
            except TokenRefused:
                known = right.get(client_id)
                if known is None or not alike(known, secret):
                    raise
                return healthy(context, client_id, known, wanted)
            right[client_id] = secret
            return answer

        return issue

    return Inside("token.issue", make)


def _beginning_compared(_healthy: Callable[..., bool]) -> Callable[..., bool]:
    def known(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        right = signatures(secrets, stamped[0], int(stamped[1]), body).split()
        return any(
            one[:_BEGINNING] == mark[:_BEGINNING] for mark in header.split() for one in right
        )

    return known


_WAYS: Final[tuple[tuple[str, str, str, str, Wrap], ...]] = (
    (
        "token-with-a-tail-taken",
        "DS-08.2/forged-credential-accepted",
        "What stands behind a token is not looked at.",
        "longer/longer-token-refused#status",
        _tail_ignored(),
    ),
    (
        "token-without-its-end-taken",
        "DS-08.2/forged-credential-accepted",
        "A token is known by its beginning.",
        "shorter/shorter-token-refused#status",
        _end_ignored(),
    ),
    (
        "secret-of-any-case-taken",
        "DS-08.2/forged-credential-accepted",
        "Secrets of clients are compared without regard to the case of letters.",
        "ask-cased/cased-secret-refused#status",
        _secrets_alike(lambda one, other: one.lower() == other.lower()),
    ),
    (
        "secret-with-a-tail-taken",
        "DS-08.2/forged-credential-accepted",
        "What stands behind a secret is not looked at.",
        "ask-longer/longer-secret-refused#status",
        _secrets_alike(lambda one, other: other.startswith(one)),
    ),
    (
        "secret-without-its-end-taken",
        "DS-08.2/forged-credential-accepted",
        "A secret is known by its beginning.",
        "ask-shorter/shorter-secret-refused#status",
        _secrets_alike(lambda one, other: one.startswith(other)),
    ),
    (
        "beginning-of-signature-compared",
        "DS-02.9/forged-accepted",
        "Signatures are compared by their beginnings.",
        "other-end/other-end-not-believed#status",
        Inside("receiving.verified", _beginning_compared),
    ),
)
"""By name: what is broken, what about it, the check that sees it, and how."""


def _fault(way: tuple[str, str, str, str, Wrap], scenario: str, role: Role) -> Fault:
    name, broken, about, caught_by, wrap = way
    requirement, case = broken.split("/")
    caught = (f"{scenario}/{caught_by}",)
    return Fault(PREFIX[role] + name, requirement, case, about, caught, wrap, role=role)


def _upstream(way: tuple[str, str, str, str, Wrap]) -> Fault:
    """The same towards platforms alone."""
    fault = _fault(way, "nearly-right", "integrator")
    return replace(fault, name=f"integrator-platforms-{way[0]}")


FAULTS: Final = (
    *(_fault(way, "platform-nearly-right", role) for way in _WAYS for role in _ROLES),
    *(_upstream(way) for way in _WAYS[:2]),
)
"""Every fault of this module."""
