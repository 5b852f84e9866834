"""Signs that both layouts of the drawing of a life share, and the key that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.life_facts import LifeFacts
from rerail.web.drawing.line_facts import ILLUSTRATIVE

_SIZE: Final = 12.5


def hatch(name: str) -> Markup:
    """The pattern of what is an illustration: slanted lines over the colour below."""
    return svg.tag(
        "defs",
        svg.tag(
            "pattern",
            svg.path("M0 0V6", "hatch"),
            id=f"{name}-hatch",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def hatched(name: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle of that pattern."""
    return svg.tag("rect", x=x, y=y, width=width, height=height, fill=f"url(#{name}-hatch)")


def diamond(x: float, y: float) -> Markup:
    """A special train."""
    return svg.path(f"M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z", "special")


def cross(x: float, y: float) -> Markup:
    """A cancellation."""
    shape = f"M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"
    return svg.group((svg.path(shape, "cancelled-ground"), svg.path(shape, "cancelled")))


def break_mark(x: float, y: float, *, standing: bool = False) -> Markup:
    """Two slanted strokes through an axis: time is cut short here."""
    if standing:
        return svg.group(
            (
                svg.path(f"M{x - 7:g} {y + 1:g}l14 -6v4l-14 6z", "paper"),
                svg.path(f"M{x - 7:g} {y:g}l14 -6m-14 10l14 -6", "break"),
            )
        )
    return svg.group(
        (
            svg.path(f"M{x - 4:g} {y + 7:g}l6 -14h4l-6 14z", "paper"),
            svg.path(f"M{x - 5:g} {y + 7:g}l6 -14m4 0l-6 14", "break"),
        )
    )


def key_entries(facts: LifeFacts, name: str, breaks: Sequence[float]) -> list[tuple[Markup, str]]:
    """What each sign means, those alone that the drawing uses; each sign drawn about (0, 0)."""
    _ = facts.words.gettext
    states = {span.state for band in facts.bands for lane in band.lanes for span in lane.spans}
    found: list[tuple[Markup, str]] = []
    if "granted" in states:
        found.append((svg.rect(-9, -6, 18, 12, "granted", 1), _("consents")))
    if "part" in states:
        found.append((svg.rect(-9, 0, 18, 6, "granted", 1), _("consents for some trains")))
    if "withdrawn" in states:
        found.append((withdrawn(-9, -6, 18, 12), _("consent withdrawn")))
    found.append((svg.line(-9, 0, 9, 0, "no-record"), _("nothing on record")))
    if any(band.agreed for band in facts.bands):
        found.append((svg.rect(-9, -7, 18, 14, "agreed", 1), _("all consent")))
    if any(band.runs for band in facts.bands):
        found.append((svg.rect(-1, -8, 2.5, 16, "ran"), _("a train runs")))
    if any(band.idle for band in facts.bands):
        found.append((svg.rect(-1, -4, 2.5, 8, "idle"), _("planned, does not run")))
    if any(band.specials for band in facts.bands):
        found.append((diamond(0, 0), _("special train")))
    if any(band.cancelled for band in facts.bands):
        found.append((cross(0, 0), _("cancelled")))
    if any(band.announced for band in facts.bands):
        found.append((svg.rect(-9, -6, 18, 12, "announced", 3), _("announced")))
    if breaks:
        found.append((svg.group((svg.line(-9, 0, 9, 0, "axis"), break_mark(0, 0))), _("quiet time cut short")))
    if any(span.illustrative for band in facts.bands for lane in band.lanes for span in lane.spans):
        box = (svg.rect(-9, -6, 18, 12, "granted", 1), hatched(name, -9, -6, 18, 12))
        found.append((svg.group(box), _("illustrative")))
    if any(event.when.endswith(ILLUSTRATIVE) for event in facts.events):
        found.append((svg.text(0, 7, ILLUSTRATIVE, "mark", "middle"), _("illustrative, not a published figure")))
    return found


def key(entries: Sequence[tuple[Markup, str]], y: float, width: float) -> tuple[list[Markup], float]:
    """The key, in as many lines as it needs; and where it ends."""
    body: list[Markup] = []
    x = 0.0
    for sign, words in entries:
        room = 28 + lettering.width(words, _SIZE) + 18
        if x and x + room - 18 > width:
            x, y = 0.0, y + 24
        body.append(svg.group((sign,), transform=f"translate({svg.number(x + 11)} {svg.number(y - 4)})"))
        body.append(svg.text(x + 28, y, words, "small soft"))
        x += room
    return body, y


def withdrawn(x: float, y: float, width: float, height: float) -> Markup:
    """A consent withdrawn: hollow, and struck through."""
    middle_y, middle_x = y + height / 2, x + width / 2
    stroke = (
        svg.line(x, middle_y, x + width, middle_y, "withdrawn-stroke")
        if width >= height
        else svg.line(middle_x, y, middle_x, y + height, "withdrawn-stroke")
    )
    return svg.group((svg.rect(x, y, width, height, "withdrawn", 1), stroke))
