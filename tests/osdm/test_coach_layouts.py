"""Coaches as they are drawn: every place once, none on another, none on a wall, all on the grid."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from sale.shop import Shop

from osdm.retailer import Retailer

Rectangle = tuple[int, int, int, int]


def rectangle(said: Any) -> Rectangle:
    at, size = said["rectangle"]["position"], said["rectangle"]["dimension"]
    return at["x"], at["y"], at["x"] + size["width"], at["y"] + size["height"]


def apart(one: Rectangle, other: Rectangle) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def places(layout: Any) -> list[Any]:
    return [place for group in layout["placeGroups"] for place in group["places"]]


def test_everything_drawn_is_on_the_grid_and_nothing_on_another(retailer: Retailer, shop: Shop) -> None:
    said = retailer.get("/coach-deck-layouts")
    line = shop.current.snapshot().line
    assert [one["name"] for one in said["coachDeckLayouts"]] == [
        "Compartment sleeping coach",
        "Compartment sleeping coach with crew's compartments",
        "Coach with seats",
    ]
    for layout, kind in zip(said["coachDeckLayouts"], ("compartment", "staff", "seats"), strict=True):
        drawn = places(layout)
        assert sorted(one["number"] for one in drawn) == sorted(one.number for one in line.coach_types[kind].places)
        everything = [rectangle(one) for one in (*drawn, *layout["graphicElements"])]
        for one in everything:
            assert 0 <= one[0] < one[2] <= layout["dimension"]["width"]
            assert 0 <= one[1] < one[3] <= layout["dimension"]["height"]
        assert all(apart(one, other) for one, other in combinations(everything, 2))


def test_a_compartment_s_berths_stand_between_its_walls(retailer: Retailer) -> None:
    """The first compartment of the plan: upper 2 and 4 over lower 1 and 3, a wall, then 5 to 8; below the corridor."""
    layout = retailer.get("/coach-deck-layouts")["coachDeckLayouts"][0]
    at = {one["number"]: rectangle(one) for one in places(layout)}
    assert [at[one][:2] for one in ("2", "4", "1", "3")] == [(0, 0), (2, 0), (0, 2), (2, 2)]
    assert at["5"][0] == 5
    wall = layout["graphicElements"][0]
    assert (rectangle(wall), wall["code"], wall["orientation"]) == ((4, 0, 5, 4), "WALL_2", 90)
    assert (len(layout["graphicElements"]), layout["dimension"]) == (8, {"width": 44, "height": 6})
    kinds = {one["number"]: one["placeProperties"] for one in places(layout)}
    assert (kinds["1"], kinds["2"]) == (["LOWER_BED", "WINDOW"], ["UPPER_BED", "WINDOW"])
    group = layout["placeGroups"][0]
    assert (group["accommodationType"], group["accommodationSubType"]) == ("BERTH", "TOURIST_SLEEPER_4")


def test_a_drawing_nobody_published_says_so(retailer: Retailer) -> None:
    (remark,) = retailer.get("/coach-deck-layouts")["problems"]
    assert remark["code"] == "urn:x_rerail:problem:ILLUSTRATIVE"
    assert "Coach with seats" in remark["detail"]


def test_one_drawing_is_that_of_the_list_and_may_be_kept(retailer: Retailer) -> None:
    listed = retailer.get("/coach-deck-layouts")["coachDeckLayouts"]
    etag = retailer.answer.headers["etag"]
    assert retailer.get("/coach-deck-layouts", status=304, headers={"if-none-match": f'W/{etag}, "x"'}) is None
    for one in listed:
        assert retailer.get(f"/coach-deck-layouts/{one['id']}")["coachDeckLayout"] == one
    assert "no coach deck layout" in retailer.get("/coach-deck-layouts/compartment", status=404)["detail"]
