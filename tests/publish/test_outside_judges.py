"""Validators written by others find no error in the feeds of real lines, running and suspended.

`gtfs-guru` is a Rust implementation of the canonical rules. PyPI's `gtfs-validator` is an independent
reimplementation, in Python, of MobilityData's validator of that name; it is not MobilityData's own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import gtfs_guru
import pytest
from feed_reading import Feed
from opened_lines import ABROAD, SHIPPED, opened_on, publication_of
from test_gtfs_reads_back import of_the_feed, of_the_life

from rerail.publish.gtfs.feed import gtfs_zip

SEASONS = [
    pytest.param(SHIPPED, date(2026, 11, 23), True, id="the shipped line in its demonstration season"),
    pytest.param(SHIPPED, date(2021, 6, 1), False, id="the shipped line suspended in 2021"),
    pytest.param(SHIPPED, date(2024, 6, 10), False, id="the shipped line after the first special of 2024"),
    pytest.param(SHIPPED, date(2025, 6, 20), False, id="the shipped line running in 2025"),
    pytest.param(SHIPPED, date(2026, 11, 23), False, id="the shipped line in 2026, nothing on record"),
    pytest.param(ABROAD / "london-paris", date(2014, 3, 1), False, id="London - Paris over summer time"),
    pytest.param(ABROAD / "bangkok-padang-besar", date(2022, 12, 1), False, id="Bangkok - Padang Besar"),
]

RUNS = {"the shipped line suspended in 2021": False, "the shipped line in 2026, nothing on record": False}

# What may be warned of, because it is true: in 2021 nothing was planned at any station, and after the special of
# 6 June 2024 nothing more was known to run.
TRUE_WARNINGS = {
    date(2021, 6, 1): {"stop_without_stop_time"},
    date(2024, 6, 10): {"expired_calendar", "trip_coverage_not_active_for_next7_days"},
}


@pytest.mark.parametrize(("folder", "day", "demo"), SEASONS)
def test_two_independent_validators_report_no_error(folder: Path, day: date, demo: bool, tmp_path: Path) -> None:
    with opened_on(folder, day, tmp_path, demo=demo) as current:
        feed = tmp_path / "gtfs.zip"
        feed.write_bytes(gtfs_zip(publication_of(current)))
    for judge, notices in (("gtfs-guru", _guru(feed, day)), ("gtfs-validator", _validator(feed, day, tmp_path))):
        errors = [notice for notice in notices if notice[0] == "ERROR"]
        assert errors == [], judge
        warnings = {code for severity, code in notices if severity == "WARNING"}
        assert warnings <= TRUE_WARNINGS.get(day, set()), judge


def test_both_validators_do_find_an_error_where_there_is_one(tmp_path: Path) -> None:
    day = date(2025, 6, 20)
    with opened_on(SHIPPED, day, tmp_path) as current:
        content = gtfs_zip(publication_of(current))
    feed = tmp_path / "broken.zip"
    feed.write_bytes(_without(content, "stops.txt"))
    assert any(severity == "ERROR" for severity, _ in _guru(feed, day))
    assert any(severity == "ERROR" for severity, _ in _validator(feed, day, tmp_path))


@pytest.mark.parametrize(("folder", "day", "demo"), SEASONS)
def test_a_planner_reads_back_every_departure_of_a_real_line(
    folder: Path, day: date, demo: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with opened_on(folder, day, tmp_path, demo=demo) as current:
        publication = publication_of(current)
        feed = Feed(gtfs_zip(publication))
        assert of_the_feed(feed.departures("1")) == of_the_life(publication)
        assert of_the_feed(feed.departures("2")) == of_the_life(publication, running=False)
    runs = RUNS.get(request.node.callspec.id, True)
    assert bool(feed.departures("1")) is runs


def test_the_special_of_june_2024_runs_in_a_suspended_season(tmp_path: Path) -> None:
    with opened_on(SHIPPED, date(2024, 6, 10), tmp_path) as current:
        feed = Feed(gtfs_zip(publication_of(current)))
    running = {(one.trip.partition(".")[0], one.service_day) for one in feed.departures("1")}
    assert ("khasan-tumangang", date(2024, 6, 6)) in running
    assert all(day >= date(2024, 12, 16) for train, day in running if day > date(2024, 7, 19))
    (special,) = [one for one in feed.departures("1") if one.service_day == date(2024, 6, 6)]
    assert [call.departure_clock[11:] for call in special.calls] == ["15:30", "14:48"]


def test_the_demonstration_cancels_and_adds_as_its_season_says(tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    with opened_on(SHIPPED, today, tmp_path, demo=True) as current:
        publication = publication_of(current)
        feed = Feed(gtfs_zip(publication))
    resting = {(one.trip.partition(".")[0], one.service_day) for one in feed.departures("2")}
    assert ("khasan-tumangang", date(2026, 12, 14)) in resting  # 21 days ahead, a Monday, in the cancelled stretch
    running = {(one.trip.partition(".")[0], one.service_day) for one in feed.departures("1")}
    assert ("vladivostok-rason", date(2026, 12, 18)) in running  # 25 days ahead, a Friday: the special


def _guru(feed: Path, day: date) -> list[tuple[str, str]]:
    result = gtfs_guru.validate(str(feed), date=day.isoformat())
    return [(notice.severity, notice.code) for notice in result.notices]


def _validator(feed: Path, day: date, where: Path) -> list[tuple[str, str]]:
    """Run as it is meant to be run. It exits 0 whatever it finds in a feed; the report says what it found."""
    out = where / "judged"
    command = [sys.executable, "-m", "gtfs_validator.cli", "-i", str(feed), "-o", str(out), "-d", day.isoformat()]
    subprocess.run(command, check=True, capture_output=True)
    assert json.loads((out / "system_errors.json").read_text())["notices"] == []
    report = json.loads((out / "report.json").read_text())
    return [(notice["severity"], notice["code"]) for notice in report["notices"]]


def _without(content: bytes, name: str) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
    return out.getvalue()
