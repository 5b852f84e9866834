"""The life drawn: whose word held when, as the journal has it and not a day more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines_to_draw import BEGINNING, NOON, TODAY, life_of, london, shipped
from msgspec.structs import replace

from rerail.life.journal import Entry
from rerail.line.dates import Dates
from rerail.web.drawing.life_axis import FLAG_ROWS, Axis, flags
from rerail.web.drawing.life_chart import life_chart
from rerail.web.drawing.life_facts import Band, LifeFacts, Span, life_facts
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

ENGLISH = Words("en")
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")
SVG = "{http://www.w3.org/2000/svg}"


def bands(**options: object) -> dict[str, Band]:
    life = life_of(shipped(), **options)  # type: ignore[arg-type]
    return {band.route: band for band in life_facts(life, ENGLISH, NOON).bands}


def korean(band: Band) -> list[tuple[str, date, date | None]]:
    (lane,) = [lane for lane in band.lanes if lane.railway == "ksr"]
    return [(span.state, span.start, span.until) for span in lane.spans]


def texts(svg: str) -> str:
    return " | ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))


def test_the_routes_over_the_border_the_principal_one_first() -> None:
    assert list(bands()) == ["direct", "shuttle"]


def test_the_real_history_of_the_direct_train() -> None:
    assert korean(bands()["direct"]) == [
        ("granted", date(2019, 1, 1), date(2020, 2, 1)),
        ("withdrawn", date(2020, 2, 1), date(2025, 5, 8)),
        ("granted", date(2025, 5, 8), date(2026, 1, 1)),
    ]


def test_after_the_end_of_the_record_nothing_is_on_record_and_the_old_suspension_does_not_come_back() -> None:
    assert korean(bands()["direct"])[-1][2] == date(2026, 1, 1)
    assert korean(bands()["shuttle"])[-1] == ("granted", date(2024, 12, 16), date(2026, 1, 1))


def test_a_single_train_let_through_does_not_end_the_suspension() -> None:
    """On 6 June and 19 July 2024 one train ran outbound; before, between and after, the suspension held."""
    states = [one for one in korean(bands()["shuttle"]) if date(2020, 2, 1) <= one[1] < date(2024, 12, 16)]
    assert [state for state, *_ in states] == ["withdrawn", "part", "withdrawn", "part", "withdrawn"]
    assert states[1] == ("part", date(2024, 6, 6), date(2024, 6, 7))
    assert states[4] == ("withdrawn", date(2024, 7, 20), date(2024, 12, 16))


def test_as_known_in_july_2024_the_suspension_has_no_end() -> None:
    known = bands(known=date(2024, 7, 1))
    assert korean(known["direct"])[-1] == ("withdrawn", date(2020, 2, 1), None)
    assert list(known["shuttle"].runs.within(date(2020, 1, 1), date(2030, 1, 1))) == [date(2024, 6, 6)]


def test_what_ran_and_what_was_planned_and_did_not() -> None:
    direct = bands()["direct"]
    assert direct.runs.first == date(2025, 5, 8)
    assert not direct.runs.within(date(2026, 1, 1), None)
    assert direct.idle.within(date(2026, 1, 1), date(2026, 2, 1))
    assert not direct.runs & direct.idle


def test_an_announcement_is_an_event_on_the_day_it_is_heard_and_a_span_where_it_is_for() -> None:
    facts = life_facts(life_of(shipped()), ENGLISH, NOON)
    heard = next(event for event in facts.events if "announced for July" in event.what)
    assert heard.day == date(2024, 6, 26)
    assert heard.when == "26 June 2024"
    (entry,) = next(band for band in facts.bands if band.route == "direct").announced
    assert (entry.start, entry.until) == (date(2024, 7, 1), date(2024, 8, 1))


def test_a_month_is_said_where_the_day_is_not_known() -> None:
    facts = life_facts(life_of(shipped()), ENGLISH, NOON)
    assert "February 2020" in {event.when for event in facts.events}


def test_an_invented_season_is_marked_and_the_real_history_is_not() -> None:
    facts = life_facts(life_of(shipped(), demo=True), ENGLISH, NOON)
    for lane in facts.bands[0].lanes:
        assert {span.illustrative for span in lane.spans if span.start < TODAY - timedelta(days=60)} == {False}
        assert {span.illustrative for span in lane.spans if span.start >= TODAY - timedelta(days=60)} == {True}
    for event in facts.events:
        assert event.when.endswith("*") == (event.day.year in (2019, 2026, 2027)), event


def test_the_day_on_which_the_record_ends_is_an_illustration_and_marked() -> None:
    spans: list[Span] = [span for lane in bands()["direct"].lanes for span in lane.spans]
    assert {span.made_up_until for span in spans if span.until == date(2026, 1, 1)} == {True}
    assert {span.made_up_until for span in spans if span.until == date(2020, 2, 1)} == {False}


def test_one_side_alone_is_not_an_agreement() -> None:
    withdrawn = _entry("withdraw", "sncf", date(2014, 6, 1), None)
    facts = life_facts(life_of(london(), withdrawn, today=date(2014, 7, 1)), ENGLISH, _noon(date(2014, 7, 1)))
    (band,) = facts.bands
    assert list(band.agreed.intervals()) == [(date(2013, 12, 15), date(2014, 6, 1))]
    british = next(lane for lane in band.lanes if lane.railway == "hs1")
    assert british.spans[-1].until == date(2014, 12, 14)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_the_drawing_is_well_formed_named_and_without_a_style_of_its_own(language: str, layout: Layout) -> None:
    for options in ({}, {"demo": True}, {"known": date(2024, 7, 1)}, {"known": date(2018, 1, 1)}):
        svg = life_chart(life_of(shipped(), **options), Words(language), NOON, layout)
        root = ET.fromstring(svg)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
        assert len(ids) == len(set(ids))
        assert " style=" not in svg


@pytest.mark.parametrize("layout", LAYOUTS)
def test_today_is_marked_and_so_is_the_day_of_which_it_is_asked_what_was_known(layout: Layout) -> None:
    now = texts(life_chart(life_of(shipped()), ENGLISH, NOON, layout))
    then = texts(life_chart(life_of(shipped(), known=date(2024, 7, 1)), ENGLISH, NOON, layout))
    assert "today" in now
    assert "known" not in now
    assert ("as known on 1 July 2024" if layout == "wide" else "known") in then
    assert "First direct tourist train" not in then


def test_those_who_do_not_see_it_are_told_whose_word_held_when() -> None:
    told = ET.fromstring(life_chart(life_of(shipped()), ENGLISH, NOON)).findtext(f"{SVG}desc") or ""
    assert "KSR: consents, 1 January 2019 – 31 January 2020; consent withdrawn, 1 February 2020 – 7 May 2025;" in told
    assert "16 departures up to today, the last on" in told


def test_a_line_without_any_entry_says_so() -> None:
    empty = replace(shipped(), history=())
    svg = life_chart(life_of(empty), ENGLISH, NOON)
    assert "nothing on record" in texts(svg)
    assert "No train runs." in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")


# The axis.

DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 1))


def _facts(changes: Sequence[date], runs: Sequence[date]) -> LifeFacts:
    facts = life_facts(life_of(shipped()), ENGLISH, NOON)
    days = tuple(sorted({*changes, TODAY}))
    band = replace(facts.bands[0], runs=Dates.of(runs))
    start, until = days[0] - timedelta(days=45), days[-1] + timedelta(days=45)
    return replace(facts, bands=(band,), changes=days, start=start, until=until)


@given(st.lists(DAYS, max_size=12), st.lists(DAYS, max_size=20), st.dictionaries(DAYS, st.floats(10, 200), max_size=5))
def test_a_later_day_is_never_drawn_before_an_earlier_one(
    changes: list[date], runs: list[date], room: dict[date, float]
) -> None:
    facts = _facts([*changes, *room], runs)
    axis = Axis(facts, 10.0, room=room)
    days = [facts.start + timedelta(days=step) for step in range(0, (facts.until - facts.start).days, 40)]
    places = [axis.at(day) for day in days]
    assert places == sorted(places)
    assert axis.begin <= places[0]
    assert places[-1] <= axis.end
    for one, other in pairwise(sorted(room)):
        assert axis.at(other) - axis.at(one) >= room[one] - 0.1, "to a tenth of a pixel"


def test_quiet_years_are_cut_short_and_years_with_trains_are_not() -> None:
    quiet = Axis(_facts([date(2016, 1, 1), date(2020, 1, 1)], []), 0.0, 1000.0)
    busy = Axis(_facts([date(2016, 1, 1), date(2020, 1, 1)], [date(2018, 5, 5)]), 0.0, 1000.0)
    assert (date(2016, 1, 1), date(2020, 1, 1)) in quiet.cuts
    assert (date(2016, 1, 1), date(2020, 1, 1)) not in busy.cuts
    assert quiet.end == pytest.approx(1000.0)


@given(st.lists(st.tuples(st.floats(0, 1000), st.integers(0, 7)), max_size=25))
def test_no_words_about_an_event_cover_others_or_the_line_down_from_them(events: list[tuple[float, int]]) -> None:
    places, ranks = [place for place, _ in events], [rank for _, rank in events]
    found = flags(places, ranks, 150.0, 1000.0)
    boxes = [
        (row, place - 150.0 if before else place, place if before else place + 150.0, place)
        for place, flag in zip(places, found, strict=True)
        if flag is not None
        for row, before in [flag]
    ]
    assert all(0 <= row < FLAG_ROWS for row, *_ in boxes)
    for index, (row, left, right, _) in enumerate(boxes):
        for other_row, other_left, other_right, _place in boxes[index + 1 :]:
            if row == other_row:
                assert right < other_left or other_right < left
        for other, (other_row, _, _, place) in enumerate(boxes):
            if other != index and other_row > row:
                assert not left < place < right


@given(st.lists(st.tuples(st.floats(0, 1000), st.integers(0, 7)), min_size=1, max_size=25))
def test_what_matters_most_is_always_named(events: list[tuple[float, int]]) -> None:
    ranks = [rank for _, rank in events]
    found = flags([place for place, _ in events], ranks, 150.0, 1000.0)
    first = ranks.index(min(ranks))
    assert found[first] is not None


def _entry(kind: str, railway: str, start: date, until: date | None) -> Entry:
    return Entry(
        seq=0,
        id=f"{kind}-{railway}-{start}",
        kind=kind,  # type: ignore[arg-type]
        railway=railway,
        trains=None,
        start=start,
        until=until,
        known=BEGINNING,
        recorded=BEGINNING,
        who={"en": "somebody"},
        reason={"en": "a reason"},
        origin="live",
    )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
