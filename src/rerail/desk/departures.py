"""A departure as the office sees it: who sits where on which stretch, what is free, what is kept for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from rerail.desk.allotted import Kept, allotments_on, kept_for
from rerail.desk.selling import Selling
from rerail.life.consent import Departure
from rerail.line.amount import Money
from rerail.line.model import Coach, CoachType, Line, StationId, Text, Train, TrainId
from rerail.line.timing import CallTimes, call_times
from rerail.places.claims import claims_on
from rerail.places.model import Claim, DepartureKey, Spot
from rerail.places.seats import Seats
from rerail.sale import reading
from rerail.sale.figures import PartFigure, parts_between, summed
from rerail.sale.market import Market
from rerail.sale.model import Booking

Pair = tuple[str, str]
"""Coach and place."""


class Listed(Struct, frozen=True, kw_only=True):
    """A departure in the list."""

    departure: Departure
    sold: int
    """Tickets."""
    held: int
    places: int
    free: int
    """Places that nobody has, holds or keeps on any stretch: those that can be sold all the way."""
    income: tuple[Money, ...]
    """Fares and fees per ticket, less what came back; per currency."""


class Use(Struct, frozen=True, kw_only=True):
    """A place over a stretch that is somebody's."""

    spot: Spot
    state: Literal["sold", "held"]
    booking: str
    passenger: str
    """The name; empty if nobody is named yet, or the place stays empty."""
    category: Text
    named: bool
    empty: bool
    """Bought along with a whole compartment, so that nobody sits there."""


class Unplaced(Struct, frozen=True, kw_only=True):
    """A passenger without a place: a small child, or one whose place went with its coach."""

    booking: str
    passenger: str
    category: Text
    board: StationId
    alight: StationId
    state: Literal["sold", "held"]
    owed: bool
    """Whether the category has a place, so that one is owed."""


class Load(Struct, frozen=True, kw_only=True):
    """Places over neighbouring segments on which the figures are the same: from one call to another."""

    first: int
    last: int
    places: int
    sold: int
    held: int
    kept: int
    """In allotments not handed back, and free of anything else."""

    @property
    def free(self) -> int:
        """Places left to sell."""
        return self.places - self.sold - self.held - self.kept


class Sheet(Struct, frozen=True, kw_only=True):
    """One departure, as of now."""

    departure: Departure
    times: tuple[CallTimes, ...]
    uses: Mapping[Pair, tuple[Use, ...]]
    """Per place those who have it, in the order of travel."""
    unplaced: tuple[Unplaced, ...]
    allotments: tuple[Kept, ...]
    kept: Mapping[Pair, str]
    sold: int
    held: int
    income: tuple[Money, ...]

    @property
    def line(self) -> Line:
        """The line as the departure's edition has it."""
        return self.departure.line

    @property
    def train(self) -> Train:
        """The train as the departure's edition has it."""
        return self.departure.train

    def type_of(self, coach: Coach) -> CoachType:
        """A coach's kind."""
        return self.line.coach_types[coach.type]

    def uses_in(self, coach: Coach, place: str) -> tuple[Use, ...]:
        """Who has a place of a coach; another coach of its number, put on where it is taken off, is not meant."""
        return tuple(use for use in self.uses.get((coach.number, place), ()) if inside(coach, use.spot))

    @property
    def astray(self) -> tuple[Use, ...]:
        """Claims on places that the train does not have."""
        there: defaultdict[Pair, list[Coach]] = defaultdict(list)
        for coach in self.train.consist:
            for place in self.type_of(coach).places:
                there[coach.number, place.number].append(coach)
        return tuple(
            use
            for pair, uses in self.uses.items()
            for use in uses
            if not any(inside(coach, use.spot) for coach in there[pair])
        )


def inside(coach: Coach, spot: Spot) -> bool:
    """Whether a spot begins while the coach is in the train."""
    return coach.first_call <= spot.board < coach.last_call


def listed(selling: Selling, start: date, until: date, train: TrainId | None = None) -> tuple[Listed, ...]:
    """The departures on paper, of one train or all, with service dates in [start, until), by the instant they leave."""
    market = selling.market()
    departures = [
        one for one in market.life.departures(start, until, running_only=False) if train in (None, one.train.id)
    ]
    keys = [DepartureKey(one.train.id, one.service_date) for one in departures]
    with selling.store.read() as connection:
        parts: defaultdict[DepartureKey, list[PartFigure]] = defaultdict(list)
        for part in parts_between(connection, start, until, None if train is None else [train]):
            parts[part.departure].append(part)
        taken: defaultdict[DepartureKey, set[Pair]] = defaultdict(set)
        for claim in claims_on(connection, keys, market.now):
            taken[claim.departure].add((claim.spot.coach, claim.spot.place))
    found = []
    for departure, key in zip(departures, keys, strict=True):
        seats = market.kept.seats(departure.line, departure.train)
        kept = kept_for(allotments_on(departure.line, departure.train, key.service_date, seats, market.now))
        mine = parts[key]
        found.append(
            Listed(
                departure=departure,
                sold=sum(part.state == "confirmed" for part in mine),
                held=sum(part.waits(market.now) for part in mine),
                places=len(seats.keys),
                free=len(set(seats.keys) - taken[key] - set(kept)),
                income=summed(part.income for part in mine),
            )
        )
    return tuple(found)


