"""The life room's own tables: the journal and the editions of the folder."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    insert,
    select,
    text,
)
from sqlalchemy.types import BigInteger

from rerail.life.journal import Entry
from rerail.store.columns import Instant, Json, metadata
from rerail.store.literal import Literal

entry_table = Table(
    "life_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("railway", Text),
    Column("trains", Json),
    Column("start", Date, nullable=False),
    Column("until", Date),
    Column("precision", Text, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("who", Json, nullable=False),
    Column("reason", Json, nullable=False),
    Column("document", Text),
    Column("sources", Json, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("illustrative_fields", Json, nullable=False),
    Column("origin", Text, nullable=False),
    Column("recorded_by", Text),
)

edition_table = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line_id", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("files", LargeBinary, nullable=False),
)


_LINE_LOCK = 0x7265_7261_696C
"""PostgreSQL's advisory lock of the line: shared by those who sell, exclusive for who decides ("rerail")."""


# Asked in every act of a sale, so it is literal: putting it together would cost twenty times its running.
_VERSIONS: Final = Literal(
    "SELECT (SELECT coalesce(max(seq), 0) FROM life_entry), (SELECT coalesce(max(number), 0) FROM edition)"
)


class StoredEdition(msgspec.Struct, frozen=True):
    """An edition as the database keeps it: the folder's files, to be read and checked again."""

    number: int
    line_id: str
    content: str
    since: datetime
    files: Mapping[str, bytes]


def versions(connection: Connection) -> tuple[int, int]:
    """The journal's last sequence number and the newest edition's, 0 where there is none.

    Cheap enough to ask before every page: whoever holds a derived view compares it with this.
    """
    journal, edition = _VERSIONS.run(connection).fetchone()
    return int(journal), int(edition)


def read_entries(connection: Connection) -> tuple[Entry, ...]:
    """The whole journal, in its order."""
    rows = connection.execute(select(entry_table).order_by(entry_table.c.seq))
    return tuple(_entry(row) for row in rows)


def append(connection: Connection, drafts: Sequence[Entry]) -> tuple[Entry, ...]:
    """Add entries to the journal, and give them their numbers. The caller holds a write transaction."""
    if not drafts:
        return ()
    lock_journal(connection)
    last, _ = versions(connection)
    entries = tuple(msgspec.structs.replace(draft, seq=last + offset) for offset, draft in enumerate(drafts, start=1))
    connection.execute(insert(entry_table), [_row(entry) for entry in entries])
    return entries


def lock_journal(connection: Connection) -> None:
    """Let no other transaction add to the journal until this one ends (SQLite's one writer already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": _LINE_LOCK})
        connection.execute(text("LOCK TABLE life_entry, edition IN SHARE ROW EXCLUSIVE MODE"))


def hold_journal(connection: Connection) -> None:
    """Let nobody add to the journal until this transaction ends, beside any number of others that ask the same.

    Whoever sells does so under the consent it has read: a withdrawal waits for it, and then finds what it sold.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:line)"), {"line": _LINE_LOCK})


def known_ids(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Which of these entry ids the journal already holds."""
    wanted = set(ids)
    return {name for (name,) in connection.execute(select(entry_table.c.entry_id)) if name in wanted}


def read_editions(connection: Connection) -> tuple[StoredEdition, ...]:
    """Every edition, oldest first, with its files."""
    rows = connection.execute(select(edition_table).order_by(edition_table.c.number))
    return tuple(StoredEdition(row.number, row.line_id, row.content, row.since, _unpacked(row.files)) for row in rows)


def add_edition(connection: Connection, edition: StoredEdition) -> None:
    """Keep an edition. The caller holds a write transaction and has numbered it one past the newest."""
    packed = zlib.compress(msgspec.msgpack.encode(dict(edition.files)), 9)
    connection.execute(
        insert(edition_table),
        [
            {
                "number": edition.number,
                "line_id": edition.line_id,
                "content": edition.content,
                "since": edition.since,
                "files": packed,
            }
        ],
    )


def _unpacked(packed: bytes) -> dict[str, bytes]:
    return msgspec.msgpack.decode(zlib.decompress(packed), type=dict[str, bytes])


def _row(entry: Entry) -> dict[str, Any]:
    row = msgspec.structs.asdict(entry)
    row["entry_id"] = row.pop("id")
    row["known_at"] = row.pop("known")
    row["recorded_at"] = row.pop("recorded")
    return row


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    values["id"] = values.pop("entry_id")
    values["known"] = values.pop("known_at")
    values["recorded"] = values.pop("recorded_at")
    for name in ("trains", "sources", "illustrative_fields"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Entry(**values)
