"""A train as the chooser of places sees it: coaches, compartments, places, and whom each coach is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from rerail.line.model import Coach, Line, Place, Train
from rerail.line.tariff import TravelClass
from rerail.places.model import Spot

Traffic = Literal["any", "domestic", "international"]


class Pool(Struct, frozen=True):
    """Places that differ only in where they are: any rule or wish but nearness takes all of them or none."""

    travel_class: TravelClass
    traffic: Traffic
    kind: str
    window: bool


class Compartment(Struct, frozen=True):
    """Places that are together: a compartment; in an open coach the seats across the coach."""

    number: int
    """Its index in `Seats.compartments`; neighbours in a coach have neighbouring numbers."""
    coach: int
    places: tuple[int, ...]
    closed: bool
    """Whether it has walls, so that it can be for women, for men, or for one party."""


class Seats:
    """The places of a train, numbered from 0. Built once per edition and train; what it says never changes."""

    def __init__(self, line: Line, train: Train) -> None:
        self.coaches: Final[tuple[Coach, ...]] = train.consist
        self.segments: Final = len(train.calls) - 1
        self._railways: Final = train.segment_railways
        self.traffic: Final = _traffic(train)
        self.places: Final[list[Place]] = []
        self.keys: Final[list[tuple[str, str]]] = []
        """(coach, place) of each place, as on the ticket."""
        self.coach_of: Final[list[int]] = []
        self.compartment_of: Final[list[int]] = []
        self.pool_of: Final[list[int]] = []
        self.pools: Final[list[Pool]] = []
        self.compartments: Final[list[Compartment]] = []
        self.compartments_in: Final[list[range]] = []
        """The compartments of each coach."""
        pools: dict[Pool, int] = {}
        for index, coach in enumerate(train.consist):
            coach_type = line.coach_types[coach.type]
            first = len(self.compartments)
            for places, closed in _together(coach_type.places):
                number, start = len(self.compartments), len(self.places)
                for place in places:
                    pool = Pool(coach_type.travel_class, self.traffic[index], place.kind, place.window)
                    if pool not in pools:
                        pools[pool] = len(self.pools)
                        self.pools.append(pool)
                    self.places.append(place)
                    self.keys.append((coach.number, place.number))
                    self.coach_of.append(index)
                    self.compartment_of.append(number)
                    self.pool_of.append(pools[pool])
                members = tuple(range(start, len(self.places)))
                self.compartments.append(Compartment(number, index, members, closed))
            self.compartments_in.append(range(first, len(self.compartments)))
        beyond = (1 << (self.segments + 1)) - 1
        self._outside: Final = [beyond ^ ((1 << coach.last_call) - (1 << coach.first_call)) for coach in train.consist]
        self._named: Final[dict[tuple[str, str], tuple[int, ...]]] = {}
        self._pools_for: Final[dict[tuple[int, int, TravelClass | None], tuple[int, ...]]] = {}
        for number, key in enumerate(self.keys):
            self._named[key] = (*self._named.get(key, ()), number)

    def international(self, board: int, alight: int) -> bool:
        """Whether a journey over [board, alight) crosses a border."""
        return _crosses(self._railways[board:alight])

    def pools_for(self, board: int, alight: int, travel_class: TravelClass | None) -> tuple[int, ...]:
        """The pools whose places may be sold for this journey.

        A coach that crosses a border, in a train that has coaches which do not, is for journeys that cross;
        the others are for journeys that do not. In a train with only the one kind, every coach is for all.
        """
        key = (board, alight, travel_class)
        found = self._pools_for.get(key)
        if found is None:
            own = "international" if self.international(board, alight) else "domestic"
            found = self._pools_for[key] = tuple(
                number
                for number, pool in enumerate(self.pools)
                if pool.traffic in ("any", own) and travel_class in (None, pool.travel_class)
            )
        return found

    def places_of(self, coach: str, places: Sequence[str] | None = None) -> set[tuple[str, str]]:
        """The (coach, place) pairs of a coach, or those of its places that are named; unknown ones left out."""
        wanted = None if places is None else set(places)
        return {key for key in self.keys if key[0] == coach and (wanted is None or key[1] in wanted)}

    def numbers(self, pairs: Iterable[tuple[str, str]]) -> set[int]:
        """The numbers of (coach, place) pairs, unknown ones left out."""
        return {place for pair in pairs for place in self._named.get(pair, ())}

    def number(self, coach: str, place: str, board: int) -> int | None:
        """The number of a place in the coach that is in the train on segment `board`; None if there is none.

        Two coaches can have one number if they are never in the train together.
        """
        for number in self._named.get((coach, place), ()):
            if not self.outside(number) >> board & 1:
                return number
        return None

    def spot(self, place: int, board: int, alight: int) -> Spot:
        """A place over a stretch."""
        coach, number = self.keys[place]
        return Spot(coach, number, board, alight)

    def above(self, place: int) -> bool:
        """Whether it is a berth over another: nobody who has no wish is sent up while there is room below."""
        return self.places[place].kind in ("upper", "middle")

    def beside(self, place: int) -> frozenset[int]:
        """The places near one, itself left out: in its compartment; in an open coach the rows next to it as well."""
        room = self.compartment_of[place]
        near = [room]
        if not self.compartments[room].closed:
            rooms = self.compartments_in[self.coach_of[place]]
            near += [one for one in (room - 1, room + 1) if one in rooms and not self.compartments[one].closed]
        return frozenset(other for one in near for other in self.compartments[one].places) - {place}

    def outside(self, place: int) -> int:
        """The segments on which the place's coach is not in the train, and one beyond the last, as a mask."""
        return self._outside[self.coach_of[place]]


