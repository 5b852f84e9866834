"""What a retailer's machine is told when something happens to its bookings, over HTTP, as OSDM has it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sale.shop import SHIPPED, Shop, adult
from standardwebhooks import Webhook as StandardWebhook
from subscriber import Subscriber, subscriber

from osdm.conftest import HOST, NewRetailer
from osdm.retailer import Retailer
from osdm.selling import booked, bought, offer, order, parts
from osdm.webhook_judge import check_event
from rerail.cli.retailers import run_list, run_webhook, run_webhook_again, run_webhook_off
from rerail.desk.clients import disable_client
from rerail.desk.opening import open_folder
from rerail.desk.retail_events import event_of
from rerail.desk.subscribing import subscribe
from rerail.people.clients import ClientError
from rerail.tell.carrying import carry
from rerail.tell.outbox import MOST_TRIES, counts, told_about
from rerail.tell.webhook import Webhook
from rerail.web.osdm.events import said

DIRECT: dict[str, Any] = {"tripIds": ["vladivostok-rason.20261210.vladivostok.rajin"]}
"""The direct train of Thursday 10 December 2026."""
DAY = date(2026, 12, 10)

Told = Callable[[], list[Any]]


def carried(shop: Shop) -> None:
    channel = Webhook(shop.store, shop.clock, lambda message: said(event_of(message), HOST), loopback=True)
    while carry(shop.store, shop.clock, channel).taken:
        pass


@pytest.fixture
def machine() -> Iterator[Subscriber]:
    with subscriber() as one:
        yield one


@pytest.fixture
def told(shop: Shop, operator: Retailer, machine: Subscriber) -> Told:
    """What the tour operator's machine was told since it was last asked, each event as the specification has it."""
    subscribe(shop.store, shop.clock, "Tours", machine.url, loopback=True)

    def since() -> list[Any]:
        carried(shop)
        came, machine.received[:] = list(machine.received), []
        events = [check_event(one.body) for one in came]
        assert [one["revision"]["name"] for one in events] == [one.id for one in came]
        return events

    return since


def kinds(events: list[Any]) -> list[str]:
    return [one["type"] for one in events]


def of_kind(events: list[Any], kind: str) -> Any:
    (found,) = [one for one in events if one["type"] == kind]
    return found


def ids(booking: Any) -> list[str]:
    return [part["id"] for kind in ("admissions", "reservations") for part in parts(booking, kind)]


def suspend(shop: Shop) -> None:
    """The Korean side withdraws its consent for December, and the housekeeping gives back what is owed."""
    shop.decide("withdraw", start=date(2026, 12, 1), until=date(2027, 1, 1))
    shop.selling.give_back_owed()


# Tickets


def test_tickets_that_are_issued_are_told_once_however_often_they_are_asked_for(operator: Retailer, told: Told) -> None:
    booking = operator.post("/bookings", order(offer(operator, **DIRECT)))["booking"]
    assert told() == []
    key = "0a8e2b0e-0000-4000-8000-000000000077"
    for _ in range(2):
        issued = operator.post(f"/bookings/{booking['id']}/fulfillments", key=key)
    (event,) = told()
    assert (event["type"], event["bookingId"]) == ("FULFILLMENT_AVAILABLE", booking["id"])
    assert event["affectedFulfillmentIds"] == [one["id"] for one in issued["fulfillments"]]
    for resource in event["resources"]:
        operator.get(resource["href"].removeprefix(f"{HOST}/osdm"))


def test_it_is_signed_with_the_secret_that_was_shown(
    operator: Retailer, shop: Shop, machine: Subscriber, clock: object
) -> None:
    out = io.StringIO()
    assert run_webhook(shop.store, shop.clock, "Tours", machine.url, out, loopback=True) == 0
    secret = next(line for line in out.getvalue().splitlines() if line.startswith("secret: ")).partition(" ")[2]
    bought(operator, **DIRECT)
    carried(shop)
    (came,) = machine.received
    signed = StandardWebhook(secret).sign(came.id, shop.clock.now(), came.body.decode())
    assert came.headers["webhook-signature"] == signed


# Suspensions


def test_a_suspension_tells_that_the_train_does_not_run_and_that_the_money_came_back(
    operator: Retailer, shop: Shop, told: Told
) -> None:
    booking = bought(operator, 2, **DIRECT)
    told()
    suspend(shop)
    events = told()
    assert kinds(events) == ["BOOKING_TRIP_CHANGED", "FULFILLMENT_REFUNDED"]
    changed = of_kind(events, "BOOKING_TRIP_CHANGED")
    assert sorted(changed["affectedBookingPartIds"]) == sorted(ids(booking))
    assert changed["summary"] == "Train Vladivostok – Rajin (Rason) of 2026-12-10 does not run."
    tickets = [one["id"] for one in booking["fulfillments"]]
    assert of_kind(events, "FULFILLMENT_REFUNDED")["affectedFulfillmentIds"] == tickets
    (resource, *_) = changed["resources"]
    after = operator.get(resource["href"].removeprefix(f"{HOST}/osdm"))["booking"]
    assert {part["status"] for part in parts(after)} == {"REFUNDED"}
    suspend(shop)
    assert told() == [], "the same decision once more tells nothing new"


