"""The table of clients. Its SQL is here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Table, Text, insert, select, text, update
from sqlalchemy.types import Integer

from rerail.people.clients import Client
from rerail.store.columns import Instant, Json, metadata

client_table: Final = Table(
    "retail_client",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("secret_digest", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("tour_operator", Text),
    Column("per_minute", Integer, nullable=False),
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
)


def lock_clients(connection: Connection) -> None:
    """Let no other transaction change clients until this one ends (SQLite's one writer already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE retail_client IN SHARE ROW EXCLUSIVE MODE"))


def add_client(connection: Connection, client: Client, digest: str) -> None:
    """Keep a new client. The caller holds the lock and has seen that none has the name."""
    row = {
        "client_id": client.id,
        "name": client.name,
        "secret_digest": digest,
        "scopes": client.scopes,
        "tour_operator": client.tour_operator,
        "per_minute": client.per_minute,
        "disabled_at": client.disabled,
        "created_at": client.created,
    }
    connection.execute(insert(client_table), [row])


def read_clients(connection: Connection) -> tuple[Client, ...]:
    """Every client, by name."""
    return tuple(_client(row) for row in connection.execute(select(client_table).order_by(client_table.c.name)))


def client_by_id(connection: Connection, client_id: str) -> tuple[Client, str] | None:
    """The client with this id, and the digest of its secret."""
    if "\0" in client_id:  # PostgreSQL refuses to be asked
        return None
    row = connection.execute(select(client_table).where(client_table.c.client_id == client_id)).one_or_none()
    return None if row is None else (_client(row), row.secret_digest)


def client_by_name(connection: Connection, name: str) -> Client | None:
    """The client with this name."""
    row = connection.execute(select(client_table).where(client_table.c.name == name)).one_or_none()
    return None if row is None else _client(row)


def set_client_disabled(connection: Connection, client_id: str, since: datetime) -> None:
    """Keep since when the client gets no token."""
    connection.execute(update(client_table).where(client_table.c.client_id == client_id).values(disabled_at=since))


def set_client_secret(connection: Connection, client_id: str, digest: str) -> None:
    """Keep another digest of the client's secret; one that is no digest fits no secret."""
    connection.execute(update(client_table).where(client_table.c.client_id == client_id).values(secret_digest=digest))


def _client(row: Row[Any]) -> Client:
    return Client(
        id=row.client_id,
        name=row.name,
        scopes=tuple(row.scopes),
        tour_operator=row.tour_operator,
        per_minute=row.per_minute,
        disabled=row.disabled_at,
        created=row.created_at,
    )
