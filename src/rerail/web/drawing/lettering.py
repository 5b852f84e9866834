"""How much room words take, before any browser has set them.

The reader's font is not known when a drawing is made. Widths are those of Noto Sans and Noto Sans CJK, the widest
of the fonts that the site asks for (`--sans` in `static/site/1-ground.css`), and a little more.
`tests/web/test_drawing_labels.py` measures it in a browser.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_EM: Final[dict[str, float]] = {
    **dict.fromkeys("ijlI.,:;'’|!·", 0.29),
    **dict.fromkeys("()[]/ \u00a0-ftrјі", 0.39),
    **dict.fromkeys("csvxyzkгтзсху", 0.53),
    **dict.fromkeys("mwMWШЩЖЮМФЫшщжюмфы—%@№", 0.92),
    " ": 0.28,
    "\u00a0": 0.28,
}


@lru_cache(maxsize=1024)
def _em(character: str) -> float:
    if character in _EM:
        return _EM[character]
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 0.95
    return 0.68 if character.isupper() else 0.6


def width(words: str, size: float, *, bold: bool = False) -> float:
    """The width that a text needs at a font size, in the size's unit."""
    return sum(_em(character) for character in words) * size * (1.06 if bold else 1.0)


def wrap(words: str, size: float, room: float) -> list[str]:
    """The text in lines of at most this width, broken at spaces, not at no-break ones.

    A word that is wider than the room breaks where it must.
    """
    lines: list[str] = []
    current = ""
    for word in words.split(" "):
        longer = f"{current} {word}" if current else word
        if width(longer, size) <= room:
            current = longer
            continue
        if current:
            lines.append(current)
        current = word
        while width(current, size) > room and len(current) > 1:
            fits = next(
                length for length in range(len(current), 0, -1) if length == 1 or width(current[:length], size) <= room
            )
            lines.append(current[:fits])
            current = current[fits:]
    return [*lines, current] if current else lines


def unbroken(words: str) -> str:
    """The text with no-break spaces: "25 kV AC" stays on one line."""
    return words.replace(" ", "\u00a0")
