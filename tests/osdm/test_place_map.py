"""Which places a retailer may choose, for an offer and for a booking, and that the choice is then honoured."""

from __future__ import annotations

from typing import Any

from sale.shop import Shop

from osdm.conftest import NewRetailer
from osdm.reservations import DIRECT, TO_KHASAN, allocated, chosen_place, of_booking, of_offer, reference
from osdm.retailer import Retailer
from osdm.selling import adults, booked, bought, offer, order, parts


def asked(references: list[dict[str, str]], **wish: Any) -> dict[str, Any]:
    return {"placeRestrictions": [{"reservationRef": one, **wish} for one in references]}


def vehicle(retailer: Retailer, references: list[dict[str, str]], **wish: Any) -> Any:
    return retailer.post("/availabilities/vehicle-place-map", asked(references, **wish))["vehicle"]


def statuses(said: Any) -> dict[tuple[str, str], str]:
    return {
        (coach["number"], place["number"]): place["status"]
        for coach in said["coaches"]
        for deck in coach["decks"]
        for room in deck["compartments"]
        for place in room["places"]
    }


def test_the_map_has_every_coach_in_order_each_with_its_drawing(operator: Retailer) -> None:
    said = vehicle(operator, of_offer(offer(operator, **DIRECT)))
    drawn = {one["id"]: one for one in operator.get("/coach-deck-layouts")["coachDeckLayouts"]}
    assert [one["number"] for one in said["coaches"]] == ["1", "2", "3"]
    for coach in said["coaches"]:
        (deck,) = coach["decks"]
        layout = drawn[deck["layoutId"]]
        numbers = [place["number"] for room in deck["compartments"] for place in room["places"]]
        assert sorted(numbers) == sorted(
            place["number"] for group in layout["placeGroups"] for place in group["places"]
        )
        assert [room["number"] for room in deck["compartments"]][:3] == ["1", "2", "3"]
    assert len(statuses(said)) == 100
    assert "preSelectedPlaces" not in said


