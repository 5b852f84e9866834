"""Exchanges: tickets for others, in one booking. Offered, held, then confirmed as the booking was; or let go.

The tariff has no rule for exchanges: an exchange gives back by the rules of giving back and buys at the price of the
new tickets, in one act.
"""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_exchange
from rerail.desk.retailing import Quoted
from rerail.desk.retailing_after_sale import Offered
from rerail.desk.retailing_once import Deed
from rerail.sale.after_sale import Exchanging
from rerail.sale.errors import SaleError
from rerail.sale.model import LegAsk
from rerail.sale.retail import QuotedPassenger
from rerail.web.osdm.after_sale_offers import standing_offer
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.exchange_view import said_exchange, said_exchange_offer
from rerail.web.osdm.given_tickets import not_overruled
from rerail.web.osdm.offer_remarks import of_classes
from rerail.web.osdm.offers import find_offers
from rerail.web.osdm.passenger_view import said_passengers
from rerail.web.osdm.place_wishes import selected, with_remarks
from rerail.web.osdm.problems import Pointer, Refused
from rerail.web.osdm.selections import chosen, wishes
from rerail.web.osdm.ticket_view import parts_of
from rerail.web.osdm.types_exchanges import (
    AskedExchange,
    ExchangeOfferCollectionRequest,
    ExchangeOfferCollectionResponse,
    ExchangeOperationPatchRequest,
    ExchangeOperationRequest,
    ExchangeOperationResponse,
)

_ID: Final = "exchangeOperationId"


def offers(call: Call[ExchangeOfferCollectionRequest]) -> ExchangeOfferCollectionResponse:
    """What the tickets can be exchanged for. Raises `NoBooking`, `NotPossible`, `Refused`, `SaleError`."""
    body = call.body
    search = body.trip_search_criteria
    if search is not None and search.return_search_parameters is not None:
        raise Refused(
            400,
            "PARAMETER_NOT_SUPPORTED",
            "returnSearchParameters is not supported",
            "Exchange the tickets out and those back one after the other.",
            pointers=[Pointer(request_pointer="/tripSearchCriteria/returnSearchParameters")],
        )
    standing, exchange = retailing_exchange.to_exchange(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        lambda _retail, booking: parts_of(booking, body.fulfillment_ids).values(),
        body.overrule_code,
    )

    def quoting(
        journeys: list[tuple[LegAsk, ...]], passengers: tuple[QuotedPassenger, ...], _currency: str
    ) -> list[Quoted | SaleError]:
        return retailing_exchange.quotes(call.retailing, call.retailer, standing, exchange, journeys, passengers)

    found = find_offers(call, standing.market, quoting)
    said = tuple(said_exchange_offer(call, standing, trip, one) for trip, one in found.made)
    unmet = of_classes(body.offer_search_criteria, (one.offer_summary for one in said))
    problems = (*unmet, *found.problems, *(not_overruled(body.overrule_code, exchange.overrule) or ()))
    return ExchangeOfferCollectionResponse(
        exchange_offers=said,
        trips=found.trips,
        passengers=said_passengers(standing),
        problems=problems or None,
    )


def begin(call: Call[ExchangeOperationRequest]) -> Deed:
    """Hold the places of an exchange offer. Raises `Refused`."""
    (wanted,) = call.body.exchange_offers
    act = retailing_exchange.begin(call.retailing, call.retailer, call.path["bookingId"], chosen(wanted))

    def said(done: Offered[Exchanging]) -> ExchangeOperationResponse:
        answer = ExchangeOperationResponse(exchange_operation=said_exchange(call, *done))
        return with_remarks(answer, done[0], selected(call.body.exchange_offers))

    return Deed(act, said)


def operation(call: Call[Any]) -> ExchangeOperationResponse:
    """An exchange that took effect or may. Raises `NoBooking`, `Refused`."""
    found = standing_offer(call, _ID, Exchanging)
    return ExchangeOperationResponse(exchange_operation=said_exchange(call, *found))


def change(call: Call[ExchangeOperationPatchRequest]) -> Deed:
    """How the new tickets are wanted."""
    said = wishes(call.body.requested_fulfillment_type, call.body.preferred_fulfillment_media)
    act = retailing_exchange.change(call.retailing, call.retailer, call.path["bookingId"], call.path[_ID], said)
    return Deed(act, lambda done: ExchangeOperationResponse(exchange_operation=said_exchange(call, *done)))


def let_go(call: Call[Any]) -> Deed:
    """Let go of an exchange that is not confirmed."""
    act = retailing_exchange.let_go(call.retailer, call.path["bookingId"], call.path[_ID])
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Read("createExchangeOffersCollection", offers, ExchangeOfferCollectionResponse, takes=AskedExchange),
    Write("createBookingsExchangeOperations", begin, ExchangeOperationResponse, takes=ExchangeOperationRequest),
    Read("getBookingsExchangeOperations", operation, ExchangeOperationResponse),
    Write("updateBookingsExchangeOperations", change, ExchangeOperationResponse, takes=ExchangeOperationPatchRequest),
    Write("deleteBookingsExchangeOperation", let_go, None),
)
