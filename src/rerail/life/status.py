"""What one plain sentence can say of a route: it runs and since when, or why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from rerail.life.consent import Departure, Key, Life
from rerail.life.journal import Entry
from rerail.line.model import RailwayId, RouteId, TrainId


class Status(Struct, frozen=True, kw_only=True):
    """The state of a route at an instant.

    * `running`: it runs; `since` is the first departure of the present unbroken consent.
    * `suspended`: the railways in `missing` withdrew; `entry` is the deciding withdrawal, `since` its date.
    * `lapsed`: consents were recorded up to, not including, `since`, and nothing after.
    * `never`: the railways in `missing` never consented.
    * `no-dates`: every railway consents and no departure is planned.
    """

    kind: Literal["running", "suspended", "lapsed", "never", "no-dates"]
    since: date | None = None
    precision: Literal["day", "month", "year"] = "day"
    missing: tuple[RailwayId, ...] = ()
    entry: Entry | None = None
    next: Departure | None = None
    announced: Entry | None = None
    """The newest announcement for dates still to come, if what it says is not yet agreed."""


def route_trains(life: Life, route: RouteId) -> tuple[TrainId, ...]:
    """The trains of a route, in the folder's order."""
    return tuple(train.id for train in life.line.trains.values() if train.route == route)


def status(life: Life, trains: Sequence[TrainId], now: datetime) -> Status:
    """The state of a group of trains at an instant (UTC). Pure: the same journal gives the same sentence."""
    announced = _announcement(life, trains, now)
    upcoming = [(*leaves, train) for train in trains if (leaves := life.leaves_next(train, now)) is not None]
    if upcoming:
        _, day, train = min(upcoming)
        first = life.departure(train, day)
        assert first is not None  # the timetable has the train on this date, or it would not run
        return Status(kind="running", since=_running_since(life, trains, first), next=first)
    today = now.date()
    keys = [key for train in trains for key in _keys(life, train, today)]
    missing = tuple(dict.fromkeys(key.railway for key in keys if not key.consent))
    if not missing:
        return Status(kind="no-dates", announced=announced)
    lapsed = [ended for train in trains if (ended := _last_agreed(life, train, today)) is not None]
    withdrawals = [
        key.entry
        for key in keys
        if not key.consent and key.entry is not None and not any(key.entry.start < ended for ended in lapsed)
    ]
    if withdrawals:
        newest = max(withdrawals, key=lambda entry: (entry.start, entry.seq))
        return Status(
            kind="suspended",
            since=newest.start,
            precision=newest.precision,
            missing=tuple(dict.fromkeys(entry.railway for entry in withdrawals if entry.railway)),
            entry=newest,
            announced=announced,
        )
    if lapsed:
        return Status(kind="lapsed", since=max(lapsed), missing=missing, announced=announced)
    return Status(kind="never", missing=missing, announced=announced)


def _keys(life: Life, train: TrainId, day: date) -> tuple[Key, ...]:
    railways = life.line.trains[train].railways if train in life.line.trains else ()
    return tuple(life.key(railway, train, day) for railway in railways)


def _running_since(life: Life, trains: Sequence[TrainId], upcoming: Departure) -> date | None:
    """The first date on which one of the trains ran within the consent that the next departure runs under."""
    started = []
    for train in trains:
        start = life.agreed(train).since(upcoming.service_date)
        first = life.runs(train).on_or_after(start) if start is not None else None
        if first is not None:
            started.append(first)
    return min(started, default=None)


def _last_agreed(life: Life, train: TrainId, today: date) -> date | None:
    """The end (exclusive) of the last stretch of dates before today on which every railway consented.

    Consent to a special's own date is no resumption: a suspension that let one train through still stands.
    """
    last = (life.agreed(train) - life.specials(train)).before(today)
    return last + timedelta(days=1) if last is not None else None


def _announcement(life: Life, trains: Sequence[TrainId], now: datetime) -> Entry | None:
    for entry in reversed(life.entries):
        to_come = entry.until is None or entry.until > now.date()
        if entry.kind == "announce" and to_come and any(entry.concerns(train) for train in trains):
            return entry
    return None
