"""Words of sweeps: rules that look at the whole of a run, and what each takes."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Argument, Rule
from jidi.language.words.shapes import (
    BOOLEAN,
    OPERATION,
    SLUG,
    SLUG_OR_MEMBER,
    TEXT,
    TEXTS,
    integer,
)
from jidi.model.text import Text

_HEADER: Final = Argument("header", Text("Name of the header.", "头部名称。"), TEXT, True)
_STATUSES: Final = Argument(
    "status",
    Text("Statuses that are meant.", "所指状态码。"),
    {"type": "array", "minItems": 1, "items": integer(100, 599)},
    True,
)
_ID: Final = Argument(
    "id", Text("Member that is the id.", "作为标识的成员。"), SLUG_OR_MEMBER, True
)
_OPERATION: Final = Argument(
    "operation", Text("Operation that makes it.", "创建它的操作。"), OPERATION, True
)


def _word(name: str, clause: str, text: Text, *arguments: Argument, example: str = "") -> Rule:
    shown = f"\nwith: {{{example}}}" if example else ""
    return Rule(
        name=name, clause=clause, text=text, arguments=arguments, example=f"rule: {name}{shown}"
    )


SWEEPS: Final = (
    _word(
        "accepted-event-listed",
        "DS-02.8",
        Text(
            "Each event that was accepted of a courier stands in every whole list of the "
            "operation to which it belongs, once the declared time has gone by.",
            "已接受的快递企业事件，在声明时限过后，见于该操作的每份应含该事件的完整列表。",
        ),
        _OPERATION,
        example="operation: listReceivedEvents",
    ),
    _word(
        "address-of-what-was-made",
        "DS-01.2",
        Text(
            "Location of each 201 leads to what was made: below the version's address, by the id "
            "of the answer.",
            "每个 201 应答的 Location 均指向所创建之物：位于版本地址之下，且以应答中的标识结尾。",
        ),
        _OPERATION,
        _ID,
        example="operation: createConsignment, id: consignment_id",
    ),
    _word(
        "answers-by-contract",
        "DS-10.1",
        Text(
            "Each success of the operations is valid under its schema with the named rules; a "
            "fault counts for the requirement that the schema names, and for one only.",
            "所列操作的每个成功应答均符合其模式及具名规则；每处差错仅计入模式所指明的一项要求。",
        ),
        Argument("operations", Text("Operations that are meant.", "所指操作。"), TEXTS, True),
        Argument("pushes", Text("Pushes, too.", "推送亦在其列。"), BOOLEAN),
        example="operations: [getShipment, queryShipments]",
    ),
    _word(
        "calls-by-contract",
        "DS-10.1",
        Text(
            "Each call to a courier that the kit plays is one of a published operation, with "
            "parameters, headers, media type and body as published.",
            "对测试工具所扮演快递企业的每次调用均为已公布的操作，其参数、头部、媒体类型与正文均符合公布的契约。",
        ),
    ),
    _word(
        "change-as-asked",
        "DS-01.6",
        Text(
            "Each amendment and cancellation that arrives at a courier has, member by member, what "
            "was asked for.",
            "到达快递企业的每次修改与取消，逐项与所请求的一致。",
        ),
    ),
    _word(
        "change-at-courier",
        "DS-01.8",
        Text(
            "Each change that was answered as done reached the courier with each of its members, "
            "and the courier did not refuse it.",
            "凡应答为已办理的变更，其每一项均已送达快递企业且未被其拒绝。",
        ),
    ),
    _word(
        "dated-within-run",
        "DS-01.2",
        Text(
            "Each of these times lies between the beginning of the run and the end of the answer "
            "that tells it, give or take the skew of clocks.",
            "所列时间均介于运行开始与载明该时间的应答结束之间，允许时钟偏差。",
        ),
        Argument("operations", Text("Operations that tell them.", "载明时间的操作。"), TEXTS, True),
        Argument(
            "members", Text("Members that are such times.", "作为此类时间的成员。"), TEXTS, True
        ),
        example="operations: [createConsignment], members: [received_at]",
    ),
    _word(
        "dead-token-dropped",
        "DS-01.7",
        Text(
            "A consignment that a courier refused for its token is not sent again with that token.",
            "因令牌被快递企业拒绝的寄递单，不以同一令牌再次发送。",
        ),
    ),
    _word(
        "event-as-it-came",
        "DS-01.6",
        Text(
            "Each event that is shown is the one that the courier told: every member, with its "
            "value, and no other.",
            "所示每个事件均为快递企业所告知者：成员与取值逐项相同，别无其他。",
        ),
    ),
    _word(
        "event-same-everywhere",
        "DS-02.2",
        Text(
            "One event id stands for one content on every channel, to every partner, at any time.",
            "同一事件标识在任何渠道、对任何合作方、于任何时刻均对应同一内容。",
        ),
        Argument(
            "of",
            Text(
                "values: of members that both tellings have; members: which there are.",
                "values：两处均有之成员的值；members：具有哪些成员。",
            ),
            {"enum": ["values", "members"]},
            True,
        ),
        example="of: values",
    ),
    _word(
        "header-with-status",
        "DS-08.2",
        Text(
            "Each answer of such a status below a version's address has the header, filled.",
            "版本地址下具有该状态码的每个应答均带非空的该头部。",
        ),
        _STATUSES,
        _HEADER,
        Argument("problem", Text("Only with this problem type.", "仅限此问题类型。"), SLUG),
        example="status: [401], header: WWW-Authenticate",
    ),
    _word(
        "identity-kept",
        "DS-01.2",
        Text(
            "What is told under one id keeps the members that never change, wherever it is told.",
            "同一标识下所述之物，其不变成员无论载于何处均保持不变。",
        ),
        _ID,
        Argument("members", Text("Members that never change.", "不变的成员。"), TEXTS, True),
        example="id: consignment_id, members: [waybill_no, created_at]",
    ),
    _word(
        "list-as-filtered",
        "DS-02.4",
        Text(
            "A list that was asked for by a filter holds only what the filter wants, and of that "
            "all that the same party was shown before.",
            "按筛选条件查询的列表仅含符合条件者，且含同一方此前已见的全部符合条件者。",
        ),
        Argument("operations", Text("Operations that list.", "列表操作。"), TEXTS, True),
        _ID,
        example="operations: [listEvents], id: event_id",
    ),
    _word(
        "listed-once",
        "DS-02.4",
        Text(
            "No page holds an id twice, or more items than were asked for.",
            "任何一页均不重复列出同一标识，亦不超过所请求的条数。",
        ),
        Argument("operations", Text("Operations that list.", "列表操作。"), TEXTS, True),
        _ID,
        example="operations: [listEvents], id: event_id",
    ),
    _word(
        "made-as-asked",
        "PI-08.1",
        Text(
            "What is made tells each member that was sent for it as it was sent, where it tells "
            "that member.",
            "所创建之物所载成员与创建请求中所发的一致。",
        ),
        Argument("operations", Text("Operations that make.", "创建操作。"), TEXTS, True),
        Argument("but", Text("Members that may be changed.", "可以改写的成员。"), TEXTS),
        example="operations: [createProcessingAgreement]",
    ),
    _word(
        "media-type-documented",
        "DS-05.1",
        Text(
            "Each answer of the class that the contract knows has a media type of the contract, "
            "and no other charset than UTF-8.",
            "契约所载的该类应答，其媒体类型均为契约所列，字符集仅为 UTF-8。",
        ),
        Argument(
            "class",
            Text("First digit of the statuses that are meant.", "所指状态码的首位。"),
            integer(2, 4),
            True,
        ),
        example="class: 2",
    ),
    _word(
        "no-clear-text-redirect",
        "DS-08.1",
        Text("No redirect from https to http.", "不从 https 跳转到 http。"),
    ),
    _word(
        "no-internals",
        "DS-08.4",
        Text("No answer shows the inside of the system.", "应答不暴露系统内部信息。"),
    ),
    _word(
        "no-server-error",
        "DS-08.4",
        Text("No answer of class 5xx other than 503.", "除 503 外无 5xx 应答。"),
    ),
    _word(
        "numbers-of-their-courier",
        "PI-13.1",
        Text(
            "Each number that an integrator gives on is one of the courier that it names, and "
            "comes to no other.",
            "集成服务商分发的运单号均由所载明的快递企业分配，且不用于其他企业。",
        ),
    ),
    _word(
        "object-asked-for",
        "DS-01.2",
        Text(
            "Every answer of success below the address of an object tells the id that was asked "
            "for, where it tells one.",
            "对象地址下的每个成功应答，所载标识（如有）即所查询的标识。",
        ),
        _ID,
        example="id: consignment_id",
    ),
    _word(
        "consignment-kept",
        "DS-01.2",
        Text(
            "Each consignment that was taken is told with every value that was sent, also beside "
            "members that were changed later.",
            "每份已受理的寄递单均以所发的每一个值示出，其他成员更改之后亦然。",
        ),
        Argument(
            "amended",
            Text(
                "Those that somebody asked to amend, or the others.",
                "曾被请求更改的寄递单，或其余寄递单。",
            ),
            BOOLEAN,
            True,
        ),
        example="amended: false",
    ),
    _word(
        "one-key-an-order",
        "DS-01.7",
        Text(
            "An order that was placed once arrives at couriers under one key.",
            "仅下过一次的订单以同一幂等键到达快递企业。",
        ),
    ),
    _word(
        "order-as-placed",
        "DS-01.1",
        Text(
            "What arrives at a courier is, member by member, the order that was placed, or the "
            "consignment that was given.",
            "到达快递企业的内容与所下订单或所交寄递单逐项相同。",
        ),
    ),
    _word(
        "outgoing-kept",
        "DS-01.1",
        Text(
            "After a change that was answered as done, what is shown of an outgoing consignment is "
            "what was asked for, and all else is as it arrived at the courier.",
            "变更应答为已办理之后，所示待发寄递单为所请求的内容，其余与到达快递企业的内容相同。",
        ),
    ),
    _word(
        "outgoing-as-sent",
        "DS-01.1",
        Text(
            "What is shown of an outgoing consignment is what arrived at the courier under its "
            "key.",
            "所示待发寄递单与以其幂等键到达快递企业的内容相同。",
        ),
    ),
    _word(
        "pushes-dated",
        "DS-02.5",
        Text(
            "Each push tells the time of its attempt: close to its arrival, and not that of an "
            "earlier attempt.",
            "每次推送均载明该次尝试的时间：与到达时间相近，且非先前尝试的时间。",
        ),
    ),
    _word(
        "refusals-by-contract",
        "DS-01.3",
        Text(
            "Each refusal that the contract has, but for 429, is a valid problem whose published "
            "type goes with the status.",
            "契约所载的每个拒绝应答（429 除外）均为有效的问题报文，其公布的类型与状态码相符。",
        ),
    ),
    _word(
        "sequence-once",
        "DS-02.2",
        Text(
            "A number of the sequence of one accepted waybill belongs to one event.",
            "已收寄运单的一个序号仅属于一个事件。",
        ),
    ),
    _word(
        "statuses-by-contract",
        "DS-10.1",
        Text(
            "Each answer has a status of the contract; 200, 201, 202 and 207 stand for each "
            "other, and what HTTP itself says is nobody's fault.",
            "每个应答的状态码均为契约所列；200、201、202、207 可互相替代，HTTP 自身的状态码不计。",
        ),
    ),
    _word(
        "version-named",
        "DS-05.2",
        Text(
            "Each answer that the contract knows names, in Standard-Version, the version below "
            "whose address it was asked.",
            "契约所载的每个应答均在 Standard-Version 中载明所请求地址的版本。",
        ),
    ),
)
"""Every rule of a sweep."""
