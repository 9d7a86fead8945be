"""Negative cases that no fault can stand for, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXEMPT: Final[Mapping[str, str]] = {
    "PI-11.2/unpublished-calendar-assumed": "the calendar is the kit's own, so no courier can show it; tests/unit/judge/test_{calendar,privacy_rules}.py do",
}
"""``requirement/case`` to the reason; a case that has a killer must not be here."""

UNPROVEN: Final[frozenset[str]] = frozenset()
"""Checks (without their case) that no broken partner has made fail yet. To be made smaller, never larger: a new check comes with its killer."""
