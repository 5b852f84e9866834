"""Coaches drawn on a grid: where their places are, from the plans of the folder.

A place is two units by two, the wall of a compartment one unit wide. A plan does not say which way a seat faces, so
every orientation is 0; nor where doors and toilets are, so none are drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import msgspec

from rerail.line.model import CoachType, Line, Place
from rerail.web.osdm.calls import Call, Done, Read, Reply
from rerail.web.osdm.kinds import accommodation, properties
from rerail.web.osdm.master_data import kept
from rerail.web.osdm.problems import Problem, not_found, problem
from rerail.web.osdm.products import SERVICE_CLASS
from rerail.web.osdm.types_place_map import (
    CoachDeckLayout,
    CoachDeckLayoutCollectionResponse,
    CoachDeckLayoutResponse,
    GraphicElement,
    GridDimension,
    GridPosition,
    PlaceGroup,
    PlaceLayout,
    RectangleGeometry,
)
from rerail.web.shop.plan import walls

PLACE: Final = 2
WALL: Final = 1
_WALL_ROWS: Final = (5, 3, 2, 1)
"""The heights, in places, that OSDM has walls of."""
_WALL_LAYER, _PLACE_LAYER = 0, 1
_DOWN: Final = 90
"""Degrees: how a wall is turned."""


def layout_id(coach: CoachType) -> str:
    """What the drawing of a kind of coach is called: another plan is another drawing, so it may be kept for good."""
    drawn = (coach.places, coach.rows, coach.columns, coach.travel_class, coach.accommodation)
    return f"{coach.id}-{hashlib.sha256(msgspec.msgpack.encode(drawn)).hexdigest()[:8]}"


def layout(line: Line, coach: CoachType, language: str) -> CoachDeckLayout:
    """The drawing of a kind of coach."""
    standing = sorted(walls(coach))

    def left(column: int) -> int:
        return column * PLACE + sum(wall <= column for wall in standing) * WALL

    rows = max(coach.rows, 1 + max((place.row for place in coach.places), default=0))
    columns = max(coach.columns, 1 + max((place.column for place in coach.places), default=0))
    groups: dict[tuple[str, str], list[PlaceLayout]] = {}
    for place in coach.places:
        drawn = PlaceLayout(
            number=place.number,
            rectangle=_rectangle(left(place.column), place.row * PLACE, PLACE, PLACE, _PLACE_LAYER),
            orientation=0,
            place_properties=properties(place) or None,
        )
        groups.setdefault(accommodation(coach, place), []).append(drawn)
    return CoachDeckLayout(
        id=layout_id(coach),
        name=line.text(coach.names, language),
        dimension=GridDimension(width=columns * PLACE + len(standing) * WALL, height=rows * PLACE),
        deck_level="SINGLE_DECK",
        place_groups=tuple(
            PlaceGroup(
                service_class=SERVICE_CLASS[coach.travel_class],
                accommodation_type=kind,
                accommodation_sub_type=sub_kind,
                places=tuple(places),
            )
            for (kind, sub_kind), places in groups.items()
        ),
        graphic_elements=tuple(
            one for wall in standing for one in _wall(left(wall) - WALL, _walled_rows(coach.places))
        ),
    )


def _walled_rows(places: Iterable[Place]) -> Iterator[tuple[int, int]]:
    """The rows that compartments reach across, as runs: first row and how many."""
    rows = sorted({place.row for place in places if place.compartment is not None})
    for _, run in groupby(enumerate(rows), key=lambda one: one[1] - one[0]):
        found = [row for _, row in run]
        yield found[0], len(found)


def _wall(x: int, runs: Iterable[tuple[int, int]]) -> Iterator[GraphicElement]:
    for first, count in runs:
        row, left = first, count
        while left:
            height = next(one for one in _WALL_ROWS if one <= left)
            yield GraphicElement(
                rectangle=_rectangle(x, row * PLACE, WALL, height * PLACE, _WALL_LAYER),
                orientation=_DOWN,
                code=f"WALL_{height}",
            )
            row, left = row + height, left - height


def _rectangle(x: int, y: int, width: int, height: int, layer: int) -> RectangleGeometry:
    return RectangleGeometry(
        position=GridPosition(x=x, y=y, z=layer), dimension=GridDimension(width=width, height=height)
    )


def layouts(call: Call[Any]) -> Reply:
    """The drawings of the coaches that trains have now."""
    line = call.provider.market().line
    used = dict.fromkeys(coach.type for train in line.trains.values() for coach in train.consist)
    coaches = [line.coach_types[one] for one in used]
    return kept(
        call,
        CoachDeckLayoutCollectionResponse(
            coach_deck_layouts=tuple(layout(line, one, call.language) for one in coaches),
            problems=_illustrative(line, coaches, call.language),
        ),
    )


def one_layout(call: Call[Any]) -> Reply:
    """A drawing, also of a coach that only an older edition has. Raises `Refused`."""
    for edition in reversed(call.provider.market().life.timetable.editions):
        for coach in edition.line.coach_types.values():
            if layout_id(coach) == call.path["layoutId"]:
                drawn = layout(edition.line, coach, call.language)
                problems = _illustrative(edition.line, [coach], call.language)
                return kept(call, CoachDeckLayoutResponse(coach_deck_layout=drawn, problems=problems))
    raise not_found("coach deck layout", call.path["layoutId"])


def _illustrative(line: Line, coaches: Iterable[CoachType], language: str) -> tuple[Problem, ...] | None:
    """A remark where a plan is nobody's published one."""
    made_up = [line.text(one.names, language) for one in coaches if one.illustrative("plan")]
    if not made_up:
        return None
    detail = f"The plans of these coaches are illustrative, not published ones: {', '.join(made_up)}."
    return (problem("ILLUSTRATIVE", "Illustrative plans", detail, own=True),)


DONE: Final[tuple[Done, ...]] = (
    Read("getCoachDeckLayouts", layouts, CoachDeckLayoutCollectionResponse),
    Read("getCoachDeckLayout", one_layout, CoachDeckLayoutResponse),
)
