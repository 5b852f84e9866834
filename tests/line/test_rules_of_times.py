"""Times that follow each other, running times, running days, clocks on coming dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_line import SmallLine

from rerail.line.recurrence import fault


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


def test_an_arrival_earlier_on_the_clock_is_right_where_the_clock_is_behind(small: SmallLine) -> None:
    """Khasan 15:30, Tumangang 14:48: 18 minutes."""
    shuttle = small.load().trains["shuttle"]
    assert shuttle.calls[1].arrival == 18 * 60


def test_an_arrival_before_the_departure_as_instants(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'arrival = "14:48"', 'arrival = "14:20"').error()
    assert (problem.rule, problem.path) == ("backwards", "train[1].call[1].arrival")
    assert problem.message == 'the arrival at "tumangang" (14:20) is 10 minutes before the departure at "khasan".'


def test_a_midnight_forgotten(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'arrival = "00:05+1"', 'arrival = "00:05"').error()
    assert (problem.rule, problem.path) == ("backwards", "train[0].call[1].arrival")


def test_a_train_that_leaves_before_it_arrives(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'departure = "08:30+1"', 'departure = "06:00+1"').problems()[0]
    assert (problem.rule, problem.path) == ("backwards", "train[0].call[2].departure")


def test_a_midnight_too_many(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'arrival = "11:20+1"', 'arrival = "11:20+2"').warning()
    assert (problem.rule, problem.fix) == ("slow-run", "Is +1 one midnight too many?")


def test_a_first_call_that_is_not_on_the_service_date(small: SmallLine) -> None:
    small.replace("trains.toml", 'departure = "15:30"', 'departure = "15:30+1"')
    small.replace("trains.toml", 'arrival = "14:48"', 'arrival = "14:48+1"')
    assert (small.error().rule, small.error().path) == ("first-call-day", "train[1].call[0].departure")


def test_a_train_faster_than_the_limit_of_its_sections(small: SmallLine) -> None:
    """Ussuriysk – Khasan: 22 km at 100 km/h and 238 km at 60 km/h take 252 minutes."""
    small.replace("trains.toml", 'arrival = "06:30+1"', 'arrival = "04:40+1"')
    problem = small.error()
    assert (problem.rule, problem.path) == ("running-time", "train[0].call[2].arrival")
    assert problem.message == (
        '245 minutes for the 260 km from "ussuriysk" to "khasan", which takes 252 at the speed limits of its sections.'
    )


def test_a_train_at_the_limit_to_the_minute(small: SmallLine) -> None:
    assert small.replace("trains.toml", 'arrival = "06:30+1"', 'arrival = "04:47+1"').problems() == ()


def test_no_train_runs_at_more_than_350_km_h_even_where_no_limit_is_known(small: SmallLine) -> None:
    small.replace("line.toml", "km = 49", "km = 600")
    small.replace("trains.toml", 'arrival = "11:20+1"', 'arrival = "11:29+1"')
    problem = small.error()
    assert problem.message == '99 minutes for the 600 km from "tumangang" to "rajin", which takes 103 at 350 km/h.'


# ── running days ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rrule", "says"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FX", 'BYDAY cannot be "MO,WE,FX"'),
        ("FREQ=FORTNIGHTLY", 'FREQ cannot be "FORTNIGHTLY"'),
        ("FREQ=SECONDLY", 'FREQ cannot be "SECONDLY"'),
        ("FREQ=DAILY;BYHOUR=9", '"BYHOUR=9" is no part'),
        ("FREQ=DAILY;INTERVAL=0", 'INTERVAL cannot be "0"'),
        ("FREQ=DAILY;COUNT=3;UNTIL=20250101", "COUNT or UNTIL"),
        ("FREQ=DAILY;UNTIL=20250101T000000Z", "UNTIL cannot be"),
        ("FREQ=DAILY;UNTIL=20250230", "cannot be read"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"),
        ("BYDAY=MO", "no FREQ"),
        ("FREQ=YEARLY;BYEASTER=0", '"BYEASTER=0" is no part'),
        ("RRULE:FREQ=DAILY", '"RRULE:FREQ=DAILY" is no part'),
        ("FREQ=DAILY\nEXDATE:20250101", "cannot be"),
        ("", '"" is no part'),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "gives no date"),
        ("FREQ=DAILY;UNTIL=20200101", "gives no date"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
    ],
)
def test_a_rule_that_is_none(rrule: str, says: str) -> None:
    wrong = fault(rrule, date(2024, 12, 16))
    assert wrong is not None
    assert says in wrong[0]
    assert wrong[0].endswith(".")


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=MONTHLY;BYDAY=2TH",
        "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20261231",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA;COUNT=10",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SA",
    ],
)
def test_a_rule_as_rfc_5545_has_it(rrule: str) -> None:
    assert fault(rrule, date(2024, 12, 16)) is None


def test_a_wrong_rule_is_reported_at_its_place(small: SmallLine) -> None:
    problem = small.replace("trains.toml", "BYDAY=MO,WE,FR", "BYDAY=MO,MI,FR").error()
    assert (problem.rule, problem.path) == ("running-rule", "train[1].running_days.rule[0].rrule")


def test_a_rule_that_does_not_start_on_one_of_its_dates(small: SmallLine) -> None:
    problem = small.replace("trains.toml", "start = 2024-12-16", "start = 2024-12-14").warning()
    assert problem.message == "2024-12-14 is none of the rule's dates; the first is 2024-12-16."


def test_an_exception_on_a_day_without_the_train(small: SmallLine) -> None:
    small.replace(
        "trains.toml", "[train.running_days]\n[[", "[train.running_days]\nexcept_dates = [2024-12-16, 2024-12-17]\n[["
    )
    problem = small.warning()
    assert (problem.rule, problem.path) == ("exception-without-effect", "train[1].running_days.except_dates[1]")


def test_a_train_without_running_days_runs_on_specials_alone(small: SmallLine) -> None:
    small.replace("trains.toml", "[train.running_days]\ndates = [2025-05-08]\n", "")
    assert small.warning().rule == "no-running-days"
    assert small.load().trains["direct"].running_days.dates == ()


# ── clocks that are put forward or back ───────────────────────────────────────────────────────────────────────


def pyongyang_in_2018(small: SmallLine, departure: str, arrival: str) -> SmallLine:
    """A night train Tumangang – Rajin, printed for 4 May 2018: at 23:30 that clock was put forward to midnight."""
    return small.add(
        "trains.toml",
        f"""