def test_held_places_on_a_train_that_runs_are_let_go_of_and_the_train_is_not_said_to_stop(
    operator: Retailer, shop: Shop, told: Told
) -> None:
    first = offer(operator, tripIds=["vladivostok-ussuriysk-morning.20261210.vladivostok.ussuriysk"])
    second = offer(operator, tripIds=["vladivostok-rason.20261210.ussuriysk.rajin"])
    both = order(first)
    both["offers"].append({"offerId": second["offerId"], "passengerRefs": second["passengerRefs"]})
    booking = operator.post("/bookings", both)["booking"]
    suspend(shop)
    (event,) = told()
    assert event["summary"] == "Train Vladivostok – Rajin (Rason) of 2026-12-10 does not run."
    assert sorted(event["affectedBookingPartIds"]) == sorted(ids(booking))


def test_the_rest_of_a_journey_may_be_given_back_and_that_is_told(operator: Retailer, shop: Shop, told: Told) -> None:
    """To Ussuriysk by the morning train, on over the border by the direct one: only the second is stopped."""
    first = offer(operator, tripIds=["vladivostok-ussuriysk-morning.20261210.vladivostok.ussuriysk"])
    second = offer(operator, tripIds=["vladivostok-rason.20261210.ussuriysk.rajin"])
    both = order(first)
    both["offers"].append({"offerId": second["offerId"], "passengerRefs": second["passengerRefs"]})
    booking = operator.post("/bookings", both)["booking"]
    operator.post(f"/bookings/{booking['id']}/fulfillments")
    told()
    suspend(shop)
    events = told()
    assert sorted(kinds(events)) == ["AFTERSALES_OVERRIDEN", "BOOKING_TRIP_CHANGED", "FULFILLMENT_REFUNDED"]
    domestic = [part["id"] for kind in ("admissions", "reservations") for part in booking["bookedOffers"][0][kind]]
    assert sorted(of_kind(events, "AFTERSALES_OVERRIDEN")["affectedBookingPartIds"]) == sorted(domestic)


def test_places_that_were_only_held_are_told_as_changed(operator: Retailer, shop: Shop, told: Told) -> None:
    booking = booked(operator, **DIRECT)
    suspend(shop)
    (event,) = told()
    assert (event["type"], sorted(event["affectedBookingPartIds"])) == ("BOOKING_TRIP_CHANGED", sorted(ids(booking)))
    assert "affectedFulfillmentIds" not in event


# New editions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "line")


def adopt(shop: Shop, folder: Path, old: str, new: str) -> None:
    text = (folder / "trains.toml").read_text()
    assert old in text
    (folder / "trains.toml").write_text(text.replace(old, new, 1))
    open_folder(folder, shop.store, shop.clock)
    shop.current.forget()


EVENING = 'departure = { value = "22:00", source = ["S23", "S4", "S49"] }'


@pytest.mark.parametrize(("leaves", "far"), [("21:30", False), ("20:40", True)])
def test_a_train_that_leaves_earlier_is_told_and_that_one_need_not_take_it(
    operator: Retailer, shop: Shop, told: Told, folder: Path, leaves: str, far: bool
) -> None:
    booking = bought(operator, **DIRECT)
    told()
    adopt(shop, folder, EVENING, EVENING.replace("22:00", leaves))
    events = told()
    assert sorted(kinds(events)) == (["AFTERSALES_OVERRIDEN"] if far else []) + ["BOOKING_TRIP_CHANGED"]
    assert all(sorted(one["affectedBookingPartIds"]) == sorted(ids(booking)) for one in events)
    assert "leaves or arrives at another time" in of_kind(events, "BOOKING_TRIP_CHANGED")["summary"]


COACH = '[[train.coach]]\nnumber = "{}"\ntype = "{}"\nrailway = "rzd"\n'
ONE, THREE = COACH.format("1", "compartment"), COACH.format("3", "compartment")


def seated(operator: Retailer, coach: str, place: str) -> Any:
    chosen = offer(operator, **DIRECT)
    place_of = {"coachNumber": coach, "placeNumber": place, "passengerRef": "adult-1"}
    selection = {"reservationId": chosen["reservationOfferParts"][0]["id"], "places": [place_of]}
    booking = operator.post("/bookings", order(chosen, selection={"placeSelections": [selection]}))["booking"]
    operator.post(f"/bookings/{booking['id']}/fulfillments")
    return operator.get(f"/bookings/{booking['id']}")["booking"]


