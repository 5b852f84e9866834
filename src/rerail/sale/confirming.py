"""Confirming: the places become the passenger's for good, the sale and its payment are posted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.line.model import Train
from rerail.line.stretch import stretch
from rerail.money import entries
from rerail.money.ledger import post
from rerail.places import claims
from rerail.places.model import Claim
from rerail.places.seats import rest_of_compartments
from rerail.sale import reading
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.errors import AlreadyConfirmed, AlreadyEnded, HoldExpired, NotOnSale, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Component, Leg, Part

_LAPSED = (
    "The places were held until %(until)s (UTC) and are free again. Ask for a new offer; the same places may be free."
)


class Payment(Struct, frozen=True, kw_only=True):
    """Money that came in."""

    key: str
    """Unique: the same payment told twice is posted once."""
    account: str
    """Where it lies: `money.accounts.cash(…)`, `invoice(…)` or `provider(…)`."""
    money: Money


def due(booking: Booking) -> Money:
    """What is still to be paid before the booking can be confirmed."""
    return booking.total - booking.paid if booking.confirmed is None else booking.balance


def confirm(connection: Connection, market: Market, code: str, payment: Payment | None) -> Booking:
    """Confirm everything held. The caller holds the line's lock and a write transaction.

    Raises `NoBooking`, `NotPossible`, `HoldExpired`, `NotOnSale` (a railway withdrew meanwhile).
    """
    booking = locked(connection, code)
    held = confirmable(market, booking, payment)
    try:
        claims.confirm(connection, code, [part.number for part in held if part.spots], now=market.now)
    except claims.HoldLost:
        raise lapsed(booking) from None
    market.kept.occupancies.note(all_claims(connection, market, booking))
    set_state(connection, booking, [part.number for part in held], "confirmed", confirmed=market.now)
    post(
        connection,
        key=f"sale:{code}",
        kind="sale",
        booking=code,
        at=market.now,
        postings=sale_of(booking, held),
    )
    if payment is not None:
        take(connection, booking, payment, market.now)
    return reading.read(connection, code)


def all_claims(connection: Connection, market: Market, booking: Booking) -> tuple[Claim, ...]:
    """The claims of a booking, every spot of every held part among them. Raises `HoldExpired` if one is missing."""
    found = claims.claims_of(connection, booking.code)
    complete(market, booking, found)
    return found


def confirmable(market: Market, booking: Booking, payment: Payment | None) -> tuple[Part, ...]:
    """What is held and would be confirmed by a payment. Raises `NotPossible`, `HoldExpired`, `NotOnSale`."""
    state = booking.state(market.now)
    if state == "expired":
        raise lapsed(booking)
    if state != "prebooked":
        kind = AlreadyConfirmed if state == "confirmed" else AlreadyEnded
        raise kind("Booking %(code)s is %(state)s; only held places can be confirmed.", code=booking.code, state=state)
    for leg in held_legs(booking):
        runs(market, leg)
    paying = payment.money if payment is not None else Money(0, booking.currency)
    if paying != due(booking):
        raise NotPossible("%(due)s are to be paid, and %(paying)s came.", due=due(booking), paying=paying)
    return tuple(part for part in booking.parts if part.state == "held")


def sale_of(booking: Booking, held: Iterable[Part]) -> entries.Postings:
    """What confirming these parts posts."""
    parts = list(held)
    earned = [component for part in parts for component in part.price.components]
    fees = [fee.charged for part in parts for fee in part.price.fees] + [fee.charged for fee in booking.fees]
    return entries.sale(earnings(earned), fees)


def complete(market: Market, booking: Booking, found: Iterable[Claim]) -> None:
    """Raise `HoldExpired` unless a booking's claims are all there, every spot of every held part among them.

    Another process whose clock is a moment ahead may have seen the hold end, and sold one of the places, while we
    were confirming: a ticket for the others alone would be a ticket for a place that is somebody else's.
    """
    tariff = market.tariff_of(booking)
    for part in booking.parts:
        # A new edition of the folder has left no place for it (`rerail.desk.reseating`): nothing is sold to stand.
        if (
            part.state == "held"
            and not part.spots
            and tariff.categories[booking.passenger(part.passenger).category].place
        ):
            raise lapsed(booking)
    claimed = tuple(found)
    have = {(one.departure, one.spot) for one in claimed}
    for leg in booking.legs:
        spots = [spot for part in booking.parts_of(leg.number) if part.state == "held" for spot in part.spots]
        if any(one.compartment == "whole" and one.departure == leg.departure for one in claimed):
            departure = market.life.departure(leg.departure.train, leg.departure.service_date)
            if departure is not None:
                spots += rest_of_compartments(market.kept.seats(departure.line, departure.train), spots)
        if any((leg.departure, spot) not in have for spot in spots):
            raise lapsed(booking)


def earnings(components: Iterable[Component]) -> list[entries.Earning]:
    """What the railways earn by these components, as the ledger takes it."""
    return [entries.Earning(one.railway, one.earned, one.charged) for one in components]


def take(connection: Connection, booking: Booking, payment: Payment, now: datetime) -> bool:
    """Post a payment. False: it was posted before."""
    return post(
        connection,
        key=payment.key,
        kind="payment",
        booking=booking.code,
        at=now,
        postings=entries.payment(payment.account, payment.money),
    )


def held_legs(booking: Booking) -> tuple[Leg, ...]:
    """The legs on which something is held, lapsed or not."""
    held = {part.leg for part in booking.parts if part.state == "held"}
    return tuple(leg for leg in booking.legs if leg.number in held)


def runs(market: Market, leg: Leg) -> None:
    """Raise `NotOnSale` unless the leg's departure runs and still calls where the passenger boards and alights."""
    departure = market.life.departure(leg.departure.train, leg.departure.service_date)
    if departure is None or not departure.runs or not _calls(departure.train, leg):
        raise NotOnSale(
            "The train of %(day)s does not run any more; nothing was paid or booked.", day=leg.departure.service_date
        )


