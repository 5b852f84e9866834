"""A timetable drawn as text becomes a line and its life, so that a test shows what a passenger would read.

    Khasan:     Asia/Vladivostok, transfer 30
    Tumangang:  Asia/Pyongyang

    shuttle, Mon Wed Fri
        Khasan      dep 15:30
        Tumangang   arr 14:50

A station stands on the clock of the station before it unless it is introduced with its own; every zone is a
railway of its own, called by its city. A time before the one above it, on the same clock, is after midnight; a
difference of clocks is seen through. "no boarding" and "no alighting" stand behind a call, "groups only" behind
the running days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rerail.life.consent import Life
from rerail.life.journal import Entry
from rerail.life.timetable import Edition, Timetable
from rerail.line.model import Call, Line, Provenance, Railway, Route, Rule, RunningDays, Station, Train

MADE_UP = Provenance(illustrative=True)
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
SEASON = (date(2026, 1, 1), date(2027, 1, 1))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def drawn(text: str, printed_for: date = date(2026, 1, 5)) -> Line:
    """The line that a drawn timetable describes, its times printed for a date (a Monday)."""
    zones: dict[str, str] = {}
    transfers: dict[str, int] = {}
    trains: list[Train] = []
    head: str | None = None
    calls: list[str] = []
    for row in [*text.splitlines(), ""]:
        words = row.strip()
        introduced = re.fullmatch(r"(\w+):\s+([\w/]+)(?:, transfer (\d+))?", words)
        if introduced:
            zones[introduced[1]] = introduced[2]
            transfers[introduced[1]] = int(introduced[3] or 10)
        elif re.search(r"\b(arr|dep)\b", words):
            calls.append(words)
        elif words or calls:
            if head and calls:
                trains.append(_train(head, calls, zones, printed_for))
            head, calls = words or head, []
    return _line(trains, zones, transfers)


def lived(line: Line, *entries: Entry, window: tuple[date, date] = SEASON) -> Life:
    """The life of a line on which every railway lets everything run, but for these entries."""
    everyone = [entry("grant", railway, date(2020, 1, 1)) for railway in line.railways]
    return Life(Timetable([Edition(1, line, BEGINNING)]), (*everyone, *entries), window)


def entry(
    kind: str, railway: str | None, start: date, until: date | None = None, trains: tuple[str, ...] | None = None
) -> Entry:
    """A journal entry."""
    return Entry(
        seq=1,
        id=f"{kind}-{railway}-{start}",
        kind=kind,  # type: ignore[arg-type]
        railway=railway,
        trains=trains,
        start=start,
        until=until,
        known=BEGINNING,
        recorded=BEGINNING,
        who={"en": "somebody"},
        reason={"en": "a reason"},
        origin="live",
    )


def _train(head: str, rows: list[str], zones: dict[str, str], printed_for: date) -> Train:
    name, _, rest = head.partition(",")
    days = [day for day in WEEKDAYS if day in rest]
    start: datetime | None = None
    latest: datetime | None = None
    calls: list[Call] = []
    zone = next(iter(zones.values()), "Asia/Vladivostok")
    for row in rows:
        station = row.split()[0]
        zone = zones.setdefault(station, zone)
        moments: dict[str, int] = {}
        for what, shown in re.findall(r"\b(arr|dep) (\d\d:\d\d)", row):
            moment = datetime.combine(printed_for, time.fromisoformat(shown), tzinfo=ZoneInfo(zone)).astimezone(UTC)
            while latest is not None and moment < latest:
                moment += timedelta(days=1)
            start, latest = start or moment, moment
            moments[what] = int((moment - start).total_seconds())
        calls.append(
            Call(
                provenance=MADE_UP,
                station=station,
                arrival=moments.get("arr"),
                departure=moments.get("dep"),
                boarding="no boarding" not in row,
                alighting="no alighting" not in row,
            )
        )
    stations = tuple(call.station for call in calls)
    own = [_railway(zones[station]) for station in stations]
    first = re.search(r"dep (\d\d:\d\d)", rows[0])
    assert first is not None
    rule = f"FREQ=WEEKLY;BYDAY={','.join(day[:2].upper() for day in days)}" if days else "FREQ=DAILY"
    return Train(
        provenance=MADE_UP,
        id=name,
        names={"en": name},
        route="all",
        direction="outbound",
        numbers=dict.fromkeys(own, "1"),
        calls=tuple(calls),
        path=tuple(pairwise(stations)),
        segment_km=(1.0,) * (len(calls) - 1),
        segment_railways=tuple(tuple(dict.fromkeys(pair)) for pair in pairwise(own)),
        railways=tuple(dict.fromkeys(own)),
        crossings=(),
        printed_for=printed_for,
        first_time=first[1],
        first_day=0,
        timing_clock=zones[stations[0]],
        running_days=RunningDays(provenance=MADE_UP, rules=(Rule(rrule=rule, start=date(2020, 1, 1)),)),
        through="change of coaches" not in rest,
        change_at=stations if "change of coaches" in rest else (),
        groups_only="groups only" in rest,
    )


def _railway(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].lower()


def _line(trains: list[Train], zones: Mapping[str, str], transfers: Mapping[str, int]) -> Line:
    return Line(
        provenance=MADE_UP,
        id="drawn",
        names={"en": "Drawn"},
        languages=("en",),
        agency=_railway(next(iter(zones.values()))),
        sources={},
        railways={
            _railway(zone): Railway(
                provenance=MADE_UP,
                id=_railway(zone),
                names={"en": _railway(zone).title()},
                short_names={"en": _railway(zone).title()},
                side={"en": f"the {_railway(zone).title()} side"},
                country="XX",
                currency="XXX",
                languages=("en",),
                clock=zone,
            )
            for zone in zones.values()
        },
        stations={
            name: Station(
                provenance=MADE_UP,
                id=name,
                names={"en": name},
                railway=_railway(zone),
                clock=zone,
                transfer_minutes=transfers.get(name, 10),
            )
            for name, zone in zones.items()
        },
        sections=(),
        gauge_breaks=(),
        crossings={},
        routes={"all": Route(provenance=MADE_UP, id="all", names={"en": "All"}, principal=True)},
        coach_types={},
        trains={train.id: train for train in trains},
        notices=(),
        history=(),
        content="drawn",
    )
