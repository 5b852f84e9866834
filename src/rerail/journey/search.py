"""How to get from A to B on a date; and if there is no way, why, and when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal

from rerail.journey.model import Answer, Journey, Leg, Refusal, by_departure
from rerail.journey.network import DAY, DatesOf, Network, Pattern, network
from rerail.journey.rounds import MOST_CHANGES, Found, Rounds
from rerail.journey.stations import find_station
from rerail.life.consent import Key, Life
from rerail.line.dates import EPOCH, Dates
from rerail.line.model import StationId
from rerail.line.timing import instant

LONGEST_DAYS: Final = 10
"""A journey has arrived this many days after the end of the date on which it starts."""

LOOK_AHEAD_DAYS: Final = 366
"""How far ahead the next date with a journey is looked for."""

_DAYS_KEPT: Final = 4096
"""Days whose journeys are kept."""

_MOST_DATES: Final = 100
"""How many dates that could have a journey are searched for one, at most."""


def search(
    life: Life, origin: str, destination: str, day: date, *, not_before: datetime | None = None, language: str = "en"
) -> Answer:
    """How to get from one station to another, starting on a date of the first station's clock.

    Stations are ids or names. `not_before` (UTC) leaves out what has already left. At most `MOST_CHANGES`
    changes, at each at least the station's `transfer_minutes`. The journeys are those that no other one beats
    in leaving later, arriving earlier and changing less, be it one of a later date: who would only wait for
    Monday's train is told to start on Monday.

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
    found = on_day(life, start.id, end.id, day)
    if not_before is not None:
        found = from_then(found, not_before)
    if found:
        return answer(found)
    next_day = day_after(life, start.id, end.id, day)
    on_paper = _Search(life, trains, life.on_paper, start.id, end.id)
    return answer(refusal=_refusal(on_paper, day, not_before, look_ahead=next_day is None), next_day=next_day)


def on_day(life: Life, origin: StationId, destination: StationId, day: date) -> tuple[Journey, ...]:
    """Every journey that runs and starts on a date of the origin's clock, by departure; those of `search`.

    Kept: a day on sale is asked for again and again.
    """
    if origin == destination:
        return ()
    days = _days(life)
    key = (origin, destination, day)
    found = days.get(key)
    if found is None:
        if len(days) >= _DAYS_KEPT:
            days.clear()
        found = days[key] = _Search(life, network(life.timetable), life.runs, origin, destination).on(day)
    return found


@lru_cache(maxsize=4)
def _days(_: Life) -> dict[tuple[StationId, StationId, date], tuple[Journey, ...]]:
    """The days of a life that were asked for: a life is never changed."""
    return {}


@lru_cache(maxsize=_DAYS_KEPT)
def planned_on_day(life: Life, origin: StationId, destination: StationId, day: date) -> tuple[Journey, ...]:
    """The same as the timetable has it on paper, whether the trains run or not."""
    if origin == destination:
        return ()
    return _Search(life, network(life.timetable), life.on_paper, origin, destination).on(day)


@lru_cache(maxsize=_DAYS_KEPT)
def day_after(life: Life, origin: StationId, destination: StationId, day: date) -> date | None:
    """The next date after `day` on which a journey starts, as far ahead as is looked."""
    return _Search(life, network(life.timetable), life.runs, origin, destination).next_day(day)


def from_then(journeys: Sequence[Journey], instant: datetime) -> tuple[Journey, ...]:
    """Those of a day's journeys that have not left by an instant.

    They are what a search from then on finds: who leaves later is beaten only by who leaves later still.
    """
    begins = instant.replace(microsecond=0)
    return tuple(one for one in journeys if one.departure >= begins)


