"""Sets of service dates: as sets, as intervals, and without end."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.line.dates import EPOCH, NO_DATES, Dates

WINDOW = [date(2024, 1, 1) + timedelta(days=index) for index in range(60)]
START, END = WINDOW[0], WINDOW[-1] + timedelta(days=1)

days = st.sampled_from(WINDOW)
finite = st.frozensets(days)
intervals = st.lists(st.tuples(days, st.none() | days), max_size=5)


def endless_or_not(spans: list[tuple[date, date | None]]) -> tuple[Dates, set[date]]:
    """A set made of half-open intervals, some without end, and the same as a plain set within the window."""
    made, plain = NO_DATES, set[date]()
    for start, until in spans:
        made |= Dates.between(start, until)
        plain |= {day for day in WINDOW if start <= day and (until is None or day < until)}
    return made, plain


@given(finite, finite)
def test_union_intersection_difference_are_those_of_sets(one: frozenset[date], two: frozenset[date]) -> None:
    first, second = Dates.of(one), Dates.of(two)
    assert set(first | second) == one | two
    assert set(first & second) == one & two
    assert set(first - second) == one - two
    assert set(first ^ second) == one ^ two
    assert (first == second) is (one == two)
    assert len(first) == len(one)
    assert bool(first) is bool(one)


@given(intervals, intervals)
def test_sets_without_end_agree_with_plain_sets_on_every_window(
    one: list[tuple[date, date | None]], two: list[tuple[date, date | None]]
) -> None:
    (first, plain_one), (second, plain_two) = endless_or_not(one), endless_or_not(two)
    for made, plain in (
        (first | second, plain_one | plain_two),
        (first & second, plain_one & plain_two),
        (first - second, plain_one - plain_two),
    ):
        assert set(made.within(START, END)) == plain
        assert {day for day in WINDOW if day in made} == plain


@given(intervals)
def test_intervals_are_sorted_disjoint_and_as_long_as_can_be(spans: list[tuple[date, date | None]]) -> None:
    made, _ = endless_or_not(spans)
    found = list(made.intervals())
    for (start, until), (following, _) in pairwise(found):
        assert until is not None
        assert start < until < following
    assert all(until is None or start < until for start, until in found)
    rebuilt, _ = endless_or_not(found)
    assert rebuilt == made


@given(intervals, days)
def test_the_next_and_the_last_date_about_a_day(spans: list[tuple[date, date | None]], day: date) -> None:
    made, plain = endless_or_not(spans)
    assert made.before(day) == max((one for one in plain if one < day), default=None)
    following = made.on_or_after(day)
    later = [one for one in plain if one >= day]
    assert following == (min(later) if later else None)


def test_until_further_notice_goes_on_for_ever() -> None:
    open_end = Dates.between(date(2024, 12, 16), None)
    assert open_end.endless
    assert date(2024, 12, 15) not in open_end
    assert date(9999, 12, 31) in open_end
    assert list(open_end.intervals()) == [(date(2024, 12, 16), None)]


def test_a_suspension_inside_an_open_end_leaves_two_pieces() -> None:
    left = Dates.between(date(2024, 1, 1), None) - Dates.between(date(2024, 2, 1), date(2024, 3, 1))
    assert list(left.intervals()) == [(date(2024, 1, 1), date(2024, 2, 1)), (date(2024, 3, 1), None)]


def test_two_open_ends_less_each_other_end() -> None:
    left = Dates.between(date(2024, 1, 1), None) - Dates.between(date(2024, 2, 1), None)
    assert not left.endless
    assert (left.first, left.last, len(left)) == (date(2024, 1, 1), date(2024, 1, 31), 31)


def test_the_end_of_an_interval_is_not_in_it() -> None:
    assert set(Dates.between(date(2024, 2, 28), date(2024, 3, 1))) == {date(2024, 2, 28), date(2024, 2, 29)}


def test_an_interval_that_ends_where_it_begins_is_empty() -> None:
    assert not Dates.between(date(2024, 2, 1), date(2024, 2, 1))
    assert not Dates.between(date(2024, 2, 1), date(2024, 1, 1))
    assert NO_DATES.first is None
    assert NO_DATES.last is None


def test_a_set_without_end_cannot_be_listed_counted_or_ended() -> None:
    endless = Dates.always()
    for ask in (lambda: list(endless), lambda: len(endless), lambda: endless.last):
        with pytest.raises(ValueError, match="without end"):
            ask()
    assert endless.first == EPOCH


def test_dates_before_the_first_are_refused_but_may_be_asked_about() -> None:
    with pytest.raises(ValueError, match="1969-12-31 is before 1970-01-01"):
        Dates.of([date(1969, 12, 31)])
    assert date(1969, 12, 31) not in Dates.always()
    assert Dates.always().before(EPOCH) is None
    assert Dates.always().on_or_after(date(1950, 1, 1)) == EPOCH


def test_it_reads_as_its_intervals() -> None:
    assert repr(Dates.between(date(2024, 1, 1), None)) == "Dates([2024-01-01, open))"
