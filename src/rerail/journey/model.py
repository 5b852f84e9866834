"""What a search answers: journeys made of legs, or why there is none and when there is one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from rerail.life.consent import Departure, Key
from rerail.line.model import Station, TrainId


class Leg(Struct, frozen=True, kw_only=True):
    """One ride: a departure, from the call where one boards to the call where one alights."""

    departure: Departure
    board: int
    """Index of the call where one boards."""
    alight: int
    """Index of the call where one alights; half-open with `board`, as places are sold."""
    leaves: datetime
    """UTC."""
    arrives: datetime
    """UTC."""

    @property
    def origin(self) -> Station:
        """Where one boards."""
        return self.departure.line.stations[self.departure.train.calls[self.board].station]

    @property
    def destination(self) -> Station:
        """Where one alights."""
        return self.departure.line.stations[self.departure.train.calls[self.alight].station]

    @property
    def changes_coach_at(self) -> tuple[Station, ...]:
        """The stations on the way at which one moves to other coaches of the same train: a note, not a change."""
        train = self.departure.train
        if train.through:
            return ()
        inside = (call.station for call in train.calls[self.board + 1 : self.alight])
        return tuple(self.departure.line.stations[station] for station in inside if station in train.change_at)

    @property
    def crosses_border(self) -> bool:
        """Whether the ride runs on the tracks of more than one railway."""
        segments = self.departure.train.segment_railways[self.board : self.alight]
        return len({railway for segment in segments for railway in segment}) > 1

    @property
    def groups_only(self) -> bool:
        """Whether only organised groups on a named list may make this ride."""
        return self.departure.train.groups_only and self.crosses_border


class Change(Struct, frozen=True):
    """A change of trains."""

    station: Station
    wait: timedelta
    """From the arrival of one train to the departure of the next."""


class Journey(Struct, frozen=True):
    """One way to get there: rides in order, each leaving the station where the one before ended."""

    legs: tuple[Leg, ...]

    @property
    def departure(self) -> datetime:
        """When it starts (UTC)."""
        return self.legs[0].leaves

    @property
    def arrival(self) -> datetime:
        """When it ends (UTC)."""
        return self.legs[-1].arrives

    @property
    def duration(self) -> timedelta:
        """The time that passes, whatever the clocks say."""
        return self.arrival - self.departure

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of trains, in order."""
        return tuple(
            Change(before.destination, after.leaves - before.arrives)
            for before, after in zip(self.legs, self.legs[1:], strict=False)
        )

    @property
    def groups_only(self) -> bool:
        """Whether a ride of it is for organised groups on a named list only."""
        return any(leg.groups_only for leg in self.legs)

    @property
    def runs(self) -> bool:
        """Whether every train of it runs; False only in what `Refusal` says would have been possible."""
        return all(leg.departure.runs for leg in self.legs)


class Refusal(Struct, frozen=True, kw_only=True):
    """Why there is no journey on the date asked.

    * `same-station`: one is there already.
    * `no-train`: no train, on whatever date, connects these stations with at most `MOST_CHANGES` changes.
    * `no-consent`: `planned` would do it, but trains of it do not run; `withheld` says who lets them not.
    * `cancelled`: `planned` would do it, but trains of it are cancelled (`Departure.cancelled`).
    * `not-on-this-date`: trains connect these stations, none on this date.
    * `not-known-yet`: the date is past the last one that the timetable speaks of.
    """

    kind: Literal["same-station", "no-train", "no-consent", "cancelled", "not-on-this-date", "not-known-yet"]
    planned: Journey | None = None
    """The best journey that the timetable has on paper, on the date asked; else the next such after it."""
    withheld: tuple[Key, ...] = ()
    """For every railway without whose consent a train of `planned` does not run, its word; first the word
    on the earliest train. `Key.entry` is the deciding withdrawal, None where nothing is on record."""
    trains: tuple[TrainId, ...] = ()
    """The trains of `planned` that do not run."""


class Answer(Struct, frozen=True, kw_only=True):
    """How to get from one station to another, starting on a date of the first one's clock."""

    origin: Station
    destination: Station
    day: date
    journeys: tuple[Journey, ...]
    """None of them later to leave, earlier to arrive and with fewer changes than another; by departure."""
    refusal: Refusal | None = None
    """Why there is no journey; None if there is one."""
    next_day: date | None = None
    """If there is none: the next date on which there is one, as far ahead as `LOOK_AHEAD_DAYS`."""


def by_departure(journeys: Iterable[Journey]) -> tuple[Journey, ...]:
    """Journeys in the order a passenger reads them: earliest first, then the quicker, then fewer changes."""
    return tuple(sorted(journeys, key=lambda one: (one.departure, one.arrival, len(one.legs))))
