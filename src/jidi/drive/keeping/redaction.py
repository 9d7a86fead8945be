"""Redaction before anything is written: credentials, and personal data that the kit did not make
up, become salted commitments.

A commitment is an HMAC-SHA256 under the run's salt, so equal values stay equal and nobody without
the salt can guess them back.

- No credential reaches a file, in whatever spelling: neither the target's, nor one that a
  candidate hands out (DS-08.2).
- Personal values that the kit did not plant reach none either: evidence holds no more personal
  data than its reader needs (PI-07.1, PI-07.2).
- What becomes of a value depends on the value and not on its place, so that equality survives and
  can be judged (ADR 17).
- A field that a schema calls personal, or that none describes, loses more than one that is known to
  hold none (PI-03.1).
- Whatever was withheld is marked, and is never taken for what was sent (ADR 23).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NewType

from jidi.drive.keeping.addresses import clean_form, clean_url
from jidi.drive.keeping.findings import Findings, SchemaView
from jidi.drive.keeping.headers import ADDRESSES, CREDENTIAL_HEADERS, KNOWN, is_secret_header
from jidi.drive.keeping.marks import MARKER
from jidi.drive.keeping.planted import Planted
from jidi.drive.keeping.seeking.spread import spread
from jidi.drive.keeping.texts import TextRedactor
from jidi.model.journal import (
    CaseFinding,
    CasePlan,
    CasesCut,
    CaseSummary,
    ExcessFigures,
    PlanRecord,
    Record,
)
from jidi.model.journal.codec import encode

CleanRecord = NewType("CleanRecord", dict[str, Any])
"""The JSON object of a record from which everything that may not be written was taken. Only what
lies in this package, and what reads recordings, may make one; the journal takes nothing else.
"""
_TOLD = (PlanRecord, CasePlan, CaseSummary, ExcessFigures, CasesCut, CaseFinding)
"""Kinds of records in which the kit speaks in both languages."""
_NAMES = frozenset({"kind", "scenario", "step", "state", "action"})
"""Members of a record whose value is a name that the kit's own data have, never a candidate's word:
some of them can be read as something else, as ``late-attempts`` can in base64.
"""
CREDENTIAL_MEMBERS = frozenset(
    {"client_secret", "access_token", "refresh_token", "id_token", "password", "client_assertion"}
)
_TECHNICAL = re.compile(
    r"[A-Z0-9_.:+/-]{1,64}|[0-9a-f-]{8,64}|https?://[^\s@]{1,500}|\d{4}-\d\d-\d\dT[0-9:.+Z-]{5,30}"
    r"|(?s:.*(?:Traceback|Exception|Error:|SELECT |INSERT |UPDATE |\bat [\w.$]+\(|File \""
    r"|/(?:usr|home|var|app|srv)/).*)"
)
"""Undeclared text that is evidence of something else (codes, times, addresses, internals): scanned,
not replaced as a whole.
"""


_PARTS = "parts"
"""Class of values that are personal only together with their neighbours."""
_LOSING = frozenset({"direct", "quasi", "undeclared"})
"""Classes of fields that lose all that is not the kit's own."""
_ID = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z][0-9A-Za-z_.:-]{5,127}")
"""What a candidate calls a thing by; nothing without a digit, for that may be a name."""


