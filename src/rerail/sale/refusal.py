"""A passenger who is not let across a border: the place is free from there on, and the ticket ends there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.places import claims
from rerail.places.model import Claim, Spot
from rerail.places.shortening import shorten, up_to
from rerail.sale.changing import locked
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part
from rerail.sale.refunding import booking_fees_back, for_refused, write_down
from rerail.sale.sold import seat


class Ended(Struct, frozen=True, kw_only=True):
    """What a refusal did to a booking."""

    booking: Booking
    """As it is now."""
    part: int
    back: Money
    """What comes back of the ticket, with the fees per booking if it was the last."""
    later: tuple[int, ...]
    """The same passenger's valid tickets for later trains, which can be given back (`refunding._turned_away`)."""
    later_percent: int
    """How much of their fares comes back then; 100: everything, fees too."""


def end(connection: Connection, market: Market, booking: Booking, part: Part, call: int, at: datetime) -> Ended:
    """End a confirmed ticket at a call (its index), its passenger refused at an instant (UTC).

    The place is free from the call on; a ticket that is not used at all keeps saying which place it was. The empty
    places of a compartment bought whole stay with whoever of the party travels on. The caller has locked the booking.
    """
    departure = booking.leg(part.leg).departure
    mine = [
        claim
        for claim in claims.claims_of(connection, booking.code)
        if claim.part == part.number and claim.departure == departure
    ]
    shortened = shorten(connection, _given_back(booking, part, mine), call)
    market.kept.occupancies.note_free(shortened.before)
    market.kept.occupancies.note(shortened.after)
    travelled = up_to(part.spots, call)
    if travelled and travelled != part.spots:
        seat(connection, booking.code, {part.number: travelled})
    refund = for_refused(market, booking, part, at)
    fees = booking_fees_back(booking, (refund,))
    write_down(connection, market, booking, (refund,), "refused", None, fees)
    leaves = booking.leg(part.leg).leaves
    said = market.refusal_of(booking)
    return Ended(
        booking=locked(connection, booking.code),
        part=part.number,
        back=refund.back + fees,
        later=tuple(
            one.number
            for one in booking.parts
            if one.passenger == part.passenger and one.state == "confirmed" and booking.leg(one.leg).leaves > leaves
        ),
        later_percent=said.later_percent if said is not None else 100,
    )


def _given_back(booking: Booking, part: Part, mine: Sequence[Claim]) -> list[Claim]:
    others = any(one.state == "confirmed" and one.spots and one != part for one in booking.parts_of(part.leg))
    own: set[Spot] = set(part.spots)
    return [claim for claim in mine if claim.spot in own or not others]
