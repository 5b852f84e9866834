"""The history of a booking: every step of it, in order, and who took it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import booked, bought, search

LATER = search(when="2026-12-08T00:00:00")


def events(retailer: Retailer, booking: Any) -> list[tuple[str, str]]:
    """What happened, and what the booking became by it."""
    said = retailer.get(f"/bookings/{booking['id']}/history")["events"]
    assert [one["timestamp"] for one in said] == sorted(one["timestamp"] for one in said)
    assert len({one["id"] for one in said}) == len(said)
    return [(one["type"], one["details"]["change"]) for one in said]


def test_a_whole_life(retailer: Retailer, shop: Shop) -> None:
    booking = booked(retailer, 2)
    where = f"/bookings/{booking['id']}"
    expected = [("PASSENGER_CHANGED", "PREBOOKED")]
    assert events(retailer, booking) == expected

    def then(*more: tuple[str, str]) -> None:
        expected.extend(more)
        assert events(retailer, booking) == expected
        shop.clock.forward(minutes=1)

    shop.clock.forward(minutes=1)
    (first, _) = booking["passengers"]
    retailer.patch(f"{where}/passengers/{first['id']}", first)  # says nothing new
    then()
    retailer.patch(f"{where}/passengers/{first['id']}", {**first, "dateOfBirth": "1987-03-21"})
    then(("PASSENGER_CHANGED", "PREBOOKED"))
    retailer.patch(f"{where}/purchaser", {"detail": {"firstName": "Min", "lastName": "Pak"}})
    then(("PURCHASER_CHANGED", "PREBOOKED"))
    retailer.post(f"{where}/fulfillments")
    then(("FULFILLMENT_AVAILABLE", "FULFILLED"))
    one, other = f"{booking['id']}-1", f"{booking['id']}-2"
    (recall,) = retailer.post(f"{where}/cancel-fulfillments-offers", {"fulfillmentIds": [one]})[
        "cancelFulfillmentOffers"
    ]
    retailer.patch(f"{where}/cancel-fulfillments-offers/{recall['id']}", {"status": "CONFIRMED"})
    then(("FULFILLMENT_AVAILABLE", "CANCELLED"))
    retailer.post(f"{where}/fulfillments")
    then(("FULFILLMENT_AVAILABLE", "FULFILLED"))
    (refund,) = retailer.post(f"{where}/refund-offers", {"fulfillmentIds": [other]})["refundOffers"]
    then(("REFUND_INITIATED", "FULFILLED"))
    retailer.patch(f"{where}/refund-offers/{refund['id']}", {"status": "CONFIRMED"})
    then(("FULFILLMENT_REFUNDED", "REFUNDED"))
    people = [{"externalRef": first["externalRef"], "type": "ADULT"}]
    body = {"fulfillmentIds": [f"{one}-2"], "anonymousPassengerSpecifications": people, "tripSearchCriteria": LATER}
    (offer,) = retailer.post(f"{where}/exchange-offers", body)["exchangeOffers"]
    selection = {"offerId": offer["offerId"], "passengerRefs": offer["passengerRefs"]}
    retailer.post(f"{where}/exchange-operations", {"exchangeOffers": [selection]})
    then(("EXCHANGE_INITIATED", "EXCHANGE_ONGOING"))
    retailer.post(f"{where}/fulfillments")
    then(("FULFILLMENT_EXCHANGED", "EXCHANGED"))
    (release,) = retailer.post(f"{where}/release-offers", {"fulfillmentIds": [f"{booking['id']}-3"]})["releaseOffers"]
    retailer.patch(f"{where}/release-offers/{release['id']}", {"status": "CONFIRMED"})
    then(("ACCOMMODATION_RELEASED", "RELEASED"))
    said = retailer.get(f"{where}/history")["events"]
    assert {one["details"]["requestor"] for one in said} == {retailer.client_id}
    assert {one["details"]["resource"]["href"] for one in said} == {f"https://trains.example/osdm{where}"}


def test_what_was_let_go_of_and_what_lapsed(retailer: Retailer, shop: Shop) -> None:
    dropped, lapsed = booked(retailer), booked(retailer)
    shop.clock.forward(minutes=1)
    retailer.delete(f"/bookings/{dropped['id']}")
    shop.clock.forward(minutes=30)
    ended = [("PASSENGER_CHANGED", "PREBOOKED"), ("ACCOMMODATION_RELEASED", "CANCELLED")]
    assert events(retailer, dropped) == events(retailer, lapsed) == ended


def test_what_others_did_is_theirs(operator: Retailer, shop: Shop, new_retailer: NewRetailer) -> None:
    ride: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.vladivostok.rajin"]}
    booking = bought(operator, 1, **ride)
    shop.clock.forward(minutes=1)
    shop.decide("cancel", start=date(2026, 12, 10), railway=None)
    shop.selling.give_back_owed()
    assert events(operator, booking)[2:] == [
        ("BOOKING_TRIP_CHANGED", "REFUNDED"),
        ("FULFILLMENT_REFUNDED", "REFUNDED"),
    ]
    *_, last = operator.get(f"/bookings/{booking['id']}/history")["events"]
    assert last["details"]["requestor"].startswith("urn:")
    new_retailer("Other").get(f"/bookings/{booking['id']}/history", status=404)
