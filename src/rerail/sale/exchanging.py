"""Exchanging: tickets given back and others bought in one act, at the price of the difference.

The tariff has no rule of its own for it: what is given back goes by the rules of giving back, so that its fee is
what a refund would keep, and what is bought is bought at its price. Until then the new places are only held, and if
nobody confirms them in time, everything is as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.money import entries
from rerail.money.ledger import post
from rerail.places import claims
from rerail.sale import adding, confirming, refunding
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.errors import HoldExpired, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Offer, Part, RefundOffer
from rerail.sale.suspension import stopped_departures


def back_for(market: Market, booking: Booking, parts: Collection[int], *, overruled: bool) -> RefundOffer:
    """What comes back of tickets that are exchanged now; fees per booking stay, for there is a booking still.

    Raises `NotPossible`: a ticket is not good, its train has left, or it is a group's.
    """
    if booking.group:
        raise NotPossible("A group's tickets are not exchanged; give them back and make another booking.")
    if any(part.number in parts and part.state != "confirmed" for part in booking.parts):
        raise NotPossible("Only valid tickets are exchanged; those of booking %(code)s are not.", code=booking.code)
    offer = refunding.refund_offer(market, booking, parts)
    if overruled:
        offer = refunding.overruled(booking, offer)
    return replace(offer, total=offer.total - offer.fees_back, fees_back=Money(0, booking.currency))


def begin(
    connection: Connection, market: Market, booking: Booking, offer: Offer, numbers: Sequence[int], back: RefundOffer
) -> tuple[Booking, tuple[int, ...]]:
    """Hold the new places; nothing else changes. Gives the numbers of the new legs too.

    The caller has locked the booking. Raises as `adding.add`, `NotPossible` if a ticket cannot be given back.
    """
    parts = [one.part for one in back.parts]
    _still_good(connection, market, booking, parts)
    until = market.now + timedelta(minutes=market.tariff.sale.hold_minutes)
    return adding.add(connection, market, booking, offer, numbers, until, instead_of=parts)


def confirm(
    connection: Connection, market: Market, booking: Booking, legs: Collection[int], back: RefundOffer, account: str
) -> Booking:
    """Buy what is held on the new legs and give the old tickets back; what is left to pay goes on an account.

    What is over is owed to the customer: see `paying.pay_back`. The caller has locked the booking. Raises
    `HoldExpired`, `NotOnSale`, `NotPossible`: an old ticket is good no more, or has left.
    """
    new = held_on(booking, legs)
    if not new or not all(part.waits(market.now) for part in new):
        raise HoldExpired("The places were not confirmed in time, and the old tickets are good still.")
    check(connection, market, booking, legs, back)
    numbers = [part.number for part in new]
    try:
        claims.confirm(connection, booking.code, [part.number for part in new if part.spots], now=market.now)
    except claims.HoldLost:
        raise HoldExpired("The places were not confirmed in time, and the old tickets are good still.") from None
    market.kept.occupancies.note(confirming.all_claims(connection, market, booking))
    set_state(connection, booking, numbers, "confirmed")
    bought = tuple(replace(leg, bought=market.now) if leg.number in legs else leg for leg in booking.legs)
    adding.write_legs(connection, replace(booking, legs=bought))
    key = f"{booking.code}:{min(legs)}"
    post(
        connection,
        key=f"sale:{key}",
        kind="sale",
        booking=booking.code,
        at=market.now,
        postings=entries.sale(
            confirming.earnings([component for part in new for component in part.price.components]),
            [fee.charged for part in new for fee in part.price.fees],
        ),
    )
    nothing = Money(0, booking.currency)
    refunding.write(connection, market, booking, back.parts, "exchanged", None, nothing)
    booking = locked(connection, booking.code)
    if booking.balance.amount > 0:
        payment = confirming.Payment(key=f"exchange:{key}", account=account, money=booking.balance)
        confirming.take(connection, booking, payment, market.now)
    return locked(connection, booking.code)


def check(connection: Connection, market: Market, booking: Booking, legs: Collection[int], back: RefundOffer) -> None:
    """Raise `NotOnSale` or `NotPossible` unless the new trains run and the old tickets can be given back."""
    for leg in booking.legs:
        if leg.number in legs:
            confirming.runs(market, leg)
    _still_good(connection, market, booking, [one.part for one in back.parts])


def let_go(connection: Connection, market: Market, booking: Booking, legs: Collection[int]) -> Booking:
    """Let go of the places held on the new legs, lapsed or not. The caller has locked the booking."""
    numbers = [part.number for part in held_on(booking, legs)]
    if numbers:
        freed(connection, market, booking.code, numbers)
        set_state(connection, booking, numbers, "cancelled")
    return locked(connection, booking.code)


def held_on(booking: Booking, legs: Collection[int]) -> tuple[Part, ...]:
    """The parts on these legs that were held and not confirmed."""
    return tuple(part for part in booking.parts if part.leg in legs and part.state == "held")


def _still_good(connection: Connection, market: Market, booking: Booking, parts: Collection[int]) -> None:
    stopped = stopped_departures(market.life, booking)
    for part in booking.parts:
        if part.number not in parts:
            continue
        if part.state != "confirmed":
            raise NotPossible(
                "Ticket %(ticket)s is good no more; nothing was exchanged.", ticket=booking.reference(part)
            )
        if booking.leg(part.leg).departure in stopped:
            raise NotPossible(
                "A train of booking %(code)s does not run; all of it comes back by itself.", code=booking.code
            )
    refunding.returnable(connection, market, booking, parts)
