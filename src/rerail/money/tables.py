"""The money room's own tables: transactions, their transfers, the shifts of clerks. Its SQL is here and nowhere else.

A transaction is kept as transfers. A transfer moves an amount of one currency from the account it credits to
the account it debits, so it is both legs of itself: no row the database takes can be out of balance, on either
database, whoever writes it. Rows can only be added. Where one transaction touches several tables, it does so in
this order: shifts, transactions, transfers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Row,
    Table,
    Text,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.types import BigInteger, Integer

from rerail.store.columns import Instant, Json, metadata
from rerail.store.literal import Rows

transaction_table: Final = Table(
    "money_transaction",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("booking", Text, nullable=False, index=True),
    Column("part", Integer),
    Column("at", Instant, nullable=False, index=True),
    Column("transfers", Integer, nullable=False),
    Column("memo", Json, nullable=False),
    CheckConstraint("transfers >= 0", name="money_transaction_transfers"),
)

transfer_table: Final = Table(
    "money_transfer",
    metadata,
    Column("key", Text, ForeignKey(transaction_table.c.key), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("debit", Text, nullable=False, index=True),
    Column("credit", Text, nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount > 0", name="money_transfer_amount"),
    CheckConstraint("debit <> credit", name="money_transfer_accounts"),
    CheckConstraint("length(currency) = 3", name="money_transfer_currency"),
)

shift_table: Final = Table(
    "money_shift",
    metadata,
    Column("shift_id", Text, primary_key=True),
    Column("clerk", Text, nullable=False),
    Column("collector", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "money_shift_open",
        "clerk",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

_ADD_TRANSACTION: Final = text(
    "INSERT INTO money_transaction (key, kind, booking, part, at, transfers, memo) "
    "VALUES (:key, :kind, :booking, :part, :at, :transfers, :memo) ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("at", type_=Instant), bindparam("memo", type_=Json))

_TRANSACTIONS: Final = Rows(transaction_table)
_TRANSFERS: Final = Rows(transfer_table)

_ADD_SHIFT: Final = text(
    "INSERT INTO money_shift (shift_id, clerk, collector, opened_at) "
    "VALUES (:shift_id, :clerk, :collector, :opened_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("opened_at", type_=Instant))

_BATCH: Final = 500


class Transfer(Struct, frozen=True):
    """An amount that goes from the credited account to the debited one: both legs in one."""

    debit: str
    credit: str
    currency: str
    amount: int
    """Minor units, positive."""


class Moved(Struct, frozen=True, kw_only=True):
    """Transfers of one kind between the same two accounts, added up."""

    kind: str
    booking: str = ""
    """Set where bookings were asked for."""
    debit: str
    credit: str
    currency: str
    amount: int
    count: int
    """How many transfers."""

    def on(self, account: str) -> int:
        """What it adds to an account's balance: positive where it debits it."""
        return self.amount if self.debit == account else -self.amount if self.credit == account else 0


# Transactions and transfers


def add_transaction(connection: Connection, row: Mapping[str, Any], transfers: Sequence[Transfer]) -> bool:
    """Keep a transaction with its transfers; False, and nothing is written, if there is one of this key.

    Waits, on PostgreSQL, for another transaction that is writing the same key.
    """
    written = connection.execute(_ADD_TRANSACTION, {**row, "transfers": len(transfers)})
    if written.rowcount != 1:
        return False
    if transfers:
        connection.execute(
            insert(transfer_table),
            [_transfer_row(row["key"], number, transfer) for number, transfer in enumerate(transfers)],
        )
    return True


def add_transactions(
    connection: Connection, rows: Sequence[Mapping[str, Any]], transfers: Sequence[Sequence[Transfer]]
) -> None:
    """Keep many new transactions, each with its transfers. Raises `IntegrityError` if there is one of a key."""
    counted = ({**row, "transfers": len(its)} for row, its in zip(rows, transfers, strict=True))
    _TRANSACTIONS.add(connection, counted)
    _TRANSFERS.add(
        connection,
        (
            _transfer_row(row["key"], number, transfer)
            for row, its in zip(rows, transfers, strict=True)
            for number, transfer in enumerate(its)
        ),
    )


