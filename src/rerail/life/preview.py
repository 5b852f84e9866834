"""What an entry would change, shown before it is written; and what it may not touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from rerail.life.consent import Departure, Life
from rerail.life.journal import Entry
from rerail.line.model import TrainId


class Change(Struct, frozen=True):
    """One departure, as it is and as it would be."""

    before: Departure | None
    after: Departure

    @property
    def starts(self) -> bool:
        """Whether it would run and did not."""
        return self.after.runs and not (self.before is not None and self.before.runs)

    @property
    def stops(self) -> bool:
        """Whether it ran and no longer would."""
        return not self.after.runs and self.before is not None and self.before.runs


def changes(before: Life, after: Life) -> tuple[Change, ...]:
    """The departures whose running differs between two lives over the same window, by the instant they leave."""
    found: list[Change] = []
    for train in after.timetable.train_ids:
        for day in before.runs(train) ^ after.runs(train):
            now_runs = after.departure(train, day)
            if now_runs is not None:
                found.append(Change(before.departure(train, day), now_runs))
    found.sort(key=lambda change: (change.after.start, change.after.train.id))
    return tuple(found)


def already_left(after: Life, entries: Sequence[Entry], now: datetime) -> list[Departure]:
    """The departures that these entries cover and whose first call is past: a live entry may not touch them.

    `after` is the life with the entries in it, so that a special's own date counts as a departure.
    """
    touched: dict[tuple[TrainId, date], Departure] = {}
    for entry in entries:
        if entry.kind in ("announce", "note"):
            continue
        for train in after.timetable.train_ids:
            if not entry.concerns(train):
                continue
            for day in (after.on_paper(train) & entry.dates).within(*after.window):
                departure = after.departure(train, day)
                if departure is None:
                    continue
                if departure.start > now:
                    break
                touched[train, day] = departure
    return sorted(touched.values(), key=lambda departure: departure.start)