class _Search:
    """Searches between two stations over the trains of a life, on the dates that `dates_of` allows them."""

    def __init__(
        self, life: Life, trains: Network, dates_of: DatesOf, origin: StationId, destination: StationId
    ) -> None:
        self._life = life
        self._trains = trains
        self._dates_of = dates_of
        self._origin = origin
        self._destination = destination

    def on(self, day: date, not_before: datetime | None = None) -> tuple[Journey, ...]:
        """The best journeys that start on a date of the origin's clock."""
        clock = self._life.line.stations[self._origin].clock
        opens = int(instant(datetime.combine(day, time()), clock).timestamp())
        closes = int(instant(datetime.combine(day + timedelta(days=1), time()), clock).timestamp())
        if not_before is not None:
            opens = max(opens, int(not_before.timestamp()))
        legs = self._legs(day)
        if self._origin not in legs:
            return ()
        found = self._within(legs, opens, closes, starts_before=closes)
        latest = max((one.arrival for one in found), default=closes)
        if latest > closes:
            # Whoever is still on the way when the date ends may be beaten by somebody who starts after it.
            found = [one for one in self._within(legs, opens, closes, starts_before=latest) if one.departure < closes]
        return by_departure(self._journey(one) for one in found)

    def _within(self, legs: dict[StationId, int], opens: int, closes: int, *, starts_before: int) -> list[Found]:
        time_of_search = (opens, closes + LONGEST_DAYS * DAY)
        rounds = Rounds(self._trains, self._dates_of, legs, self._destination, time_of_search)
        return rounds.journeys(self._origin, starts_before)

    def next_day(self, day: date) -> date | None:
        """The next date after `day` on which a journey starts, as far ahead as is looked."""
        for later in self._candidates(day + timedelta(days=1)):
            if self.on(later):
                return later
        return None

    def _candidates(self, start: date) -> list[date]:
        """The dates on which a journey can start at all: a train leaves, and one gets there soon enough after."""
        leaving = arriving = 0
        for pattern, board in self._trains.calls.get(self._origin, ()):
            if pattern.boards[board]:
                for shift in range(-1, pattern.days + 2):
                    leaving |= _shifted(self._dates(pattern), shift)
        for pattern, alight in self._trains.calls.get(self._destination, ()):
            if pattern.alights[alight]:
                for shift in range(-LONGEST_DAYS - 2, pattern.days + 2):
                    arriving |= _shifted(self._dates(pattern), shift)
        ahead = Dates(leaving & arriving).within(start, start + timedelta(days=LOOK_AHEAD_DAYS))
        return list(ahead)[:_MOST_DATES]

    def _dates(self, pattern: Pattern) -> Dates:
        return self._dates_of(pattern.train.id) & pattern.reign

    def _legs(self, day: date) -> dict[StationId, int]:
        """The stations that lead to the destination, by trains that have a date in the time of a search at all."""
        first = day - timedelta(days=self._trains.longest_ride + 2)
        about = Dates.between(max(first, EPOCH), day + timedelta(days=LONGEST_DAYS + 3))
        return self._trains.legs_to(
            self._destination, MOST_CHANGES + 1, lambda pattern: bool(self._dates(pattern) & about)
        )

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


def _shifted(dates: Dates, days: int) -> int:
    return dates.bits << days if days >= 0 else dates.bits >> -days


def _refusal(on_paper: _Search, day: date, not_before: datetime | None, *, look_ahead: bool) -> Refusal:
    """Why nothing runs on a date, from what the timetable has on paper: on the date, else next after it."""
    planned = on_paper.on(day, not_before)
    kind: Literal["no-consent", "cancelled", "not-on-this-date"] = "no-consent" if planned else "not-on-this-date"
    if not planned and look_ahead:
        later = on_paper.next_day(day)
        planned = on_paper.on(later) if later is not None else ()
    if not planned:
        return Refusal(kind=kind)
    best = min(planned, key=lambda one: (_idle(one), len(one.legs), one.arrival))
    withheld: dict[str, Key] = {}
    for leg in best.legs:
        for key in leg.departure.keys:
            if not key.consent:
                withheld.setdefault(key.railway, key)
    if planned and kind == "no-consent" and not withheld:
        kind = "cancelled"
    trains = tuple(leg.departure.train.id for leg in best.legs if not leg.departure.runs)
    return Refusal(kind=kind, planned=best, withheld=tuple(withheld.values()), trains=trains)


def _idle(journey: Journey) -> int:
    return sum(not leg.departure.runs for leg in journey.legs)
