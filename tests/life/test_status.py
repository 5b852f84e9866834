"""What one plain sentence can say of a route, and since when."""

from __future__ import annotations

from datetime import UTC, date, datetime

from two_railways import entry, life, line, train

from rerail.life.status import status

NOW = datetime(2026, 6, 10, 0, 0, tzinfo=UTC)
MAY = date(2026, 5, 1)
NORTH = entry("grant", "north", MAY)
SOUTH = entry("grant", "south", MAY)


def test_it_runs_since_the_first_departure_of_the_present_consent() -> None:
    weekly = line(train(rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)))
    found = status(life(weekly, NORTH, SOUTH), ["express"], NOW)
    assert (found.kind, found.since) == ("running", date(2026, 5, 4))
    assert found.next is not None
    assert found.next.service_date == date(2026, 6, 15)


def test_a_gap_in_consent_begins_the_count_anew() -> None:
    gap = entry("withdraw", "south", date(2026, 5, 20), date(2026, 6, 1))
    found = status(life(line(train()), NORTH, SOUTH, gap), ["express"], NOW)
    assert (found.kind, found.since) == ("running", date(2026, 6, 1))


def test_suspended_names_the_side_that_withdrew_and_how_exactly_the_day_is_known() -> None:
    withdrawal = entry("withdraw", "south", date(2026, 6, 1), precision="month")
    found = status(life(line(train()), NORTH, SOUTH, withdrawal), ["express"], NOW)
    assert (found.kind, found.since, found.precision) == ("suspended", date(2026, 6, 1), "month")
    assert found.missing == ("south",)


def test_a_consent_that_ended_is_lapsed_not_suspended() -> None:
    ended = entry("grant", "south", MAY, date(2026, 6, 1))
    found = status(life(line(train()), NORTH, ended), ["express"], NOW)
    assert (found.kind, found.since, found.missing) == ("lapsed", date(2026, 6, 1), ("south",))


def test_an_old_suspension_lifted_for_a_while_is_lapsed_when_the_while_is_over() -> None:
    old = entry("withdraw", "south", date(2026, 2, 1))
    lifted = entry("grant", "south", MAY, date(2026, 6, 1))
    found = status(life(line(train()), NORTH, SOUTH, old, lifted), ["express"], NOW)
    assert (found.kind, found.since) == ("lapsed", date(2026, 6, 1))


def test_one_special_train_let_through_does_not_end_a_suspension() -> None:
    withdrawal = entry("withdraw", "south", date(2026, 5, 10))
    day, after = date(2026, 6, 2), date(2026, 6, 3)
    through = (entry("special", None, day, after, trains=("express",)), entry("grant", "south", day, after))
    held = life(line(train()), NORTH, SOUTH, withdrawal, *through)
    assert day in held.runs("express")
    found = status(held, ["express"], NOW)
    assert (found.kind, found.since) == ("suspended", date(2026, 5, 10))


def test_never_agreed_but_announced() -> None:
    announced = entry("announce", None, date(2026, 7, 1), date(2026, 8, 1))
    found = status(life(line(train()), NORTH, announced), ["express"], NOW)
    assert (found.kind, found.missing) == ("never", ("south",))
    assert found.announced is not None


def test_an_announcement_for_dates_gone_by_is_not_repeated() -> None:
    announced = entry("announce", None, MAY, date(2026, 6, 1))
    assert status(life(line(train()), NORTH, announced), ["express"], NOW).announced is None


def test_agreed_but_nothing_planned() -> None:
    over = line(train(rule="FREQ=DAILY;UNTIL=20260520"))
    assert status(life(over, NORTH, SOUTH), ["express"], NOW).kind == "no-dates"


def test_the_next_departure_is_one_that_has_not_left() -> None:
    # 22:00 in Norton is 12:00 UTC.
    before = status(life(line(train()), NORTH, SOUTH), ["express"], datetime(2026, 6, 10, 11, 59, tzinfo=UTC))
    after = status(life(line(train()), NORTH, SOUTH), ["express"], datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    assert before.next is not None
    assert after.next is not None
    assert (before.next.service_date.day, after.next.service_date.day) == (10, 11)
