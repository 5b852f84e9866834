"""Two clocks: timetables as a railway prints them, and what lies underneath.

Read them in order: one border, a clock with half an hour, summer time on one side, midnights, the service date.
"""

# ruff: noqa: DTZ001 - what a clock on a wall shows has no offset

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_line import SmallLine, timetable

from rerail.line.model import Line
from rerail.line.timing import call_times, first_call_instant, instant, is_doubled, is_skipped, zone


def shown(line: Line, day: date) -> list[str]:
    """What the stations' clocks show for the train of a date: "Khasan dep 15:30"."""
    rows = []
    for call in call_times(line, line.trains["t"], day):
        for word, time in (("arr", call.arrival), ("dep", call.departure)):
            if time is not None:
                midnights = time.days_after(day)
                rows.append(f"{call.station.names['en']} {word} {time.clock}{f'{midnights:+d}' if midnights else ''}")
    return rows


def minutes(line: Line, start: str, end: str) -> int:
    """Running time from leaving one station to arriving at another."""
    calls = {call.station: call for call in line.trains["t"].calls}
    arrival, departure = calls[end].arrival, calls[start].departure
    assert arrival is not None
    assert departure is not None
    return (arrival - departure) // 60


def test_1_arrives_earlier_on_the_clock_than_it_left(tmp_path: Path) -> None:
    shuttle = timetable(
        tmp_path,
        """
        Khasan      dep 15:30   Asia/Vladivostok
        Tumangang   arr 14:48   Asia/Pyongyang
        """,
        printed_for=date(2024, 12, 16),
    )
    assert minutes(shuttle, "khasan", "tumangang") == 18
    assert shown(shuttle, date(2025, 7, 1)) == ["Khasan dep 15:30", "Tumangang arr 14:48"]


def test_2_instants_are_utc(tmp_path: Path) -> None:
    shuttle = timetable(
        tmp_path,
        """
        Khasan      dep 15:30   Asia/Vladivostok
        Tumangang   arr 14:48   Asia/Pyongyang
        """,
        printed_for=date(2024, 12, 16),
    )
    khasan, tumangang = call_times(shuttle, shuttle.trains["t"], date(2024, 12, 18))
    assert khasan.departure is not None
    assert tumangang.arrival is not None
    assert khasan.departure.instant == datetime(2024, 12, 18, 5, 30, tzinfo=UTC)
    assert tumangang.arrival.instant == datetime(2024, 12, 18, 5, 48, tzinfo=UTC)


def test_3_a_clock_with_half_an_hour(tmp_path: Path) -> None:
    """From 15 August 2015 to 4 May 2018 Pyongyang was at UTC+8:30: the same 18 minutes, another time printed."""
    shuttle = timetable(
        tmp_path,
        """
        Khasan      dep 15:30   Asia/Vladivostok
        Tumangang   arr 14:18   Asia/Pyongyang
        """,
        printed_for=date(2017, 3, 1),
    )
    assert minutes(shuttle, "khasan", "tumangang") == 18
    assert shown(shuttle, date(2015, 8, 14))[1] == "Tumangang arr 14:48"
    assert shown(shuttle, date(2015, 8, 15))[1] == "Tumangang arr 14:18"
    assert shown(shuttle, date(2018, 5, 4))[1] == "Tumangang arr 14:18"
    assert shown(shuttle, date(2018, 5, 5))[1] == "Tumangang arr 14:48"


def test_4_the_half_hour_that_was_skipped(tmp_path: Path) -> None:
    """On 4 May 2018 the clock of Pyongyang went from 23:30 to 24:00: nobody there saw 23:40."""
    night = timetable(
        tmp_path,
        """
        Tumangang   dep 22:00            Asia/Pyongyang
        Hongui      arr 23:20 dep 23:25  Asia/Pyongyang
        Rajin       arr 00:40+1          Asia/Pyongyang
        """,
        printed_for=date(2018, 3, 1),
    )
    assert shown(night, date(2018, 5, 3))[-1] == "Rajin arr 00:40+1"
    assert shown(night, date(2018, 5, 4))[1:] == ["Hongui arr 23:20", "Hongui dep 23:25", "Rajin arr 01:10+1"]
    assert shown(night, date(2018, 5, 5))[-1] == "Rajin arr 00:40+1"
    assert instant(datetime(2018, 5, 4, 23, 29), "Asia/Pyongyang") == datetime(2018, 5, 4, 14, 59, tzinfo=UTC)
    assert instant(datetime(2018, 5, 5, 0, 0), "Asia/Pyongyang") == datetime(2018, 5, 4, 15, 0, tzinfo=UTC)
    assert is_skipped(datetime(2018, 5, 4, 23, 30), "Asia/Pyongyang")
    assert is_skipped(datetime(2018, 5, 4, 23, 59), "Asia/Pyongyang")
    assert not is_skipped(datetime(2018, 5, 5, 0, 0), "Asia/Pyongyang")


