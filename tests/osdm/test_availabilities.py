"""How many places are free, and near another; and that what is wished when booking is then met, or said not to be."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sale.shop import SHIPPED, Shop

from osdm.conftest import NewRetailer
from osdm.editions import adopt
from osdm.reservations import DIRECT, TO_KHASAN, allocated, chosen_place, of_booking, of_offer, reference
from osdm.retailer import Retailer
from osdm.selling import adults, booked, codes, offer, order, parts

LOWER, UPPER, WINDOW = "LOWER_BED", "UPPER_BED", "WINDOW"
ROOM = [("1", "5"), ("1", "6"), ("1", "7"), ("1", "8")]
"""The second compartment of the first coach: odd berths are below."""


def preferences(retailer: Retailer, of: dict[str, str]) -> Any:
    return retailer.get("/availabilities/preferences", params=of)["availablePlaces"]


def nearby(retailer: Retailer, of: dict[str, str], coach: str, place: str) -> Any:
    params = {**of, "coachNumber": coach, "placeNumber": place}
    return retailer.get("/availabilities/nearby", params=params)["availablePlaces"]


def counts(said: Any) -> dict[tuple[str, ...], int]:
    return {tuple(one.get("placeProperties", ())): one["numericAvailability"] for one in said}


def wishing(
    chosen: Any,
    number: int = 0,
    *,
    near: tuple[str, str] | None = None,
    like: dict[str, list[str]] | None = None,
    kind: str = "TOURIST_SLEEPER_4",
) -> dict[str, Any]:
    """What is wished on one of the reservations of an offer or a booking: by whom which properties."""
    found = chosen["reservationOfferParts"] if "reservationOfferParts" in chosen else parts(chosen, "reservations")
    selection: dict[str, Any] = {"reservationId": found[number]["id"]}
    if near is not None:
        selection["referencePlace"] = {"coachNumber": near[0], "placeNumber": near[1]}
    if like is not None:
        selection["accommodations"] = [
            {
                "passengerRefs": [ref],
                "accommodationType": "BERTH",
                "accommodationSubType": kind,
                "placeProperties": properties,
            }
            for ref, properties in like.items()
        ]
    return {"placeSelections": [selection]}


def sit(retailer: Retailer, *pairs: tuple[str, str], **body: Any) -> None:
    """Somebody takes these places, each in a booking of its own."""
    for pair in pairs:
        chosen = offer(retailer, **(body or DIRECT))
        retailer.post("/bookings", order(chosen, selection=chosen_place(chosen, *pair)))


# What is free


def test_all_that_is_free_is_counted_with_what_may_be_wished_of_it(operator: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    (of,) = of_offer(chosen)
    said = preferences(operator, of)
    assert {(one["accommodationType"], one["accommodationSubType"]) for one in said} == {("BERTH", "TOURIST_SLEEPER_4")}
    assert counts(said) == {(UPPER, WINDOW, LOWER): 100, (UPPER,): 50, (WINDOW,): 100, (LOWER,): 50}
    leg = chosen["reservationOfferParts"][0]["availablePlaces"][0]["tripLegCoverage"]
    assert [one["tripLegCoverage"] for one in said] == [leg] * 4
    sit(operator, ("1", "7"))
    assert counts(preferences(operator, of))[LOWER,] == 49


def test_what_is_kept_for_another_is_not_counted(retailer: Retailer, operator: Retailer) -> None:
    """Twelve places of coach 2 are the tour operator's."""
    mine, theirs = of_offer(offer(operator, **TO_KHASAN)), of_offer(offer(retailer, **TO_KHASAN))
    assert [max(counts(preferences(one, of)).values()) for one, of in ((operator, mine[0]), (retailer, theirs[0]))] == [
        100,
        88,
    ]
    assert counts(nearby(operator, mine[0], "2", "5"))[LOWER,] == 1
    assert nearby(retailer, theirs[0], "2", "5") == []


def test_in_a_coach_with_seats_there_is_a_total_with_the_window_to_be_wished(retailer: Retailer) -> None:
    said = preferences(retailer, of_offer(offer(retailer))[0])
    assert {one["accommodationSubType"] for one in said} == {"ANY_SEAT"}
    assert [one["placeProperties"] for one in said] == [[WINDOW]], "one property says nothing more of the number"
    whole = nearby(retailer, of_offer(offer(retailer))[0], said_coach(retailer), "6")
    assert [one["numericAvailability"] for one in whole] == [11], "its row and the two next to it"


def said_coach(retailer: Retailer) -> str:
    """The first coach of the train that offers are for."""
    asked = {"placeRestrictions": [{"reservationRef": of_offer(offer(retailer))[0]}]}
    coach: str = retailer.post("/availabilities/vehicle-place-map", asked)["vehicle"]["coaches"][0]["number"]
    return coach


# Near a place


