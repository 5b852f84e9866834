"""A clerk sells, takes the money, prints, finds, gives back: every step by the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from office.conftest import Now
from office.counter import SHUTTLE, act_form, acted, can, code_of, held, offered, opened_till, posted, sent
from office.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def nina(visit: Visit) -> Visitor:
    """A clerk with an open till."""
    visitor = visit("Nina")
    assert "The till is open" in opened_till(visitor, RUB="1000").text
    return visitor


def test_a_ticket_is_sold_for_cash_and_the_change_is_reckoned(nina: Visitor) -> None:
    asked = offered(nina)
    assert "1,710.00 RUB" in asked.text, "fare, reservation, and the counter's fee"
    booking = held(nina, asked)
    assert "held" in booking.text
    assert "To pay 1,710.00 RUB" in booking.text
    sold = acted(nina, booking, "pay", given="2 000")
    assert "The money is in the till." in sold.text
    assert "Change 290.00 RUB" in sold.text
    assert "confirmed" in sold.text
    ticket = nina.peek(f"/office/bookings/{code_of(sold)}/tickets?size=a4")
    assert ticket.headers["content-type"] == "application/pdf"
    assert ticket.headers["cache-control"] == "no-store"
    assert ticket.content.startswith(b"%PDF")


def test_exactly_what_is_due_needs_no_typing(nina: Visitor) -> None:
    sold = acted(nina, held(nina), "pay")
    assert "Change 0.00 RUB" in sold.text


def test_too_little_money_and_no_number_are_said_beside_the_field(nina: Visitor) -> None:
    booking = held(nina)
    for given, says in (("1 000", "less than is due: 1,710.00 RUB"), ("much", "as a number")):
        refused = acted(nina, booking, "pay", given=given)
        assert refused.status == 422
        assert says in refused.text
        assert act_form(refused, "pay").value("given") == given
        assert "confirmed" not in refused.text


def test_without_an_open_till_no_cash_is_taken_and_the_places_stay_held(visit: Visit) -> None:
    visitor = visit("Nina")
    refused = acted(visitor, held(visitor), "pay")
    assert refused.status == 409
    assert "You have no open shift" in refused.text
    assert can(refused, "pay")


def test_out_and_back_is_one_booking_and_no_way_back_is_forced(nina: Visitor) -> None:
    one_way = nina.open("/office/sell?from=khasan&to=tumangang&date=2026-12-02&n-adult=1")
    assert one_way.text.count("Khasan – Tumangang, Wed 2 Dec 2026") == 1
    both = offered(nina, back="2026-12-04")
    assert "Tumangang – Khasan" in both.text
    booking = held(nina, both)
    assert booking.text.count("Kim Olga") == 2
    assert len(re.findall(r'class="leg"', booking.html)) == 2


def test_places_are_picked_on_the_plan(nina: Visitor) -> None:
    page = offered(nina)
    picked = nina.send(page, "/office/sell/passengers", {"place0": "1/17"})
    assert "picked: 1-17" in picked.text
    assert "1-17" in held(nina, picked).text
    taken = nina.send(page, "/office/sell/passengers", {"place0": "1/17"})
    assert taken.status == 409
    assert "Somebody else has just taken 1-17" in taken.text
    assert "1-17" not in held(nina, taken).text, "the places are chosen automatically then"


def test_places_that_do_not_exist_or_are_too_many_are_said(nina: Visitor) -> None:
    address = offered(nina).address
    for place in ("9/1", "1/999", "1/17&place0=1/18"):
        page = nina.open(f"{address}&place0={place}")
        assert page.status == 422
        assert re.search("has no place|places are needed", page.text)


def test_what_is_wrong_with_a_passenger_is_said_beside_the_field_and_nothing_typed_is_lost(nina: Visitor) -> None:
    page = offered(nina, **{"n-child": "1"})
    typed = {"f1": "Kim", "f2": "Kim", "g2": "Anya", "then": "now"}
    no_date = posted(nina, page, "/office/sell/passengers", **typed, b2="soon")
    assert no_date.status == 422
    assert '"soon" is no date' in no_date.text
    too_old = posted(nina, no_date, "/office/sell/passengers", **typed, b2="1987-03-21")
    assert too_old.status == 422
    form = next(form for form in too_old.forms if form.method == "post" and "sell" in form.action)
    assert (form.value("f2"), form.value("g2"), form.value("b2")) == ("Kim", "Anya", "1987-03-21")
    assert re.search(r'id="b2-error">', too_old.html)
    assert "2 Dec 2026" in posted(nina, too_old, "/office/sell/passengers", **typed, b2="21.03.2019").text


def test_the_same_form_twice_holds_and_sells_once(nina: Visitor) -> None:
    page = offered(nina)
    first, again = held(nina, page), held(nina, page)
    assert code_of(first) == code_of(again)
    paid, twice = acted(nina, first, "pay"), acted(nina, first, "pay")
    assert twice.status == paid.status == 200
    shift = nina.open("/office/shift")
    assert "1 payment" in shift.text


def test_an_offer_older_than_half_an_hour_is_made_anew_with_the_names_kept(nina: Visitor, now: Now) -> None:
    page = offered(nina)
    now.move(timedelta(minutes=31))
    expired = held(nina, page)
    assert expired.status == 410
    assert "1,710.00 RUB" in expired.text
    assert "Kim Olga" in held(nina, expired).text


def test_a_forged_offer_is_refused(nina: Visitor) -> None:
    page = offered(nina)
    forged = held(nina, page, token="eyJ.forged")
    assert forged.status == 400
    assert nina.open("/office/bookings").text.count("Nothing was booked yet.") == 1


def test_a_booking_is_found_by_name_and_e_mail(nina: Visitor) -> None:
    code = code_of(held(nina, email="olga@example.org"))
    for text in ("kim", "KIM OLG", "olga@example.org", "Olga@Example.org"):
        assert f'href="/office/bookings/{code}"' in nina.open(f"/office/bookings?q={text}").html


def test_one_found_by_its_code_is_opened_at_once(nina: Visitor) -> None:
    code = code_of(held(nina))
    assert nina.open(f"/office/bookings?q={code.lower()}").address == f"/office/bookings/{code}"
    assert "No booking answers to this" in nina.open("/office/bookings?q=nobody").text


def test_a_ticket_is_given_back_at_the_price_shown_and_paid_out(nina: Visitor) -> None:
    sold = acted(nina, held(nina), "pay")
    code = code_of(sold)
    shown = nina.open(f"/office/bookings/{code}/refund?part=1")
    assert "Comes back 1,350.00 RUB" in shown.text, "ninety per cent of the fare; the fees are kept"
    assert "90 % of the fare" in shown.text
    back = posted(nina, shown, f"/office/bookings/{code}")
    assert "good no more" in back.text
    assert "Owed to the customer 1,350.00 RUB" in back.text
    out = acted(nina, back, "pay-out")
    assert "posted to your till" in out.text
    assert not can(out, "pay-out")
    shift = nina.open("/office/shift")
    assert "1,360.00 RUB" in shift.text, "1000 of change, 1710 taken, 1350 paid out"


def test_two_clerks_give_back_the_same_ticket_and_one_is_told_to_look_again(nina: Visitor, visit: Visit) -> None:
    code = code_of(acted(nina, held(nina), "pay"))
    other = visit("Marina")
    pages = [visitor.open(f"/office/bookings/{code}/refund?part=1") for visitor in (nina, other)]
    first = posted(nina, pages[0], f"/office/bookings/{code}")
    second = posted(other, pages[1], f"/office/bookings/{code}")
    assert (first.status, second.status) == (200, 409)
    assert "The booking has changed since this page was made" in second.text
    assert "Tickets taken back" in other.open("/office/audit").text


def test_nothing_ticked_is_no_refund(nina: Visitor) -> None:
    code = code_of(acted(nina, held(nina), "pay"))
    page = nina.open(f"/office/bookings/{code}/refund")
    assert page.status == 409
    assert "Choose which tickets to give back." in page.text


def test_a_name_is_corrected_and_what_did_not_change_is_said(nina: Visitor) -> None:
    booking = acted(nina, held(nina), "pay")
    same = acted(nina, booking, "name")
    assert same.status == 422
    assert "No name was changed." in same.text
    corrected = acted(nina, booking, "name", g1="Olha")
    assert "The names are written down." in corrected.text
    assert "Kim Olha" in corrected.text
    wrong = acted(nina, corrected, "name", g1="12345")
    assert wrong.status == 422
    assert "it has no letter" in wrong.text


def test_held_places_are_let_go(nina: Visitor) -> None:
    gone = acted(nina, held(nina), "cancel")
    assert "The places are free again." in gone.text
    assert not can(gone, "pay")


def test_a_hold_that_lapsed_cannot_be_paid(nina: Visitor, now: Now) -> None:
    booking = held(nina)
    now.move(timedelta(minutes=21))
    late = acted(nina, booking, "pay")
    assert late.status == 410
    assert "The hold has lapsed" in late.text


def test_reserved_to_be_paid_later_waits_a_day(nina: Visitor, now: Now) -> None:
    booking = held(nina, then="later", email="olga@example.org")
    now.move(timedelta(minutes=50))
    assert "Change" in acted(nina, nina.open(booking.address), "pay").text
    assert "Places held" in nina.open(booking.address).text, "the letter about it"


def test_each_wrong_field_of_the_first_form_is_said(nina: Visitor) -> None:
    page = nina.open("/office/sell?from=atlantis&to=rajin&date=tomorrow&n-adult=many")
    assert page.status == 422
    for sentence in ("No station of this name", "Write the date as", "Write how many travel"):
        assert sentence in page.text


def test_a_stretch_that_only_groups_travel_says_why_and_is_sold_with_a_tour_operator(nina: Visitor) -> None:
    direct = {"from": "vladivostok", "to": "rajin", "date": "2026-12-10", "n-adult": "1"}
    query = "&".join(f"{name}={value}" for name, value in direct.items())
    alone = nina.open(f"/office/sell?{query}")
    assert "Only passengers on a tour operator's named list" in alone.text
    assert "Passengers and places" not in alone.text
    listed = held(nina, offered(nina, **direct, operator="example-tours"))
    assert can(listed, "invoice")
    assert "It is on the tour operator's invoice." in acted(nina, listed, "invoice").text


@pytest.mark.parametrize("name", ["Kim", "Rita"])
def test_who_does_not_sell_has_no_such_pages(visit: Visit, name: str) -> None:
    visitor = visit(name)
    for page in ("sell", "bookings", "groups", "letters", "shift", "shifts", "bookings/AAAAAAAA"):
        assert visitor.open(f"/office/{page}").status == 403
    assert "/office/sell" not in visitor.open("/office/").html


def test_forms_from_elsewhere_or_without_their_proof_sell_nothing(nina: Visitor) -> None:
    booking = held(nina)
    form = act_form(booking, "pay")
    foreign = nina.post(form.action, form.fields, origin="https://elsewhere.example")
    unproved = sent(nina, form, form_token="0" * 64)
    assert (foreign.status, unproved.status) == (403, 403)
    assert can(nina.open(booking.address), "pay")


def test_an_act_or_booking_that_does_not_exist_is_not_found(nina: Visitor) -> None:
    booking = held(nina)
    assert acted(nina, booking, "pay", act="burn").status == 404
    assert nina.open("/office/bookings/ZZZZZZZZ").status == 404
    assert nina.open("/office/bookings/ZZZZZZZZ/tickets").status == 404
    assert nina.open(f"/office/bookings/{code_of(booking)}/tickets?size=poster").status == 404
    assert nina.open(f"/office/bookings/{code_of(booking)}/tickets").status == 409, "nothing is confirmed yet"
    assert nina.open("/office/sell/passengers?out=nonsense").status == 404


@pytest.mark.parametrize(("language", "says"), [("ru", "Сдача 290,00 RUB"), ("ko", "거스름돈 290.00 RUB")])
def test_the_counter_speaks_the_clerks_language(visit: Visit, language: str, says: str) -> None:
    visitor = visit("Nina", language=language)
    opened_till(visitor, RUB="0")
    assert says in acted(visitor, held(visitor), "pay", given="2000").text


def test_the_trail_holds_codes_and_no_passenger(nina: Visitor, visit: Visit) -> None:
    code = code_of(acted(nina, held(nina), "pay"))
    told = visit("Marina").open("/office/audit").text
    assert re.search(rf"Nina Booking confirmed *: {code}", told)
    assert "Till opened" in told
    assert "Olga" not in told


def test_the_form_keeps_what_was_asked(nina: Visitor) -> None:
    page = nina.open("/office/sell?from=khasan&to=tumangang&date=2026-12-02&n-adult=2&currency=KPW&split=1")
    form = page.form("/office/sell")
    assert form.value("from") == SHUTTLE["from"]
    assert (form.value("n-adult"), form.value("currency"), form.value("split")) == ("2", "KPW", "1")
