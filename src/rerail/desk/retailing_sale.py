"""What a retailer does with a booking until it is confirmed: books, names, chooses places, lets go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.desk.retailing_border import CARD, Card, Taken
from rerail.desk.retailing_places import ask_of
from rerail.desk.retailing_wishes import NOTHING, Wish, better, given, needs
from rerail.money import accounts
from rerail.people.clients import Pass
from rerail.places import claims
from rerail.places.choose import NoSuchPlace, check_wanted
from rerail.places.model import Spot
from rerail.places.refusal import PlacesError
from rerail.sale import confirming, holding, naming, reading, recalling, retail_tables, sold
from rerail.sale.changing import locked
from rerail.sale.errors import (
    AlreadyConfirmed,
    AlreadyEnded,
    Incompatible,
    NotPossible,
    SaleError,
    WrongAsk,
    WrongPassenger,
)
from rerail.sale.holding import Buyer
from rerail.sale.market import Market
from rerail.sale.model import Booking, Offer, Part, PassengerGiven
from rerail.sale.placing import gone
from rerail.sale.retail import (
    BookedOffer,
    BookedPassenger,
    Quote,
    QuotedPassenger,
    Retail,
    merged,
    part_ids,
    parts_by_id,
)
from rerail.sale.rules import travel_of


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
        return retailing.standing(connection, market, booking, retailer, retail=retail)

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
            if set(wanted) != set(seated):
                raise WrongAsk(
                    "Choose a place for each passenger who has one on this train, or for none.", "placeSelections"
                )
            asks[number - 1] = replace(ask, wanted=tuple(wanted[ref] for ref in seated))
    moved = tuple(replace(leg, ask=ask) for leg, ask in zip(offer.legs, asks, strict=True))
    return replace(offer, ask=replace(offer.ask, legs=tuple(asks)), legs=moved)


def cancel(retailing: Retailing, retailer: Pass, code: str) -> RetailAct[None]:
    """Let go of a booking that is not confirmed. Raises `NoBooking`, `AlreadyConfirmed`."""

    def act(connection: Connection, market: Market) -> None:
        retail_tables.read(connection, code, retailer.client)
        booking = reading.read(connection, code)
        if booking.state(market.now) in ("confirmed", "refunded"):
            raise AlreadyConfirmed(
                "Booking %(code)s is %(state)s; give tickets back by a refund offer.",
                code=code,
                state=booking.state(market.now),
            )
        if booking.state(market.now) != "cancelled":
            booking = retailing.settled_up(connection, confirming.cancel_hold(connection, market, code))
            retail_events.note(
                connection, booking, "ACCOMMODATION_RELEASED", "The places held were let go.", market.now
            )

    return act


Telling = tuple[int, Named, Card | None]
"""A passenger's number, what is told of it, and its travel document, if that is told."""


class Told(Struct, frozen=True, kw_only=True):
    """What came of telling more of passengers."""

    standing: Standing
    wrong: tuple[tuple[int, SaleError], ...]
    """What could not be taken, by passenger: nothing of that passenger was."""
    taken: Mapping[int, Taken]
    """Of the passengers whose document was taken."""


def tell(
    retailing: Retailing, retailer: Pass, code: str, told: Callable[[Retail], Sequence[Telling]]
) -> RetailAct[Told]:
    """Say more of passengers: what exactly, `told` says of what is known by then.

    Each by itself: what cannot be taken of one is given back beside the booking; one alone raises it.
    """

    def act(connection: Connection, market: Market) -> Told:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        before = booking.version
        passengers = list(retail.passengers)
        wrong: list[tuple[int, SaleError]] = []
        taken: dict[int, Taken] = {}
        tellings = told(retail)
        for number, named, card in tellings:
            try:
                with connection.begin_nested():
                    changed = _told(retailing, connection, market, booking, retailer, number, named)
                    if card is not None:
                        taken[number] = _card(retailing, connection, market, changed, retailer, number, card)
            except SaleError as error:
                if len(tellings) == 1:
                    raise
                wrong.append((number, error))
                continue
            booking = changed
            passengers[number - 1] = BookedPassenger(ref=named.ref, kind=named.kind, said=named.said)
        if taken or retail.passengers != tuple(passengers) or booking.version != before:
            retail_events.note(
                connection, booking, "PASSENGER_CHANGED", "More was told of passengers, or else.", market.now
            )
        retail = replace(retail, passengers=tuple(passengers))
        retail_tables.change(connection, code, retail)
        standing = retailing.standing(connection, market, booking, retailer, retail=retail, issue=True)
        return Told(standing=standing, wrong=tuple(wrong), taken=taken)

    return act


