"""Booking and confirming for many retailers at once: what `retailing_booking` and `retailing_confirming` do for one.

Each order is refused, done, or left to be done alone, exactly as it would be by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import Retailing, Standing, missing
from rerail.desk.retailing_booking import Order, prepared
from rerail.desk.retailing_confirming import payment_of
from rerail.desk.tickets import first_tickets
from rerail.people.clients import Pass
from rerail.sale import at_once, reading, retail_tables
from rerail.sale.errors import SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import Retail
from rerail.store.acts import ALONE, Alone

Outcome = Standing | SaleError | Alone


class Booked(NamedTuple):
    """A retailer books."""

    retailer: Pass
    order: Order


class Confirmed(NamedTuple):
    """A retailer confirms."""

    retailer: Pass
    code: str


def book(retailing: Retailing, connection: Connection, market: Market, orders: Sequence[Booked]) -> Sequence[Outcome]:
    """Hold all places of the offers of each order, or none of it."""
    outcomes: dict[int, Outcome] = {}
    wanted = []
    for number, (retailer, order) in enumerate(orders):
        try:
            wanted.append((number, prepared(retailing, connection, market, retailer, order)))
        except SaleError as error:
            outcomes[number] = error
    held = at_once.hold(connection, market, [(offer, buyer) for _, (offer, buyer, _) in wanted])
    kept: dict[str, Retail] = {}
    for (number, (_, _, retail)), one in zip(wanted, held, strict=True):
        outcomes[number] = one if not isinstance(one, Booking) else ALONE
        if isinstance(one, Booking):
            kept[one.code] = retail
            retailer = orders[number].retailer
            outcomes[number] = retailing.standing(connection, market, one, retailer, retail=retail, booked=True)
    retail_tables.add_all(connection, kept)
    return [outcomes[number] for number in range(len(orders))]


def confirm(
    retailing: Retailing, connection: Connection, market: Market, orders: Sequence[Confirmed]
) -> Sequence[Outcome]:
    """Confirm everything held under each code, and issue the tickets.

    Whatever is not as simple as that is left to be done alone: it is looked at there once more.
    """
    codes = {one.code for one in orders if "\0" not in one.code}
    retails = retail_tables.read_all(connection, codes)
    bookings = _bookings(connection, market, [code for code in codes if code in retails])
    paying = {}
    for retailer, code in orders:
        booking, retail = bookings.get(code), retails.get(code)
        if booking is None or retail is None or retail.client != retailer.client or code in paying:
            continue
        if booking.confirmed is None and not booking.group and booking.named and not missing(market, booking):
            paying[code] = (booking, payment_of(booking, retailer))
    outcomes = at_once.confirm(connection, market, list(paying.values()))
    confirmed = {one.code: one for one in outcomes if isinstance(one, Booking)}
    specimen = retailing.selling.current.snapshot().demo
    barcodes = first_tickets(connection, market, list(confirmed.values()), specimen=specimen) if confirmed else {}
    by_client: dict[str, list[Booking]] = {}
    for code, booking in confirmed.items():
        by_client.setdefault(retails[code].client, []).append(booking)
    retail_events.all_issued(connection, by_client, market.now)
    return [
        Standing(market=market, booking=confirmed.pop(code), retail=retails[code], barcodes=barcodes[code])
        if code in confirmed and retails[code].client == retailer.client
        else ALONE
        for retailer, code in orders
    ]


def _bookings(connection: Connection, market: Market, codes: Sequence[str]) -> dict[str, Booking]:
    """The bookings as this process last saw them, or as they are."""
    known = {code: one for code in codes if (one := market.kept.booking(code)) is not None}
    unknown = [code for code in codes if code not in known]
    return {**known, **{one.code: one for one in reading.read_many(connection, unknown)}}