[[train]]
id = "night"
names = {{ en = "Night", ru = "Ночной" }}
route = "shuttle"
direction = "outbound"
numbers = {{ ksr = "9" }}
printed_for = 2018-05-04
[train.running_days]
[[train.running_days.rule]]
rrule = "FREQ=DAILY"
start = 2018-05-01
[[train.call]]
station = "tumangang"
departure = "{departure}"
[[train.call]]
station = "rajin"
arrival = "{arrival}"
""",
    )


def test_a_printed_time_inside_the_skipped_half_hour(small: SmallLine) -> None:
    pyongyang_in_2018(small, "22:00", "23:40")
    problem = small.problems()[0]
    assert (problem.level, problem.rule, problem.path) == ("warning", "skipped-time", "train[2].call[1].arrival")
    assert problem.message == 'the clock of Asia/Pyongyang skips "23:40" on 2018-05-04; taken as 00:10.'
    assert small.load().trains["night"].calls[1].arrival == 100 * 60


def test_a_departure_inside_the_skipped_half_hour_keeps_its_time_on_other_dates(small: SmallLine) -> None:
    train = pyongyang_in_2018(small, "23:40", "01:40+1").load().trains["night"]
    assert train.first_time == "23:40"
    assert train.calls[1].arrival == 90 * 60


def test_a_time_shown_twice_is_taken_as_the_first(small: SmallLine) -> None:
    """15 August 2015: the clock of Pyongyang was put back from midnight to 23:30."""
    pyongyang_in_2018(small, "22:00", "23:40").replace(
        "trains.toml", "printed_for = 2018-05-04", "printed_for = 2015-08-14"
    )
    problem = small.problems()[0]
    assert (problem.rule, problem.path) == ("doubled-time", "train[2].call[1].arrival")
    assert small.load().trains["night"].calls[1].arrival == 100 * 60


def test_coming_clock_changes_are_named_for_trains_that_meet_them(small: SmallLine) -> None:
    """Printed in March 2018, when nothing is wrong with 23:40; on 4 May the clock will skip it."""
    pyongyang_in_2018(small, "22:00", "23:40")
    small.replace("trains.toml", "printed_for = 2018-05-04", "printed_for = 2018-03-01")
    problem = small.warning()
    assert (problem.rule, problem.path) == ("clock-change-on-the-way", "train[2].call[1].arrival")
    assert problem.message == (
        "on 2018-05-05 the clock of Asia/Pyongyang skips the time of this arrival: it is printed as 00:10."
    )
    assert "2018-05-04" in problem.fix


def test_a_clock_change_on_a_date_when_the_train_does_not_run_is_no_matter(small: SmallLine) -> None:
    pyongyang_in_2018(small, "22:00", "23:40")
    small.replace("trains.toml", "printed_for = 2018-05-04", "printed_for = 2018-03-01")
    small.replace(
        "trains.toml", 'rrule = "FREQ=DAILY"\nstart = 2018-05-01', 'rrule = "FREQ=WEEKLY;BYDAY=TU"\nstart = 2018-05-01'
    )
    assert small.problems() == ()


def test_a_clock_change_three_years_after_printing_is_for_a_later_edition(small: SmallLine) -> None:
    pyongyang_in_2018(small, "22:00", "23:40")
    small.replace("trains.toml", "printed_for = 2018-05-04", "printed_for = 2012-03-01")
    assert [problem.rule for problem in small.problems()] == []
    small.replace("trains.toml", "printed_for = 2012-03-01", "printed_for = 2016-03-01")
    assert [problem.rule for problem in small.problems()] == ["clock-change-on-the-way"]


def test_summer_time_that_begins_under_a_night_train(small: SmallLine) -> None:
    """European clocks skip 02:00 to 03:00 on 30 March 2025 and show it twice on 26 October."""
    pyongyang_in_2018(small, "22:00", "02:30+1")
    small.replace("trains.toml", "printed_for = 2018-05-04", "printed_for = 2025-02-01")
    small.replace("line.toml", 'clock = "Asia/Pyongyang"', 'clock = "Europe/Berlin"')
    warned = [problem.message for problem in small.problems() if problem.path == "train[2].call[1].arrival"]
    assert len(warned) == 6
    assert (
        warned[0] == "on 2025-03-30 the clock of Europe/Berlin skips the time of this arrival: it is printed as 03:30."
    )
    assert (
        warned[1]
        == "on 2025-10-26 the clock of Europe/Berlin shows twice the time of this arrival: it is printed as 02:30."
    )


def test_timed_by_a_clock_with_summer_time_can_move_the_first_call_off_its_date(small: SmallLine) -> None:
    """Tumangang 23:40 in winter, timed by a clock that falls back an hour in October: 00:40 the next day."""
    pyongyang_in_2018(small, "23:40", "01:30+1")
    small.replace("trains.toml", "printed_for = 2018-05-04", 'printed_for = 2025-07-01\ntimed_by = "rzd"')
    small.replace("line.toml", 'clock = "Europe/Moscow"', 'clock = "Europe/Berlin"')
    problem = small.warning()
    assert (problem.rule, problem.path) == ("first-call-over-midnight", "train[2].timed_by")
    assert problem.message.startswith("the train of 2025-0")
    assert "leaves its first call at 00:40" in problem.message


def test_timed_by_a_clock_that_shows_the_departure_for_the_second_time(small: SmallLine) -> None:
    """02:30 in Berlin, the second of 26 October 2025, is 10:30 in Pyongyang; the folder cannot say which."""
    pyongyang_in_2018(small, "10:30", "12:30")
    small.replace("trains.toml", "printed_for = 2018-05-04", 'printed_for = 2025-10-26\ntimed_by = "rzd"')
    small.replace("line.toml", 'clock = "Europe/Moscow"', 'clock = "Europe/Berlin"')
    problem = small.error()
    assert (problem.rule, problem.path) == ("timing-clock", "train[2].printed_for")
