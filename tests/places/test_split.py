"""Travelling with changes of place, where none is free all the way: fewest changes, at calls."""

from __future__ import annotations

import random
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from drawn_train import KEY, SLEEPER, claim_on, coach, coach_type, drawn, seats_of, train
from hypothesis import given
from hypothesis import strategies as st

from rerail.places.choose import NoPlace, choose_split
from rerail.places.model import Spot
from rerail.places.occupancy import Occupancy

CALLS = 7
PAIR = coach_type("pair", ["1s", "2s", "3s"])
SEATS = seats_of(train(CALLS, coach("1", 0, 6, "pair")), PAIR)


def split(occupancy: Occupancy, board: int, alight: int, count: int = 1, **more: Any) -> list[list[str]]:
    rides = choose_split(SEATS, occupancy, (board, alight), count, rng=random.Random(1), **more)
    return [[f"{spot.place}:{spot.board}-{spot.alight}" for spot in of] for of in rides]


def test_seat_1_to_khasan_and_seat_2_after_it() -> None:
    occupancy = drawn("""
        1-1  ...###
        1-2  ###...
        1-3  ######
    """)
    assert split(occupancy, 0, 6) == [["1:0-3", "2:3-6"]]


def test_no_change_where_none_is_needed() -> None:
    occupancy = drawn("1-1 ...###")
    assert split(occupancy, 0, 6) in ([["2:0-6"]], [["3:0-6"]])


def test_one_change_late_rather_than_two() -> None:
    occupancy = drawn("""
        1-1  ..####
        1-2  ....##
        1-3  ###...
    """)
    assert split(occupancy, 0, 6) == [["2:0-4", "3:4-6"]]


def test_two_travel_with_as_few_changes_as_can_be() -> None:
    occupancy = drawn("""
        1-1  ...###
        1-2  ###...
        1-3  ......
    """)
    assert sorted(split(occupancy, 0, 6, 2)) == [["1:0-3", "2:3-6"], ["3:0-6"]]


def test_where_a_segment_is_full_nobody_gets_through() -> None:
    occupancy = drawn("""
        1-1  ..#...
        1-2  ..#...
        1-3  .##...
    """)
    with pytest.raises(NoPlace):
        split(occupancy, 0, 6)
    with pytest.raises(NoPlace) as caught:
        split(drawn("1-1 ..#...\n1-2 ..#..."), 0, 6, 2)
    assert caught.value.free == 1


def test_who_crosses_the_border_changes_only_into_coaches_that_do() -> None:
    """Coach 1 is domestic and free; who crosses at call 3 does not ride in it even on this side."""
    of = train(CALLS, coach("1", 0, 3, "pair"), coach("2", 0, 6, "pair"), border_after=3)
    seats = seats_of(of, PAIR)
    occupancy = drawn("2-1 ##....\n2-2 ..####\n2-3 ######")
    (rides,) = choose_split(seats, occupancy, (0, 6), 1, rng=random.Random(1))
    assert rides == (Spot("2", "2", 0, 2), Spot("2", "1", 2, 6))


def test_an_allotment_of_others_is_not_changed_into_and_ones_own_is() -> None:
    occupancy = drawn("1-1 ...###\n1-2 ###...\n1-3 ###...")
    assert split(occupancy, 0, 6, barred={("1", "2")}) == [["1:0-3", "3:3-6"]]
    assert split(occupancy, 0, 6, own={("1", "2")}) == [["1:0-3", "2:3-6"]]


def test_a_change_stays_in_the_coach() -> None:
    seats = seats_of(train(CALLS, coach("1", 0, 6), coach("2", 0, 6)), coach_type("sleeper", SLEEPER))
    full = "\n".join(f"{one}-{number} ######" for one in (1, 2) for number in range(1, 13) if number not in (1, 8))
    occupancy = drawn(full + "\n2-1 ...###\n1-1 ######\n1-8 ###...\n2-8 ###...")
    (rides,) = choose_split(seats, occupancy, (0, 6), 1, rng=random.Random(1))
    assert rides == (Spot("2", "1", 0, 3), Spot("2", "8", 3, 6))


@given(st.data())
def test_no_other_way_has_fewer_changes(data: st.DataObject) -> None:
    """Against every way there is, for one and for two passengers on a small coach."""
    calls = 6
    seats = seats_of(train(calls, coach("1", 0, calls - 1, "pair")), PAIR)
    occupancy = Occupancy(KEY)
    free: list[frozenset[str]] = []
    masks = {place: data.draw(st.sets(st.integers(0, calls - 2))) for place in ("1", "2", "3")}
    for place, segments in masks.items():
        occupancy.note([claim_on(Spot("1", place, segment, segment + 1)) for segment in segments])
    for segment in range(calls - 1):
        free.append(frozenset(place for place, segments in masks.items() if segment not in segments))
    count = data.draw(st.sampled_from([1, 2]))

    @cache
    def fewest(segment: int, at: tuple[str, ...]) -> int | None:
        if segment == calls - 1:
            return 0
        found = []
        for way in permutations(sorted(free[segment]), count):
            rest = fewest(segment + 1, way)
            if rest is not None:
                found.append(rest + (sum(a != b for a, b in zip(at, way, strict=True)) if at else 0))
        return min(found, default=None)

    best = fewest(0, ())
    if best is None:
        with pytest.raises(NoPlace):
            choose_split(seats, occupancy, (0, calls - 1), count, rng=random.Random(1))
        return
    rides = choose_split(seats, occupancy, (0, calls - 1), count, rng=random.Random(1))
    assert sum(len(of) - 1 for of in rides) == best
    used = [(spot.place, segment) for of in rides for spot in of for segment in range(spot.board, spot.alight)]
    assert len(used) == len(set(used)) == count * (calls - 1)
    assert all(place in free[segment] for place, segment in used)
    for of in rides:
        assert [spot.alight for spot in of[:-1]] == [spot.board for spot in of[1:]]
