"""Everything in the database that is sealed: with which keys, and what to do without it once a key is lost for good."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, delete, func, select, update

from rerail.border import documents
from rerail.border.erasure import Erased
from rerail.border.tables import document_table, filing_table, receipt_table, version_table

KEYS_LOST: Final = "keys lost"
"""The rule by which goes what nobody can open any more."""


def key_ids(connection: Connection) -> frozenset[str]:
    """The keys that anything is sealed with."""
    found: set[str] = set()
    for table in (document_table, version_table, receipt_table):
        found.update(connection.execute(select(table.c.key_id).where(table.c.key_id != "").distinct()).scalars())
    return frozenset(found)


def give_up(connection: Connection, left: Collection[str]) -> tuple[Erased, ...]:
    """Erase what is sealed with other keys than those that are left: documents, and what lists said."""
    kept = sorted(left)
    lost = document_table.c.key_id.not_in(kept)
    found = []
    rows = connection.execute(
        select(document_table.c.booking, func.count()).where(lost).group_by(document_table.c.booking)
    ).all()
    for code, count in rows:
        found.append(Erased(what="documents", of=code, count=int(count), rule=KEYS_LOST))
    connection.execute(delete(document_table).where(lost))
    documents.note_changed(connection, [code for code, _ in rows])
    lists: dict[str, int] = {}
    for table in (version_table, receipt_table):
        said = (table.c.key_id != "") & table.c.key_id.not_in(kept)
        counts = connection.execute(select(table.c.list_id, func.count()).where(said).group_by(table.c.list_id)).all()
        for list_id, count in counts:
            lists[list_id] = lists.get(list_id, 0) + int(count)
        connection.execute(update(table).where(said).values(key_id="", sealed=b""))
    for list_id in lists:
        waiting = (filing_table.c.list_id == list_id) & filing_table.c.done_at.is_(None)
        connection.execute(delete(filing_table).where(waiting))
    found += [Erased(what="list", of=list_id, count=count, rule=KEYS_LOST) for list_id, count in lists.items()]
    return tuple(sorted(found, key=lambda one: (one.what, one.of)))
