"""A retailer's group: an option, a deposit that holds its places until the balance is due, names at last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agency import Agency
from sale.shop import JANUARY, OPERATOR, TO_KHASAN, Shop, open_shop

from rerail.desk import retailing_held, retailing_on_hold, retailing_telling
from rerail.desk.retailing_booking import Named
from rerail.desk.retailing_cleanup import clean_up
from rerail.line.amount import Money
from rerail.money.ledger import balance
from rerail.places.claims import claims_of
from rerail.sale.after_sale import AfterSale, OnHold
from rerail.sale.errors import AlreadyConfirmed, AlreadyEnded, HoldExpired, NotPossible
from rerail.sale.model import Booking
from rerail.store.engine import Store

TWELVE = 12


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def group(agency: Agency) -> Booking:
    """Twelve without names, to Rason on 14 January."""
    return agency.booked(agency.quote(JANUARY, count=TWELVE), named=False).booking


def proposed(agency: Agency, booking: Booking) -> AfterSale[OnHold]:
    return agency.do(retailing_on_hold.propose(agency.retailing, agency.retailer, booking.code))[1]


def taken(agency: Agency, booking: Booking, offer: AfterSale[OnHold]) -> Booking:
    return agency.do(retailing_on_hold.take(agency.retailing, agency.retailer, booking.code, offer.id))[0].booking


def owed_by_operator(agency: Agency) -> dict[str, int]:
    with agency.shop.store.read() as connection:
        return balance(connection, f"invoice:{OPERATOR}")


def test_a_deposit_holds_a_group_until_its_balance_is_due_and_counts_towards_it(agency: Agency) -> None:
    booking = group(agency)
    assert f"{booking.held_until:%Y-%m-%d %H:%M}" == "2026-11-30 12:00"
    offer = proposed(agency, booking)
    assert offer.content.deposit == Money(booking.total.amount // 5, "RUB")
    assert owed_by_operator(agency) == {}
    held = taken(agency, booking, offer)
    # Midnight in Vladivostok, three weeks before 14 January.
    assert f"{held.held_until:%Y-%m-%d %H:%M}" == "2026-12-23 14:00"
    assert taken(agency, booking, offer).paid == held.paid == offer.content.deposit, "once"
    with agency.shop.store.read() as connection:
        assert {one.until for one in claims_of(connection, booking.code)} == {held.held_until}
    agency.shop.clock.forward(days=20)
    sold = agency.confirmed(booking.code)
    assert owed_by_operator(agency) == {"RUB": sold.booking.total.amount}
    assert sold.barcodes == {}, "nobody is named"
    assert len(sold.later) == 2 * TWELVE
    told = [
        (number, Named(ref=f"p{number}", kind="ADULT", family_name="Kim", given_names=f"No. {number}"), None)
        for number in range(1, TWELVE + 1)
    ]
    said = agency.do(retailing_telling.tell(agency.retailing, agency.retailer, booking.code, lambda _retail: told))
    assert (said.wrong, said.standing.later) == ((), ())
    assert len(said.standing.barcodes) == TWELVE
    assert agency.shop.faults() == ()


def test_without_a_deposit_the_places_are_free_when_the_option_ends(agency: Agency) -> None:
    booking = group(agency)
    agency.shop.clock.forward(days=6, hours=23, minutes=50)
    offer = proposed(agency, booking)
    assert offer.until == booking.held_until, "no longer than the places are held"
    agency.shop.clock.forward(minutes=10)
    with pytest.raises(AlreadyEnded):
        proposed(agency, booking)
    assert owed_by_operator(agency) == {}


def test_a_group_that_lets_go_of_its_places_gets_its_deposit_back(agency: Agency) -> None:
    booking = group(agency)
    taken(agency, booking, proposed(agency, booking))
    agency.do(retailing_held.cancel(agency.retailing, agency.retailer, booking.code))
    assert owed_by_operator(agency) == {}
    # So does one that forgot its balance, as soon as it says so.
    late, last = group(agency), group(agency)
    for one in (late, last):
        taken(agency, one, proposed(agency, one))
    agency.shop.clock.forward(days=40)
    with pytest.raises(HoldExpired):
        agency.confirmed(late.code)
    agency.do(retailing_held.cancel(agency.retailing, agency.retailer, late.code))
    agency.do(clean_up(agency.retailing, agency.retailer, last.code))
    assert owed_by_operator(agency) == {}
    assert agency.shop.faults() == ()


def test_what_is_not_held_on(agency: Agency) -> None:
    few = agency.booked(agency.quote(count=2)).booking
    with pytest.raises(NotPossible, match="Only a group's places are held longer"):
        proposed(agency, few)
    late = agency.booked(agency.quote(TO_KHASAN, count=TWELVE)).booking
    with pytest.raises(NotPossible, match="a deposit holds them no longer"):
        proposed(agency, late)
    booking = group(agency)
    taken(agency, booking, proposed(agency, booking))
    with pytest.raises(NotPossible, match=r"The deposit of booking .* has been paid"):
        proposed(agency, booking)
    agency.confirmed(booking.code)
    with pytest.raises(AlreadyConfirmed):
        proposed(agency, booking)
