"""Giving back: what comes back of each part by the rules of the tariff, and the act of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final, Literal

from msgspec.structs import replace
from sqlalchemy import Connection, insert

from rerail.fares.refund import amount_back, refundable
from rerail.line.amount import Money
from rerail.line.tariff import Category, Tariff
from rerail.money import entries
from rerail.money.ledger import post
from rerail.places import claims
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.confirming import earnings
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, FeeCharged, Leg, Part, PartRefund, PartState, RefundOffer
from rerail.sale.tables import refund_table

Reason = Literal["passenger", "suspended", "exchanged"]

IN_FULL: Final = frozenset({"not-running", "no-place", "retimed", "overruled"})
"""The rules by which everything comes back, fees too: the journey sold is not the one that can be made."""
FAR: Final = timedelta(minutes=60)
"""Whose train a new timetable moved by more than this may give the ticket back in full."""

_WHOLE: Final = 100


def refund_offer(market: Market, booking: Booking, parts: Collection[int] | None = None) -> RefundOffer:
    """What would come back now for these parts (default: all that are confirmed). Writes nothing.

    Of a part that was released, what would have come back then. Raises `NotPossible` if a part is neither
    confirmed nor released, or its train has left.
    """
    wanted = _wanted(market, booking, parts)
    refunds = tuple(_for_part(market, booking, part) for part in wanted)
    fees_back = _fees_back(booking, refunds)
    total = sum(one.back.amount for one in refunds) + fees_back.amount
    return RefundOffer(
        code=booking.code,
        version=booking.version,
        parts=refunds,
        total=Money(total, booking.currency),
        fees_back=fees_back,
        made=market.now,
    )


def overruled(booking: Booking, offer: RefundOffer) -> RefundOffer:
    """The same parts with everything that was paid for them: no rule of the tariff holds against the customer."""
    parts = tuple(
        replace(in_full(booking, part), rule="overruled")
        for part in booking.parts
        if part.number in {one.part for one in offer.parts}
    )
    fees_back = _fees_back(booking, parts)
    total = Money(sum(one.back.amount for one in parts) + fees_back.amount, booking.currency)
    return replace(offer, parts=parts, total=total, fees_back=fees_back)


def give_back_as_offered(connection: Connection, market: Market, offer: RefundOffer) -> Booking:
    """Give parts back at the price of an offer that is still good: the caller has seen to that.

    Raises `NoBooking`, `NotPossible`: a part has been given back since, or cannot be without another.
    """
    booking = locked(connection, offer.code)
    returnable(connection, market, booking, {one.part for one in offer.parts})
    write(connection, market, booking, offer.parts, "passenger", None, offer.fees_back)
    return locked(connection, offer.code)


def returnable(connection: Connection, market: Market, booking: Booking, parts: Collection[int]) -> None:
    """Raise `NotPossible` unless these parts can be given back now, and without others."""
    _wanted(market, booking, parts)
    separable(connection, market, booking, parts, "confirmed")


def separable(
    connection: Connection, market: Market, booking: Booking, parts: Collection[int], state: PartState
) -> None:
    """Raise `NotPossible` if the others in this state cannot be without these parts: a child, half a compartment."""
    _nobody_left_alone(market.tariff_of(booking), booking, set(parts), state)
    _compartments_whole(connection, booking, set(parts), state)


def not_running(market: Market, leg: Leg) -> bool:
    """Whether the leg's departure does not run, for whatever reason."""
    departure = market.life.departure(leg.departure.train, leg.departure.service_date)
    return departure is None or not departure.runs


def give_back(
    connection: Connection, market: Market, code: str, parts: Collection[int], version: int | None
) -> Booking:
    """Give parts back at the passenger's wish. The money is then owed to the customer: see `paying_back`.

    Raises `NoBooking`, `BookingMoved`, `NotPossible`: a part cannot be given back, or not without another.
    """
    booking = locked(connection, code, version)
    offer = refund_offer(market, booking, parts)
    returnable(connection, market, booking, parts)
    write(connection, market, booking, offer.parts, "passenger", None, offer.fees_back)
    return locked(connection, code)