def _transfer_row(key: str, number: int, transfer: Transfer) -> dict[str, Any]:
    return {
        "key": key,
        "number": number,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "currency": transfer.currency,
        "amount": transfer.amount,
    }


def balances(connection: Connection, account: str, booking: str | None) -> dict[str, int]:
    """An account's balance per currency; of one booking, or of all."""
    signed = case((transfer_table.c.debit == account, transfer_table.c.amount), else_=-transfer_table.c.amount)
    query = select(transfer_table.c.currency, func.sum(signed)).where(_touches(account))
    if booking is not None:
        query = query.join(transaction_table).where(transaction_table.c.booking == booking)
    return {currency: int(total) for currency, total in connection.execute(query.group_by(transfer_table.c.currency))}


def moved_between(connection: Connection, since: datetime | None, until: datetime) -> tuple[Moved, ...]:
    """What was moved in [since, until), by kind and pair of accounts; `since` None: from the beginning."""
    when = transaction_table.c.at < until
    return _moved(connection, when if since is None else when & (transaction_table.c.at >= since))


def moved_on(connection: Connection, account: str) -> tuple[Moved, ...]:
    """What was ever moved to or from an account, by kind and the account on the other side."""
    return _moved(connection, _touches(account))


def moved_for(connection: Connection, bookings: Collection[str], account: str) -> Iterator[Moved]:
    """What was moved to or from an account for each of these bookings."""
    codes = iter(sorted(bookings))
    while batch := list(islice(codes, _BATCH)):
        yield from _moved(connection, _touches(account) & transaction_table.c.booking.in_(batch), by_booking=True)


def _touches(account: str) -> ColumnElement[bool]:
    return or_(transfer_table.c.debit == account, transfer_table.c.credit == account)


def _moved(connection: Connection, which: ColumnElement[bool], *, by_booking: bool = False) -> tuple[Moved, ...]:
    transfer, transaction = transfer_table.c, transaction_table.c
    by: list[ColumnElement[Any]] = [transaction.kind, transfer.debit, transfer.credit, transfer.currency]
    if by_booking:
        by.append(transaction.booking)
    query = (
        select(*by, func.sum(transfer.amount).label("total"), func.count().label("transfers"))
        .select_from(transfer_table.join(transaction_table))
        .where(which)
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        Moved(
            kind=row.kind,
            booking=row.booking if by_booking else "",
            debit=row.debit,
            credit=row.credit,
            currency=row.currency,
            amount=int(row.total),
            count=row.transfers,
        )
        for row in connection.execute(query)
    )


def transfers_of(connection: Connection, key: str) -> tuple[Transfer, ...]:
    """The transfers of the transaction with this key; none if there is no such transaction."""
    query = select(transfer_table).where(transfer_table.c.key == key).order_by(transfer_table.c.number)
    return tuple(Transfer(row.debit, row.credit, row.currency, row.amount) for row in connection.execute(query))


def transactions_of(connection: Connection, booking: str) -> list[tuple[Row[Any], list[Transfer]]]:
    """A booking's transactions with their transfers, in the order of their instants."""
    query = select(transaction_table).where(transaction_table.c.booking == booking)
    rows = connection.execute(query.order_by(transaction_table.c.at, transaction_table.c.key)).all()
    found: dict[str, list[Transfer]] = {row.key: [] for row in rows}
    theirs = select(transfer_table).join(transaction_table).where(transaction_table.c.booking == booking)
    for row in connection.execute(theirs.order_by(transfer_table.c.key, transfer_table.c.number)):
        found[row.key].append(Transfer(row.debit, row.credit, row.currency, row.amount))
    return [(row, found[row.key]) for row in rows]


# What must be true of the whole ledger

_LEGS: Final = (
    "(SELECT key, debit AS account, currency, amount FROM money_transfer "
    "UNION ALL SELECT key, credit, currency, -amount FROM money_transfer) AS legs"
)

_UNBALANCED: Final = text(
    f"SELECT key, currency, SUM(amount) AS total FROM {_LEGS} "  # noqa: S608  (no value of anybody's is in it)
    "GROUP BY key, currency HAVING SUM(amount) <> 0 ORDER BY key, currency"
)

_IMPOSSIBLE: Final = text(
    "SELECT key, number FROM money_transfer WHERE NOT (amount > 0 AND debit <> credit) ORDER BY key, number"
)

