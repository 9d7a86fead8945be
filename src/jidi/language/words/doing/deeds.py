"""Named actions of ``do``, kinds of made-up values, and the parties in whose name the kit sends."""

from __future__ import annotations

from typing import Final

from jidi.language.words.doing.looks import OBSERVED_BY
from jidi.language.words.forms import Action, Argument, Generator, Party
from jidi.language.words.shapes import (
    DURATION,
    EXPRESSION,
    LIST,
    NAME,
    NUMBER,
    TEXT,
    TRUE,
    integer,
    or_given,
)
from jidi.model.text import Text

_NUMBER_OR: Final = or_given({"type": "number", "minimum": 0})
_PARTY: Final = Argument("party", Text("Party that sends.", "发送方。"), TEXT)


ACTIONS: Final = (
    Action(
        name="ask-for-token",
        text=Text(
            "Ask the token endpoint for a token, rightly or with a secret that is nearly right "
            "(DS-08.2).",
            "以正确或近似的密钥向令牌端点申请令牌（DS-08.2）。",
        ),
        example="""\
- id: ask
  do:
    name: ask-for-token
    with:
      client_id: "$partner.result#/client_id"
      client_secret: "$partner.result#/client_secret"
      misspelt: cased""",
        arguments=(
            Argument("client_id", Text("Whose token.", "客户端标识。"), EXPRESSION, True),
            Argument("client_secret", Text("Its secret.", "其密钥。"), EXPRESSION, True),
            Argument(
                "misspelt",
                Text(
                    "How the secret is written: longer, shorter, or in the other case of letters.",
                    "密钥的写法：末尾多出、缺少若干字符，或字母大小写互换。",
                ),
                {"enum": ["longer", "shorter", "cased"]},
            ),
        ),
        observes=OBSERVED_BY["ask-for-token"],
    ),
    Action(
        name="batches",
        text=Text(
            "Send consignments in as few batches as discovery allows.",
            "以发现文档所允许的最少批次发送寄递单。",
        ),
        example="""\
- id: place
  do:
    name: batches
    with: {party: platform-a, consignments: [$one], most: $discovery#/limits/max_batch_items}""",
        arguments=(
            _PARTY,
            Argument("credential", Text("A token instead.", "改用的令牌。"), EXPRESSION),
            Argument("consignments", Text("What is sent.", "所发寄递单。"), or_given(LIST), True),
            Argument("most", Text("Most in one batch.", "每批上限。"), _NUMBER_OR, True),
        ),
        observes=OBSERVED_BY["batches"],
    ),
    Action(
        name="decode-label",
        text=Text(
            "Ask for a label as an image and read what is printed on it (PI-13.2).",
            "获取面单图像并读出印刷内容（PI-13.2）。",
        ),
        example="""\
- id: print
  do: {name: decode-label, with: {consignment_id: "$place.body#/id", as: platform-a}}""",
        arguments=(
            Argument("consignment_id", Text("Whose label.", "寄递单标识。"), EXPRESSION, True),
            Argument("format", Text("png (when absent) or pdf.", "png（缺省）或 pdf。"), TEXT),
            Argument("as", Text("Party that asks.", "请求方。"), TEXT),
            Argument(
                "party",
                Text("The same, for what the target file must hold.", "同上，供核对目标文件。"),
                TEXT,
            ),
            Argument("credential", Text("A token instead.", "改用的令牌。"), EXPRESSION),
            Argument("exemption_id", Text("An exemption.", "豁免标识。"), EXPRESSION),
            Argument(
                "purpose",
                Text("Processing-Purpose; DELIVERY when absent.", "处理目的；缺省 DELIVERY。"),
                TEXT,
            ),
        ),
        observes=OBSERVED_BY["decode-label"],
    ),
    Action(
        name="events-of",
        text=Text(
            "One event for each of several waybills, with the other members alike.",
            "为多个运单各生成一个事件，其余成员相同。",
        ),
        example="""\
- id: accepted
  do: {name: events-of, with: {waybill_nos: $place.waybill_nos, event_code: ACCEPTED}}""",
        arguments=(
            Argument("waybill_nos", Text("The waybills.", "运单号。"), or_given(LIST), True),
            Argument("event_code", Text("Code of each.", "各事件代码。"), TEXT, True),
            Argument("sequence", Text("1 when absent.", "缺省 1。"), integer(1)),
            Argument("facility", Text("Where it was.", "所在设施。"), {"type": "object"}),
        ),
        observes=OBSERVED_BY["events-of"],
        exchanges=False,
    ),
    Action(
        name="flood",
        text=Text(
            "Send reads as fast as possible until the first 429, or until clearly more than the "
            "declared rate went unchecked (DS-08.5).",
            "以最快速度发送读取请求，直至首个 429，或明显超过声明速率而未受限（DS-08.5）。",
        ),
        example="""\
- id: flood
  do:
    name: flood
    with:
      partner: $partner.result
      per_second: $discovery#/limits/rate/per_second
      burst: $discovery#/limits/rate/burst
  expect: {value: $flood.settled, equals: true}""",
        arguments=(
            Argument(
                "partner",
                Text("What provisioning gave for it.", "建立合作方时所得结果。"),
                EXPRESSION,
            ),
            _PARTY,
            Argument("per_second", Text("Declared rate.", "声明的速率。"), _NUMBER_OR, True),
            Argument("burst", Text("Declared burst.", "声明的突发量。"), _NUMBER_OR, True),
        ),
        observes=OBSERVED_BY["flood"],
    ),
    Action(
        name="numbers-of-courier",
        text=Text(
            "The waybill numbers that a played courier allocated to the candidate (PI-13.1).",
            "所扮演的快递企业分配给受测方的运单号（PI-13.1）。",
        ),
        example="- id: east-numbers\n  do: {name: numbers-of-courier, with: {courier: east}}",
        arguments=(Argument("courier", Text("The courier.", "快递企业。"), NAME, True),),
        observes=OBSERVED_BY["numbers-of-courier"],
        exchanges=False,
    ),
    Action(
        name="oversize",
        text=Text(
            "POST a consignment whose body is longer than the declared maximum (DS-08.5).",
            "提交正文超过声明上限的寄递单（DS-08.5）。",
        ),
        example="""\
- id: big
  do: {name: oversize, with: {party: platform-a, bytes: $discovery#/limits/max_body_bytes}}""",
        arguments=(
            Argument("party", _PARTY.text, TEXT, True),
            Argument("bytes", Text("Declared maximum.", "声明的上限。"), _NUMBER_OR, True),
            Argument(
                "over", Text("Bytes above it; 1 when absent.", "超出的字节数；缺省 1。"), integer(0)
            ),
        ),
        observes=OBSERVED_BY["oversize"],
    ),
    Action(
        name="pause-as-asked",
        text=Text(
            "Wait as long as a Retry-After asked, at most ten seconds.",
            "按 Retry-After 的要求等待，至多十秒。",
        ),
        example="""\
- id: pause
  do: {name: pause-as-asked, with: {seconds: $flood.headers#/retry-after}}""",
        arguments=(
            Argument(
                "seconds", Text("Retry-After as it came.", "收到的 Retry-After。"), DURATION, True
            ),
        ),
        observes=OBSERVED_BY["pause-as-asked"],
        exchanges=False,
    ),
    Action(
        name="probe-tls",
        text=Text(
            "Shake hands with the address of the version under test, as a careful client and as "
            "an old one (DS-08.1).",
            "分别以严格客户端与旧式客户端同受测版本的地址握手（DS-08.1）。",
        ),
        example="- id: tls\n  do: {name: probe-tls}",
        observes=OBSERVED_BY["probe-tls"],
        exchanges=False,
    ),
    Action(
        name="probe-versions",
        text=Text(
            "Ask each version that discovery lists how it stands (DS-05.2).",
            "向发现文档所列各版本查询其状态（DS-05.2）。",
        ),
        example="""\
- id: listed
  do: {name: probe-versions, with: {versions: $discovery#/versions, party: partner-a}}""",
        arguments=(
            Argument(
                "versions", Text("Entries of discovery.", "发现文档的条目。"), EXPRESSION, True
            ),
            _PARTY,
        ),
        observes=OBSERVED_BY["probe-versions"],
    ),
)


