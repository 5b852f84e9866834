"""Opening the desk: a folder and a database become a service that can be asked and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk import reseating, retiming
from rerail.desk.current import HORIZON_DAYS, Current, read_snapshot
from rerail.life import tables
from rerail.life.consent import Life
from rerail.life.editions import Sold, TakenAway, differences, stopped, taken_away
from rerail.life.journal import entry_of
from rerail.life.tables import StoredEdition
from rerail.life.timetable import Edition, Timetable
from rerail.line.folder import load_files, read_files, season
from rerail.line.model import Decision, Line
from rerail.sale.sold import sold as sold_since
from rerail.store.contention import again
from rerail.store.engine import Store, StoreError


class EditionRefused(StoreError):
    """A changed folder would take away what passengers have bought; `taken` lists it."""

    def __init__(self, taken: list[TakenAway]) -> None:
        self.taken = taken
        lines = "\n".join(
            f"  {one.sold.reference}: {one.sold.train} on {one.sold.service_date}, "
            f"{one.sold.board} – {one.sold.alight}: {one.why}"
            for one in taken
        )
        super().__init__(
            f"The changed folder takes away what {len(taken)} passenger(s) have bought; nothing was changed. "
            f"Keep these in the folder, or refund them first:\n{lines}"
        )


class FolderRead(Struct, frozen=True):
    """A folder's files, and the line that they were checked to be."""

    files: Mapping[str, bytes]
    line: Line


def read_folder(folder: Path) -> FolderRead:
    """Read a folder once and check what was read. Raises `LineFolderError`."""
    files = read_files(folder)
    return FolderRead(files, load_files(files, str(folder)))


class Opened(Struct, frozen=True, kw_only=True):
    """What opening did, for the face to say."""

    current: Current
    line: Line
    edition: int
    new_database: bool
    changes: tuple[str, ...] | None
    """What the new edition changes, and whose places with it; None if the folder is the edition already in force."""
    entered: int
    """How many entries of the folder's history or season were added to the journal."""
    folder_differs: bool = False
    """Whether the folder has changed and the change was not taken up."""


SoldReader = Callable[[Connection], Iterable[Sold]]


def open_folder(
    folder: Path,
    store: Store,
    clock: Clock,
    *,
    read: FolderRead | None = None,
    demo: bool = False,
    adopt: bool = True,
    sold: SoldReader | None = None,
) -> Opened:
    """Read and check a folder, migrate the database, and enter the one into the other, all or nothing.

    A new database takes the folder as its first edition and the folder's history as the beginning of its
    journal. Later a changed folder becomes a new edition (`adopt=True`) and the journal stays as it is.
    `demo` adds the folder's illustrative season, once, and only to a database that began as a demonstration:
    nobody's real journal is to be filled with illustrations. `sold` reads what must be honoured (default: what the
    sale room has sold); passengers whose places go are given others (`rerail.desk.reseating`). `read` is the folder
    as `read_folder` gave it a moment ago, if the caller has it: what was checked is what is kept, whoever edits the
    folder meanwhile.

    Raises `LineFolderError` (the folder), `StoreError` (the database; another line's; `EditionRefused`).
    """
    read = read or read_folder(folder)
    line = read.line
    decisions = season(folder, clock.now().date()) if demo else ()
    store.migrate()
    return again(lambda: _entered(read.files, line, store, clock, decisions, demo=demo, adopt=adopt, sold=sold))


def _entered(
    files: Mapping[str, bytes],
    line: Line,
    store: Store,
    clock: Clock,
    decisions: Sequence[Decision],
    *,
    demo: bool,
    adopt: bool,
    sold: SoldReader | None,
) -> Opened:
    now = clock.now()
    with store.write() as connection:
        tables.lock_journal(connection)
        kept = tables.read_editions(connection)
        if kept and kept[-1].line_id != line.id:
            raise StoreError(
                f'The database {store.name} belongs to the line "{kept[-1].line_id}" and the folder is '
                f'"{line.id}"; give this line a database of its own with --db.'
            )
        if demo and kept and not any(entry.origin == "demo" for entry in tables.read_entries(connection)):
            raise StoreError(
                f"The database {store.name} holds a journal without an illustrative season, which may be a real one; "
                "give the demonstration a database of its own with --db."
            )
        changes: tuple[str, ...] | None = None
        differs = bool(kept) and kept[-1].content != line.content
        if not kept or (differs and adopt):
            changes = _adopt(connection, files, line, now, sold)
        entered = 0
        if not kept:
            begun = sorted(line.history, key=lambda decision: decision.known)
            entered = len(tables.append(connection, [entry_of(one, "history", now) for one in begun]))
        present = tables.known_ids(connection, (one.id for one in decisions))
        new = [entry_of(one, "demo", now) for one in decisions if one.id not in present]
        entered += len(tables.append(connection, new))
        number = tables.versions(connection)[1]
    current = Current(store, clock)
    return Opened(
        current=current,
        line=current.snapshot().line,
        edition=number,
        new_database=not kept,
        changes=changes if kept else None,
        entered=entered,
        folder_differs=differs and not adopt,
    )


def _adopt(
    connection: Connection, files: Mapping[str, bytes], line: Line, now: datetime, sold: SoldReader | None
) -> tuple[str, ...]:
    _, newest = tables.versions(connection)
    changes: tuple[str, ...] = ()
    if newest:
        before = read_snapshot(connection)
        changes = tuple(differences(before.line, line))
        after = Timetable((*before.timetable.editions, Edition(newest + 1, line, now)))
        window = (now.date() - timedelta(days=2), now.date() + timedelta(days=HORIZON_DAYS))
        bought = tuple(sold(connection) if sold is not None else sold_since(connection, window[0], now))
        lives = [Life(timetable, before.entries, window) for timetable in (before.timetable, after)]
        taken = taken_away(lives[1], bought)
        gone = {one.sold for one in taken}
        taken += stopped(lives[0], lives[1], [one for one in bought if one not in gone])
        if taken:
            raise EditionRefused(taken)
        moved = reseating.reseat(connection, before.timetable, after, newest + 1, now)
        retimed = retiming.retime(connection, after, newest + 1, now)
        changes = (*changes, *reseating.sentences(moved), *retiming.sentences(retimed))
    tables.add_edition(connection, StoredEdition(newest + 1, line.id, line.content, now, files))
    return changes
