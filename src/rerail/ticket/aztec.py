"""The barcode as an Aztec code (ISO/IEC 24778): drawn module by module, and read out of pictures and PDFs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pypdfium2
import zxingcpp
from PIL import Image

from rerail.ticket.problem import NotEncodable, Unreadable

CORRECTION: Final = "33%"
"""At least this share of the symbol corrects errors: a fold, a thumb, a scratched screen. 23 is usual."""

_AZTEC: Final = zxingcpp.barcode_formats_from_str("Aztec")

_QUIET: Final = 2
"""Modules of white around the code. Aztec needs none; readers and dark pages are grateful."""

_MOST_PIXELS: Final = 40_000_000
_MOST_PAGES: Final = 100
_DPI: Final = (200, 400)
"""A page is looked at again, finer, if nothing is found on it."""

_pdfium: Final = threading.Lock()
"""PDFium is not made for two threads at once."""


def modules(raw: bytes) -> tuple[tuple[bool, ...], ...]:
    """The code's rows of modules, True for dark, without a quiet zone. Raises `NotEncodable` if it is too long."""
    try:
        code = zxingcpp.create_barcode(raw, zxingcpp.BarcodeFormat.Aztec, ec_level=CORRECTION)
    except (ValueError, RuntimeError) as error:
        raise NotEncodable("This ticket does not fit into an Aztec code: %(why)s.", why=str(error)) from None
    if not code.valid:
        raise NotEncodable("This ticket does not fit into an Aztec code: it is %(size)d bytes long.", size=len(raw))
    drawn: Any = code.to_image(scale=1, add_quiet_zones=False)  # offers its pixels as a buffer
    picture = memoryview(drawn)
    width = len(picture.tobytes()) // len(picture)
    height, pixels = len(picture), picture.tobytes()
    return tuple(tuple(level < 128 for level in pixels[row * width : (row + 1) * width]) for row in range(height))


def svg(raw: bytes) -> str:
    """The code as SVG, one unit a module, with two modules of white around it."""
    rows = modules(raw)
    size = len(rows) + 2 * _QUIET
    path = "".join(
        f"M{start + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
    )


def png(raw: bytes, scale: int = 8) -> bytes:
    """The code as a PNG in black and white, `scale` pixels a module."""
    rows = modules(raw)
    size = len(rows) + 2 * _QUIET
    picture = Image.new("1", (size, size), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + _QUIET, y + _QUIET), 0)
    out = BytesIO()
    picture.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def read(content: bytes) -> list[bytes]:
    """The bytes of every Aztec code in a PDF or a picture, page by page from top to bottom, each once.

    Raises `Unreadable` if it is neither, is too large, or no code is found.
    """
    found: list[bytes] = []
    for picture in _pages(content) if content.startswith(b"%PDF-") else _picture(content):
        found.extend(_codes(picture))
    if not found:
        raise Unreadable("No Aztec code was found; hold the picture straight, whole and sharp.")
    return list(dict.fromkeys(found))


def is_picture(content: bytes) -> bool:
    """Whether this is a PDF or a picture that may show a code, rather than the code's own bytes."""
    return content.startswith((b"%PDF-", b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*"))


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow one another."""
    start = None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def _codes(picture: Image.Image) -> list[bytes]:
    codes: list[Any] = zxingcpp.read_barcodes(picture, formats=_AZTEC)
    codes.sort(key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [bytes(code.bytes) for code in codes]


def _picture(content: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                width, height = picture.size
                raise Unreadable("The picture is too large: %(width)d × %(height)d.", width=width, height=height)
            yield picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("The picture cannot be read: %(why)s.", why=str(error).rstrip(".")) from None


def _pages(content: bytes) -> Iterator[Image.Image]:
    """Each page as a picture; the finer one only of a page where the coarser shows no code."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise Unreadable("The PDF cannot be read: %(why)s.", why=str(error)) from None
        try:
            if len(document) > _MOST_PAGES:
                raise Unreadable("The PDF has %(pages)d pages; give those with tickets.", pages=len(document))
            for number in range(len(document)):
                yield _page(document, number)
        finally:
            document.close()


def _page(document: Any, number: int) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    picture = Image.new("L", (1, 1), 255)
    for dpi in _DPI:
        scale = dpi / 72
        if width * height * scale * scale > _MOST_PIXELS:
            break
        picture = page.render(scale=scale, grayscale=True).to_pil()
        if _codes(picture):
            break
    return picture
