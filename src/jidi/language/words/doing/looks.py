"""What an expression may ask for after a dot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jidi.language.words.forms import Argument, Member
from jidi.model.text import Text

OPEN: Final = frozenset({"case", "variable"})
"""Roots whose members are those of the data that the author wrote."""


def _of(thing: str, example: str, *members: tuple[str, str, str]) -> tuple[Member, ...]:
    return tuple(
        Member(name=name, text=Text(en, zh), of=thing, example=example.format(name))
        for name, en, zh in members
    )


def _observed(name: str, en: str, zh: str) -> Argument:
    return Argument(name, Text(en, zh))


MEMBERS: Final = (
    *_of(
        "exchange",
        "$place.{}",
        (
            "body",
            "JSON body of the answer, the last where there are several.",
            "应答的 JSON 正文；有多个时取最后一个。",
        ),
        ("text", "The same as text.", "应答正文的文本。"),
        ("digest", "sha-256: and hex over its bytes.", "正文字节的 sha-256: 十六进制值。"),
        ("size", "Its length in bytes.", "正文字节数。"),
        ("headers", "Headers by lower-case name.", "按小写名称取头部。"),
        ("status", "Status of the answer.", "应答状态码。"),
        (
            "elapsed",
            "Seconds from the first byte sent to the last received.",
            "自发出首字节至收到末字节的秒数。",
        ),
        ("url", "Where the request went.", "请求的网址。"),
        (
            "request",
            "The request: body, text, digest, size, headers.",
            "请求：body、text、digest、size、headers。",
        ),
        ("responses", "Every answer: status, headers, body.", "全部应答：status、headers、body。"),
    ),
    *_of(
        "request",
        "$place.request.{}",
        ("body", "JSON body of the request.", "请求的 JSON 正文。"),
        ("text", "The same as text.", "请求正文的文本。"),
        ("digest", "sha-256: and hex over its bytes.", "正文字节的 sha-256: 十六进制值。"),
        ("size", "Its length in bytes.", "正文字节数。"),
        ("headers", "Headers by lower-case name.", "按小写名称取头部。"),
    ),
    *_of(
        "pages",
        "$read.{}",
        ("pages", "Bodies of all pages.", "全部页的正文。"),
        ("items", "Items of all pages.", "全部页的条目。"),
        ("pages-read", "Number of pages read.", "已读页数。"),
    ),
    *_of(
        "arrivals",
        "$told.{}",
        (
            "messages",
            "Messages in the order of arrival: headers, body, at, reply.",
            "按到达次序排列的消息：headers、body、at、reply。",
        ),
        ("events", "Events of all messages.", "全部消息中的事件。"),
        ("gaps", "Seconds between attempts of the first delivery.", "首个投递各次尝试间隔的秒数。"),
        (
            "lag",
            "Seconds until the first message came to a played courier.",
            "首条消息到达所扮演快递企业所用秒数。",
        ),
        ("listened", "Seconds of listening.", "监听秒数。"),
    ),
    *_of(
        "wait",
        "$seen.{}",
        ("within", "Seconds allowed.", "时限秒数。"),
        ("wanted", "Number awaited.", "所等待的数目。"),
        ("listened", "Seconds of listening.", "监听秒数。"),
    ),
    *_of(
        "results",
        "$scan.{}",
        ("result", "What the last action gave.", "最后一次动作的结果。"),
        ("results", "What each action of a sequence gave.", "序列中各次动作的结果。"),
        ("refused", "Why the candidate refused, where it may.", "允许拒绝时受测方拒绝的原因。"),
    ),
    *_of("receiver", "$hook.{}", ("url", "Its address.", "接收端网址。")),
    *_of(
        "courier",
        "$east.{}",
        ("code", "Its code.", "企业代码。"),
        ("url", "Base URL of its API.", "其接口的基址。"),
        (
            "client_id",
            "The candidate's client id there (east and west).",
            "受测方在该企业的客户端标识（east 与 west）。",
        ),
        (
            "connection",
            "Parameters with which it is connected (others).",
            "用于连接的参数（其他企业）。",
        ),
    ),
    *_of(
        "target",
        "$target.{}",
        ("role", "Role of the candidate.", "受测方角色。"),
        ("bounds", "Bounds of limits in the profile.", "认证配置对限额的允许范围。"),
        ("schema_bundle_digest", "Digest of the schema bundle.", "模式包的摘要。"),
        ("bundles", "Digests of published bundles by version.", "各版本已公布模式包的摘要。"),
    ),
)
OBSERVED_BY: Final[Mapping[str, tuple[Argument, ...]]] = {
    "ask-for-token": (
        _observed("token", "The token; empty without one.", "所得令牌；未得则为空。"),
    ),
    "batches": (
        _observed("items", "Items of all answers.", "全部应答的条目。"),
        _observed("waybill_nos", "Numbers of those accepted.", "受理者的运单号。"),
        _observed("complete", "Whether each item was answered.", "各项是否均有应答。"),
    ),
    "decode-label": (
        _observed("status", "Status, 0 without an answer.", "状态码，无应答为 0。"),
        _observed("media_type", "Media type.", "媒体类型。"),
        _observed("decoded", "Whether an image could be read.", "能否读出图像。"),
        _observed("refused", "Why not, as a slug.", "未读出的原因。"),
        _observed("barcodes", "Texts of the barcodes.", "条码文本。"),
        _observed("qr_codes", "Texts of the QR codes.", "二维码文本。"),
        _observed("others", "Texts of other codes.", "其他码的文本。"),
        _observed("texts", "Text layer of a PDF.", "PDF 的文本层。"),
        _observed("printed", "All of these texts.", "以上全部文本。"),
        _observed("pages", "Number of pages.", "页数。"),
    ),
    "events-of": (_observed("made", "The events.", "所生成的事件。"),),
    "flood": (
        _observed("requests", "Requests sent.", "发送的请求数。"),
        _observed("seconds", "Seconds that it took.", "用时秒数。"),
        _observed("settled", "Whether anything can be said.", "能否得出结论。"),
    ),
    "numbers-of-courier": (_observed("numbers", "The numbers.", "运单号。"),),
    "oversize": (_observed("bytes", "Length of the body.", "正文长度。"),),
    "pause-as-asked": (_observed("paused", "Seconds that passed.", "所等待的秒数。"),),
    "probe-tls": (
        _observed("scheme", "Scheme of the address.", "地址的协议。"),
        _observed("token_scheme", "Scheme of the token endpoint.", "令牌端点的协议。"),
        _observed("verified", "Whether the certificate holds.", "证书是否有效。"),
        _observed("version", "TLS version.", "TLS 版本。"),
        _observed("error", "Why not.", "失败原因。"),
        _observed("legacy_accepted", "Old version that was accepted.", "被接受的旧版本。"),
    ),
    "probe-versions": (
        _observed("elsewhere", "Addresses at hosts not declared.", "未声明主机上的地址。"),
    ),
}
"""What each named action of ``do`` leaves to be looked at, by the name of the action."""
