"""Who sits where: each place of a coach as a row over the stretches of the journey, with whoever has it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup
from msgspec import Struct

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.svg import TALL_WIDTH, WIDE_WIDTH, Layout
from rerail.web.i18n import Words

State = Literal["sold", "held", "kept", "empty"]

_SIZE: Final = 12.5
_TURN: Final = -50.0
_NARROWEST: Final = 26.0
"""A stretch is drawn no narrower, lying: a drawing that grows longer than the page scrolls."""


class Bar(Struct, frozen=True):
    """A place that is somebody's from one station to another (indexes of the plan's stations)."""

    first: int
    last: int
    state: State
    label: str


class Row(Struct, frozen=True):
    """A place."""

    number: str
    kind: str
    """In words, for the description: "lower berth"."""
    compartment: str | None
    bars: tuple[Bar, ...]


class PlacePlan(Struct, frozen=True, kw_only=True):
    """What is drawn."""

    title: str
    stations: tuple[str, ...]
    """Where somebody boards or alights, and both ends; at least two."""
    rows: tuple[Row, ...]


def place_plan(plan: PlacePlan, words: Words, layout: Layout = "wide", name: str = "place-plan") -> Markup:
    """The plan as an SVG element; `name` begins its ids, which must be unique on a page."""
    room = _Room(plan, layout)
    body = [*_stations(plan, room)]
    y = room.top
    before = plan.rows[0].compartment if plan.rows else None
    for row in plan.rows:
        if row.compartment != before:
            y += room.gap
            body.append(svg.line(8, y - room.gap / 2, room.right, y - room.gap / 2, "berth-wall"))
            before = row.compartment
        body += _row(row, room, y)
        y += room.height
    body += [
        svg.line(room.at(index), room.top - 5, room.at(index), y, "berth-cut") for index in range(room.columns + 1)
    ]
    signs, bottom = _key(plan, words, room, y + 26)
    return svg.drawing(
        f"{name}-{layout}", "place-plan", room.width, bottom + 14, plan.title, _description(plan, words), *body, *signs
    )


class _Room:
    """Where everything is."""

    def __init__(self, plan: PlacePlan, layout: Layout) -> None:
        lying = layout == "wide"
        self.columns: Final = len(plan.stations) - 1
        self.height: Final = 24.0 if lying else 25.0
        self.gap: Final = 7.0
        longest = max((lettering.width(row.number, 13, bold=True) for row in plan.rows), default=0.0)
        self.left: Final = max(44.0 if lying else 34.0, longest + 16)
        given = WIDE_WIDTH if lying else TALL_WIDTH
        names = [lettering.width(station, _SIZE) for station in plan.stations]
        column = (given - self.left - 12) / self.columns
        self.turned: Final = max(names, default=0.0) > column - 10
        lean = math.cos(math.radians(_TURN)) * (names[-1] if self.turned else 0.0)
        margin = 12 + min(lean, 0.3 * given)
        self.column: Final = max((given - self.left - margin) / self.columns, _NARROWEST if lying else 1.5)
        self.right: Final = self.left + self.column * self.columns
        self.width: Final = max(given, self.right + margin)
        tallest = max((-math.sin(math.radians(_TURN)) * one for one in names), default=0.0)
        self.top: Final = 22 + (tallest if self.turned else 8.0)

    def at(self, station: int) -> float:
        """Where a station is."""
        return self.left + station * self.column


def _stations(plan: PlacePlan, room: _Room) -> list[Markup]:
    found = []
    for index, station in enumerate(plan.stations):
        x = room.at(index)
        if room.turned:
            found.append(svg.text(x + 3, room.top - 10, station, "small", turn=_TURN))
        else:
            anchor: svg.Anchor = "start" if index == 0 else "end" if index == room.columns else "middle"
            found.append(svg.text(x, room.top - 12, station, "small", anchor))
    return found


def _row(row: Row, room: _Room, y: float) -> list[Markup]:
    high = room.height - 4
    found = [
        svg.text(room.left - 10, y + high - 5, row.number, "berth-number", "end"),
        svg.rect(room.left, y, room.right - room.left, high, "berth-free"),
    ]
    for bar in row.bars:
        x, wide = room.at(bar.first) + 1, (bar.last - bar.first) * room.column - 2
        found.append(svg.rect(x, y, wide, high, f"berth-{bar.state}", 3))
        label = _fitting(bar.label, wide - 10)
        if label:
            found.append(svg.text(x + 5, y + high - 6, label, f"small berth-words-{bar.state}"))
    return found


def _fitting(label: str, room: float) -> str:
    """The label, or as much of it as says something; empty if that is nothing."""
    if lettering.width(label, _SIZE) <= room:
        return label
    for length in range(len(label) - 1, 1, -1):
        short = label[:length].rstrip() + "…"
        if lettering.width(short, _SIZE) <= room:
            return short
    return ""


def states_said(words: Words) -> dict[State, str]:
    """What each state is called."""
    _ = words.gettext
    return {
        "sold": _("sold"),
        "held": _("held, not paid yet"),
        "kept": _("kept in an allotment"),
        "empty": _("stays empty: a whole compartment was bought"),
    }


def _key(plan: PlacePlan, words: Words, room: _Room, y: float) -> tuple[list[Markup], float]:
    used = {bar.state for row in plan.rows for bar in row.bars}
    entries = [(f"berth-{state}", said) for state, said in states_said(words).items() if state in used]
    return key([*entries, ("berth-free", words.gettext("free"))], room.width, y)


def key(entries: Sequence[tuple[str, str]], width: float, y: float) -> tuple[list[Markup], float]:
    """What the colours mean, in as many lines as it takes; and where it ends."""
    found: list[Markup] = []
    x = 10.0
    for class_, said in entries:
        room = 32 + lettering.width(said, _SIZE) + 20
        if x > 10 and x + room - 20 > min(width, WIDE_WIDTH) - 8:
            x, y = 10.0, y + 24
        found += [svg.rect(x, y - 11, 24, 14, class_, 3), svg.text(x + 32, y, said, "small soft")]
        x += room
    return found, y


def _description(plan: PlacePlan, words: Words) -> str:
    """The plan in sentences, as far as it is not in the table beside it."""
    free = sum(not row.bars for row in plan.rows)
    return " ".join(
        [
            words.ngettext("%(num)d place.", "%(num)d places.", len(plan.rows)),
            words.ngettext("%(num)d is free all the way.", "%(num)d are free all the way.", free),
            words.gettext("The table says who has which."),
        ]
    )
