"""What a journey will ask of travel documents, as told before anybody buys: who asks for what, what was last known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from rerail.border.asked import wanted
from rerail.border.checks import Crossed
from rerail.line.model import Line, Train
from rerail.web.advice_shown import AdviceShown, advice_shown, passed_by
from rerail.web.context import View
from rerail.web.document_words import BorderShown, borders_shown


class Way(Struct, frozen=True):
    """A stretch of a departure."""

    line: Line
    train: Train
    service_date: date
    board: int
    """Indexes of calls."""
    alight: int


class PapersBefore(Struct, frozen=True, kw_only=True):
    """What is asked and what is known."""

    borders: tuple[BorderShown, ...]
    advice: tuple[AdviceShown, ...]

    @property
    def conditions(self) -> tuple[AdviceShown, ...]:
        """The rules that the operator sells on."""
        return tuple(one for one in self.advice if one.condition)

    @property
    def illustrative(self) -> bool:
        """Whether anything of it is marked so."""
        asks = [ask for border in self.borders for ask in border.asks]
        return (
            any(one.illustrative or one.dated_illustrative for one in self.advice)
            or any(one.illustrative for one in asks)
            or any(one.until_illustrative for one in self.borders)
        )


def papers_before(view: View, ways: Iterable[Way], *, on_named_list: bool) -> PapersBefore | None:
    """What a journey will ask, of anybody; None if nothing is asked and nothing known."""
    stretches = tuple(ways)
    crossed = [
        Crossed(line=way.line, wanted=one)
        for way in stretches
        for one in wanted(way.line, way.train, way.service_date, way.board, way.alight, on_named_list=on_named_list)
    ]
    passed = [
        one for way in stretches for one in passed_by(way.line, way.train, way.service_date, way.board, way.alight)
    ]
    found = PapersBefore(borders=borders_shown(view, crossed), advice=advice_shown(view, passed))
    return found if found.borders or found.advice else None
