from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lists.border_shop import BorderShop, open_border_shop
from rerail.store.engine import Store


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Iterator[BorderShop]:
    """A counter with a border behind it; the test runs once on SQLite and once on PostgreSQL."""
    with open_border_shop(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_shop(sqlite_store: Store, tmp_path: Path) -> Iterator[BorderShop]:
    """The same on SQLite, for rules that no database has a part in."""
    with open_border_shop(sqlite_store, tmp_path) as opened:
        yield opened
