"""What a retailer books: offers, for whom, on which places; held all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.desk.retailing_places import Pair
from rerail.desk.retailing_wishes import NOTHING, Need, Wish, given, needs
from rerail.people.clients import Pass
from rerail.sale import holding, retail_tables
from rerail.sale.errors import Incompatible, WrongAsk, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.market import Market
from rerail.sale.model import Ask, LegAsk, Offer, PassengerGiven
from rerail.sale.retail import BookedOffer, BookedPassenger, Quote, QuotedPassenger, Retail, merged, part_ids


class Seat(Struct, frozen=True, kw_only=True):
    """A place chosen for a passenger: on the reservation with this id."""

    reservation: str
    coach: str
    place: str
    passenger: str
    """The retailer's name for the passenger."""


class Chosen(Struct, frozen=True, kw_only=True):
    """An offer to be booked."""

    token: str
    passengers: tuple[str, ...]
    external_ref: str | None = None
    seats: tuple[Seat, ...] = ()
    wishes: tuple[Wish, ...] = ()
    """Of places that are not chosen."""
    reservations: tuple[str, ...] = ()
    """Ids of optional reservations asked for: none is optional, so each must be one of the offer's own."""


class Named(Struct, frozen=True, kw_only=True):
    """A passenger as told: the sale's facts (None: not told), and the rest as it was said."""

    ref: str
    kind: str
    family_name: str | None = None
    given_names: str | None = None
    birth_date: Any = None
    sex: str | None = None
    said: Mapping[str, Any] = {}


class Order(Struct, frozen=True, kw_only=True):
    """What a retailer books."""

    offers: tuple[Chosen, ...]
    passengers: tuple[Named, ...]
    external_ref: str | None = None
    said: Mapping[str, Any] = {}


def book(retailing: Retailing, retailer: Pass, order: Order) -> RetailAct[Standing]:
    """Hold all places of all offers, or none. Raises `SaleError`."""

    def act(connection: Connection, market: Market) -> Standing:
        offer, buyer, retail = prepared(retailing, connection, market, retailer, order)
        booking = holding.hold(connection, market, offer, buyer)
        retail_tables.add(connection, booking.code, retail)
        return retailing.standing(connection, market, booking, retailer, retail=retail, booked=True)

    return act


def prepared(
    retailing: Retailing, connection: Connection, market: Market, retailer: Pass, order: Order
) -> tuple[Offer, Buyer, Retail]:
    """What is to be held, for whom, and what the retailer will know of the booking. Raises `SaleError`."""
    quotes = [retailing.opened(connection, market, retailer, one.token) for one in order.offers]
    offer, legs = merged(quotes)
    people = _people(order, quotes)
    offer = _seated(connection, market, offer, order, quotes, legs, people)
    buyer = Buyer(passengers=tuple(_given(one, quoted) for one, quoted in people), email="", language="en")
    retail = Retail(
        client=retailer.client,
        external_ref=order.external_ref,
        offers=tuple(
            _booked(chosen, quote, numbers, [one.ref for one, _ in people])
            for chosen, quote, numbers in zip(order.offers, quotes, legs, strict=True)
        ),
        passengers=tuple(BookedPassenger(ref=one.ref, kind=one.kind, said=one.said) for one, _ in people),
        said=order.said,
    )
    return offer, buyer, retail


def _people(order: Order, quotes: Sequence[Quote]) -> list[tuple[Named, QuotedPassenger]]:
    """Those the offers are for, in the order they are told in. Raises `WrongPassenger`, `Incompatible`."""
    quoted = {one.ref: one for one in quotes[0].passengers}
    for chosen in order.offers:
        if set(chosen.passengers) != set(quoted):
            raise Incompatible("An offer is booked for all the passengers it was made for; ask for another.", "offers")
    told = {one.ref: one for one in order.passengers}
    if len(told) != len(order.passengers):
        raise WrongPassenger("Each passenger has a reference of its own.", "passengerSpecifications")
    unknown = [ref for ref in quoted if ref not in told]
    if unknown:
        raise WrongPassenger(
            'Passenger "%(ref)s" of the offer is not among those told.', "passengerSpecifications", ref=unknown[0]
        )
    return [(one, quoted[one.ref]) for one in order.passengers if one.ref in quoted]


def _booked(chosen: Chosen, quote: Quote, legs: tuple[int, ...], refs: Sequence[str]) -> BookedOffer:
    """An offer as part of a booking; `refs` are of the booking's passengers, in their order."""
    places = {one.ref: place for place, one in enumerate(quote.passengers)}
    return BookedOffer(
        id=chosen.token,
        root=quote.root,
        made=quote.offer.made,
        external_ref=chosen.external_ref,
        legs=legs,
        order=tuple(places.get(ref, -1) for ref in refs),
    )


