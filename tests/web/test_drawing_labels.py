"""In a real browser: no words of a drawing lie on others, none leave it, and they take the room that was reckoned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from clearing_to_draw import controlled, judged
from lines_to_draw import LINES, NOON, fifty, life_of, london, shipped
from markupsafe import Markup
from playwright.sync_api import Browser

from rerail.web.drawing import lettering
from rerail.web.drawing.clearing import clearing_chart
from rerail.web.drawing.clocks import clock_strip
from rerail.web.drawing.coach_plan import coach_plan
from rerail.web.drawing.life_chart import life_chart
from rerail.web.drawing.line_map import line_map
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words

STYLES = Path(__file__).parent.parent.parent / "src" / "rerail" / "web" / "static" / "site"
LAYOUTS: tuple[Layout, ...] = ("wide", "tall")
LANGUAGES = ("en", "ru", "ko")

Draw = Callable[[Words, Layout], Markup]

DRAWINGS: dict[str, Draw] = {
    **{
        f"map of {name}": lambda words, layout, line=line: line_map(line(), words, NOON, layout)  # type: ignore[misc]
        for name, line in LINES.items()
    },
    "life": lambda words, layout: life_chart(life_of(shipped()), words, NOON, layout),
    "life in the demonstration season": lambda words, layout: life_chart(
        life_of(shipped(), demo=True), words, NOON, layout
    ),
    "life as known in July 2024": lambda words, layout: life_chart(
        life_of(shipped(), known=date(2024, 7, 1)), words, NOON, layout
    ),
    "life of London": lambda words, layout: life_chart(life_of(london()), words, NOON, layout),
    **{
        f"clocks of {train}": lambda words, layout, train=train: clock_strip(  # type: ignore[misc]
            shipped(), shipped().trains[train], date(2026, 12, 10), words, layout
        )
        for train in shipped().trains
    },
    "clearing": lambda words, layout: clearing_chart(controlled(), judged(), words, layout),
    "clearing without a halt": lambda words, layout: clearing_chart(
        controlled(), judged("khasan-tumangang", date(2026, 12, 11), 60), words, layout
    ),
    **{
        f"coach {kind}": lambda words, layout, kind=kind: coach_plan(  # type: ignore[misc]
            shipped(), shipped().coach_types[kind], words, layout
        )
        for kind in shipped().coach_types
    },
}

MEASURE = """
() => [...document.querySelectorAll('svg.drawn')].map(svg => {
  const view = svg.viewBox.baseVal;
  const inverse = svg.getScreenCTM().inverse();
  const boxes = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()).map(text => {
    const box = text.getBBox(), own = inverse.multiply(text.getScreenCTM());
    const size = parseFloat(getComputedStyle(text).fontSize);
    // The letters themselves: from the top of the capitals to a little under the line, without the side bearings.
    const base = box.y + box.height * 0.78;
    const corners = [[box.x + 0.5, base - size * 0.72], [box.x + box.width - 0.5, base - size * 0.72],
                     [box.x + box.width - 0.5, base + size * 0.1], [box.x + 0.5, base + size * 0.1]];
    return {words: text.textContent, corners: corners.map(([x, y]) => {
      const point = svg.createSVGPoint(); point.x = x; point.y = y;
      const seen = point.matrixTransform(own); return [seen.x, seen.y];
    })};
  });
  const axes = box => [0, 1].map(i => {
    const [a, b] = [box[i], box[i + 1]]; return [b[1] - a[1], a[0] - b[0]];
  });
  const span = (box, [x, y]) => {
    const d = box.map(c => c[0] * x + c[1] * y); return [Math.min(...d), Math.max(...d)];
  };
  const leaves = ([x, y]) => x < -1 || y < -1 || x > view.width + 1 || y > view.height + 1;
  const apart = (one, other) => [...axes(one), ...axes(other)].some(axis => {
    const [a, b] = span(one, axis), [c, d] = span(other, axis); return b <= c || d <= a;
  });
  const overlapping = [], outside = [];
  boxes.forEach((one, i) => {
    if (one.corners.some(leaves)) outside.push(one.words);
    boxes.slice(i + 1).forEach(other => {
      if (!apart(one.corners, other.corners)) overlapping.push(`${one.words} | ${other.words}`);
    });
  });
  return {count: boxes.length, overlapping, outside};
})
"""


@pytest.fixture(scope="module")
def measured(browser: Browser) -> Callable[[str, str], list[Any]]:
    """Measures all drawings of one page, set in the site's own style sheets."""
    styles = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STYLES.glob("*.css")))

    def measure(body: str, language: str) -> list[Any]:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_content(f'<!doctype html><html lang="{language}"><style>{styles}</style><body>{body}</body></html>')
        found: list[Any] = page.evaluate(MEASURE)
        page.close()
        return found

    return measure


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_words_lie_on_others_and_none_leave_the_drawing(
    measured: Callable[[str, str], list[Any]], layout: Layout, language: str
) -> None:
    words = Words(language)
    names = list(DRAWINGS)
    found = measured("".join(DRAWINGS[name](words, layout) for name in names), language)
    assert len(found) == len(names)
    for name, one in zip(names, found, strict=True):
        assert one["count"] > 0, name
        assert one["overlapping"] == [], name
        assert one["outside"] == [], name


def test_the_measure_sees_words_that_lie_on_others(measured: Callable[[str, str], list[Any]]) -> None:
    """The test above would notice: the same map with its names pushed together."""
    map_of_fifty = line_map(fifty(), Words("en"), NOON)
    (found,) = measured(map_of_fifty.replace("rotate(-45 ", "rotate(0 "), "en")
    assert len(found["overlapping"]) > 10


SAID = (
    "Vladivostok",
    "Passenger traffic suspended because of the pandemic, at the request of the Korean side.",
    "double track, 25 kV AC, gauge 1520 mm",
    "Владивосток – Раджин (Расон), прямой поезд",
    "Пассажирское движение приостановлено из-за пандемии по просьбе корейской стороны",
    "Пограничный контроль, российская сторона: в вагоне, с выходом из вагона",
    "블라디보스토크 – 라진(라선) 직통열차",
    "2024년 12월 16일",
    "กรุงเทพ – ปาดังเบซาร์",
)


@pytest.mark.parametrize("bold", [False, True])
def test_words_take_no_more_room_than_was_reckoned_and_not_much_less(browser: Browser, *, bold: bool) -> None:
    styles = (STYLES / "1-ground.css").read_text(encoding="utf-8")
    weight = 700 if bold else 400
    page = browser.new_page()
    page.set_content(
        f"<style>{styles} text {{ font: {weight} 14px var(--sans) }}</style><svg>"
        + "".join(f"<text>{words}</text>" for words in SAID)
        + "</svg>"
    )
    real = page.evaluate("() => [...document.querySelectorAll('text')].map(text => text.getComputedTextLength())")
    page.close()
    for words, room in zip(SAID, real, strict=True):
        assert room <= lettering.width(words, 14, bold=bold) <= room * 1.25, words
