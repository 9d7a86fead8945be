"""Places of JSON Pointers in a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.registry.reading.places import locate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text('ab/~"\\\\ ,:{}[]é', max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def _pointers(value: Any, pointer: str = "") -> dict[str, Any]:
    found = {pointer: value}
    if isinstance(value, dict):
        for name, item in value.items():
            found |= _pointers(item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found |= _pointers(item, f"{pointer}/{index}")
    return found


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_locate_finds_every_pointer_where_its_name_or_item_begins(
    value: Any, indent: int | None, plain: bool
) -> None:
    """Whatever stands in the names, and however the text is laid out."""
    text = json.dumps(value, indent=indent, ensure_ascii=plain)
    asked = _pointers(value)
    found = locate(text, asked)
    assert found.keys() == asked.keys()
    decoder = json.JSONDecoder()
    for pointer, item in asked.items():
        first, end = decoder.raw_decode(text, found[pointer])
        last = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        rest = text[end:].lstrip()
        if pointer and first == last and rest.startswith(":"):
            assert decoder.raw_decode(rest[1:].lstrip())[0] == item
        else:
            assert first == item


@pytest.mark.parametrize("pointer", ["/c", "/a/2", "/a/0/b"])
def test_locate_leaves_out_what_is_not_there(pointer: str) -> None:
    """The caller looks further up."""
    assert locate('{"a": [1, {}]}', {pointer}) == {}
