"""Controls and the halts they need; coaches, gauges and places."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_line import SmallLine


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


KOREAN_CONTROL = """[[crossing.control]]
railway = "ksr"
station = "tumangang"
towards = "ksr"
mode = "on-board"
minutes = 60
"""

RUSSIAN_CONTROL = """[[crossing.control]]
railway = "rzd"
station = "khasan"
towards = "ksr"
mode = "on-board"
minutes = 60
"""


# ── controls ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_halt_shorter_than_the_control(small: SmallLine) -> None:
    small.replace("trains.toml", 'departure = "08:30+1"', 'departure = "07:15+1"')
    small.replace("trains.toml", 'arrival = "07:50+1"', 'arrival = "06:35+1"')
    problem = small.error()
    assert (problem.rule, problem.path) == ("control-halt", "train[0].call[2]")
    assert problem.message == 'the train halts 45 minutes at "khasan", where the control of "rzd" needs 60 minutes.'


def test_no_halt_at_all_where_a_control_of_unknown_length_is(small: SmallLine) -> None:
    small.replace("line.toml", RUSSIAN_CONTROL, RUSSIAN_CONTROL.replace("minutes = 60\n", ""))
    small.replace(
        "trains.toml", 'arrival = "06:30+1"\ndeparture = "08:30+1"', 'arrival = "08:30+1"\ndeparture = "08:30+1"'
    )
    assert small.error().message == 'the train halts 0 minutes at "khasan", where the control of "rzd" needs a halt.'


def test_a_train_that_runs_past_the_control(small: SmallLine) -> None:
    small.replace("trains.toml", '[[train.call]]\nstation = "khasan"\narrival = "06:30+1"\ndeparture = "08:30+1"\n', "")
    problem = small.error()
    assert (problem.rule, problem.path) == ("control-halt", "train[0].call")
    assert problem.message == 'the train does not call at "khasan", where "rzd" controls.'


def test_at_the_first_and_the_last_call_no_halt_is_asked_for(small: SmallLine) -> None:
    """The shuttle: passengers pass the Khasan checkpoint before it leaves, the Tumangang one after it arrives."""
    assert "shuttle" in small.load().trains


def test_a_control_that_names_trains_holds_for_them_alone(small: SmallLine) -> None:
    small.replace(
        "line.toml", KOREAN_CONTROL, KOREAN_CONTROL.replace("60", '200\ntrains = ["shuttle"]') + "\n" + KOREAN_CONTROL
    )
    assert small.problems() == ()
    small.replace("line.toml", 'trains = ["shuttle"]', 'trains = ["direct"]')
    assert small.error().message == (
        'the train halts 120 minutes at "tumangang", where the control of "ksr" needs 200 minutes.'
    )


def test_a_crossing_that_nobody_controls_in_the_direction_of_a_train(small: SmallLine) -> None:
    small.replace("line.toml", KOREAN_CONTROL, "").replace("line.toml", RUSSIAN_CONTROL, "")
    problem = small.error()
    assert (problem.rule, problem.path) == ("control-missing", "crossing[0].control")
    assert problem.message == 'nobody controls travel towards "ksr" (trains: direct, shuttle).'


def test_a_border_where_nobody_controls_on_purpose(small: SmallLine) -> None:
    small.replace("line.toml", KOREAN_CONTROL, "").replace("line.toml", RUSSIAN_CONTROL, "")
    small.replace("line.toml", 'border = "bridge"', 'border = "bridge"\nopen_border = true')
    assert small.problems() == ()
    assert small.load().crossings["khasan-tumangang"].controls == ()


def test_an_open_border_with_controls_contradicts_itself(small: SmallLine) -> None:
    small.replace("line.toml", 'border = "bridge"', 'border = "bridge"\nopen_border = true')
    assert small.error().message == "an open border has no controls."


def test_a_side_that_does_not_control_those_who_leave(small: SmallLine) -> None:
    problem = small.replace("line.toml", RUSSIAN_CONTROL, "").warning()
    assert problem.message == '"rzd" does not control travel towards "ksr" (trains: direct, shuttle).'


def test_a_control_of_a_third_railway(small: SmallLine) -> None:
    railway = small.folder.joinpath("line.toml").read_text(encoding="utf-8").split("[[railway]]")[1]
    small.add("line.toml", "[[railway]]" + railway.replace('"rzd"', '"cr"'))
    small.replace("line.toml", KOREAN_CONTROL, KOREAN_CONTROL.replace('railway = "ksr"', 'railway = "cr"'))
    assert ("error", "control-side", "crossing[0].control[1].railway") in small.rules()


def test_control_before_boarding_needs_no_halt_but_a_call_to_board_at(small: SmallLine) -> None:
    """As in London and Paris: both sides control where passengers board, and nobody stops at the border."""
    before = RUSSIAN_CONTROL.replace("on-board", "before-boarding").replace("khasan", "vladivostok")
    small.replace(
        "line.toml", RUSSIAN_CONTROL, before.replace("minutes", 'trains = ["direct"]\nminutes') + RUSSIAN_CONTROL
    )
    for stop in ("ussuriysk", "khasan"):
        small.replace(
            "trains.toml",
            f'[[train.call]]\nstation = "{stop}"\narrival',
            f'[[train.call]]\nboarding = false\nstation = "{stop}"\narrival',
        )
    assert small.problems() == ()


def test_passengers_who_board_after_the_control_before_boarding(small: SmallLine) -> None:
    before = RUSSIAN_CONTROL.replace("on-board", "before-boarding").replace("khasan", "vladivostok")
    small.replace(
        "line.toml", RUSSIAN_CONTROL, before.replace("minutes", 'trains = ["direct"]\nminutes') + RUSSIAN_CONTROL
    )
    assert [problem.message for problem in small.problems()] == [
        'passengers who board at "ussuriysk" cross without the control of "rzd".',
        'passengers who board at "khasan" cross without the control of "rzd".',
    ]


def test_control_before_boarding_on_the_wrong_side_of_the_border(small: SmallLine) -> None:
    small.replace("line.toml", KOREAN_CONTROL, KOREAN_CONTROL.replace("on-board", "before-boarding"))
    assert {problem.rule for problem in small.problems()} == {"control-halt"}
    assert "nobody boards there before the border" in small.problems()[0].message


def test_a_train_at_the_control_outside_its_hours(small: SmallLine) -> None:
    """06:30 to 08:30 at Khasan, where the control is open from 08:00: half an hour of the hour it needs."""
    small.replace("line.toml", RUSSIAN_CONTROL, RUSSIAN_CONTROL + 'opens = "08:00"\ncloses = "20:00"\n')
    problem = small.warning()
    assert (problem.rule, problem.path) == ("control-hours", "train[0].call[2]")
    assert problem.message == 'the train is at "khasan" outside the hours of the control (08:00 to 20:00).'


def test_a_control_open_over_midnight(small: SmallLine) -> None:
    small.replace("line.toml", RUSSIAN_CONTROL, RUSSIAN_CONTROL + 'opens = "22:00"\ncloses = "07:40"\n')
    assert [(problem.rule, problem.path) for problem in small.problems()] == [("control-hours", "train[1].call[0]")]


def test_a_control_that_opens_and_never_says_when_it_closes(small: SmallLine) -> None:
    small.replace("line.toml", RUSSIAN_CONTROL, RUSSIAN_CONTROL + 'opens = "06:30"\n')
    assert small.problems() == ()


# ── coaches ───────────────────────────────────────────────────────────────────────────────────────────────────


def narrow_to_korea(small: SmallLine) -> SmallLine:
    """Tumangang – Rajin is 1435 mm alone."""
    return small.replace("line.toml", "km = 49\ngauges = [1520, 1435]", "km = 49\ngauges = [1435]")


def test_a_coach_on_a_gauge_that_it_cannot_run_on(small: SmallLine) -> None:
    problems = narrow_to_korea(small).problems()
    assert [(problem.rule, problem.path) for problem in problems] == [
        ("coach-gauge", "train[0].coach[0].type"),
        ("coach-gauge", "train[0].coach[1].type"),
    ]
    assert problems[0].message == (
        'coach 1 is of 1520 mm (type "compartment") and cannot run on from "tumangang" to "rajin", which is 1435 mm.'
    )


def test_a_coach_that_leaves_the_train_before_the_other_gauge(small: SmallLine) -> None:
    narrow_to_korea(small)
    for number in "12":
        small.replace("trains.toml", f'number = "{number}"', f'number = "{number}"\nto = "tumangang"')
    problem = small.warning()
    assert (problem.rule, problem.path) == ("stretch-without-coach", "train[0].coach")
    assert problem.message == 'no coach is in the train from "tumangang" to "rajin".'


def test_a_coach_whose_bogies_are_changed_on_the_way(small: SmallLine) -> None:
    """120 minutes at Tumangang, where changing bogies takes 90."""
    narrow_to_korea(small).replace("coaches.toml", "gauges = [1520]", "gauges = [1520, 1435]")
    assert small.problems() == ()


def test_a_halt_too_short_to_change_bogies(small: SmallLine) -> None:
    narrow_to_korea(small).replace("coaches.toml", "gauges = [1520]", "gauges = [1520, 1435]")
    small.replace("line.toml", "minutes = 90", "minutes = 121")
    assert {problem.rule for problem in small.problems()} == {"coach-gauge"}
    assert "if the halt is long enough" in small.problems()[0].fix


def test_a_gauge_cannot_be_changed_where_there_is_no_gauge_break(small: SmallLine) -> None:
    narrow_to_korea(small).replace("coaches.toml", "gauges = [1520]", "gauges = [1520, 1435]")
    small.replace("line.toml", '[[gauge_break]]\nstation = "tumangang"', '[[gauge_break]]\nstation = "khasan"')
    assert {problem.rule for problem in small.problems()} == {"coach-gauge", "gauge-break-station", "gauge-change"}


def test_bogies_changed_where_the_track_of_both_gauges_begins(small: SmallLine) -> None:
    """Changed at Tumangang, the coach runs to Rajin on 1435 mm beside 1520 mm, and on where there is only 1435 mm."""
    small.replace("coaches.toml", "gauges = [1520]", "gauges = [1520, 1435]")
    small.add(
        "line.toml", '[[station]]\nid = "chongjin"\nnames = { en = "Chongjin", ru = "Чхонджин" }\nrailway = "ksr"\n'
    )
    small.add(
        "line.toml", '[[section]]\nstart = "rajin"\nend = "chongjin"\nrailway = "ksr"\nkm = 80\ngauges = [1435]\n'
    )
    small.replace(
        "trains.toml",
        'station = "rajin"\narrival = "11:20+1"',
        'station = "rajin"\narrival = "11:20+1"\ndeparture = "11:30+1"\n'
        '[[train.call]]\nstation = "chongjin"\narrival = "14:00+1"',
    )
    assert small.problems() == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('"2u 4u | 6u 6u"', "place 6 is drawn twice, here and in this row."),
        ('"2u 3l | 6u 8u"', "place 3 is drawn twice, here and in row 0."),
        ('"2u 4x | 6u 8u"', '"4x" in the plan is no place.'),
        ('"2u 4u 6u | 8u"', "the walls of this row do not stand where those of row 0 stand."),
        ('"2u 4u | 6 8u"', '"6" in the plan is no place.'),
    ],
)
def test_a_plan_that_cannot_be_sold_from(small: SmallLine, row: str, message: str) -> None:
    small.replace("coaches.toml", '"2u 4u | 6u 8u"', row)
    problem = small.error()
    assert problem.rule == "coach-plan"
    assert problem.path.startswith("coach_type[0].plan[")
    assert problem.message == message


def test_two_coaches_with_one_number_at_a_time(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'number = "2"', 'number = "1"').error()
    assert (problem.rule, problem.path) == ("coach-number", "train[0].coach[1].number")


def test_one_number_for_two_coaches_one_after_the_other(small: SmallLine) -> None:
    small.replace("trains.toml", 'number = "1"', 'number = "1"\nto = "khasan"')
    small.replace("trains.toml", 'number = "2"', 'number = "1"\nfrom = "khasan"')
    assert small.problems() == ()


def test_a_coach_that_joins_where_the_train_does_not_call(small: SmallLine) -> None:
    problem = small.replace("trains.toml", 'number = "1"', 'number = "1"\nfrom = "baranovsky"').error()
    assert (problem.rule, problem.path) == ("coach-run", "train[0].coach[0].from")


def test_a_coach_that_leaves_before_it_joins(small: SmallLine) -> None:
    small.replace("trains.toml", 'number = "1"', 'number = "1"\nfrom = "rajin"\nto = "khasan"')
    assert small.error().message == "the coach leaves the train before it joins it."
