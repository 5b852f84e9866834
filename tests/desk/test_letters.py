"""Letters say what is true when they are sent, in the passenger's language, with tickets that verify."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from msgspec.structs import replace
from pypdf import PdfReader
from sale.shop import BACK, JANUARY, OUT, TO_KHASAN, Shop, adult, open_shop

from rerail.desk.housekeeping import Housekeeper
from rerail.desk.letter_texts import LEG, PARAGRAPHS, SUBJECTS
from rerail.desk.letters import Letters, money_words
from rerail.desk.tickets import ensure_key, signed_tickets
from rerail.line.amount import Money
from rerail.money import shifts
from rerail.sale.errors import NotPossible
from rerail.sale.holding import Buyer
from rerail.sale.model import PassengerGiven
from rerail.store.engine import Store
from rerail.tell.outbox import Message
from rerail.ticket import tables as ticket_tables
from rerail.ticket.keys import by_number
from rerail.ticket.verify import verify

CHILD_OF_SCRIPT = adult("</script><b>", "Ольга & Ко")


@pytest.fixture
def shop(sqlite_store: Store) -> Iterator[Shop]:
    with open_shop(sqlite_store) as opened:
        opened.selling.call(
            lambda connection: ensure_key(connection, opened.current.snapshot().line, opened.clock.now())
        )
        yield opened


def letters(shop: Shop) -> Letters:
    return Letters(shop.selling, specimen=lambda: shop.current.snapshot().demo)


def parts(mail: EmailMessage) -> dict[str, Any]:
    return {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}


def composed(shop: Shop, message: Message) -> EmailMessage:
    mail = letters(shop).compose(message)
    assert mail is not None
    return mail


def test_every_letter_is_written_in_every_language_with_the_same_values() -> None:
    for texts in (*SUBJECTS.values(), *PARAGRAPHS.values(), LEG):
        assert set(texts) == {"en", "ru", "ko"}
        values = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert values[0] == values[1] == values[2], texts["en"]


def test_the_confirmation_brings_tickets_a_calendar_and_the_reservation_as_data(shop: Shop) -> None:
    booking = shop.buy(OUT, BACK, passengers=[adult(), CHILD_OF_SCRIPT])
    (told,) = shop.letters(booking.code)
    found = parts(composed(shop, told.message))

    assert booking.code in found["text/plain"]
    assert "Владивосток 22:00" in found["text/plain"]
    assert "паспорт" in found["text/plain"], "the train crosses a border"
    assert "Демонстрация" in found["text/plain"]
    assert "условные" in found["text/plain"]
    assert len(PdfReader(BytesIO(found["application/pdf"])).pages) == 4
    events = Calendar.from_ical(found["text/calendar"]).walk("VEVENT")
    assert len(events) == 2, "one entry per journey, not per passenger"
    html = found["text/html"]
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    reservations = json.loads(script)
    assert [one["@type"] for one in reservations] == ["TrainReservation"] * 4
    assert reservations[1]["underName"]["familyName"] == "</script><b>"
    assert "<b>" not in html.replace(script, "")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["At the border, Vladivostok – Rajin (Rason):", "Stay in your coach", "Put your watch back 1 h"]),
        ("ru", ["На границе, Владивосток – Раджин (Расон):", "Оставайтесь в вагоне", "Переведите часы назад на 1 ч"]),
        ("ko", ["국경에서, 블라디보스토크 – 라진(라선):", "객차 안에 계십시오", "시계를 1시간 늦추십시오"]),
    ],
)
def test_the_confirmation_says_what_one_meets_at_the_border_and_so_does_what_it_brings(
    shop: Shop, language: str, lines: list[str]
) -> None:
    booking = shop.buy(OUT)
    (told,) = shop.letters(booking.code)
    found = parts(composed(shop, replace(told.message, language=language)))
    for one in lines:
        assert one in found["text/plain"]
        assert one in found["text/html"]
    assert "06:30 – 08:30* (UTC+10, " in found["text/plain"]
    assert "\n– " in found["text/plain"], "a line for each step"
    (event,) = Calendar.from_ical(found["text/calendar"]).walk("VEVENT")
    assert "06:30 – 08:30*" in str(event["description"])
    pdf = PdfReader(BytesIO(found["application/pdf"])).pages[0].extract_text()
    assert "06:30 – 08:30*" in pdf


def test_who_stays_on_one_side_is_told_of_no_border(shop: Shop) -> None:
    booking = shop.buy(TO_KHASAN)
    (told,) = shop.letters(booking.code)
    found = parts(composed(shop, told.message))
    assert "На границе" not in found["text/plain"]
    (event,) = Calendar.from_ical(found["text/calendar"]).walk("VEVENT")
    assert "На границе" not in str(event["description"])


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Your tickets"), ("ru", "Ваши билеты"), ("ko", "승차권 안내")]
)
def test_the_letter_is_in_the_passengers_language(shop: Shop, language: str, subject: str) -> None:
    booking = shop.buy()
    (told,) = shop.letters(booking.code)
    message = Message(
        **{name: getattr(told.message, name) for name in told.message.__struct_fields__} | {"language": language}
    )
    mail = composed(shop, message)
    assert mail["Subject"].startswith(subject)


def test_the_link_in_a_letter_opens_this_booking_and_no_other(shop: Shop) -> None:
    booking = shop.buy()
    link = letters(shop).link(booking, "ko")
    key = link.rpartition("=")[2]
    assert link.startswith(f"https://trains.example/ko/booking/{booking.code}?key=")
    assert shop.selling.link_fits(booking.code, key)
    assert not shop.selling.link_fits(shop.buy().code, key)


def test_a_hold_that_is_over_when_its_letter_would_leave_is_not_told(shop: Shop) -> None:
    held = shop.hold(at_counter=True)
    (told,) = shop.letters(held.code)
    assert "24" in str(composed(shop, told.message)["Subject"])
    shop.clock.forward(days=1)
    assert letters(shop).compose(told.message) is None


def test_a_suspension_says_what_comes_back_and_until_when_one_may_choose_another_day(shop: Shop) -> None:
    booking = shop.buy(OUT)
    held = shop.hold(OUT)
    shop.decide("withdraw", start=date(2026, 12, 1))
    Housekeeper(shop.selling).round()
    told = parts(composed(shop, shop.letters(booking.code)[-1].message))["text/plain"]
    assert "6\xa0260,00 RUB" in told
    assert "23 декабря" in told, "thirty days from today"
    assert booking.code in told
    released = parts(composed(shop, shop.letters(held.code)[-1].message))["text/plain"]
    assert "освобождены" in released
    assert "RUB" not in released


def said(shop: Shop, code: str, kind: str) -> list[str]:
    """The texts of a booking's letters of a kind, in the order they were written, amounts with plain spaces."""
    found = [told.message for told in shop.letters(code) if told.message.kind == kind]
    return [parts(composed(shop, one))["text/plain"].replace("\xa0", " ") for one in found]


