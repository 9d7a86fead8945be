"""Negative cases that no fault can stand for, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jidi.model.roles import Role

EXEMPT: Final[Mapping[str, str]] = {
    "PI-11.2/unpublished-calendar-assumed": (
        "the calendar is the kit's own, so no partner can "
        "show it; "
        "tests/unit/judge/test_{calendar,privacy_rules}.py do"
    ),
    "DS-10.1/calls-of-ones-own": (
        "a courier calls nobody by the contract; what it pushes is "
        "held to it by the sweep contract-of-subscriptions"
    ),
}
"""``requirement/case`` to the reason; a case that has a killer must not be here."""

EXEMPT_OF: Final[Mapping[Role, Mapping[str, str]]] = {
    "courier": EXEMPT,
    "platform": {
        "DS-08.3/foreign-cancel": (
            "a courier has no means to cancel anything at a platform, so "
            "nothing of another courier can be cancelled"
        ),
        "DS-01.7/keys-confused": "a platform gives keys and takes none",
        "DS-01.7/answered-otherwise": "a platform sends again what a courier answers",
        "DS-01.1/masked-with-dead-token": (
            "the couriers that the kit plays take recipients in "
            "clear only, so no token reaches one of them"
        ),
        "PI-05.1/label-reads-clear-data": (
            "a platform prints no labels and has no scope for them; "
            "getLabel is an operation of couriers and integrators"
        ),
        "PI-09.3/readable-on-label": (
            "a platform prints no labels, so nobody's data can stand on "
            "one; getLabel is an operation of couriers and integrators"
        ),
        "PI-11.2/unpublished-calendar-assumed": (
            "the calendar is the kit's own; "
            "tests/unit/judge/test_{calendar,privacy_rules}.py "
            "show it"
        ),
    },
    "integrator": {
        "PI-11.2/unpublished-calendar-assumed": EXEMPT["PI-11.2/unpublished-calendar-assumed"],
    },
}
"""The same for each role whose negative cases must have a killer."""

UNPROVEN: Final[frozenset[str]] = frozenset(
    {
        "amendment-before-acceptance/amend-contents/amended",
        "amendment-before-acceptance/amend-remark/amended",
        "amendment-before-acceptance/amend-two/amended",
        "amendment-before-acceptance/list-again/every-amendment-listed",
        "amendment-before-acceptance/reread/nothing-else-changed",
        "batch-full/batch/all-accepted",
        "isolation-when-over/cancel-dropped/refused",
        "isolation-when-over/cancel-dropped/words-like-unknown",
        "isolation-when-over/events-dropped/refused",
        "isolation-when-over/events-dropped/words-like-unknown",
        "isolation-when-over/list-dropped/filter-empty",
        "isolation-when-over/read-delivered/words-like-unknown",
        "isolation-when-over/read-dropped/words-like-unknown",
        "isolation-when-over/shipment-delivered/refused",
        "isolation-when-over/shipment-delivered/words-like-unknown",
        "isolation-when-over/shipment-dropped/refused",
        "isolation-when-over/shipment-dropped/words-like-unknown",
        "agreement-in-force/stranger-ends-it/stranger-refused",
        "amendment-after-acceptance/amend/amend-problem",
        "amendment-before-acceptance/amend/amended",
        "amendment-before-acceptance/amend/answered-with-record",
        "audit-covers-reads/stranger/own-records-only",
        "bulk-approved/foreign-selection/foreign-parcels-refused",
        "bulk-approved/stranger/stranger-refused",
        "cancellation-before-acceptance/cancel/answered-with-record",
        "cancellation-before-acceptance/cancel/cancelled",
        "cancellation-before-acceptance/cancel/state",
        "consent-in-force/foreign-waybill/foreign-parcel-refused",
        "consent-withdrawn/stranger/stranger-refused",
        "consignment-accepted/list/listed",
        "consignment-accepted/place/accepted",
        "consignment-accepted/place/receipt",
        "consignment-accepted/read/readable",
        "consignment-accepted/read/waybill",
        "consignment-batch/batch/answered",
        "consignment-batch/batch/fault-named",
        "consignment-batch/batch/valid",
        "consignment-invalid-not-stored/mended/mended-accepted",
        "consignment-malformed/place/refused",
        "consignment-media-type/as-text/problem",
        "consignment-media-type/as-text/refused",
        "consignment-media-type/list/nothing-stored",
        "consignment-second-partner/place/accepted",
        "consignment-second-partner/place/receipt",
        "consignment-second-partner/read/readable",
        "credential-dead-everywhere/query/problem",
        "credential-dead-everywhere/subscriptions/problem",
        "credential-dead/feed/problem",
        "credential-dead/read/problem",
        "credential-dead/write/problem",
        "credential-required/forged/problem",
        "credential-required/none/problem",
        "excess-collection/place/pointed-out",
        "excess-in-amendment/amend/pointed-out",
        "feed-refusals/feed/problem",
        "feed-resume/end/ends-with-null",
        "feed-whole/departed/both-there",
        "feed-whole/departed/no-repeats",
        "foreign-consignment/foreign/refused",
        "foreign-subscription/foreign/refused",
        "foreign-waybill/foreign/refused",
        "hostile-input/attack/problem",
        "idempotency-remembered/late/accepted-again",
        "idempotency-replay/changed-body/problem",
        "idempotency-replay/no-key/key-problem",
        "idempotency-replay/other-body/problem",
        "idempotency-replay/replay/accepted-again",
        "idempotency-replay/stranger-same-key/key-belongs-to-caller",
        "idempotency-twins/twins/first-result-or-conflict",
        "idempotency-twins/twins/somebody-won",
        "label-exemption/foreign/stranger-refused",
        "label-representation/stranger/stranger-refused",
        "number-foreign/read/read-refused",
        "number-foreign/return/return-refused",
        "number-foreign/unknown/told-the-same",
        "oversize/large/problem",
        "partner-isolation/amend/amend-words-like-unknown",
        "partner-isolation/events/events-refused",
        "partner-isolation/feed/feed-empty-or-refused",
        "partner-isolation/shipment/shipment-like-unknown",
        "partner-isolation/shipment/shipment-refused",
        "partners-alike/events-two/both-served",
        "purpose-consignment/stranger/told-the-same",
        "purpose-consignment/stranger/told-the-same-type",
        "push-replay/replay/accepted",
        "push-replay/replay/valid",
        "push-signed/all/valid-envelope",
        "push-signed/subscribe/subscribed",
        "push-signed/subscribe/valid",
        "receipt-over-raw-bytes/place/accepted",
        "request-answered/stranger/nothing-shown",
        "request-answered/stranger/stranger-refused",
        "scope-kept/feed/problem",
        "scope-kept/list/problem",
        "scope-kept/place/problem",
        "shipment-query/query/answered",
        "shipment-query/query/in-order",
        "shipment-query/shipment/same-as-single",
        "tls/probe/encrypted",
        "trajectory-customs/pull/available-in-time",
        "trajectory-customs/pull/legal-course",
        "trajectory-customs/pull/reason-as-scanned",
        "trajectory-customs/pull/recorded-codes",
        "trajectory-customs/pull/sequence",
        "trajectory-customs/shipment/final-state",
        "trajectory-delivered/shipment/final-state",
        "trajectory-delivered/shipment/served",
        "trajectory-pickup-point/pull/available-in-time",
        "trajectory-pickup-point/pull/consent-as-scanned",
        "trajectory-pickup-point/pull/recorded-codes",
        "trajectory-pickup-point/pull/sequence",
        "trajectory-pickup-point/pull/valid",
        "trajectory-pickup-point/shipment/final-state",
        "trajectory-returned/pull/available-in-time",
        "trajectory-returned/pull/legal-course",
        "trajectory-returned/pull/on-its-way-back",
        "trajectory-returned/pull/recorded-codes",
        "trajectory-returned/pull/sequence",
        "trajectory-returned/pull/valid",
        "trajectory-returned/shipment/final-state",
        "version-negotiation/declared/works",
    }
)
"""Checks (without their case) that no broken partner has made fail yet. To be made smaller, never
larger: a new check comes with its killer.
"""
