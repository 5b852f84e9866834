"""A clerk's shift: a till that is opened, taken from and put into by postings, counted, and closed.

Nothing about the till's content is kept beside the ledger: what it should hold is the balance of `cash:<shift>`.
The cash a clerk starts with comes out of the safe; all that is counted at the end goes back into it, and what is
missing or too much is posted to `differences`, so a closed till is empty.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row

from rerail.line.amount import Money
from rerail.line.model import RailwayId
from rerail.money import tables
from rerail.money.accounts import DIFFERENCES, SAFE, cash
from rerail.money.ledger import Posting, balance, post
from rerail.money.tables import Moved, Transfer


class ShiftError(ValueError):
    """Something about a shift that cannot be done; the sentence says why and what to do.

    The sentence is kept apart from its values, so that a face can say it in another language.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message: Final = message
        self.values: Final = values
        super().__init__(message % values)


class Shift(Struct, frozen=True, kw_only=True):
    """A clerk at a till, from opening to cash-up."""

    id: str
    clerk: str
    """The clerk's user id."""
    collector: RailwayId
    """The railway for which the till takes money; "": the operator of the service."""
    opened: datetime
    """UTC."""
    closed: datetime | None = None
    """UTC; None: open."""

    @property
    def account(self) -> str:
        """The ledger's account of the cash in the till."""
        return cash(self.id)


class CashLine(Struct, frozen=True, kw_only=True):
    """One currency in a till. Amounts are in minor units."""

    currency: str
    started: int = 0
    """From the safe, at the opening."""
    taken: int = 0
    payments: int = 0
    """How many times money was taken."""
    paid_out: int = 0
    payouts: int = 0
    counted: int | None = None
    """What was in the till at the cash-up; None: not counted yet."""

    @property
    def expected(self) -> int:
        """What should be in the till before it is emptied."""
        return self.started + self.taken - self.paid_out

    @property
    def difference(self) -> int | None:
        """Counted less expected: negative if money is missing."""
        return None if self.counted is None else self.counted - self.expected


class ShiftReport(Struct, frozen=True):
    """What went through a till in one shift."""

    shift: Shift
    lines: tuple[CashLine, ...]
    """Per currency, by its code."""


def open_shift(
    connection: Connection, clerk: str, *, now: datetime, change: Sequence[Money] = (), collector: RailwayId = ""
) -> Shift:
    """Open a till for a clerk, with `change` out of the safe. The caller holds a write transaction.

    Raises `ShiftError` if the clerk has an open shift (the database sees to that, also in a race) or change is
    negative.
    """
    if any(money.amount < 0 for money in change):
        raise ShiftError("A till cannot start with less than nothing.")
    shift = Shift(id=secrets.token_hex(6), clerk=clerk, collector=collector, opened=now)
    row = {"shift_id": shift.id, "clerk": clerk, "collector": collector, "opened_at": now}
    if not tables.add_shift(connection, row):
        raise ShiftError("You have an open shift; count and close it before you open another.")
    legs = [leg for money in change for leg in (Posting(shift.account, money), Posting(SAFE, -money))]
    if legs:
        post(connection, key=f"shift-open:{shift.id}", kind="shift-open", booking="", at=now, postings=legs)
    return shift


def current_shift(connection: Connection, clerk: str) -> Shift | None:
    """The clerk's open shift. To post into its till, ask `shift_to_post_in`."""
    row = tables.open_shift_of(connection, clerk, keep_open=False)
    return None if row is None else _shift(row)


def shift_to_post_in(connection: Connection, clerk: str) -> Shift:
    """The clerk's open shift, which nobody can close until this write transaction ends.

    Raises `ShiftError` if none is open.
    """
    row = tables.open_shift_of(connection, clerk, keep_open=True)
    if row is None:
        raise ShiftError("You have no open shift; open one before you take or pay out money.")
    return _shift(row)


def shifts(connection: Connection, clerk: str | None = None, *, most: int = 50) -> tuple[Shift, ...]:
    """The newest shifts, newest first; of one clerk, or of all."""
    return tuple(_shift(row) for row in tables.shift_rows(connection, clerk, most))


def close_shift(connection: Connection, shift_id: str, *, counted: Sequence[Money], now: datetime) -> ShiftReport:
    """Cash up: post what was counted to the safe and what differs to `differences`, and close the shift.

    The caller holds a write transaction. Raises `ShiftError` if there is no such shift, it is closed, a count is
    negative or given twice, or a currency that the till should hold was not counted; then roll back, for the
    shift may be closed already in this transaction.
    """
    shift = _shift_with(connection, shift_id)
    amounts = {money.currency: money.amount for money in counted}
    if len(amounts) != len(counted) or any(amount < 0 for amount in amounts.values()):
        raise ShiftError("Count each currency once, and write what is there: nothing, or more.")
    if not tables.end_shift(connection, shift_id, now):
        raise ShiftError("This shift is closed already.")
    held = balance(connection, shift.account)
    if uncounted := sorted(held.keys() - amounts.keys()):
        raise ShiftError("Count the %(currencies)s too: the till should hold some.", currencies=", ".join(uncounted))
    legs = []
    for currency, amount in amounts.items():
        expected = held.get(currency, 0)
        legs.append(Posting(SAFE, Money(amount, currency)))
        legs.append(Posting(shift.account, Money(-expected, currency)))
        legs.append(Posting(DIFFERENCES, Money(expected - amount, currency)))
    post(connection, key=_cash_up(shift_id), kind="cash-up", booking="", at=now, postings=legs)
    return report(connection, shift_id)


def report(connection: Connection, shift_id: str) -> ShiftReport:
    """What went through the till so far, or in all once it is closed. Raises `ShiftError` for an unknown shift."""
    shift = _shift_with(connection, shift_id)
    into_safe = tables.transfers_of(connection, _cash_up(shift_id)) if shift.closed is not None else ()
    return ShiftReport(shift, _lines(shift, tables.moved_on(connection, shift.account), into_safe))


def _lines(shift: Shift, moves: Iterable[Moved], into_safe: Iterable[Transfer]) -> tuple[CashLine, ...]:
    lines: dict[str, CashLine] = {}
    for moved in moves:
        line = lines.get(moved.currency, CashLine(currency=moved.currency))
        change = moved.on(shift.account)
        if moved.kind == "shift-open":
            line = replace(line, started=line.started + change)
        elif moved.kind != "cash-up" and change > 0:
            line = replace(line, taken=line.taken + change, payments=line.payments + moved.count)
        elif moved.kind != "cash-up":
            line = replace(line, paid_out=line.paid_out - change, payouts=line.payouts + moved.count)
        lines[moved.currency] = line
    counted: dict[str, int] = {}
    for transfer in into_safe:
        if transfer.debit == SAFE:
            counted[transfer.currency] = counted.get(transfer.currency, 0) + transfer.amount
    if shift.closed is not None:
        for currency in lines.keys() | counted.keys():
            line = lines.get(currency, CashLine(currency=currency))
            lines[currency] = replace(line, counted=counted.get(currency, 0))
    return tuple(line for _, line in sorted(lines.items()))


def _cash_up(shift_id: str) -> str:
    return f"cash-up:{shift_id}"


def _shift_with(connection: Connection, shift_id: str) -> Shift:
    row = tables.shift_row(connection, shift_id)
    if row is None:
        raise ShiftError("There is no shift %(shift)s.", shift=shift_id)
    return _shift(row)


def _shift(row: Row[Any]) -> Shift:
    return Shift(id=row.shift_id, clerk=row.clerk, collector=row.collector, opened=row.opened_at, closed=row.closed_at)
