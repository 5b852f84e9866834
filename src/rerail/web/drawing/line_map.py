"""The map of a line, drawn from its folder alone: stations in order, track, border, hub, and the clocks along it."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from markupsafe import Markup

from rerail.line.model import Line
from rerail.web.drawing import line_map_tall, line_map_wide, svg
from rerail.web.drawing.line_facts import Facts, facts, kilometres
from rerail.web.drawing.svg import Layout
from rerail.web.i18n import Words


def line_map(line: Line, words: Words, moment: datetime, layout: Layout = "wide", name: str = "line-map") -> Markup:
    """The line map as an SVG element, lying ("wide") or standing ("tall").

    `moment` (UTC) decides the clocks' offsets; `name` begins its ids, which must be unique on a page.
    """
    known = facts(line, words, moment)
    draw = line_map_wide.draw if layout == "wide" else line_map_tall.draw
    width, height, body = draw(known)
    title = words.gettext("Map of the line %(line)s", line=line.text(line.names, words.language))
    return svg.drawing(f"{name}-{layout}", "line-map", width, height, title, description(known), *body)


def description(known: Facts) -> str:
    """The map in sentences, for those who do not see it."""
    _ = known.words.gettext
    main = known.diagram.main
    km = sum(known.section(*pair).km for pair in pairwise(main))
    said = [
        _(
            "From %(first)s to %(last)s, %(km)s km.",
            first=known.name(main[0]),
            last=known.name(main[-1]),
            km=kilometres(round(km, 1), known.words),
        ),
        _("Stations in order: %(stations)s.", stations=", ".join(known.name(station) for station in main)),
    ]
    for branch in known.diagram.branches:
        if branch.junction is not None:
            said.append(
                _(
                    "Branch from %(junction)s: %(stations)s.",
                    junction=known.name(branch.junction),
                    stations=", ".join(known.name(station) for station in branch.stations),
                )
            )
    if known.hub is not None:
        said.append(_("Hub: %(station)s.", station=known.name(known.hub)))
    for station in known.borders:
        said.append(_("Border: %(station)s.", station=known.name(station)))
    for control in known.controls:
        said.append(
            _(
                "Border control at %(station)s, %(control)s.",
                station=known.name(control.station),
                control=control.words,
            )
        )
    said.append(_("Clocks: %(clocks)s.", clocks="; ".join(stretch.words for stretch in known.clocks)))
    said.append(_("Gauge: %(gauges)s.", gauges="; ".join(dict.fromkeys(stretch.words for stretch in known.gauges))))
    return " ".join(said)
