"""What is done to generated data before they are sent."""

from __future__ import annotations

import pytest

from jidi.fuzz.child.shaping import (
    find_banner,
    find_internals,
    fresh_key,
    illegal_query,
    point_home,
    tame,
    value_is_legal,
)
from jidi.fuzz.declared import load_declaration

HOME = "http://127.0.0.1:5000/hook"
RULES = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 500},
    "order_no": {"type": "string", "pattern": "^[A-Z0-9]+$", "maxLength": 5},
}


def test_addresses_of_a_valid_body_all_become_the_receiver() -> None:
    """Nothing that the kit sends may make the candidate call a stranger."""
    body = {"callback_url": "urn:x", "more": ["https://stranger.example/x", "text"]}
    assert point_home(body, HOME, valid=True) == {"callback_url": HOME, "more": [HOME, "text"]}


def test_a_broken_address_of_an_invalid_body_stays_broken() -> None:
    """The broken address is the fault that the case is about; only callable ones are replaced."""
    body = {"callback_url": "not a url", "other": "HTTP://stranger.example", "number": 3}
    assert point_home(body, HOME, valid=False) == {
        "callback_url": "not a url",
        "other": HOME,
        "number": 3,
    }


def test_taming_writes_integral_floats_as_integers_and_drops_nul() -> None:
    """Legal JSON that no partner means is not held against a candidate."""
    assert tame({"a": 3.0, "b": [1.5, "x\x00y", True]}) == {"a": 3, "b": [1.5, "x0y", True]}
    assert isinstance(tame(3.0), int)


def test_fresh_keys_repeat_for_one_nonce_and_number_only() -> None:
    """Requests are the same for one run's nonce and never those of another run."""
    assert fresh_key("a", 1) == fresh_key("a", 1)
    assert len({fresh_key("a", 1), fresh_key("a", 2), fresh_key("b", 1)}) == 3


@pytest.mark.parametrize(
    ("query", "faulty"),
    [
        ("limit=1", []),
        ("limit=0", ["limit"]),
        ("limit=1e2", ["limit"]),
        ("x=1&order_no=abc", ["x", "order_no"]),
    ],
)
def test_illegal_query_names_exactly_the_pairs_outside_the_contract(
    query: str, faulty: list[str]
) -> None:
    """Undeclared names and values outside their schema, nothing else."""
    assert [name for name, _ in illegal_query(f"http://h/p?{query}", RULES)] == faulty


def test_enums_and_constants_are_compared_as_text() -> None:
    """Values of a query are text."""
    assert value_is_legal({"enum": ["A", 1]}, "1")
    assert not value_is_legal({"const": "1.0"}, "1.1")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Traceback (most recent call last):\n  File "x"', "stack-trace"),
        ('{"detail": "SELECT id, name FROM consignments WHERE x"}', "query"),
        ("failed in /usr/lib/python3/app.py", "file-path"),
        ("sqlite3.OperationalError: no", "query"),
    ],
)
def test_internals_are_found_by_the_published_patterns(text: str, name: str) -> None:
    """Each kind of the ledger's negative cases of DS-08.4 has a pattern."""
    found = find_internals(text, load_declaration().internals, "")
    assert found is not None
    assert found[0] == name


def test_what_the_request_itself_contained_is_no_leak() -> None:
    """An echo of the kit's own text shows nothing about the server."""
    text = "remark: sqlite3.OperationalError"
    assert find_internals(text, load_declaration().internals, "sqlite3.OperationalError") is None


@pytest.mark.parametrize(
    ("value", "found"), [("nginx/1.25.3", True), ("nginx", False), ("Apache Tomcat 9.0.1", True)]
)
def test_a_banner_counts_only_with_a_version(value: str, found: bool) -> None:
    """A bare product name is no version banner."""
    declaration = load_declaration()
    assert (
        find_banner([("Server", value)], declaration.banner_headers, declaration.banner_pattern)
        is not None
    ) is found
