"""A counter on the shipped line with a site over it, and a passenger with a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient
from office.visitor import Visitor
from sale.shop import open_shop

from booking.passenger import HOST, Place
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app

Browse = Callable[..., Visitor]


@contextmanager
def opened(store: Store, site: str = HOST) -> Iterator[Place]:
    """The counter with its signing key, and the application over it."""
    with open_shop(store) as shop:
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
        yield Place(shop, create_app(shop.current, selling=shop.selling, site=site))


@pytest.fixture(scope="session")
def begun_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line, its season and a signing key, made once and copied for each test."""
    file = tmp_path_factory.mktemp("booking") / "begun.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        store.migrate()
        with opened(store):
            pass
    return file


@pytest.fixture
def place(begun_database: Path, tmp_path: Path) -> Iterator[Place]:
    """The counter on SQLite: pages have no part in how a database works."""
    file = tmp_path / "rerail.db"
    shutil.copy(begun_database, file)
    with closing(Store(f"sqlite:///{file}")) as store, opened(store) as place:
        yield place


@pytest.fixture
def on_both(store: Store) -> Iterator[Place]:
    """The counter, once on SQLite and once on PostgreSQL."""
    with opened(store) as place:
        yield place


@pytest.fixture
def browse() -> Iterator[Browse]:
    """A browser for each call, with cookies of its own."""
    with ExitStack() as stack:

        def one(place: Place, language: str = "en") -> Visitor:
            return Visitor(stack.enter_context(TestClient(place.app, base_url=HOST)), language)

        yield one
