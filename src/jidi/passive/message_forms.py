"""Whether one body has the form that the contract gives it, read by its media type: JSON, or the
form of a token request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.judge.seen import apply_rule, leaves
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.model.exchange import Exchange
from jidi.passive.matching import Match, json_of
from jidi.registry import Registry
from jidi.registry.values import Operation

FORM: Final = "application/x-www-form-urlencoded"
MOST_FAULTS: Final = 20
_WITHHELD: Final = b"\xe2\x9f\xa6"
_MOST_PAIRS: Final = 100
_LARGEST_FORM: Final = 1 << 16
_PROBLEM: Final = "application/problem+json"
Fault = dict[str, str]


def response_schema(match: Match, status: int, media: str = "") -> str:
    """Name of the schema of an answer, as far as the contract knows it; where it allows several,
    that of the ``media`` type.
    """
    if match.operation is None:
        return "batch-result" if status == 200 else ""
    responses: Mapping[str, str | None] = match.operation.responses
    key = next(
        (key for key in (str(status), f"{status // 100}XX", "default") if key in responses), ""
    )
    if media == _PROBLEM and media in match.operation.response_media_types.get(key, ()):
        return "problem"
    return responses.get(key) or ("problem" if status >= 400 else "")


def request_schema(match: Match) -> str:
    """Name of the schema of a request body; empty without one."""
    return "push-envelope" if match.operation is None else match.operation.request_schema or ""


def is_form(operation: Operation | None, media: str) -> bool:
    """Whether a request body is a form: it says so, or says nothing where only a form is taken."""
    taken = operation.media_types if operation is not None else ()
    return media == FORM or (not media and taken == (FORM,))


def form_of(body: bytes) -> list[tuple[str, str]] | None:
    """Pairs of a form (WHATWG URL, 5); ``None`` when it is none."""
    try:
        text = body[: _LARGEST_FORM + 1].decode("ascii")
        if len(text) > _LARGEST_FORM:
            return None
        return parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_PAIRS,
        )
    except ValueError:
        return None


def is_other_grant(match: Match, exchange: Exchange, media: str) -> bool:
    """Whether a token is asked for by another grant than that of clients, which one endpoint may
    serve too (RFC 6749, 4); of a request that is not known nothing can be told.
    """
    if match.operation is None or match.operation.served_at != "token-endpoint":
        return False
    body = exchange.request.body
    pairs = form_of(body) if is_form(match.operation, media) else None
    document = None if pairs is not None else json_of(body)
    grants = (
        [value for name, value in pairs if name == "grant_type"]
        if pairs is not None
        else [document.get("grant_type")]
        if isinstance(document, Mapping)
        else []
    )
    return not body or any(grant != "client_credentials" for grant in grants)


class MessageForms:
    """Holds bodies against schemas and named rules; ``by_kit``: values in ``⟦…⟧`` are the kit's own
    doing.
    """

    def __init__(self, registry: Registry, *, by_kit: bool) -> None:
        self._registry = registry
        self._by_kit = by_kit

    def hidden(self, value: Any, pointer: str) -> bool:
        """Whether the kit itself withheld something at this place, so that nothing can be said of
        its form.
        """
        if not self._by_kit:
            return False
        here = point(value, pointer) if pointer else value
        if here is ABSENT:
            here = None
        return any(_WITHHELD in text for _, text in leaves(here))

    def of_json(
        self, schema: str, body: bytes, redacted: Mapping[str, list[str]], *, request: bool
    ) -> dict[str, Any]:
        """What is wrong with a JSON body, as a fact. ``redacted`` are the faults at places of which
        the values are gone.
        """
        value = json_of(body)
        if value is None:
            told = _fault("", "json", "", ("not one JSON document", "不是单个 JSON 文档"))
            return self._fact(schema, [told])
        faults = self._faults(schema, value, request=request)
        faults += [
            _fault(pointer, keyword, "", (keyword, keyword))
            for pointer, keywords in redacted.items()
            if pointer.startswith("/")
            for keyword in keywords
        ]
        return self._fact(schema, faults, whole=not self.hidden(value, ""))

    def of_form(self, schema: str, body: bytes) -> dict[str, Any]:
        """What is wrong with a token request, as a fact. Parameters and scopes that a server does
        not know it ignores (RFC 6749, 3.2, 3.3), so that they are no faults.
        """
        pairs = form_of(body)
        if pairs is None:
            return self._fact(schema, [_fault("", "form", "", ("not one form", "不是表单"))])
        names = [name for name, _ in pairs]
        known = set(self._registry.schema(schema).get("properties", ()))
        faults = [
            _fault(f"/{name}", "duplicate-member", "", ("stands twice", "出现两次"))
            for name in sorted(known)
            if names.count(name) > 1
        ]
        value = {name: text for name, text in pairs if name in known and name != "scope"}
        return self._fact(schema, faults + self._faults(schema, value, request=True))

    def _faults(self, schema: str, value: Any, *, request: bool) -> list[Fault]:
        faults = [
            _fault(
                one.pointer,
                one.keyword,
                one.requirement,
                (one.message, one.message_zh or one.message),
            )
            for one in self._registry.validate(schema, value, request=request)
            if not self.hidden(value, one.pointer)
        ]
        if not self._registry.has_rules(schema):
            return faults
        for site in self._registry.rule_sites(schema, value):
            if self.hidden(value, site.pointer):
                continue
            told = apply_rule(site.rule, site.value, site.parent)
            if told is not None:
                keyword = f"rule:{site.rule.partition(':')[0]}"
                faults.append(_fault(site.pointer, keyword, site.requirement, (told.en, told.zh)))
        return faults

    def _fact(self, schema: str, faults: list[Fault], *, whole: bool = True) -> dict[str, Any]:
        requirement = str(self._registry.schema(schema).get("x-requirement", ""))
        return {
            "schema": schema,
            "requirement": requirement,
            "faults": faults[:MOST_FAULTS],
            "whole": whole,
        }


def _fault(pointer: str, keyword: str, requirement: str, told: tuple[str, str]) -> Fault:
    """One row of a table."""
    en, zh = told
    return {"pointer": pointer, "keyword": keyword, "requirement": requirement, "en": en, "zh": zh}
