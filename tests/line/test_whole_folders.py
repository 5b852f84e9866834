"""Whole folders: everything wrong in one go, folders of any size, folders that somebody sat on, and the manual."""

from __future__ import annotations

import io
import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_line import COACHES, HISTORY, LINE, NOTICES, SEASON, SELLING, SOURCES, TRAINS, SmallLine

from rerail.cli import check as check_command
from rerail.line.folder import check, load_files
from rerail.line.problem import LineFolderError

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "line-folder.md"


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


def test_everything_wrong_is_found_in_one_go(small: SmallLine) -> None:
    """One mistake of each kind that an operator makes, in one folder."""
    small.replace("trains.toml", 'station = "rajin"', 'station = "rajim"')
    small.replace("trains.toml", 'arrival = "14:48"', 'arrival = "14:20"')
    small.replace("trains.toml", "printed_for = 2025-05-08", "printed_for = 2025-02-30")
    small.replace("trains.toml", 'number = "2"', 'number = "1"')
    small.replace("trains.toml", 'numbers = { rzd = "645", ksr = "645" }', 'numbers = { rzd = "645" }')
    small.replace("line.toml", 'esr = "987002"', 'esr = "987001"')
    small.replace("line.toml", "km = 22", 'km = "22"')
    small.replace("line.toml", 'names = { en = "Ussuriysk", ru = "Уссурийск" }', 'names = { en = "Ussuriysk" }')
    small.replace("line.toml", 'currency = "KPW"', 'currency = "won"')
    small.replace("coaches.toml", "1l 3l", "1l 4l")
    small.replace("history.toml", "until = 2025-12-14", "until = 2024-12-14")
    small.replace("notices.toml", 'routes = ["direct"]', 'rotues = ["direct"]')
    small.write("demo-season.toml", SEASON.encode("utf-16"))
    found = {(problem.rule, problem.path) for problem in small.problems()}
    assert found == {
        ("currency", "railway[1].currency"),
        ("missing-language", "station[2].names"),
        ("esr-code", "station[3].codes.esr"),
        ("type", "section[1].km"),
        ("coach-plan", "coach_type[0].plan[1]"),
        ("unknown-reference", "train[0].call[4].station"),
        ("date", "train[0].printed_for"),
        ("coach-number", "train[0].coach[1].number"),
        ("train-number", "train[1].numbers"),
        ("backwards", "train[1].call[1].arrival"),
        ("unknown-key", "notice[0].rotues"),
        ("entry-interval", "entry[1].until"),
        ("encoding", ""),
    }


def test_problems_come_in_the_order_of_the_files_and_of_the_values(small: SmallLine) -> None:
    for index in range(12):
        small.add(
            "trains.toml", TRAINS.split("[[train]]")[2].join(["[[train]]", ""]).replace('"shuttle"', f'"s{index}"', 1)
        )
    small.replace("line.toml", 'currency = "KPW"', 'currency = "won"')
    files = [problem.file.rpartition("/")[2] for problem in small.problems()]
    assert files == sorted(files, key=["line.toml", "trains.toml"].index)


def test_indexes_are_sorted_as_numbers(small: SmallLine) -> None:
    text = "illustrative = true\n" + "".join(
        f'[[notice]]\nid = "n{index}"\npublished = 2024-01-01\n'
        'title = { en = "x", ru = "x" }\ntext = { en = "x" }\n'
        for index in range(12)
    )
    small.write("notices.toml", text)
    assert [problem.path for problem in small.problems()] == [f"notice[{index}].text" for index in range(12)]


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────


