"""The journal: who decided what about the service, when it became known, on which document.

It is only ever added to. Consent, cancellation and announcement are all derived from it, never stored
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from msgspec import Struct

from rerail.line.dates import Dates
from rerail.line.model import Decision, DecisionKind, RailwayId, Text, TrainId

Origin = Literal["history", "demo", "live"]
"""Where an entry came from: the folder's history, an illustrative season, or a person at work."""


class Entry(Struct, frozen=True, kw_only=True):
    """One decision in the journal. Service dates are half-open: [start, until)."""

    seq: int
    """Its number in the journal, from 1; 0 while it is a draft."""
    id: str
    kind: DecisionKind
    railway: RailwayId | None
    trains: tuple[TrainId, ...] | None
    """None: all trains."""
    start: date
    until: date | None
    """None: until further notice."""
    precision: Literal["day", "month", "year"] = "day"
    known: datetime
    """When it became known (UTC)."""
    recorded: datetime
    """When it was written here (UTC)."""
    who: Text
    reason: Text
    document: str | None = None
    sources: tuple[str, ...] = ()
    """Keys of the folder's sources, or an address."""
    illustrative: bool = False
    illustrative_fields: tuple[str, ...] = ()
    """Fields that are illustrative though the entry is not: `until`, say."""
    origin: Origin
    recorded_by: str | None = None
    """The user who recorded it; None for the folder's own entries."""

    @property
    def dates(self) -> Dates:
        """The service dates it covers."""
        return Dates.between(self.start, self.until)

    def covers(self, service_date: date) -> bool:
        """Whether it covers a service date: `service_date in self.dates`, without building the set."""
        return self.start <= service_date and (self.until is None or service_date < self.until)

    def concerns(self, train: TrainId) -> bool:
        """Whether it is about this train."""
        return self.trains is None or train in self.trains


def entry_of(decision: Decision, origin: Origin, recorded: datetime) -> Entry:
    """The journal entry, still without its number, of a decision that a folder states."""
    return Entry(
        seq=0,
        id=decision.id,
        kind=decision.kind,
        railway=decision.railway,
        trains=decision.trains,
        start=decision.start,
        until=decision.until,
        precision=decision.precision,
        known=decision.known,
        recorded=recorded,
        who=decision.who,
        reason=decision.reason,
        document=decision.document,
        sources=decision.provenance.sources,
        illustrative=decision.provenance.illustrative,
        illustrative_fields=tuple(sorted(name for name, own in decision.figures.items() if own.illustrative)),
        origin=origin,
    )


def as_known_on(entries: Iterable[Entry], day: date | None) -> tuple[Entry, ...]:
    """The entries known by the end of a day (UTC), in the journal's order; all of them if `day` is None."""
    if day is None:
        return tuple(entries)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    return tuple(entry for entry in entries if entry.known < end)
