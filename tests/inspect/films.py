"""What a camera sees: tickets held before it, one after the other, as a film that a browser plays in its place."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageFilter

from rerail.ticket import aztec

WIDTH, HEIGHT = 640, 480
_A_SECOND: Final = 5
"""Frames."""


def held(raw: bytes, *, turned: float = 0.0, scale: int = 3) -> Image.Image:
    """A ticket on a phone or paper held before a camera: never quite sharp, never quite straight, on something grey."""
    code = Image.open(BytesIO(aztec.png(raw, scale))).convert("L")
    seen = Image.new("L", (WIDTH, HEIGHT), 150)
    seen.paste(code, ((WIDTH - code.width) // 2, (HEIGHT - code.height) // 2))
    return seen.rotate(turned, fillcolor=150, resample=Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(0.6))


def nothing() -> Image.Image:
    """A camera pointed at a dark coach."""
    return Image.new("L", (WIDTH, HEIGHT), 60)


def film(file: Path, scenes: Iterable[Image.Image]) -> Path:
    """Each scene for a second, as YUV4MPEG2."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for scene in scenes:
            out.write((b"FRAME\n" + scene.tobytes() + grey) * _A_SECOND)
    return file
