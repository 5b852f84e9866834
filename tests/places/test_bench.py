"""`rerail bench engine` in small: it measures beside the database that is named, and leaves that one alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from rerail.cli.bench import BenchError, part
from rerail.store.engine import Store, StoreError

engine, scratch = part("engine"), part("scratch")


def test_what_is_not_there_to_measure_is_said_in_a_sentence() -> None:
    with pytest.raises(BenchError, match="rerail bench needs the source checkout"):
        part("nothing")


def test_every_figure_is_printed(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, small in {
        "ROUNDS": 1,
        "SEGMENTS": (6, 139),
        "TICKETS": {1: 4, 50: 100},
        "HOT_PLACES": 200,
        "DEPARTURES": 10,
        "SECONDS": 0.2,
        "PROCESSES": (2,),
        "START": 1.0,
    }.items():
        monkeypatch.setattr(engine, name, small)
    out = io.StringIO()
    engine.measure(database_url, out)
    text = out.getvalue()
    assert text.count("of the unguarded") == 4
    for words in ("a bare commit", "until sold out", "refusals/s", "p99", "2 processes", "conflicts", "peak memory"):
        assert words in text
    store = Store(database_url)
    if store.dialect == "sqlite":
        assert list(tmp_path.iterdir()) == []  # neither the database named nor one measured in
    store.close()


def test_a_server_that_gives_no_database_is_said_in_a_sentence() -> None:
    with pytest.raises(StoreError, match="No database to measure in can be made"):
        engine.measure("postgresql://nobody@127.0.0.1:1/none", io.StringIO())
    with pytest.raises(StoreError, match="is no database URL"):
        engine.measure("nonsense", io.StringIO())


def test_the_baseline_has_no_guard_and_the_measured_has(tmp_path: Path) -> None:
    """Else the ratio would say nothing."""
    url = f"sqlite:///{tmp_path / 'named.db'}"
    triggers = []
    for guarded in (True, False):
        with scratch.scratch(url, guarded=guarded) as made:
            store = Store(made)
            with store.read() as connection:
                query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'place_claim'"
                triggers.append(connection.exec_driver_sql(query).scalar_one())
            store.close()
    assert triggers == [2, 0]
