"""The published schema of OpenAPI 3.1 (2022-10-07), asked about documents that are none of the
kit's. It says nothing of the schemas within, which are of JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

_MOST = 50


def openapi_faults(document: Any) -> Iterator[tuple[str, str]]:
    """Where and why a document is none of OpenAPI 3.1, fifty at most; nothing when it is one."""
    for number, error in enumerate(_validator().iter_errors(document)):
        if number == _MOST:
            return
        yield (
            "".join(
                f"/{str(step).replace('~', '~0').replace('/', '~1')}"
                for step in error.instance_path
            ),
            str(error.message),
        )


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    text = files("jidi.registry.strangers").joinpath("openapi-3.1.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text), offline=True, mask="…")
