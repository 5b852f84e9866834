"""The sale, as the specification lays it out: from a station's name to a barcode that a published key signed."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from osdm.client.barcode import read
from osdm.client.machine import (
    Machine,
    amount,
    anonymous,
    codes,
    parts,
    person,
    place,
    places,
    search,
    statuses,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def ends(machine: Machine) -> tuple[str, str]:
    """Two stations on this side of the border."""
    return machine.station("Vladivostok"), machine.station("Уссурийск")


def test_from_the_name_of_a_station_to_a_barcode(machine: Machine, soon: str) -> None:
    machine.get("/versions")
    assert machine.station("Владивосток") == machine.station("vladivo") == machine.station("블라디보스토크")
    (trip,) = machine.trips(machine.station("Vladivostok"), machine.station("Ussuriysk"), soon)
    assert trip == machine.get(f"/trips/{trip['id']}")["trip"]
    said = machine.offers([anonymous("a")], tripIds=[trip["id"]], embed=["ALL"])
    offer = said["offers"][0]
    assert [one["id"] for one in said["trips"]] == [trip["id"]]
    assert at(offer["preBookableUntil"]) - at(offer["createdOn"]) == timedelta(minutes=30)

    booking = machine.book(offer, passengers=[anonymous("a")], externalRef="order 1")
    check_booked(offer, booking)
    check_told(machine, booking)
    sold = machine.confirm(booking)
    (ticket,) = sold["fulfillments"]
    after = machine.read(booking)
    assert {one["id"] for one in ticket["bookingParts"]} == {
        one["id"] for one in (*parts(booking), *parts(booking, "reservations"))
    }
    assert after["fulfillments"] == [ticket]
    assert statuses(after) == ["FULFILLED"]
    assert after["confirmedPrice"] == booking["provisionalPrice"]
    assert amount(after["provisionalPrice"]) == 0
    assert places(after) == places(booking)
    assert machine.get(f"/fulfillments/{ticket['id']}")["fulfillment"] == ticket
    assert codes(machine.confirm(booking, status=409)) == ["CONFIRMATION_BOOKING_ALREADY_CONFIRMED"]
    check_ticket(machine, after, ticket, sold["fulfillmentDocuments"])


def check_booked(offer: Any, booking: Any) -> None:
    """What is held is what was offered, under the same ids, until a moment that is said."""
    offered = [*offer["admissionOfferParts"], *offer["reservationOfferParts"]]
    booked = [*parts(booking), *parts(booking, "reservations")]
    assert [one["id"] for one in booked] == [one["id"] for one in offered], "a part keeps its id"
    assert [one["price"] for one in booked] == [one["price"] for one in offered]
    assert booking["bookedOffers"][0]["offerId"] == offer["offerId"]
    assert at(booking["createdOn"]) > at(offer["createdOn"])
    limit = at(booking["confirmationTimeLimit"])
    assert {at(one["confirmableUntil"]) for one in booked} == {limit}
    assert limit > datetime.now(UTC)
    assert {one["status"] for one in booked} == {"PREBOOKED"}
    assert booking["provisionalPrice"] == offer["offerSummary"]["minimalPrice"]
    assert amount(booking["provisionalPrice"]) == sum(amount(one["price"]) for one in booked)
    assert booking["externalRef"] == "order 1"
    assert len(places(booking)) == 1


def check_told(machine: Machine, booking: Any) -> None:
    """What is missing is said, refused, told, echoed and kept."""
    where = f"/bookings/{booking['id']}"
    check = machine.get(f"{where}/fulfillment-check", status=400)
    assert codes(check) == ["CONFIRMATION_CHECK_FAILED"]
    assert check["pointers"]
    assert codes(machine.confirm(booking, status=409)) == ["CONFIRMATION_INFORMATION_MISSING"]
    assert "detail.firstName" in booking["requestedInformation"]
    (passenger,) = booking["passengers"]
    told = person("a", id=passenger["id"], dateOfBirth="1990-02-28", gender="X", prmNeeds=["NEED_PRM_SUPPORT"])
    echoed = machine.patch(f"{where}/passengers/{passenger['id']}", told)["passenger"]
    assert {name: echoed[name] for name in told} == told
    assert machine.get(f"{where}/passengers/{passenger['id']}")["passenger"] == echoed
    purchaser = {"detail": person("-")["detail"]}
    assert machine.patch(f"{where}/purchaser", purchaser)["purchaser"]["detail"] == purchaser["detail"]
    wish = {"requestedFulfillmentType": "ETICKET", "preferredFulfillmentMedia": "UIC_PDF"}
    changed = machine.patch(where, {**wish, "usedPaymentMethods": [{"type": "CARD"}]})["booking"]
    assert changed["fulfillmentType"] == "ETICKET"
    assert changed["purchaser"]["detail"]["contact"] == purchaser["detail"]["contact"]
    assert changed["passengers"] == [echoed]
    assert "requestedInformation" not in changed
    machine.get(f"{where}/fulfillment-check", status=204)


def check_ticket(machine: Machine, booking: Any, ticket: Any, documents: list[Any]) -> None:
    """The code and the file say the same, and it is what was bought."""
    (part,) = ticket["fulfillmentParts"]
    (feature,) = part["securityFeatures"]
    assert feature["type"] == {"type": "BAR_CODE", "format": "BINARY", "symbology": "AZTEC"}
    raw = base64.b64decode(feature["data"], validate=True)
    said = read(raw, machine.http.get(str(machine.http.base_url.copy_with(path="/keys"))).json())
    assert said["issuingDetail"]["issuerPNR"] == booking["id"]
    (traveler,) = said["travelerDetail"]["traveler"]
    assert (traveler["firstName"], traveler["lastName"]) == ("Vera", "Pak")
    (document,) = said["transportDocument"]
    _kind, reservation = document["ticket"]
    ((coach, number),) = places(booking)
    assert reservation["places"]["coach"] == coach
    assert number in map(str, reservation["places"].get("placeNum", reservation["places"].get("placeIA5")))

    (pdf,) = documents
    assert (pdf["id"], pdf["format"]) == (ticket["fulfillmentDocumentRefs"][0], "application/pdf")
    answer = machine.http.get(pdf["downloadLink"])
    assert answer.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0]
    assert "Pak" in page.get_textpage().get_text_bounded()
    (shown,) = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    assert shown.bytes == raw
    wrong = machine.http.get(pdf["downloadLink"].replace(".pdf", "x.pdf"))
    assert (wrong.status_code, wrong.headers["content-type"]) == (404, "application/problem+json")


def test_a_search_and_a_trip_known_from_elsewhere_are_offered_alike(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    by_search = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))
    (trip,) = by_search["trips"]
    leg = trip["legs"][0]["timedLeg"]
    start = {name: leg["start"][name] for name in ("stopPlaceRef", "serviceDeparture")}
    local = {"timetabledTime": leg["start"]["serviceDeparture"]["timetabledTime"][:19]}
    for left in (start, {**start, "serviceDeparture": local}):
        known = {"start": left, "end": leg["end"], "service": {"vehicleNumbers": leg["service"]["vehicleNumbers"]}}
        given = {"externalRef": "known", "legs": [{"timedLeg": known}]}
        by_trip = machine.offers([anonymous("a")], tripSpecifications=[given])
        assert by_trip["trips"][0]["externalRef"] == "known"
        assert by_trip["trips"][0]["legs"] == trip["legs"]
        assert [one["offerSummary"] for one in by_trip["offers"]] == [
            one["offerSummary"] for one in by_search["offers"]
        ]


def test_a_day_of_the_price_calendar_is_bought_at_its_price(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    two = [anonymous("a"), anonymous("b")]
    said = machine.post(
        "/offer-overview-route",
        {
            "routeSpecification": {"origin": place(ends[0]), "destination": place(ends[1])},
            "passengerSpecifications": two,
            "startDateTime": soon,
            "endDateTime": (at(soon) + timedelta(days=3)).isoformat(),
        },
    )
    day = said["offerOverviews"][0]
    (offer,) = machine.offers(two, tripSearchCriteria=search(*ends, day["startDateTime"]))["offers"]
    assert at(offer["admissionOfferParts"][0]["validFrom"]).date() == at(day["startDateTime"]).date()
    booking = machine.book(offer)
    assert booking["provisionalPrice"]["amount"] == day["price"]["amount"]
    machine.confirm(booking)


def test_what_is_wished_of_an_offer_is_kept_or_remarked(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    def ask(**criteria: Any) -> Any:
        return machine.offers(
            [anonymous("a")],
            tripSearchCriteria=search(*ends, soon),
            offerSearchCriteria=criteria,
            requestedFulfillmentOptions=[{"type": "ETICKET", "media": "PDF_A4"}],
        )

    free = ask(currency="USD", requestedOfferParts=["ADMISSION", "RESERVATION"], offerMode="INDIVIDUAL")
    assert "problems" not in free
    for offer in free["offers"]:
        assert offer["offerSummary"]["minimalPrice"]["currency"] == "USD"
        assert {one["price"]["currency"] for one in offer["admissionOfferParts"]} == {"USD"}
        for part in offer["admissionOfferParts"]:
            assert {"type": "ETICKET", "media": "PDF_A4"} in part["availableFulfillmentOptions"]
    own = free["offers"][0]["offerSummary"]["overallFlexibility"]
    assert "problems" not in ask(flexibilities=[own])
    assert codes(ask(currency="CHF")) == ["VALUE_NOT_SUPPORTED"]
    assert not ask(requestedOfferParts=["ANCILLARY"])["offers"]
    second = ask(travelClasses=["SECOND"])["offers"]
    assert {one["offerSummary"]["overallTravelClass"] for one in second} == {"SECOND"}


def test_out_and_back_in_one_booking(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    back = (at(soon) + timedelta(days=2)).isoformat()
    criteria = {**search(*ends, soon), "returnSearchParameters": {"departureTime": back}}
    said = machine.offers([anonymous("a")], tripSearchCriteria=criteria)
    directions = {one["id"]: one["direction"] for one in said["trips"]}
    assert sorted(directions.values()) == ["IN_BOUND", "OUT_BOUND"]
    by_direction = {directions[one["tripCoverage"]["coveredTripId"]]: one for one in said["offers"]}
    booking = machine.book(by_direction["OUT_BOUND"], by_direction["IN_BOUND"])
    assert [one["offerId"] for one in booking["bookedOffers"]] == [
        by_direction["OUT_BOUND"]["offerId"],
        by_direction["IN_BOUND"]["offerId"],
    ]
    assert amount(booking["provisionalPrice"]) == sum(
        amount(one["offerSummary"]["minimalPrice"]) for one in by_direction.values()
    )
    machine.confirm(booking)
    assert statuses(machine.read(booking)) == ["FULFILLED", "FULFILLED"]


def test_the_way_back_is_asked_for_when_the_way_out_is_chosen(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    there = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    later = (at(soon) + timedelta(days=3)).isoformat()
    criteria = {**search(ends[1], ends[0], later), "returnSearchParameters": {"outwardOfferIds": [there["offerId"]]}}
    said = machine.offers([anonymous("a")], tripSearchCriteria=criteria)
    assert {one["direction"] for one in said["trips"]} == {"IN_BOUND"}
    assert [said["trips"][0][end]["stopPlaceRef"] for end in ("origin", "destination")] == list(reversed(ends))
    booking = machine.book(there, said["offers"][0])
    machine.confirm(booking)
    assert len(machine.read(booking)["fulfillments"]) == 2


def test_two_adults_and_a_child(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    born = f"{at(soon).year - 7}-01-02"
    people = [anonymous("a", "ADULT"), anonymous("b", "ADULT"), anonymous("c", "CHILD", dateOfBirth=born)]
    offer = machine.offers(people, tripSearchCriteria=search(*ends, soon))["offers"][0]
    prices = {one["passengerRefs"][0]: amount(one["price"]) for one in offer["admissionOfferParts"]}
    assert prices["a"] == prices["b"] > prices["c"] > 0
    everybody = [person("c", "CHILD", dateOfBirth=born), person("b", "ADULT"), person("a", "ADULT")]
    booking = machine.book(offer, passengers=everybody)
    assert len(set(places(booking))) == 3
    refs = {one["id"]: one["externalRef"] for one in booking["passengers"]}
    booked = {refs[one["passengerIds"][0]]: amount(one["price"]) for one in parts(booking)}
    assert booked == prices, "in whatever order they are told"
    assert {one["externalRef"]: one.get("dateOfBirth") for one in booking["passengers"]}["c"] == born
    assert len(machine.confirm(booking)["fulfillments"]) == 3


def test_a_place_is_chosen_and_chosen_anew(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    def one_offer() -> Any:
        return machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]

    def order(offer: Any, coach: str, number: str) -> dict[str, Any]:
        wanted = {"coachNumber": coach, "placeNumber": number, "passengerRef": "a"}
        on = {"reservationId": offer["reservationOfferParts"][0]["id"], "places": [wanted]}
        chosen = {"offerId": offer["offerId"], "passengerRefs": ["a"], "placeSelections": [on]}
        return {"offers": [chosen], "passengerSpecifications": [person("a")]}

    let_go, kept = machine.book(one_offer()), machine.book(one_offer())
    (free,), (taken,) = places(let_go), places(kept)
    machine.delete(f"/bookings/{let_go['id']}")
    assert codes(machine.post("/bookings", order(one_offer(), *taken), status=409)) == ["BOOKING_PLACE_NOT_AVAILABLE"]
    assert machine.post("/bookings", order(one_offer(), *taken[:1], "999"), status=400)["detail"]
    booking = machine.post("/bookings", order(one_offer(), *free))["booking"]
    assert places(booking) == [free]

    (reservation,) = parts(booking, "reservations")
    wanted = {"coachNumber": taken[0], "placeNumber": taken[1], "passengerRef": "a"}
    change = {"placeSelections": [{"reservationId": reservation["id"], "places": [wanted]}]}
    problem = machine.patch(f"/bookings/{booking['id']}", change, status=409)
    assert codes(problem) == ["BOOKING_PLACE_NOT_AVAILABLE"]
    assert places(machine.read(booking)) == [free], "what it has, it keeps"
    machine.delete(f"/bookings/{kept['id']}")
    assert places(machine.patch(f"/bookings/{booking['id']}", change)["booking"]) == [taken]


def test_a_booking_let_go_of_frees_its_place_and_can_be_confirmed_no_more(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    free = offer["admissionOfferParts"][0]["numericAvailability"]
    booking = machine.book(offer)
    after = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    assert after["admissionOfferParts"][0]["numericAvailability"] == free - 1
    machine.delete(f"/bookings/{booking['id']}")
    assert codes(machine.confirm(booking, status=409)) == ["CONFIRMATION_BOOKING_ALREADY_CANCELLED"]
    assert set(statuses(machine.read(booking))) == {"CANCELLED"}
    again = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    assert again["admissionOfferParts"][0]["numericAvailability"] == free


def test_a_confirmed_booking_is_not_let_go_of(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    booking = machine.book(machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0])
    machine.confirm(booking)
    problem = machine.ask("DELETE", f"/bookings/{booking['id']}", status=409)
    assert codes(problem) == ["BOOKING_BOOKING_ALREADY_CONFIRMED"]
    assert statuses(machine.read(booking)) == ["FULFILLED"]


def test_a_booking_is_found_by_code_name_ticket_and_own_reference(
    machine: Machine, tours: Machine, ends: tuple[str, str], soon: str
) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    vera = person("a")
    vera["detail"] |= {"firstName": "Serafima", "lastName": "Choe"}
    booking = machine.book(offer, passengers=[vera], externalRef="order 77")
    (ticket,) = machine.confirm(booking)["fulfillments"]
    for asked in (
        {"bookingId": booking["id"]},
        {"bookingCode": booking["bookingCode"]},
        {"fulfillmentId": ticket["id"]},
        {"externalRef": "order 77"},
        {"passenger": {"lastName": "Choe", "firstName": "Serafima"}},
    ):
        found = machine.post("/bookings-search", asked)["bookingSearchResults"]
        assert [one["id"] for one in found] == [booking["id"]], asked
        assert tours.post("/bookings-search", asked)["bookingSearchResults"] == [], "another's is not found"
    assert tours.get(f"/bookings/{booking['id']}", status=404)["code"] == "urn:uic:problem:RESOURCE_NOT_FOUND"
