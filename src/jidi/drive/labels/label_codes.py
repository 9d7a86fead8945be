"""What a printed label says: barcode and QR code of a PNG or PDF read by a real decoder, so that
what is printed is what is judged.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import zxingcpp
from PIL import Image

MAX_BYTES: Final = 8 << 20
MAX_PIXELS: Final = 40_000_000
"""An A4 sheet at 600 dpi has 35 million."""
MAX_SIDE: Final = 20_000
MAX_PAGES: Final = 4
MAX_TEXT: Final = 20_000
_DPI: Final = 300
_PDF_UNIT: Final = 72
_LARGEST_PAGE: Final = 1500.0
"""Points; a label has at most 600."""


class LabelRefusedError(ValueError):
    """The image or document is none, or breaks a bound; the message is a stable slug:
    ``not-an-image``, ``too-many-bytes`` and so on.
    """


@dataclass(frozen=True, slots=True)
class Printed:
    """What was read: texts of the linear barcodes, of the QR codes, of other codes, and of a PDF's
    text layer, page by page.
    """

    barcodes: tuple[str, ...]
    qr_codes: tuple[str, ...]
    others: tuple[str, ...]
    texts: tuple[str, ...]
    pages: int

    def as_json(self) -> dict[str, Any]:
        """As observations of a step."""
        return {
            "barcodes": list(self.barcodes),
            "qr_codes": list(self.qr_codes),
            "others": list(self.others),
            "texts": list(self.texts),
            "pages": self.pages,
            "printed": [*self.barcodes, *self.qr_codes, *self.others, *self.texts],
        }


def decode_label(data: bytes) -> Printed:
    """Read a PNG or PDF label. Sizes are looked at before anything is unpacked; the caller bounds
    time and memory by doing this in a child process.

    Raises:
        LabelRefusedError: it is neither, is damaged, or breaks a bound.
    """
    if len(data) > MAX_BYTES:
        raise LabelRefusedError("too-many-bytes")
    pages, texts = ([], []) if not data.startswith(b"%PDF-") else _pdf(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        pages = [_png(data)]
    if not pages:
        raise LabelRefusedError("not-an-image")
    codes = [
        code
        for page in pages
        for code in zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain)
    ]
    linear = [code for code in codes if _is_linear(code)]
    square = [code for code in codes if code.format in _QR]
    others = [code for code in codes if code not in linear and code not in square]
    return Printed(_texts(linear), _texts(square), _texts(others), tuple(texts), len(pages))


def _texts(codes: list[Any]) -> tuple[str, ...]:
    return tuple(code.text[:MAX_TEXT] for code in codes)


_QR: Final = frozenset(
    {
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.QRCodeModel1,
        zxingcpp.BarcodeFormat.QRCodeModel2,
        zxingcpp.BarcodeFormat.MicroQRCode,
    }
)
_MATRIX: Final = ("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MaxiCode")


def _is_linear(code: Any) -> bool:
    name = str(code.format).rpartition(".")[2].replace(" ", "")
    return not any(matrix.lower() in name.lower() for matrix in _MATRIX)


def _png(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            _refuse_large(image)
            return image.convert("L")
    except LabelRefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise LabelRefusedError("too-many-pixels") from error
    except Exception as error:  # a decoder fed with a stranger's bytes raises whatever it likes
        raise LabelRefusedError("not-an-image") from error


def _refuse_large(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise LabelRefusedError("too-many-pixels")
    if getattr(image, "n_frames", 1) != 1:
        raise LabelRefusedError("too-many-pages")


def _pdf(data: bytes) -> tuple[list[Image.Image], list[str]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise LabelRefusedError("not-a-document") from error
    try:
        if not 1 <= len(document) <= MAX_PAGES:
            raise LabelRefusedError("too-many-pages" if len(document) else "no-page")
        read = list(_pages(document))
    except pypdfium2.PdfiumError as error:
        raise LabelRefusedError("not-a-document") from error
    finally:
        document.close()
    return [image for image, _ in read], [text for _, text in read if text]


def _pages(document: Any) -> Iterator[tuple[Image.Image, str]]:
    for index in range(len(document)):
        page = document[index]
        width, height = page.get_size()
        if not (0 < width <= _LARGEST_PAGE and 0 < height <= _LARGEST_PAGE):
            raise LabelRefusedError("too-many-pixels")
        text = page.get_textpage().get_text_bounded()[:MAX_TEXT]
        yield page.render(scale=_DPI / _PDF_UNIT, grayscale=True).to_pil().convert("L"), text
