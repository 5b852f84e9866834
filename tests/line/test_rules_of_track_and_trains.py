"""Sections that join, calls in the order of the track, numbers, changes of coaches."""

# ruff: noqa: E501 - the rows of a table of cases stay rows

from __future__ import annotations

from pathlib import Path

import pytest
from small_line import SmallLine


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


SHUTTLE_CALLS = """[[train.call]]
station = "khasan"
departure = "15:30"
[[train.call]]
station = "tumangang"
arrival = "14:48"
"""

LOCAL = """
[[train]]
id = "local"
names = {{ en = "Local", ru = "Местный" }}
route = "shuttle"
direction = "outbound"
numbers = {{ rzd = "6001" }}
printed_for = 2024-12-16
[train.running_days]
dates = [2024-12-16]
{calls}
"""

BRANCHES = """
[[station]]
id = "{name}"
names = {{ en = "{name}", ru = "{name}" }}
railway = "rzd"
clock = "Asia/Vladivostok"
"""


def local(*calls: tuple[str, str, str]) -> str:
    """A train inside Russia: station, arrival, departure."""
    rows = []
    for station, arrival, departure in calls:
        rows.append(f'[[train.call]]\nstation = "{station}"')
        if arrival:
            rows.append(f'arrival = "{arrival}"')
        if departure:
            rows.append(f'departure = "{departure}"')
    return LOCAL.format(calls="\n".join(rows))


def with_stops_in_a_row(small: SmallLine) -> SmallLine:
    """Khasan is followed by a simple line inland: Khasan ── a ── b ── c ── d, 10 km each."""
    for name in "abcd":
        small.add("line.toml", BRANCHES.format(name=name))
    for start, end in zip(["khasan", *"abc"], "abcd", strict=True):
        small.add(
            "line.toml", f'[[section]]\nstart = "{start}"\nend = "{end}"\nrailway = "rzd"\nkm = 10\ngauges = [1520]\n'
        )
    return small


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_from_a_station_to_itself(small: SmallLine) -> None:
    small.add("line.toml", '[[section]]\nstart = "khasan"\nend = "khasan"\nrailway = "rzd"\nkm = 1\ngauges = [1520]\n')
    problem = small.error()
    assert (problem.rule, problem.path) == ("section-ends", "section[6]")


def test_the_same_section_listed_from_the_other_end(small: SmallLine) -> None:
    small.add("line.toml", '[[section]]\nstart = "bridge"\nend = "khasan"\nrailway = "rzd"\nkm = 2\ngauges = [1520]\n')
    problem = small.error()
    assert problem.rule == "section-twice"
    assert problem.message == '"bridge" and "khasan" are already joined by section[3].'


def test_a_section_that_joins_no_other(small: SmallLine) -> None:
    for name in ("china", "hunchun"):
        small.add("line.toml", BRANCHES.format(name=name))
    small.add("line.toml", '[[section]]\nstart = "china"\nend = "hunchun"\nrailway = "rzd"\nkm = 9\ngauges = [1435]\n')
    problem = small.error()
    assert (problem.rule, problem.path) == ("section-joins", "section[6]")
    assert problem.message == 'the section "china" – "hunchun" does not join the rest of the line.'


def test_a_gap_in_the_track_is_named_where_it_is_and_where_trains_meet_it(small: SmallLine) -> None:
    small.replace("line.toml", 'start = "tumangang"\nend = "rajin"', 'start = "rajin"\nend = "rason"')
    small.add("line.toml", BRANCHES.format(name="rason"))
    assert ("error", "section-joins", "section[5]") in small.rules()
    assert ("error", "track-between-calls", "train[0].call[4].station") in small.rules()


def test_a_section_with_an_unknown_end_is_one_problem(small: SmallLine) -> None:
    """The trains that would run over it are not reported as well: their way hangs on this one word."""
    problem = small.replace("line.toml", 'end = "rajin"', 'end = "rajinn"').error()
    assert (problem.rule, problem.path) == ("unknown-reference", "section[5].end")


