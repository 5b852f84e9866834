"""The folder changes while tickets are sold: what was sold stays as it was sold, or nothing changes, or it is told."""

from __future__ import annotations

import re
import shutil
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rerail.desk.letters import Letters
from rerail.desk.opening import EditionRefused, Opened, open_folder
from rerail.desk.tickets import ensure_key, signed_tickets
from rerail.life import tables as life_tables
from rerail.line.amount import Money
from rerail.sale.changing import locked
from rerail.sale.errors import NotOnSale
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, PassengerGiven
from rerail.store.engine import Store
from sale.shop import JANUARY, NOON, OUT, SHIPPED, Shop, adult, child, open_shop

OTHER_DAYS = ("trains.toml", "FREQ=MONTHLY;BYDAY=2TH", "FREQ=MONTHLY;BYDAY=2FR")
EVENING = ("trains.toml", 'departure = { value = "22:00", source = ["S23", "S4", "S49"] }')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "line")


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def without_refunds(folder: Path) -> None:
    text = (folder / "fares.toml").read_text()
    start, end = text.index("[[refund]]"), text.index("# ── the border")
    (folder / "fares.toml").write_text(text[:start] + text[end:])


def adopted(shop: Shop, folder: Path) -> Opened:
    opened = open_folder(folder, shop.store, shop.clock)
    shop.current.forget()
    return opened


def group(shop: Shop, *, deposit: bool = False) -> Booking:
    token = shop.token(shop.ask(JANUARY, counts={"adult": 9}, channel="operator", group=True))
    passengers = tuple(PassengerGiven(category="adult") for _ in range(9))
    buyer = Buyer(passengers=passengers, email="groups@example.org", language="ru")
    booking = shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    if deposit:
        shop.selling.call(shop.selling.pay_deposit(shop.request(), booking.code, clerk=None))
    return shop.selling.booking(booking.code)


def tickets(shop: Shop, booking: Booking) -> list[str]:
    """The English name of each ticket's kind of passenger."""
    shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, NOON))
    with shop.store.read() as connection:
        found = signed_tickets(connection, shop.selling.market(), booking, "en", specimen=True)
    return [ticket.category_names["en"] for ticket, _ in found]


def test_a_ticket_comes_back_by_the_rules_it_was_sold_under(sqlite_shop: Shop, folder: Path) -> None:
    booking = sqlite_shop.buy(OUT)
    before = sqlite_shop.selling.refund_offer(booking)
    assert before.total.amount > 0
    without_refunds(folder)
    adopted(sqlite_shop, folder)
    after = sqlite_shop.selling.refund_offer(booking)
    assert (after.total, after.parts) == (before.total, before.parts)
    assert not sqlite_shop.selling.refund_offer(sqlite_shop.buy(OUT)).total, "sold under the new rules"


def test_a_kind_of_passenger_with_another_name_leaves_the_tickets_that_were_sold(
    sqlite_shop: Shop, folder: Path
) -> None:
    booking = sqlite_shop.buy(OUT, passengers=[adult(), child(date(2019, 5, 5))])
    sold = tickets(sqlite_shop, booking)
    edit(folder, "fares.toml", 'id = "child"', 'id = "junior"')
    edit(folder, "fares.toml", "child =", "junior =")
    adopted(sqlite_shop, folder)
    assert tickets(sqlite_shop, booking) == sold
    assert len(sqlite_shop.selling.refund_offer(booking).parts) == 2
    named = {2: child(date(2019, 5, 6))}
    after = sqlite_shop.selling.call(
        sqlite_shop.selling.name(sqlite_shop.request(), booking.code, named, booking.version, staff=True)
    )
    assert after.passengers[1].birth_date == date(2019, 5, 6)


def test_fares_taken_out_end_the_sale_and_not_what_was_sold(sqlite_shop: Shop, folder: Path) -> None:
    booking = sqlite_shop.buy(OUT)
    back = sqlite_shop.selling.refund_offer(booking).total
    (folder / "fares.toml").unlink()
    adopted(sqlite_shop, folder)
    with pytest.raises(NotOnSale):
        sqlite_shop.token(sqlite_shop.ask(OUT))
    assert sqlite_shop.selling.refund_offer(booking).total == back
    assert len(tickets(sqlite_shop, booking)) == 1
    after = sqlite_shop.selling.call(
        sqlite_shop.selling.name(sqlite_shop.request(), booking.code, {1: adult("Пак")}, booking.version, staff=True)
    )
    assert after.passengers[0].family_name == "Пак"


def test_a_group_whose_option_lapsed_stops_no_new_edition(sqlite_shop: Shop, folder: Path) -> None:
    booking = group(sqlite_shop)
    edit(folder, *OTHER_DAYS)
    with pytest.raises(EditionRefused, match=booking.code):
        adopted(sqlite_shop, folder)
    sqlite_shop.clock.forward(days=7)
    assert adopted(sqlite_shop, folder).edition == 2


def test_a_deposit_past_the_balance_date_still_stops_a_new_edition(sqlite_shop: Shop, folder: Path) -> None:
    booking = group(sqlite_shop, deposit=True)
    edit(folder, *OTHER_DAYS)
    sqlite_shop.clock.turn(datetime(2026, 12, 24, tzinfo=UTC))
    assert sqlite_shop.selling.booking(booking.code).state(sqlite_shop.clock.now()) == "expired"
    with pytest.raises(EditionRefused, match=booking.code):
        adopted(sqlite_shop, folder)


