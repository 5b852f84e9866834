"""An office with a demonstration's season, an operator, an official of each railway, a clerk, an agent, a reader."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient

from office.visitor import Visitor
from rerail.clock import FixedClock
from rerail.desk.current import Current
from rerail.desk.opening import open_folder
from rerail.desk.people import add_user
from rerail.desk.tickets import ensure_key
from rerail.people import passwords
from rerail.store.engine import Store
from rerail.web.app import create_app

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
PASSWORD = "four words and a train"
PEOPLE = (
    ("Marina", "operator", None, None),
    ("Kim", "official", "ksr", None),
    ("Ivan", "official", "rzd", None),
    ("Nina", "clerk", None, None),
    ("Yuri", "agent", None, "example-tours"),
    ("Rita", "reader", None, None),
)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Now(FixedClock):
    """Stands still until it is moved."""

    def move(self, span: timedelta) -> None:
        self._instant += span


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work: what it protects is tested where passwords are."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture
def now() -> Now:
    """Monday 23 November 2026, noon UTC."""
    return Now(NOON)


def staffed(store: Store, now: FixedClock) -> Current:
    """The shipped line with its illustrative season, and people who may sign in."""
    current = open_folder(SHIPPED, store, now, demo=True).current
    for name, role, railway, tour_operator in PEOPLE:
        add_user(
            store,
            now,
            name=name,
            role=role,
            railway=railway,
            tour_operator=tour_operator,
            password=PASSWORD,
            by=None,
        )
    with store.write() as connection:
        ensure_key(connection, current.snapshot().line, now.now())
    return current


@pytest.fixture(scope="session")
def staffed_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line and the people, made once and copied for each test."""
    file = tmp_path_factory.mktemp("office") / "staffed.db"
    store = Store(f"sqlite:///{file}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", QUICK)
        staffed(store, FixedClock(NOON))
    store.close()
    return file


@pytest.fixture
def current(staffed_database: Path, tmp_path: Path, now: Now) -> Iterator[Current]:
    file = tmp_path / "office.db"
    shutil.copy(staffed_database, file)
    store = Store(f"sqlite:///{file}")
    yield Current(store, now)
    store.close()


@pytest.fixture
def app(current: Current) -> Litestar:
    return create_app(current)


@pytest.fixture
def visit(app: Litestar) -> Iterator[Callable[..., Visitor]]:
    """A browser for each call: `visit("Marina")` is signed in, `visit()` is not."""
    with ExitStack() as stack:

        def come(name: str | None = None, language: str = "en") -> Visitor:
            visitor = Visitor(stack.enter_context(TestClient(app)), language)
            if name is not None:
                # An agent's first page is that of the groups.
                assert visitor.sign_in(name, PASSWORD).address in ("/office/", "/office", "/office/groups")
            return visitor

        yield come


Visit = Callable[..., Visitor]
