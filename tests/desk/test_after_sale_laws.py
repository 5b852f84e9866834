"""Whatever a retailer does after a sale, in whatever order: money adds up, and a place is claimed by whoever has it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from agency import Agency
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sale.shop import TO_KHASAN, open_shop

from rerail.desk import (
    retailing_booked_offers,
    retailing_exchange,
    retailing_recall,
    retailing_refunds,
    retailing_release,
    retailing_telling,
)
from rerail.desk.retailing import Quoted
from rerail.desk.retailing_after_sale import is_of
from rerail.desk.retailing_booking import Chosen, Named
from rerail.desk.retailing_cleanup import clean_up
from rerail.money.ledger import balance
from rerail.places.claims import claims_on
from rerail.sale.after_sale import Exchanging
from rerail.sale.errors import SaleError
from rerail.sale.model import LegAsk
from rerail.sale.reading import given_back
from rerail.sale.retail import QuotedPassenger
from rerail.store.engine import Store

LATER = replace(TO_KHASAN, service_date=date(2027, 1, 14))
BACK = LegAsk(train="rason-vladivostok", service_date=date(2026, 12, 13), board="khasan", alight="vladivostok")
TRAINS = [TO_KHASAN.departure, LATER.departure, BACK.departure]

DEEDS = [
    "confirm",
    "recall",
    "release",
    "refund",
    "exchange",
    "let go",
    "rename",
    "add",
    "drop",
    "clean up",
    "wait",
    "stop",
]
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(1, 8)), max_size=14)


class Day:
    """One booking of two, and everything its retailer can do with it."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.quote = agency.quote(count=2, refs=["p1", "p2"])
        self.code = agency.booked(self.quote).booking.code
        self.stopped = False

    def do(self, deed: str, number: int) -> None:
        """A deed, on the ticket with this number among those that are good, if it is on one."""
        agency, code = self.agency, self.code
        desk, retailer = agency.retailing, agency.retailer
        part = self.ticket(number)
        deeds: dict[str, Callable[[], object]] = {
            "confirm": lambda: agency.confirmed(code),
            "recall": lambda: self.recall(part),
            "release": lambda: self.release(part),
            "refund": lambda: self.refund(part, "STRIKE" if number % 2 else None),
            "exchange": lambda: self.exchange(part),
            "let go": self.let_go,
            "rename": lambda: self.rename(number % 2 + 1, f"Kim{number}"),
            "add": lambda: agency.do(
                retailing_booked_offers.add(desk, retailer, code, [chosen(agency.quote(BACK, refs=["p1"]))])
            ),
            "drop": lambda: agency.do(
                retailing_booked_offers.drop_passenger(retailer, code, self.quote.token, lambda _retail: 2)
            ),
            "clean up": lambda: agency.do(clean_up(desk, retailer, code)),
            "wait": lambda: agency.shop.clock.forward(minutes=10),
            "stop": self.stop,
        }
        deeds[deed]()

    def ticket(self, number: int) -> int:
        live = [one.number for one in self.agency.standing(self.code).booking.parts if one.state == "confirmed"]
        return live[number % len(live)] if live else number + 1

    def recall(self, part: int) -> None:
        desk, retailer = self.agency.retailing, self.agency.retailer
        offer = self.agency.do(retailing_recall.propose(desk, retailer, self.code, lambda *_: [part]))[1]
        self.agency.do(retailing_recall.take(desk, retailer, self.code, offer.id))

    def release(self, part: int) -> None:
        desk, retailer = self.agency.retailing, self.agency.retailer
        offer = self.agency.do(retailing_release.propose(desk, retailer, self.code, lambda *_: [part], None))[1]
        self.agency.do(retailing_release.take(desk, retailer, self.code, offer.id))

    def refund(self, part: int, overrule: str | None) -> None:
        """Of what was released, if there is any; else of a good ticket."""
        desk, retailer = self.agency.retailing, self.agency.retailer
        released = [one.number for one in self.agency.standing(self.code).booking.parts if one.state == "released"]
        wanted = released or [part]
        offer = self.agency.do(retailing_refunds.propose(desk, retailer, self.code, lambda *_: wanted, overrule))[1]
        self.agency.do(retailing_refunds.take(desk, retailer, self.code, offer.id))

    def let_go(self) -> None:
        for operation in self.agency.standing(self.code).after_sales:
            if is_of(operation, Exchanging):
                self.agency.do(retailing_exchange.let_go(self.agency.retailer, self.code, operation.id))

    def rename(self, who: int, family: str) -> None:
        told = Named(ref=f"p{who}", kind="ADULT", family_name=family, given_names="Min")
        desk, retailer = self.agency.retailing, self.agency.retailer
        self.agency.do(retailing_telling.tell(desk, retailer, self.code, lambda _retail: [(who, told, None)]))

    def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            self.agency.shop.decide("cancel", start=LATER.service_date, railway=None)
            self.agency.shop.selling.give_back_owed()

    def exchange(self, part: int) -> None:
        agency, code = self.agency, self.code
        standing, exchange = retailing_exchange.to_exchange(
            agency.retailing, agency.retailer, code, lambda *_: [part], None
        )
        found = next(one for one in standing.booking.parts if one.number == part)
        people = (QuotedPassenger(ref=standing.retail.passengers[found.passenger - 1].ref, kind="A", category="adult"),)
        (quoted,) = retailing_exchange.quotes(agency.retailing, agency.retailer, standing, exchange, [(LATER,)], people)
        if isinstance(quoted, Quoted):
            agency.do(retailing_exchange.begin(agency.retailing, agency.retailer, code, chosen(quoted)))

    def holds(self) -> None:
        """What must be so at every moment."""
        agency = self.agency
        now = agency.shop.clock.now()
        standing = agency.standing(self.code)
        booking = standing.booking
        assert agency.shop.faults() == ()
        assert not booking.balance, "nothing is owed by anybody: all is on the account"
        with agency.shop.store.read() as connection:
            invoice = balance(connection, "invoice:example-tours").get("RUB", 0)
            claims = claims_on(connection, TRAINS, now)
            good = {
                booking.reference(part): not given_back(connection, booking.reference(part)) for part in booking.parts
            }
        assert invoice == booking.paid.amount
        live = [part for part in booking.parts if part.state == "confirmed" or part.waits(now)]
        assert {(one.part, one.spot) for one in claims} == {(part.number, spot) for part in live for spot in part.spots}
        worth = sum(
            part.price.total.amount - (part.refunded.amount if part.refunded is not None else 0)
            for part in booking.parts
            if part.state in ("confirmed", "released", "refunded")
        )
        assert booking.paid.amount == worth
        tickets = {booking.reference(part) for part in booking.parts if part.number in standing.barcodes}
        assert tickets == {reference for reference, is_good in good.items() if is_good}


def chosen(quote: Quoted) -> Chosen:
    return Chosen(token=quote.token, passengers=tuple(one.ref for one in quote.quote.passengers))


_numbers = count(1)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made once, to be copied for each day."""
    file = tmp_path_factory.mktemp("laws") / "migrated.db"
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as shop:
        Agency(shop)
    return file


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@example(steps=[("refund", 1), ("exchange", 1), ("refund", 1)], bought=True)  # the last ticket, while it is exchanged
@given(steps=STEPS, bought=st.sampled_from([True, True, True, False]))
def test_money_adds_up_and_places_are_whose_they_are(
    migrated: Path, steps: list[tuple[str, int]], bought: bool
) -> None:
    file = migrated.with_name(f"{next(_numbers)}.db")
    shutil.copy(migrated, file)
    with closing(Store(f"sqlite:///{file}")) as store, open_shop(store) as shop:
        day = Day(Agency(shop))
        for deed, number in [("confirm", 0), *steps] if bought else steps:
            try:
                day.do(deed, number)
                event(f"{deed}: done")
            except SaleError:
                event(f"{deed}: refused")
            day.holds()