def _generator(
    name: str,
    en: str,
    zh: str,
    *arguments: Argument,
    shown: str = "",
    open: bool = False,  # noqa: A002
) -> Generator:
    value = f"{{kind: {name}, {shown}}}" if shown else name
    return Generator(
        name=name,
        text=Text(en, zh),
        example=f"generate: {{made: {value}}}",
        arguments=arguments,
        open=open,
    )


_ORDER_NO: Final = Argument("order_no", Text("Its order number.", "订单号。"), or_given(TEXT))
_WITH: Final = Argument(
    "with", Text("Members to put in whole.", "整体置入的成员。"), or_given({"type": "object"})
)
_COUNT: Final = Argument("count", Text("How many.", "数量。"), _NUMBER_OR, True)
GENERATORS: Final = (
    _generator(
        "consignment",
        "A valid consignment.",
        "有效的寄递单。",
        _ORDER_NO,
        _WITH,
        shown="order_no: $order",
    ),
    _generator(
        "consignments",
        "As many valid consignments as asked for, 100 at most.",
        "所需数量的有效寄递单，至多 100 份。",
        _COUNT,
        _ORDER_NO,
        _WITH,
        shown="count: 3",
    ),
    _generator(
        "idempotency-key",
        "A fresh idempotency key.",
        "新的幂等键。",
        Argument("longest", Text("Of 128 characters.", "长 128 个字符。"), TRUE),
        Argument(
            "twin_of",
            Text("Only its last character differs from this key.", "仅末位字符与此键不同。"),
            EXPRESSION,
        ),
        Argument(
            "case_of",
            Text("Only in the case of letters unlike this key.", "仅字母大小写与此键不同。"),
            EXPRESSION,
        ),
        shown="longest: true",
    ),
    _generator("mobile", "A mobile number that nobody has.", "无人使用的手机号。"),
    _generator("name", "A name of three Han characters.", "三字汉语姓名。"),
    _generator(
        "order",
        "An order as customer and shop gave it.",
        "客户与店铺给出的订单。",
        _ORDER_NO,
        _WITH,
        shown="order_no: $number",
    ),
    _generator(
        "order-no",
        "An order number.",
        "订单号。",
        Argument(
            "beginning_of",
            Text("This one without its end.", "去掉末尾的此订单号。"),
            EXPRESSION,
        ),
        shown="beginning_of: $order",
    ),
    _generator(
        "orders",
        "As many orders as asked for, 100 at most.",
        "所需数量的订单，至多 100 份。",
        _COUNT,
        _WITH,
        shown="count: 3",
    ),
    _generator(
        "party",
        "Name, phone and address of a person who does not exist.",
        "不存在之人的姓名、电话与地址。",
    ),
    _generator(
        "shipment-event",
        "A valid event with a fresh id; any other member of an event may be given.",
        "标识全新的有效事件；可另给出事件的任何成员。",
        Argument("waybill_no", Text("Its waybill.", "运单号。"), or_given(TEXT)),
        Argument("event_code", Text("ACCEPTED when absent.", "缺省 ACCEPTED。"), or_given(TEXT)),
        Argument("sequence", Text("1 when absent.", "缺省 1。"), or_given(integer(0))),
        shown="event_code: DELIVERED, sequence: 4",
        open=True,
    ),
    _generator("text", "A harmless remark that occurs nowhere else.", "别处不会出现的无害备注。"),
    _generator(
        "time",
        "An RFC 3339 time, in Beijing time unless another offset is given.",
        "RFC 3339 时间（缺省为北京时间）。",
        Argument(
            "offset_s",
            Text("Seconds from now; may be negative.", "距现在的秒数，可为负。"),
            or_given(NUMBER),
        ),
        Argument(
            "utc_offset_h",
            Text("Hours of its offset; 8 when absent.", "其时区偏移的小时数；缺省 8。"),
            integer(-12, 14),
        ),
        shown="offset_s: -60",
    ),
    _generator("uuid", "A UUID of version 4.", "第 4 版 UUID。"),
    _generator(
        "waybill-no",
        "A well-formed waybill number that nobody was given.",
        "格式正确而未分配给任何人的运单号。",
    ),
    _generator("webhook-secret", "A Standard Webhooks secret.", "Standard Webhooks 密钥。"),
)


