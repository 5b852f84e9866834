"""A backup holds everything sold, and the restored database goes on selling where the other stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from rerail.sale.reading import newest
from rerail.store.backup import backup, restore
from rerail.store.engine import Store
from sale.shop import OUT, Shop, adult


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of another, empty database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere.db'}"
    url: str = request.getfixturevalue("postgres_url")
    emptied = Store(url)
    with emptied.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    emptied.close()
    return url


def quiet(_note: str) -> None:
    """Nobody watches the progress."""


def test_bookings_claims_postings_and_keys_come_back(sqlite_shop: Shop, elsewhere: str, tmp_path: Path) -> None:
    sold = sqlite_shop.buy(OUT, passengers=[adult(), adult("김", "철수")])
    sqlite_shop.give_back(sold, 1)
    held = sqlite_shop.hold(OUT)
    file = tmp_path / "kept.zip"
    backup(sqlite_shop.store, file, sqlite_shop.clock.now(), quiet)
    other = Store(elsewhere)
    try:
        restore(other, file, quiet)
        with other.read() as connection, sqlite_shop.store.read() as before:
            assert newest(connection) == newest(before)
        restored = Shop(other, sqlite_shop.clock, sqlite_shop.checkout)
        try:
            assert restored.pay(held).state(restored.clock.now()) == "confirmed"
            assert restored.faults() == ()
        finally:
            restored.close()
    finally:
        other.close()
