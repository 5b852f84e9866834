"""The same request gives the same answer: each effect keeps its answer in its own transaction.

Keyed by who asks and the key they chose. What wrote nothing keeps no answer, so it can be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, text

from rerail.sale.errors import KeyReused, WrongAsk
from rerail.sale.tables import answer_table
from rerail.store.literal import Literal, Rows, among

KEPT: Final = timedelta(days=7)
SEALED: Final = "sealed"
"""What stands for the digest of a body that is secret: an answer that only the body opens tells it from others."""
_LONGEST: Final = 200


def digest(body: bytes) -> str:
    """What a body is recognised by."""
    return hashlib.sha256(body).hexdigest()


def find(connection: Connection, client: str, key: str, body: str) -> bytes | None:
    """The answer kept for this request, or None if it is new. Raises `KeyReused` if its body was another.

    On PostgreSQL a second request with the key waits here until the first one's transaction ends.
    """
    if not 1 <= len(key) <= _LONGEST:
        raise WrongAsk("Send an idempotency key of 1 to %(most)d characters.", "key", most=_LONGEST)
    if "\0" in key or "\0" in client:
        raise WrongAsk("An idempotency key has no NUL character; send another key.", "key")
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")
        connection.execute(lock, {"key": f"{client}\x01{key}"})
    kept = connection.execute(
        select(answer_table.c.body, answer_table.c.answer).where(
            answer_table.c.client == client, answer_table.c.key == key
        )
    ).one_or_none()
    if kept is None:
        return None
    if kept.body != body:
        raise KeyReused("This key was used before for another request; choose a new key for a new request.", "key")
    return bytes(kept.answer)


_ALL: Final = Literal("SELECT client, key, body, answer FROM sale_answer WHERE client AMONG ? AND key AMONG ?")
_ROWS: Final = Rows(answer_table)


class Told(NamedTuple):
    """An answer that is kept."""

    body: str
    """The digest of the request."""
    answer: bytes


def is_key(client: str, key: str) -> bool:
    """Whether answers can be kept under it: `find` says what is wrong with another."""
    return 1 <= len(key) <= _LONGEST and "\0" not in key and "\0" not in client


def find_all(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Told]:
    """The answers kept for these clients and keys. Nobody is made to wait: `keep_all` refuses a key that is there."""
    if not keys:
        return {}
    clients, names = {client for client, _ in keys}, {key for _, key in keys}
    rows = _ALL.run(connection, among(sorted(clients)), among(sorted(names))).fetchall()
    return {(client, key): Told(body, bytes(answer)) for client, key, body, answer in rows}


def keep_all(connection: Connection, told: Mapping[tuple[str, str], Told], now: datetime) -> None:
    """Keep many answers. Raises the database's `IntegrityError` if there is one of a key; nothing may be kept then."""
    rows = ({"client": c, "key": k, "body": one.body, "answer": one.answer, "at": now} for (c, k), one in told.items())
    _ROWS.add(connection, rows)


def keep(connection: Connection, client: str, key: str, body: str, answer: bytes, now: datetime) -> None:
    """Keep the answer. The caller has found none for this key in the same transaction."""
    row = {"client": client, "key": key, "body": body, "answer": answer, "at": now}
    connection.execute(insert(answer_table), row)


def forget(connection: Connection, client: str, key: str) -> None:
    """Drop an answer that nobody can open any more, so that its request is done again."""
    connection.execute(delete(answer_table).where(answer_table.c.client == client, answer_table.c.key == key))


def forget_old(connection: Connection, now: datetime) -> None:
    """Drop the answers older than `KEPT`: nobody asks again after a week."""
    connection.execute(delete(answer_table).where(answer_table.c.at < now - KEPT))
