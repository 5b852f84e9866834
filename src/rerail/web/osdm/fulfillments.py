"""Fulfillments: confirm and issue, check beforehand, read a ticket, and its file."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from rerail.desk import retailing_confirming, retailing_together
from rerail.desk.retailing import Standing
from rerail.desk.retailing_once import Deed
from rerail.sale.errors import InformationMissing, NotOnSale, NotPossible, SaleError
from rerail.sale.ticket_number import ticket_number
from rerail.ticket.problem import TicketError
from rerail.web.i18n import preferred
from rerail.web.osdm.calls import Call, Done, Provider, Read, Reply, Write
from rerail.web.osdm.failures import failed
from rerail.web.osdm.problems import Pointer, Refused, missing_pointers, not_found, sentence
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.ticket_view import documents, fulfillments
from rerail.web.osdm.types_fulfillments import (
    FulfillmentCollectionResponse,
    FulfillmentPostRequest,
    FulfillmentResponse,
)


def confirm(call: Call[FulfillmentPostRequest]) -> Deed:
    """Confirm a booking and issue its tickets, at once."""
    act = retailing_confirming.confirm(call.retailing, call.retailer, call.path["bookingId"])

    def said(done: Standing) -> FulfillmentCollectionResponse:
        good = tuple(one for one in fulfillments(done) or () if one.status == "FULFILLED")
        return FulfillmentCollectionResponse(fulfillments=good, fulfillment_documents=documents(call, done))

    order = retailing_together.Confirmed(call.retailer, call.path["bookingId"])
    return Deed(act, said, many=retailing_together.confirm, order=order)


def check(call: Call[Any]) -> Reply:
    """Whether a booking could be confirmed now. Raises `Refused`."""
    try:
        retailing_confirming.check(call.retailing, call.retailer, call.path["bookingId"])
    except (NotPossible, NotOnSale) as error:
        raise check_failed(error) from None
    return Reply(status=204)


def check_failed(error: SaleError) -> Refused:
    """A check that says what stands in the way."""
    pointers = missing_pointers(error) if isinstance(error, InformationMissing) else [Pointer(detail=sentence(error))]
    return Refused(400, "CONFIRMATION_CHECK_FAILED", "It cannot be confirmed", sentence(error), pointers=pointers)


def ticket(call: Call[Any]) -> FulfillmentResponse:
    """One ticket. Raises `NoBooking`, `Refused`."""
    id_ = call.path["fulfillmentId"]
    number = ticket_number(id_)
    standing = call.retailing.booking(call.retailer, number.code if number is not None else id_)
    for one in fulfillments(standing) or ():
        if one.id == id_:
            own = tuple(file for file in documents(call, standing) or () if file.control_number == id_)
            return FulfillmentResponse(fulfillment=one, fulfillment_documents=own or None)
    raise not_found("fulfillment", id_)


def ticket_route(provider: Provider) -> HTTPRouteHandler:
    """The file of a ticket, at the address that only its buyer was told."""

    def file(request: Request[Any, Any, Any]) -> Response[bytes]:
        id_ = str(request.path_params["ticketId"])
        key = str(request.path_params["key"]).removesuffix(".pdf")
        selling = provider.retailing.selling
        try:
            if not selling.link_fits(id_, key):
                raise not_found("ticket", id_)
            language = preferred(request.headers.get("accept-language", ""), selling.current.snapshot().line.languages)
            content = provider.retailing.printed(id_, language)
        except (SaleError, TicketError, Refused) as error:
            return failed(request, _no_ticket(id_) if isinstance(error, SaleError | TicketError) else error)
        headers = {"cache-control": "private, no-cache", "content-disposition": f'attachment; filename="{id_}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    return HTTPRouteHandler(
        f"{PREFIX}/tickets/{{ticketId:str}}/{{key:str}}", http_method="GET", sync_to_thread=True, name="osdm ticket"
    )(file)


def _no_ticket(id_: str) -> Refused:
    return Refused(404, "RESOURCE_NOT_FOUND", "No such ticket", f"Ticket {id_} is good no more.")


DONE: Final[tuple[Done, ...]] = (
    Write("postFulfillments", confirm, FulfillmentCollectionResponse, takes=FulfillmentPostRequest, bodiless=True),
    Read("getCheckFulfillments", check, None),
    Read("getFulfillmentId", ticket, FulfillmentResponse),
)
