"""What is asked of tickets that are issued already: to finish issuing them, and to make one good."""

from __future__ import annotations

from typing import Final

from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.fulfillments import ticket
from rerail.web.osdm.problems import Refused, not_found
from rerail.web.osdm.ticket_view import documents, fulfillments
from rerail.web.osdm.types_fulfillments import (
    FulfillmentActivationPatchRequest,
    FulfillmentCollectionResponse,
    FulfillmentPatchRequest,
    FulfillmentResponse,
)


def finish(call: Call[FulfillmentPatchRequest]) -> FulfillmentCollectionResponse:
    """The tickets of a booking: they were issued when it was confirmed. Raises `NoBooking`, `Refused`."""
    standing = call.retailing.booking(call.retailer, call.path["bookingId"])
    issued = fulfillments(standing)
    if issued is None:
        detail = f"Booking {standing.booking.code} has no tickets; POST fulfillments confirms it and issues them."
        raise Refused(409, "BOOKING_MODIFICATION_NOT_ALLOWED", "Nothing to finish", detail)
    wanted = call.body.fulfillment_updates or ()
    for id_ in wanted:
        if all(one.id != id_ for one in issued):
            raise not_found("fulfillment", id_)
    return FulfillmentCollectionResponse(
        fulfillments=tuple(one for one in issued if not wanted or one.id in wanted),
        fulfillment_documents=documents(call, standing),
    )


def activate(call: Call[FulfillmentActivationPatchRequest]) -> FulfillmentResponse:
    """Nothing: a ticket is good for its own train from the first. Raises `NoBooking`, `Refused`."""
    good = ticket(call).fulfillment
    detail = f"Ticket {good.id} is {good.status}, and good for one journey alone; there is nothing to activate."
    raise Refused(409, "CONFIRMATION_BOOKING_ALREADY_FULFILLED", "Nothing to activate", detail)


DONE: Final[tuple[Done, ...]] = (
    Read("finalizeFulfillments", finish, FulfillmentCollectionResponse, takes=FulfillmentPatchRequest),
    Read("patchFulfillmentId", activate, FulfillmentResponse, takes=FulfillmentActivationPatchRequest),
)
