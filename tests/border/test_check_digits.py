"""The check digits of ICAO Doc 9303-3, and exactly which mistakes they let pass."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rerail.border.check_digits import VALUES, check_digit, same_to_the_check

DATA = st.text(alphabet=sorted(VALUES), min_size=1, max_size=43)


@pytest.mark.parametrize(
    ("data", "digit"),
    [
        ("520727", "3"),
        ("AB2134<<<", "5"),
        ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),
        ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", "2"),
        ("HA672242<658022549601086<<<<<<<", "8"),
        ("L898902C3", "6"),
        ("D23145890734", "9"),
    ],
)
def test_the_worked_examples_of_the_standard(data: str, digit: str) -> None:
    assert check_digit(data) == digit


def test_what_cannot_stand_in_a_zone_has_no_check_digit() -> None:
    assert check_digit("AB21É4") is None
    assert check_digit("ab2134") is None


@given(DATA, st.data())
def test_one_wrong_character_is_missed_only_if_it_counts_the_same(data: str, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    for wrong in VALUES:
        typed = data[:place] + wrong + data[place + 1 :]
        missed = check_digit(typed) == check_digit(data)
        assert missed == (wrong == data[place] or wrong in same_to_the_check(data[place]))


def test_which_characters_count_the_same() -> None:
    assert same_to_the_check("0") == {"<", "A", "K", "U"}
    assert same_to_the_check("8") == {"I", "S"}
    assert all(character in same_to_the_check(other) for character in VALUES for other in same_to_the_check(character))


@pytest.mark.parametrize(("digit", "letter"), ["0O", "0Q", "0D", "1I", "1L"])
def test_a_letter_for_a_digit_that_looks_like_it(digit: str, letter: str) -> None:
    # L counts 21: of all the usual mistakes L for 1 alone is not noticed.
    assert (letter in same_to_the_check(digit)) == (digit + letter == "1L")


@given(st.text(alphabet=sorted(VALUES), min_size=2, max_size=14), st.data())
def test_two_neighbours_swapped_are_missed_only_if_they_differ_by_a_multiple_of_five(
    data: str, draw: st.DataObject
) -> None:
    place = draw.draw(st.integers(0, len(data) - 2))
    swapped = data[:place] + data[place + 1] + data[place] + data[place + 2 :]
    missed = check_digit(swapped) == check_digit(data)
    assert missed == ((VALUES[data[place]] - VALUES[data[place + 1]]) % 5 == 0)


def test_no_digit_for_another_is_ever_missed() -> None:
    assert [pair for pair in product("0123456789", repeat=2) if pair[1] in same_to_the_check(pair[0])] == []
