"""Exchanging: quoted, held, confirmed like a booking; the old ticket is good until then, and the new one from then."""

from __future__ import annotations

from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import booked, bought, codes, order, parts, search

LATER = search(when="2026-12-08T00:00:00")


def propose(retailer: Retailer, booking: Any, *tickets: str, status: int = 200, **more: Any) -> Any:
    """Exchange offers for tickets (default: all), by default for the same way a week later."""
    ids = list(tickets) or [one["id"] for one in booking["fulfillments"]]
    numbers = {f"P{id_.split('-')[1]}" for id_ in ids}
    people = [
        {"externalRef": one["externalRef"], "type": one["type"]}
        for one in booking["passengers"]
        if one["id"] in numbers
    ]
    body = {
        "fulfillmentIds": ids,
        "anonymousPassengerSpecifications": people,
        "tripSearchCriteria": LATER,
        **more,
    }
    path = f"/bookings/{booking['id']}/exchange-offers"
    return retailer.post(path, body, status=status, params={"embed": "ALL"})


def begun(retailer: Retailer, booking: Any, offer: Any, status: int = 200, **more: Any) -> Any:
    selection = {"offerId": offer["offerId"], "passengerRefs": offer["passengerRefs"], **more}
    said = retailer.post(
        f"/bookings/{booking['id']}/exchange-operations", {"exchangeOffers": [selection]}, status=status
    )
    return said["exchangeOperation"] if status == 200 else said


def where(booking: Any, operation: Any) -> str:
    return f"/bookings/{booking['id']}/exchange-operations/{operation['id']}"


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}", params={"embed": "ALL"})["booking"]


def test_a_ticket_is_exchanged_for_one_a_week_later(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    old, other = (one["id"] for one in booking["fulfillments"])
    said = propose(retailer, booking, old)
    (offer,) = said["exchangeOffers"]
    # The new ticket costs what the old one did; of that, 90 % of 290 RUB come back, and 60 RUB for the place stay.
    assert (offer["exchangePrice"]["amount"], offer["exchangeFee"]["amount"]) == (35000, 8900)
    assert (offer["amountToBePaid"]["amount"], "refundableAmount" in offer) == (8900, False)
    assert [one["id"] for one in offer["fulfillments"]] == [old]
    assert read(retailer, booking) == retailer.get(f"/bookings/{booking['id']}")["booking"], "nothing has changed"

    operation = begun(retailer, booking, offer)
    assert (operation["status"], operation["ticketTimeLimit"]) == ("PREBOOKED", "2026-11-23T12:20:00Z")
    assert retailer.get(where(booking, operation))["exchangeOperation"] == operation
    held = read(retailer, booking)
    assert [part["status"] for part in parts(held)] == ["EXCHANGE_ONGOING", "FULFILLED", "PREBOOKED"]
    assert [part["id"] for part in parts(held)][2] == offer["admissionOfferParts"][0]["id"]
    assert {one["status"] for one in held["fulfillments"]} == {"FULFILLED"}, "the old tickets are good still"
    assert (held["provisionalPrice"]["amount"], held["provisionalRefundAmount"]["amount"]) == (35000, 26100)
    assert held["confirmedPrice"] == booking["confirmedPrice"]
    assert held["exchangeOperations"] == [operation]
    assert held["createdOn"] == booking["createdOn"]

    retailer.patch(where(booking, operation), {"preferredFulfillmentMedia": "UIC_PDF"})
    retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=204)
    shop.clock.forward(minutes=5)
    issued = [retailer.post(f"/bookings/{booking['id']}/fulfillments", key="k") for _ in range(2)]
    assert issued[0] == issued[1]
    new = f"{booking['id']}-3"
    assert [one["id"] for one in issued[0]["fulfillments"]] == [other, new]
    after = read(retailer, booking)
    assert [part["status"] for part in parts(after)] == ["EXCHANGED", "FULFILLED", "FULFILLED"]
    assert {one["id"]: one["status"] for one in after["fulfillments"]} == {
        old: "EXCHANGED",
        other: "FULFILLED",
        new: "FULFILLED",
    }
    assert after["confirmedPrice"]["amount"] == booking["confirmedPrice"]["amount"] + 8900
    assert (after["provisionalPrice"]["amount"], "provisionalRefundAmount" in after) == (0, False)
    (done,) = after["exchangeOperations"]
    assert (done["status"], [one["id"] for one in done["fulfillments"]]) == ("FULFILLED", [new])
    assert [one["status"] for one in done["exchangeOffers"][0]["fulfillments"]] == ["EXCHANGED"]
    assert after["fulfillments"][-1]["createdOn"] == "2026-11-23T12:05:00Z"
    retailer.delete(where(booking, operation), status=409)

    # All that is left can be given back, the new ticket too.
    path = f"/bookings/{booking['id']}/refund-offers"
    (refund,) = retailer.post(path, {"fulfillmentIds": [other, new]})["refundOffers"]
    retailer.patch(f"{path}/{refund['id']}", {"status": "CONFIRMED"})
    last = read(retailer, booking)
    assert last["confirmedPrice"]["amount"] == 3 * 8900
    assert shop.faults() == ()