def test_a_station_that_no_section_reaches(small: SmallLine) -> None:
    small.add("line.toml", BRANCHES.format(name="kraskino"))
    assert small.warning().message == 'no section reaches "kraskino".'


def test_track_shorter_than_the_straight_line(small: SmallLine) -> None:
    problem = small.replace("line.toml", "km = 89", "km = 8.9").warning()
    assert (problem.rule, problem.path) == ("straight-line", "section[0].km")
    assert problem.message == "8.9 km of track, but 59 km between its ends as the crow flies."


def test_latitude_and_longitude_swapped_show_on_the_sections(small: SmallLine) -> None:
    small.replace("line.toml", "latitude = 43.6456\nlongitude = 131.9272", "latitude = 13.19272\nlongitude = 43.6456")
    assert small.warning().rule == "straight-line"


def test_coordinates_of_a_city_are_not_held_to_the_kilometre(small: SmallLine) -> None:
    assert small.replace("line.toml", "km = 89", "km = 52").problems() == ()


def test_gauges_that_do_not_meet_where_no_coach_can_change(small: SmallLine) -> None:
    small.replace("line.toml", "km = 22\ngauges = [1520]", "km = 22\ngauges = [1067]")
    (change,) = [problem for problem in small.problems() if problem.rule == "gauge-change"]
    assert change.message == 'at "baranovsky" the gauge changes from 1520 mm to 1067 mm.'


def test_a_gauge_break_where_only_one_gauge_arrives(small: SmallLine) -> None:
    small.replace(
        "line.toml", 'station = "tumangang"\ngauges = [1520, 1435]', 'station = "khasan"\ngauges = [1520, 1435]'
    )
    problem = small.warning()
    assert problem.rule == "gauge-break-station"
    assert problem.message == 'no section of 1435 mm reaches "khasan".'


def test_a_crossing_at_a_station_where_the_track_does_not_change_hands(small: SmallLine) -> None:
    small.replace("line.toml", 'border = "bridge"', 'border = "khasan"')
    assert ("error", "crossing-border", "crossing[0].border") in small.rules()
    assert ("error", "crossing-missing", "crossing") in small.rules()


def test_a_border_without_a_crossing(small: SmallLine) -> None:
    path = small.folder / "line.toml"
    text = path.read_text(encoding="utf-8")
    small.write("line.toml", text[: text.index("[[crossing]]")] + text[text.index("[[route]]") :])
    problem = small.error()
    assert problem.message == (
        'at "bridge" the track passes from "rzd" to "ksr" (trains: direct, shuttle), and no crossing is there.'
    )


# ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_train_may_turn_at_the_hub_and_come_back_past_the_junction(small: SmallLine) -> None:
    """Vladivostok – (Baranovsky) – Ussuriysk – (Baranovsky) – Khasan, as the direct train runs."""
    train = small.load().trains["direct"]
    assert train.path[:2] == (("vladivostok", "baranovsky", "ussuriysk"), ("ussuriysk", "baranovsky", "khasan"))
    assert train.segment_km[:2] == (111, 260)


def test_a_train_may_call_at_the_junction_both_times_or_once(small: SmallLine) -> None:
    calls = [
        ("vladivostok", "", "08:00"),
        ("ussuriysk", "10:00", "10:20"),
        ("baranovsky", "10:50", "10:55"),
        ("khasan", "16:00", ""),
    ]
    assert small.add("trains.toml", local(*calls)).problems() == ()
    calls = [("vladivostok", "", "08:00"), ("baranovsky", "09:30", "09:31"), *calls[1:]]
    text = local(*calls).replace('"local"', '"local-2"')
    assert small.add("trains.toml", text).problems() == ()


def test_two_calls_swapped_on_a_simple_line(small: SmallLine) -> None:
    """Khasan, b, a, c: the train passes a, and comes back to it."""
    with_stops_in_a_row(small).add(
        "trains.toml",
        local(("khasan", "", "08:00"), ("b", "09:00", "09:10"), ("a", "09:30", "09:40"), ("c", "10:30", "")),
    )
    (problem,) = [problem for problem in small.problems() if problem.level == "error"]
    assert (problem.rule, problem.path) == ("call-order", "train[2].call[2].station")
    assert problem.message == 'the train calls at "a" after "b", but passes it before.'


