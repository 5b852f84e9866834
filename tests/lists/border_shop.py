"""A counter with a border behind it: the shipped line, its lists put into a folder, its keys in a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sale.shop import NOON, SHIPPED, Shop, Turned

from rerail.border import documents
from rerail.border.keyring import Keys
from rerail.border.model import Document, ListKey
from rerail.desk.border import Border
from rerail.desk.opening import open_folder
from rerail.people import tables as people_tables
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.sale.model import Booking
from rerail.store.engine import Store

OUT_KEY = DepartureKey("vladivostok-rason", date(2026, 12, 10))
RUSSIAN = ListKey(OUT_KEY, "russian-border-control")
KOREAN = ListKey(OUT_KEY, "korean-border-control")
NAMED = ListKey(OUT_KEY, "rason-named-list", "example-tours")

CLERK = User(id="u1", name="Lyubov", role="operator", created=NOON)
KOREAN_OFFICER = User(id="u2", name="Ri", role="officer", railway="ksr", created=NOON)

# The direct train leaves Vladivostok on Thursday at 22:00 and Khasan on Friday; its lists close a day before that.
CLOSED = datetime(2026, 12, 10, 1, 0, 0, 123456, tzinfo=UTC)


class BorderShop(Shop):
    """One process that sells, and clears the border."""

    def __init__(self, store: Store, clock: Turned, home: Path) -> None:
        super().__init__(store, clock)
        self.home = home
        self.border = Border(self.selling, Keys(home / "keys.json"), home / "lists")
        with store.write() as connection:
            for user in (CLERK, KOREAN_OFFICER):
                if people_tables.user_by_id(connection, user.id) is None:
                    people_tables.add_user(connection, user, "no password")

    @property
    def folder(self) -> Path:
        """A copy of the line's folder, to be changed."""
        folder = self.home / "line"
        if not folder.exists():
            shutil.copytree(SHIPPED, folder)
        return folder

    def edition(self, *changes: tuple[str, str, str]) -> None:
        """The folder is changed and served again: in a file, one text for another, wherever it stands."""
        for file, before, after in changes:
            text = (self.folder / file).read_text()
            assert before in text, f"{file} does not say {before}"
            (self.folder / file).write_text(text.replace(before, after))
        open_folder(self.folder, self.store, self.clock)
        self.current.forget()

    def papers(self, booking: Booking, *given: Document) -> None:
        """Passengers' documents, by their numbers, as if they had given them."""
        for number, document in enumerate(given, start=1):
            whose = (booking.code, number)
            self.selling.call(
                lambda connection, whose=whose, document=document: documents.keep(  # type: ignore[misc]
                    connection, self.border.keys, whose, document, self.clock.now()
                )
            )

    def round(self) -> None:
        """What the housekeeping does each minute."""
        self.border.close_due()
        self.border.amend_due()
        self.border.deliver_due()
        self.border.read_receipts()

    def files(self, authority: str) -> list[str]:
        """The names of the files of the departure in an authority's folder."""
        mine = f"{OUT_KEY.train}_{OUT_KEY.service_date}_*"
        return sorted(file.name for file in (self.home / "lists" / authority).glob(mine))


def passport(number: str = "715000123", family: str = "KIM", given: str = "OLGA") -> Document:
    return Document(
        kind="passport",
        number=number,
        issuing_state="RUS",
        expires=date(2031, 5, 1),
        nationality="RUS",
        birth_date=date(1987, 3, 21),
        sex="f",
        family_name=family,
        given_names=given,
    )


@contextmanager
def open_border_shop(store: Store, home: Path) -> Iterator[BorderShop]:
    shop = BorderShop(store, Turned(NOON), home)
    try:
        yield shop
    finally:
        shop.close()
