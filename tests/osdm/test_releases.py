"""Releasing: RELEASED at once, REFUNDED when the money is asked for."""

from __future__ import annotations

from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import bought, codes, parts


def propose(retailer: Retailer, booking: Any, *tickets: str, status: int = 200, **more: Any) -> Any:
    ids = list(tickets) or [one["id"] for one in booking["fulfillments"]]
    return retailer.post(f"/bookings/{booking['id']}/release-offers", {"fulfillmentIds": ids, **more}, status=status)


def where(booking: Any, offer: Any) -> str:
    return f"/bookings/{booking['id']}/release-offers/{offer['id']}"


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}", params={"embed": "ALL"})["booking"]


def test_a_ticket_is_released_now_and_refunded_later(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    first, second = (one["id"] for one in booking["fulfillments"])
    (offer,) = propose(retailer, booking, first)["releaseOffers"]
    assert (offer["status"], offer["fulfillments"][0]["status"]) == ("PROPOSED", "FULFILLED")
    assert retailer.get(where(booking, offer))["releaseOffer"] == offer
    answers = [retailer.patch(where(booking, offer), {"status": "CONFIRMED"}, key="k") for _ in range(2)]
    assert answers[0] == answers[1]
    taken = answers[0]["releaseOffer"]
    assert (taken["status"], taken["fulfillments"][0]["status"]) == ("CONFIRMED", "RELEASED")

    after = read(retailer, booking)
    assert [part["status"] for part in parts(after)] == ["RELEASED", "FULFILLED"]
    assert [part["status"] for part in parts(after, "reservations")] == ["RELEASED", "FULFILLED"]
    assert after["releaseOffers"] == [taken]
    assert after["confirmedPrice"] == booking["confirmedPrice"], "no money has moved"
    assert [one["controlNumber"] for one in after["fulfillmentDocuments"]] == [second]

    shop.clock.forward(days=30)
    retailer.new_token()
    path = f"/bookings/{booking['id']}/refund-offers"
    (refund,) = retailer.post(path, {"fulfillmentIds": [first]})["refundOffers"]
    # 90 % of 290 RUB, as a week before departure; the 60 RUB for the place stay.
    assert (refund["refundableAmount"]["amount"], refund["refundFee"]["amount"]) == (26100, 8900)
    retailer.patch(f"{path}/{refund['id']}", {"status": "CONFIRMED"})
    assert [part["status"] for part in parts(read(retailer, booking))] == ["REFUNDED", "FULFILLED"]


def test_an_overrule_code_at_the_release_holds_for_the_refund(retailer: Retailer) -> None:
    booking = bought(retailer)
    said = propose(retailer, booking, overruleCode="DEATH")
    assert codes(said) == ["OVERRULE_CODE_NOT_SUPPORTED"]
    retailer.delete(where(booking, said["releaseOffers"][0]))
    (offer,) = propose(retailer, booking, overruleCode="STRIKE")["releaseOffers"]
    assert offer["appliedOverruleCode"] == "STRIKE"
    retailer.patch(where(booking, offer), {"status": "CONFIRMED"})
    path = f"/bookings/{booking['id']}/refund-offers"
    (refund,) = retailer.post(path, {"fulfillmentIds": [f"{booking['id']}-1"]})["refundOffers"]
    assert refund["refundableAmount"] == booking["confirmedPrice"]


def test_what_cannot_be_released(retailer: Retailer, new_retailer: NewRetailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    propose(retailer, booking, "nothing", status=404)
    propose(new_retailer("Other"), booking, status=404)
    ticket = booking["fulfillments"][0]["id"]
    wrong = [{"fulfillmentId": ticket, "passengerIds": ["P2"]}]
    problem = propose(retailer, booking, ticket, releaseSpecifications=wrong, status=400)
    assert problem["pointers"][0]["requestPointer"] == "/releaseSpecifications/0/bookingPartIds"
    right = [{"fulfillmentId": ticket, "passengerIds": ["P1"], "bookingPartIds": [parts(booking)[0]["id"]]}]
    (offer,) = propose(retailer, booking, ticket, releaseSpecifications=right)["releaseOffers"]
    shop.clock.forward(minutes=15)
    retailer.patch(where(booking, offer), {"status": "CONFIRMED"}, status=404)
    (offer,) = propose(retailer, booking, ticket)["releaseOffers"]
    retailer.patch(where(booking, offer), {"status": "CONFIRMED"})
    propose(retailer, booking, ticket, status=409)
    retailer.delete(where(booking, offer), status=409)
