"""Where stations are, for readers that cannot do without coordinates.

GTFS asks for a latitude and a longitude of every stop. Where the folder has none, the place between the
neighbours that have them is reckoned along the train's way by kilometres, and marked as reckoned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from rerail.line.model import Line, Station, StationId, Train

Kind = Literal["known", "city", "illustrative", "reckoned"]


class Position(Struct, frozen=True):
    """Degrees, WGS 84, and how far to trust them."""

    latitude: float
    longitude: float
    kind: Kind


def positions(line: Line) -> Mapping[StationId, Position]:
    """The position of every station that has one or lies, on some train's way, between two that have one."""
    known = {station.id: place for station in line.stations.values() if (place := _stated(station)) is not None}
    found = dict(known)
    if len(known) < len(line.stations):
        lengths = _lengths(line)
        for train in line.trains.values():
            for station, place in _reckoned(train, known, lengths):
                found.setdefault(station, place)
    return found


def _stated(station: Station) -> Position | None:
    if station.latitude is None or station.longitude is None:
        return None
    kind: Kind = "known"
    if station.illustrative("latitude") or station.illustrative("longitude"):
        kind = "illustrative"
    elif station.precision == "city":
        kind = "city"
    return Position(station.latitude, station.longitude, kind)


def _lengths(line: Line) -> Mapping[tuple[StationId, StationId], float]:
    return {
        pair: section.km
        for section in line.sections
        for pair in ((section.start, section.end), (section.end, section.start))
    }


def _reckoned(
    train: Train, known: Mapping[StationId, Position], lengths: Mapping[tuple[StationId, StationId], float]
) -> Iterable[tuple[StationId, Position]]:
    """The stations on a train's way that have no coordinates and lie between two that have."""
    before: Position | None = None
    since = 0.0
    waiting: list[tuple[StationId, float]] = []
    previous: StationId | None = None
    for station in _way(train):
        if previous is not None:
            since += lengths.get((previous, station), 0.0)
        previous = station
        here = known.get(station)
        if here is None:
            waiting.append((station, since))
            continue
        if before is not None and since > 0:
            for between, km in waiting:
                share = km / since
                yield (
                    between,
                    Position(
                        before.latitude + share * (here.latitude - before.latitude),
                        before.longitude + share * (here.longitude - before.longitude),
                        "reckoned",
                    ),
                )
        before, since, waiting = here, 0.0, []


def _way(train: Train) -> Iterable[StationId]:
    if train.path:
        yield train.path[0][0]
    for segment in train.path:
        yield from segment[1:]
