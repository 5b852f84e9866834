"""Clearing against the halt: what will not hold is seen, hatched, and said in words."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from clearing_to_draw import controlled, judged
from msgspec.structs import replace

from rerail.border.clearing import MOST, Judged
from rerail.web.drawing import lettering
from rerail.web.drawing.clearing import clearing_chart, sentence
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

ENGLISH = Words("en")
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(shown: tuple[Judged, ...], layout: Layout = "wide", language: str = "en") -> str:
    return clearing_chart(controlled(), shown, Words(language), layout)


def boxes(svg: str, class_: str) -> list[dict[str, float]]:
    """Where the rectangles of a class are; the last is the key's."""
    return [
        {name: float(one.get(name) or 0) for name in ("x", "y", "width", "height")}
        for one in ET.fromstring(svg).iter(f"{SVG}rect")
        if one.get("class") == class_
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_halt_that_holds_contains_the_band_and_one_that_does_not_is_left_behind_by_it(layout: Layout) -> None:
    svg = drawn(judged(), layout)
    first, second, _ = boxes(svg, "clear-halt")
    assert first["width"] == second["width"], "both halts are 120 minutes on one scale"
    holding, _ = boxes(svg, "clear-band")
    assert first["y"] < holding["y"] < second["y"]
    assert holding["x"] + holding["width"] < first["width"]
    past, _ = boxes(svg, "clear-over")
    assert past["y"] > second["y"]
    assert past["x"] >= second["width"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lengths_are_in_proportion_to_the_minutes(layout: Layout) -> None:
    (one, _) = judged()
    svg = drawn((one,), layout)
    halt, band = boxes(svg, "clear-halt")[0], boxes(svg, "clear-band")[0]
    assert band["width"] / halt["width"] == pytest.approx((one.time.p90 - one.time.p10) / 120, rel=0.02)


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_hours_of_the_axis_stand_apart(language: str, layout: Layout) -> None:
    words = [one for one in ET.fromstring(drawn(judged(passengers=8), layout, language)).iter(f"{SVG}text") if one.text]
    axis = max(float(one.get("y") or 0) for one in words if one.get("text-anchor") == "middle")
    labels = [(float(one.get("x") or 0), str(one.text)) for one in words if float(one.get("y") or 0) == axis]
    assert len(labels) > 2
    for (left, before), (right, after) in pairwise(labels[1:]):
        room = right - left - lettering.width(before, 12.5) / 2 - lettering.width(after, 12.5) / 2
        assert room >= 8, f"{before} {after}"


def test_the_order_of_travel_is_the_order_of_the_page() -> None:
    svg = drawn(judged())
    assert svg.index("Khasan, the Russian side, on board") < svg.index("Tumangang, the Korean side, on board")


def test_a_band_across_the_end_of_the_halt_is_cut_there() -> None:
    one = replace(judged()[0], halt_minutes=71, holds=0.5, capacity=95)
    svg = drawn((one,))
    halt, inside, past = (boxes(svg, class_)[0] for class_ in ("clear-halt", "clear-band", "clear-over"))
    assert inside["x"] + inside["width"] == pytest.approx(halt["width"], abs=0.2)
    assert past["x"] == pytest.approx(halt["width"], abs=0.2)


def test_the_warning_is_in_words_too_and_only_where_it_is_one() -> None:
    svg = drawn(judged())
    assert svg.count("Too short: 100 passengers to clear, room for ") == 1
    assert svg.count("clear-warn") == 1
    assert "past the time there is" in svg
    assert "Too short" not in drawn(judged(passengers=40))
    assert "past the time there is" not in drawn(judged(passengers=40))


def test_the_sentence_says_how_long_how_sure_and_for_how_many() -> None:
    holding, short = (sentence(controlled(), one, ENGLISH) for one in judged())
    assert holding.startswith("Khasan, the Russian side: clearing 100 passengers takes about 1 h 1")
    assert "The halt of 2 h* is long enough with a probability of more than 99 %." in holding
    assert holding.endswith("* passengers.")
    assert "The halt of 2 h* will not hold: it is long enough with a probability of " in short
    capacity = judged()[1].capacity
    assert short.endswith(f"It holds up to {capacity}* passengers.")


def test_the_drawing_tells_the_sentences_to_those_who_do_not_see_it() -> None:
    described = ET.fromstring(drawn(judged())).findtext(f"{SVG}desc")
    assert described == " ".join(sentence(controlled(), one, ENGLISH) for one in judged())


def test_an_unknown_halt_is_drawn_as_unknown_and_gets_no_verdict() -> None:
    shuttle = judged("khasan-tumangang", date(2026, 12, 11), 60)
    svg = drawn(shuttle)
    assert svg.count("no verdict: the time there is not known") == 2
    assert not boxes(svg, "clear-halt")
    assert len(boxes(svg, "clear-unknown")) == 2
    assert sentence(controlled(), shuttle[0], ENGLISH).endswith("How long there is for it is not known.")


def test_before_boarding_it_is_the_time_before_departure() -> None:
    one = judged()[0]
    before = replace(one, checkpoint=replace(one.checkpoint, mode="before-boarding"))
    assert "before departure 2 h*" in drawn((before,))
    assert "The time before departure, 2 h*, is enough" in sentence(controlled(), before, ENGLISH)
    short = replace(before, halt_minutes=30, holds=0.0, capacity=40)
    assert "The time before departure, 30 min*, will not do" in sentence(controlled(), short, ENGLISH)
    assert "less than 1 %" in sentence(controlled(), short, ENGLISH)
    unknown = replace(before, halt_minutes=None, holds=None, capacity=None)
    assert "have to be there is not known" in sentence(controlled(), unknown, ENGLISH)


def test_a_capacity_that_was_not_reached_is_no_number() -> None:
    """It was looked for up to 2,000 passengers, and that is not the answer."""
    one = replace(judged()[0], capacity=MOST)
    assert f"{MOST:d}" not in drawn((one,)).replace("http://www.w3.org/2000/svg", "")
    assert sentence(controlled(), one, ENGLISH).endswith("It holds as many passengers as any train carries.")


def test_nobody_to_clear_is_drawn_as_no_time() -> None:
    svg = drawn(judged(passengers=0))
    assert "0 passengers to clear" in svg
    assert boxes(svg, "clear-band")[0]["x"] == 0


def test_figures_that_are_published_carry_no_mark() -> None:
    svg = drawn(tuple(replace(one, illustrative=False) for one in judged()))
    assert "*" not in svg
    assert "illustrative" not in svg


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_it_is_well_formed_named_and_without_a_style_of_its_own(language: str, layout: Layout) -> None:
    svg = drawn(judged(), layout, language)
    root = ET.fromstring(svg)
    assert set((root.get("aria-labelledby") or "").split()) <= {one.get("id") for one in root.iter()}
    assert " style=" not in svg
    assert (language == "en") == ("halt 2 h" in svg)
    assert float(root.get("width") or 0) == (820 if layout == "wide" else 360)
