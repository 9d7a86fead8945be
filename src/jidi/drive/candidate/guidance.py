"""What a person is told to do for each sandbox action, and what to enter back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Text


@dataclass(frozen=True, slots=True)
class Guidance:
    """``task`` is what to do in the system under test; ``results`` are the members to enter back,
    none when it is enough that it was done.
    """

    task: Text
    results: tuple[str, ...] = ()


GUIDANCE: Final[Mapping[str, Guidance]] = {
    "advance-clock": Guidance(
        Text("Move the clock of the system on by so many seconds.", "将系统时钟向前拨快所示秒数。")
    ),
    "amend-order": Guidance(
        Text("Amend this order, as its customer would.", "按所示内容修改该订单（如同顾客操作）。")
    ),
    "cancel-order": Guidance(
        Text("Cancel this order, as its customer would.", "取消该订单（如同顾客操作）。")
    ),
    "change-officer": Guidance(
        Text(
            "Enter this person as the new protection officer, with the dates given.",
            "将此人登记为新的个人信息保护负责人，日期如所示。",
        ),
        ("notice_id",),
    ),
    "connect-courier": Guidance(
        Text(
            "Connect this courier: enter its address and the credentials shown; then make "
            "credentials for the courier at your side.",
            "接入该快递企业：录入所示地址与凭证，并为该快递企业在贵方系统建立凭证。",
        ),
        ("client_id", "client_secret"),
    ),
    "dismiss-operator": Guidance(
        Text("Take away every access of this person at once.", "立即撤销该人员的全部权限。")
    ),
    "issue-operator-token": Guidance(
        Text(
            "Issue a token to this person of the partner, with these scopes only.",
            "为合作方的该人员签发仅含所示权限的令牌。",
        ),
        ("access_token",),
    ),
    "issue-token": Guidance(
        Text(
            "Issue a token with the fault that 'variant' names: expired, or of another "
            "environment.",
            "签发带有 variant 所示缺陷的令牌：已过期，或属于其他环境。",
        ),
        ("access_token",),
    ),
    "person-code": Guidance(
        Text(
            "Look up the one-time code that this person would receive.",
            "查询该当事人将收到的一次性验证码。",
        ),
        ("person_code",),
    ),
    "place-order": Guidance(
        Text(
            "Place this order, as a customer of the shop would.", "下达该订单（如同店铺顾客操作）。"
        ),
        ("order_no",),
    ),
    "provision-partner": Guidance(
        Text("Make a new partner with these scopes.", "新建一个具有所示权限的合作方。"),
        ("client_id", "client_secret"),
    ),
    "read-clock": Guidance(
        Text(
            "Say by how many seconds the sandbox's clock was moved on in all.",
            "说明沙箱时钟累计拨快了多少秒。",
        ),
        ("ahead_s",),
    ),
    "record-scan": Guidance(
        Text(
            "Scan this parcel: record the event with the code shown, and the further members if "
            "there are any.",
            "扫描该快件：记录所示代码的事件，以及其他所列内容。",
        ),
        ("event_id", "sequence", "recorded_at"),
    ),
    "reset": Guidance(Text("Set the sandbox back to its beginning.", "将沙箱恢复到初始状态。")),
    "rotate-secret": Guidance(
        Text("Change the secret of this courier's pushes.", "轮换该快递企业推送所用的密钥。")
    ),
}
"""Sandbox action to guidance. An action that is not here is shown by its name, and any result is
taken.
"""


_KNOWN: Final = frozenset({"order_no", "ahead_s"})
"""Results that the kit can do without: it chose the number of an order itself."""


def needed(action: str) -> tuple[str, ...]:
    """Members without which the result of ``action`` is none: what comes after rests on them."""
    guidance = GUIDANCE.get(action)
    return tuple(name for name in guidance.results if name not in _KNOWN) if guidance else ()
