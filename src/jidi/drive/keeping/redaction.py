"""Redaction before anything is written: credentials, and personal data that the kit did not make
up, become salted commitments.

A commitment is an HMAC-SHA256 under the run's salt, so equal values stay equal and nobody without
the salt can guess them back.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote

from jidi.drive.keeping.planted import HAN_RUN, KnownTexts, Planted
from jidi.drive.keeping.scanner import find_personal
from jidi.drive.keeping.secrecy import SecretSearch
from jidi.model.journal import Redaction

CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
CREDENTIAL_MEMBERS = frozenset(
    {"client_secret", "access_token", "refresh_token", "id_token", "password", "client_assertion"}
)
_MARKER = re.compile("(⟦[a-z-]+:[0-9a-f]{12}⟧)")
_STRETCH = re.compile(rf"(?:{HAN_RUN.pattern}|[0-9A-Za-z]+)")
_ESCAPE = re.compile(r"\\u(?![dD][89a-fA-F])([0-9a-fA-F]{4})")
_TECHNICAL = re.compile(
    r"[A-Z0-9_.:+/-]{1,64}|[0-9a-f-]{8,64}|https?://[^\s@]{1,500}|\d{4}-\d\d-\d\dT[0-9:.+Z-]{5,30}"
    r"|(?s:.*(?:Traceback|Exception|Error:|SELECT |INSERT |UPDATE |\bat [\w.$]+\(|File \"|/(?:usr|home|var|app|srv)/).*)"
)
"""Undeclared text that is evidence of something else (codes, times, addresses, internals): scanned,
not replaced as a whole.
"""


class Personal(Protocol):
    """One annotated value, as the registry gives it; ``pi_class`` is ``undeclared`` where no schema
    describes the place.
    """

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer to the value."""
        ...

    @property
    def pi_class(self) -> str:
        """Its class."""
        ...


class SchemaFault(Protocol):
    """One fault, as the registry gives it."""

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer to the place at fault."""
        ...

    @property
    def keyword(self) -> str:
        """JSON Schema keyword, or ``rule:<name>``."""
        ...


class SchemaView(Protocol):
    """What redaction asks of the schemas; :class:`jidi.registry.registry.Registry` has this
    shape.
    """

    def personal_values(
        self, schema_name: str, instance: Any, *, undeclared: bool = False
    ) -> Sequence[Personal]:
        """Every value with a class other than ``none``."""
        ...

    def validate(self, schema_name: str, instance: Any) -> Sequence[SchemaFault]:
        """Every fault of ``instance``."""
        ...


@dataclass(slots=True)
class Findings:
    """Collects what was replaced in one exchange. ``names`` maps member names that were replaced,
    as they stand in pointers, to what stands there now.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    redactions: list[Redaction] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, pointer: str, pi_class: str, commitment: str) -> None:
        """Note one replacement at ``pointer``."""
        self.redactions.append(
            {
                "pointer": pointer,
                "pi_class": pi_class,
                "commitment": commitment,
                "faults": list(self.faults.get(pointer, [])),
            },
        )

    def rename(self) -> None:
        """Let pointers lead through the replaced document: a member name may be somebody's number,
        too.
        """
        if self.names:
            for one in self.redactions:
                one["pointer"] = "/".join(
                    self.names.get(step, step) for step in one["pointer"].split("/")
                )


