"""The drawings on pages, each kept as long as nothing it shows has changed."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from rerail.life.consent import Life
from rerail.line.timing import offset_at
from rerail.web.context import View
from rerail.web.drawing.life_chart import life_chart
from rerail.web.drawing.line_map import line_map
from rerail.web.drawing.svg import both


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


def life_of_the_service(view: View, life: Life) -> Markup:
    """The life drawn, lying and standing, as this life knows it; it marks today."""

    def drawn() -> dict[str, Markup]:
        label = view.words.gettext("The life of the service")
        return {"drawing": both(lambda layout: life_chart(life, view.words, view.now, layout), label)}

    key = (view.snapshot.versions, life.known, view.now.date())
    return view.piece("site/pieces/drawing.html", "life-chart", *key, make=drawn)