def write(
    connection: Connection,
    market: Market,
    booking: Booking,
    refunds: Sequence[PartRefund],
    reason: Reason,
    entry: int | None,
    fees_back: Money,
) -> None:
    """Free the places, note and post what comes back. The caller has locked the booking.

    A part is refunded once: the second row for it is refused by its primary key, its posting by its key.
    """
    numbers = [one.part for one in refunds]
    freed(connection, market, booking.code, numbers)
    set_state(connection, booking, numbers, "refunded")
    by_number = {part.number: part for part in booking.parts}
    for position, one in enumerate(refunds):
        fees = fees_back if position == len(refunds) - 1 else Money(0, booking.currency)
        connection.execute(
            insert(refund_table),
            {
                "booking": booking.code,
                "part": one.part,
                "reason": reason,
                "entry": entry,
                "amount": one.back.amount,
                "fees": fees.amount,
                "at": market.now,
            },
        )
        part = by_number[one.part]
        ticket_fees = _ticket_fees_back(part, in_full=one.rule in IN_FULL)
        post(
            connection,
            key=f"refund:{booking.code}:{one.part}",
            kind="refund",
            booking=booking.code,
            part=one.part,
            at=market.now,
            postings=entries.refund(
                earnings(part.price.components),
                one.back - ticket_fees,
                ticket_fees + fees,
            ),
        )


def in_full(booking: Booking, part: Part) -> PartRefund:
    """The refund of a part whose train does not run: everything that was paid for it."""
    return PartRefund(
        part=part.number,
        back=part.price.total,
        kept=Money(0, booking.currency),
        rule="not-running",
        percent=_WHOLE,
    )


def fees_in_full(booking: Booking, parts: Collection[int]) -> Money:
    """The fees per booking, if these, which fall through, are its last parts and no other was given back at will.

    A journey that fell through costs nothing, in however many steps it did.
    """
    whole = all(part.number in parts or _fell_through(booking, part) for part in booking.parts)
    return Money(sum(fee.charged.amount for fee in booking.fees) if whole else 0, booking.currency)


def _fell_through(booking: Booking, part: Part) -> bool:
    """Whether a part ended by no wish of the passenger's: seen from what came back, when, and what it was."""
    if part.state == "cancelled" or part.refund_reason == "suspended":
        return True
    if part.state != "refunded" or part.refunded != part.price.total or part.refunded_at is None:
        return False
    suspended = [one.refunded_at for one in booking.parts if one.refund_reason == "suspended"]
    after = any(at is not None and at <= part.refunded_at for at in suspended)
    return after or not part.spots or booking.leg(part.leg).moved > FAR


def _nobody_left_alone(tariff: Tariff, booking: Booking, parts: Collection[int], state: PartState) -> None:
    for leg in booking.legs:
        live = [part for part in booking.parts_of(leg.number) if part.state == state]
        stay = [_category(tariff, booking, part) for part in live if part.number not in parts]
        if len(stay) == len(live) or any(not one.asks_birth_date for one in stay):
            continue
        for category in stay:
            if category.with_adult:
                raise NotPossible(
                    "%(category)s: travels only with an adult. Give that ticket back too, or keep an adult's.",
                    "parts",
                    category=category.names,
                )


def _compartments_whole(connection: Connection, booking: Booking, parts: Collection[int], state: PartState) -> None:
    """The empty places of a whole compartment are on one ticket: without it the others would keep them for nothing."""
    whole = {one.part for one in claims.claims_of(connection, booking.code) if one.compartment == "whole"}
    for leg in booking.legs:
        seated = {part.number for part in booking.parts_of(leg.number) if part.state == state and part.spots}
        if seated & whole and seated & set(parts) and not seated <= set(parts):
            raise NotPossible(
                "The compartment was bought whole: give back all tickets of this train together, or none.", "parts"
            )


