"""The choice of places: long stretches kept whole, parties together, wishes met where they can be.

Only places of coaches that are in the train over the whole stretch, of the class asked, and meant for such a
journey (`Seats.pools_for`). Whoever holds an allotment gets its places first; those of others are barred. A
wheelchair place goes to somebody else only when no other place is free. Among equally good places one is
drawn at random, so that processes which choose at the same moment seldom choose the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import msgspec

from rerail.line.tariff import TravelClass
from rerail.places.model import CompartmentRule, Spot, Wishes
from rerail.places.occupancy import Occupancy
from rerail.places.party import together
from rerail.places.refusal import NoPlace as NoPlace  # noqa: PLC0414  (raised here, so looked for here)
from rerail.places.refusal import NoSuchPlace as NoSuchPlace  # noqa: PLC0414
from rerail.places.seats import Seats as Seats  # noqa: PLC0414
from rerail.places.split import tracks
from rerail.places.view import NOBODYS, Pairs, View

NO_WISHES: Final = Wishes()

_ENOUGH: Final = 160
"""Free places that a party's choice looks at before it is content, if the train is much longer than that."""


def choose(
    seats: Seats,
    occupancy: Occupancy,
    stretch: tuple[int, int],
    count: int,
    *,
    travel_class: TravelClass | None = None,
    wishes: Wishes = NO_WISHES,
    barred: Pairs = NOBODYS,
    own: Pairs = NOBODYS,
    rng: random.Random,
) -> tuple[Spot, ...]:
    """A place over [board, alight) for each of a party, in the order of the coaches; those for wheelchairs first.

    A single passenger: a wish met if any place meets it, then the place whose free gap around the stretch is
    smallest. A party: in one compartment, else in as few neighbouring ones as it takes, else in one coach,
    else anywhere; then as many wishes as can be; then the smallest gaps.
    `barred` are (coach, place) pairs kept for others, `own` those kept for this buyer, taken first.
    With `wishes.compartment` "whole" the compartments are empty over the stretch; claim
    `rest_of_compartments` along with the places to keep them so.
    Raises `NoPlace` with how many places are free.
    """
    if not 0 <= stretch[0] < stretch[1] <= seats.segments:
        raise NoPlace(0)
    with occupancy.lock:
        view = View(seats, occupancy.gaps(seats), stretch, travel_class, wishes.compartment, barred, rng)
        chosen: list[int] = []
        if wishes.wheelchair:
            chosen = view.best(view.wheelchair, wishes.wheelchair)
            if len(chosen) < wishes.wheelchair:
                raise NoPlace(len(chosen))
            wishes = msgspec.structs.replace(wishes, near=wishes.near or view.spot(chosen[0]))
        left = count - len(chosen)
        if left > 0 and own:
            mine = [place for place in sorted(seats.numbers(own)) if view.free(place) and view.eligible(place)]
            mine = [place for place in mine if place not in chosen]
            chosen += together(view, mine, min(left, len(mine)), wishes)
            left = count - len(chosen)
        if left > 0:
            if chosen and wishes.near is None:
                wishes = msgspec.structs.replace(wishes, near=view.spot(chosen[0]))
            chosen += _others(view, left, wishes, chosen)
        return tuple(view.spot(place) for place in chosen)


def choose_split(
    seats: Seats,
    occupancy: Occupancy,
    stretch: tuple[int, int],
    count: int,
    *,
    travel_class: TravelClass | None = None,
    compartment: CompartmentRule | None = None,
    barred: Pairs = NOBODYS,
    own: Pairs = NOBODYS,
    rng: random.Random,
) -> tuple[tuple[Spot, ...], ...]:
    """For each of a party the places to travel in, in the order of travel, changing at calls.

    Fewest changes for all of them taken together; among equally long rides in the compartment or coach where
    the others are, else in this buyer's own allotment. Raises `NoPlace` with how many can travel all the way
    if not all can.
    """
    if not 0 <= stretch[0] < stretch[1] <= seats.segments:
        raise NoPlace(0)
    with occupancy.lock:
        view = View(seats, occupancy.gaps(seats), stretch, travel_class, compartment, barred, rng)
        places = [place for pool in view.others for place in view.of_pool(pool)]
        mine = seats.numbers(own)
        rides = tracks(view, places, count, mine)
        if len(rides) < count:
            raise NoPlace(len(rides))
        return tuple(tuple(seats.spot(*ride) for ride in of) for of in rides)


