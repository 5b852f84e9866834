"""The sale: booked, named, confirmed, read; dropped in time or too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.retailer import Retailer
from osdm.selling import (
    KHASAN,
    USSURIYSK,
    VLADIVOSTOK,
    adults,
    booked,
    bought,
    offer,
    offers,
    order,
    parts,
    people,
    search,
)


def confirm(retailer: Retailer, booking: Any, **options: Any) -> Any:
    return retailer.post(f"/bookings/{booking['id']}/fulfillments", **options)


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def test_a_booking_keeps_the_ids_of_its_offer(retailer: Retailer) -> None:
    chosen = offer(retailer, adults(2), tripSearchCriteria=search(destination=KHASAN))
    booking = retailer.post("/bookings", order(chosen, externalRef="order 7"))["booking"]
    (one,) = booking["bookedOffers"]
    assert one["offerId"] == chosen["offerId"]
    assert [part["id"] for part in one["admissions"]] == [part["id"] for part in chosen["admissionOfferParts"]]
    assert [part["id"] for part in one["reservations"]] == [part["id"] for part in chosen["reservationOfferParts"]]
    assert {part["status"] for part in parts(booking)} == {"PREBOOKED"}
    assert booking["provisionalPrice"] == chosen["offerSummary"]["minimalPrice"]
    assert "confirmedPrice" not in booking
    assert booking["externalRef"] == "order 7"
    assert [one["externalRef"] for one in booking["passengers"]] == ["adult-1", "adult-2"]
    assert booking["trips"][0]["id"] == chosen["tripCoverage"]["coveredTripId"]
    assert read(retailer, booking) == booking


def test_a_part_stays_its_passengers_in_whatever_order_passengers_are_told(retailer: Retailer) -> None:
    asked = [*adults(2), {"externalRef": "child", "type": "PERSON", "dateOfBirth": "2019-05-01"}]
    chosen = offer(retailer, asked)
    told = [{**people(["child"])[0], "dateOfBirth": "2019-05-01"}, *people(["adult-2", "adult-1"])]
    booking = retailer.post("/bookings", order(chosen, told))["booking"]
    refs = {one["id"]: one["externalRef"] for one in booking["passengers"]}
    whose = {part["id"]: (refs[part["passengerIds"][0]], part["price"]["amount"]) for part in parts(booking)}
    assert whose == {
        part["id"]: (part["passengerRefs"][0], part["price"]["amount"]) for part in chosen["admissionOfferParts"]
    }


def test_it_was_made_after_its_offer_even_if_the_clock_stands_still(retailer: Retailer) -> None:
    chosen = offer(retailer)
    booking = retailer.post("/bookings", order(chosen))["booking"]
    made, offered = (datetime.fromisoformat(one["createdOn"]) for one in (booking, chosen))
    assert offered < made < offered + timedelta(seconds=1)
    assert all(part["createdOn"] == booking["createdOn"] for part in parts(booking))


def test_places_are_allocated_at_once(retailer: Retailer) -> None:
    booking = booked(retailer, 2)
    places = [
        (one["coachNumber"], one["placeNumbers"][0], one["passengerIds"][0])
        for part in parts(booking, "reservations")
        for one in part["placeAllocation"]["reservedPlaces"]
    ]
    assert len({(coach, place) for coach, place, _ in places}) == 2
    assert {passenger for *_, passenger in places} == {one["id"] for one in booking["passengers"]}


def test_chosen_places_are_the_ones_held_and_nobody_elses(retailer: Retailer) -> None:
    def choosing(chosen: Any, place: str) -> dict[str, Any]:
        selection = {
            "reservationId": chosen["reservationOfferParts"][0]["id"],
            "places": [{"coachNumber": "1", "placeNumber": place, "passengerRef": "adult-1"}],
            "tripLegCoverage": {"tripId": chosen["tripCoverage"]["coveredTripId"], "legId": "1"},
        }
        return order(chosen, selection={"placeSelections": [selection]})

    booking = retailer.post("/bookings", choosing(offer(retailer), "17"))["booking"]
    (part,) = parts(booking, "reservations")
    assert part["placeAllocation"]["reservedPlaces"][0]["placeNumbers"] == ["17"]
    taken = retailer.post("/bookings", choosing(offer(retailer), "17"), status=409)
    assert taken["code"] == "urn:uic:problem:BOOKING_PLACE_NOT_AVAILABLE"
    retailer.post("/bookings", choosing(offer(retailer), "999"), status=400)
    selection = {**choosing(offer(retailer), "18")["offers"][0]["placeSelections"][0], "reservationId": part["id"]}
    moved = retailer.patch(f"/bookings/{booking['id']}", {"placeSelections": [selection]})["booking"]
    assert parts(moved, "reservations")[0]["placeAllocation"]["reservedPlaces"][0]["placeNumbers"] == ["18"]


def test_without_names_nothing_is_confirmed_and_the_check_says_what_is_missing(retailer: Retailer) -> None:
    nameless = [{"externalRef": "adult-1", "type": "ADULT"}]
    booking = retailer.post("/bookings", order(offer(retailer), nameless))["booking"]
    assert booking["requestedInformation"] == (
        "passengerSpecifications[0].detail.firstName AND passengerSpecifications[0].detail.lastName"
    )
    check = retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=400)
    assert check["code"] == "urn:uic:problem:CONFIRMATION_CHECK_FAILED"
    assert [one["requestPointer"] for one in check["pointers"]] == [
        "/passengers/0/detail/firstName",
        "/passengers/0/detail/lastName",
    ]
    refused = confirm(retailer, booking, status=409)
    assert refused["code"] == "urn:uic:problem:CONFIRMATION_INFORMATION_MISSING"
    (passenger,) = booking["passengers"]
    told = {**passenger, "detail": {"firstName": "Ольга", "lastName": "Ким"}}
    retailer.patch(f"/bookings/{booking['id']}/passengers/{passenger['id']}", told)
    assert retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=204) is None
    confirm(retailer, booking)
    assert "requestedInformation" not in read(retailer, booking)


@pytest.mark.parametrize("asked_by", [{"type": "CHILD"}, {"type": "PERSON", "age": 7}])
def test_a_child_has_a_birth_date_before_it_is_confirmed(retailer: Retailer, asked_by: dict[str, Any]) -> None:
    asked = [*adults(), {"externalRef": "child", **asked_by}]
    told = [*people(["adult-1"]), {**people(["child"])[0], **asked_by}]
    booking = retailer.post("/bookings", order(offer(retailer, asked), told))["booking"]
    assert booking["requestedInformation"] == "passengerSpecifications[1].dateOfBirth"
    missing = retailer.get(f"/bookings/{booking['id']}/fulfillment-check", status=400)
    assert [one["requestPointer"] for one in missing["pointers"]] == ["/passengers/1/dateOfBirth"]
    assert confirm(retailer, booking, status=409)["code"] == "urn:uic:problem:CONFIRMATION_INFORMATION_MISSING"
    child = booking["passengers"][1]
    where = f"/bookings/{booking['id']}/passengers/{child['id']}"
    renamed = {**child, "detail": {**child["detail"], "firstName": "Аня"}}
    retailer.patch(where, renamed)
    grown = retailer.patch(where, {**renamed, "dateOfBirth": "1985-05-01"}, status=400)
    assert "under 10 years" in grown["detail"]
    retailer.patch(where, {**renamed, "dateOfBirth": "2019-05-01"})
    confirm(retailer, booking)
    assert read(retailer, booking)["passengers"][1]["dateOfBirth"] == "2019-05-01"


def test_an_offer_is_added_before_a_childs_birth_date_is_told(retailer: Retailer) -> None:
    asked = [*adults(), {"externalRef": "child", "type": "CHILD"}]
    told = [*people(["adult-1"]), {**people(["child"])[0], "type": "CHILD"}]
    booking = retailer.post("/bookings", order(offer(retailer, asked), told))["booking"]
    back = offer(retailer, asked, tripSearchCriteria=search(USSURIYSK, VLADIVOSTOK, "2026-12-03T00:00:00"))
    refs = [one["externalRef"] for one in asked]
    more = {"offers": [{"offerId": back["offerId"], "passengerRefs": refs}]}
    retailer.post(f"/bookings/{booking['id']}/booked-offers", more)
    assert len(read(retailer, booking)["bookedOffers"]) == 2


def test_a_confirmed_booking_has_its_price_its_tickets_and_no_time_limit(retailer: Retailer, shop: Shop) -> None:
    booking = booked(retailer, 2)
    limit = booking["confirmationTimeLimit"]
    assert limit == "2026-11-23T12:20:00Z"
    assert all(part["confirmableUntil"] == limit for part in parts(booking))
    said = confirm(retailer, booking)
    assert [one["status"] for one in said["fulfillments"]] == ["FULFILLED", "FULFILLED"]
    after = read(retailer, booking)
    assert after["confirmedPrice"] == booking["provisionalPrice"]
    assert after["provisionalPrice"]["amount"] == 0
    assert "confirmationTimeLimit" not in after
    assert {part["status"] for part in parts(after) + parts(after, "reservations")} == {"FULFILLED"}
    assert after["fulfillments"] == said["fulfillments"]
    covered = [one["id"] for ticket in said["fulfillments"] for one in ticket["bookingParts"]]
    assert sorted(covered) == sorted(part["id"] for part in parts(after) + parts(after, "reservations"))
    # The retailer has the money and owes it.
    (payment,) = (posted for posted in shop.postings(booking["id"]) if posted.kind == "payment")
    assert {posting.account for posting in payment.postings} == {"customer", f"retailer:{retailer.client_id}"}
    assert shop.faults() == ()


def test_it_is_confirmed_once(retailer: Retailer) -> None:
    booking = booked(retailer)
    key = "0a8e2b0e-0000-4000-8000-000000000002"
    first = confirm(retailer, booking, key=key)
    assert confirm(retailer, booking, key=key) == first
    assert confirm(retailer, booking, status=409)["code"].endswith(":CONFIRMATION_BOOKING_ALREADY_CONFIRMED")


def test_the_same_key_books_once_and_another_books_again(retailer: Retailer) -> None:
    body = order(offer(retailer))
    key = "0a8e2b0e-0000-4000-8000-000000000003"
    first = retailer.post("/bookings", body, key=key)
    assert retailer.post("/bookings", body, key=key) == first
    assert retailer.post("/bookings", body)["booking"]["id"] != first["booking"]["id"]
    retailer.post("/bookings", {**body, "externalRef": "x"}, key=key, status=409)


def test_what_is_not_confirmed_in_time_is_cancelled(retailer: Retailer, shop: Shop) -> None:
    booking = booked(retailer)
    shop.clock.forward(minutes=20)
    late = confirm(retailer, booking, status=409)
    assert late["code"] == "urn:uic:problem:CONFIRMATION_BOOKING_ALREADY_CANCELLED"
    after = read(retailer, booking)
    assert {part["status"] for part in parts(after)} == {"CANCELLED"}
    retailer.patch(f"/bookings/{booking['id']}", {"preferredFulfillmentMedia": "PDF_A4"}, status=409)


def test_an_offer_is_good_for_half_an_hour_unchanged_and_for_its_own_retailer(
    retailer: Retailer, new_retailer: NewRetailer, shop: Shop
) -> None:
    body = order(offer(retailer))
    other = new_retailer("Other")
    for one, asked in ((other, body), (retailer, {**body, "offers": [{**body["offers"][0], "offerId": "made.up"}]})):
        assert one.post("/bookings", asked, status=404)["code"] == "urn:uic:problem:BOOKING_OFFER_NOT_FOUND"
    shop.clock.forward(minutes=30)
    gone = retailer.post("/bookings", body, status=404)
    assert (gone["code"], gone["title"]) == ("urn:uic:problem:BOOKING_OFFER_NOT_FOUND", "The offer has expired")


def test_a_booking_is_its_own_retailers(retailer: Retailer, new_retailer: NewRetailer) -> None:
    booking = bought(retailer)
    other = new_retailer("Other")
    for path in (f"/bookings/{booking['id']}", f"/fulfillments/{booking['fulfillments'][0]['id']}"):
        assert "There is no booking" in other.get(path, status=404)["detail"]
    other.delete(f"/bookings/{booking['id']}", status=404)
    assert other.post("/bookings-search", {"bookingId": booking["id"]})["bookingSearchResults"] == []


def test_a_held_booking_is_dropped_and_a_confirmed_one_is_not(retailer: Retailer) -> None:
    booking = booked(retailer)
    retailer.delete(f"/bookings/{booking['id']}")
    retailer.delete(f"/bookings/{booking['id']}")  # it is dropped already
    assert {part["status"] for part in parts(read(retailer, booking))} == {"CANCELLED"}
    sold = bought(retailer)
    problem = retailer.delete(f"/bookings/{sold['id']}", status=409)
    assert problem["code"] == "urn:uic:problem:BOOKING_BOOKING_ALREADY_CONFIRMED"


def test_out_and_back_are_one_booking_of_two_offers(retailer: Retailer) -> None:
    there = {**search(), "returnSearchParameters": {"departureTime": "2026-12-03T00:00:00"}}
    out, back = offers(retailer, tripSearchCriteria=there)["offers"]
    both = [{"offerId": one["offerId"], "passengerRefs": one["passengerRefs"]} for one in (back, out)]
    body = {"offers": both, "passengerSpecifications": people(["adult-1"])}
    booking = retailer.post("/bookings", body)["booking"]
    assert [one["offerId"] for one in booking["bookedOffers"]] == [back["offerId"], out["offerId"]]
    assert [part["id"] for part in parts(booking)] == [
        part["id"] for one in (back, out) for part in one["admissionOfferParts"]
    ]
    assert booking["provisionalPrice"]["amount"] == 70000
    assert len(confirm(retailer, booking)["fulfillments"]) == 2
    other = offer(retailer, [{"externalRef": "somebody", "type": "ADULT"}])
    mixed = [*both[:1], {"offerId": other["offerId"], "passengerRefs": ["somebody"]}]
    body = {"offers": mixed, "passengerSpecifications": people(["adult-1", "somebody"])}
    problem = retailer.post("/bookings", body, status=400)
    assert problem["code"] == "urn:uic:problem:BOOKING_INCOMPATIBLE_OFFER_PART"


def test_the_last_place_is_sold_once(retailer: Retailer) -> None:
    # 120 seats on the morning train
    asked = adults(8)
    last = [offer(retailer, asked) for _ in range(16)]
    for chosen in last[:15]:
        retailer.post("/bookings", order(chosen))
    full = retailer.post("/bookings", order(last[15]), status=409)
    assert full["code"] == "urn:uic:problem:BOOKING_INSUFFICIENT_AVAILABILITY"


def test_everything_said_of_passenger_and_purchaser_is_echoed(retailer: Retailer) -> None:
    contact = {"email": "olga@example.org", "phoneNumber": "+7 900 000-00-00"}
    purchaser = {"externalRef": "p", "detail": {"firstName": "Olga", "lastName": "Kim", "contact": contact}}
    booking = retailer.post("/bookings", order(offer(retailer), purchaser=purchaser))["booking"]
    assert booking["purchaser"] == purchaser
    where = f"/bookings/{booking['id']}"
    other = {"detail": {"firstName": "Min", "lastName": "Pak", "contact": contact}}
    assert retailer.patch(f"{where}/purchaser", other)["purchaser"] == other
    assert retailer.get(f"{where}/purchaser")["purchaser"] == other
    (passenger,) = retailer.get(f"{where}/passengers")["passengers"]
    told = {
        **passenger,
        "gender": "X",
        "dateOfBirth": "1987-03-21",
        "detail": {"firstName": "Anna", "lastName": "Li", "contact": contact, "taxId": "7"},
        "prmNeeds": ["NEED_PRM_SUPPORT"],
        "cards": [{"type": "LOYALTY_CARD", "code": "urn:x:card", "number": "12"}],
    }
    assert retailer.patch(f"{where}/passengers/{passenger['id']}", told)["passenger"] == told
    assert retailer.get(f"{where}/passengers/{passenger['id']}")["passenger"] == told
    for wrong in ({"gender": "NONE"}, {"dateOfBirth": "21.03.1987"}, {"dateOfBirth": "2030-01-01"}):
        retailer.patch(f"{where}/passengers/{passenger['id']}", {**told, **wrong}, status=400)
    retailer.get(f"{where}/passengers/P9", status=404)


def test_a_batch_takes_what_it_can_and_says_what_it_could_not(retailer: Retailer) -> None:
    booking = booked(retailer, 2)
    first, second = booking["passengers"]
    first["detail"] = {"firstName": "Anna", "lastName": "Li"}
    second["detail"] = {"firstName": "1", "lastName": "2"}
    where = f"/bookings/{booking['id']}/passengers"
    said = retailer.patch(where, {"passengers": [first, second]}, status=207)
    assert [one["detail"]["lastName"] for one in said["passengers"]] == ["Li", "Kim"]
    (problem,) = said["problems"]
    assert problem["pointers"][0]["requestPointer"] == "/passengers/1"
    second["detail"] = {"firstName": "Anna", "lastName": "Pak"}
    assert "problems" not in retailer.patch(where, {"passengers": [first, second]})


def test_nobody_is_renamed_once_the_ticket_is_made_out(retailer: Retailer) -> None:
    booking = bought(retailer)
    (passenger,) = booking["passengers"]
    where = f"/bookings/{booking['id']}/passengers/{passenger['id']}"
    retailer.patch(where, passenger)  # says nothing new
    passenger["detail"]["lastName"] = "Other"
    problem = retailer.patch(where, passenger, status=409)
    assert problem["code"] == "urn:uic:problem:BOOKING_MODIFICATION_NOT_ALLOWED"


def test_a_document_that_no_border_asked_for_is_not_taken(retailer: Retailer) -> None:
    booking = booked(retailer)
    (passenger,) = booking["passengers"]
    told = {**passenger, "identificationCard": {"id": "P1234567", "type": "PASSPORT"}}
    retailer.patch(f"/bookings/{booking['id']}/passengers/{passenger['id']}", told, status=409)


def test_wishes_for_tickets_are_kept_until_it_is_confirmed(retailer: Retailer) -> None:
    booking = booked(retailer)
    wishes = {
        "requestedFulfillmentType": "ETICKET",
        "preferredFulfillmentMedia": "UIC_PDF",
        "usedPaymentMethods": [{"type": "CARD", "transactionId": "t1"}],
    }
    after = retailer.patch(f"/bookings/{booking['id']}", wishes)["booking"]
    assert (after["fulfillmentType"], after["paymentMethods"]) == ("ETICKET", wishes["usedPaymentMethods"])
    assert confirm(retailer, booking)["fulfillmentDocuments"][0]["medium"] == "UIC_PDF"


def test_bookings_are_found_by_code_ticket_name_and_own_reference(retailer: Retailer) -> None:
    booking = retailer.post("/bookings", order(offer(retailer), externalRef="mine-1"))["booking"]
    bought(retailer)
    for asked in (
        {"bookingId": booking["id"]},
        {"bookingCode": booking["bookingCode"]},
        {"externalRef": "mine-1"},
        {"fulfillmentId": f"{booking['id']}-1"},
    ):
        (found,) = retailer.post("/bookings-search", asked)["bookingSearchResults"]
        assert found["id"] == booking["id"]
    named = retailer.post("/bookings-search", {"passenger": {"lastName": "Kim"}})["bookingSearchResults"]
    assert len(named) == 2
    assert retailer.post("/bookings-search", {"externalRef": "none"})["bookingSearchResults"] == []
    retailer.post("/bookings-search", {}, status=400)


@pytest.mark.parametrize("ended", ["let go of", "too late"])
def test_nothing_more_is_told_of_a_booking_that_has_ended(retailer: Retailer, shop: Shop, ended: str) -> None:
    booking = booked(retailer)
    where, (passenger,) = f"/bookings/{booking['id']}", booking["passengers"]
    if ended == "let go of":
        retailer.delete(where)
    else:
        shop.clock.forward(minutes=21)
    for path, body in (
        (f"/passengers/{passenger['id']}", passenger),
        ("/passengers", {"passengers": [passenger]}),
        ("/purchaser", {"detail": {"firstName": "A", "lastName": "B"}}),
    ):
        refused = retailer.patch(where + path, body, status=409)
        assert refused["code"] == "urn:uic:problem:BOOKING_BOOKING_ALREADY_CANCELLED"
        assert "nothing more is told of it" in refused["detail"]


def test_a_booking_is_read_in_part(retailer: Retailer) -> None:
    booking = booked(retailer)
    path = f"/bookings/{booking['id']}"
    assert "bookedOffers" not in retailer.get(path, params={"embed": "NONE"})["booking"]
    trips = retailer.get(path, params={"embed": ["BOOKING_TRIPS", "BOOKING_PASSENGERS"]})["booking"]
    assert ("trips" in trips, "bookedOffers" in trips) == (True, False)
    for unknown in ("", "EVERYTHING", "[ALL]"):
        assert retailer.get(path, params={"embed": unknown})["booking"] == booking
