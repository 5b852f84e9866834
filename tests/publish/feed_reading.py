"""A reader of GTFS written from the specification alone: it knows nothing of Rerail but the bytes of a feed.

GTFS Schedule Reference: a Time is "measured from noon minus 12h of the service day", in `agency_timezone`;
`stop_timezone` says what the stop's own clock shows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Row = Mapping[str, str]


@dataclass(frozen=True)
class ReadCall:
    """A call of a departure: instants in UTC, and what the stop's clock shows."""

    stop: str
    arrival: datetime
    departure: datetime
    arrival_clock: str
    departure_clock: str


@dataclass(frozen=True)
class ReadDeparture:
    trip: str
    service_day: date
    calls: tuple[ReadCall, ...]

    @property
    def start(self) -> datetime:
        return self.calls[0].departure


class Feed:
    """A GTFS feed as a journey planner would hold it."""

    def __init__(self, content: bytes) -> None:
        self.tables: dict[str, list[dict[str, str]]] = {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8")
                self.tables[name] = list(csv.DictReader(io.StringIO(text, newline="")))

    def __getitem__(self, name: str) -> list[dict[str, str]]:
        return self.tables.get(name, [])

    def by(self, name: str, key: str) -> dict[str, dict[str, str]]:
        return {row[key]: row for row in self[name]}

    @property
    def zone(self) -> ZoneInfo:
        (zone,) = {row["agency_timezone"] for row in self["agency.txt"]}
        return ZoneInfo(zone)

    def days(self, exception_type: str) -> dict[str, list[date]]:
        """Service → the days of this exception type, in order."""
        found: dict[str, list[date]] = defaultdict(list)
        for row in self["calendar_dates.txt"]:
            if row["exception_type"] == exception_type:
                day = row["date"]
                found[row["service_id"]].append(date(int(day[:4]), int(day[4:6]), int(day[6:])))
        return {service: sorted(days) for service, days in found.items()}

    def departures(self, exception_type: str = "1") -> list[ReadDeparture]:
        """Every departure: those that run, or with "2" those that are taken out."""
        stops = self.by("stops.txt", "stop_id")
        calls: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self["stop_times.txt"]:
            calls[row["trip_id"]].append(row)
        days = self.days(exception_type)
        found = []
        for trip in self["trips.txt"]:
            own = sorted(calls[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
            for day in days.get(trip["service_id"], []):
                noon = datetime(day.year, day.month, day.day, 12, tzinfo=self.zone).astimezone(UTC)
                origin = noon - timedelta(hours=12)
                found.append(
                    ReadDeparture(trip["trip_id"], day, tuple(_call(row, origin, stops[row["stop_id"]]) for row in own))
                )
        return sorted(found, key=lambda one: (one.start, one.trip))


def _call(row: Row, origin: datetime, stop: Row) -> ReadCall:
    arrival, departure = (origin + _seconds(row[name]) for name in ("arrival_time", "departure_time"))
    clock = ZoneInfo(stop["stop_timezone"])
    return ReadCall(
        row["stop_id"],
        arrival,
        departure,
        f"{arrival.astimezone(clock):%Y-%m-%d %H:%M}",
        f"{departure.astimezone(clock):%Y-%m-%d %H:%M}",
    )


def _seconds(text: str) -> timedelta:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    assert hours >= 0
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
