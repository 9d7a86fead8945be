"""Named judgements on personal information: what each is for and what it takes."""

from __future__ import annotations

from typing import Any, Final

from jidi.language.words.forms import Argument
from jidi.language.words.shapes import EXPRESSION, LIST, TEXT, given, ruled
from jidi.model.text import Text

_LABEL: Final = Argument("label", Text("The label as JSON.", "JSON 面单。"), EXPRESSION, True)
_CLEAR: Final = Argument(
    "clear", Text("The consignment as it was sent.", "所发的寄递单原文。"), EXPRESSION, True
)
_RECORDS: Final = Argument(
    "records",
    Text("The audit feed, read from its beginning.", "自起点读取的审计记录。"),
    EXPRESSION,
    True,
)
_NOW: Final = Argument(
    "now", Text("The moment of judging (RFC 3339).", "判定时刻（RFC 3339）。"), EXPRESSION
)
_READS: Final[dict[str, Any]] = {
    **LIST,
    "items": {
        "type": "object",
        "required": ["matter"],
        "properties": dict.fromkeys(("matter", "object", "operator", "purpose", "outcome"), TEXT),
        "unevaluatedProperties": False,
    },
}

PERSONAL_RULES: Final = (
    ruled(
        "audit-chain-intact",
        "PI-15.2",
        Text(
            "The feed is one unbroken chain of hashes and still holds what an earlier reading "
            "held.",
            "审计记录构成完整的哈希链，且仍含先前读到的全部记录。",
        ),
        _RECORDS,
        Argument("before", Text("An earlier reading.", "先前读到的记录。"), EXPRESSION),
        records="$feed.items",
    ),
    ruled(
        "audit-covers",
        "PI-14.1",
        Text(
            "Each read that the kit made has a record of its own, with operator, time, place and "
            "matter.",
            "测试工具的每次读取各有一条记录，载明操作人、时间、地点、事项。",
        ),
        _RECORDS,
        Argument(
            "reads",
            Text(
                "Reads: matter, and object, operator, purpose, outcome (GRANTED when absent).",
                "读取：matter，以及 object、operator、purpose、outcome（缺省 GRANTED）。",
            ),
            _READS,
            True,
        ),
        records="$feed.items",
        reads='[{matter: READ_LABEL, object: "$place.body#/waybill_no"}]',
    ),
    ruled(
        "label-deidentified",
        "PI-13.2",
        Text(
            "The label hides name, telephone (or shows a living virtual number), unit and room.",
            "面单隐去姓名、电话（或载明有效虚拟号码）、单元与户室。",
        ),
        _LABEL,
        _CLEAR,
        _NOW,
        label="$label.body",
        clear="$parcel",
    ),
    ruled(
        "label-image-agrees",
        "PI-13.2",
        Text(
            "The printed label carries the JSON label's barcode and QR code and nothing else.",
            "印刷面单载有 JSON 面单的条码与二维码，别无其他。",
        ),
        _LABEL,
        given("barcodes", "Barcodes as decoded.", "解码所得条码。"),
        given("qr_codes", "QR codes as decoded.", "解码所得二维码。"),
        label="$label.body",
        barcodes="$print.barcodes",
        qr_codes="$print.qr_codes",
    ),
    ruled(
        "label-payloads-clean",
        "PI-13.2",
        Text(
            "No clear value of the consignment anywhere on the label or in what was decoded.",
            "面单任何位置及解码内容均不含寄递单明文。",
        ),
        _LABEL,
        _CLEAR,
        Argument("payloads", Text("Texts that a decoder read.", "解码器读出的文本。"), EXPRESSION),
        label="$label.body",
        clear="$parcel",
    ),
    ruled(
        "notice-as-entered",
        "PI-11.2",
        Text(
            "A notice tells the moment of the change, in whatever offset.",
            "公告载明变更时刻，时区偏移不限。",
        ),
        given("notices", "List of notices.", "变更公告列表。"),
        given("notice_id", "Which notice.", "公告标识。"),
        Argument("changed_at", Text("The moment (RFC 3339).", "时刻（RFC 3339）。"), TEXT, True),
        notices="$notices.items",
        notice_id='"$change.result#/notice_id"',
        changed_at='"2025-09-28T09:00:00+08:00"',
    ),
    ruled(
        "officer-notice-in-time",
        "PI-11.2",
        Text(
            "Each notice was filed and announced within 7 working days, and with CAC within 30.",
            "每次变更均在 7 个工作日内报备并公告，30 个工作日内向网信部门报送。",
        ),
        given("notices", "List of notices.", "变更公告列表。"),
        _NOW,
        Argument(
            "clocks",
            Text(
                "Only these of POSTAL, ANNOUNCEMENT, CAC.",
                "仅限 POSTAL、ANNOUNCEMENT、CAC 中所列。",
            ),
            {**LIST, "items": {"enum": ["POSTAL", "ANNOUNCEMENT", "CAC"]}},
        ),
        notices="$notices.items",
    ),
)
