"""Who sees a booking: its passenger, by code and e-mail or by a letter's link, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from office.visitor import Page, Visitor
from sale.shop import OUT, adult

from booking.conftest import Browse
from booking.passenger import EMAIL, Place, by_link, own, state
from rerail.web.booking.access import BOOKING_COOKIE

REFUSAL = "There is no booking with this code and e-mail"


def test_code_and_email_open_the_booking(on_both: Place, browse: Browse) -> None:
    booking = on_both.shop.hold(OUT)
    page = own(browse(on_both), booking, "  OLGA@example.org ")
    assert (page.status, page.address) == (200, f"/en/booking/{booking.code}")
    assert "Ким Ольга" in page.text


def test_the_code_is_read_as_people_type_it(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    found = visitor.open("/en/booking")
    typed = f" {booking.code[:4].lower()} {booking.code[4:]}"
    assert visitor.send(found, "/en/booking", {"code": typed, "email": EMAIL}).status == 200
    assert visitor.peek(f"/en/booking/{booking.code.lower()}").headers["location"] == f"/en/booking/{booking.code}"


def test_a_wrong_code_and_a_wrong_email_are_told_apart_by_nobody(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    found = visitor.open("/en/booking")
    wrong_email = visitor.send(found, "/en/booking", {"code": booking.code, "email": "other@example.org"})
    wrong_code = visitor.send(found, "/en/booking", {"code": "ZZZZZZZZ", "email": "other@example.org"})
    assert wrong_email.status == wrong_code.status == 404
    assert REFUSAL in wrong_email.text
    assert wrong_email.html.replace(booking.code, "ZZZZZZZZ") == wrong_code.html


def test_guessing_is_slowed_down_and_says_for_how_long(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    found = visitor.open("/en/booking")
    for _ in range(6):
        last = visitor.send(found, "/en/booking", {"code": booking.code, "email": "guess@example.org"})
    assert last.status == 429
    assert last.answer.headers["retry-after"] == "2"
    assert "try again in 2 seconds" in last.text
    assert own(visitor, booking).status == 429  # the right e-mail is not looked at either
    place.shop.clock.forward(seconds=3)
    assert own(visitor, booking).status == 200


def test_a_letters_link_opens_it_and_leaves_its_key_nowhere(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    key = place.shop.selling.link_key(booking.code)
    answer = visitor.peek(f"/ru/booking/{booking.code}?key={key}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ru/booking/{booking.code}")
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert key not in cookie
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax"))
    page = visitor.open(f"/ru/booking/{booking.code}")
    assert "Ким Ольга" in page.text
    assert key not in page.html


def test_a_link_with_another_key_opens_nothing(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    for key in ("", "0" * 36, "ключ", "%00", "x" * 3000):
        page = visitor.open(f"/en/booking/{booking.code}?key={key}")
        assert page.status == 200
        assert "Open my booking" in page.text
        assert "Ким" not in page.text


def test_somebody_elses_booking_looks_like_none(place: Place, browse: Browse) -> None:
    mine, other = place.shop.buy(OUT), place.shop.buy(OUT, passengers=[adult("Пак", "Иван")])
    visitor = browse(place)
    by_link(visitor, place, mine)
    for path in ("", "/refund", "/rebook", "/tickets/a4.pdf", "/tickets/1.svg", "/tickets/journeys.ics"):
        theirs = visitor.open(f"/en/booking/{other.code}{path}")
        none = visitor.open(f"/en/booking/ZZZZZZZZ{path}")
        assert theirs.html.replace(other.code, "ZZZZZZZZ") == none.html
        assert theirs.status == none.status == (404 if path else 200)
        assert "Пак" not in theirs.text
    for path in ("/pay", "/cancel", "/names", "/refund", "/rebook"):
        assert visitor.post(f"/en/booking/{other.code}{path}", [("key", "0" * 32)]).status == 404
    assert state(place, other) == "confirmed"


def test_a_cookie_cannot_be_made_or_changed(place: Place, browse: Browse) -> None:
    mine, other = place.shop.hold(OUT), place.shop.hold(OUT)
    visitor = browse(place)
    by_link(visitor, place, mine)
    value = visitor.client.cookies[BOOKING_COOKIE]
    forged = [
        value.replace(mine.code, other.code),
        f"{other.code}-9999999999-{value.rsplit('-', 1)[1]}",
        f"{other.code}-9999999999-",
        other.code,
        "." * 500,
        "-" * 500,
    ]
    for cookie in forged:
        visitor.client.cookies.clear()
        visitor.client.cookies.set(BOOKING_COOKIE, cookie)
        assert "Open my booking" in visitor.open(f"/en/booking/{other.code}").text


def test_the_sight_of_a_booking_ends(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT, at_counter=True)
    visitor = browse(place)
    assert "Ким" in by_link(visitor, place, booking).text
    place.shop.clock.forward(hours=12, minutes=1)
    assert "Open my booking" in visitor.open(f"/en/booking/{booking.code}").text


def test_one_browser_can_have_several_bookings_open(place: Place, browse: Browse) -> None:
    first, second = place.shop.hold(OUT), place.shop.hold(OUT)
    visitor = browse(place)
    by_link(visitor, place, first)
    by_link(visitor, place, second)
    for booking in (first, second):
        assert booking.code in visitor.open(f"/en/booking/{booking.code}").text
        assert "Held, not paid yet" in visitor.open(f"/en/booking/{booking.code}").text


def test_nothing_about_a_booking_is_kept_or_listed(place: Place, browse: Browse) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    by_link(visitor, place, booking)
    for path in ("", "/refund", "/refund?ticket=1", "/tickets/1.svg", "/tickets/a4.pdf", "/tickets/journeys.ics", "/x"):
        answer = visitor.peek(f"/en/booking/{booking.code}{path}")
        assert answer.headers["cache-control"] == "no-store", path
        if path != "/x":
            assert answer.headers["x-robots-tag"] == "noindex"
    assert visitor.peek("/en/booking").headers["cache-control"] == "no-store"


def test_metrics_and_log_name_nobody(place: Place, browse: Browse, capsys: pytest.CaptureFixture[str]) -> None:
    booking = place.shop.buy(OUT)
    visitor = browse(place)
    by_link(visitor, place, booking)
    own(visitor, booking)
    visitor.peek(f"/en/booking/{booking.code}/tickets/a4.pdf")
    exposed = visitor.peek("/metrics").text
    assert "/{language}/booking/{code}" in exposed
    said = capsys.readouterr()
    key = place.shop.selling.link_key(booking.code)
    for text in (exposed, said.out, said.err):
        assert not [secret for secret in (booking.code, EMAIL, key, "Ольга") if secret in text]


def test_a_form_from_a_foreign_page_is_not_believed(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    visitor = browse(place)
    page = by_link(visitor, place, booking)
    cancel = f"/en/booking/{booking.code}/cancel"
    assert visitor.send(page, cancel, origin="https://evil.example").status == 403
    assert visitor.send(page, cancel, {"form_token": "0" * 36}).status == 403
    assert visitor.send(page, cancel, {"form_token": "ключ"}).status == 403
    assert _find_from_elsewhere(visitor).status == 403
    assert state(place, booking) == "prebooked"


def _find_from_elsewhere(visitor: Visitor) -> Page:
    found = visitor.open("/en/booking")
    return visitor.send(found, "/en/booking", {"code": "A", "email": "b"}, origin="https://evil.example")


def test_every_page_of_the_site_leads_here(place: Place, browse: Browse) -> None:
    assert 'href="/ko/booking"' in browse(place).open("/ko/").html


def test_times_of_a_hold_are_told_on_both_clocks(place: Place, browse: Browse) -> None:
    booking = place.shop.hold(OUT)
    assert booking.held_until == place.shop.clock.now() + timedelta(minutes=20)
    page = by_link(browse(place), place, booking)
    assert "12:20 UTC – 22:20 on 23 November 2026 by the station's clock (Vladivostok time)" in page.text
