"""Ids, languages, codes."""

# ruff: noqa: E501 - the rows of a table of cases stay rows

from __future__ import annotations

import random
from pathlib import Path

import pytest
from small_line import SmallLine

from rerail.line.checks.codes import esr_check_digit, uic_check_digit


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "message"),
    [
        ("trains.toml", 'station = "rajin"', 'station = "rajim"', "train[0].call[4].station", 'no station "rajim" on this line.'),
        ("trains.toml", 'route = "direct"', 'route = "dirct"', "train[0].route", 'no route "dirct" on this line.'),
        ("trains.toml", 'arrival = "14:48"', 'arrival = "14:48"\nvia = ["brigde"]', "train[1].call[1].via[0]", 'no station "brigde" on this line.'),
        ("line.toml", 'agency = "rzd"', 'agency = "rdz"', "line.agency", 'no railway "rdz" on this line.'),
        ("notices.toml", 'routes = ["direct"]', 'routes = ["direkt"]', "notice[0].routes[0]", 'no route "direkt" on this line.'),
        ("notices.toml", 'routes = ["direct"]', 'related = ["june"]', "notice[0].related[0]", 'no notice "june" on this line.'),
        ("history.toml", 'trains = ["shuttle"]', 'trains = ["shuttel"]', "entry[1].trains[0]", 'no train "shuttel" on this line.'),
        ("demo-season.toml", 'railway = "rzd"', 'railway = "rzdd"', "entry[0].railway", 'no railway "rzdd" on this line.'),
        ("line.toml", 'station = "khasan"\ntowards', 'station = "hasan"\ntowards', "crossing[0].control[0].station", 'no station "hasan" on this line.'),
        ("line.toml", 'border = "bridge"', 'border = "brdge"', "crossing[0].border", 'no station "brdge" on this line.'),
        ("line.toml", 'station = "tumangang"\ngauges', 'station = "tumangan"\ngauges', "gauge_break[0].station", 'no station "tumangan" on this line.'),
        ("line.toml", 'end = "rajin"', 'end = "rajinn"', "section[5].end", 'no station "rajinn" on this line.'),
    ],
)  # fmt: skip
def test_what_is_named_must_be_defined(
    small: SmallLine, file: str, old: str, new: str, path: str, message: str
) -> None:
    small.replace(file, old, new)
    (problem,) = [problem for problem in small.problems() if problem.rule == "unknown-reference"]
    assert (problem.level, problem.path, problem.message) == ("error", path, message)
    assert "listed in" in problem.fix


def test_the_error_reads_as_a_sentence_with_the_way_out(small: SmallLine) -> None:
    small.replace("trains.toml", 'station = "rajin"', 'station = "rajn"')
    assert str(small.error()) == (
        f'{small.folder}/trains.toml: train[0].call[4].station: no station "rajn" on this line. '
        'Did you mean "rajin"? Stations are listed in line.toml.'
    )


def test_a_stations_name_in_place_of_its_id_is_understood(small: SmallLine) -> None:
    small.replace("trains.toml", 'station = "rajin"', 'station = "Раджин"')
    assert small.error().fix == 'Did you mean "rajin"? Stations are listed in line.toml.'


def test_an_unknown_coach_type_without_any_coaches_file(small: SmallLine) -> None:
    (small.folder / "coaches.toml").unlink()
    assert [problem.message for problem in small.problems()] == ['no coach type "compartment" on this line.'] * 2


def test_a_station_whose_own_table_is_wrong_is_still_known(small: SmallLine) -> None:
    """One mistake is one problem: the calls at the station are not reported too."""
    small.replace(
        "line.toml",
        'names = { en = "Rajin", ru = "Раджин" }\nrailway = "ksr"',
        'names = { en = "Rajin", ru = "Раджин" }',
    )
    assert small.error().message == 'this station has no "railway".'


def test_an_id_given_twice(small: SmallLine) -> None:
    small.replace("line.toml", 'id = "shuttle"', 'id = "direct"').replace(
        "trains.toml", 'route = "shuttle"', 'route = "direct"'
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("duplicate-id", "route[1].id")
    assert problem.message == '"direct" is already the id of route[0].'


def test_an_entry_of_the_season_with_the_id_of_one_of_the_history(small: SmallLine) -> None:
    small.replace("demo-season.toml", "demo-consent", "suspension")
    assert small.error().message == '"suspension" is already the id of entry[0] in history.toml.'


def test_a_missing_language(small: SmallLine) -> None:
    small.replace("line.toml", 'names = { en = "Khasan", ru = "Хасан" }', 'names = { en = "Khasan" }')
    problem = small.error()
    assert (problem.rule, problem.path) == ("missing-language", "station[3].names")
    assert problem.message == 'the text in "ru" is missing.'
    assert problem.fix == 'Add ru = "…".'


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        ("line.toml", 'clock_label = { en = "MSK", ru = "МСК" }', 'clock_label = { ru = "МСК" }', "railway[0].clock_label"),
        ("line.toml", 'side = { en = "the Korean side", ru = "корейская сторона" }', 'side = { en = "the Korean side", ru = " " }', "railway[1].side"),
        ("history.toml", 'reason = { en = "The pandemic.", ru = "Пандемия." }', 'reason = { en = "The pandemic." }', "entry[0].reason"),
        ("notices.toml", 'title = { en = "In July", ru = "В июле" }', 'title = { ru = "В июле" }', "notice[0].title"),
        ("coaches.toml", 'names = { en = "Compartment coach", ru = "Купейный вагон" }', "names = {}", "coach_type[0].names"),
        ("trains.toml", 'route = "shuttle"', 'route = "shuttle"\nnotes = { en = "On foot." }', "train[1].notes"),
    ],
)  # fmt: skip
def test_every_public_text_has_every_language(small: SmallLine, file: str, old: str, new: str, path: str) -> None:
    problem = small.replace(file, old, new).error()
    assert (problem.rule, problem.path) == ("missing-language", path)


