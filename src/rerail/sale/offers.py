"""Offers: what can be bought and at which price. Nothing is written; a signed offer is good for 30 minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection

from rerail.fares.model import NotSold
from rerail.fares.pricing import charged_fees, price
from rerail.line.amount import Money
from rerail.line.model import Line, StationId, Train
from rerail.line.tariff import CategoryId, Rate, TravelClass
from rerail.places.choose import NoPlace, NoSuchPlace, check_wanted, choose, choose_split, free_places
from rerail.places.seats import rest_of_compartments
from rerail.sale.errors import NoPlaceLeft, NotOnSale, PlaceGone, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking, Component, FeeCharged, LegOffer, Offer, PartPrice
from rerail.sale.rules import Travel, checked, classes

GOOD_FOR: Final = timedelta(minutes=30)


def offer(connection: Connection, market: Market, ask: Ask, *, rebooks: Booking | None = None) -> Offer:
    """The offer for what is asked. `rebooks` is a suspended booking whose paid prices are taken over.

    Raises `WrongAsk`, `NotOnSale`, `NoPlaceLeft`, `PlaceGone`.
    """
    ask = _with_classes(market, ask)
    legs = checked(market.life, ask, market.now, staff=ask.channel == "counter")
    offered: list[LegOffer] = []
    rates: list[Rate] = []
    illustrative = False
    for leg in legs:
        free, rest = free_for(connection, market, ask, leg)
        prices, used, made_up = _prices(market, ask, leg)
        rates.extend(rate for rate in used if rate not in rates)
        illustrative = illustrative or made_up
        rest_price = _rest_price(market, ask, leg) if rest else None
        offered.append(LegOffer(ask=leg.ask, prices=prices, free=free, rest=rest, rest_price=rest_price))
    charged, used, made_up = _fees(market, ask, "booking")
    rates.extend(rate for rate in used if rate not in rates)
    illustrative = illustrative or made_up
    if rebooks is not None:
        offered, charged, rates = _at_the_paid_price(rebooks, ask, offered)
    total = sum(_leg_total(ask, leg) for leg in offered) + sum(fee.charged.amount for fee in charged)
    return Offer(
        ask=ask,
        legs=tuple(offered),
        fees=charged,
        total=Money(total, ask.currency),
        rates=tuple(rates),
        edition=market.edition,
        tariff=market.line.content,
        made=market.now,
        until=market.now + GOOD_FOR,
        illustrative=illustrative,
        rebooks=rebooks.code if rebooks is not None else None,
    )


def _leg_total(ask: Ask, leg: LegOffer) -> int:
    passengers = sum(leg.prices[category].total.amount * count for category, count in ask.counts.items() if count)
    return passengers + (leg.rest_price.total.amount * leg.rest if leg.rest_price is not None else 0)


def with_place(market: Market, ask: Ask) -> int:
    """How many of the passengers have a place of their own."""
    categories = market.tariff.categories
    return sum(count for category, count in ask.counts.items() if categories[category].place)


def free_for(connection: Connection, market: Market, ask: Ask, leg: Travel) -> tuple[int, int]:
    """How many places are free for a leg, and how many would stay empty in compartments taken whole.

    Raises `NoPlaceLeft`, `PlaceGone` if they do not do for the party.
    """
    wanted = leg.ask.wanted
    count = with_place(market, ask)
    if wanted and (len(wanted) != count or len(set(wanted)) != count):
        raise WrongAsk(
            "%(count)d places are needed, one for each passenger who has one; %(chosen)d are chosen.",
            "places",
            count=count,
            chosen=len(set(wanted)),
        )
    seats, occupancy = market.seats(leg), market.kept.occupancies.of(connection, leg.key, market.now)
    barred = market.barred(leg, ask)
    wishes = leg.ask.wishes
    free = free_places(
        seats,
        occupancy,
        leg.board,
        leg.alight,
        travel_class=leg.ask.travel_class,
        compartment=wishes.compartment,
        barred=barred,
        wheelchair=wishes.wheelchair > 0,
    )
    if wanted:
        taken = sorted(set(wanted) - set(free))
        if taken:
            try:
                check_wanted(seats, leg.board, leg.alight, taken, travel_class=leg.ask.travel_class)
            except NoSuchPlace as error:
                raise WrongAsk(error.message, "places", **error.values) from None
            raise gone(taken)
    elif wishes.compartment == "whole" or wishes.wheelchair:
        try:
            chosen = choose(
                seats,
                occupancy,
                (leg.board, leg.alight),
                count,
                travel_class=leg.ask.travel_class,
                wishes=wishes,
                barred=barred,
                own=market.own(leg, ask),
                rng=market.kept.rng,
            )
        except NoPlace as error:
            raise _none_left(leg, error.free) from None
        return len(free), len(rest_of_compartments(seats, chosen)) if wishes.compartment == "whole" else 0
    elif len(free) < count:
        if not leg.ask.split:
            raise _none_left(leg, len(free))
        try:
            choose_split(
                seats,
                occupancy,
                (leg.board, leg.alight),
                count,
                travel_class=leg.ask.travel_class,
                barred=barred,
                rng=market.kept.rng,
            )
        except NoPlace as error:
            raise _none_left(leg, error.free) from None
    return len(free), 0


def gone(taken: Iterable[tuple[str, str]]) -> PlaceGone:
    """The error that says which chosen places are no longer free."""
    listed = ", ".join(f"{coach}-{place}" for coach, place in taken)
    return PlaceGone("Somebody else has just taken %(places)s; choose another place.", "places", places=listed)


def _none_left(leg: Travel, free: int) -> NoPlaceLeft:
    return NoPlaceLeft(
        "Only %(free)d places are free all the way on the train of %(day)s; take fewer, another class or another day.",
        "counts",
        free=free,
        day=leg.ask.service_date,
    )


def _with_classes(market: Market, ask: Ask) -> Ask:
    legs = []
    for leg in ask.legs:
        chosen = leg.travel_class
        if chosen is None:
            departure = market.life.departure(leg.train, leg.service_date)
            if departure is not None:
                chosen = _first_class(departure.line, departure.train, leg.board, leg.alight)
        legs.append(msgspec.structs.replace(leg, travel_class=chosen))
    return msgspec.structs.replace(ask, legs=tuple(legs))


def _first_class(line: Line, train: Train, board: StationId, alight: StationId) -> TravelClass | None:
    stations = [call.station for call in train.calls]
    if board not in stations or alight not in stations:
        return None
    offered = classes(line, train, stations.index(board), stations.index(alight))
    return offered[0] if offered else None


def _prices(market: Market, ask: Ask, leg: Travel) -> tuple[dict[CategoryId, PartPrice], list[Rate], bool]:
    per_ticket, rates, illustrative = _fees(market, ask, "ticket")
    travel_class = leg.ask.travel_class
    if travel_class is None:
        raise NotOnSale("No coach of the train goes all the way from %(board)s.", "legs", board=leg.ask.board)
    prices: dict[CategoryId, PartPrice] = {}
    for category in (one for one, count in ask.counts.items() if count):
        try:
            priced = price(
                leg.line, leg.train, leg.board, leg.alight, category, travel_class, ask.currency, group=ask.group
            )
        except NotSold as error:
            raise NotOnSale(error.message, "legs", **error.values) from None
        # A fee per ticket is for the place; a child on a lap has none.
        charged = per_ticket if market.tariff.categories[category].place else ()
        components = tuple(
            Component(fare=one.fare, railway=one.railway, earned=one.earned, charged=one.charged)
            for one in priced.components
        )
        total = sum(one.charged.amount for one in components) + sum(fee.charged.amount for fee in charged)
        prices[category] = PartPrice(components=components, fees=charged, total=Money(total, ask.currency))
        rates.extend(rate for rate in priced.rates if rate not in rates)
        illustrative = illustrative or priced.illustrative
    return prices, rates, illustrative


def _rest_price(market: Market, ask: Ask, leg: Travel) -> PartPrice:
    """A place kept empty costs the adult's fare; no ticket is made out for it, so no fee per ticket."""
    adult = next(iter(market.tariff.categories))
    alone = msgspec.structs.replace(ask, counts={adult: 1})
    price_of = _prices(market, alone, leg)[0][adult]
    total = sum(one.charged.amount for one in price_of.components)
    return PartPrice(components=price_of.components, total=Money(total, ask.currency))


