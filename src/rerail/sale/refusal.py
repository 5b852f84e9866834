"""A passenger who is not let across a border: the place is free from there on, and the ticket ends there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.places import claims
from rerail.places.model import Claim
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
    ticket: str
    """What the ticket is called."""
    back: Money
    """What comes back of the ticket, with the fees per booking if it was the last."""
    later: tuple[int, ...]
    """The same passenger's valid tickets for later trains, which can be given back (`refunding._turned_away`)."""
    later_percent: int
    """How much of their fares comes back then; 100: everything, fees too."""


def end(connection: Connection, market: Market, booking: Booking, part: Part, call: int, at: datetime) -> Ended:
    """End a confirmed ticket at a call (its index), its passenger refused at an instant (UTC).

    The place is free from the call on; a ticket that is not used at all keeps saying which place it was. The empty
    places of a compartment bought whole stay with whoever of the party travels on, and go with the last of it. The
    caller has locked the booking.
    """
    shortened = shorten(connection, _given_back(booking, part, claims.claims_of(connection, booking.code)), call)
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
        ticket=booking.reference(part),
        back=refund.back + fees,
        later=tuple(
            one.number
            for one in booking.parts
            if one.passenger == part.passenger and one.state == "confirmed" and booking.leg(one.leg).leaves > leaves
        ),
        later_percent=said.later_percent if said is not None else 100,
    )


def _given_back(booking: Booking, part: Part, every: Iterable[Claim]) -> Iterator[Claim]:
    """The claims that end with a ticket: its own, and the empty places of its leg if nobody of the party is left."""
    party = booking.parts_of(part.leg)
    seated = {(one.number, spot) for one in party for spot in one.spots}
    last = not any(one.state == "confirmed" and one.spots and one != part for one in party)
    for claim in every:
        if (claim.part, claim.spot) in seated:
            if claim.part == part.number:
                yield claim
        elif last and claim.part in {one.number for one in party}:
            yield claim