def _told(
    retailing: Retailing,
    connection: Connection,
    market: Market,
    booking: Booking,
    retailer: Pass,
    number: int,
    named: Named,
) -> Booking:
    present = booking.passenger(number)
    given = PassengerGiven(
        category=present.category,
        family_name=named.family_name if named.family_name is not None else present.family_name,
        given_names=named.given_names if named.given_names is not None else present.given_names,
        birth_date=named.birth_date if named.birth_date is not None else present.birth_date,
        sex="f" if named.sex == "f" else "m" if named.sex == "m" else present.sex,
    )
    known = PassengerGiven(
        category=present.category,
        family_name=present.family_name,
        given_names=present.given_names,
        birth_date=present.birth_date,
        sex=present.sex,
    )
    if given != known:
        free = booking.confirmed is None or not present.named or recalling.without_ticket(booking, number)
        if not free and not _filled(known, given):
            raise NotPossible(
                "Tickets are made out to %(name)s; cancel those fulfillments first, and issue them anew afterwards.",
                f"passengers.{number}",
                name=present.name,
            )
        booking = naming.name(connection, market, booking.code, {number: given}, rename=True)
        if retailing.border is not None:
            retailing.border.renamed(connection, booking, present, retailer)
    return booking


def _filled(known: PassengerGiven, given: PassengerGiven) -> bool:
    """Whether all that is new is what was not known: a border asks for it, and no ticket says it."""
    return given == replace(known, birth_date=known.birth_date or given.birth_date, sex=known.sex or given.sex)


def _card(
    retailing: Retailing,
    connection: Connection,
    market: Market,
    booking: Booking,
    retailer: Pass,
    number: int,
    card: Card,
) -> Taken:
    if retailing.border is None:
        raise NotPossible("No document was asked for, so none is taken.", CARD)
    return retailing.border.take(connection, market, booking, number, card, retailer)


def change(
    retailing: Retailing,
    retailer: Pass,
    code: str,
    *,
    said: Mapping[str, Any],
    external_ref: str | None = None,
    seats: Sequence[Seat] = (),
    wishes: Sequence[Wish] = (),
) -> RetailAct[Standing]:
    """Choose other places, or wish for some; say how the tickets are wanted and paid.

    Raises `NoBooking`, `NotPossible`, `WrongAsk`, `PlaceGone`.
    """

    def act(connection: Connection, market: Market) -> Standing:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        still_held(market, booking)
        if seats:
            _reseat(connection, market, booking, retail, seats)
            booking = reading.read(connection, code)
        if wishes:
            _as_wished(connection, market, booking, retail, wishes, {seat.passenger for seat in seats})
            booking = reading.read(connection, code)
        retail = replace(retail, said={**retail.said, **said}, external_ref=external_ref or retail.external_ref)
        retail_tables.change(connection, code, retail)
        return retailing.standing(connection, market, booking, retailer, retail=retail)

    return act


def still_held(market: Market, booking: Booking) -> None:
    """Raise `AlreadyConfirmed` or `AlreadyEnded` unless the places of a booking are held."""
    state = booking.state(market.now)
    if state == "prebooked":
        return
    kind = AlreadyConfirmed if state == "confirmed" else AlreadyEnded
    raise kind("Booking %(code)s is %(state)s; only held places can be changed.", code=booking.code, state=state)


