"""The conductor on the platform at night: who boards here, who leaves, which berth gets somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from example_tickets import ANNA, ARRIVES, BORDER, KOREAN_CLOCK, LEAVES, NAMES, call

from rerail.ticket.conductor import AtStop, ConductorList, Passenger, Stop, at_stops, conductor_pdf

STOPS = (
    Stop(names=NAMES["vladivostok"], arrival=None, departure=LEAVES.at),
    Stop(names=NAMES["khasan"], arrival=LEAVES.at + timedelta(minutes=510), departure=BORDER.at),
    Stop(
        names=NAMES["tumangang"],
        arrival=call("tumangang", "2026-12-11 07:50", KOREAN_CLOCK).at,
        departure=call("tumangang", "2026-12-11 09:50", KOREAN_CLOCK).at,
    ),
    Stop(names=NAMES["rajin"], arrival=ARRIVES.at, departure=None),
)


def on(coach: str, place: str, board: int, alight: int, name: str, reference: str = "", **more: Any) -> Passenger:
    return Passenger(
        reference=reference or name,
        name=name,
        category_names={"en": "adult"},
        coach=coach,
        place=place,
        board=board,
        alight=alight,
        passport_check=more.get("passport_check", False),
        named_list=more.get("named_list", False),
    )


def listed(*passengers: Passenger) -> ConductorList:
    return ConductorList(
        train_names=ANNA.train_names,
        numbers=("951", "952"),
        service_date=ANNA.service_date,
        coaches=("1", "3"),
        stops=STOPS,
        passengers=passengers,
        languages=("ru", "ko"),
        as_of=ANNA.issued,
        specimen=False,
    )


# Coach 3 over the line; Anna goes from 12 to 34 at Khasan, where Ivan takes her berth and Boris's.
#
#        Vladivostok ──────── Khasan ──────── Tumangang ──────── Rajin
#   12      Anna ────────────── Ivan ───────────────────────────────
#   34      Boris ───────────── Anna ───────────────────────────────
FULL = (
    on("3", "12", 0, 1, "Anna", passport_check=True, named_list=True),
    on("3", "34", 1, 3, "Anna", passport_check=True, named_list=True),
    on("3", "12", 1, 3, "Ivan"),
    on("3", "34", 0, 1, "Boris"),
    on("1", "9", 0, 3, "Clara"),
    on("", "", 0, 3, "Dasha"),
)


def names(passengers: tuple[Passenger, ...]) -> list[str]:
    return [one.name for one in passengers]


def pairs(found: tuple[tuple[Passenger, Passenger], ...]) -> list[str]:
    return [f"{old.name} {old.place} > {new.name} {new.place}" for old, new in found]


def at(number: int) -> AtStop:
    return at_stops(listed(*FULL))[number]


def test_who_boards_in_the_order_of_coaches_and_places_children_without_a_place_last() -> None:
    assert names(at(0).boards) == ["Clara", "Anna", "Boris", "Dasha"]
    assert at(0).alights == ()


def test_who_changes_places_neither_boards_nor_alights() -> None:
    assert names(at(1).boards) == ["Ivan"]
    assert names(at(1).alights) == ["Boris"]
    assert pairs(at(1).changes) == ["Anna 12 > Anna 34"]


def test_places_that_change_hands() -> None:
    assert pairs(at(1).handed_on) == ["Anna 12 > Ivan 12", "Boris 34 > Anna 34"]
    assert at(2).handed_on == ()


def test_who_stays_on_the_same_place_over_two_tickets_of_one_person_hands_nothing_on() -> None:
    (_, khasan, *_) = at_stops(listed(on("3", "12", 0, 1, "Anna"), on("3", "12", 1, 3, "Anna")))
    assert khasan.handed_on == ()


def test_how_many_sit_in_each_coach_after_leaving() -> None:
    assert at(0).on_board == {"1": 1, "3": 2, "": 1}
    assert at(1).on_board == {"1": 1, "3": 2, "": 1}
    assert at(3).on_board == {}
    assert names(at(3).alights) == ["Clara", "Ivan", "Anna", "Dasha"]


def test_place_2_comes_before_place_12() -> None:
    found = at_stops(listed(*(on("3", place, 0, 1, place) for place in ("12", "2", "2A", "1"))))
    assert names(found[0].boards) == ["1", "2", "2A", "12"]


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_the_printed_list(language: str) -> None:
    document = pypdfium2.PdfDocument(conductor_pdf(listed(*FULL), language))
    said = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    for station in NAMES.values():
        assert station[language] in said
    assert "06:30 – 08:30" in said
    assert "07:50 – 09:50" in said
    assert "UTC+10" in said
    assert "3 / 12 → 3 / 34 Anna" in said
    assert {"en": "to Rajin (Rason)", "ru": "до Раджин (Расон)", "ko": "라진(라선)까지"}[language] in said
    assert {"en": "named list", "ru": "список", "ko": "명단"}[language] in said
    assert {"en": "no place", "ru": "без места", "ko": "자리 없음"}[language] in said


def test_three_hundred_passengers_and_a_name_that_looks_like_markup() -> None:
    crowd = [on("1", str(n), n % 3, 3, f"#{n} *x* $y$") for n in range(1, 301)]
    document = pypdfium2.PdfDocument(conductor_pdf(listed(*crowd), "en"))
    said = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert "#300 *x* $y$" in said
    assert len(document) > 10


def test_a_train_nobody_travels_on() -> None:
    document = pypdfium2.PdfDocument(conductor_pdf(listed(), "en"))
    assert document[0].get_textpage().get_text_bounded().count("nobody") == len(STOPS)
