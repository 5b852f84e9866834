"""What an entry would change is shown before it is written, and what has left is not touched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
from two_railways import BEGINNING, entry, life, line, numbered, train

from rerail.life.consent import Life
from rerail.life.editions import Sold, differences, stopped, taken_away
from rerail.life.preview import already_left, changes
from rerail.life.timetable import Edition, Timetable
from rerail.line.border import BorderRules, Keeping
from rerail.line.model import Provenance
from rerail.line.stretch import stretch
from rerail.line.tariff import Category, SaleRules, Tariff

MAY = date(2026, 5, 1)
BOTH = (entry("grant", "north", MAY), entry("grant", "south", MAY))


def test_a_withdrawal_shows_each_departure_it_stops() -> None:
    of = line(train(rule="FREQ=WEEKLY;BYDAY=MO,WE,FR", start=date(2026, 1, 5)))
    withdrawal = entry("withdraw", "south", date(2026, 6, 1), date(2026, 6, 8))
    found = changes(life(of, *BOTH), life(of, *BOTH, withdrawal))
    assert [(one.after.service_date.day, one.stops) for one in found] == [(1, True), (3, True), (5, True)]


def test_a_grant_by_one_side_alone_changes_nothing() -> None:
    of = line(train())
    assert changes(life(of), life(of, BOTH[0])) == ()


def test_the_departure_that_leaves_later_today_may_still_be_stopped() -> None:
    # 22:00 in Norton is 12:00 UTC.
    of = line(train(leaves="22:00"))
    withdrawal = entry("withdraw", "south", MAY)
    after = life(of, *BOTH, withdrawal)
    before_it_leaves = datetime(2026, 5, 1, 11, 59, tzinfo=UTC)
    as_it_leaves = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    assert already_left(after, [withdrawal], before_it_leaves) == []
    assert [one.service_date for one in already_left(after, [withdrawal], as_it_leaves)] == [MAY]


def test_an_entry_over_days_without_a_departure_touches_nothing() -> None:
    of = line(train(rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)))
    tuesday = date(2026, 5, 5)
    withdrawal = entry("withdraw", "south", tuesday)
    assert already_left(life(of, *BOTH, withdrawal), [withdrawal], datetime(2026, 5, 8, tzinfo=UTC)) == []


def test_a_special_in_the_past_is_a_departure_that_has_left() -> None:
    of = line(train(rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)))
    tuesday = date(2026, 5, 5)
    special = entry("special", None, tuesday, tuesday + timedelta(days=1), trains=("express",))
    left = already_left(life(of, *BOTH, special), [special], datetime(2026, 5, 8, tzinfo=UTC))
    assert [one.service_date for one in left] == [tuesday]


# Editions: what ran last month is shown as it ran.

CHANGED = datetime(2026, 5, 10, 5, 0, tzinfo=UTC)  # 15:00 in Norton


def two_editions(old_time: str, new_time: str) -> Timetable:
    return Timetable(
        [
            Edition(1, line(train(leaves=old_time)), BEGINNING),
            Edition(2, line(train(leaves=new_time), content="second"), CHANGED),
        ]
    )


def leaves(timetable: Timetable, day: date) -> str:
    found = timetable.at("express", day)
    assert found is not None
    return found[1].first_time


def test_a_departure_belongs_to_the_edition_in_force_when_it_left() -> None:
    timetable = two_editions("10:00", "11:00")
    assert leaves(timetable, date(2026, 5, 9)) == "10:00"
    assert leaves(timetable, date(2026, 5, 10)) == "10:00", "left at 10:00, five hours before the change"
    assert leaves(timetable, date(2026, 5, 11)) == "11:00"


def test_a_departure_still_to_come_on_the_day_of_the_change_is_the_new_editions() -> None:
    assert leaves(two_editions("22:00", "23:00"), date(2026, 5, 10)) == "23:00"


def test_a_departure_moved_to_an_hour_already_past_keeps_its_old_time_today() -> None:
    timetable = two_editions("22:00", "10:00")
    assert leaves(timetable, date(2026, 5, 10)) == "22:00"
    assert leaves(timetable, date(2026, 5, 11)) == "10:00"


def test_a_train_that_the_new_edition_drops_is_still_known_for_the_past() -> None:
    timetable = Timetable(
        [
            Edition(1, line(train("express"), train("night")), BEGINNING),
            Edition(2, line(train("express"), content="second"), CHANGED),
        ]
    )
    held = Life(timetable, numbered(*BOTH), (MAY, date(2026, 6, 1)))
    assert held.runs("night").last == date(2026, 5, 9)
    assert held.departure("night", date(2026, 5, 12)) is None
    assert held.runs("express").last == date(2026, 5, 31)


def test_what_changed_between_two_editions_is_said_in_sentences() -> None:
    old = line(train("express", leaves="22:00"), train("night"))
    new = line(train("express", leaves="21:30"), train("dawn"), content="second")
    assert differences(old, new) == [
        "Train dawn is new.",
        "Train express: times changed: norton 21:30, sutton 22:20 (was norton 22:00, sutton 22:50).",
        "Train night is gone.",
    ]


def test_other_fares_are_said_in_a_sentence() -> None:
    adult = Category(provenance=Provenance(), id="adult", names={"en": "Adult"})
    sold = Tariff(currencies=("XXX",), categories={"adult": adult}, fares=(), sale=SaleRules(provenance=Provenance()))
    later = msgspec.structs.replace(sold, currencies=("XXX", "XTS"))
    without = line(train("express"))
    old, new = (msgspec.structs.replace(without, tariff=tariff) for tariff in (sold, later))
    assert differences(old, old) == []
    assert differences(old, new) == ["The fares or the rules of sale changed; what was sold stays as it was sold."]
    assert differences(without, new) == ["Tickets are sold: fares.toml is new."]
    assert differences(new, without) == ["fares.toml is gone: nothing is sold."]


def test_what_the_border_asks_is_said_in_a_sentence() -> None:
    keeping = Keeping(provenance=Provenance(), documents_days=7, lists_days=30, names_days=365)
    without = line(train("express"))
    old, new = (
        msgspec.structs.replace(without, border=border) for border in (BorderRules(), BorderRules(keeping=keeping))
    )
    assert differences(old, old) == []
    assert differences(old, new) == ["What a border asks for changed, or who gets its lists, or how long data is kept."]
    assert differences(without, new) == ["The borders ask for something: border.toml is new."]
    assert differences(new, without) == ["border.toml is gone: no border asks for anything."]


def test_a_train_that_calls_twice_takes_nobody_s_way_back_to_the_first_station_away() -> None:
    """norton – middleton – sutton – middleton: who rides from Sutton to Middleton alights at the last call."""
    monday = date(2026, 6, 1)
    loop = line(train("express", stations=("norton", "middleton", "sutton", "middleton")))
    sold = [
        Sold("AAA", "express", monday, "sutton", "middleton"),
        Sold("BBB", "express", monday, "norton", "middleton"),
        Sold("CCC", "express", monday, "sutton", "norton"),
    ]
    assert stretch(loop.trains["express"], "norton", "middleton") == (0, 3)
    assert [one.sold.reference for one in taken_away(life(loop), sold)] == ["CCC"]


def test_one_more_railway_on_the_way_has_consented_to_nothing() -> None:
    monday = date(2026, 6, 1)
    sold = [Sold("AAA", "express", monday, "norton", "sutton")]
    before = life(line(train("express", railways=("north",))), BOTH[0])
    after = line(train("express"))
    assert [one.why for one in stopped(before, life(after, BOTH[0]), sold)] == ["no consent of south covers it"]
    assert stopped(before, life(after, *BOTH), sold) == []
    assert stopped(life(after, BOTH[0]), life(after, BOTH[0]), sold) == [], "it did not run before"


def test_a_change_that_takes_away_what_a_passenger_has_bought_is_found() -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    sold = [
        Sold("AAA", "express", monday, "norton", "sutton"),
        Sold("BBB", "express", tuesday, "norton", "sutton"),
        Sold("CCC", "night", monday, "norton", "sutton"),
        Sold("DDD", "express", monday, "middleton", "sutton"),
        Sold("EEE", "express", monday, "sutton", "norton"),
    ]
    new = line(train("express", rule="FREQ=WEEKLY;BYDAY=MO", start=date(2026, 1, 5)))
    taken = {one.sold.reference: one.why for one in taken_away(life(new), sold)}
    assert taken == {
        "BBB": "the train is no longer planned on this date",
        "CCC": "the train is gone",
        "DDD": "the train no longer calls at middleton",
        "EEE": "one can no longer travel from sutton to norton",
    }
