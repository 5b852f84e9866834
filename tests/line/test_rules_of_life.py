"""The history and the demonstration season: entries that say what they decide, and do not contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_line import SmallLine


@pytest.fixture
def small(tmp_path: Path) -> SmallLine:
    return SmallLine(tmp_path)


def entry(**changes: str) -> str:
    values = {
        "id": '"more"',
        "kind": '"grant"',
        "railway": '"ksr"',
        "from": "2020-02-01",
        "known": "2020-02-05",
        "who": '{ en = "x", ru = "x" }',
        "reason": '{ en = "x", ru = "x" }',
    } | changes
    return "\n[[entry]]\n" + "\n".join(f"{key} = {value}" for key, value in values.items() if value)


def test_two_entries_known_at_once_that_contradict_each_other(small: SmallLine) -> None:
    problem = small.add("history.toml", entry()).error()
    assert (problem.rule, problem.path) == ("overlapping-history", "entry[2]")
    assert problem.message == (
        '"more" is a grant and "suspension" a withdraw for the same trains and dates, '
        "and both became known at the same time."
    )


def test_a_contradiction_for_one_of_the_trains_only(small: SmallLine) -> None:
    assert small.add("history.toml", entry(trains='["direct"]')).error().rule == "overlapping-history"


@pytest.mark.parametrize(
    "changes",
    [
        {"known": "2020-02-06"},
        {"railway": '"rzd"'},
        {"kind": '"withdraw"'},
        {"from": "2019-01-01", "until": "2020-02-01"},
        {"kind": '"note"'},
        {"kind": '"announce"'},
    ],
)
def test_what_does_not_contradict(small: SmallLine, changes: dict[str, str]) -> None:
    assert small.add("history.toml", entry(**changes)).problems() == ()


def test_a_special_and_a_cancellation_of_one_date_known_at_once(small: SmallLine) -> None:
    dated = {"railway": "", "trains": '["direct"]', "from": "2025-06-01"}
    small.add("history.toml", entry(kind='"special"', **dated)).add(
        "history.toml", entry(id='"again"', kind='"cancel"', **dated)
    )
    assert small.error().rule == "overlapping-history"


def test_a_special_without_an_end_is_of_one_day(small: SmallLine) -> None:
    small.add("history.toml", entry(kind='"special"', railway="", trains='["direct"]'))
    special = small.load().history[-1]
    assert (special.until, special.start) == (special.start.replace(day=2), special.start)


def test_a_consent_of_nobody(small: SmallLine) -> None:
    problem = small.add("history.toml", entry(railway="")).error()
    assert (problem.rule, problem.message) == ("entry-railway", "a grant has no railway.")


def test_a_special_for_no_train(small: SmallLine) -> None:
    assert small.add("history.toml", entry(kind='"special"')).error().rule == "entry-trains"


def test_an_entry_for_an_empty_list_of_trains(small: SmallLine) -> None:
    assert small.add("history.toml", entry(trains="[]")).error().path == "entry[2].trains"


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("2020-01-01", "it ends before it begins."),
        ("2020-02-01", "it ends on the day it begins, and covers no date."),
    ],
)
def test_an_entry_that_covers_no_date(small: SmallLine, until: str, message: str) -> None:
    problem = small.add("history.toml", entry(until=until, known="2020-03-01")).error()
    assert (problem.rule, problem.path, problem.message) == ("entry-interval", "entry[2].until", message)


def test_a_consent_for_a_train_that_never_runs_there(small: SmallLine) -> None:
    small.add(
        "trains.toml",
        '[[train]]\nid = "local"\nnames = { en = "Local", ru = "Местный" }\nroute = "shuttle"\ndirection = "outbound"\n'
        'numbers = { rzd = "1" }\nprinted_for = 2024-12-16\n[train.running_days]\ndates = [2024-12-16]\n'
        '[[train.call]]\nstation = "vladivostok"\ndeparture = "08:00"\n'
        '[[train.call]]\nstation = "ussuriysk"\narrival = "10:00"\n',
    )
    problem = small.add("history.toml", entry(trains='["local"]', known="2020-03-01")).warning()
    assert (problem.rule, problem.path) == ("consent-never-asked", "entry[2].trains[0]")


def test_a_season_that_claims_a_source(small: SmallLine) -> None:
    small.replace("demo-season.toml", "illustrative = true", 'source = "S7"')
    assert (small.error().rule, small.error().file) == ("season-illustrative", f"{small.folder}/demo-season.toml")


def test_a_season_is_checked_against_the_line(small: SmallLine) -> None:
    small.replace("demo-season.toml", 'until = "+365d"', 'until = "-40d"')
    assert small.error().rule == "entry-interval"
