"""Names of people in running text: behind a label, before a greeting or a title, beside a telephone
number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from jidi.scan.findings import Stretch, Subject
from jidi.scan.kinds.people.later import Later
from jidi.scan.kinds.people.names import (
    FULL,
    is_hardly_a_word,
    is_likely_person,
    is_name_by_itself,
    is_person,
)
from jidi.scan.kinds.people.words import EVERYDAY

_HAN: Final = "\u3400-\u9fff"
_PEOPLE_LIST: Final = """
收件人 收货人 收件方 收货方 收方 寄件人 寄件方 寄方 发货人 发件人 取件人 提货人 联系人 签收人 代收人
付款人 购买人 申请人 投诉人 当事人 寄递人 交寄人 申诉人 举报人 退货人 退件人 领取人 委托人 受托人
代理人 负责人 接收人 被保险人 投保人 经办人 收款人 来电人 接听人 持卡人 开户人 登记人 持有人 报案人
监护人 担保人 承租人 紧急联系人 户名 车主 顾客 买家 客户 用户 会员 业主 机主 旅客 客人 住户 户主
尊敬的 亲爱的 姓名 我叫 我是 本人 名叫 ,叫 好友 亲友 同事 邻居 家属
"""
_WORKER_LIST: Final = """
派件员 快递员 业务员 揽收员 收派员 配送员 派送员 投递员 取件员 揽件员 快递小哥 小哥 骑手 司机 客服
站长 师傅 操作员 操作人 处理人 经手人 网点 站点 驿站
"""
_PEOPLE: Final = "|".join(_PEOPLE_LIST.split())
_WORKERS: Final = "|".join(_WORKER_LIST.split())
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
    r"(?P<mark>[\"']?\s?(?:[:=为是叫\[(/]+|(?:换|改|变更|更改|更换)[成为])\s?[\"']?"
    r"|(?:\s?</?\w[^<>]{0,60}>){1,4}\s?|\s{1,3})?"
    rf"(?=[{_HAN}])"
)
_VERB_LIST: Final = """
先生 女士 小姐 同学 老师 师傅 阿姨 您好 你好 亲启 来电 致电 来访 来信 回电 回访 回复 反映 反馈 要求
投诉 咨询 申请 表示 称 说 已 未 不 没 拒收 拒绝 签收 代收 收件 收取 收货 寄件 寄往 寄到 退回 退货
退款 下单 催 查询 询问 询价 联系 预约 修改 更改 更换 变更 提供 补 通过 清关 认证 实名 登录 登陆 登记
注册 绑定 的 于 在 将 把 被 给 请 与 等 电话 手机 座机 地址 身份证 证件 号码 因 无 需 想 希望 同意
确认 购买 支付 付款 完成 上传 校验 核验 核实 验证 处 本人 自提 自取 代 取件 取走 取消 派件 派送 为您
将为 正在 现在 多次 再次 今天 昨天 今日 昨日 明天 从 到 向 发起 发来 留言 评价 名下 账户 手持 凭
代领 代签 领取 吧 就行 收吧 收下 去 来 拿 也 都 还 就 呢 啊 哦 那边 这边 那里 家里 家 转交 转给
打来 发给 问 会
"""
_VERBS: Final = "|".join(_VERB_LIST.split())
_STOP: Final = rf"(?=[^{_HAN}]|$|{_VERBS}|收(?![{_HAN}]))"
_STOP_HERE: Final = re.compile(_STOP)
_NAME_STOPPED: Final = Later(rf"(?P<name>{FULL}){_STOP}")
_NAME_GREEDY: Final = Later(FULL)
_RUN: Final = re.compile(f"[{_HAN}]{{2,7}}(?![{_HAN}])")
_TAIL: Final = re.compile(
    "您好|你好|先生|女士|小姐|亲启|代收|代签|签收|亲收|收货|收(?![\u3400-\u9fff])"
)
_BEFORE_TAIL: Final = Later(
    rf"(?:(?<![{_HAN}])|(?<=[室房号由请给交寄是为与和向]))(?P<name>{FULL})\s?\Z"
)
_CALLED: Final = re.compile(
    r"(?:联系|转给|转交给?|交给|寄给|发给|送给|留给|改成|换成|改为|换为|变更为|更改为|户名|叫做?"
    r"|通知"
    r"|找|让|由|给|为|归|问|替|帮|跟|和|与|同|是|请|打给|抬头|个人|代|人|转|付)(?:一下|下)?\s?"
    rf"(?=[{_HAN}])"
)
_ACTING: Final = Later(
    rf"(?<![{_HAN}])(?P<name>{FULL})"
    r"(?=代|领取|来电|反映|拒收|签收|要求|称|表示|投诉|已|本人|你好|您好)"
)
_POSSESSIVE: Final = Later(
    rf"(?<![{_HAN}])(?P<name>{FULL})的(?=快递|件|包裹|手机|电话|号码|妈|爸|老婆|老公|儿子|女儿"
    rf"|家|货)"
)
_ALONE: Final = re.compile(
    rf"(?<![{_HAN}A-Za-z0-9])[{_HAN}]{{2,4}}(?:[·•・][{_HAN}]{{1,8}})*(?![{_HAN}A-Za-z0-9_])"
)
_ON_THE_WAY: Final = re.compile(
    r"(?:下一站|到达|抵达|发往|离开|前往|途经|已到|目的地|始发地?|到件|发件|站点|网点|区域|城市"
    r"|[市区县省镇至])"
    r"\s?[\[(:]?\Z|\[\Z"
)
"""What stands before places that a parcel passes."""
_LABELLED_OTHERWISE: Final = re.compile(
    r"(?:[\x00-\x7f]|[牌色号格列市区铺品名质型态称地式码因由门位路道目类题别片向])\s?[:=]\s?[\"']"
    r"?\Z"
)
"""Labels of things rather than of people, and names of members."""
_GAP: Final = r"[\s,、/|;:(\"'\[\\\t<-]"
_BESIDE_BEFORE: Final = Later(
    rf"(?:(?<![{_HAN}])|(?<=[室房号]))(?P<name>{FULL})(?:\(\w{{2,8}}\)|先生|女士"
    rf"|小姐)?{_GAP}{{0,5}}(?:(?:联系|收件)?(?:电话|手机号?码?|方式)|tel|phone"
    rf"|mobile)?{_GAP}{{0,4}}\Z",
    re.IGNORECASE,
)
_BESIDE_AFTER: Final = Later(
    rf"[)\]\"']{{0,2}}{_GAP}{{0,4}}(?P<name>{FULL})(?=[^{_HAN}]|$|收(?![{_HAN}])|先生|女士|小姐)"
)
_WORKER_BEFORE: Final = re.compile(rf"(?:{_WORKERS})[\s:(\[]{{0,2}}\Z")
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
        before = _BEFORE_TAIL.compiled.search(text, max(0, match.start() - 10), match.start())
        if before is not None and is_hardly_a_word(before["name"]):
            yield Stretch(*before.span("name"), "name")
    yield from _told_of(text)


def _told_of(text: str) -> Iterator[Stretch]:
    """Names behind what is done with people, before what is theirs, and alone between marks."""
    for match in _CALLED.finditer(text):
        end = _longest(text, match.end(), is_likely_person)
        if end and _is_unmasked(text, end):
            yield Stretch(match.end(), end, "name")
    for match in _POSSESSIVE.compiled.finditer(text):
        if is_likely_person(match["name"]):
            yield Stretch(*match.span("name"), "name")
    for match in _ACTING.compiled.finditer(text):
        if is_name_by_itself(match["name"]) and match["name"][:2] not in EVERYDAY:
            yield Stretch(*match.span("name"), "name", _subject_before(text, match.start()))
    yield from _alone(text)


def _alone(text: str) -> Iterator[Stretch]:
    for match in _ALONE.finditer(text):
        if is_name_by_itself(match.group()) and _stands_alone(text, match):
            yield Stretch(*match.span(), "name", _subject_before(text, match.start()))


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing around a name by itself takes it back."""
    start = max(0, match.start() - 8)
    if not _is_unmasked(text, match.end()) or _ON_THE_WAY.search(text, start, match.start()):
        return False
    long = len(match.group()) > 2
    return long or _LABELLED_OTHERWISE.search(text, start, match.start()) is None


