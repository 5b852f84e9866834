"""Exchanges in OSDM's words: what would be paid, what is held, what was exchanged."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from rerail.desk.retailing import Quoted, Standing
from rerail.desk.retailing_after_sale import is_of
from rerail.desk.retailing_exchange import begun
from rerail.line.amount import Money
from rerail.sale.after_sale import AfterSale, Exchanging
from rerail.web.osdm.calls import Call
from rerail.web.osdm.conditions import said
from rerail.web.osdm.offer_parts import said_offer
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.rides import Ride
from rerail.web.osdm.ticket_view import fulfillment, sold_parts, tickets
from rerail.web.osdm.types_common import Price
from rerail.web.osdm.types_exchanges import ExchangeOffer, ExchangeOperation
from rerail.web.osdm.types_offers import Offer
from rerail.web.osdm.types_trips import Trip


def said_exchange_offer(call: Call[Any], standing: Standing, trip: Trip, quoted: Quoted) -> ExchangeOffer:
    """An exchange offer: the fee is what giving the old tickets back keeps, the price that of the new ones."""
    quote = quoted.quote
    assert quote.exchange is not None  # what makes it an exchange
    back = quote.exchange.back
    offer = said_offer(call, standing.market, trip, quoted)
    given = {one.part for one in back.parts}
    kept = Money(sum(one.kept.amount for one in back.parts), back.total.currency)
    due = quote.due
    return ExchangeOffer(
        **{name: getattr(offer, name) for name in Offer.__struct_fields__},
        exchange_fee=said(kept),
        exchange_price=said(quote.offer.total),
        refundable_amount=said(-due) if due.amount < 0 else None,
        amount_to_be_paid=said(due) if due.amount >= 0 else None,
        applied_overrule_code=quote.exchange.overrule,
        fulfillments=tuple(
            replace(fulfillment(standing, part), fulfillment_parts=None)
            for part in sold_parts(standing)
            if part.number in given
        ),
    )


def said_exchanges(call: Call[Any], standing: Standing) -> tuple[ExchangeOperation, ...] | None:
    """The exchanges of a booking that took effect or may; those that lapsed are gone."""
    now = standing.market.now
    found = [one for one in standing.after_sales if is_of(one, Exchanging)]
    live = [one for one in found if one.state == "confirmed" or one.pending(now)]
    return tuple(said_exchange(call, standing, one) for one in live) or None


def said_exchange(call: Call[Any], standing: Standing, operation: AfterSale[Exchanging]) -> ExchangeOperation:
    """An exchange."""
    content = operation.content
    confirmed = operation.state == "confirmed"
    trip = _trip(call, standing, content)
    quoted = Quoted(content.quote, content.token)
    new = [part for part in sold_parts(standing) if part.leg in content.legs]
    kind = standing.retail.said.get("requestedFulfillmentType")
    return ExchangeOperation(
        id=operation.id,
        status="FULFILLED" if confirmed else "PREBOOKED",
        exchange_offers=(said_exchange_offer(call, standing, trip, quoted),) if trip is not None else None,
        ticket_time_limit=None if confirmed else operation.until,
        fulfillment_type=str(kind) if kind is not None else None,
        fulfillments=tuple(one for part in new for one in tickets(standing, part)) or None,
        trips=(trip,) if trip is not None else None,
    )


def _trip(call: Call[Any], standing: Standing, content: Exchanging) -> Trip | None:
    asked = content.quote.offer.ask.legs
    rides = tuple(Ride(leg.train, leg.service_date, leg.board, leg.alight) for leg in asked)
    try:
        return call.provider.trips.trip(standing.market, rides, call.language)
    except Refused:
        return None  # a train that a later timetable has no more


def _pending(standing: Standing) -> AfterSale[Exchanging] | None:
    found = begun(standing.after_sales)
    return found if found is not None and found.pending(standing.market.now) else None


def in_exchange(standing: Standing) -> frozenset[int]:
    """The parts that would be given back, if an exchange that waits is confirmed."""
    found = _pending(standing)
    return frozenset(one.part for one in found.content.back.parts) if found is not None else frozenset()


def held_besides(standing: Standing) -> Money:
    """The price of what a sold booking has held besides."""
    now, currency = standing.market.now, standing.booking.currency
    return Money(sum(part.price.total.amount for part in standing.booking.parts if part.waits(now)), currency)


def coming_back(standing: Standing) -> Price | None:
    """What would come back by an exchange that waits; None: none does."""
    found = _pending(standing)
    return said(found.content.back.total) if found is not None else None