def test_a_railway_with_another_name_has_consented_to_nothing_and_is_refused(sqlite_shop: Shop, folder: Path) -> None:
    booking = sqlite_shop.buy(OUT)
    for file in folder.rglob("*.toml"):
        text = re.sub(r"(?m)^\[railway\.ksr\]", "[railway.kor]", re.sub('"ksr"', '"kor"', file.read_text()))
        file.write_text(re.sub(r"\bksr = ", "kor = ", text))
    with pytest.raises(EditionRefused, match=rf"{booking.code}-1: .*no consent of kor covers it"):
        adopted(sqlite_shop, folder)
    sqlite_shop.current.forget()
    assert sqlite_shop.selling.booking(booking.code).state(sqlite_shop.clock.now()) == "confirmed"


def test_what_a_railway_stopped_before_is_no_matter_of_the_new_edition(sqlite_shop: Shop, folder: Path) -> None:
    sqlite_shop.buy(OUT)
    sqlite_shop.decide("withdraw", start=date(2026, 12, 1))
    edit(folder, *EVENING, EVENING[1].replace("22:00", "21:50"))
    assert adopted(sqlite_shop, folder).edition == 2


def test_a_train_moved_by_hours_is_told_and_may_be_given_back_in_full(shop: Shop, folder: Path) -> None:
    booking = shop.buy(OUT)
    left = booking.legs[0].leaves
    edit(folder, *EVENING, EVENING[1].replace("22:00", "18:00"))
    opened = adopted(shop, folder)
    assert opened.changes is not None
    assert opened.changes[-1] == (
        "Train vladivostok-rason on 2026-12-10: 1 booking has other times now. They are told by letter."
    )
    after = shop.selling.booking(booking.code)
    assert after.legs[0].leaves == left - timedelta(hours=4)
    assert after.legs[0].sold_leaves == left
    (told,) = (one.message for one in shop.letters(booking.code) if one.message.kind == "retimed")
    shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, NOON))
    mail = Letters(shop.selling, specimen=lambda: False).compose(told)
    assert mail is not None
    body = mail.get_body(("plain",))
    assert body is not None
    said = " ".join(body.get_content().split())
    assert "10 декабря 2026 г.: Владивосток 18:00" in said
    assert "более часа" in said
    (back,) = shop.selling.refund_offer(after).parts
    assert (back.rule, back.back) == ("retimed", booking.total)
    adopted(shop, folder)
    assert [one.message.kind for one in shop.letters(booking.code)].count("retimed") == 1
    shop.clock.turn(after.legs[0].leaves - timedelta(hours=1))
    assert not shop.give_back(after).paid, "until the train leaves, by its new time"


def test_a_train_moved_by_ten_minutes_is_told_and_keeps_its_rules(sqlite_shop: Shop, folder: Path) -> None:
    booking = sqlite_shop.buy(OUT)
    edit(folder, *EVENING, EVENING[1].replace("22:00", "21:50"))
    adopted(sqlite_shop, folder)
    after = sqlite_shop.selling.booking(booking.code)
    assert after.legs[0].moved == timedelta(minutes=10)
    assert sqlite_shop.selling.refund_offer(after).parts[0].rule == "before-departure"
    assert [one.message.kind for one in sqlite_shop.letters(booking.code)] == ["confirmed", "retimed"]
    edit(folder, EVENING[0], EVENING[1].replace("22:00", "21:50"), EVENING[1])
    adopted(sqlite_shop, folder)
    assert sqlite_shop.selling.booking(booking.code).legs == booking.legs


def test_a_train_that_left_before_the_new_edition_keeps_its_times(sqlite_shop: Shop, folder: Path) -> None:
    booking = sqlite_shop.buy(OUT)
    sqlite_shop.clock.turn(booking.legs[0].leaves + timedelta(minutes=5))
    edit(folder, *EVENING, EVENING[1].replace("22:00", "23:00"))
    adopted(sqlite_shop, folder)
    assert sqlite_shop.selling.booking(booking.code).legs == booking.legs


def test_an_edition_that_loses_a_deadlock_is_taken_up_all_the_same(postgres_url: str, folder: Path) -> None:
    """A sale holds a booking and wants the journal; the edition holds the journal and wants the booking."""
    store = Store(postgres_url)
    with open_shop(store) as shop:
        booking = shop.buy(OUT)
        edit(folder, *EVENING, EVENING[1].replace("22:00", "21:50"))
        done: list[int] = []
        adopting = threading.Thread(target=lambda: done.append(open_folder(folder, store, shop.clock).edition))
        with store.write() as connection:
            locked(connection, booking.code)
            adopting.start()
            _wait_for_a_lock(store)
            life_tables.hold_journal(connection)
        adopting.join(30)
        assert done == [2]
        shop.current.forget()
        assert shop.selling.booking(booking.code).legs[0].moved == timedelta(minutes=10)
    store.close()


def _wait_for_a_lock(store: Store) -> None:
    for _ in range(500):
        with store.read() as connection:
            waiting = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).scalar_one()
        if waiting:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_a_deposit_comes_back_whose_balance_was_overdue_when_the_train_was_withdrawn(shop: Shop) -> None:
    booking = group(shop, deposit=True)
    shop.clock.turn(datetime(2026, 12, 24, tzinfo=UTC))
    shop.decide("withdraw", start=date(2027, 1, 1))
    assert shop.selling.give_back_owed() == 1
    after = shop.selling.booking(booking.code)
    assert after.state(shop.clock.now()) == "cancelled"
    assert after.paid == Money(0, "RUB")
    assert [one.message.kind for one in shop.letters(booking.code)] == ["suspended"]
    assert shop.selling.give_back_owed() == 0
    assert shop.faults() == ()
