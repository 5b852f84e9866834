"""A line of two railways for tests of the life: North (at UTC+10) and South (at UTC+9), one border between.

North ── Border ── South
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import pairwise

import msgspec

from rerail.life.consent import Life
from rerail.life.journal import Entry
from rerail.life.timetable import Edition, Timetable
from rerail.line.model import (
    Call,
    Line,
    Provenance,
    Railway,
    Route,
    Rule,
    RunningDays,
    Station,
    Train,
)

MADE_UP = Provenance(illustrative=True)
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def railway(name: str, clock: str) -> Railway:
    return Railway(
        provenance=MADE_UP,
        id=name,
        names={"en": name.title()},
        short_names={"en": name.title()},
        side={"en": f"the {name}ern side"},
        country="XX",
        currency="XXX",
        languages=("en",),
        clock=clock,
    )


def station(name: str, of: str, clock: str) -> Station:
    return Station(provenance=MADE_UP, id=name, names={"en": name.title()}, railway=of, clock=clock)


def train(
    name: str = "express",
    *,
    rule: str | None = "FREQ=DAILY",
    start: date = date(2026, 1, 1),
    dates: Iterable[date] = (),
    leaves: str = "22:00",
    railways: tuple[str, ...] = ("north", "south"),
    stations: tuple[str, ...] = ("norton", "sutton"),
) -> Train:
    """A train that takes two hours from call to call."""
    last = len(stations) - 1
    return Train(
        provenance=MADE_UP,
        id=name,
        names={"en": name.title()},
        route="through",
        direction="outbound",
        numbers=dict.fromkeys(railways, "1"),
        calls=tuple(
            Call(
                provenance=MADE_UP,
                station=where,
                arrival=index * 7200 - 600 if index else None,
                departure=index * 7200 if index < last else None,
            )
            for index, where in enumerate(stations)
        ),
        path=tuple(pairwise(stations)),
        segment_km=(100.0,) * last,
        segment_railways=(railways,) * last,
        railways=railways,
        crossings=("border",) if len(railways) > 1 else (),
        printed_for=start,
        first_time=leaves,
        first_day=0,
        timing_clock="Asia/Vladivostok",
        running_days=RunningDays(
            provenance=MADE_UP, rules=(Rule(rrule=rule, start=start),) if rule else (), dates=tuple(dates)
        ),
        through=True,
    )


def line(*trains: Train, content: str = "first") -> Line:
    """A line with these trains, all of one route."""
    return Line(
        provenance=MADE_UP,
        id="two-railways",
        names={"en": "Norton – Sutton"},
        languages=("en",),
        agency="north",
        sources={},
        railways={
            "north": railway("north", "Asia/Vladivostok"),
            "south": railway("south", "Asia/Pyongyang"),
        },
        stations={
            "norton": station("norton", "north", "Asia/Vladivostok"),
            "middleton": station("middleton", "north", "Asia/Vladivostok"),
            "sutton": station("sutton", "south", "Asia/Pyongyang"),
        },
        sections=(),
        gauge_breaks=(),
        crossings={},
        routes={"through": Route(provenance=MADE_UP, id="through", names={"en": "Through"}, principal=True)},
        coach_types={},
        trains={one.id: one for one in trains},
        notices=(),
        history=(),
        content=content,
    )


def entry(kind: str, railway: str | None, start: date, until: date | None = None, **more: object) -> Entry:
    """A journal entry; known and recorded in its first minute unless said."""
    fields: dict[str, object] = {
        "seq": 1,
        "id": f"{kind}-{railway}-{start}",
        "kind": kind,
        "railway": railway,
        "trains": None,
        "start": start,
        "until": until,
        "known": BEGINNING,
        "recorded": BEGINNING,
        "who": {"en": "somebody"},
        "reason": {"en": "a reason"},
        "origin": "live",
    }
    return Entry(**{**fields, **more})  # type: ignore[arg-type]


def numbered(*entries: Entry) -> tuple[Entry, ...]:
    """The entries in this order as a journal holds them."""
    return tuple(msgspec.structs.replace(one, seq=number) for number, one in enumerate(entries, start=1))


def life(
    of: Line,
    *entries: Entry,
    window: tuple[date, date] = (date(2026, 1, 1), date(2027, 1, 1)),
    known: date | None = None,
) -> Life:
    """The life of a line with one edition."""
    return Life(Timetable([Edition(1, of, BEGINNING)]), numbered(*entries), window, known)
