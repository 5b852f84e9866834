"""Signs that both layouts of the line map share: stations, clocks, track, and the key that explains them."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, pi, sin

from markupsafe import Markup

from rerail.line.model import StationId
from rerail.line.timing import offset_at
from rerail.web.drawing.lettering import unbroken
from rerail.web.drawing.line_facts import Facts, marked
from rerail.web.drawing.svg import circle, group, line, path, rect


def station_sign(facts: Facts, station: StationId, x: float, y: float, *, end: bool) -> Markup:
    """A ring where trains call, a double ring at the hub, a full one at an end, a bar at the border, else a dot."""
    if station in facts.borders:
        return group((rect(x - 5, y - 17, 10, 34, "paper"), rect(x - 2.5, y - 15, 5, 30, "border-bar")))
    if station == facts.hub:
        return group((circle(x, y, 12, "hub-halo"), circle(x, y, 7.5, "stop stop-hub"), circle(x, y, 2.5, "stop-core")))
    if station in facts.called:
        return circle(x, y, 6.5, "stop stop-end" if end else "stop")
    return circle(x, y, 3, "pass")


def notes(facts: Facts, station: StationId) -> str:
    """What is special about a station, in a few words."""
    _ = facts.words.gettext
    said = []
    if station in facts.borders:
        said.append(_("border"))
    if station == facts.hub:
        said.append(_("hub, change of trains"))
    if station in facts.reversals:
        said.append(_("trains reverse here"))
    for link in facts.diagram.links:
        if link.start == station:
            km = marked(_("%(km)s km", km=facts.km(link)), link.illustrative("km"))
            said.append(_("track to %(station)s, %(length)s", station=facts.name(link.end), length=unbroken(km)))
    return ", ".join(said)


def clock_face(x: float, y: float, radius: float, hours: float) -> Markup:
    """A clock that shows an hour of the day."""
    short = 2 * pi * (hours % 12) / 12
    long = 2 * pi * (hours % 1)
    hands = (
        line(x, y, x + sin(short) * radius * 0.5, y - cos(short) * radius * 0.5, "clock-hand"),
        line(x, y, x + sin(long) * radius * 0.75, y - cos(long) * radius * 0.75, "clock-hand"),
    )
    marks = [
        line(
            x + sin(angle) * radius * 0.8,
            y - cos(angle) * radius * 0.8,
            x + sin(angle) * radius,
            y - cos(angle) * radius,
            "clock-mark",
        )
        for angle in (quarter * pi / 2 for quarter in range(4))
    ]
    return group((circle(x, y, radius, "clock-face"), *marks, *hands))


def noon_elsewhere(facts: Facts, index: int) -> float:
    """What the clock of a stretch shows, in hours, when the first one shows noon."""
    difference = _offset(facts.moment, str(facts.clocks[index].value)) - _offset(
        facts.moment, str(facts.clocks[0].value)
    )
    return (12 + difference / timedelta(hours=1)) % 24


def _offset(moment: datetime, zone: str) -> timedelta:
    return offset_at(moment, zone)


def track(points: list[tuple[float, float]], tracks: int | None, railway: int) -> Markup:
    """Track along straight pieces or one right-angled bend: one rail's band, or two side by side."""
    return _polyline(points, f"track track-{min(tracks or 0, 3)} rail-{railway % 4}")


def _polyline(points: list[tuple[float, float]], class_: str) -> Markup:
    (x, y), *rest = points
    shape = f"M{x:g} {y:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
    body = [path(shape, class_)]
    if "track-2" in class_ or "track-3" in class_:
        body.append(path(shape, "track-gap"))
    return group(body)


def side_of(facts: Facts, railway: str) -> int:
    """The number of a railway on this line: its colour."""
    return list(facts.line.railways).index(railway)
