"""Two lines of other countries: a joint station printed in the other's time, and control before boarding."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from timetable_reading import BANGKOK, LONDON, at, run

from rerail.line.folder import load
from rerail.line.model import Line
from rerail.line.timing import call_times


@pytest.fixture(scope="module")
def bangkok() -> Line:
    return load(BANGKOK)


@pytest.fixture(scope="module")
def london() -> Line:
    return load(LONDON)


def test_bangkok_to_padang_besar_takes_18_hours_40_though_malaysia_is_an_hour_ahead(bangkok: Line) -> None:
    assert run(bangkok.trains["45"], "bangkok", "padang-besar") == timedelta(hours=18, minutes=40)
    assert run(bangkok.trains["46"], "padang-besar", "bangkok") == timedelta(hours=19, minutes=39)
    arrival = at(bangkok, "45", date(2022, 11, 1), "padang-besar").arrival
    assert arrival is not None
    assert (arrival.clock, arrival.days_after(date(2022, 11, 1))) == ("09:50", 1)


def test_both_states_control_in_the_joint_station_where_passengers_alight(bangkok: Line) -> None:
    controls = bangkok.crossings["padang-besar"].controls
    assert {(control.railway, control.towards) for control in controls} == {
        ("srt", "ktm"), ("ktm", "ktm"), ("srt", "srt"), ("ktm", "srt"),
    }  # fmt: skip
    assert {(control.station, control.mode) for control in controls} == {("padang-besar", "on-foot")}


@pytest.mark.parametrize("day", [date(2014, 1, 15), date(2014, 3, 30), date(2014, 7, 15), date(2014, 10, 26)])
def test_london_to_paris_keeps_its_printed_times_on_both_sides_of_summer_time(london: Line, day: date) -> None:
    left, arrived = (call for call in call_times(london, london.trains["london-paris-evening"], day))
    assert left.departure is not None
    assert arrived.arrival is not None
    assert (left.departure.clock, arrived.arrival.clock) == ("20:01", "23:24")
    assert arrived.arrival.instant - left.departure.instant == timedelta(hours=2, minutes=23)


def test_paris_to_london_takes_2_hours_24_and_495_km(london: Line) -> None:
    morning = london.trains["paris-london-morning"]
    assert run(morning, "paris", "london") == timedelta(hours=2, minutes=24)
    assert sum(morning.segment_km) == 495


def test_each_side_of_the_joint_station_has_its_list_in_its_own_language(bangkok: Line) -> None:
    assert bangkok.border is not None
    assert {(one.railway, one.language, one.minutes) for one in bangkok.border.authorities.values()} == {
        ("srt", "th", 60), ("ktm", "ms", 60),
    }  # fmt: skip


def test_a_line_that_sells_nothing_still_says_when_its_lists_close(london: Line) -> None:
    assert london.tariff is None
    assert london.border is not None
    assert [(one.id, one.minutes) for one in london.border.authorities.values()] == [
        ("british-border", 30), ("french-border", 30),
    ]  # fmt: skip
    assert [one.minutes for one in london.border.collections] == [120]


def test_both_states_control_before_boarding_at_both_ends(london: Line) -> None:
    controls = london.crossings["channel-tunnel"].controls
    assert {(control.station, control.railway) for control in controls} == {
        ("london", "hs1"), ("london", "sncf"), ("paris", "hs1"), ("paris", "sncf"),
    }  # fmt: skip
    assert {control.mode for control in controls} == {"before-boarding"}
