"""The day a train passes the border: a counter with a border behind it, and the people who work there."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from lists.border_shop import OUT_KEY, BorderShop
from msgspec.structs import replace
from sale.shop import NOON, OUT, Turned, adult

from rerail.border.marks import CLEARANCE, Kind
from rerail.desk.closing_out import Board
from rerail.desk.marking import Answer, Sent
from rerail.people import tables as people_tables
from rerail.people.users import User
from rerail.places.claims import claims_on
from rerail.places.model import DepartureKey, Spot
from rerail.sale.model import Booking, LegAsk
from rerail.store.engine import Store

CROSSING = "khasan-tumangang"
SHUTTLE = LegAsk(
    train="khasan-tumangang",
    service_date=date(2026, 12, 2),
    board="khasan",
    alight="tumangang",
)

# The direct train of Thursday, 10 December, in UTC; its places are claimed by these calls:
#   0 Vladivostok   1 Ussuriysk   2 Khasan          │ border │ 3 Tumangang       4 Rajin
LEAVES = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)  # 22:00 in Vladivostok
AT_KHASAN = datetime(2026, 12, 10, 21, 0, tzinfo=UTC)  # 07:00 there; it stands from 06:30 to 08:30
AT_TUMANGANG = datetime(2026, 12, 10, 23, 0, tzinfo=UTC)  # 08:00 there; it stands from 07:50 to 09:50


def person(name: str, role: str, railway: str | None = None) -> User:
    return User(id=f"user-{name}", name=name, role=role, railway=railway, created=NOON)  # type: ignore[arg-type]


MARINA = person("Marina", "operator")
IVAN = person("Ivan", "officer", "rzd")
PAK = person("Pak", "officer", "ksr")
OLEG = person("Oleg", "conductor")
VERA = person("Vera", "clerk")
PEOPLE = (MARINA, IVAN, PAK, OLEG, VERA)


class BorderDay(BorderShop):
    """One process on the day; who works there is known to it."""

    def __init__(self, store: Store, clock: Turned, home: Path, people: tuple[User, ...] = PEOPLE) -> None:
        super().__init__(store, clock, home)
        self._numbers = itertools.count(1)
        with store.write() as connection:
            for user in people:
                if people_tables.user_by_id(connection, user.id) is None:
                    people_tables.add_user(connection, user, "no password")

    def user(self, name: str) -> User:
        """Who may sign in under a name."""
        with self.store.read() as connection:
            found = people_tables.user_by_name(connection, name)
        assert found is not None
        return found[0]

    def passenger(self, leg: LegAsk = OUT, *more: LegAsk, place: str = "", family: str = "Ким") -> Booking:
        """Somebody with a ticket, on a place of coach 1 if one is named."""
        wanted = replace(leg, wanted=(("1", place),)) if place else leg
        return self.buy(wanted, *more, passengers=(adult(family, "Ольга"),))

    def marked(
        self,
        user: User,
        booking: Booking,
        kind: Kind,
        railway: str = "",
        *,
        passenger: int = 1,
        key: DepartureKey = OUT_KEY,
        ago: timedelta = timedelta(0),
        id: str = "",  # noqa: A002
    ) -> Answer:
        """What became of a mark; an officer's clearance is the own side's."""
        side = railway or ((user.railway or "") if kind in CLEARANCE else "")
        (answer,) = self.border.mark(
            user,
            key,
            CROSSING,
            [
                Sent(
                    id=id or str(uuid.uuid4()),
                    booking=booking.code,
                    passenger=passenger,
                    kind=kind,
                    railway=side,
                    made_at=self.clock.now() - ago,
                )
            ],
        )
        return answer

    def board(self, user: User = MARINA, key: DepartureKey = OUT_KEY) -> Board:
        return self.border.board(user, key, CROSSING)

    def claimed(self, key: DepartureKey = OUT_KEY) -> Mapping[str, list[Spot]]:
        """Booking → the spots it claims."""
        with self.store.read() as connection:
            found = claims_on(connection, [key], self.clock.now())
        return {code: [one.spot for one in found if one.booking == code] for code in {one.booking for one in found}}

    def audit(self, act: str) -> list[Mapping[str, str]]:
        with self.store.read() as connection:
            return [one.details for one in people_tables.read_events(connection) if one.act == act]


@contextmanager
def open_border_day(store: Store, home: Path) -> Iterator[BorderDay]:
    day = BorderDay(store, Turned(NOON), home)
    try:
        yield day
    finally:
        day.close()
