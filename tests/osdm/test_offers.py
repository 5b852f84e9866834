"""Offers: for a search and for given trips, with everything a retailer needs to sell them; or why there are none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sale.shop import Shop

from osdm.retailer import Retailer
from osdm.selling import KHASAN, RAJIN, USSURIYSK, VLADIVOSTOK, adults, codes, offer, offers, search


def test_an_offer_says_what_it_costs_and_until_when_it_is_good(retailer: Retailer) -> None:
    said = offers(retailer, adults(2))
    (one,) = said["offers"]
    # 290 RUB and 60 RUB for the place, twice, in kopecks
    assert one["offerSummary"]["minimalPrice"] == {"currency": "RUB", "amount": 70000, "scale": 2}
    assert (one["createdOn"], one["preBookableUntil"]) == ("2026-11-23T12:00:00Z", "2026-11-23T12:30:00Z")
    assert one["tripCoverage"]["coveredTripId"] == said["trips"][0]["id"]
    assert [part["passengerRefs"] for part in one["admissionOfferParts"]] == [["adult-1"], ["adult-2"]]
    admission, reservation = one["admissionOfferParts"][0], one["reservationOfferParts"][0]
    (relation,) = admission["reservations"]
    assert relation["isIncluded"] is True
    assert relation["reservationGroup"]["reservationRefs"] == [{"id": reservation["id"]}]
    assert (admission["price"]["amount"], reservation["price"]["amount"]) == (35000, 0)
    assert admission["products"][0]["productId"] == one["products"][0]["id"]
    assert admission["refundable"] == "WITH_CONDITION"
    assert [(c["validUntil"], c["afterSaleFee"]["amount"]) for c in admission["afterSalesConditions"]] == [
        ("2026-11-24T05:30:00+10:00", 8900),  # a week before 90 % of 290 RUB come back
        ("2026-11-30T05:30:00+10:00", 17600),
        ("2026-12-01T02:30:00+10:00", 26300),
    ]
    assert admission["requestedInformation"] == (
        "passengerSpecifications[0].detail.firstName AND passengerSpecifications[0].detail.lastName"
    )


def test_the_same_for_a_trip_given_by_its_id_and_as_the_retailer_knows_it(retailer: Retailer) -> None:
    trip = retailer.post("/trips-collection", search())["trips"][0]
    price = offer(retailer)["offerSummary"]
    assert offer(retailer, tripIds=[trip["id"]])["offerSummary"] == price
    leg = trip["legs"][0]["timedLeg"]
    known: dict[str, Any] = {
        "externalRef": "mine",
        "legs": [
            {
                "timedLeg": {
                    "start": {name: leg["start"][name] for name in ("stopPlaceRef", "serviceDeparture")},
                    "end": {name: leg["end"][name] for name in ("stopPlaceRef", "serviceArrival")},
                    "service": {"vehicleNumbers": ["6001"], "carriers": [{"ref": "urn:uic:rics:1"}]},
                }
            }
        ],
    }
    said = offers(retailer, tripSpecifications=[known])
    assert said["offers"][0]["offerSummary"] == price
    assert said["trips"][0]["externalRef"] == "mine"
    known["legs"][0]["timedLeg"]["start"]["serviceDeparture"] = {"timetabledTime": "2026-12-01T06:30:00"}
    body = {"anonymousPassengerSpecifications": adults(), "tripSpecifications": [known]}
    assert retailer.post("/offers", body, status=409)["code"] == "urn:uic:problem:OFFER_SCHEDULE_MISMATCH"


def test_a_trip_with_a_change_has_a_part_per_train_and_passenger(retailer: Retailer) -> None:
    one = offer(retailer, adults(2), tripSearchCriteria=search(destination=KHASAN))
    covered = [(part["tripCoverage"]["coveredLegIds"], part["passengerRefs"]) for part in one["admissionOfferParts"]]
    assert covered == [(["1"], ["adult-1"]), (["1"], ["adult-2"]), (["2"], ["adult-1"]), (["2"], ["adult-2"])]
    assert len({part["id"] for part in one["admissionOfferParts"] + one["reservationOfferParts"]}) == 8


@pytest.mark.parametrize(
    ("said", "price"),
    [
        ({"type": "CHILD"}, 20500),  # half of 290 RUB, and 60 RUB for the place
        ({"type": "PERSON", "dateOfBirth": "2019-05-01"}, 20500),
        ({"type": "PERSON", "age": 3}, 0),
        ({"type": "YOUNG_CHILD"}, 0),
        ({"type": "SENIOR", "cards": [{"type": "REDUCTION_CARD", "code": "urn:x:card"}]}, 35000),
        ({"type": "ADULT", "dateOfBirth": "2020-05-01"}, 20500),  # the date is believed, not the word
    ],
)
def test_a_passenger_is_priced_by_age_else_by_type(retailer: Retailer, said: dict[str, object], price: int) -> None:
    one = offer(retailer, [*adults(), {"externalRef": "other", **said}])
    (part,) = (part for part in one["admissionOfferParts"] if part["passengerRefs"] == ["other"])
    assert part["price"]["amount"] == price
    assert bool(part.get("reservations")) is (price > 0)


def test_what_does_not_travel_is_refused(retailer: Retailer) -> None:
    for wrong in ({"type": "DOG"}, {"type": "ADULT", "dateOfBirth": "2030-01-01"}, {"type": "ADULT", "age": 130}):
        body = {"anonymousPassengerSpecifications": [{"externalRef": "x", **wrong}], "tripSearchCriteria": search()}
        problem = retailer.post("/offers", body, status=400)
        assert problem["code"] == "urn:uic:problem:OFFER_INVALID_PASSENGER_SPECIFICATION"
    same = [*adults(), *adults()]
    body = {"anonymousPassengerSpecifications": same, "tripSearchCriteria": search()}
    retailer.post("/offers", body, status=400)


def test_the_currency_asked_for_is_the_one_offered(retailer: Retailer) -> None:
    one = offer(retailer, offerSearchCriteria={"currency": "USD"})
    assert one["offerSummary"]["minimalPrice"]["currency"] == "USD"
    said = offers(retailer, offerSearchCriteria={"currency": "EUR"})
    assert said["offers"][0]["offerSummary"]["minimalPrice"]["currency"] == "RUB"
    assert codes(said) == ["VALUE_NOT_SUPPORTED"]


def test_what_is_wished_and_not_to_be_had_is_said_and_no_reason_to_refuse(retailer: Retailer) -> None:
    said = offers(
        retailer,
        offerSearchCriteria={"flexibilities": ["FULL_FLEXIBLE"], "offerMode": "COLLECTIVE", "travelClasses": ["FIRST"]},
        requestedFulfillmentOptions=[{"type": "CIT_PAPER", "media": "RCT2"}, {"type": "ETICKET", "media": "PDF_A4"}],
    )
    assert len(said["offers"]) == 1
    assert codes(said) == ["VALUE_NOT_SUPPORTED"] * 4
    assert said["problems"][0]["detail"] == '"FIRST" is not to be had; there is SECOND.'
    assert codes(offers(retailer, offerSearchCriteria={"flexibilities": ["SEMI_FLEXIBLE"]})) == []
    to_be_had: tuple[dict[str, list[str]], ...] = (
        {"travelClasses": ["FIRST", "SECOND"]},
        {"serviceClassTypes": ["ANY_CLASS"]},
        {"productTags": []},
    )
    for had in to_be_had:
        assert codes(offers(retailer, offerSearchCriteria=had)) == []
    (better,) = offers(retailer, offerSearchCriteria={"serviceClassTypes": ["BEST", "HIGH"]})["problems"]
    assert better["detail"] == '"BEST, HIGH" is not to be had; there is STANDARD.'
    alone = offers(retailer, offerSearchCriteria={"requestedOfferParts": ["RESERVATION"]})
    assert (alone["offers"], codes(alone)) == ([], ["VALUE_NOT_SUPPORTED", "OFFER_NO_RESULTS"])
    assert alone["problems"][0]["title"] == "requestedOfferParts: not as asked"


def test_codes_that_would_lower_a_price_are_said_not_to(retailer: Retailer) -> None:
    code = [{"code": "SPRING", "issuer": "urn:x_shop:us"}]
    said = offers(
        retailer, offerSearchCriteria={"productTags": ["SALE"]}, corporateCodes=code, promotionCodes=[*code, *code]
    )
    assert len(said["offers"]) == 1
    assert [one["title"].partition(":")[0] for one in said["problems"]] == [
        "productTags",
        "corporateCodes",
        "promotionCodes",
    ]


def test_out_and_back_are_two_offers_for_one_booking(retailer: Retailer) -> None:
    there = {**search(), "returnSearchParameters": {"departureTime": "2026-12-03T00:00:00"}}
    said = offers(retailer, tripSearchCriteria=there)
    assert [trip["direction"] for trip in said["trips"]] == ["OUT_BOUND", "IN_BOUND"]
    assert len({one["tripCoverage"]["coveredTripId"] for one in said["offers"]}) == 2


def test_only_a_tour_operators_retailer_sells_across_a_border_that_groups_cross(
    retailer: Retailer, operator: Retailer
) -> None:
    across = search(VLADIVOSTOK, RAJIN, "2026-12-10T12:00:00")
    said = offers(retailer, tripSearchCriteria=across)
    assert (said["offers"], codes(said)) == ([], ["NOT_ON_SALE", "OFFER_NO_RESULTS"])
    assert len(said["trips"]) == 1
    assert offers(operator, tripSearchCriteria=across)["offers"]


def test_a_suspension_leaves_no_offer_and_says_whose_consent_is_missing(retailer: Retailer, shop: Shop) -> None:
    (trip,) = retailer.post("/trips-collection", search(USSURIYSK, KHASAN, "2026-12-01T00:00:00"))["trips"]
    shop.decide("withdraw", start=date(2026, 11, 25), railway="rzd")
    said = offers(retailer, tripIds=[trip["id"]])
    assert (said["offers"], codes(said)) == ([], ["SERVICE_SUSPENDED", "OFFER_NO_RESULTS"])
    assert said["problems"][0]["detail"].endswith("does not run: RZD has not consented.")
    assert said["trips"][0]["tripStatus"]["cancelled"] is True
    searched = offers(retailer, tripSearchCriteria=search())
    assert searched["offers"] == []
    assert "SERVICE_SUSPENDED" in codes(searched)


def test_sale_that_has_not_begun_and_a_full_train_are_told_apart(retailer: Retailer) -> None:
    far = offers(retailer, tripSearchCriteria=search(when="2027-03-01T05:00:00"))
    assert codes(far) == ["BOOKING_NOT_YET_OPEN", "OFFER_NO_RESULTS"]
    trip = retailer.post("/trips-collection", search())["trips"][0]["id"]
    sleeper = offers(retailer, [{"externalRef": "w", "type": "WHEELCHAIR"}], tripIds=[trip])
    assert codes(sleeper) == ["FULLY_BOOKED", "OFFER_NO_RESULTS"]


def test_a_request_names_its_trips_in_one_way(retailer: Retailer) -> None:
    body = {"anonymousPassengerSpecifications": adults()}
    retailer.post("/offers", body, status=400)
    retailer.post("/offers", {**body, "tripIds": ["x"], "tripSearchCriteria": search()}, status=400)
    areas = retailer.post("/offers", {**body, "nonTripSearchCriteria": {"zones": []}}, status=400)
    assert areas["code"] == "urn:uic:problem:PARAMETER_NOT_SUPPORTED"
    unknown = retailer.post("/offers", {**body, "tripIds": ["no.20261201.such.trip"]}, status=404)
    assert unknown["code"] == "urn:uic:problem:OFFER_TRIP_NOT_FOUND"
