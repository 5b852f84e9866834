"""A coach from above: every place with its number, kind and window, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from markupsafe import Markup

from rerail.line.model import CoachType, Line, Place
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_facts import ILLUSTRATIVE
from rerail.web.drawing.svg import TALL_WIDTH, Layout
from rerail.web.i18n import Words

PlaceState = Literal["free", "taken", "chosen"]

_CELL: Final = 38.0
"""Room of one place, both ways."""
_PLACE: Final = 32.0
_WALL: Final = 10.0
"""Room of a compartment's wall along the coach."""
_AISLE: Final = 22.0
_END: Final = 30.0
"""The vestibule at each end."""
_SIZE: Final = 12.5


def coach_plan(
    line: Line,
    kind: CoachType,
    words: Words,
    layout: Layout = "wide",
    name: str = "coach-plan",
    states: Mapping[str, PlaceState] | None = None,
) -> Markup:
    """The plan of a kind of coach as an SVG element, lying or standing.

    `states` says by number what becomes of each place; without it no place is marked. `name` begins the
    drawing's ids, which must be unique on a page.
    """
    plan = _Plan(kind, standing=layout == "tall")
    shown = states or {}
    body = [plan.shell(), plan.walls(), *_places(plan, kind, shown), plan.windows()]
    entries = _key(kind, words, shown)
    margin = 8.0
    width = TALL_WIDTH if layout == "tall" else max(plan.width + 2 * margin, 420.0)
    left = (width - plan.width) / 2 if layout == "tall" else margin
    signs, bottom = _key_signs(entries, margin, plan.height + 46, width - margin)
    if kind.illustrative("places"):
        bottom += 26
        made_up = f"{ILLUSTRATIVE} {words.gettext('illustrative, not a published figure')}"
        signs.append(svg.text(margin, bottom, made_up, "small soft"))
    coach = svg.group(body, transform=f"translate({svg.number(left)} {svg.number(margin)})")
    title = words.gettext("Plan of the coach: %(coach)s", coach=line.text(kind.names, words.language))
    return svg.drawing(
        f"{name}-{layout}", "coach-plan", width, bottom + 12, title, _description(kind, words, shown), coach, *signs
    )


class _Plan:
    """Where everything in a coach is; lying first, and turned a quarter for a phone."""

    def __init__(self, kind: CoachType, *, standing: bool) -> None:
        self._kind = kind
        self._standing = standing
        rows = max(kind.rows, 1 + max((place.row for place in kind.places), default=0))
        columns = max(kind.columns, 1 + max((place.column for place in kind.places), default=0))
        used = {place.row for place in kind.places}
        self._across = [0.0]
        for row in range(rows):
            self._across.append(self._across[-1] + (_CELL if row in used else _AISLE))
        before: dict[str, int] = {}
        for place in kind.places:
            if place.compartment is not None:
                before[place.compartment] = min(place.column, before.get(place.compartment, place.column))
        ends = [place.column + 1 for place in kind.places if place.compartment is not None]
        last = [max(ends)] if ends and max(ends) < columns else []
        self._walls = sorted({column for column in [*before.values(), *last] if column > 0})
        self._along = [_END]
        for column in range(columns):
            self._along.append(self._along[-1] + _CELL + (_WALL if column + 1 in self._walls else 0))
        self._length = self._along[-1] + _END
        self._breadth = self._across[-1]
        self.width, self.height = (self._breadth, self._length) if standing else (self._length, self._breadth)

    def at(self, along: float, across: float) -> tuple[float, float]:
        """A point of the drawing."""
        # Standing, the left end is on top and the first row at the right: the lying coach turned a quarter.
        return (self._breadth - across, along) if self._standing else (along, across)

    def corner(self, place: Place) -> tuple[float, float]:
        """The middle of a place."""
        return self.at(self._along[place.column] + _CELL / 2, self._across[place.row] + _CELL / 2)

    def shell(self) -> Markup:
        """The body of the coach, and where one boards."""
        doors = [
            self._stroke(along, across, along + 12, across)
            for along in (10.0, self._length - 22.0)
            for across in (0.0, self._breadth)
        ]
        return svg.group((svg.rect(0, 0, self.width, self.height, "coach", 9), svg.path("".join(doors), "door")))

    def walls(self) -> Markup:
        """Walls of the compartments, from the window to the aisle, and those of the vestibules."""
        ends = (_END - 3, self._length - _END + 3)
        found = [self._stroke(along, 0, along, self._breadth) for along in ends]
        used = [place.row for place in self._kind.places if place.compartment is not None]
        if used:
            top, bottom = self._across[min(used)], self._across[max(used) + 1]
            between = [self._along[column] - _WALL / 2 for column in self._walls]
            found.extend(self._stroke(along, top, along, bottom) for along in between)
            # The wall towards the aisle has a door for each compartment, which is what a gap in it is.
            edge = bottom if bottom < self._breadth else top
            if 0 < edge < self._breadth:
                for begin, end in pairwise([ends[0], *between, ends[1]]):
                    gap = min(20.0, (end - begin) / 3)
                    middle = (begin + end) / 2
                    found.append(self._stroke(begin, edge, middle - gap / 2, edge))
                    found.append(self._stroke(middle + gap / 2, edge, end, edge))
        return svg.path("".join(found), "coach-wall")

    def windows(self) -> Markup:
        """Panes in the coach's side, at the places beside them."""
        first = min((place.row for place in self._kind.places), default=0)
        panes: dict[tuple[int, float], str] = {}
        for place in self._kind.places:
            across = 0.0 if place.row == first else self._breadth
            side = place.row == first or self._across[place.row + 1] == self._breadth
            if place.window and side:
                begin = self._along[place.column] + 6
                panes[place.column, across] = self._stroke(begin, across, begin + _CELL - 12, across)
        return svg.path("".join(panes.values()), "pane")

    def _stroke(self, along: float, across: float, to_along: float, to_across: float) -> str:
        """A straight line, as a piece of a path."""
        (x, y), (to_x, to_y) = self.at(along, across), self.at(to_along, to_across)
        return f"M{x:g} {y:g}L{to_x:g} {to_y:g}"


