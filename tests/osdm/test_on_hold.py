"""A group on hold: a longer deadline for a deposit, names by batch."""

from __future__ import annotations

from typing import Any

from osdm.retailer import Retailer
from osdm.selling import RAJIN, VLADIVOSTOK, adults, booked, codes, offer, order, parts, search

JANUARY = search(VLADIVOSTOK, RAJIN, "2027-01-14T00:00:00")


def group(retailer: Retailer, count: int = 10) -> Any:
    """So many without names, to Rason in January."""
    chosen = offer(retailer, adults(count), tripSearchCriteria=JANUARY)
    nobody = [{"externalRef": ref, "type": "ADULT"} for ref in chosen["passengerRefs"]]
    return retailer.post("/bookings", order(chosen, nobody))["booking"]


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def test_a_group_pays_a_deposit_then_the_balance_and_names_its_passengers_last(operator: Retailer) -> None:
    booking = group(operator)
    path = f"/bookings/{booking['id']}/on-hold-offer"
    assert booking["confirmationTimeLimit"] == "2026-11-30T12:00:00Z"
    said = operator.post(path, {"increaseTTL": 60 * 24 * 14})
    held = said["onHoldOffer"]
    total = booking["provisionalPrice"]["amount"]
    assert (held["deposit"]["amount"], held["onHoldFee"]["price"]["amount"]) == (total // 5, 0)
    assert (held["increasedTTL"], "problems" in said) == ("2026-12-23T14:00:00Z", False)
    assert read(operator, booking)["onHoldOffer"] == held
    operator.delete(f"{path}/{held['id']}")
    assert "onHoldOffer" not in read(operator, booking)

    said = operator.post(path, {"increaseTTL": 60 * 24 * 365})
    assert codes(said) == ["VALUE_NOT_SUPPORTED"]
    where = f"{path}/{said['onHoldOffer']['id']}"
    answers = [operator.patch(where, {}, key="k")["onHoldOffer"] for _ in range(2)]
    assert answers[0] == answers[1]
    on_hold = read(operator, booking)
    assert on_hold["onHoldOffer"] == answers[0]
    assert on_hold["onHoldOffer"]["confirmedOn"] == "2026-11-23T12:00:00Z"
    assert on_hold["confirmationTimeLimit"] == "2026-12-23T14:00:00Z"
    assert {(part["status"], part["confirmableUntil"]) for part in parts(on_hold)} == {
        ("ON_HOLD", "2026-12-23T14:00:00Z")
    }
    operator.delete(where, status=409)
    operator.post(path, {"increaseTTL": 1}, status=409)

    issued = operator.post(f"/bookings/{booking['id']}/fulfillments")
    assert {one["contentComplete"] for one in issued["fulfillments"]} == {False}
    assert "fulfillmentDocuments" not in issued
    sold = read(operator, booking)
    assert sold["confirmedPrice"]["amount"] == total
    assert "passengerSpecifications[9].detail.lastName" in sold["requestedInformation"]
    named = [{**one, "detail": {"firstName": "Olga", "lastName": f"Kim{one['id']}"}} for one in sold["passengers"]]
    operator.patch(f"/bookings/{booking['id']}/passengers", {"passengers": named})
    after = read(operator, booking)
    assert "detail." not in after["requestedInformation"], "only the border still asks"
    assert len(after["fulfillmentDocuments"]) == 10
    assert all(one["contentComplete"] for one in after["fulfillments"])


def test_only_a_group_is_put_on_hold(retailer: Retailer) -> None:
    booking = booked(retailer)
    problem = retailer.post(f"/bookings/{booking['id']}/on-hold-offer", {"increaseTTL": 30}, status=409)
    assert "Only a group's places are held longer" in problem["detail"]
    retailer.post(f"/bookings/{booking['id']}/on-hold-offer", {"increaseTTL": 0}, status=400)
    retailer.patch(f"/bookings/{booking['id']}/on-hold-offer/none", {}, status=404)
