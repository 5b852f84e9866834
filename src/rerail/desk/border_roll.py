"""Who goes over a border on a departure, by coach and place, and how each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from rerail.border.documents import PassengerKey
from rerail.border.marks import NOTHING, Stand
from rerail.border.model import Passing
from rerail.border.persons import place_at
from rerail.desk.tickets import stretch_of
from rerail.life.consent import Departure
from rerail.line.model import RailwayId, StationId, Text, Train
from rerail.places.model import Spot
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg, Part


class Over(Struct, frozen=True):
    """A ticket over a border: good, or ended there by a refusal."""

    booking: Booking
    part: Part
    board: int
    """Indexes of the train's calls."""
    alight: int

    @property
    def key(self) -> PassengerKey:
        """Whose it is."""
        return self.booking.code, self.part.passenger

    @property
    def ended(self) -> bool:
        """Whether a refusal ended it."""
        return self.part.refund_reason == "refused"

    @property
    def leg(self) -> Leg:
        """The leg it is for."""
        return self.booking.leg(self.part.leg)


class Rider(Struct, frozen=True, kw_only=True):
    """A passenger who goes over the border, or was to."""

    booking: str
    number: int
    """Of the passenger within the booking."""
    ticket: str
    """Its reference ("K7MP4XQ2-3")."""
    family_name: str
    given_names: str
    """Both empty: not named yet."""
    category: Text
    tour_operator: str | None
    coach: str
    place: str
    """At the border, or as far as the passenger came; empty without a place."""
    board: StationId
    alight: StationId
    ended: bool
    """Whether the ticket ended here by a refusal."""
    stand: Stand

    @property
    def key(self) -> PassengerKey:
        """What the passenger is known by."""
        return self.booking, self.number

    @property
    def name(self) -> str:
        """As on the ticket: family name first."""
        return f"{self.family_name} {self.given_names}".strip()

    def done(self, controls: Iterable[RailwayId]) -> bool:
        """Whether it is known what became of the passenger: missing, refused, or cleared by all who control."""
        if self.stand.missing:
            return True
        sides = tuple(controls)
        return any(map(self.stand.refused, sides)) or all(map(self.stand.cleared, sides))

    def went_over(self, passing: Passing, side: RailwayId) -> bool:
        """Whether the passenger left, or entered, the country of a side.

        Whom the side left let go and the side entered did not has left the one and not entered the other; unless the
        train still stood on the near side: nobody is carried over the border to be refused.
        """
        if self.stand.missing or self.stand.refused(passing.leaving):
            return False
        if not self.stand.refused(passing.entering):
            return True
        return side == passing.leaving and self.stand.clearance[passing.entering].at >= passing.leaves


def tickets_over(train: Train, bookings: Iterable[Booking], passing: Passing) -> Iterator[Over]:
    """The tickets over a border that are good or were ended there."""
    for booking in bookings:
        for part in booking.parts:
            leg = booking.leg(part.leg)
            there = part.state == "confirmed" or part.refund_reason == "refused"
            if not there or leg.departure != passing.departure:
                continue
            try:
                board, alight = stretch_of(train, leg)
            except NotPossible:
                continue  # the train has another route now, and the ticket is to be given back
            if passing.crossed_by(board, alight):
                yield Over(booking, part, board, alight)


def roll(
    market: Market,
    departure: Departure,
    passing: Passing,
    bookings: Iterable[Booking],
    stands: Mapping[PassengerKey, Stand],
) -> tuple[Rider, ...]:
    """Everybody with a ticket over a border, by coach (in the order of the train), place and name."""
    order = {coach.number: number for number, coach in enumerate(departure.train.consist)}
    found = [
        _rider(market, one, passing, stands.get(one.key, NOTHING))
        for one in tickets_over(departure.train, bookings, passing)
    ]

    def as_seated(one: Rider) -> tuple[int, int, str, str, str, int]:
        digits = "".join(filter(str.isdecimal, one.place))
        coach = order.get(one.coach, len(order)) if one.coach else len(order) + 1
        return coach, int(digits or 0), one.place, one.name, one.booking, one.number

    return tuple(sorted(found, key=as_seated))


def refused_at(train: Train, passing: Passing, railway: RailwayId, ticket: Over, *, boarded: bool, left: bool) -> int:
    """The call (its index) at which a journey ends that a side's control refused.

    Where the side controls; but whoever had not `boarded` travels nowhere, and nobody is carried over the border by
    a train that had not `left` its near side.
    """
    checkpoint = passing.checkpoint(railway)
    far = passing.near_call + 1
    call = passing.near_call if railway == passing.leaving else far
    if checkpoint is not None:
        here = [number for number, one in enumerate(train.calls) if one.station == checkpoint.station]
        call = min(here, key=lambda number: abs(number - passing.near_call), default=call)
    if not left:
        call = min(call, passing.near_call)
    return max(call, ticket.board) if boarded else ticket.board


def _rider(market: Market, one: Over, passing: Passing, stand: Stand) -> Rider:
    passenger = one.booking.passenger(one.part.passenger)
    category = market.tariff_of(one.booking).categories.get(passenger.category)
    coach, place = _seat(one.part.spots, passing.near_call)
    return Rider(
        booking=one.booking.code,
        number=passenger.number,
        ticket=one.booking.reference(one.part),
        family_name=passenger.family_name,
        given_names=passenger.given_names,
        category=category.names if category is not None else {},
        tour_operator=one.booking.tour_operator,
        coach=coach,
        place=place,
        board=one.leg.board,
        alight=one.leg.alight,
        ended=one.ended,
        stand=stand,
    )


def _seat(spots: Sequence[Spot], call: int) -> tuple[str, str]:
    here = place_at(spots, call)
    return here if here != ("", "") or not spots else (spots[-1].coach, spots[-1].place)
