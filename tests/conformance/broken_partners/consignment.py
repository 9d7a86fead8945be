"""Couriers that break DS-01.2 and DS-01.3: taking in consignments."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Json,
    Told,
    answers,
    documents,
    requests_of,
)

CREATE: Final = ("createConsignment",)
READ: Final = ("getConsignment", "listConsignments")
_ACCEPTED: Final = "consignment-accepted"
_ACCEPTED_B: Final = "consignment-second-partner"


def looks_whole(body: Json) -> bool:
    """Whether a body is an attempt at a whole consignment, not some hostile scrap."""
    return (
        isinstance(body, dict)
        and isinstance(body.get("sender"), dict)
        and isinstance(body.get("recipient"), dict)
        and isinstance(body.get("contents"), dict)
    )


def _spoilt(asked: Asked) -> Asked:
    """The request made invalid, so that the partner itself words the refusal."""
    return asked.with_json({**asked.json, "service_product": "none"})


def _refuse_tokenised(asked: Asked) -> Asked:
    return (
        _spoilt(asked)
        if looks_whole(asked.json) and "recipient_token" in asked.json["recipient"]
        else asked
    )


def _refuse_old(asked: Asked) -> Asked:
    return (
        _spoilt(asked)
        if looks_whole(asked.json) and str(asked.json.get("ordered_at")) < "2026"
        else asked
    )


def _refuse_full_remark(asked: Asked) -> Asked:
    return (
        _spoilt(asked)
        if looks_whole(asked.json) and len(str(asked.json.get("remark", ""))) >= 200
        else asked
    )


def digest(body: bytes) -> str:
    """A payload digest as receipts carry it."""
    return "sha-256:" + hashlib.sha256(body).hexdigest()


def _sorted_digest(asked: Asked, answer: Told) -> Told:
    if answer.status != 201:
        return answer
    again = json.dumps(asked.json, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return answer.with_json({**answer.json, "payload_digest": digest(again.encode())})


def _compacted_digest(asked: Asked, answer: Told) -> Told:
    if answer.status != 201:
        return answer
    again = json.dumps(asked.json, ensure_ascii=False, separators=(",", ":"))
    return answer.with_json({**answer.json, "payload_digest": digest(again.encode())})


def _batch_digest(asked: Asked, answer: Told) -> Told:
    if answer.status != 200:
        return answer
    items = copy.deepcopy(answer.json["items"])
    for item in items:
        if "receipt" in item:
            item["receipt"]["payload_digest"] = digest(asked.body)
    return answer.with_json({**answer.json, "items": items})


def _records(document: Json, change: Any) -> Json:
    """A record or a page of records with ``change`` made to each consignment."""
    if "items" in document:
        return {**document, "items": [_records(item, change) for item in document["items"]]}
    if "consignment" not in document:  # a third party is shown a view
        return document
    return {**document, "consignment": change(copy.deepcopy(document["consignment"]))}


def _reading(change: Any, operations: tuple[str, ...] = READ) -> Any:
    return documents(operations, lambda document: _records(document, change))


def _folded(consignment: Json) -> Json:
    return {**consignment, "order_no": consignment["order_no"].lower()}


def _without_zone(consignment: Json) -> Json:
    return {
        **consignment,
        "ordered_at": consignment["ordered_at"].replace("Z", "").replace("+08:00", ""),
    }


def _other_zone(consignment: Json) -> Json:
    return {**consignment, "ordered_at": consignment["ordered_at"].replace("Z", "+00:00")}


def _cut_remark(length: int) -> Any:
    return lambda consignment: (
        {**consignment, "remark": consignment["remark"][:length]}
        if "remark" in consignment
        else consignment
    )


def _without(*names: str) -> Any:
    return lambda consignment: {
        name: value for name, value in consignment.items() if name not in names
    }


def _extensions_as_texts(consignment: Json) -> Json:
    """Numbers and truth values of what partners agreed upon come back as texts."""
    if "extensions" not in consignment:
        return consignment
    spaces = {
        space: {
            name: str(value) if isinstance(value, bool | int | float) else value
            for name, value in members.items()
        }
        for space, members in consignment["extensions"].items()
    }
    return {**consignment, "extensions": spaces}


def _lost_for_second_partner(asked: Asked, answer: Told) -> Told:
    if answer.status != 200 or asked.party != "platform-b":
        return answer
    return answer.with_json(_records(answer.json, _without("remark")))


def _unmasked(asked: Asked) -> Asked:
    body = asked.json
    if not looks_whole(body) or "*" not in str(body["recipient"].get("name")):
        return asked
    return asked.with_json({**body, "recipient": {**body["recipient"], "name": "张三丰"}})


def _light_accepted(asked: Asked) -> Asked:
    body = asked.json
    if (
        not looks_whole(body)
        or body["contents"].get("weight_g") != 0
        or isinstance(body["contents"]["weight_g"], bool)
    ):
        return asked
    return asked.with_json({**body, "contents": {**body["contents"], "weight_g": 1}})


def _long_accepted(asked: Asked) -> Asked:
    body = asked.json
    if not looks_whole(body) or len(str(body.get("remark", ""))) != 201:
        return asked
    return asked.with_json({**body, "remark": body["remark"][:200]})


async def _shorter_error(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    text_weight = looks_whole(asked.json) and isinstance(
        asked.json["contents"].get("weight_g"), str
    )
    if answer.status != 422 or not text_weight:
        return answer
    body = {
        **answer.json,
        "type": answer.json["type"].replace("validation-failed", "interruption"),
        "status": 503,
        "title": "Interruption",
    }
    return answer.with_json(body, 503).with_header("retry-after", "1")


def _crash(asked: Asked, answer: Told) -> Told:
    if (
        answer.status != 422
        or not looks_whole(asked.json)
        or not isinstance(asked.json["contents"].get("weight_g"), str)
    ):
        return answer
    body = {
        **answer.json,
        "type": answer.json["type"].replace("validation-failed", "internal-error"),
        "status": 500,
        "title": "Internal error",
    }
    body.pop("errors", None)
    return answer.with_json(body, 500)


def _plain_json(_asked: Asked, answer: Told) -> Told:
    return (
        answer.with_header("content-type", "application/json")
        if answer.problem == "validation-failed"
        else answer
    )


def _first_only(_asked: Asked, answer: Told) -> Told:
    return (
        answer.with_json({**answer.json, "errors": answer.json["errors"][:1]})
        if answer.problem == "validation-failed"
        else answer
    )


def _no_pointers(_asked: Asked, answer: Told) -> Told:
    if answer.problem != "validation-failed" or any(
        error["code"] == "unevaluatedProperties" for error in answer.json["errors"]
    ):
        return answer
    return answer.with_json(
        {**answer.json, "errors": [{**error, "pointer": ""} for error in answer.json["errors"]]}
    )


def _error_with_200(asked: Asked, answer: Told) -> Told:
    no_items = looks_whole(asked.json) and asked.json["contents"].get("items") == []
    return (
        answer.with_json(answer.json, 200)
        if answer.problem == "validation-failed" and no_items
        else answer
    )


def _mended_copy(asked: Asked, body: Json) -> Asked:
    made = Asked(
        "createConsignment", "POST", "/v1/consignments", "", asked.headers, b"", {}, asked.party
    ).with_json(body)
    return made.with_header("idempotency-key", f"shadow-{uuid.uuid4()}")


async def _rejected_item_kept(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    for item in answer.json.get("items", []) if answer.status == 200 else []:
        if item["outcome"] == "rejected":
            await forward(
                _mended_copy(
                    asked,
                    {**asked.json["consignments"][item["index"]], "service_product": "STANDARD"},
                )
            )
    return answer


async def _refused_yet_kept(asked: Asked, forward: Forward) -> Told:
    answer = await forward(asked)
    if (
        answer.status == 422
        and looks_whole(asked.json)
        and asked.json["contents"].get("items") == []
    ):
        await forward(
            _mended_copy(
                asked,
                {
                    **asked.json,
                    "contents": {
                        **asked.json["contents"],
                        "items": [{"name": "unknown", "quantity": 1}],
                    },
                },
            )
        )
    return answer


async def _one_bad_loses_batch(asked: Asked, forward: Forward) -> Told:
    consignments = asked.json.get("consignments", []) if isinstance(asked.json, dict) else []
    bad = [
        index
        for index, item in enumerate(consignments)
        if item.get("service_product") == "TELEPORT"
    ]
    if not bad:
        return await forward(asked)
    return await forward(
        asked.with_json(
            {"consignments": [{**item, "service_product": "TELEPORT"} for item in consignments]}
        )
    )


FAULTS: Final = (
    Fault(
        "tokenised-recipient-refused",
        "DS-01.2",
        "valid-rejected",
        "Consignments whose recipient is a token are refused, all others taken.",
        ("consignment-valid-examples[tokenised-recipient]/place/accepted#status",),
        requests_of(CREATE, _refuse_tokenised),
    ),
    Fault(
        "old-order-refused",
        "DS-01.2",
        "valid-rejected",
        "An order of an earlier year is refused for its time.",
        ("consignment-valid-examples[old-order-utc]/place/accepted#status",),
        requests_of(CREATE, _refuse_old),
    ),
    Fault(
        "longest-remark-refused",
        "DS-01.2",
        "valid-rejected",
        "Off by one: a remark of exactly the longest legal length is refused.",
        ("consignment-limits[longest-remark]/place/accepted#status",),
        requests_of(CREATE, _refuse_full_remark),
    ),
    Fault(
        "digest-of-sorted-json",
        "DS-01.2",
        "receipt-digest-differs",
        "The receipt's digest is over the JSON with its members sorted, not over the bytes.",
        (f"{_ACCEPTED}/place/digest#equals",),
        answers(CREATE, _sorted_digest),
    ),
    Fault(
        "digest-of-reserialised-json",
        "DS-01.2",
        "receipt-digest-differs",
        "The receipt's digest is over the JSON written out again, which shows only with bodies "
        "that are not written compactly.",
        ("receipt-over-raw-bytes/place/digest#equals",),
        answers(CREATE, _compacted_digest),
    ),
    Fault(
        "batch-digest-of-whole-body",
        "DS-01.2",
        "receipt-digest-differs",
        "In a batch every receipt carries the digest of the whole batch.",
        ("consignment-batch/batch/digests#digest",),
        answers(("createConsignmentBatch",), _batch_digest),
    ),
    Fault(
        "order-number-case-folded",
        "DS-01.2",
        "value-altered",
        "Order numbers read back in small letters.",
        (f"{_ACCEPTED}/read/unaltered#same-as",),
        _reading(_folded),
    ),
    Fault(
        "time-zone-dropped",
        "DS-01.2",
        "value-altered",
        "The time of the order reads back without its zone.",
        (f"{_ACCEPTED}/read/valid#schema", f"{_ACCEPTED}/read/unaltered#same-as"),
        _reading(_without_zone),
    ),
    Fault(
        "time-rewritten",
        "DS-01.2",
        "value-altered",
        "The time of the order reads back as the same instant written differently.",
        (f"{_ACCEPTED}/read/unaltered#same-as",),
        _reading(_other_zone),
    ),
    Fault(
        "list-shows-another-weight",
        "DS-01.2",
        "value-altered",
        "The single record is right; the same record in the list has a rounded weight.",
        (f"{_ACCEPTED}/list/list-unaltered#same-as",),
        _reading(
            lambda one: {
                **one,
                "contents": {
                    **one["contents"],
                    "weight_g": one["contents"]["weight_g"] // 1000 * 1000 + 1,
                },
            },
            ("listConsignments",),
        ),
    ),
    Fault(
        "remark-cut-at-ten",
        "DS-01.2",
        "value-truncated",
        "A remark reads back cut to ten characters.",
        (f"{_ACCEPTED}/read/unaltered#same-as",),
        _reading(_cut_remark(10)),
    ),
    Fault(
        "remark-cut-one-short",
        "DS-01.2",
        "value-truncated",
        "Off by one: only a remark of the longest legal length loses its last character.",
        ("consignment-limits[longest-remark]/read/unaltered#same-as",),
        _reading(_cut_remark(199)),
    ),
    Fault(
        "remark-lost-on-read",
        "DS-01.2",
        "value-dropped",
        "An optional member is there in the request and lost on read.",
        (f"{_ACCEPTED}/read/unaltered#same-as",),
        _reading(_without("remark"), ("getConsignment",)),
    ),
    Fault(
        "extensions-dropped",
        "DS-01.2",
        "value-dropped",
        "What partners agreed upon beyond the standard is not kept.",
        ("consignment-valid-examples[extended]/read/unaltered#same-as",),
        _reading(_without("extensions")),
        perhaps={"DS-01.6": "what is passed on is what was kept"},
    ),
    Fault(
        "extensions-as-texts",
        "DS-01.2",
        "value-altered",
        "Numbers and truth values in extensions come back as texts.",
        ("consignment-valid-examples[extended]/read/unaltered#same-as",),
        _reading(_extensions_as_texts),
    ),
    Fault(
        "return-address-dropped",
        "DS-01.2",
        "value-dropped",
        "Whom a parcel goes back to is not kept.",
        ("consignment-valid-examples[every-member]/read/unaltered#same-as",),
        _reading(_without("return_to")),
    ),
    Fault(
        "remark-lost-in-list",
        "DS-01.2",
        "value-dropped",
        "The list leaves out an optional member that the single record shows.",
        (f"{_ACCEPTED}/list/list-unaltered#same-as",),
        _reading(_without("remark"), ("listConsignments",)),
    ),
    Fault(
        "remark-lost-for-one-partner",
        "DS-01.2",
        "value-dropped",
        "Only the second partner gets its consignments back without the remark.",
        (f"{_ACCEPTED_B}/read/unaltered#same-as",),
        answers(READ, _lost_for_second_partner),
    ),
    Fault(
        "masked-name-accepted",
        "DS-01.3",
        "invalid-accepted",
        "A masked recipient without a token is accepted.",
        ("consignment-invalid-examples[masked-name]/place/refused#status",),
        requests_of(CREATE, _unmasked),
    ),
    Fault(
        "weight-zero-accepted",
        "DS-01.3",
        "invalid-accepted",
        "Off by one: a weight of zero is accepted.",
        ("consignment-invalid-examples[weight-zero]/place/refused#status",),
        requests_of(CREATE, _light_accepted),
    ),
    Fault(
        "remark-one-too-long-accepted",
        "DS-01.3",
        "invalid-accepted",
        "Off by one: a remark one character beyond the longest legal length is accepted.",
        ("consignment-invalid-examples[remark-too-long]/place/refused#status",),
        requests_of(CREATE, _long_accepted),
    ),
    Fault(
        "error-with-status-200",
        "DS-01.3",
        "invalid-accepted",
        "A refusal goes out with status 200 and the problem in its body.",
        ("consignment-invalid-examples[no-items]/place/refused#status",),
        answers(CREATE, _error_with_200),
    ),
    Fault(
        "wrong-type-answered-503",
        "DS-08.4",
        "server-error",
        "A member of the wrong type is answered with 503, as if the server were busy.",
        ("sweep/answered#in-place",),
        Around(CREATE, _shorter_error),
        areas=("consignment",),
    ),
    Fault(
        "wrong-type-crashes",
        "DS-01.3",
        "server-error",
        "A member of the wrong type is answered with 500.",
        ("consignment-invalid-examples[weight-as-text]/place/refused#status",),
        answers(CREATE, _crash),
        also={"DS-08.4": "an answer of class 5xx is a fault of DS-08.4 wherever it is seen."},
    ),
    Fault(
        "problem-as-plain-json",
        "DS-01.3",
        "wrong-media-type",
        "Problems about the body go out as application/json.",
        ("consignment-invalid-examples[empty-name]/place/problem#problem-media-type",),
        answers(CREATE, _plain_json),
    ),
    Fault(
        "first-fault-only",
        "DS-01.3",
        "only-first-fault",
        "Only the first of several faults is named.",
        ("consignment-all-faults/place/every-fault#pointers",),
        answers(CREATE, _first_only),
    ),
    Fault(
        "faults-without-place",
        "DS-01.3",
        "only-first-fault",
        "Every fault is named, but all point at the root.",
        (
            "consignment-invalid-examples[empty-name]/place/pointer#pointers",
            "consignment-all-faults/place/every-fault#pointers",
        ),
        answers(CREATE, _no_pointers),
    ),
    Fault(
        "rejected-batch-item-kept",
        "DS-01.3",
        "half-stored-batch",
        "An item that the batch result calls rejected is stored all the same.",
        ("consignment-batch/list-bad/bad-not-stored#count",),
        Around(("createConsignmentBatch",), _rejected_item_kept),
    ),
    Fault(
        "refused-yet-kept",
        "DS-01.3",
        "half-stored-batch",
        "A consignment without items is refused, and stored.",
        ("consignment-invalid-not-stored[no-items]/list/nothing-stored#count",),
        Around(CREATE, _refused_yet_kept),
    ),
    Fault(
        "bad-item-loses-batch",
        "DS-01.3",
        "half-stored-batch",
        "One bad item makes the whole batch be rejected.",
        ("consignment-batch/batch/by-item#equals",),
        Around(("createConsignmentBatch",), _one_bad_loses_batch),
    ),
)
"""Faults of DS-01.2 and DS-01.3."""
