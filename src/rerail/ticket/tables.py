"""The keys that sign tickets, as the database keeps them. The ticket room's SQL is here and nowhere else.

A key is never deleted: tickets it signed stay good, and are checked with its public half. The private half is
kept as it is; whoever can read the database (or a backup of it) can sign.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Table, Text, func, insert, select, text, update
from sqlalchemy.types import Integer, LargeBinary

from rerail.store.columns import Instant, instant_of, metadata, microseconds
from rerail.store.literal import Literal
from rerail.ticket.keys import (
    MOST_KEYS,
    SIGNING_ALGORITHM,
    SIGNS_FOR,
    KnownKey,
    PublishedKey,
    SigningKey,
    generated,
)
from rerail.ticket.problem import NoKey, TicketError

key_table: Final = Table(
    "ticket_key",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("private_pkcs8", LargeBinary, nullable=False),
    Column("public_spki", LargeBinary, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_until", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

_CURRENT: Final = Literal(
    "SELECT key_id, private_pkcs8, valid_from, valid_until FROM ticket_key "
    "WHERE issuer = ? AND retired_at IS NULL AND valid_from <= ? AND ? < valid_until ORDER BY key_id DESC LIMIT 1"
)

_NO_KEY: Final = "There is no key to sign tickets of %(issuer)s with; make one: rerail keys new %(issuer)s."
_NO_SUCH: Final = "There is no key %(key)d of %(issuer)s; rerail keys list shows those there are."
_FULL: Final = "All key numbers of %(issuer)s are used."


def new_key(connection: Connection, issuer: str, now: datetime, lasts: timedelta = SIGNS_FOR) -> PublishedKey:
    """Make a key for a railway, good from this minute on. The caller holds a write transaction.

    `issuer` is the railway as barcodes are to name it: its RICS number in digits, else its id. From now on the
    newest key signs; older ones go on being published. Raises `TicketError`.
    """
    _lock(connection)
    last = connection.scalar(select(func.max(key_table.c.key_id)).where(key_table.c.issuer == issuer))
    key_id = 1 if last is None else last + 1
    if key_id >= MOST_KEYS:
        raise TicketError(_FULL, issuer=issuer)
    pkcs8, spki = generated()
    # A barcode tells the minute of issue, not the second: a ticket of this very minute must be the key's.
    since = now.replace(second=0, microsecond=0)
    connection.execute(
        insert(key_table).values(
            issuer=issuer,
            key_id=key_id,
            private_pkcs8=pkcs8,
            public_spki=spki,
            valid_from=since,
            valid_until=since + lasts,
            made_at=now,
        )
    )
    return _published(_one(connection, issuer, key_id))


def retire(connection: Connection, issuer: str, key_id: int, now: datetime) -> PublishedKey:
    """Let a key sign no more; tickets it signed until now stay good. Twice is the same as once. Raises `NoKey`."""
    _one(connection, issuer, key_id)
    connection.execute(
        update(key_table)
        .where(key_table.c.issuer == issuer, key_table.c.key_id == key_id, key_table.c.retired_at.is_(None))
        .values(retired_at=now)
    )
    return _published(_one(connection, issuer, key_id))


def current(connection: Connection, issuer: str, now: datetime) -> SigningKey:
    """The newest key that may sign now. Raises `NoKey`."""
    found = _CURRENT.run(connection, issuer, microseconds(now), microseconds(now)).fetchone()
    if found is None:
        raise NoKey(_NO_KEY, issuer=issuer)
    key_id, pkcs8, since, until = found
    return _signing(issuer, key_id, bytes(pkcs8), since, until)


@lru_cache(maxsize=8)
def _signing(issuer: str, key_id: int, pkcs8: bytes, since: int, until: int) -> SigningKey:
    """A key to sign with, kept: reading the private half takes as long as signing with it."""
    return SigningKey(issuer, key_id, instant_of(since), instant_of(until), pkcs8)


def all_keys(connection: Connection) -> tuple[KnownKey, ...]:
    """Every key there ever was, by issuer and number, without its private half."""
    rows = connection.execute(select(key_table).order_by(key_table.c.issuer, key_table.c.key_id))
    return tuple(KnownKey(published=_published(row), made_at=row.made_at, retired_at=row.retired_at) for row in rows)


def published(connection: Connection) -> tuple[PublishedKey, ...]:
    """What /keys serves: every key, the retired ones too, because tickets they signed are still good."""
    return tuple(key.published for key in all_keys(connection))


def _lock(connection: Connection) -> None:
    # SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE ticket_key IN SHARE ROW EXCLUSIVE MODE"))


def _one(connection: Connection, issuer: str, key_id: int) -> Row[Any]:
    row = connection.execute(
        select(key_table).where(key_table.c.issuer == issuer, key_table.c.key_id == key_id)
    ).one_or_none()
    if row is None:
        raise NoKey(_NO_SUCH, issuer=issuer, key=key_id)
    return row


def _published(row: Row[Any]) -> PublishedKey:
    until = row.valid_until if row.retired_at is None else min(row.valid_until, row.retired_at)
    return PublishedKey(
        issuer=row.issuer,
        key_id=row.key_id,
        algorithm_oid=SIGNING_ALGORITHM,
        spki_der_base64=base64.b64encode(row.public_spki).decode(),
        since=row.valid_from,
        until=until,
    )
