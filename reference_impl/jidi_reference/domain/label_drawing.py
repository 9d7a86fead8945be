"""Draws a label document: exactly its texts, Code 128 of its barcode and a QR code of its qr
(PI-13.2).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import segno
from barcode.codex import Code128
from PIL import Image, ImageDraw, ImageFont

MEDIA_TYPES = {"json": "application/json", "png": "image/png", "pdf": "application/pdf"}
_SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
_WIDTH, _MARGIN, _TEXT_PX, _BAR_PX, _BAR_HEIGHT, _QR_SCALE, _DPI = 1000, 40, 26, 4, 160, 6, 200
_CODES = frozenset({"barcode", "qr"})


def font_file(chosen: str) -> str | None:
    """The font with Chinese characters to draw with: the chosen file, else one of the system's;
    None when there is none.
    """
    return next(
        (path for path in ([chosen] if chosen else _SYSTEM_FONTS) if Path(path).is_file()), None
    )


def draw(label: Mapping[str, Any], form: str, chosen_font: str) -> bytes:
    """The label as ``png`` or ``pdf``.

    Raises:
        FileNotFoundError: when there is no font; discovery then does not offer images.
    """
    path = font_file(chosen_font)
    if path is None:
        raise FileNotFoundError("no font with Chinese characters; set JIDI_REFERENCE_LABEL_FONT")
    lines = [line for text in _texts(label) for line in _wrapped(text, _font(path))]
    bars, qr = _bars(label["barcode"]), _qr(label["qr"])
    top = _MARGIN + _BAR_HEIGHT + _MARGIN
    image = Image.new(
        "L", (_WIDTH, top + len(lines) * (_TEXT_PX + 10) + _MARGIN + qr.height + _MARGIN), 255
    )
    image.paste(bars, (_MARGIN, _MARGIN))
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * (_TEXT_PX + 10)), line, fill=0, font=_font(path))
    image.paste(qr, (_MARGIN, image.height - qr.height - _MARGIN))
    buffer = io.BytesIO()
    image.save(buffer, form.upper(), **({"resolution": _DPI} if form == "pdf" else {}))
    return buffer.getvalue()


@cache
def _font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _TEXT_PX)


def _texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _CODES:
                yield from _texts(inner, f"{name}.{key}" if name else key)
    else:
        yield f"{name}: {value}"


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for char in text:
        if font.getlength(line + char) > _WIDTH - 2 * _MARGIN:
            yield line
            line = ""
        line += char
    yield line


def _bars(text: str) -> Image.Image:
    modules = Code128(text).build()[0]
    width = max(1, min(_BAR_PX, (_WIDTH - 2 * _MARGIN) // len(modules)))
    image = Image.new("L", (len(modules) * width, 1), 255)
    for place, module in enumerate(modules):
        if module == "1":
            image.paste(0, (place * width, 0, (place + 1) * width, 1))
    return image.resize((image.width, _BAR_HEIGHT))


def _qr(text: str) -> Image.Image:
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=_QR_SCALE, border=4)
    return Image.open(buffer).convert("L")
