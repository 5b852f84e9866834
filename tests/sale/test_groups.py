"""A group: one booking, an option, a deposit, places without names, names completed from a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from rerail.desk.selling import Request
from rerail.line.amount import Money
from rerail.money import shifts
from rerail.money.ledger import balance
from rerail.places.claims import claims_on
from rerail.sale.errors import HoldExpired, ListRefused, NotPossible, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, PassengerGiven
from rerail.sale.naming import names_until
from rerail.sale.passengers import read_list
from sale.shop import JANUARY, OUT, Shop, adult

FORTY = tuple(PassengerGiven(category="adult") for _ in range(40))


def group(shop: Shop, passengers: tuple[PassengerGiven, ...] = FORTY) -> Booking:
    """A tour operator's, on the train of 14 January: seven weeks ahead."""
    counts = {"adult": len(passengers)}
    token = shop.token(shop.ask(JANUARY, counts=counts, channel="operator", group=True))
    buyer = Buyer(passengers=passengers, email="groups@example.org", language="ru")
    return shop.selling.call(shop.selling.hold(shop.request(), token, buyer))


def named_list(shop: Shop, text: str, booking: Booking) -> Booking:
    rows = read_list(text.encode(), shop.selling.market().tariff)
    return shop.selling.call(shop.selling.fill(shop.request(), booking.code, rows, booking.version))


def test_names_are_open_as_long_as_the_legs_that_are_left(sqlite_shop: Shop) -> None:
    """The way out is cancelled: its list's date closes nothing, and ages count on the day of the way that is left."""
    nine = tuple(PassengerGiven(category="adult") for _ in range(9))
    legs = (OUT, replace(JANUARY, journey=1))
    token = sqlite_shop.token(sqlite_shop.ask(*legs, counts={"adult": 9}, channel="operator", group=True))
    buyer = Buyer(passengers=nine, email="groups@example.org", language="ru")
    booking = sqlite_shop.selling.call(sqlite_shop.selling.hold(sqlite_shop.request(), token, buyer))
    sqlite_shop.selling.call(sqlite_shop.selling.confirm_by_invoice(sqlite_shop.request(), booking.code))
    before = names_until(sqlite_shop.selling.market(), booking)
    sqlite_shop.decide("cancel", start=OUT.service_date, railway=None)
    after = sqlite_shop.selling.booking(booking.code)
    assert names_until(sqlite_shop.selling.market(), after) - before == timedelta(days=35)
    sqlite_shop.clock.turn(before + timedelta(days=1))
    named = sqlite_shop.selling.call(
        sqlite_shop.selling.name(sqlite_shop.request(), after.code, {1: adult()}, after.version, staff=False)
    )
    assert named.passengers[0].named


def test_forty_places_without_names_are_held_until_the_option_ends(shop: Shop) -> None:
    booking = group(shop)
    assert booking.held_until == shop.clock.now() + timedelta(days=7)
    assert not booking.named
    assert booking.deposit == Money(booking.total.amount // 5, "RUB")
    with shop.store.read() as connection:
        taken = claims_on(connection, [JANUARY.departure], shop.clock.now())
    assert len(taken) == 40
    allotted = {(claim.spot.coach, claim.spot.place) for claim in taken} & {("2", str(n)) for n in range(1, 13)}
    assert len(allotted) == 12, "its own allotment comes first"
    shop.clock.forward(days=7)
    with pytest.raises(HoldExpired):
        shop.selling.call(shop.selling.pay_deposit(shop.request(), booking.code, clerk=None))


def test_a_deposit_holds_the_places_until_the_balance_is_due(shop: Shop) -> None:
    booking = group(shop)
    paid = shop.selling.call(shop.selling.pay_deposit(shop.request(), booking.code, clerk=None))
    # The balance is due at the start of the day, in Vladivostok, three weeks before 14 January.
    assert paid.held_until is not None
    assert f"{paid.held_until:%Y-%m-%d %H:%M}" == "2026-12-23 14:00"
    assert paid.paid == booking.deposit
    shop.clock.forward(days=20)
    confirmed = shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), booking.code))
    assert confirmed.state(shop.clock.now()) == "confirmed"
    assert confirmed.paid == confirmed.total
    with shop.store.read() as connection:
        assert balance(connection, "invoice:example-tours") == {"RUB": confirmed.total.amount}
    assert shop.faults() == ()


def test_a_deposit_by_invoice_is_taken_off_it_when_the_group_lets_its_places_go(shop: Shop) -> None:
    booking = group(shop)
    shop.selling.call(shop.selling.pay_deposit(shop.request(), booking.code, clerk=None))
    gone = shop.selling.call(shop.selling.cancel_hold(shop.request(), booking.code, None))
    assert gone.state(shop.clock.now()) == "cancelled"
    assert not gone.balance
    with shop.store.read() as connection:
        assert balance(connection, "invoice:example-tours") == {}


