"""`rerail clocks`: on which dates which side's printed times shift."""

# ruff: noqa: DTZ001 - what a clock on a wall shows has no offset

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_line import SmallLine, timetable

from rerail.cli import clocks
from rerail.line.model import Line
from rerail.line.shifts import Shift, printed_shifts
from rerail.line.timing import call_times

SHUTTLE = """
    Khasan      dep 15:30   Asia/Vladivostok
    Tumangang   arr 14:48   Asia/Pyongyang
"""


def brief(shifts: tuple[Shift, ...]) -> list[str]:
    return [f"{shift.date} {shift.station} {shift.before} {shift.after} {shift.minutes:+d}" for shift in shifts]


def by_looking_at_every_date(line: Line, year: int) -> set[tuple[date, date, int, str, str, str]]:
    """The slow and plain way: every call of every date beside the same call of the day before."""
    found = set()
    train = line.trains["t"]
    for index in range(-10, 376):
        day = date(year, 1, 1) + timedelta(days=index)
        for before, after in zip(
            call_times(line, train, day - timedelta(days=1)), call_times(line, train, day), strict=True
        ):
            for kind in ("arrival", "departure"):
                old, new = getattr(before, kind), getattr(after, kind)
                if old is None or new.local.year != year:
                    continue
                if old.local.replace(tzinfo=None) + timedelta(days=1) != new.local.replace(tzinfo=None):
                    found.add((new.local.date(), day, after.index, kind, old.clock, new.clock))
    return found


def as_set(shifts: tuple[Shift, ...]) -> set[tuple[date, date, int, str, str, str]]:
    return {(shift.date, shift.service_date, shift.call, shift.kind, shift.before, shift.after) for shift in shifts}


def test_pyongyang_2015_moves_half_an_hour_back_on_15_august(tmp_path: Path) -> None:
    line = timetable(tmp_path, SHUTTLE, date(2024, 12, 16))
    assert brief(printed_shifts(line, 2015)) == ["2015-08-15 tumangang 14:48 14:18 -30"]


def test_pyongyang_2018_moves_half_an_hour_forward_on_5_may(tmp_path: Path) -> None:
    line = timetable(tmp_path, SHUTTLE, date(2024, 12, 16))
    assert brief(printed_shifts(line, 2018)) == ["2018-05-05 tumangang 14:18 14:48 +30"]


def test_neither_clock_moves_in_2026(tmp_path: Path) -> None:
    assert printed_shifts(timetable(tmp_path, SHUTTLE, date(2024, 12, 16)), 2026) == ()


def test_vladivostok_moved_until_2014_and_the_korean_side_with_it(tmp_path: Path) -> None:
    """The first call keeps its time; in 2014 the Russian clock went back an hour, so Tumangang read an hour more."""
    line = timetable(tmp_path, SHUTTLE, date(2024, 12, 16))
    assert brief(printed_shifts(line, 2014)) == ["2014-10-26 tumangang 13:48 14:48 +60"]


def test_london_and_paris_change_on_the_same_nights_so_a_day_train_never_shifts(tmp_path: Path) -> None:
    line = timetable(
        tmp_path,
        """
        Paris    dep 08:36   Europe/Paris
        London   arr 10:00   Europe/London
        """,
        date(2014, 6, 16),
    )
    assert printed_shifts(line, 2014) == ()


def test_a_night_train_between_them_shifts_on_two_nights_and_back_on_the_next(tmp_path: Path) -> None:
    """Out of London at 22:00 on 29 March 2014, it is in Paris on summer time; the next evening both are."""
    line = timetable(
        tmp_path,
        """
        London   dep 22:00     Europe/London
        Paris    arr 08:00+1   Europe/Paris
        """,
        date(2014, 6, 16),
    )
    assert brief(printed_shifts(line, 2014)) == [
        "2014-03-30 paris 08:00 09:00 +60",
        "2014-03-31 paris 09:00 08:00 -60",
        "2014-10-26 paris 08:00 07:00 -60",
        "2014-10-27 paris 07:00 08:00 +60",
    ]


def test_summer_time_on_one_side_shifts_the_other_twice_a_year(tmp_path: Path) -> None:
    line = timetable(
        tmp_path,
        """
        Berlin        dep 10:00   Europe/Berlin
        Kaliningrad   arr 17:00   Europe/Kaliningrad
        """,
        date(2025, 7, 1),
    )
    assert brief(printed_shifts(line, 2025)) == [
        "2025-03-30 kaliningrad 18:00 17:00 -60",
        "2025-10-26 kaliningrad 17:00 18:00 +60",
    ]


