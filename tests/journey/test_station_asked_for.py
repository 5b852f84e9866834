"""A person types a station; the line knows it, or says which one may be meant."""

from __future__ import annotations

import pytest
from drawn_timetable import drawn, lived

from rerail.journey import UnknownStation, find_station, search

LINE = drawn("""
    shuttle, daily
        khasan     dep 15:30
        tumangang  arr 15:48
""")


@pytest.mark.parametrize("asked", ["khasan", "Khasan", " KHASAN "])
def test_by_id_or_name_whatever_the_case(asked: str) -> None:
    assert find_station(LINE, asked).id == "khasan"


def test_a_misspelt_station_is_answered_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(UnknownStation) as caught:
        find_station(LINE, "Tumangan")
    assert str(caught.value) == 'No station "Tumangan" on this line. Did you mean "tumangang"?'
    assert [station.id for station in caught.value.near] == ["tumangang"]


def test_a_station_of_another_world_is_answered_with_the_way_out() -> None:
    with pytest.raises(UnknownStation, match="Choose one of the stations"):
        search(lived(LINE), "khasan", "x" * 100_000, lived(LINE).window[0])


def test_nothing_typed_is_unknown_and_suggests_nothing() -> None:
    with pytest.raises(UnknownStation) as caught:
        find_station(LINE, "  ")
    assert caught.value.near == ()