def test_5_a_departure_in_the_skipped_half_hour_leaves_later_that_night(tmp_path: Path) -> None:
    late = timetable(
        tmp_path,
        """
        Tumangang   dep 23:40     Asia/Pyongyang
        Rajin       arr 01:10+1   Asia/Pyongyang
        """,
        printed_for=date(2018, 3, 1),
    )
    assert shown(late, date(2018, 5, 3)) == ["Tumangang dep 23:40", "Rajin arr 01:10+1"]
    assert shown(late, date(2018, 5, 4)) == ["Tumangang dep 00:10+1", "Rajin arr 01:40+1"]


def test_6_summer_time_on_both_sides_moves_nothing(tmp_path: Path) -> None:
    eurostar = timetable(
        tmp_path,
        """
        Paris    dep 08:36   Europe/Paris
        London   arr 10:00   Europe/London
        """,
        printed_for=date(2014, 6, 16),
    )
    assert minutes(eurostar, "paris", "london") == 144
    assert (
        shown(eurostar, date(2014, 1, 10))
        == shown(eurostar, date(2014, 7, 10))
        == ["Paris dep 08:36", "London arr 10:00"]
    )


def test_7_summer_time_on_one_side_only_moves_the_other_sides_printed_times(tmp_path: Path) -> None:
    """Berlin keeps 10:00 all the year; Kaliningrad, whose clock stays, reads 17:00 in summer and 18:00 in winter."""
    train = timetable(
        tmp_path,
        """
        Berlin        dep 10:00   Europe/Berlin
        Kaliningrad   arr 17:00   Europe/Kaliningrad
        """,
        printed_for=date(2025, 7, 1),
    )
    assert minutes(train, "berlin", "kaliningrad") == 7 * 60
    assert shown(train, date(2025, 7, 1)) == ["Berlin dep 10:00", "Kaliningrad arr 17:00"]
    assert shown(train, date(2025, 12, 1)) == ["Berlin dep 10:00", "Kaliningrad arr 18:00"]


def test_8_timed_by_the_other_side_the_first_call_moves_instead(tmp_path: Path) -> None:
    train = timetable(
        tmp_path,
        """
        Berlin        dep 10:00   Europe/Berlin
        Kaliningrad   arr 17:00   Europe/Kaliningrad
        """,
        printed_for=date(2025, 7, 1),
        timed_by="Kaliningrad",
    )
    assert shown(train, date(2025, 7, 1)) == ["Berlin dep 10:00", "Kaliningrad arr 17:00"]
    assert shown(train, date(2025, 12, 1)) == ["Berlin dep 09:00", "Kaliningrad arr 17:00"]


def test_9_calls_after_one_and_two_midnights(tmp_path: Path) -> None:
    rossiya = timetable(
        tmp_path,
        """
        Vladivostok   dep 22:00                Asia/Vladivostok
        Khabarovsk    arr 09:30+1 dep 10:00+1  Asia/Vladivostok
        Chita         arr 02:10+3              Asia/Chita
        """,
        printed_for=date(2025, 5, 8),
    )
    assert shown(rossiya, date(2025, 5, 8)) == [
        "Vladivostok dep 22:00",
        "Khabarovsk arr 09:30+1",
        "Khabarovsk dep 10:00+1",
        "Chita arr 02:10+3",
    ]
    assert minutes(rossiya, "vladivostok", "chita") == 53 * 60 + 10


def test_10_midnights_are_counted_on_each_stations_own_clock(tmp_path: Path) -> None:
    """Twenty minutes after midnight in Khasan it is still the day before in Tumangang, and is printed so."""
    train = timetable(
        tmp_path,
        """
        Khasan      dep 00:20      Asia/Vladivostok
        Tumangang   arr 23:38-1    Asia/Pyongyang
        """,
        printed_for=date(2025, 5, 8),
    )
    assert minutes(train, "khasan", "tumangang") == 18
    assert shown(train, date(2025, 5, 8)) == ["Khasan dep 00:20", "Tumangang arr 23:38-1"]


def test_11_the_service_date_is_the_date_at_the_first_call_on_its_clock(tmp_path: Path) -> None:
    """05:00 on 8 May in Vladivostok is 22:00 on 7 May in Moscow, whose clock times the train."""
    train = timetable(
        tmp_path,
        """
        Vladivostok   dep 05:00      Asia/Vladivostok
        Moscow        arr 12:00+6    Europe/Moscow
        """,
        printed_for=date(2025, 5, 8),
        timed_by="Moscow",
    )
    assert (train.trains["t"].first_time, train.trains["t"].first_day) == ("22:00", -1)
    assert first_call_instant(train.trains["t"], date(2025, 5, 8)) == datetime(2025, 5, 7, 19, 0, tzinfo=UTC)
    assert shown(train, date(2025, 5, 8)) == ["Vladivostok dep 05:00", "Moscow arr 12:00+6"]