def run(folder: Path, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return check_command.run(folder, as_json, date(2026, 11, 23), out), out.getvalue()


def test_a_clean_folder_says_so_and_what_it_holds(small: SmallLine) -> None:
    assert run(small.folder) == (0, f"{small.folder}: nothing wrong; 7 stations, 2 trains.\n")


def test_errors_are_listed_by_file_and_counted(small: SmallLine) -> None:
    small.replace("trains.toml", 'station = "rajin"', 'station = "rajim"')
    small.replace("line.toml", "km = 89", "km = 8.9")
    status, text = run(small.folder)
    assert status == 1
    assert text == (
        f"{small.folder}/line.toml\n"
        "  warning: section[0].km: 8.9 km of track, but 59 km between its ends as the crow flies.  [straight-line]\n"
        "      Check the length and both stations' coordinates.\n"
        "\n"
        f"{small.folder}/trains.toml\n"
        '  error: train[0].call[4].station: no station "rajim" on this line.  [unknown-reference]\n'
        '      Did you mean "rajin"? Stations are listed in line.toml.\n'
        "\n"
        f"{small.folder}: 1 error, 1 warning.\n"
    )


def test_a_warning_alone_is_no_failure(small: SmallLine) -> None:
    status, text = run(small.replace("line.toml", "km = 89", "km = 8.9").folder)
    assert status == 0
    assert text.endswith(f"{small.folder}: 0 errors, 1 warning; 7 stations, 2 trains.\n")


def test_json_for_machines(small: SmallLine) -> None:
    assert run(small.folder, as_json=True) == (0, "[]\n")
    small.replace("trains.toml", 'station = "rajin"', 'station = "rajim"')
    status, text = run(small.folder, as_json=True)
    assert status == 1
    assert json.loads(text) == [
        {
            "level": "error",
            "rule": "unknown-reference",
            "file": f"{small.folder}/trains.toml",
            "path": "train[0].call[4].station",
            "message": 'no station "rajim" on this line.',
            "fix": 'Did you mean "rajin"? Stations are listed in line.toml.',
        }
    ]


def test_a_folder_that_is_none_is_a_sentence_and_status_1(tmp_path: Path) -> None:
    status, text = run(tmp_path / "nowhere")
    assert status == 1
    assert "there is no such folder." in text


# ── folders that somebody sat on ──────────────────────────────────────────────────────────────────────────────

FILES = {
    "line.toml": LINE,
    "sources.toml": SOURCES,
    "coaches.toml": COACHES,
    "trains.toml": TRAINS,
    "notices.toml": NOTICES,
    "history.toml": HISTORY,
    "demo-season.toml": SEASON,
}

SOLD = {path.name: path.read_text(encoding="utf-8") for path in sorted(SELLING.glob("*.toml"))}
"""A folder with fares."""

JUNK = [
    *("", "5", '"x"', "true", "[]", "{}", "[5]", "[[1]]", "[{ a = 1 }]", "-1", "inf", '"+1"'),
    *("{ value = 1 }", '{ value = "x", illustrative = true }', '"rzd"', '"khasan"'),
    *("2025-02-30", "1979-05-27T07:32:00Z", "07:32:00", "1969-01-01"),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_no_folder_ends_in_a_traceback_and_what_is_refused_says_why(
    tmp_path_factory: pytest.TempPathFactory, rng: random.Random, times: int
) -> None:
    """Values swapped for others, lines lost, doubled, moved: it is read, or refused with sentences."""
    files = dict(rng.choice((FILES, SOLD)))
    for _ in range(times):
        name = rng.choice(list(files))
        lines = files[name].splitlines()
        if not lines:
            continue
        at = rng.randrange(len(lines))
        action = rng.randrange(6)
        if action == 0:
            del lines[at]
        elif action == 1:
            lines.insert(rng.randrange(len(lines)), lines[at])
        elif action == 2:
            del lines[at : at + rng.randrange(1, 30)]
        elif action == 3:
            lines = lines[:at]
        elif "=" in lines[at]:
            lines[at] = f"{lines[at].partition('=')[0]}= {rng.choice(JUNK)}"
        files[name] = "\n".join(lines)
    folder = tmp_path_factory.mktemp("sat-on")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    line, problems = check(folder)
    assert (line is None) is any(problem.level == "error" for problem in problems)
    for problem in problems:
        assert problem.message.endswith("."), problem


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200), st.integers(0, 4000))
def test_bytes_thrown_into_a_file_end_in_sentences_too(name: str, junk: bytes, at: int) -> None:
    content = FILES[name].encode()
    files = {file: text.encode() for file, text in FILES.items()}
    files[name] = content[:at] + junk + content[at:]
    try:
        load_files(files, "x")
    except LineFolderError as error:
        refused = str(error)
    else:
        refused = "nothing, for the bytes fell into a comment or a text"
    assert refused
