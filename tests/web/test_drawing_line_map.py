"""The line map says what the folder says: what is main line and what branch, where clocks and gauges change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from lines_to_draw import LINES, NOON, bangkok, fifty, london, one_station, ring, shipped, track
from msgspec.structs import replace

from rerail.web.drawing.line_facts import Stretch, facts
from rerail.web.drawing.line_map import line_map
from rerail.web.drawing.svg import Layout, both
from rerail.web.drawing.topology import diagram, hub, reversals
from rerail.web.i18n import Words

ENGLISH = Words("en")
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")


def texts(svg: str) -> list[str]:
    """Every text of a drawing, in the order of its markup."""
    root = ET.fromstring(svg)
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def said(stretches: tuple[Stretch, ...]) -> list[str]:
    return [stretch.words for stretch in stretches]


def test_the_train_that_goes_furthest_is_the_main_line_and_the_hub_it_turns_at_a_branch() -> None:
    drawn = diagram(shipped())
    assert drawn.main[:4] == ("vladivostok", "ugolnaya", "baranovsky", "vinevitino")
    assert drawn.main[-3:] == ("hongui", "sonbong", "rajin")
    (branch,) = drawn.branches
    assert (branch.junction, branch.stations) == ("baranovsky", ("ussuriysk",))
    assert drawn.links == ()


def test_the_hub_is_where_routes_meet_and_is_no_border_station() -> None:
    assert hub(shipped()) == "ussuriysk"
    assert hub(london()) is None


def test_trains_reverse_at_the_hub_and_nowhere_else() -> None:
    assert reversals(shipped()) == {"ussuriysk"}
    assert reversals(bangkok()) == frozenset()


def test_without_trains_the_longest_track_is_the_main_line() -> None:
    drawn = diagram(fifty())
    assert set(drawn.main) >= {str(number) for number in range(50)}
    junctions = {branch.junction: branch.depth for branch in drawn.branches}
    assert junctions["20"] == 1
    assert junctions["d3"] == 2


def test_a_ring_is_cut_open_and_track_joined_to_nothing_is_drawn_too() -> None:
    drawn = diagram(ring())
    stations = [*drawn.main, *(station for branch in drawn.branches for station in branch.stations)]
    assert sorted(stations) == sorted(ring().stations)
    (link,) = drawn.links
    assert any(branch.junction is None for branch in drawn.branches)
    other = f"track to Station {link.end}"
    for layout in LAYOUTS:
        shown = " ".join(texts(line_map(ring(), ENGLISH, NOON, layout))).replace("\u00a0", " ")
        assert other in shown


def test_one_clock_ends_and_the_next_begins_at_the_border() -> None:
    known = facts(shipped(), ENGLISH, NOON)
    assert said(known.clocks) == ["Vladivostok time, UTC+10, MSK+7", "Pyongyang time, UTC+9"]
    border = known.diagram.main.index("friendship-bridge")
    assert known.clocks[0].end == known.clocks[1].start == border
    assert known.zone_shift(0) == "−1 h"


def test_while_pyongyang_was_half_an_hour_further_behind_the_map_of_that_day_says_so() -> None:
    known = facts(shipped(), ENGLISH, datetime(2017, 1, 1, tzinfo=UTC))
    assert said(known.clocks)[1] == "Pyongyang time, UTC+8:30"
    assert known.zone_shift(0) == "−1 h 30 min"


def test_where_the_station_over_the_border_keeps_the_others_time_no_clock_changes() -> None:
    assert said(facts(bangkok(), ENGLISH, NOON).clocks) == ["Bangkok time, UTC+7"]


def test_gauge_tracks_and_wires_change_where_the_folder_says() -> None:
    known = facts(shipped(), ENGLISH, NOON)
    main = known.diagram.main
    assert said(known.gauges) == ["1520 mm", "1520 + 1435 mm"]
    assert known.gauges[1].start == main.index("tumangang")
    assert said(known.tracks) == ["double track", "single track", "double track", "single track", "not known"]
    assert known.tracks[2].start == main.index("ryazanovka")
    assert said(known.electrification) == ["25 kV AC", "not electrified", "not known", "3 kV DC", "not known"]
    assert [change.words for change in known.gauge_changes] == ["bogie change, 1520/1435 mm, 2 h*"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_station_is_named_once(layout: Layout) -> None:
    for line in (shipped(), fifty(), ring()):
        shown = " | ".join(texts(line_map(line, ENGLISH, NOON, layout)))
        for station in line.stations.values():
            words = [re.escape(word) for word in station.names["en"].split()]
            assert re.search(r"\b" + r"\W+".join(words), shown), station.id


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_illustrative_length_has_the_asterisk_and_a_published_one_has_none(layout: Layout) -> None:
    shown = texts(line_map(shipped(), ENGLISH, NOON, layout))
    unit = "" if layout == "wide" else "\u00a0km"
    assert f"33{unit}*" in shown
    assert f"36{unit}" in shown
    assert f"36{unit}*" not in shown
    assert any("illustrative" in one for one in shown)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_controls_where_and_how(layout: Layout) -> None:
    shown = " ".join(texts(line_map(shipped(), ENGLISH, NOON, layout)))
    assert "the Russian side: on board, on foot" in shown
    assert "the Korean side: on board, on foot" in shown


@pytest.mark.parametrize("layout", LAYOUTS)
def test_both_clocks_are_drawn_with_the_difference_between_them(layout: Layout) -> None:
    assert "−1 h" in texts(line_map(shipped(), ENGLISH, NOON, layout))


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", sorted(LINES))
def test_every_line_is_drawn_well_formed_named_and_without_a_style_of_its_own(
    name: str, layout: Layout, language: str
) -> None:
    svg = line_map(LINES[name](), Words(language), NOON, layout, name="x")
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert set(named) <= set(ids)
    assert len(ids) == len(set(ids))
    assert " style=" not in svg
    assert "<script" not in svg


def test_those_who_do_not_see_the_map_are_told_it() -> None:
    root = ET.fromstring(line_map(shipped(), ENGLISH, NOON))
    told = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    for words in (
        "From Vladivostok to Rajin (Rason), 381 km.",
        "Branch from Baranovsky: Ussuriysk.",
        "Hub: Ussuriysk.",
        "Border: Friendship Bridge.",
        "Border control at Khasan, the Russian side: on board, on foot.",
        "Pyongyang time, UTC+9",
    ):
        assert words in told


def test_a_name_with_markup_in_it_stays_a_name() -> None:
    line = shipped()
    bad = replace(line.stations["khasan"], names={"en": '<script>alert("1")</script> & Söhne'})
    svg = line_map(replace(line, stations={**line.stations, "khasan": bad}), ENGLISH, NOON)
    assert "<script" not in svg
    assert '<script>alert("1")</script> & Söhne' in texts(svg)


def test_a_map_is_the_same_for_a_whole_day_and_for_every_process() -> None:
    again = line_map(shipped(), ENGLISH, NOON + timedelta(hours=5))
    assert line_map(shipped(), ENGLISH, NOON) == again


def test_a_line_longer_than_any_page_scrolls_in_a_region_of_its_own() -> None:
    names = " ".join(str(number) for number in range(140))
    assert 'tabindex="0"' in both(lambda layout: line_map(track(names), ENGLISH, NOON, layout), "Map")
    assert "tabindex" not in both(lambda layout: line_map(shipped(), ENGLISH, NOON, layout), "Map")


def test_a_single_station_is_a_map_too() -> None:
    assert "Station a" in texts(line_map(one_station(), ENGLISH, NOON))
