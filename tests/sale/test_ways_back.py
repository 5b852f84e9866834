"""Money goes back by the ways it came: into the till, on an invoice, at a provider, and by two of them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from rerail.desk.selling import Request
from rerail.line.amount import Money
from rerail.money import accounts, entries, shifts
from rerail.money.ledger import Posted, balance
from rerail.sale import confirming, paying
from rerail.sale.errors import NotPossible
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, PassengerGiven
from rerail.sale.payment import Order
from rerail.sale.tables import checkout_table
from rerail.sale.ways_back import CASH, Way, WayBack, left, shared
from sale.shop import JANUARY, OPERATOR, OUT, Shop, adult

WAYS = ("cash", "invoice", "provider")
INVOICE = accounts.invoice(OPERATOR)
AT = datetime(2026, 11, 23, tzinfo=UTC)


def group(shop: Shop, count: int = 9) -> Booking:
    token = shop.token(shop.ask(JANUARY, counts={"adult": count}, channel="operator", group=True))
    nameless = tuple(PassengerGiven(category="adult") for _ in range(count))
    buyer = Buyer(passengers=nameless, email="groups@example.org", language="en")
    return shop.selling.call(shop.selling.hold(shop.request(), token, buyer))


def deposit(shop: Shop, booking: Booking, way: str) -> None:
    selling = shop.selling
    if way != "provider":
        selling.call(selling.pay_deposit(shop.request(), booking.code, clerk="anna" if way == "cash" else None))
        return
    # No page asks a provider for a deposit yet; the ledger and the ways back take it all the same.
    assert booking.deposit is not None
    order = paying.Checkout(
        reference="deposit-order", booking=booking.code, provider="demo", amount=booking.deposit, state="open"
    )
    shop.checkout.begin(
        Order(reference=order.reference, booking=order.booking, amount=order.amount, language="en", back="")
    )
    shop.checkout.decide(order.reference, "paid")
    with shop.store.write() as connection:
        market = selling.market_in(connection)
        row = {"reference": order.reference, "booking": order.booking, "provider": "demo", "state": "paid"}
        money = {"amount": order.amount.amount, "currency": order.amount.currency}
        connection.execute(insert(checkout_table), row | money | {"begun_at": market.now, "settled_at": market.now})
        until = booking.held_until
        assert until is not None
        confirming.pay_deposit(connection, market, booking.code, paying.payment_of(order), until)


def pay_balance(shop: Shop, code: str, way: str) -> None:
    booking = shop.selling.booking(code)
    if way == "cash":
        due = booking.total - booking.paid
        shop.selling.call(shop.selling.confirm_at_counter(shop.request(), code, "anna", due))
    elif way == "invoice":
        shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), code))
    else:
        shop.pay(booking)


def open_till(shop: Shop, clerk: str = "anna") -> str:
    with shop.store.write() as connection:
        return shifts.open_shift(connection, clerk, now=shop.clock.now()).account


def lies(shop: Shop, account: str) -> int:
    with shop.store.read() as connection:
        return balance(connection, account).get("RUB", 0)


@pytest.mark.parametrize(("first", "second"), list(permutations(WAYS, 2)))
@pytest.mark.parametrize("apart", [timedelta(0), timedelta(hours=1)], ids=["at-one-instant", "an-hour-later"])
def test_deposit_and_balance_paid_by_two_ways_go_back_by_both(
    shop: Shop, first: str, second: str, apart: timedelta
) -> None:
    booking, till = group(shop), open_till(shop)
    account = {"cash": till, "invoice": INVOICE, "provider": "provider:demo"}
    deposit(shop, booking, first)
    shop.clock.forward(seconds=apart.total_seconds())
    pay_balance(shop, booking.code, second)
    assert booking.deposit is not None
    assert lies(shop, account[first]) == booking.deposit.amount
    assert lies(shop, account[second]) == (booking.total - booking.deposit).amount

    shop.decide("withdraw", start=date(2027, 1, 1))
    shop.selling.give_back_owed()
    waiting = shop.selling.booking(booking.code)
    assert waiting.balance == Money(0, "RUB") - Money(lies(shop, till), "RUB"), "only cash waits for the customer"
    pay_out = shop.selling.pay_out(shop.request(), booking.code, "anna")
    if "cash" in (first, second):
        assert not shop.selling.call(pay_out).balance
    else:
        with pytest.raises(NotPossible, match="Nothing is owed"):
            shop.selling.call(pay_out)
    assert [lies(shop, one) for one in account.values()] == [0, 0, 0]
    done = shop.selling.booking(booking.code)
    assert (done.paid, done.balance) == (Money(0, "RUB"), Money(0, "RUB"))
    given = sum(money.amount for money in shop.checkout.given_back.values())
    paid = {first: booking.deposit, second: booking.total - booking.deposit}
    assert given == (paid["provider"].amount if "provider" in paid else 0)
    assert shop.faults() == ()


def test_the_newest_payment_goes_back_first(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    booking, till = group(shop), open_till(shop)
    deposit(shop, booking, "cash")
    pay_balance(shop, booking.code, "invoice")
    sold = shop.selling.booking(booking.code)
    back = shop.selling.refund_offer(sold, [1]).total
    after = shop.give_back(sold, 1)
    assert booking.deposit is not None
    assert lies(shop, INVOICE) == (booking.total - booking.deposit - back).amount
    assert lies(shop, till) == booking.deposit.amount
    assert not after.balance


def test_a_deposit_is_not_paid_out_while_its_places_are_held(sqlite_shop: Shop) -> None:
    booking = group(sqlite_shop)
    till = open_till(sqlite_shop)
    deposit(sqlite_shop, booking, "cash")
    with pytest.raises(NotPossible, match="Nothing is owed"):
        sqlite_shop.selling.call(sqlite_shop.selling.pay_out(sqlite_shop.request(), booking.code, "anna"))
    assert booking.deposit is not None
    assert lies(sqlite_shop, till) == booking.deposit.amount


def test_two_clerks_whose_forms_bear_the_same_key_are_two_requests(shop: Shop) -> None:
    held = shop.hold(OUT, passengers=[adult(), adult("Пак", "Иван")])
    open_till(shop)
    second = open_till(shop, "boris")
    booking = shop.selling.call(shop.selling.confirm_at_counter(Request("anna", "1"), held.code, "anna", held.total))
    booking = shop.give_back(booking, 1)
    shop.selling.call(shop.selling.pay_out(Request("anna", "2"), booking.code, "anna"))
    owed = shop.give_back(shop.selling.booking(booking.code), 2).balance
    after = shop.selling.call(shop.selling.pay_out(Request("boris", "2"), booking.code, "boris"))
    assert not after.balance
    assert lies(shop, second) == owed.amount


def test_a_payout_whose_key_was_posted_is_refused_and_not_said_to_be_done(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    held, till = shop.hold(OUT, passengers=[adult(), adult("Пак", "Иван")]), open_till(shop)
    booking = shop.selling.call(shop.selling.confirm_at_counter(shop.request(), held.code, "anna", held.total))
    for part in (1, 2):
        shop.give_back(shop.selling.booking(booking.code), part)
        with shop.store.write() as connection:
            market = shop.selling.market_in(connection)
            if part == 1:
                paying.pay_out_cash(connection, market, booking.code, till, "one-key")
                continue
            with pytest.raises(NotPossible, match="posted before"):
                paying.pay_out_cash(connection, market, booking.code, till, "one-key")
    assert shop.selling.booking(booking.code).balance.amount < 0


# ── laws ───────────────────────────────────────────────────────────────────────────────────────────────────────

payments = st.lists(st.tuples(st.sampled_from(WAYS), st.integers(1, 10_000)), min_size=1, max_size=5)


def posted(number: int, way: str, amount: int, kind: str = "payment") -> Posted:
    account = {"cash": f"cash:shift-{number}", "invoice": INVOICE, "provider": "provider:demo"}[way]
    money = Money(amount, "RUB")
    return Posted(
        key=f"payment:order-{number}",
        kind=kind,
        booking="CODE",
        part=None,
        at=AT + timedelta(hours=number),
        memo={},
        postings=entries.payment(account, money) if kind == "payment" else entries.payout(account, money),
    )


@given(payments, st.data())
def test_a_debt_is_shared_exactly_and_no_way_gives_more_than_it_took(
    paid: list[tuple[str, int]], data: st.DataObject
) -> None:
    total = sum(amount for _, amount in paid)
    owed = data.draw(st.integers(0, total))
    ways = left([posted(number, *one) for number, one in enumerate(paid)], {}, "RUB")
    assert sum(one.amount.amount for one in ways) == total
    shares = shared(Money(owed, "RUB"), ways)
    assert sum(one.amount.amount for one in shares) == owed
    remaining = {one.way: one.amount.amount for one in ways}
    assert all(0 < one.amount.amount <= remaining[one.way] for one in shares)
    assert [one.way for one in shares] == [one.way for one in ways][: len(shares)]


def test_what_went_back_or_was_asked_back_is_not_left() -> None:
    one, two = Way("provider:demo", "order-1"), Way("provider:demo", "order-2")
    history = [
        posted(0, "cash", 500),
        posted(1, "provider", 300),
        posted(2, "provider", 200),
        posted(3, "invoice", 100),
    ]
    history.append(posted(4, "cash", 120, "payout"))
    assert left(history, {"order-2": 200, "order-1": 50}, "RUB") == (
        WayBack(Way(INVOICE), Money(100, "RUB")),
        WayBack(one, Money(250, "RUB")),
        WayBack(CASH, Money(380, "RUB")),
    )
    assert two not in [one.way for one in left(history, {"order-2": 200}, "RUB")]
