"""How to get from A to B on a date; and if there is no way, why, and when there is one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from rerail.journey.model import Answer, Journey, Leg, Refusal, by_departure
from rerail.journey.network import DatesOf, Network, Pattern, network
from rerail.journey.rounds import MOST_CHANGES, Found, Rounds, span_days
from rerail.journey.stations import find_station
from rerail.life.consent import Key, Life
from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import StationId
from rerail.line.timing import instant

LOOK_AHEAD_DAYS: Final = 366
"""How far ahead the next date with a journey is looked for."""

_MOST_DATES: Final = 100
"""How many dates that could have a journey are searched for one, at most."""


def search(
    life: Life, origin: str, destination: str, day: date, *, not_before: datetime | None = None, language: str = "en"
) -> Answer:
    """How to get from one station to another, starting on a date of the first station's clock.

    Stations are ids or names. `not_before` (UTC) leaves out what has already left. At most `MOST_CHANGES`
    changes, at each at least the station's `transfer_minutes` and at most `LONGEST_WAIT`. The journeys are
    those that no other one beats in leaving later, arriving earlier and changing less.

    Raises `UnknownStation`, which says what may have been meant in the names of `language`.
    """
    start = find_station(life.line, origin, language)
    end = find_station(life.line, destination, language)

    def answer(
        journeys: tuple[Journey, ...] = (), refusal: Refusal | None = None, next_day: date | None = None
    ) -> Answer:
        return Answer(origin=start, destination=end, day=day, journeys=journeys, refusal=refusal, next_day=next_day)

    if start.id == end.id:
        return answer(refusal=Refusal(kind="same-station"))
    trains = network(life.timetable)
    if start.id not in trains.legs_to(end.id, MOST_CHANGES + 1, lambda _: True):
        return answer(refusal=Refusal(kind="no-train"))
    if day >= life.window[1]:
        return answer(refusal=Refusal(kind="not-known-yet"))
    running = _Search(life, trains, life.runs, start.id, end.id)
    found = running.on(day, not_before)
    if found:
        return answer(found)
    next_day = running.next_day(day, not_before)
    paper = _Search(life, trains, life.on_paper, start.id, end.id)
    return answer(refusal=_refusal(paper, day, not_before, look_ahead=next_day is None), next_day=next_day)


class _Search:
    """Searches between two stations over the trains of a life on the dates that `dates_of` allows."""

    def __init__(
        self, life: Life, trains: Network, dates_of: DatesOf, origin: StationId, destination: StationId
    ) -> None:
        self._life = life
        self._trains = trains
        self._dates_of = dates_of
        self._origin = origin
        self._destination = destination
        self._legs: dict[StationId, int] | None = None

    def on(self, day: date, not_before: datetime | None = None) -> tuple[Journey, ...]:
        """The best journeys that start on a date of the origin's clock."""
        clock = self._life.line.stations[self._origin].clock
        opens = instant(datetime.combine(day, time()), clock)
        closes = instant(datetime.combine(day + timedelta(days=1), time()), clock)
        if not_before is not None:
            opens = max(opens, not_before)
        rounds = Rounds(self._trains, self._dates_of, self._legs_now(), self._destination, day)
        found = rounds.journeys(self._origin, int(opens.timestamp()), int(closes.timestamp()))
        return by_departure(self._journey(one) for one in found)

    def next_day(self, day: date, not_before: datetime | None = None) -> date | None:
        """The next date after `day` on which a journey starts, as far ahead as is looked."""
        for later in self._candidates(day + timedelta(days=1)):
            if self.on(later, not_before):
                return later
        return None

    def _candidates(self, start: date) -> list[date]:
        """The dates on which a journey can start at all: a train leaves, and one gets there soon enough after."""
        until = start + timedelta(days=LOOK_AHEAD_DAYS)
        leaving = arriving = 0
        for pattern, board in self._trains.calls.get(self._origin, ()):
            if pattern.boards[board]:
                dates = self._dates(pattern).bits
                for shift in range(pattern.days + 2):
                    leaving |= dates << shift | dates >> 1
        for pattern, alight in self._trains.calls.get(self._destination, ()):
            if pattern.alights[alight]:
                dates = self._dates(pattern).bits
                for shift in range(span_days(self._trains) + 1):
                    arriving |= dates >> shift | dates << 1
        return list(Dates(leaving & arriving).within(start, until))[:_MOST_DATES]

    def _dates(self, pattern: Pattern) -> Dates:
        return self._dates_of(pattern.train.id) & pattern.reign

    def _legs_now(self) -> dict[StationId, int]:
        """Stations that lead to the destination, by trains that have a date to use at all."""
        if self._legs is None:
            self._legs = self._trains.legs_to(
                self._destination, MOST_CHANGES + 1, lambda pattern: self._dates(pattern) != NO_DATES
            )
        return self._legs

    def _journey(self, found: Found) -> Journey:
        legs = []
        for pattern, service_date, board, alight in found.rides:
            departure = self._life.departure(pattern.train.id, service_date)
            assert departure is not None  # the pattern's reign has the date
            legs.append(
                Leg(
                    departure=departure,
                    board=board,
                    alight=alight,
                    leaves=departure.start + timedelta(seconds=pattern.departures[board]),
                    arrives=departure.start + timedelta(seconds=pattern.arrivals[alight]),
                )
            )
        return Journey(tuple(legs))


def _refusal(paper: _Search, day: date, not_before: datetime | None, *, look_ahead: bool) -> Refusal:
    """Why nothing runs on a date, from what the timetable has on paper: on the date, or next after it."""
    planned = paper.on(day, not_before)
    kind: Literal["no-consent", "cancelled", "not-on-this-date"] = "not-on-this-date"
    if not planned and look_ahead:
        later = paper.next_day(day)
        planned = paper.on(later) if later is not None else ()
    elif planned:
        kind = "no-consent"
    if not planned:
        return Refusal(kind=kind)
    best = min(planned, key=lambda one: (_idle(one), len(one.legs), one.arrival))
    keys: dict[str, Key] = {}
    for leg in best.legs:
        for key in leg.departure.keys:
            if not key.consent:
                keys.setdefault(key.railway, key)
    if not keys and kind == "no-consent":
        kind = "cancelled"
    trains = tuple(leg.departure.train.id for leg in best.legs if not leg.departure.runs)
    return Refusal(kind=kind, planned=best, withheld=tuple(keys.values()), trains=trains)


def _idle(journey: Journey) -> int:
    return sum(not leg.departure.runs for leg in journey.legs)
