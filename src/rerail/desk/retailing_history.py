"""What happened to a retailer's booking, in order: told from what it is, and from what was written down.

Events are in OSDM's spelling. It has no word for a booking that is made, so that is the coming of its passengers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rerail.desk.retail_events import Became
from rerail.desk.retailing import Retailing, Standing
from rerail.desk.retailing_after_sale import is_of
from rerail.people.clients import Pass
from rerail.sale import retail_history
from rerail.sale.after_sale import Exchanging, OnHold
from rerail.sale.retail_history import Happening
from rerail.sale.ticket_number import reference

_GIVEN_BACK: Final[dict[str, tuple[str, Became, str]]] = {
    "passenger": ("FULFILLMENT_REFUNDED", "REFUNDED", "given back"),
    "suspended": ("FULFILLMENT_REFUNDED", "REFUNDED", "given back in full: the train does not run"),
    "exchanged": ("FULFILLMENT_EXCHANGED", "EXCHANGED", "exchanged"),
}


def history(retailing: Retailing, retailer: Pass, code: str) -> tuple[Standing, tuple[Happening, ...]]:
    """Everything that is known to have happened to a booking, oldest first. Raises `NoBooking`."""
    standing = retailing.booking(retailer, code)
    with retailing.selling.store.read() as connection:
        noted = retail_history.noted(connection, code)
    # Of one instant, what was done comes before what came of it.
    found = (*_sale(standing), *noted, *_offers(standing), *_tickets(standing))
    return standing, tuple(sorted(found, key=lambda one: one.at))


def _sale(standing: Standing) -> Iterator[Happening]:
    """Booked, held on, confirmed, lapsed."""
    booking, client = standing.booking, standing.retail.client
    count = len(booking.passengers)
    yield _one(booking.created, "PASSENGER_CHANGED", "PREBOOKED", client, f"Booked for {count} passengers.")
    for offer in standing.after_sales:
        if is_of(offer, OnHold) and offer.confirmed is not None:
            summary = "The deposit was paid; the places are held until the balance is due."
            yield _one(offer.confirmed, "PURCHASER_CHANGED", "ON_HOLD", client, summary)
    if booking.confirmed is not None:
        yield _one(booking.confirmed, "FULFILLMENT_AVAILABLE", "FULFILLED", client, "Confirmed; tickets are issued.")
    elif booking.state(standing.market.now) == "expired" and booking.held_until is not None:
        summary = "The places were not confirmed in time, and are free again."
        yield _one(booking.held_until, "ACCOMMODATION_RELEASED", "CANCELLED", "", summary)


def _tickets(standing: Standing) -> Iterator[Happening]:
    """What became of tickets: cancelled and made out anew, released, given back, exchanged."""
    booking, client = standing.booking, standing.retail.client
    own = {one.confirmed for one in standing.refunds}
    for part in booking.parts:
        for number, recall in enumerate(part.recalls, start=1):
            ticket = reference(booking.code, part.number, number)
            summary = f"Ticket {ticket} is cancelled, to be issued anew."
            yield _one(recall.at, "FULFILLMENT_AVAILABLE", "CANCELLED", client, summary, ticket)
            if recall.anew is not None:
                ticket = reference(booking.code, part.number, number + 1)
                summary = f"Ticket {ticket} is issued."
                yield _one(recall.anew, "FULFILLMENT_AVAILABLE", "FULFILLED", client, summary, ticket)
        ticket = booking.reference(part)
        if part.released is not None:
            summary = f"Ticket {ticket} is released."
            yield _one(part.released.at, "ACCOMMODATION_RELEASED", "RELEASED", client, summary, ticket)
        if part.refunded_at is not None:
            kind, became, words = _GIVEN_BACK[part.refund_reason]
            mine = part.refund_reason == "exchanged" or part.refunded_at in own
            summary = f"Ticket {ticket} is {words}."
            yield _one(part.refunded_at, kind, became, client if mine else "", summary, ticket)


def _offers(standing: Standing) -> Iterator[Happening]:
    """Refunds and exchanges that were begun, as far as they were not let go of."""
    client = standing.retail.client
    for refund in standing.refunds:
        yield _one(
            refund.created, "REFUND_INITIATED", "FULFILLED", client, f"Refund offer {refund.id} is made.", refund.id
        )
    for offer in standing.after_sales:
        if is_of(offer, Exchanging):
            summary = f"Exchange {offer.id} is begun."
            yield _one(offer.created, "EXCHANGE_INITIATED", "EXCHANGE_ONGOING", client, summary, offer.id)


def _one(at: datetime, kind: str, became: Became, who: str, summary: str, about: str = "") -> Happening:
    key = f"{at:%Y%m%dT%H%M%S.%f}-{kind}-{became}{f'-{about}' if about else ''}"
    return Happening(key=key, at=at, kind=kind, became=became, who=who, summary=summary)
