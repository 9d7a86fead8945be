"""What an operation is, and what its handler gets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jidi_reference.domain.cursors import CursorScope
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, PageRequest, Published
from jidi_reference.service.governance.purposes import Reading
from jidi_reference.service.idempotent import run_once
from jidi_reference.service.ports.idempotency import KeyedCall
from jidi_reference.service.ports.unit import Unit
from jidi_reference.web.answers import OK, Answer, Result


def _unlimited(_name: str) -> None:
    """Counts nothing."""


@dataclass(frozen=True)
class Call:
    """A request that passed every check of the web layer; ``raw`` are the body's bytes, ``faults``
    what a batch's items lack.

    Signed operations also get the ``headers`` and ``rate``, which counts a request for a name and
    refuses it when there are too many.
    """

    context: Context
    caller: Caller
    operation: Operation
    origin: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    raw: bytes = b""
    body: Any = None
    key: str = ""
    faults: list[Fault] = field(default_factory=list)
    purpose: str | None = None
    consent_reference: str | None = None
    accept: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    rate: Callable[[str], None] = _unlimited

    @property
    def reading(self) -> Reading:
        """The call as a read of personal data, with what its headers state.

        Raises:
            Problem: ``parameter-invalid`` for a consent reference that none can be.
        """
        if self.consent_reference is not None and not self.context.contract.fits(
            "id", self.consent_reference
        ):
            raise Problem.parameter(
                "parameter-invalid", "header", "Consent-Reference", "not an identifier"
            )
        return Reading(self.caller, self.purpose, self.consent_reference)

    def page_request(self) -> PageRequest:
        """Which page is asked for. The cursor is bound to caller, listing and every other
        parameter.

        Raises:
            Problem: ``cursor-invalid``.
        """
        filters = {
            name: value
            for name, value in {**self.path, **self.query}.items()
            if name not in ("limit", "cursor")
        }
        scope = CursorScope(self.caller.party, self.operation.operation_id, filters)
        limit = int(self.query.get("limit", self.context.settings.limits.default_page_items))
        return PageRequest(scope, self.context.cursors.open(scope, self.query.get("cursor")), limit)

    def once(self, work: Callable[[Unit], Published]) -> Published:
        """The result of ``work``, run at most once for this call's key.

        Raises:
            Problem: see ``run_once``.
        """
        target = "/".join([self.operation.operation_id, *self.path.values()])
        digest = hashlib.sha256(self.raw).hexdigest()
        return run_once(self.context, KeyedCall(self.caller.party, target, self.key, digest), work)


@dataclass(frozen=True)
class Operation:
    """One operation of the contract: where it is, who may call it, what it takes.

    ``scope`` None: public; ``a|b``: either. ``body``: the schema of the request. ``parameters``:
    legal query parameters, each with its name in ``types.schema.json``. ``judges_items``: faults
    below an array item do not refuse the whole. ``negotiates``: the handler itself looks at Accept.
    ``signed``: the credential is a signature over the body, which the handler judges first.
    ``answer``: how its result is told. ``for_rejected``: open to partners that did not promise to
    de-identify.
    """

    operation_id: str
    method: str
    path: str
    handle: Callable[[Call], Result]
    scope: str | None = None
    body: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = False
    judges_items: bool = False
    negotiates: bool = False
    for_rejected: bool = False
    signed: bool = False
    answer: Answer = OK


JUDGED_BY_SERVICE = ""  # instead of a name in types.schema.json
PAGING = {"limit": "limit", "cursor": "cursor"}
