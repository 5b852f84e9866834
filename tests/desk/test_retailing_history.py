"""What is written down of a retailer's booking beside what it is, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agency import Agency
from sale.shop import Shop, adult, open_shop

from rerail.desk import retail_events, retailing_held, retailing_history
from rerail.sale.errors import NoBooking
from rerail.sale.retail_history import Happening
from rerail.store.engine import Store


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


@pytest.fixture
def agency(shop: Shop) -> Agency:
    return Agency(shop)


def history(agency: Agency, code: str) -> tuple[Happening, ...]:
    return retailing_history.history(agency.retailing, agency.retailer, code)[1]


def test_what_a_clerk_changed_is_written_down_once_and_not_as_the_retailers(agency: Agency) -> None:
    booking = agency.bought()
    agency.shop.clock.forward(minutes=1)
    act = agency.shop.selling.name(
        agency.shop.request("one"), booking.code, {1: adult("Пак", "Мин")}, booking.version, staff=True
    )
    for _ in range(2):
        agency.shop.selling.call(act)
    *_, last = found = history(agency, booking.code)
    assert [(one.kind, one.who) for one in found] == [
        ("PASSENGER_CHANGED", agency.retailer.client),
        ("FULFILLMENT_AVAILABLE", agency.retailer.client),
        ("PASSENGER_CHANGED", ""),
    ]
    assert (last.became, last.at) == ("FULFILLED", agency.shop.clock.now())
    assert "Пак" not in last.summary


def test_the_same_happening_is_noted_once(agency: Agency) -> None:
    booking = agency.booked(agency.quote()).booking
    now = agency.shop.clock.now()
    for _ in range(2):
        agency.do(lambda connection, _market: retail_events.note(connection, booking, "PURCHASER_CHANGED", "told", now))
    assert [one.kind for one in history(agency, booking.code)] == ["PASSENGER_CHANGED", "PURCHASER_CHANGED"]
    agency.shop.clock.forward(minutes=1)
    agency.do(retailing_held.cancel(agency.retailing, agency.retailer, booking.code))
    assert history(agency, booking.code)[-1].became == "CANCELLED"
    with pytest.raises(NoBooking):
        history(Agency(agency.shop, "rr_other"), booking.code)
