"""The form of names: booking, and every way in which it can go wrong."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from office.visitor import Visitor
from sale.shop import OUT, adult

from rerail.web.shop.open_holds import MOST_HELD
from shop.buyer import HOME, HOST, ONE, TO_KHASAN, Market, book, names, unsent
from shop.conftest import Browse

FORM = "application/x-www-form-urlencoded"


def post(visitor: Visitor, address: str, fields: list[tuple[str, str]], **headers: str) -> int:
    said = {"content-type": FORM, "origin": HOST, **{name.replace("_", "-"): text for name, text in headers.items()}}
    body = urlencode(fields).encode()
    answer = visitor.client.post(address, content=body, headers=said, follow_redirects=False)
    return int(answer.status_code)


def test_out_and_back_are_held_together_and_the_browser_may_see_the_booking(on_both: Market, browse: Browse) -> None:
    visitor = browse(on_both)
    page = names(visitor, back=HOME, n_adult=2)
    assert page.status == 200
    done = book(visitor, page, family2="김", given2="철수")
    [booking] = on_both.bookings()
    assert done.address.startswith("/en/pay/")
    assert booking.state(on_both.shop.clock.now()) == "prebooked"
    assert [one.name for one in booking.passengers] == ["Ким Ольга", "김 철수"]
    assert len(booking.parts) == 4
    assert visitor.open(f"/en/booking/{booking.code}").status == 200
    assert on_both.shop.faults() == ()


def test_at_a_counter_the_places_wait_longer_and_the_booking_is_shown(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor)
    assert "held until 24 November 2026, 22:00 (Vladivostok time" in page.text
    done = book(visitor, page, pay="counter")
    [booking] = market.bookings()
    assert done.address == f"/en/booking/{booking.code}"
    assert booking.held_until is not None
    assert (booking.held_until - market.shop.clock.now()).total_seconds() == 24 * 3600


@pytest.mark.parametrize(
    ("family", "given"),
    [("Ким", "Ольга"), ("김", "철수"), ("O’Brien-Łuć", "Zoë"), ("محمد", "علي"), ("नेहा", "शर्मा"), ("Suharto", "")],
)
def test_names_in_any_script_are_taken_as_they_are(market: Market, browse: Browse, family: str, given: str) -> None:
    visitor = browse(market)
    book(visitor, names(visitor), family1=family, given1=given)
    assert market.bookings()[0].passengers[0].name == f"{family} {given}".strip()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"family1": ""}, "Give the family name of passenger 1"),
        ({"family1": "Ki\x07m"}, "a character that cannot be printed"),
        ({"family1": "12345"}, "it has no letter"),
        ({"given1": "x" * 81}, "at most 80 characters"),
        ({"email": "olga"}, "Give an e-mail address like name@example.org"),
        ({"pay": "gold"}, "Choose how to pay."),
        ({"birth2": "2030-01-01"}, "is in the future"),
        ({"birth2": "1990-01-01"}, "Choose another category"),
        ({"birth2": "31.02.2020"}, "is no date"),
        ({"birth2": ""}, "Give the date of birth"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_everything_typed_is_kept(
    market: Market, browse: Browse, changes: dict[str, str], says: str
) -> None:
    visitor = browse(market)
    page = names(visitor, n_child=1, n_adult=1)
    done = book(visitor, page, **{"family2": "Ким", "given2": "Аня", "birth2": "2018-05-01", **changes})
    assert done.status == 422
    assert says in done.text
    assert 'aria-invalid="true"' in done.html or "pay-error" in done.html
    assert market.bookings() == ()
    kept = {"family1": "Ким", "given1": "Ольга", "given2": "Аня", "email": "olga@example.org", **changes}
    form = next(form for form in done.forms if form.method == "post")
    for name in ("family1", "given1", "given2", "email"):
        assert form.value(name) == kept[name]
    again = book(visitor, done, family2="Ким", given2="Аня", birth2="2018-05-01")
    assert again.status == 200
    assert len(market.bookings()) == 1


def test_every_wrong_field_is_told_at_once(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    done = book(visitor, names(visitor, n_adult=2), family1="", family2="", email="")
    assert done.text.count("Give the family name of passenger") == 2
    assert "Give an e-mail address" in done.text


def test_birth_dates_and_sexes_are_asked_only_where_they_are_needed(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    assert "birth1" not in names(visitor).html
    assert "sex1" not in names(visitor).html
    page = names(visitor, room="women")
    assert "sex1" in page.html
    assert "Say whether this passenger is a woman or a man." in book(visitor, page).text
    assert "cannot travel in the kind of compartment" in book(visitor, page, sex1="m").text
    assert book(visitor, page, sex1="f").status == 200
    assert market.bookings()[0].passengers[0].sex == "f"


def test_an_expired_offer_is_gone_and_the_new_price_is_one_click_away(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor)
    market.shop.clock.forward(minutes=31)
    done = book(visitor, page)
    assert done.status == 410
    assert "good for 30 minutes, which are over" in done.text
    assert "Book for 6,260.00 RUB" in done.text
    assert next(form for form in done.forms if form.method == "post").value("family1") == "Ким"
    assert market.bookings() == ()
    assert book(visitor, done).status == 200
    assert len(market.bookings()) == 1


@pytest.mark.parametrize("forged", ["x", "x.y", "%00", "A" * 50_000, "{token}x", "x{token}"])
def test_a_forged_offer_is_refused_with_the_true_price(market: Market, browse: Browse, forged: str) -> None:
    visitor = browse(market)
    page = names(visitor)
    token = next(form for form in page.forms if form.method == "post").value("offer")
    done = book(visitor, page, offer=forged.replace("{token}", token))
    assert done.status == 400
    assert "was not made here, or was changed on the way" in done.text
    assert "Book for 6,260.00 RUB" in done.text
    assert market.bookings() == ()


def test_an_offer_of_the_counter_or_of_a_group_is_no_offer_of_the_site(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    for token in (
        market.shop.token(market.shop.ask(channel="counter")),
        market.shop.token(market.shop.ask(counts={"adult": 20}, group=True, channel="operator")),
    ):
        assert book(visitor, names(visitor), offer=token).status == 400
    assert market.bookings() == ()


def test_a_place_taken_meanwhile_shows_the_plan_again_and_keeps_the_rest(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor, plan="1", place1=["1-1", "1-2"], n_adult=2)
    quicker = market.shop.hold(replace(OUT, wanted=(("1", "2"),)))
    done = book(visitor, page, family2="Пак", given2="Ирина")
    assert done.status == 409
    assert "Somebody else has just taken" in done.text
    form = next(form for form in done.forms if form.method == "post")
    assert ("place1", "1-1") in form.fields  # the other stays chosen
    assert 'value="1-2"' not in done.html
    assert form.value("family2") == "Пак"
    again = visitor.send(done, form.action, {"place1": ["1-1", "1-3"], "do": "price"})
    assert again.status == 200
    assert "Chosen places: 1-1, 1-3" in again.text
    assert book(visitor, again, family2="Пак", given2="Ирина").status == 200
    [booking] = [one for one in market.bookings() if one.code != quicker.code]
    assert {spot.place for part in booking.parts for spot in part.spots} == {"1", "3"}


def test_a_double_click_is_one_booking(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    address, fields = unsent(visitor, names(visitor))
    with ThreadPoolExecutor(2) as both:
        statuses = list(both.map(lambda _: post(visitor, address, fields), range(2)))
    assert statuses == [303, 303]
    assert len(market.bookings()) == 1


def test_whoever_goes_back_after_booking_is_shown_the_booking(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor)
    book(visitor, page, pay="counter")
    [booking] = market.bookings()
    assert visitor.open(page.address).address == f"/en/booking/{booking.code}"
    again = book(visitor, page, family1="Другая")  # the page out of the browser's memory, changed and sent again
    assert again.address == f"/en/booking/{booking.code}"
    assert len(market.bookings()) == 1


def test_the_same_form_from_another_browser_with_other_names_books_nothing_by_itself(
    market: Market, browse: Browse
) -> None:
    visitor, other = browse(market), browse(market)
    page = names(visitor)
    book(visitor, page)
    done = book(other, page, family1="Другая")
    assert done.status == 409
    assert "was sent before with something else in it" in done.text
    assert len(market.bookings()) == 1


def test_a_train_suspended_meanwhile_is_not_sold(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor)
    market.shop.decide("withdraw", start=date(2026, 12, 1))
    done = book(visitor, page)
    assert done.status == 409
    assert "has not consented" in done.text
    assert market.bookings() == ()


def test_a_sale_that_closed_meanwhile_is_closed(market: Market, browse: Browse) -> None:
    market.shop.clock.forward(days=16, hours=10, minutes=25)  # five minutes before the list is handed over
    visitor = browse(market)
    page = names(visitor)
    assert page.status == 200
    market.shop.clock.forward(minutes=6)
    done = book(visitor, page)
    assert done.status == 409
    assert "No longer on sale" in done.text


def test_a_sold_out_train_says_how_many_places_are_left(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    page = names(visitor, n_adult=8)
    for _ in range(11):
        market.shop.hold(OUT, passengers=[adult(f"Ким{n}") for n in "абвгдежз"])
    changes = {f"family{n}": f"Пак{n}" for n in range(1, 9)}
    done = book(visitor, page, **changes)
    assert done.status == 409
    assert "No place of the kind asked for is free all the way" in done.text
    assert "Change the journey or the passengers" in done.text


def test_a_form_of_a_foreign_page_is_refused(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    address, fields = unsent(visitor, names(visitor))
    assert post(visitor, address, fields, origin="https://evil.example") == 403
    assert post(visitor, address, fields, origin="null") == 403
    assert market.bookings() == ()


def test_what_is_no_form_or_too_long_or_lacks_its_fields_is_refused(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    address, fields = unsent(visitor, names(visitor))
    assert post(visitor, address, fields, content_type="application/json") == 415
    assert post(visitor, address, fields, content_type="multipart/form-data; boundary=x") == 415
    assert post(visitor, address, [*fields, ("x", "y" * 200_000)]) == 413
    assert post(visitor, address, [("x", "y" * 2_000_000)]) == 413
    assert post(visitor, address, []) == 400
    assert post(visitor, address, [field for field in fields if field[0] != "key"]) == 400
    assert post(visitor, address, [(name, "1" if name == "key" else text) for name, text in fields]) == 400
    assert post(visitor, address, [(name, text) for name, text in fields if name in ("key", "offer")]) == 422
    assert post(visitor, address.partition("?")[0], fields) == 400
    assert market.bookings() == ()


def test_a_form_without_its_offer_is_shown_the_price_again(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    done = book(visitor, names(visitor), offer="")
    assert done.status == 200
    assert "Book for 6,260.00 RUB" in done.text
    assert market.bookings() == ()


def test_a_robot_cannot_hold_the_whole_train(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    for number in range(MOST_HELD):
        book(visitor, names(visitor, leg1=TO_KHASAN, operator=""), family1=f"Ким{'абвгдежз'[number]}")
    refused = book(visitor, names(visitor))
    assert refused.status == 429
    assert int(refused.answer.headers["retry-after"]) == 20 * 60
    assert len(market.bookings()) == MOST_HELD
    assert next(form for form in refused.forms if form.method == "post").value("family1") == "Ким"
    market.shop.pay(market.bookings()[0])  # one that is paid is no longer only held
    assert book(visitor, refused).status == 200
    assert len(market.bookings()) == MOST_HELD + 1


def test_the_names_are_never_in_an_address(market: Market, browse: Browse) -> None:
    visitor = browse(market)
    done = book(visitor, names(visitor), email="olga")
    assert "Ким" in done.html
    assert not re.search("olga|%D0%9A", done.address)
    assert ONE["email"] not in done.address