def amount(money: Money) -> str:
    return money_words(money, "ru").replace("\xa0", " ")


def test_each_letter_says_what_came_back_by_its_own_act_however_late_it_is_sent(shop: Shop) -> None:
    booking = shop.buy(OUT, passengers=[adult(), adult("Пак", "Иван")])
    first = shop.selling.refund_offer(booking, [1]).total
    booking = shop.give_back(booking, 1)
    shop.decide("withdraw", start=date(2026, 12, 1))
    Housekeeper(shop.selling).round()
    second = booking.parts[1].price.total
    assert first != second
    (refunded,), (suspended,) = said(shop, booking.code, "refunded"), said(shop, booking.code, "suspended")
    assert amount(first) in refunded
    assert amount(second) not in refunded
    assert amount(second) in suspended
    assert amount(first) not in suspended


def test_the_fees_of_a_counters_booking_are_in_the_letters_amount(shop: Shop) -> None:
    with shop.store.write() as connection:
        shifts.open_shift(connection, "anna", now=shop.clock.now())
    token = shop.token(shop.ask(OUT, channel="counter"))
    buyer = Buyer(passengers=(adult(),), email="olga@example.org", language="ru")
    held = shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    assert held.fees, "what this test is about"
    shop.selling.call(shop.selling.confirm_at_counter(shop.request(), held.code, "anna", held.total))
    shop.decide("withdraw", start=date(2026, 12, 1))
    Housekeeper(shop.selling).round()
    assert shop.selling.booking(held.code).balance == Money(0, "RUB") - held.total
    (letter,) = said(shop, held.code, "suspended")
    assert amount(held.total) in letter


