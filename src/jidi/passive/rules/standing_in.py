"""Answers that somebody before the operation gave: a redirect to https, a gateway, *not now*."""

from __future__ import annotations

from typing import Final

from jidi.judge.seen import IN_PLACE, SERVING, STANDING_UP
from jidi.language.views import ExchangeView, header_value

_TOO_MANY: Final = 429


def is_upgrade(view: ExchangeView) -> bool:
    """Whether clear text was sent on to https, which any server before the operation does."""
    clear = view.record.request.url.startswith("http:")
    to = "" if view.response is None else str(header_value(view.response.headers, "location"))
    return clear and 300 <= (view.status or 0) < 400 and (to.startswith("https:") or "⟦" in to)


def row_instead(view: ExchangeView) -> str:
    """The requirement for which the form of an answer in the place of another counts: that the
    system stands up (DS-08.4), or serves at its rate (DS-08.5); empty for other answers.
    """
    if view.status not in IN_PLACE:
        return ""
    return SERVING if view.status == _TOO_MANY else STANDING_UP