_TORN: Final = text(
    "SELECT money_transaction.key, transfers, COUNT(money_transfer.key) AS found "
    "FROM money_transaction LEFT JOIN money_transfer ON money_transfer.key = money_transaction.key "
    "GROUP BY money_transaction.key, transfers HAVING COUNT(money_transfer.key) <> transfers "
    "ORDER BY money_transaction.key"
)

_ORPHANED: Final = text(
    "SELECT key, number FROM money_transfer "
    "WHERE NOT EXISTS (SELECT 1 FROM money_transaction WHERE money_transaction.key = money_transfer.key) "
    "ORDER BY key, number"
)

_LEFT_IN_TILL: Final = text(
    f"SELECT shift_id, currency, SUM(amount) AS total FROM {_LEGS} "  # noqa: S608  (as above)
    "JOIN money_shift ON account = 'cash:' || shift_id WHERE closed_at IS NOT NULL "
    "GROUP BY shift_id, currency HAVING SUM(amount) <> 0 ORDER BY shift_id, currency"
)


def count_rows(connection: Connection) -> tuple[int, int]:
    """How many transactions and transfers there are."""
    counted = (connection.execute(select(func.count()).select_from(t)) for t in (transaction_table, transfer_table))
    transactions, transfers = (int(result.scalar_one()) for result in counted)
    return transactions, transfers


def faults(connection: Connection) -> Iterator[str]:
    """A sentence for everything in the ledger that cannot be right."""
    for row in connection.execute(_UNBALANCED):
        yield f"Transaction {row.key} is out of balance by {row.total} {row.currency} (minor units)."
    for row in connection.execute(_IMPOSSIBLE):
        yield f"Transaction {row.key}, transfer {row.number}: moves nothing, or to where it came from."
    for row in connection.execute(_TORN):
        yield f"Transaction {row.key} has {row.found} transfers; it was posted with {row.transfers}."
    for row in connection.execute(_ORPHANED):
        yield f"Transfer {row.number} of {row.key} belongs to no transaction."
    for row in connection.execute(_LEFT_IN_TILL):
        yield f"Shift {row.shift_id} is closed and its till still holds {row.total} {row.currency} (minor units)."


# Shifts


def add_shift(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new shift; False, and nothing is written, if the clerk has an open one."""
    return connection.execute(_ADD_SHIFT, dict(row)).rowcount == 1


def open_shift_of(connection: Connection, clerk: str, *, keep_open: bool) -> Row[Any] | None:
    """The clerk's open shift; with `keep_open` nobody can close it until this transaction ends."""
    query = select(shift_table).where(shift_table.c.clerk == clerk, shift_table.c.closed_at.is_(None))
    return connection.execute(query.with_for_update(read=True) if keep_open else query).one_or_none()


def shift_row(connection: Connection, shift_id: str) -> Row[Any] | None:
    """The shift with this id."""
    return connection.execute(select(shift_table).where(shift_table.c.shift_id == shift_id)).one_or_none()


def shift_rows(connection: Connection, clerk: str | None, most: int) -> Sequence[Row[Any]]:
    """The newest shifts, newest first; of one clerk, or of all."""
    query = select(shift_table).order_by(shift_table.c.opened_at.desc(), shift_table.c.shift_id).limit(most)
    return connection.execute(query if clerk is None else query.where(shift_table.c.clerk == clerk)).all()


def end_shift(connection: Connection, shift_id: str, at: datetime) -> bool:
    """Close a shift; False if it is closed already. Waits for whoever is taking money in it."""
    live = (shift_table.c.shift_id == shift_id) & shift_table.c.closed_at.is_(None)
    return connection.execute(update(shift_table).where(live).values(closed_at=at)).rowcount == 1


def collectors(connection: Connection, shifts: Iterable[str]) -> dict[str, str]:
    """For whom each of these shifts takes money: a railway, or "" for the operator."""
    found: dict[str, str] = {}
    ids = iter(sorted(set(shifts)))
    while batch := list(islice(ids, _BATCH)):
        query = select(shift_table.c.shift_id, shift_table.c.collector).where(shift_table.c.shift_id.in_(batch))
        found.update((row.shift_id, row.collector) for row in connection.execute(query))
    return found
