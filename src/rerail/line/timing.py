"""Two clocks: from the time a station's clock shows to the instant, and back.

Instants are UTC underneath. A station shows its own clock, an IANA zone; a train that crosses a border is
printed in two of them, so it can arrive earlier on the clock than it left. This module is the only place
where a local time becomes an instant.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from rerail.line.model import Line, Station, Train


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of this name. Raises `zoneinfo.ZoneInfoNotFoundError` or `ValueError` if there is none."""
    return ZoneInfo(name)


def instant(local: datetime, zone_name: str) -> datetime:
    """The instant (UTC) at which a clock in this zone shows `local` (naive).

    A time inside a skipped hour moves forward by the skip; a time that is shown twice is the first of the
    two. Both are what PEP 495's fold=0 gives, which is also what RFC 5545 (section 3.3.5) prescribes.
    """
    return local.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def is_skipped(local: datetime, zone_name: str) -> bool:
    """Whether a clock in this zone never shows `local` (naive), because it is put forward over it."""
    back = instant(local, zone_name).astimezone(zone(zone_name)).replace(tzinfo=None)
    return back != local


def is_doubled(local: datetime, zone_name: str) -> bool:
    """Whether a clock in this zone shows `local` (naive) twice, because it is put back over it."""
    aware = local.replace(tzinfo=zone(zone_name))
    return not is_skipped(local, zone_name) and aware.utcoffset() != aware.replace(fold=1).utcoffset()


def offset_at(moment: datetime, zone_name: str) -> timedelta:
    """What the clock of this zone adds to UTC at an instant."""
    offset = moment.astimezone(zone(zone_name)).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset


@lru_cache(maxsize=262_144)
def _instant_of_day(day: date, time_of_day: time, zone_name: str) -> datetime:
    return instant(datetime.combine(day, time_of_day), zone_name)


def first_call_instant(train: Train, service_date: date) -> datetime:
    """When the train leaves (UTC) its first call on a service date.

    The first call keeps its time on the clock of the railway that the train is `timed_by`. The conversion
    is cached by date and time of day, so that a folder of 2,000 trains asks each zone once per date.
    """
    hours, minutes = train.first_time.split(":")
    day = service_date + timedelta(days=train.first_day) if train.first_day else service_date
    return _instant_of_day(day, time(int(hours), int(minutes)), train.timing_clock)


class StationTime(Struct, frozen=True):
    """A moment as a station shows it."""

    instant: datetime
    """UTC."""
    zone: str
    local: datetime
    """Aware, in `zone`."""
    working_label: str = ""
    """"МСК+7" where the railway prints the difference to its working clock; else empty."""

    @property
    def clock(self) -> str:
        """ "HH:MM" as the station's clock shows it."""
        return self.local.strftime("%H:%M")

    def days_after(self, service_date: date) -> int:
        """How many midnights of this station's clock lie between the service date and this moment's date."""
        return (self.local.date() - service_date).days


class CallTimes(Struct, frozen=True):
    """One call of a departure, on its station's clock."""

    index: int
    station: Station
    arrival: StationTime | None
    departure: StationTime | None


def working_label(label: str, at: datetime, station_zone: str, working_zone: str) -> str:
    """ "МСК+7": the station's clock less the railway's working clock, as Russian Railways print it.

    Local times with this note are on passenger documents since 1 August 2018. Zero is printed as the bare
    label, half hours as "МСК+5:30".
    """
    minutes = round((offset_at(at, station_zone) - offset_at(at, working_zone)).total_seconds() / 60)
    if minutes == 0:
        return label
    hours, rest = divmod(abs(minutes), 60)
    return f"{label}{'+' if minutes > 0 else '−'}{hours}{f':{rest:02d}' if rest else ''}"


def station_time(line: Line, station: Station, moment: datetime, language: str) -> StationTime:
    """A moment (UTC) on a station's clock, with its railway's working-clock label in this language."""
    railway = line.railways[station.railway]
    label = ""
    if railway.clock_label:
        label = working_label(line.text(railway.clock_label, language), moment, station.clock, railway.clock)
    return StationTime(moment, station.clock, moment.astimezone(zone(station.clock)), label)


def call_times(line: Line, train: Train, service_date: date, language: str = "en") -> tuple[CallTimes, ...]:
    """Every call of a train on a service date, each on its own station's clock."""
    start = first_call_instant(train, service_date)

    def at(station: Station, seconds: int | None) -> StationTime | None:
        if seconds is None:
            return None
        return station_time(line, station, start + timedelta(seconds=seconds), language)

    return tuple(
        CallTimes(index, station, at(station, call.arrival), at(station, call.departure))
        for index, call in enumerate(train.calls)
        for station in (line.stations[call.station],)
    )
