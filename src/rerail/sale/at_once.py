"""Many sales at once: what waits for the writer is held, or confirmed, by as few statements as one sale needs.

The rules are those of `holding` and `confirming`, and no other; only the database is asked once for all. It is done
in the hope that nothing stands in the way. Who needs a closer look is left to be done alone (`ALONE`): whoever wants
a compartment, takes over a paid price, finds no place among those this process knows of. And where the database
refuses anything, nothing of the whole is kept, and each is done alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.money import entries
from rerail.money.ledger import Entry, post_all
from rerail.places import claims_at_once
from rerail.places.claims import PlaceTaken
from rerail.places.model import Claim, DepartureKey, Spot
from rerail.sale import confirming, holding
from rerail.sale.confirming import Payment
from rerail.sale.errors import HoldExpired, NoPlaceLeft, PlaceGone, SaleError
from rerail.sale.holding import Buyer, Wanted
from rerail.sale.market import Market
from rerail.sale.model import Booking, Offer, Part
from rerail.sale.placing import mixed, placed
from rerail.sale.writing import write_all
from rerail.store.acts import ALONE, Alone
from rerail.store.columns import microseconds
from rerail.store.literal import Literal, among

Outcome = Booking | SaleError | Alone

_CONFIRMED: Final = Literal(
    "UPDATE booking SET confirmed_at = ?, version = version + 1 WHERE code AMONG ? RETURNING code, version"
)
_PARTS: Final = Literal(
    "UPDATE booking_part SET state = 'confirmed', until = NULL WHERE booking AMONG ? AND state = 'held'"
)


class Unsure(Exception):
    """Something is not as it was thought to be: nothing may be kept, and each is to be done alone."""


# Holding


class _Held(Struct, frozen=True):
    """A booking that is to be written: what was wanted, and the claims it stands on."""

    booking: Booking
    want: Wanted
    claims: tuple[Claim, ...]


def hold(connection: Connection, market: Market, orders: Sequence[tuple[Offer, Buyer]]) -> list[Outcome]:
    """Hold the places of many offers. The caller holds the line's lock and a write transaction.

    Raises `PlaceTaken` and the database's own errors; then nothing may be kept.
    """
    outcomes = [_held(connection, market, offer, buyer) for offer, buyer in orders]
    held = [one for one in outcomes if isinstance(one, _Held)]
    if held:
        claimed = [claim for one in held for claim in one.claims]
        departures = {claim.departure for claim in claimed}
        claims_at_once.stand_beside(connection, departures)
        claims_at_once.claim(connection, claimed, now=market.now)
        for departure in claims_at_once.ruled(connection, departures, market.now):
            _unmixed(connection, market, held, departure)
        write_all(connection, [one.booking for one in held])
        market.kept.remember([one.booking for one in held])
    return [one.booking if isinstance(one, _Held) else one for one in outcomes]


def _held(connection: Connection, market: Market, offer: Offer, buyer: Buyer) -> _Held | SaleError | Alone:
    """What is to be written for an offer, its places noted as taken but not yet claimed."""
    if offer.rebooks is not None or any(leg.ask.wishes.compartment is not None for leg in offer.legs):
        return ALONE
    try:
        want = holding.wanted(market, offer, buyer)
    except SaleError as error:
        return error
    code, spots, claimed = holding.any_code(), list[tuple[tuple[Spot, ...], ...]](), list[Claim]()
    for number, leg in enumerate(want.legs, start=1):
        occupancy = market.kept.occupancies.of(connection, leg.key, market.now, fresh=False)
        try:
            chosen = holding.seated(market, want.passengers, placed(market, offer.ask, leg, occupancy))
        except (NoPlaceLeft, PlaceGone):
            # As far as this process knows, which may be wrong: alone, it looks again.
            market.kept.occupancies.note_free(claimed)
            return ALONE
        spots.append(chosen)
        noted = [
            Claim(
                departure=leg.key,
                spot=spot,
                booking=code,
                part=holding.part_number(passenger.number, number, len(want.passengers)),
                until=want.until,
            )
            for passenger, its in zip(want.passengers, chosen, strict=True)
            for spot in its
        ]
        market.kept.occupancies.note(noted)
        claimed += noted
    return _Held(holding.booked(market, offer, buyer, want, code, spots), want, tuple(claimed))


def _unmixed(connection: Connection, market: Market, held: Iterable[_Held], departure: DepartureKey) -> None:
    """Raise `PlaceTaken` if somebody has a compartment of one kind to which these would come in."""
    for one in held:
        for number, leg in enumerate(one.want.legs, start=1):
            spots = [spot for part in one.booking.parts_of(number) for spot in part.spots]
            if leg.key == departure and mixed(connection, market, leg, spots, one.booking.code):
                raise PlaceTaken(departure, spots)


# Confirming


def confirm(
    connection: Connection, market: Market, paid: Sequence[tuple[Booking, Payment]]
) -> list[Booking | SaleError]:
    """Confirm everything held of many bookings, each with its payment. The caller holds the line's lock.

    The bookings are as this transaction or this process last saw them: they are believed only if their version is
    still that. Raises `Unsure` if one has changed or is not whole, and the database's own errors; then nothing may
    be kept.
    """
    outcomes: list[Booking | SaleError] = []
    sold: list[tuple[Booking, Payment, tuple[Part, ...]]] = []
    for booking, payment in paid:
        try:
            held = confirming.confirmable(market, booking, payment)
        except SaleError as error:
            outcomes.append(error)
            continue
        sold.append((booking, payment, held))
        outcomes.append(_confirmed(booking, payment, market))
    if sold:
        codes = [booking.code for booking, _, _ in sold]
        _count_on(connection, market, [booking for booking, _, _ in sold])
        found = claims_at_once.confirm(connection, codes, now=market.now)
        for booking, _, held in sold:
            _whole(market, booking, held, found[booking.code])
        market.kept.occupancies.note(claim for claims in found.values() for claim in claims)
        if _PARTS.run(connection, among(codes)).rowcount != sum(len(held) for _, _, held in sold):
            raise Unsure
        post_all(connection, [entry for one in sold for entry in _entries(*one, market)])
        market.kept.remember([one for one in outcomes if isinstance(one, Booking)])
    return outcomes


def _count_on(connection: Connection, market: Market, bookings: Sequence[Booking]) -> None:
    rows = _CONFIRMED.run(connection, microseconds(market.now), among(one.code for one in bookings)).fetchall()
    if dict(rows) != {one.code: one.version + 1 for one in bookings}:
        raise Unsure


def _whole(market: Market, booking: Booking, held: Sequence[Part], found: Sequence[Claim]) -> None:
    """Raise `Unsure` unless each part has the places that it is to have, and none was lost."""
    try:
        confirming.complete(market, booking, found)
    except HoldExpired:
        raise Unsure from None
    if {part.number for part in held if part.spots} != {claim.part for claim in found}:
        raise Unsure


def _confirmed(booking: Booking, payment: Payment, market: Market) -> Booking:
    """The booking as it is read after it was confirmed."""
    parts = tuple(
        replace(part, state="confirmed", until=None) if part.state == "held" else part for part in booking.parts
    )
    return replace(
        booking,
        parts=parts,
        confirmed=market.now,
        paid=booking.paid + payment.money,
        balance=booking.total - booking.paid - payment.money,
        version=booking.version + 1,
    )


def _entries(booking: Booking, payment: Payment, held: Sequence[Part], market: Market) -> tuple[Entry, Entry]:
    sale = confirming.sale_of(booking, held)
    paid = entries.payment(payment.account, payment.money)
    code, now = booking.code, market.now
    return (
        Entry(key=f"sale:{code}", kind="sale", booking=code, at=now, postings=sale),
        Entry(key=payment.key, kind="payment", booking=code, at=now, postings=paid),
    )
