"""Everything has its end: an offer, a hold, a refund offer, a token, the sale. After it a 4xx says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sale.shop import Shop

from osdm.client.machine import Machine, anonymous, codes, parts, person, places, search, statuses
from rerail.ticket import tables as keys


@pytest.fixture
def ends(turned: Machine) -> tuple[str, str]:
    return turned.station("Vladivostok"), turned.station("Ussuriysk")


@pytest.fixture
def when(shop: Shop) -> str:
    """More than a week later, in the morning there."""
    return f"{shop.clock.now().date() + timedelta(days=9)}T04:00:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def offered(machine: Machine, ends: tuple[str, str], when: str) -> Any:
    return machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, when))["offers"][0]


def test_an_offer_can_be_booked_until_it_ends(turned: Machine, shop: Shop, ends: tuple[str, str], when: str) -> None:
    one, other = offered(turned, ends, when), offered(turned, ends, when)
    shop.clock.turn(at(one["preBookableUntil"]) - timedelta(seconds=1))
    turned.book(one)
    shop.clock.turn(at(other["preBookableUntil"]))
    order = {
        "offers": [{"offerId": other["offerId"], "passengerRefs": ["a"]}],
        "passengerSpecifications": [person("a")],
    }
    problem = turned.post("/bookings", order, status=404)
    assert codes(problem) == ["BOOKING_OFFER_NOT_FOUND"]
    assert "expired" in problem["title"]


def test_a_hold_can_be_confirmed_until_it_ends_and_then_its_place_is_anybodys(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    free = offered(turned, ends, when)["admissionOfferParts"][0]["numericAvailability"]
    booking = turned.book(offered(turned, ends, when))
    shop.clock.turn(at(booking["confirmationTimeLimit"]))
    problem = turned.confirm(booking, status=409)
    assert codes(problem) == ["CONFIRMATION_BOOKING_ALREADY_CANCELLED"]
    assert "in time" in problem["title"] or "limit" in problem["detail"]
    turned.get(f"/bookings/{booking['id']}/fulfillment-check", status=400)
    after = turned.read(booking)
    assert {one["status"] for one in [*parts(after), *parts(after, "reservations")]} == {"CANCELLED"}
    assert "confirmationTimeLimit" not in after
    assert offered(turned, ends, when)["admissionOfferParts"][0]["numericAvailability"] == free
    seat = {"coachNumber": "1", "placeNumber": "1", "passengerRef": "a"}
    change = {"placeSelections": [{"reservationId": parts(after, "reservations")[0]["id"], "places": [seat]}]}
    turned.patch(f"/bookings/{booking['id']}", change, status=409)


def test_a_hold_confirmed_in_its_last_second_is_confirmed(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    booking = turned.book(offered(turned, ends, when))
    shop.clock.turn(at(booking["confirmationTimeLimit"]) - timedelta(seconds=1))
    turned.confirm(booking)
    shop.clock.forward(hours=2)
    turned.token = turned.new_token()
    after = turned.read(booking)
    assert statuses(after) == ["FULFILLED"]
    assert places(after) == places(booking)


def test_a_refund_offer_is_good_for_a_quarter_of_an_hour(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    booking = turned.book(offered(turned, ends, when))
    tickets = turned.confirm(booking)["fulfillments"]
    where = f"/bookings/{booking['id']}/refund-offers"
    offer = turned.refund(booking, tickets)
    assert at(offer["validUntil"]) - at(offer["createdOn"]) == timedelta(minutes=15)
    shop.clock.turn(at(offer["validUntil"]))
    problem = turned.patch(f"{where}/{offer['id']}", {"status": "CONFIRMED"}, status=404)
    assert "15 minutes" in problem["detail"]
    turned.get(f"{where}/{offer['id']}", status=404)
    turned.get(f"{where}/{offer['id']}/confirmation-check", status=400)
    after = turned.read(booking)
    assert after["refundOffers"] == []
    assert statuses(after) == ["FULFILLED"]
    again = turned.refund(booking, tickets)
    shop.clock.turn(at(again["validUntil"]) - timedelta(seconds=1))
    turned.patch(f"{where}/{again['id']}", {"status": "CONFIRMED"})
    assert statuses(turned.read(booking)) == ["REFUNDED"]


def test_giving_back_costs_what_the_conditions_said_of_that_hour(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    booking = turned.book(offered(turned, ends, when))
    tickets = turned.confirm(booking)["fulfillments"]
    conditions = parts(booking)[0]["afterSaleConditions"]
    for condition in conditions:
        shop.clock.turn(at(condition["validUntil"]) - timedelta(minutes=1))
        turned.token = turned.new_token()
        offer = turned.refund(booking, tickets)
        assert offer["refundFee"] == condition["afterSaleFee"]
        turned.delete(f"/bookings/{booking['id']}/refund-offers/{offer['id']}")
    shop.clock.turn(at(conditions[-1]["validUntil"]) + timedelta(seconds=1))
    nothing = turned.refund(booking, tickets)
    assert nothing["refundableAmount"]["amount"] == 0
    assert nothing["refundFee"] == turned.read(booking)["confirmedPrice"]


def test_a_token_ends_with_its_hour(turned: Machine, shop: Shop) -> None:
    shop.clock.forward(minutes=59)
    turned.get("/versions")
    shop.clock.forward(minutes=1)
    problem = turned.get("/versions", status=401)
    assert codes(problem) == ["UNAUTHORIZED"]
    turned.token = turned.new_token()
    turned.get("/versions")


def test_a_train_is_sold_until_it_closes_and_not_before_it_opens(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    trip = turned.trips(*ends, when)[0]
    shop.clock.turn(at(trip["startTime"]) - timedelta(minutes=31))
    turned.token = turned.new_token()
    offer = turned.offers([anonymous("a")], tripIds=[trip["id"]])["offers"][0]
    shop.clock.forward(minutes=1)
    late = turned.offers([anonymous("a")], tripIds=[trip["id"]])
    assert codes(late) == ["BOOKING_ALREADY_CLOSED", "OFFER_NO_RESULTS"]
    order = {
        "offers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}],
        "passengerSpecifications": [person("a")],
    }
    assert turned.post("/bookings", order, status=409)["detail"]
    early = turned.trips(*ends, f"{shop.clock.now().date() + timedelta(days=70)}T04:00:00")[0]
    assert codes(turned.offers([anonymous("a")], tripIds=[early["id"]])) == ["BOOKING_NOT_YET_OPEN", "OFFER_NO_RESULTS"]


def test_what_is_past_or_beyond_the_timetable_is_outside(turned: Machine, ends: tuple[str, str]) -> None:
    for outside in ("2026-11-01T00:00:00", "2098-01-01T00:00:00"):
        for path, body in (
            ("/trips-collection", search(*ends, outside)),
            (
                "/offers",
                {"anonymousPassengerSpecifications": [anonymous("a")], "tripSearchCriteria": search(*ends, outside)},
            ),
        ):
            assert codes(turned.post(path, body, status=400)) == ["TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY"]


def test_a_train_that_does_not_run_is_not_offered_and_what_was_sold_of_it_comes_back_whole(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    booking = turned.book(offered(turned, ends, when))
    turned.confirm(booking)
    held = turned.book(offered(turned, ends, when))
    day = shop.clock.now().date() + timedelta(days=2)
    shop.decide("withdraw", start=day, until=day + timedelta(days=30), railway="rzd")
    said = turned.offers([anonymous("a")], tripIds=[booking["trips"][0]["id"]])
    assert said["offers"] == []
    assert said["trips"][0]["tripStatus"]["cancelled"]
    assert codes(said) == ["SERVICE_SUSPENDED", "OFFER_NO_RESULTS"]
    assert turned.confirm(held, status=409)["detail"]
    after = turned.read(booking)
    assert statuses(after) == ["REFUNDED"]
    assert after["confirmedPrice"]["amount"] == 0
    assert "fulfillmentDocuments" not in after, "no ticket of it is good any more"


def test_while_no_key_signs_no_ticket_is_issued_and_nothing_is_sold(
    turned: Machine, shop: Shop, ends: tuple[str, str], when: str
) -> None:
    booking = turned.book(offered(turned, ends, when))
    shop.clock.forward(minutes=1)
    with shop.store.write() as connection:
        keys.retire(connection, "rzd", 1, shop.clock.now())
    problem = turned.confirm(booking, status=503)
    assert codes(problem) == ["SERVICE_UNAVAILABLE"]
    assert statuses(turned.read(booking)) == ["PREBOOKED"]
    with shop.store.write() as connection:
        keys.new_key(connection, "rzd", shop.clock.now())
    turned.confirm(booking)
    assert statuses(turned.read(booking)) == ["FULFILLED"]
