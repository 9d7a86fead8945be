"""What may stand beside a step: it is repeated, sent several times, read page by page."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Argument, Modifier, mapping
from jidi.language.words.shapes import (
    AFTER,
    AGAIN,
    CONDITION,
    DRIVE,
    DURATION,
    EXPRESSION,
    LIST,
    NAME,
    integer,
)
from jidi.model.text import Text

MODIFIERS: Final = (
    Modifier(
        name="eventually",
        text=Text(
            "The call is repeated until all conditions hold, or time is up.",
            "重复该请求，直至全部条件成立或时限届满。",
        ),
        example="""\
- id: seen
  call: {op: getShipment, as: platform-a, path: {waybill_no: $place.body#/waybill_no}}
  eventually: {within: 5, after: scans, until: [{value: "$seen.body#/state", equals: ACCEPTED}]}""",
        beside=("call",),
        arguments=(
            Argument("within", Text("Time allowed.", "时限。"), DURATION, True),
            Argument(
                "every",
                Text("Seconds between two attempts.", "两次尝试间隔的秒数。"),
                {"type": "number", "exclusiveMinimum": 0, "maximum": 60},
            ),
            Argument(
                "until",
                Text("What must hold.", "须成立的条件。"),
                {**LIST, "items": CONDITION},
                True,
            ),
            AFTER,
        ),
        leaves=("wait",),
    ),
    Modifier(
        name="at-once",
        text=Text(
            "The request is sent this many times at the same moment.",
            "同一时刻发送该请求的次数。",
        ),
        example="""\
- id: race
  call: {op: createConsignment, as: platform-a, headers: {Idempotency-Key: $key}, body: $parcel}
  at-once: 20""",
        beside=("call", "push"),
        value=integer(2, 200),
    ),
    Modifier(
        name="again",
        text=AGAIN,
        example="- id: repeat\n  call: {headers: {Idempotency-Key: $other}}\n  again: place",
        beside=("call",),
        value=NAME,
    ),
    Modifier(
        name="pages",
        text=Text("The call is repeated along next_cursor.", "沿 next_cursor 逐页重复该请求。"),
        example="""\
- id: read
  call: {op: listEvents, as: platform-a}
  pages: {limit: 2, at-most: 50}""",
        beside=("call",),
        arguments=(
            Argument(
                "limit",
                Text(
                    "Items a page; less where the candidate declares less.",
                    "每页条数；受测方声明更少时从其声明。",
                ),
                integer(1),
                True,
            ),
            Argument(
                "at-most",
                Text("Most pages; 50 when absent.", "最多页数；缺省 50。"),
                integer(1, 10000),
            ),
            Argument(
                "between",
                Text("Something happens while paging.", "翻页期间发生的动作。"),
                mapping(
                    Text("Something happens while paging.", "翻页期间发生的动作。"),
                    (
                        Argument(
                            "after-page",
                            Text(
                                "Page, from 0, after which it happens.",
                                "在第几页（自 0 起）之后发生。",
                            ),
                            integer(0),
                            True,
                        ),
                        Argument("drive", Text("What happens.", "所发生的动作。"), DRIVE, True),
                    ),
                ),
            ),
            Argument("cursor", Text("Where to begin reading.", "开始读取的位置。"), EXPRESSION),
        ),
        leaves=("pages",),
    ),
)
