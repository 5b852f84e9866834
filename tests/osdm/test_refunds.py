"""Giving back: quoted, taken at the price quoted within a quarter of an hour, or let go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sale.shop import Shop

from osdm.retailer import Retailer
from osdm.selling import adults, booked, bought, codes, offer, order, parts, people


def propose(retailer: Retailer, booking: Any, *tickets: Any, **more: Any) -> Any:
    """A refund offer for tickets (default: all)."""
    status = more.pop("status", 200)
    ids = [one["id"] for one in tickets or booking["fulfillments"]]
    return retailer.post(f"/bookings/{booking['id']}/refund-offers", {"fulfillmentIds": ids, **more}, status=status)


def where(booking: Any, refund: Any) -> str:
    return f"/bookings/{booking['id']}/refund-offers/{refund['id']}"


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}", params={"embed": "ALL"})["booking"]


def test_a_ticket_is_given_back_by_the_rules_of_the_tariff(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    first = booking["fulfillments"][0]
    (refund,) = propose(retailer, booking, first)["refundOffers"]
    # 90 % of 290 RUB a week before; the 60 RUB for the place stay.
    assert (refund["refundableAmount"]["amount"], refund["refundFee"]["amount"]) == (26100, 8900)
    assert (refund["createdOn"], refund["validUntil"]) == ("2026-11-23T12:00:00Z", "2026-11-23T12:15:00Z")
    assert refund["status"] == "PROPOSED"
    assert retailer.get(where(booking, refund))["refundOffer"] == refund
    assert retailer.get(f"{where(booking, refund)}/confirmation-check", status=204) is None
    taken = retailer.patch(where(booking, refund), {"status": "CONFIRMED"})["refundOffer"]
    assert (taken["status"], taken["refundableAmount"]) == ("CONFIRMED", refund["refundableAmount"])
    after = read(retailer, booking)
    assert [part["status"] for part in parts(after)] == ["REFUNDED", "FULFILLED"]
    assert [one["status"] for one in after["fulfillments"]] == ["REFUNDED", "FULFILLED"]
    assert after["confirmedPrice"]["amount"] == 70000 - 26100
    assert after["refundOffers"][0]["id"] == refund["id"]
    assert shop.faults() == ()
    payouts = [posted for posted in shop.postings(booking["id"]) if posted.kind == "payout"]
    assert [
        (posting.account, posting.money.amount) for posting in payouts[0].postings if posting.account != "customer"
    ] == [(f"retailer:{retailer.client_id}", -26100)]


def test_what_was_quoted_holds_for_a_quarter_of_an_hour_though_a_rule_changes_meanwhile(
    retailer: Retailer, shop: Shop
) -> None:
    booking = bought(retailer)
    shop.clock.turn(shop.clock.now().replace(hour=19, minute=25))  # 90 % until 19:30 UTC, a week before 05:30 +10
    retailer.new_token()
    (refund,) = propose(retailer, booking)["refundOffers"]
    shop.clock.forward(minutes=14)
    taken = retailer.patch(where(booking, refund), {"status": "CONFIRMED"})["refundOffer"]
    assert taken["refundableAmount"]["amount"] == 26100


def test_after_a_quarter_of_an_hour_it_is_gone(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer)
    (refund,) = propose(retailer, booking)["refundOffers"]
    shop.clock.forward(minutes=15)
    problem = retailer.patch(where(booking, refund), {"status": "CONFIRMED"}, status=404)
    assert "15 minutes" in problem["detail"]
    assert read(retailer, booking)["refundOffers"] == []
    retailer.get(where(booking, refund), status=404)
    propose(retailer, booking)


def test_one_at_a_time_and_what_is_let_go_is_gone(retailer: Retailer) -> None:
    booking = bought(retailer)
    (refund,) = propose(retailer, booking)["refundOffers"]
    propose(retailer, booking, status=409)
    retailer.delete(where(booking, refund))
    assert read(retailer, booking)["refundOffers"] == []
    retailer.delete(where(booking, refund), status=404)
    (again,) = propose(retailer, booking)["refundOffers"]
    retailer.patch(where(booking, again), {"status": "CONFIRMED"})
    retailer.delete(where(booking, again), status=409)
    twice = retailer.patch(where(booking, again), {"status": "CONFIRMED"})["refundOffer"]
    assert twice["status"] == "CONFIRMED"
    propose(retailer, booking, status=409)


@pytest.mark.parametrize("code", ["STRIKE", "CONNECTION_BROKEN", "SALES_STAFF_ERROR", "TECHNICAL_FAILURE"])
def test_an_overrule_code_gives_everything_back(retailer: Retailer, code: str) -> None:
    booking = bought(retailer, 2)
    (refund,) = propose(retailer, booking, overruleCode=code)["refundOffers"]
    assert refund["appliedOverruleCode"] == code
    assert refund["refundFee"]["amount"] == 0
    assert refund["refundableAmount"] == booking["confirmedPrice"]
    retailer.patch(where(booking, refund), {"status": "CONFIRMED"})
    assert read(retailer, booking)["confirmedPrice"]["amount"] == 0


def test_a_code_that_sets_nothing_aside_is_said_to(retailer: Retailer) -> None:
    booking = bought(retailer)
    said = propose(retailer, booking, overruleCode="DEATH")
    assert codes(said) == ["OVERRULE_CODE_NOT_SUPPORTED"]
    assert said["refundOffers"][0]["refundFee"]["amount"] == 8900
    assert "appliedOverruleCode" not in said["refundOffers"][0]


def test_what_does_not_go_together_is_refused(retailer: Retailer) -> None:
    booking = bought(retailer, 2)
    retailer.post(f"/bookings/{booking['id']}/refund-offers", {"fulfillmentIds": ["no-1"]}, status=404)
    first, second = booking["fulfillments"]
    of_other = {"fulfillmentId": first["id"], "bookingPartIds": [second["bookingParts"][0]["id"]]}
    propose(retailer, booking, first, refundSpecifications=[of_other], status=400)
    own = {"fulfillmentId": first["id"], "bookingPartIds": [first["bookingParts"][0]["id"]], "passengerIds": ["P1"]}
    assert propose(retailer, booking, first, refundSpecifications=[own])["refundOffers"]


def test_a_child_does_not_stay_alone(retailer: Retailer) -> None:
    asked = [*adults(), {"externalRef": "child", "type": "PERSON", "age": 7}]
    told = [*people(["adult-1"]), {**people(["child"])[0], "dateOfBirth": "2019-05-01"}]
    booking = retailer.post("/bookings", order(offer(retailer, asked), told))["booking"]
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    booking = read(retailer, booking)
    (refund,) = propose(retailer, booking, booking["fulfillments"][0])["refundOffers"]
    problem = retailer.patch(where(booking, refund), {"status": "CONFIRMED"}, status=409)
    assert "travels only with an adult" in problem["detail"]


def test_a_suspended_train_gives_everything_back_by_itself(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    shop.decide("withdraw", start=date(2026, 11, 25), railway="rzd")
    after = read(retailer, booking)
    assert {part["status"] for part in parts(after)} == {"REFUNDED"}
    assert after["confirmedPrice"]["amount"] == 0
    assert shop.faults() == ()
    propose(retailer, booking, status=409)


def test_nothing_is_given_back_before_it_is_sold(retailer: Retailer) -> None:
    booking = booked(retailer)
    body = {"fulfillmentIds": [f"{booking['id']}-1"]}
    retailer.post(f"/bookings/{booking['id']}/refund-offers", body, status=409)
