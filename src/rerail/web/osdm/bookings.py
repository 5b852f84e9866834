"""Bookings: made of offers, read, changed, dropped, found."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_booking, retailing_held, retailing_together
from rerail.desk.retailing import Standing
from rerail.desk.retailing_booking import Order
from rerail.desk.retailing_once import Deed
from rerail.sale import errors
from rerail.web.osdm.booking_view import response
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.passenger_view import kept, named
from rerail.web.osdm.place_wishes import selected, with_remarks
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.selections import chosen, seats, wished, wishes
from rerail.web.osdm.types_bookings import (
    AskedSearch,
    BookedOffer,
    BookedOfferSummary,
    BookingPartSummary,
    BookingPatchRequest,
    BookingRequest,
    BookingResponse,
    BookingSearchRequest,
    BookingSearchResponse,
    BookingSearchResult,
    ProductSummary,
)

_MOST_FOUND: Final = 50
_FEW_FOUND: Final = 10

MODIFYING: Final = {
    errors.AlreadyConfirmed: "BOOKING_BOOKING_ALREADY_CONFIRMED",
    errors.AlreadyEnded: "BOOKING_BOOKING_ALREADY_CANCELLED",
}
"""What these errors are called where a booking is changed."""


def book(call: Call[BookingRequest]) -> Deed:
    """Hold the places of the offers. Raises `Refused`."""
    body = call.body
    said: dict[str, Any] = {}
    if body.purchaser is not None:
        said["purchaser"] = kept(body.purchaser)
    said |= wishes(body.requested_fulfillment_type, body.preferred_fulfillment_media)
    order = Order(
        offers=tuple(chosen(one) for one in body.offers),
        passengers=tuple(named(one) for one in body.passenger_specifications),
        external_ref=body.external_ref,
        said=said,
    )
    return Deed(
        retailing_booking.book(call.retailing, call.retailer, order),
        lambda done: with_remarks(response(call, done), done, selected(body.offers)),
        many=retailing_together.book,
        order=retailing_together.Booked(call.retailer, order),
    )


def booking(call: Call[Any]) -> BookingResponse:
    """A booking as it stands. Raises `NoBooking`."""
    return response(call, call.retailing.booking(call.retailer, call.path["bookingId"]))


def change(call: Call[BookingPatchRequest]) -> Deed:
    """Other places, and how tickets are wanted and were paid."""
    body = call.body
    said: dict[str, Any] = wishes(body.requested_fulfillment_type, body.preferred_fulfillment_media)
    if body.used_payment_methods is not None:
        said["usedPaymentMethods"] = [kept(one) for one in body.used_payment_methods]
    act = retailing_held.change(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        said=said,
        external_ref=body.external_ref,
        seats=tuple(seats(body.place_selections)),
        wishes=tuple(wished(body.place_selections)),
    )
    return Deed(act, lambda done: with_remarks(response(call, done), done, body.place_selections))


def drop(call: Call[Any]) -> Deed:
    """Let go of a booking that is not confirmed."""
    act = retailing_held.cancel(call.retailing, call.retailer, call.path["bookingId"])
    return Deed(act, lambda _done: Reply(status=204))


def search(call: Call[BookingSearchRequest]) -> BookingSearchResponse:
    """The retailer's bookings by code, ticket, passenger or its own reference. Raises `Refused`."""
    asked = call.body
    ticket = asked.fulfillment_id or asked.fulfillment_control_number
    code = asked.booking_id or asked.booking_code or ((ticket.partition("-")[0] or ticket) if ticket else None)
    name = None
    if asked.passenger is not None:
        name = " ".join(filter(None, (asked.passenger.last_name, asked.passenger.first_name))) or None
    text = code or name
    if text is None and not asked.external_ref:
        raise Refused(
            400,
            "PARAMETER_NOT_SUPPORTED",
            "Nothing to look for",
            "Bookings are found by their id, code or ticket, a passenger's name, or your own externalRef.",
        )
    wanted = asked.parameters.number_of_results if asked.parameters is not None else None
    most = min(max(wanted if wanted is not None else _FEW_FOUND, 1), _MOST_FOUND)
    found = call.retailing.search(call.retailer, text, asked.external_ref, most)
    return BookingSearchResponse(booking_search_results=tuple(_result(call, one) for one in found))


def _result(call: Call[Any], standing: Standing) -> BookingSearchResult:
    whole = response(call, standing).booking
    return BookingSearchResult(
        id=whole.id,
        booking_code=whole.booking_code,
        external_ref=whole.external_ref,
        passengers=whole.passengers,
        provisional_price=whole.provisional_price,
        confirmed_price=whole.confirmed_price,
        booked_offer_summaries=tuple(_offer_in_short(one) for one in whole.booked_offers or ()),
    )


def _offer_in_short(one: BookedOffer) -> BookedOfferSummary:
    names = {product.id: product.summary for product in one.products}
    return BookedOfferSummary(
        offer_id=one.offer_id,
        summary=one.summary,
        booking_part_summaries=tuple(
            BookingPartSummary(
                id=part.id,
                summary=part.summary,
                product_summaries=(
                    ProductSummary(
                        id=part.summary_product_id,
                        description=names.get(part.summary_product_id, part.summary),
                        code=part.summary_product_id,
                    ),
                ),
                status=part.status,
                type="ADMISSION",
            )
            for part in one.admissions
        ),
    )


DONE: Final[tuple[Done, ...]] = (
    Write("postBookings", book, BookingResponse, takes=BookingRequest),
    Read("getBookingsId", booking, BookingResponse, query=("embed",)),
    Write("updateBooking", change, BookingResponse, takes=BookingPatchRequest, codes=MODIFYING),
    Write("deleteBookingsId", drop, None, codes=MODIFYING),
    Read("searchBookings", search, BookingSearchResponse, takes=AskedSearch),
)
