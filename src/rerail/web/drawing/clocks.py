"""Two clocks beside each other: how a train can arrive earlier on the clock than it left."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from rerail.line.model import Line, Train
from rerail.web.drawing import clocks_tall, clocks_wide, svg
from rerail.web.drawing.clock_facts import ClockFacts, clock_facts
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words


def clock_strip(
    line: Line,
    train: Train,
    service_date: date,
    words: Words,
    layout: Layout = "wide",
    name: str = "clock-strip",
    part: tuple[int, int] | None = None,
) -> Markup:
    """A departure on the clocks along its way as an SVG element, lying or standing.

    `part` is the first and the last call to show (both included); `name` begins the drawing's ids, which must
    be unique on a page.
    """
    facts = clock_facts(line, train, service_date, words, part)
    draw = clocks_wide.draw if layout == "wide" else clocks_tall.draw
    width, height, body = draw(facts)
    title = words.gettext("%(train)s: the clocks along the way", train=facts.train)
    return svg.drawing(f"{name}-{layout}", "clock-strip", width, height, title, description(facts), *body)


def description(facts: ClockFacts) -> str:
    """The strip in sentences, for those who do not see it."""
    calls = "; ".join(f"{call.name} {call.times} ({facts.rows[call.row].words})" for call in facts.calls)
    return " ".join([f"{calls}.", *facts.sentences])
