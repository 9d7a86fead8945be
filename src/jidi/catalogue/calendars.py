"""The published working-day calendar, from the conformance tree."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jidi import resources
from jidi.errors import DataError
from jidi.registry.reading.yaml_reader import load_yaml

_FILE = "calendars/china-working-days.yaml"


@lru_cache(maxsize=1)
def working_days() -> Any:
    """Content of ``calendars/china-working-days.yaml``: ``years``, each with ``weekdays_off`` and
    ``weekend_workdays``.

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
    return load_yaml(text, _FILE)
