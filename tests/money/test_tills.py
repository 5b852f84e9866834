"""A clerk's till: opened with change, taken from and put into by postings, counted, closed, empty."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from ledger_day import NOON, TICKET, kpw, posted, rub

from rerail.line.amount import Money
from rerail.money import entries
from rerail.money.accounts import DIFFERENCES, SAFE
from rerail.money.ledger import balance, integrity
from rerail.money.shifts import (
    CashLine,
    ShiftError,
    close_shift,
    current_shift,
    open_shift,
    report,
    shift_to_post_in,
    shifts,
)
from rerail.store.engine import Store

EVENING = NOON + timedelta(hours=6)


def worked(store: Store) -> str:
    """A shift with 100.00 RUB of change, a ticket for 1000.00 RUB and 750.00 RUB of it given back."""
    with store.write() as connection:
        shift = open_shift(connection, "anna", now=NOON, change=[rub(10000)])
        posted(connection, "sale-1", "sale", entries.sale(TICKET))
        posted(connection, "payment-1", "payment", entries.payment(shift.account, rub(100000)))
        posted(connection, "refund-1", "refund", entries.refund(TICKET, rub(75000)))
        posted(connection, "payout-1", "payout", entries.payout(shift.account, rub(75000)))
    return shift.id


def test_a_report_says_what_should_be_in_the_till(store: Store) -> None:
    shift = worked(store)
    with store.read() as connection:
        [line] = report(connection, shift).lines
    assert line == CashLine(
        currency="RUB", started=10000, taken=100000, payments=1, paid_out=75000, payouts=1, counted=None
    )
    assert (line.expected, line.difference) == (35000, None)


@pytest.mark.parametrize(("counted", "difference"), [(35000, 0), (34900, -100), (35250, 250), (0, -35000)])
def test_a_cash_up_empties_the_till_into_the_safe_and_posts_what_differs(
    store: Store, counted: int, difference: int
) -> None:
    shift = worked(store)
    with store.write() as connection:
        [line] = close_shift(connection, shift, counted=[rub(counted)], now=EVENING).lines
    assert (line.expected, line.counted, line.difference) == (35000, counted, difference)
    with store.read() as connection:
        assert balance(connection, f"cash:{shift}") == {}
        assert balance(connection, SAFE).get("RUB", 0) == counted - 10000
        assert balance(connection, DIFFERENCES).get("RUB", 0) == -difference
        assert integrity(connection).faults == ()
        assert current_shift(connection, "anna") is None
        [closed] = shifts(connection, "anna")
    assert (closed.opened, closed.closed) == (NOON, EVENING)


def test_every_currency_in_the_till_is_counted_or_it_stays_open(store: Store) -> None:
    shift = worked(store)

    def cash_up() -> None:
        with store.write() as connection:
            posted(connection, "payment-2", "payment", entries.payment(f"cash:{shift}", kpw(500)))
            close_shift(connection, shift, counted=[rub(35000)], now=EVENING)

    with pytest.raises(ShiftError, match="Count the KPW too"):
        cash_up()
    with store.read() as connection:
        assert current_shift(connection, "anna") is not None
        assert balance(connection, SAFE) == {"RUB": -10000}


def test_a_currency_found_that_nobody_took_is_a_difference(store: Store) -> None:
    shift = worked(store)
    with store.write() as connection:
        kpw_line, _ = close_shift(connection, shift, counted=[rub(35000), kpw(500)], now=EVENING).lines
    assert (kpw_line.currency, kpw_line.expected, kpw_line.difference) == ("KPW", 0, 500)


def test_a_shift_in_which_nothing_happened_closes(store: Store) -> None:
    with store.write() as connection:
        shift = open_shift(connection, "anna", now=NOON)
        assert close_shift(connection, shift.id, counted=[], now=EVENING).lines == ()
    with store.read() as connection:
        assert integrity(connection).faults == ()


def test_a_closed_shift_is_not_closed_again(store: Store) -> None:
    shift = worked(store)
    with store.write() as connection:
        close_shift(connection, shift, counted=[rub(35000)], now=EVENING)
    with pytest.raises(ShiftError, match="closed already"), store.write() as connection:
        close_shift(connection, shift, counted=[rub(35000)], now=EVENING)
    with pytest.raises(ShiftError, match="no open shift"), store.write() as connection:
        shift_to_post_in(connection, "anna")


@pytest.mark.parametrize("counted", [[rub(-1)], [rub(1), rub(2)]])
def test_a_count_is_what_is_there(store: Store, counted: list[Money]) -> None:
    shift = worked(store)
    with pytest.raises(ShiftError, match="Count each currency once"), store.write() as connection:
        close_shift(connection, shift, counted=counted, now=EVENING)


def test_a_shift_nobody_opened_is_unknown(store: Store) -> None:
    with pytest.raises(ShiftError, match="There is no shift nowhere"), store.read() as connection:
        report(connection, "nowhere")
    with pytest.raises(ShiftError, match="less than nothing"), store.write() as connection:
        open_shift(connection, "anna", now=NOON, change=[rub(-1)])


def test_of_eight_openings_at_once_one_shift_is_open(store: Store) -> None:
    together, refused = threading.Barrier(8), []

    def begin() -> None:
        together.wait()
        try:
            with store.write() as connection:
                open_shift(connection, "anna", now=NOON, change=[rub(10000)])
        except ShiftError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    with store.write() as connection:
        assert balance(connection, SAFE) == {"RUB": -10000}
        assert open_shift(connection, "boris", now=NOON).clerk == "boris"


def test_a_sale_under_way_is_in_the_cash_up_that_waits_for_it(store: Store) -> None:
    shift = worked(store)
    paying, done = threading.Event(), []

    def cash_up() -> None:
        paying.wait(timeout=10)
        with store.write() as connection:
            done.append(close_shift(connection, shift, counted=[rub(36000)], now=EVENING))

    closing = threading.Thread(target=cash_up)
    closing.start()
    with store.write() as connection:
        account = shift_to_post_in(connection, "anna").account
        paying.set()
        closing.join(timeout=0.3)
        assert closing.is_alive(), "the cash-up waits"
        posted(connection, "payment-2", "payment", entries.payment(account, rub(1000)))
    closing.join(timeout=10)
    assert [line.difference for line in done[0].lines] == [0]
    with store.read() as connection:
        assert integrity(connection).faults == ()


def test_money_put_into_a_closed_till_is_found(store: Store) -> None:
    shift = worked(store)
    with store.write() as connection:
        close_shift(connection, shift, counted=[rub(35000)], now=EVENING)
        posted(connection, "payment-2", "payment", entries.payment(f"cash:{shift}", rub(1000)))
        assert integrity(connection).faults == (
            f"Shift {shift} is closed and its till still holds 1000 RUB (minor units).",
        )