def test_paid_too_late_and_paid_twice_are_two_letters_and_say_the_amount_after_the_payout(shop: Shop) -> None:
    late, twice = shop.hold(), shop.hold()
    orders = [shop.selling.checkout(one.code, "demo", "ru").rsplit("/", 1)[1] for one in (late, twice)]
    shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), twice.code))
    shop.clock.forward(minutes=21)
    for order in orders:
        shop.checkout.decide(order, "paid")
        shop.selling.settle(order)
    assert shop.selling.booking(late.code).balance == Money(0, "RUB"), "it has gone back already"
    (letter,) = said(shop, late.code, "too-late")
    assert amount(late.total) in letter
    assert "Билеты не оформлены" in letter
    assert said(shop, twice.code, "too-late") == []
    (letter,) = said(shop, twice.code, "paid-twice")
    assert amount(twice.total) in letter
    assert "остаются в силе" in letter


def test_a_group_whose_train_is_withdrawn_is_told_that_its_deposit_comes_back(shop: Shop) -> None:
    token = shop.token(shop.ask(JANUARY, counts={"adult": 9}, channel="operator", group=True))
    nameless = tuple(PassengerGiven(category="adult") for _ in range(9))
    buyer = Buyer(passengers=nameless, email="groups@example.org", language="ru")
    held = shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    shop.selling.call(shop.selling.pay_deposit(shop.request(), held.code, clerk=None))
    shop.decide("withdraw", start=date(2027, 1, 1))
    Housekeeper(shop.selling).round()
    (letter,) = said(shop, held.code, "suspended")
    assert held.deposit is not None
    assert amount(held.deposit) in letter
    assert "выбрать другой" not in letter, "nothing was paid that another departure could take over"


def test_a_ticket_is_signed_by_the_agency_and_verifies_by_its_published_key(shop: Shop) -> None:
    booking = shop.buy(OUT, passengers=[adult(), adult("김", "철수")])
    with shop.store.read() as connection:
        keys = by_number(ticket_tables.published(connection))
        signed = signed_tickets(connection, shop.selling.market(), booking, "ko", specimen=True)
    for (ticket, raw), part in zip(signed, booking.parts, strict=True):
        assert ticket.reference == f"{booking.code}-{part.number}"
        assert ticket.passport_check
        assert ticket.named_list is not None
        verdict = verify(
            raw, keys, train="vladivostok-rason", on=date(2026, 12, 10), at="khasan", refunded=lambda _one: False
        )
        assert verdict.word == "valid", "without a network and without the line: the ticket names the calls on its way"
        assert verdict.ticket is not None
        assert verdict.ticket.specimen
        assert verify(raw, keys, train="645").word == "wrong-train"
        assert verify(raw, keys, on=date(2026, 12, 11)).word == "wrong-date"


def test_without_names_there_is_no_ticket_and_without_a_sale_neither(shop: Shop) -> None:
    held = shop.hold()
    with shop.store.read() as connection, pytest.raises(NotPossible, match="no valid ticket"):
        signed_tickets(connection, shop.selling.market(), held, "en", specimen=True)


@pytest.mark.parametrize(
    ("money", "language", "says"),
    [
        (Money(123450, "RUB"), "ru", "1 234,50 RUB"),
        (Money(123450, "RUB"), "en", "1,234.50 RUB"),
        (Money(1200, "KRW"), "ko", "1,200 KRW"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(money: Money, language: str, says: str) -> None:
    assert money_words(money, language).replace("\xa0", " ") == says
