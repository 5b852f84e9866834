"""Any sequence of sales, payments, refunds and payouts, with repeats: always zero, always as a plain sum says."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from ledger_day import posted, rub

from rerail.line.amount import Money
from rerail.money import entries
from rerail.money.accounts import CUSTOMER, Kind, cash, provider
from rerail.money.entries import Earning
from rerail.money.ledger import Posting, Unbalanced, balance, booking_account, integrity
from rerail.store.engine import Store

amounts = st.integers(0, 10**7)
fares = st.lists(
    st.builds(lambda n: Earning("rzd", rub(n), rub(n)), amounts)
    | st.builds(lambda n, m: Earning("ksr", Money(n, "KPW"), rub(m)), amounts, amounts)
    | st.builds(lambda n, m: Earning("cr", Money(n, "CNY"), rub(m)), amounts, amounts),
    min_size=1,
    max_size=3,
).map(tuple)
tills = st.sampled_from((cash("a1"), cash("b2"), provider("demo")))
_runs = itertools.count(1)


class Ledger(RuleBasedStateMachine):
    """Beside the database a plain sum per account is kept; what went before this run is subtracted."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_runs)
        self.sums: dict[tuple[str, str], int] = defaultdict(int)
        self.done: list[tuple[str, Kind, str, Sequence[Posting]]] = []
        self.parts: dict[str, tuple[Earning, ...]] = {}
        self.owed: dict[str, int] = {}
        self.paid: dict[str, int] = {}
        with self.store.read() as connection:
            names = [cash("a1"), cash("b2"), provider("demo"), "exchange", "fees", CUSTOMER]
            names += [f"revenue:{railway}" for railway in ("rzd", "ksr", "cr")]
            self.names = names
            self.before = {name: balance(connection, name) for name in names}

    def act(self, kind: Kind, booking: str, postings: Sequence[Posting]) -> None:
        key = f"{self.run}-{len(self.done)}"
        with self.store.write() as connection:
            assert posted(connection, key, kind, postings, booking=booking)
        self.done.append((key, kind, booking, postings))
        for one in postings:
            self.sums[one.account, one.money.currency] += one.money.amount
            if one.account == CUSTOMER:
                self.owed[booking] += one.money.amount
                if kind in ("payment", "payout"):
                    self.paid[booking] -= one.money.amount

    def any_booking(self, data: Any) -> str:
        booking: str = data.draw(st.sampled_from(sorted(self.owed)))
        return booking

    @rule(sold=fares, fee=amounts)
    def sell(self, sold: tuple[Earning, ...], fee: int) -> None:
        booking = f"R{self.run}B{len(self.owed)}"
        self.owed[booking] = self.paid[booking] = 0
        self.parts[booking] = sold
        self.act("sale", booking, entries.sale(sold, [rub(fee)]))

    @precondition(lambda self: self.owed)
    @rule(data=st.data(), till=tills, amount=amounts)
    def pay(self, data: Any, till: str, amount: int) -> None:
        self.act("payment", self.any_booking(data), entries.payment(till, rub(amount)))

    @precondition(lambda self: self.parts)
    @rule(data=st.data(), percent=st.integers(0, 100))
    def refund(self, data: Any, percent: int) -> None:
        booking: str = data.draw(st.sampled_from(sorted(self.parts)))
        sold = self.parts.pop(booking)
        whole = sum(one.charged.amount for one in sold)
        self.act("refund", booking, entries.refund(sold, rub(whole * percent // 100)))

    @precondition(lambda self: self.parts)
    @rule(data=st.data())
    def suspend(self, data: Any) -> None:
        booking: str = data.draw(st.sampled_from(sorted(self.parts)))
        self.act("refund", booking, entries.refund_in_full(self.parts.pop(booking)))

    @precondition(lambda self: any(owed < 0 for owed in self.owed.values()))
    @rule(data=st.data(), till=tills)
    def pay_out(self, data: Any, till: str) -> None:
        booking: str = data.draw(st.sampled_from(sorted(code for code, owed in self.owed.items() if owed < 0)))
        self.act("payout", booking, entries.payout(till, rub(-self.owed[booking])))
        assert self.owed[booking] == 0

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def repeat(self, data: Any) -> None:
        key, kind, booking, postings = data.draw(st.sampled_from(self.done))
        with self.store.write() as connection:
            assert not posted(connection, key, kind, postings, booking=booking)

    @rule(sold=fares, off=st.integers(1, 100))
    def get_it_wrong(self, sold: tuple[Earning, ...], off: int) -> None:
        wrong = (*entries.sale(sold), Posting("fees", rub(off)))
        with self.store.write() as connection, pytest.raises(Unbalanced):
            posted(connection, f"{self.run}-wrong", "sale", wrong)

    @invariant()
    def it_is_as_the_plain_sum_says(self) -> None:
        with self.store.read() as connection:
            assert integrity(connection).faults == ()
            for name in self.names:
                now = balance(connection, name)
                for currency in ("RUB", "KPW", "CNY"):
                    change = now.get(currency, 0) - self.before[name].get(currency, 0)
                    assert change == self.sums[name, currency], (name, currency)
            found = booking_account(connection, self.owed)
        assert {code: account.owed("RUB").amount for code, account in found.items()} == self.owed
        assert {code: account.paid_in("RUB").amount for code, account in found.items()} == self.paid


def test_whatever_is_sold_and_given_back_sums_to_zero(store: Store) -> None:
    run_state_machine_as_test(
        type("LedgerHere", (Ledger,), {"store": store}),
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
