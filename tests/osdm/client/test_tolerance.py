"""Tolerant in: whatever a spec-minded machine may send is understood, or refused with a sentence; never a 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from osdm.client.machine import Machine, amount, anonymous, codes, parts, person, place, search


@pytest.fixture(scope="module")
def ends(machine: Machine) -> tuple[str, str]:
    return machine.station("Vladivostok"), machine.station("Ussuriysk")


def test_a_time_is_the_stations_own_with_its_offset_or_without_or_in_another(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    day = soon[:10]
    written = [f"{day}T04:00:00", f"{day}T04:00:00+10:00", f"{day}T04:00:00.000", f"{day}T03:00:00+09:00"]
    found = [machine.trips(*ends, when)[0]["id"] for when in written]
    assert len(set(found)) == 1
    assert machine.trips(*ends, f"{day}T04:00:00Z")[0]["id"] != found[0], "ten hours later"


def test_unknown_members_pass_wherever_they_are(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    body = {"anonymousPassengerSpecifications": [anonymous("a")], "tripSearchCriteria": search(*ends, soon)}
    plain = machine.post("/offers", body)
    strange = _with(body, {"x_vendor": {"deep": [1, None, "…"]}, "futureMember": True})
    assert [one["offerSummary"] for one in machine.post("/offers", strange)["offers"]] == [
        one["offerSummary"] for one in plain["offers"]
    ]
    order = {
        "offers": [{"offerId": plain["offers"][0]["offerId"], "passengerRefs": ["a"]}],
        "passengerSpecifications": [person("a")],
        "purchaser": {"detail": person("a")["detail"]},
    }
    booking = machine.post("/bookings", _with(order, {"futureMember": {}}))["booking"]
    assert "futureMember" not in json.dumps(booking)


def test_null_is_as_good_as_not_said(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    nothing = {"dateOfBirth": None, "age": None, "gender": None, "prmNeeds": None, "cards": None}
    criteria = {
        **search(*ends, soon),
        "arrivalTime": None,
        "vias": None,
        "notVias": None,
        "embed": None,
        "returnSearchParameters": None,
    }
    asked = {
        "tripIds": None,
        "tripSpecifications": None,
        "tripSearchCriteria": criteria,
        "offerSearchCriteria": {"currency": None, "flexibilities": None, "offerMode": None, "travelClasses": None},
        "requestedFulfillmentOptions": None,
        "anonymousPassengerSpecifications": [{**anonymous("a"), **nothing}],
        "embed": None,
    }
    offer = machine.post("/offers", asked)["offers"][0]
    detail = {"firstName": "Vera", "lastName": "Pak", "contact": None, "taxId": None, "summary": None}
    order = {
        "offers": [{"offerId": offer["offerId"], "passengerRefs": ["a"], "placeSelections": None, "externalRef": None}],
        "passengerSpecifications": [{**anonymous("a"), **nothing, "detail": detail}],
        "purchaser": None,
        "externalRef": None,
        "requestedFulfillmentType": None,
    }
    booking = machine.post("/bookings", order)["booking"]
    where = f"/bookings/{booking['id']}"
    told = {**booking["passengers"][0], **nothing, "detail": None}
    machine.patch(f"{where}/passengers/{told['id']}", told)
    machine.patch(where, {"placeSelections": None, "usedPaymentMethods": None, "externalRef": None})
    machine.confirm(booking)
    (ticket,) = machine.read(booking)["fulfillments"]
    nobody = {"fulfillmentIds": [ticket["id"]], "refundSpecifications": None, "overruleCode": None, "refundDate": None}
    machine.post(f"{where}/refund-offers", nobody)


def test_seven_and_seven_point_nought_are_one_number(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    def price(age: str) -> int:
        body = json.dumps({"anonymousPassengerSpecifications": ["?"], "tripSearchCriteria": search(*ends, soon)})
        people = f'{{"externalRef": "a", "type": "PERSON"}}, {{"externalRef": "c", "type": "CHILD", "age": {age}}}'
        said = machine.post("/offers", content=body.replace('"?"', people).encode())
        return sum(amount(one["price"]) for one in said["offers"][0]["admissionOfferParts"])

    assert price("7") == price("7.0")
    body = {"anonymousPassengerSpecifications": [anonymous("c", age=7.5)], "tripSearchCriteria": search(*ends, soon)}
    assert codes(machine.post("/offers", body, status=400)) == ["MALFORMED_REQUEST"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/json;version=3.9.0"])
def test_a_media_type_may_say_more(machine: Machine, kind: str) -> None:
    content = json.dumps({"placeInput": {"name": "Khasan"}}).encode()
    machine.post("/places", content=content, headers={"content-type": kind, "accept": "application/json"})


def test_the_headers_of_the_specification_do_no_harm(machine: Machine) -> None:
    headers = {
        "requestor": "shop 7",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "vendor=1",
        "x-accept-namespace": "uic",
        "accept-language": "de-CH, ko;q=0.9, en;q=0.8",
    }
    said = machine.get("/places", headers=headers)
    assert machine.answer.headers["content-language"] == "ko"
    etag = machine.answer.headers["etag"]
    assert any(one["name"] == "블라디보스토크" for one in said["places"])
    machine.get("/places", headers={**headers, "if-none-match": etag}, status=304)
    machine.get("/places", headers={"if-none-match": etag, "accept-language": "en"})


def test_reduction_cards_and_other_things_unheard_of_are_no_error(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    card = {"type": "REDUCTION_CARD", "code": "BAHNCARD50", "issuer": "urn:uic:rics:1080", "number": "7081"}
    plain = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))
    said = machine.offers(
        [anonymous("a", cards=[card])],
        tripSearchCriteria=search(*ends, soon),
        promotionCodes=[{"code": "SUMMER"}],
        corporateCodes=[{"code": "ACME", "issuer": "urn:uic:rics:1080"}],
        offerSearchCriteria={"productTags": ["RESERVATION"], "inboundDate": soon},
    )
    assert [one["offerSummary"] for one in said["offers"]] == [one["offerSummary"] for one in plain["offers"]]


def test_what_cannot_be_true_of_a_passenger_is_refused_at_once(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    booking = machine.book(offer)
    (passenger,) = booking["passengers"]
    where = f"/bookings/{booking['id']}/passengers/{passenger['id']}"
    for wrong in ({"gender": "ZZZ"}, {"dateOfBirth": "not-a-date"}):
        problem = machine.patch(where, {**passenger, **wrong}, status=400)
        assert [one["requestPointer"] for one in problem["pointers"]] == [f"/{name}" for name in wrong]
    detail, contact = passenger["detail"], passenger["detail"]["contact"]
    for member, text in (
        ("firstName", ""),
        ("lastName", ""),
        ("email", "not-an-email"),
        ("phoneNumber", "not-a-phone"),
    ):
        spoilt = {**detail, member: text} if member in detail else {**detail, "contact": {**contact, member: text}}
        problem = machine.patch(where, {**passenger, "detail": spoilt}, status=400)
        assert problem["pointers"][0]["requestPointer"].endswith(f"/{member}")
    assert "2099" in machine.patch(where, {**passenger, "dateOfBirth": "2099-01-01"}, status=400)["detail"]
    assert machine.read(booking)["passengers"] == [passenger]
    nowhere = {**detail, "contact": {"email": "", "phoneNumber": ""}}
    machine.patch(where, {**passenger, "detail": nowhere})


@pytest.mark.parametrize("member", ["unheardOf", "promotionCodes", "nonTripSearchCriteria"])
def test_what_is_nested_too_deeply_is_no_mistake_of_ours(machine: Machine, member: str) -> None:
    content = b'{"anonymousPassengerSpecifications": [{"externalRef": "a", "type": "PERSON"}], "%s": ' % member.encode()
    deep = content + b"[" * 50_000 + b"]" * 50_000 + b"}"
    assert codes(machine.post("/offers", content=deep, status=400)) == ["MALFORMED_REQUEST"]


def test_the_asked_part_of_a_booking_is_said(machine: Machine, ends: tuple[str, str], soon: str) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    booking = machine.book(offer)
    machine.confirm(booking)
    where = f"/bookings/{booking['id']}"
    whole = machine.get(where)["booking"]
    assert whole == machine.get(where, embed="ALL")["booking"]
    assert len(parts(whole)) == 1
    bare = machine.get(where, embed="NONE")["booking"]
    assert {"id", "createdOn", "passengers"} <= bare.keys()


def _with(value: Any, more: dict[str, Any]) -> Any:
    """The same with more members in every object."""
    if isinstance(value, dict):
        return {**{name: _with(member, more) for name, member in value.items()}, **more}
    return [_with(one, more) for one in value] if isinstance(value, list) else value


# Every member of every request, spoilt in every way


SPOILT: tuple[Any, ...] = (
    None,
    "",
    " ",
    "a" * 5000,
    "\x00",
    "ﷺ" * 40,
    0,
    -1,
    7.5,
    2**63,
    10**400,
    True,
    [],
    [[]],
    [None],
    {},
    {"a": {}},
)


def _spoilt(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The body with one of its members replaced, or gone."""
    for name, member in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        for wrong in SPOILT:
            yield (*at, name, repr(wrong)[:20]), _replaced(body, name, wrong)
        if isinstance(body, dict):
            yield (*at, name, "gone"), {key: one for key, one in body.items() if key != name}
        for where, inner in _spoilt(member, (*at, name)):
            yield where, _replaced(body, name, inner)