class Redactor:
    """Redacts for one run; safe to use from many threads.

    ``secrets`` gives every credential known at the moment of the call, ``planted`` what the kit
    sent, ``vocabulary`` the texts of the published code lists.
    """

    def __init__(
        self,
        salt: bytes,
        secrets: Callable[[], Iterable[str]],
        planted: Planted,
        schemas: SchemaView | None,
    ) -> None:
        self._salt = salt
        self._secrets = SecretSearch(secrets)
        self._planted = planted
        self._schemas = schemas
        self._vocabulary = KnownTexts()

    def use_vocabulary(self, texts: Iterable[Any]) -> None:
        """Leave these texts alone wherever they stand (code lists and other published words)."""
        for text in texts:
            self._vocabulary.add(text)

    def commitment(self, value: str) -> str:
        """HMAC-SHA256 of ``value``, 64 hex digits; the marker shows the first twelve."""
        return hmac.new(
            self._salt, value.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()

    def marker(self, pi_class: str, value: str) -> str:
        """What stands in the place of ``value``."""
        return f"⟦{pi_class}:{self.commitment(value)[:12]}⟧"

    def credentials(self, text: str) -> str:
        """``text`` with every known credential replaced, also where it is URL-encoded or in
        base64.
        """
        clean, position = "", 0
        for start, end in self._secrets.spans(text):
            clean += text[position:start] + self.marker("credential", text[start:end])
            position = end
        return clean + text[position:] if position else text

    def scrub(self, value: Any) -> Any:
        """A JSON value with every known credential replaced, and every member that holds one by its
        name.
        """
        if isinstance(value, str):
            return self.credentials(value)
        if isinstance(value, dict):
            return {
                self.credentials(name): self._member(name, item) for name, item in value.items()
            }
        return [self.scrub(item) for item in value] if isinstance(value, list | tuple) else value

    def header(self, name: str, value: str) -> str:
        """A header value: withheld as a whole where the header is for credentials, else without
        credentials.
        """
        if name.lower() not in CREDENTIAL_HEADERS:
            return self.credentials(value)
        scheme, _, rest = value.partition(" ")
        if name.lower().endswith("authorization") and rest and scheme.isalpha():
            return f"{scheme} {self.marker('credential', rest)}"
        return self.marker("credential", value)

    def foreign_header(self, name: str, value: str, findings: Findings) -> str:
        """A header value that the candidate wrote: also without personal data that the kit did not
        make up, even percent-encoded.
        """
        clean = self.header(name, _utf8(value))
        decoded = unquote(clean)
        if decoded != clean and self.text(decoded, f"header:{name}", Findings()) != decoded:
            findings.add(f"header:{name}", "undeclared", self.commitment(clean))
            return self.marker("undeclared", clean)
        return self.text(clean, f"header:{name}", findings)

    def text(self, text: str, pointer: str, findings: Findings, *, numbers: bool = True) -> str:
        """``text`` without credentials, without anything that looks like personal data, and without
        Han text, unless it is the kit's own.
        """
        parts = _MARKER.split(self.credentials(text))
        return "".join(
            part
            if _MARKER.fullmatch(part)
            else self._scan(part, pointer, findings, numbers=numbers)
            for part in parts
        )

    def loose_text(self, text: str, findings: Findings) -> str:
        """A body that is no JSON; with its escapes undone where personal data hides behind them."""
        plain = (
            html.unescape(_ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text))
            if "\\u" in text or "&" in text
            else text
        )
        hidden = Findings()
        clean = self.text(plain, "text", hidden)
        shown = self.text(text, "text", findings)
        if len(hidden.redactions) <= len(findings.redactions):
            return shown
        findings.redactions[:] = hidden.redactions
        return clean

    def document(self, body: str, schema: str, findings: Findings) -> str:
        """A JSON body along its schema (empty: none is known); exactly as it came when there is
        nothing to replace.

        Raises:
            ValueError: it is not JSON (or a member stands twice, so that a value would be hidden),
                or it is nested too deeply.
        """
        try:
            instance = json.loads(body, object_pairs_hook=_unique)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        classes = self._classes(schema, instance, findings)
        clean = self._tree(instance, "", classes, findings)
        findings.rename()
        return (
            self.credentials(body)
            if _same(clean, instance)
            else json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
        )

    def _member(self, name: str, value: Any) -> Any:
        if (
            name.lower() in CREDENTIAL_MEMBERS
            and isinstance(value, str)
            and value
            and not _MARKER.fullmatch(value)
        ):
            return self.marker("credential", value)
        return self.scrub(value)

    def _classes(self, schema: str, instance: Any, findings: Findings) -> dict[str, str]:
        if self._schemas is None or not schema:
            return {}
        for fault in self._schemas.validate(schema, instance):
            findings.faults.setdefault(fault.pointer, []).append(fault.keyword)
        return {
            value.pointer: value.pi_class
            for value in self._schemas.personal_values(schema, instance, undeclared=True)
        }

    def _tree(self, value: Any, pointer: str, classes: dict[str, str], findings: Findings) -> Any:
        if isinstance(value, dict):
            return {
                self._name(name, pointer, findings): self._tree_member(
                    name, item, f"{pointer}/{_escape(name)}", (classes, findings)
                )
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [
                self._tree(item, f"{pointer}/{index}", classes, findings)
                for index, item in enumerate(value)
            ]
        return self._leaf(value, pointer, classes.get(pointer, "none"), findings)

    def _name(self, name: str, pointer: str, findings: Findings) -> str:
        clean = self.text(name, f"{pointer}/{_escape(name)}", findings)
        if clean != name:
            findings.names[_escape(name)] = _escape(clean)
        return clean

    def _tree_member(
        self, name: str, value: Any, pointer: str, along: tuple[dict[str, str], Findings]
    ) -> Any:
        if name.lower() in CREDENTIAL_MEMBERS and isinstance(value, str) and value:
            along[1].add(pointer, "credential", self.commitment(value))
            return self.marker("credential", value)
        return self._tree(value, pointer, *along)

    def _leaf(self, value: Any, pointer: str, pi_class: str, findings: Findings) -> Any:
        if isinstance(value, str):
            return self._string(value, pointer, pi_class, findings)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        text = str(value)
        foreign = pi_class in {"direct", "quasi"} or (
            pi_class != "pseudonym" and bool(find_personal(text))
        )
        if not foreign or self._planted.contains(text):
            return value
        return self._replace(
            text, pointer, pi_class if pi_class in {"direct", "quasi"} else "direct", findings
        )

    def _string(self, value: str, pointer: str, pi_class: str, findings: Findings) -> str:
        clean = self.credentials(value)
        if clean != value:
            findings.add(pointer, "credential", self.commitment(value))
        whole = pi_class in {"direct", "quasi"} or (
            pi_class == "undeclared" and not _TECHNICAL.fullmatch(clean)
        )
        if not whole:
            return self.text(clean, pointer, findings, numbers=pi_class != "pseudonym")
        if self._own(clean):
            return clean
        return self._partly(clean, pointer, pi_class, findings)

    def _own(self, text: str) -> bool:
        return not text.strip() or self._planted.contains(text) or self._vocabulary.contains(text)

    def _partly(self, text: str, pointer: str, pi_class: str, findings: Findings) -> str:
        """Replace all but the kit's own parts, so that a leak of a canary inside other text stays
        visible.
        """
        own = [part for match in _STRETCH.finditer(text) for part in self._own_parts(match)]
        kept = [(start, end) for start, end in own] + [
            match.span() for match in _MARKER.finditer(text)
        ]
        if not kept:
            return self._replace(text, pointer, pi_class, findings)
        clean, position = "", 0
        for start, end in sorted(kept):
            between = text[position:start]
            clean += (
                self._replace(between, pointer, pi_class, findings)
                if _STRETCH.search(between)
                else between
            )
            clean += text[start:end]
            position = end
        rest = text[position:]
        return clean + (
            self._replace(rest, pointer, pi_class, findings) if _STRETCH.search(rest) else rest
        )

    def _own_parts(self, match: re.Match[str]) -> list[tuple[int, int]]:
        run = match.group()
        if not HAN_RUN.match(run):
            return [match.span()] if self._planted.has_token(run) else []
        parts, position = [], match.start()
        for piece, known in self._planted.pieces(run):
            if known:
                parts.append((position, position + len(piece)))
            position += len(piece)
        return parts

    def _scan(self, text: str, pointer: str, findings: Findings, *, numbers: bool) -> str:
        clean, position = "", 0
        for found in find_personal(text, numbers=numbers):
            value = text[found.start : found.end]
            clean += self._han(text[position : found.start], pointer, findings)
            clean += (
                value
                if self._planted.contains(value)
                else self._replace(value, pointer, "direct", findings)
            )
            position = found.end
        return clean + self._han(text[position:], pointer, findings)

    def _han(self, text: str, pointer: str, findings: Findings) -> str:
        def run(match: re.Match[str]) -> str:
            return "".join(
                piece if known else self._han_rest(piece, pointer, findings)
                for piece, known in self._planted.pieces(match.group())
            )

        return HAN_RUN.sub(run, text)

    def _han_rest(self, text: str, pointer: str, findings: Findings) -> str:
        pieces = self._vocabulary.pieces(text)
        return "".join(
            piece
            if known or len(piece) < 2
            else self._replace(piece, pointer, "undeclared", findings)
            for piece, known in pieces
        )

    def _replace(self, value: str, pointer: str, pi_class: str, findings: Findings) -> str:
        findings.add(pointer, pi_class, self.commitment(value))
        return self.marker(pi_class, value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _same(left: Any, right: Any) -> bool:
    """Equality that tells 1 from 1.0 and from true."""
    return json.dumps(left) == json.dumps(right)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _utf8(value: str) -> str:
    """Header text as meant: bytes beyond ASCII are nearly always UTF-8 that was read as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value