def test_the_last_two_calls_swapped(small: SmallLine) -> None:
    with_stops_in_a_row(small).add(
        "trains.toml",
        local(("khasan", "", "08:00"), ("a", "08:30", "08:31"), ("d", "09:30", "09:40"), ("c", "10:30", "")),
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("call-order", "train[2].call[3].station")


def test_the_first_two_calls_swapped(small: SmallLine) -> None:
    with_stops_in_a_row(small).add(
        "trains.toml",
        local(("a", "", "08:00"), ("khasan", "08:30", "08:40"), ("b", "09:30", "09:31"), ("c", "10:00", "")),
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("call-order", "train[2].call[0].station")
    assert problem.message == 'the train calls at "a" before "khasan", but passes it again after.'


def test_a_train_that_runs_out_and_back_and_calls_everywhere_both_times(small: SmallLine) -> None:
    with_stops_in_a_row(small).add(
        "trains.toml",
        local(
            ("khasan", "", "08:00"),
            ("a", "08:30", "08:31"),
            ("b", "09:00", "09:10"),
            ("a", "09:30", "09:31"),
            ("khasan", "10:00", ""),
        ),
    )
    assert [problem for problem in small.problems() if problem.level == "error"] == []


def test_a_train_that_turns_in_a_minute(small: SmallLine) -> None:
    small.replace("trains.toml", 'departure = "00:35+1"', 'departure = "00:06+1"')
    problem = small.warning()
    assert (problem.rule, problem.path) == ("turning-time", "train[0].call[1]")
    assert problem.message == 'the train changes direction at "ussuriysk" in 1 minutes.'


def test_two_calls_in_a_row_at_one_station(small: SmallLine) -> None:
    small.replace(
        "trains.toml",
        '[[train.call]]\nstation = "rajin"',
        '[[train.call]]\nstation = "tumangang"\narrival = "10:10+1"\n[[train.call]]\nstation = "rajin"',
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("same-station-again", "train[0].call[4].station")


def test_a_way_around_is_taken_where_the_shortest_is_not(small: SmallLine) -> None:
    with_stops_in_a_row(small)
    small.add("line.toml", '[[section]]\nstart = "d"\nend = "khasan"\nrailway = "rzd"\nkm = 3\ngauges = [1520]\n')
    train = local(("khasan", "", "08:00"), ("d", "09:00", ""))
    assert small.add("trains.toml", train).load().trains["local"].path == (("khasan", "d"),)
    small.replace("trains.toml", 'arrival = "09:00"', 'arrival = "09:00"\nvia = ["b"]')
    assert small.load().trains["local"].path == (("khasan", "a", "b", "c", "d"),)


def test_a_way_that_turns_where_the_train_does_not_call(small: SmallLine) -> None:
    small.add("trains.toml", local(("vladivostok", "", "08:00"), ("khasan", "16:00", "")))
    small.replace(
        "trains.toml",
        'station = "khasan"\narrival = "16:00"',
        'station = "khasan"\narrival = "16:00"\nvia = ["ussuriysk"]',
    )
    problem = small.error()
    assert (problem.rule, problem.path) == ("call-order", "train[2].call[1].via")
    assert problem.message == 'the way via ussuriysk turns at "ussuriysk", where the train does not call.'


def test_a_train_of_one_call(small: SmallLine) -> None:
    small.replace("trains.toml", SHUTTLE_CALLS, '[[train.call]]\nstation = "khasan"\ndeparture = "15:30"\n')
    small.replace("trains.toml", 'numbers = { rzd = "645", ksr = "645" }', "numbers = {}")
    assert small.error().message == "the train has 1 call."


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('station = "khasan"\ndeparture = "15:30"', 'station = "khasan"\narrival = "15:00"\ndeparture = "15:30"', "train[1].call[0].arrival", "the first call has no arrival."),
        ('station = "khasan"\ndeparture = "15:30"', 'station = "khasan"', "train[1].call[0]", "the first call has no departure."),
        ('arrival = "14:48"', 'arrival = "14:48"\ndeparture = "15:00"', "train[1].call[1].departure", "the last call has no departure."),
        ('station = "tumangang"\narrival = "14:48"', 'station = "tumangang"', "train[1].call[1]", "the last call has no arrival."),
        ('station = "khasan"\narrival = "06:30+1"\ndeparture = "08:30+1"', 'station = "khasan"', "train[0].call[2]", "the middle call has no arrival and no departure."),
    ],
)  # fmt: skip
def test_a_call_has_the_times_of_its_place_in_the_run(
    small: SmallLine, old: str, new: str, path: str, message: str
) -> None:
    problem = small.replace("trains.toml", old, new).error()
    assert (problem.rule, problem.path, problem.message) == ("calls", path, message)


def test_a_halt_printed_with_one_time_arrives_and_leaves_in_one_minute(small: SmallLine) -> None:
    small.add("trains.toml", local(("vladivostok", "", "08:00"), ("baranovsky", "", "09:30"), ("khasan", "15:00", "")))
    call = small.load().trains["local"].calls[1]
    assert call.arrival == call.departure == 90 * 60


# ── numbers, change of coaches ────────────────────────────────────────────────────────────────────────────────


def test_no_number_on_a_railway_that_the_train_crosses(small: SmallLine) -> None:
    problem = small.replace(
        "trains.toml", 'numbers = { rzd = "645", ksr = "645" }', 'numbers = { rzd = "645" }'
    ).error()
    assert (problem.rule, problem.path) == ("train-number", "train[1].numbers")
    assert problem.message == 'the train runs on "ksr" and has no number there.'


def test_a_number_on_a_railway_that_the_train_never_reaches(small: SmallLine) -> None:
    small.add("trains.toml", local(("vladivostok", "", "08:00"), ("ussuriysk", "09:30", "")))
    problem = small.replace("trains.toml", '{ rzd = "6001" }', '{ rzd = "6001", ksr = "1" }').warning()
    assert (problem.rule, problem.path) == ("train-number", "train[2].numbers.ksr")


def test_a_number_on_a_railway_that_does_not_exist(small: SmallLine) -> None:
    small.replace("trains.toml", 'numbers = { rzd = "645", ksr = "645" }', 'numbers = { rzd = "645", kss = "645" }')
    assert ("error", "unknown-reference", "train[1].numbers.kss") in small.rules()


def test_a_change_of_coaches_without_a_place(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nthrough = false\n').error()
    assert (problem.rule, problem.path) == ("change-of-coaches", "train[0].through")


def test_a_through_train_with_a_change_of_coaches(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nchange_at = ["tumangang"]\n')
    assert small.error().message == "a through train has no change of coaches."


def test_a_change_of_coaches_where_the_train_does_not_call(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nthrough = false\nchange_at = ["baranovsky"]\n')
    assert small.error().path == "train[0].change_at[0]"


def test_a_change_of_coaches_at_the_border(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nthrough = false\nchange_at = ["tumangang"]\n')
    small.replace(
        "trains.toml",
        'number = "1"\ntype = "compartment"\nrailway = "rzd"',
        'number = "1"\ntype = "compartment"\nrailway = "rzd"\nto = "tumangang"',
    )
    small.replace(
        "trains.toml",
        'number = "2"\ntype = "compartment"\nrailway = "rzd"',
        'number = "1"\ntype = "compartment"\nrailway = "ksr"\nfrom = "tumangang"',
    )
    assert small.problems() == ()
    train = small.load().trains["direct"]
    assert not train.through
    assert [(coach.first_call, coach.last_call) for coach in train.consist] == [(0, 3), (3, 4)]


def test_a_coach_that_runs_through_where_passengers_change(small: SmallLine) -> None:
    small.replace("trains.toml", 'id = "direct"\n', 'id = "direct"\nthrough = false\nchange_at = ["tumangang"]\n')
    assert {problem.rule for problem in small.problems()} == {"coach-past-change"}