def test_a_text_in_a_language_that_the_line_does_not_have(small: SmallLine) -> None:
    small.replace(
        "line.toml", 'names = { en = "Khasan", ru = "Хасан" }', 'names = { en = "Khasan", ru = "Хасан", kr = "하산" }'
    )
    problem = small.warning()
    assert (problem.rule, problem.path) == ("unused-language", "station[3].names.kr")


def test_a_language_of_the_line_listed_twice(small: SmallLine) -> None:
    small.replace("line.toml", 'languages = ["en", "ru"]', 'languages = ["en", "ru", "en"]')
    assert small.error().path == "line.languages[2]"


def test_two_principal_routes(small: SmallLine) -> None:
    small.replace(
        "line.toml",
        'names = { en = "Shuttle", ru = "Челнок" }',
        'names = { en = "Shuttle", ru = "Челнок" }\nprincipal = true',
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("principal-route", "route[1].principal")


def test_no_principal_route(small: SmallLine) -> None:
    assert small.replace("line.toml", "principal = true\n", "").error().message == "no route is the principal one."


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["987002", "988402", "987106", "986404"])
def test_esr_codes_in_use_have_their_check_digit(code: str) -> None:
    assert esr_check_digit(code[:5]) == int(code[5])


def test_the_esr_check_digit_takes_a_second_pass_when_the_first_leaves_ten() -> None:
    # 1x0 + 2x5 = 10: once more with 3 to 7. 4x5 = 20, 20 modulo 11 = 9.
    assert esr_check_digit("05000") == 9


def test_the_esr_check_digit_is_0_when_both_passes_leave_ten() -> None:
    both = [
        five
        for five in (f"{number:05d}" for number in range(100_000))
        if sum(int(digit) * weight for digit, weight in zip(five, range(1, 6), strict=True)) % 11 == 10
        and sum(int(digit) * weight for digit, weight in zip(five, range(3, 8), strict=True)) % 11 == 10
    ]
    assert both
    assert {esr_check_digit(five) for five in random.Random(1).sample(both, 20)} == {0}


def test_one_wrong_digit_in_an_esr_code_is_found(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'esr = "987002"', 'esr = "987003"').error()
    assert (problem.rule, problem.path) == ("esr-code", "station[3].codes.esr")
    assert problem.message == 'the check digit of "987003" is wrong: after 98700 comes 2.'


def test_two_digits_of_an_esr_code_swapped_are_found(small: SmallLine) -> None:
    assert small.replace("line.toml", 'esr = "987002"', 'esr = "978002"').error().rule == "esr-code"


def test_an_esr_code_of_five_digits(small: SmallLine) -> None:
    assert small.replace("line.toml", 'esr = "987002"', 'esr = "98700"').error().fix == "It has six digits."


@pytest.mark.parametrize(
    "code", ["2034130", "2034701", "2034460", "2034494", "2034473", "2034454", "2034485", "3000350"]
)
def test_express_3_codes_in_use_are_accepted(small: SmallLine, code: str) -> None:
    small.replace("line.toml", 'express3 = "2034195"', f'express3 = "{code}"')
    assert [problem.rule for problem in small.problems() if problem.rule == "express3-code"] == []


def test_an_express_3_code_of_six_digits(small: SmallLine) -> None:
    assert small.replace("line.toml", 'express3 = "2034195"', 'express3 = "203419"').error().rule == "express3-code"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Paris Nord", "87271007"),
        ("Paris Est", "87113001"),
        ("Paris Gare de Lyon", "87686006"),
        ("Montparnasse", "87391003"),
    ],
)
def test_uic_codes_with_the_check_digit_that_the_french_railways_print(small: SmallLine, name: str, code: str) -> None:
    assert uic_check_digit(code[2:7]) == int(code[7]), name
    small.replace("line.toml", 'esr = "987002",', f'uic = "{code}",')
    assert small.problems() == ()


def test_a_uic_code_without_check_digit_is_accepted(small: SmallLine) -> None:
    assert small.replace("line.toml", 'esr = "987002",', 'uic = "8727100",').problems() == ()


def test_a_uic_code_with_a_wrong_check_digit(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'esr = "987002",', 'uic = "87271008",').error()
    assert problem.message == 'the check digit of "87271008" is wrong: after 8727100 comes 7.'


def test_a_code_list_that_nobody_knows(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'esr = "987002",', 'ecr = "987002",').error()
    assert (problem.rule, problem.path) == ("unknown-key", "station[3].codes.ecr")
    assert problem.fix == 'Did you mean "esr"?'


def test_two_stations_with_one_code(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'esr = "987002"', 'esr = "988402"').error()
    assert (problem.rule, problem.message) == ("shared-code", '"988402" is already the code of "baranovsky".')


def test_a_company_code_of_a_railway(small: SmallLine) -> None:
    small.replace("line.toml", 'country = "RU"', 'country = "RU"\ncodes = { uic = "20" }')
    assert (small.error().rule, small.error().path) == ("railway-code", "railway[0].codes.uic")


def test_coordinates_without_a_precision(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'precision = "city"\n', "").error()
    assert (problem.rule, problem.message) == ("coordinates", "there is latitude and longitude without precision.")


def test_a_latitude_alone(small: SmallLine) -> None:
    problem = small.replace(
        "line.toml", 'latitude = 43.115\nlongitude = 131.886\nprecision = "city"', "latitude = 43.115"
    ).error()
    assert problem.fix == "Add longitude and precision, or take latitude out."
