"""Two keys: a departure runs only where its running days and every railway it crosses say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from two_railways import entry, life, line, numbered, train

from rerail.life.consent import Life
from rerail.life.journal import Entry

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)
JULY = date(2026, 7, 1)


def test_no_entry_means_no() -> None:
    assert not life(line(train())).runs("express")


def test_one_key_does_not_start_the_train() -> None:
    assert not life(line(train()), entry("grant", "north", MAY)).runs("express")


def test_both_keys_start_it_on_the_dates_both_granted() -> None:
    runs = life(line(train()), entry("grant", "north", MAY), entry("grant", "south", JUNE, JULY)).runs("express")
    assert list(runs) == [JUNE + timedelta(days=day) for day in range(30)]


def test_a_domestic_train_needs_only_its_own_railway() -> None:
    domestic = train("local", railways=("north",), stations=("norton", "middleton"))
    assert MAY in life(line(domestic), entry("grant", "north", MAY)).runs("local")


def test_one_side_suspends_and_resuming_needs_the_side_that_suspended() -> None:
    agreed = [entry("grant", "north", MAY), entry("grant", "south", MAY)]
    suspended = [*agreed, entry("withdraw", "south", JUNE)]
    assert JUNE not in life(line(train()), *suspended).runs("express")
    assert MAY in life(line(train()), *suspended).runs("express"), "what ran before stays"
    north_again = [*suspended, entry("grant", "north", JULY)]
    assert JULY not in life(line(train()), *north_again).runs("express")
    both_again = [*north_again, entry("grant", "south", JULY)]
    assert JULY in life(line(train()), *both_again).runs("express")


def test_a_withdrawal_for_one_train_leaves_the_others() -> None:
    two = line(train("express"), train("night"))
    journal = (
        entry("grant", "north", MAY),
        entry("grant", "south", MAY),
        entry("withdraw", "south", JUNE, trains=("night",)),
    )
    assert JUNE in life(two, *journal).runs("express")
    assert JUNE not in life(two, *journal).runs("night")


def test_the_last_entry_wins_between_one_for_all_trains_and_one_for_this_train() -> None:
    both = (entry("grant", "north", MAY), entry("grant", "south", MAY))
    for_this = entry("withdraw", "south", JUNE, trains=("express",))
    for_all = entry("grant", "south", JUNE)
    assert JUNE in life(line(train()), *both, for_this, for_all).runs("express")
    assert JUNE not in life(line(train()), *both, for_all, for_this).runs("express")


def test_an_announcement_puts_nothing_on_sale() -> None:
    announced = life(line(train()), entry("announce", None, JULY, date(2026, 8, 1)))
    departure = announced.departure("express", JULY)
    assert departure is not None
    assert not departure.runs
    assert [one.kind for one in departure.announcements] == ["announce"]
    assert departure.missing == ("north", "south")


def test_a_special_adds_a_date_and_still_needs_every_consent() -> None:
    weekly = line(train(rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)))
    sunday = date(2026, 6, 7)
    special = entry("special", None, sunday, sunday + timedelta(days=1), trains=("express",))
    north = entry("grant", "north", sunday, sunday + timedelta(days=1))
    south = entry("grant", "south", sunday, sunday + timedelta(days=1))
    assert sunday not in life(weekly, special, north).runs("express")
    assert sunday in life(weekly, special, north, south).runs("express")


def test_a_cancelled_date_does_not_run_and_a_later_special_brings_it_back() -> None:
    both = (entry("grant", "north", MAY), entry("grant", "south", MAY))
    cancel = entry("cancel", None, JUNE, JUNE + timedelta(days=1), trains=("express",))
    special = entry("special", None, JUNE, JUNE + timedelta(days=1), trains=("express",))
    cancelled = life(line(train()), *both, cancel).departure("express", JUNE)
    assert cancelled is not None
    assert not cancelled.runs
    assert cancelled.cancelled is not None
    assert JUNE in life(line(train()), *both, cancel, special).runs("express")
    assert JUNE not in life(line(train()), *both, special, cancel).runs("express")


def test_a_departure_names_the_entry_that_decided_for_each_railway() -> None:
    journal = life(
        line(train()),
        entry("grant", "north", MAY),
        entry("grant", "south", MAY),
        entry("withdraw", "south", JUNE, reason={"en": "epidemic"}),
    )
    departure = journal.departure("express", JUNE)
    assert departure is not None
    north, south = departure.keys
    assert north.consent
    assert not south.consent
    assert south.entry is not None
    assert south.entry.reason == {"en": "epidemic"}


def test_as_known_on_a_day_counts_what_was_known_by_its_last_second_in_utc() -> None:
    grant = entry("grant", "north", MAY)
    late = entry("grant", "south", MAY, known=datetime(2026, 4, 10, 23, 59, 59, tzinfo=UTC))
    next_day = entry("withdraw", "south", MAY, known=datetime(2026, 4, 11, 0, 0, tzinfo=UTC))
    of = line(train())
    assert MAY not in life(of, grant, late, next_day, known=date(2026, 4, 9)).runs("express")
    assert MAY in life(of, grant, late, next_day, known=date(2026, 4, 10)).runs("express")
    assert MAY not in life(of, grant, late, next_day, known=date(2026, 4, 11)).runs("express")


def test_departures_come_by_the_instant_they_leave_not_by_name() -> None:
    of = line(train("a-evening", leaves="22:00"), train("b-morning", leaves="06:00"))
    both = (entry("grant", "north", MAY), entry("grant", "south", MAY))
    found = life(of, *both).departures(MAY, MAY + timedelta(days=2))
    assert [(one.train.id, one.service_date.day) for one in found] == [
        ("b-morning", 1),
        ("a-evening", 1),
        ("b-morning", 2),
        ("a-evening", 2),
    ]


# A law: whatever the journal, the fold agrees with asking, date by date, for the last entry that covers it.

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=day) for day in range(20)]


def _spans() -> st.SearchStrategy[tuple[date, date | None]]:
    return st.tuples(st.sampled_from(DAYS), st.none() | st.integers(1, 15)).map(
        lambda span: (span[0], None if span[1] is None else span[0] + timedelta(days=span[1]))
    )


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(["grant", "grant", "withdraw", "special", "cancel", "announce"]))
    start, until = draw(_spans())
    trains = draw(st.sampled_from([None, ("express",), ("night",), ("express", "night")]))
    side = draw(st.sampled_from(["north", "south"])) if kind in ("grant", "withdraw") else None
    return entry(kind, side, start, until, trains=trains)


def _runs_by_hand(journal: tuple[Entry, ...], name: str, day: date) -> bool:
    planned = day.weekday() == 0 if name == "express" else True
    keys = {"north": False, "south": False}
    for one in journal:
        if not one.concerns(name) or day < one.start or (one.until is not None and day >= one.until):
            continue
        if one.kind in ("grant", "withdraw") and one.railway is not None:
            keys[one.railway] = one.kind == "grant"
        elif one.kind in ("special", "cancel"):
            planned = one.kind == "special"
    return planned and all(keys.values())


@given(st.lists(_entries(), max_size=12))
def test_the_fold_says_for_every_date_what_the_last_entry_says(journal: list[Entry]) -> None:
    of = line(train("express", rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)), train("night"))
    held: Life = life(of, *journal, window=(FIRST, FIRST + timedelta(days=40)))
    for name in ("express", "night"):
        for day in (FIRST + timedelta(days=number) for number in range(40)):
            expected = _runs_by_hand(numbered(*journal), name, day)
            assert (day in held.runs(name)) == expected
            departure = held.departure(name, day)
            assert departure is not None
            assert departure.runs == expected
            if expected:
                assert departure.missing == ()
                assert departure.planned