def test_in_time_or_as_it_was(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer)
    operation = begun(retailer, booking, propose(retailer, booking)["exchangeOffers"][0])
    shop.clock.forward(minutes=20)
    problem = retailer.post(f"/bookings/{booking['id']}/fulfillments", status=409)
    assert "the old tickets are good still" in problem["detail"]
    retailer.get(where(booking, operation), status=404)
    late = retailer.patch(where(booking, operation), {}, status=409)
    assert late["code"] == "urn:uic:problem:CONFIRMATION_BOOKING_ALREADY_CANCELLED"
    assert late["detail"] == problem["detail"]
    assert read(retailer, booking) == booking
    # Let go of by hand, and begun anew.
    operation = begun(retailer, booking, propose(retailer, booking)["exchangeOffers"][0])
    begun(retailer, booking, propose(retailer, booking)["exchangeOffers"][0], status=409)
    retailer.delete(where(booking, operation))
    assert read(retailer, booking) == booking
    begun(retailer, booking, propose(retailer, booking)["exchangeOffers"][0])


def test_with_the_rules_set_aside_a_cheaper_ticket_brings_money_back(operator: Retailer) -> None:
    ride = search("urn:x_rerail:stn:vladivostok", "urn:x_rerail:stn:rajin", "2026-12-10T00:00:00")
    booking = bought(operator, 1, tripSearchCriteria=ride)
    short = search("urn:x_rerail:stn:vladivostok", "urn:x_rerail:stn:khasan", "2027-01-14T00:00:00")
    said = propose(operator, booking, overruleCode="STRIKE", tripSearchCriteria=short)
    offer = said["exchangeOffers"][0]
    assert (offer["appliedOverruleCode"], offer["exchangeFee"]["amount"]) == ("STRIKE", 0)
    back = booking["confirmedPrice"]["amount"] - offer["exchangePrice"]["amount"]
    assert (offer["refundableAmount"]["amount"], "amountToBePaid" in offer) == (back, False)
    begun(operator, booking, offer)
    operator.post(f"/bookings/{booking['id']}/fulfillments")
    assert read(operator, booking)["confirmedPrice"] == offer["exchangePrice"]


def test_a_place_is_chosen_in_an_exchange(retailer: Retailer) -> None:
    booking = bought(retailer)
    (offer,) = propose(retailer, booking)["exchangeOffers"]
    place = {"coachNumber": "1", "placeNumber": "9", "passengerRef": offer["passengerRefs"][0]}
    selections = [{"reservationId": offer["reservationOfferParts"][0]["id"], "places": [place]}]
    begun(retailer, booking, offer, placeSelections=selections)
    new = parts(read(retailer, booking), "reservations")[-1]
    assert new["placeAllocation"]["reservedPlaces"][0]["placeNumbers"] == ["9"]


def test_what_is_not_exchanged(retailer: Retailer, new_retailer: NewRetailer) -> None:
    booking = bought(retailer, 2)
    propose(retailer, booking, "nothing-1", status=404)
    propose(new_retailer("Other"), booking, status=404)
    problem = propose(retailer, booking, overruleCode="DEATH")
    assert codes(problem) == ["OVERRULE_CODE_NOT_SUPPORTED"]
    somebody = [{"externalRef": "somebody", "type": "ADULT"}]
    wrong = propose(retailer, booking, anonymousPassengerSpecifications=somebody, status=400)
    assert wrong["code"] == "urn:uic:problem:BOOKING_INCOMPATIBLE_OFFER_PART"
    back = {**LATER, "returnSearchParameters": {"departureTime": "2026-12-09T00:00:00"}}
    propose(retailer, booking, tripSearchCriteria=back, status=400)
    # An exchange offer is no offer to book, and an offer none to exchange.
    (offer,) = propose(retailer, booking)["exchangeOffers"]
    retailer.post("/bookings", order(offer), status=400)
    held = booked(retailer)
    unheld = {"offerId": held["bookedOffers"][0]["offerId"], "passengerRefs": ["adult-1"]}
    begun(retailer, booking, unheld, status=404)
    propose(retailer, {**held, "fulfillments": [{"id": f"{held['id']}-1"}]}, status=409)


def test_a_booking_let_go_of_in_one_step_ends_its_exchange_and_refunds_what_was_released(retailer: Retailer) -> None:
    booking = bought(retailer, 2)
    first, second = (one["id"] for one in booking["fulfillments"])
    path = f"/bookings/{booking['id']}/release-offers"
    (release,) = retailer.post(path, {"fulfillmentIds": [first]})["releaseOffers"]
    retailer.patch(f"{path}/{release['id']}", {"status": "CONFIRMED"})
    begun(retailer, booking, propose(retailer, booking, second)["exchangeOffers"][0])
    said = retailer.post(f"/bookings/{booking['id']}/cleanup", {}, status=202)
    assert [one["code"].rpartition(":")[2] for one in said["warnings"]] == ["RELEASED", "GIVEN_BACK"]
    after = read(retailer, booking)
    assert [part["status"] for part in parts(after)] == ["REFUNDED", "REFUNDED"]
    assert "exchangeOperations" not in after
    assert after["confirmedPrice"]["amount"] == 2 * 8900
