"""From what people type or paste to the lines of a machine-readable zone, saying what was taken for what."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from rerail.border.check_digits import FILLER, VALUES
from rerail.border.mrz_layout import LAYOUTS, Layout
from rerail.border.mrz_model import Format, MrzProblem, NotMrz

_LONGEST: Final = 1_000
_MOST_LENGTHS: Final = 6

_FILLERS: Final = frozenset("‹〈⟨❮˂ᐸ﹤")
_TWO_FILLERS: Final = frozenset("«《⟪≪")
"""Typed for one filler, or made of two by a word processor: whichever gives a line its length."""

_LOOK_ALIKES: Final = dict(
    zip(
        "АВЕЁКМНОРСТУХЅІЇЈԚԜ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "ABEEKMHOPCTYXSIIJQW" + "ABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Cyrillic and Greek capitals → the Latin ones that look the same."""


class Typed(NamedTuple):
    """The lines of a zone, all of the format's length."""

    format: Format
    lines: tuple[str, ...]
    problems: tuple[MrzProblem, ...]


class _Cell(NamedTuple):
    read: str
    typed: str


_Cells = tuple[_Cell, ...]
_FILL: Final = _Cell(FILLER, FILLER)


def zone_lines(text: str) -> Typed:
    """The lines of a zone, in capitals, whatever became of spaces, line breaks and fillers. Raises `NotMrz`."""
    if len(text) > _LONGEST:
        raise NotMrz(
            "This is no machine-readable zone: it has %(count)d characters, and a zone at most 90. Type the lines at "
            "the foot of the document's data page, and nothing else.",
            "mrz",
            count=len(text),
        )
    text = text.replace("&lt;", FILLER).replace("&LT;", FILLER)
    read = [_cells(text, two) for two in (FILLER * 2, FILLER)]
    if not read[0]:
        raise NotMrz("Type the lines of < and letters at the foot of the document's data page.", "mrz")
    for typed in read:
        found = _as_they_are(typed)
        if found is not None:
            return _typed(*found, ())
    for typed in read:
        mended = _with_its_fillers(typed)
        if mended is not None:
            return _typed(*mended)
    for typed in read:
        found = _broken_elsewhere(typed)
        if found is not None:
            return _typed(*found, ())
    raise _other_lengths(read[-1])


def _cells(text: str, two: str) -> list[_Cells]:
    lines = (tuple(_line_cells(line, two)) for line in text.splitlines())
    return [line for line in lines if line]


def _line_cells(line: str, two: str) -> Iterator[_Cell]:
    for typed in line:
        # Full-width forms stand for ASCII one by one; every other change of form could change a line's length.
        plain = chr(ord(typed) - 0xFEE0) if "！" <= typed <= "～" else typed
        if plain.isspace() or unicodedata.category(plain) in ("Cf", "Cc"):
            continue
        capital = plain.upper() if len(plain.upper()) == 1 else plain
        if plain in _TWO_FILLERS:
            yield from (_FILL for _ in two)
        elif plain in _FILLERS:
            yield _FILL
        elif capital in _LOOK_ALIKES:
            yield _Cell(_LOOK_ALIKES[capital], typed)
        elif not plain.isascii() and capital in VALUES:  # ı
            yield _Cell(capital, typed)
        else:
            yield _Cell(_digit(capital), capital)


