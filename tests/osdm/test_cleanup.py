"""A retailer lets go of a booking in one step."""

from __future__ import annotations

from datetime import date
from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import adults, booked, bought, offer, order, parts

DIRECT: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.vladivostok.rajin"]}


def cleaned(retailer: Retailer, booking: Any, **more: Any) -> dict[str, str]:
    """What is said of it, by code."""
    said = retailer.post(f"/bookings/{booking['id']}/cleanup", more, status=202)
    return {one["code"].rpartition(":")[2]: one["detail"] for one in said["warnings"]}


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def test_held_places_are_let_go(retailer: Retailer) -> None:
    booking = booked(retailer, 2)
    assert cleaned(retailer, booking) == {"RELEASED": "2 held tickets were let go."}
    assert {part["status"] for part in parts(read(retailer, booking))} == {"CANCELLED"}
    assert list(cleaned(retailer, booking)) == ["NOTHING_TO_DO"]


def test_tickets_are_given_back_by_the_tariff_and_no_code_sets_it_aside(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    paid = booking["confirmedPrice"]["amount"]
    said = cleaned(retailer, booking, overruleCode="STRIKE", refundDate="2026-11-23T12:00:00Z")
    code = booking["id"]
    assert said["GIVEN_BACK"].startswith(f"Given back: {code}-1, {code}-2; ")
    after = read(retailer, booking)
    assert {part["status"] for part in parts(after)} == {"REFUNDED"}
    (refund,) = after["refundOffers"]
    assert refund["status"] == "CONFIRMED"
    assert "appliedOverruleCode" not in refund
    assert 0 < refund["refundableAmount"]["amount"] < paid
    assert after["confirmedPrice"]["amount"] == paid - refund["refundableAmount"]["amount"]
    assert list(cleaned(retailer, booking)) == ["NOTHING_TO_DO"]
    assert shop.faults() == ()


def test_a_refund_offer_that_waits_is_let_go_of(retailer: Retailer) -> None:
    booking = bought(retailer)
    where = f"/bookings/{booking['id']}/refund-offers"
    ticket = {"fulfillmentIds": [f"{booking['id']}-1"], "overruleCode": "STRIKE"}
    (waits,) = retailer.post(where, ticket)["refundOffers"]
    assert list(cleaned(retailer, booking)) == ["GIVEN_BACK"]
    retailer.get(f"{where}/{waits['id']}", status=404)


def test_what_has_left_stays_and_what_does_not_run_comes_back_by_itself(operator: Retailer, shop: Shop) -> None:
    """Out by the direct train of the 10th, back by that of the 13th, which is cancelled once the first has left."""
    back = {"tripIds": ["rason-vladivostok.20261213.rajin.vladivostok"]}
    first, second = offer(operator, adults(), **DIRECT), offer(operator, adults(), **back)
    both = order(first)
    both["offers"].append({"offerId": second["offerId"], "passengerRefs": second["passengerRefs"]})
    booking = operator.post("/bookings", both)["booking"]
    operator.post(f"/bookings/{booking['id']}/fulfillments")
    shop.clock.forward(days=18)
    operator.new_token()
    shop.decide("withdraw", start=date(2026, 12, 12), until=date(2027, 1, 1))
    shop.current.forget()
    code = booking["id"]
    assert cleaned(operator, booking) == {
        "SERVICE_SUSPENDED": f"The train does not run, so these come back in full by themselves: {code}-2.",
        "DEPARTED": f"The train has left, so these stay: {code}-1.",
    }
    assert [part["status"] for part in parts(read(operator, booking))] == ["FULFILLED", "REFUNDED"]


def test_another_s_booking_is_nobody_s_to_clean_up(retailer: Retailer, new_retailer: NewRetailer) -> None:
    booking = booked(retailer)
    new_retailer("Other").post(f"/bookings/{booking['id']}/cleanup", status=404)
    assert {part["status"] for part in parts(read(retailer, booking))} == {"PREBOOKED"}
