"""What this process last saw taken on each departure: to choose from, never the truth.

The database's guard is the truth. Where the cache is wrong, a place it gives is refused (`PlaceTaken`): drop
the departure, and choose again from what is read anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from rerail.places.claims import spots_on
from rerail.places.model import Claim, DepartureKey
from rerail.places.occupancy import Occupancy, Taken

FRESH: Final = 1.0
"""Seconds for which what was read is good enough to say how many places are free, other processes selling too."""

_READING_SHARE: Final = 20
"""What took long to read is good for this many times as long: rereading takes a twentieth of the time at most."""


class _Kept:
    """An occupancy, when it was read, and until when that is good."""

    __slots__ = ("good_until", "occupancy", "read")

    def __init__(self, occupancy: Occupancy, read: float, good_until: float) -> None:
        self.occupancy: Final = occupancy
        self.read: Final = read
        self.good_until: Final = good_until


class Occupancies:
    """The occupancies of the departures last asked for. Safe to use from many threads, and safe to lose.

    Also a `rerail.store.writer.Watcher`: what an act noted, or read within its transaction, is dropped if the
    transaction is undone.
    """

    def __init__(self, most: int = 512) -> None:
        self._most: Final = most
        self._kept: Final[OrderedDict[DepartureKey, _Kept]] = OrderedDict()
        self._ahead: Final[set[DepartureKey]] = set()
        self._lock: Final = threading.Lock()

    def of(self, connection: Connection, key: DepartureKey, now: datetime, *, fresh: bool = True) -> Occupancy:
        """What is taken on a departure, holds that lapsed by `now` (UTC) left out.

        Read anew when more than a second old. With `fresh=False` what is kept will do, however old: to choose
        from, the guard deciding; before somebody is refused for want of a place, ask again for a fresh one.
        """
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and (not fresh or time.monotonic() < kept.good_until):
                return self._used(kept, now)
        began = time.monotonic()
        occupancy = Occupancy(key)
        for coach, place, board, alight, until, compartment in spots_on(connection, key, now):
            occupancy.put(coach, place, board, Taken(alight, until, compartment))
        ended = time.monotonic()
        with self._lock:
            self._kept[key] = _Kept(occupancy, began, ended + max(FRESH, (ended - began) * _READING_SHARE))
            self._kept.move_to_end(key)
            if connection.get_execution_options().get("rerail_write"):
                self._ahead.add(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return occupancy

    def seen(self, key: DepartureKey, now: datetime, seconds: float) -> Occupancy | None:
        """What is taken on a departure, if it was read at most so many seconds ago."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or time.monotonic() - kept.read >= seconds:
                return None
            return self._used(kept, now)

    def _used(self, kept: _Kept, now: datetime) -> Occupancy:
        self._kept.move_to_end(kept.occupancy.departure)
        kept.occupancy.lapse(now)
        return kept.occupancy

    def note(self, claims: Iterable[Claim]) -> None:
        """Claims were made, confirmed or extended, committed or in the act that is running now."""
        by_departure: dict[DepartureKey, list[Claim]] = {}
        for one in claims:
            by_departure.setdefault(one.departure, []).append(one)
        for key, its in by_departure.items():
            occupancy = self._noted(key)
            if occupancy is not None:
                occupancy.note(its)

    def note_free(self, claims: Iterable[Claim]) -> None:
        """Claims were given back."""
        for one in claims:
            occupancy = self._noted(one.departure)
            if occupancy is not None:
                occupancy.free([one.spot])

    def drop(self, key: DepartureKey) -> None:
        """Forget a departure: it is not as it was thought to be."""
        with self._lock:
            self._kept.pop(key, None)

    def committed(self) -> None:
        """What was noted so far is in the database."""
        with self._lock:
            self._ahead.clear()

    def undone(self) -> None:
        """What was noted since the last commit may not be in the database: forget the departures concerned."""
        with self._lock:
            for key in self._ahead:
                self._kept.pop(key, None)
            self._ahead.clear()

    def _noted(self, key: DepartureKey) -> Occupancy | None:
        with self._lock:
            self._ahead.add(key)
            kept = self._kept.get(key)
            return None if kept is None else kept.occupancy