def _digit(character: str) -> str:
    """Digits of any script are the same digits."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _as_they_are(typed: Sequence[_Cells]) -> tuple[Format, list[_Cells]] | None:
    lengths = [len(line) for line in typed]
    for name, layout in LAYOUTS.items():
        if lengths == [layout.width] * layout.lines:
            return name, list(typed)
    return None


def _broken_elsewhere(typed: Sequence[_Cells]) -> tuple[Format, list[_Cells]] | None:
    """Line breaks lost, or put somewhere else: the number of characters tells the format."""
    whole = tuple(cell for line in typed for cell in line)
    for name, layout in LAYOUTS.items():
        if len(whole) == layout.width * layout.lines:
            starts = range(0, len(whole), layout.width)
            return name, [whole[start : start + layout.width] for start in starts]
    return None


def _with_its_fillers(typed: Sequence[_Cells]) -> tuple[Format, list[_Cells], tuple[MrzProblem, ...]] | None:
    """The fillers behind the names are hard to count, and their number says nothing: it is set right."""
    for name, layout in LAYOUTS.items():
        at = layout.names.line - 1
        if len(typed) != layout.lines:
            continue
        others = [len(line) for number, line in enumerate(typed) if number != at]
        names = _filled(typed[at], layout)
        if others == [layout.width] * (layout.lines - 1) and names is not None:
            problem = MrzProblem(
                level="warning",
                rule="fillers",
                field="names",
                line=at + 1,
                found=str(len(typed[at])),
                expected=str(layout.width),
                message="Line %(line)d has %(found)s characters instead of %(expected)s.",
                fix="The number of < at its end was set right; compare the names with the document.",
            )
            return name, [*typed[:at], names, *typed[at + 1 :]], (problem,)
    return None


def _filled(names: _Cells, layout: Layout) -> _Cells | None:
    kept = names
    while len(kept) > layout.width and kept[-1].read == FILLER:
        kept = kept[:-1]
    # A line with anything but the code and the state has a name; a shorter one was left off.
    if len(kept) > layout.width or len(kept) <= layout.names.position:
        return None
    return (*kept, *(_FILL for _ in range(layout.width - len(kept))))


def _typed(name: Format, lines: Sequence[_Cells], problems: Iterable[MrzProblem]) -> Typed:
    read = tuple("".join(cell.read for cell in line) for line in lines)
    if read[0][0] == "V":
        raise NotMrz(
            "This is the zone of a visa: it begins with V. Type that of the passport or card itself.",
            "mrz",
        )
    return Typed(name, read, (*problems, *_look_alikes(lines), *_strangers(lines)))


def _look_alikes(lines: Sequence[_Cells]) -> Iterator[MrzProblem]:
    for number, line in enumerate(lines, start=1):
        places = [place for place, cell in enumerate(line, start=1) if cell.typed.upper() in _LOOK_ALIKES]
        if places:
            yield MrzProblem(
                level="warning",
                rule="look-alike",
                line=number,
                position=places[0],
                found="".join(line[place - 1].typed for place in places),
                expected="".join(line[place - 1].read for place in places),
                message="Line %(line)d has letters of another alphabet (position %(places)s).",
                fix="They were read as the Latin %(expected)s.",
                more={"places": _ranges(places)},
            )


def _strangers(lines: Sequence[_Cells]) -> Iterator[MrzProblem]:
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line, start=1):
            if cell.read not in VALUES:
                yield MrzProblem(
                    level="error",
                    rule="character",
                    line=number,
                    position=place,
                    found=cell.typed,
                    message="Line %(line)d, position %(position)d: %(found)s cannot stand in a machine-readable zone.",
                    fix="It has only A to Z, 0 to 9 and <; type what the document prints there.",
                )


def _ranges(places: Sequence[int]) -> str:
    """ "3, 6–12"."""
    runs = groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    ends = [[place for _, place in run] for _, run in runs]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in ends)


def _other_lengths(typed: Sequence[_Cells]) -> NotMrz:
    lengths = [str(len(line)) for line in typed]
    return NotMrz(
        "This is no machine-readable zone: it has %(found)s characters, and a zone has 44 + 44 (passports), 36 + 36 "
        "or 30 + 30 + 30 (cards). Type its lines from beginning to end, every < too.",
        "mrz",
        found=" + ".join(lengths[:_MOST_LENGTHS] + ["…"] * (len(lengths) > _MOST_LENGTHS)),
    )
