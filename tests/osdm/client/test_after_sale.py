"""What else the specification has for a sale: a map of places, tickets made out anew, released, exchanged, let go."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from osdm.client.barcode import read
from osdm.client.machine import Machine, amount, anonymous, codes, parts, person, places, search, statuses


@pytest.fixture(scope="module")
def ends(machine: Machine) -> tuple[str, str]:
    return machine.station("Vladivostok"), machine.station("Ussuriysk")


def bought(machine: Machine, ends: tuple[str, str], soon: str, *refs: str) -> Any:
    offer = machine.offers([anonymous(ref) for ref in refs], tripSearchCriteria=search(*ends, soon))["offers"][0]
    booking = machine.book(offer, passengers=[person(ref) for ref in refs])
    machine.confirm(booking)
    return machine.read(booking)


def later(soon: str, days: int) -> str:
    return (datetime.fromisoformat(soon) + timedelta(days=days)).isoformat()


def test_a_free_place_of_the_map_is_chosen_and_then_taken(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    (reservation,) = offer["reservationOfferParts"]
    wanted = {
        "contextId": offer["offerId"],
        "contextType": "OFFER",
        "resourceId": reservation["id"],
        "resourceType": "RESERVATION",
    }

    def seen() -> dict[tuple[str, str], str]:
        said = machine.post("/availabilities/vehicle-place-map", {"placeRestrictions": [{"reservationRef": wanted}]})
        for coach in said["vehicle"]["coaches"]:
            for deck in coach["decks"]:
                machine.get(f"/coach-deck-layouts/{deck['layoutId']}")
        return {
            (coach["number"], place["number"]): place["status"]
            for coach in said["vehicle"]["coaches"]
            for deck in coach["decks"]
            for compartment in deck["compartments"]
            for place in compartment["places"]
        }

    free = [place for place, status in seen().items() if status == "FREE"]
    assert len(free) == reservation["numericAvailability"]
    coach, number = free[-1]
    old = machine.get("/availabilities/place-map", **wanted)["vehicleAvailability"]["vehicle"]
    assert [one["number"] for one in old["coaches"]]
    chosen = {
        "offerId": offer["offerId"],
        "passengerRefs": ["a"],
        "placeSelections": [
            {
                "reservationId": reservation["id"],
                "places": [{"coachNumber": coach, "placeNumber": number, "passengerRef": "a"}],
                "tripLegCoverage": {"tripId": offer["tripCoverage"]["coveredTripId"], "legId": "1"},
            }
        ],
    }
    booking = machine.post("/bookings", {"offers": [chosen], "passengerSpecifications": [person("a")]})["booking"]
    assert places(booking) == [(coach, number)]
    assert seen()[coach, number] == "ALLOCATED"
    machine.delete(f"/bookings/{booking['id']}")
    assert seen()[coach, number] == "FREE"


def test_a_ticket_is_cancelled_and_made_out_to_somebody_else(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    booking = bought(machine, ends, soon, "a")
    (ticket,) = booking["fulfillments"]
    where = f"/bookings/{booking['id']}"
    anna = person("a", id=booking["passengers"][0]["id"])
    anna["detail"] |= {"firstName": "Anna"}
    machine.patch(f"{where}/passengers/{anna['id']}", anna, status=409)  # while a ticket says another
    asked = {"fulfillmentIds": [ticket["id"]]}
    (offer,) = machine.post(f"{where}/cancel-fulfillments-offers", asked)["cancelFulfillmentOffers"]
    machine.delete(f"{where}/cancel-fulfillments-offers/{offer['id']}")
    (offer,) = machine.post(f"{where}/cancel-fulfillments-offers", asked)["cancelFulfillmentOffers"]
    machine.patch(f"{where}/cancel-fulfillments-offers/{offer['id']}", {"status": "CONFIRMED"})
    machine.ask("DELETE", f"{where}/cancel-fulfillments-offers/{offer['id']}", status=409)
    between = machine.read(booking)
    assert statuses(between) == ["CONFIRMED"]
    assert between["confirmedPrice"] == booking["confirmedPrice"]
    machine.patch(f"{where}/passengers/{anna['id']}", anna)
    (anew,) = machine.confirm(booking)["fulfillments"]
    assert anew["id"] != ticket["id"]
    after = machine.read(booking)
    assert {one["id"]: one["status"] for one in after["fulfillments"]} == {
        ticket["id"]: "CANCELLED",
        anew["id"]: "FULFILLED",
    }
    assert places(after) == places(booking)
    raw = base64.b64decode(anew["fulfillmentParts"][0]["securityFeatures"][0]["data"])
    said = read(raw, machine.http.get(str(machine.http.base_url.copy_with(path="/keys"))).json())
    assert [one["firstName"] for one in said["travelerDetail"]["traveler"]] == ["Anna"]


def test_a_released_place_is_anybodys_and_its_money_comes_back_by_the_rule_of_that_hour(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    booking = bought(machine, ends, soon, "a")

    def free() -> int:
        offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
        availability: int = offer["admissionOfferParts"][0]["numericAvailability"]
        return availability

    before = free()
    where = f"/bookings/{booking['id']}/release-offers"
    asked = {"fulfillmentIds": [one["id"] for one in booking["fulfillments"]]}
    (offer,) = machine.post(where, asked)["releaseOffers"]
    machine.patch(f"{where}/{offer['id']}", {"status": "CONFIRMED"})
    assert free() == before + 1
    released = machine.read(booking)
    assert statuses(released) == ["RELEASED"]
    assert released["confirmedPrice"] == booking["confirmedPrice"], "no money has moved"
    refund = machine.refund(booking, booking["fulfillments"])
    machine.patch(f"/bookings/{booking['id']}/refund-offers/{refund['id']}", {"status": "CONFIRMED"})
    after = machine.read(booking)
    assert statuses(after) == ["REFUNDED"]
    assert amount(after["confirmedPrice"]) == amount(refund["refundFee"]) > 0


def test_a_ticket_is_exchanged_for_another_day(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    booking = bought(machine, ends, soon, "a")
    where = f"/bookings/{booking['id']}"
    asked = {
        "fulfillmentIds": [one["id"] for one in booking["fulfillments"]],
        "anonymousPassengerSpecifications": [anonymous("a")],
        "tripSearchCriteria": search(*ends, later(soon, 1)),
        "overruleCode": "CONNECTION_BROKEN",
    }
    offer = machine.post(f"{where}/exchange-offers", asked)["exchangeOffers"][0]
    assert offer["appliedOverruleCode"] == "CONNECTION_BROKEN"
    assert amount(offer["exchangeFee"]) == 0
    paid = amount(booking["confirmedPrice"])
    owed, back = (amount(offer[name]) if name in offer else 0 for name in ("amountToBePaid", "refundableAmount"))
    assert owed - back == amount(offer["exchangePrice"]) + amount(offer["exchangeFee"]) - paid
    chosen = {"exchangeOffers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}]}
    operation = machine.post(f"{where}/exchange-operations", chosen)["exchangeOperation"]
    assert operation["status"] == "PREBOOKED"
    assert datetime.fromisoformat(operation["ticketTimeLimit"]) > datetime.now(UTC)
    assert sorted(statuses(machine.read(booking))) == ["EXCHANGE_ONGOING", "PREBOOKED"]
    machine.delete(f"{where}/exchange-operations/{operation['id']}")
    assert [one for one in statuses(machine.read(booking)) if one != "CANCELLED"] == ["FULFILLED"]

    offer = machine.post(f"{where}/exchange-offers", asked)["exchangeOffers"][0]
    chosen = {"exchangeOffers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}]}
    machine.post(f"{where}/exchange-operations", chosen)
    machine.confirm(booking)
    after = machine.read(booking)
    assert sorted(one for one in statuses(after) if one != "CANCELLED") == ["EXCHANGED", "FULFILLED"]
    assert amount(after["confirmedPrice"]) == amount(offer["exchangePrice"])
    (good,) = (one for one in after["fulfillments"] if one["status"] == "FULFILLED")
    assert good["id"] != booking["fulfillments"][0]["id"]


def test_a_group_is_put_on_hold_for_a_deposit(tours: Machine, soon: str) -> None:
    """To Rajin, with the direct train of next month; names come last."""
    origin, destination = tours.station("Vladivostok"), tours.station("Rajin")
    people = [anonymous(f"p{number}", "ADULT") for number in range(10)]
    criteria = {
        **search(origin, destination, later(soon, 28)),
        "parameters": {"numberOfResults": 1, "transferLimit": 0},
    }
    offer = tours.offers(people, tripSearchCriteria=criteria)["offers"][0]
    booking = tours.book(offer, passengers=people)
    where = f"/bookings/{booking['id']}/on-hold-offer"
    held = tours.post(where, {"increaseTTL": 60 * 24 * 7})["onHoldOffer"]
    assert 0 < amount(held["deposit"]) < amount(booking["provisionalPrice"])
    tours.patch(f"{where}/{held['id']}", {})
    after = tours.read(booking)
    assert set(statuses(after)) == {"ON_HOLD"}
    limit = datetime.fromisoformat(after["confirmationTimeLimit"])
    assert limit > datetime.fromisoformat(booking["confirmationTimeLimit"])
    tours.confirm(booking)
    named = [person(one["externalRef"], "ADULT", id=one["id"]) for one in booking["passengers"]]
    tours.patch(f"/bookings/{booking['id']}/passengers", {"passengers": named})
    sold = tours.read(booking)
    assert len(sold["fulfillmentDocuments"]) == 10
    assert sold["confirmedPrice"] == booking["provisionalPrice"]


def test_an_offer_and_a_passenger_go_into_a_booking_and_out_of_it_before_it_is_confirmed(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    people = [anonymous("a"), anonymous("b")]
    there = machine.offers(people, tripSearchCriteria=search(*ends, soon))["offers"][0]
    back = machine.offers(people, tripSearchCriteria=search(ends[1], ends[0], later(soon, 2)))["offers"][0]
    booking = machine.book(there)
    where = f"/bookings/{booking['id']}/booked-offers"
    more = {"offers": [{"offerId": back["offerId"], "passengerRefs": ["a", "b"]}]}
    machine.post(where, more)
    both = machine.read(booking)
    assert [one["offerId"] for one in both["bookedOffers"]] == [there["offerId"], back["offerId"]]
    assert statuses(both) == ["PREBOOKED"] * 4
    assert amount(both["provisionalPrice"]) == sum(amount(one["price"]) for one in parts(both))
    said = machine.get(f"{where}/{back['offerId']}")["bookedOffer"]
    assert said["admissions"] == both["bookedOffers"][1]["admissions"]

    leaving = next(one["id"] for one in booking["passengers"] if one["externalRef"] == "b")
    machine.delete(f"{where}/{back['offerId']}/passengers/{leaving}")
    fewer = machine.read(booking)
    kept = [one for one in parts(fewer) if one["status"] == "PREBOOKED"]
    assert len(kept) == 3
    assert amount(fewer["provisionalPrice"]) == sum(amount(one["price"]) for one in kept)
    machine.delete(f"{where}/{back['offerId']}")
    machine.confirm(booking)
    sold = machine.read(booking)
    assert [one["status"] for one in parts(sold) if one["status"] != "CANCELLED"] == ["FULFILLED"] * 2
    assert machine.post(where, more, status=409)["detail"]


def test_everything_is_let_go_of_in_one_step(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    booking = bought(machine, ends, soon, "a", "b")
    said = machine.post(f"/bookings/{booking['id']}/cleanup", status=202)
    assert said["warnings"]
    assert statuses(machine.read(booking)) == ["REFUNDED", "REFUNDED"]
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    held = machine.book(offer)
    machine.post(f"/bookings/{held['id']}/cleanup", status=202)
    assert statuses(machine.read(held)) == ["CANCELLED"]
    assert codes(machine.confirm(held, status=409)) == ["CONFIRMATION_BOOKING_ALREADY_CANCELLED"]


def test_a_booking_remembers_what_became_of_it(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    booking = bought(machine, ends, soon, "a")
    before = machine.get(f"/bookings/{booking['id']}/history")["events"]
    offer = machine.refund(booking, booking["fulfillments"])
    machine.patch(f"/bookings/{booking['id']}/refund-offers/{offer['id']}", {"status": "CONFIRMED"})
    after = machine.get(f"/bookings/{booking['id']}/history")["events"]
    assert len(after) > len(before) > 1
    assert after[: len(before)] == before, "what was said stays said"
