"""Who sits where, and how full the train is: every figure drawn once, and said to those who do not see it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from rerail.web.drawing.columns import Column, columns
from rerail.web.drawing.load import Stretch, load
from rerail.web.drawing.place_plan import Bar, PlacePlan, Row, place_plan
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

ENGLISH = Words("en")
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")
SVG = "{http://www.w3.org/2000/svg}"

PLAN = PlacePlan(
    title="Coach 1",
    stations=("Vladivostok", "Khasan", "Rajin"),
    rows=(
        Row("1", "lower berth", "1", (Bar(0, 1, "sold", "Kim Olga"), Bar(1, 2, "held", "Pak"))),
        Row("2", "upper berth", "1", (Bar(0, 2, "kept", "Example Tours"),)),
        Row("3", "lower berth", "2", ()),
    ),
)


def boxes(svg: str, class_: str) -> list[dict[str, float]]:
    return [
        {name: float(one.get(name) or 0) for name in ("x", "y", "width", "height")}
        for one in ET.fromstring(svg).iter(f"{SVG}rect")
        if one.get("class") == class_
    ]


def size(svg: str) -> tuple[float, float]:
    root = ET.fromstring(svg)
    return float(root.get("width") or 0), float(root.get("height") or 0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_place_taken_over_by_somebody_else_on_the_way_is_one_row_with_two_bars(layout: Layout) -> None:
    svg = place_plan(PLAN, ENGLISH, layout)
    sold, held = boxes(svg, "berth-sold")[0], boxes(svg, "berth-held")[0]
    assert sold["y"] == held["y"], "one place, one row"
    assert sold["x"] + sold["width"] <= held["x"], "one after the other"
    free = boxes(svg, "berth-free")
    assert len(free) == len(PLAN.rows) + 1, "each row's ground, and the key"
    assert "Kim Olga" in svg


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_the_states_mean_is_in_words_and_only_those_there_are(layout: Layout) -> None:
    svg = place_plan(PLAN, ENGLISH, layout)
    for said in ("sold", "held, not paid yet", "kept in an allotment", "free"):
        assert f">{said}<" in svg
    assert "stays empty" not in svg
    assert (ET.fromstring(svg).findtext(f"{SVG}desc") or "").startswith("3 places. 1 is free all the way.")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_name_longer_than_its_stretch_is_shortened_and_never_drawn_over_the_next(layout: Layout) -> None:
    many = PlacePlan(
        title="Coach 1",
        stations=tuple(f"Station {number}" for number in range(13)),
        rows=(Row("1", "seat", None, tuple(Bar(n, n + 1, "sold", "Petrov-Vodkin Kuzma") for n in range(12))),),
    )
    svg = place_plan(many, ENGLISH, layout)
    assert "Petrov-Vodkin Kuzma" not in svg
    if layout == "wide":
        assert "…" in svg
    right = max(box["x"] + box["width"] for box in boxes(svg, "berth-sold"))
    assert right <= size(svg)[0]


def test_a_plan_of_139_stretches_grows_to_the_side_and_a_phone_keeps_its_width() -> None:
    long = PlacePlan(
        title="Coach 1",
        stations=tuple(f"Station {number}" for number in range(140)),
        rows=tuple(Row(str(n), "seat", None, (Bar(n, n + 1, "sold", ""),)) for n in range(36)),
    )
    wide, tall = place_plan(long, ENGLISH, "wide"), place_plan(long, ENGLISH, "tall")
    assert size(wide)[0] > 139 * 26
    assert "drawn-long" in wide
    assert size(tall)[0] == 360


def test_a_name_cannot_become_markup() -> None:
    row = Row("1", "seat", None, (Bar(0, 2, "sold", "<script>"),))
    svg = place_plan(PlacePlan(title="<b>", stations=("A", "B", "C"), rows=(row,)), ENGLISH)
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


LOAD = (
    Stretch(start="Vladivostok", end="Khasan", places=100, sold=40, held=10, kept=12),
    Stretch(start="Khasan", end="Rajin", places=100, sold=80, held=0, kept=0),
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_heights_are_in_proportion_and_sold_held_kept_stand_on_each_other(layout: Layout) -> None:
    svg = load(LOAD, "Load", ENGLISH, layout)
    along = "height" if layout == "wide" else "width"
    first, second = [box[along] for box in boxes(svg, "berth-sold")][:2]
    assert second / first == pytest.approx(2, rel=0.01)
    (held, *_), (kept, *_) = boxes(svg, "berth-held"), boxes(svg, "berth-kept")
    assert held[along] / first == pytest.approx(0.25, rel=0.01)
    if layout == "wide":
        assert kept["y"] + kept["height"] == pytest.approx(held["y"], abs=0.2)
    else:
        assert held["x"] + held["width"] == pytest.approx(kept["x"], abs=0.2)


def test_every_figure_is_said() -> None:
    told = ET.fromstring(load(LOAD, "Load", ENGLISH)).findtext(f"{SVG}desc")
    assert told == (
        "Vladivostok – Khasan: 40 sold, 10 held, 12 kept, 38 free of 100. "
        "Khasan – Rajin: 80 sold, 0 held, 0 kept, 20 free of 100."
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_139_stretches_of_which_each_differs_are_still_a_drawing(layout: Layout) -> None:
    many = tuple(
        Stretch(start=f"Station {n}", end=f"Station {n + 1}", places=720, sold=n, held=0, kept=0) for n in range(139)
    )
    svg = load(many, "Load", ENGLISH, layout)
    assert len(boxes(svg, "berth-sold")) == 138 + 1, "each but the empty one, and the key"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_train_without_coaches_has_nothing_to_draw_and_does_not_fail(layout: Layout) -> None:
    assert size(load((), "Load", ENGLISH, layout))[0] > 0
    assert size(columns((), "Tickets", layout, name="none"))[0] > 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_columns_say_their_figures_and_stand_in_proportion(layout: Layout) -> None:
    entries = (
        Column(label="Jan", value=10, said="10", more=5, more_said="5 given back"),
        Column(label="Feb", value=30, said="30"),
        Column(label="Mar", value=0, said="0"),
    )
    svg = columns(entries, "Tickets", layout, name="t", value_said="valid", more_said="given back")
    along = "height" if layout == "wide" else "width"
    first, second = [box[along] for box in boxes(svg, "berth-sold")][:2]
    assert second / first == pytest.approx(3, rel=0.02)
    assert ET.fromstring(svg).findtext(f"{SVG}desc") == "Jan: 10, 5 given back. Feb: 30. Mar: 0."
