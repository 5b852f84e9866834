"""The tables of clients' keys, and of the assertions that were used. Their SQL is here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, ForeignKey, Row, Table, Text, bindparam, delete, insert, select, text

from rerail.people.client_keys import Assertion, ClientKey
from rerail.people.client_tables import client_table
from rerail.store.columns import Instant, Json, metadata

key_table: Final = Table(
    "retail_client_key",
    metadata,
    Column("client_id", Text, ForeignKey(client_table.c.client_id), primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("algorithm", Text, nullable=False),
    Column("jwk", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)

assertion_table: Final = Table(
    "retail_client_assertion",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("assertion_id", Text, primary_key=True),
    Column("until", Instant, nullable=False),
)

_USE: Final = text(
    "INSERT INTO retail_client_assertion (client_id, assertion_id, until) VALUES (:client_id, :assertion_id, :until) "
    "ON CONFLICT (client_id, assertion_id) DO NOTHING"
).bindparams(bindparam("until", type_=Instant))


def keys_of(connection: Connection, client_id: str) -> tuple[ClientKey, ...]:
    """A client's keys, oldest first."""
    query = select(key_table).where(key_table.c.client_id == client_id)
    return tuple(_key(row) for row in connection.execute(query.order_by(key_table.c.created_at, key_table.c.key_id)))


def add_key(connection: Connection, client_id: str, key: ClientKey) -> None:
    """Keep a client's key, instead of any of the same id. The caller holds the clients' lock."""
    remove_key(connection, client_id, key.id)
    row = {
        "client_id": client_id,
        "key_id": key.id,
        "algorithm": key.algorithm,
        "jwk": key.jwk,
        "created_at": key.created,
    }
    connection.execute(insert(key_table), [row])


def remove_key(connection: Connection, client_id: str, key_id: str) -> bool:
    """Forget a key; whether there was one."""
    theirs = (key_table.c.client_id == client_id) & (key_table.c.key_id == key_id)
    return connection.execute(delete(key_table).where(theirs)).rowcount == 1


def use(connection: Connection, assertion: Assertion, forget_before: datetime) -> bool:
    """Note that an assertion was used; False if it had been. Those that expired before an instant are forgotten.

    Of several that come at once with one id, one is told True.
    """
    connection.execute(delete(assertion_table).where(assertion_table.c.until < forget_before))
    row = {"client_id": assertion.client, "assertion_id": assertion.id, "until": assertion.until}
    return connection.execute(_USE, row).rowcount == 1


def _key(row: Row[Any]) -> ClientKey:
    return ClientKey(id=row.key_id, algorithm=row.algorithm, jwk=row.jwk, created=row.created_at)