def _category(tariff: Tariff, booking: Booking, part: Part) -> Category:
    return tariff.categories[booking.passenger(part.passenger).category]


def _wanted(market: Market, booking: Booking, parts: Collection[int] | None) -> list[Part]:
    confirmed = [part for part in booking.parts if part.state == "confirmed"]
    if parts is None:
        return [part for part in confirmed if booking.leg(part.leg).leaves > market.now]
    wanted = [part for part in booking.parts if part.number in set(parts)]
    if not wanted or len(wanted) != len(set(parts)):
        raise NotPossible("Choose which tickets to give back.", "parts")
    for part in wanted:
        if part.state == "released":
            continue
        if part.state != "confirmed":
            raise NotPossible("Ticket %(code)s-%(part)d has been given back.", code=booking.code, part=part.number)
        if booking.leg(part.leg).leaves <= market.now:
            raise NotPossible(
                "The train of ticket %(code)s-%(part)d has left; it cannot be given back.",
                code=booking.code,
                part=part.number,
            )
    return wanted


def _for_part(market: Market, booking: Booking, part: Part) -> PartRefund:
    leg = booking.leg(part.leg)
    if part.released is not None and part.released.overruled:
        return replace(in_full(booking, part), rule="overruled")
    # Whoever lost one leg to a suspension need not keep the other: out without back is no journey.
    if any(
        other.refund_reason == "suspended"
        or (other.state in ("confirmed", "released") and not_running(market, booking.leg(other.leg)))
        for other in booking.parts
    ):
        return in_full(booking, part)
    tariff = market.tariff_of(booking)
    if _no_place(tariff, booking, part):
        return replace(in_full(booking, part), rule="no-place")
    if leg.moved > FAR:
        return replace(in_full(booking, part), rule="retimed")
    rule = refundable(tariff, leg.leaves, market.now if part.released is None else part.released.at)
    fares = Money(sum(one.charged.amount for one in part.price.components), booking.currency)
    percent = rule.percent if rule is not None else 0
    back = amount_back(fares, percent) + _ticket_fees_back(part, in_full=False)
    return PartRefund(
        part=part.number,
        back=back,
        kept=part.price.total - back,
        rule="before-departure" if rule is not None else "none",
        percent=percent,
    )


def _no_place(tariff: Tariff, booking: Booking, part: Part) -> bool:
    """Whether the train has no place for the passenger any more, or for any adult a child may travel with."""
    category = _category(tariff, booking, part)
    if not part.spots and category.place:
        return True
    if not category.with_adult:
        return False
    others = [one for one in booking.parts_of(part.leg) if one.state == "confirmed"]
    adults = [one for one in others if not _category(tariff, booking, one).asks_birth_date]
    return bool(adults) and all(not one.spots and _category(tariff, booking, one).place for one in adults)


def _ticket_fees_back(part: Part, *, in_full: bool) -> Money:
    return _back(part.price.fees, part.price.total.currency, in_full=in_full)


def _fees_back(booking: Booking, refunds: Sequence[PartRefund]) -> Money:
    numbers = {one.part for one in refunds}
    left = [p for p in booking.parts if p.state in ("confirmed", "released") and p.number not in numbers]
    if left or not refunds:
        return Money(0, booking.currency)
    # A child without a place comes along for nothing, and goes as those it came with.
    free = {part.number for part in booking.parts if not part.spots and not part.price.total}
    fallen = {one.part for one in refunds if one.rule in IN_FULL}
    full = fees_in_full(booking, fallen | (free & numbers)) if fallen else Money(0, booking.currency)
    return full if full else _back(booking.fees, booking.currency, in_full=False)


def _back(fees: Sequence[FeeCharged], currency: str, *, in_full: bool) -> Money:
    return Money(sum(fee.charged.amount for fee in fees if fee.refundable or in_full), currency)
