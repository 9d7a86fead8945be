"""The operations of level privacy, as standard/README.md section 8 lists them."""

from __future__ import annotations

from jidi_reference.domain.label_drawing import MEDIA_TYPES, draw, font_file
from jidi_reference.domain.problems import Problem
from jidi_reference.service.courier import labels, statistics, waybill_numbers
from jidi_reference.service.governance import (
    agreements,
    auditing,
    bulk_operations,
    consents,
    officers,
    privacy_requests,
)
from jidi_reference.web.answers import CREATED, Content, Result, created
from jidi_reference.web.negotiation import choose
from jidi_reference.web.operation import JUDGED_BY_SERVICE, PAGING, Call, Operation

_FORM_PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<title>个人信息权利请求 / Privacy requests</title></head><body>
<h1>个人信息权利请求</h1><p>请通过下单平台提交查阅、更正、删除或投诉请求，并提供一次性验证码。</p>
<h1>Privacy requests</h1>
<p>Ask for access, correction, erasure or complain through the platform of your order,
with your one-time code.</p>
</body></html>"""


def _allocate(call: Call) -> Result:
    return call.once(
        lambda unit: waybill_numbers.allocate(call.context, unit, call.caller, call.body)
    )


def _get_number(call: Call) -> Result:
    return waybill_numbers.show(call.context, call.caller, call.path["waybill_no"])


def _void_number(call: Call) -> Result:
    return waybill_numbers.void(call.context, call.caller, call.path["waybill_no"])


def _return_number(call: Call) -> Result:
    return waybill_numbers.give_back(call.context, call.caller, call.path["waybill_no"])


def _get_label(call: Call) -> Result:
    images = font_file(call.context.settings.label_font) is not None
    offered = [form for form in MEDIA_TYPES if form == "json" or images]
    form = call.query.get("format")
    if form is not None and not images:
        raise Problem.parameter(
            "parameter-invalid",
            "query",
            "format",
            "there are no label images here, so there is nothing to choose",
        )
    if form is None:
        chosen = choose(call.accept, [MEDIA_TYPES[name] for name in offered])
        form = next(name for name in offered if MEDIA_TYPES[name] == chosen)
    elif form not in offered:
        raise Problem.parameter(
            "parameter-invalid", "query", "format", f"one of {', '.join(offered)}"
        )
    label = labels.show(
        call.context, call.reading, call.path["consignment_id"], call.query.get("exemption_id")
    )
    if form == "json":
        return label
    return Content(draw(label, form, call.context.settings.label_font), MEDIA_TYPES[form])


def _record_exemption(call: Call) -> Result:
    consignment_id = call.path["consignment_id"]
    return call.once(
        lambda unit: labels.record_exemption(
            call.context, unit, call.caller, consignment_id, call.body
        )
    )


def _resolve(call: Call) -> Result:
    return labels.resolve(call.context, call.reading, call.path["recipient_token"])


def _get_review(call: Call) -> Result:
    return officers.access_review(call.context, call.caller)


def _create_agreement(call: Call) -> Result:
    return call.once(lambda unit: agreements.create(call.context, unit, call.caller, call.body))


def _list_agreements(call: Call) -> Result:
    return agreements.list_page(call.context, call.caller, call.page_request())


def _terminate_agreement(call: Call) -> Result:
    return agreements.terminate(call.context, call.caller, call.path["agreement_id"], call.body)


def _create_consent(call: Call) -> Result:
    return call.once(lambda unit: consents.create(call.context, unit, call.caller, call.body))


def _withdraw_consent(call: Call) -> Result:
    return consents.withdraw(call.context, call.caller, call.path["consent_reference"], call.body)


def _record_basis(call: Call) -> Result:
    return call.once(
        lambda unit: agreements.record_basis(call.context, unit, call.caller, call.body)
    )


def _create_privacy_request(call: Call) -> Result:
    try:
        return call.once(
            lambda unit: privacy_requests.create(call.context, unit, call.caller, call.body)
        )
    except Problem as problem:
        if problem.slug == "requester-unverified":
            privacy_requests.refused(call.context, call.caller, call.body, problem)
        raise


def _get_privacy_request(call: Call) -> Result:
    return privacy_requests.show(call.context, call.caller, call.path["request_id"])


def _request_bulk(call: Call) -> Result:
    return call.once(
        lambda unit: bulk_operations.request(call.context, unit, call.caller, call.body)
    )


def _decide_bulk(call: Call) -> Result:
    return bulk_operations.decide(
        call.context, call.caller, call.path["bulk_operation_id"], call.body
    )


def _get_bulk(call: Call) -> Result:
    return bulk_operations.show(call.context, call.caller, call.path["bulk_operation_id"])


def _get_bulk_result(call: Call) -> Result:
    return bulk_operations.result(call.context, call.reading, call.path["bulk_operation_id"])


def _list_audit(call: Call) -> Result:
    return auditing.list_page(call.context, call.caller, call.page_request())


def _get_statistics(call: Call) -> Result:
    return statistics.show(call.context, call.caller, call.query.get("from"), call.query.get("to"))


def _list_notices(call: Call) -> Result:
    return officers.list_page(call.context, call.page_request())


def _show_form(_call: Call) -> Result:
    return Content(_FORM_PAGE.encode(), "text/html; charset=utf-8")


_NUMBER, _CONSIGNMENT, _BULK = (
    "/waybill-numbers/{waybill_no}",
    "/consignments/{consignment_id}",
    "/bulk-operations/{bulk_operation_id}",
)
_NUMBERS, _AGREEMENTS, _CONSENTS = "waybill-numbers:write", "agreements:write", "consents:write"
_LABEL_QUERY = {"format": JUDGED_BY_SERVICE, "exemption_id": "id"}
_DAYS = {"from": JUDGED_BY_SERVICE, "to": JUDGED_BY_SERVICE}

_COURIER_ONLY = frozenset(
    {
        *("allocateWaybillNumbers", "getWaybillNumber", "voidWaybillNumber", "returnWaybillNumber"),
        *("getLabel", "recordLabelExemption", "resolveRecipientToken"),
    }
)
FORM = Operation("showPrivacyForm", "GET", "/privacy-requests-form", _show_form, negotiates=True)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "allocateWaybillNumbers",
        "POST",
        "/waybill-number-allocations",
        _allocate,
        _NUMBERS,
        "waybill-number-request",
        needs_key=True,
        answer=CREATED,
    ),
    Operation("getWaybillNumber", "GET", _NUMBER, _get_number, _NUMBERS),
    Operation(
        "voidWaybillNumber",
        "POST",
        f"{_NUMBER}/void",
        _void_number,
        _NUMBERS,
        "waybill-number-closure",
    ),
    Operation(
        "returnWaybillNumber",
        "POST",
        f"{_NUMBER}/return",
        _return_number,
        _NUMBERS,
        "waybill-number-closure",
    ),
    Operation(
        "getLabel",
        "GET",
        f"{_CONSIGNMENT}/label",
        _get_label,
        "labels:read",
        parameters=_LABEL_QUERY,
        negotiates=True,
    ),
    Operation(
        "recordLabelExemption",
        "POST",
        f"{_CONSIGNMENT}/label-exemptions",
        _record_exemption,
        "consignments:write",
        "label-exemption-request",
        needs_key=True,
        answer=CREATED,
    ),
    Operation(
        "resolveRecipientToken",
        "POST",
        "/recipient-tokens/{recipient_token}/resolution",
        _resolve,
        "tokens:resolve",
    ),
    Operation(
        "getAccessReview",
        "GET",
        "/access-reviews/current",
        _get_review,
        "status:read",
        for_rejected=True,
    ),
    Operation(
        "createProcessingAgreement",
        "POST",
        "/processing-agreements",
        _create_agreement,
        _AGREEMENTS,
        "processing-agreement-request",
        needs_key=True,
        answer=created("/processing-agreements/{agreement_id}"),
    ),
    Operation(
        "listProcessingAgreements",
        "GET",
        "/processing-agreements",
        _list_agreements,
        _AGREEMENTS,
        parameters=PAGING,
    ),
    Operation(
        "terminateProcessingAgreement",
        "POST",
        "/processing-agreements/{agreement_id}/termination",
        _terminate_agreement,
        _AGREEMENTS,
        "termination",
    ),
    Operation(
        "createConsent",
        "POST",
        "/consents",
        _create_consent,
        _CONSENTS,
        "consent-request",
        needs_key=True,
        answer=CREATED,
    ),
    Operation(
        "withdrawConsent",
        "POST",
        "/consents/{consent_reference}/withdrawal",
        _withdraw_consent,
        _CONSENTS,
        "consent-withdrawal",
    ),
    Operation(
        "recordCrossBorderBasis",
        "POST",
        "/cross-border-bases",
        _record_basis,
        _AGREEMENTS,
        "cross-border-basis-request",
        needs_key=True,
        answer=CREATED,
    ),
    Operation(
        "createPrivacyRequest",
        "POST",
        "/privacy-requests",
        _create_privacy_request,
        "privacy-requests:write",
        "privacy-request-submission",
        needs_key=True,
        answer=created("/privacy-requests/{request_id}"),
    ),
    Operation(
        "getPrivacyRequest",
        "GET",
        "/privacy-requests/{request_id}",
        _get_privacy_request,
        "privacy-requests:read",
    ),
    Operation(
        "requestBulkOperation",
        "POST",
        "/bulk-operations",
        _request_bulk,
        "bulk:request",
        "bulk-operation-request",
        needs_key=True,
        answer=created("/bulk-operations/{bulk_operation_id}"),
    ),
    Operation(
        "decideBulkOperation",
        "POST",
        f"{_BULK}/approval",
        _decide_bulk,
        "bulk:approve",
        "bulk-approval",
    ),
    Operation("getBulkOperation", "GET", _BULK, _get_bulk, "bulk:request|bulk:approve"),
    Operation("getBulkOperationResult", "GET", f"{_BULK}/result", _get_bulk_result, "bulk:request"),
    Operation(
        "listAuditRecords", "GET", "/audit-records", _list_audit, "audit:read", parameters=PAGING
    ),
    Operation(
        "getStatistics", "GET", "/statistics", _get_statistics, "statistics:read", parameters=_DAYS
    ),
    Operation(
        "listProtectionOfficerNotices",
        "GET",
        "/protection-officer-notices",
        _list_notices,
        parameters=PAGING,
    ),
)

GOVERNANCE = tuple(
    operation for operation in OPERATIONS if operation.operation_id not in _COURIER_ONLY
)
