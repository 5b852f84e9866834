"""What the page says in every state a booking can be in, and what it lets one do there."""

from __future__ import annotations

from datetime import date

import pytest
from sale.shop import BACK, OUT, TO_KHASAN, adult, child

from booking.conftest import Browse
from booking.passenger import Place, by_link, state
from rerail.desk.selling import Request
from rerail.line.amount import Money
from rerail.money.shifts import open_shift
from rerail.places.model import Spot
from rerail.sale.holding import Buyer
from rerail.sale.model import PassengerGiven
from rerail.web.booking.journeys import place_words
from rerail.web.i18n import Words

BORN = date(2019, 3, 1)


def test_held_then_lapsed(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT, BACK, passengers=[adult(), child(BORN)])
    visitor = browse(place)
    held = by_link(visitor, place, booking)
    assert "Held, not paid yet" in held.text
    assert "To pay: 19,240.00 RUB" in held.text
    assert "Way out" in held.text
    assert "Way back" in held.text
    assert "tickets/1.svg" not in held.html
    place.shop.clock.forward(minutes=20)
    lapsed = visitor.open(held.address)
    assert "Lapsed: not paid in time" in lapsed.text
    assert "/pay" not in lapsed.html
    late = visitor.send(held, f"/en/booking/{booking.code}/pay")
    assert late.status == 410
    assert "The places are free again" in late.text


def test_confirmed_shows_each_ticket_with_its_place_and_code(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT, passengers=[adult(), child(BORN), child(date(2025, 1, 1), category="infant")])
    page = by_link(browse(place), place, booking)
    assert "Booked and paid" in page.text
    for part in booking.parts:
        assert f"/tickets/{part.number}.svg" in page.html
    seated = booking.parts[0].spots[0]
    assert f"coach {seated.coach}, place {seated.place}" in page.text
    assert "no place of its own" in page.text
    assert "Specimen" in page.text
    assert "You have paid" in page.text


def test_times_are_on_each_stations_own_clock(place: Place, browse: Browse) -> None:
    page = by_link(browse(place), place, place.shop.buy(OUT))
    assert "22:00 Vladivostok Vladivostok time, UTC+10, MSK+7" in page.text
    assert "Rajin (Rason) Pyongyang time, UTC+9" in page.text


def test_at_the_border_the_page_says_where_to_stay_and_whose_clock_it_is(place: Place, browse: Browse) -> None:
    page = by_link(browse(place), place, place.shop.buy(OUT, BACK))
    assert page.text.count("At the border") == 2
    out, home = page.text.split("At the border")[1:]
    assert "Khasan: exit control, the Russian side 06:30 – 08:30 * (illustrative) Fri 11 Dec 2026" in out
    assert "Vladivostok time, UTC+10, MSK+7 Stay in your coach" in out
    assert "Put your watch back 1 h: 08:30 at Khasan is 07:30 at Tumangang." in out
    assert "They come back 30 min before Rajin (Rason), at 10:50." in out
    assert "Tumangang: exit control, the Korean side" in home


def test_who_does_not_cross_or_does_not_travel_any_more_is_told_of_no_border(place: Place, browse: Browse) -> None:
    domestic = place.shop.buy(TO_KHASAN)
    assert "At the border" not in by_link(browse(place), place, domestic).text
    given_back = place.shop.buy(OUT)
    place.shop.give_back(given_back)
    assert "At the border" not in by_link(browse(place), place, given_back).text
    lapsed = place.shop.hold(OUT)
    held = by_link(browse(place), place, lapsed)
    assert "At the border" in held.text
    place.shop.clock.forward(minutes=20)
    assert "At the border" not in by_link(browse(place), place, lapsed).text
    confirmed = place.shop.buy(OUT)
    place.shop.decide("withdraw", start=date(2026, 12, 1))
    assert "At the border" not in by_link(browse(place), place, confirmed).text