def sheet(selling: Selling, key: DepartureKey) -> Sheet | None:
    """The departure as it is now; None if no edition has the train then."""
    market = selling.market()
    departure = market.life.departure(key.train, key.service_date)
    if departure is None or not market.life.window[0] <= key.service_date < market.life.window[1]:
        return None
    with selling.store.read() as connection:
        claims = claims_on(connection, [key], market.now)
        bookings = {one.code: one for one in reading.on_departures(connection, [key])}
        figures = [
            one
            for one in parts_between(connection, key.service_date, date.fromordinal(key.service_date.toordinal() + 1))
            if one.departure == key
        ]
    line, train = departure.line, departure.train
    seats = market.kept.seats(line, train)
    allotments = allotments_on(line, train, key.service_date, seats, market.now)
    uses: defaultdict[Pair, list[Use]] = defaultdict(list)
    for claim in claims:
        uses[claim.spot.coach, claim.spot.place].append(_use(claim, bookings.get(claim.booking), market))
    unplaced = []
    for booking in bookings.values():
        for part in booking.parts:
            live = part.state == "confirmed" or part.waits(market.now)
            leg = booking.leg(part.leg)
            if not live or part.spots or leg.departure != key:
                continue
            passenger = booking.passenger(part.passenger)
            category = market.tariff_of(booking).categories.get(passenger.category)
            unplaced.append(
                Unplaced(
                    booking=booking.code,
                    passenger=passenger.name,
                    category=category.names if category is not None else {},
                    board=leg.board,
                    alight=leg.alight,
                    state="sold" if part.state == "confirmed" else "held",
                    owed=category is None or category.place,
                )
            )
    return Sheet(
        departure=departure,
        times=call_times(line, train, key.service_date),
        uses={pair: tuple(sorted(its, key=lambda use: use.spot.board)) for pair, its in sorted(uses.items())},
        unplaced=tuple(unplaced),
        allotments=allotments,
        kept=kept_for(allotments),
        sold=sum(part.state == "confirmed" for part in figures),
        held=sum(part.waits(market.now) for part in figures),
        income=summed(part.income for part in figures),
    )


def _use(claim: Claim, booking: Booking | None, market: Market) -> Use:
    part = next((one for one in booking.parts if one.number == claim.part), None) if booking is not None else None
    state: Literal["sold", "held"] = "sold" if claim.until is None else "held"
    if booking is None or part is None:
        return Use(
            spot=claim.spot, state=state, booking=claim.booking, passenger="", category={}, named=False, empty=False
        )
    passenger = booking.passenger(part.passenger)
    empty = claim.spot not in part.spots
    category = market.tariff_of(booking).categories.get(passenger.category)
    return Use(
        spot=claim.spot,
        state=state,
        booking=booking.code,
        passenger="" if empty else passenger.name,
        category={} if empty or category is None else category.names,
        named=passenger.named,
        empty=empty,
    )


def loads(seats: Seats, shown: Sheet, coaches: Collection[int] | None = None) -> tuple[Load, ...]:
    """The load from call to call, of all coaches or of some (indexes in the consist); equal neighbours together.

    A coach counts on the segments on which it is in the train, and nowhere else.
    """
    segments = seats.segments
    counts = {name: [0] * segments for name in ("places", "sold", "held", "kept")}
    for number, pair in enumerate(seats.keys):
        if coaches is not None and seats.coach_of[number] not in coaches:
            continue
        outside = seats.outside(number)
        taken = outside
        for use in shown.uses_in(seats.coaches[seats.coach_of[number]], pair[1]):
            for segment in range(max(0, use.spot.board), min(segments, use.spot.alight)):
                counts[use.state][segment] += 1
            taken |= (1 << use.spot.alight) - (1 << use.spot.board)
        for segment in range(segments):
            counts["places"][segment] += not outside >> segment & 1
            counts["kept"][segment] += pair in shown.kept and not taken >> segment & 1
    figures = [
        (counts["places"][segment], counts["sold"][segment], counts["held"][segment], counts["kept"][segment])
        for segment in range(segments)
    ]
    bounds = [0, *(one for one in range(1, segments) if figures[one] != figures[one - 1]), segments]
    return tuple(
        Load(
            first=first,
            last=last,
            places=figures[first][0],
            sold=figures[first][1],
            held=figures[first][2],
            kept=figures[first][3],
        )
        for first, last in pairwise(bounds)
    )


def cuts(train: Train, coach: Coach, uses: Iterable[Sequence[Use]]) -> tuple[int, ...]:
    """The calls that matter in a coach: where it is put on and taken off, and where somebody boards or alights.

    A train of 140 calls has few of them in any one coach, so that its plan stays as short as the journeys in it.
    """
    within = range(coach.first_call, min(coach.last_call, len(train.calls) - 1) + 1)
    found = {coach.first_call, within[-1]}
    for its in uses:
        found |= {call for use in its for call in (use.spot.board, use.spot.alight) if call in within}
    return tuple(sorted(found))