def rest_of_compartments(seats: Seats, spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """The other places of the compartments that these spots are in, over the same stretches, in plan order.

    Who buys a whole compartment is given one empty over the stretch; claiming these as well, for the same
    booking, keeps it empty for that stretch and no other.
    """
    chosen = list(spots)
    found: dict[tuple[int, int, int], Spot] = {}
    for spot in chosen:
        number = seats.number(spot.coach, spot.place, spot.board)
        if number is None:
            continue
        for place in seats.compartments[seats.compartment_of[number]].places:
            found[place, spot.board, spot.alight] = seats.spot(place, spot.board, spot.alight)
    return tuple(found[key] for key in sorted(found) if found[key] not in chosen)


def _traffic(train: Train) -> tuple[Traffic, ...]:
    """Whom each coach is for: what it says itself, else by whether it crosses a border and others do not."""
    crossing = [_crosses(train.segment_railways[coach.first_call : coach.last_call]) for coach in train.consist]
    if not any(
        coach.traffic == "domestic" or not crosses for coach, crosses in zip(train.consist, crossing, strict=True)
    ):
        return tuple(coach.traffic for coach in train.consist)
    derived: list[Traffic] = ["international" if crosses else "domestic" for crosses in crossing]
    return tuple(
        coach.traffic if coach.traffic != "any" else own for coach, own in zip(train.consist, derived, strict=True)
    )


def _crosses(segments: Sequence[Sequence[str]]) -> bool:
    return len({railway for segment in segments for railway in segment}) > 1


def _together(places: Sequence[Place]) -> Iterator[tuple[list[Place], bool]]:
    """A coach's places by compartment, from the left; where there are no walls, by the seats across."""
    groups: dict[tuple[bool, str], list[Place]] = {}
    for place in places:
        walls = place.compartment
        groups.setdefault((walls is not None, walls or str(place.column)), []).append(place)
    by_column = sorted(groups.items(), key=lambda one: (min(place.column for place in one[1]), one[0]))
    for (closed, _), members in by_column:
        yield sorted(members, key=lambda place: (place.row, place.column)), closed