def free_places(
    seats: Seats,
    occupancy: Occupancy,
    board: int,
    alight: int,
    *,
    travel_class: TravelClass | None = None,
    compartment: CompartmentRule | None = None,
    barred: Pairs = NOBODYS,
    wheelchair: bool = False,
) -> list[tuple[str, str]]:
    """The (coach, place) pairs free all the way for such a journey, in the order of the plan.

    Wheelchair places only if asked for, or if there is nothing else.
    """
    if not 0 <= board < alight <= seats.segments:
        return []
    with occupancy.lock:
        view = View(seats, occupancy.gaps(seats), (board, alight), travel_class, compartment, barred, None)
        found = view.all_free(view.others)
        if wheelchair or not found:
            found = sorted(found + view.all_free(view.wheelchair))
        return [seats.keys[place] for place in found]


def count_free(
    seats: Seats,
    occupancy: Occupancy,
    board: int,
    alight: int,
    *,
    travel_class: TravelClass | None = None,
    compartment: CompartmentRule | None = None,
    barred: Pairs = NOBODYS,
    wheelchair: bool = False,
) -> int:
    """How many `free_places` there are, without naming them."""
    if not 0 <= board < alight <= seats.segments:
        return 0
    with occupancy.lock:
        view = View(seats, occupancy.gaps(seats), (board, alight), travel_class, compartment, barred, None)
        found = view.count_free(view.others)
        return found + view.count_free(view.wheelchair) if wheelchair or not found else found


def check_wanted(
    seats: Seats,
    board: int,
    alight: int,
    wanted: Sequence[tuple[str, str]],
    *,
    travel_class: TravelClass | None = None,
) -> tuple[Spot, ...]:
    """The spots of places picked on the plan. Raises `NoSuchPlace` for one that no such journey can have at all.

    Whether they are free is `free_places`' to say.
    """
    pools = set(seats.pools_for(board, alight, travel_class))
    want = (1 << alight) - (1 << board)
    for pair in wanted:
        place = seats.number(*pair, board)
        if place is None or seats.pool_of[place] not in pools or seats.outside(place) & want:
            raise NoSuchPlace(*pair)
    return tuple(Spot(coach, place, board, alight) for coach, place in wanted)


def _others(view: View, count: int, wishes: Wishes, chosen: Sequence[int]) -> list[int]:
    """Places that are nobody's allotment, for those of a party who have none yet."""
    if count == 1 and not chosen and wishes.near is None and wishes.compartment != "whole":
        for pools in _by_wishes(view, wishes):
            found = view.best(pools, 1)
            if found:
                return found
    else:
        found = _sample(view, count, wishes, chosen)
        if len(found) == count:
            return found
    free = [place for place in view.all_free(view.others) if place not in chosen]
    if not free:
        free = [place for place in view.all_free(view.wheelchair) if place not in chosen]
    found = together(view, free, count, wishes) if len(free) >= count else []
    if len(found) < count:
        raise NoPlace(0 if wishes.compartment == "whole" else len(free) + len(chosen))
    return found


def _sample(view: View, count: int, wishes: Wishes, chosen: Sequence[int]) -> list[int]:
    """A party's places in one compartment among a few coaches of a very long train; none if it is not that."""
    seats = view.seats
    if len(seats.places) <= _ENOUGH * 3 or wishes.near is not None or chosen:
        return []
    free: list[int] = []
    for coach in view.rng.sample(range(len(seats.coaches)), len(seats.coaches)):
        rooms = seats.compartments_in[coach]
        if not rooms:
            continue
        start, end = seats.compartments[rooms[0]].places[0], seats.compartments[rooms[-1]].places[-1] + 1
        free += view.free_among(range(start, end))
        if len(free) >= _ENOUGH:
            break
    found = together(view, free, count, wishes) if len(free) >= count else []
    return found if len({seats.compartment_of[place] for place in found}) == 1 else []


def _by_wishes(view: View, wishes: Wishes) -> list[list[int]]:
    """The pools in groups, those that meet the most wishes first (a berth before a window)."""
    if wishes.berth is None and not wishes.window:
        return [view.others]
    groups: dict[tuple[bool, bool], list[int]] = {}
    for pool in view.others:
        its = view.seats.pools[pool]
        missed = (wishes.berth is not None and its.kind != wishes.berth, wishes.window and not its.window)
        groups.setdefault(missed, []).append(pool)
    return [groups[missed] for missed in sorted(groups)]
