"""The same request gives the same answer: each effect keeps its answer in its own transaction.

Keyed by who asks and the key they chose. What wrote nothing keeps no answer, so it can be tried again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, text

from rerail.sale.errors import KeyReused, WrongAsk
from rerail.sale.tables import answer_table

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
