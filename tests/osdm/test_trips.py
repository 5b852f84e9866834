"""The timetable, as a retailer searches it."""

from __future__ import annotations

from typing import Any

from osdm.retailer import Retailer


def criteria(retailer: Retailer, origin: str, destination: str, **more: Any) -> dict[str, Any]:
    """A search between two stations, by name."""
    ends = {"origin": origin, "destination": destination}
    refs = {end: {"objectType": "StopPlaceRef", "stopPlaceRef": retailer.station(of)} for end, of in ends.items()}
    return {**refs, **more}


def starts(said: Any) -> list[str]:
    return [trip["startTime"] for trip in said["trips"]]


def test_a_time_without_an_offset_is_the_stations_own(retailer: Retailer) -> None:
    # Khasan  dep 15:30 +10:00      Monday 30 November, Wednesday, Friday
    # Tumangang arr 14:48 +09:00
    asked = criteria(retailer, "Khasan", "Tumangang", departureTime="2026-11-30T15:30:00")
    found = retailer.post("/trips-collection", asked)
    assert starts(found)[:2] == ["2026-11-30T15:30:00+10:00", "2026-12-02T15:30:00+10:00"]
    assert found["trips"][0]["endTime"] == "2026-11-30T14:48:00+09:00"
    assert found["trips"][0]["duration"] == "PT0H18M"
    with_offset = {**asked, "departureTime": "2026-11-30T14:31:00+09:00"}  # 15:31 in Khasan
    assert starts(retailer.post("/trips-collection", with_offset))[0] == "2026-12-02T15:30:00+10:00"


def test_the_border_is_marked_in_the_trip(retailer: Retailer) -> None:
    asked = criteria(retailer, "Vladivostok", "Rajin", departureTime="2026-12-10T00:00:00")
    (trip,) = retailer.post("/trips-collection", {**asked, "parameters": {"numberOfResultsAfter": 1}})["trips"]
    (leg,) = trip["legs"]
    calls = leg["timedLeg"]["intermediates"]
    assert [one["stopPlaceName"] for one in calls if one["status"].get("isBorderPoint")] == ["Khasan", "Tumangang"]
    assert calls[-1]["status"]["noBoardingAtStop"] is True
    assert [one["name"] for one in leg["timedLeg"]["service"]["carriers"]] == [
        "Russian Railways",
        "Korean State Railway",
    ]


def test_a_trip_with_a_change_has_a_leg_per_train(retailer: Retailer) -> None:
    asked = criteria(retailer, "Vladivostok", "Tumangang", departureTime="2026-11-30T00:00:00")
    trip = retailer.post("/trips-collection", asked)["trips"][0]
    assert trip["transfers"] == 2
    assert [leg["id"] for leg in trip["legs"]] == ["1", "2", "3"]
    direct = {**asked, "parameters": {"transferLimit": 0}}
    assert all(one["transfers"] == 0 for one in retailer.post("/trips-collection", direct).get("trips", []))


def test_one_can_ask_when_to_leave_to_be_there_in_time(retailer: Retailer) -> None:
    asked = criteria(retailer, "Vladivostok", "Ussuriysk", arrivalTime="2026-12-01T12:00:00")
    found = retailer.post("/trips-collection", {**asked, "parameters": {"numberOfResultsAfter": 1}})
    assert starts(found) == ["2026-12-01T05:30:00+10:00"]


def test_pages_follow_one_another_without_a_gap(retailer: Retailer) -> None:
    asked = criteria(retailer, "Vladivostok", "Ussuriysk", departureTime="2026-12-01T00:00:00")
    first = retailer.post("/trips-collection", {**asked, "parameters": {"numberOfResultsAfter": 2}})
    (link,) = first["_links"]
    path, _, query = link["href"].partition("/osdm")[2].partition("?")
    second = retailer.get(path, params=dict([query.split("=", 1)]))
    assert starts(first) + starts(second) == [
        "2026-12-01T05:30:00+10:00",
        "2026-12-01T20:40:00+10:00",
        "2026-12-02T05:30:00+10:00",
        "2026-12-02T20:40:00+10:00",
    ]
    assert retailer.get(f"/trips-collections/{first['id']}")["trips"] == first["trips"]
    retailer.get("/trips-collections/nonsense", status=404)


def test_a_trip_is_found_again_by_its_id(retailer: Retailer) -> None:
    asked = criteria(retailer, "Khasan", "Ussuriysk", departureTime="2026-12-01T00:00:00")
    trip = retailer.post("/trips-collection", asked)["trips"][0]
    assert retailer.get(f"/trips/{trip['id']}")["trip"] == trip
    for nothing in ("nothing", trip["id"].replace("20261201", "20261332"), trip["id"].replace("khasan", "rajin")):
        assert retailer.get(f"/trips/{nothing}", status=404)["code"] == "urn:uic:problem:OFFER_TRIP_NOT_FOUND"


def test_what_cannot_be_searched_says_why(retailer: Retailer) -> None:
    asked = criteria(retailer, "Khasan", "Tumangang", departureTime="2026-11-30T15:30:00")
    unknown = {**asked, "origin": {"objectType": "StopPlaceRef", "stopPlaceRef": "urn:uic:stn:8500000"}}
    problem = retailer.post("/trips-collection", unknown, status=404)
    assert (problem["code"], problem["pointers"]) == (
        "urn:uic:problem:TRIP_PLACE_UNKNOWN",
        [{"requestPointer": "/origin"}],
    )
    point = {**asked, "origin": {"objectType": "GeoPositionRef", "longitude": 1.0, "latitude": 2.0}}
    assert retailer.post("/trips-collection", point, status=404)["code"] == "urn:uic:problem:TRIP_PLACE_UNKNOWN"
    retailer.post("/trips-collection", {**asked, "arrivalTime": "2026-12-01T00:00:00"}, status=400)
    for time in ("2026-10-01T00:00:00", "2029-01-01T00:00:00"):
        far = retailer.post("/trips-collection", {**asked, "departureTime": time}, status=400)
        assert far["code"] == "urn:uic:problem:TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY"
