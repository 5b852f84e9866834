"""The search finds exactly what trying everything finds."""

from __future__ import annotations

from datetime import date

from brute_force import Shape, best_shapes
from drawn_timetable import WEEKDAYS, drawn, lived
from hypothesis import given, settings
from hypothesis import strategies as st

from rerail.journey import search
from rerail.line.model import Line

STATIONS = ("A", "B", "C", "D", "E")
MONDAY = date(2026, 3, 23)
"""In this week the clocks of Europe go forward and those of Asia do not."""

HEADER = """
    A: Asia/Vladivostok, transfer 10
    B: Asia/Pyongyang, transfer 60
    C: Europe/Moscow, transfer 0
    D: Europe/Berlin, transfer 30
    E: Asia/Vladivostok, transfer 10
"""


@st.composite
def timetables(draw: st.DrawFn) -> Line:
    """A few trains over five stations with four clocks, calling at some, on some weekdays, at odd hours."""
    blocks = [HEADER]
    for number in range(draw(st.integers(2, 5))):
        route = draw(st.lists(st.sampled_from(STATIONS), min_size=2, max_size=4, unique=True))
        days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=2))
        hours = draw(st.lists(st.integers(0, 23), min_size=len(route), max_size=len(route)))
        rows = []
        for index, (station, hour) in enumerate(zip(route, hours, strict=True)):
            arrival = f"arr {hour:02d}:00" if index else ""
            departure = f"dep {hour:02d}:{draw(st.sampled_from((10, 30)))}" if index < len(route) - 1 else ""
            flag = draw(st.sampled_from(("", "", "", "", "no boarding", "no alighting")))
            rows.append(f"    {station} {arrival} {departure} {flag}")
        blocks.append("\n".join([f"train{number}, {' '.join(sorted(days))}", *rows]))
    return drawn("\n\n".join(blocks), printed_for=MONDAY)


@settings(max_examples=150, deadline=None)
@given(timetables(), st.integers(0, 7), st.permutations(STATIONS))
def test_every_journey_that_no_other_beats_and_no_other(line: Line, later: int, stations: list[str]) -> None:
    life = lived(line)
    day = date.fromordinal(MONDAY.toordinal() + later)
    origin, destination = stations[:2]
    answer = search(life, origin, destination, day)
    found = [Shape(journey.departure, journey.arrival, len(journey.changes)) for journey in answer.journeys]
    assert len(found) == len(set(found))
    assert set(found) == best_shapes(life, origin, destination, day)
    assert bool(found) == (answer.refusal is None)


@settings(max_examples=60, deadline=None)
@given(timetables(), st.permutations(STATIONS))
def test_the_next_day_is_the_first_one_with_a_journey(line: Line, stations: list[str]) -> None:
    life = lived(line)
    origin, destination = stations[:2]
    answer = search(life, origin, destination, MONDAY)
    week = [date.fromordinal(MONDAY.toordinal() + later) for later in range(1, 15)]
    with_journey = [day for day in week if search(life, origin, destination, day).journeys]
    if not answer.journeys:
        assert answer.next_day == next(iter(with_journey), None)


@settings(max_examples=60, deadline=None)
@given(timetables(), st.permutations(STATIONS))
def test_each_ride_leaves_from_where_and_after_the_one_before_arrived(line: Line, stations: list[str]) -> None:
    life = lived(line)
    for journey in search(life, stations[0], stations[1], MONDAY).journeys:
        assert journey.legs[0].origin.id == stations[0]
        assert journey.legs[-1].destination.id == stations[1]
        for before, after in zip(journey.legs, journey.legs[1:], strict=False):
            assert before.destination.id == after.origin.id
            assert (after.leaves - before.arrives).total_seconds() >= before.destination.transfer_minutes * 60
        assert all(leg.departure.runs for leg in journey.legs)
