"""The published documents as a vendor reads them: operations, parameters and schemas, straight from
the files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

ROOT = Path(__file__).resolve().parents[3] / "schemas" / "v1.0"
BASE_URI = json.loads((ROOT / "bundle.json").read_text("utf-8"))["base_uri"]


class RefusalError(Exception):
    """An answer that refuses: a problem document in the making."""

    def __init__(
        self, status: int, slug: str, errors: list[dict[str, str]] | None = None, **more: Any
    ) -> None:
        super().__init__(slug)
        self.status, self.slug, self.errors = status, slug, errors or []
        self.headers: dict[str, str] = more.pop("headers", {})
        self.more = more

    def document(self) -> dict[str, Any]:
        """The body."""
        shown = {
            "type": f"{BASE_URI}problems/{self.slug}",
            "title": self.slug.replace("-", " "),
            "status": self.status,
            **self.more,
        }
        return {**shown, "errors": self.errors} if self.errors else shown


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI documents."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    schema: str
    parameters: tuple[Mapping[str, Any], ...] = field(default=())

    def named(self, place: str) -> dict[str, Mapping[str, Any]]:
        """Parameters in ``path``, ``query`` or ``header``; those of capabilities that this courier
        does not have do not exist.
        """
        return {
            one["name"]: one
            for one in self.parameters
            if one["in"] == place and "x-capability" not in one
        }


def operations(*documents: str) -> dict[str, Operation]:
    """Every operation of these documents, by its id."""
    found = {}
    for name in documents:
        content = yaml.safe_load((ROOT / "openapi" / f"{name}.yaml").read_text("utf-8"))
        known = content["components"]["parameters"]
        for path, item in content["paths"].items():
            for method, entry in item.items():
                if method not in {"get", "post", "patch", "delete"}:
                    continue
                listed = [*item.get("parameters", ()), *entry.get("parameters", ())]
                parameters = tuple(
                    known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
                    for one in listed
                )
                body = (
                    entry.get("requestBody", {})
                    .get("content", {})
                    .get("application/json", {})
                    .get("schema", {})
                    .get("$ref", "")
                )
                scopes = tuple(
                    scope for one in entry.get("security", ()) for scope in one.get("oauth2", ())
                )
                schema = body.rpartition("/")[2].removesuffix(".schema.json")
                found[entry["operationId"]] = Operation(
                    entry["operationId"], method.upper(), path, scopes, schema, parameters
                )
    return found


class Contract:
    """Validates instances and parameters under the published schemas."""

    def __init__(self) -> None:
        documents = {
            path.name: json.loads(path.read_text("utf-8")) for path in ROOT.glob("*.schema.json")
        }
        self._registry = jsonschema_rs.Registry(
            [(BASE_URI + name, document) for name, document in documents.items()]
        )
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        lists = {
            path.stem: json.loads(path.read_text("utf-8"))
            for path in (ROOT / "codelists").glob("*.json")
        }
        self.events = {one["code"]: one for one in lists["event-codes"]["codes"]}
        self.moves = {
            (one["from"], one["to"])
            for one in lists["transitions"]["transitions"]
            if one["verdict"] in {"legal", "warning"}
        }
        self.first_states, self.terminal = (
            set(lists["transitions"]["initial"]),
            set(lists["transitions"]["terminal"]),
        )

    def _validator(self, location: str) -> jsonschema_rs.Validator:
        if location not in self._validators:
            self._validators[location] = jsonschema_rs.Draft202012Validator(
                {"$ref": BASE_URI + location}, registry=self._registry, validate_formats=True
            )
        return self._validators[location]

    def faults(self, schema: str, instance: Any) -> list[dict[str, str]]:
        """Every fault, as ``errors`` of a problem."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for error in self._validator(f"{schema}.schema.json").iter_errors(instance):
            below = [getattr(error.kind, "property", None), *getattr(error.kind, "unexpected", ())]
            for name in [one for one in below if isinstance(one, str)] or [None]:
                path = [*error.instance_path, *([name] if name is not None else [])]
                pointer = "".join(
                    "/" + str(step).replace("~", "~0").replace("/", "~1") for step in path
                )
                found[pointer, error.kind.name] = {
                    "pointer": pointer,
                    "code": error.kind.name,
                    "detail": f"breaks {error.kind.name}",
                }
        return list(found.values())

    def parameter_holds(self, parameter: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a parameter is a value that its schema allows."""
        schema = parameter["schema"]
        location = (
            schema["$ref"].rpartition("/")[0].removesuffix("#/$defs").removeprefix("../")
            if "$ref" in schema
            else ""
        )
        target = f"{location}#/$defs/{schema['$ref'].rpartition('/')[2]}" if location else ""
        validator = (
            self._validator(target) if target else jsonschema_rs.Draft202012Validator(schema)
        )
        number = parameter["name"] == "limit"
        if number and not re.fullmatch(r"[0-9]{1,6}", text):
            return False
        return validator.is_valid(int(text) if number else text)


def strict_json(data: bytes) -> Any:
    """One JSON document.

    Raises:
        RefusalError: it is none, or is ambiguous.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_members, parse_constant=_constant
        )
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise RefusalError(400, "malformed-json") from error
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _constant(name: str) -> Any:
    raise ValueError(name)


def bundle_digest() -> str:
    """Digest of the published schemas, as the contract defines it."""
    names = sorted(
        path.relative_to(ROOT).as_posix()
        for pattern in ("bundle.json", "*.schema.json", "codelists/*.json", "openapi/*.yaml")
        for path in ROOT.glob(pattern)
    )
    lines = (
        f"{hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()
