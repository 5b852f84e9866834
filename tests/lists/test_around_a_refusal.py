"""Whom a control refuses is on no list from then on; who really crossed is told, whatever lists there were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from officer.border_day import AT_KHASAN, AT_TUMANGANG, CROSSING, IVAN, MARINA, PAK, BorderDay, open_border_day
from sale.shop import OUT

from lists.border_shop import CLOSED, KOREAN, NAMED, OUT_KEY, RUSSIAN
from lists.test_life_of_a_list import said, shown
from rerail.border import lists
from rerail.border.model import Manifest
from rerail.sale.model import Booking
from rerail.store.engine import Store

DURING_THE_HALT = AT_KHASAN + timedelta(minutes=10)  # it leaves at 08:30


@pytest.fixture
def day(store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """The test runs once on SQLite and once on PostgreSQL."""
    with open_border_day(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def quick(sqlite_store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """On SQLite, for rules that no database has a part in."""
    with open_border_day(sqlite_store, tmp_path) as opened:
        yield opened


def on(manifest: Manifest) -> set[str]:
    return {one.booking for one in manifest.persons}


def cleared(day: BorderDay, *bookings: Booking) -> None:
    for booking in bookings:
        assert day.marked(IVAN, booking, "cleared").why is None
        assert day.marked(PAK, booking, "cleared").why is None


def test_refused_before_the_train_leaves_is_on_no_list_a_minute_later(day: BorderDay) -> None:
    goes, stays = day.buy(OUT), day.buy(OUT)
    day.clock.turn(CLOSED)
    day.round()
    day.clock.turn(DURING_THE_HALT)
    day.marked(IVAN, stays, "refused")
    day.round()
    for key in (RUSSIAN, KOREAN, NAMED):
        assert on(said(day, key)) == {goes.code}
        assert [one.booking for one in said(day, key).removed] == [stays.code]
        assert said(day, key).version == 2


def test_refused_before_any_list_closes_is_on_none(quick: BorderDay) -> None:
    goes, stays = quick.buy(OUT), quick.buy(OUT)
    quick.marked(PAK, stays, "refused")  # ahead of the day, by the side that is to be entered
    quick.clock.turn(CLOSED)
    quick.round()
    assert [on(said(quick, key)) for key in (RUSSIAN, KOREAN, NAMED)] == [{goes.code}] * 3


def test_a_mark_that_reaches_us_late_counts_from_when_it_was_made(quick: BorderDay) -> None:
    goes, stays = quick.buy(OUT), quick.buy(OUT)
    quick.clock.turn(DURING_THE_HALT)
    quick.clock.forward(hours=5)  # the officer's device had no network until now, and nobody closed a list
    quick.marked(IVAN, stays, "refused", ago=timedelta(hours=5))
    quick.round()
    assert on(said(quick, KOREAN)) == {goes.code}


def test_refused_behind_the_border_stays_on_the_list_and_has_left_the_one_country_alone(day: BorderDay) -> None:
    goes, stays = day.buy(OUT), day.buy(OUT)
    day.clock.turn(CLOSED)
    day.round()
    day.clock.turn(DURING_THE_HALT)
    day.marked(IVAN, stays, "cleared")
    cleared(day, goes)
    day.clock.turn(AT_TUMANGANG)
    day.marked(PAK, stays, "refused")
    day.round()
    assert [said(day, key).version for key in (RUSSIAN, KOREAN)] == [1, 1]
    assert on(said(day, KOREAN)) == {goes.code, stays.code}
    day.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert on(said(day, RUSSIAN)) == {goes.code, stays.code}
    assert on(said(day, KOREAN)) == {goes.code}
    assert [one.booking for one in said(day, KOREAN).removed] == [stays.code]


def test_whom_the_side_entered_refused_while_the_train_stood_on_the_near_side_has_not_left_it(day: BorderDay) -> None:
    goes, stays = day.buy(OUT), day.buy(OUT)
    day.clock.turn(CLOSED)
    day.round()
    day.clock.turn(DURING_THE_HALT)
    day.marked(PAK, stays, "refused")
    day.round()
    cleared(day, goes)
    day.clock.turn(AT_TUMANGANG)
    closing = day.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert (closing.crossed, closing.refused) == (1, 1)
    for key in (RUSSIAN, KOREAN):
        assert on(said(day, key)) == {goes.code}


def test_a_close_out_closes_first_what_nobody_closed(day: BorderDay) -> None:
    goes, refused, absent = day.buy(OUT), day.buy(OUT), day.buy(OUT)
    day.clock.turn(AT_TUMANGANG)  # the service was down since before the deadline
    cleared(day, goes)
    day.marked(IVAN, refused, "cleared")
    day.marked(PAK, refused, "refused")
    day.marked(MARINA, absent, "missing")
    day.border.close_out(MARINA, OUT_KEY, CROSSING)
    everybody = {goes.code, refused.code, absent.code}
    for key in (RUSSIAN, KOREAN, NAMED):
        assert [said(day, key, version).close_out for version in (1, 2)] == [False, True]
        assert on(said(day, key, 1)) == everybody, "as it would have been when the train left"
    assert on(said(day, RUSSIAN)) == {goes.code, refused.code}
    assert on(said(day, KOREAN)) == on(said(day, NAMED)) == {goes.code}
    day.round()  # the list goes first
    day.round()
    assert {one.state for one in day.border.lists(OUT_KEY)} == {"sent"}
    assert shown(day, RUSSIAN).kept.latest.number == 2  # type: ignore[union-attr]


def test_who_crossed_and_was_on_no_version_is_on_the_last(quick: BorderDay) -> None:
    early = 'railway = "rzd"\nlanguage = "ru"\nminutes = 2880\n'
    quick.edition(("border.toml", 'railway = "rzd"\nlanguage = "ru"\n', early))
    first = quick.buy(OUT)
    quick.clock.turn(shown(quick, RUSSIAN).closes)
    quick.round()
    late = quick.buy(OUT)  # on sale for another day; and then no round was made until the train was away
    quick.clock.turn(AT_TUMANGANG)
    cleared(quick, first, late)
    quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    assert [on(said(quick, RUSSIAN, version)) for version in (1, 2)] == [{first.code}, {first.code, late.code}]


def test_told_again_without_a_change_is_told_once(quick: BorderDay) -> None:
    goes = quick.buy(OUT)
    quick.clock.turn(AT_TUMANGANG)
    cleared(quick, goes)
    for _ in range(2):
        quick.border.close_out(MARINA, OUT_KEY, CROSSING)
    with quick.store.read() as connection:
        assert [len(one.versions) for one in lists.on_departure(connection, OUT_KEY)] == [2, 2, 2]
