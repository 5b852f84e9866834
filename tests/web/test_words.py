"""Running days, clocks and dates in words, as a timetable prints them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rerail.line.model import Provenance, Rule, RunningDays
from rerail.web.i18n import Words, date_as_known, date_words
from rerail.web.site.clock_words import city, clock_name, duration, signed_hours, utc_offset
from rerail.web.site.running_words import running_words

TODAY = date(2026, 11, 23)
KNOWN = Provenance(sources=("S1",))


def days(*rules: str, start: date = date(2024, 12, 16), dates: tuple[date, ...] = ()) -> RunningDays:
    return RunningDays(provenance=KNOWN, rules=tuple(Rule(rrule=rule, start=start) for rule in rules), dates=dates)


@pytest.mark.parametrize(
    ("rule", "en", "ru", "ko"),
    [
        ("FREQ=DAILY", "daily", "ежедневно", "매일"),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "on Mondays, Wednesdays and Fridays",
            "по понедельникам, средам и пятницам",
            "매주 월요일, 수요일, 금요일",
        ),
        ("FREQ=WEEKLY", "on Mondays", "по понедельникам", "매주 월요일"),
        ("FREQ=WEEKLY;BYDAY=FR,MO,TU,WE,TH", "Monday to Friday", "с понедельника по пятницу", "월요일부터 금요일까지"),
        ("FREQ=DAILY;BYDAY=SA", "on Saturdays", "по субботам", "매주 토요일"),
        (
            "FREQ=MONTHLY;BYDAY=2TH",
            "monthly, on the 2nd Thursday",
            "ежемесячно, 2-й четверг месяца",
            "매월 둘째 목요일",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1SU",
            "monthly, on the last Sunday",
            "ежемесячно, последнее воскресенье месяца",
            "매월 마지막 일요일",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "monthly, on day 1 and 15", "ежемесячно, числа: 1 и 15", "매월 1, 15일"),
        (
            "FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=11,12,13,14,15,16,17",
            "monthly, on the Sunday between days 11 and 17",
            "ежемесячно: воскресенье, с 11 по 17 число",
            "매월 11일~17일 사이의 일요일",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "on particular dates", "по отдельным датам", "지정된 날짜에"),
        ("FREQ=YEARLY", "on particular dates", "по отдельным датам", "지정된 날짜에"),
        ("FREQ=MONTHLY;BYDAY=5MO", "on particular dates", "по отдельным датам", "지정된 날짜에"),
    ],
)
def test_a_rule_is_said_as_a_timetable_says_it(rule: str, en: str, ru: str, ko: str) -> None:
    assert [running_words(days(rule), Words(one), TODAY) for one in ("en", "ru", "ko")] == [en, ru, ko]


def test_a_rule_that_begins_later_says_from_when() -> None:
    later = days("FREQ=DAILY", start=date(2027, 6, 1))
    assert running_words(later, Words("en"), TODAY) == "daily from 1 June 2027"


def test_a_rule_that_ends_says_until_when_and_one_that_ended_is_not_told() -> None:
    rules = days("FREQ=DAILY;UNTIL=20251231T000000", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231T000000")
    assert running_words(rules, Words("en"), TODAY) == "on Mondays until 31 December 2027"


@pytest.mark.parametrize(
    ("count", "says"),
    [(0, "on no date"), (1, "on 1 May 2027"), (2, "on 1 May 2027 and 2 May 2027"), (9, "on particular dates")],
)
def test_single_dates_are_named_while_they_are_few(count: int, says: str) -> None:
    dates = tuple(date(2027, 5, 1) + timedelta(days=number) for number in range(count))
    assert running_words(days(dates=dates), Words("en"), TODAY) == says


def test_the_clock_at_pyongyang_is_named_after_its_city() -> None:
    assert [city("Asia/Pyongyang", one) for one in ("en", "ru", "ko")] == ["Pyongyang", "Пхеньян", "평양"]
    assert clock_name(Words("ko"), "Asia/Vladivostok") == "블라디보스토크 시각"


@pytest.mark.parametrize(
    ("when", "zone", "says"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), "Asia/Vladivostok", "UTC+10"),
        (datetime(2016, 11, 23, tzinfo=UTC), "Asia/Pyongyang", "UTC+8:30"),
        (datetime(2026, 11, 23, tzinfo=UTC), "Asia/Pyongyang", "UTC+9"),
        (datetime(2026, 11, 23, tzinfo=UTC), "Europe/London", "UTC±0"),
        (datetime(2026, 11, 23, tzinfo=UTC), "America/St_Johns", "UTC−3:30"),
    ],
)
def test_what_a_clock_shows_against_utc(when: datetime, zone: str, says: str) -> None:
    assert utc_offset(when, zone) == says


def test_half_an_hour_back_is_minus_half_an_hour() -> None:
    assert signed_hours(timedelta(minutes=-30)) == "−0:30"


@pytest.mark.parametrize(
    ("minutes", "en", "ru"), [(18, "18 min", "18 мин"), (120, "2 h", "2 ч"), (618, "10 h 18 min", "10 ч 18 мин")]
)
def test_durations(minutes: int, en: str, ru: str) -> None:
    length = timedelta(minutes=minutes)
    assert (duration(Words("en"), length), duration(Words("ru"), length)) == (en, ru)


@pytest.mark.parametrize(
    ("precision", "alone", "says"),
    [
        ("day", False, ("1 February 2020", "1 февраля 2020 года", "2020년 2월 1일")),
        ("month", False, ("February 2020", "февраля 2020 года", "2020년 2월")),
        ("month", True, ("February 2020", "февраль 2020 года", "2020년 2월")),
        ("year", False, ("2020", "2020 года", "2020년")),
        ("year", True, ("2020", "2020 год", "2020년")),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_is_known(
    precision: str, alone: bool, says: tuple[str, str, str]
) -> None:
    said = tuple(date_as_known(date(2020, 2, 1), precision, one, alone=alone) for one in ("en", "ru", "ko"))  # type: ignore[arg-type]
    assert said == says


def test_weekdays_stand_beside_dates() -> None:
    assert date_words(TODAY, "en", "weekday") == "Mon 23 Nov 2026"
    assert date_words(TODAY, "ko", "weekday") == "2026년 11월 23일 (월)"