class Redactor(TextRedactor):
    """Redacts for one run; safe to use from many threads.

    ``secrets`` gives every credential known at the moment of the call, ``planted`` what the kit
    made up, ``vocabulary`` the texts of the published code lists. What becomes of a value depends
    on the value and not on its place, so that equality survives: only fields that a schema calls
    personal, and those that none describes, lose more.
    """

    def __init__(
        self,
        salt: bytes,
        secrets: Callable[[], Iterable[str]],
        planted: Planted,
        schemas: SchemaView | None,
    ) -> None:
        super().__init__(salt, secrets, planted)
        self._schemas = schemas

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

    def record(self, record: Record) -> CleanRecord:
        """``record`` as it may be written: whatever it says in the candidate's words is looked at
        like an answer that no schema describes.
        """
        plain = encode(record)
        if isinstance(record, _TOLD):
            return CleanRecord(self._sentences(plain))
        named = {name: value for name, value in plain.items() if name in _NAMES}
        clean = self._tree({**plain, **dict.fromkeys(named)}, "", {}, Findings())
        return CleanRecord({**clean, **named})

    def tree(self, value: Any, schema: str) -> Any:
        """A JSON value of the candidate along its schema (empty: none is known)."""
        findings = Findings()
        classes = self._classes(schema, value, findings) if schema else {}
        return self._tree(value, "", classes, findings)

    def url(self, url: str, findings: Findings) -> str:
        """``url`` with each part of it like the same text elsewhere, whoever wrote it; as a whole
        where something goes over more parts than one.
        """
        return self._address(url, "url", findings)

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

    def header_name(self, name: str) -> str:
        """The name of a header, which is as foreign as its value."""
        return self.text(_utf8(name), "header", Findings())

    def own_header(self, name: str, value: str) -> str:
        """A header value that the kit wrote, perhaps with what the candidate had told it."""
        if name.lower() in CREDENTIAL_HEADERS:
            return self.header(name, value)
        return self.text(_utf8(value), "header", Findings())

    def foreign_header(self, name: str, value: str, findings: Findings) -> str:
        """A header value that the candidate wrote: of fields that nobody knows only what is
        technical or the kit's own.
        """
        pointer, lower = f"header:{self.header_name(name)}", name.lower()
        if lower in CREDENTIAL_HEADERS:
            return self.header(name, value)
        if is_secret_header(name):
            return self.marker("credential", value)
        meant = _utf8(value)
        if lower in ADDRESSES:
            return self._address(meant, pointer, findings)
        if lower in KNOWN:
            return self.text(meant, pointer, findings)
        return self._string(meant, pointer, "undeclared", findings)

    def form(self, text: str, findings: Findings) -> str:
        """A body of ``application/x-www-form-urlencoded``, credentials by their names too."""
        clean = clean_form(text, lambda name, value: self._named(name, value, "text", findings))
        return self._unless_hidden(clean, text, "text", findings)

    def document(self, body: str, schema: str, findings: Findings, *, own: bool = False) -> str:
        """A JSON body along its schema (empty: none is known); exactly as it came when there is
        nothing to replace. In the kit's ``own`` bodies what no schema describes is a test.

        Raises:
            ValueError: it is not JSON (or a member stands twice, so that a value would be hidden),
                or it is nested too deeply.
        """
        try:
            instance = json.loads(body, object_pairs_hook=_unique)
            classes = (
                self._own_classes(schema, instance)
                if own
                else self._classes(schema, instance, findings)
            )
            clean = self._tree(instance, "", classes, findings)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
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
            and not MARKER.fullmatch(value)
        ):
            return self.marker("credential", value)
        return self.scrub(value)

    def _address(self, url: str, pointer: str, findings: Findings) -> str:
        clean = clean_url(url, lambda name, value: self._named(name, value, pointer, findings))
        return self._unless_hidden(clean, url, pointer, findings)

    def _sentences(self, value: Any) -> Any:
        """A tree in which the kit says things in both languages. What is foreign in a sentence
        stands in both; so where English needs no redaction the Chinese words are the kit's own.
        """
        if isinstance(value, dict) and value.keys() == {"en", "zh"}:
            shown = self.text(str(value["en"]), "", Findings())
            zh = str(value["zh"]) if shown == value["en"] else shown
            return {"en": shown, "zh": self.credentials(self._marks.unforged(zh))}
        if isinstance(value, dict):
            return {
                self.text(name, "", Findings()): self._sentences(item)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._sentences(item) for item in value]
        return self._leaf(value, "", "none", Findings())

    def _named(self, name: str, value: str, pointer: str, findings: Findings) -> str:
        if name.lower() in CREDENTIAL_MEMBERS and value:
            return self._replace(value, pointer, "credential", findings)
        return self.text(value, pointer, findings)

    def _classes(self, schema: str, instance: Any, findings: Findings) -> dict[str, str]:
        """Class by pointer, that of what is personal only together with its neighbours too: where
        no schema says what stands there, or it is not what the schema says.
        """
        if self._schemas is None or not schema:
            return dict.fromkeys(spread(instance, self._is_strange_together), _PARTS)
        for fault in self._schemas.validate(schema, instance):
            findings.faults.setdefault(fault.pointer, []).append(fault.keyword)
        classes = {
            value.pointer: value.pi_class
            for value in self._schemas.personal_values(schema, instance, undeclared=True)
        }
        parts = spread(instance, self._is_strange_together)
        unsaid = {one for one in parts if one in findings.faults or one in classes}
        return classes | dict.fromkeys(unsaid, _PARTS)

    def _own_classes(self, schema: str, instance: Any) -> dict[str, str]:
        if self._schemas is None or not schema:
            return {}
        return {
            one.pointer: one.pi_class for one in self._schemas.personal_values(schema, instance)
        }

    def _tree(self, value: Any, pointer: str, classes: dict[str, str], findings: Findings) -> Any:
        if isinstance(value, dict):
            return {
                self._name(name, pointer, findings): self._tree_member(
                    name, item, f"{pointer}/{_escape(name)}", (classes, findings)
                )
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
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
        secret = name.lower() in CREDENTIAL_MEMBERS and isinstance(value, str) and value
        if secret and not self._marks.is_own(value):
            return self._replace(value, pointer, "credential", along[1])
        return self._tree(value, pointer, *along)

    def _leaf(self, value: Any, pointer: str, pi_class: str, findings: Findings) -> Any:
        if pi_class == _PARTS:
            return self._replace(str(value), pointer, "direct", findings)
        if isinstance(value, str):
            return self._string(value, pointer, pi_class, findings)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return self._number(value, pointer, pi_class, findings)

    def _number(self, value: float, pointer: str, pi_class: str, findings: Findings) -> Any:
        whole = isinstance(value, int) or value.is_integer()  # of any size: no float holds some
        text = str(int(value)) if whole else ""
        if pi_class not in {"direct", "quasi"} and not self._is_foreign_number(text):
            return value
        shown = str(value)
        if self._planted.contains(shown) or (text and self._planted.contains(text)):
            return value  # 15.0 is 15, written as JSON may
        found = pi_class if pi_class in {"direct", "quasi"} else "direct"
        return self._replace(shown, pointer, found, findings)

    def _string(self, value: str, pointer: str, pi_class: str, findings: Findings) -> str:
        whole = pi_class in _LOSING and not (
            pi_class == "undeclared" and _TECHNICAL.fullmatch(value)
        )
        if not whole and self._quiet.current().holds(value):
            return self._seen(value, value, pi_class)
        clean = self.credentials(self._marks.unforged(value))
        if clean != value:
            findings.add(pointer, "credential", self.commitment(value))
        if not whole:
            return self._seen(value, self.text(value, pointer, findings), pi_class)
        if self._hides_credential(clean):  # its parts may be words that the kit has said
            return self._replace(value, pointer, "credential", findings)
        return self._whole(clean, pointer, pi_class, findings)

    def _whole(self, clean: str, pointer: str, pi_class: str, findings: Findings) -> str:
        ids = pi_class == "undeclared"
        if self._own(clean) or (ids and self._shown_ids.contains(clean)):
            return clean
        return self._partly(clean, pointer, pi_class, findings, ids=ids)

    def _seen(self, value: str, shown: str, pi_class: str) -> str:
        """What is shown of a value; an id that is shown as it came is remembered."""
        if shown == value and pi_class not in _LOSING and _ID.fullmatch(value):
            self._shown_ids.add(value)
        return shown


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
