"""Travel documents as a passenger has them, and a counter whose app can take them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from msgspec.structs import replace
from sale.shop import open_shop

from booking.passenger import HOST, Place
from rerail.border.keyring import Keys
from rerail.border.mrz import write_mrz
from rerail.border.mrz_model import Mrz, PartialDate
from rerail.desk.border import Border
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app

NUMBER = "QX7150001"
"""Looked for wherever it must not be."""


def zone(number: str = NUMBER, family: str = "KIM", given: str = "OLGA", **said: object) -> str:
    """The lines at the foot of a passport's data page."""
    mrz = Mrz(
        format="TD3",
        document_code="P",
        issuing_state="RUS",
        number=number,
        nationality="RUS",
        birth_date=PartialDate(1987, 3, 21),
        sex="f",
        expires=date(2031, 5, 1),
        family_name=family,
        given_names=given,
    )
    return "\n".join(write_mrz(replace(mrz, **said)))


class PapersPlace(Place):
    """Where one buys and gives documents."""

    border: Border


@contextmanager
def opened_with_keys(store: Store, home: Path, site: str = HOST) -> Iterator[PapersPlace]:
    """The counter with its signing key and its file of keys, and the application over it."""
    with open_shop(store) as shop:
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
        keys = Keys(home / "keys.json")
        place = PapersPlace(shop, create_app(shop.current, selling=shop.selling, keys=keys, site=site))
        place.border = Border(shop.selling, keys)
        yield place
