"""What every act at the border is made of: the counter that sold the places, and the keys that seal documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from rerail.border import erasure, sealed
from rerail.border.errors import NotNow
from rerail.border.keyring import Keys
from rerail.desk.selling import Selling
from rerail.line.border import Keeping
from rerail.line.timing import first_call_instant
from rerail.people import tables as people_tables
from rerail.people.audit import Act, Event
from rerail.places.model import DepartureKey


class BorderDesk:
    """The border's side of one process, before it has anything to do."""

    def __init__(self, selling: Selling, keys: Keys, lists_folder: Path | None = None) -> None:
        """`lists_folder` has a folder for each authority that gets its lists there (None: nothing is put anywhere)."""
        self.selling: Final = selling
        self._keys: Final = keys
        self._keys_fit = False
        self._lists_folder: Final = lists_folder

    @property
    def keys(self) -> Keys:
        """The keys that seal documents.

        Raises `KeyringError` if something in the database is sealed with a key that the file lacks: what a new or
        another ring sealed beside it would hide that, and no other process could open it.
        """
        if not self._keys_fit:
            with self.selling.store.read() as connection:
                used, signer = sealed.key_ids(connection), erasure.signer(connection)
            self._keys.check(used, signer)
            self._keys_fit = bool(used) or signer is not None
        return self._keys

    def check_keys(self) -> None:
        """Raise `KeyringError` if something is sealed that the file of keys, as it is now, does not open."""
        keys = self.keys
        if self._keys_fit:
            keys.ring()

    @property
    def lists_folder(self) -> Path:
        """Where authorities have their folders. Raises `NotNow` if nobody said."""
        if self._lists_folder is None:
            raise NotNow("No folder for crossing lists was named; set RERAIL_LISTS.")
        return self._lists_folder

    @property
    def now(self) -> datetime:
        """The instant, UTC."""
        return self.selling.current.now()

    @property
    def specimen(self) -> bool:
        """Whether this is a demonstration, and everything it hands out must say so."""
        return self.selling.current.snapshot().demo

    def keeping(self) -> Keeping | None:
        """How long data is kept: as the newest edition says that says it. What was promised goes on to hold."""
        for edition in reversed(self.selling.current.snapshot().timetable.editions):
            if edition.line.border is not None and edition.line.border.keeping is not None:
                return edition.line.border.keeping
        return None

    def lists_are_gone(self, keeping: Keeping | None, key: DepartureKey) -> bool:
        """Whether a departure's lists, receipts and marks are erased by rule: so many days after it has arrived."""
        if keeping is None:
            return False
        known = self.selling.current.snapshot().timetable.at(key.train, key.service_date)
        if known is None:  # in no edition any more: a day, as if it had been an ordinary train
            arrived = datetime.combine(key.service_date, time(), tzinfo=UTC) + timedelta(days=1)
        else:
            train = known[1]
            arrived = first_call_instant(train, key.service_date) + timedelta(seconds=train.calls[-1].arrival or 0)
        return self.now >= arrived + timedelta(days=keeping.lists_days)

    def note(self, connection: Connection, act: Act, who: str, details: Mapping[str, str]) -> None:
        """Write a line into the audit trail, in the act's own transaction."""
        people_tables.append_event(connection, Event(at=self.now, act=act, who=who, details=details))
