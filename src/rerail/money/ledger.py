"""The ledger: transactions that sum to zero in every currency, posted exactly once, never changed.

A wrong transaction is put right by another one. What a booking owes and has paid is read from here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.money import tables
from rerail.money.accounts import CUSTOMER, Kind
from rerail.money.tables import Transfer

PAYING: Final[frozenset[Kind]] = frozenset(("payment", "deposit", "payout"))
"""The kinds by which money passes between a buyer and us."""


class Unbalanced(ValueError):
    """The postings of a transaction do not sum to zero in a currency; nothing was written."""


class Posting(Struct, frozen=True):
    """One leg of a transaction: an account debited (positive) or credited (negative)."""

    account: str
    money: Money


class Posted(Struct, frozen=True, kw_only=True):
    """A transaction as it is in the ledger."""

    key: str
    kind: str
    booking: str
    part: int | None
    at: datetime
    """UTC."""
    memo: Mapping[str, str]
    postings: tuple[Posting, ...]


class BookingAccount(Struct, frozen=True):
    """What a booking's customer account says, in minor units per currency."""

    balance: Mapping[str, int] = {}
    paid: Mapping[str, int] = {}

    def owed(self, currency: str) -> Money:
        """What the customer still owes; negative: what we owe the customer."""
        return Money(self.balance.get(currency, 0), currency)

    def paid_in(self, currency: str) -> Money:
        """Payments and deposits less payouts."""
        return Money(self.paid.get(currency, 0), currency)


class Integrity(Struct, frozen=True):
    """What a look at the whole ledger found."""

    transactions: int
    transfers: int
    faults: tuple[str, ...]
    """A sentence each; empty: every transaction sums to zero in every currency and is whole."""


def transfers(postings: Iterable[Posting]) -> tuple[Transfer, ...]:
    """The postings of one transaction as transfers between accounts, each of which is in balance by itself.

    The legs of an account in one currency are added up first; debits are paired with credits in the order given.
    A customer debited 100 RUB with 60 and 40 RUB credited to two railways: 60 and 40 RUB, from each railway's
    account to the customer's. Raises `Unbalanced`.
    """
    sums: dict[str, dict[str, int]] = {}
    for posting in postings:
        of_currency = sums.setdefault(posting.money.currency, {})
        of_currency[posting.account] = of_currency.get(posting.account, 0) + posting.money.amount
    found: list[Transfer] = []
    for currency, of_currency in sums.items():
        if off := sum(of_currency.values()):
            raise Unbalanced(
                f"The postings are out of balance by {Money(off, currency)}: debits and credits of a transaction "
                "must be the same in every currency."
            )
        found.extend(_paired(currency, of_currency))
    return tuple(found)


def _paired(currency: str, sums: Mapping[str, int]) -> Iterator[Transfer]:
    """Transfers that bring accounts from zero to these sums, which add up to zero."""
    credited = deque((account, -amount) for account, amount in sums.items() if amount < 0)
    for debited, amount in sums.items():
        left = amount
        while left > 0:
            account, there = credited.popleft()
            step = min(left, there)
            yield Transfer(debited, account, currency, step)
            left -= step
            if there > step:
                credited.appendleft((account, there - step))


def post(
    connection: Connection,
    *,
    key: str,
    kind: Kind,
    booking: str,
    part: int | None = None,
    at: datetime,
    postings: Sequence[Posting],
    memo: Mapping[str, str] | None = None,
) -> bool:
    """Write a transaction, exactly once per key. The caller holds a write transaction; `at` is UTC.

    False: the key was posted before, and nothing was written, whatever the postings say now. Of several that
    race with one key, one is told True. Never spoils the caller's transaction: what is out of balance is refused
    (`Unbalanced`) before the database is asked, and a key that is taken is no error. Postings of nothing (a free
    ticket) keep the key. `booking` is "" for what belongs to none; `memo` holds no personal data.
    """
    row = {"key": key, "kind": kind, "booking": booking, "part": part, "at": at, "memo": dict(memo or {})}
    return tables.add_transaction(connection, row, transfers(postings))


class Entry(Struct, frozen=True, kw_only=True):
    """A transaction that is to be posted."""

    key: str
    kind: Kind
    booking: str
    at: datetime
    """UTC."""
    postings: tuple[Posting, ...]


def post_all(connection: Connection, posted: Sequence[Entry]) -> None:
    """Write transactions of new keys, by as few statements as one. The caller holds a write transaction.

    Raises `Unbalanced` before anything is written, and the database's `IntegrityError` if a key was posted before;
    then nothing may be kept.
    """
    rows: list[dict[str, Any]] = [
        {"key": one.key, "kind": one.kind, "booking": one.booking, "part": None, "at": one.at, "memo": {}}
        for one in posted
    ]
    tables.add_transactions(connection, rows, [transfers(one.postings) for one in posted])


def balance(connection: Connection, account: str, booking: str | None = None) -> dict[str, int]:
    """The balance of an account in minor units per currency, debit positive; zero balances are left out."""
    return {currency: total for currency, total in tables.balances(connection, account, booking).items() if total}


def booking_account(connection: Connection, bookings: Collection[str]) -> dict[str, BookingAccount]:
    """What each of these bookings owes and has paid; every code asked for is in the answer."""
    owed: dict[str, dict[str, int]] = {code: {} for code in bookings}
    paid: dict[str, dict[str, int]] = {code: {} for code in bookings}
    for moved in tables.moved_for(connection, bookings, CUSTOMER):
        change = moved.on(CUSTOMER)
        _add(owed[moved.booking], moved.currency, change)
        if moved.kind in PAYING:
            _add(paid[moved.booking], moved.currency, -change)
    return {code: BookingAccount(owed[code], paid[code]) for code in owed}


def _add(sums: dict[str, int], currency: str, change: int) -> None:
    sums[currency] = sums.get(currency, 0) + change


def postings_of(connection: Connection, booking: str) -> tuple[Posted, ...]:
    """Everything posted for a booking, in the order of instants."""
    return tuple(
        Posted(
            key=row.key,
            kind=row.kind,
            booking=row.booking,
            part=row.part,
            at=row.at,
            memo=row.memo,
            postings=_postings(moves),
        )
        for row, moves in tables.transactions_of(connection, booking)
    )


def _postings(moves: Iterable[Transfer]) -> tuple[Posting, ...]:
    sums: dict[tuple[str, str], int] = {}
    for move in moves:
        for account, change in ((move.debit, move.amount), (move.credit, -move.amount)):
            sums[account, move.currency] = sums.get((account, move.currency), 0) + change
    return tuple(Posting(account, Money(amount, currency)) for (account, currency), amount in sums.items())


def integrity(connection: Connection) -> Integrity:
    """Look at every row: each transaction sums to zero in each currency and is whole, closed tills are empty."""
    transactions, moves = tables.count_rows(connection)
    return Integrity(transactions, moves, tuple(tables.faults(connection)))
