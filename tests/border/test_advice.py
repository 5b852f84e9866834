"""Advice: what was last known, about whom, until when and from where; never a verdict."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from known_border import BACK, FRIDAY, MADE_UP, line_with, passed, rule
from msgspec.structs import replace

from rerail.border.advice import NOTHING_KNOWN, Advice, Known, advice, concerns, standings
from rerail.line.model import Line, Provenance

RUSSIAN = Known(nationality="RUS", issuing_state="RUS")
AMERICAN = Known(nationality="USA", issuing_state="USA")


def told(line: Line, known: Known = NOTHING_KNOWN, **way: object) -> list[Advice]:
    return list(advice(line, passed(line, **way), known))  # type: ignore[arg-type]


def ids(line: Line, known: Known = NOTHING_KNOWN, **way: object) -> list[str]:
    return [one.rule.id for one in told(line, known, **way)]


def test_a_rule_that_ends_after_the_crossing_is_known_until_the_day_before_its_end() -> None:
    (one,) = told(line_with(rule("us", "not-valid", issuers=("USA",), until=date(2027, 9, 1))))
    assert (one.known_until, one.lapsed_on, one.days) == (date(2027, 8, 31), (), (FRIDAY,))


def test_the_last_day_known_is_the_day_before_until_and_on_until_itself_nobody_knows() -> None:
    for until, lapsed in ((FRIDAY + timedelta(days=1), ()), (FRIDAY, (FRIDAY,))):
        (one,) = told(line_with(rule("us", "not-valid", until=until)))
        assert one.lapsed_on == lapsed


def test_a_rule_that_has_ended_is_told_as_the_last_that_was_known_and_not_dropped() -> None:
    (one,) = told(line_with(rule("us", "not-valid", issuers=("USA",), until=date(2026, 9, 1), condition=True)))
    assert one.known_until == date(2026, 8, 31)
    assert one.lapsed_on == (FRIDAY,)
    assert not one.condition, "what is not known to hold is no condition of sale"


def test_a_rule_without_an_end_is_known_as_of_its_date_alone() -> None:
    (one,) = told(line_with(rule("visa", "visa")))
    assert (one.known_until, one.rule.dated) == (None, date(2026, 1, 1))


def test_a_rule_that_begins_after_the_crossing_says_nothing_about_it() -> None:
    assert ids(line_with(rule("later", "visa", start=FRIDAY + timedelta(days=1)))) == []
    assert ids(line_with(rule("today", "visa", start=FRIDAY))) == ["today"]


def test_a_rule_is_for_one_direction() -> None:
    line = line_with(rule("out", "note"), rule("home", "note", towards="rzd"))
    assert ids(line) == ["out"]
    assert ids(line, train=BACK) == ["home"]


def test_a_rule_for_some_trains_adds_to_those_for_all() -> None:
    line = line_with(rule("all", "note"), rule("shuttle", "note", trains=("khasan-tumangang",)))
    assert ids(line) == ["all", "shuttle"]
    assert ids(line, train="vladivostok-rason", day=date(2026, 12, 10)) == ["all"]


def test_as_long_as_nothing_is_known_of_a_passenger_every_rule_may_be_about_them() -> None:
    line = line_with(
        rule("us", "not-valid", issuers=("USA",)), rule("ru", "visa-free", nationalities=("RUS",)), rule("all", "note")
    )
    assert ids(line) == ["us", "ru", "all"]
    assert ids(line, RUSSIAN) == ["ru", "all"]
    assert ids(line, AMERICAN) == ["us", "all"]
    assert ids(line, Known(nationality="RUS")) == ["us", "ru", "all"], "who issued the passport is not known yet"


def test_a_russian_with_an_american_passport_is_told_of_both() -> None:
    line = line_with(rule("us", "not-valid", issuers=("USA",)), rule("ru", "visa-free", nationalities=("RUS",)))
    assert ids(line, Known(nationality="RUS", issuing_state="USA")) == ["us", "ru"]


def test_germany_is_d_and_deu() -> None:
    one = rule("de", "visa", nationalities=("D",))
    assert concerns(one, Known(nationality="DEU")) is True
    assert concerns(one, Known(nationality="D")) is True
    assert concerns(one, Known(nationality="AUT")) is False


def test_conditions_come_first_then_what_keeps_one_from_travelling() -> None:
    line = line_with(
        rule("note", "note"),
        rule("half-year", "valid-beyond", days=180, condition=True),
        rule("us", "not-valid", issuers=("USA",)),
    )
    assert ids(line) == ["half-year", "us", "note"]


def test_out_and_back_over_one_border_tell_a_rule_once_with_both_days() -> None:
    line = line_with(rule("note", "note", until=date(2026, 12, 10)))
    week = [*passed(line), *passed(line, day=date(2026, 12, 11))]
    (one,) = advice(line, week)
    assert one.days == (FRIDAY, date(2026, 12, 11))
    assert one.lapsed_on == (date(2026, 12, 11),)


def test_sources_are_the_folders_and_an_illustration_says_so() -> None:
    (one,) = told(line_with(rule("us", "not-valid")))
    assert [source.id for source in one.sources] == ["S57", "S58"]
    assert not one.illustrative
    (made_up,) = told(line_with(rule("x", "note", provenance=MADE_UP)))
    assert (made_up.sources, made_up.illustrative) == ((), True)
    (half,) = told(line_with(rule("y", "note", figures={"dated": Provenance(illustrative=True)})))
    assert (half.illustrative, half.rule.illustrative("dated")) == (False, True)


def test_the_day_is_that_of_the_control_one_enters_by() -> None:
    """The shuttle put to just after midnight: on one clock it is Friday, on the other still Thursday.

    Khasan      dep 00:10   Fri 4 December   Asia/Vladivostok
    Tumangang   arr 23:28   Thu 3 December   Asia/Pyongyang
    """
    line = line_with(rule("us", "not-valid", until=FRIDAY))
    late = replace(line.trains["khasan-tumangang"], first_time="00:10")
    line = replace(line, trains={**line.trains, late.id: late})
    (one,) = told(line)
    assert (one.days, one.lapsed_on) == ((date(2026, 12, 3),), ())


@given(
    until=st.dates(date(2026, 6, 1), date(2027, 6, 1)),
    start=st.none() | st.dates(date(2026, 6, 1), date(2027, 6, 1)),
    day=st.sampled_from([FRIDAY + timedelta(weeks=week) for week in range(12)]),
)
def test_a_rule_is_told_from_its_start_on_and_lapsed_from_its_end_on(
    until: date, start: date | None, day: date
) -> None:
    line = line_with(rule("x", "note", start=start, until=until))
    found = [one for passing in passed(line, day=day) for one in standings(line, passing)]
    assert bool(found) == (start is None or start <= day)
    assert all(one.lapsed == (day >= until) for one in found)


def test_a_line_without_rules_has_no_advice() -> None:
    line = replace(line_with(), border=None)
    assert told(line) == []
