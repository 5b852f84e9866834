"""A code is read from paper and screens: folded, blurred, turned, photographed."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
from example_tickets import ANNA, SHUTTLE, key_pair
from PIL import Image, ImageDraw, ImageFilter

from rerail.ticket import aztec
from rerail.ticket.barcode import barcode
from rerail.ticket.pdf import pdf
from rerail.ticket.problem import NotEncodable, Unreadable

KEY, _ = key_pair()
RAW = barcode(ANNA, KEY)


def as_png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def printed(scale: int = 4) -> Image.Image:
    """The code on a white sheet."""
    code = Image.open(BytesIO(aztec.png(RAW, scale))).convert("L")
    sheet = Image.new("L", (code.width + 160, code.height + 160), 255)
    sheet.paste(code, (80, 80))
    return sheet


def test_the_picture_is_read_back() -> None:
    assert aztec.read(aztec.png(RAW)) == [RAW]
    assert aztec.read(aztec.png(RAW, scale=2)) == [RAW]


def test_the_drawing_has_exactly_the_modules_of_the_picture() -> None:
    rows = aztec.modules(RAW)
    drawing = aztec.svg(RAW)
    size = len(rows) + 4
    assert f'viewBox="0 0 {size} {size}"' in drawing
    drawn = [[False] * size for _ in range(size)]
    path = re.findall(r'd="([^"]*)"', drawing)[1]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for step in range(int(length)):
            drawn[int(y)][int(x) + step] = True
    assert [tuple(row[2:-2]) for row in drawn[2:-2]] == list(rows)
    assert not any(drawn[0] + drawn[-1] + [row[0] or row[-1] for row in drawn])  # white around
    picture = Image.open(BytesIO(aztec.png(RAW, scale=1)))
    assert [[picture.getpixel((x, y)) == 0 for x in range(size)] for y in range(size)] == drawn


def test_a_blurred_turned_and_badly_compressed_photograph() -> None:
    photograph = printed().filter(ImageFilter.GaussianBlur(1.4)).rotate(17, expand=True, fillcolor=255)
    out = BytesIO()
    photograph.save(out, "JPEG", quality=35)
    assert aztec.read(out.getvalue()) == [RAW]


def test_upside_down_and_on_a_dark_screen() -> None:
    assert aztec.read(as_png(printed().rotate(180))) == [RAW]
    assert aztec.read(as_png(printed().point(lambda level: 255 - level))) == [RAW]


def test_a_crease_and_a_blot_are_corrected() -> None:
    sheet = printed()
    pen = ImageDraw.Draw(sheet)
    pen.line([(80, 130), (sheet.width - 80, 134)], fill=255, width=5)
    pen.ellipse([150, 300, 190, 340], fill=0)
    assert aztec.read(as_png(sheet)) == [RAW]


@pytest.mark.parametrize("size", ["a4", "phone"])
def test_a_pdf_is_read_page_by_page(size: str) -> None:
    other = barcode(SHUTTLE, KEY)
    content = pdf([(ANNA, RAW), (SHUTTLE, other)], "a4" if size == "a4" else "phone", "en")
    assert aztec.read(content) == [RAW, other]


def test_a_printed_and_scanned_page() -> None:
    document = pypdfium2.PdfDocument(pdf([(ANNA, RAW)], "a4", "ru"))
    scanned = document[0].render(scale=150 / 72, grayscale=True).to_pil().rotate(1.5, fillcolor=255)
    assert aztec.read(as_png(scanned.filter(ImageFilter.GaussianBlur(0.7)))) == [RAW]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 and then nothing", "The PDF cannot be read"),
        (b"\x89PNG\r\n\x1a\n and then nothing", "The picture cannot be read"),
        (as_png(Image.new("L", (200, 200), 255)), "No Aztec code was found"),
        (as_png(Image.new("1", (8_000, 8_000), 1)), "too large: 8000 × 8000"),
        (as_png(Image.new("1", (20_000, 20_000), 1)), "The picture cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        aztec.read(content)


def test_more_than_a_code_holds() -> None:
    with pytest.raises(NotEncodable, match="does not fit into an Aztec code"):
        aztec.svg(bytes(4000))
