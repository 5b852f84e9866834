"""Selling to retailers: the counter as a machine asks for it.

A retailer's act is a function of a connection and the moment's market, as every act of selling.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk.retailing_border import Lack, RetailersBorder
from rerail.desk.sale_desk import Act
from rerail.desk.selling import Selling
from rerail.desk.tickets import issued_tickets, printable
from rerail.people.clients import Pass
from rerail.sale import offers, reading, retail_tables
from rerail.sale.after_sale import AfterSale, Content
from rerail.sale.errors import OfferForged, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking, LegAsk, Offer
from rerail.sale.retail import Quote, QuotedExchange, QuotedPassenger, Retail, RetailRefund, without_booking_fees
from rerail.sale.seal import opened_quote, sealed_quote
from rerail.sale.ticket_number import ticket_number
from rerail.ticket.pdf import pdf

T = TypeVar("T")
RetailAct = Callable[[Connection, Market], T]

CHANNEL: Final = "retailer"


class Quoted(Struct, frozen=True):
    """A quote and its token: the token is what the retailer sends back."""

    quote: Quote
    token: str


class Standing(Struct, frozen=True, kw_only=True):
    """A retailer's booking as it stands: everything that is said of it."""

    market: Market
    booking: Booking
    retail: Retail
    refunds: tuple[RetailRefund, ...] = ()
    after_sales: tuple[AfterSale[Content], ...] = ()
    """What else was offered after the sale, oldest first."""
    barcodes: Mapping[int, bytes] = {}
    """Of the tickets that are good, by part."""
    missing: tuple[tuple[int, str], ...] = ()
    """What must be known before it can be confirmed: passenger's number and member."""
    later: tuple[tuple[int, str], ...] = ()
    """Who is in a group: by its own deadline, and never a reason not to confirm."""
    border: tuple[Lack, ...] = ()
    """What borders still ask for, by their own deadlines, and never a reason not to confirm."""


