"""The strip of clocks: what a passenger must understand of a train that arrives before it left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from lines_to_draw import london, shipped
from msgspec.structs import replace

from rerail.line.model import Train
from rerail.web.drawing.clock_facts import ClockFacts, clock_facts
from rerail.web.drawing.clocks import clock_strip
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

ENGLISH = Words("en")
MONDAY = date(2026, 11, 23)
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")


def shown(train: str, day: date = MONDAY, part: tuple[int, int] | None = None) -> ClockFacts:
    return clock_facts(shipped(), shipped().trains[train], day, ENGLISH, part)


def test_the_shuttle_arrives_42_minutes_before_it_left_and_takes_18() -> None:
    (sentence,) = shown("khasan-tumangang").sentences
    assert sentence == (
        "Leaves Khasan at 15:30, arrives at Tumangang at 14:48: 18 min later, and 42 min earlier on the clock."
    )


def test_the_way_back_seems_an_hour_longer_than_it_is() -> None:
    (sentence,) = shown("tumangang-khasan").sentences
    assert sentence.endswith("1 h 18 min later on the clock, while 18 min pass.")


def test_while_pyongyang_was_at_half_past_eight_the_difference_was_an_hour_and_a_half() -> None:
    facts = shown("khasan-tumangang", date(2017, 1, 2))
    assert facts.shift(0) == "−1 h 30 min"
    assert facts.sentences[0].endswith("18 min later, and 1 h 12 min earlier on the clock.")


def test_a_train_inside_one_country_has_one_clock_and_nothing_to_explain() -> None:
    facts = shown("ussuriysk-khasan")
    assert len(facts.rows) == 1
    assert facts.sentences == ()


def test_calls_after_midnight_are_raised_by_their_days_and_illustrations_marked() -> None:
    calls = {call.name: call.times for call in shown("vladivostok-rason", date(2026, 12, 10)).calls}
    assert calls["Vladivostok"] == "22:00"
    assert calls["Ussuriysk"] == "00:05⁺¹* – 00:35⁺¹*"


def test_part_of_a_train_begins_with_a_departure_and_ends_with_an_arrival() -> None:
    calls = shown("vladivostok-rason", date(2026, 12, 10), (2, 3)).calls
    assert [(call.name, call.times) for call in calls] == [("Khasan", "08:30⁺¹*"), ("Tumangang", "07:50⁺¹*")]


def test_the_marks_of_each_ruler_are_round_on_its_own_clock() -> None:
    """In 2017 the marks of the two clocks, half an hour apart, fall between each other."""
    facts = shown("vladivostok-rason", date(2017, 1, 12))
    first, second = (
        list(facts.marks(row, facts.starts - timedelta(hours=1), facts.ends + timedelta(hours=1), 20)) for row in (0, 1)
    )
    assert {mark.words[-2:] for mark in [*first, *second] if not mark.midnight} == {"00"}
    assert not {mark.at for mark in first} & {mark.at for mark in second}
    assert [mark.words for mark in first if mark.midnight] == ["13 Jan"]


def test_a_ruler_over_the_night_of_the_long_hour_shows_that_hour_twice_as_long() -> None:
    """26 October 2014: London's clock goes back at 02:00. Two UTC hours lie between its marks 01:00 and 02:00."""
    train: Train = replace(london().trains["london-paris-evening"], first_time="23:00")
    facts = clock_facts(london(), train, date(2014, 10, 25), ENGLISH)
    begin = datetime(2014, 10, 25, 22, tzinfo=UTC)
    marks = {mark.words: mark.at for mark in facts.marks(0, begin, begin + timedelta(hours=8), 20)}
    assert marks["02:00"] - marks["01:00"] == timedelta(hours=2)


def test_the_winter_clocks_of_london_and_paris_are_an_hour_apart_like_the_summers() -> None:
    for day in (date(2014, 1, 15), date(2014, 6, 16)):
        train = london().trains["london-paris-evening"]
        assert clock_facts(london(), train, day, ENGLISH).shift(0) == "+1 h"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_every_train_is_drawn_well_formed_and_without_a_style_of_its_own(language: str, layout: Layout) -> None:
    for train in shipped().trains.values():
        svg = clock_strip(shipped(), train, date(2026, 12, 10), Words(language), layout, name="x")
        root = ET.fromstring(svg)
        ids = {element.get("id") for element in root.iter()}
        assert set((root.get("aria-labelledby") or "").split()) <= ids
        assert " style=" not in svg
