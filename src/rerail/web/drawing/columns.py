"""Figures side by side: a column for each month or weekday, lying; a bar for each, standing."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.place_plan import key
from rerail.web.drawing.svg import TALL_WIDTH, WIDE_WIDTH, Layout

_SIZE: Final = 12.5
_HIGH: Final = 150.0


class Column(Struct, frozen=True, kw_only=True):
    """One figure, and perhaps another on top of it."""

    label: str
    value: float
    said: str
    """The figure in words, as it is written beside it."""
    more: float = 0
    more_said: str = ""


def columns(
    entries: tuple[Column, ...],
    title: str,
    layout: Layout = "wide",
    *,
    name: str,
    value_said: str = "",
    more_said: str = "",
) -> Markup:
    """The figures as an SVG element. `value_said` and `more_said` are what the two grounds mean."""
    most = max((one.value + one.more for one in entries), default=0) or 1
    lying = layout == "wide"
    body, width, y = _lying(entries, most) if lying else _standing(entries, most)
    meaning = [("berth-sold", value_said)] if any(one.more for one in entries) else []
    meaning += [("berth-empty", more_said)] if any(one.more for one in entries) else []
    if meaning:
        signs, y = key(meaning, width, y + 24)
        body += signs
    described = " ".join(
        f"{one.label}: {one.said}{f', {one.more_said}' if one.more_said and one.more else ''}." for one in entries
    )
    return svg.drawing(f"{name}-{layout}", "columns", width, y + 14, title, described, *body)


def _lying(entries: tuple[Column, ...], most: float) -> tuple[list[Markup], float, float]:
    width, top = float(WIDE_WIDTH), 26.0
    room = min(120.0, (width - 20) / max(1, len(entries)))
    floor = top + _HIGH
    body = [svg.line(10, floor, 10 + room * len(entries), floor, "axis")]
    for index, one in enumerate(entries):
        x, wide = 10 + index * room + room * 0.14, room * 0.72
        high, more = _HIGH * one.value / most, _HIGH * one.more / most
        if high:
            body.append(svg.rect(x, floor - high, wide, high, "berth-sold"))
        if more:
            body.append(svg.rect(x, floor - high - more, wide, more, "berth-empty"))
        if one.value or one.more:
            body.append(svg.text(x + wide / 2, floor - high - more - 6, one.said, "small strong", "middle"))
        body.append(svg.text(x + wide / 2, floor + 18, one.label, "small", "middle"))
    return body, width, floor + 20


def _standing(entries: tuple[Column, ...], most: float) -> tuple[list[Markup], float, float]:
    width = float(TALL_WIDTH)
    left = 14 + max((lettering.width(one.label, _SIZE) for one in entries), default=0.0)
    right = 10 + max((lettering.width(one.said, _SIZE, bold=True) for one in entries), default=0.0)
    room = max(40.0, width - left - right - 12)
    body, y = [], 8.0
    for one in entries:
        long, more = room * one.value / most, room * one.more / most
        body.append(svg.text(left - 6, y + 15, one.label, "small", "end"))
        if long:
            body.append(svg.rect(left, y, long, 20, "berth-sold"))
        if more:
            body.append(svg.rect(left + long, y, more, 20, "berth-empty"))
        if one.value or one.more:
            body.append(svg.text(left + long + more + 6, y + 15, one.said, "small strong"))
        y += 26
    return body, width, y
