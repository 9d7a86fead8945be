"""What a body asks of schemas beyond their being schemas: ids, texts, closed models, classes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import urlsplit

from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Node, Side
from jidi.evolution.linting.rule_set import RuleSet
from jidi.evolution.openapi.apis import is_api
from jidi.evolution.schemas.compiling import ASSERTIONS
from jidi.evolution.schemas.library import DIALECT, escaped
from jidi.report.escaping import one_line
from jidi.wording import sentence

KEYWORDS: Final = ASSERTIONS | {
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "title",
    "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
    "contentEncoding", "contentMediaType", "contentSchema",
}  # fmt: skip
"""Keywords of 2020-12."""
_OF_OPENAPI: Final = frozenset({"discriminator", "xml", "externalDocs", "example"})
_SPEAKS_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), "string"),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"
    ),
    **dict.fromkeys(
        ("items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems",
         "uniqueItems", "unevaluatedItems"),
        "array",
    ),
    **dict.fromkeys(
        ("properties", "patternProperties", "additionalProperties", "propertyNames", "required",
         "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
         "unevaluatedProperties"),
        "object",
    ),
}  # fmt: skip
_STYLES: Final[Mapping[str, re.Pattern[str]]] = {
    "snake_case": re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z"),
    "camelCase": re.compile(r"[a-z][a-zA-Z0-9]*\Z"),
    "PascalCase": re.compile(r"[A-Z][a-zA-Z0-9]*\Z"),
    "kebab-case": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z"),
}
_NONE_OF: Final[Mapping[str, str]] = {
    "minContains": "contains", "maxContains": "contains", "then": "if", "else": "if"
}  # fmt: skip


def styling(side: Side, rules: RuleSet) -> Iterator[Found]:
    """Findings of every rule of style that applies."""
    seen: dict[str, str] = {}
    for node in side.nodes:
        if node.standing == "root":
            yield from _root(node, seen, str(rules.options["id"]["base"]))
        api = is_api(side.source.files[node.file])
        for rule, check in _CHECKS.items():
            if rules.applies(rule):
                yield from check(node, rules.options[rule], api)


def _root(node: Node, seen: dict[str, str], base: str) -> Iterator[Found]:
    dialect = node.told.get("$schema")
    if dialect is None or str(dialect).rstrip("#") != DIALECT:
        told = sentence("evolution/lint-dialect", dialect=DIALECT)
        yield Found("dialect", node.file, "/$schema" if dialect else "", told)
    own = node.told.get("$id")
    if not isinstance(own, str):
        yield Found("id", node.file, "", sentence("evolution/lint-no-id"))
        return
    name = node.file.rpartition("/")[2]
    if base and own != f"{base}{name}":
        told = sentence("evolution/lint-id-is", uri=one_line(f"{base}{name}"))
        yield Found("id", node.file, "/$id", told)
    elif not _is_absolute(own):
        yield Found("id", node.file, "/$id", sentence("evolution/lint-id-absolute"))
    if own in seen:
        told = sentence("evolution/lint-id-twice", file=one_line(seen[own]))
        yield Found("id", node.file, "/$id", told)
    seen.setdefault(own, node.file)


def _is_absolute(uri: str) -> bool:
    try:
        found = urlsplit(uri)
    except ValueError:
        return False
    return bool(found.scheme) and bool(found.netloc or found.path) and not found.fragment


def _texts(node: Node, options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    asked = {"root": options["root"], "member": options["members"]}.get(node.standing, ())
    if node.case or not isinstance(node.value, dict):
        return
    for keyword in asked:
        text = node.told.get(keyword)
        if not isinstance(text, str) or not text.strip():
            told = sentence("evolution/lint-no-text", keyword=one_line(keyword))
            yield Found("texts", node.file, node.pointer, told)


def _member_names(node: Node, options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    style = _STYLES.get(str(options["style"]))
    members = node.told.get("properties")
    for name in members if isinstance(members, dict) else ():
        if style is not None and not style.match(name):
            told = sentence("evolution/lint-member-name", style=str(options["style"]))
            yield Found(
                "member-names", node.file, f"{node.pointer}/properties/{escaped(name)}", told
            )


def _closed(node: Node, options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    if node.case or "properties" not in node.told:
        return
    if not any(node.told.get(keyword) is False for keyword in options["by"]):
        told = sentence("evolution/lint-open", keywords=" / ".join(map(one_line, options["by"])))
        yield Found("closed", node.file, node.pointer, told)


def _classes(node: Node, options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    if node.standing != "member" or node.case or not isinstance(node.value, dict):
        return
    keyword, mask = str(options["keyword"]), str(options["mask"])
    found = node.told.get(keyword)
    if found not in options["values"]:
        told = sentence(
            "evolution/lint-class",
            keyword=one_line(keyword),
            values=one_line(", ".join(options["values"])),
        )
        yield Found("classes", node.file, node.pointer, told)
    elif mask and (found in options["masked"]) is not (mask in node.told):
        told = (
            sentence("evolution/lint-mask", keyword=one_line(mask), value=one_line(str(found)))
            if found in options["masked"]
            else sentence("evolution/lint-no-mask", keyword=one_line(mask))
        )
        yield Found("classes", node.file, node.pointer, told)


def _unknown(node: Node, options: Mapping[str, Any], api: bool) -> Iterator[Found]:
    known = KEYWORDS | _OF_OPENAPI if api else KEYWORDS
    for keyword in node.told:
        if keyword in known or keyword.startswith(tuple(options["prefixes"])):
            continue
        near = get_close_matches(keyword[:60], known, 1)
        told = (
            sentence("evolution/lint-unknown-near", keyword=one_line(keyword), near=near[0])
            if near
            else sentence("evolution/lint-unknown", keyword=one_line(keyword))
        )
        yield Found("unknown-keyword", node.file, f"{node.pointer}/{escaped(keyword)}", told)


def _needless(node: Node, _options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    """Keywords that speak of a type that the schema does not allow, or that lack their other."""
    types = node.told.get("type")
    allowed = set(types) if isinstance(types, list) else {types}
    for keyword in node.told:
        at = f"{node.pointer}/{keyword}"
        kind = _SPEAKS_OF.get(keyword)
        ours = {kind, *(("integer",) if kind == "number" else ())}
        if types is not None and kind is not None and not ours & allowed:
            told = sentence("evolution/lint-needless", keyword=keyword, kind=kind)
            yield Found("needless-keyword", node.file, at, told)
        other = _NONE_OF.get(keyword)
        if other is not None and other not in node.told:
            told = sentence("evolution/lint-alone", keyword=keyword, other=other)
            yield Found("needless-keyword", node.file, at, told)


def _format_pattern(node: Node, _options: Mapping[str, Any], _api: bool) -> Iterator[Found]:
    if "format" in node.told and "pattern" not in node.told:
        told = sentence("evolution/lint-format-alone")
        yield Found("format-pattern", node.file, f"{node.pointer}/format", told)


_CHECKS: Final[Mapping[str, Callable[[Node, Mapping[str, Any], bool], Iterator[Found]]]] = {
    "texts": _texts,
    "member-names": _member_names,
    "closed": _closed,
    "classes": _classes,
    "unknown-keyword": _unknown,
    "needless-keyword": _needless,
    "format-pattern": _format_pattern,
}
