"""Refund offers in OSDM's words."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from rerail.desk.retailing import Standing
from rerail.line.amount import Money
from rerail.sale.retail import RetailRefund
from rerail.web.osdm.conditions import said
from rerail.web.osdm.ticket_view import fulfillment, part_references, sold_parts
from rerail.web.osdm.types_fulfillments import RefundOffer, RefundOfferBreakdownItem
from rerail.web.osdm.types_offers import ReimbursementMethod

_WORDS: Final = {
    "not-running": "The train does not run: everything comes back",
    "no-place": "No place is left on the train: everything comes back",
    "retimed": "A new timetable moved the train by more than an hour: everything comes back",
    "overruled": "The rules are set aside: everything comes back",
    "none": "Too late: nothing comes back",
    "before-departure": "Given back before departure",
}


def said_refunds(standing: Standing) -> tuple[RefundOffer, ...]:
    """The refund offers of a booking that were taken or may be; those that lapsed are gone."""
    now = standing.market.now
    return tuple(said_refund(standing, one) for one in standing.refunds if one.state == "confirmed" or one.pending(now))


def said_refund(standing: Standing, refund: RetailRefund) -> RefundOffer:
    """A refund offer."""
    offer, booking = refund.offer, standing.booking
    parts = {one.part: one for one in offer.parts}
    given = [part for part in sold_parts(standing) if part.number in parts]
    kept = sum(one.kept.amount for one in offer.parts) + _booking_fees_kept(standing, refund)
    rules = dict.fromkeys(_WORDS[one.rule] for one in offer.parts)
    tickets = tuple(fulfillment(standing, part) for part in given)
    if refund.state == "proposed":
        tickets = tuple(replace(one, fulfillment_parts=None) for one in tickets)
    return RefundOffer(
        id=refund.id,
        summary="; ".join(rules),
        created_on=refund.created,
        valid_from=refund.created,
        valid_until=refund.until,
        confirmed_on=refund.confirmed,
        status="CONFIRMED" if refund.state == "confirmed" else "PROPOSED",
        reimbursement_status="IMMEDIATE" if refund.state == "confirmed" else None,
        applied_overrule_code=refund.overrule,
        fulfillments=tickets,
        refund_fee=said(Money(kept, booking.currency)),
        refundable_amount=said(offer.total),
        refund_offer_breakdown=tuple(
            RefundOfferBreakdownItem(
                refund_fee=said(parts[part.number].kept),
                refundable_amount=said(parts[part.number].back),
                booking_parts=part_references(standing, part),
            )
            for part in given
        ),
        reimbursement_method=ReimbursementMethod(payment_method="ORIGINAL_ACCOUNT"),
    )


def _booking_fees_kept(standing: Standing, refund: RetailRefund) -> int:
    """What of the fees per booking stays, if these are its last tickets."""
    booking = standing.booking
    numbers = {one.part for one in refund.offer.parts}
    if any(part.state in ("confirmed", "released") and part.number not in numbers for part in booking.parts):
        return 0
    return sum(fee.charged.amount for fee in booking.fees) - refund.offer.fees_back.amount
