"""The price calendar: on which dates a train that runs on some is on sale, and from which price; the same of trips."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sale.shop import OUT, Shop, adult
from sqlalchemy import Connection

from osdm.retailer import Retailer
from osdm.selling import KHASAN, RAJIN, USSURIYSK, VLADIVOSTOK, adults, codes, offers, search, stop
from rerail.places.claims import spots_on
from rerail.places.model import DepartureKey
from rerail.web.osdm import price_calendar

DECEMBER = ("2026-12-01T00:00:00", "2027-01-01T00:00:00")


def calendar(
    retailer: Retailer,
    between: tuple[str, str] = (VLADIVOSTOK, RAJIN),
    during: tuple[str, str] = DECEMBER,
    passengers: list[dict[str, Any]] | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> Any:
    """The prices of a route; by default of the train across the border, in December, for an adult."""
    asked = {
        "routeSpecification": {"origin": stop(between[0]), "destination": stop(between[1])},
        "passengerSpecifications": passengers or adults(),
        "startDateTime": during[0],
        "endDateTime": during[1],
        **more,
    }
    return retailer.post("/offer-overview-route", asked, status=status)


def begins(said: Any) -> list[str]:
    """When the spans with a price begin."""
    return [one["startDateTime"] for one in said["offerOverviews"]]


def dates(said: Any) -> list[str]:
    """The dates that have a price."""
    return [one[:10] for one in begins(said)]


def pointed(said: Any, code: str) -> list[str]:
    """The dates that the remarks with a code are about."""
    return [
        pointer["title"][:10]
        for one in said["problems"]
        if one["code"].endswith(f":{code}")
        for pointer in one["pointers"]
    ]


def trips_of_the_day(retailer: Retailer) -> Any:
    """The trains of 1 December from Vladivostok to Ussuriysk."""
    there = {**search(), "parameters": {"numberOfResultsAfter": 2}}
    return retailer.post("/trips-collection", there)["trips"]


def test_the_calendar_names_the_dates_on_which_the_train_runs_and_what_an_offer_would_cost(operator: Retailer) -> None:
    said = calendar(operator, passengers=adults(2))
    assert begins(said) == ["2026-12-10T00:00:00+10:00", "2026-12-18T00:00:00+10:00"]
    assert "problems" not in said
    for one in said["offerOverviews"]:
        there = search(VLADIVOSTOK, RAJIN, one["startDateTime"])
        (offer,) = offers(operator, adults(2), tripSearchCriteria=there)["offers"]
        assert one["price"] == offer["offerSummary"]["minimalPrice"]
        assert one["travelClass"] == offer["offerSummary"]["overallTravelClass"]
        assert one["flexibility"] == offer["offerSummary"]["overallFlexibility"]
        assert one["routeSpecification"] == {"origin": stop(VLADIVOSTOK), "destination": stop(RAJIN)}


def test_a_suspended_date_has_no_price_and_says_whose_consent_is_missing_as_an_offer_does(
    operator: Retailer, shop: Shop
) -> None:
    (trip,) = operator.post("/trips-collection", search(VLADIVOSTOK, RAJIN, "2026-12-18T00:00:00"))["trips"]
    shop.decide("withdraw", start=date(2026, 12, 15))
    said = calendar(operator)
    assert dates(said) == ["2026-12-10"]
    assert codes(said) == ["SERVICE_SUSPENDED"]
    assert pointed(said, "SERVICE_SUSPENDED") == ["2026-12-18"]
    remark, asked = said["problems"][0], offers(operator, tripIds=[trip["id"]])["problems"][0]
    assert {name: remark[name] for name in asked} == asked
    shop.decide("withdraw", start=date(2026, 11, 25))
    nothing = calendar(operator)
    assert nothing["offerOverviews"] == []
    assert codes(nothing) == ["SERVICE_SUSPENDED", "SERVICE_SUSPENDED", "OFFER_NO_RESULTS"]
    shop.decide("grant", start=date(2026, 12, 15))
    assert dates(calendar(operator)) == ["2026-12-18"]


def test_a_cancelled_departure_is_suspended_on_its_date_alone(operator: Retailer, shop: Shop) -> None:
    day = date(2026, 12, 10)
    shop.decide("cancel", start=day, until=date(2026, 12, 11), railway=None, trains=("vladivostok-rason",))
    said = calendar(operator)
    assert dates(said) == ["2026-12-18"]
    assert said["problems"][0]["detail"].endswith("of 2026-12-10 is cancelled.")


def test_a_sold_out_date_is_told_from_one_with_places_left_for_a_smaller_party(operator: Retailer, shop: Shop) -> None:
    for _ in range(10):
        shop.hold(OUT, passengers=[adult()] * 8)  # of 100 places
    assert dates(calendar(operator, passengers=adults(20))) == ["2026-12-10", "2026-12-18"]
    said = calendar(operator, passengers=adults(21))
    assert dates(said) == ["2026-12-18"]
    assert pointed(said, "FULLY_BOOKED") == ["2026-12-10"]


def test_sale_that_has_not_begun_and_sale_that_is_over(retailer: Retailer, shop: Shop) -> None:
    around = ("2027-01-21T00:00:00", "2027-01-25T00:00:00")  # sixty days before: the 22nd is the last that is sold
    said = calendar(retailer, (USSURIYSK, KHASAN), around)
    assert dates(said) == ["2027-01-21", "2027-01-22"]
    assert pointed(said, "BOOKING_NOT_YET_OPEN") == ["2027-01-23", "2027-01-24"]
    shop.clock.turn(datetime(2026, 11, 30, 19, 29, tzinfo=UTC))  # a minute before the train leaves
    retailer.new_token()
    said = calendar(retailer, (VLADIVOSTOK, USSURIYSK), ("2026-12-01T00:00:00", "2026-12-01T10:00:00"))
    assert (said["offerOverviews"], codes(said)) == ([], ["BOOKING_ALREADY_CLOSED", "OFFER_NO_RESULTS"])
    shop.clock.forward(minutes=2)
    said = calendar(retailer, (VLADIVOSTOK, USSURIYSK), ("2026-12-01T00:00:00", "2026-12-01T10:00:00"))
    assert codes(said) == ["TRIP_NO_SEARCH_RESULT", "OFFER_NO_RESULTS"]


def test_a_train_for_groups_only_is_nobodys_who_sells_for_no_operator_on_all_its_dates(retailer: Retailer) -> None:
    said = calendar(retailer)
    assert (said["offerOverviews"], codes(said)) == ([], ["NOT_ON_SALE", "OFFER_NO_RESULTS"])
    assert pointed(said, "NOT_ON_SALE") == ["2026-12-10", "2026-12-18"]


def test_where_no_train_is_planned_at_all_the_next_date_is_named(operator: Retailer) -> None:
    said = calendar(operator, during=("2026-12-11T00:00:00", "2026-12-18T00:00:00"))
    assert (said["offerOverviews"], codes(said)) == ([], ["TRIP_NO_SEARCH_RESULT", "OFFER_NO_RESULTS"])
    assert said["problems"][0]["detail"].endswith("The next is on 2026-12-18.")
    same = calendar(operator, (RAJIN, RAJIN))
    assert same["problems"][0]["detail"] == "One is there already."


def test_by_the_hour_each_train_has_its_own_and_who_leaves_at_the_end_leaves_too_late(retailer: Retailer) -> None:
    pair = (VLADIVOSTOK, USSURIYSK)
    day = calendar(retailer, pair, ("2026-12-01T00:00:00", "2026-12-02T00:00:00"))
    assert begins(day) == ["2026-12-01T00:00:00+10:00"]
    hours = calendar(retailer, pair, ("2026-12-01T05:10:00", "2026-12-02T00:00:00"), timeFrameSegmentation="HOUR")
    # an hour is cut where the time asked for begins
    assert begins(hours) == ["2026-12-01T05:10:00+10:00", "2026-12-01T20:00:00+10:00"]
    trips = trips_of_the_day(retailer)
    assert [one["startTime"][11:16] for one in trips] == ["05:30", "20:40"]
    until = ("2026-12-01T00:00:00", trips[1]["startTime"])
    assert begins(calendar(retailer, pair, until, timeFrameSegmentation="HOUR")) == ["2026-12-01T05:00:00+10:00"]


def test_days_are_those_of_the_first_stations_clock_whatever_the_offset_of_the_request(operator: Retailer) -> None:
    # Vladivostok's 10 December begins at 14:00 UTC of the 9th.
    utc = calendar(operator, during=("2026-12-09T14:00:00Z", "2026-12-10T14:00:00Z"))
    assert begins(utc) == ["2026-12-10T00:00:00+10:00"]
    back = calendar(operator, (RAJIN, VLADIVOSTOK), ("2026-12-13T00:00:00", "2026-12-14T00:00:00"))
    assert begins(back) == ["2026-12-13T00:00:00+09:00"]


def test_from_a_birthday_on_the_calendar_has_another_price(retailer: Retailer) -> None:
    family = [*adults(), {"externalRef": "child", "type": "PERSON", "dateOfBirth": "2021-12-03"}]
    said = calendar(retailer, (VLADIVOSTOK, USSURIYSK), ("2026-12-01T00:00:00", "2026-12-05T00:00:00"), family)
    # until five on a lap, then half of 290 RUB and 60 RUB for the place
    assert [one["price"]["amount"] for one in said["offerOverviews"]] == [35000, 35000, 55500, 55500]


def test_a_class_or_flexibility_that_is_asked_for_leaves_the_others_out(retailer: Retailer) -> None:
    during = ("2026-12-01T00:00:00", "2026-12-02T00:00:00")
    pair = (VLADIVOSTOK, USSURIYSK)
    had: list[dict[str, Any]] = [
        {"travelClass": "SECOND"},
        {"travelClass": "ANY_CLASS"},
        {"flexibility": "SEMI_FLEXIBLE"},
    ]
    for wish in had:
        assert dates(calendar(retailer, pair, during, **wish)) == ["2026-12-01"]
    others: list[tuple[dict[str, Any], str]] = [
        ({"travelClass": "FIRST"}, "SECOND"),
        ({"flexibility": "FULL_FLEXIBLE"}, "SEMI_FLEXIBLE"),
    ]
    for wish, there in others:
        said = calendar(retailer, pair, during, **wish)
        assert (said["offerOverviews"], codes(said)) == ([], ["VALUE_NOT_SUPPORTED", "OFFER_NO_RESULTS"])
        assert said["problems"][0]["detail"].endswith(f"there is {there}.")
        trips = retailer.post(
            "/offer-overview-trip",
            {"tripSearchCriteria": search(), "passengerSpecifications": adults(), **wish},
        )
        assert (trips["offerOverviews"], codes(trips)) == ([], ["VALUE_NOT_SUPPORTED", "OFFER_NO_RESULTS"])
        assert len(trips["trips"]) == 1


@pytest.mark.parametrize(
    ("during", "code", "title"),
    [
        (("2026-12-02T00:00:00", "2026-12-01T00:00:00"), "VALIDATION_ERROR", "The end is not after the start"),
        (("2026-12-01T00:00:00", "2026-12-01T00:00:00"), "VALIDATION_ERROR", "The end is not after the start"),
        (("2026-12-01T00:00:00", "2027-02-01T00:00:01"), "VALIDATION_ERROR", "Too long a time"),
        (("2026-11-01T00:00:00", "2026-11-23T22:00:00"), "TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY", None),
        (("2028-03-01T00:00:00", "2028-04-01T00:00:00"), "TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY", None),
        (("1812-03-01T00:00:00", "2026-12-01T00:00:00"), "TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY", None),
    ],
)
def test_a_time_that_cannot_be_looked_at_is_refused(
    retailer: Retailer, during: tuple[str, str], code: str, title: str | None
) -> None:
    problem = calendar(retailer, during=during, status=400)
    assert problem["code"] == f"urn:uic:problem:{code}"
    if title is not None:
        assert problem["title"] == title
        assert problem["pointers"] == [{"requestPointer": "/endDateTime"}]


def test_a_month_that_has_begun_is_looked_at_from_now_on_and_one_beyond_the_timetable_as_far_as_it_goes(
    retailer: Retailer,
) -> None:
    pair = (VLADIVOSTOK, USSURIYSK)
    november = calendar(retailer, pair, ("2026-11-01T00:00:00", "2026-12-01T00:00:00"))
    assert dates(november)[0] == "2026-11-24"  # it is 22:00 of the 23rd there, and its trains have left
    assert len(dates(november)) == 7
    last = calendar(retailer, pair, ("2027-12-01T00:00:00", "2028-01-15T00:00:00"))
    assert codes(last)[0] == "TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY"
    assert last["problems"][0]["detail"] == "The timetable is known until 2027-12-27."


def test_stations_and_passengers_that_cannot_be_are_refused_and_pointed_at(retailer: Retailer) -> None:
    unknown = calendar(retailer, (VLADIVOSTOK, "urn:uic:stn:8503000"), status=404)
    assert unknown["code"] == "urn:uic:problem:TRIP_PLACE_UNKNOWN"
    assert unknown["pointers"] == [{"requestPointer": "/routeSpecification/destination"}]
    for said in ([{"externalRef": "x", "type": "DOG"}], [{"externalRef": "x", "type": "ADULT", "age": 130}]):
        wrong = calendar(retailer, passengers=said, status=400)
        assert wrong["code"] == "urn:uic:problem:OFFER_INVALID_PASSENGER_SPECIFICATION"
        assert wrong["pointers"][0]["requestPointer"].startswith("/passengerSpecifications/0/")
        body = {"tripSearchCriteria": search(), "passengerSpecifications": said}
        assert retailer.post("/offer-overview-trip", body, status=400)["pointers"] == wrong["pointers"]
    calendar(retailer, routeSpecification={"origin": stop(VLADIVOSTOK)}, status=400)
    calendar(retailer, timeFrameSegmentation="MONTH", status=400)


def test_more_trips_than_are_priced_at_once_are_refused(retailer: Retailer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_calendar, "MOST_TRIPS", 5)
    pair = (VLADIVOSTOK, USSURIYSK)
    assert calendar(retailer, pair, ("2026-12-01T00:00:00", "2026-12-03T00:00:00"))["offerOverviews"]
    problem = calendar(retailer, pair, ("2026-12-01T00:00:00", "2026-12-04T00:00:00"), status=400)
    assert problem["title"] == "Too many trips"


def test_a_calendar_reads_the_places_of_a_departure_once_in_half_a_minute_and_an_offer_when_few_are_left(
    operator: Retailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    seconds = 0.0

    def counted(connection: Connection, key: DepartureKey, now: datetime) -> Any:
        reads.append(str(key))
        return spots_on(connection, key, now)

    monkeypatch.setattr("rerail.places.cache.spots_on", counted)
    monkeypatch.setattr("rerail.places.cache.time", SimpleNamespace(monotonic=lambda: seconds))
    first = calendar(operator, passengers=adults(60))
    assert sorted(reads) == ["vladivostok-rason/2026-12-10", "vladivostok-rason/2026-12-18"]
    seconds = 29.0
    assert calendar(operator, passengers=adults(60)) == first
    assert len(reads) == 2
    offers(operator, adults(60), tripSearchCriteria=search(VLADIVOSTOK, RAJIN, "2026-12-10T00:00:00"))
    assert len(reads) == 3
    seconds = 31.0
    calendar(operator, passengers=adults(60))
    assert len(reads) == 4, "that of the other date"


def test_trips_have_the_price_of_their_offers(operator: Retailer) -> None:
    there = {**search(VLADIVOSTOK, KHASAN, "2026-12-10T00:00:00"), "parameters": {"numberOfResultsAfter": 3}}
    said = operator.post("/offer-overview-trip", {"tripSearchCriteria": there, "passengerSpecifications": adults(2)})
    asked = offers(operator, adults(2), tripSearchCriteria=there)
    assert said["trips"] == asked["trips"]
    assert [(one["tripIds"], one["price"]) for one in said["offerOverviews"]] == [
        ([one["tripCoverage"]["coveredTripId"]], one["offerSummary"]["minimalPrice"]) for one in asked["offers"]
    ]
    given = operator.post(
        "/offer-overview-trip",
        {"tripIds": [one["id"] for one in asked["trips"]], "passengerSpecifications": adults(2)},
    )
    assert given["offerOverviews"] == said["offerOverviews"]


def test_a_trip_that_does_not_run_has_no_price_and_the_other_has(retailer: Retailer, shop: Shop) -> None:
    morning, evening = (one["id"] for one in trips_of_the_day(retailer))
    shop.decide(
        "cancel",
        start=date(2026, 12, 1),
        until=date(2026, 12, 2),
        railway=None,
        trains=("vladivostok-ussuriysk-morning",),
    )
    said = retailer.post("/offer-overview-trip", {"tripIds": [morning, evening], "passengerSpecifications": adults()})
    assert [one["tripIds"] for one in said["offerOverviews"]] == [[evening]]
    assert codes(said) == ["SERVICE_SUSPENDED"]
    assert said["trips"][0]["tripStatus"]["cancelled"] is True


def test_trips_are_named_in_one_way(retailer: Retailer) -> None:
    body = {"passengerSpecifications": adults()}
    retailer.post("/offer-overview-trip", body, status=400)
    retailer.post("/offer-overview-trip", {**body, "tripIds": ["x"], "tripSearchCriteria": search()}, status=400)
    unknown = retailer.post("/offer-overview-trip", {**body, "tripIds": ["no.20261201.such.trip"]}, status=404)
    assert unknown["code"] == "urn:uic:problem:OFFER_TRIP_NOT_FOUND"
