"""The plan of a train's coaches with what is free for one stretch, as cells of a grid with real inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from rerail.line.model import Coach, CoachType, Place
from rerail.line.tariff import TravelClass
from rerail.places.choose import free_places
from rerail.places.model import Wishes
from rerail.places.occupancy import Occupancy
from rerail.places.seats import Seats
from rerail.sale.rules import Travel
from rerail.web.context import View
from rerail.web.i18n import Words
from rerail.web.shop.wanted import place_text

State = Literal["free", "taken", "kept"]
"""kept: free, but for somebody else: an allotment, a wheelchair place, a compartment under another rule."""

MOST_COACHES: Final = 24
"""Drawn at once; of a longer train those with the most free places, in their order."""


class Cell(Struct, frozen=True, kw_only=True):
    """A place on the plan."""

    value: str
    """What its checkbox sends."""
    number: str
    says: str
    """ "Coach 1, place 7, lower berth, window, free", in the reader's language."""
    state: State
    chosen: bool


class Column(Struct, frozen=True):
    """A column of the plan, from the top: places, and None where nothing or the aisle is."""

    cells: tuple[Cell | None, ...]
    wall: bool
    """Whether a compartment's wall stands before it."""


class CoachDrawn(Struct, frozen=True, kw_only=True):
    """A coach on the plan."""

    number: str
    type: CoachType
    illustrative: bool
    rows: int
    aisles: tuple[bool, ...]
    """For each row whether nothing but aisle is in it."""
    columns: tuple[Column, ...]
    free: int


class Features(Struct, frozen=True):
    """What a journey's places differ in: only such wishes are asked for."""

    berths: bool
    windows: bool
    rooms: bool
    wheelchairs: int


def features(seats: Seats, leg: Travel) -> Features:
    """What the places that may be sold for a journey differ in."""
    numbers = seats.pools_for(leg.board, leg.alight, None)
    pools = [seats.pools[one] for one in numbers]
    kinds = {pool.kind for pool in pools}
    wheelchair = {one for one in numbers if seats.pools[one].kind == "wheelchair"}
    return Features(
        berths={"lower", "upper"} <= kinds,
        windows=len({pool.window for pool in pools}) > 1,
        rooms=any(room.closed for room in seats.compartments),
        wheelchairs=sum(pool in wheelchair for pool in seats.pool_of) if wheelchair else 0,
    )


def drawn(
    view: View,
    leg: Travel,
    seats: Seats,
    occupancy: Occupancy,
    *,
    travel_class: TravelClass | None,
    barred: Collection[tuple[str, str]],
    wishes: Wishes,
    chosen: Sequence[tuple[str, str]],
) -> list[CoachDrawn]:
    """The coaches that a journey's places are in, with what is free all the way."""
    unclaimed = set(free_places(seats, occupancy, leg.board, leg.alight, travel_class=travel_class, wheelchair=True))
    free = set(
        free_places(
            seats,
            occupancy,
            leg.board,
            leg.alight,
            travel_class=travel_class,
            barred=frozenset(barred),
            compartment=wishes.compartment,
            wheelchair=wishes.wheelchair > 0,
        )
    )
    pools = set(seats.pools_for(leg.board, leg.alight, travel_class))
    want = (1 << leg.alight) - (1 << leg.board)
    there = {
        seats.coach_of[place]
        for place, pool in enumerate(seats.pool_of)
        if pool in pools and not seats.outside(place) & want
    }
    coaches = [coach for index, coach in enumerate(leg.train.consist) if index in there]
    if len(coaches) > MOST_COACHES:
        free_in = Counter(number for number, _place in free)
        fullest = sorted(coaches, key=lambda coach: -free_in[coach.number])[:MOST_COACHES]
        coaches = [coach for coach in coaches if coach in fullest]

    states: dict[tuple[str, str], State] = {**dict.fromkeys(unclaimed, "kept"), **dict.fromkeys(free, "free")}
    return [_coach(view, leg, coach, states, frozenset(chosen)) for coach in coaches]


def _coach(
    view: View, leg: Travel, coach: Coach, states: Mapping[tuple[str, str], State], chosen: Collection[tuple[str, str]]
) -> CoachDrawn:
    kind = leg.line.coach_types[coach.type]
    at = {(place.row, place.column): place for place in kind.places}
    rows = max(kind.rows, 1 + max((place.row for place in kind.places), default=0))
    columns = max(kind.columns, 1 + max((place.column for place in kind.places), default=0))
    standing = walls(kind)

    def cell(place: Place | None) -> Cell | None:
        if place is None:
            return None
        key = (coach.number, place.number)
        state = states.get(key, "taken")
        return Cell(
            value=place_text(*key),
            number=place.number,
            says=_says(coach, place, state, view.words),
            state=state,
            chosen=state == "free" and key in chosen,
        )

    return CoachDrawn(
        number=coach.number,
        type=kind,
        illustrative=kind.illustrative("plan") or coach.provenance.illustrative,
        rows=rows,
        aisles=tuple(all((row, column) not in at for column in range(columns)) for row in range(rows)),
        columns=tuple(
            Column(tuple(cell(at.get((row, column))) for row in range(rows)), column in standing)
            for column in range(columns)
        ),
        free=sum(states.get((coach.number, place.number)) == "free" for place in kind.places),
    )


def walls(kind: CoachType) -> set[int]:
    """The columns before which a wall stands: where a compartment begins, and after the last one."""
    begins: dict[str, int] = {}
    ends: set[int] = set()
    for place in kind.places:
        if place.compartment is not None:
            begins[place.compartment] = min(place.column, begins.get(place.compartment, place.column))
            ends.add(place.column + 1)
    return {column for column in (*begins.values(), max(ends, default=0)) if 0 < column < kind.columns}


def _says(coach: Coach, place: Place, state: State, words: Words) -> str:
    _ = words.gettext
    about = [_kind_words(place, words), *([_("window")] if place.window else [])]
    about.append({"free": _("free"), "taken": _("taken"), "kept": _("kept for others")}[state])
    return _(
        "Coach %(coach)s, place %(place)s, %(about)s", coach=coach.number, place=place.number, about=", ".join(about)
    )


def _kind_words(place: Place, words: Words) -> str:
    _ = words.gettext
    return {
        "seat": _("seat"),
        "lower": _("lower berth"),
        "middle": _("middle berth"),
        "upper": _("upper berth"),
        "wheelchair": _("wheelchair place"),
    }[place.kind]
