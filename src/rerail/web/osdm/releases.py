"""Release offers: the place is free for others at once, the money is asked for by a refund offer afterwards."""

from __future__ import annotations

from typing import Any, Final

from rerail.desk import retailing_after_sale, retailing_release
from rerail.desk.retailing_after_sale import Offered
from rerail.desk.retailing_once import Deed
from rerail.sale.after_sale import Releasing
from rerail.web.osdm.after_sale_offers import must_confirm, standing_offer
from rerail.web.osdm.after_sale_view import said_release
from rerail.web.osdm.calls import Call, Done, Read, Reply, Write
from rerail.web.osdm.given_tickets import not_overruled, parts_given
from rerail.web.osdm.types_after_sale import (
    OfferPatchRequest,
    ReleaseOfferCollectionResponse,
    ReleaseOfferRequest,
    ReleaseOfferResponse,
)

_ID: Final = "releaseOfferId"


def propose(call: Call[ReleaseOfferRequest]) -> Deed:
    """An offer to release these tickets. Raises `NoBooking`, `NotPossible`, `Refused`."""
    body = call.body
    act = retailing_release.propose(
        call.retailing,
        call.retailer,
        call.path["bookingId"],
        lambda retail, booking: parts_given(
            retail, booking, body.fulfillment_ids, body.release_specifications, "releaseSpecifications"
        ),
        body.overrule_code,
    )

    def said(done: Offered[Releasing]) -> ReleaseOfferCollectionResponse:
        problems = not_overruled(body.overrule_code, done[1].content.overrule)
        return ReleaseOfferCollectionResponse(release_offers=(said_release(*done),), problems=problems)

    return Deed(act, said)


def offer(call: Call[Any]) -> ReleaseOfferResponse:
    """An offer that was taken or may be. Raises `NoBooking`, `Refused`."""
    return ReleaseOfferResponse(release_offer=said_release(*standing_offer(call, _ID, Releasing)))


def take(call: Call[OfferPatchRequest]) -> Deed:
    """Release the tickets. Raises `Refused`."""
    must_confirm(call.body.status)
    act = retailing_release.take(call.retailing, call.retailer, call.path["bookingId"], call.path[_ID])
    return Deed(act, lambda done: ReleaseOfferResponse(release_offer=said_release(*done)))


def withdraw(call: Call[Any]) -> Deed:
    """Let go of an offer."""
    act = retailing_after_sale.withdraw(call.retailer, call.path["bookingId"], call.path[_ID], Releasing)
    return Deed(act, lambda _done: Reply(status=204))


DONE: Final[tuple[Done, ...]] = (
    Write("postReleaseOffers", propose, ReleaseOfferCollectionResponse, takes=ReleaseOfferRequest),
    Read("getReleaseOffer", offer, ReleaseOfferResponse),
    Write("patchReleaseOffers", take, ReleaseOfferResponse, takes=OfferPatchRequest),
    Write("deleteReleaseOffers", withdraw, None),
)