def _fees(
    market: Market, ask: Ask, per: Literal["booking", "ticket"]
) -> tuple[tuple[FeeCharged, ...], list[Rate], bool]:
    """The fees, the rates they were converted with, and whether any of it is illustrative. Raises `NotOnSale`."""
    try:
        found = charged_fees(market.tariff, per, ask.channel, ask.currency)
    except NotSold as error:
        raise NotOnSale(error.message, "currency", **error.values) from None
    charged = tuple(FeeCharged(fee=one.fee.id, charged=one.charged, refundable=one.fee.refundable) for one in found)
    rates: list[Rate] = []
    for one in found:
        if one.rate is not None and one.rate not in rates:
            rates.append(one.rate)
    return charged, rates, any(one.illustrative for one in found)


def _at_the_paid_price(
    old: Booking, ask: Ask, offered: list[LegOffer]
) -> tuple[list[LegOffer], tuple[FeeCharged, ...], list[Rate]]:
    """The same stretches at what was paid for them. Raises `WrongAsk` if it is not the same journey and party."""
    suspended = [part for part in old.parts if part.refund_reason == "suspended"]
    if ask.currency != old.currency:
        raise WrongAsk("The paid price was in %(currency)s; pay in it again.", "currency", currency=old.currency)
    kept: list[LegOffer] = []
    for leg in offered:
        prices: dict[CategoryId, PartPrice] = {}
        for category in leg.prices:
            same = [
                part
                for part in suspended
                if (old.leg(part.leg).board, old.leg(part.leg).alight) == (leg.ask.board, leg.ask.alight)
                and old.leg(part.leg).travel_class == leg.ask.travel_class
                and old.passenger(part.passenger).category == category
            ]
            if len(same) < ask.counts[category]:
                raise WrongAsk(
                    "The paid price is for the stretch, class and passengers of booking %(code)s, and no more.",
                    "legs",
                    code=old.code,
                )
            prices[category] = same[0].price
        kept.append(LegOffer(ask=leg.ask, prices=prices, free=leg.free))
    return kept, (), list(old.rates)