def test_12_moscow_time_beside_local_time(tmp_path: Path) -> None:
    small = SmallLine(tmp_path).load()
    russian = call_times(small, small.trains["direct"], date(2025, 5, 8), "ru")
    english = call_times(small, small.trains["direct"], date(2025, 5, 8), "en")
    assert russian[0].departure is not None
    assert english[0].departure is not None
    assert (russian[0].departure.clock, russian[0].departure.working_label) == ("22:00", "МСК+7")
    assert english[0].departure.working_label == "MSK+7"
    assert russian[3].arrival is not None
    assert russian[3].arrival.working_label == "", "the Korean railway prints no difference"


def test_13_before_october_2014_vladivostok_was_seven_hours_ahead_of_moscow_too(tmp_path: Path) -> None:
    small = SmallLine(tmp_path).load()
    for day in (date(2010, 1, 10), date(2012, 1, 10), date(2026, 1, 10)):
        call = call_times(small, small.trains["shuttle"], day, "ru")[0]
        assert call.departure is not None
        assert call.departure.working_label == "МСК+7"


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
LOCALS = st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30)).map(lambda moment: moment.replace(microsecond=0))


@settings(max_examples=400)
@given(st.sampled_from(ZONES), LOCALS)
@example("Asia/Pyongyang", datetime(2018, 5, 4, 23, 45))
@example("Asia/Pyongyang", datetime(2015, 8, 14, 23, 45))
@example("Australia/Lord_Howe", datetime(2025, 4, 6, 1, 45))
@example("Pacific/Apia", datetime(2011, 12, 30, 12, 0))
@example("Africa/Monrovia", datetime(1972, 1, 7, 0, 20))
def test_local_time_to_instant_and_back_gives_the_same_time_unless_it_is_skipped(name: str, local: datetime) -> None:
    back = instant(local, name).astimezone(zone(name)).replace(tzinfo=None)
    assert (back == local) is not is_skipped(local, name)


@settings(max_examples=400)
@given(st.sampled_from(ZONES), LOCALS)
@example("Europe/Berlin", datetime(2025, 3, 30, 2, 30))
@example("Asia/Pyongyang", datetime(2018, 5, 4, 23, 45))
@example("Pacific/Apia", datetime(2011, 12, 30, 12, 0))
def test_a_skipped_time_moves_forward_and_never_back(name: str, local: datetime) -> None:
    back = instant(local, name).astimezone(zone(name)).replace(tzinfo=None)
    assert back >= local


@settings(max_examples=400)
@given(st.sampled_from(ZONES), st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30), timezones=st.just(UTC)))
@example("Europe/Berlin", datetime(2025, 10, 26, 1, 30, tzinfo=UTC))
@example("Europe/Berlin", datetime(2025, 10, 26, 0, 30, tzinfo=UTC))
def test_a_doubled_time_is_the_first_of_the_two(name: str, moment: datetime) -> None:
    local = moment.astimezone(zone(name)).replace(tzinfo=None, fold=0)
    first = instant(local, name)
    assert first <= moment
    assert (first < moment) <= is_doubled(local, name)


@pytest.mark.parametrize(
    ("name", "local", "skipped", "doubled"),
    [
        ("Europe/Berlin", datetime(2025, 3, 30, 1, 59), False, False),
        ("Europe/Berlin", datetime(2025, 3, 30, 2, 0), True, False),
        ("Europe/Berlin", datetime(2025, 3, 30, 3, 0), False, False),
        ("Europe/Berlin", datetime(2025, 10, 26, 2, 0), False, True),
        ("Europe/Berlin", datetime(2025, 10, 26, 2, 59), False, True),
        ("Europe/Berlin", datetime(2025, 10, 26, 3, 0), False, False),
        ("Asia/Pyongyang", datetime(2015, 8, 14, 23, 30), False, True),
        ("Asia/Pyongyang", datetime(2015, 8, 14, 23, 29), False, False),
        ("Asia/Vladivostok", datetime(2025, 3, 30, 2, 30), False, False),
    ],
)
def test_skipped_and_doubled_hours_to_the_minute(name: str, local: datetime, skipped: bool, doubled: bool) -> None:
    assert (is_skipped(local, name), is_doubled(local, name)) == (skipped, doubled)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2014, 1, 1), date(2019, 12, 31)))
def test_a_train_takes_as_long_on_every_date_whatever_the_clocks_do(
    tmp_path_factory: pytest.TempPathFactory, day: date
) -> None:
    line = timetable(
        tmp_path_factory.mktemp("law"),
        """
        Khasan      dep 15:30   Asia/Vladivostok
        Tumangang   arr 14:48   Asia/Pyongyang
        """,
        printed_for=date(2024, 12, 16),
    )
    khasan, tumangang = call_times(line, line.trains["t"], day)
    assert khasan.departure is not None
    assert tumangang.arrival is not None
    assert tumangang.arrival.instant - khasan.departure.instant == timedelta(minutes=18)
    assert khasan.departure.clock == "15:30"
