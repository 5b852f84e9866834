"""The record of erasure: what was erased when and by which rule. Only ever added to, chained and signed.

Each record is signed (Ed25519) by the key that lies with the documents' keys, over the SHA-256 of the record before
and its own content: none can be changed, and none but the last taken out, without the chain showing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, text

from rerail.border.keyring import Keys, signature_holds
from rerail.border.tables import erasure_table, mark_table
from rerail.places.model import DepartureKey

What = Literal["documents", "list", "marks", "answers", "names"]

_FIRST: Final = b"\0" * 32


class Erased(Struct, frozen=True, kw_only=True):
    """One thing that was erased. It names no person."""

    what: What
    of: str
    """A booking's code, a list's, a departure's or an authority's name."""
    count: int
    """Fields of documents, versions and receipts of a list, marks, files of an authority's answers, or passengers."""
    rule: str
    """Why: "documents_days = 3", "nothing left", "by the passenger"."""
    since: datetime | None = None
    """From when the rule counts (UTC): when the last train arrived."""


class Record(Struct, frozen=True, kw_only=True):
    """What one transaction erased."""

    number: int
    at: datetime
    """UTC."""
    erased: tuple[Erased, ...]
    public_key: bytes
    intact: bool
    """Whether its signature holds, and it follows the record before it. By whatever key: whoever has the database can
    sign a chain of his own making. Compare `public_key` with that of the file of keys, or one noted elsewhere."""


def write_down(connection: Connection, keys: Keys, erased: Sequence[Erased], now: datetime) -> int:
    """Add a record, in the transaction that erases. Returns its number. Raises `KeyringError`."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE erasure_record IN SHARE ROW EXCLUSIVE MODE"))
    last = connection.execute(select(erasure_table).order_by(erasure_table.c.seq.desc()).limit(1)).one_or_none()
    before = _FIRST if last is None else _digest(bytes(last.before), last.content, bytes(last.signature))
    content = {"at": now.isoformat(), "erased": [msgspec.to_builtins(one) for one in erased]}
    ring = keys.made()
    number = 1 if last is None else int(last.seq) + 1
    connection.execute(
        insert(erasure_table),
        {
            "seq": number,
            "at": now,
            "content": content,
            "before": before,
            "public_key": ring.record_key,
            "signature": ring.sign(before + _bytes(content)),
        },
    )
    return number


def signer(connection: Connection) -> bytes | None:
    """The public half of the key that signed the newest record (raw); None if there is none."""
    newest = select(erasure_table.c.public_key).order_by(erasure_table.c.seq.desc()).limit(1)
    found = connection.execute(newest).scalar_one_or_none()
    return None if found is None else bytes(found)


def records(connection: Connection) -> Iterator[Record]:
    """Every record, oldest first, each checked."""
    before = _FIRST
    for number, row in enumerate(connection.execute(select(erasure_table).order_by(erasure_table.c.seq)), start=1):
        signature = bytes(row.signature)
        signed = signature_holds(bytes(row.public_key), signature, bytes(row.before) + _bytes(row.content))
        yield Record(
            number=row.seq,
            at=row.at,
            erased=msgspec.convert(row.content["erased"], tuple[Erased, ...]),
            public_key=bytes(row.public_key),
            intact=signed and bytes(row.before) == before and row.seq == number,
        )
        before = _digest(bytes(row.before), row.content, signature)


def marks_before(connection: Connection, before: date) -> tuple[tuple[DepartureKey, int], ...]:
    """The departures of service dates before a date of which marks are kept, and how many."""
    which = mark_table.c.train, mark_table.c.service_date
    rows = connection.execute(
        select(*which, func.count()).where(mark_table.c.service_date < before).group_by(*which).order_by(*which)
    )
    return tuple((DepartureKey(train, day), int(count)) for train, day, count in rows)


def erase_marks(connection: Connection, departure: DepartureKey) -> int:
    """Let go of the marks of a departure; how many crossed, were refused or missing stays. Returns how many."""
    theirs = (mark_table.c.train == departure.train) & (mark_table.c.service_date == departure.service_date)
    return connection.execute(delete(mark_table).where(theirs)).rowcount


def _bytes(content: Any) -> bytes:
    return msgspec.json.encode(content)


def _digest(before: bytes, content: Any, signature: bytes) -> bytes:
    return hashlib.sha256(before + _bytes(content) + signature).digest()
