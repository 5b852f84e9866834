"""A folder and a database become a service; a changed folder becomes an edition; another line's is refused."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.opening import EditionRefused, open_folder
from rerail.life import tables
from rerail.life.editions import Sold
from rerail.life.journal import Entry
from rerail.line.problem import LineFolderError
from rerail.store.engine import Store, StoreError

LINES = Path(__file__).parent.parent.parent / "lines"
OTHER = Path(__file__).parent.parent / "lines" / "london-paris"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped line, in a copy that a test may change."""
    return shutil.copytree(LINES / "vladivostok-rason", tmp_path / "line")


def change(folder: Path, old: str, new: str, file: str = "trains.toml") -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def journal(store: Store) -> list[str]:
    with store.read() as connection:
        return [entry.id for entry in tables.read_entries(connection)]


def test_the_history_is_entered_once(folder: Path, store: Store, clock: FixedClock) -> None:
    first = open_folder(folder, store, clock)
    assert first.new_database
    entered = journal(store)
    assert len(entered) == first.entered > 10
    again = open_folder(folder, store, clock)
    assert (again.new_database, again.changes, again.entered) == (False, None, 0)
    assert journal(store) == entered


def test_once_begun_the_database_is_the_truth(folder: Path, store: Store, clock: FixedClock) -> None:
    open_folder(folder, store, clock)
    entered = journal(store)
    change(folder, 'id = "2020-02-suspension"', 'id = "2020-02-another-name"', "history.toml")
    opened = open_folder(folder, store, clock)
    assert opened.changes == ("history.toml changed; the journal is in the database and stays as it is.",)
    assert journal(store) == entered


def test_a_changed_time_is_a_new_edition_and_the_past_keeps_the_old_one(folder: Path, store: Store) -> None:
    open_folder(folder, store, FixedClock(NOON))
    change(folder, 'departure = "15:30"', 'departure = "15:35"')
    change(folder, 'value = "14:48"', 'value = "14:53"')
    opened = open_folder(folder, store, FixedClock(NOON + timedelta(days=1)))
    assert opened.edition == 2
    assert opened.changes == (
        "Train khasan-tumangang: times changed: khasan 15:35, tumangang 14:53 (was khasan 15:30, tumangang 14:48).",
    )
    timetable = opened.current.snapshot().timetable
    old, new = timetable.at("khasan-tumangang", date(2026, 11, 23)), timetable.at("khasan-tumangang", MONDAY)
    assert old is not None
    assert new is not None
    assert (old[1].first_time, new[1].first_time) == ("15:30", "15:35")


def test_only_serving_takes_a_change_up(folder: Path, store: Store, clock: FixedClock) -> None:
    open_folder(folder, store, clock)
    change(folder, 'departure = "15:30"', 'departure = "15:35"')
    opened = open_folder(folder, store, clock, adopt=False)
    assert opened.folder_differs
    assert opened.line.trains["khasan-tumangang"].first_time == "15:30"


def test_a_change_that_takes_away_what_was_bought_is_refused_whole(
    folder: Path, store: Store, clock: FixedClock
) -> None:
    open_folder(folder, store, clock, demo=True)
    change(folder, "BYDAY=MO,WE,FR", "BYDAY=TU,TH")
    bought = Sold("ABC123", "khasan-tumangang", MONDAY, "khasan", "tumangang")
    with pytest.raises(EditionRefused, match=r"(?s)ABC123.*no longer planned") as refused:
        open_folder(folder, store, clock, sold=lambda _connection: [bought])
    assert [one.sold for one in refused.value.taken] == [bought]
    with store.read() as connection:
        assert tables.versions(connection)[1] == 1, "the old edition is still in force"
    assert open_folder(folder, store, clock).edition == 2, "without that booking the change is taken up"


def test_a_database_refuses_another_line(folder: Path, store: Store, clock: FixedClock) -> None:
    open_folder(folder, store, clock)
    with pytest.raises(StoreError, match='belongs to the line "vladivostok-rason"'):
        open_folder(OTHER, store, clock)


def test_the_demo_season_is_entered_once_and_runs_around_today(folder: Path, store: Store, clock: FixedClock) -> None:
    opened = open_folder(folder, store, clock, demo=True)
    assert opened.current.snapshot().demo
    entered = journal(store)
    later = open_folder(folder, store, FixedClock(NOON + timedelta(days=3)), demo=True)
    assert journal(store) == entered
    life = later.current.life()
    assert MONDAY in life.runs("khasan-tumangang")
    assert all(entry.illustrative for entry in life.entries if entry.origin == "demo")


def test_illustrations_are_kept_out_of_a_journal_that_may_be_real(
    folder: Path, store: Store, clock: FixedClock
) -> None:
    open_folder(folder, store, clock)
    with pytest.raises(StoreError, match="database of its own"):
        open_folder(folder, store, clock, demo=True)


def test_a_folder_with_an_error_leaves_the_database_as_it_was(folder: Path, store: Store, clock: FixedClock) -> None:
    open_folder(folder, store, clock)
    change(folder, 'station = "tumangang"', 'station = "tumangan"')
    with pytest.raises(LineFolderError, match="tumangan"):
        open_folder(folder, store, clock)
    with store.read() as connection:
        assert tables.versions(connection)[1] == 1


def test_another_process_sees_a_record_within_a_second(folder: Path, store: Store, clock: FixedClock) -> None:
    # Two `Current` over one database stand for two processes: they share nothing but it. The test over HTTP
    # uses real ones.
    here = open_folder(folder, store, clock).current
    there = Current(Store(store.url.render_as_string(hide_password=False)), clock)
    before = there.snapshot()
    with store.write() as connection:
        (last,) = tables.append(connection, [_another(here)])
    here.forget()
    assert here.snapshot().versions[0] == last.seq
    deadline = datetime.now(UTC) + timedelta(seconds=1)
    while there.snapshot().versions == before.versions and datetime.now(UTC) < deadline:
        pass
    assert there.snapshot().versions[0] == last.seq
    there.store.close()


def _another(current: Current) -> Entry:
    return replace(current.snapshot().entries[-1], id="another", seq=0)
