"""Offers: what can be bought and at which price. Nothing is written; a signed offer is good for 30 minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from rerail.fares.model import NotSold
from rerail.fares.pricing import charged_fees, price
from rerail.line.amount import Money
from rerail.line.course import LINES_KEPT
from rerail.line.model import Line, StationId, Train
from rerail.line.same import Same
from rerail.line.stretch import stretch
from rerail.line.tariff import CategoryId, Rate, Tariff, TravelClass
from rerail.places.seats import rest_of_compartments
from rerail.sale.errors import NotOnSale, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import (
    Ask,
    Booking,
    Component,
    FeeCharged,
    LegOffer,
    Offer,
    Part,
    PartPrice,
    one_of_rest,
    without_rest,
)
from rerail.sale.placing import count_free, none_left, placed, with_place
from rerail.sale.rules import Travel, checked, classes

GOOD_FOR: Final = timedelta(minutes=30)


Connected = Callable[[], Connection]
"""A snapshot of the database for whoever cannot do without."""

PLENTY: Final = 50
"""Where so many more places are free than are wanted, what was seen some seconds ago will do: to offer them is not
to hold them, and whoever holds finds out."""
_PLENTY_SECONDS: Final = 30.0


def offer(
    connected: Connected, market: Market, ask: Ask, *, rebooks: Booking | None = None, glance: bool = False
) -> Offer:
    """The offer for what is asked. `rebooks` is a suspended booking whose paid prices are taken over.

    `glance`: it is only to be looked at, so places as they were seen some seconds ago will do, however few.

    Raises `WrongAsk`, `NotOnSale`, `NoPlaceLeft`, `PlaceGone`.
    """
    ask = _with_classes(market, ask)
    legs = checked(market.life, ask, market.now, staff=ask.channel == "counter")
    offered: list[LegOffer] = []
    rates: list[Rate] = []
    illustrative = False
    for leg in legs:
        free, rest = free_for(connected, market, ask, leg, glance=glance)
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


def free_for(connected: Connected, market: Market, ask: Ask, leg: Travel, *, glance: bool = False) -> tuple[int, int]:
    """How many places are free for a leg, and how many would stay empty in compartments taken whole.

    Raises `WrongAsk`, `NoPlaceLeft`, `PlaceGone` if they do not do for the party.
    """
    wishes, wanted = leg.ask.wishes, with_place(market, ask)
    as_they_come = not leg.ask.wanted and not wishes.wheelchair and wishes.compartment != "whole"
    seen = market.kept.occupancies.seen(leg.key, market.now, _PLENTY_SECONDS) if as_they_come else None
    if seen is not None and (count := count_free(market, ask, leg, seen)) >= wanted + PLENTY:
        return count, 0
    occupancy = seen if glance and seen is not None else market.kept.occupancies.of(connected(), leg.key, market.now)
    count = count_free(market, ask, leg, occupancy)
    if as_they_come:
        if count >= wanted:
            return count, 0
        if not leg.ask.split:
            raise none_left(leg, count)
    chosen = placed(market, ask, leg, occupancy)
    if wishes.compartment != "whole":
        return count, 0
    return count, len(rest_of_compartments(market.seats(leg), [spot for spots in chosen for spot in spots]))


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
    found = stretch(train, board, alight)
    offered = classes(line, train, *found) if found is not None else ()
    return offered[0] if offered else None


class _Priced(NamedTuple):
    """What each passenger of a party pays on a leg, the rates used, and whether any of it is illustrative."""

    prices: Mapping[CategoryId, PartPrice]
    rates: Sequence[Rate]
    illustrative: bool


def _prices(market: Market, ask: Ask, leg: Travel) -> _Priced:
    travel_class = leg.ask.travel_class
    if travel_class is None:
        raise NotOnSale("No coach of the train goes all the way from %(board)s.", "legs", board=leg.ask.board)
    party = tuple(one for one, count in ask.counts.items() if count)
    key = (leg.train.id, leg.board, leg.alight, travel_class, party, ask.currency, ask.channel, ask.group)
    kept = _kept_prices(Same(leg.line), Same(market.tariff))
    found = kept.get(key)
    if found is None:
        if len(kept) >= _PRICES_KEPT:
            kept.clear()
        found = kept[key] = _priced(market, ask, leg, travel_class, party)
    return found


_PRICES_KEPT: Final = 16_384


@lru_cache(maxsize=LINES_KEPT)
def _kept_prices(_line: Same[Line], _tariff: Same[Tariff]) -> dict[tuple[object, ...], _Priced]:
    """The prices that were asked for: what an edition says of them never changes."""
    return {}


def _priced(market: Market, ask: Ask, leg: Travel, travel_class: TravelClass, party: Sequence[CategoryId]) -> _Priced:
    per_ticket, rates, illustrative = _fees(market, ask, "ticket")
    prices: dict[CategoryId, PartPrice] = {}
    for category in party:
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
    return _Priced(prices, rates, illustrative)


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
    """The same stretches at what was paid for them, each suspended ticket used once.

    Raises `WrongAsk` if it is not the same journey and party.
    """
    if ask.currency != old.currency:
        raise WrongAsk("The paid price was in %(currency)s; pay in it again.", "currency", currency=old.currency)
    left = [part for part in old.parts if part.refund_reason == "suspended"]
    kept: list[LegOffer] = []
    for leg in offered:
        taken = [part for category in leg.prices for part in _same(old, left, leg, category, ask.counts[category])]
        left = [part for part in left if part not in taken]
        prices = {old.passenger(part.passenger).category: without_rest(part.price) for part in taken}
        rest_price = None
        if leg.rest:
            paid = [part.price for part in taken if part.price.rest_places]
            if sum(one.rest_places for one in paid) != leg.rest:
                raise WrongAsk("The compartment is of another size than the one that was paid for.", "legs")
            rest_price = one_of_rest(paid[0])
        kept.append(LegOffer(ask=leg.ask, prices=prices, free=leg.free, rest=leg.rest, rest_price=rest_price))
    return kept, (), list(old.rates)


def _same(old: Booking, left: list[Part], leg: LegOffer, category: CategoryId, count: int) -> list[Part]:
    """So many suspended tickets of a category for the stretch and class of a leg, those with a compartment first."""
    same = [
        part
        for part in left
        if (old.leg(part.leg).board, old.leg(part.leg).alight) == (leg.ask.board, leg.ask.alight)
        and old.leg(part.leg).travel_class == leg.ask.travel_class
        and old.passenger(part.passenger).category == category
    ]
    if len(same) < count:
        raise WrongAsk(
            "The paid price is for the stretch, class and passengers of booking %(code)s, and no more.",
            "legs",
            code=old.code,
        )
    return sorted(same, key=lambda part: (-part.price.rest_places, part.number))[:count]
