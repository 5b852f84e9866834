"""Once names go by rule, whatever a retailer said of anybody goes too; what was sold can still be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sale.shop import Shop
from sqlalchemy import text

from osdm.retailer import Retailer
from osdm.selling import adults, bought, offer, order, people
from osdm.test_exchanges import begun, propose, read, where
from rerail.border.keyring import Keys
from rerail.desk.border import Border
from rerail.people.audit import COMMAND_LINE
from rerail.sale import answers, retail_tables
from rerail.sale.after_sale import Exchanging

PLANTED = ("Tsoi", "Viktor", "Baker", "221B", "+79140001122", "card-4711", "PUSHCHAIR", "firm-77", "my-own-Viktor")


@pytest.fixture
def border(shop: Shop, tmp_path: Path) -> Border:
    return Border(shop.selling, Keys(tmp_path / "keys.json"))


def told_of(retailer: Retailer) -> Any:
    """A booking with everything that a retailer can say of passenger and purchaser."""
    (passenger,) = people(["my-own-Viktor"], dateOfBirth="1987-03-21", gender="MALE", prmNeeds=["PUSHCHAIR"])
    passenger["detail"] = {"firstName": "Viktor", "lastName": "Tsoi", "contact": {"phoneNumber": "+79140001122"}}
    passenger["cards"] = [{"type": "LOYALTY_CARD", "number": "card-4711"}]
    purchaser = {
        "externalRef": "firm-77",
        "detail": {
            "firstName": "Viktor",
            "lastName": "Baker",
            "postalAddress": {"street": "221B", "city": "Vladivostok", "countryCode": "RU"},
        },
    }
    asked = [{"externalRef": "my-own-Viktor", "type": "ADULT", "dateOfBirth": "1987-03-21"}]
    return retailer.post("/bookings", order(offer(retailer, asked), [passenger], purchaser=purchaser))["booking"]


def found(shop: Shop) -> set[str]:
    """Which of what was planted still stands anywhere in the database."""
    with shop.store.read() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [
            repr(tuple(row)) for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')).all()
        ]
    return {one for one in PLANTED if any(one in row for row in rows)}


def long_after(shop: Shop, border: Border) -> None:
    """Names go, and so do the answers kept for a week."""
    keeping = border.keeping()
    assert keeping is not None
    shop.clock.forward(days=keeping.names_days + 60)
    border.erase(COMMAND_LINE)
    shop.selling.call(lambda connection: answers.forget_old(connection, shop.clock.now()))


def test_what_a_retailer_said_of_anybody_goes_with_the_names(retailer: Retailer, shop: Shop, border: Border) -> None:
    booking = told_of(retailer)
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    assert found(shop) == set(PLANTED)
    long_after(shop, border)
    assert found(shop) == set()
    retailer.new_token()
    left = retailer.get(f"/bookings/{booking['id']}")["booking"]
    assert left["confirmedPrice"]["amount"] == booking["provisionalPrice"]["amount"]
    assert "purchaser" not in left
    assert left["passengers"][0].keys() == {"id", "externalRef", "type"}
    assert border.erase(COMMAND_LINE) == (), "once"


def test_a_purchaser_goes_too_of_a_booking_that_named_no_passenger(
    retailer: Retailer, shop: Shop, border: Border
) -> None:
    chosen = offer(retailer, adults())
    nobody = [{"externalRef": one, "type": "ADULT"} for one in chosen["passengerRefs"]]
    purchaser = {"detail": {"firstName": "Viktor", "lastName": "Baker"}}
    retailer.post("/bookings", order(chosen, nobody, purchaser=purchaser))  # and the hold lapses
    long_after(shop, border)
    assert found(shop) == set()


def test_no_barcode_that_names_somebody_is_left(retailer: Retailer, shop: Shop, border: Border) -> None:
    booking = bought(retailer, 2)
    path = f"/bookings/{booking['id']}/cancel-fulfillments-offers"
    said = retailer.post(path, {"fulfillmentIds": [booking["fulfillments"][0]["id"]]})
    retailer.patch(f"{path}/{said['cancelFulfillmentOffers'][0]['id']}", {"status": "CONFIRMED"})
    retailer.post(f"/bookings/{booking['id']}/fulfillments")

    def barcodes() -> list[str]:
        with shop.store.read() as connection:
            return list(connection.execute(text("SELECT reference FROM issued_ticket ORDER BY 1")).scalars())

    code = booking["id"]
    assert barcodes() == [f"{code}-1", f"{code}-1-2", f"{code}-2"], "the ticket that was made out anew too"
    long_after(shop, border)
    assert barcodes() == []


def test_the_offers_of_an_exchange_keep_no_birth_date(retailer: Retailer, shop: Shop, border: Border) -> None:
    booking = told_of(retailer)
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    booking = retailer.get(f"/bookings/{booking['id']}")["booking"]
    people_asked = [{"externalRef": "my-own-Viktor", "type": "ADULT", "dateOfBirth": "1987-03-21"}]
    (exchange,) = propose(retailer, booking, anonymousPassengerSpecifications=people_asked)["exchangeOffers"]
    operation = begun(retailer, booking, exchange)
    retailer.patch(where(booking, operation), {"preferredFulfillmentMedia": "UIC_PDF"})
    retailer.post(f"/bookings/{booking['id']}/fulfillments")
    before = read(retailer, booking)
    shop.clock.forward(days=1)
    long_after(shop, border)
    assert found(shop) == set()
    with shop.store.read() as connection:
        retail = retail_tables.read(connection, booking["id"], retailer.client_id)
        (kept,) = retail_tables.after_sales(connection, booking["id"])
    assert isinstance(kept.content, Exchanging)
    quote = kept.content.quote
    assert [(one.ref, one.birth_date) for one in quote.passengers] == [("1", None)]
    assert kept.content.token == quote.root, "the sealed quote tells birth dates"
    assert [one.id for one in retail.offers] == [one.root for one in retail.offers]
    retailer.new_token()
    after = read(retailer, booking)
    assert after["confirmedPrice"] == before["confirmedPrice"]
