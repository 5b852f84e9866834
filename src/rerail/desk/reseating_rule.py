"""By which rule passengers keep their places, or are given others, when a train's coaches change. Pure.

1. Whoever's place is there as before (the same number in a coach of the same number and type, all the way) keeps it;
   in a coach of another type if it is a place of the same kind and those who shared a compartment still do.
2. The others get places of the same kinds, those who shared a compartment together in one.
3. Else any places of the same class, as near together as can be; a wheelchair place only for a wheelchair place.
4. Nobody is put into a lower class, into a coach not meant for the journey, or with others than they asked for.
   Only who changed places on the way before is asked to change again.
5. For whom there is none, there is none: that is said.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from rerail.line.tariff import TravelClass
from rerail.places.choose import NoPlace, choose, choose_split, free_places
from rerail.places.model import CompartmentRule, DepartureKey, Spot, Wishes
from rerail.places.occupancy import Occupancy, Taken
from rerail.places.seats import Seats, rest_of_compartments

Pair = tuple[str, str]

_RANK: Final[Mapping[TravelClass, int]] = {"first": 3, "second": 2, "third": 1}


class Rider(Struct, frozen=True, kw_only=True):
    """Somebody with a ticket, as seated before."""

    booking: str
    part: int
    spots: tuple[Spot, ...]
    """Indexes of the calls before the change, in the order of travel; empty: has none, and is to get one."""
    rest: tuple[Spot, ...] = ()
    """Places that stay empty, because the whole compartment was bought."""
    board: int
    """Index of a call after the change."""
    alight: int
    travel_class: TravelClass | None
    """The class asked for; None: any."""
    rule: CompartmentRule | None
    until: datetime | None
    """When it lapses, if it is held (UTC)."""
    barred: frozenset[Pair] = frozenset()
    """Places kept for others after the change."""
    own: frozenset[Pair] = frozenset()


class Given(Struct, frozen=True, kw_only=True):
    """The places of a rider after the change."""

    rider: Rider
    spots: tuple[Spot, ...]
    """Empty: there is none."""
    rest: tuple[Spot, ...] = ()
    kept: bool
    """Whether they are those of before."""


class Change:
    """One departure before and after a change of its train."""

    def __init__(
        self, before: Seats, after: Seats, types: tuple[Sequence[str], Sequence[str]], calls: Mapping[int, int]
    ) -> None:
        """`types` are the coach types of the two consists in order; `calls` gives old calls their new index."""
        self.before: Final = before
        self.after: Final = after
        self._types: Final = types
        self.calls: Final = calls

    def mapped(self, spot: Spot) -> Spot | None:
        """The same place over the same stretch, by the new calls; None if a call of it is gone."""
        board, alight = self.calls.get(spot.board), self.calls.get(spot.alight)
        return (
            None if board is None or alight is None or board >= alight else Spot(spot.coach, spot.place, board, alight)
        )

    def stays(self, spot: Spot, rider: Rider) -> Spot | None:
        """The spot as it is after the change, if it is there as before."""
        new = self.mapped(spot)
        was = self.before.number(spot.coach, spot.place, spot.board)
        if new is None or was is None:
            return None
        number = self.after.number(new.coach, new.place, new.board)
        if number is None or self.after.outside(number) & ((1 << new.alight) - (1 << new.board)):
            return None
        pool = self.after.pool_of[number]
        meant = pool in self.after.pools_for(rider.board, rider.alight, None)
        same = self.same_type(was, number) or self.before.places[was].kind == self.after.places[number].kind
        old_class = self.before.pools[self.before.pool_of[was]].travel_class
        as_good = _RANK[self.after.pools[pool].travel_class] >= _RANK[old_class]
        return new if same and meant and as_good else None

    def same_type(self, was: int, number: int) -> bool:
        """Whether a place before and one after are in coaches of the same type."""
        return self._types[0][self.before.coach_of[was]] == self._types[1][self.after.coach_of[number]]

    def parted(self, stay: Sequence[Given]) -> bool:
        """Whether mates who all keep their numbers would no longer be in one compartment."""
        rooms = set()
        for given in stay:
            was, spot = self._was(given.rider), given.spots[0]
            number = self.after.number(spot.coach, spot.place, spot.board)
            if was is None or number is None or self.same_type(was, number):
                return False
            rooms.add(self.after.compartment_of[number])
        return len(rooms) > 1

    def kind(self, rider: Rider) -> str | None:
        """The kind of place that a rider had first."""
        number = self._was(rider)
        return self.before.places[number].kind if number is not None else None

    def class_of(self, rider: Rider) -> TravelClass | None:
        """The class that a rider had, else the one asked for."""
        number = self._was(rider)
        return self.before.pools[self.before.pool_of[number]].travel_class if number is not None else rider.travel_class

    def compartment(self, rider: Rider) -> int | None:
        """The compartment that a rider had, before."""
        number = self._was(rider)
        return self.before.compartment_of[number] if number is not None else None

    def _was(self, rider: Rider) -> int | None:
        if not rider.spots:
            return None
        first = rider.spots[0]
        return self.before.number(first.coach, first.place, first.board)


def reseated(change: Change, departure: DepartureKey, riders: Iterable[Rider], rng: random.Random) -> tuple[Given, ...]:
    """Where everybody sits after the change. `riders` come in the order in which they choose."""
    occupancy = Occupancy(departure)
    found: list[Given] = []
    waiting: list[list[Rider]] = []
    for mates in _mates(change, riders):
        stay = [_staying(change, rider) for rider in mates]
        if mates[0].rule == "whole" and any(one is None for one in stay):
            stay = [None] * len(mates)  # a compartment is kept whole, or exchanged for another
        elif change.parted([one for one in stay if one is not None]):
            stay = [None] * len(mates)
        for one in stay:
            if one is not None:
                found.append(one)
                _take(occupancy, one)
        moved = [rider for rider, one in zip(mates, stay, strict=True) if one is None]
        if moved:
            waiting.append(moved)
    for moved in waiting:
        near = next((one.spots[0] for one in found if one.rider.booking == moved[0].booking and one.spots), None)
        for one in _moved(change, occupancy, moved, near, rng):
            found.append(one)
    return tuple(found)


def _mates(change: Change, riders: Iterable[Rider]) -> Iterator[list[Rider]]:
    """Those of one booking who shared a compartment over the same stretch, in the order of the first of them."""
    groups: defaultdict[tuple[object, ...], list[Rider]] = defaultdict(list)
    for rider in riders:
        key = (rider.booking, rider.board, rider.alight, change.compartment(rider), change.class_of(rider), rider.rule)
        groups[key].append(rider)
    yield from groups.values()


def _staying(change: Change, rider: Rider) -> Given | None:
    if not rider.spots:
        return None
    own = [change.stays(spot, rider) for spot in rider.spots]
    rest = [change.stays(spot, rider) for spot in rider.rest]
    spots = tuple(spot for spot in own if spot is not None)
    empty = tuple(spot for spot in rest if spot is not None)
    if len(spots) < len(own) or len(empty) < len(rest):
        return None
    return Given(rider=rider, spots=spots, rest=empty, kept=True)


def _moved(
    change: Change, occupancy: Occupancy, riders: Sequence[Rider], near: Spot | None, rng: random.Random
) -> list[Given]:
    found = _together(change, occupancy, riders, near, rng)
    if found is None and len(riders) > 1 and riders[0].rule != "whole":
        return [one for rider in riders for one in _moved(change, occupancy, [rider], near, rng)]
    if found is None and len(riders[0].spots) > 1:
        found = _changing(change, occupancy, riders[0], rng)
    if found is None:
        return [Given(rider=rider, spots=(), kept=False) for rider in riders]
    for one in found:
        _take(occupancy, one)
    return found


def _together(
    change: Change, occupancy: Occupancy, riders: Sequence[Rider], near: Spot | None, rng: random.Random
) -> list[Given] | None:
    first = riders[0]
    stretch = (first.board, first.alight)
    kinds = [change.kind(rider) for rider in riders]
    if first.rule != "whole":
        same = _same_kinds(change, occupancy, riders, kinds, near)
        if same is not None:
            return [Given(rider=rider, spots=(spot,), kept=False) for rider, spot in zip(riders, same, strict=True)]
    wheelchairs = kinds.count("wheelchair")
    try:
        chosen = choose(
            change.after,
            occupancy,
            stretch,
            len(riders),
            travel_class=change.class_of(first),
            wishes=Wishes(compartment=first.rule, near=near, wheelchair=wheelchairs),
            barred=first.barred,
            own=first.own,
            rng=rng,
        )
    except NoPlace:
        return None
    # Places for wheelchairs come first.
    order = sorted(range(len(riders)), key=lambda index: kinds[index] != "wheelchair")
    spots = dict(zip(order, chosen, strict=True))
    rest = rest_of_compartments(change.after, chosen) if first.rule == "whole" else ()
    return [
        Given(rider=rider, spots=(spots[index],), rest=rest if index == 0 else (), kept=False)
        for index, rider in enumerate(riders)
    ]


def _same_kinds(
    change: Change, occupancy: Occupancy, riders: Sequence[Rider], kinds: Sequence[str | None], near: Spot | None
) -> list[Spot] | None:
    """Free places of the kinds they had, all in one compartment: one of the coach they were in if there is one."""
    if None in kinds:
        return None
    first, seats = riders[0], change.after
    free = free_places(
        seats,
        occupancy,
        first.board,
        first.alight,
        travel_class=change.class_of(first),
        compartment=first.rule,
        barred=first.barred,
        wheelchair="wheelchair" in kinds,
    )
    rooms: defaultdict[int, list[int]] = defaultdict(list)
    for pair in free:
        number = seats.number(*pair, first.board)
        if number is not None:
            rooms[seats.compartment_of[number]].append(number)
    wanted = Counter(kinds)
    coach = near.coach if near is not None else first.spots[0].coach
    fitting = [
        (seats.coaches[seats.compartments[room].coach].number != coach, len(numbers), room)
        for room, numbers in rooms.items()
        if wanted <= Counter(seats.places[number].kind for number in numbers)
    ]
    if not fitting:
        return None
    _, _, room = min(fitting)
    left = list(rooms[room])
    found = []
    for kind in kinds:
        number = next(one for one in left if seats.places[one].kind == kind)
        left.remove(number)
        found.append(seats.spot(number, first.board, first.alight))
    return found


def _changing(change: Change, occupancy: Occupancy, rider: Rider, rng: random.Random) -> list[Given] | None:
    try:
        (ride,) = choose_split(
            change.after,
            occupancy,
            (rider.board, rider.alight),
            1,
            travel_class=change.class_of(rider),
            compartment=rider.rule,
            barred=rider.barred,
            own=rider.own,
            rng=rng,
        )
    except NoPlace:
        return None
    return [Given(rider=rider, spots=ride, kept=False)]


def _take(occupancy: Occupancy, given: Given) -> None:
    with occupancy.lock:
        for spot in (*given.spots, *given.rest):
            occupancy.put(spot.coach, spot.place, spot.board, Taken(spot.alight, given.rider.until, given.rider.rule))


def pairs_of(spots: Collection[Spot]) -> tuple[Pair, ...]:
    """Coach and place of each, in the order of travel."""
    return tuple((spot.coach, spot.place) for spot in spots)
