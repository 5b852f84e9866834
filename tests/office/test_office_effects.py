"""Counting what an entry changes, as a planner counts: by direction, month and train."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.conftest import Now
from rerail.desk.current import Current, Snapshot
from rerail.life.journal import Entry
from rerail.web.office.effects import Effect, effect

TRAINS = ("khasan-tumangang", "tumangang-khasan")


def entry(kind: str, start: date, until: date | None, **changes: object) -> Entry:
    """A decision of the Korean side about the shuttle."""
    fields: dict[str, object] = {
        "seq": 0,
        "id": "x",
        "kind": kind,
        "railway": "ksr",
        "trains": TRAINS,
        "start": start,
        "until": until,
        "known": datetime.fromisoformat("2026-11-23T12:00Z"),
        "recorded": datetime.fromisoformat("2026-11-23T12:00Z"),
        "who": {"en": "who"},
        "reason": {"en": "why"},
        "origin": "live",
    }
    return Entry(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def snapshot(current: Current) -> Snapshot:
    return current.snapshot()


def of(snapshot: Snapshot, now: Now, *entries: Entry) -> Effect:
    return effect(snapshot, snapshot.entries, entries, now.now())


def test_a_withdrawal_over_the_turn_of_the_year_counts_each_month(snapshot: Snapshot, now: Now) -> None:
    """Mondays, Wednesdays and Fridays, both ways; from 28 December to 3 January there are 28, 30 and 1."""
    changed = of(snapshot, now, entry("withdraw", date(2026, 12, 28), date(2027, 1, 4)))
    assert [(month.first, month.count) for month in changed.stops.months] == [
        (date(2026, 12, 1), 4),
        (date(2027, 1, 1), 2),
    ]
    by_train = {train.id: [one.service_date.day for one in ones] for train, ones in changed.stops.months[0].trains}
    assert by_train == {"tumangang-khasan": [28, 30], "khasan-tumangang": [28, 30]}
    assert changed.stops.missing == ("ksr",)
    assert changed.starts.departures == ()
    assert changed.waiting.departures == ()


def test_a_withdrawal_and_a_grant_of_the_same_days_change_nothing(snapshot: Snapshot, now: Now) -> None:
    days = (date(2026, 12, 1), date(2026, 12, 31))
    changed = of(snapshot, now, entry("withdraw", *days), entry("grant", *days, id="y"))
    assert changed.nothing
    assert changed.covered == 24


def test_a_withdrawal_without_end_is_counted_to_the_horizon_and_says_so(snapshot: Snapshot, now: Now) -> None:
    changed = of(snapshot, now, entry("withdraw", date(2026, 12, 1), None))
    assert changed.horizon == date(2026, 12, 1) + timedelta(days=400)
    assert changed.stops.departures[-1].service_date < changed.horizon


def test_days_that_no_train_is_planned_on_are_covered_by_nobody(snapshot: Snapshot, now: Now) -> None:
    weekend = of(snapshot, now, entry("withdraw", date(2026, 12, 5), date(2026, 12, 7)))
    assert weekend.nothing
    assert weekend.covered == 0


starts = st.dates(date(2026, 11, 25), date(2028, 6, 1))
lengths = st.integers(1, 500)


@settings(deadline=None)
@given(st.sampled_from(["grant", "withdraw"]), st.sampled_from(["rzd", "ksr"]), starts, lengths)
def test_months_add_up_and_nothing_both_starts_and_stops(kind: str, railway: str, start: date, length: int) -> None:
    changed = of(_snapshot(), Now(_NOON), entry(kind, start, start + timedelta(days=length), railway=railway))
    for group in (changed.starts, changed.stops, changed.waiting):
        assert sum(month.count for month in group.months) == len(group.departures)
        assert sum(len(ones) for month in group.months for _, ones in month.trains) == len(group.departures)
        assert [one.start for one in group.departures] == sorted(one.start for one in group.departures)
        for month in group.months:
            assert all(one.service_date.replace(day=1) == month.first for _, ones in month.trains for one in ones)
        for one in group.departures:
            assert start <= one.service_date < start + timedelta(days=length)
    assert not (changed.starts.departures and changed.stops.departures)
    if kind == "withdraw":
        assert not changed.starts.departures
        assert not changed.waiting.departures
    else:
        assert not changed.stops.departures
        assert len(changed.starts.departures) + len(changed.waiting.departures) <= changed.covered


_NOON = datetime.fromisoformat("2026-11-23T12:00Z")
_held: list[Snapshot] = []


@pytest.fixture(autouse=True)
def _hold(snapshot: Snapshot) -> None:
    """The same snapshot for every example of a law."""
    _held[:] = [snapshot]


def _snapshot() -> Snapshot:
    return _held[0]
