"""Receipts of a batch: the digest of each is that of its item (DS-01.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import rfc8785

from jidi.judge.context import JudgingContext
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import ABSENT
from jidi.language.expressions import BlockedError, point
from jidi.language.views import ExchangeView, StepView
from jidi.wording import sentence


def batch_digests(_given: Mapping[str, Any], view: StepView, _context: JudgingContext) -> Ruling:
    """Each receipt in a batch carries the SHA-256 of the RFC 8785 form of its item (DS-01.2)."""
    expected = sentence("judge/receipts-with-the-digest-of-the-canonical")
    wrong = [fault for exchange in view.exchanges for fault in _batch_faults(exchange)]
    return ruling("digest" if wrong else "", expected, "; ".join(wrong) or "equal")


def _batch_faults(exchange: ExchangeView) -> Iterator[str]:
    """Receipts in one answer whose digest is not that of their item."""
    sent = point(exchange.request.json, "/consignments")
    answer = ABSENT if exchange.response is None else exchange.response.json
    items = point(answer, "/items")
    for item in items if isinstance(items, list) and isinstance(sent, list) else []:
        receipt, index = point(item, "/receipt"), point(item, "/index")
        if isinstance(receipt, Mapping) and isinstance(index, int) and 0 <= index < len(sent):
            wanted = _canonical_digest(sent[index])
            if receipt.get("payload_digest") != wanted:
                yield f"item {index}: {receipt.get('payload_digest')}"


def _canonical_digest(item: Any) -> str:
    """``sha-256:`` and hex over the RFC 8785 form.

    Raises:
        BlockedError: the item has none, so that no digest is right.
    """
    try:
        return "sha-256:" + hashlib.sha256(rfc8785.dumps(item)).hexdigest()
    except (ValueError, TypeError) as error:
        raise BlockedError("the item that was sent has no canonical form") from error
