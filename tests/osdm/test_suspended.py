"""A service that is suspended, as OSDM says it: no offers and why, other conditions for what was sold, the money."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sale.shop import Shop

from osdm.editions import LEAVES, adopt, coach
from osdm.retailer import Retailer
from osdm.selling import VLADIVOSTOK, adults, booked, bought, codes, offer, offers, order, parts, search

DIRECT: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.vladivostok.rajin"]}
"""The direct train of Thursday 10 December 2026."""
MORNING = "vladivostok-ussuriysk-morning.20261210.vladivostok.ussuriysk"
ON = "vladivostok-rason.20261210.ussuriysk.rajin"


def withdraw(shop: Shop) -> None:
    """The Korean side withdraws its consent for December. Nobody has given anything back yet."""
    shop.decide("withdraw", start=date(2026, 12, 1), until=date(2027, 1, 1))
    shop.current.forget()


def read(retailer: Retailer, booking: Any) -> Any:
    return retailer.get(f"/bookings/{booking['id']}")["booking"]


def test_there_are_no_offers_and_it_is_said_whose_consent_is_missing(operator: Retailer, shop: Shop) -> None:
    assert codes(offers(operator, **DIRECT)) == []
    withdraw(shop)
    said = offers(operator, **DIRECT)
    assert said["offers"] == []
    assert codes(said) == ["SERVICE_SUSPENDED", "OFFER_NO_RESULTS"]
    assert said["problems"][0]["detail"].endswith("does not run: KSR has not consented.")
    (trip,) = said["trips"]
    assert trip["tripStatus"] == {"cancelled": True}
    assert trip["legs"][0]["timedLeg"]["service"]["serviceStatus"] == {"cancelled": True}


def test_an_offer_made_before_cannot_be_booked_and_a_hold_not_confirmed(operator: Retailer, shop: Shop) -> None:
    made, held = offer(operator, **DIRECT), booked(operator, **DIRECT)
    withdraw(shop)
    assert "has not consented" in operator.post("/bookings", order(made), status=409)["detail"]
    operator.post(f"/bookings/{held['id']}/fulfillments", status=409)
    assert {part["status"] for part in parts(read(operator, held))} == {"CANCELLED"}


def test_what_was_sold_says_its_new_conditions_and_what_they_were(operator: Retailer, shop: Shop) -> None:
    before = parts(bought(operator, **DIRECT))[0]
    assert "afterSalesOverrideDetails" not in before
    assert before["refundable"] == "WITH_CONDITION"
    withdraw(shop)
    (booking,) = operator.post("/bookings-search", {"passenger": {"lastName": "Kim"}})["bookingSearchResults"]
    after = read(operator, booking)
    for part in (*parts(after), *parts(after, "reservations")):
        assert (part["status"], part["refundable"]) == ("REFUNDED", "YES")
        details = part["afterSalesOverrideDetails"]
        assert (details["initialRefundType"], details["initialExchangeableType"]) == ("WITH_CONDITION", "WITH_CONDITION")
        assert details["overrideDescription"] == (
            "The train Vladivostok – Rajin (Rason) of 2026-12-10 does not run: KSR has not consented. "
            "Everything that was paid for it comes back."
        )
        assert details["validFrom"] == "2026-11-23T12:00:00Z"
    (admission,) = parts(after)
    assert admission["afterSalesOverrideDetails"]["initialAfterSalesConditions"] == before["afterSaleConditions"]
    (condition,) = admission["afterSaleConditions"]
    assert condition["afterSaleFee"]["amount"] == 0
    assert admission["refundAmount"] == admission["price"]
    assert after["confirmedPrice"]["amount"] == 0
    operator.language = "ko"
    said = parts(read(operator, booking))[0]["afterSalesOverrideDetails"]["overrideDescription"]
    assert said.endswith("지불한 금액은 전액 환불됩니다.")


def test_the_other_ticket_of_the_journey_is_given_back_in_full_with_a_code_or_without(
    operator: Retailer, shop: Shop
) -> None:
    """To Ussuriysk by the morning train, on over the border by the direct one: only the second is stopped."""
    first, second = (offer(operator, adults(2), tripIds=[one]) for one in (MORNING, ON))
    both = order(first)
    both["offers"].append({"offerId": second["offerId"], "passengerRefs": second["passengerRefs"]})
    booking = operator.post("/bookings", both)["booking"]
    issued = operator.post(f"/bookings/{booking['id']}/fulfillments")["fulfillments"]
    withdraw(shop)
    domestic = parts(read(operator, booking))[:2]
    assert [(part["status"], part["refundable"]) for part in domestic] == [("FULFILLED", "YES")] * 2
    for part in domestic:
        details = part["afterSalesOverrideDetails"]
        assert "has not consented" in details["overrideDescription"]
        assert "validFrom" not in details
        assert details["validUntil"] == part["validFrom"], "until the train leaves"
    where = f"/bookings/{booking['id']}/refund-offers"
    for ticket, code in ((issued[0], None), (issued[1], "CONNECTION_BROKEN")):
        asked = {"fulfillmentIds": [ticket["id"]], **({"overruleCode": code} if code else {})}
        said = operator.post(where, asked)
        (refund,) = said["refundOffers"]
        assert (codes(said), refund.get("appliedOverruleCode")) == ([], code)
        assert refund["refundFee"]["amount"] == 0
        operator.patch(f"{where}/{refund['id']}", {"status": "CONFIRMED"})
    after = read(operator, booking)
    assert {part["status"] for part in parts(after)} == {"REFUNDED"}
    assert after["confirmedPrice"]["amount"] == 0
    assert shop.faults() == ()


def test_a_train_that_runs_again_leaves_what_came_back_with_its_reason(operator: Retailer, shop: Shop) -> None:
    booking = bought(operator, **DIRECT)
    withdraw(shop)
    read(operator, booking)
    shop.decide("grant", start=date(2026, 12, 1), until=date(2027, 1, 1))
    shop.current.forget()
    (part,) = parts(read(operator, booking))
    said = part["afterSalesOverrideDetails"]["overrideDescription"]
    assert said == "A train of this booking does not run. Everything that was paid for it comes back."
    assert offers(operator, **DIRECT)["offers"]


@pytest.mark.parametrize(("leaves", "far"), [("21:30", False), ("20:40", True)])
def test_a_train_moved_by_more_than_an_hour_need_not_be_taken(
    operator: Retailer, shop: Shop, tmp_path: Path, leaves: str, far: bool
) -> None:
    booking = bought(operator, **DIRECT)
    adopt(shop, tmp_path / "line", (LEAVES, LEAVES.replace("22:00", leaves)))
    (part,) = parts(read(operator, booking))
    assert part["validFrom"] == f"2026-12-10T{leaves}:00+10:00"
    assert part["refundable"] == ("YES" if far else "WITH_CONDITION")
    assert ("afterSalesOverrideDetails" in part) is far
    if far:
        said = part["afterSalesOverrideDetails"]["overrideDescription"]
        assert said.startswith("A new timetable has moved the train by more than an hour.")


def test_whoever_lost_a_place_to_other_coaches_need_not_travel(operator: Retailer, shop: Shop, tmp_path: Path) -> None:
    """Ninety-nine others are in the way: with one coach fewer there is no place for all."""
    crowd = [bought(operator, 8, **DIRECT) for _ in range(12)]
    gone = (coach("1", "compartment") + coach("2", "staff"), coach("2", "staff"))
    adopt(shop, tmp_path / "line", gone)
    bookings = [read(operator, one) for one in crowd]
    unseated = [part for one in bookings for part in parts(one) if "afterSalesOverrideDetails" in part]
    assert len(unseated) == 96 - 64
    for part in unseated:
        assert part["refundable"] == "YES"
        said = part["afterSalesOverrideDetails"]["overrideDescription"]
        assert said.startswith("The train has other coaches now, and no place is left in them.")


def test_where_nothing_happened_the_tariff_holds(retailer: Retailer) -> None:
    booking = bought(retailer, tripSearchCriteria=search(VLADIVOSTOK))
    assert all("afterSalesOverrideDetails" not in part for part in parts(booking))
    assert {part["refundable"] for part in parts(booking)} == {"WITH_CONDITION"}
