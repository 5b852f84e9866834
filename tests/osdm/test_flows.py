"""The whole sale on both databases, and the document that describes it, held against what is really answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sale.shop import Shop, open_shop

from osdm.conftest import HOST
from osdm.retailer import Retailer
from osdm.selling import KHASAN, VLADIVOSTOK, adults, offer, order, parts, search
from rerail.desk.clients import add_client
from rerail.desk.tickets import ensure_key
from rerail.store.engine import Store
from rerail.web.app import create_app


@pytest.fixture
def seller(store: Store) -> Iterator[tuple[Retailer, Shop]]:
    with open_shop(store) as shop:
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))
        added = add_client(shop.store, shop.clock, "Retailer")
        with TestClient(create_app(shop.current, selling=shop.selling, site=HOST), base_url=HOST) as http:
            yield Retailer(http, added.client.id, added.secret, language="ko"), shop


def test_from_a_name_to_a_ticket_and_the_money_back(seller: tuple[Retailer, Shop]) -> None:
    retailer, shop = seller
    assert retailer.station("Владивосток") == VLADIVOSTOK
    trip = retailer.post("/trips-collection", search(destination=KHASAN))["trips"][0]
    chosen = offer(retailer, adults(2), tripIds=[trip["id"]])
    booking = retailer.post("/bookings", order(chosen))["booking"]
    where = f"/bookings/{booking['id']}"
    retailer.patch(f"{where}/passengers", {"passengers": booking["passengers"]})
    assert retailer.get(f"{where}/fulfillment-check", status=204) is None
    key = "0a8e2b0e-0000-4000-8000-000000000004"
    said = retailer.post(f"{where}/fulfillments", {"issuingLanguage": "en"}, key=key)
    assert retailer.post(f"{where}/fulfillments", {"issuingLanguage": "en"}, key=key) == said
    assert len(said["fulfillments"]) == 4
    tickets = [one["id"] for one in said["fulfillments"][::2]]
    (refund,) = retailer.post(f"{where}/refund-offers", {"fulfillmentIds": tickets})["refundOffers"]
    retailer.patch(f"{where}/refund-offers/{refund['id']}", {"status": "CONFIRMED"})
    after = retailer.get(where)["booking"]
    assert [part["status"] for part in parts(after)] == ["REFUNDED", "FULFILLED", "REFUNDED", "FULFILLED"]
    assert (
        after["confirmedPrice"]["amount"] + refund["refundableAmount"]["amount"]
        == chosen["offerSummary"]["minimalPrice"]["amount"]
    )
    (found,) = retailer.post("/bookings-search", {"bookingId": booking["id"]})["bookingSearchResults"]
    assert found["confirmedPrice"] == after["confirmedPrice"]
    assert shop.faults() == ()
