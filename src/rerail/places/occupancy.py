"""What is taken on one departure, as a cache to choose from: per place an integer, a bit for each segment.

Best fit wants the smallest gap in which a stretch lies. `Gaps` keeps every place under each of its gaps, so
that choosing among ten thousand places looks at a few gaps and not at the places.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from rerail.line.same import Same
from rerail.places.model import Claim, CompartmentRule, DepartureKey, Spot
from rerail.places.seats import Seats

Gap = tuple[int, int]
"""Free segments [from, until) of a place, with none free on either side."""


class Taken(Struct, frozen=True):
    """A claim as far as choosing needs it."""

    alight: int
    until: datetime | None
    compartment: CompartmentRule | None


class Occupancy:
    """What is taken on a departure. Shared between threads: hold `lock` while looking or noting."""

    def __init__(self, departure: DepartureKey) -> None:
        self.departure: Final = departure
        self.lock: Final = threading.Lock()
        self._claims: Final[dict[tuple[str, str], dict[int, Taken]]] = {}
        self._lapsing: Final[list[tuple[datetime, str, str, int]]] = []
        self._gaps: Gaps | None = None

    def note(self, claims: Iterable[Claim]) -> None:
        """Claims were made, or their holds confirmed or extended."""
        with self.lock:
            for one in claims:
                spot = one.spot
                self.put(spot.coach, spot.place, spot.board, Taken(spot.alight, one.until, one.compartment))

    def free(self, spots: Iterable[Spot]) -> None:
        """Claims on these spots were given back."""
        with self.lock:
            for spot in spots:
                self._remove(spot.coach, spot.place, spot.board)

    def lapse(self, now: datetime) -> None:
        """Let go of holds that lapsed by `now` (UTC)."""
        if not self._lapsing or self._lapsing[0][0] > now:
            return
        with self.lock:
            while self._lapsing and self._lapsing[0][0] <= now:
                until, coach, place, board = heapq.heappop(self._lapsing)
                one = self._claims.get((coach, place), {}).get(board)
                if one is not None and one.until == until:
                    self._remove(coach, place, board)

    def taken(self, coach: str, place: str) -> int:
        """The segments of a place that are claimed, as a mask."""
        return _mask(self._claims.get((coach, place), {}))

    def put(self, coach: str, place: str, board: int, one: Taken) -> None:
        """Write down one claim; the caller holds the lock, or nobody else has the occupancy yet."""
        self._claims.setdefault((coach, place), {})[board] = one
        if one.until is not None:
            heapq.heappush(self._lapsing, (one.until, coach, place, board))
        self._changed(coach, place)

    def gaps(self, seats: Seats) -> Gaps:
        """The free gaps over these seats; the caller holds the lock. Made when first asked for, then kept."""
        if self._gaps is None or self._gaps.seats is not seats:
            self._gaps = Gaps(seats)
            for coach, place in self._claims:
                self._changed(coach, place)
        return self._gaps

    def _remove(self, coach: str, place: str, board: int) -> None:
        claims = self._claims.get((coach, place))
        if claims is not None and claims.pop(board, None) is not None:
            self._changed(coach, place)

    def _changed(self, coach: str, place: str) -> None:
        if self._gaps is None:
            return
        # None for a coach of another edition, whose claims still stand; two where coaches share a number by turns.
        for number in self._gaps.seats.numbers([(coach, place)]):
            self._gaps.change(number, self._claims[coach, place])


class Gaps:
    """Every place under each of its gaps, per pool."""

    def __init__(self, seats: Seats) -> None:
        self.seats: Final = seats
        empty = _empty(Same(seats))
        self.masks: Final = list(empty.masks)
        """Per place the segments it cannot be had on; always with a bit beyond the last."""
        self.ruled: Final[dict[int, dict[int, list[tuple[int, CompartmentRule]]]]] = {}
        """Compartment → place → (segments, rule) of the claims that were made under one."""
        self._pools: Final[list[dict[Gap, Places]]] = [
            {gap: Places(list(places)) for gap, places in pool.items()} for pool in empty.pools
        ]

    def change(self, place: int, claims: dict[int, Taken]) -> None:
        """The claims on a place are these now."""
        segments = self.seats.segments
        before, after = self.masks[place], self.seats.outside(place) | _mask(claims)
        if after == before:  # a hold that was confirmed
            self._note_rules(place, claims)
            return
        pool = self._pools[self.seats.pool_of[place]]
        was, now = set(gaps_of(before, segments)), set(gaps_of(after, segments))
        for gap in was - now:
            pool[gap].remove(place)
            if not pool[gap].listed:
                del pool[gap]
        for gap in now - was:
            if gap not in pool:
                pool[gap] = Places([])
            pool[gap].add(place)
        self.masks[place] = after
        self._note_rules(place, claims)

    def _note_rules(self, place: int, claims: dict[int, Taken]) -> None:
        compartment = self.seats.compartment_of[place]
        ruled = [
            ((1 << one.alight) - (1 << board), one.compartment)
            for board, one in claims.items()
            if one.compartment is not None
        ]
        if ruled:
            self.ruled.setdefault(compartment, {})[place] = ruled
        elif compartment in self.ruled:
            self.ruled[compartment].pop(place, None)
            if not self.ruled[compartment]:
                del self.ruled[compartment]

    def around(self, pools: Sequence[int], board: int, alight: int) -> Iterator[list[Places]]:
        """The places free over [board, alight), those in the smallest gaps first, equal gaps together."""
        chosen = [self._pools[pool] for pool in pools if self._pools[pool]]
        segments = self.seats.segments
        if (board + 1) * (segments - alight + 1) <= sum(map(len, chosen)):
            for length in range(alight - board, segments + 1):
                starts = range(max(0, alight - length), min(board, segments - length) + 1)
                found = [
                    gaps[start, start + length]
                    for start in starts
                    for gaps in chosen
                    if (start, start + length) in gaps
                ]
                if found:
                    yield found
            return
        by_length: dict[int, list[Places]] = {}
        for gaps in chosen:
            for (start, end), places in gaps.items():
                if start <= board and alight <= end:
                    by_length.setdefault(end - start, []).append(places)
        for length in sorted(by_length):
            yield by_length[length]

    def blocked(self, compartment: int, rule: CompartmentRule | None) -> int:
        """The segments on which the others in a compartment and a newcomer under this rule do not go together.

        Women, men, mixed and no rule go only with the same; a whole compartment goes with nobody.
        """
        under = self.ruled.get(compartment)
        if rule is None:
            return 0 if under is None else _union(mask for claims in under.values() for mask, _ in claims)
        room = self.seats.compartments[compartment]
        if not room.closed:
            return -1
        found = 0
        for place in room.places:
            same = 0
            if under is not None and rule != "whole":
                same = _union(mask for mask, other in under.get(place, ()) if other == rule)
            found |= (self.masks[place] & ~self.seats.outside(place)) & ~same
        return found


class _Empty(NamedTuple):
    """A train that nobody has a place in yet: each place's mask, and per pool the places under each gap."""

    masks: list[int]
    pools: list[dict[Gap, list[int]]]