def test_near_a_berth_are_the_others_of_its_compartment_while_they_are_free(operator: Retailer) -> None:
    (of,) = of_offer(offer(operator, **DIRECT))
    assert counts(nearby(operator, of, "1", "7")) == {(UPPER, WINDOW, LOWER): 3, (UPPER,): 2, (WINDOW,): 3, (LOWER,): 1}
    sit(operator, ("1", "5"))
    assert counts(nearby(operator, of, "1", "7")) == {(UPPER, WINDOW): 2, (UPPER,): 2, (WINDOW,): 2}
    sit(operator, ("1", "6"), ("1", "8"))
    assert nearby(operator, of, "1", "7") == []


def test_it_is_asked_near_a_companion_of_another_booking(operator: Retailer) -> None:
    mine, theirs = booked(operator, **DIRECT), booked(operator, **DIRECT)
    ((coach, place),) = allocated(theirs)
    said = nearby(operator, of_booking(mine)[0], coach, place)
    assert {one["tripLegCoverage"]["tripId"] for one in said} == {mine["trips"][0]["id"]}
    moved = operator.patch(f"/bookings/{mine['id']}", wishing(mine, near=(coach, place)))
    assert "PLACE_PROPERTY_NOT_RESPECTED" not in codes(moved)
    assert room(allocated(moved["booking"])[0]) == room((coach, place))


def room(pair: tuple[str, str]) -> tuple[str, int]:
    """The compartment of a berth: four by four."""
    return pair[0], (int(pair[1]) - 1) // 4


def test_what_is_asked_for_wrongly(operator: Retailer, new_retailer: NewRetailer) -> None:
    chosen = offer(operator, **DIRECT)
    (of,) = of_offer(chosen)
    path = "/availabilities/nearby"
    at = {"coachNumber": "1", "placeNumber": "7"}
    wrong = operator.get(path, params={**of, **at, "placeNumber": "99"}, status=400)
    assert wrong["code"] == "urn:uic:problem:VALIDATION_ERROR"
    assert "no place 1-99" in wrong["detail"]
    for name in (*of, *at):
        params = {key: value for key, value in {**of, **at}.items() if key != name}
        missing = operator.get(path, params=params, status=400)
        assert (missing["code"].endswith("MALFORMED_REQUEST"), name in missing["detail"]) == (True, True)
    operator.get("/availabilities/preferences", params={**of, "resourceType": "FARE"}, status=400)
    admission = chosen["admissionOfferParts"][0]["id"]
    operator.get("/availabilities/preferences", params={**of, "resourceId": admission}, status=404)
    operator.get(path, params={**reference("BOOKING", "AAAAAAAA", "x"), **at}, status=404)
    stranger = new_retailer("Stranger", operator="example-tours")
    stranger.get("/availabilities/preferences", params=of_booking(booked(operator, **DIRECT))[0], status=404)


def test_an_offer_that_is_over_has_no_places(operator: Retailer, shop: Shop) -> None:
    (of,) = of_offer(offer(operator, **DIRECT))
    shop.clock.forward(minutes=30)
    problem = operator.get("/availabilities/preferences", params=of, status=404)
    assert problem["code"].endswith("BOOKING_OFFER_NOT_FOUND")


# What is wished when booking


def test_a_place_near_another_is_given_if_there_is_one(operator: Retailer) -> None:
    sit(operator, ("1", "7"))
    chosen = offer(operator, adults(3), **DIRECT)
    said = operator.post("/bookings", order(chosen, selection=wishing(chosen, near=("1", "7"))))
    assert codes(said).count("PLACE_PROPERTY_NOT_RESPECTED") == 0
    assert sorted(allocated(said["booking"])) == [one for one in ROOM if one != ("1", "7")]


def test_who_cannot_be_near_is_booked_all_the_same_and_it_is_said(operator: Retailer) -> None:
    sit(operator, *ROOM)
    chosen = offer(operator, **DIRECT)
    said = operator.post("/bookings", order(chosen, selection=wishing(chosen, near=("1", "7"))))
    ((coach, place),) = allocated(said["booking"])
    assert (coach, place) not in ROOM
    (remark,) = [one for one in said["problems"] if one["code"] == "urn:uic:problem:PLACE_PROPERTY_NOT_RESPECTED"]
    assert remark["detail"] == f'Passenger "adult-1" has place {coach}-{place}, which is not: near 1-7.'


def test_of_a_party_each_gets_the_berth_that_is_wished(operator: Retailer) -> None:
    chosen = offer(operator, adults(4), **DIRECT)
    like = {"adult-1": [UPPER], "adult-3": [UPPER, "WINDOW_SEAT"]}
    said = operator.post("/bookings", order(chosen, selection=wishing(chosen, like=like)))
    assert codes(said).count("PLACE_PROPERTY_NOT_RESPECTED") == 0
    mine = allocated(said["booking"])
    assert len({room(one) for one in mine}) == 1, "together before all"
    assert [int(place) % 2 for _, place in mine] == [0, 1, 0, 1]