def test_timed_by_the_side_without_summer_time_the_first_call_shifts(tmp_path: Path) -> None:
    line = timetable(
        tmp_path,
        """
        Berlin        dep 10:00   Europe/Berlin
        Kaliningrad   arr 17:00   Europe/Kaliningrad
        """,
        date(2025, 7, 1),
        timed_by="Kaliningrad",
    )
    assert brief(printed_shifts(line, 2025)) == [
        "2025-03-30 berlin 09:00 10:00 +60",
        "2025-10-26 berlin 10:00 09:00 -60",
    ]


def test_a_departure_in_the_skipped_hour_shifts_for_one_day(tmp_path: Path) -> None:
    line = timetable(
        tmp_path,
        """
        Berlin    dep 02:30   Europe/Berlin
        Hamburg   arr 05:00   Europe/Berlin
        """,
        date(2025, 7, 1),
    )
    # A run over the doubled hour keeps its departure (the first 02:30) and arrives an hour earlier on the clock.
    assert brief(printed_shifts(line, 2025)) == [
        "2025-03-30 berlin 02:30 03:30 +60",
        "2025-03-30 hamburg 05:00 06:00 +60",
        "2025-03-31 berlin 03:30 02:30 -60",
        "2025-03-31 hamburg 06:00 05:00 -60",
        "2025-10-26 hamburg 05:00 04:00 -60",
        "2025-10-27 hamburg 04:00 05:00 +60",
    ]


ZONES = st.sampled_from(
    [
        "Asia/Vladivostok",
        "Asia/Pyongyang",
        "Europe/Moscow",
        "Europe/London",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Asia/Tehran",
        "Asia/Kolkata",
    ]
)


@settings(max_examples=25, deadline=None)
@given(ZONES, ZONES, st.integers(0, 23), st.sampled_from([15, 90, 1200, 4000]), st.booleans(), st.integers(2010, 2026))
def test_every_shift_is_found_that_comparing_all_dates_finds(
    tmp_path_factory: pytest.TempPathFactory, start: str, end: str, hour: int, run: int, by_end: bool, year: int
) -> None:
    from datetime import datetime

    from rerail.line.timing import instant, zone

    printed_for = date(2020, 1, 15)
    leaves = datetime(2020, 1, 15, hour, 10)
    arrives = (instant(leaves, start) + timedelta(minutes=run)).astimezone(zone(end))
    midnights = (arrives.date() - printed_for).days
    if midnights < -1:
        return
    line = timetable(
        tmp_path_factory.mktemp("law"),
        f"Start dep {leaves:%H:%M} {start}\nEnd arr {arrives:%H:%M}{f'{midnights:+d}' if midnights else ''} {end}",
        printed_for,
        timed_by="End" if by_end else "",
    )
    assert as_set(printed_shifts(line, year)) == by_looking_at_every_date(line, year)


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────


def printed(folder: Path, year: int, as_json: bool = False) -> str:
    out = io.StringIO()
    assert clocks.run(folder, year, as_json, out) == 0
    return out.getvalue()


def test_the_command_says_which_side_shifts_and_by_how_much(tmp_path: Path) -> None:
    text = printed(SmallLine(tmp_path).folder, 2018)
    assert text == (
        "2018-05-05, Saturday\n"
        "  the Korean side: printed times are 30 min later\n"
        "    direct, arrival at Tumangang: 07:20 becomes 07:50\n"
        "    direct, departure at Tumangang: 09:20 becomes 09:50\n"
        "    direct, arrival at Rajin: 10:50 becomes 11:20\n"
        "    shuttle, arrival at Tumangang: 14:18 becomes 14:48\n"
    )


def test_the_command_says_so_when_nothing_shifts(tmp_path: Path) -> None:
    assert printed(SmallLine(tmp_path).folder, 2026) == "2026: no printed time shifts on any date.\n"


def test_the_command_in_json(tmp_path: Path) -> None:
    folder = SmallLine(tmp_path).folder
    assert json.loads(printed(folder, 2026, as_json=True)) == []
    shifts = json.loads(printed(folder, 2015, as_json=True))
    assert shifts[-1] == {
        "date": "2015-08-15",
        "service_date": "2015-08-15",
        "train": "shuttle",
        "railway": "ksr",
        "station": "tumangang",
        "call": 1,
        "kind": "arrival",
        "before": "14:48",
        "after": "14:18",
        "minutes": -30,
    }