@lru_cache(maxsize=512)
def _empty(same: Same[Seats]) -> _Empty:
    """Kept: every departure of a train begins so, and it is looked at anew again and again."""
    seats = same.it
    pools: list[dict[Gap, list[int]]] = [{} for _ in seats.pools]
    masks = [seats.outside(place) for place in range(len(seats.places))]
    for place, mask in enumerate(masks):
        for gap in gaps_of(mask, seats.segments):
            pools[seats.pool_of[place]].setdefault(gap, []).append(place)
    return _Empty(masks, pools)


class Places:
    """A set of places of which any one can be had by its position: for a choice at random."""

    __slots__ = ("_at", "listed")

    def __init__(self, places: list[int]) -> None:
        self.listed: Final = places
        self._at: Final = dict(zip(places, range(len(places)), strict=True))

    def add(self, place: int) -> None:
        """Put a place in that is not in."""
        self._at[place] = len(self.listed)
        self.listed.append(place)

    def remove(self, place: int) -> None:
        """Take a place out that is in."""
        index, last = self._at.pop(place), self.listed.pop()
        if last != place:
            self.listed[index] = last
            self._at[last] = index


def gaps_of(mask: int, segments: int) -> Iterator[Gap]:
    """The runs of free segments in a mask, first to last."""
    free = ~mask & ((1 << segments) - 1)
    while free:
        start = (free & -free).bit_length() - 1
        run = free >> start
        end = start + (run ^ (run + 1)).bit_length() - 1
        yield start, end
        free = free >> end << end


def gap_around(mask: int, board: int, alight: int) -> Gap:
    """The gap of a place free over [board, alight); its mask has a bit beyond the last segment."""
    before, after = mask & ((1 << board) - 1), mask >> alight
    return before.bit_length(), alight + (after & -after).bit_length() - 1


def _mask(claims: dict[int, Taken]) -> int:
    return _union((1 << one.alight) - (1 << board) for board, one in claims.items())


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
