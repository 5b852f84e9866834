"""A month's accounts: what each railway earned and gave back, who collected, who owes whom."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from ledger_day import NOON, TICKET, kpw, posted, rub
from sqlalchemy import text

from rerail.cli.accounts import run
from rerail.money import entries
from rerail.money.accounts import invoice, provider
from rerail.money.entries import Earning
from rerail.money.settlement import NoMonth, OwedLine, RailwayLine, accounts_of, month_of
from rerail.money.shifts import close_shift, open_shift
from rerail.store.engine import Store

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def november(store: Store) -> None:
    """Three tickets of 1000.00 RUB: one on the site, one by invoice, one at the second railway's own counter.

    The first is given back in December at 75 %.
    """
    with store.write() as connection:
        counter = open_shift(connection, "kim", now=NOON, collector="ksr")
        for number, into in enumerate((provider("demo"), invoice("primorye-tours"), counter.account)):
            booking = f"BOOK{number}"
            posted(connection, f"sale-{number}", "sale", entries.sale(TICKET, [rub(5000)]), booking=booking)
            posted(connection, f"payment-{number}", "payment", entries.payment(into, rub(105000)), booking=booking)
        close_shift(connection, counter.id, counted=[rub(104900)], now=NOON)
        posted(connection, "refund-0", "refund", entries.refund(TICKET, rub(75000)), booking="BOOK0", at=DECEMBER)
        posted(
            connection,
            "payout-0",
            "payout",
            entries.payout(provider("demo"), rub(75000)),
            booking="BOOK0",
            at=DECEMBER + timedelta(minutes=1),
        )


def test_each_railway_is_owed_what_it_earned_and_did_not_collect(store: Store) -> None:
    november(store)
    with store.read() as connection:
        accounts = accounts_of(connection, "2026-11")
    assert accounts.railways == (RailwayLine("ksr", "KPW", 2250000, 0), RailwayLine("rzd", "RUB", 180000, 0))
    assert [(line.party, line.means, line.currency, line.taken, line.paid_out) for line in accounts.collected] == [
        ("ksr", "cash", "RUB", 105000, 0),
        ("operator", "invoice:primorye-tours", "RUB", 105000, 0),
        ("operator", "provider:demo", "RUB", 105000, 0),
    ]
    assert accounts.owed == (
        OwedLine("operator", "ksr", "KPW", 2250000),
        OwedLine("ksr", "operator", "RUB", 105000),
        OwedLine("operator", "rzd", "RUB", 180000),
    )
    assert accounts.exchange == {"KPW": 2250000, "RUB": -120000}


def test_a_refund_in_the_next_month_is_the_next_months(store: Store) -> None:
    november(store)
    with store.read() as connection:
        accounts = accounts_of(connection, "2026-12")
    assert accounts.railways == (RailwayLine("ksr", "KPW", 0, 562500), RailwayLine("rzd", "RUB", 0, 45000))
    assert accounts.owed == (OwedLine("ksr", "operator", "KPW", 562500), OwedLine("rzd", "operator", "RUB", 45000))
    [provided] = [line for line in accounts.trial_balance if line.account == "provider:demo"]
    assert (provided.before, provided.debit, provided.credit, provided.balance) == (105000, 0, 75000, 30000)


@pytest.mark.parametrize("month", ["2026-10", "2026-11", "2026-12", "2027-01"])
def test_every_months_trial_balance_sums_to_zero(store: Store, month: str) -> None:
    november(store)
    with store.read() as connection:
        accounts = accounts_of(connection, month)
    for currency in {line.currency for line in accounts.trial_balance}:
        lines = [line for line in accounts.trial_balance if line.currency == currency]
        assert sum(line.before for line in lines) == 0
        assert sum(line.debit for line in lines) == sum(line.credit for line in lines)
        assert sum(line.balance for line in lines) == 0
    assert bool(accounts.trial_balance) is (month != "2026-10")


def test_several_fares_of_one_railway_are_one_line_per_currency(store: Store) -> None:
    fares = (Earning("ksr", kpw(100), rub(5)), Earning("ksr", kpw(50), rub(3)), Earning("ksr", rub(7), rub(7)))
    with store.write() as connection:
        posted(connection, "sale-1", "sale", entries.sale(fares))
        accounts = accounts_of(connection, "2026-11")
    assert accounts.railways == (RailwayLine("ksr", "KPW", 150, 0), RailwayLine("ksr", "RUB", 7, 0))


def test_a_month_ends_where_the_next_begins() -> None:
    assert month_of("2026-12") == (DECEMBER, datetime(2027, 1, 1, tzinfo=UTC))
    assert month_of("2026-11")[1] == DECEMBER


@pytest.mark.parametrize("wrong", ["", "2026", "2026-13", "2026-00", "november", "2026-11-01", "٢٠٢٦-١١", "0001-01"])
def test_what_is_no_month_is_refused(wrong: str) -> None:
    with pytest.raises(NoMonth, match="write it as 2026-11"):
        month_of(wrong)


# The command


def printed(store: Store, month: str) -> tuple[int, str]:
    out = io.StringIO()
    return run(store, month, out, as_json=False), out.getvalue()


def test_the_command_prints_columns_that_line_up(store: Store) -> None:
    november(store)
    status, page = printed(store, "2026-11")
    assert status == 0
    assert page.startswith("Accounts of 2026-11 (the month in UTC)\n")
    rows = page.splitlines()
    earned = rows.index("Earned by travel")
    assert rows[earned + 1 : earned + 4] == [
        "  railway        earned  gave back          kept",
        "  ksr      22500.00 KPW   0.00 KPW  22500.00 KPW",
        "  rzd       1800.00 RUB   0.00 RUB   1800.00 RUB",
    ]
    assert "  operator  ksr       22500.00 KPW" in rows
    assert "  ksr       operator   1050.00 RUB" in rows
    assert rows[-1].startswith("Ledger: 9 transactions, ")
    assert rows[-1].endswith("; every one sums to zero in every currency.")


def test_the_command_prints_the_same_as_json(store: Store) -> None:
    november(store)
    out = io.StringIO()
    assert run(store, "2026-12", out, as_json=True) == 0
    found = json.loads(out.getvalue())
    assert (found["month"], found["zone"]) == ("2026-12", "UTC")
    assert found["railways"][0] == {
        "railway": "ksr",
        "currency": "KPW",
        "earned": 0,
        "gave_back": 562500,
        "kept": -562500,
    }
    assert {"account": "provider:demo", "currency": "RUB", "before": 105000, "debit": 0, "credit": 75000}.items() <= (
        next(line for line in found["trial_balance"] if line["account"] == "provider:demo").items()
    )
    assert found["owed"][0] == {"debtor": "ksr", "creditor": "operator", "currency": "KPW", "amount": 562500}
    assert found["ledger"]["faults"] == []


def test_before_the_first_sale_there_is_nothing_to_print(store: Store) -> None:
    status, page = printed(store, "2026-10")
    assert status == 0
    assert "Nothing was posted until the end of the month." in page
    assert "Ledger: 0 transactions" in page


def test_a_fault_in_the_ledger_is_said_and_the_command_fails(store: Store) -> None:
    november(store)
    with store.write() as connection:
        connection.execute(text("INSERT INTO money_transfer VALUES ('sale-0', 9, 'a', 'b', 'RUB', 5)"))
    status, page = printed(store, "2026-11")
    assert status == 1
    assert "FAULT: Transaction sale-0 has 5 transfers; it was posted with 4." in page
