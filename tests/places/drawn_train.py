"""Trains for tests of places, and departures drawn as small timetables: a row per place, a letter per segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from rerail.line.coach_plan import places_of
from rerail.line.model import Call, Coach, CoachType, Line, Place, Provenance, RunningDays, Train
from rerail.places.model import Claim, CompartmentRule, DepartureKey, Spot
from rerail.places.occupancy import Occupancy
from rerail.places.seats import Seats

MADE_UP = Provenance(illustrative=True)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
KEY = DepartureKey("through", date(2026, 12, 1))

SLEEPER = ["2u 4u | 6u 8u | 10u 12u", "1l 3l | 5l 7l | 9l 11l", "="]
"""Three compartments of four: 1–4, 5–8, 9–12."""

SEATED = ["1s 5s 9s", "2s 6s 10s", "=", "3s 7s 11s", "4w 8s 12s"]
"""Twelve places without walls, one of them for a wheelchair."""


def coach(
    number: str, first: int, last: int, kind: str = "sleeper", traffic: str = "any", railway: str = "north"
) -> Coach:
    made = Coach(provenance=MADE_UP, number=number, type=kind, railway=railway, first_call=first, last_call=last)
    return msgspec.convert({**msgspec.structs.asdict(made), "traffic": traffic}, Coach)


def coach_type(name: str, plan: Sequence[str], travel_class: str = "second") -> CoachType:
    places, faults = places_of(plan)
    assert not faults
    return msgspec.convert(
        {
            "provenance": MADE_UP,
            "id": name,
            "names": {"en": name},
            "travel_class": travel_class,
            "accommodation": "sleeper" if name == "sleeper" else "seats",
            "gauges": (1520,),
            "places": places,
        },
        CoachType,
    )


def many_seats(count: int) -> tuple[Place, ...]:
    """Seats numbered from 1, four across, no walls."""
    return tuple(
        Place(number=str(n + 1), kind="seat", compartment=None, row=n % 4, column=n // 4, window=n % 4 in (0, 3))
        for n in range(count)
    )


def train(calls: int, *coaches: Coach, border_after: int | None = None) -> Train:
    """A train with so many calls; from call `border_after` on it is on the other railway."""
    border = calls if border_after is None else border_after
    return Train(
        provenance=MADE_UP,
        id=KEY.train,
        names={"en": "Through"},
        route="through",
        direction="outbound",
        numbers={"north": "1"},
        calls=tuple(
            Call(provenance=MADE_UP, station=f"s{index}", arrival=index * 600, departure=index * 600 + 60)
            for index in range(calls)
        ),
        path=tuple((f"s{index}", f"s{index + 1}") for index in range(calls - 1)),
        segment_km=(10.0,) * (calls - 1),
        segment_railways=tuple(("north",) if index < border else ("south",) for index in range(calls - 1)),
        railways=("north", "south"),
        crossings=("border",),
        printed_for=date(2026, 1, 1),
        first_time="10:00",
        first_day=0,
        timing_clock="Asia/Vladivostok",
        running_days=RunningDays(provenance=MADE_UP),
        through=True,
        consist=coaches,
    )


def line(*types: CoachType) -> Line:
    """A line of which only the kinds of coach matter here."""
    return Line(
        provenance=MADE_UP,
        id="drawn",
        names={"en": "Drawn"},
        languages=("en",),
        agency="north",
        sources={},
        railways={},
        stations={},
        sections=(),
        gauge_breaks=(),
        crossings={},
        routes={},
        coach_types={one.id: one for one in (*types, coach_type("sleeper", SLEEPER), coach_type("seated", SEATED))},
        trains={},
        notices=(),
        history=(),
        content="drawn",
    )


def seats_of(of: Train, *types: CoachType) -> Seats:
    return Seats(line(*types), of)


def claim_on(spot: Spot, until: datetime | None = None, rule: CompartmentRule | None = None) -> Claim:
    return Claim(departure=KEY, spot=spot, booking="B", part=1, until=until, compartment=rule)


def drawn(picture: str) -> Occupancy:
    """What is taken, drawn: "1-3  ##.w." is place 3 of coach 1, taken on segments 0, 1 (by one) and 3 (women only).

    `#` and `=` are claims without a rule (two signs, to draw neighbours), `w` `m` `x` `W` under women, men, mixed,
    whole.
    """
    rules: dict[str, CompartmentRule | None] = {
        "#": None,
        "=": None,
        "w": "women",
        "m": "men",
        "x": "mixed",
        "W": "whole",
    }
    occupancy = Occupancy(KEY)
    for row in picture.strip().splitlines():
        name, signs = row.split()
        number, _, place = name.partition("-")
        start = 0
        for index in range(1, len(signs) + 1):
            if index == len(signs) or signs[index] != signs[start]:
                if signs[start] != ".":
                    occupancy.note([claim_on(Spot(number, place, start, index), rule=rules[signs[start]])])
                start = index
    return occupancy
