"""What each act posts: the worked example, and laws that hold for any figures."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_day import TICKET, kpw, rub

from rerail.line.amount import CurrencyMismatch, Money
from rerail.money import entries
from rerail.money.accounts import CUSTOMER, EXCHANGE, FEES, FORFEITED, cash, invoice, revenue
from rerail.money.entries import Earning, Postings, shared_out
from rerail.money.ledger import Unbalanced, transfers

Sums = dict[tuple[str, str], int]


def sums(postings: Postings) -> Sums:
    """Per account and currency; those at zero left out. Raises if a currency does not balance."""
    transfers(postings)
    found: Sums = defaultdict(int)
    for posting in postings:
        found[posting.account, posting.money.currency] += posting.money.amount
    return {key: amount for key, amount in found.items() if amount}


def test_the_worked_example() -> None:
    assert sums(entries.sale(TICKET, [rub(5000)])) == {
        (CUSTOMER, "RUB"): 105000,
        (revenue("rzd"), "RUB"): -60000,
        (EXCHANGE, "RUB"): -40000,
        (FEES, "RUB"): -5000,
        (EXCHANGE, "KPW"): 750000,
        (revenue("ksr"), "KPW"): -750000,
    }
    assert sums(entries.payment(cash("a1"), rub(105000))) == {(cash("a1"), "RUB"): 105000, (CUSTOMER, "RUB"): -105000}
    assert sums(entries.refund(TICKET, rub(75000))) == {
        (CUSTOMER, "RUB"): -75000,
        (revenue("rzd"), "RUB"): 45000,
        (EXCHANGE, "RUB"): 30000,
        (EXCHANGE, "KPW"): -562500,
        (revenue("ksr"), "KPW"): 562500,
    }
    assert sums(entries.payout(cash("a1"), rub(75000))) == {(CUSTOMER, "RUB"): 75000, (cash("a1"), "RUB"): -75000}


def test_a_service_that_does_not_run_gives_back_fares_and_fees_to_the_last_kopeck() -> None:
    sold, back = entries.sale(TICKET, [rub(5000)]), entries.refund_in_full(TICKET, [rub(5000)])
    assert sums(sold + back) == {}


def test_an_invoice_is_owed_by_the_tour_operator_not_by_the_booking() -> None:
    assert sums(entries.payment(invoice("primorye-tours"), rub(100))) == {
        (invoice("primorye-tours"), "RUB"): 100,
        (CUSTOMER, "RUB"): -100,
    }


def test_a_forfeited_deposit_is_no_railways_revenue() -> None:
    assert sums(entries.deposit(cash("a1"), rub(100)) + entries.forfeited_deposit(rub(100))) == {
        (cash("a1"), "RUB"): 100,
        (FORFEITED, "RUB"): -100,
    }


def test_a_refund_of_nothing_posts_nothing() -> None:
    assert entries.refund(TICKET, rub(0)) == ()
    assert entries.payout(cash("a1"), rub(0)) == ()


def test_only_fees_come_back() -> None:
    assert sums(entries.refund(TICKET, rub(0), rub(5000))) == {(CUSTOMER, "RUB"): -5000, (FEES, "RUB"): 5000}
    assert sums(entries.refund((), rub(0), rub(5000))) == {(CUSTOMER, "RUB"): -5000, (FEES, "RUB"): 5000}


def test_one_kopeck_back_of_three_equal_fares_comes_from_the_first() -> None:
    three = tuple(Earning(railway, rub(100), rub(100)) for railway in ("a", "b", "c"))
    assert sums(entries.refund(three, rub(1))) == {(CUSTOMER, "RUB"): -1, (revenue("a"), "RUB"): 1}


@pytest.mark.parametrize("back", [-1, 100001])
def test_more_than_was_paid_does_not_come_back(back: int) -> None:
    with pytest.raises(ValueError, match=r"cannot come back of 1000\.00 RUB"):
        entries.refund(TICKET, rub(back))


def test_a_fare_in_the_sales_currency_has_no_rate() -> None:
    with pytest.raises(Unbalanced, match=r"rzd earns 1\.00 RUB, but 1\.01 RUB is charged"):
        entries.sale([Earning("rzd", rub(100), rub(101))])


def test_one_sale_is_charged_in_one_currency() -> None:
    with pytest.raises(CurrencyMismatch):
        entries.sale([Earning("rzd", rub(100), rub(100)), Earning("ksr", kpw(100), kpw(100))])
    with pytest.raises(CurrencyMismatch):
        entries.sale(TICKET, [kpw(5)])
    with pytest.raises(CurrencyMismatch):
        entries.refund(TICKET, kpw(5))


def test_paying_less_than_nothing_is_not_a_payment() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        entries.payment(cash("a1"), rub(-1))


amounts = st.integers(0, 10**9)
in_roubles = st.builds(lambda railway, n: Earning(railway, rub(n), rub(n)), st.sampled_from("abc"), amounts)
abroad = st.builds(
    lambda railway, currency, n, m: Earning(railway, Money(n, currency), rub(m)),
    st.sampled_from("xyz"),
    st.sampled_from(("KPW", "KRW", "CNY")),
    amounts,
    amounts,
)
earnings = st.lists(in_roubles | abroad, max_size=6)


@given(earnings, st.lists(amounts.map(rub), max_size=2))
def test_any_sale_balances_and_charges_the_sum(fares: list[Earning], fees: list[Money]) -> None:
    found = sums(entries.sale(fares, fees))
    whole = sum(fare.charged.amount for fare in fares) + sum(fee.amount for fee in fees)
    assert found.get((CUSTOMER, "RUB"), 0) == whole


@given(earnings, st.integers(0, 100), amounts)
def test_any_refund_balances_and_takes_no_railway_below_nothing(fares: list[Earning], percent: int, fees: int) -> None:
    whole = sum(fare.charged.amount for fare in fares)
    back = whole * percent // 100
    found = sums(entries.refund(fares, rub(back), rub(fees)))
    assert found.get((CUSTOMER, "RUB"), 0) == -(back + fees)
    left = sums(entries.sale(fares) + entries.refund(fares, rub(back)))
    assert all(amount <= 0 for (account, _), amount in left.items() if account.startswith("revenue:"))
    if whole and back == whole:
        assert left == {}


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(0, 10**9))
def test_what_is_shared_out_is_neither_more_nor_less(weights: list[int], amount: int) -> None:
    whole = sum(weights)
    if not whole:
        amount = 0
    parts = shared_out(amount, weights)
    assert sum(parts) == amount
    assert all(abs(part * whole - amount * weight) < max(whole, 1) for part, weight in zip(parts, weights, strict=True))


def test_nothing_is_shared_out_over_nobody() -> None:
    with pytest.raises(ValueError, match="shared out over nothing"):
        shared_out(1, [0, 0])
