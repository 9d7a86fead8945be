"""What a printed label may be: every bound holds at its border and breaks one step beyond it, each
with its slug.
"""

from __future__ import annotations

import io
import struct
import zlib

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from jidi.drive.labels.label_codes import (
    MAX_BYTES,
    MAX_PAGES,
    MAX_SIDE,
    LabelRefusedError,
    Printed,
    decode_label,
)

MAGIC = b"\x89PNG\r\n\x1a\n"


def refusal(data: bytes) -> str:
    """The slug of a refusal, to the letter."""
    with pytest.raises(LabelRefusedError) as refused:
        decode_label(data)
    return str(refused.value)


def code(text: str, form: zxingcpp.BarcodeFormat, scale: int = 4) -> Image.Image:
    """One code with a white edge around it."""
    drawn = Image.fromarray(
        zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, form), scale=scale)
    )
    sheet = Image.new("L", (drawn.width + 80, drawn.height + 80), 255)
    sheet.paste(drawn, (40, 40))
    return sheet


def png(sheet: Image.Image, *more: Image.Image) -> bytes:
    """A PNG, animated where more than one image is given."""
    out = io.BytesIO()
    sheet.save(out, "PNG", **({"save_all": True, "append_images": list(more)} if more else {}))
    return out.getvalue()


def hollow_png(width: int, height: int) -> bytes:
    """A PNG that says these sides and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        MAGIC
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


def pdf(*boxes: tuple[float, float], kids: str = "") -> bytes:
    """A PDF with a page of each size, on each of which stands its number; ``kids`` replaces the
    list of pages.
    """
    numbers = range(10, 10 + 2 * len(boxes), 2)
    listed = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{listed}]/Count {len(listed.split()) // 3}>>",
    }
    objects[3] = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    for place, (number, (width, height)) in enumerate(zip(numbers, boxes, strict=True), start=1):
        stream = f"BT /F1 12 Tf 20 20 Td (page {place}) Tj ET"
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {number + 1} 0 "
            "R/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects[number + 1] = f"<</Length {len(stream)}>>stream\n{stream}\nendstream"
    written = "".join(f"{number} 0 obj{text} endobj\n" for number, text in objects.items())
    return f"%PDF-1.4\n{written}trailer<</Root 1 0 R/Size {max(objects) + 1}>>".encode()


def test_printed_label_is_told_with_every_kind_of_text_and_all_of_them_together() -> None:
    """The observations of a step, by name and in order."""
    assert Printed(("b",), ("q", "r"), ("o",), ("t",), 2).as_json() == {
        "barcodes": ["b"],
        "qr_codes": ["q", "r"],
        "others": ["o"],
        "texts": ["t"],
        "pages": 2,
        "printed": ["b", "q", "r", "o", "t"],
    }


@pytest.mark.parametrize(
    ("form", "member"),
    [
        (zxingcpp.BarcodeFormat.Code128, "barcodes"),
        (zxingcpp.BarcodeFormat.Code39, "barcodes"),
        (zxingcpp.BarcodeFormat.QRCode, "qr_codes"),
        (zxingcpp.BarcodeFormat.DataMatrix, "others"),
        (zxingcpp.BarcodeFormat.Aztec, "others"),
    ],
)
def test_code_is_told_under_its_kind_and_under_no_other(
    form: zxingcpp.BarcodeFormat, member: str
) -> None:
    """A linear code is no QR code, and neither is one of the others."""
    told = decode_label(png(code("JD0000001", form))).as_json()
    assert {name: told[name] for name in ("barcodes", "qr_codes", "others")} == {
        "barcodes": [],
        "qr_codes": [],
        "others": [],
        member: ["JD0000001"],
    }


def test_code_is_told_as_it_stands() -> None:
    """A control character is kept and not written out for a reader."""
    assert decode_label(png(code("JD\x1d01", zxingcpp.BarcodeFormat.QRCode))).qr_codes == (
        "JD\x1d01",
    )


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA"])
def test_image_of_every_kind_of_colour_is_read(mode: str) -> None:
    """Black and white, palette, colours, and with transparency."""
    assert decode_label(
        png(code("JD0000001", zxingcpp.BarcodeFormat.Code128).convert(mode))
    ).barcodes == ("JD0000001",)


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"\0" * MAX_BYTES, "not-an-image"),
        (b"\0" * (MAX_BYTES + 1), "too-many-bytes"),
        (b"", "not-an-image"),
        (MAGIC + b"nonsense", "not-an-image"),
        (hollow_png(8000, 5000), "not-an-image"),
        (hollow_png(8001, 5000), "too-many-pixels"),
        (hollow_png(MAX_SIDE, 10), "not-an-image"),
        (hollow_png(MAX_SIDE + 1, 10), "too-many-pixels"),
        (hollow_png(10, MAX_SIDE + 1), "too-many-pixels"),
        (hollow_png(60_000, 60_000), "too-many-pixels"),
        (b"%PDF-1.4 nonsense", "not-a-document"),
    ],
)
def test_border_of_a_bound_is_inside_and_the_next_step_has_its_slug(data: bytes, slug: str) -> None:
    """A hollow image inside the bounds gets as far as its missing pixels."""
    assert refusal(data) == slug


def test_animated_image_is_refused() -> None:
    """One label is one picture; a second frame could say something else."""
    assert (
        refusal(png(Image.new("L", (20, 20), 255), Image.new("L", (20, 20), 0))) == "too-many-pages"
    )


def test_document_of_as_many_pages_as_allowed_is_read_in_order() -> None:
    """Every page, with its text."""
    printed = decode_label(pdf(*[(100, 100)] * MAX_PAGES))
    assert (printed.pages, printed.texts) == (MAX_PAGES, ("page 1", "page 2", "page 3", "page 4"))


@pytest.mark.parametrize("box", [(1500, 100), (100, 1500), (3, 100), (100, 3), (1, 100), (100, 1)])
def test_page_of_the_largest_and_of_the_smallest_size_is_read(box: tuple[float, float]) -> None:
    """The border is inside."""
    assert decode_label(pdf(box)).pages == 1


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (pdf(*[(100, 100)] * (MAX_PAGES + 1)), "too-many-pages"),
        (pdf((1501, 100)), "too-many-pixels"),
        (pdf((100, 1501)), "too-many-pixels"),
        (pdf((100, 100), (1501, 1501)), "too-many-pixels"),
        (pdf((100, 100), kids="10 0 R 98 0 R"), "not-a-document"),
    ],
)
def test_document_that_breaks_a_bound_is_refused(data: bytes, slug: str) -> None:
    """Pages are counted and measured before anything is drawn."""
    assert refusal(data) == slug


def test_document_without_any_page_has_its_own_slug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some readers open one; this one calls it damaged before that."""
    closed = []

    class Empty:
        def __init__(self, _data: bytes) -> None:
            pass

        def __len__(self) -> int:
            return 0

        def close(self) -> None:
            closed.append(True)

    assert refusal(pdf()) == "not-a-document"
    monkeypatch.setattr(pypdfium2, "PdfDocument", Empty)
    assert (refusal(pdf()), closed) == ("no-page", [True])
