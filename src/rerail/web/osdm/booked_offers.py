"""The offers of a booking: read; added, let go of, or rid of a passenger before it is confirmed."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_booked_offers
from rerail.desk.retailing import Standing
from rerail.desk.retailing_booked_offers import found
from rerail.desk.retailing_once import Deed
from rerail.sale.retail import Retail
from rerail.web.osdm.booking_view import booked_offer
from rerail.web.osdm.bookings import MODIFYING
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.passenger_view import passenger_number
from rerail.web.osdm.place_wishes import selected, with_remarks
from rerail.web.osdm.problems import Pointer, Refused
from rerail.web.osdm.selections import chosen
from rerail.web.osdm.types_bookings import BookedOfferRequest, BookedOfferResponse

_ID: Final = "bookedOfferId"


def offer(call: Call[Any]) -> BookedOfferResponse:
    """An offer of a booking. Raises `NoBooking`."""
    standing = call.retailing.booking(call.retailer, call.path["bookingId"])
    one = found(standing.retail, call.path[_ID])
    return BookedOfferResponse(booked_offer=booked_offer(call, standing, one), booked_offer_ids=(one.id,))


def add(call: Call[BookedOfferRequest]) -> Deed:
    """Hold the places of more offers. Raises `Refused`."""
    if call.body.additional_passenger_specifications:
        raise Refused(
            400,
            "PARAMETER_NOT_SUPPORTED",
            "Nobody is added to a booking",
            "Offers are added for passengers whom the booking has; make another booking for others.",
            pointers=[Pointer(request_pointer="/additionalPassengerSpecifications")],
        )
    wanted = [chosen(one) for one in call.body.offers]
    act = retailing_booked_offers.add(call.retailing, call.retailer, call.path["bookingId"], wanted)

    def said(done: Standing) -> BookedOfferResponse:
        added = [found(done.retail, one.token) for one in wanted]
        only = booked_offer(call, done, added[0]) if len(added) == 1 else None
        answer = BookedOfferResponse(booked_offer=only, booked_offer_ids=tuple(one.id for one in added))
        return with_remarks(answer, done, selected(call.body.offers))

    return Deed(act, said)


def drop(call: Call[Any]) -> Deed:
    """Let go of an offer."""
    act = retailing_booked_offers.drop_offer(call.retailer, call.path["bookingId"], call.path[_ID])
    return Deed(act, lambda _done: Reply(status=204))


def drop_passenger(call: Call[Any]) -> Deed:
    """Let go of a passenger's places on an offer. Raises `Refused`."""

    def number(retail: Retail) -> int:
        return passenger_number(retail, call.path["passengerId"])

    act = retailing_booked_offers.drop_passenger(call.retailer, call.path["bookingId"], call.path[_ID], number)
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Read("getBookingBookedOffersId", offer, BookedOfferResponse),
    Write("postBookingBookedOffers", add, BookedOfferResponse, takes=BookedOfferRequest, codes=MODIFYING),
    Write("deleteBookingBookedOffersId", drop, None, codes=MODIFYING),
    Write("deleteBookingBookedOffersIdPassengerId", drop_passenger, None, codes=MODIFYING),
)
