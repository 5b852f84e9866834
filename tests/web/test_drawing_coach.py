"""The plan of a coach: every place once, where it is, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from lines_to_draw import bangkok, london, shipped
from msgspec.structs import replace

from rerail.line.coach_plan import extent, places_of
from rerail.line.model import CoachType, Line
from rerail.web.drawing.coach_plan import coach_plan
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

ENGLISH = Words("en")
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")
SVG = "{http://www.w3.org/2000/svg}"


def places(svg: str) -> dict[str, tuple[float, float]]:
    """Where the number of each place stands, those of the key left out."""
    found = {}
    for one in ET.fromstring(svg).iter(f"{SVG}g"):
        if (one.get("class") or "").startswith("place "):
            for text in one.iter(f"{SVG}text"):
                found[text.text or ""] = (float(text.get("x") or 0), float(text.get("y") or 0))
    return found


def drawn(*plan: str) -> CoachType:
    """The shipped coach, with another plan."""
    found, faults = places_of(plan)
    assert faults == ()
    rows, columns = extent(plan)
    return replace(shipped().coach_types["seats"], places=found, rows=rows, columns=columns)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("line", [shipped(), bangkok(), london()], ids=lambda line: line.id)
def test_every_place_is_drawn_once_and_no_two_on_one_spot(line: Line, layout: Layout) -> None:
    for kind in line.coach_types.values():
        svg = coach_plan(line, kind, Words("en"), layout)
        where = places(svg)
        assert sorted(where) == sorted(place.number for place in kind.places)
        assert max(Counter(where.values()).values()) == 1


def test_the_aisle_parts_the_rows_beside_it() -> None:
    where = places(coach_plan(shipped(), drawn("1s 3s", "=", "2s 4s"), ENGLISH))
    together = places(coach_plan(shipped(), drawn("1s 3s", "2s 4s"), ENGLISH))
    assert where["2"][1] - where["1"][1] > together["2"][1] - together["1"][1]


def test_standing_the_coach_is_turned_so_that_its_left_end_is_on_top() -> None:
    where = places(coach_plan(shipped(), drawn("1s 3s", "2s 4s"), ENGLISH, "tall"))
    assert where["1"][1] < where["3"][1]
    assert where["1"][0] > where["2"][0], "the first row is at the right"


def test_the_crews_compartments_keep_their_room_though_nobody_may_book_them() -> None:
    staff = coach_plan(shipped(), shipped().coach_types["staff"], ENGLISH)
    plain = coach_plan(shipped(), shipped().coach_types["compartment"], ENGLISH)
    width = [float(ET.fromstring(svg).get("width") or 0) for svg in (staff, plain)]
    assert width[0] > 0.95 * width[1]


def test_what_becomes_of_a_place_is_said_by_more_than_a_colour() -> None:
    kind = drawn("1l 3l", "2u 4u")
    svg = coach_plan(shipped(), kind, ENGLISH, states={"1": "taken", "2": "free", "3": "chosen"})
    classes = {
        text.text: one.get("class")
        for one in ET.fromstring(svg).iter(f"{SVG}g")
        if (one.get("class") or "").startswith("place ")
        for text in one.iter(f"{SVG}text")
    }
    assert classes["1"] == "place place-lower is-taken"
    assert classes["4"] == "place place-upper is-plain"
    assert svg.count("place-struck") == 2, "the taken place, and the key"
    told = ET.fromstring(svg).findtext(f"{SVG}desc") or ""
    assert "free: 2." in told
    assert "taken: 1." in told
    assert "chosen: 3." in told


def test_those_who_do_not_see_it_are_told_the_places_by_kind() -> None:
    told = ET.fromstring(coach_plan(shipped(), drawn("1l 3l", "2u 4w"), ENGLISH)).findtext(f"{SVG}desc")
    assert told == "4 places. lower berth: 1, 3. upper berth: 2. wheelchair place: 4."


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_coach_without_a_single_place_is_drawn_empty(layout: Layout) -> None:
    assert places(coach_plan(shipped(), drawn("="), ENGLISH, layout)) == {}