def _party(name: str, en: str, zh: str) -> Party:
    return Party(
        name=name,
        text=Text(en, zh),
        example=f"- id: read\n  call: {{op: getDiscovery, as: {name}}}",
    )


PARTIES: Final = (
    _party("platform-a", "A platform.", "一家平台。"),
    _party(
        "platform-b", "Another platform, a stranger to the first.", "另一家平台，前者的无关方。"
    ),
    _party("integrator", "An integrator.", "一家集成服务商。"),
    _party("supervisor", "The supervisory authority.", "监管部门。"),
    _party("third-party", "Somebody outside of the contract.", "合同之外的第三方。"),
    _party("uncommitted", "A partner without a processing agreement.", "未订立处理协议的合作方。"),
    _party("tracker", "Holds events:read alone.", "仅有 events:read。"),
    _party("label-printer", "Holds labels:read alone.", "仅有 labels:read。"),
    _party("resolver", "Holds tokens:resolve alone.", "仅有 tokens:resolve。"),
    _party("auditor", "Holds audit:read.", "持有 audit:read。"),
    _party("bulk-requester", "Asks for bulk operations.", "申请批量操作者。"),
    _party("bulk-approver", "Approves bulk operations.", "审批批量操作者。"),
    _party(
        "partner-a",
        "The first partner, whatever the candidate's role.",
        "第一合作方，不论受测方角色。",
    ),
    _party(
        "partner-b",
        "The second partner, whatever the candidate's role.",
        "第二合作方，不论受测方角色。",
    ),
    _party("none", "Nobody: no credential is sent.", "无：不带凭据。"),
)
