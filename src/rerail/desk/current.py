"""What holds now: the editions and the journal as this process last read them, and the life derived from them.

A process that records something sees it at its next question, because it forgets what it held. Every other
process asks the database for two numbers at most every `POLL_SECONDS`, and reads again when they moved.
"""

from __future__ import annotations

import threading
import time
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.life import tables
from rerail.life.consent import Life
from rerail.life.journal import Entry, as_known_on
from rerail.life.timetable import Edition, Timetable
from rerail.line.folder import load_files
from rerail.line.model import Line
from rerail.store.engine import Store, StoreError

POLL_SECONDS: Final = 0.5
HORIZON_DAYS: Final = 400
"""How far ahead departures are derived: a season of a year, and what is said about the weeks after it."""

_LIVES_KEPT: Final = 16
"""Today's, and those of questions like "as known on K"."""


class Snapshot:
    """The editions and the journal at one moment, frozen, with the lives derived from them."""

    def __init__(self, timetable: Timetable, entries: tuple[Entry, ...], versions: tuple[int, int]) -> None:
        self.timetable: Final = timetable
        self.entries: Final = entries
        self.versions: Final = versions
        self._lives: dict[tuple[date, date, date | None, date], Life] = {}

    @property
    def line(self) -> Line:
        """The line as its newest edition has it."""
        return self.timetable.line

    @property
    def demo(self) -> bool:
        """Whether an illustrative season has been entered: then every page and feed says so."""
        return any(entry.origin == "demo" for entry in self.entries)

    @cached_property
    def first_date(self) -> date | None:
        """The first date that the journal or any train's running days speak of; None if none does."""
        starts = [entry.start for entry in self.entries]
        for edition in self.timetable.editions:
            for train in edition.line.trains.values():
                starts.extend(rule.start for rule in train.running_days.rules)
                starts.extend(train.running_days.dates)
        return min(starts, default=None)

    def window(self, today: date) -> tuple[date, date]:
        """From the first date anything is known about to `HORIZON_DAYS` after today."""
        return min(self.first_date or today, today), today + timedelta(days=HORIZON_DAYS)

    def life(self, today: date, known: date | None = None, window: tuple[date, date] | None = None) -> Life:
        """The life over a window (default: `window(today)`), as known on a day. Kept while it is asked for.

        Without `known` it is as known today: with the clock set back, a history tells nothing ahead of its time.
        """
        start, until = window or self.window(today)
        key = (start, until, known, today)
        life = self._lives.get(key)
        if life is None:
            if len(self._lives) >= _LIVES_KEPT:
                self._lives.clear()
            # Two threads may both derive it; either is right, and the second replaces the first.
            entries = self.entries if known is not None else as_known_on(self.entries, today)
            life = self._lives[key] = Life(self.timetable, entries, (start, until), known)
        return life


class Current:
    """The newest snapshot of one database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store: Final = store
        self.clock: Final = clock
        self._lock: Final = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._asked = 0.0

    def snapshot(self) -> Snapshot:
        """The editions and the journal, at most `POLL_SECONDS` old. Raises `StoreError`."""
        held = self._snapshot
        if held is not None and time.monotonic() - self._asked < POLL_SECONDS:
            return held
        with self._lock:
            if self._snapshot is None or time.monotonic() - self._asked >= POLL_SECONDS:
                with self.store.read() as connection:
                    self._snapshot = self._renewed(connection)
                self._asked = time.monotonic()
            return self._snapshot

    def snapshot_in(self, connection: Connection) -> Snapshot:
        """What holds inside a transaction that keeps the journal from growing (`life.tables.hold_journal`)."""
        held = self._snapshot
        if held is not None and held.versions == tables.versions(connection):
            return held
        timetable = held.timetable if held is not None and held.versions[1] == tables.versions(connection)[1] else None
        return read_snapshot(connection, timetable)

    def forget(self) -> None:
        """Read again at the next question: called by whoever wrote."""
        self._asked = 0.0

    def life(self, known: date | None = None) -> Life:
        """The life as of now, or as known on a day."""
        return self.snapshot().life(self.now().date(), known)

    def now(self) -> datetime:
        """The instant, UTC."""
        return self.clock.now()

    def _renewed(self, connection: Connection) -> Snapshot:
        versions = tables.versions(connection)
        held = self._snapshot
        if held is not None and held.versions == versions:
            return held
        timetable = held.timetable if held is not None and held.versions[1] == versions[1] else None
        return read_snapshot(connection, timetable)


def read_snapshot(connection: Connection, timetable: Timetable | None = None) -> Snapshot:
    """The editions (unless already at hand) and the journal, from an open transaction.

    Raises `StoreError` if no folder has been entered yet.
    """
    versions = tables.versions(connection)
    if timetable is None:
        editions = [
            Edition(kept.number, load_files(kept.files, f"edition {kept.number}"), kept.since)
            for kept in tables.read_editions(connection)
        ]
        if not editions:
            raise StoreError("The database holds no line yet; start it once with rerail serve FOLDER.")
        timetable = Timetable(editions)
    return Snapshot(timetable, tables.read_entries(connection), versions)
