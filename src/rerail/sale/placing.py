"""Places for a leg: the buyer's own choice or ours, and who may share a compartment.

The same function answers an offer, which writes nothing, and a hold, which claims what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from rerail.places.choose import NoPlace, NoSuchPlace, check_wanted, choose, choose_split, free_places
from rerail.places.choose import count_free as places_free
from rerail.places.claims import rules_beside
from rerail.places.model import Spot
from rerail.places.occupancy import Occupancy
from rerail.places.view import NOBODYS
from rerail.sale.errors import NoPlaceLeft, PlaceGone, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Ask
from rerail.sale.rules import Travel

Placed = tuple[tuple[Spot, ...], ...]
"""For each passenger with a place the spots in the order of travel."""


def with_place(market: Market, ask: Ask) -> int:
    """How many of the passengers have a place of their own."""
    categories = market.tariff.categories
    return sum(count for category, count in ask.counts.items() if categories[category].place)


def free(market: Market, ask: Ask, leg: Travel, occupancy: Occupancy) -> list[tuple[str, str]]:
    """The (coach, place) pairs that such a buyer could have all the way."""
    wishes = leg.ask.wishes
    return free_places(
        market.seats(leg),
        occupancy,
        leg.board,
        leg.alight,
        travel_class=leg.ask.travel_class,
        compartment=wishes.compartment,
        barred=market.barred(leg, ask),
        wheelchair=wishes.wheelchair > 0,
    )


def count_free(market: Market, ask: Ask, leg: Travel, occupancy: Occupancy) -> int:
    """How many such places there are."""
    wishes = leg.ask.wishes
    return places_free(
        market.seats(leg),
        occupancy,
        leg.board,
        leg.alight,
        travel_class=leg.ask.travel_class,
        compartment=wishes.compartment,
        barred=market.barred(leg, ask),
        wheelchair=wishes.wheelchair > 0,
    )


def placed(market: Market, ask: Ask, leg: Travel, occupancy: Occupancy, *, own_first: bool = True) -> Placed:
    """Places for all of the party, or for none. Raises `WrongAsk`, `PlaceGone`, `NoPlaceLeft`.

    `own_first`: those kept for this buyer before others.
    """
    count = with_place(market, ask)
    if leg.ask.wanted:
        return _wanted(market, ask, leg, occupancy, count)
    seats, stretch = market.seats(leg), (leg.board, leg.alight)
    barred, own = market.barred(leg, ask), market.own(leg, ask) if own_first else NOBODYS
    try:
        chosen = choose(
            seats,
            occupancy,
            stretch,
            count,
            travel_class=leg.ask.travel_class,
            wishes=leg.ask.wishes,
            barred=barred,
            own=own,
            rng=market.kept.rng,
        )
        return tuple((spot,) for spot in chosen)
    except NoPlace as error:
        # A compartment kept to somebody, or a wheelchair place, cannot be changed on the way.
        if not leg.ask.split or leg.ask.wishes.compartment == "whole" or leg.ask.wishes.wheelchair:
            raise none_left(leg, error.free) from None
    try:
        return choose_split(
            seats,
            occupancy,
            stretch,
            count,
            travel_class=leg.ask.travel_class,
            compartment=leg.ask.wishes.compartment,
            barred=barred,
            own=own,
            rng=market.kept.rng,
        )
    except NoPlace as error:
        raise NoPlaceLeft(
            "Even with changes of place only %(free)d can travel on the train of %(day)s.",
            "counts",
            free=error.free,
            day=leg.ask.service_date,
        ) from None


def gone(taken: Iterable[tuple[str, str]]) -> PlaceGone:
    """The error that says which chosen places are no longer free."""
    listed = ", ".join(f"{coach}-{place}" for coach, place in taken)
    return PlaceGone("Somebody else has just taken %(places)s; choose another place.", "places", places=listed)


def none_left(leg: Travel, count: int) -> NoPlaceLeft:
    """The error that says how many places, of the kind asked for, are free all the way."""
    if not count:
        return NoPlaceLeft(
            "No place of the kind asked for is free all the way on the train of %(day)s; "
            "take another class or another day.",
            "counts",
            day=leg.ask.service_date,
        )
    return NoPlaceLeft(
        "Only %(free)d places are free all the way on the train of %(day)s; take fewer, another class or another day.",
        "counts",
        free=count,
        day=leg.ask.service_date,
    )


def mixed(connection: Connection, market: Market, leg: Travel, spots: Sequence[Spot], booking: str) -> bool:
    """Whether somebody of another rule is in a compartment of these spots, women with men, over the same stretch.

    Asked after claiming, under `places.claims.lock_departure`: the guard of the database knows places, not rules.
    """
    seats = market.seats(leg)
    if not any(compartment.closed for compartment in seats.compartments):
        return False
    own = leg.ask.wishes.compartment
    for spot in spots:
        number = seats.number(spot.coach, spot.place, spot.board)
        compartment = seats.compartments[seats.compartment_of[number]] if number is not None else None
        if compartment is None or not compartment.closed:
            continue
        places = [seats.keys[place] for place in compartment.places]
        beside = rules_beside(connection, leg.key, places, spot, booking, market.now)
        if beside - {own} or (own == "whole" and beside):
            return True
    return False


def _wanted(market: Market, ask: Ask, leg: Travel, occupancy: Occupancy, count: int) -> Placed:
    wanted = leg.ask.wanted
    if len(wanted) != count or len(set(wanted)) != count:
        raise WrongAsk(
            "%(count)d places are needed, one for each passenger who has one; %(chosen)d are chosen.",
            "places",
            count=count,
            chosen=len(set(wanted)),
        )
    try:
        spots = check_wanted(market.seats(leg), leg.board, leg.alight, wanted, travel_class=leg.ask.travel_class)
    except NoSuchPlace as error:
        raise WrongAsk(error.message, "places", **error.values) from None
    taken = sorted(set(wanted) - set(free(market, ask, leg, occupancy)))
    if taken:
        raise gone(taken)
    return tuple((spot,) for spot in spots)