def test_letting_go_of_a_hold_once_or_twice(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    held = by_link(visitor, place, booking)
    cancel = f"/en/booking/{booking.code}/cancel"
    first, second = visitor.send(held, cancel), visitor.send(held, cancel)
    assert "Booking cancelled" in first.text
    assert second.status == 200
    assert state(place, booking) == "cancelled"
    assert visitor.send(held, f"/en/booking/{booking.code}/pay").status == 409


def test_paying_with_a_double_click_a_reload_and_the_back_button(on_both: Place, browse: Browse) -> None:
    booking = on_both.shop.hold(OUT)
    visitor = browse(on_both)
    held = by_link(visitor, on_both, booking)
    pay = f"/en/booking/{booking.code}/pay"
    checkout, again = visitor.send(held, pay), visitor.send(held, pay)
    assert checkout.address == again.address
    assert "No money is taken." in checkout.text
    paid = visitor.send(checkout, "/en/pay/", {"decision": "pay"})
    assert (paid.address, "Booked and paid" in paid.text) == (f"/en/booking/{booking.code}", True)
    assert visitor.send(checkout, "/en/pay/", {"decision": "pay"}).status == 200
    assert "Booked and paid" in visitor.send(checkout, "/en/pay/", {"decision": "decline"}).text
    assert "has been decided already" in visitor.open(checkout.address).text
    assert visitor.send(held, pay).status == 409  # the back button, to a page of before
    assert on_both.shop.selling.booking(booking.code).paid == Money(626000, "RUB")
    assert on_both.shop.faults() == ()


def test_a_declined_payment_leaves_the_places_held(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    checkout = visitor.send(by_link(visitor, place, booking), f"/en/booking/{booking.code}/pay")
    back = visitor.send(checkout, "/en/pay/", {"decision": "decline"})
    assert "The payment was declined; nothing was paid." in back.text
    second = visitor.send(back, f"/en/booking/{booking.code}/pay")
    assert second.address != checkout.address
    assert "Booked and paid" in visitor.send(second, "/en/pay/", {"decision": "pay"}).text


def test_whoever_closed_the_payment_page_after_paying_finds_the_booking_paid(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    checkout = visitor.send(by_link(visitor, place, booking), f"/en/booking/{booking.code}/pay")
    place.shop.checkout.decide(checkout.address.rsplit("/", 1)[1], "paid")  # and never came back
    assert "Booked and paid" in visitor.open(f"/en/booking/{booking.code}").text


def test_paid_too_late_is_given_back(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    checkout = visitor.send(by_link(visitor, place, booking), f"/en/booking/{booking.code}/pay")
    place.shop.clock.forward(minutes=21)
    late = visitor.send(checkout, "/en/pay/", {"decision": "pay"})
    assert "Lapsed: not paid in time" in late.text
    assert len(place.shop.checkout.given_back) == 1
    assert place.shop.faults() == ()


def test_there_is_no_payment_page_without_the_demonstrations_provider(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    for reference in ("unknown", "a" * 500, "%00"):
        assert visitor.open(f"/en/pay/{reference}").status == 404
        assert visitor.post(f"/en/pay/{reference}", [("decision", "pay")]).status == 404


def test_a_payment_is_decided_by_its_own_page_only(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    checkout = visitor.send(by_link(visitor, place, booking), f"/en/booking/{booking.code}/pay")
    assert visitor.send(checkout, "/en/pay/", {"decision": "pay"}, origin="https://evil.example").status == 403
    assert visitor.send(checkout, "/en/pay/", {"decision": "steal"}).status == 403
    assert state(place, booking) == "prebooked"


@pytest.fixture
def group(place: Place) -> str:
    """A paid group of nine without names."""
    shop = place.shop
    token = shop.token(shop.ask(OUT, counts={"adult": 9}, group=True))
    nobody = tuple(PassengerGiven(category="adult") for _ in range(9))
    buyer = Buyer(passengers=nobody, email="olga@example.org", language="en")
    return shop.pay(shop.selling.call(shop.selling.hold(shop.request(), token, buyer))).code


def test_a_group_names_its_passengers_and_then_has_tickets(place: Place, browse: Browse, group: str) -> None:
    visitor = browse(place)
    booking = place.shop.selling.booking(group)
    page = by_link(visitor, place, booking)
    assert "9 passengers have no name yet" in page.text
    assert visitor.peek(f"/en/booking/{group}/tickets/a4.pdf").status_code == 409
    names = f"/en/booking/{group}/names"
    wrong = visitor.send(page, names, {"family_name.1": "Kim", "family_name.2": "12345"})
    assert wrong.status == 422
    assert "is no name: it has no letter" in wrong.text
    assert 'value="Kim"' in wrong.html
    first = visitor.send(
        wrong, names, {"family_name.1": "김", "given_names.1": "철수", "family_name.2": "O’Connor-Ngô"}
    )
    assert "7 passengers have no name yet" in first.text
    assert "김 철수" in first.text
    rest = {f"family_name.{number}": f"Name{'abcdefghi'[number - 1]}" for number in range(3, 10)}
    done = visitor.send(first, names, rest)
    assert "All 9 tickets" in done.text
    assert visitor.peek(f"/en/booking/{group}/tickets/a4.pdf").status_code == 200


def test_a_name_that_is_there_is_not_changed_by_the_passenger(place: Place, browse: Browse, group: str) -> None:
    visitor = browse(place)
    page = by_link(visitor, place, place.shop.selling.booking(group))
    names = f"/en/booking/{group}/names"
    visitor.send(page, names, {"family_name.1": "Kim"})
    stale = visitor.send(page, names, {"key": "a" * 32, "family_name.1": "Park"})
    assert stale.status == 409
    fresh = visitor.open(f"/en/booking/{group}")
    version = fresh.form(names).value("version")
    again = visitor.send(page, names, {"key": "b" * 32, "version": version, "family_name.1": "Park"})
    assert (again.status, "is named already" in again.text) == (409, True)
    assert place.shop.selling.booking(group).passenger(1).family_name == "Kim"


def test_a_hold_on_a_train_that_was_suspended(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    place.shop.decide("withdraw", start=date(2026, 12, 1))
    page = by_link(browse(place), place, booking)
    assert "Booking cancelled" in page.text
    assert "A train of this booking does not run, so the places were let go" in page.text
    assert "This train does not run." in page.text


def test_a_counters_hold_says_the_code_to_tell(place: Place, browse: Browse) -> None:
    page = by_link(browse(place), place, place.shop.hold(OUT, at_counter=True))
    assert "Or pay at a station's counter before then" in page.text
    assert "24 November 2026, 12:00 UTC" in page.text


def test_money_of_a_counters_ticket_waits_at_the_counter(place: Place, browse: Browse) -> None:
    shop = place.shop
    booking = shop.hold(OUT, at_counter=True)
    shop.selling.call(lambda connection: open_shift(connection, "marina", now=shop.clock.now()))
    shop.selling.call(
        shop.selling.confirm_at_counter(Request("marina", "one"), booking.code, "marina", Money(626000, "RUB"))
    )
    shop.decide("withdraw", start=date(2026, 12, 1))
    page = by_link(browse(place), place, booking)
    assert "6,260.00 RUB are yours: a counter pays them out on showing the code." in page.text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ("Vladivostok – Khasan: coach 1, place 12, upper berth", "Khasan – Rajin (Rason): coach 3, place 34")),
        ("ru", ("Владивосток – Хасан: вагон 1, место 12, верхнее место", "Хасан – Раджин (Расон): вагон 3, место 34")),
    ],
)
def test_a_change_of_place_says_from_where_to_where(place: Place, language: str, says: tuple[str, str]) -> None:
    line = place.shop.current.snapshot().line
    train = line.trains["vladivostok-rason"]
    calls = [call.station for call in train.calls]
    khasan, last = calls.index("khasan"), len(calls) - 1
    spots = (Spot("1", "12", 0, khasan), Spot("3", "34", khasan, last))
    told = place_words(Words(language), line, train, spots)
    assert told[0] == says[0]
    assert told[1].startswith(says[1])
