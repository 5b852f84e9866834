"""A booking that is held gets more trains, or fewer, or fewer passengers: at the prices of what is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from agency import Agency
from msgspec.structs import replace
from sale.shop import JANUARY, TO_KHASAN, Shop, open_shop

from rerail.desk import retailing_booked_offers
from rerail.desk.retailing import Quoted, Standing
from rerail.desk.retailing_booking import Chosen
from rerail.money.ledger import balance
from rerail.places.claims import claims_of
from rerail.sale.errors import (
    AlreadyConfirmed,
    AlreadyEnded,
    HoldExpired,
    Incompatible,
    NoBooking,
    NotPossible,
    WrongAsk,
)
from rerail.sale.model import LegAsk
from rerail.sale.rules import closes_at, travel_of
from rerail.store.engine import Store

BACK = LegAsk(train="rason-vladivostok", service_date=date(2026, 12, 13), board="khasan", alight="vladivostok")


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def added(agency: Agency, code: str, *quotes: Quoted) -> Standing:
    offers = [Chosen(token=one.token, passengers=tuple(who.ref for who in one.quote.passengers)) for one in quotes]
    return agency.do(retailing_booked_offers.add(agency.retailing, agency.retailer, code, offers))


def without_passenger(agency: Agency, code: str, offer: str, number: int) -> None:
    agency.do(retailing_booked_offers.drop_passenger(agency.retailer, code, offer, lambda _retail: number))


def without_offer(agency: Agency, code: str, offer: str) -> None:
    agency.do(retailing_booked_offers.drop_offer(agency.retailer, code, offer))


def owed(agency: Agency) -> int:
    with agency.shop.store.read() as connection:
        return balance(connection, "invoice:example-tours").get("RUB", 0)


def test_the_way_back_is_added_held_as_long_as_the_way_out_and_paid_with_it(agency: Agency) -> None:
    booking = agency.booked(agency.quote(count=2)).booking
    agency.shop.clock.forward(minutes=15)
    after = added(agency, booking.code, agency.quote(BACK, count=2, refs=["p1", "p2"])).booking
    assert (len(after.legs), len(after.parts), after.held_until) == (2, 4, booking.held_until)
    assert after.total == booking.total + after.parts[2].price.total + after.parts[3].price.total
    with agency.shop.store.read() as connection:
        assert {one.until for one in claims_of(connection, booking.code)} == {booking.held_until}
    sold = agency.confirmed(booking.code)
    assert (owed(agency), set(sold.barcodes)) == (after.total.amount, {1, 2, 3, 4})
    assert agency.shop.faults() == ()


def test_all_of_it_lapses_together(agency: Agency) -> None:
    booking = agency.booked(agency.quote()).booking
    agency.shop.clock.forward(minutes=19)
    added(agency, booking.code, agency.quote(BACK, refs=["p1"]))
    agency.shop.clock.forward(minutes=1)
    with pytest.raises(HoldExpired):
        agency.confirmed(booking.code)
    with pytest.raises(AlreadyEnded):
        added(agency, booking.code, agency.quote(BACK, refs=["p1"]))


def test_an_offer_that_is_let_go_of_frees_its_places_and_is_not_paid(agency: Agency) -> None:
    out, back = agency.quote(count=2), agency.quote(BACK, count=2, refs=["p1", "p2"])
    booking = agency.booked(out, back).booking
    without_offer(agency, booking.code, out.token)
    with pytest.raises(NoBooking):
        without_offer(agency, booking.code, out.token)
    with agency.shop.store.read() as connection:
        assert {one.departure for one in claims_of(connection, booking.code)} == {BACK.departure}
    # What was let go of is nobody's matter, whatever becomes of its train.
    agency.shop.decide("cancel", start=TO_KHASAN.service_date, railway=None)
    agency.shop.selling.give_back_owed()
    sold = agency.confirmed(booking.code)
    assert owed(agency) == sold.booking.parts[2].price.total.amount * 2
    assert [one.id for one in sold.retail.offers] == [back.token]


def test_the_last_offer_is_the_booking(agency: Agency) -> None:
    quote = agency.quote(count=2)
    booking = agency.booked(quote).booking
    without_offer(agency, booking.code, quote.token)
    after = agency.standing(booking.code)
    assert after.booking.state(agency.shop.clock.now()) == "cancelled"
    assert [one.id for one in after.retail.offers] == [quote.token]
    with pytest.raises(AlreadyEnded):
        without_offer(agency, booking.code, quote.token)


def test_a_passenger_who_does_not_come_is_asked_for_no_name_and_not_paid_for(agency: Agency) -> None:
    quote = agency.quote(count=3)
    booking = agency.booked(quote, named=False).booking
    without_passenger(agency, booking.code, quote.token, 2)
    with pytest.raises(NoBooking):
        without_passenger(agency, booking.code, quote.token, 2)
    after = agency.standing(booking.code)
    assert [one.number for one in after.booking.travellers] == [1, 3]
    assert {number for number, _ in after.missing} == {1, 3}
    agency.told_names(booking.code, 1, 3)
    sold = agency.confirmed(booking.code)
    assert (set(sold.barcodes), owed(agency)) == ({1, 3}, booking.total.amount * 2 // 3)
    with agency.shop.store.read() as connection:
        assert {one.part for one in claims_of(connection, booking.code)} == {1, 3}
    with pytest.raises(AlreadyConfirmed):
        without_passenger(agency, booking.code, quote.token, 1)
    # Everything that is left comes back as everything.
    done = agency.shop.give_back(sold.booking, 1, 3)
    assert done.state(agency.shop.clock.now()) == "refunded"
    assert agency.shop.faults() == ()


def test_without_the_last_passenger_of_one_way_that_way_is_gone(agency: Agency) -> None:
    out, back = agency.quote(), agency.quote(BACK, refs=["p1"])
    booking = agency.booked(out, back).booking
    without_passenger(agency, booking.code, back.token, 1)
    after = agency.standing(booking.code)
    assert [one.id for one in after.retail.offers] == [out.token]
    assert after.booking.total == booking.parts[0].price.total
    without_passenger(agency, booking.code, out.token, 1)
    assert agency.standing(booking.code).booking.state(agency.shop.clock.now()) == "cancelled"


def test_one_of_two_passengers_goes_on(agency: Agency) -> None:
    """An offer for one of them is added: parts, ids and tickets are hers alone."""
    booking = agency.booked(agency.quote(count=2)).booking
    after = added(agency, booking.code, agency.quote(BACK, refs=["p2"]))
    assert [(part.number, part.passenger) for part in after.booking.parts] == [(1, 1), (2, 2), (4, 2)]
    assert after.retail.offers[1].order == (-1, 0)
    assert set(agency.confirmed(booking.code).barcodes) == {1, 2, 4}


def test_what_does_not_go_together(agency: Agency) -> None:
    quote = agency.quote(children=[date(2018, 5, 1)])
    family = agency.booked(quote).booking
    with pytest.raises(NotPossible, match="travels only with an adult"):
        without_passenger(agency, family.code, quote.token, 1)
    booking = agency.booked(agency.quote(refs=["a"])).booking
    with pytest.raises(Incompatible, match='"b" of the offer is not in the booking'):
        added(agency, booking.code, agency.quote(BACK, refs=["b"]))
    with pytest.raises(WrongAsk, match="on two trains at once"):
        added(agency, booking.code, agency.quote(replace(TO_KHASAN, board="ussuriysk"), refs=["a"]))
    back = agency.quote(BACK, refs=["a"])
    added(agency, booking.code, back)
    with pytest.raises(Incompatible, match="booked once"):
        added(agency, booking.code, back)
    agency.confirmed(booking.code)
    with pytest.raises(AlreadyConfirmed):
        added(agency, booking.code, agency.quote(replace(BACK, service_date=date(2027, 1, 17)), refs=["a"]))
    group = agency.quote(JANUARY, count=12)
    code = agency.booked(group, named=False).booking.code
    for change in (
        lambda: without_passenger(agency, code, group.token, 1),
        lambda: without_offer(agency, code, group.token),
        lambda: added(agency, code, agency.quote(BACK, refs=["a"])),
    ):
        with pytest.raises(NotPossible, match="is a group's"):
            change()


def test_what_is_added_is_held_no_longer_than_it_is_sold_and_all_with_it(agency: Agency) -> None:
    later = replace(TO_KHASAN, service_date=date(2027, 1, 14))
    first = agency.bought(refs=["x"]).legs[0]
    closes = closes_at(travel_of(agency.shop.selling.market().life, first))
    agency.shop.clock.turn(closes - timedelta(minutes=10))
    booking = agency.booked(agency.quote(later, refs=["y"])).booking
    assert booking.held_until == closes + timedelta(minutes=10)
    after = added(agency, booking.code, agency.quote(refs=["y"])).booking
    assert after.held_until == closes
    assert after.total == agency.confirmed(booking.code).booking.paid
