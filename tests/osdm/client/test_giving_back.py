"""Giving back, as the specification has it: proposed, checked, withdrawn, confirmed; all, or one of several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from osdm.client.machine import Machine, amount, anonymous, codes, parts, person, search, statuses

MUST_BE_SUPPORTED = ["CONNECTION_BROKEN", "SALES_STAFF_ERROR", "STRIKE", "TECHNICAL_FAILURE"]
"""Codes that set the rules aside, which every provider knows."""


def bought(machine: Machine, soon: str, *refs: str, change: bool = False) -> Any:
    """A confirmed booking of so many passengers; with a change of trains on the way, if asked for."""
    ends = machine.station("Vladivostok"), machine.station("Khasan" if change else "Ussuriysk")
    offer = machine.offers([anonymous(ref) for ref in refs], tripSearchCriteria=search(*ends, soon))["offers"][0]
    booking = machine.book(offer, passengers=[person(ref) for ref in refs])
    machine.confirm(booking)
    return machine.read(booking)


def minutes_left(offer: Any) -> float:
    return (datetime.fromisoformat(offer["validUntil"]) - datetime.now(UTC)) / timedelta(minutes=1)


def test_proposed_withdrawn_proposed_again_and_confirmed(machine: Machine, soon: str) -> None:
    booking = bought(machine, soon, "a")
    where = f"/bookings/{booking['id']}/refund-offers"
    assert booking["refundOffers"] == []
    first = machine.refund(booking, booking["fulfillments"])
    assert first["status"] == "PROPOSED"
    assert 13 < minutes_left(first) <= 15
    assert amount(first["refundFee"]) + amount(first["refundableAmount"]) == amount(booking["confirmedPrice"])
    assert amount(first["refundFee"]) > 0
    (condition,) = (
        one
        for one in parts(booking)[0]["afterSaleConditions"]
        if "validFrom" not in one or datetime.fromisoformat(one["validFrom"]) <= datetime.now(UTC)
        if datetime.now(UTC) < datetime.fromisoformat(one["validUntil"])
    )
    assert condition["afterSaleFee"] == first["refundFee"], "what the offer's conditions said"
    assert machine.get(f"{where}/{first['id']}")["refundOffer"] == first
    assert machine.read(booking)["refundOffers"] == [first]
    asked = {"fulfillmentIds": [booking["fulfillments"][0]["id"]]}
    assert codes(machine.post(where, asked, status=409)) == ["BOOKING_MODIFICATION_NOT_ALLOWED"]
    machine.get(f"{where}/{first['id']}/confirmation-check", status=204)
    machine.delete(f"{where}/{first['id']}")
    machine.get(f"{where}/{first['id']}", status=404)
    machine.patch(f"{where}/{first['id']}", {"status": "CONFIRMED"}, status=404)
    let_go = machine.read(booking)
    assert let_go["refundOffers"] == [], "empty, not absent"
    assert statuses(let_go) == ["FULFILLED"]

    again = machine.refund(booking, booking["fulfillments"])
    assert again["id"] != first["id"]
    done = machine.patch(f"{where}/{again['id']}", {"status": "CONFIRMED"})["refundOffer"]
    assert done["status"] == "CONFIRMED"
    assert [one["status"] for one in done["fulfillments"]] == ["REFUNDED"]
    assert codes(machine.ask("DELETE", f"{where}/{again['id']}", status=409))
    check = machine.get(f"{where}/{again['id']}/confirmation-check", status=400)
    assert codes(check) == ["CONFIRMATION_CHECK_FAILED"]
    after = machine.get(f"/bookings/{booking['id']}", embed="ALL")["booking"]
    assert after["refundOffers"][0]["id"] == again["id"]
    assert minutes_left(after["refundOffers"][0]) > 13
    assert statuses(after) == ["REFUNDED"]
    assert amount(after["confirmedPrice"]) == amount(again["refundFee"])
    assert parts(after)[0]["refundAmount"] == again["refundableAmount"]
    assert codes(machine.post(where, asked, status=409))


def test_one_of_three_passengers_gives_back_on_one_of_two_trains(machine: Machine, soon: str) -> None:
    booking = bought(machine, soon, "a", "b", "c", change=True)
    assert len(booking["fulfillments"]) == 6
    second = next(one["id"] for one in booking["passengers"] if one["externalRef"] == "b")
    last_leg = booking["trips"][0]["legs"][-1]["id"]
    (part,) = (
        one
        for one in parts(booking)
        if one["passengerIds"] == [second] and one["tripCoverage"]["coveredLegIds"] == [last_leg]
    )
    (ticket,) = (one for one in booking["fulfillments"] if part["id"] in [ref["id"] for ref in one["bookingParts"]])
    given = [part["id"], *(ref["id"] for ref in part["reservationRefs"])]
    scope = {"fulfillmentId": ticket["id"], "bookingPartIds": given, "passengerIds": [second]}
    offer = machine.refund(booking, [ticket], refundSpecifications=[scope])
    (item,) = offer["refundOfferBreakdown"]
    assert sorted(one["id"] for one in item["bookingParts"]) == sorted(given)
    assert amount(offer["refundFee"]) + amount(offer["refundableAmount"]) == amount(part["price"])
    machine.patch(f"/bookings/{booking['id']}/refund-offers/{offer['id']}", {"status": "CONFIRMED"})

    after = machine.read(booking)
    assert sorted(statuses(after)) == ["FULFILLED"] * 5 + ["REFUNDED"]
    assert next(one for one in parts(after) if one["id"] == part["id"])["status"] == "REFUNDED"
    assert sorted(one["status"] for one in after["fulfillments"]) == ["FULFILLED"] * 5 + ["REFUNDED"]
    assert len(after["fulfillmentDocuments"]) == 5
    assert machine.get(f"/fulfillments/{ticket['id']}")["fulfillment"]["status"] == "REFUNDED"
    rest = [one for one in after["fulfillments"] if one["status"] == "FULFILLED"]
    offer = machine.refund(after, rest)
    assert {one["id"] for one in offer["fulfillments"]} == {one["id"] for one in rest}


def test_a_ticket_is_one_passengers_on_one_train(machine: Machine, soon: str) -> None:
    booking = bought(machine, soon, "a", "b")
    first, second = booking["fulfillments"]
    where = f"/bookings/{booking['id']}/refund-offers"
    others = next(one["id"] for one in second["bookingParts"])
    for scope in ({"bookingPartIds": [others]}, {"passengerIds": [booking["passengers"][1]["id"]]}):
        asked = {"fulfillmentIds": [first["id"]], "refundSpecifications": [{"fulfillmentId": first["id"], **scope}]}
        assert machine.post(where, asked, status=400)["pointers"]
    unknown = {"fulfillmentIds": ["AAAAAAAA-1"]}
    machine.post(where, unknown, status=404)


@pytest.mark.parametrize("code", MUST_BE_SUPPORTED)
def test_a_code_sets_the_rules_aside(machine: Machine, soon: str, code: str) -> None:
    booking = bought(machine, soon, "a")
    offer = machine.refund(booking, booking["fulfillments"], overruleCode=code)
    assert offer["appliedOverruleCode"] == code
    assert amount(offer["refundFee"]) == 0
    assert offer["refundableAmount"] == booking["confirmedPrice"]
    machine.patch(f"/bookings/{booking['id']}/refund-offers/{offer['id']}", {"status": "CONFIRMED"})
    assert amount(machine.read(booking)["confirmedPrice"]) == 0


def test_a_code_nobody_knows_is_remarked_and_sets_nothing_aside(machine: Machine, soon: str) -> None:
    booking = bought(machine, soon, "a")
    asked = {"fulfillmentIds": [booking["fulfillments"][0]["id"]], "overruleCode": "FULL_MOON"}
    said = machine.post(f"/bookings/{booking['id']}/refund-offers", asked)
    assert codes(said) == ["OVERRULE_CODE_NOT_SUPPORTED"]
    (offer,) = said["refundOffers"]
    assert "appliedOverruleCode" not in offer
    assert amount(offer["refundFee"]) > 0


def test_nobody_gives_back_what_is_not_confirmed_or_not_theirs(machine: Machine, tours: Machine, soon: str) -> None:
    ends = machine.station("Vladivostok"), machine.station("Ussuriysk")
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    held = machine.book(offer)
    where = f"/bookings/{held['id']}/refund-offers"
    assert machine.post(where, {"fulfillmentIds": [f"{held['id']}-1"]}, status=409)["detail"]
    machine.confirm(held)
    booking = machine.read(held)
    asked = {"fulfillmentIds": [booking["fulfillments"][0]["id"]]}
    tours.post(where, asked, status=404)
    tours.get(f"/fulfillments/{booking['fulfillments'][0]['id']}", status=404)
    mine = machine.refund(booking, booking["fulfillments"])
    tours.patch(f"{where}/{mine['id']}", {"status": "CONFIRMED"}, status=404)
    tours.ask("DELETE", f"{where}/{mine['id']}", status=404)
    assert machine.get(f"{where}/{mine['id']}")["refundOffer"]["status"] == "PROPOSED"
