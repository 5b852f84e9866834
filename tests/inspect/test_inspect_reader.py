"""Codes are found by the camera, and in pictures of phones and paper, by the reader in WebAssembly."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from films import held
from inspecting import Inspector, OpenPage, in_letters
from passes import CODES, FILMED, KEYS
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page
from ticket.example_tickets import ANNA

from rerail.ticket import aztec
from rerail.ticket.pdf import pdf

RAW = CODES["anna, who changes places"]


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def on_white(raw: bytes, scale: int = 4) -> Image.Image:
    code = Image.open(BytesIO(aztec.png(raw, scale))).convert("L")
    sheet = Image.new("L", (code.width + 160, code.height + 160), 255)
    sheet.paste(code, (80, 80))
    return sheet


def creased() -> Image.Image:
    sheet = on_white(RAW)
    pen = ImageDraw.Draw(sheet)
    pen.line([(80, 130), (sheet.width - 80, 134)], fill=255, width=5)
    pen.ellipse([150, 300, 190, 340], fill=0)
    return sheet


def see_through() -> Image.Image:
    """Black on nothing, as a screenshot of a wallet can be."""
    code = Image.open(BytesIO(aztec.png(RAW))).convert("L")
    return Image.merge("LA", (Image.new("L", code.size, 0), code.point(lambda level: 255 - level)))


def far_off() -> Image.Image:
    """A photograph of twelve megapixels with a small code in a corner."""
    sheet = Image.new("L", (4000, 3000), 200)
    sheet.paste(on_white(RAW, 2), (3200, 2300))
    return sheet


def page_of_a_pdf() -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf([(ANNA, RAW)], "a4", "ko"))
    picture: Image.Image = document[0].render(scale=200 / 72).to_pil()
    return picture.rotate(1.5, fillcolor=(255, 255, 255))


PICTURES = {
    "as drawn": lambda: aztec.png(RAW),
    "two pixels a module": lambda: aztec.png(RAW, scale=2),
    "upside down": lambda: saved(on_white(RAW).rotate(180)),
    "on a dark screen": lambda: saved(on_white(RAW).point(lambda level: 255 - level)),
    "turned, blurred, badly compressed": lambda: saved(
        on_white(RAW).filter(ImageFilter.GaussianBlur(1.4)).rotate(17, expand=True, fillcolor=255), "JPEG", quality=35
    ),
    "creased and blotted": lambda: saved(creased()),
    "see-through": lambda: saved(see_through()),
    "small in a large photograph": lambda: saved(far_off(), "JPEG"),
    "a printed page": lambda: saved(page_of_a_pdf()),
    "before a camera": lambda: saved(held(RAW, turned=-33)),
}


def read_file(page: Page, content: bytes, name: str = "picture") -> Any:
    """What the reader finds in a file that a person chose."""
    page.get_by_label("A picture").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
    return page.evaluate(
        """() => inspecting.trying(() => inspecting.reader.readPicture(document.querySelector("input").files[0]))"""
    )


@pytest.mark.parametrize("how", PICTURES)
def test_a_code_in_a_picture(inspector: Inspector, how: str) -> None:
    assert read_file(inspector.page, PICTURES[how]()) == [{"octets": in_letters(RAW)}]


def test_two_tickets_in_one_picture_each_once(inspector: Inspector) -> None:
    first, second = (on_white(raw) for raw in FILMED)
    both = Image.new("L", (first.width + 2 * second.width, max(first.height, second.height)), 255)
    for place, code in ((0, first), (first.width, second), (first.width + second.width, second)):
        both.paste(code, (place, 0))
    found = read_file(inspector.page, saved(both))
    assert sorted(one["octets"] for one in found) == sorted(in_letters(raw) for raw in FILMED)


def test_a_picture_without_a_code_and_a_file_that_is_no_picture(inspector: Inspector) -> None:
    assert read_file(inspector.page, saved(Image.new("L", (300, 200), 255))) == []
    assert read_file(inspector.page, b"%PDF-1.7 and then nothing") == {"thrown": "no-picture"}
    assert read_file(inspector.page, b"") == {"thrown": "no-picture"}


WATCH = """() => {
  window.told = [];
  return inspecting.trying(async () => {
    const video = document.querySelector("video");
    const note = (error) => told.push({ failed: error.code });
    window.camera = await inspecting.reader.startCamera(video, (bytes) => told.push(inspecting.plain(bytes)), note);
    return [video.videoWidth, video.videoHeight];
  });
}"""


def test_a_film_of_two_tickets_held_before_the_camera(inspector: Inspector) -> None:
    page = inspector.page
    assert page.evaluate(WATCH) == [640, 480]
    page.wait_for_function("(raw) => raw.every((one) => told.some((seen) => seen.octets === one))", arg=letters(FILMED))
    told = page.evaluate(
        "() => { const seen = told.slice(); camera.stop(); told.length = 0; return seen.map((one) => one.octets); }"
    )
    # A code that is held there, turning a little, is told once; the film has its two in turn.
    assert all(one != following for one, following in pairwise(told))
    assert [inspector.verify(raw, KEYS)["verdict"] for raw in FILMED] == ["valid", "valid"]
    assert page.evaluate("() => [document.querySelector('video').srcObject, told.length]") == [None, 0]


def test_the_camera_light_goes_out_and_a_camera_taken_away_is_said(inspector: Inspector) -> None:
    page = inspector.page
    page.evaluate(WATCH)
    states = "() => window.tracks.map((track) => track.readyState)"
    page.evaluate("() => { window.tracks = document.querySelector('video').srcObject.getTracks(); }")
    assert page.evaluate(states) == ["live"]
    page.evaluate("() => { tracks[0].dispatchEvent(new Event('ended')); }")
    assert page.evaluate(states) == ["ended"]
    assert {"failed": "camera-gone"} in page.evaluate("() => told")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NotAllowedError", "not-allowed"),
        ("NotFoundError", "no-camera"),
        ("NotReadableError", "camera-in-use"),
        ("AbortError", "camera-in-use"),
    ],
)
def test_why_there_is_no_camera(inspector: Inspector, name: str, code: str) -> None:
    found = inspector.page.evaluate(
        """async (name) => {
          const devices = navigator.mediaDevices;
          devices.getUserMedia = () => Promise.reject(new DOMException("no", name));
          try {
            const video = document.querySelector("video");
            return await inspecting.trying(() => inspecting.reader.startCamera(video, () => {}, () => {}));
          } finally {
            delete devices.getUserMedia;
          }
        }""",
        name,
    )
    assert found == {"thrown": code}


def test_a_page_that_came_by_http_has_no_camera_and_says_so(open_page: OpenPage) -> None:
    page = open_page("/inspecting/")
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    Inspector(page)
    assert page.evaluate(WATCH) == {"thrown": "not-secure"}


def test_without_a_network_the_reader_says_that_it_is_missing_and_comes_with_one(open_page: OpenPage) -> None:
    page = open_page("/inspecting/")
    Inspector(page)
    page.context.set_offline(True)
    assert read_file(page, aztec.png(RAW)) == {"thrown": "not-loaded"}
    page.context.set_offline(False)
    assert read_file(page, aztec.png(RAW)) == [{"octets": in_letters(RAW)}]


def test_once_loaded_everything_works_with_no_network_at_all(open_page: OpenPage) -> None:
    page = open_page("/inspecting/")
    page.evaluate("() => navigator.serviceWorker.register('worker.js')")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.context.set_offline(True)
    page.reload()
    inspector = Inspector(page)
    (found,) = read_file(page, PICTURES["before a camera"]())
    assert found == {"octets": in_letters(RAW)}
    assert inspector.verify(RAW, KEYS, train="951", date="2026-12-10")["verdict"] == "valid"
    assert page.evaluate(WATCH) == [640, 480]
    page.evaluate("() => camera.stop()")


def letters(raws: tuple[bytes, ...]) -> list[str]:
    return [in_letters(raw) for raw in raws]
