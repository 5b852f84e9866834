"""Released: the place is free at once, the money is asked for later and goes by the rule of that instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from agency import Agency
from msgspec.structs import replace
from sale.shop import TO_KHASAN, Shop, open_shop

from rerail.desk import retailing_refunds, retailing_release
from rerail.desk.conductor import conductor_list
from rerail.desk.figures import figures
from rerail.line.amount import Money
from rerail.money.ledger import balance
from rerail.places.claims import claims_of, claims_on
from rerail.sale.errors import AlreadyEnded, NotPossible
from rerail.sale.model import Booking
from rerail.sale.reading import given_back
from rerail.sale.refunding import refund_offer
from rerail.store.engine import Store


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def released(agency: Agency, booking: Booking, *parts: int, overrule: str | None = None) -> Booking:
    act = retailing_release.propose(agency.retailing, agency.retailer, booking.code, lambda *_: parts or (1,), overrule)
    offer = agency.do(act)[1]
    for _ in range(2):  # twice is once
        standing, _offer = agency.do(retailing_release.take(agency.retailing, agency.retailer, booking.code, offer.id))
    return standing.booking


def refunded(agency: Agency, booking: Booking, *parts: int) -> Booking:
    propose = retailing_refunds.propose(agency.retailing, agency.retailer, booking.code, lambda *_: parts or (1,), None)
    refund = agency.do(propose)[1]
    return agency.do(retailing_refunds.take(agency.retailing, agency.retailer, booking.code, refund.id))[0].booking


def owed(agency: Agency) -> int:
    with agency.shop.store.read() as connection:
        return balance(connection, "invoice:example-tours").get("RUB", 0)


def test_a_released_place_is_somebody_elses_and_its_money_comes_by_the_rule_of_that_instant(agency: Agency) -> None:
    booking = agency.bought()
    market = agency.shop.selling.market()
    expected = refund_offer(market, booking, [1])
    assert expected.parts[0].percent > 0
    paid, postings = owed(agency), agency.shop.postings(booking.code)
    after = released(agency, booking)
    assert (after.parts[0].state, owed(agency), agency.shop.postings(booking.code)) == ("released", paid, postings)
    with agency.shop.store.read() as connection:
        assert claims_of(connection, booking.code) == ()
        assert given_back(connection, f"{booking.code}-1")
    # Somebody else takes that very place.
    (spot,) = booking.parts[0].spots
    other = agency.bought(replace(TO_KHASAN, wanted=((spot.coach, spot.place),)))
    assert other.parts[0].spots == (spot,)
    # The train has left long since, and still what is due is what was due then.
    agency.shop.clock.turn(booking.legs[0].leaves + timedelta(days=3))
    back = refunded(agency, booking)
    assert (back.parts[0].state, back.parts[0].refunded) == ("refunded", expected.total)
    assert owed(agency) == paid + other.total.amount - expected.total.amount
    with pytest.raises(NotPossible, match="has been given back"):
        refunded(agency, booking)
    assert agency.shop.faults() == ()


def test_nothing_comes_back_later_that_came_not_back_then(agency: Agency) -> None:
    """Released on the last day, when nothing comes back any more; asked for, it is nothing still."""
    booking = agency.bought()
    agency.shop.clock.turn(booking.legs[0].leaves - timedelta(minutes=5))
    after = released(agency, booking)
    assert refunded(agency, after).parts[0].refunded == Money(0, "RUB")


def test_with_the_rules_set_aside_everything_comes_back(agency: Agency) -> None:
    booking = agency.bought(count=2)
    after = released(agency, booking, 1, 2, overrule="STRIKE")
    agency.shop.clock.forward(days=30)
    back = refunded(agency, after, 1, 2)
    assert [part.refunded for part in back.parts] == [part.price.total for part in booking.parts]
    assert (back.balance, back.paid, owed(agency)) == (Money(0, "RUB"), Money(0, "RUB"), 0)


def test_what_was_released_comes_back_in_full_if_its_train_does_not_run_after_all(agency: Agency) -> None:
    booking = agency.bought()
    after = released(agency, booking)
    cheap = retailing_refunds.propose(agency.retailing, agency.retailer, booking.code, lambda *_: (1,), None)
    offer = agency.do(cheap)[1]
    agency.shop.decide("cancel", start=TO_KHASAN.service_date, railway=None)
    with pytest.raises(NotPossible, match="all of it comes back"):
        agency.do(retailing_refunds.take(agency.retailing, agency.retailer, booking.code, offer.id))
    agency.do(retailing_refunds.withdraw(agency.retailer, booking.code, offer.id))
    assert refunded(agency, after).parts[0].refunded == booking.parts[0].price.total


def test_a_booking_whose_other_half_is_released_keeps_its_fee_until_the_last(agency: Agency) -> None:
    booking = agency.bought(count=2)
    released(agency, booking, 1)
    market = agency.shop.selling.market()
    second = refund_offer(market, agency.standing(booking.code).booking, [2])
    assert not second.fees_back
    refunded(agency, booking, 2)
    after = agency.standing(booking.code).booking
    assert [part.state for part in after.parts] == ["released", "refunded"]
    assert after.state(market.now) == "refunded"
    refunded(agency, after, 1)
    assert agency.shop.faults() == ()


def test_what_is_not_released(agency: Agency) -> None:
    held = agency.booked(agency.quote()).booking
    with pytest.raises(NotPossible):
        released(agency, held)
    family = agency.bought(count=1, children=[date(2018, 5, 1)])
    with pytest.raises(NotPossible, match="travels only with an adult"):
        released(agency, family, 1)
    booking = agency.bought()
    released(agency, booking)
    with pytest.raises(NotPossible, match="has been released"):
        released(agency, booking)
    with pytest.raises(AlreadyEnded):
        agency.confirmed(booking.code)
    gone = agency.bought()
    agency.shop.clock.turn(gone.legs[0].leaves)
    with pytest.raises(NotPossible, match="has left"):
        released(agency, gone)


def test_a_released_ticket_is_on_no_list_and_its_money_is_income_still(agency: Agency) -> None:
    booking = agency.bought(count=2)
    before = figures(agency.shop.selling, 2026, TO_KHASAN.train)
    released(agency, booking, 1)
    after = figures(agency.shop.selling, 2026, TO_KHASAN.train)
    assert (after.tickets, after.income) == (before.tickets - 1, before.income)
    found = conductor_list(agency.shop.selling, TO_KHASAN.departure, specimen=True, language="en")
    assert found is not None
    assert [one.reference for one in found.passengers] == [f"{booking.code}-2"]
    assert set(agency.standing(booking.code).barcodes) == {2}
    with agency.shop.store.read() as connection:
        assert len(claims_on(connection, [TO_KHASAN.departure], agency.shop.clock.now())) == 1