def test_a_named_list_fills_the_group_in_any_script(shop: Shop) -> None:
    booking = group(shop, tuple(PassengerGiven(category="adult") for _ in range(9)))
    shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), booking.code))
    assert [told.message.kind for told in shop.letters(booking.code)] == ["confirmed"]
    booking = shop.selling.booking(booking.code)
    names = [
        "Ким;Ольга",
        "김;철수",
        "O'Neill;Seán",
        "Müller-Lüdenscheidt;Zoë",
        "王;小明",
        "नेहरू;जवाहर",
        "Ng;",
        "Иванова;Анна",
        "Ким;Анна",
    ]
    after = named_list(shop, "family_name;given_names\n" + "\n".join(names), booking)
    assert after.named
    assert [one.family_name for one in after.passengers][:3] == ["Ким", "김", "O'Neill"]
    assert len(shop.letters(booking.code)) == 2, "the tickets come with the last name"


def test_one_wrong_row_and_no_name_is_written(shop: Shop) -> None:
    booking = group(shop, tuple(PassengerGiven(category="adult") for _ in range(9)))
    text = "family_name,given_names,birth_date\nКим,Ольга,1990-02-30\nПак,Иван,2050-01-01\n123,Иван,\nЛи,Ю,1980-05-05\n"
    with pytest.raises(ListRefused) as caught:
        named_list(shop, text, booking)
    assert [line for line, _ in caught.value.rows] == [2, 4], "what cannot even be read is told first"
    text = "family_name,given_names,birth_date\nПак,Иван,2050-01-01\nЛи,Ю,1980-05-05\nЛи,Ю,1980-05-05\n"
    with pytest.raises(ListRefused) as caught:
        named_list(shop, text, booking)
    assert [(line, error.message[:20]) for line, error in caught.value.rows] == [
        (2, "The birth date %(bir"),
        (4, "%(name)s is in the b"),
    ]
    assert not any(one.named for one in shop.selling.booking(booking.code).passengers)


def test_names_can_be_given_until_the_list_is_handed_over(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    booking = group(shop, tuple(PassengerGiven(category="adult") for _ in range(9)))
    shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), booking.code))
    booking = shop.selling.booking(booking.code)
    # Khasan dep 08:30 on 15 January is 22:30 UTC on the 14th; the list is handed over a day before.
    shop.clock.turn(shop.clock.now().replace(year=2027, month=1, day=13, hour=22, minute=30))
    with pytest.raises(NotPossible, match="2027-01-13 22:30"):
        named_list(shop, "family_name\nКим\n", booking)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"name,first\nA,B\n", "columns"), (b"x" * 300_000, "bytes")],
)
def test_what_is_no_list_is_said_so(sqlite_shop: Shop, content: bytes, says: str) -> None:
    with pytest.raises(WrongPassenger, match=says):
        read_list(content, sqlite_shop.selling.market().tariff)


def test_a_list_is_read_as_russian_spreadsheets_write_it(sqlite_shop: Shop) -> None:
    text = "Family name;Given names;Birth date\r\nКим;Ольга;21.03.1987\r\n;;\r\n"
    (row,) = read_list(text.encode("cp1251"), sqlite_shop.selling.market().tariff)
    assert (row.line, row.given.family_name, str(row.given.birth_date)) == (2, "Ким", "1987-03-21")


# ── at the counter ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clerk_takes_the_money_into_an_open_till_and_only_then(shop: Shop) -> None:
    token = shop.token(shop.ask(OUT, channel="counter"))
    held = shop.selling.call(
        shop.selling.hold(Request("u1", "k1"), token, Buyer(passengers=(adult(),), email="", language="ru"))
    )
    pay = shop.selling.confirm_at_counter(Request("u1", "k2"), held.code, "u1", held.total)
    with pytest.raises(shifts.ShiftError, match="no open shift"):
        shop.selling.call(pay)
    with shop.store.write() as connection:
        shift = shifts.open_shift(connection, "u1", now=shop.clock.now())
    with pytest.raises(NotPossible, match="to be paid"):
        shop.selling.call(
            shop.selling.confirm_at_counter(Request("u1", "k3"), held.code, "u1", held.total - Money(1, "RUB"))
        )
    booking = shop.selling.call(pay)
    assert booking.state(shop.clock.now()) == "confirmed"
    shop.give_back(booking)
    owed = shop.selling.booking(booking.code)
    assert owed.balance.amount < 0
    out = shop.selling.call(shop.selling.pay_out(Request("u1", "k4"), booking.code, "u1"))
    assert not out.balance
    with shop.store.read() as connection:
        (line,) = shifts.report(connection, shift.id).lines
    assert (line.payments, line.payouts, line.expected) == (1, 1, out.paid.amount)
