"""The scanner: by field and schema where there are records, by form where there is only text. Clear
values never leave this module.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.errors import SelectionError
from jidi.registry import Registry
from jidi.registry.reading.schema_guess import guess_schema
from jidi.scan.fields import Role, leaves, role_of
from jidi.scan.findings import CLASSES, Found, Stretch, Tally
from jidi.scan.reading import NUMBERS, deep_stretches, field_stretches
from jidi.scan.streams import Item, Readable, items

_ROLE_OF_PROFILE: Final[Mapping[str, Role]] = {
    "name": "name",
    "phone": "phone",
    "address-detail": "address",
}
_DECLARED: Final = frozenset({"direct", "quasi"})


class Scanner:
    """Scans any number of streams under one ``salt``; without a registry schemas are not looked at.
    ``tally`` counts what was seen.
    """

    def __init__(self, salt: bytes, registry: Registry | None = None) -> None:
        self._salt = salt
        self._registry = registry
        self._schema: str | None = None
        self.tally = Tally()

    def scan(self, stream: Readable, name: str = "", form: str = "") -> Iterator[Found]:
        """Every finding in the order of the stream, in constant memory. ``form``: json, ndjson,
        csv, text, or empty to tell it from ``name`` and content.
        """
        self._schema = None
        for item in items(stream, name, form):
            if item.value is None and item.is_text:
                self.tally.passed_over += 1
                continue
            self.tally.records += 1
            for found in self._in_text(item) if item.is_text else self._in_record(item):
                self.tally.count(found)
                yield found

    def _in_text(self, item: Item) -> Iterator[Found]:
        for text, stretch, offset in deep_stretches(item.value):
            yield self._found(text[stretch.start : stretch.end], stretch, item.line, offset + 1)

    def _in_record(self, item: Item) -> Iterator[Found]:
        classes = self._classes(item.value)
        for path, value in leaves(item.value, ()):
            if isinstance(value, bool) or not isinstance(value, str | int):
                continue
            pi_class, profile = (
                classes.get(_pointer(path), ("none", "")) if classes is not None else ("", "")
            )
            declared = pi_class in _DECLARED
            role = _ROLE_OF_PROFILE.get(profile, "other") if declared else role_of(path)
            numbers = pi_class != "pseudonym" if classes is not None else True
            for text, stretch in field_stretches(str(value), role, numbers=numbers):
                yield self._found(text, stretch, item.line, 0, _pointer(path), declared=declared)

    def _classes(self, record: Any) -> dict[str, tuple[str, str]] | None:
        """Class and mask profile by pointer when the record holds under the schema that the first
        one showed; else ``None``.
        """
        if self._registry is None or not isinstance(record, dict):
            return None
        if self._schema is None:
            try:
                self._schema = guess_schema(self._registry, record)
            except SelectionError:
                self._schema = ""
        if not self._schema or not self._registry.is_valid(self._schema, record):
            return None
        return {
            value.pointer: (value.pi_class, value.mask_profile)
            for value in self._registry.personal_values(self._schema, record, undeclared=True)
        }

    def _found(  # noqa: PLR0913 - one place each
        self,
        text: str,
        stretch: Stretch,
        line: int,
        column: int,
        pointer: str = "",
        *,
        declared: bool = False,
    ) -> Found:
        plain = re.sub(r"\D", "", text) if stretch.kind in NUMBERS else text.upper()
        digest = hmac.new(
            self._salt, f"{stretch.kind}:{plain}".encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()[:12]
        return Found(
            stretch.kind,
            CLASSES.get(stretch.kind, "direct"),
            stretch.subject,
            line,
            column,
            pointer,
            stretch.layer,
            digest,
            declared,
        )


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)
