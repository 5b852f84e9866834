"""What is measured: tickets held and confirmed through the one writer, by many callers at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from rerail.line.model import Call, Coach, CoachType, Line, Place, Provenance, RunningDays, Train
from rerail.places.cache import Occupancies
from rerail.places.choose import NoPlace, Seats, choose
from rerail.places.claims import PlaceTaken, claim, confirm
from rerail.places.model import Claim, DepartureKey, Spot
from rerail.store.engine import Store
from rerail.store.writer import Writer

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
UNTIL: Final = NOW + timedelta(minutes=20)
_FIRST_DAY: Final = date(2026, 12, 1)
_PER_COACH: Final = 50

Ticket = tuple[DepartureKey, Spot]


def departure(number: int) -> DepartureKey:
    """One of as many departures as are wanted."""
    return DepartureKey("bench", _FIRST_DAY + timedelta(days=number))


def plan(number: int, segments: int, count: int, rng: random.Random) -> list[Ticket]:
    """Tickets of one departure that do not overlap: places filled from end to end, sold in any order."""
    found: list[Ticket] = []
    place = 0
    while len(found) < count:
        board = 0
        while board < segments and len(found) < count:
            alight = min(segments, board + rng.randint(1, max(1, segments // 2)))
            coach, inside = divmod(place, _PER_COACH)
            found.append((departure(number), Spot(str(coach + 1), str(inside + 1), board, alight)))
            board = alight
        place += 1
    rng.shuffle(found)
    return found


def sell_plan(store: Store, tickets: Sequence[Ticket], callers: int, prefix: str) -> float:
    """Hold and confirm these tickets, each caller one after the other. Returns the seconds it took."""
    writer = Writer(store)
    left = list(enumerate(tickets))

    async def caller() -> None:
        while left:
            number, (key, spot) = left.pop()
            booking = f"{prefix}-{number}"
            await writer.run(_holding(key, spot, booking))
            await writer.run(_confirming(booking))

    seconds = asyncio.run(_timed([caller] * callers))
    writer.close()
    return seconds


def _holding(key: DepartureKey, spot: Spot, booking: str) -> Callable[[Connection], None]:
    return lambda connection: claim(connection, key, [(1, spot)], booking=booking, until=UNTIL, now=NOW)


def _confirming(booking: str) -> Callable[[Connection], None]:
    return lambda connection: confirm(connection, booking, None, now=NOW, spots=1)


async def _timed(callers: Sequence[Callable[[], Awaitable[None]]]) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(caller() for caller in callers))
    return time.perf_counter() - start


class Counter:
    """A process's way of selling: choose, claim, remember, confirm."""

    def __init__(self, store: Store, seats: Seats, name: str) -> None:
        self.seats: Final = seats
        self.latencies: Final[list[float]] = []
        """Seconds from wanting a place to holding it, durably."""
        self.conflicts = 0
        self._store: Final = store
        self._name: Final = name
        self._occupancies: Final = Occupancies()
        self._writer: Final = Writer(store, [self._occupancies])
        self._rng: Final = random.Random(name)
        self._number = 0

    def close(self) -> None:
        """Write what waits."""
        self._writer.close()

    def sell(self, callers: int, departures: int, *, seconds: float | None = None) -> tuple[int, float]:
        """Sell the whole way on departures at random until they are sold out or the time is over.

        Returns how many tickets were sold and the seconds it took.
        """
        sold = len(self.latencies)
        until = time.perf_counter() + seconds if seconds is not None else None

        async def caller() -> None:
            while until is None or time.perf_counter() < until:
                if not await self._ticket(departure(self._rng.randrange(departures))):
                    return

        took = asyncio.run(_timed([caller] * callers))
        return len(self.latencies) - sold, took

    async def _ticket(self, key: DepartureKey) -> bool:
        self._number += 1
        booking = f"{self._name}-{self._number}"
        start = time.perf_counter()
        while True:
            try:
                held = await self._writer.run(lambda connection: self._hold(connection, key, booking))
                break
            except PlaceTaken:
                self.conflicts += 1
                self._occupancies.drop(key)
        if held:
            self.latencies.append(time.perf_counter() - start)
            await self._writer.run(_confirming(booking))
        return held

    def _hold(self, connection: Connection, key: DepartureKey, booking: str) -> bool:
        occupancy = self._occupancies.of(connection, key, NOW, fresh=False)
        try:
            (spot,) = choose(self.seats, occupancy, (0, self.seats.segments), 1, rng=self._rng)
        except NoPlace:
            return False
        claim(connection, key, [(1, spot)], booking=booking, until=UNTIL, now=NOW)
        self._occupancies.note([Claim(departure=key, spot=spot, booking=booking, part=1, until=UNTIL)])
        return True

    def refuse(self, seconds: float) -> float:
        """Ask for a place on a departure that is sold out, again and again. Returns refusals per second."""
        asked, start = 0, time.perf_counter()
        while (now := time.perf_counter()) < start + seconds:
            with self._store.read() as connection, suppress(NoPlace):
                occupancy = self._occupancies.of(connection, departure(0), NOW)
                choose(self.seats, occupancy, (0, self.seats.segments), 1, rng=self._rng)
                raise AssertionError("a place was found on a departure that is sold out")
            asked += 1
        return asked / (now - start)


_MADE_UP: Final = Provenance(illustrative=True)


def seats(places: int, segments: int) -> Seats:
    """A train of open coaches with fifty places each."""
    coach_type = CoachType(
        provenance=_MADE_UP,
        id="open",
        names={},
        travel_class="second",
        accommodation="seats",
        gauges=(1520,),
        places=tuple(
            Place(number=str(n + 1), kind="seat", compartment=None, row=n % 4, column=n // 4) for n in range(_PER_COACH)
        ),
    )
    coaches = tuple(
        Coach(provenance=_MADE_UP, number=str(n + 1), type="open", railway="north", first_call=0, last_call=segments)
        for n in range(places // _PER_COACH)
    )
    train = Train(
        provenance=_MADE_UP,
        id="bench",
        names={},
        route="bench",
        direction="outbound",
        numbers={},
        calls=tuple(
            Call(provenance=_MADE_UP, station=str(n), arrival=n * 600, departure=n * 600) for n in range(segments + 1)
        ),
        path=(),
        segment_km=(1.0,) * segments,
        segment_railways=(("north",),) * segments,
        railways=("north",),
        crossings=(),
        printed_for=_FIRST_DAY,
        first_time="10:00",
        first_day=0,
        timing_clock="UTC",
        running_days=RunningDays(provenance=_MADE_UP),
        through=True,
        consist=coaches,
    )
    line = Line(
        provenance=_MADE_UP,
        id="bench",
        names={},
        languages=("en",),
        agency="north",
        sources={},
        railways={},
        stations={},
        sections=(),
        gauge_breaks=(),
        crossings={},
        routes={},
        coach_types={"open": coach_type},
        trains={},
        notices=(),
        history=(),
        content="bench",
    )
    return Seats(line, train)
