"""A law: whatever is bought, given back, named and handed in around the deadline, no list misses or doubles anybody."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sale.shop import FROM_KHASAN, NOON, OUT, TO_KHASAN, Turned, adult

from lists.border_shop import CLOSED, KOREAN, NAMED, OUT_KEY, RUSSIAN, BorderShop, passport
from lists.test_life_of_a_list import said, shown
from rerail.border import lists
from rerail.border.model import Manifest
from rerail.desk.selling import Request
from rerail.sale import reading
from rerail.sale.errors import SaleError
from rerail.sale.model import Booking, PassengerGiven
from rerail.store.engine import Store

STRETCHES: Final = (OUT, OUT, FROM_KHASAN, TO_KHASAN)
NAMES: Final = ("Ким", "Щербакова", "김", "O'Neil-Ångström", "Ли")


class AroundTheDeadline(RuleBasedStateMachine):
    """The direct train of 10 December, from the day before its lists close until it has left Khasan."""

    @initialize()
    def open(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        store = Store(f"sqlite:///{self.home.name}/rerail.db")
        store.migrate()
        self.shop = BorderShop(store, Turned(NOON), Path(self.home.name))
        self.shop.clock.turn(CLOSED - timedelta(days=1))
        self.numbers = iter(range(700000001, 800000000))

    def teardown(self) -> None:
        self.shop.close()
        self.shop.store.close()
        self.home.cleanup()

    @rule(stretch=st.sampled_from(STRETCHES), people=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    def somebody_buys(self, stretch: object, people: list[str]) -> None:
        try:
            self.shop.buy(stretch, passengers=[adult(one, "А") for one in people])  # type: ignore[arg-type]
        except SaleError:
            return  # the sale is closed: the list is handed over

    @rule(chosen=st.randoms(use_true_random=False))
    def somebody_gives_a_ticket_back(self, chosen: object) -> None:
        parts = [(one, part.number) for one in self.bookings() for part in one.parts if part.state == "confirmed"]
        if not parts:
            return
        booking, part = chosen.choice(parts)  # type: ignore[attr-defined]
        try:
            self.shop.give_back(booking, part)
        except SaleError:
            return

    @rule(chosen=st.randoms(use_true_random=False))
    def somebody_hands_a_passport_in(self, chosen: object) -> None:
        if found := self.bookings():
            booking = chosen.choice(found)  # type: ignore[attr-defined]
            self.shop.papers(booking, *(passport(str(next(self.numbers))) for _ in booking.passengers))

    @rule(chosen=st.randoms(use_true_random=False), name=st.sampled_from(NAMES))
    def a_clerk_corrects_a_name(self, chosen: object, name: str) -> None:
        found = self.bookings()
        if not found:
            return
        booking = chosen.choice(found)  # type: ignore[attr-defined]
        corrected = {1: PassengerGiven(category="adult", family_name=name, given_names="Б")}
        act = self.shop.selling.name(
            Request("u1", f"n{next(self.numbers)}"), booking.code, corrected, booking.version, staff=True
        )
        try:
            self.shop.selling.call(act)
        except SaleError:
            return

    @rule(minutes=st.sampled_from((30, 300, 900)))
    @precondition(lambda self: self.shop.clock.now() < shown(self.shop, RUSSIAN).passing.leaves - timedelta(hours=16))
    def time_passes(self, minutes: int) -> None:
        self.shop.clock.forward(minutes=minutes)

    @rule()
    def a_minute_later(self) -> None:
        self.shop.round()

    @rule()
    def the_service_starts_again(self) -> None:
        again = BorderShop(self.shop.store, self.shop.clock, Path(self.home.name))
        self.shop.close()
        self.shop = again

    @invariant()
    def whoever_is_on_board_is_on_the_list_once(self) -> None:
        self.shop.border.close_due()
        self.shop.border.amend_due()
        on_board = Counter(
            (booking.code, part.passenger)
            for booking in self.bookings()
            for part in booking.parts
            if part.state == "confirmed" and booking.leg(part.leg).alight == "rajin"
        )
        for key in (RUSSIAN, KOREAN, NAMED):
            with self.shop.store.read() as connection:
                kept = lists.read(connection, key)
            if kept is None:
                assert self.shop.clock.now() < shown(self.shop, RUSSIAN).closes or not on_board
                continue
            assert Counter(one.key for one in said(self.shop, key).persons) == on_board
            self.each_version_follows_the_one_before([said(self.shop, key, one.number) for one in kept.versions])

    def each_version_follows_the_one_before(self, versions: list[Manifest]) -> None:
        for before, after in pairwise(versions):
            old, new = {one.key: one for one in before.persons}, {one.key: one for one in after.persons}
            assert set(after.added) == new.keys() - old.keys()
            assert {one.key for one in after.removed} == old.keys() - new.keys()
            assert set(after.changed) == {key for key in old.keys() & new.keys() if old[key] != new[key]}

    def bookings(self) -> list[Booking]:
        with self.shop.store.read() as connection:
            return list(reading.on_departures(connection, (OUT_KEY,)))


TestAroundTheDeadline = AroundTheDeadline.TestCase
TestAroundTheDeadline.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