def _reseat(connection: Connection, market: Market, booking: Booking, retail: Retail, seats: Sequence[Seat]) -> None:
    """Move passengers to the places chosen. Raises `WrongAsk`, `PlaceGone`."""
    parts = parts_by_id(retail, booking)
    refs = {passenger.ref: number for number, passenger in enumerate(retail.passengers, start=1)}
    for seat in seats:
        part = _part_of(booking, parts.get(seat.reservation), refs.get(seat.passenger))
        if part is None:
            raise WrongAsk(
                'No reservation "%(id)s" of passenger "%(ref)s" is in the booking.',
                "placeSelections",
                id=seat.reservation[:80],
                ref=seat.passenger[:80],
            )
        leg = travel_of(market.life, booking.leg(part.leg))
        try:
            spots = check_wanted(
                market.seats(leg), leg.board, leg.alight, [(seat.coach, seat.place)], travel_class=leg.ask.travel_class
            )
        except NoSuchPlace as error:
            raise WrongAsk(error.message, "placeSelections", **error.values) from None
        if (seat.coach, seat.place) in market.barred(leg, ask_of(booking, leg)):
            raise gone([(seat.coach, seat.place)])
        _move(connection, market, booking, part, spots)


def _as_wished(
    connection: Connection,
    market: Market,
    booking: Booking,
    retail: Retail,
    wishes: Sequence[Wish],
    placed: Collection[str],
) -> None:
    """Move passengers to places that are more as they wish, where there are any: not those `placed`, who chose theirs.

    Raises `WrongAsk`, `PlaceGone`.
    """
    refs = {passenger.ref: number for number, passenger in enumerate(retail.passengers, start=1)}
    known = {
        id_: (part.leg, retail.passengers[part.passenger - 1].ref)
        for id_, part in parts_by_id(retail, booking).items()
        if part.spots and part.waits(market.now)
    }
    for leg, wished in needs(wishes, known).items():
        moved = better(
            connection, market, booking, leg, {refs[ref]: need for ref, need in wished.items() if ref not in placed}
        )
        for part in booking.parts_of(leg):
            if part.passenger in moved:
                _move(connection, market, booking, part, (moved[part.passenger],))


def _part_of(booking: Booking, part: Part | None, passenger: int | None) -> Part | None:
    """The part of the passenger on the same train: a place may be chosen on any reservation of the leg."""
    if part is None:
        return None
    return next((one for one in booking.parts_of(part.leg) if one.passenger == passenger and one.spots), None)


def _move(connection: Connection, market: Market, booking: Booking, part: Part, spots: Sequence[Spot]) -> None:
    if tuple(spots) == part.spots:
        return
    key = booking.leg(part.leg).departure
    try:
        with connection.begin_nested():
            claims.reseat(connection, booking.code, part.number, part.spots, spots, key, market.now)
    except PlacesError:
        raise gone((spot.coach, spot.place) for spot in spots) from None
    finally:
        market.kept.occupancies.drop(key)
    sold.seat(connection, booking.code, {part.number: tuple(spots)})


def say(retailing: Retailing, retailer: Pass, code: str, said: Mapping[str, Any]) -> RetailAct[Standing]:
    """Say who the purchaser is. Raises `NoBooking`."""

    def act(connection: Connection, market: Market) -> Standing:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        retail = replace(retail, said={**retail.said, **said})
        retail_tables.change(connection, code, retail)
        retail_events.note(connection, booking, "PURCHASER_CHANGED", "The purchaser was told.", market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail)

    return act


def account_of(booking: Booking, retailer: Pass) -> str:
    """Where what is paid for a booking lies: on its tour operator's invoice, else on the retailer's account."""
    if booking.tour_operator is not None:
        return accounts.invoice(booking.tour_operator)
    return accounts.retailer(retailer.client)
