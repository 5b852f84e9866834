"""Every POST and PATCH takes an Idempotency-Key: the same request is answered the same, and done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from osdm.client.machine import Machine, anonymous, codes, parts, person, search, statuses


def steps(machine: Machine, soon: str) -> Iterator[tuple[str, str, Any]]:
    """Every POST and PATCH of a sale and of giving back, each after those it needs."""
    origin, destination = machine.station("Vladivostok"), machine.station("Ussuriysk")
    yield "POST", "/places", {"placeInput": {"name": "Khasan"}}
    yield "POST", "/trips-collection", search(origin, destination, soon)
    asked = {
        "anonymousPassengerSpecifications": [anonymous("a")],
        "tripSearchCriteria": search(origin, destination, soon),
    }
    yield "POST", "/offers", asked
    offer = machine.post("/offers", asked)["offers"][0]
    order = {
        "offers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}],
        "passengerSpecifications": [anonymous("a")],
        "externalRef": str(uuid4()),
    }
    yield "POST", "/bookings", order
    (booking,) = machine.post("/bookings-search", {"externalRef": order["externalRef"]})["bookingSearchResults"]
    where = f"/bookings/{booking['id']}"
    passenger = person("a", id=booking["passengers"][0]["id"])
    yield "POST", "/bookings-search", {"bookingId": booking["id"]}
    yield "PATCH", f"{where}/passengers/{passenger['id']}", passenger
    yield "PATCH", f"{where}/passengers", {"passengers": [passenger]}
    yield "POST", f"{where}/purchaser", {"detail": passenger["detail"]}
    yield "PATCH", f"{where}/purchaser", {"detail": passenger["detail"]}
    yield "PATCH", where, {"usedPaymentMethods": [{"type": "INVOICE"}]}
    yield "POST", f"{where}/fulfillments", {"issuingLanguage": "en"}
    yield "PATCH", f"{where}/fulfillments", {"fulfillmentUpdates": []}
    (ticket,) = machine.get(where)["booking"]["fulfillments"]
    yield "POST", f"{where}/refund-offers", {"fulfillmentIds": [ticket["id"]]}
    (refund,) = machine.get(where)["booking"]["refundOffers"]
    yield "PATCH", f"{where}/refund-offers/{refund['id']}", {"status": "CONFIRMED"}


def after_sale(machine: Machine, soon: str) -> Iterator[tuple[str, str, Any]]:
    """The same of what else can be done with a booking."""
    ends = machine.station("Vladivostok"), machine.station("Ussuriysk")
    there = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    later = (datetime.fromisoformat(soon) + timedelta(days=2)).isoformat()
    back = machine.offers([anonymous("a")], tripSearchCriteria=search(ends[1], ends[0], later))["offers"][0]
    booking = machine.book(there)
    where = f"/bookings/{booking['id']}"
    reference = {
        "contextId": booking["id"],
        "contextType": "BOOKING",
        "resourceId": parts(booking, "reservations")[0]["id"],
        "resourceType": "RESERVATION",
    }
    yield "POST", "/availabilities/vehicle-place-map", {"placeRestrictions": [{"reservationRef": reference}]}
    yield "POST", "/availabilities/place-map", {"partReferences": [reference]}
    yield "POST", f"{where}/booked-offers", {"offers": [{"offerId": back["offerId"], "passengerRefs": ["a"]}]}
    machine.confirm(booking)
    first, second = machine.read(booking)["fulfillments"]
    yield "POST", f"{where}/cancel-fulfillments-offers", {"fulfillmentIds": [first["id"]]}
    (cancel,) = machine.read(booking)["cancelFulfillmentsOffers"]
    yield "PATCH", f"{where}/cancel-fulfillments-offers/{cancel['id']}", {"status": "CONFIRMED"}
    yield "POST", f"{where}/fulfillments", {}
    yield "POST", f"{where}/release-offers", {"fulfillmentIds": [second["id"]]}
    (release,) = machine.read(booking)["releaseOffers"]
    yield "PATCH", f"{where}/release-offers/{release['id']}", {"status": "CONFIRMED"}
    (good,) = (one for one in machine.read(booking)["fulfillments"] if one["status"] == "FULFILLED")
    asked = {
        "fulfillmentIds": [good["id"]],
        "anonymousPassengerSpecifications": [anonymous("a")],
        "tripIds": [back["tripCoverage"]["coveredTripId"]],
    }
    yield "POST", f"{where}/exchange-offers", asked
    offer = machine.post(f"{where}/exchange-offers", asked)["exchangeOffers"][0]
    chosen = {"exchangeOffers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}]}
    yield "POST", f"{where}/exchange-operations", chosen
    yield "POST", f"{where}/fulfillments", {"issuingLanguage": "ru"}
    yield "POST", f"{where}/cleanup", {}


@pytest.mark.parametrize("flow", [steps, after_sale])
def test_a_request_that_comes_again_is_answered_the_same_and_another_under_its_key_is_refused(
    machine: Machine, soon: str, flow: Callable[[Machine, str], Iterator[tuple[str, str, Any]]]
) -> None:
    for method, path, body in flow(machine, soon):
        key = str(uuid4())
        first = machine.ask(method, path, body, key=key)
        content, status = machine.answer.content, machine.answer.status_code
        machine.ask(method, path, body, key=key)
        assert (machine.answer.content, machine.answer.status_code) == (content, status), f"{method} {path}"
        another = machine.ask(method, path, {**body, "another": True}, key=key, status=409)
        assert codes(another) == ["IDEMPOTENCY_KEY_REUSED"], f"{method} {path}"
        assert machine.ask(method, path, body, key=key) == first, "what was said is kept"


def test_what_was_done_under_a_key_was_done_once(machine: Machine, soon: str) -> None:
    origin, destination = machine.station("Vladivostok"), machine.station("Ussuriysk")
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(origin, destination, soon))["offers"][0]
    mine = str(uuid4())
    order = {
        "offers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}],
        "passengerSpecifications": [person("a")],
        "externalRef": mine,
    }
    with ThreadPoolExecutor(8) as many:
        key = str(uuid4())
        ids = {one["booking"]["id"] for one in many.map(lambda _: machine.post("/bookings", order, key=key), range(8))}
    assert len(ids) == 1
    found = machine.post("/bookings-search", {"externalRef": mine})["bookingSearchResults"]
    assert [one["id"] for one in found] == list(ids)


def test_what_was_refused_may_be_tried_again_under_its_key(machine: Machine, soon: str) -> None:
    origin, destination = machine.station("Vladivostok"), machine.station("Ussuriysk")
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(origin, destination, soon))["offers"][0]
    booking = machine.book(offer, passengers=[anonymous("a")])
    key = str(uuid4())
    machine.confirm(booking, key=key, status=409)
    passenger = person("a", id=booking["passengers"][0]["id"])
    machine.patch(f"/bookings/{booking['id']}/passengers/{passenger['id']}", passenger)
    machine.confirm(booking, key=key)
    assert statuses(machine.read(booking)) == ["FULFILLED"]


def test_a_key_is_its_owners(machine: Machine, tours: Machine) -> None:
    key = str(uuid4())
    ours = machine.post("/places", {"placeInput": {"name": "Khasan"}}, key=key)
    theirs = tours.post("/places", {"placeInput": {"name": "Rajin"}}, key=key)
    assert ours["places"][0]["id"] != theirs["places"][0]["id"]


def test_without_a_key_the_same_request_is_another(machine: Machine, soon: str) -> None:
    origin, destination = machine.station("Vladivostok"), machine.station("Ussuriysk")

    def booked() -> str:
        offer = machine.offers([anonymous("a")], tripSearchCriteria=search(origin, destination, soon))["offers"][0]
        order = {
            "offers": [{"offerId": offer["offerId"], "passengerRefs": ["a"]}],
            "passengerSpecifications": [person("a")],
        }
        booking: str = machine.post("/bookings", order, headers={"idempotency-key": ""})["booking"]["id"]
        return booking

    assert booked() != booked()
