"""Keys, kinds and where figures come from."""

# ruff: noqa: E501 - the rows of a table of cases stay rows

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_line import HISTORY, LINE, SmallLine

from rerail.line.model import Provenance


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


ILLUSTRATIVE = Provenance(illustrative=True)


def test_a_misspelt_key_is_an_error_that_names_the_right_one(small: SmallLine) -> None:
    problem = small.replace("line.toml", "speed_kmh = 60", "speed_khm = 60").error()
    assert (problem.rule, problem.path) == ("unknown-key", "section[2].speed_khm")
    assert problem.message == 'a section has no "speed_khm".'
    assert problem.fix == 'Did you mean "speed_kmh"?'


def test_a_misspelt_table_is_an_error_that_names_the_right_one(small: SmallLine) -> None:
    problem = small.replace("line.toml", "[[gauge_break]]", "[[gauge_breaks]]").error()
    assert problem.fix == 'Did you mean "gauge_break"?'


def test_a_missing_key_names_the_table_it_belongs_to(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'agency = "rzd"\n', "").error()
    assert (problem.rule, problem.path) == ("missing-key", "line")
    assert problem.message == 'this line has no "agency".'


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "message"),
    [
        ("line.toml", "km = 89", 'km = "89"', "section[0].km", 'expected a number, found the text "89".'),
        ("line.toml", "tracks = 6", "tracks = true", "station[3].tracks", "expected a whole number, found true."),
        ("line.toml", "tracks = 6", "tracks = 6.0", "station[3].tracks", "expected a whole number, found the number 6.0."),
        ("line.toml", "principal = true", 'principal = "true"', "route[0].principal", 'expected true or false, found the text "true".'),
        ("line.toml", 'agency = "rzd"', "agency = 5", "line.agency", "expected an id in quotes, found the number 5."),
        ("line.toml", 'languages = ["en", "ru"]', 'languages = "en"', "line.languages", 'expected a list in [ ], found the text "en".'),
        ("trains.toml", 'departure = "15:30"', "departure = 15:30:00", "train[1].call[0].departure", "expected a time as text, found the time 15:30:00."),
        ("trains.toml", "printed_for = 2024-12-16", 'printed_for = "2024-12-16"', "train[1].printed_for", 'expected a date, found the text "2024-12-16".'),
        ("trains.toml", "printed_for = 2024-12-16", 'printed_for = "2024-02-30"', "train[1].printed_for", '"2024-02-30" is not a date that exists.'),
        ("trains.toml", "printed_for = 2024-12-16", "printed_for = 2024-12-16T00:00:00Z", "train[1].printed_for", "expected a date, found the time 2024-12-16T00:00:00+00:00."),
        ("line.toml", "tracks = 6", "tracks = -1", "station[3].tracks", "the number -1 is not between 1 and 500."),
        ("line.toml", "km = 89", "km = 0", "section[0].km", "the number 0 is not between 0.01 and 10000."),
        ("line.toml", "km = 89", "km = nan", "section[0].km", "the number nan is not between 0.01 and 10000."),
        ("line.toml", "latitude = 43.115", "latitude = 143.115", "station[0].latitude", "the number 143.115 is not between -90 and 90."),
        ("line.toml", 'kind = "junction"', 'kind = "junktion"', "station[1].kind", '"junktion" is none of "station", "junction", "border".'),
        ("line.toml", 'id = "direct"', 'id = "Direct Train"', "route[0].id", '"Direct Train" is no id.'),
        ("line.toml", 'country = "RU"', 'country = "ru"', "railway[0].country", '"ru" is not a country code of two capitals like RU (ISO 3166-1).'),
        ("line.toml", 'currency = "RUB"', 'currency = "₽"', "railway[0].currency", '"₽" is not a currency code of three capitals like RUB (ISO 4217).'),
        ("trains.toml", 'departure = "15:30"', 'departure = "24:00"', "train[1].call[0].departure", '"24:00" is no time of a timetable.'),
        ("trains.toml", 'departure = "15:30"', 'departure = "3:30"', "train[1].call[0].departure", '"3:30" is no time of a timetable.'),
        ("line.toml", 'railways = ["rzd", "ksr"]', 'railways = ["rzd", "rzd"]', "crossing[0].railways", "expected a list of two different values."),
        ("line.toml", "gauges = [1520, 1435]\n\n[[gauge", "gauges = [1520, 14]\n\n[[gauge", "section[5].gauges[1]", "the number 14 is not between 300 and 3000."),
        ("history.toml", "known = 2024-12-05", "known = 2024-12-05T09:00:00", "entry[1].known", "the time 2024-12-05T09:00:00 has no UTC offset."),
        ("history.toml", "from = 2020-02-01", "from = 1969-12-31", "entry[0].from", "1969-12-31 is before 1970-01-01, the first date Rerail can hold."),
        ("history.toml", "until = 2025-12-14", "until = 9999-12-31", "entry[1].until", "9999-12-31 is after 2199-12-31, the last date Rerail takes."),
        ("demo-season.toml", 'from = "-30d"', 'from = "30 days ago"', "entry[0].from", '"30 days ago" is not a number of days from today.'),
        ("sources.toml", 'dated = "2024-12"', 'dated = "2024-13"', "S7.dated", '"2024-13" is not a year, month or day like 2024-12.'),
        ("line.toml", 'names = { en = "Rajin", ru = "Раджин" }', 'names = { en = "Rajin", ru = 5 }', "station[6].names.ru", "expected text in quotes, found the number 5."),
        ("line.toml", 'names = { en = "Rajin", ru = "Раджин" }', 'names = "Rajin"', "station[6].names", 'expected a table of languages, like { en = "…", ru = "…" }, found the text "Rajin".'),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_strictly(
    small: SmallLine, file: str, old: str, new: str, path: str, message: str
) -> None:
    small.replace(file, old, new)
    (problem,) = [problem for problem in small.problems() if problem.path == path]
    assert problem.level == "error"
    assert problem.message == message


def test_an_unknown_time_zone_suggests_the_right_one(small: SmallLine) -> None:
    problem = small.replace("line.toml", 'clock = "Asia/Pyongyang"', 'clock = "Asia/Pyonyang"').error()
    assert (problem.rule, problem.message) == ("time-zone", '"Asia/Pyonyang" is no time zone.')
    assert 'Did you mean "Asia/Pyongyang"?' in problem.fix


@pytest.mark.parametrize("name", ["localtime", "Europe", "../../etc/passwd", "MSK"])
def test_what_is_no_place_on_earth_is_no_time_zone(small: SmallLine, name: str) -> None:
    assert small.replace("line.toml", 'clock = "Asia/Pyongyang"', f'clock = "{name}"').error().rule == "time-zone"


def test_a_list_of_tables_with_single_brackets(small: SmallLine) -> None:
    small.write("notices.toml", 'illustrative = true\n[notice]\nid = "n"\n')
    problem = small.error()
    assert problem.message == "expected a list of tables, found one table."
    assert problem.fix == "Write [[notice]], twice bracketed."


def test_a_list_of_numbers_where_tables_belong(small: SmallLine) -> None:
    small.write("notices.toml", "notice = [1, 2]")
    assert [problem.path for problem in small.problems()] == ["notice[0]", "notice[1]"]


# ── provenance ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_figure_that_nobody_answers_for_is_an_error(small: SmallLine) -> None:
    problem = small.replace("history.toml", "illustrative = true\n", "").problems()[0]
    assert (problem.level, problem.rule, problem.path) == ("error", "provenance", "entry[0]")
    assert problem.message == "nothing says where from, known come from."
    assert "sources.toml" in problem.fix


def test_a_table_without_figures_needs_no_source(small: SmallLine) -> None:
    small.write("line.toml", LINE.replace("illustrative = true\n", "", 1))
    paths = {problem.path for problem in small.problems()}
    assert "section[0]" in paths
    assert "route[0]" not in paths
    assert "railway[0]" not in paths


def test_the_nearest_source_counts(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "shuttle"\n', 'id = "shuttle"\nsource = "S7"\n')
    small.replace("trains.toml", 'arrival = "14:48"', 'arrival = { value = "14:48", illustrative = true }')
    line = small.load()
    shuttle, direct = line.trains["shuttle"], line.trains["direct"]
    assert direct.provenance == ILLUSTRATIVE
    assert shuttle.provenance == Provenance(("S7",))
    assert shuttle.calls[0].provenance == Provenance(("S7",))
    assert not shuttle.calls[0].illustrative("departure")
    assert shuttle.calls[1].illustrative("arrival")
    assert shuttle.running_days.provenance == Provenance(("S7",))


def test_several_sources_for_one_table(small: SmallLine) -> None:
    small.add("sources.toml", '[S31]\ntitle = "Another"\n')
    small.replace("line.toml", "tracks = 6", 'tracks = { value = 6, source = ["S7", "S31"] }')
    assert small.load().stations["khasan"].provenance_of("tracks") == Provenance(("S7", "S31"))


def test_one_code_of_a_station_can_have_a_source_of_its_own(small: SmallLine) -> None:
    small.replace(
        "line.toml",
        'codes = { esr = "987002", express3 = "2034195" }',
        'codes = { esr = "987002", express3 = { value = "2034195", source = "S7" } }',
    )
    khasan = small.load().stations["khasan"]
    assert khasan.codes == {"esr": "987002", "express3": "2034195"}
    assert khasan.provenance_of("codes.express3") == Provenance(("S7",))
    assert khasan.provenance_of("codes.esr") == ILLUSTRATIVE
    assert khasan.illustrative("codes.esr")
    assert not khasan.illustrative("codes.express3")


def test_all_numbers_of_a_train_can_share_a_source_of_their_own(small: SmallLine) -> None:
    small.replace(
        "trains.toml",
        'numbers = { rzd = "645", ksr = "645" }',
        'numbers = { value = { rzd = "645", ksr = "645" }, source = "S7" }',
    )
    shuttle = small.load().trains["shuttle"]
    assert shuttle.provenance_of("numbers.rzd") == Provenance(("S7",))


def test_a_table_of_numbers_says_itself_that_it_is_illustrative(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "shuttle"\n', 'id = "shuttle"\nsource = "S7"\n')
    small.replace(
        "trains.toml",
        'numbers = { rzd = "645", ksr = "645" }',
        'numbers = { rzd = "645", ksr = "645", illustrative = true }',
    )
    shuttle = small.load().trains["shuttle"]
    assert shuttle.numbers == {"rzd": "645", "ksr": "645"}
    assert shuttle.illustrative("numbers")
    assert not shuttle.illustrative("printed_for")


def test_a_rule_of_running_days_with_a_source_of_its_own_shows(small: SmallLine) -> None:
    small.replace("trains.toml", "start = 2024-12-16", 'start = 2024-12-16\nsource = "S7"')
    days = small.load().trains["shuttle"].running_days
    assert days.provenance_of("rules") == Provenance(("S7",))
    assert days.provenance_of("dates") == ILLUSTRATIVE


def test_a_distance_is_illustrative_if_one_section_on_the_way_is(small: SmallLine) -> None:
    text = LINE.replace("illustrative = true\n", 'source = "S7"\n', 1)
    small.write("line.toml", text.replace("km = 49", "km = { value = 49, illustrative = true }"))
    trains = small.load().trains
    assert trains["direct"].illustrative("segment_km")
    assert trains["shuttle"].provenance_of("segment_km") == Provenance(("S7",))


def test_a_source_that_is_not_listed(small: SmallLine) -> None:
    small.replace("line.toml", "tracks = 6", 'tracks = { value = 6, source = ["S7", "S77"] }')
    problem = small.error()
    assert (problem.rule, problem.path) == ("unknown-source", "station[3].tracks.source[1]")
    assert problem.fix == 'Did you mean "S7"? Sources are listed in sources.toml.'


def test_illustrative_false_says_nothing_and_is_refused(small: SmallLine) -> None:
    small.replace("line.toml", "tracks = 6", "tracks = { value = 6, illustrative = false }")
    assert small.error().message == "illustrative can only be true."


def test_a_table_is_either_sourced_or_illustrative(small: SmallLine) -> None:
    small.replace("line.toml", "tracks = 6", 'tracks = { value = 6, illustrative = true, source = "S7" }')
    assert "not both" in small.error().message


def test_a_figure_as_a_table_without_its_value(small: SmallLine) -> None:
    small.replace("line.toml", "tracks = 6", "tracks = { illustrative = true }")
    assert small.error().message == "a figure written as a table needs value = …."


def test_only_figures_are_written_as_tables(small: SmallLine) -> None:
    small.replace("line.toml", 'agency = "rzd"', 'agency = { value = "rzd", illustrative = true }')
    assert small.error().message == "expected an id in quotes, found a table."


def test_a_moment_with_an_offset_is_an_instant(small: SmallLine) -> None:
    small.write("history.toml", HISTORY.replace("known = 2024-12-05", "known = 2024-12-05T09:00:00+10:00"))
    assert small.load().history[1].known == datetime(2024, 12, 4, 23, 0, tzinfo=UTC)


def test_a_date_that_something_became_known_on_is_midnight_utc(small: SmallLine) -> None:
    assert small.load().history[0].known == datetime(2020, 2, 5, tzinfo=UTC)
