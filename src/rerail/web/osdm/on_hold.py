"""A longer deadline: for a group, for a deposit. Names may come later still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from rerail.desk import retailing_after_sale, retailing_on_hold
from rerail.desk.retailing_after_sale import Offered
from rerail.desk.retailing_once import Deed
from rerail.sale.after_sale import OnHold
from rerail.web.osdm.after_sale_view import said_on_hold
from rerail.web.osdm.bookings import MODIFYING
from rerail.web.osdm.calls import Call, Done, Reply, Write
from rerail.web.osdm.problems import problem
from rerail.web.osdm.types_after_sale import (
    OnHoldOfferPatchRequest,
    OnHoldOfferRequest,
    OnHoldOfferResponse,
)

_ID: Final = "onHoldOfferId"


def propose(call: Call[OnHoldOfferRequest]) -> Deed:
    """How long the places can be held, and for which deposit. Raises `NoBooking`, `NotPossible`."""
    act = retailing_on_hold.propose(call.retailing, call.retailer, call.path["bookingId"])

    def said(done: Offered[OnHold]) -> OnHoldOfferResponse:
        standing, offer = done
        held = standing.booking.held_until or standing.market.now
        until = offer.content.until
        problems = None
        if held + timedelta(minutes=call.body.increase_ttl) > until:
            detail = f"Places can be held until {until:%Y-%m-%dT%H:%M:%SZ}, when the balance is due, and no longer."
            problems = (problem("VALUE_NOT_SUPPORTED", "increaseTTL: not as asked", detail),)
        return OnHoldOfferResponse(on_hold_offer=said_on_hold(standing, offer), problems=problems)

    return Deed(act, said)


def take(call: Call[OnHoldOfferPatchRequest]) -> Deed:
    """Pay the deposit."""
    act = retailing_on_hold.take(call.retailing, call.retailer, call.path["bookingId"], call.path[_ID])
    return Deed(act, lambda done: OnHoldOfferResponse(on_hold_offer=said_on_hold(*done)))


def withdraw(call: Call[Any]) -> Deed:
    """Let go of the offer."""
    act = retailing_after_sale.withdraw(call.retailer, call.path["bookingId"], call.path[_ID], OnHold)
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Write("createOnHoldOffer", propose, OnHoldOfferResponse, takes=OnHoldOfferRequest, codes=MODIFYING),
    Write(
        "confirmOnHoldOffer",
        take,
        OnHoldOfferResponse,
        takes=OnHoldOfferPatchRequest,
        bodiless=True,
        codes=MODIFYING,
    ),
    Write("deleteOnHoldOffer", withdraw, None),
)
