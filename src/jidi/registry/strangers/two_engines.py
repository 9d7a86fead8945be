"""Two validators that share no code, asked about schemas that are none of the kit's: what they do
not agree on is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

import jsonschema
import jsonschema_rs
import referencing
import referencing.jsonschema

Matches = Callable[[str, str], bool | None]
"""Whether a pattern is found in a text, in time linear in the text; ``None``: it cannot tell."""
IsLinear = Callable[[str], bool]
"""Whether looking for a pattern surely takes time linear in the text."""
_BACKTRACKS: Final = 100_000
_PATTERN: Final = "jidi-pattern:"
_REPEATED: Final = re.compile(r"\)(?:[*+]|\{)")
_COUNTED: Final = re.compile(r"[*+{|]")


@dataclass(frozen=True, slots=True)
class Documents:
    """Schemas by their URIs, and the place of the one that is meant (a URI with a fragment)."""

    by_uri: Mapping[str, Any]
    place: str


class TwoEngines:
    """Asks jsonschema-rs and jsonschema whether an instance is valid; numbers are compared exactly.

    ``formats`` says whether formats are asserted. Patterns that could make a backtracking engine
    run without end are matched by ``matches`` where jsonschema would run them; ``is_linear``
    knows of some that they could not. ``told`` says why an engine cannot take the schema, and is
    empty when both can.
    """

    def __init__(
        self,
        documents: Documents,
        matches: Matches,
        *,
        formats: bool,
        is_linear: IsLinear = lambda _: False,
    ) -> None:
        self.told = ""
        self._compiled: jsonschema_rs.Validator | None = None
        self._reference: Any = None
        try:
            self._compiled = _compiled(documents, formats=formats)
            taming = _Taming(matches, is_linear)
            self._reference = taming.reference(documents, formats=formats)
        except Exception as error:  # any schema may come, and an engine may fail in any way at it
            self.told = " ".join(str(error).split())[:200] or type(error).__name__

    def holds(self, instance: Any) -> bool | None:
        """Whether ``instance`` is valid; ``None`` where they differ or cannot say."""
        if self._compiled is None or self._reference is None:
            return None
        try:
            first = bool(self._compiled.is_valid(instance))
            second = self._reference.is_valid(exactly(instance))
        except Exception:  # see above
            return None
        return first if first is second else None


@cache
def format_holds(name: str, text: str) -> bool | None:
    """Whether ``text`` is of the format ``name``, as both say; ``None`` where they differ."""
    schema = {"format": name}
    try:
        first = bool(
            jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(text)
        )
        second = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).is_valid(text)
    except Exception:  # an engine's own checks may fail at any text
        return None
    return first if first is second else None


@cache
def pattern_holds(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in ``text``, within bounds; ``None``: not known."""
    try:
        options = jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS)
        validator = jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=options
        )
        return bool(validator.is_valid(text))
    except Exception:  # any pattern may come
        return None


def metaschema_fault(schema: Any) -> str:
    """Where and why a schema is none of 2020-12, and the empty string when it is one."""
    error = next(iter(jsonschema_rs.Draft202012Validator(_META).iter_errors(schema)), None)
    if error is None:
        return ""
    pointer = "".join(
        f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error.instance_path
    )
    return f"{pointer or '/'}: {error.message}"


_META: Final = {"$ref": "https://json-schema.org/draft/2020-12/schema"}


def _compiled(documents: Documents, *, formats: bool) -> jsonschema_rs.Validator:
    registry = jsonschema_rs.Registry(list(documents.by_uri.items()))

    def made(options: Any) -> jsonschema_rs.Validator:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": documents.place},
            registry=registry,
            validate_formats=formats,
            pattern_options=options,
            offline=True,
            mask="…",
        )

    try:
        return made(jsonschema_rs.RegexOptions())
    except ValueError:
        return made(jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS))


class _Taming:
    """Schemas for jsonschema with patterns that it must not run as formats that ask ``matches``."""

    def __init__(self, matches: Matches, is_linear: IsLinear) -> None:
        self._matches = matches
        self._is_linear = is_linear

    def reference(self, documents: Documents, *, formats: bool) -> Any:
        """A validator of jsonschema.

        Raises:
            ValueError: a pattern of names might never end, where nothing else can match it.
        """
        checker = jsonschema.FormatChecker(formats=())
        if formats:
            checker.checkers = dict(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers)
        for pattern in {
            one for document in documents.by_uri.values() for one in self._of(document)
        }:
            checker.checkers[_PATTERN + pattern] = (_checked(pattern, self._matches), ())
        resources = [
            (
                uri,
                referencing.jsonschema.DRAFT202012.create_resource(self._tamed(exactly(document))),
            )
            for uri, document in documents.by_uri.items()
        ]
        return jsonschema.Draft202012Validator(
            {"$ref": documents.place},
            registry=referencing.Registry().with_resources(resources),
            format_checker=checker,
        )

    def _must_not_run(self, pattern: Any) -> bool:
        return isinstance(pattern, str) and is_risky(pattern) and not self._is_linear(pattern)

    def _of(self, schema: Any) -> Iterator[str]:
        """Patterns of a document that must not run."""
        if isinstance(schema, list):
            for item in schema:
                yield from self._of(item)
        if not isinstance(schema, dict):
            return
        named = schema.get("patternProperties")
        if isinstance(named, dict) and any(self._must_not_run(pattern) for pattern in named):
            raise ValueError("a pattern of names that might never end")
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and self._must_not_run(pattern):
            yield pattern
        for member in schema.values():
            yield from self._of(member)

    def _tamed(self, schema: Any) -> Any:
        """``schema`` with such patterns as formats, in ``allOf`` beside what stands there."""
        if isinstance(schema, list):
            return [self._tamed(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        result = {name: self._tamed(member) for name, member in schema.items()}
        pattern = schema.get("pattern")
        if self._must_not_run(pattern):
            del result["pattern"]
            found = result.get("allOf")
            asked = [{"format": f"{_PATTERN}{pattern}"}]
            result["allOf"] = [*found, *asked] if isinstance(found, list) else asked
        return result


class _UntoldError(Exception):
    """A pattern that neither engine matches within bounds."""


def _checked(pattern: str, matches: Matches) -> Callable[[object], bool]:
    def check(instance: object) -> bool:
        if not isinstance(instance, str):
            return True
        found = matches(pattern, instance)
        if found is None:
            raise _UntoldError
        return found

    return check


def is_risky(pattern: str) -> bool:
    """Whether a backtracking engine might need more than a few steps a character: a group that is
    repeated holds a repetition or a choice of its own.
    """
    return bool(_REPEATED.search(pattern) and _COUNTED.search(pattern.replace("(?:", "(")))


def exactly(value: Any) -> Any:
    """``value`` with its numbers as they were written: an ``int``, else a ``Decimal``."""
    if isinstance(value, dict):
        return {name: exactly(member) for name, member in value.items()}
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, float):
        return _whole(Decimal(repr(value)))
    return _whole(value) if isinstance(value, Decimal) else value


def _whole(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number
