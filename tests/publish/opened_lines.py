"""The shipped line and the lines for tests, opened on a day as `rerail serve` opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.opening import open_folder
from rerail.publish.publication import Publication
from rerail.store.engine import Store

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "lines" / "vladivostok-rason"
ABROAD = ROOT / "tests" / "lines"
SITE = "https://trains.example.com"


@contextmanager
def opened_on(folder: Path, day: date, where: Path, *, demo: bool = False) -> Iterator[Current]:
    """The desk of a folder at noon UTC of a day, on a database of its own."""
    with closing(Store(f"sqlite:///{where / 'rerail.db'}")) as store:
        clock = FixedClock(datetime.combine(day, time(12), tzinfo=UTC))
        yield open_folder(folder, store, clock, demo=demo).current


def publication_of(current: Current) -> Publication:
    snapshot, today = current.snapshot(), current.now().date()
    return Publication(
        life=snapshot.life(today), today=today, versions=snapshot.versions, demo=snapshot.demo, site=SITE
    )
