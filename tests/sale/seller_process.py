"""A counter that sells, gives back, and stops and resumes the service, until it is killed.

It writes down, in one call to the system each, what it is about to ask and what was acknowledged. Run as a
script: database, provider's file, log, the instant it is, seed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk.decisions import Recorder, record
from rerail.desk.selling import Request, Selling
from rerail.life.draft import Draft
from rerail.line.amount import Money
from rerail.line.model import DecisionKind
from rerail.money import shifts
from rerail.sale.errors import NoPlaceLeft, NotOnSale, SaleError
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, Booking, PassengerGiven
from rerail.sale.reading import newest
from sale.processes import append, counter
from sale.shop import BACK, JANUARY, OPERATOR, OUT, TO_KHASAN, adult

CLERK = "anna"
PROVIDER, INVOICE, CASH = range(3)
"""How a booking is paid: `Said.how`."""


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the log: what is asked for, or (`done`) that it was acknowledged."""

    act: str
    """hold, confirm, refund, cancel, withdraw, resume, give-back."""
    key: str
    done: bool = False
    code: str = ""
    how: int = 0
    parts: tuple[int, ...] = ()
    version: int = 0
    token: str = ""
    buyer: Buyer | None = None
    due: Money | None = None
    state: str = ""
    """What the booking was when it was acknowledged."""


class Running(Clock):
    """A clock that starts at an instant and runs."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)


class Seller:
    """One process's life; `seed` is in each of its keys."""

    def __init__(self, selling: Selling, log: Path, seed: int) -> None:
        self.selling, self.log, self.seed = selling, log, seed
        self.chance = random.Random(seed)
        self.number = 0

    def key(self, act: str) -> str:
        self.number += 1
        return f"{act}-{self.seed}-{self.number}"

    def say(self, said: Said) -> None:
        append(self.log, msgspec.json.encode(said).decode() + "\n")

    def do(self, said: Said) -> Booking:
        """Ask, and write down the acknowledgement."""
        self.say(said)
        booking = perform(self.selling, said)
        state = booking.state(self.selling.clock.now())
        self.say(replace(said, done=True, code=booking.code, state=state, token="", buyer=None))
        return booking

    def live(self, state: str) -> Booking | None:
        """One of the newest bookings, in a state."""
        with self.selling.store.read() as connection:
            found = [one for one in newest(connection, 30) if one.state(self.selling.clock.now()) == state]
        return self.chance.choice(found) if found else None

    def buy(self) -> None:
        legs = self.chance.choice([(OUT,), (OUT, BACK), (TO_KHASAN,), (JANUARY,)])
        count = self.chance.randint(1, 3)
        group = legs == (JANUARY,) and self.chance.random() < 0.3
        nobody = PassengerGiven(category="adult")
        asked = Ask(
            legs=legs,
            counts={"adult": 9 if group else count},
            currency="RUB",
            channel="operator" if group else "site",
            group=group,
            tour_operator=OPERATOR,
        )
        people = (nobody,) * 9 if group else tuple(adult(f"Ким-{letter}") for letter in "абв"[:count])
        buyer = Buyer(passengers=people, email="olga@example.org", language="ru")
        token = self.selling.offer(asked).token
        held = self.do(Said(act="hold", key=self.key("hold"), token=token, buyer=buyer))
        if self.chance.random() < 0.8:
            how = self.chance.choice((PROVIDER, INVOICE, CASH))
            self.do(Said(act="confirm", key=self.key("confirm"), code=held.code, how=how, due=held.total))

    def give_ticket_back(self) -> None:
        booking = self.live("confirmed")
        if booking is not None:
            sold = [part.number for part in booking.parts if part.state == "confirmed"]
            parts = tuple(sorted(self.chance.sample(sold, self.chance.randint(1, len(sold)))))
            key = self.key("refund")
            self.do(Said(act="refund", key=key, code=booking.code, parts=parts, version=booking.version))
            self.selling.settle_payouts()

    def let_go(self) -> None:
        booking = self.live("prebooked")
        if booking is not None:
            self.do(Said(act="cancel", key=self.key("cancel"), code=booking.code))

    def stop_and_resume(self) -> None:
        for act in ("withdraw", "give-back", "resume"):
            said = Said(act=act, key=self.key(act))
            self.say(said)
            decide(self.selling, said)
            self.say(replace(said, done=True))

    def work(self) -> None:
        acts: list[Callable[[], None]] = [self.buy, self.give_ticket_back, self.let_go, self.stop_and_resume]
        while True:
            (act,) = self.chance.choices(acts, (12, 4, 1, 1))
            try:
                act()
            except (NoPlaceLeft, NotOnSale):
                self.stop_and_resume()
            except SaleError:
                continue


def perform(selling: Selling, said: Said) -> Booking:
    """The act on a booking that a line of the log names. Asked again, it is the same request."""
    request = Request("site", said.key)
    if said.act == "hold":
        assert said.buyer is not None
        return selling.call(selling.hold(request, said.token, said.buyer))
    if said.act == "refund":
        return selling.call(selling.refund(request, said.code, said.parts, said.version))
    if said.act == "cancel":
        return selling.call(selling.cancel_hold(request, said.code, None))
    if said.how == INVOICE:
        return selling.call(selling.confirm_by_invoice(request, said.code))
    if said.how == CASH:
        assert said.due is not None
        return selling.call(selling.confirm_at_counter(request, said.code, CLERK, said.due))
    return selling.settle(selling.checkout(said.code, "file", "en").rsplit("/", 1)[1])


def decide(selling: Selling, said: Said) -> None:
    """What the log says of the service as a whole."""
    if said.act == "give-back":
        selling.give_back_owed()
        return
    kind: DecisionKind = "withdraw" if said.act == "withdraw" else "grant"
    draft = Draft(
        kind=kind,
        railways=("ksr",),
        start=date(2026, 12, 1),
        until=date(2026, 12, 31),
        who="the Korean side",
        reason="a reason",
        document="telegram 1",
    )
    record(selling.current, draft, Recorder(name="test"), form=said.key, journal=None)


def open_till(connection: Connection, now: datetime) -> None:
    if shifts.current_shift(connection, CLERK) is None:
        shifts.open_shift(connection, CLERK, now=now)


def main(database: str, provider: str, log: str, now: str, seed: str) -> None:
    clock = Running(datetime.fromisoformat(now).astimezone(UTC))
    with counter(database, Path(provider), clock) as selling:
        selling.call(lambda connection: open_till(connection, clock.now()))
        seller = Seller(selling, Path(log), int(seed))
        print("ready", flush=True)
        seller.work()


if __name__ == "__main__":
    main(*sys.argv[1:])
