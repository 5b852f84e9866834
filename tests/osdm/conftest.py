"""The shipped line in its season, with retailers in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sale.shop import Shop, open_shop

from osdm.retailer import Retailer
from rerail.desk.clients import add_client
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app

HOST = "https://trains.example"

NewRetailer = Callable[..., Retailer]


@pytest.fixture(scope="session")
def begun_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the line, its season and a signing key, made once and copied for each test."""
    file = tmp_path_factory.mktemp("osdm") / "begun.db"
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as shop:
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
    return file


@pytest.fixture
def shop(begun_database: Path, tmp_path: Path) -> Iterator[Shop]:
    """The counter behind the interface, on SQLite, on 23 November 2026."""
    file = tmp_path / "rerail.db"
    shutil.copy(begun_database, file)
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as opened:
        yield opened


@pytest.fixture
def new_retailer(shop: Shop) -> Iterator[NewRetailer]:
    """A new client of the provider for each call."""
    with ExitStack() as stack:
        http = stack.enter_context(TestClient(create_app(shop.current, selling=shop.selling, site=HOST), base_url=HOST))

        def one(name: str = "Retailer", *, operator: str | None = None, **options: object) -> Retailer:
            added = add_client(shop.store, shop.clock, name, tour_operator=operator, **options)  # type: ignore[arg-type]
            return Retailer(http, added.client.id, added.secret)

        yield one


@pytest.fixture
def retailer(new_retailer: NewRetailer) -> Retailer:
    """A retailer that sells for nobody's named list."""
    return new_retailer()


@pytest.fixture
def operator(new_retailer: NewRetailer) -> Retailer:
    """A retailer that sells for the tour operator: across the border too."""
    return new_retailer("Tours", operator="example-tours")
