"""What the resources of offers after a sale share: the offer that is meant, and the word that takes it."""

from __future__ import annotations

from typing import Any, TypeVar

from rerail.desk.retailing_after_sale import Offered, found
from rerail.sale.after_sale import Content
from rerail.web.osdm.calls import Call
from rerail.web.osdm.problems import Pointer, Refused, not_found

C = TypeVar("C", bound=Content)


def standing_offer(call: Call[Any], parameter: str, kind: type[C]) -> Offered[C]:
    """The offer whose id the path has, if it was taken or may be. Raises `NoBooking`, `Refused`."""
    standing = call.retailing.booking(call.retailer, call.path["bookingId"])
    offer = found(standing.after_sales, call.path[parameter], kind)
    if offer.state == "proposed" and not offer.pending(standing.market.now):
        raise not_found("offer", offer.id)
    return standing, offer


def must_confirm(status: str) -> None:
    """Raise `Refused` unless an offer is to be taken: nothing else can be done to one."""
    if status != "CONFIRMED":
        raise Refused(
            409,
            "VALIDATION_ERROR",
            "Nothing to do",
            "An offer is PROPOSED until it is CONFIRMED.",
            pointers=[Pointer(request_pointer="/status")],
        )
