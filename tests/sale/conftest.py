from __future__ import annotations

from collections.abc import Iterator

import pytest

from rerail.store.engine import Store
from sale.shop import Shop, open_shop


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    """The counter; the test runs once on SQLite and once on PostgreSQL."""
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def sqlite_shop(sqlite_store: Store) -> Iterator[Shop]:
    """The counter on SQLite, for rules that no database has a part in."""
    with open_shop(sqlite_store) as opened:
        yield opened