def _replaced(body: Any, name: Any, value: Any) -> Any:
    if isinstance(body, dict):
        return {**body, name: value}
    return [value if number == name else one for number, one in enumerate(body)]


def test_whatever_is_spoilt_in_a_request_is_answered_by_the_book(
    machine: Machine, ends: tuple[str, str], soon: str
) -> None:
    offer = machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0]
    trip = machine.trips(*ends, soon)[0]
    leg = trip["legs"][0]["timedLeg"]
    booking = machine.book(offer)
    held = machine.book(machine.offers([anonymous("a")], tripSearchCriteria=search(*ends, soon))["offers"][0])
    (ticket,) = machine.confirm(booking)["fulfillments"]
    passenger = person("a", id="P1", gender="X", dateOfBirth="1990-01-01", cards=[{"type": "LOYALTY_CARD"}])
    reservation = parts(held, "reservations")[0]
    taken = reservation["placeAllocation"]["reservedPlaces"][0]
    seat = {"coachNumber": taken["coachNumber"], "placeNumber": taken["placeNumbers"][0], "passengerRef": "a"}
    covered = reservation["placeAllocation"]["tripLegCoverage"]
    chosen = [{"reservationId": reservation["id"], "places": [seat], "tripLegCoverage": covered}]
    given = {"legs": [{"timedLeg": {"start": leg["start"], "end": leg["end"], "service": leg["service"]}}]}
    where = f"/bookings/{held['id']}"
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/places", {"placeInput": {"name": "Khasan"}, "restrictions": {"type": "STOP", "numberOfResults": 3}}),
        ("POST", "/trips-collection", {**search(*ends, soon), "vias": [{"viaPlace": place(ends[1])}]}),
        ("POST", "/offers", {"anonymousPassengerSpecifications": [anonymous("a")], "tripSpecifications": [given]}),
        ("POST", "/bookings-search", {"passenger": {"lastName": "Pak"}, "parameters": {"numberOfResults": 1}}),
        ("PATCH", f"{where}/passengers/P1", passenger),
        ("PATCH", f"{where}/passengers", {"passengers": [passenger]}),
        ("PATCH", f"{where}/purchaser", {"detail": passenger["detail"]}),
        ("PATCH", where, {"placeSelections": chosen, "usedPaymentMethods": [{"type": "CARD", "transactionId": "1"}]}),
        ("POST", f"/bookings/{booking['id']}/refund-offers", {"fulfillmentIds": [f"{ticket['id']}x"]}),
        ("POST", "/bookings", {
            "offers": [{"offerId": f"{offer['offerId']}x", "passengerRefs": ["a"], "placeSelections": chosen}],
            "passengerSpecifications": [passenger],
        }),
    ]  # fmt: skip
    for method, path, body in requests:
        for at, spoilt in _spoilt(body):
            machine.send(method, path, content=json.dumps(spoilt).encode(), own_words=True)
            assert machine.answer.status_code < 500, f"{method} {path} {at}: {machine.answer.text}"