class Retailing:
    """The retailers' counter of one process."""

    def __init__(self, selling: Selling, *, border: RetailersBorder | None = None) -> None:
        """`border` asks for documents where one is crossed; None: nobody does."""
        self.selling: Final = selling
        self.border: Final = border

    def market(self) -> Market:
        """What an answer goes by that writes nothing."""
        return self.selling.market()

    async def run(self, act: Act[bytes]) -> bytes:
        """Do an act in the writer's next transaction; returns after the commit."""
        return await self.selling.run(act)

    # Offers

    def quotes(
        self,
        retailer: Pass,
        journeys: Sequence[tuple[LegAsk, ...]],
        passengers: tuple[QuotedPassenger, ...],
        currency: str,
        exchange: QuotedExchange | None = None,
    ) -> list[Quoted | SaleError]:
        """Each of these journeys priced and sealed, or the error that says why it cannot be.

        As an `exchange` it bears no fee per booking: there is one already.
        """
        secret = self.selling.secret()
        found: list[Quoted | SaleError] = []
        for made in self._made(retailer, journeys, passengers, currency, glance=False):
            if isinstance(made, SaleError):
                found.append(made)
                continue
            quote = Quote(
                client=retailer.client,
                root=secrets.token_hex(5),
                passengers=passengers,
                offer=without_booking_fees(made) if exchange is not None else made,
                exchange=exchange,
            )
            found.append(Quoted(quote, sealed_quote(quote, secret)))
        return found

    def prices(
        self,
        retailer: Pass,
        journeys: Sequence[tuple[LegAsk, ...]],
        passengers: tuple[QuotedPassenger, ...],
        currency: str,
    ) -> list[Offer | SaleError]:
        """The same, not sealed and at a glance: to be compared, and not to be booked."""
        return self._made(retailer, journeys, passengers, currency, glance=True)

    def _made(
        self,
        retailer: Pass,
        journeys: Sequence[tuple[LegAsk, ...]],
        passengers: tuple[QuotedPassenger, ...],
        currency: str,
        *,
        glance: bool,
    ) -> list[Offer | SaleError]:
        market = self.market()
        counts: dict[str, int] = {}
        for one in passengers:
            counts[one.category] = counts.get(one.category, 0) + 1
        groups = market.tariff.groups
        group = groups is not None and len(passengers) >= groups.from_passengers
        found: list[Offer | SaleError] = []
        with self.selling.store.reading() as connected:
            for legs in journeys:
                ask = Ask(
                    legs=legs,
                    counts=counts,
                    currency=currency,
                    channel=CHANNEL,
                    seller=retailer.client,
                    group=group,
                    tour_operator=retailer.tour_operator,
                )
                try:
                    found.append(offers.offer(connected, market, ask, glance=glance))
                except SaleError as error:
                    found.append(error)
        return found

    def opened(self, connection: Connection, market: Market, retailer: Pass, token: str) -> Quote:
        """A quote that the retailer sends back. Raises `OfferForged` (another's too), `OfferExpired`."""
        quote = opened_quote(token, self.selling.secret_in(connection), market.now)
        if quote.client != retailer.client:
            raise OfferForged("This offer was not made here, or was changed on the way. Ask for a new one.")
        return quote

    def settled_up(self, connection: Connection, booking: Booking) -> Booking:
        """Have what is owed go back the way it came: off the retailer's account."""
        return self.selling.settled_up(connection, booking)

    # Bookings

    def booking(self, retailer: Pass, code: str) -> Standing:
        """A booking as it stands, after whatever it is owed was given back. Raises `NoBooking`."""
        with self.selling.store.read() as connection:
            retail_tables.read(connection, code, retailer.client)
        booking = self.selling.booking(code)
        market = self.market()
        with self.selling.store.read() as connection:
            return self.standing(connection, market, booking, retailer)

    def standing(
        self,
        connection: Connection,
        market: Market,
        booking: Booking,
        retailer: Pass,
        *,
        retail: Retail | None = None,
        issue: bool = False,
        booked: bool = False,
    ) -> Standing:
        """Everything that is said of a booking; `issue` its tickets if they are not yet. Raises `NoBooking`.

        `booked` just now, nothing but what it was booked with can be known of it.
        """
        own = retail if retail is not None else retail_tables.read(connection, booking.code, retailer.client)
        state = booking.state(market.now)
        barcodes: dict[int, bytes] = {}
        if booking.named and any(part.state == "confirmed" and not part.recalled for part in booking.parts):
            specimen = self.selling.current.snapshot().demo
            signed = issued_tickets(connection, market, booking, specimen=specimen, keep=issue)
            parts = {booking.reference(part): part.number for part in booking.parts}
            barcodes = {parts[ticket.reference]: code for ticket, code in signed}
        new = booking.version == 1
        live = state in ("prebooked", "confirmed")
        return Standing(
            market=market,
            booking=booking,
            retail=own,
            refunds=() if new else retail_tables.refunds(connection, booking.code),
            after_sales=() if new else retail_tables.after_sales(connection, booking.code),
            barcodes=barcodes,
            missing=missing(market, booking) if live else (),
            later=untold(market, booking) if live and booking.group else (),
            border=self.border.lacks(connection, market, booking, told=not booked)
            if live and self.border is not None
            else (),
        )

    def search(self, retailer: Pass, text: str | None, external_ref: str | None, most: int) -> tuple[Standing, ...]:
        """The retailer's bookings found by code, a passenger's name, or its own reference."""
        market = self.market()
        with self.selling.store.read() as connection:
            found = reading.search(connection, text) if text is not None else None
            codes = None if found is None else [one.code for one in found]
            mine = retail_tables.codes_of(connection, retailer.client, codes=codes, external_ref=external_ref)
            bookings = reading.read_many(connection, mine[:most])
            return tuple(self.standing(connection, market, one, retailer) for one in bookings)

    def printed(self, ticket: str, language: str) -> bytes:
        """A ticket ("K7MP4XQ2-3") as a PDF. Raises `NoBooking`, `NotPossible`, `TicketError`."""
        number = ticket_number(ticket)
        booking = self.selling.booking(number.code if number is not None else ticket)
        specimen = self.selling.current.snapshot().demo
        with self.selling.store.read() as connection:
            one = printable(connection, self.market(), booking, ticket, language, specimen=specimen)
        return pdf([one], "a4", language)


def missing(market: Market, booking: Booking) -> tuple[tuple[int, str], ...]:
    """What must be known of passengers before a booking is confirmed; of a group nothing: its names come later."""
    return () if booking.group else untold(market, booking)


def untold(market: Market, booking: Booking) -> tuple[tuple[int, str], ...]:
    """What is not known yet of passengers: names, and birth dates that set a price."""
    categories = market.tariff_of(booking).categories
    found: list[tuple[int, str]] = []
    for passenger in booking.travellers:
        if not passenger.given_names and not passenger.named:
            found.append((passenger.number, "detail.firstName"))
        if not passenger.family_name:
            found.append((passenger.number, "detail.lastName"))
        if passenger.birth_date is None and categories[passenger.category].asks_birth_date:
            found.append((passenger.number, "dateOfBirth"))
    return tuple(found)