def _subject_before(text: str, start: int) -> Subject:
    """Staff, where a word for them stands right before."""
    before = _WORKER_BEFORE.search(text, max(0, start - 8), start)
    return "staff" if before is not None else "user"


def _is_unmasked(text: str, end: int) -> bool:
    return text[end : end + 1] not in _MASK or end >= len(text)


def names_beside(text: str, found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Names right before or right after telephone numbers of users."""
    for one in found:
        if one.kind not in _NUMBERS or one.subject == "staff":
            continue
        for match in (
            _BESIDE_BEFORE.compiled.search(text, max(0, one.start - _WINDOW), one.start),
            _BESIDE_AFTER.compiled.match(text, one.end),
        ):
            if match is not None and is_hardly_a_word(match["name"]):
                yield Stretch(*match.span("name"), "name")


def _longest(text: str, start: int, holds: Callable[[str], bool]) -> int:
    """Where the longest name ends that begins at ``start`` and before what people do, or before
    what is no Han; 0 where there is none.
    """
    match = _NAME_GREEDY.compiled.match(text, start)
    if match is None:
        return 0
    for end in range(match.end(), start + 1, -1):
        if _STOP_HERE.match(text, end) and holds(text[start:end]):
            return end
    return 0


def _labelled(
    text: str, start: int, *, firm: bool, loose: bool, latin: bool
) -> tuple[int, int] | None:
    """The name that begins at ``start``; ``firm``: behind a colon or the like, ``loose``: at least
    behind a blank.
    """
    if latin and not firm:
        return None
    stopped = _NAME_STOPPED.compiled.match(text, start)
    end = _end_of_stopped(text, stopped, firm=firm) if stopped is not None else 0
    if loose and not end:
        end = _end_of_run(text, start)
    if end:
        return _unmasked(text, start, end)
    return _greedily(text, start) if firm and stopped is None else None


def _end_of_stopped(text: str, stopped: re.Match[str], *, firm: bool) -> int:
    """Where a name ends that something stops; 0 for none."""
    if firm and _HAN_RUN.match(text, stopped.end("name")) is None:
        return stopped.end("name") if is_person(stopped["name"]) else 0
    return _longest(text, stopped.start(), is_hardly_a_word)


def _end_of_run(text: str, start: int) -> int:
    """Where a run of characters ends that is a name as a whole; 0 for none."""
    run = _RUN.match(text, start)
    return run.end() if run is not None and is_person(run.group()) else 0


def _greedily(text: str, start: int) -> tuple[int, int] | None:
    """A name that nothing stops."""
    found = _NAME_GREEDY.compiled.match(text, start)
    if found is None or not is_likely_person(found.group()):
        return None
    if found.group()[:2] in EVERYDAY or _is_organisation(text, start):
        return None
    return start, found.end()


def _unmasked(text: str, start: int, end: int) -> tuple[int, int] | None:
    return (start, end) if _is_unmasked(text, end) else None


def _is_organisation(text: str, start: int) -> bool:
    run = _HAN_RUN.match(text, start)
    return run is not None and _PLACES.search(run.group()) is not None
