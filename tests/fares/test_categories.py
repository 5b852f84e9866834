"""Who travels at which price: ages on the day of departure, children with adults, sizes of parties."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selling_line import selling

from rerail.fares.categories import PassengerError, age_on, checked, checked_party
from rerail.line.tariff import Tariff

DEPARTURE = date(2026, 12, 1)


@pytest.fixture
def tariff() -> Tariff:
    found = selling().tariff
    assert found is not None
    return found


def refusal(tariff: Tariff, category: str, born: date | None, today: date | None = None) -> str:
    with pytest.raises(PassengerError) as refused:
        checked(tariff, category, born, DEPARTURE, today=today)
    return str(refused.value)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2016, 12, 1), date(2026, 12, 1), 10),
        (date(2016, 12, 2), date(2026, 12, 1), 9),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
        (date(2016, 2, 29), date(2028, 2, 28), 11),
        (date(2016, 2, 29), date(2028, 2, 29), 12),
        (date(2026, 12, 1), date(2026, 12, 1), 0),
    ],
)
def test_an_age_is_completed_years_and_who_is_born_on_29_february_completes_them_on_1_march(
    born: date, on: date, age: int
) -> None:
    assert age_on(born, on) == age


@given(st.dates(date(1950, 1, 1), date(2000, 1, 1)), st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 400))
def test_nobody_grows_younger(born: date, day: date, later: int) -> None:
    after = date.fromordinal(day.toordinal() + later)
    assert 0 <= age_on(born, day) <= age_on(born, after) <= age_on(born, day) + 2


def test_a_child_is_one_until_the_day_before_its_tenth_birthday(tariff: Tariff) -> None:
    assert checked(tariff, "child", date(2016, 12, 2), DEPARTURE).id == "child"
    assert refusal(tariff, "child", date(2016, 12, 1)) == (
        "Child with a place: under 10 years; the passenger is 10 on 2026-12-01. Choose another category."
    )


def test_a_child_too_young_for_its_category(tariff: Tariff) -> None:
    assert refusal(tariff, "child", date(2021, 12, 2)) == (
        "Child with a place: from 5 years on; the passenger is 4 on 2026-12-01. Choose another category."
    )
    assert checked(tariff, "infant", date(2021, 12, 2), DEPARTURE).place is False


def test_the_age_counts_on_the_day_of_departure_not_on_the_day_of_booking(tariff: Tariff) -> None:
    booked_at_four = date(2026, 11, 23)
    assert checked(tariff, "child", date(2021, 12, 1), DEPARTURE, today=booked_at_four).id == "child"


def test_a_birth_date_in_the_future(tariff: Tariff) -> None:
    assert refusal(tariff, "infant", date(2027, 1, 1)) == "The birth date 2027-01-01 is in the future. Check the year."
    unborn = refusal(tariff, "infant", date(2026, 11, 30), today=date(2026, 11, 23))
    assert unborn == "The birth date 2026-11-30 is in the future. Check the year."
    assert refusal(tariff, "adult", date(2027, 1, 1)).startswith("The birth date 2027-01-01"), "of an adult's too"


def test_a_birth_date_of_another_century(tariff: Tariff) -> None:
    assert refusal(tariff, "adult", date(1826, 12, 1)) == "The birth date 1826-12-01 is 200 years back. Check it."


def test_a_category_with_ages_asks_for_the_birth_date_and_the_adult_does_not(tariff: Tariff) -> None:
    assert refusal(tariff, "child", None) == (
        "Child with a place: the price depends on the age. Give the date of birth."
    )
    assert checked(tariff, "adult", None, DEPARTURE).id == "adult"


def test_a_child_may_travel_at_the_adults_price(tariff: Tariff) -> None:
    assert checked(tariff, "adult", date(2020, 1, 1), DEPARTURE).id == "adult"


def test_a_category_that_there_is_not(tariff: Tariff) -> None:
    assert 'no category "dog"' in refusal(tariff, "dog", None)


def test_a_sentence_in_another_language_keeps_its_values(tariff: Tariff) -> None:
    with pytest.raises(PassengerError) as refused:
        checked(tariff, "child", None, DEPARTURE)
    assert refused.value.values_in("ru") == {"category": "Ребёнок с местом"}
    assert refused.value.values_in("ko") == {"category": "Child with a place"}, "else the first language"


# ── the party ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_party_is_counted(tariff: Tariff) -> None:
    assert checked_party(tariff, {"adult": 2, "child": 1, "infant": 1}) == 4


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"child": 2}, "Child with a place: travels only with an adult. Add an adult to the booking."),
        ({"infant": 1}, "Child without a place: travels only with an adult. Add an adult to the booking."),
        ({"adult": 0, "child": 0}, "Nobody travels. Choose at least one passenger."),
        ({}, "Nobody travels. Choose at least one passenger."),
        ({"adult": -1}, "The number of passengers cannot be -1."),
        ({"dog": 1}, 'There is no category "dog" of passengers on this line.'),
        ({"adult": 40}, "40 passengers are a group: a booking has at most 8. Book as a group."),
    ],
)
def test_a_party_that_cannot_travel_says_why(tariff: Tariff, counts: dict[str, int], sentence: str) -> None:
    with pytest.raises(PassengerError) as refused:
        checked_party(tariff, counts)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (8, "A group has at least 9 passengers, not 8. Book as single passengers."),
        (301, "A group has at most 300 passengers, not 301. Make several bookings."),
    ],
)
def test_a_group_too_small_and_one_too_large(tariff: Tariff, number: int, sentence: str) -> None:
    with pytest.raises(PassengerError) as refused:
        checked_party(tariff, {"adult": number}, group=True)
    assert str(refused.value) == sentence
    assert checked_party(tariff, {"adult": 9}, group=True) == 9
