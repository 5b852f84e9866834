"""The rule of re-seating by itself: laws that hold for every train and every change of it.

Coaches of the train: 1 compartment and 2 soft, which cross the border; 3 compartment and 4 seats, as far as Khasan.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rerail.desk.reseating_rule import Change, Given, Rider, reseated
from rerail.line.folder import load
from rerail.line.model import Coach, Line, Train
from rerail.places.choose import NoPlace, choose
from rerail.places.model import CompartmentRule, DepartureKey, Spot, Wishes
from rerail.places.occupancy import Occupancy, Taken
from rerail.places.seats import Seats

LINES = Path(__file__).parents[1] / "lines"
KEY = DepartureKey("direct", date(2026, 12, 10))
SAME_CALLS = {call: call for call in range(5)}
RULES: tuple[CompartmentRule | None, ...] = (None, None, "women", "men")
RANK = {"first": 3, "second": 2, "third": 1}


@cache
def line() -> Line:
    return load(LINES / "both-traffics")


def train(*coaches: int) -> Train:
    """The train with these of its coaches, by position from 1."""
    whole = line().trains["direct"]
    return msgspec.structs.replace(whole, consist=tuple(whole.consist[position - 1] for position in coaches))


def change(before: Train, after: Train) -> Change:
    types = ([coach.type for coach in before.consist], [coach.type for coach in after.consist])
    return Change(Seats(line(), before), Seats(line(), after), types, SAME_CALLS)


def rider(booking: str, *spots: Spot, part: int = 1, rule: CompartmentRule | None = None) -> Rider:
    return Rider(
        booking=booking,
        part=part,
        spots=spots,
        board=spots[0].board,
        alight=spots[-1].alight,
        travel_class=None,
        rule=rule,
        until=None,
    )


def seated(found: Sequence[Given]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {one.rider.booking: tuple((spot.coach, spot.place) for spot in one.spots) for one in found}


def test_first_class_is_not_made_second_though_second_is_free() -> None:
    found = reseated(change(train(1, 2), train(1)), KEY, [rider("A", Spot("2", "1", 0, 4))], random.Random(1))
    assert seated(found) == {"A": ()}


def test_a_passenger_of_the_border_coach_is_not_put_into_a_domestic_one() -> None:
    through = rider("A", Spot("1", "1", 0, 2))
    assert reseated(change(train(1, 3), train(1, 3)), KEY, [through], random.Random(1))[0].kept is False
    across = rider("B", Spot("1", "1", 0, 4))
    assert seated(reseated(change(train(1, 3), train(3, 4)), KEY, [across], random.Random(1))) == {"B": ()}


def test_who_was_there_first_keeps_the_place_and_the_newcomer_from_the_lost_coach_sits_beside() -> None:
    stays, moves = rider("A", Spot("3", "1", 0, 2)), rider("B", Spot("7", "1", 0, 2))
    whole = line().trains["direct"]
    other = msgspec.structs.replace(whole.consist[2], number="7")
    before = msgspec.structs.replace(whole, consist=(whole.consist[2], other))
    found = seated(reseated(change(before, train(3)), KEY, [moves, stays], random.Random(1)))
    assert found["A"] == (("3", "1"),)
    assert found["B"][0][0] == "3"
    assert found["B"] != found["A"]


def test_women_are_moved_only_among_women() -> None:
    whole = line().trains["direct"]
    other = msgspec.structs.replace(whole.consist[0], number="7")
    before = msgspec.structs.replace(whole, consist=(whole.consist[0], other))
    men = [rider("M", Spot("1", place, 0, 4), part=part, rule="men") for part, place in enumerate(("1", "5"), start=1)]
    woman = rider("W", Spot("7", "1", 0, 4), rule="women")
    seats = Seats(line(), train(1))
    found = {one.rider.booking: one for one in reseated(change(before, train(1)), KEY, [*men, woman], random.Random(1))}
    (spot,) = found["W"].spots
    number = seats.number(spot.coach, spot.place, 0)
    assert number is not None
    room = seats.compartments[seats.compartment_of[number]]
    assert not {("1", "1"), ("1", "5")} & {seats.keys[place] for place in room.places}


@st.composite
def sold_trains(draw: st.DrawFn) -> tuple[Train, Train, list[Rider]]:
    """A train, the same with other coaches, and who has bought, as the sale itself seats them."""
    whole = line().trains["direct"]

    def consist() -> tuple[Coach, ...]:
        kept = draw(st.lists(st.sampled_from(whole.consist), min_size=1, max_size=4, unique_by=lambda one: one.number))
        swapped = draw(st.booleans())
        return tuple(
            msgspec.structs.replace(coach, type="soft" if swapped and coach.type == "compartment" else coach.type)
            for coach in kept
        )

    before = msgspec.structs.replace(whole, consist=consist())
    after = msgspec.structs.replace(whole, consist=consist())
    seats, occupancy = Seats(line(), before), Occupancy(KEY)
    rng = random.Random(draw(st.integers(0, 1 << 16)))
    riders: list[Rider] = []
    for number in range(draw(st.integers(1, 9))):
        board = draw(st.integers(0, 3))
        alight = draw(st.integers(board + 1, 4))
        rule = draw(st.sampled_from(RULES))
        count = draw(st.integers(1, 4))
        try:
            wishes = Wishes(compartment=rule)
            spots = choose(seats, occupancy, (board, alight), count, wishes=wishes, rng=rng)
        except NoPlace:
            continue
        for part, spot in enumerate(spots, start=1):
            occupancy.put(spot.coach, spot.place, spot.board, Taken(spot.alight, None, rule))
            riders.append(rider(f"B{number}", spot, part=part, rule=rule))
    return before, after, riders


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sold_trains())
def test_whatever_changes_nobody_shares_a_place_or_is_put_lower_and_nobody_is_forgotten(
    drawn: tuple[Train, Train, list[Rider]],
) -> None:
    before, after, riders = drawn
    old, new = Seats(line(), before), Seats(line(), after)
    found = reseated(change(before, after), KEY, riders, random.Random(3))
    assert sorted((one.rider.booking, one.rider.part) for one in found) == sorted(
        (one.booking, one.part) for one in riders
    )
    taken: set[tuple[str, str, int]] = set()
    for one in found:
        for spot in one.spots:
            number = new.number(spot.coach, spot.place, spot.board)
            assert number is not None
            assert not new.outside(number) & ((1 << spot.alight) - (1 << spot.board)), "the coach goes all the way"
            assert new.pool_of[number] in new.pools_for(one.rider.board, one.rider.alight, None), "meant for it"
            was = old.number(*((one.rider.spots[0].coach, one.rider.spots[0].place)), one.rider.spots[0].board)
            assert was is not None
            classes = (seats.pools[seats.pool_of[place]].travel_class for seats, place in ((old, was), (new, number)))
            first, second = (RANK[one] for one in classes)
            assert second >= first, "never lower"
            for segment in range(spot.board, spot.alight):
                assert (spot.coach, spot.place, segment) not in taken, "one berth, two people"
                taken.add((spot.coach, spot.place, segment))
        assert not one.kept or one.spots == one.rider.spots


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sold_trains())
def test_what_does_not_change_moves_nobody(drawn: tuple[Train, Train, list[Rider]]) -> None:
    before, _, riders = drawn
    assert all(one.kept for one in reseated(change(before, before), KEY, riders, random.Random(3)))