def _places(plan: _Plan, kind: CoachType, states: Mapping[str, PlaceState]) -> list[Markup]:
    """All places, those of one kind and state together: a full train would be a long page else."""
    alike: dict[tuple[str, PlaceState | None], list[Place]] = {}
    for place in kind.places:
        alike.setdefault((place.kind, states.get(place.number)), []).append(place)
    return [
        _cells(one, state, [(*plan.corner(place), place.number) for place in places])
        for (one, state), places in alike.items()
    ]


def _cells(kind: str, state: PlaceState | None, cells: Sequence[tuple[float, float, str]]) -> Markup:
    """Places about their middles: the shape says the kind, so that colour is free for what becomes of them."""
    body = [
        svg.path("".join(_ground(x, y, 11 if kind == "seat" else 4) for x, y, _ in cells), "place-ground"),
        svg.path("".join(_mark(kind, x, y) for x, y, _ in cells), "berth-mark"),
    ]
    if state == "taken":
        half = _PLACE / 2 - 4
        strokes = "".join(f"M{x - half:g} {y + half:g}l{2 * half:g} {-2 * half:g}" for x, y, _ in cells)
        body.append(svg.path(strokes, "place-struck"))
    drop = 2 if kind == "wheelchair" else 4.5
    for class_ in ("place-number", "place-long"):
        numbers = [
            svg.tag("text", number, x=x, y=y + drop)
            for x, y, number in cells
            if number and (lettering.width(number, 13) > _PLACE - 6) == (class_ == "place-long")
        ]
        if numbers:
            body.append(svg.group(numbers, class_, text_anchor="middle"))
    return svg.group(body, f"place place-{kind} is-{state or 'plain'}")


def _ground(x: float, y: float, r: float) -> str:
    """A square with round corners, as a piece of a path."""
    side = _PLACE - 2 * r
    corner = f"a{r:g} {r:g} 0 0 1 "
    return (
        f"M{x - side / 2:g} {y - _PLACE / 2:g}h{side:g}{corner}{r:g} {r:g}v{side:g}{corner}{-r:g} {r:g}"
        f"h{-side:g}{corner}{-r:g} {-r:g}v{-side:g}{corner}{r:g} {-r:g}z"
    )


def _mark(kind: str, x: float, y: float) -> str:
    """The sign of a berth: a stroke above, below or at both sides of the number."""
    half = _PLACE / 2 - 5
    if kind == "upper":
        return f"M{x - half:g} {y - half:g}h{2 * half:g}"
    if kind == "lower":
        return f"M{x - half:g} {y + half:g}h{2 * half:g}"
    if kind == "middle":
        return f"M{x - half - 1:g} {y - 6:g}v12M{x + half + 1:g} {y - 6:g}v12"
    if kind == "wheelchair":
        return f"M{x + 4:g} {y + 6:g}a5 5 0 1 1 -6 3"
    return ""


def _key(kind: CoachType, words: Words, states: Mapping[str, PlaceState]) -> list[tuple[str, PlaceState | None, str]]:
    _ = words.gettext
    kinds = {
        "seat": _("seat"),
        "lower": _("lower berth"),
        "middle": _("middle berth"),
        "upper": _("upper berth"),
        "wheelchair": _("wheelchair place"),
    }
    said = {"free": _("free"), "taken": _("taken"), "chosen": _("chosen")}
    used = {place.kind for place in kind.places}
    found: list[tuple[str, PlaceState | None, str]] = [(one, None, kinds[one]) for one in kinds if one in used]
    standard = next((place.kind for place in kind.places), "seat")
    for state in ("free", "taken", "chosen"):
        if state in states.values():
            found.append((standard, state, said[state]))
    return found


def _key_signs(
    entries: list[tuple[str, PlaceState | None, str]], left: float, y: float, right: float
) -> tuple[list[Markup], float]:
    body: list[Markup] = []
    x = left
    for kind, state, words in entries:
        room = 34 + lettering.width(words, _SIZE) + 20
        if x > left and x + room - 20 > right:
            x, y = left, y + 30
        sign = _cells(kind, state, [(0, 0, "")])
        body.append(svg.group((sign,), transform=f"translate({svg.number(x + 13)} {svg.number(y - 4)}) scale(0.75)"))
        body.append(svg.text(x + 34, y, words, "small soft"))
        x += room
    return body, y


def _description(kind: CoachType, words: Words, states: Mapping[str, PlaceState]) -> str:
    """The plan in sentences, for those who do not see it."""
    _ = words.gettext
    said = [words.ngettext("%(num)d place.", "%(num)d places.", len(kind.places))]
    for one, _state, name in _key(kind, words, {}):
        numbers = ", ".join(place.number for place in kind.places if place.kind == one)
        said.append(f"{name}: {numbers}.")
    if states:
        names = {"free": _("free"), "taken": _("taken"), "chosen": _("chosen")}
        for state, name in names.items():
            numbers = ", ".join(place.number for place in kind.places if states.get(place.number) == state)
            if numbers:
                said.append(f"{name}: {numbers}.")
    return " ".join(said)
