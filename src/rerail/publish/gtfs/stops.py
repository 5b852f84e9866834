"""stops.txt and transfers.txt: where trains call and where one changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rerail.life.timetable import Timetable
from rerail.line.model import Line, RouteId, Station, StationId, Text
from rerail.publish import wording
from rerail.publish.gtfs.table import Table
from rerail.publish.gtfs.trips import Trip
from rerail.publish.positions import Position, positions

CODES: Final = ("express3", "uic", "esr")
"""Which of a station's codes is its `stop_code`: the one on tickets first."""

_NOTES: Final[Mapping[str, Text]] = {
    "city": wording.CITY_POSITION,
    "illustrative": wording.ILLUSTRATIVE_POSITION,
    "reckoned": wording.RECKONED_POSITION,
}


class Stops:
    """The stations of every edition that can be shown on a map, each as its newest edition has it."""

    def __init__(self, timetable: Timetable) -> None:
        self.stations: Final[dict[StationId, Station]] = {}
        self.positions: Final[dict[StationId, Position]] = {}
        self._lines: Final[dict[StationId, Line]] = {}
        for edition in reversed(timetable.editions):
            for station, position in positions(edition.line).items():
                if station not in self.positions:
                    self.stations[station] = edition.line.stations[station]
                    self.positions[station] = position
                    self._lines[station] = edition.line

    def __contains__(self, station: object) -> bool:
        return station in self.positions

    def note(self, station: StationId, language: str) -> str:
        """How far to trust the position of a stop; empty if it is the station's own."""
        text = _NOTES.get(self.positions[station].kind)
        return wording.phrase(self._lines[station], text, language) if text else ""

    def name(self, station: StationId, language: str) -> str:
        """The station's name in a language."""
        return self._lines[station].text(self.stations[station].names, language)


def called_at(line: Line, trips: Iterable[Trip], stops: Stops) -> tuple[StationId, ...]:
    """The stops of the feed: where any train of the line calls, whether it runs now or not."""
    called = {call.station for train in line.trains.values() for call in train.calls}
    called.update(stop.station for trip in trips for stop in trip.stops)
    return tuple(station for station in stops.stations if station in called)


def stops_table(called: Sequence[StationId], stops: Stops, language: str) -> Table:
    """stops.txt. Every stop shows its own clock (`stop_timezone`), whatever zone the feed reckons in."""
    header = (
        "stop_id",
        "stop_code",
        "stop_name",
        "stop_desc",
        "stop_lat",
        "stop_lon",
        "location_type",
        "stop_timezone",
    )
    rows = []
    for each in called:
        station, position = stops.stations[each], stops.positions[each]
        rows.append(
            (
                each,
                next((station.codes[code] for code in CODES if code in station.codes), ""),
                stops.name(each, language),
                stops.note(each, language),
                f"{position.latitude:.6f}",
                f"{position.longitude:.6f}",
                "0",
                station.clock,
            )
        )
    return Table("stops.txt", header, rows)


def transfers_table(called: Sequence[StationId], trips: Iterable[Trip], stops: Stops) -> Table:
    """transfers.txt: the shortest change where trains of more than one route call.

    Where only one route calls there is nothing to change to but the train back.
    """
    arriving: dict[StationId, set[RouteId]] = {}
    leaving: dict[StationId, set[RouteId]] = {}
    for trip in trips:
        for stop in trip.stops:
            if stop.drop_off == 0:
                arriving.setdefault(stop.station, set()).add(trip.route)
            if stop.pickup != 1:
                leaving.setdefault(stop.station, set()).add(trip.route)
    rows = [
        (each, each, "2", str(stops.stations[each].transfer_minutes * 60))
        for each in called
        if any(route != other for route in arriving.get(each, ()) for other in leaving.get(each, ()))
    ]
    return Table("transfers.txt", ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time"), rows)
