"""The ledger on both databases: balanced or refused, exactly once, never changed."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledger_day import BOOKING, NOON, TICKET, kpw, posted, rub
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rerail.money import entries
from rerail.money.accounts import CUSTOMER, EXCHANGE, FEES, provider, revenue
from rerail.money.ledger import (
    BookingAccount,
    Integrity,
    Posting,
    Unbalanced,
    balance,
    booking_account,
    integrity,
    post,
    postings_of,
    transfers,
)
from rerail.store import columns
from rerail.store.backup import backup, restore
from rerail.store.engine import Store

SALE = entries.sale(TICKET, [rub(5000)])
PAYMENT = entries.payment(provider("demo"), rub(105000))


def test_a_sale_and_its_payment_leave_each_account_with_its_share(store: Store) -> None:
    with store.write() as connection:
        assert posted(connection, "sale-1", "sale", SALE)
        assert posted(connection, "payment-1", "payment", PAYMENT)
    with store.read() as connection:
        assert balance(connection, revenue("rzd")) == {"RUB": -60000}
        assert balance(connection, revenue("ksr")) == {"KPW": -750000}
        assert balance(connection, EXCHANGE) == {"RUB": -40000, "KPW": 750000}
        assert balance(connection, FEES) == {"RUB": -5000}
        assert balance(connection, provider("demo")) == {"RUB": 105000}
        assert balance(connection, CUSTOMER) == {}
        assert integrity(connection) == Integrity(2, 5, ())


def test_what_a_booking_owes_and_has_paid(store: Store) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
        posted(connection, "deposit-1", "deposit", entries.deposit(provider("demo"), rub(20000)))
        posted(connection, "sale-2", "sale", entries.sale(TICKET), booking="OTHER1")
        posted(connection, "payment-2", "payment", entries.payment(provider("demo"), rub(100000)), booking="OTHER1")
        posted(connection, "refund-2", "refund", entries.refund(TICKET, rub(75000)), booking="OTHER1")
        posted(connection, "payout-2", "payout", entries.payout(provider("demo"), rub(70000)), booking="OTHER1")
    with store.read() as connection:
        found = booking_account(connection, [BOOKING, "OTHER1", "NOBODY"])
        assert balance(connection, CUSTOMER, BOOKING) == {"RUB": 85000}
    assert (found[BOOKING].owed("RUB"), found[BOOKING].paid_in("RUB")) == (rub(85000), rub(20000))
    assert (found["OTHER1"].owed("RUB"), found["OTHER1"].paid_in("RUB")) == (rub(-5000), rub(30000))
    assert found["NOBODY"] == BookingAccount()
    assert found["NOBODY"].owed("RUB") == rub(0)


def test_more_bookings_than_a_statement_holds(store: Store) -> None:
    codes = [f"B{number:04}" for number in range(1201)]
    with store.write() as connection:
        for code in codes[::400]:
            posted(connection, f"sale-{code}", "sale", SALE, booking=code)
        found = booking_account(connection, codes)
    assert [code for code in codes if found[code].owed("RUB")] == codes[::400]


def test_a_forfeited_deposit_stays_paid_and_leaves_nothing_owed(store: Store) -> None:
    with store.write() as connection:
        posted(connection, "deposit-1", "deposit", entries.deposit(provider("demo"), rub(20000)))
        posted(connection, "forfeit-1", "forfeit", entries.forfeited_deposit(rub(20000)))
        found = booking_account(connection, [BOOKING])[BOOKING]
    assert (found.owed("RUB"), found.paid_in("RUB")) == (rub(0), rub(20000))


@pytest.mark.parametrize(
    "legs",
    [
        (Posting("a", rub(1)),),
        (Posting("a", rub(100)), Posting("b", rub(-99))),
        (Posting("a", rub(100)), Posting("b", kpw(-100))),
    ],
)
def test_what_does_not_sum_to_zero_in_each_currency_is_refused_and_spoils_nothing(
    store: Store, legs: tuple[Posting, ...]
) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
        with pytest.raises(Unbalanced, match="out of balance by"):
            posted(connection, "wrong", "sale", legs)
        posted(connection, "payment-1", "payment", PAYMENT)
    with store.read() as connection:
        assert integrity(connection) == Integrity(2, 5, ())


def test_a_free_ticket_posts_nothing_and_keeps_its_key(store: Store) -> None:
    with store.write() as connection:
        assert posted(connection, "sale-1", "sale", entries.sale([entries.Earning("rzd", rub(0), rub(0))]))
        assert not posted(connection, "sale-1", "sale", SALE)
    with store.read() as connection:
        assert integrity(connection) == Integrity(1, 0, ())


def test_a_repeated_key_writes_nothing(store: Store) -> None:
    for expected in (True, False):
        with store.write() as connection:
            assert posted(connection, "sale-1", "sale", SALE) is expected
            assert not posted(connection, "sale-1", "payment", PAYMENT)
    with store.read() as connection:
        assert integrity(connection).transactions == 1


def test_eight_that_post_one_key_at_once_post_it_once_and_their_other_work_stands(store: Store) -> None:
    together, won = threading.Barrier(8), []

    def work(number: int) -> None:
        together.wait()
        for round_ in range(5):
            with store.write() as connection:
                if posted(connection, f"refund-{round_}", "refund", entries.refund_in_full(TICKET)):
                    won.append(round_)
                posted(connection, f"own-{round_}-{number}", "sale", SALE)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(won) == dict.fromkeys(range(5), 1)
    with store.read() as connection:
        found = integrity(connection)
        assert (found.transactions, found.faults) == (45, ())
        assert balance(connection, revenue("rzd")) == {"RUB": -60000 * 35}


def test_a_booking_reads_back_as_it_was_posted(store: Store) -> None:
    with store.write() as connection:
        post(
            connection,
            key="sale-1",
            kind="sale",
            booking=BOOKING,
            part=3,
            at=NOON,
            postings=SALE,
            memo={"rate": "18.75"},
        )
        posted(connection, "payment-1", "payment", PAYMENT, at=NOON + timedelta(minutes=1))
    with store.read() as connection:
        sale, payment = postings_of(connection, BOOKING)
    assert (sale.key, sale.kind, sale.part, sale.at, sale.memo) == ("sale-1", "sale", 3, NOON, {"rate": "18.75"})
    assert payment.postings == PAYMENT
    assert {(one.account, one.money.currency): one.money.amount for one in sale.postings} == {
        (CUSTOMER, "RUB"): 105000,
        (revenue("rzd"), "RUB"): -60000,
        (EXCHANGE, "RUB"): -40000,
        (FEES, "RUB"): -5000,
        (EXCHANGE, "KPW"): 750000,
        (revenue("ksr"), "KPW"): -750000,
    }


def test_forty_tickets_of_a_group_are_as_few_transfers_as_one() -> None:
    assert len(transfers(entries.sale(TICKET * 40, [rub(5000)]))) == len(transfers(SALE)) == 4


# What the database sees to, whoever writes


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE money_transfer SET amount = amount + 1",
        "UPDATE money_transaction SET at = 0",
        "DELETE FROM money_transfer",
        "DELETE FROM money_transaction WHERE key = 'sale-1'",
    ],
)
def test_nobody_changes_what_was_posted(store: Store, statement: str) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
    with pytest.raises(DBAPIError, match="only ever added to"), store.write() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "values",
    [
        "'sale-1', 9, 'a', 'b', 'RUB', 0",
        "'sale-1', 9, 'a', 'b', 'RUB', -5",
        "'sale-1', 9, 'a', 'a', 'RUB', 5",
        "'sale-1', 9, 'a', NULL, 'RUB', 5",
        "'sale-1', 9, 'a', 'b', 'RUBLES', 5",
        "'sale-1', 0, 'a', 'b', 'RUB', 5",
        "'no-such-transaction', 0, 'a', 'b', 'RUB', 5",
    ],
)
def test_no_row_can_be_out_of_balance_or_stand_alone(store: Store, values: str) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
    with pytest.raises(DBAPIError), store.write() as connection:
        connection.execute(text(f"INSERT INTO money_transfer VALUES ({values})"))
    with store.read() as connection:
        assert integrity(connection).faults == ()


def test_a_transfer_slipped_in_by_hand_is_found(store: Store) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
        connection.execute(text("INSERT INTO money_transfer VALUES ('sale-1', 9, 'a', 'b', 'RUB', 5)"))
    with store.read() as connection:
        assert integrity(connection).faults == ("Transaction sale-1 has 5 transfers; it was posted with 4.",)


def test_the_tables_are_as_the_migrations_make_them(store: Store) -> None:
    from rerail.money import tables as _money
    from rerail.tell import tables as _tell

    ours = {table.name for table in (_money.transaction_table, _money.transfer_table, _money.shift_table)}
    ours.add(_tell.message_table.name)

    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or name in ours

    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        differences = compare_metadata(context, columns.metadata)
    assert [found for found in differences if any(name in str(found) for name in ours)] == []


def test_the_ledger_comes_back_from_a_backup(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        posted(connection, "sale-1", "sale", SALE)
        posted(connection, "payment-1", "payment", PAYMENT)
    backup(store, tmp_path / "monday.rerail", NOON, lambda _note: None)
    restored = Store(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(restored, tmp_path / "monday.rerail", lambda _note: None)
    with restored.write() as connection:
        assert integrity(connection) == Integrity(2, 5, ())
        assert not posted(connection, "sale-1", "sale", SALE)
    restored.close()
