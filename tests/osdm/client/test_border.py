"""Across the border: who may sell it, which clock says what, and where a document is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from osdm.client.machine import Machine, anonymous, codes, person, place, search, statuses


def test_a_direct_train_across_the_border_is_sold_by_whoever_has_an_operators_list(
    machine: Machine, tours: Machine, soon: str
) -> None:
    origin, destination = tours.station("Vladivostok"), tours.station("Rajin")
    direct = {**search(origin, destination, soon), "parameters": {"numberOfResults": 1, "transferLimit": 0}}
    refused = machine.offers([anonymous("a")], tripSearchCriteria=direct)
    assert refused["trips"]
    assert refused["offers"] == []
    assert "OFFER_NO_RESULTS" in codes(refused)

    said = tours.offers([anonymous("a")], tripSearchCriteria=direct)
    (trip,) = said["trips"]
    calls = [call for leg in trip["legs"] for call in (leg["timedLeg"]["start"], *leg["timedLeg"]["intermediates"])]
    assert any(call["status"].get("isBorderPoint") for call in calls)
    assert trip["startTime"].endswith("+10:00"), "Vladivostok's clock"
    assert trip["endTime"].endswith("+09:00"), "Rajin's"
    booking = tours.book(said["offers"][0])
    assert "identificationCard" not in str(said), "no document is asked for with an offer"
    tours.confirm(booking)
    assert statuses(tours.read(booking)) == ["FULFILLED"]


def test_the_shuttle_over_the_border_is_sold_to_anybody_and_no_document_is_taken_with_an_offer(
    machine: Machine, soon: str
) -> None:
    criteria = search(machine.station("Khasan"), machine.station("Tumangang"), soon)
    card = {"id": "75 1234567", "type": "PASSPORT", "nationality": "RU"}
    documented = {"anonymousPassengerSpecifications": [anonymous("a", identificationCard=card)]}
    machine.post("/offers", {**documented, "tripSearchCriteria": criteria}, status=400)
    assert "1234567" not in machine.answer.text
    offer = machine.offers([anonymous("a")], tripSearchCriteria=criteria)["offers"][0]
    chosen = {"offerId": offer["offerId"], "passengerRefs": offer["passengerRefs"]}
    told = {**person("a"), "identificationCard": card}
    machine.post("/bookings", {"offers": [chosen], "passengerSpecifications": [told]}, status=400)
    assert "1234567" not in machine.answer.text
    booking = machine.book(offer)
    machine.confirm(booking)
    assert statuses(machine.read(booking)) == ["FULFILLED"]


def test_a_document_is_not_taken_where_no_border_is_crossed(machine: Machine, soon: str) -> None:
    ends = machine.station("Vladivostok"), machine.station("Ussuriysk")
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    booking = machine.book(offer)
    card = {"id": "75 1234567", "type": "PASSPORT", "nationality": "RU", "expirationDate": "2035-01-01"}
    where = f"/bookings/{booking['id']}/passengers/{booking['passengers'][0]['id']}"
    machine.patch(where, {"identificationCard": card}, status=409)
    assert "1234567" not in str(machine.read(booking))


def test_a_train_leaves_by_one_clock_and_arrives_earlier_by_the_other(tours: Machine, soon: str) -> None:
    """The shuttle leaves Khasan at 15:30 (UTC+10) and is in Tumangang at 14:48 (UTC+9), 18 minutes later."""
    khasan, tumangang = tours.station("Khasan"), tours.station("Tumangang")
    (trip,) = tours.trips(khasan, tumangang, soon)
    assert (trip["startTime"][11:], trip["endTime"][11:]) == ("15:30:00+10:00", "14:48:00+09:00")
    assert datetime.fromisoformat(trip["endTime"]) - datetime.fromisoformat(trip["startTime"]) == timedelta(minutes=18)
    arriving = {"arrivalTime": f"{trip['endTime'][:10]}T14:48:00", "origin": place(khasan)}
    found = tours.post("/trips-collection", {**arriving, "destination": place(tumangang)})["trips"]
    assert found[-1]["id"] == trip["id"], "the time asked for is the destination's, where it arrives"
