"""The drawings on pages, each kept as long as nothing it shows has changed."""

from __future__ import annotations

from markupsafe import Markup

from rerail.life.consent import Life
from rerail.line.timing import offset_at
from rerail.web.context import View
from rerail.web.drawing.life_chart import life_chart
from rerail.web.drawing.line_map import line_map


def map_of_the_line(view: View) -> Markup:
    """The line map, lying and standing; it shows the clocks' offsets, and so depends on them."""
    zones = dict.fromkeys(station.clock for station in view.line.stations.values())
    offsets = tuple(offset_at(view.now, zone) for zone in zones)

    def drawn() -> dict[str, Markup]:
        return {
            "wide": line_map(view.line, view.words, view.now, "wide"),
            "tall": line_map(view.line, view.words, view.now, "tall"),
        }

    return view.piece("site/pieces/drawing.html", "line-map", offsets, make=drawn)


def life_of_the_service(view: View, life: Life) -> Markup:
    """The life drawn, lying and standing, as this life knows it; it marks today."""

    def drawn() -> dict[str, Markup]:
        return {
            "wide": life_chart(life, view.words, view.now, "wide"),
            "tall": life_chart(life, view.words, view.now, "tall"),
        }

    key = (view.snapshot.versions, life.known, view.now.date())
    return view.piece("site/pieces/drawing.html", "life-chart", *key, make=drawn)
