"""Places as retailers look for them: which of a train's are free for a reservation of an offer or a booking.

Free is what this retailer could have all the way. What nobody has and is kept (an allotment, a compartment under
another rule, a wheelchair place that nobody asked for) is told apart from what is taken.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.retailing import Retailing
from rerail.line.model import Coach, CoachType, StationId
from rerail.people.clients import Pass
from rerail.places.choose import NoSuchPlace, check_wanted, free_places
from rerail.places.model import DepartureKey
from rerail.sale.errors import NoBooking, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking
from rerail.sale.placing import free
from rerail.sale.retail import part_ids, parts_by_id, reservation_id
from rerail.sale.rules import Travel, not_running, travel, travel_of

Pair = tuple[str, str]
"""A coach's number and a place's."""


class Sought(Struct, frozen=True, kw_only=True):
    """The places for a reservation: by whom it is asked for, on which leg."""

    ask: Ask
    leg: Travel
    trip: tuple[tuple[DepartureKey, StationId, StationId], ...]
    """Every leg of its offer: the train, from where to where."""
    number: int
    """Which of them it is, from 1."""
    has: tuple[Pair, ...] = ()
    """What its booking holds for it on the leg: nobody else's, so it may be chosen again."""
    free: frozenset[Pair] = frozenset()
    kept: frozenset[Pair] = frozenset()
    """Nobody's, but for somebody else."""


class CoachSought(Struct, frozen=True):
    """A coach that is in the train all the way, and the numbers of its places that such a journey may have."""

    coach: Coach
    kind: CoachType
    places: frozenset[str]


def of_offer(retailing: Retailing, retailer: Pass, token: str, reservation: str) -> Sought:
    """The places for a reservation of an offer.

    Raises `OfferForged`, `OfferExpired`, `NoBooking` (no such reservation), `NotRunning`.
    """
    market = retailing.market()
    with retailing.selling.store.read() as connection:
        quote = retailing.opened(connection, market, retailer, token)
        for number, leg in enumerate(quote.offer.legs):
            for passenger, one in enumerate(quote.passengers):
                id_ = part_ids(quote.root, number, passenger, len(quote.passengers))[1]
                if id_ == reservation and market.tariff.categories[one.category].place:
                    trip = tuple((one.ask.departure, one.ask.board, one.ask.alight) for one in quote.offer.legs)
                    found = Sought(ask=quote.offer.ask, leg=travel(market.life, leg.ask), trip=trip, number=number + 1)
                    return _looked_at(connection, market, found)
    raise _none(reservation)


def of_booking(retailing: Retailing, retailer: Pass, code: str, reservation: str) -> Sought:
    """The places for a reservation of a booking. Raises `NoBooking` (no such reservation too), `NotRunning`."""
    standing = retailing.booking(retailer, code)
    booking, market = standing.booking, standing.market
    part = parts_by_id(standing.retail, booking).get(reservation)
    offered = next((one for one in standing.retail.offers if part is not None and part.leg in one.legs), None)
    if part is None or offered is None or not part.spots or reservation_id(offered, part) != reservation:
        raise _none(reservation)
    try:
        leg = travel_of(market.life, booking.leg(part.leg))
    except WrongAsk:
        raise _none(reservation) from None
    live = part.state == "confirmed" or part.waits(market.now)
    has = tuple((spot.coach, spot.place) for spot in part.spots) if live else ()
    legs = [booking.leg(number) for number in offered.legs]
    sought = Sought(
        ask=ask_of(booking, leg),
        leg=leg,
        trip=tuple((one.departure, one.board, one.alight) for one in legs),
        number=offered.legs.index(part.leg) + 1,
        has=has,
    )
    with retailing.selling.store.read() as connection:
        return _looked_at(connection, market, sought)


def ask_of(booking: Booking, leg: Travel) -> Ask:
    """As whom a booking asks for places on a leg: which are kept for it and which for others."""
    return Ask(
        legs=(leg.ask,),
        counts={},
        currency=booking.currency,
        channel=booking.channel,
        seller=booking.seller,
        tour_operator=booking.tour_operator,
    )


def _looked_at(connection: Connection, market: Market, one: Sought) -> Sought:
    leg = one.leg
    if not leg.departure.runs:
        raise not_running(leg.departure)
    seats = market.seats(leg)
    occupancy = market.kept.occupancies.of(connection, leg.key, market.now)
    own = frozenset((*free(market, one.ask, leg, occupancy), *one.has))
    nobodys = free_places(seats, occupancy, leg.board, leg.alight, travel_class=leg.ask.travel_class, wheelchair=True)
    return replace(one, free=own, kept=frozenset(nobodys) - own)


def _none(reservation: str) -> NoBooking:
    return NoBooking('There is no reservation "%(id)s" of a place.', "resourceId", id=reservation[:80])


def near(market: Market, one: Sought, coach: str, place: str) -> frozenset[Pair]:
    """The free places near another, whoever has that. Raises `WrongAsk` if no such journey can be on it."""
    seats, leg = market.seats(one.leg), one.leg
    try:
        check_wanted(seats, leg.board, leg.alight, [(coach, place)], travel_class=leg.ask.travel_class)
    except NoSuchPlace as error:
        raise WrongAsk(error.message, "placeNumber", coach=coach[:20], place=place[:20]) from None
    at = seats.number(coach, place, leg.board)
    assert at is not None  # or it had not been let pass
    return one.free & {seats.keys[other] for other in seats.beside(at)}


def coaches(market: Market, leg: Travel) -> tuple[CoachSought, ...]:
    """The coaches in the train over the whole stretch, in its order."""
    seats, line = market.seats(leg), leg.line
    pools = set(seats.pools_for(leg.board, leg.alight, leg.ask.travel_class))
    sold = {key for key, pool in zip(seats.keys, seats.pool_of, strict=True) if pool in pools}
    found = []
    for coach in leg.train.consist:
        if coach.first_call <= leg.board and leg.alight <= coach.last_call:
            kind = line.coach_types[coach.type]
            places = frozenset(place.number for place in kind.places if (coach.number, place.number) in sold)
            found.append(CoachSought(coach, kind, places))
    return tuple(found)
