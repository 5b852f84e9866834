"""A railway withdraws inside booked dates: what the passenger sees, is given back, and can take instead."""

from __future__ import annotations

from datetime import date

from office.visitor import Page, Visitor
from sale.shop import BACK, JANUARY, OUT, adult

from booking.conftest import Browse
from booking.passenger import Place, by_link, state
from rerail.line.amount import Money
from rerail.sale.model import Booking

DECEMBER, NEW_YEAR = date(2026, 12, 1), date(2027, 1, 1)


def suspended(place: Place, visitor: Visitor) -> tuple[Booking, Page]:
    """Out and back in December, both stopped after they were paid."""
    booking = place.shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    place.shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    return booking, by_link(visitor, place, booking)


def test_the_money_is_back_and_the_way_on_is_shown(on_both: Place, browse: Browse) -> None:
    visitor = browse(on_both)
    _, page = suspended(on_both, visitor)
    assert "The train was suspended" in page.text
    assert "were given back in full: 25,040.00 RUB" in page.text
    assert "you can take another departure at the price you paid, until 23 December 2026, 12:00 UTC" in page.text
    assert list(on_both.shop.checkout.given_back.values()) == [Money(2504000, "RUB")]
    assert on_both.shop.faults() == ()


def test_resuming_never_revives_a_ticket(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    booking, page = suspended(place, visitor)
    place.shop.decide("grant", start=DECEMBER, until=NEW_YEAR)
    again = visitor.open(page.address)
    assert "They stay given back even if the train runs again." in again.text
    assert "This train does not run." not in again.text
    assert state(place, booking) == "refunded"
    assert visitor.peek(f"{page.address}/tickets/1.svg").status_code == 409


def test_another_departure_at_the_paid_price_once(on_both: Place, browse: Browse) -> None:
    visitor = browse(on_both)
    booking, page = suspended(on_both, visitor)
    choice = visitor.open(f"{page.address}/rebook")
    assert "vladivostok-rason~2027-01-14" in choice.html
    assert "2026-12-10" not in choice.html.split("<main")[1]
    offer = visitor.send(
        choice,
        f"{page.address}/rebook",
        {"leg1": "vladivostok-rason~2027-01-14", "leg2": "rason-vladivostok~2027-01-17"},
    )
    assert "25,040.00 RUB, as you paid before." in offer.text
    assert "Пак Иван" in offer.text
    held = visitor.send(offer, f"{page.address}/rebook")
    again = visitor.send(offer, f"{page.address}/rebook")  # a double click
    assert held.address == again.address
    assert "Held, not paid yet" in held.text
    assert f"At the price paid for booking {booking.code}" in held.text
    checkout = visitor.send(held, f"{held.address}/pay")
    assert "Booked and paid" in visitor.send(checkout, "/en/pay/", {"decision": "pay"}).text
    old = visitor.open(page.address)
    assert "Instead, another departure was taken at the paid price" in old.text
    assert "/rebook" not in old.html
    assert visitor.open(f"{page.address}/rebook").status == 409
    assert on_both.shop.faults() == ()


def test_the_paid_price_is_good_for_so_many_days(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    booking, page = suspended(place, visitor)
    place.shop.clock.forward(days=30)
    late = by_link(visitor, place, booking)
    assert "/rebook" not in late.html
    assert visitor.open(f"{page.address}/rebook").status == 409


def test_a_departure_that_cannot_be_taken_says_why(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    _, page = suspended(place, visitor)
    stopped = visitor.open(f"{page.address}/rebook?leg1=vladivostok-rason~2026-12-10")
    assert (stopped.status, "has not consented" in stopped.text) == (409, True)
    for value in ("x", "~", "vladivostok-rason~2026-13-40", "no-train~2027-01-14", "khasan-tumangang~2027-01-13"):
        assert visitor.open(f"{page.address}/rebook?leg1={value}").status in (404, 409, 422), value


def test_an_offer_is_held_from_the_booking_it_was_made_for(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    _, page = suspended(place, visitor)
    offer = visitor.open(f"{page.address}/rebook?leg1=vladivostok-rason~2027-01-14")
    plain = place.shop.token(place.shop.ask(JANUARY))
    for token in (plain, "", "x", offer.form(f"{page.address}/rebook").value("token")[:-4] + "AAAA", "x" * 30000):
        assert visitor.send(offer, f"{page.address}/rebook", {"token": token}).status in (400, 403)


def test_an_offer_that_has_grown_old_is_asked_for_again(place: Place, browse: Browse) -> None:
    visitor = browse(place)
    _, page = suspended(place, visitor)
    offer = visitor.open(f"{page.address}/rebook?leg1=vladivostok-rason~2027-01-14")
    place.shop.clock.forward(minutes=30)
    assert visitor.send(offer, f"{page.address}/rebook").status == 410


def test_one_leg_suspended_gives_the_other_back_in_full_if_wished(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT, BACK)
    place.shop.decide("cancel", start=OUT.service_date, railway=None)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    assert "Booked and paid" in page.text
    assert "were given back in full: 6,260.00 RUB" in page.text
    offer = visitor.open(f"{page.address}/refund?ticket=2")
    assert "in full, because a train of this booking does not run" in offer.text
    assert "6,260.00 RUB come back" in offer.text
