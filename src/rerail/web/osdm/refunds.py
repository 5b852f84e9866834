"""Refund offers: made, read, taken, let go."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_refunds
from rerail.desk.retailing import Standing
from rerail.desk.retailing_once import Deed
from rerail.sale.errors import NotPossible
from rerail.sale.retail import RetailRefund
from rerail.web.osdm.after_sale_offers import must_confirm
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.fulfillments import check_failed
from rerail.web.osdm.given_tickets import not_overruled, parts_given
from rerail.web.osdm.problems import not_found
from rerail.web.osdm.refund_view import said_refund
from rerail.web.osdm.types_fulfillments import (
    RefundOfferCollectionResponse,
    RefundOfferPatchRequest,
    RefundOfferRequest,
    RefundOfferResponse,
)

Proposed = tuple[Standing, RetailRefund]


def propose(call: Call[RefundOfferRequest]) -> Deed:
    """What would come back for these tickets. Raises `NoBooking`, `Refused`."""
    code = call.body.overrule_code
    act = retailing_refunds.propose(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        lambda retail, booking: parts_given(
            retail, booking, call.body.fulfillment_ids, call.body.refund_specifications, "refundSpecifications"
        ),
        code,
    )

    def said(done: Proposed) -> RefundOfferCollectionResponse:
        after, refund = done
        return RefundOfferCollectionResponse(
            refund_offers=(said_refund(after, refund),), problems=not_overruled(code, refund.overrule)
        )

    return Deed(act, said)


def _found(call: Call[Any]) -> Proposed:
    standing = call.retailing.booking(call.retailer, call.path["bookingId"])
    refund = retailing_refunds.found(standing.refunds, call.path["refundOfferId"])
    if refund.state == "proposed" and not refund.pending(standing.market.now):
        raise not_found("refund offer", refund.id)
    return standing, refund


def refund_offer(call: Call[Any]) -> RefundOfferResponse:
    """A refund offer. Raises `NoBooking`, `Refused`."""
    return RefundOfferResponse(refund_offer=said_refund(*_found(call)))


def check(call: Call[Any]) -> Reply:
    """Whether a refund offer could be taken now. Raises `Refused`."""
    try:
        retailing_refunds.check(call.retailing, call.retailer, call.path["bookingId"], call.path["refundOfferId"])
    except NotPossible as error:
        raise check_failed(error) from None
    return Reply(status=204)


def take(call: Call[RefundOfferPatchRequest]) -> Deed:
    """Take a refund offer. Raises `Refused`."""
    must_confirm(call.body.status)
    act = retailing_refunds.take(call.retailing, call.retailer, call.path["bookingId"], call.path["refundOfferId"])
    return Deed(act, lambda done: RefundOfferResponse(refund_offer=said_refund(*done)))


def withdraw(call: Call[Any]) -> Deed:
    """Let go of a refund offer."""
    act = retailing_refunds.withdraw(call.retailer, call.path["bookingId"], call.path["refundOfferId"])
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Write("postRefundOffers", propose, RefundOfferCollectionResponse, takes=RefundOfferRequest),
    Read("getRefundOffers", refund_offer, RefundOfferResponse),
    Read("postPrepareRefundOffers", check, None),
    Write("patchRefundOffers", take, RefundOfferResponse, takes=RefundOfferPatchRequest),
    Write("deleteRefundOffers", withdraw, None),
)
