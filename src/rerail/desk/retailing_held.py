"""What a retailer does with places that are held: takes others, says how tickets are wanted, lets go of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.desk.retailing_booking import Seat
from rerail.desk.retailing_places import ask_of
from rerail.desk.retailing_wishes import Wish, better, needs
from rerail.people.clients import Pass
from rerail.places import claims
from rerail.places.choose import NoSuchPlace, check_wanted
from rerail.places.model import Spot
from rerail.places.refusal import PlacesError
from rerail.sale import confirming, reading, retail_tables, sold
from rerail.sale.changing import locked
from rerail.sale.errors import AlreadyConfirmed, AlreadyEnded, WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part
from rerail.sale.placing import gone
from rerail.sale.retail import Retail, parts_by_id
from rerail.sale.rules import travel_of


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
