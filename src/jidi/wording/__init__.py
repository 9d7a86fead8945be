"""Every sentence that people read, in English and Chinese, by its key: ``<room>/<slug>``.

The sentences are data, one file a room (the top package that says them), so that a translator
reads them beside each other and a lint holds each pair to the glossary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jidi.model.text import Sayable, Text

ROOMS: Final = tuple(
    sorted(
        file.name.removesuffix(".json")
        for file in files(__name__).iterdir()
        if file.name.endswith(".json")
    )
)
"""Every file of sentences."""


def sentence(key: str, /, **fields: Sayable) -> Text:
    """The sentence ``key`` with its fields filled in.

    Raises:
        KeyError: there is no such sentence, or it has a field that was not given. A test asks for
            every key that stands in the code, with the fields that stand there.
    """
    room, _, slug = key.partition("/")
    return sentences(room)[slug].filled(**fields)


def family(room: str, prefix: str) -> Mapping[str, Text]:
    """Sentences of a room whose slugs begin alike, by what follows; their fields are not filled."""
    return {
        slug.removeprefix(prefix): text
        for slug, text in sentences(room).items()
        if slug.startswith(prefix)
    }


@cache
def sentences(room: str) -> Mapping[str, Text]:
    """The sentences of a room by slug."""
    content = json.loads(files(__name__).joinpath(f"{room}.json").read_text("utf-8"))
    return {slug: Text(pair["en"], pair["zh"]) for slug, pair in content.items()}
