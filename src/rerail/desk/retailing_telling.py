"""What a retailer tells of a booking: who travels, on which document, and who buys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.desk.retailing_booking import Named
from rerail.desk.retailing_border import CARD, Card, Taken
from rerail.people.clients import Pass
from rerail.sale import naming, recalling, retail_tables
from rerail.sale.changing import locked
from rerail.sale.errors import AlreadyEnded, NotPossible, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking, PassengerGiven
from rerail.sale.retail import BookedPassenger, Retail

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

    Each by itself: what cannot be taken of one is given back beside the booking; one alone raises it. Raises
    `NoBooking`, `AlreadyEnded`.
    """

    def act(connection: Connection, market: Market) -> Told:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        _not_ended(market, booking)
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


def _not_ended(market: Market, booking: Booking) -> None:
    """Raise `AlreadyEnded` if all of the booking was let go of, by somebody or by time. Who had tickets may be told."""
    state = booking.state(market.now)
    if state in ("cancelled", "expired"):
        raise AlreadyEnded("Booking %(code)s is %(state)s; nothing more is told of it.", code=booking.code, state=state)


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
        # A birth date is asked for before confirming; a group is confirmed without asking.
        later = booking.confirmed is None and not booking.group
        booking = naming.name(connection, market, booking.code, {number: given}, rename=True, births_later=later)
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


def say(retailing: Retailing, retailer: Pass, code: str, said: Mapping[str, Any]) -> RetailAct[Standing]:
    """Say who the purchaser is. Raises `NoBooking`, `AlreadyEnded`."""

    def act(connection: Connection, market: Market) -> Standing:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        _not_ended(market, booking)
        retail = replace(retail, said={**retail.said, **said})
        retail_tables.change(connection, code, retail)
        retail_events.note(connection, booking, "PURCHASER_CHANGED", "The purchaser was told.", market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail)

    return act