def test_a_place_that_is_sold_is_allocated_and_free_again_when_it_is_given_back(operator: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    assert statuses(vehicle(operator, of_offer(chosen)))["1", "7"] == "FREE"
    booking = operator.post("/bookings", order(chosen, selection=chosen_place(chosen, "1", "7")))["booking"]
    assert allocated(booking) == [("1", "7")]
    another = offer(operator, **DIRECT)
    assert statuses(vehicle(operator, of_offer(another)))["1", "7"] == "ALLOCATED"
    problem = operator.post("/bookings", order(another, selection=chosen_place(another, "1", "7")), status=409)
    assert problem["code"].endswith("BOOKING_PLACE_NOT_AVAILABLE")
    operator.delete(f"/bookings/{booking['id']}")
    assert statuses(vehicle(operator, of_offer(another)))["1", "7"] == "FREE"


def test_a_place_is_allocated_only_over_the_stretch_it_is_sold_for(new_retailer: NewRetailer) -> None:
    """To Khasan and from Khasan: two journeys on one place of one train.

    Vladivostok ---- Ussuriysk ---- Khasan | Tumangang ---- Rajin
    """
    operator = new_retailer("Tours", operator="example-tours")
    chosen = offer(operator, **TO_KHASAN)
    operator.post("/bookings", order(chosen, selection=chosen_place(chosen, "1", "7")))
    beyond: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.khasan.rajin"]}
    assert statuses(vehicle(operator, of_offer(offer(operator, **beyond))))["1", "7"] == "FREE"
    assert statuses(vehicle(operator, of_offer(offer(operator, **DIRECT))))["1", "7"] == "ALLOCATED"


def test_another_s_allotment_is_restricted_and_cannot_be_had(operator: Retailer, retailer: Retailer) -> None:
    mine, theirs = offer(operator, **TO_KHASAN), offer(retailer, **TO_KHASAN)
    assert statuses(vehicle(operator, of_offer(mine)))["2", "5"] == "FREE"
    found = statuses(vehicle(retailer, of_offer(theirs)))
    assert [one for one, said in found.items() if said == "RESTRICTED"] == [("2", str(n)) for n in _in_plan(found)]
    refused = retailer.post("/bookings", order(theirs, selection=chosen_place(theirs, "2", "5")), status=409)
    assert refused["code"].endswith("BOOKING_PLACE_NOT_AVAILABLE")
    booking = retailer.post("/bookings", order(theirs))["booking"]
    (reservation,) = parts(booking, "reservations")
    moved = {
        "placeSelections": [
            {
                "reservationId": reservation["id"],
                "places": [{"coachNumber": "2", "placeNumber": "5", "passengerRef": "adult-1"}],
            }
        ]
    }
    assert retailer.patch(f"/bookings/{booking['id']}", moved, status=409)["code"].endswith("PLACE_NOT_AVAILABLE")


def _in_plan(found: dict[tuple[str, str], str]) -> list[int]:
    """The twelve places of the allotment, as the plan has them."""
    return [int(place) for coach, place in found if coach == "2" and int(place) <= 12]


def test_a_booking_s_own_place_is_free_to_it_and_named(operator: Retailer) -> None:
    booking = booked(operator, 2, **DIRECT)
    mine = allocated(booking)
    said = vehicle(operator, of_booking(booking))
    assert said["preSelectedPlaces"] == [{"coach": coach, "place": place} for coach, place in mine]
    (first, second), found = mine, statuses(said)
    assert found[first] == found[second] == "FREE"
    refs = {
        (coach["number"], place["number"]): [one["resourceId"] for one in place["reservationRefs"]]
        for coach in said["coaches"]
        for deck in coach["decks"]
        for room in deck["compartments"]
        for place in room["places"]
    }
    ids = [part["id"] for part in parts(booking, "reservations")]
    assert (refs[first], refs[second]) == ([ids[0]], [ids[1]]), "each is free for the one that has it"
    free = next(pair for pair, status in found.items() if status == "FREE" and pair not in mine)
    assert refs[free] == ids
    selection = {
        "reservationId": ids[0],
        "places": [{"coachNumber": free[0], "placeNumber": free[1], "passengerRef": "adult-1"}],
    }
    moved = operator.patch(f"/bookings/{booking['id']}", {"placeSelections": [selection]})["booking"]
    assert allocated(moved) == [free, second]


def test_only_what_is_wished_is_shown(retailer: Retailer) -> None:
    chosen = of_offer(offer(retailer))
    whole = statuses(vehicle(retailer, chosen))
    assert statuses(vehicle(retailer, chosen, serviceClass="STANDARD", accommodationSubTypes=["ANY_SEAT"])) == whole
    for wish in ({"serviceClass": "HIGH"}, {"accommodationSubTypes": ["WHEELCHAIR"]}):
        nothing = vehicle(retailer, chosen, **wish)
        assert [deck["compartments"] for coach in nothing["coaches"] for deck in coach["decks"]] == [[], []]


def test_the_map_of_before_3_5_says_the_same(operator: Retailer) -> None:
    chosen = offer(operator, adults(2), **DIRECT)
    references = of_offer(chosen)
    new = statuses(vehicle(operator, references))
    old = operator.get("/availabilities/place-map", params=references[0])["vehicleAvailability"]
    assert old["reference"] == references[0]
    said = {
        (coach["number"], place["number"]): place["status"]
        for coach in old["vehicle"]["coaches"]
        for room in coach["compartments"]
        for place in room["places"]
    }
    assert said == new
    maps = operator.post("/availabilities/place-map", {"partReferences": references})
    assert [one["reference"] for one in maps] == references
    assert maps[0] == old


def test_what_a_map_is_not_made_of(operator: Retailer, retailer: Retailer) -> None:
    chosen = offer(operator, **DIRECT)
    (mine,) = of_offer(chosen)
    path = "/availabilities/vehicle-place-map"
    another = offer(operator)
    mixed = asked([mine, *of_offer(another)])
    problem = operator.post(path, mixed, status=400)
    assert problem["pointers"] == [{"requestPointer": "/placeRestrictions/1/reservationRef"}]
    fare = operator.post(path, asked([mine | {"resourceType": "FARE"}]), status=400)
    assert fare["pointers"][0]["requestPointer"].endswith("resourceType")
    assert operator.post(path, {"placeRestrictions": []}, status=400)["code"].endswith("MALFORMED_REQUEST")
    admission = chosen["admissionOfferParts"][0]["id"]
    assert "no reservation" in operator.post(path, asked([mine | {"resourceId": admission}]), status=404)["detail"]
    assert operator.post(path, asked([mine | {"contextId": "made-up"}]), status=404)["code"].endswith("NOT_FOUND")
    retailer.post(path, asked([mine]), status=404)
    operator.post(path, asked([reference("BOOKING", "AAAAAAAA", "x")]), status=404)
    operator.get("/availabilities/place-map", params=mine | {"contextType": "WISH"}, status=400)
    del mine["resourceId"]
    assert "resourceId" in operator.get("/availabilities/place-map", params=mine, status=400)["detail"]


def test_another_s_booking_has_no_map(operator: Retailer, shop: Shop, new_retailer: NewRetailer) -> None:
    booking = bought(operator, 1, **DIRECT)
    stranger = new_retailer("Stranger", operator="example-tours")
    stranger.post("/availabilities/vehicle-place-map", asked(of_booking(booking)), status=404)


def test_an_offer_that_is_over_has_no_map(retailer: Retailer, shop: Shop) -> None:
    references = of_offer(offer(retailer))
    shop.clock.forward(minutes=30)
    problem = retailer.post("/availabilities/vehicle-place-map", asked(references), status=404)
    assert problem["code"].endswith("BOOKING_OFFER_NOT_FOUND")


def test_who_chooses_no_place_sits_near_the_one_that_was_chosen(operator: Retailer) -> None:
    chosen = offer(operator, adults(3), **TO_KHASAN)
    made = order(chosen, selection=chosen_place(chosen, "2", "19"))
    booking = operator.post("/bookings", made)["booking"]
    places = allocated(booking)
    assert places[0] == ("2", "19")
    assert len(set(places)) == 3
    assert {coach for coach, _ in places} == {"2"}
    for coach, place in (("2", "19"), ("99", "1"), ("2", "999")):
        again = offer(operator, adults(2), **TO_KHASAN)
        refused = order(again, selection=chosen_place(again, coach, place))
        operator.post("/bookings", refused, status=409 if place == "19" else 400)


def test_a_place_is_chosen_for_somebody_who_travels(operator: Retailer) -> None:
    chosen = offer(operator, adults(2), **TO_KHASAN)
    made = order(chosen, selection=chosen_place(chosen, "2", "19", passenger="nobody"))
    refused = operator.post("/bookings", made, status=400)
    assert refused["detail"] == 'Passenger "nobody" has no place to choose on this train.'
