"""A layout and its data made into a PDF. Everything a person typed goes to the typesetter as data, never as markup."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from rerail.typeset import fonts

_ACROSS_A_PHONE: Final = 14
"""Capital letters of this number fit across the narrowest page."""
_LONG: Final = 300_000
"""Bytes of a PDF. A ticket has a tenth of it."""
_REMEMBERED: Final = 10
_BLANK: Final = Path(__file__).parent / "blank.typ"
_typesetter: Final = threading.Lock()


def typeset(layout: Path, data: Mapping[str, Any], language: str, made: datetime) -> bytes:
    """A PDF from a layout and its data; `made` (UTC) is the date it carries. The same data give the same bytes.

    The layout reads only what lies in its own folder. Without a font for Korean on this machine Korean text is set
    in Latin letters (`fonts.advice` tells what to install).
    """
    korean = fonts.hangul()
    ready = fonts.in_letters_at_hand(data, korean)
    inputs = {
        "data": msgspec.json.encode(ready).decode(),
        "fonts": msgspec.json.encode([fonts.LATIN_AND_CYRILLIC, *([korean] if korean else [])]).decode(),
        "language": fonts.printable([language], korean)[0],
    }
    with _typesetter:
        content: bytes = _compiler(layout).compile(
            format="pdf",
            sys_inputs=inputs,
            timestamp=made.astimezone(UTC).replace(microsecond=0),  # the typesetter refuses less than a second
        )
        if len(content) > _LONG:
            _forget()
    return content


def _forget() -> None:
    """Let go of the memory that a long document took.

    The typesetter keeps what it worked out for its last ten documents, to be quick with one that is set again. A
    list of 600 passengers takes 110 MB of it; ten blank pages age that away in 0.15 s.
    """
    for _ in range(_REMEMBERED + 1):
        _compiler(_BLANK).compile(format="pdf")


@cache
def _compiler(layout: Path) -> Any:
    """Reads the layout and looks for the machine's fonts once."""
    return typst.Compiler(str(layout), root=str(layout.parent))


def broken(text: str, longest: int = _ACROSS_A_PHONE) -> str:
    """The text with places to break a line inside words of more letters than fit beside each other."""
    return " ".join(
        word
        if len(word) <= longest
        else "\u200b".join(word[start : start + longest] for start in range(0, len(word), longest))
        for word in text.split()
    )
