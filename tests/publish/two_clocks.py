"""Small lines for tests of the feeds: two stations on two clocks, a train or two, consents as the test says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

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
    Section,
    Station,
    Train,
)
from rerail.publish.publication import Publication

KNOWN = Provenance(sources=("S1",))
MADE_UP = Provenance(illustrative=True)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
SITE = "https://trains.example"


def a_railway(name: str, clock: str) -> Railway:
    return Railway(
        provenance=KNOWN,
        id=name,
        names={"en": f"{name.title()} Railway", "ru": f"Дорога {name}"},
        short_names={"en": name.title()},
        side={"en": f"the {name} side", "ru": f"сторона {name}"},
        country="XX",
        currency="XXX",
        languages=("en",),
        clock=clock,
    )


def a_station(name: str, railway: str, clock: str, place: tuple[float, float] | None, **more: object) -> Station:
    fields: dict[str, object] = {
        "provenance": KNOWN,
        "id": name,
        "names": {"en": name.title(), "ru": f"Станция {name}"},
        "railway": railway,
        "clock": clock,
    }
    if place is not None:
        fields |= {"latitude": place[0], "longitude": place[1], "precision": "station"}
    return Station(**{**fields, **more})  # type: ignore[arg-type]


def a_train(
    name: str,
    *calls: tuple[str, int | None, int | None],
    leaves: str,
    timed_by: str,
    start: date,
    railways: tuple[str, ...],
    **more: object,
) -> Train:
    """A daily train. Calls are a station, and the minutes after the first departure of arrival and departure."""
    stations = [station for station, _, _ in calls]
    fields: dict[str, object] = {
        "provenance": KNOWN,
        "id": name,
        "names": {"en": name.title()},
        "route": "through",
        "direction": "outbound",
        "numbers": dict.fromkeys(railways, "7"),
        "calls": tuple(
            Call(
                provenance=KNOWN,
                station=station,
                arrival=None if arrives is None else arrives * 60,
                departure=None if leaves_again is None else leaves_again * 60,
            )
            for station, arrives, leaves_again in calls
        ),
        "path": tuple(pairwise(stations)),
        "segment_km": (10.0,) * (len(stations) - 1),
        "segment_railways": (railways,) * (len(stations) - 1),
        "railways": railways,
        "crossings": (),
        "printed_for": start,
        "first_time": leaves,
        "first_day": 0,
        "timing_clock": timed_by,
        "running_days": RunningDays(provenance=KNOWN, rules=(Rule(rrule="FREQ=DAILY", start=start),)),
        "through": True,
    }
    return Train(**{**fields, **more})  # type: ignore[arg-type]


def a_line(
    *trains: Train, here: str, there: str, stations: tuple[Station, ...] = (), sections: tuple[Section, ...] = ()
) -> Line:
    """Railway `home` on the clock `here`, railway `abroad` on the clock `there`; Hither and Yonder, and more."""
    known = [
        a_station("hither", "home", here, (43.0, 131.0)),
        a_station("yonder", "abroad", there, (42.0, 130.0)),
        *stations,
    ]
    return Line(
        provenance=KNOWN,
        id="two-clocks",
        names={"en": "Hither – Yonder", "ru": "Туда – сюда"},
        languages=("en", "ru"),
        agency="home",
        sources={},
        railways={"home": a_railway("home", here), "abroad": a_railway("abroad", there)},
        stations={one.id: one for one in known},
        sections=sections,
        gauge_breaks=(),
        crossings={},
        routes={
            "through": Route(provenance=KNOWN, id="through", names={"en": "Through", "ru": "Прямой"}, principal=True),
            "other": Route(provenance=KNOWN, id="other", names={"en": "Other", "ru": "Другой"}),
        },
        coach_types={},
        trains={one.id: one for one in trains},
        notices=(),
        history=(),
        content="first",
    )


def an_entry(kind: str, railway: str | None, start: date, until: date | None = None, **more: object) -> Entry:
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
        "reason": {"en": "a reason."},
        "origin": "live",
    }
    return Entry(**{**fields, **more})  # type: ignore[arg-type]


def published(
    line: Line | list[Edition], *entries: Entry, today: date, until: date, since: date | None = None, demo: bool = False
) -> Publication:
    """The line as published on a day, every railway letting everything run but for these entries."""
    editions = line if isinstance(line, list) else [Edition(1, line, BEGINNING)]
    everyone = [an_entry("grant", railway, date(2000, 1, 1)) for railway in editions[-1].line.railways]
    life = Life(Timetable(editions), (*everyone, *entries), (since or date(2000, 1, 1), until))
    return Publication(life=life, today=today, versions=(len(entries), len(editions)), demo=demo, site=SITE)
