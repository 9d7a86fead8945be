"""Clients differ in the order of their headers, and each keeps to its own."""

from __future__ import annotations

import pytest

from jidi.drive.header_order import arranged, length_of

HEADERS = (
    ("Accept", "application/json"),
    ("Content-Type", "application/json"),
    ("Idempotency-Key", "a"),
    ("User-Agent", "okhttp/4.12.0"),
)


def order(token: str, *more: tuple[str, str]) -> list[str]:
    """Names in the order in which the client with this token sends them."""
    return [name for name, _ in arranged([*HEADERS, ("Authorization", token), *more])]


def test_client_keeps_to_its_order() -> None:
    """Whatever else it says, and in whatever order it was put together."""
    plain = order("one")
    assert [name for name in order("one", ("Standard-Version", "1.0")) if name in plain] == plain
    assert [name for name, _ in arranged([("Authorization", "one"), *reversed(HEADERS)])] == plain


def test_clients_differ() -> None:
    """For each two headers there are clients that send them in either order."""
    orders = [order(str(token)) for token in range(40)]
    assert len({tuple(one) for one in orders}) > 20
    for first in orders[0]:
        for second in orders[0]:
            before = {one.index(first) < one.index(second) for one in orders}
            assert before == ({True, False} if first != second else {False})


def test_headers_of_one_name_stay_in_order() -> None:
    """What they mean together may depend on it."""
    twice = [("X-Some", "1"), *HEADERS, ("X-Some", "2"), ("x-some", "3")]
    assert [value for name, value in arranged(twice) if name.lower() == "x-some"] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", None, None),
        ("delete", b"", None),
        ("POST", None, "0"),
        ("POST", "圆".encode(), "3"),
        ("GET", b"{}", "2"),
        ("PROPFIND", None, "0"),
    ],
)
def test_length_is_said_where_clients_say_it(
    method: str, body: bytes | None, length: str | None
) -> None:
    """Not of an empty body that nobody expects (RFC 9110, 8.6)."""
    assert length_of(method, body) == length
