"""The axis of time: days to places, with long quiet years cut short, and the years written along it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from rerail.line.dates import Dates
from rerail.web.drawing.life_facts import LifeFacts

QUIET_DAYS: Final = 270
"""A stretch longer than this in which nothing begins, ends or runs is cut short."""

_CUT_DAYS: Final = 120
"""What such a stretch is drawn as long as."""


FLAG_ROWS: Final = 7
"""Rows of words about events above a lying axis, at most."""


class Axis:
    """Days to places along the drawing.

    With an `end` the days share the room between `begin` and it. Without one each day is `per_day` long, and a
    stretch that begins with a day of `room` is at least as long as that, so that words about the day fit in.
    """

    def __init__(
        self,
        facts: LifeFacts,
        begin: float,
        end: float | None = None,
        *,
        per_day: float = 1.0,
        room: Mapping[date, float] | None = None,
    ) -> None:
        self.start = facts.start
        self.until = facts.until
        self.begin = begin
        room = room or {}
        knots = sorted({facts.start, *facts.changes, *room, facts.until})
        busy = [band.runs.within(facts.start, facts.until) for band in facts.bands]
        self.cuts: list[tuple[date, date]] = []
        lengths: list[float] = []
        for one, other in pairwise(knots):
            days = (other - one).days
            quiet = days > QUIET_DAYS and not any(_between(runs, one, other) for runs in busy)
            if quiet:
                self.cuts.append((one, other))
            lengths.append(_CUT_DAYS if quiet else days)
        scale = per_day if end is None else (end - begin) / sum(lengths)
        lengths = [length * scale for length in lengths]
        spoken = [knots.index(day) for day in sorted(room)]
        for first, last in pairwise([*spoken, len(lengths)]):
            drawn, needed = sum(lengths[first:last]), room[knots[first]]
            if drawn < needed:
                lengths[first:last] = [length * needed / drawn for length in lengths[first:last]]
        self._knots = [day.toordinal() for day in knots]
        self._places = [begin]
        for length in lengths:
            self._places.append(self._places[-1] + length)
        self.end = round(self._places[-1], 1)

    def at(self, day: date | None) -> float:
        """Where a day begins; the end of the axis for one that never comes."""
        if day is None or day >= self.until:
            return self.end
        if day <= self.start:
            return self.begin
        ordinal = day.toordinal()
        index = bisect_right(self._knots, ordinal) - 1
        low, high = self._knots[index], self._knots[index + 1]
        share = (ordinal - low) / (high - low)
        return round(self._places[index] + share * (self._places[index + 1] - self._places[index]), 1)

    def breaks(self) -> list[float]:
        """Where the axis is cut: the middle of each stretch cut short."""
        return [(self.at(one) + self.at(other)) / 2 for one, other in self.cuts]

    def years(self, room: float) -> list[tuple[float, str]]:
        """The first of January of each year, and its number where it has room (else nothing)."""
        found: list[tuple[float, str]] = []
        last = self.begin - room
        for year in range(self.start.year + 1, self.until.year + 1):
            place = self.at(date(year, 1, 1))
            named = place - last >= room <= self.end - place
            if named:
                last = place
            found.append((place, str(year) if named else ""))
        return found

    def quarters(self) -> list[float]:
        """The first days of April, July and October outside the stretches cut short."""
        days = (date(year, month, 1) for year in range(self.start.year, self.until.year + 1) for month in (4, 7, 10))
        return [
            self.at(day)
            for day in days
            if self.start < day < self.until and not any(one < day < other for one, other in self.cuts)
        ]

    def pieces(self, dates: Dates, thin: float, near: float) -> list[tuple[float, float]]:
        """A set of days as pieces [from, to] of the axis; a day is at least `thin`, nearer than `near` they join."""
        found: list[tuple[float, float]] = []
        for day in dates.within(self.start, self.until):
            begin = self.at(day)
            end = max(begin + thin, self.at(day + timedelta(days=1)))
            if found and begin - found[-1][1] < near:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
        return found


def _between(dates: Dates, start: date, until: date) -> bool:
    return bool(dates.within(start, until))


def flags(places: Sequence[float], rank: Sequence[int], width: float, end: float) -> list[tuple[int, bool] | None]:
    """For words of a width about places on the axis: the row up from it, and whether they stand before the place.

    Words stand after their place unless they would pass the end. None covers another, nor the line down from
    one. Where `FLAG_ROWS` rows are not enough, those of the highest rank are left out (None).
    """
    chosen: list[int] = []
    rows: dict[int, int] = {}
    for index in sorted(range(len(places)), key=lambda one: (rank[one], one)):
        tried = _rows(sorted([*chosen, index], key=lambda one: -places[one]), places, width, end)
        if tried is not None:
            chosen.append(index)
            rows = tried
    return [(rows[index], place + width > end) if index in rows else None for index, place in enumerate(places)]


def _rows(order: Sequence[int], places: Sequence[float], width: float, end: float) -> dict[int, int] | None:
    """Rows for words taken from right to left, each in the lowest that is free; None if they are too many."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(FLAG_ROWS)]
    rows: dict[int, int] = {}
    for index in order:
        place = places[index]
        begin, until = (place - width, place) if place + width > end else (place, place + width)
        for row in range(FLAG_ROWS):
            free = all(until + 4 < one or other < begin - 4 for one, other in taken[row])
            down = all(not one - 3 < place < other + 3 for lower in taken[:row] for one, other in lower)
            if free and down:
                taken[row].append((begin, until))
                for lower in taken[:row]:
                    lower.append((place - 1, place + 1))
                rows[index] = row
                break
        else:
            return None
    return rows
