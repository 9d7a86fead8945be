"""Names of people in running text: behind a label, before a greeting or a title, beside a telephone
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from jidi.scan.findings import Stretch, Subject
from jidi.scan.kinds.names import FULL, is_person, is_surely_person

_HAN: Final = "\u3400-\u9fff"
_PEOPLE: Final = (
    "收件人|收货人|收件方|收货方|收方|寄件人|寄件方|寄方|发货人|发件人|取件人|提货人|联系人|签收人|代收人|付款人|购买人|申请人|投诉人|当事人|寄递人|交寄人|申诉人|举报人|退货人|退件人|领取人|委托人|受托人|代理人|负责人|接收人|被保险人|投保人|经办人"
    "|顾客|买家|客户|用户|会员|业主|机主|旅客|客人|住户|户主|尊敬的|亲爱的|姓名|我叫|我是|本人|名叫|,叫|好友|亲友|同事|邻居|家属"
)
_WORKERS: Final = "派件员|快递员|业务员|揽收员|收派员|配送员|派送员|投递员|取件员|揽件员|快递小哥|小哥|骑手|司机|客服|站长|师傅|操作员|操作人|经手人|网点|站点|驿站"
_LATIN: Final = "|".join(
    f"{word}|{word.title()}"
    for word in (
        "receiver",
        "recipient",
        "consignee",
        "sender",
        "shipper",
        "contact",
        "customer",
        "buyer",
        "user",
        "real",
    )
)
_STAFF_LABELS: Final = frozenset(_WORKERS.split("|"))
_LABEL: Final = re.compile(
    rf"(?P<label>{_PEOPLE}|{_WORKERS}|{_LATIN})(?:_?[Nn]ame|姓名|名称)?"
    r"(?P<mark>[\"']?\s?(?:[:=为是叫\[(/]+|(?:换|改|变更|更改|更换)[成为])\s?[\"']?|(?:\s?</?\w[^<>]{0,60}>){1,4}\s?|\s{1,3})?"
    rf"(?=[{_HAN}])"
)
_VERBS: Final = (
    "先生|女士|小姐|同学|老师|师傅|阿姨|您好|你好|亲启|来电|致电|来访|来信|回电|回访|回复|反映|反馈|要求|投诉|咨询|申请|表示|称|说|已|未|不|没|拒收|拒绝|签收|代收|收件|收取|收货|寄件|寄往|寄到"
    "|退回|退货|退款|下单|催|查询|询问|询价|联系|预约|修改|更改|更换|变更|提供|补|通过|清关|认证|实名|登录|登陆|登记|注册|绑定|的|于|在|将|把|被|给|请|与|等|电话|手机|座机|地址|身份证|证件|号码|因|无"
    "|需|想|希望|同意|确认|购买|支付|付款|完成|上传|校验|核验|核实|验证|处|本人|自提|自取|取件|取走|取消|派件|派送|为您|将为|正在|现在|多次|再次|今天|昨天|今日|昨日|明天|从|到|向|发起|发来|留言|评价|名下|账户|手持"
)
_STOP: Final = rf"(?=[^{_HAN}]|$|{_VERBS}|收(?![{_HAN}]))"
_NAME_STOPPED: Final = re.compile(rf"(?P<name>{FULL}){_STOP}")
_NAME_GREEDY: Final = re.compile(FULL)
_RUN: Final = re.compile(f"[{_HAN}]{{2,7}}(?![{_HAN}])")
_TAIL: Final = re.compile(
    "您好|你好|先生|女士|小姐|亲启|代收|代签|签收|亲收|收货|收(?![\u3400-\u9fff])"
)
_BEFORE_TAIL: Final = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[室房号由请给交寄是为与和向]))(?P<name>{FULL})\s?\Z"
)
_GAP: Final = r"[\s,、/|;:(\"'\[\\\t<-]"
_BESIDE_BEFORE: Final = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[室房号]))(?P<name>{FULL})(?:\(\w{{2,8}}\)|先生|女士|小姐)?{_GAP}{{0,5}}(?:(?:联系|收件)?(?:电话|手机号?码?|方式)|tel|phone|mobile)?{_GAP}{{0,4}}\Z",
    re.IGNORECASE,
)
_BESIDE_AFTER: Final = re.compile(
    rf"[)\]\"']{{0,2}}{_GAP}{{0,4}}(?P<name>{FULL})(?=[^{_HAN}]|$|收(?![{_HAN}])|先生|女士|小姐)"
)
_WINDOW: Final = 28
_HAN_RUN: Final = re.compile(f"[{_HAN}]+")
_PLACES: Final = re.compile("公司|网点|中心|店|站|部|营业|驿站|分拨|转运|集散|服务")
_MASK: Final = frozenset("*＊×•●█某")
_NUMBERS: Final = frozenset({"mobile", "virtual-number", "landline", "email"})


def names(text: str) -> Iterator[Stretch]:
    """Names behind a label and before a greeting, a title or what somebody does."""
    for match in _LABEL.finditer(text):
        label, mark = match["label"], match["mark"]
        subject: Subject = "staff" if label in _STAFF_LABELS else "user"
        span = _labelled(
            text,
            match.end(),
            firm=bool(mark and mark.strip()),
            loose=bool(mark),
            latin=label.isascii(),
        )
        if span is not None:
            yield Stretch(*span, "name", subject)
    for match in _TAIL.finditer(text):
        before = _BEFORE_TAIL.search(text, max(0, match.start() - 10), match.start())
        if before is not None and is_surely_person(before["name"]):
            yield Stretch(*before.span("name"), "name")


def names_beside(text: str, found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Names right before or right after telephone numbers of users."""
    for one in found:
        if one.kind not in _NUMBERS or one.subject == "staff":
            continue
        for match in (
            _BESIDE_BEFORE.search(text, max(0, one.start - _WINDOW), one.start),
            _BESIDE_AFTER.match(text, one.end),
        ):
            if match is not None and is_surely_person(match["name"]):
                yield Stretch(*match.span("name"), "name")


def _labelled(
    text: str, start: int, *, firm: bool, loose: bool, latin: bool
) -> tuple[int, int] | None:
    """The name that begins at ``start``; ``firm``: behind a colon or the like, ``loose``: at least
    behind a blank.
    """
    if latin and not firm:
        return None
    stopped = _NAME_STOPPED.match(text, start)
    if stopped is not None and (is_person if firm else is_surely_person)(stopped["name"]):
        return _unmasked(text, start, stopped.end("name"))
    if not loose:
        return None
    run = _RUN.match(text, start)
    if run is not None and is_person(run.group()):
        return _unmasked(text, start, run.end())
    greedy = _NAME_GREEDY.match(text, start) if firm and stopped is None else None
    if (
        greedy is not None
        and is_surely_person(greedy.group())
        and not _is_organisation(text, start)
    ):
        return start, greedy.end()
    return None


def _unmasked(text: str, start: int, end: int) -> tuple[int, int] | None:
    return None if text[end : end + 1] in _MASK and end < len(text) else (start, end)


def _is_organisation(text: str, start: int) -> bool:
    run = _HAN_RUN.match(text, start)
    return run is not None and _PLACES.search(run.group()) is not None
