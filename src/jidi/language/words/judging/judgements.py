"""Named judgements on the sharing of data: what each is for and what it takes."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Argument, Schema
from jidi.language.words.shapes import (
    DURATION,
    EXPRESSION,
    LIST,
    TEXT,
    given,
    integer,
    or_given,
    ruled,
)
from jidi.model.text import Text

_TEXTS_OR: Final = or_given({**LIST, "items": TEXT})
_EVENTS: Final = Argument("events", Text("List of events.", "事件列表。"), EXPRESSION, True)
_KEY: Final = Argument(
    "key",
    Text("Member that is the id; event_id when absent.", "作为标识的成员；缺省为 event_id。"),
    TEXT,
)


_PAIR: Final = (
    given("one", "One side.", "一方。"),
    given("other", "The other side.", "另一方。"),
)
_ITEM_PAIR: Final[Schema] = or_given(LIST)


def _side(name: str, en: str, zh: str) -> Argument:
    return Argument(name, Text(en, zh), _ITEM_PAIR, True)


RULES: Final = (
    ruled(
        "batch-digests",
        "DS-01.2",
        Text(
            "Each receipt in a batch carries the SHA-256 of the RFC 8785 form of its item.",
            "批次内每份回执载有对应项 RFC 8785 规范形式的 SHA-256。",
        ),
    ),
    ruled(
        "bundles-known",
        "DS-10.1",
        Text(
            "Each version that is listed names a bundle that was published under it.",
            "所列各版本均载明该版本已公布的模式包。",
        ),
        given("versions", "Entries of discovery.", "发现文档的条目。"),
        given("known", "Digests by version.", "各版本的摘要。"),
        versions='"$fetch.body#/versions"',
        known="$target.bundles",
    ),
    ruled(
        "deprecation-agrees",
        "DS-05.2",
        Text(
            "Deprecation and Sunset are sent exactly when discovery declares them, with the same "
            "dates.",
            "Deprecation 与 Sunset 头部当且仅当发现文档声明时发送，日期一致。",
        ),
    ),
    ruled(
        "events-counted",
        "DS-02.6",
        Text(
            "A shipment counts the events that it shows, and tells the last of them.",
            "快件的事件数与所示一致，且载明其末项。",
        ),
        given("count", "The count told.", "所载事件数。"),
        given("latest", "Id of the latest event told.", "所载最新事件的标识。"),
        _EVENTS,
        count='"$shipment.body#/event_count"',
        latest='"$shipment.body#/latest_event/event_id"',
        events="$read.items",
    ),
    ruled(
        "gaps-grow",
        "DS-02.5",
        Text(
            "Gaps between attempts of the first delivery: none shorter than half the declared "
            "first one, and of three or more the last by a tenth longer than the shortest before.",
            "首个投递各次尝试的间隔：均不短于声明首次间隔的一半，"
            "且三个以上时末次比此前最短者长一成。",
        ),
        Argument(
            "initial",
            Text("Declared first gap in seconds.", "声明的首次间隔（秒）。"),
            DURATION,
            True,
        ),
        Argument(
            "retries",
            Text("Least number of retries; 1 when absent.", "最少重试次数；缺省为 1。"),
            integer(1),
        ),
        initial="$discovery#/limits/push_retry/initial_backoff_s",
        retries="3",
    ),
    ruled(
        "in-sequence",
        "DS-01.6",
        Text(
            "First deliveries of each waybill's events come in the order of their sequence.",
            "各运单事件的首次投递按序号先后到达。",
        ),
        _EVENTS,
        events="$told.events",
    ),
    ruled(
        "limits-within-bounds",
        "DS-05.1",
        Text(
            "Every declared limit lies inside the bounds of the profile.",
            "声明的各项限额均在认证配置的允许范围内。",
        ),
        given("bounds", "Bounds of the profile.", "认证配置的范围。"),
        bounds="$target.bounds",
    ),
    ruled(
        "node-groups-complete",
        "DS-02.1",
        Text(
            "A finished shipment shows acceptance, sorting, transport and delivery; sorting may "
            "lack, with a warning.",
            "已完成的快件具有收寄、分拣、运输、投递四类节点；缺分拣仅警告。",
        ),
        _EVENTS,
        events="$read.items",
    ),
    ruled(
        "order-carried",
        "DS-01.1",
        Text(
            "A consignment carries its order member by member, and nothing else.",
            "寄递单逐项载明订单内容，别无其他。",
        ),
        given("order", "The order.", "订单。"),
        given("arrived", "The consignment that arrived.", "到达的寄递单。"),
        Argument("members", Text("Only these members.", "仅限所列成员。"), _TEXTS_OR),
        order="$order",
        arrived="$arrived.request.body",
    ),
    ruled(
        "pages-unique-and-complete",
        "DS-02.4",
        Text(
            "The pages together hold each wanted id once, no id twice, and in the order wanted.",
            "各页合计每个所需标识恰好一次、无重复，且次序一致。",
        ),
        Argument("wanted", Text("Ids in order.", "依序排列的标识。"), or_given(LIST)),
        _KEY,
        wanted="$ids",
    ),
    ruled(
        "passed-on",
        "DS-01.6",
        Text(
            "What arrives is the same JSON value as what was sent.",
            "到达的 JSON 值与所发相同。",
        ),
        given("sent", "What was sent.", "所发内容。"),
        given("arrived", "What arrived.", "到达内容。"),
        Argument(
            "may-add",
            Text("Members that may stand beside it.", "可另外载明的成员。"),
            {**LIST, "items": TEXT},
        ),
        sent="$parcel",
        arrived="$arrived.request.body",
    ),
    ruled(
        "push-pull-agree",
        "DS-02.6",
        Text(
            "What was pushed and what is pulled agree field by field, and nothing needed is "
            "missing from the pushes.",
            "推送与拉取的事件逐字段一致，且所需事件均已推送。",
        ),
        given("pushed", "Events pushed.", "推送的事件。"),
        given("pulled", "Events pulled.", "拉取的事件。"),
        given("waybill_no", "Waybill whose pushes are looked at.", "所查推送的运单号。"),
        given("needed", "Ids that must have been pushed.", "必须已推送的标识。"),
        pushed="$told.events",
        pulled="$read.items",
        waybill_no="$place.body#/waybill_no",
        needed='"$scans.results ~ $[*].event_id"',
    ),
    ruled(
        "recorded-as-scanned",
        "DS-02.1",
        Text(
            "Events show each scan once, in order, with its code, and nothing else after the "
            "first; what a courier records before is its own affair.",
            "事件依次示出各次扫描恰好一次且代码相符，首次扫描之后别无其他；此前由快递企业自行记录。",
        ),
        _EVENTS,
        given("scans", "Ids of the scans.", "各次扫描的标识。"),
        Argument("codes", Text("Their codes.", "其代码。"), _TEXTS_OR, True),
        events="$read.items",
        scans='"$scans.results ~ $[*].event_id"',
        codes="[ACCEPTED, HUB_DEPARTED]",
    ),
    ruled(
        "same-bytes",
        "DS-02.5",
        Text(
            "Every attempt of one delivery repeats id and bytes.",
            "同一投递的每次尝试标识与字节均相同。",
        ),
    ),
    ruled(
        "same-id-same-content",
        "DS-02.2",
        Text(
            "Two lists that share items tell each of them alike.",
            "两份列表对共有各项的内容相同。",
        ),
        *_PAIR,
        _KEY,
        one="$read.items",
        other="$later.items",
    ),
    ruled(
        "same-members",
        "DS-02.6",
        Text(
            "Two lists of like objects, or two objects, have the same members, whatever the "
            "values.",
            "两份同类对象列表（或两个对象）的成员相同，值可不同。",
        ),
        _side("one", "One side.", "一方。"),
        _side("other", "The other side.", "另一方。"),
        one="$first.items",
        other="$second.items",
    ),
    ruled(
        "same-refusal",
        "DS-08.3",
        Text(
            "A refusal about another's object says the very same as that about one that does not "
            "exist.",
            "对他人对象的拒绝与对不存在对象的拒绝完全相同。",
        ),
        given("one", "Answers of one side.", "一方的应答。"),
        given("other", "Answers of the other side.", "另一方的应答。"),
        Argument(
            "ids",
            Text(
                "What was asked for; repeating it is no difference.", "所查询的标识；复述不算差异。"
            ),
            LIST,
        ),
        one="$foreign.responses",
        other="$unknown.responses",
    ),
    ruled(
        "same-request",
        "DS-01.7",
        Text(
            "Every attempt has the same idempotency key and the same bytes.",
            "各次尝试的幂等键与字节均相同。",
        ),
    ),
    ruled(
        "versions-served",
        "DS-05.2",
        Text(
            "Each version that is listed answers at its address, as itself.",
            "所列各版本均在其地址以自身版本应答。",
        ),
        given("versions", "Entries of discovery.", "发现文档的条目。"),
        versions="$discovery#/versions",
    ),
)
