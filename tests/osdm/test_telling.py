"""What is told of passengers and the purchaser later: a child's birth date; and until when it may be."""

from __future__ import annotations

from typing import Any

import pytest
from sale.shop import Shop

from osdm.retailer import Retailer
from osdm.selling import USSURIYSK, VLADIVOSTOK, adults, booked, offer, order, people, search


def confirm(retailer: Retailer, booking: Any, **options: Any) -> Any:
    return retailer.post(f"/bookings/{booking['id']}/fulfillments", **options)


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


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
