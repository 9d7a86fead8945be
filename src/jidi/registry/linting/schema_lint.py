"""Rules that every published schema keeps (PI-03.1 among them); each gives findings with the line
of the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jidi.registry import pointers
from jidi.registry.bundle import Bundle
from jidi.registry.linting import ecma_patterns as patterns
from jidi.registry.reading.yaml_reader import Lines, load_yaml_lines
from jidi.registry.tree import Node, SchemaTree, branches
from jidi.registry.values import LintFinding

DRAFT = "https://json-schema.org/draft/2020-12/schema"
CLASSES = frozenset({"direct", "quasi", "pseudonym", "none"})
MASKED = frozenset({"direct", "quasi"})
MASKS = frozenset({"name", "phone", "address-detail", "identity-number", "free-text", "withhold"})
_TEXTS = ("title", "description", "x-title-zh", "x-description-zh")
_OPEN = frozenset(
    {"problem", "token-response", "token-error"}
)  # RFC 9457 and RFC 6749 allow extension members
_BANNED = (
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "definitions",
    "dependencies",
)
_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONES = (
    "items",
    "contains",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
)
_CONDITIONAL = frozenset({"if", "then", "else", "not", "contains"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A subschema: where it is, whether it is a member's schema, and whether it only describes a
    condition or a case of one.
    """

    node: Node
    member: bool
    condition: bool
    in_all_of: bool = False


class SchemaLint:
    """Findings about the schemas of one bundle; ``known`` are the requirement ids that may be named
    (``None``: not looked at).
    """

    def __init__(self, bundle: Bundle, tree: SchemaTree, known: frozenset[str] | None) -> None:
        self._bundle = bundle
        self._tree = tree
        self._known = known

    def findings(self, name: str) -> Iterator[LintFinding]:
        """Everything that is wrong with one schema."""
        path = f"{name}.schema.json"
        text = (self._bundle.root / path).read_text("utf-8")
        lines = load_yaml_lines(text, path)[1] if "\t" not in text else {}
        for pointer, rule, message in self._document(name):
            yield LintFinding(path, _line(lines, pointer), rule, f"{pointer or '(top)'}: {message}")

    def _document(self, name: str) -> Iterator[tuple[str, str, str]]:
        root = self._tree.root(self._bundle.uri(name))
        if self._bundle.schemas[name].get("$id") != root.uri:
            yield "", "id", f"$id must be {root.uri}."
        if root.get("$schema") != DRAFT:
            yield "", "draft", f"$schema must be {DRAFT}."
        yield from _texts(root)
        for place in _places(_Place(root, member=False, condition=False)):
            pointer = pointers.encode(place.node.path)
            for rule, message in self._place(name, place):
                yield pointer, rule, message

    def _place(self, name: str, place: _Place) -> Iterator[tuple[str, str]]:
        node = place.node
        for keyword in _BANNED:
            if keyword in node.schema:
                yield "keyword", f"{keyword} is not used: not every validator knows it."
        if "if" in node.schema and not place.in_all_of:
            yield (
                "if-then",
                "if/then stands only inside allOf: beside other keywords one validator reads it "
                "otherwise.",
            )
        if place.member and not place.condition:
            yield from _member(node)
        if not place.condition and name not in _OPEN:
            yield from self._closed(node)
        yield from self._values(node, anchored=not place.condition)

    def _closed(self, node: Node) -> Iterator[tuple[str, str]]:
        if "properties" in node.schema and node.get("unevaluatedProperties") is not False:
            yield "closed", "an object must close with unevaluatedProperties: false."

    def _values(self, node: Node, *, anchored: bool) -> Iterator[tuple[str, str]]:
        pattern = node.get("pattern")
        if isinstance(pattern, str) and (wrong := patterns.fault(pattern, anchored=anchored)):
            yield "pattern", f"the pattern {wrong}."
        if "format" in node.schema and pattern is None:
            yield (
                "format",
                "a format needs a pattern beside it: not every validator asserts formats.",
            )
        requirement = node.get("x-requirement")
        if requirement is not None and self._known is not None and requirement not in self._known:
            yield "requirement", f"{requirement} is not in the ledger."
        if "$ref" in node.schema:
            self._tree.referred(node)
        listed = node.get("x-code-list")
        if listed is not None:
            yield from self._code_list(node, str(listed))

    def _code_list(self, node: Node, listed: str) -> Iterator[tuple[str, str]]:
        if listed not in self._bundle.code_lists:
            yield "code-list", f"there is no code list '{listed}'."
            return
        codes = [entry["code"] for entry in self._bundle.code_lists[listed]["codes"]]
        if node.get("enum") != codes:
            wrong = sorted(set(map(str, node.get("enum") or ())) ^ set(codes))
            yield (
                "code-list",
                f"the enum differs from the code list '{listed}' "
                f"({', '.join(wrong) or 'in its order'}).",
            )


def _member(node: Node) -> Iterator[tuple[str, str]]:
    for _, rule, message in _texts(node):
        yield rule, message
    pi_class, mask = node.get("x-pi-class"), node.get("x-mask-profile")
    if pi_class not in CLASSES:
        yield "pi-class", f"x-pi-class must be one of {', '.join(sorted(CLASSES))} (PI-03.1)."
    if pi_class in MASKED and mask not in MASKS:
        yield "mask-profile", f"x-mask-profile must be one of {', '.join(sorted(MASKS))} (PI-03.1)."
    if pi_class not in MASKED and mask is not None:
        yield "mask-profile", "only direct and quasi values have a mask profile."


def _texts(node: Node) -> Iterator[tuple[str, str, str]]:
    for keyword in _TEXTS:
        if not isinstance(node.get(keyword), str) or not node.get(keyword).strip():
            yield pointers.encode(node.path), "text", f"{keyword} is missing."


def _places(place: _Place) -> Iterator[_Place]:
    """The place and all below it."""
    node = place.node
    if not isinstance(node.schema, dict):
        return
    yield place
    for keyword in _MAPS:
        for name in node.get(keyword) or ():
            yield from _places(
                _Place(node.child(keyword, name), keyword == "properties", place.condition)
            )
    for keyword in _LISTS:
        for part in branches(node, keyword):
            yield from _places(
                _Place(part, member=False, condition=True, in_all_of=keyword == "allOf")
            )
    for keyword in _ONES:
        if keyword in node.schema:
            yield from _places(
                _Place(
                    node.child(keyword),
                    member=False,
                    condition=place.condition or keyword in _CONDITIONAL,
                )
            )


def _line(lines: Mapping[str, int] | Lines, pointer: str) -> int | None:
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer)


def undescribed(
    schemas: Mapping[str, Any], examples: frozenset[str], definitions: frozenset[str]
) -> list[str]:
    """Schemas of messages that have no valid example."""
    return [name for name in schemas if name not in examples and name not in definitions]
