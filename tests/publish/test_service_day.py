"""GTFS's clock: seconds since noon minus twelve hours, in one zone, whatever clock a train keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from two_clocks import a_train

from rerail.line.dates import Dates
from rerail.line.model import Train
from rerail.line.timing import first_call_instant
from rerail.publish.gtfs.service_day import DAY, ServiceDays

ZONES = (
    "Asia/Vladivostok",  # +10, +11 until October 2014
    "Asia/Pyongyang",  # +9, +8:30 from August 2015 to May 2018
    "Europe/London",
    "Europe/Paris",
    "Europe/Moscow",
    "Australia/Lord_Howe",  # summer time of half an hour
    "Pacific/Apia",  # skipped 30 December 2011
    "Africa/Casablanca",  # off and on again around Ramadan
    "America/St_Johns",
)


def train_at(clock: str, zone: str, first_day: int = 0) -> Train:
    return a_train(
        "train",
        ("hither", None, 0),
        ("yonder", 60, None),
        leaves=clock,
        timed_by=zone,
        start=date(2010, 1, 1),
        railways=("home", "abroad"),
        first_day=first_day,
    )


@example("Pacific/Apia", "Europe/London", date(2011, 12, 1), 60, 0, 0)
@example("Asia/Vladivostok", "Pacific/Apia", date(2011, 12, 1), 60, 1439, 1)
@example("Africa/Casablanca", "Europe/Paris", date(2018, 4, 1), 400, 150, -1)
@settings(max_examples=60, deadline=None)
@given(
    agency=st.sampled_from(ZONES),
    timed_by=st.sampled_from(ZONES),
    since=st.dates(date(2011, 6, 1), date(2030, 1, 1)),
    length=st.integers(0, 400),
    minute=st.integers(0, 24 * 60 - 1),
    first_day=st.integers(-1, 1),
)
def test_every_date_is_reckoned_once_and_gives_back_the_instant_of_the_first_call(
    agency: str, timed_by: str, since: date, length: int, minute: int, first_day: int
) -> None:
    until = since + timedelta(days=length)
    train = train_at(f"{minute // 60:02d}:{minute % 60:02d}", timed_by, first_day)
    days = ServiceDays(agency, since, until)
    seen = Dates()
    for reckoning in days.reckon(train):
        assert not seen & reckoning.dates
        seen |= reckoning.dates
        assert reckoning.seconds >= 0
        for day in reckoning.dates:
            origin = days.origin(day - timedelta(days=reckoning.days_before))
            assert origin + timedelta(seconds=reckoning.seconds) == first_call_instant(train, day)
            if reckoning.days_before:
                assert first_call_instant(train, day) < days.origin(day - timedelta(days=reckoning.days_before - 1))
    assert seen == Dates.between(since, until)


def test_the_day_london_puts_its_clocks_forward_begins_an_hour_before_midnight() -> None:
    days = ServiceDays("Europe/London", date(2026, 3, 1), date(2026, 4, 30))
    assert days.origin(date(2026, 3, 28)) == datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
    # Noon on 29 March is 11:00 UTC; twelve hours before it is 23:00 on the 28th.
    assert days.origin(date(2026, 3, 29)) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)


def test_a_train_on_the_agency_s_own_clock_has_one_reckoning_though_the_clock_changes() -> None:
    days = ServiceDays("Europe/London", date(2026, 1, 1), date(2027, 1, 1))
    (only,) = days.reckon(train_at("20:01", "Europe/London"))
    assert (only.seconds, only.days_before) == (20 * 3600 + 60, 0)


def test_a_train_in_the_night_of_the_change_has_a_reckoning_of_its_own() -> None:
    # 00:30 on 29 March is before the change, an hour and a half after 23:00 UTC, when the service day began.
    days = ServiceDays("Europe/London", date(2026, 3, 1), date(2026, 4, 30))
    found = {one.seconds: one.dates for one in days.reckon(train_at("00:30", "Europe/London"))}
    assert found[90 * 60] == Dates.of([date(2026, 3, 29)])
    assert len(found[30 * 60]) == 59


def test_two_reckonings_where_one_side_keeps_summer_time_and_the_other_does_not() -> None:
    days = ServiceDays("Europe/Moscow", date(2026, 1, 1), date(2027, 1, 1))
    found = {one.seconds: one.dates for one in days.reckon(train_at("08:00", "Europe/Helsinki"))}
    assert set(found) == {9 * 3600, 8 * 3600}
    assert found[8 * 3600] == Dates.between(date(2026, 3, 29), date(2026, 10, 25))


def test_the_half_hour_of_pyongyang_splits_a_train_in_may_2018() -> None:
    days = ServiceDays("Asia/Vladivostok", date(2018, 4, 1), date(2018, 6, 1))
    found = {one.seconds: one.dates for one in days.reckon(train_at("12:00", "Asia/Pyongyang"))}
    assert found == {
        13 * 3600 + 1800: Dates.between(date(2018, 4, 1), date(2018, 5, 5)),
        13 * 3600: Dates.between(date(2018, 5, 5), date(2018, 6, 1)),
    }


def test_a_time_in_the_half_hour_that_pyongyang_skipped_moves_forward_by_the_skip() -> None:
    # On 4 May 2018 the clock went from 23:30 to 00:00: a train at 23:40 left when it showed 00:10.
    days = ServiceDays("Asia/Vladivostok", date(2018, 5, 4), date(2018, 5, 5))
    (only,) = days.reckon(train_at("23:40", "Asia/Pyongyang"))
    assert days.origin(date(2018, 5, 4)) + timedelta(seconds=only.seconds) == datetime(2018, 5, 4, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("leaves", "seconds", "days_before"),
    [
        ("00:30", DAY - 1800, 1),  # 23:30 in Pyongyang, the day before: GTFS has no negative times
        ("01:00", 0, 0),
        ("05:30", 4 * 3600 + 1800, 0),
    ],
)
def test_a_train_just_after_midnight_on_a_clock_ahead_belongs_to_the_agency_s_day_before(
    leaves: str, seconds: int, days_before: int
) -> None:
    days = ServiceDays("Asia/Pyongyang", date(2026, 1, 1), date(2027, 1, 1))
    (only,) = days.reckon(train_at(leaves, "Asia/Vladivostok"))
    assert (only.seconds, only.days_before) == (seconds, days_before)
