"""The key of the line map: what each sign means, in as many lines as it needs."""

from __future__ import annotations

from markupsafe import Markup

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_facts import ILLUSTRATIVE, Facts

_SIZE = 12.5


def key_signs(facts: Facts, left: float, y: float, width: float) -> tuple[list[Markup], float]:
    """The signs that this map uses, from a place on; and where they end."""
    entries = _entries(facts)
    body: list[Markup] = []
    x = left
    for sign, words in entries:
        room = 26 + lettering.width(words, _SIZE) + 20
        if x > left and x + room > width:
            x, y = left, y + 24
        body.append(svg.group((sign,), transform=f"translate({svg.number(x + 9)} {svg.number(y - 4)})"))
        body.append(svg.text(x + 26, y, words, "small soft"))
        x += room
    return body, y


def _entries(facts: Facts) -> list[tuple[Markup, str]]:
    _ = facts.words.gettext
    stations = {*facts.diagram.main, *(one for branch in facts.diagram.branches for one in branch.stations)}
    sections = [*facts.line.sections]
    found: list[tuple[Markup, str]] = []
    if facts.called:
        found.append((svg.circle(0, 0, 6, "stop"), _("trains call")))
    if stations - facts.called - set(facts.borders):
        found.append((svg.circle(0, 0, 3, "pass"), _("no train calls")))
    if facts.hub is not None:
        ring = (svg.circle(0, 0, 9, "hub-halo"), svg.circle(0, 0, 6, "stop stop-hub"), svg.circle(0, 0, 2, "stop-core"))
        found.append((svg.group(ring), _("hub")))
    if facts.borders:
        found.append((svg.rect(-2, -9, 4, 18, "border-bar"), _("border")))
    if any(section.tracks == 2 for section in sections):
        pair = (svg.path("M-8 0H8", "track track-2 rail-0"), svg.path("M-8 0H8", "track-gap"))
        found.append((svg.group(pair), _("double track")))
    if any(section.tracks is None for section in sections):
        found.append((svg.path("M-8 0H8", "track track-0 rail-0"), _("tracks not known")))
    if illustrative(facts):
        found.append((svg.text(0, 6, ILLUSTRATIVE, "mark", "middle"), _("illustrative, not a published figure")))
    return found


def illustrative(facts: Facts) -> bool:
    """Whether any figure on the map is an illustration."""
    fields = ("km", "tracks", "electrification", "gauges")
    return any(section.illustrative(field) for section in facts.line.sections for field in fields)
