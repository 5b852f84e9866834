"""The choice of places, drawn: a row per place, a sign per segment (see `drawn_train.drawn`)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from drawn_train import KEY, claim_on, coach, coach_type, drawn, many_seats, seats_of, train
from hypothesis import given
from hypothesis import strategies as st

from rerail.places.choose import NoPlace, NoSuchPlace, check_wanted, choose, free_places
from rerail.places.model import Spot, Wishes
from rerail.places.occupancy import Occupancy
from rerail.places.seats import Seats, rest_of_compartments

CALLS = 7
ONE_COACH = seats_of(train(CALLS, coach("1", 0, 6)))
OPEN_COACH = seats_of(train(CALLS, coach("1", 0, 6, "seated")))
TWO_COACHES = seats_of(train(CALLS, coach("1", 0, 6), coach("2", 0, 6)))
ALL = set(ONE_COACH.keys)


def chosen(seats: Seats, occupancy: Occupancy, board: int, alight: int, count: int = 1, **more: Any) -> list[str]:
    """The places as "coach-place", the same whatever chance says: it is asked with forty seeds."""
    answers = set()
    for seed in range(40):
        spots = choose(seats, occupancy, (board, alight), count, rng=random.Random(seed), **more)
        assert {(spot.board, spot.alight) for spot in spots} == {(board, alight)}
        answers.add(tuple(f"{spot.coach}-{spot.place}" for spot in spots))
    assert len(answers) == 1, f"chance decides between {answers}"
    return list(answers.pop())


def drawn_by_lot(seats: Seats, occupancy: Occupancy, board: int, alight: int, count: int = 1, **more: Any) -> set[str]:
    """Every place that chance may give."""
    return {
        f"{spot.coach}-{spot.place}"
        for seed in range(200)
        for spot in choose(seats, occupancy, (board, alight), count, rng=random.Random(seed), **more)
    }


def room_of(seats: Seats, spot: Spot) -> int:
    number = seats.number(spot.coach, spot.place, spot.board)
    assert number is not None
    return seats.compartment_of[number]


def full_but(*places: str) -> Occupancy:
    """Coach 1 full all the way, but for these places."""
    return drawn("\n".join(f"1-{number} ######" for number in range(1, 13) if str(number) not in places))


# Near a place


def test_near_a_place_are_those_of_its_compartment_and_in_an_open_coach_the_rows_next_to_it() -> None:
    def near(seats: Seats, place: str) -> list[str]:
        number = seats.number("1", place, 0)
        assert number is not None
        return sorted((seats.keys[one][1] for one in seats.beside(number)), key=int)

    assert near(ONE_COACH, "7") == ["5", "6", "8"]
    assert near(OPEN_COACH, "5") == ["1", "2", "3", "4", "6", "7", "8", "9", "10", "11", "12"]
    assert near(OPEN_COACH, "1") == ["2", "3", "4", "5", "6", "7", "8"]


@given(st.sampled_from([ONE_COACH, OPEN_COACH]), st.data())
def test_who_wishes_to_be_near_a_place_is_if_anything_near_it_is_free(seats: Seats, data: st.DataObject) -> None:
    occupancy = Occupancy(KEY)
    taken = data.draw(st.sets(st.sampled_from(seats.keys), max_size=11))
    occupancy.note([claim_on(Spot(*pair, 0, 6)) for pair in taken])
    coach, place = data.draw(st.sampled_from(seats.keys))
    at = seats.number(coach, place, 0)
    assert at is not None
    near = {seats.keys[one] for one in seats.beside(at)}
    free = set(free_places(seats, occupancy, 0, 6))
    if free - {(coach, place)}:
        wishes = Wishes(near=Spot(coach, place, 0, 6))
        (spot,) = choose(seats, occupancy, (0, 6), 1, wishes=wishes, rng=random.Random(1))
        assert ((spot.coach, spot.place) in near) == bool(free & near)


# Best fit


def test_a_short_stretch_goes_into_the_smallest_gap() -> None:
    occupancy = drawn("""
        1-1  ##..##
        1-2  #...##
        1-3  ##...#
    """)
    assert chosen(ONE_COACH, occupancy, 2, 4) == ["1-1"]


def test_a_place_free_all_the_way_is_kept_for_who_goes_all_the_way() -> None:
    occupancy = drawn("1-5 ###...")
    assert chosen(ONE_COACH, occupancy, 3, 6) == ["1-5"]
    assert chosen(ONE_COACH, occupancy, 4, 5) == ["1-5"]


def test_the_second_half_takes_the_berth_the_first_half_left() -> None:
    """Vladivostok–Khasan in every berth; then Khasan–Rajin finds them all."""
    occupancy = Occupancy(KEY)
    for board, alight in ((0, 3), (3, 6)):
        for number in range(12):
            spots = choose(ONE_COACH, occupancy, (board, alight), 1, rng=random.Random(number))
            occupancy.note([claim_on(spot) for spot in spots])
    with pytest.raises(NoPlace):
        choose(ONE_COACH, occupancy, (5, 6), 1, rng=random.Random(1))


def test_equal_places_are_drawn_by_lot() -> None:
    assert drawn_by_lot(ONE_COACH, Occupancy(KEY), 0, 6) >= {f"1-{number}" for number in range(1, 13, 2)}


def test_who_has_no_wish_is_sent_to_an_upper_berth_only_when_those_below_are_gone() -> None:
    couples = [choose(ONE_COACH, Occupancy(KEY), (0, 6), 2, rng=random.Random(seed)) for seed in range(20)]
    assert all(int(spot.place) % 2 for spots in couples for spot in spots), "odd berths are below"
    alone = [choose(ONE_COACH, Occupancy(KEY), (0, 6), 1, rng=random.Random(seed))[0].place for seed in range(200)]
    assert sum(int(place) % 2 for place in alone) > 160  # half by pure chance


def test_a_single_traveller_leaves_an_empty_compartment_to_a_party() -> None:
    occupancy = full_but("3", "5", "6", "7", "8")
    answers = [choose(ONE_COACH, occupancy, (0, 6), 1, rng=random.Random(seed))[0].place for seed in range(200)]
    assert answers.count("3") > 100  # one of five by pure chance


@given(st.data())
def test_the_gap_chosen_is_never_larger_than_another(data: st.DataObject) -> None:
    calls = data.draw(st.sampled_from([3, 7, 140]))
    seats = seats_of(train(calls, coach("1", 0, calls - 1)))
    occupancy = Occupancy(KEY)
    taken: dict[str, set[int]] = {place: set() for _, place in seats.keys}
    for _ in range(data.draw(st.integers(0, 25))):
        place = data.draw(st.sampled_from(sorted(taken)))
        board = data.draw(st.integers(0, calls - 2))
        alight = data.draw(st.integers(board + 1, calls - 1))
        if not taken[place] & set(range(board, alight)):
            taken[place] |= set(range(board, alight))
            occupancy.note([claim_on(Spot("1", place, board, alight))])
    board = data.draw(st.integers(0, calls - 2))
    alight = data.draw(st.integers(board + 1, calls - 1))
    gaps = {}
    for place, segments in taken.items():
        if not segments & set(range(board, alight)):
            start, end = board, alight
            while start > 0 and start - 1 not in segments:
                start -= 1
            while end < calls - 1 and end not in segments:
                end += 1
            gaps[place] = end - start
    assert {place for _, place in free_places(seats, occupancy, board, alight)} == set(gaps)
    if gaps:
        (spot,) = choose(seats, occupancy, (board, alight), 1, rng=random.Random(1))
        assert gaps[spot.place] == min(gaps.values())
    else:
        with pytest.raises(NoPlace):
            choose(seats, occupancy, (board, alight), 1, rng=random.Random(1))


# Parties


def test_a_party_shares_a_compartment() -> None:
    assert chosen(ONE_COACH, full_but("3", "5", "6", "9", "10", "11"), 0, 6, 3) == ["1-10", "1-9", "1-11"]


def test_a_party_too_large_for_a_compartment_takes_neighbouring_ones() -> None:
    occupancy = drawn("""
        1-5  ######
        1-6  ######
        1-7  ######
    """)
    answers = drawn_by_lot(TWO_COACHES, occupancy, 0, 6, 8)
    assert answers == {f"2-{number}" for number in range(1, 13)}
    for seed in range(20):
        spots = choose(TWO_COACHES, occupancy, (0, 6), 8, rng=random.Random(seed))
        rooms = {room_of(TWO_COACHES, spot) for spot in spots}
        assert len(rooms) == 2
        assert max(rooms) - min(rooms) == 1


def test_a_party_stays_in_one_coach_if_it_must_be_apart() -> None:
    occupancy = full_but("1", "2", "5", "9")
    occupancy.note([claim_on(Spot("2", str(number), 0, 6)) for number in range(1, 12)])
    assert set(chosen(TWO_COACHES, occupancy, 0, 6, 4)) == {"1-1", "1-2", "1-5", "1-9"}


def test_a_party_that_fits_into_no_coach_is_seated_all_the_same() -> None:
    occupancy = full_but("1", "2", "3")
    occupancy.note([claim_on(Spot("2", str(number), 0, 6)) for number in range(1, 11)])
    assert set(chosen(TWO_COACHES, occupancy, 0, 6, 5)) == {"1-1", "1-2", "1-3", "2-11", "2-12"}


def test_a_couple_does_not_break_into_an_empty_compartment() -> None:
    assert set(chosen(ONE_COACH, drawn("1-5 ######\n1-6 ######"), 0, 6, 2)) == {"1-7", "1-8"}


def test_a_party_is_seated_whole_or_not_at_all() -> None:
    with pytest.raises(NoPlace, match="Only 3 such places") as caught:
        choose(ONE_COACH, full_but("1", "2", "5"), (0, 6), 4, rng=random.Random(1))
    assert caught.value.free == 3


def test_in_an_open_coach_a_couple_sits_in_one_row() -> None:
    spots = choose(OPEN_COACH, Occupancy(KEY), (0, 6), 2, rng=random.Random(3))
    numbers = {int(spot.place) for spot in spots}
    assert len({(number - 1) // 4 for number in numbers}) == 1


def test_a_party_on_a_very_long_train_shares_a_row_too() -> None:
    big = coach_type("big", ["="])
    big = type(big)(**{name: getattr(big, name) for name in big.__struct_fields__} | {"places": many_seats(60)})
    seats = seats_of(train(CALLS, *[coach(str(number), 0, 6, "big") for number in range(1, 41)]), big)
    spots = choose(seats, Occupancy(KEY), (0, 6), 4, rng=random.Random(1))
    assert len({(spot.coach, (int(spot.place) - 1) // 4) for spot in spots}) == 1


# Who may sit where


def test_a_coach_is_sold_only_where_it_is_in_the_train() -> None:
    seats = seats_of(train(CALLS, coach("1", 0, 3), coach("2", 2, 6)))
    assert {key for key, _ in free_places(seats, Occupancy(KEY), 0, 3)} == {"1"}
    assert {key for key, _ in free_places(seats, Occupancy(KEY), 2, 3)} == {"1", "2"}
    assert {key for key, _ in free_places(seats, Occupancy(KEY), 3, 6)} == {"2"}
    with pytest.raises(NoPlace, match="Only 0"):
        choose(seats, Occupancy(KEY), (0, 6), 1, rng=random.Random(1))


def test_two_coaches_with_one_number_are_in_the_train_by_turns() -> None:
    """Coach 1 is swapped at call 3 for another coach 1, which has fewer places."""
    pair = coach_type("pair", ["1s", "2s"])
    seats = seats_of(train(CALLS, coach("1", 0, 3), coach("1", 3, 6, "pair")), pair)
    occupancy = drawn("1-1 ##...#")
    assert ("1", "1") not in free_places(seats, occupancy, 0, 3)
    assert len(free_places(seats, occupancy, 0, 3)) == 11
    assert free_places(seats, occupancy, 3, 6) == [("1", "2")]
    assert free_places(seats, occupancy, 2, 4) == []
    assert check_wanted(seats, 1, 3, [("1", "12")]) == (Spot("1", "12", 1, 3),)
    with pytest.raises(NoSuchPlace):
        check_wanted(seats, 3, 5, [("1", "12")])


def test_domestic_passengers_and_those_who_cross_are_in_coaches_of_their_own() -> None:
    """Coach 1 ends at the border (call 3); coach 2 goes through."""
    seats = seats_of(train(CALLS, coach("1", 0, 3), coach("2", 0, 6), border_after=3))
    empty = Occupancy(KEY)
    assert {key for key, _ in free_places(seats, empty, 0, 3)} == {"1"}
    assert {key for key, _ in free_places(seats, empty, 0, 4)} == {"2"}
    assert free_places(seats, empty, 3, 6) == []  # beyond the border only coaches that crossed it
    with pytest.raises(NoSuchPlace, match="no place 2-1 for this journey"):
        check_wanted(seats, 0, 3, [("2", "1")])


def test_in_a_train_of_through_coaches_only_everybody_shares_them() -> None:
    seats = seats_of(train(CALLS, coach("1", 0, 6), border_after=3))
    occupancy = drawn("1-5 ###...")
    assert chosen(seats, occupancy, 3, 6) == ["1-5"]


def test_what_a_coach_says_of_its_traffic_holds() -> None:
    """A through coach set aside for domestic passengers; the others are then for those who cross."""
    through = train(CALLS, coach("1", 0, 6, traffic="domestic"), coach("2", 0, 6), border_after=3)
    seats = seats_of(through)
    assert {key for key, _ in free_places(seats, Occupancy(KEY), 0, 2)} == {"1"}
    assert {key for key, _ in free_places(seats, Occupancy(KEY), 2, 4)} == {"2"}
    mixed = seats_of(train(CALLS, coach("1", 0, 3), coach("2", 0, 6, traffic="domestic"), border_after=3))
    assert {key for key, _ in free_places(mixed, Occupancy(KEY), 0, 2)} == {"1", "2"}


def test_a_class_is_asked_for() -> None:
    first = coach_type("first", ["1s 2s"], "first")
    seats = seats_of(train(CALLS, coach("1", 0, 6), coach("2", 0, 6, "first")), first)
    assert free_places(seats, Occupancy(KEY), 0, 6, travel_class="first") == [("2", "1"), ("2", "2")]
    assert len(free_places(seats, Occupancy(KEY), 0, 6, travel_class="second")) == 12
    assert free_places(seats, Occupancy(KEY), 0, 6, travel_class="third") == []


@pytest.mark.parametrize("pair", [("1", "99"), ("9", "1"), ("2", "1")])
def test_a_place_picked_on_the_plan_must_be_one_for_this_journey(pair: tuple[str, str]) -> None:
    seats = seats_of(train(CALLS, coach("1", 0, 6), coach("2", 0, 3)))
    assert check_wanted(seats, 2, 5, [("1", "4")]) == (Spot("1", "4", 2, 5),)
    with pytest.raises(NoSuchPlace, match="choose one from the plan"):
        check_wanted(seats, 2, 5, [pair])


def test_a_stretch_that_is_none_has_no_places() -> None:
    for stretch in ((3, 3), (4, 2), (-1, 2), (0, 7)):
        assert free_places(ONE_COACH, Occupancy(KEY), *stretch) == []
        with pytest.raises(NoPlace):
            choose(ONE_COACH, Occupancy(KEY), stretch, 1, rng=random.Random(1))


# Allotments


def test_an_allotment_is_barred_to_others_and_comes_first_for_its_holder() -> None:
    kept = ONE_COACH.places_of("1", ["5", "6", "99"])
    assert kept == {("1", "5"), ("1", "6")}
    others = drawn_by_lot(ONE_COACH, Occupancy(KEY), 0, 6, barred=kept)
    assert others & {"1-1", "1-3", "1-7", "1-9", "1-11"}
    assert not others & {"1-5", "1-6"}
    assert not set(free_places(ONE_COACH, Occupancy(KEY), 0, 6, barred=kept)) & kept
    assert drawn_by_lot(ONE_COACH, Occupancy(KEY), 0, 6, own=kept) == {"1-5"}
    assert set(chosen(ONE_COACH, Occupancy(KEY), 0, 6, 4, own=kept)) == {"1-5", "1-6", "1-7", "1-8"}


def test_a_whole_coach_can_be_an_allotment() -> None:
    assert TWO_COACHES.places_of("2") == {("2", str(number)) for number in range(1, 13)}
    with pytest.raises(NoPlace):
        choose(ONE_COACH, Occupancy(KEY), (0, 6), 1, barred=ONE_COACH.places_of("1"), rng=random.Random(1))


# Wishes


def test_a_lower_berth_is_given_where_one_is_free() -> None:
    lower = {f"1-{number}" for number in range(1, 13, 2)}
    assert drawn_by_lot(ONE_COACH, Occupancy(KEY), 0, 6, wishes=Wishes(berth="lower")) == lower
    # Even where an upper one would fit better.
    assert chosen(ONE_COACH, full_but("2", "3"), 0, 3, wishes=Wishes(berth="lower")) == ["1-3"]
    assert chosen(ONE_COACH, full_but("2"), 0, 3, wishes=Wishes(berth="lower")) == ["1-2"]
    couchettes = seats_of(train(CALLS, coach("1", 0, 6, "couchettes")), coach_type("couchettes", ["3u", "2m", "1l"]))
    assert chosen(couchettes, Occupancy(KEY), 0, 3, wishes=Wishes(berth="middle")) == ["1-2"]


def test_a_window_is_given_where_one_is_free() -> None:
    windows = {f"1-{number}" for number in (1, 5, 9, 8, 12)}
    assert drawn_by_lot(OPEN_COACH, Occupancy(KEY), 0, 6, wishes=Wishes(window=True)) == windows


def test_a_couple_gets_the_two_lower_berths_of_one_compartment() -> None:
    for seed in range(20):
        spots = choose(ONE_COACH, Occupancy(KEY), (0, 6), 2, wishes=Wishes(berth="lower"), rng=random.Random(seed))
        assert [int(spot.place) % 4 for spot in spots] == [1, 3]


def test_next_to_a_place_is_the_same_compartment_then_the_next_one() -> None:
    near = Wishes(near=Spot("2", "1", 0, 6))
    assert chosen(TWO_COACHES, Occupancy(KEY), 0, 6, wishes=near) == ["2-2"]
    occupancy = drawn("\n".join(f"2-{number} ######" for number in range(1, 6)))
    assert chosen(TWO_COACHES, occupancy, 0, 6, wishes=near) == ["2-6"]
    full = drawn("\n".join(f"2-{number} ######" for number in range(1, 13)))
    assert drawn_by_lot(TWO_COACHES, full, 0, 6, wishes=near) == {f"1-{number}" for number in range(1, 13, 2)}


def test_women_go_with_women_over_the_same_stretch() -> None:
    occupancy = drawn("""
        1-1  www...
        1-5  ######
        1-9  mmm...
    """)
    women = Wishes(compartment="women")
    assert drawn_by_lot(ONE_COACH, occupancy, 0, 3, wishes=women) == {"1-2", "1-3", "1-4"}
    # Beyond call 3 the men's and the women's compartments are empty.
    behind = drawn_by_lot(ONE_COACH, occupancy, 3, 6, wishes=women)
    assert behind == {"1-1", "1-9"}
    # Nobody without the rule is put with them, nor offered their compartment on the plan.
    assert drawn_by_lot(ONE_COACH, occupancy, 0, 3) == {"1-6", "1-7", "1-8"}
    assert {place for _, place in free_places(ONE_COACH, occupancy, 0, 3)} == {"6", "7", "8"}
    assert {place for _, place in free_places(ONE_COACH, occupancy, 0, 3, compartment="men")} == {"10", "11", "12"}


def test_an_open_coach_has_no_compartment_for_women() -> None:
    with pytest.raises(NoPlace, match="Only 0"):
        choose(OPEN_COACH, Occupancy(KEY), (0, 6), 1, wishes=Wishes(compartment="women"), rng=random.Random(1))


def test_a_whole_compartment_is_empty_and_stays_so_for_the_stretch() -> None:
    occupancy = drawn("""
        1-2  #.....
        1-7  .....#
    """)
    whole = Wishes(compartment="whole")
    spots = choose(ONE_COACH, occupancy, (0, 4), 2, wishes=whole, rng=random.Random(2))
    rest = rest_of_compartments(ONE_COACH, spots)
    rooms = {room_of(ONE_COACH, spot) for spot in spots}
    assert len(rooms) == 1
    assert rooms <= {1, 2}
    assert len(set(spots) | set(rest)) == 4
    assert {(spot.board, spot.alight) for spot in rest} == {(0, 4)}
    # Even before the rest is claimed nobody is put into it; behind call 4 it is anybody's.
    occupancy.note([claim_on(spot, rule="whole") for spot in spots])
    assert not {("1", spot.place) for spot in rest} & set(free_places(ONE_COACH, occupancy, 3, 5))
    assert {("1", spot.place) for spot in rest} <= set(free_places(ONE_COACH, occupancy, 5 - 1, 5))
    with pytest.raises(NoPlace):
        choose(ONE_COACH, occupancy, (0, 4), 5, wishes=whole, rng=random.Random(2))


def test_a_wheelchair_place_is_for_who_asks_for_it() -> None:
    assert "1-4" not in drawn_by_lot(OPEN_COACH, Occupancy(KEY), 0, 6)
    assert ("1", "4") not in free_places(OPEN_COACH, Occupancy(KEY), 0, 6)
    assert ("1", "4") in free_places(OPEN_COACH, Occupancy(KEY), 0, 6, wheelchair=True)
    party = chosen(OPEN_COACH, Occupancy(KEY), 0, 6, 2, wishes=Wishes(wheelchair=1))
    assert party == ["1-4", "1-3"]  # whose companion sits next to it


def test_a_wheelchair_place_goes_to_others_only_when_nothing_else_is_free() -> None:
    assert chosen(OPEN_COACH, full_but("4", "5"), 0, 6) == ["1-5"]
    assert chosen(OPEN_COACH, full_but("4"), 0, 6) == ["1-4"]
    assert free_places(OPEN_COACH, full_but("4"), 0, 6) == [("1", "4")]


def test_who_needs_a_wheelchair_place_is_refused_without_one() -> None:
    with pytest.raises(NoPlace):
        choose(OPEN_COACH, drawn("1-4 ...#.."), (0, 6), 1, wishes=Wishes(wheelchair=1), rng=random.Random(1))
