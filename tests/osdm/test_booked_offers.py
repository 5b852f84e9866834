"""The offers of a booking that is held: read, added, let go of; a passenger who does not come."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import USSURIYSK, VLADIVOSTOK, adults, booked, bought, offer, parts, search

BACK = search(USSURIYSK, VLADIVOSTOK, "2026-12-03T00:00:00")


def where(booking: Any, offer_id: str = "") -> str:
    return f"/bookings/{booking['id']}/booked-offers{f'/{quote(offer_id)}' if offer_id else ''}"


def added(retailer: Retailer, booking: Any, *offers: Any, status: int = 200, **more: Any) -> Any:
    chosen = [{"offerId": one["offerId"], "passengerRefs": one["passengerRefs"]} for one in offers]
    return retailer.post(where(booking), {"offers": chosen, **more}, status=status)


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def test_the_way_back_is_added_and_let_go_of(retailer: Retailer) -> None:
    booking = booked(retailer, 2)
    (out,) = booking["bookedOffers"]
    assert retailer.get(where(booking, out["offerId"])) == {"bookedOffer": out, "bookedOfferIds": [out["offerId"]]}
    back = offer(retailer, adults(2), tripSearchCriteria=BACK)
    said = added(retailer, booking, back)
    assert said["bookedOfferIds"] == [back["offerId"]]
    assert [part["id"] for part in said["bookedOffer"]["admissions"]] == [
        part["id"] for part in back["admissionOfferParts"]
    ]
    both = read(retailer, booking)
    assert both["bookedOffers"] == [out, said["bookedOffer"]]
    assert both["provisionalPrice"]["amount"] == 2 * booking["provisionalPrice"]["amount"]
    assert both["confirmationTimeLimit"] == booking["confirmationTimeLimit"]
    assert len(both["trips"]) == 2
    retailer.delete(where(booking, out["offerId"]))
    retailer.delete(where(booking, out["offerId"]), status=404)
    left = read(retailer, booking)
    assert left["bookedOffers"] == [said["bookedOffer"]]
    assert left["provisionalPrice"] == booking["provisionalPrice"]
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    sold = read(retailer, booking)
    assert sold["confirmedPrice"] == booking["provisionalPrice"]
    assert {part["status"] for part in parts(sold)} == {"FULFILLED"}
    gone = retailer.delete(where(booking, back["offerId"]), status=409)
    assert gone["code"] == "urn:uic:problem:BOOKING_BOOKING_ALREADY_CONFIRMED"


def test_the_same_key_adds_once(retailer: Retailer) -> None:
    booking = booked(retailer)
    back = offer(retailer, tripSearchCriteria=BACK)
    chosen = [{"offerId": back["offerId"], "passengerRefs": back["passengerRefs"]}]
    answers = [retailer.post(where(booking), {"offers": chosen}, key="k") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(parts(read(retailer, booking))) == 2
    added(retailer, booking, back, status=400)


def test_a_passenger_who_does_not_come_is_taken_out(retailer: Retailer) -> None:
    booking = booked(retailer, 2)
    (out,) = booking["bookedOffers"]
    retailer.delete(f"{where(booking, out['offerId'])}/passengers/P1")
    retailer.delete(f"{where(booking, out['offerId'])}/passengers/P1", status=404)
    retailer.delete(f"{where(booking, out['offerId'])}/passengers/P9", status=404)
    left = read(retailer, booking)
    assert [one["id"] for one in left["passengers"]] == ["P2"]
    assert left["provisionalPrice"]["amount"] * 2 == booking["provisionalPrice"]["amount"]
    assert [part["status"] for part in parts(left)] == ["CANCELLED", "PREBOOKED"]
    issued = retailer.post(f"/bookings/{booking['id']}/fulfillments")["fulfillments"]
    assert [one["id"] for one in issued] == [f"{booking['id']}-2"]


def test_the_last_offer_let_go_of_cancels_the_booking(retailer: Retailer) -> None:
    booking = booked(retailer)
    retailer.delete(where(booking, booking["bookedOffers"][0]["offerId"]))
    after = read(retailer, booking)
    assert {part["status"] for part in parts(after)} == {"CANCELLED"}
    retailer.post(f"/bookings/{booking['id']}/fulfillments", status=409)


def test_what_is_not_added(retailer: Retailer, new_retailer: NewRetailer) -> None:
    booking = booked(retailer)
    back = offer(retailer, tripSearchCriteria=BACK)
    somebody = [{"externalRef": "adult-2", "type": "ADULT"}]
    refused = added(retailer, booking, back, additionalPassengerSpecifications=somebody, status=400)
    assert refused["code"] == "urn:uic:problem:PARAMETER_NOT_SUPPORTED"
    stranger = offer(retailer, somebody, tripSearchCriteria=BACK)
    assert "is not in the booking" in added(retailer, booking, stranger, status=400)["detail"]
    twice = added(retailer, booking, offer(retailer), status=400)
    assert "on two trains at once" in twice["detail"]
    added(new_retailer("Other"), booking, back, status=404)
    added(retailer, bought(retailer), back, status=409)
    # A place and its ticket are one part.
    path = f"{where(booking, booking['bookedOffers'][0]['offerId'])}/offer-parts"
    body = {"offerId": back["offerId"], "passengerRefs": ["adult-1"]}
    assert "A place is sold with its ticket" in retailer.post(path, body, status=501)["detail"]