def test_what_no_place_has_is_said_not_to_be_met(operator: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    like = {"adult-1": [LOWER, "POWER"]}
    said = operator.post("/bookings", order(chosen, selection=wishing(chosen, like=like, kind="DOUBLE")))
    assert int(allocated(said["booking"])[0][1]) % 2 == 1
    (remark,) = [one for one in said["problems"] if one["code"].endswith("PLACE_PROPERTY_NOT_RESPECTED")]
    assert remark["detail"].endswith("which is not: DOUBLE, POWER.")


def test_a_booking_moves_only_to_what_is_more_as_wished(operator: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    booking = operator.post("/bookings", order(chosen, selection=chosen_place(chosen, "1", "7")))["booking"]
    path = f"/bookings/{booking['id']}"
    still = operator.patch(path, wishing(booking, like={"adult-1": [LOWER]}))["booking"]
    assert allocated(still) == [("1", "7")], "it is below already"
    moved = operator.patch(path, wishing(booking, like={"adult-1": [UPPER]}))["booking"]
    assert int(allocated(moved)[0][1]) % 2 == 0
    (of,) = of_booking(booking)
    assert counts(preferences(operator, of))[LOWER,] == 50, "the place it had is free again"
    sit(operator, *ROOM)
    said = operator.patch(path, wishing(booking, near=("1", "7")))
    assert "PLACE_PROPERTY_NOT_RESPECTED" in codes(said)
    assert allocated(said["booking"]) == allocated(moved), "nothing is gained by another"


def test_who_names_a_place_gets_it_whatever_is_wished_besides(operator: Retailer) -> None:
    booking = booked(operator, **DIRECT)
    (reservation,) = parts(booking, "reservations")
    named = {
        **wishing(booking, like={"adult-1": [UPPER]})["placeSelections"][0],
        "places": [{"coachNumber": "1", "placeNumber": "7", "passengerRef": "adult-1"}],
    }
    assert named["reservationId"] == reservation["id"]
    said = operator.patch(f"/bookings/{booking['id']}", {"placeSelections": [named]})
    assert allocated(said["booking"]) == [("1", "7")]
    assert "PLACE_PROPERTY_NOT_RESPECTED" in codes(said)


def test_nothing_is_wished_of_what_is_not_there(operator: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    wish = wishing(chosen, like={"adult-9": [LOWER]})
    nobody = operator.post("/bookings", order(chosen, selection=wish), status=400)
    assert nobody["detail"].startswith('Passenger "adult-9" has no place on the train of reservation')
    wish["placeSelections"][0]["reservationId"] = "made-up"
    operator.post("/bookings", order(chosen, selection=wish), status=400)
    booking = booked(operator, **DIRECT)
    refused = operator.patch(f"/bookings/{booking['id']}", wish, status=400)
    assert refused["code"].endswith("VALIDATION_ERROR")


def test_who_asked_for_a_wheelchair_place_keeps_it_whatever_else_is_wished(
    retailer: Retailer, shop: Shop, tmp_path: Path
) -> None:
    folder = tmp_path / "with-a-wheelchair-place"
    shutil.copytree(SHIPPED, folder)
    coaches = folder / "coaches.toml"
    coaches.write_text(coaches.read_text().replace('"1s 5s', '"1w 5s', 1))
    adopt(shop, folder)
    chosen = offer(retailer, [{"externalRef": "adult-1", "type": "ADULT", "prmNeeds": ["WHEELCHAIR"]}])
    coach = said_coach(retailer)
    said = retailer.post("/bookings", order(chosen, selection=wishing(chosen, near=(coach, "40"))))
    had = allocated(said["booking"])
    assert [place for _, place in had] == ["1"]
    assert "PLACE_PROPERTY_NOT_RESPECTED" in codes(said)
    near = wishing(said["booking"], near=(coach, "40"))
    moved = retailer.patch(f"/bookings/{said['booking']['id']}", near)
    assert allocated(moved["booking"]) == had


@pytest.mark.parametrize("kind", ["added", "exchanged"])
def test_the_places_of_an_offer_that_comes_later_are_as_wished_too(operator: Retailer, kind: str) -> None:
    sit(operator, ("1", "7"))
    booking = booked(operator)
    near = ("1", "7")
    if kind == "added":
        more = offer(operator, **DIRECT)
        selection = {"offerId": more["offerId"], "passengerRefs": more["passengerRefs"], **wishing(more, near=near)}
        operator.post(f"/bookings/{booking['id']}/booked-offers", {"offers": [selection]})
    else:
        done = operator.post(f"/bookings/{booking['id']}/fulfillments")["fulfillments"]
        asked = {
            "fulfillmentIds": [one["id"] for one in done],
            "anonymousPassengerSpecifications": adults(),
            **DIRECT,
        }
        more = operator.post(f"/bookings/{booking['id']}/exchange-offers", asked)["exchangeOffers"][0]
        selection = {"offerId": more["offerId"], "passengerRefs": more["passengerRefs"], **wishing(more, near=near)}
        operator.post(f"/bookings/{booking['id']}/exchange-operations", {"exchangeOffers": [selection]})
    now = operator.get(f"/bookings/{booking['id']}")["booking"]
    assert allocated(now)[-1] in ROOM
