"""Under which digests the schema bundles of the standard were published, from the conformance
tree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jidi import resources
from jidi.errors import DataError
from jidi.registry.reading.yaml_reader import load_yaml

_FILE = "bundles.yaml"


@lru_cache(maxsize=8)
def earlier_digests(version: str) -> tuple[str, ...]:
    """Digests under which ``version`` was published before its texts were last mended, oldest
    first: whoever declares one follows the same rules (DS-10.1).

    Raises:
        DataError: the file is missing or cannot be read.
    """
    path = resources.conformance_root() / _FILE
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{_FILE} cannot be read: {error}.",
            next_step="Install jidi again; the file belongs to it.",
        ) from error
    content: Any = load_yaml(text, _FILE)
    return tuple(entry["digest"] for entry in content["versions"].get(version, ()))