def _calls(train: Train, leg: Leg) -> bool:
    calls = stretch(train, leg.board, leg.alight)
    return (
        calls is not None and calls[0] < calls[1] and train.calls[calls[0]].boarding and train.calls[calls[1]].alighting
    )


def pay_deposit(connection: Connection, market: Market, code: str, payment: Payment, until: datetime) -> Booking:
    """A group's deposit: its places are held until the balance is due. Raises as `confirm`."""
    booking = locked(connection, code)
    if not booking.group or booking.deposit is None:
        raise NotPossible("Only a group pays a deposit; booking %(code)s is paid at once.", code=code)
    if booking.state(market.now) != "prebooked":
        raise lapsed(booking)
    if booking.paid.amount:
        raise NotPossible("The deposit of booking %(code)s has been paid.", code=code)
    if payment.money != booking.deposit:
        raise NotPossible("The deposit is %(due)s, and %(paying)s came.", due=booking.deposit, paying=payment.money)
    for leg in booking.legs:
        runs(market, leg)
    held = [part.number for part in booking.parts if part.state == "held"]
    # Never shorter: a deposit paid late in the option must not cost the places.
    until = max(until, booking.held_until or until)
    try:
        claims.extend(connection, code, until=until, now=market.now)
    except claims.HoldLost:
        raise lapsed(booking) from None
    all_claims(connection, market, booking)
    set_state(connection, booking, held, "held", until=until)
    post(
        connection,
        key=payment.key,
        kind="deposit",
        booking=code,
        at=market.now,
        postings=entries.payment(payment.account, payment.money),
    )
    return reading.read(connection, code)


def cancel_hold(connection: Connection, market: Market, code: str, version: int | None = None) -> Booking:
    """Let go of everything held; what was paid (a deposit) is owed back by rule of the tariff: all of it.

    A hold that has lapsed is cancelled too: it is the tidy end of it. Raises `NoBooking`, `BookingMoved`,
    `NotPossible`.
    """
    booking = locked(connection, code, version)
    held = [part.number for part in booking.parts if part.state == "held"]
    if not held:
        raise NotPossible("Nothing is held under %(code)s.", code=code)
    freed(connection, market, code, held)
    set_state(connection, booking, held, "cancelled")
    return reading.read(connection, code)


def lapsed(booking: Booking) -> HoldExpired:
    """The error that says until when the places were held."""
    until = booking.held_until
    return HoldExpired(_LAPSED, until=f"{until:%Y-%m-%d %H:%M}" if until is not None else "–")
