"""Draws ``docs/architecture.svg`` from the import contracts of ``pyproject.toml`` and the first
sentence of each package: ``python docs/tools/architecture.py``.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).resolve().parents[2]
PICTURE: Final = ROOT / "docs" / "architecture.svg"
WIDTH: Final = 960
_BAND: Final = 62
_GAP: Final = 10
_LEFT: Final = 16
_LETTERS: Final = 7.1  # width of a letter of the small text, in pixels
_STYLE: Final = """\
.band { fill: none; stroke: #8884; }
.room { fill: #2a6f971f; stroke: #2a6f97; }
.name { font: 600 15px system-ui, sans-serif; fill: #2a6f97; }
.what { font: 12px system-ui, sans-serif; fill: #777; }
"""


def levels() -> list[list[str]]:
    """Packages of the kit, the highest level first, those of one level in the order written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    contract = next(one for one in contracts if one["id"] == "levels")
    return [[name.strip() for name in layer.split("|")] for layer in contract["layers"]]


def about(package: str) -> str:
    """First sentence of a package or module of the kit."""
    path = ROOT / "src" / "jidi" / package
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    first = " ".join(said.split("\n\n", 1)[0].split()).partition(". ")[0]
    return first.rstrip(".").replace("`", "")


def picture() -> str:
    """The whole picture as SVG: a band for each level, a box for each package in it."""
    rows = levels()
    height = len(rows) * (_BAND + _GAP) + _GAP
    drawn = "\n".join(_band(names, index) for index, names in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="Levels of the kit: each imports only those below it">\n'
        f"<style>\n{_STYLE}</style>\n{drawn}\n</svg>\n"
    )


def _band(names: list[str], index: int) -> str:
    top = _GAP + index * (_BAND + _GAP)
    each = (WIDTH - 2 * _LEFT - (len(names) - 1) * _GAP) / len(names)
    return "\n".join(
        _room(name, _LEFT + place * (each + _GAP), top, each) for place, name in enumerate(names)
    )


def _room(name: str, left: float, top: float, width: float) -> str:
    lines = _folded(about(name), int((width - 24) / _LETTERS))[:2]
    told = "".join(
        f'<text class="what" x="{left + 12:.0f}" y="{top + 38 + 15 * row}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    return (
        f'<rect class="room" x="{left:.0f}" y="{top}" width="{width:.0f}" height="{_BAND}" rx="6"/>'
        f'<text class="name" x="{left + 12:.0f}" y="{top + 20}">{escape(name)}</text>{told}'
    )


def _folded(text: str, letters: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines[1] = lines[1].rstrip(" ,;:") + " …"
    return lines


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
