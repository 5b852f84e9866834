"""The command line as its users meet it: names that do not drift, sentences instead of tracebacks."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rerail.cli.main import main

ROOT = Path(__file__).parent.parent.parent
LINE = str(ROOT / "lines" / "vladivostok-rason")
LONDON = str(ROOT / "tests" / "lines" / "london-paris")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own data folder, and a clock that stands at noon UTC of 23 November 2026."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("RERAIL_NOW", "2026-11-23T12:00:00Z")
    monkeypatch.delenv("RERAIL_DB", raising=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    try:
        status = main(arguments)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    seen = capsys.readouterr()
    return status, seen.out, seen.err


def grant(*more: str, railway: str = "ksr") -> list[str]:
    return ["life", LINE, "grant", "--railway", railway, "--who", "Ministry", "--reason", "Agreed", *more]


def test_check_prints_json_that_an_editor_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "check", LINE, "--json")
    assert status == 0
    for problem in json.loads(out):
        assert problem.keys() == {"level", "rule", "file", "path", "message", "fix"}
        assert problem["level"] == "warning"


def test_check_warns_of_what_was_last_known_until_a_day_that_is_past_by_the_clock_of_the_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, _ = run(capsys, "check", LINE, "--json")
    (lapsed,) = [problem for problem in json.loads(out) if problem["rule"] == "as-last-known"]
    assert (status, lapsed["message"]) == (0, "as last known until 2026-08-31, which is past.")
    monkeypatch.setenv("RERAIL_NOW", "2026-08-30")
    assert "as last known until 2026-08-31, which is tomorrow." in run(capsys, "check", LINE)[1]
    monkeypatch.setenv("RERAIL_NOW", "2026-05-01")
    assert "as last known" not in run(capsys, "check", LINE)[1]


def test_check_finds_everything_wrong_in_one_go(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = shutil.copytree(LINE, tmp_path / "line")
    trains = (folder / "trains.toml").read_text()
    trains = trains.replace('station = "tumangang"', 'station = "tumangan"', 1).replace('"15:30"', '"25:30"')
    (folder / "trains.toml").write_text(trains)
    stations = (folder / "line.toml").read_text()
    (folder / "line.toml").write_text(stations.replace('"987002"', '"987003"'))
    status, out, _ = run(capsys, "check", str(folder), "--json")
    errors = [problem for problem in json.loads(out) if problem["level"] == "error"]
    assert status == 1
    assert {problem["file"].rsplit("/", 1)[-1] for problem in errors} == {"trains.toml", "line.toml"}
    text = json.dumps(errors)
    assert "tumangan" in text
    assert "25:30" in text
    assert "987003" in text


def test_life_answers_what_holds_on_a_day_as_known_on_another(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["life", LINE, "show", "--on", "2024-12-18", "--json", "--train", "khasan-tumangang", "--known"]
    status, out, _ = run(capsys, *question, "2024-12-15")
    (before,) = json.loads(out)
    assert (status, before["runs"]) == (0, False)
    _, out, _ = run(capsys, *question, "2024-12-16")
    (after,) = json.loads(out)
    assert (after["train"], after["service_date"], after["runs"]) == ("khasan-tumangang", "2024-12-18", True)
    assert after["announced"] is False
    assert [(key["railway"], key["consent"]) for key in after["railways"]] == [("rzd", True), ("ksr", True)]
    assert after["railways"][1]["entry"] == "2024-12-16-shuttle"


def test_announced_is_shown_and_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "life", LINE, "show", "--on", "2024-07-10", "--known", "2024-06-30", "--json")
    direct = next(one for one in json.loads(out) if one["train"] == "vladivostok-rason")
    assert (direct["runs"], direct["announced"]) == (False, True)
    assert {key["railway"]: key["consent"] for key in direct["railways"]} == {"rzd": True, "ksr": False}


def test_one_key_then_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    dates = ["--from", "2026-12-01", "--until", "2027-01-01", "--yes"]
    status, out, _ = run(capsys, *grant(*dates))
    assert status == 0
    assert "No departure" in out, "one key changes nothing"
    status, out, _ = run(capsys, *grant(*dates, railway="rzd"))
    assert status == 0
    assert "starts running" in out
    _, out, _ = run(capsys, "life", LINE, "show", "--on", "2026-12-02", "--json")
    runs = {one["train"] for one in json.loads(out) if one["runs"]}
    assert {"khasan-tumangang", "tumangang-khasan"} <= runs


def test_without_yes_and_without_a_terminal_nothing_is_recorded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    status, out, _ = run(capsys, *grant("--from", "2026-12-01"))
    assert status == 1
    assert "Nothing was recorded" in out


def test_specials_cancellations_and_announcements_take_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--who", "Commission", "--reason", "Festival", "--document", "Protocol 3", "--yes"]
    for act, more in (
        ("special", ["--train", "vladivostok-rason", "--railway", "rzd", "--railway", "ksr"]),
        ("cancel", ["--train", "vladivostok-rason"]),
        ("announce", ["--source", "https://example.org/news"]),
        ("withdraw", ["--railway", "rzd"]),
    ):
        status, out, err = run(capsys, "life", LINE, act, "--from", "2026-12-20", *more, *words)
        assert (status, err) == (0, ""), act
        assert "Recorded as entry" in out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["check", "/nowhere/at/all"], 1, "/nowhere/at/all"),
        (["serve", "/nowhere/at/all"], 1, "/nowhere/at/all"),
        (["life", LINE, "show", "--train", "Orient Express"], 1, "Orient Express"),
        (grant("--from", "2026-12-01", "--yes", railway="db"), 1, 'No railway "db"'),
        (grant("--from", "2025-01-01", "--yes"), 1, "already left"),
        (grant("--from", "2026-02-30"), 2, "2026-02-30"),
        (["life", LINE, "show", "--db", "mysql://x"], 1, "sqlite:///FILE"),
        (["clocks", LINE, "--year", "MMXXVI"], 2, "MMXXVI"),
        (["user", "add", "anna", "--role", "emperor"], 2, "emperor"),
        (["backup", "monday.rerail"], 1, "no database"),
        (["restore", "/nowhere.rerail", "--db", "sqlite:///never-made.db"], 1, "/nowhere.rerail"),
        (["dance"], 2, "dance"),
        ([], 2, "COMMAND"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_a_status(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, says: str
) -> None:
    got, out, err = run(capsys, *arguments)
    assert got == status
    assert says in out + err
    assert "Traceback" not in out + err


def test_rerail_now_that_is_no_instant_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RERAIL_NOW", "tomorrow")
    status, _, err = run(capsys, "life", LINE, "show")
    assert status == 1
    assert 'RERAIL_NOW is "tomorrow"' in err


def test_publish_writes_the_three_feeds(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    status, _, _ = run(capsys, "publish", LINE, "--out", str(home / "feeds"))
    assert status == 0
    assert {file.name for file in (home / "feeds").iterdir()} >= {"gtfs.zip", "notices.atom", "departures.ics"}


def test_clocks_says_on_which_dates_which_sides_times_shift(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "clocks", LINE, "--year", "2018", "--json")
    shifts = json.loads(out)
    assert status == 0
    # Clocks in Pyongyang went from 23:30 on 4 May to midnight; a train of the 5th is in Vladivostok on the 6th.
    assert {shift["date"] for shift in shifts} == {"2018-05-05", "2018-05-06"}
    shuttle = next(shift for shift in shifts if shift["train"] == "khasan-tumangang")
    assert (shuttle["railway"], shuttle["before"], shuttle["after"]) == ("ksr", "14:18", "14:48")
    _, out, _ = run(capsys, "clocks", LINE, "--year", "2026", "--json")
    assert json.loads(out) == []


def test_every_command_finds_the_same_database_by_itself(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    run(capsys, "life", LINE, "show")
    assert (home / "data" / "rerail" / "vladivostok-rason.db").exists()
    status, out, _ = run(capsys, "user", "add", "anna", "--role", "operator", "--generate")
    assert status == 0
    assert "anna" in out
    status, _, _ = run(capsys, "backup", str(home / "monday.rerail"))
    assert status == 0
    run(capsys, "life", LONDON, "show")
    status, _, err = run(capsys, "backup", str(home / "tuesday.rerail"))
    assert status == 1
    assert "london-paris" in err


def test_the_installed_command_starts(home: Path) -> None:
    command = Path(sys.executable).parent / "rerail"
    done = subprocess.run([command, "check", LINE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
