"""A counter on the shipped line in its illustrative season, its clock free to be turned."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from rerail.clock import FixedClock
from rerail.desk.decisions import Recorder, record
from rerail.desk.opening import open_folder
from rerail.desk.selling import Request, Selling
from rerail.life.draft import Draft
from rerail.line.model import DecisionKind
from rerail.money.ledger import Posted, integrity, postings_of
from rerail.places.model import Wishes
from rerail.sale.holding import Buyer
from rerail.sale.market import Kept
from rerail.sale.model import Ask, Booking, Channel, LegAsk, PassengerGiven
from rerail.sale.payment import DemoCheckout
from rerail.store.engine import Store
from rerail.tell.outbox import Told, told_about

SHIPPED = Path(__file__).parent.parent.parent / "lines" / "vladivostok-rason"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

# The illustrative season's departures of December 2026: out on a Thursday, back on the Sunday.
OUT = LegAsk(train="vladivostok-rason", service_date=date(2026, 12, 10), board="vladivostok", alight="rajin")
BACK = LegAsk(
    journey=1, train="rason-vladivostok", service_date=date(2026, 12, 13), board="rajin", alight="vladivostok"
)
JANUARY = LegAsk(train="vladivostok-rason", service_date=date(2027, 1, 14), board="vladivostok", alight="rajin")
TO_KHASAN = LegAsk(train="vladivostok-rason", service_date=date(2026, 12, 10), board="vladivostok", alight="khasan")
FROM_KHASAN = LegAsk(train="vladivostok-rason", service_date=date(2026, 12, 10), board="khasan", alight="rajin")
OPERATOR = "example-tours"


class Turned(FixedClock):
    """A clock that a test sets."""

    def turn(self, to: datetime) -> None:
        self._instant = to

    def forward(self, **span: float) -> None:
        self._instant += timedelta(**span)


class Shop:
    """One process that sells."""

    def __init__(self, store: Store, clock: Turned, checkout: DemoCheckout | None = None) -> None:
        self.clock = clock
        self.checkout = checkout or DemoCheckout()
        self.current = open_folder(SHIPPED, store, clock, demo=True).current
        self.selling = Selling(
            self.current, kept=Kept(random.Random(7)), providers=[self.checkout], site="https://trains.example"
        )
        self._keys = (f"key-{number}" for number in itertools.count(1))

    @property
    def store(self) -> Store:
        return self.selling.store

    def request(self, key: str | None = None) -> Request:
        return Request("site", key or next(self._keys))

    def ask(
        self,
        *legs: LegAsk,
        counts: Mapping[str, int] | None = None,
        channel: Channel = "site",
        group: bool = False,
        operator: str | None = OPERATOR,
        currency: str = "RUB",
    ) -> Ask:
        return Ask(
            legs=legs or (OUT,),
            counts=counts or {"adult": 1},
            currency=currency,
            channel=channel,
            group=group,
            tour_operator=operator,
        )

    def token(self, ask: Ask, *, rebooks: str | None = None) -> str:
        return self.selling.offer(ask, rebooks=rebooks).token

    def hold(self, *legs: LegAsk, passengers: Sequence[PassengerGiven] = (), at_counter: bool = False) -> Booking:
        people = tuple(passengers) or (adult(),)
        counts: dict[str, int] = {}
        for one in people:
            counts[one.category] = counts.get(one.category, 0) + 1
        token = self.token(self.ask(*legs, counts=counts))
        buyer = Buyer(passengers=people, email="olga@example.org", language="ru", pays_at_counter=at_counter)
        return self.selling.call(self.selling.hold(self.request(), token, buyer))

    def pay(self, booking: Booking) -> Booking:
        """At the provider's page, at once."""
        page = self.selling.checkout(booking.code, "demo", "en")
        reference = page.rsplit("/", 1)[1]
        self.checkout.decide(reference, "paid")
        return self.selling.settle(reference)

    def buy(self, *legs: LegAsk, passengers: Sequence[PassengerGiven] = ()) -> Booking:
        return self.pay(self.hold(*legs, passengers=passengers))

    def give_back(self, booking: Booking, *parts: int) -> Booking:
        numbers = parts or tuple(part.number for part in booking.parts if part.state == "confirmed")
        done = self.selling.call(self.selling.refund(self.request(), booking.code, numbers, booking.version))
        self.selling.settle_payouts()
        return self.selling.booking(done.code)

    def decide(
        self,
        kind: DecisionKind,
        *,
        start: date,
        until: date | None = None,
        railway: str | None = "ksr",
        trains: tuple[str, ...] | None = None,
        form: str | None = None,
    ) -> None:
        draft = Draft(
            kind=kind,
            railways=(railway,) if railway is not None else (),
            trains=trains,
            start=start,
            until=until,
            who="the Korean side",
            reason="a reason",
            document="telegram 1",
            source=None,
        )
        record(self.current, draft, Recorder(name="test"), form=form or next(self._keys), journal=None)

    def faults(self) -> tuple[str, ...]:
        with self.store.read() as connection:
            return integrity(connection).faults

    def postings(self, code: str) -> tuple[Posted, ...]:
        with self.store.read() as connection:
            return postings_of(connection, code)

    def letters(self, code: str) -> tuple[Told, ...]:
        with self.store.read() as connection:
            return told_about(connection, code)

    def close(self) -> None:
        self.selling.close()


def adult(family: str = "Ким", given: str = "Ольга", sex: Literal["", "f", "m"] = "") -> PassengerGiven:
    return PassengerGiven(category="adult", family_name=family, given_names=given, sex=sex)


def child(born: date, family: str = "Ким", given: str = "Аня", category: str = "child") -> PassengerGiven:
    return PassengerGiven(category=category, family_name=family, given_names=given, birth_date=born)


def wishing(leg: LegAsk, wishes: Wishes) -> LegAsk:
    return replace(leg, wishes=wishes)


@contextmanager
def open_shop(store: Store) -> Iterator[Shop]:
    shop = Shop(store, Turned(NOON))
    try:
        yield shop
    finally:
        shop.close()
