"""What every act at the border is made of: the counter that sold the places, and the keys that seal documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from rerail.border.keyring import Keys
from rerail.desk.selling import Selling
from rerail.people import tables as people_tables
from rerail.people.audit import Act, Event


class BorderDesk:
    """The border's side of one process, before it has anything to do."""

    def __init__(self, selling: Selling, keys: Keys) -> None:
        self.selling: Final = selling
        self.keys: Final = keys

    @property
    def now(self) -> datetime:
        """The instant, UTC."""
        return self.selling.current.now()

    @property
    def specimen(self) -> bool:
        """Whether this is a demonstration, and everything it hands out must say so."""
        return self.selling.current.snapshot().demo

    def note(self, connection: Connection, act: Act, who: str, details: Mapping[str, str]) -> None:
        """Write a line into the audit trail, in the act's own transaction."""
        people_tables.append_event(connection, Event(at=self.now, act=act, who=who, details=details))
