"""A train's course: whose track it runs over, how far, and where it crosses."""

from __future__ import annotations

from pathlib import Path

from small_line import SELLING, SmallLine

from rerail.line.course import Border, Part, course
from rerail.line.folder import load
from rerail.line.model import Line

LINES = SELLING.parent


def direct(line: Line) -> tuple[str, ...]:
    return course(line, line.trains["direct"]).stations


def test_a_course_passes_the_junction_twice_where_the_train_turns_at_the_hub() -> None:
    line = load(SELLING)
    assert direct(line) == (
        *("vladivostok", "baranovsky", "ussuriysk", "baranovsky", "khasan", "bridge", "tumangang", "rajin"),
    )
    way = course(line, line.trains["direct"])
    assert way.positions == (0, 2, 4, 6, 7), "where it calls"
    assert way.metres(0, 7) == 425_000


def test_a_border_between_two_calls_has_its_last_call_on_the_near_side() -> None:
    line = load(SELLING)
    there, back = (course(line, line.trains[train]) for train in ("direct", "direct-back"))
    assert there.borders == (Border("khasan-tumangang", "rzd", "ksr", 5, 2),)
    assert back.borders == (Border("khasan-tumangang", "ksr", "rzd", 2, 1),)
    assert there.crossed(0, 4) == there.crossed(2, 3) == there.borders
    assert there.crossed(0, 2) == there.crossed(3, 4) == ()


def test_a_stretch_is_cut_where_the_track_changes_hands() -> None:
    line = load(SELLING)
    way = course(line, line.trains["direct"])
    assert way.parts(0, 4) == (Part("rzd", 0, 5), Part("ksr", 5, 7))
    assert way.parts(2, 3) == (Part("rzd", 4, 5), Part("ksr", 5, 6))
    assert way.parts(1, 2) == (Part("rzd", 2, 4),)
    assert way.parts(3, 4) == (Part("ksr", 6, 7),)


def test_who_boards_or_alights_at_a_border_station_does_not_cross(tmp_path: Path) -> None:
    """The border is Khasan itself, where the train calls."""
    small = SmallLine(tmp_path, SELLING).without("border.toml")  # it names the shuttle, which now crosses nothing
    small.replace("line.toml", 'border = "bridge"', 'border = "khasan"')
    small.replace(
        "line.toml",
        'start = "khasan"\nend = "bridge"\nrailway = "rzd"',
        'start = "khasan"\nend = "bridge"\nrailway = "ksr"',
    )
    line = small.load()
    way = course(line, line.trains["direct"])
    assert [(border.position, border.near_call) for border in way.borders] == [(4, 2)]
    assert way.crossed(0, 2) == way.crossed(2, 4) == ()
    assert way.crossed(1, 3) == way.borders


def test_kilometres_are_metres_as_written_not_as_a_float_holds_them() -> None:
    line = load(Path(__file__).parents[2] / "lines" / "vladivostok-rason")
    way = course(line, line.trains["vladivostok-rason"])
    assert way.metres(way.positions[3], way.positions[4]) == 9_500 + 21_000 + 18_500


def test_a_joint_station_beyond_the_border_and_a_tunnel() -> None:
    bangkok, london = load(LINES / "bangkok-padang-besar"), load(LINES / "london-paris")
    assert [(one.crossing, one.near_call) for one in course(bangkok, bangkok.trains["46"]).borders] == [
        ("padang-besar", 0)
    ]
    evening = course(london, london.trains["london-paris-evening"])
    assert evening.parts(0, 1) == (Part("hs1", 0, 1), Part("sncf", 1, 2))


def test_a_course_is_laid_once_for_each_line(tmp_path: Path) -> None:
    first, second = load(SELLING), SmallLine(tmp_path, SELLING).load()
    train = first.trains["direct"]
    assert course(first, train) is course(first, train)
    assert course(first, train) is not course(second, second.trains["direct"])
