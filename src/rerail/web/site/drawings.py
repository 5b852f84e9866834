"""The drawings on pages, each kept as long as nothing it shows has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from markupsafe import Markup

from rerail.life.consent import Life
from rerail.line.timing import offset_at
from rerail.web.context import View
from rerail.web.drawing.life_chart import life_chart
from rerail.web.drawing.line_map import line_map
from rerail.web.drawing.svg import both
from rerail.web.site.page import Page

LONGEST_BESIDE: Final = 38_000
"""Characters of a drawing on a page that says other things too; a longer one has a page of its own."""


def map_key(view: View) -> tuple[timedelta, ...]:
    """What the line map depends on beside the edition: what each clock along it adds to UTC now."""
    zones = dict.fromkeys(station.clock for station in view.line.stations.values())
    return tuple(offset_at(view.now, zone) for zone in zones)


def map_of_the_line(view: View) -> Markup:
    """The line map, lying and standing."""

    def drawn() -> dict[str, Markup]:
        label = view.words.gettext("Line map")
        return {"drawing": both(lambda layout: line_map(view.line, view.words, view.now, layout), label)}

    return view.piece("site/pieces/drawing.html", "line-map", map_key(view), make=drawn)


def map_beside(view: View) -> Markup | None:
    """The line map where it is one thing of a page among others; None if it is too long for that."""
    drawn = map_of_the_line(view)
    return drawn if len(drawn) <= LONGEST_BESIDE else None


def line_page(view: View) -> Page:
    """The page at `/{lang}/map`: the line map by itself, however long the line is."""
    drawn = map_of_the_line(view)
    return Page(view.render("site/map.html", map=drawn), drawings=(drawn,))


def life_of_the_service(view: View, life: Life) -> Markup:
    """The life drawn, lying and standing, as this life knows it; it marks today."""

    def drawn() -> dict[str, Markup]:
        label = view.words.gettext("The life of the service")
        return {"drawing": both(lambda layout: life_chart(life, view.words, view.now, layout), label)}

    key = (view.snapshot.versions, life.known, view.now.date())
    return view.piece("site/pieces/drawing.html", "life-chart", *key, make=drawn)
