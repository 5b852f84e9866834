"""Stations: the list, the search, one."""

from __future__ import annotations

from osdm.retailer import Retailer


def test_the_version_is_3_9(retailer: Retailer) -> None:
    assert retailer.get("/versions") == [{"version": "3.9.0"}]


def test_the_list_has_every_station_at_which_a_train_calls(retailer: Retailer) -> None:
    places = retailer.get("/places")["places"]
    assert [one["id"].rpartition(":")[2] for one in places] == [
        "vladivostok",
        "ugolnaya",
        "ussuriysk",
        "khasan",
        "tumangang",
        "rajin",
    ]
    assert all(one["id"] == one["ref"]["stopPlaceRef"] for one in places)


def test_who_has_the_list_need_not_get_it_again(retailer: Retailer) -> None:
    retailer.get("/places")
    etag = retailer.answer.headers["etag"]
    assert retailer.get("/places", status=304, headers={"if-none-match": etag}) is None
    retailer.language = "ru"
    assert retailer.get("/places", headers={"if-none-match": etag})["places"][0]["name"] == "Владивосток"


def test_a_station_is_found_by_its_name_in_any_language_and_by_a_slip_of_the_pen(retailer: Retailer) -> None:
    for name in ("Khasan", "хасан", "하산", "Kha", "Khassan"):
        assert retailer.station(name).endswith(":khasan"), name
    problem = retailer.post("/places", {"placeInput": {"name": "Atlantis"}}, status=404)
    assert problem["code"] == "urn:uic:problem:PLACE_NO_RESULTS"


def test_the_nearest_station_comes_first(retailer: Retailer) -> None:
    near = {"placeInput": {"geoPosition": {"longitude": 130.6, "latitude": 42.42}}}
    assert retailer.post("/places", near)["places"][0]["id"].endswith(":tumangang")


def test_one_station(retailer: Retailer) -> None:
    urn = retailer.station("Rajin")
    assert [one["id"] for one in retailer.get(f"/places/{urn}")["places"]] == [urn]
    assert retailer.get("/places/urn:uic:stn:0000000", status=404)["code"] == "urn:uic:problem:TRIP_PLACE_UNKNOWN"


def test_unknown_members_are_let_pass_and_wrong_types_are_not(retailer: Retailer) -> None:
    retailer.post("/places", {"placeInput": {"name": "Khasan", "mood": "good"}, "x": None})
    problem = retailer.post("/places", {"placeInput": {"name": 5}}, status=400)
    assert problem["pointers"] == [{"requestPointer": "/placeInput/name"}]


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(retailer: Retailer) -> None:
    body = {"placeInput": {"name": "Khasan"}}
    first = retailer.post("/places", body, key="0a8e2b0e-0000-4000-8000-000000000001")
    assert retailer.post("/places", body, key="0a8e2b0e-0000-4000-8000-000000000001") == first
    other = {"placeInput": {"name": "Rajin"}}
    problem = retailer.post("/places", other, key="0a8e2b0e-0000-4000-8000-000000000001", status=409)
    assert problem["code"].endswith("IDEMPOTENCY_KEY_REUSED")
