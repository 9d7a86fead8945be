"""Another validator over NDJSON, one line a fault: ``python -m benchmarks.peer_validators ENGINE
FILE``. Engines: ``jsonschema-rs`` (asks whether a record holds, then for all errors of those that
do not) and ``jsonschema``. Named rules, which no schema can say, they do not check.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import orjson
import referencing
import referencing.jsonschema

from jidi.resources import schemas_root

Told = Callable[[Any], Iterator[str]]


def main() -> None:
    """Tell every fault."""
    engine, name = sys.argv[1:]
    folder = schemas_root() / "v1.0"
    documents = {
        document["$id"]: document
        for document in (orjson.loads(one.read_bytes()) for one in folder.glob("*.schema.json"))
    }
    uri = next(one for one in documents if one.endswith("/shipment-event.schema.json"))
    told = {"jsonschema-rs": compiled, "jsonschema": python}[engine](documents, uri)
    with Path(name).open("rb") as file:
        for number, line in enumerate(file, 1):
            for fault in told(orjson.loads(line)):
                print(number, fault)


def compiled(documents: dict[str, Any], uri: str) -> Told:
    """jsonschema-rs, its fastest way."""
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": uri},
        registry=jsonschema_rs.Registry(list(documents.items())),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
    )

    def told(record: Any) -> Iterator[str]:
        if not validator.is_valid(record):
            for error in validator.iter_errors(record):
                yield f"{error.instance_path} {error.message}"

    return told


def python(documents: dict[str, Any], uri: str) -> Told:
    """The reference implementation."""
    create = referencing.jsonschema.DRAFT202012.create_resource
    registry: referencing.jsonschema.SchemaRegistry = referencing.Registry().with_resources(
        [(name, create(document)) for name, document in documents.items()]
    )
    validator = jsonschema.Draft202012Validator(
        {"$ref": uri},
        registry=registry,
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )

    def told(record: Any) -> Iterator[str]:
        for error in validator.iter_errors(record):
            yield f"{list(error.absolute_path)} {error.message}"

    return told


if __name__ == "__main__":
    main()
