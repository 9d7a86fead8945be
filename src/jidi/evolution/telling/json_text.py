"""JSON with every number as it is meant, in ASCII, so that no terminal changes it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

from jidi.report.escaping import well_formed

_MARK: Final = "\ue000number\ue000"
_MARKED: Final = re.compile(r'"\\ue000number\\ue000([-+0-9.E]+)"')


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """``value`` as JSON; a ``Decimal`` is written out."""
    text = json.dumps(well_formed(_marked(value)), indent=indent, ensure_ascii=True)
    return _MARKED.sub(r"\1", text).replace("\x7f", "\\u007f")


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _marked(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(item) for item in value]
    return f"{_MARK}{value}" if isinstance(value, Decimal) else value