def for_known(
    connection: Connection, market: Market, retail: Retail, quote: Quote, chosen: Chosen
) -> tuple[Offer, tuple[int, ...]]:
    """An offer for passengers that a booking has, with the places chosen, and the passengers' numbers.

    Raises `Incompatible`, `WrongAsk`, and `NoPlaceLeft` if places are to be as wished and there are too few.
    """
    numbers = {told.ref: number for number, told in enumerate(retail.passengers, start=1)}
    quoted = {one.ref: one for one in quote.passengers}
    if set(chosen.passengers) != set(quoted):
        raise Incompatible("An offer is booked for all the passengers it was made for; ask for another.", "offers")
    for ref in quoted:
        if ref not in numbers:
            raise Incompatible('Passenger "%(ref)s" of the offer is not in the booking.', "offers", ref=ref)
    refs = sorted(quoted, key=numbers.__getitem__)
    people = [(Named(ref=ref, kind=quoted[ref].kind), quoted[ref]) for ref in refs]
    legs = tuple(range(1, len(quote.offer.legs) + 1))
    order = Order(offers=(chosen,), passengers=())
    offer = _seated(connection, market, quote.offer, order, (quote,), (legs,), people)
    return offer, tuple(numbers[ref] for ref in refs)


def with_offer(
    connection: Connection, code: str, retail: Retail, chosen: Chosen, quote: Quote, legs: tuple[int, ...]
) -> Retail:
    """What the retailer knows of a booking, with one more offer on these legs; written down."""
    booked = _booked(chosen, quote, legs, [told.ref for told in retail.passengers])
    retail = replace(retail, offers=(*retail.offers, booked))
    retail_tables.change(connection, code, retail)
    return retail


def _given(one: Named, quoted: QuotedPassenger) -> PassengerGiven:
    return PassengerGiven(
        category=quoted.category,
        family_name=one.family_name or "",
        given_names=one.given_names or "",
        birth_date=one.birth_date if one.birth_date is not None else quoted.birth_date,
        sex="f" if one.sex == "f" else "m" if one.sex == "m" else "",
    )


def _seated(
    connection: Connection,
    market: Market,
    offer: Offer,
    order: Order,
    quotes: Sequence[Quote],
    legs: Sequence[tuple[int, ...]],
    people: Sequence[tuple[Named, QuotedPassenger]],
) -> Offer:
    """The offer with the places that were chosen, or as was wished. Raises `WrongAsk`, `NoPlaceLeft`."""
    asks, categories = list(offer.ask.legs), market.tariff.categories
    seated = [one.ref for one, quoted in people if categories[quoted.category].place]
    count = len(people)
    for chosen, quote, numbers in zip(order.offers, quotes, legs, strict=True):
        own = {
            part_ids(quote.root, leg, place, count)[1]: (numbers[leg], quoted.ref)
            for leg in range(len(numbers))
            for place, quoted in enumerate(quote.passengers)
            if categories[quoted.category].place
        }
        named = [one.reservation for one in chosen.seats] + [one.reservation for one in chosen.wishes]
        for one in (*chosen.reservations, *named):
            if one not in own:
                raise WrongAsk('No reservation "%(id)s" is in the offer.', "placeSelections", id=one[:80])
        wished = needs(chosen.wishes, own)
        for number in dict.fromkeys(numbers):
            ask = asks[number - 1]
            wanted = {
                seat.passenger: (seat.coach, seat.place) for seat in chosen.seats if own[seat.reservation][0] == number
            }
            if not wanted:
                # Who asks for a wheelchair place gets that one, wherever it is.
                if number in wished and not ask.wishes.wheelchair:
                    its = [wished[number].get(ref, NOTHING) for ref in seated]
                    asks[number - 1] = replace(ask, wanted=given(connection, market, offer.ask, ask, its))
                continue
            stranger = next((ref for ref in wanted if ref not in seated), None)
            if stranger is not None:
                raise WrongAsk(
                    'Passenger "%(ref)s" has no place to choose on this train.', "placeSelections", ref=stranger[:80]
                )
            if len(wanted) < len(seated):
                if ask.wishes.wheelchair:
                    raise WrongAsk(
                        "Choose a place for each passenger who has one on this train, or for none.", "placeSelections"
                    )
                wanted |= _beside(connection, market, offer.ask, ask, wanted, seated, wished.get(number, {}))
            asks[number - 1] = replace(ask, wanted=tuple(wanted[ref] for ref in seated))
    moved = tuple(replace(leg, ask=ask) for leg, ask in zip(offer.legs, asks, strict=True))
    return replace(offer, ask=replace(offer.ask, legs=tuple(asks)), legs=moved)


def _beside(
    connection: Connection,
    market: Market,
    ask: Ask,
    leg: LegAsk,
    chosen: Mapping[str, Pair],
    seated: Sequence[str],
    wished: Mapping[str, Need],
) -> dict[str, Pair]:
    """Places for those of a party who chose none, near the first that was chosen. Raises `NoPlaceLeft`, `WrongAsk`."""
    near = Need(near=next(iter(chosen.values())))
    found = given(connection, market, ask, leg, [wished.get(ref, near) for ref in seated])
    left = [pair for pair in found if pair not in chosen.values()]
    return dict(zip((ref for ref in seated if ref not in chosen), left, strict=False))
