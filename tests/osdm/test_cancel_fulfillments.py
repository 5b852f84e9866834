"""Cancelling a ticket to have it issued anew: another passenger, one good barcode."""

from __future__ import annotations

from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import bought, parts


def propose(retailer: Retailer, booking: Any, *tickets: str, status: int = 200) -> Any:
    ids = list(tickets) or [one["id"] for one in booking["fulfillments"]]
    path = f"/bookings/{booking['id']}/cancel-fulfillments-offers"
    return retailer.post(path, {"fulfillmentIds": ids}, status=status)


def where(booking: Any, offer: Any) -> str:
    return f"/bookings/{booking['id']}/cancel-fulfillments-offers/{offer['id']}"


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}", params={"embed": "ALL"})["booking"]


def cancelled(retailer: Retailer, booking: Any) -> Any:
    (offer,) = propose(retailer, booking)["cancelFulfillmentOffers"]
    return retailer.patch(where(booking, offer), {"status": "CONFIRMED"})["cancelFulfillmentsOffer"]


def test_a_name_changes_after_the_sale_by_cancelling_the_ticket(retailer: Retailer) -> None:
    booking = bought(retailer)
    (old,) = booking["fulfillments"]
    (offer,) = propose(retailer, booking)["cancelFulfillmentOffers"]
    assert (offer["status"], offer["fulfillments"][0]["status"]) == ("PROPOSED", "FULFILLED")
    taken = retailer.patch(where(booking, offer), {"status": "CONFIRMED"})["cancelFulfillmentsOffer"]
    assert (taken["status"], taken["fulfillments"][0]["status"]) == ("CONFIRMED", "CANCELLED")
    assert "fulfillmentParts" not in taken["fulfillments"][0]

    between = read(retailer, booking)
    assert {part["status"] for part in (*parts(between), *parts(between, "reservations"))} == {"CONFIRMED"}
    assert "fulfillmentDocuments" not in between
    assert between["cancelFulfillmentsOffers"] == [taken]
    assert between["confirmedPrice"] == booking["confirmedPrice"]
    (passenger,) = between["passengers"]
    passenger["detail"] = {"firstName": "Min", "lastName": "Pak"}
    retailer.patch(f"/bookings/{booking['id']}/passengers/{passenger['id']}", passenger)
    retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=204)
    issued = retailer.post(f"/bookings/{booking['id']}/fulfillments")
    (new,) = issued["fulfillments"]
    assert (new["id"], new["status"]) == (f"{booking['id']}-1-2", "FULFILLED")
    assert new["fulfillmentParts"] != old["fulfillmentParts"]

    after = read(retailer, booking)
    assert [(one["id"], one["status"]) for one in after["fulfillments"]] == [
        (old["id"], "CANCELLED"),
        (new["id"], "FULFILLED"),
    ]
    assert {part["status"] for part in parts(after)} == {"FULFILLED"}
    assert [part["id"] for part in parts(after)] == [part["id"] for part in parts(booking)]
    assert retailer.get(f"/fulfillments/{old['id']}")["fulfillment"]["status"] == "CANCELLED"
    assert retailer.get(f"/fulfillments/{new['id']}")["fulfillment"] == new
    # The file of the old ticket is gone; that of the new is there.
    (before,), (file,) = booking["fulfillmentDocuments"], issued["fulfillmentDocuments"]
    assert retailer.http.get(before["downloadLink"]).status_code == 404
    assert retailer.http.get(file["downloadLink"]).content.startswith(b"%PDF-")
    # Both are found by, and only the new one can be given back.
    found = retailer.post("/bookings-search", {"fulfillmentId": new["id"]})["bookingSearchResults"]
    assert [one["id"] for one in found] == [booking["id"]]
    path = f"/bookings/{booking['id']}/refund-offers"
    stale = retailer.post(path, {"fulfillmentIds": [old["id"]]}, status=409)
    assert f"{new['id']} was made out in its place" in stale["detail"]
    assert retailer.post(path, {"fulfillmentIds": [new["id"]]})["refundOffers"][0]["fulfillments"][0]["id"] == new["id"]


def test_the_same_key_cancels_and_issues_once(retailer: Retailer) -> None:
    booking = bought(retailer)
    (offer,) = propose(retailer, booking)["cancelFulfillmentOffers"]
    answers = [retailer.patch(where(booking, offer), {"status": "CONFIRMED"}, key="k1") for _ in range(2)]
    assert answers[0] == answers[1]
    issued = [retailer.post(f"/bookings/{booking['id']}/fulfillments", key="k2") for _ in range(2)]
    assert issued[0] == issued[1]
    assert len(read(retailer, booking)["fulfillments"]) == 2


def test_an_offer_is_read_let_go_and_lapses(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    (offer,) = propose(retailer, booking, f"{booking['id']}-1")["cancelFulfillmentOffers"]
    assert retailer.get(where(booking, offer))["cancelFulfillmentsOffer"] == offer
    propose(retailer, booking, f"{booking['id']}-2", status=409)
    retailer.patch(where(booking, offer), {"status": "PROPOSED"}, status=409)
    retailer.delete(where(booking, offer))
    retailer.get(where(booking, offer), status=404)
    (offer,) = propose(retailer, booking)["cancelFulfillmentOffers"]
    shop.clock.forward(minutes=15)
    assert "cancelFulfillmentsOffers" not in read(retailer, booking)
    retailer.get(where(booking, offer), status=404)
    retailer.patch(where(booking, offer), {"status": "CONFIRMED"}, status=404)


def test_what_cannot_be_cancelled(retailer: Retailer, new_retailer: NewRetailer) -> None:
    booking = bought(retailer)
    for unknown in (f"{booking['id']}-7", "nothing", f"{booking['id']}-1-2"):
        propose(retailer, booking, unknown, status=404)
    propose(new_retailer("Other"), booking, status=404)
    retailer.post(f"/bookings/{booking['id']}/cancel-fulfillments-offers", {"fulfillmentIds": []}, status=400)
    offer = cancelled(retailer, booking)
    retailer.delete(where(booking, offer), status=409)
    again = propose(retailer, booking, status=409)
    assert "waits to be made out anew" in again["detail"]
    # Its money can be given back all the same.
    path = f"/bookings/{booking['id']}/refund-offers"
    (refund,) = retailer.post(path, {"fulfillmentIds": [f"{booking['id']}-1"]})["refundOffers"]
    retailer.patch(f"{path}/{refund['id']}", {"status": "CONFIRMED"})
    assert {part["status"] for part in parts(read(retailer, booking))} == {"REFUNDED"}
