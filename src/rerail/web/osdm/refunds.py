"""Refund offers: made, read, taken, let go."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_refunds
from rerail.desk.retailing import Deed, Standing
from rerail.sale.errors import NotPossible
from rerail.sale.model import Booking
from rerail.sale.retail import Retail, RetailRefund, parts_by_id
from rerail.web.osdm.after_sale_offers import must_confirm
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.fulfillments import check_failed
from rerail.web.osdm.passenger_view import passenger_number
from rerail.web.osdm.problems import Pointer, Problem, Refused, not_found, problem
from rerail.web.osdm.refund_view import said_refund
from rerail.web.osdm.ticket_view import parts_of
from rerail.web.osdm.types_fulfillments import (
    RefundOfferCollectionResponse,
    RefundOfferPatchRequest,
    RefundOfferRequest,
    RefundOfferResponse,
    RefundSpecification,
)

Proposed = tuple[Standing, RetailRefund]


def propose(call: Call[RefundOfferRequest]) -> Deed:
    """What would come back for these tickets. Raises `NoBooking`, `Refused`."""
    code = call.body.overrule_code
    act = retailing_refunds.propose(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        lambda retail, booking: _parts(retail, booking, call.body),
        code,
    )

    def said(done: Proposed) -> RefundOfferCollectionResponse:
        after, refund = done
        problems = (_not_overruled(code),) if code is not None and refund.overrule is None else None
        return RefundOfferCollectionResponse(refund_offers=(said_refund(after, refund),), problems=problems)

    return Deed(act, said)


def _not_overruled(code: str) -> Problem:
    detail = f'"{code[:60]}" sets no rule aside here; those that do: {", ".join(sorted(retailing_refunds.OVERRULES))}.'
    return problem("OVERRULE_CODE_NOT_SUPPORTED", "Overrule code not supported", detail)


def _parts(retail: Retail, booking: Booking, asked: RefundOfferRequest) -> tuple[int, ...]:
    """The parts that are to be given back. Raises `Refused`."""
    numbers = parts_of(booking, asked.fulfillment_ids)
    wanted = dict.fromkeys(numbers.values())
    for position, one in enumerate(asked.refund_specifications or ()):
        number = numbers.get(one.fulfillment_id)
        if number not in wanted:
            raise _inconsistent(position, "fulfillmentId", "It is not among the fulfillmentIds.")
        if not _means(retail, booking, one, number):
            raise _inconsistent(
                position, "bookingPartIds", "A ticket is one passenger on one train: all of it or none."
            )
    return tuple(wanted)


def _means(retail: Retail, booking: Booking, one: RefundSpecification, number: int | None) -> bool:
    """Whether what is named of a ticket is of it."""
    parts = parts_by_id(retail, booking)
    for id_ in one.booking_part_ids or ():
        if id_ not in parts or parts[id_].number != number:
            return False
    for id_ in one.passenger_ids or ():
        passenger = passenger_number(retail, id_)
        if not any(part.number == number and part.passenger == passenger for part in booking.parts):
            return False
    return True


def _inconsistent(position: int, member: str, detail: str) -> Refused:
    pointers = [Pointer(request_pointer=f"/refundSpecifications/{position}/{member}")]
    return Refused(400, "VALIDATION_ERROR", "The refund does not go together", detail, pointers=pointers)


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
