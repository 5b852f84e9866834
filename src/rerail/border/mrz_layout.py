"""Where each field stands in each format of machine-readable zone (ICAO Doc 9303-4, -5 and -6, section 4.2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rerail.border.mrz_model import Format


class Span(NamedTuple):
    """Neighbouring positions in a line, both counted from 1."""

    line: int
    position: int
    length: int = 1

    def of(self, lines: Sequence[str]) -> str:
        """What stands there."""
        return lines[self.line - 1][self.position - 1 : self.position - 1 + self.length]


class Layout(NamedTuple):
    """The fields of one format."""

    width: int
    names: Span
    number: Span
    number_check: Span
    nationality: Span
    birth_date: Span
    birth_date_check: Span
    sex: Span
    expires: Span
    expires_check: Span
    optional_data: Span
    optional_data_check: Span | None
    optional_data_2: Span | None
    composite: tuple[Span, ...]
    """What the composite check digit is over, in this order."""
    composite_check: Span
    lines: int
    firsts: str
    """The letters that a document code can begin with."""
    document_code: Span = Span(1, 1, 2)
    issuing_state: Span = Span(1, 3, 3)

    @property
    def long_numbers(self) -> bool:
        """Whether a document number goes on in the optional data (Doc 9303-5, note j): on cards."""
        return self.optional_data_check is None


LAYOUTS: Final[Mapping[Format, Layout]] = {
    "TD3": Layout(
        lines=2,
        width=44,
        firsts="P",
        names=Span(1, 6, 39),
        number=Span(2, 1, 9),
        number_check=Span(2, 10),
        nationality=Span(2, 11, 3),
        birth_date=Span(2, 14, 6),
        birth_date_check=Span(2, 20),
        sex=Span(2, 21),
        expires=Span(2, 22, 6),
        expires_check=Span(2, 28),
        optional_data=Span(2, 29, 14),
        optional_data_check=Span(2, 43),
        optional_data_2=None,
        composite=(Span(2, 1, 10), Span(2, 14, 7), Span(2, 22, 22)),
        composite_check=Span(2, 44),
    ),
    "TD2": Layout(
        lines=2,
        width=36,
        firsts="ACI",
        names=Span(1, 6, 31),
        number=Span(2, 1, 9),
        number_check=Span(2, 10),
        nationality=Span(2, 11, 3),
        birth_date=Span(2, 14, 6),
        birth_date_check=Span(2, 20),
        sex=Span(2, 21),
        expires=Span(2, 22, 6),
        expires_check=Span(2, 28),
        optional_data=Span(2, 29, 7),
        optional_data_check=None,
        optional_data_2=None,
        composite=(Span(2, 1, 10), Span(2, 14, 7), Span(2, 22, 14)),
        composite_check=Span(2, 36),
    ),
    "TD1": Layout(
        lines=3,
        width=30,
        firsts="ACI",
        names=Span(3, 1, 30),
        number=Span(1, 6, 9),
        number_check=Span(1, 15),
        nationality=Span(2, 16, 3),
        birth_date=Span(2, 1, 6),
        birth_date_check=Span(2, 7),
        sex=Span(2, 8),
        expires=Span(2, 9, 6),
        expires_check=Span(2, 15),
        optional_data=Span(1, 16, 15),
        optional_data_check=None,
        optional_data_2=Span(2, 19, 11),
        composite=(Span(1, 6, 25), Span(2, 1, 7), Span(2, 9, 7), Span(2, 19, 11)),
        composite_check=Span(2, 30),
    ),
}
