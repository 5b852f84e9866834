"""What a retailer wishes of places that it does not name: near another place, a lower berth, a window.

The choice of places itself is `rerail.places.choose`'s, for all who travel together at once; here is who of them gets
which of its places. A wish is met where it can be, and is no reason to refuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.retailing_places import Pair, ask_of
from rerail.places.model import Berth, Spot, Wishes
from rerail.places.party import misses
from rerail.places.seats import Seats
from rerail.sale.errors import NoPlaceLeft, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking, LegAsk, Part
from rerail.sale.placing import Placed, placed
from rerail.sale.rules import Travel, travel, travel_of


class Need(Struct, frozen=True, kw_only=True):
    """What one passenger wishes of a place."""

    near: Pair | None = None
    berth: Berth | None = None
    window: bool = False

    @property
    def many(self) -> int:
        """How much it is."""
        return (self.near is not None) + (self.berth is not None) + self.window


class Wish(Struct, frozen=True, kw_only=True):
    """What is wished on the train of the reservation with this id."""

    reservation: str
    need: Need
    passengers: tuple[str, ...] = ()
    """The retailer's names of those who wish it; empty: whose reservation it is."""


NOTHING: Final = Need()


def needs(wishes: Iterable[Wish], known: Mapping[str, tuple[int, str]]) -> dict[int, dict[str, Need]]:
    """What can be heeded of wishes, by leg and passenger.

    `known` says of every reservation on which leg it is and whose. Raises `WrongAsk`.
    """
    found: dict[int, dict[str, Need]] = {}
    seated = set(known.values())
    for wish in wishes:
        if wish.reservation not in known:
            raise WrongAsk('There is no reservation "%(id)s" of a place.', "placeSelections", id=wish.reservation[:80])
        leg, whose = known[wish.reservation]
        for ref in wish.passengers or (whose,):
            if (leg, ref) not in seated:
                raise WrongAsk(
                    'Passenger "%(ref)s" has no place on the train of reservation "%(id)s".',
                    "placeSelections",
                    ref=ref[:80],
                    id=wish.reservation[:80],
                )
            if wish.need == NOTHING:
                continue
            of = found.setdefault(leg, {})
            before, more = of.get(ref, NOTHING), wish.need
            of[ref] = Need(
                near=before.near or more.near, berth=before.berth or more.berth, window=before.window or more.window
            )
    return found


def given(connection: Connection, market: Market, ask: Ask, leg: LegAsk, wished: Sequence[Need]) -> tuple[Pair, ...]:
    """A place for each of a party, in its order. Raises `NoPlaceLeft`, `WrongAsk`."""
    on = travel(market.life, leg)
    return tuple((spot.coach, spot.place) for spot in _chosen(connection, market, ask, on, wished))


def _chosen(connection: Connection, market: Market, ask: Ask, leg: Travel, wished: Sequence[Need]) -> list[Spot]:
    """Of the places kept for this buyer, as ever; of all of them if more is met there."""
    occupancy = market.kept.occupancies.of(connection, leg.key, market.now)
    asked = replace(leg, ask=replace(leg.ask, wishes=_together(leg, wished)))
    seats = market.seats(leg)

    def unmet(spots: Sequence[Spot]) -> int:
        return sum(missed(seats, spot, need) for spot, need in zip(spots, wished, strict=True))

    found = _handed_out(seats, placed(market, ask, asked, occupancy), wished)
    if unmet(found) and market.own(leg, ask):
        others = _handed_out(seats, placed(market, ask, asked, occupancy, own_first=False), wished)
        found = min(found, others, key=unmet)
    return found


def _handed_out(seats: Seats, places: Placed, wished: Sequence[Need]) -> list[Spot]:
    """To each of a party the place that fits best; who wishes most has the first pick."""
    left, found = [spots[0] for spots in places], dict[int, Spot]()
    for number in sorted(range(len(wished)), key=lambda one: -wished[one].many):
        found[number] = min(left, key=partial(missed, seats, need=wished[number]))
        left.remove(found[number])
    return [found[number] for number in range(len(wished))]


def _together(leg: Travel, wished: Sequence[Need]) -> Wishes:
    """What is wished of the places of all of them: what only one wishes, too, for some place must meet it."""
    near = next((one.near for one in wished if one.near is not None), None)
    berths = {one.berth for one in wished if one.berth is not None}
    return replace(
        leg.ask.wishes,
        near=Spot(*near, leg.board, leg.alight) if near is not None else None,
        berth=berths.pop() if len(berths) == 1 else None,
        window=any(one.window for one in wished),
    )


def missed(seats: Seats, spot: Spot, need: Need) -> int:
    """How much of what one wishes a place does not meet."""
    place = seats.number(spot.coach, spot.place, spot.board)
    if place is None:
        return need.many
    far = need.near is not None and not is_near(seats, spot, need.near)
    return misses(seats, place, Wishes(berth=need.berth, window=need.window)) + far


def is_near(seats: Seats, spot: Spot, other: Pair) -> bool:
    """Whether a place is near another, or the very one."""
    place, at = seats.number(spot.coach, spot.place, spot.board), seats.number(*other, spot.board)
    return at is not None and (place == at or place in seats.beside(at))


def better(
    connection: Connection, market: Market, booking: Booking, leg: int, wished: Mapping[int, Need]
) -> dict[int, Spot]:
    """By their numbers, the passengers of a booking who get a better place for what they wish, and which.

    A wheelchair place is kept whatever else is wished. Raises `WrongAsk`.
    """
    on = travel_of(market.life, booking.leg(leg))
    seats = market.seats(on)
    moving = [
        part
        for part in booking.parts_of(leg)
        if part.passenger in wished and part.spots and _may_move(seats, part, wished[part.passenger])
    ]
    counts = Counter(booking.passenger(part.passenger).category for part in moving)
    ask = replace(ask_of(booking, on), counts=counts)
    try:
        spots = _chosen(connection, market, ask, on, [wished[part.passenger] for part in moving]) if moving else []
    except NoPlaceLeft:
        return {}
    return {
        part.passenger: spot
        for part, spot in zip(moving, spots, strict=True)
        if missed(seats, spot, wished[part.passenger]) < missed(seats, part.spots[0], wished[part.passenger])
    }


def _may_move(seats: Seats, part: Part, need: Need) -> bool:
    spot = part.spots[0]
    place = seats.number(spot.coach, spot.place, spot.board)
    wheelchair = place is not None and seats.places[place].kind == "wheelchair"
    return not wheelchair and missed(seats, spot, need) > 0
