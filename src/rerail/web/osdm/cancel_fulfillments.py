"""Cancelling tickets so that they are issued anew: for another passenger, or because paper was lost.

The place stays sold. Once the offer is taken the old barcode is good no more; who travels may then be told anew
(`passengers`), and confirming the booking again issues the next ticket (`fulfillments`).
"""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_after_sale, retailing_recall
from rerail.desk.retailing_once import Deed
from rerail.sale.after_sale import Recalling
from rerail.web.osdm.after_sale_offers import must_confirm, standing_offer
from rerail.web.osdm.after_sale_view import said_recall
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.ticket_view import parts_of
from rerail.web.osdm.types_after_sale import (
    CancelFulfillmentsOfferCollectionResponse,
    CancelFulfillmentsOfferRequest,
    CancelFulfillmentsOfferResponse,
    OfferPatchRequest,
)

_ID: Final = "cancelFulfillmentsOfferId"


def propose(call: Call[CancelFulfillmentsOfferRequest]) -> Deed:
    """An offer to cancel these tickets. Raises `NoBooking`, `NotPossible`, `Refused`."""
    act = retailing_recall.propose(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        lambda _retail, booking: parts_of(booking, call.body.fulfillment_ids).values(),
    )
    return Deed(
        act, lambda done: CancelFulfillmentsOfferCollectionResponse(cancel_fulfillment_offers=(said_recall(*done),))
    )


def offer(call: Call[Any]) -> CancelFulfillmentsOfferResponse:
    """An offer that was taken or may be. Raises `NoBooking`, `Refused`."""
    return CancelFulfillmentsOfferResponse(cancel_fulfillments_offer=said_recall(*standing_offer(call, _ID, Recalling)))


def take(call: Call[OfferPatchRequest]) -> Deed:
    """Cancel the tickets. Raises `Refused`."""
    must_confirm(call.body.status)
    act = retailing_recall.take(call.retailing, call.retailer, call.path["bookingId"], call.path[_ID])
    return Deed(act, lambda done: CancelFulfillmentsOfferResponse(cancel_fulfillments_offer=said_recall(*done)))


def withdraw(call: Call[Any]) -> Deed:
    """Let go of an offer."""
    act = retailing_after_sale.withdraw(call.retailer, call.path["bookingId"], call.path[_ID], Recalling)
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Write(
        "postCancelFulfillmentsOffers",
        propose,
        CancelFulfillmentsOfferCollectionResponse,
        takes=CancelFulfillmentsOfferRequest,
    ),
    Read("getCancelFulfillmentOffers", offer, CancelFulfillmentsOfferResponse),
    Write("patchCancelFulfillmentsOffers", take, CancelFulfillmentsOfferResponse, takes=OfferPatchRequest),
    Write("deleteCancelFulfillmentOffers", withdraw, None),
)
