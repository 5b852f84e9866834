"""A year of departures of a large folder, against a bare loop that builds the same dates."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bench import big_folder
from bench.figures import against, peak_memory, printed
from rerail.life.consent import Life
from rerail.life.journal import entry_of
from rerail.life.timetable import Edition, Timetable
from rerail.line import running
from rerail.line.folder import load
from rerail.line.model import Line

SEASON = date(2026, 1, 1)
YEAR = (SEASON, SEASON + timedelta(days=365))
BEGUN = datetime(2025, 1, 1, tzinfo=UTC)


def _line(trains: int) -> Line:
    with tempfile.TemporaryDirectory() as scratch:
        big_folder.write(Path(scratch), stations=500, trains=trains, season=SEASON)
        return load(Path(scratch))


def derive(line: Line) -> int:
    """Expand the rules, fold the journal and list every running date of every train, all afresh. Returns how many."""
    running._rule_dates.cache_clear()  # else the second run would find the first one's rules expanded
    entries = [entry_of(decision, "history", BEGUN) for decision in line.history]
    life = Life(Timetable([Edition(1, line, BEGUN)]), entries, YEAR)
    return sum(len(list(life.runs(train))) for train in line.trains)


def bare_loop(dates: list[list[int]]) -> int:
    """Build the same dates from their day numbers, train by train: the least any program must do."""
    return sum(len([date.fromordinal(day) for day in days]) for days in dates)


def run() -> None:
    """Print the figures for 20, 200 and 2,000 trains."""
    print("Life: a year of departures derived, ten journal entries per railway")
    for trains in (20, 200, 2000):
        line = _line(trains)
        entries = [entry_of(decision, "history", BEGUN) for decision in line.history]
        life = Life(Timetable([Edition(1, line, BEGUN)]), entries, YEAR)
        same = [[day.toordinal() for day in life.runs(train)] for train in line.trains]
        total = sum(map(len, same))
        figure = against(
            f"{trains} trains, {total} departures",
            partial(derive, line),
            partial(bare_loop, same),
            runs=7,
        )
        print(printed(figure, "a bare loop of the same dates"))
    print(f"  peak memory {peak_memory()}")
