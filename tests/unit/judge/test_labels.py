"""Printed labels are read by a real decoder, within bounds."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import zxingcpp
from PIL import Image

from jidi.drive.labels.label_codes import MAX_BYTES, LabelRefusedError, decode_label
from jidi.run.playing.acting.privacy_actions import read_label

WAYBILL, QR = "JD0000000000001", "https://courier.example/w/abc"


def drawn(barcode: str = WAYBILL, qr: str = QR) -> Image.Image:
    sheet = Image.new("L", (900, 1100), 255)
    for text, form, place, scale in (
        (barcode, zxingcpp.BarcodeFormat.Code128, (60, 60), 3),
        (qr, zxingcpp.BarcodeFormat.QRCode, (60, 500), 6),
    ):
        code = zxingcpp.create_barcode(text, form)
        sheet.paste(Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale)), place)
    return sheet


def saved(sheet: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    sheet.save(out, form, resolution=150)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "PDF"])
def test_label_codes_are_read_from_an_image_and_a_document(form: str) -> None:
    """Code 128 and QR code, from pixels."""
    printed = decode_label(saved(drawn(), form))
    assert (printed.barcodes, printed.qr_codes, printed.pages) == ((WAYBILL,), (QR,), 1)


def test_label_turned_on_its_side_is_read() -> None:
    """Printers turn pages."""
    assert decode_label(saved(drawn().rotate(90, expand=True, fillcolor=255), "PNG")).barcodes == (
        WAYBILL,
    )


def pdf_with_text(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return (
        b"%PDF-1.4\n"
        + b"".join(
            b"%d 0 obj%s endobj\n" % (number, body) for number, body in enumerate(objects, 1)
        )
        + b"trailer<</Root 1 0 R/Size 6>>"
    )


def test_label_text_layer_of_a_document_is_read() -> None:
    """What a search in the document would find."""
    assert decode_label(pdf_with_text("tel 14012345678")).texts == ("tel 14012345678",)


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (bomb(60_000, 60_000), "too-many-pixels"),
        (bomb(30_000, 10), "too-many-pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (MAX_BYTES + 1), "too-many-bytes"),
        (b"\x89PNG\r\n\x1a\nnonsense", "not-an-image"),
        (b"%PDF-1.4 nonsense", "not-a-document"),
        (b"GIF89a", "not-an-image"),
        (b"", "not-an-image"),
    ],
)
def test_label_that_breaks_a_bound_is_refused(data: bytes, slug: str) -> None:
    """Sizes are looked at before anything is unpacked."""
    with pytest.raises(LabelRefusedError, match=slug):
        decode_label(data)


def test_label_is_decoded_in_a_child_process() -> None:
    """The run gets texts or a slug, whatever the bytes do to the decoder."""
    assert read_label(saved(drawn(), "PNG"))["printed"] == [WAYBILL, QR]
    assert read_label(bomb(60_000, 60_000)) == {"refused": "too-many-pixels"}
