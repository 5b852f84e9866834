"""A departure as one buyer may use it: what is free, barred, ruled out by others, and how well a place fits."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import Final

from rerail.line.tariff import TravelClass
from rerail.places.model import CompartmentRule, Spot
from rerail.places.occupancy import Gaps, gap_around
from rerail.places.seats import Seats

Pairs = Collection[tuple[str, str]]
"""(coach, place) pairs."""

_DRAWS: Final = 4
"""Among how many places drawn at random the one in the fullest compartment is taken."""

NOBODYS: Final[frozenset[tuple[str, str]]] = frozenset()


class View:
    """A departure as one buyer may use it over one stretch."""

    def __init__(
        self,
        seats: Seats,
        gaps: Gaps,
        stretch: tuple[int, int],
        travel_class: TravelClass | None,
        rule: CompartmentRule | None,
        barred: Pairs,
        rng: random.Random | None,
    ) -> None:
        self.seats: Final = seats
        self.gaps: Final = gaps
        self.board, self.alight = stretch
        self.want: Final = (1 << self.alight) - (1 << self.board)
        self.rule: Final = rule
        self.barred: Final = seats.numbers(barred) if barred else frozenset[int]()
        self.rng: Final = rng or random.Random(0)  # noqa: S311  (spreads parties over equal places)
        pools = seats.pools_for(self.board, self.alight, travel_class)
        self.others: Final = [pool for pool in pools if seats.pools[pool].kind != "wheelchair"]
        self.wheelchair: Final = [pool for pool in pools if seats.pools[pool].kind == "wheelchair"]
        self._eligible: Final = frozenset(self.others)
        self._blocked: Final[dict[int, int]] = {}
        self._excess: Final[dict[int, int]] = {}

    def eligible(self, place: int) -> bool:
        """Whether the place is in a coach for this journey, and no wheelchair place."""
        return self.seats.pool_of[place] in self._eligible

    def blocked(self, place: int) -> int:
        """The segments on which the compartment's other passengers rule this buyer out."""
        if self.rule is None and not self.gaps.ruled:
            return 0
        compartment = self.seats.compartment_of[place]
        found = self._blocked.get(compartment)
        if found is None:
            found = self._blocked[compartment] = self.gaps.blocked(compartment, self.rule)
        return found

    def mask(self, place: int) -> int:
        """The segments on which this buyer cannot have the place."""
        return -1 if place in self.barred else self.gaps.masks[place] | self.blocked(place)

    def free(self, place: int) -> bool:
        """Whether this buyer can have the place all the way."""
        return not self.mask(place) & self.want

    def excess(self, place: int) -> int:
        """How many free segments around the stretch the place would be left with: the fewer, the better the fit."""
        mask = self.gaps.masks[place]
        found = self._excess.get(mask)
        if found is None:
            start, end = gap_around(mask, self.board, self.alight)
            found = self._excess[mask] = end - start
        return found

    def company(self, place: int) -> int:
        """How many places of the compartment are taken over the stretch: full ones first leaves others to parties."""
        masks, want, found = self.gaps.masks, self.want, 0
        for other in self.seats.compartments[self.seats.compartment_of[place]].places:
            if masks[other] & want:
                found += 1
        return found

    def spot(self, place: int) -> Spot:
        """The place over the stretch."""
        return self.seats.spot(place, self.board, self.alight)

    def of_pool(self, pool: int) -> list[int]:
        """Every place of a pool."""
        return [place for place, its in enumerate(self.seats.pool_of) if its == pool]

    def free_among(self, places: range) -> list[int]:
        """Those of these places that this buyer can have all the way, wheelchair places left out."""
        if self.barred or self.rule is not None or self.gaps.ruled:
            return [place for place in places if self.eligible(place) and self.free(place)]
        masks, want, pool_of, eligible = self.gaps.masks, self.want, self.seats.pool_of, self._eligible
        return [place for place in places if not masks[place] & want and pool_of[place] in eligible]

    def all_free(self, pools: Sequence[int]) -> list[int]:
        """Every place of these pools that this buyer can have all the way, in plan order."""
        found = [
            place for fit in self.gaps.around(pools, self.board, self.alight) for one in fit for place in one.listed
        ]
        if self.barred or self.rule is not None or self.gaps.ruled:
            found = [place for place in found if self.free(place)]
        return sorted(found)

    def count_free(self, pools: Sequence[int]) -> int:
        """How many places of these pools this buyer can have all the way."""
        if self.barred or self.rule is not None or self.gaps.ruled:
            return len(self.all_free(pools))
        return sum(len(one.listed) for fit in self.gaps.around(pools, self.board, self.alight) for one in fit)

    def _fullest(self, places: Sequence[int]) -> int:
        """The place in the fullest compartment; of several, one that nobody has to climb to."""
        return max(places, key=lambda place: (self.company(place), not self.seats.above(place)))

    def best(self, pools: Sequence[int], count: int) -> list[int]:
        """Up to `count` places in the smallest gaps, drawn at random among equals."""
        found: list[int] = []
        plain = not self.barred and self.rule is None and not self.gaps.ruled
        for equal in self.gaps.around(pools, self.board, self.alight):
            if plain and count == 1:
                lists = [one.listed for one in equal]
                return [self._fullest([_drawn(lists, self.rng) for _ in range(_DRAWS)])]
            fitting = [place for one in equal for place in one.listed if plain or self.free(place)]
            found += self.rng.sample(fitting, min(count - len(found), len(fitting)))
            if len(found) == count:
                break
        return found


def _drawn(lists: Sequence[Sequence[int]], rng: random.Random) -> int:
    position = int(rng.random() * sum(map(len, lists)))
    for listed in lists:
        if position < len(listed):
            return listed[position]
        position -= len(listed)
    raise AssertionError("unreachable: the position is below the sum of the lengths")