def test_another_place_in_another_coach_is_told(operator: Retailer, shop: Shop, told: Told, folder: Path) -> None:
    booking = seated(operator, "1", "7")
    told()
    adopt(shop, folder, ONE, "")
    (event,) = told()
    assert event["type"] == "BOOKING_REACCOMMODATED"
    assert event["affectedBookingPartIds"] == ids(booking)
    (reservation,) = parts(operator.get(f"/bookings/{booking['id']}")["booking"], "reservations")
    assert reservation["placeAllocation"]["reservedPlaces"][0]["coachNumber"] != "1"


# What somebody else does


def test_what_the_office_does_with_a_retailer_s_booking_is_told(operator: Retailer, shop: Shop, told: Told) -> None:
    booking = bought(operator, 2, **DIRECT)
    code = booking["id"]
    told()
    kept = shop.selling.booking(code)
    renamed = shop.selling.call(
        shop.selling.name(shop.request(), code, {2: adult("Пак", "Мина")}, kept.version, staff=True)
    )
    (event,) = told()
    second = [part["id"] for part in (parts(booking)[1], parts(booking, "reservations")[1])]
    assert (event["type"], event["affectedBookingPartIds"]) == ("PASSENGER_CHANGED", second)
    shop.selling.call(shop.selling.refund(shop.request(), code, (2,), renamed.version))
    (event,) = told()
    assert (event["type"], event["affectedFulfillmentIds"]) == ("FULFILLMENT_REFUNDED", [f"{code}-2"])


def test_held_places_that_the_office_lets_go_are_told(operator: Retailer, shop: Shop, told: Told) -> None:
    booking = booked(operator, **DIRECT)
    shop.selling.call(shop.selling.cancel_hold(shop.request(), booking["id"], None))
    (event,) = told()
    assert (event["type"], event["affectedBookingPartIds"]) == ("ACCOMMODATION_RELEASED", ids(booking))


def test_a_retailer_is_not_told_what_it_does_itself(operator: Retailer, told: Told) -> None:
    booking = bought(operator, **DIRECT)
    told()
    tickets = {"fulfillmentIds": [one["id"] for one in booking["fulfillments"]]}
    (refund,) = operator.post(f"/bookings/{booking['id']}/refund-offers", tickets)["refundOffers"]
    operator.patch(f"/bookings/{booking['id']}/refund-offers/{refund['id']}", {"status": "CONFIRMED"})
    assert told() == []


# Who is told


def test_nobody_is_told_of_another_s_bookings_or_unasked(
    operator: Retailer, new_retailer: NewRetailer, shop: Shop, told: Told
) -> None:
    other = new_retailer("Other", operator="example-tours")
    theirs = bought(other, **DIRECT)
    shop.buy()
    suspend(shop)
    assert told() == []
    with shop.store.read() as connection:
        assert told_about(connection, theirs["id"], "webhook") == ()


def test_a_subscriber_that_was_away_is_told_when_it_is_back_and_again_when_asked(
    operator: Retailer, shop: Shop, told: Told, machine: Subscriber
) -> None:
    machine.status = 503
    booking = bought(operator, **DIRECT)
    for _ in range(MOST_TRIES + 1):
        carried(shop)
        shop.clock.forward(hours=6)
    out = io.StringIO()
    run_list(shop.store, out)
    assert f"    told at {machine.url}: 0 events wait, 1 given up" in out.getvalue()
    machine.status, machine.received[:] = 200, []
    run_webhook_again(shop.store, shop.clock, "Tours", out)
    assert out.getvalue().endswith("1 event will be sent again while rerail serve runs.\n")
    (event,) = told()
    assert event["bookingId"] == booking["id"]
    assert event["revision"]["timestamp"] == "2026-11-23T12:00:00Z", "when it happened, not when it arrived"
    run_webhook_off(shop.store, shop.clock, "Tours", out)
    named = shop.selling.name(shop.request(), booking["id"], {1: adult("Пак")}, None, staff=True)
    shop.selling.call(named)
    assert told() == []
    with shop.store.read() as connection:
        assert sum(counts(connection, "webhook").values()) == 1
    with pytest.raises(ClientError, match="told nothing as it is"):
        run_webhook_off(shop.store, shop.clock, "Tours", out)


def test_a_client_that_is_shut_out_is_told_nothing_more(operator: Retailer, shop: Shop, told: Told) -> None:
    bought(operator, **DIRECT)
    disable_client(shop.store, shop.clock, "Tours")
    suspend(shop)
    assert told() == [], "not even what was waiting"


@pytest.mark.parametrize("url", ["http://shop.example/", "https://10.0.0.1/", "https://localhost/"])
def test_an_address_that_nothing_is_sent_to_is_refused(shop: Shop, operator: Retailer, url: str) -> None:
    with pytest.raises(ClientError):
        subscribe(shop.store, shop.clock, "Tours", url, loopback=False)
