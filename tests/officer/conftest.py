"""A day at the border as a browser meets it: a conductor, an officer of each side, an operator, a clerk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from office.visitor import Visitor
from sale.shop import NOON, Turned

from officer.border_day import BorderDay
from rerail.desk.people import add_user
from rerail.desk.tickets import ensure_key
from rerail.people import passwords
from rerail.store.engine import Store
from rerail.web.app import create_app

PASSWORD = "four words and a train"
PEOPLE = (
    ("Marina", "operator", None),
    ("Ivan", "officer", "rzd"),
    ("Pak", "officer", "ksr"),
    ("Oleg", "conductor", None),
    ("Anna", "conductor", None),
    ("Nina", "clerk", None),
    ("Rita", "reader", None),
)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

Visit = Callable[..., Visitor]


def staffed(store: Store, home: Path) -> BorderDay:
    """The shipped line in its illustrative season, and whoever works at the border."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", QUICK)
        day = BorderDay(store, Turned(NOON), home, ())
        for name, role, railway in PEOPLE:
            add_user(store, day.clock, name=name, role=role, railway=railway, password=PASSWORD, by=None)
    with store.write() as connection:
        ensure_key(connection, day.current.snapshot().line, NOON)
    return day


def app_of(day: BorderDay) -> Litestar:
    return create_app(day.current, selling=day.selling, keys=day.border.keys)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work: what it protects is tested where passwords are."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture(scope="session")
def staffed_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line and the people, made once and copied for each test."""
    home = tmp_path_factory.mktemp("officer")
    store = Store(f"sqlite:///{home / 'staffed.db'}")
    store.migrate()
    staffed(store, home).close()
    store.close()
    return home / "staffed.db"


@pytest.fixture
def day(staffed_database: Path, tmp_path: Path) -> Iterator[BorderDay]:
    shutil.copy(staffed_database, tmp_path / "border.db")
    store = Store(f"sqlite:///{tmp_path / 'border.db'}")
    opened = BorderDay(store, Turned(NOON), tmp_path, ())
    yield opened
    opened.close()
    store.close()


@pytest.fixture
def visit(day: BorderDay) -> Iterator[Visit]:
    """A browser for each call: `visit("Oleg")` is signed in, `visit()` is not."""
    app = app_of(day)
    with ExitStack() as stack:

        def come(name: str | None = None, language: str = "en") -> Visitor:
            visitor = Visitor(stack.enter_context(TestClient(app)), language)
            if name is not None:
                visitor.sign_in(name, PASSWORD)
            return visitor

        yield come
