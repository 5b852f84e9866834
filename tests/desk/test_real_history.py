"""The founding line's real life, as it was known day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rerail.clock import FixedClock
from rerail.desk.current import Current, Snapshot
from rerail.desk.opening import open_folder
from rerail.life.consent import Life
from rerail.life.status import Status, route_trains, status
from rerail.store.engine import Store

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
OUT, BACK = "khasan-tumangang", "tumangang-khasan"
DIRECT = "vladivostok-rason"


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Current]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('history') / 'rerail.db'}")
    yield open_folder(SHIPPED, store, FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))).current
    store.close()


@pytest.fixture(scope="module")
def snapshot(current: Current) -> Snapshot:
    return current.snapshot()


def known_on(snapshot: Snapshot, day: date) -> Life:
    return snapshot.life(date(2026, 11, 23), known=day)


def sentence_facts(snapshot: Snapshot, day: date, route: str) -> Status:
    """What the home page could say at noon of a day, from what was known by its end."""
    life = snapshot.life(day, known=day)
    return status(life, route_trains(life, route), datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def test_suspended_since_february_2020_at_the_request_of_the_korean_side(snapshot: Snapshot) -> None:
    found = sentence_facts(snapshot, date(2020, 3, 1), "direct")
    assert (found.kind, found.precision, found.missing) == ("suspended", "month", ("ksr",))
    assert found.since is not None
    assert (found.since.year, found.since.month) == (2020, 2)


def test_june_2024_announced_for_july_and_the_korean_consent_not_recorded(snapshot: Snapshot) -> None:
    july = date(2024, 7, 10)
    departure = known_on(snapshot, date(2024, 6, 26)).departure(DIRECT, july)
    assert departure is not None
    assert not departure.runs
    assert [entry.start for entry in departure.announcements] == [date(2024, 7, 1)]
    assert departure.missing == ("ksr",)
    before = known_on(snapshot, date(2024, 6, 25)).departure(DIRECT, july)
    assert before is not None
    assert before.announcements == ()


def test_two_specials_in_2024_ran_and_nothing_else_did(snapshot: Snapshot) -> None:
    life = known_on(snapshot, date(2024, 12, 1))
    assert list(life.runs(OUT)) == [date(2024, 6, 6), date(2024, 7, 19)]
    assert not life.runs(BACK)
    assert not life.runs(DIRECT)


def test_with_the_clock_set_back_nothing_is_told_ahead_of_its_time(current: Current) -> None:
    then = Current(current.store, FixedClock(datetime(2024, 6, 27, 12, tzinfo=UTC)))
    life = then.life()
    assert not life.runs(OUT).within(date(2024, 6, 27), date(2027, 1, 1))
    found = status(life, route_trains(life, "direct"), then.now())
    assert (found.kind, found.missing) == ("suspended", ("ksr",))
    assert found.announced is not None
    assert found.announced.id == "2024-06-26-announcement"


def test_the_specials_of_2024_did_not_end_the_suspension(snapshot: Snapshot) -> None:
    for day in (date(2024, 6, 7), date(2024, 8, 1)):
        found = sentence_facts(snapshot, day, "shuttle")
        assert (found.kind, found.since) == ("suspended", date(2020, 2, 1))


def test_december_2024_is_for_the_shuttle_only(snapshot: Snapshot) -> None:
    before = known_on(snapshot, date(2024, 12, 15))
    after = known_on(snapshot, date(2024, 12, 16))
    first_week = [date(2024, 12, 16), date(2024, 12, 18), date(2024, 12, 20)]
    for train in (OUT, BACK):
        assert list(before.runs(train).within(date(2024, 12, 16), date(2024, 12, 23))) == []
        assert list(after.runs(train).within(date(2024, 12, 16), date(2024, 12, 23))) == first_week
    assert not after.runs(DIRECT)


def test_may_2025_is_the_direct_train(snapshot: Snapshot) -> None:
    may = date(2025, 5, 8)
    assert may not in known_on(snapshot, date(2025, 5, 7)).runs(DIRECT)
    assert may in known_on(snapshot, date(2025, 5, 8)).runs(DIRECT)
    assert sentence_facts(snapshot, date(2025, 6, 1), "direct").since == may


def test_nothing_is_on_sale_today_and_the_page_does_not_call_it_suspended(snapshot: Snapshot, current: Current) -> None:
    today = current.now().date()
    life = current.life()
    assert life.departures(today, date(2027, 11, 23)) == []
    found = sentence_facts(snapshot, today, "direct")
    assert (found.kind, found.since) == ("lapsed", date(2026, 1, 1))
    domestic = [train.id for train in life.line.trains.values() if len(train.railways) == 1]
    assert domestic
    assert not any(life.runs(train) for train in domestic)
