"""Giving tickets back: what the passenger was shown is what comes back, or nothing is given back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace
from sale.shop import BACK, OUT, adult, child

from booking.conftest import Browse
from booking.passenger import Place, by_link
from rerail.line.amount import Money
from rerail.sale.sold import retime

A_WEEK_BEFORE = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
"""22:00 in Vladivostok, when the train leaves a week later."""


def test_the_rule_is_told_for_each_ticket_and_exactly_that_comes_back(on_both: Place, browse: Browse) -> None:
    booking = on_both.shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    visitor = browse(on_both)
    page = by_link(visitor, on_both, booking)
    choice = visitor.open(f"{page.address}/refund")
    assert "At least 7 days before departure: 90 % of the fare." in choice.text
    offer = visitor.send(choice, f"{page.address}/refund", {"ticket": ["2", "4"]})
    assert "11,160.00 RUB come back" in offer.text
    assert "Nothing is given back yet." in offer.text
    assert "90 % of the fare: at least 7 days before departure" in offer.text
    assert "Is kept 680.00 RUB" in offer.text
    done = visitor.send(offer, f"{page.address}/refund")
    assert done.address == page.address
    assert "given back on 23 November 2026, of which 5,580.00 RUB came back to you" in done.text
    after = on_both.shop.selling.booking(booking.code)
    assert [part.state for part in after.parts] == ["confirmed", "refunded", "confirmed", "refunded"]
    assert list(on_both.shop.checkout.given_back.values()) == [Money(1116000, "RUB")]
    assert on_both.shop.faults() == ()


def test_if_the_price_of_giving_back_moved_it_is_shown_again_first(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    place.shop.clock.turn(A_WEEK_BEFORE)
    shown = visitor.open(f"{page.address}/refund?ticket=1")
    if shown.status == 404 or "Open my booking" in shown.text:
        page = by_link(visitor, place, booking)
        shown = visitor.open(f"{page.address}/refund?ticket=1")
    assert "5,580.00 RUB come back" in shown.text
    place.shop.clock.forward(minutes=1)
    moved = visitor.send(shown, f"{page.address}/refund")
    assert moved.status == 409
    assert "What comes back has changed since this page was made. Nothing was given back yet" in moved.text
    assert "3,720.00 RUB come back" in moved.text
    assert place.shop.selling.booking(booking.code).parts[0].state == "confirmed"
    assert "Given back" in visitor.send(moved, f"{page.address}/refund").text
    assert list(place.shop.checkout.given_back.values()) == [Money(372000, "RUB")]


def test_a_double_click_gives_back_once(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    offer = visitor.open(f"{page.address}/refund?ticket=1")
    first, second = (visitor.send(offer, f"{page.address}/refund") for _ in range(2))
    assert first.text == second.text
    assert len(place.shop.checkout.given_back) == 1
    assert place.shop.faults() == ()


def test_the_back_button_to_an_old_offer_gives_nothing_more(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    one = visitor.open(f"{page.address}/refund?ticket=1")
    both = visitor.open(f"{page.address}/refund?ticket=1&ticket=2")
    visitor.send(one, f"{page.address}/refund")
    stale = visitor.send(both, f"{page.address}/refund")
    assert stale.status == 409
    assert "Nothing was given back yet" in stale.text
    assert stale.form(f"{page.address}/refund").value("ticket") == "2"
    assert [part.state for part in place.shop.selling.booking(booking.code).parts] == ["refunded", "confirmed"]


def test_the_last_ticket_given_back_ends_the_booking(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    done = visitor.send(visitor.open(f"{page.address}/refund?ticket=1"), f"{page.address}/refund")
    assert "No ticket of this booking is valid any more." in done.text
    assert "/refund" not in done.html
    assert visitor.open(f"{page.address}/refund").status == 409
    assert visitor.peek(f"{page.address}/tickets/a4.pdf").status_code == 409


def test_a_train_that_has_left_is_not_given_back(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    place.shop.clock.turn(datetime(2026, 12, 10, 12, 0, tzinfo=UTC))
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    assert "/refund" not in page.html
    assert "has left; it cannot be given back" in visitor.open(f"{page.address}/refund?ticket=1").text


def test_tickets_that_are_not_there(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    offer = visitor.open(f"{page.address}/refund?ticket=1")
    for chosen in ("99", "0", "1&ticket=99", "x", "-1", "1e9", "١", "99999999999999999999", ""):
        assert visitor.open(f"{page.address}/refund?ticket={chosen}").status in (200, 409)
        for changes in ({"ticket": chosen}, {"version": chosen}, {"total": "-5"}, {"key": chosen}):
            assert visitor.send(offer, f"{page.address}/refund", changes).status in (403, 409)
    assert place.shop.selling.booking(booking.code).parts[0].state == "confirmed"


def test_a_train_moved_by_more_than_an_hour_is_given_back_in_full_and_the_page_says_why(
    place: Place, browse: Browse
) -> None:
    booking = place.shop.buy(OUT)
    leg = booking.legs[0]
    moved = replace(leg, leaves=leg.leaves - timedelta(minutes=61), sold_leaves=leg.leaves)
    with place.shop.store.write() as connection:
        retime(connection, booking.code, [moved])
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    offer = visitor.open(f"{page.address}/refund?ticket=1")
    assert "in full, because the train was moved by more than an hour since you booked" in offer.text
    visitor.send(offer, f"{page.address}/refund")
    assert list(place.shop.checkout.given_back.values()) == [booking.total]


def test_a_page_says_that_a_child_is_not_left_without_its_adult(place: Place, browse: Browse) -> None:
    infant = child(date(2025, 6, 1), category="infant")
    booking = place.shop.buy(OUT, passengers=[adult(), infant])
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    offer = visitor.open(f"{page.address}/refund?ticket=1")
    refused = visitor.send(offer, f"{page.address}/refund")
    assert "travels only with an adult. Give that ticket back too" in refused.text
    assert {part.state for part in place.shop.selling.booking(booking.code).parts} == {"confirmed"}
