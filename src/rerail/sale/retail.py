"""A booking as the retailer knows it that sold it: its offers, its own names for passengers, its refund offers.

What it said of passengers and purchaser beyond what a sale needs is kept as it was said, and echoed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.line.tariff import CategoryId, Rate
from rerail.sale.errors import Incompatible
from rerail.sale.model import Booking, LegOffer, Offer, Part, RefundOffer

REFUND_GOOD_FOR: Final = timedelta(minutes=15)
_ROOTS: Final = 4
"""Offers in one booking, at most."""


class QuotedPassenger(Struct, frozen=True, array_like=True):
    """A passenger as an offer was asked for."""

    ref: str
    """The retailer's own name for the passenger."""
    kind: str
    """Of what type the retailer says the passenger is."""
    category: CategoryId
    birth_date: date | None = None


class QuotedExchange(Struct, frozen=True, kw_only=True):
    """The tickets that an offer is an exchange for."""

    booking: str
    back: RefundOffer
    """What comes back of them, whatever the rule is by the time it is taken."""
    overrule: str | None = None
    """The code by which the rules of the tariff are set aside."""


class Quote(Struct, frozen=True, kw_only=True):
    """An offer made to a retailer. Nothing is written; the token carries it, sealed."""

    client: str
    root: str
    """What the ids of its parts begin with, then and once it is booked."""
    passengers: tuple[QuotedPassenger, ...]
    offer: Offer
    exchange: QuotedExchange | None = None
    """None: bought anew."""

    @property
    def due(self) -> Money:
        """What is to be paid; negative: what comes back."""
        return self.offer.total if self.exchange is None else self.offer.total - self.exchange.back.total


class BookedOffer(Struct, frozen=True, kw_only=True):
    """An offer that became part of a booking."""

    id: str
    """The sealed quote, as the retailer sent it."""
    root: str
    made: datetime
    external_ref: str | None
    legs: tuple[int, ...]
    """The numbers of its legs in the booking."""
    order: tuple[int, ...]
    """For each of the booking's passengers, the place (from 0) among those the offer was made for; -1: not among."""


class BookedPassenger(Struct, frozen=True, kw_only=True):
    """A passenger as the retailer knows it."""

    ref: str
    kind: str
    said: Mapping[str, Any] = {}
    """What else it said, in its words."""


class Retail(Struct, frozen=True, kw_only=True):
    """What a retailer knows of a booking that the sale does not."""

    client: str
    external_ref: str | None
    offers: tuple[BookedOffer, ...]
    passengers: tuple[BookedPassenger, ...]
    """In the order of the booking's passengers."""
    said: Mapping[str, Any] = {}
    """The purchaser, and how the retailer would like its tickets, in its words."""


class RetailRefund(Struct, frozen=True, kw_only=True):
    """A refund offer made to a retailer: good for a quarter of an hour at the price it names."""

    id: str
    state: Literal["proposed", "confirmed"]
    created: datetime
    until: datetime
    confirmed: datetime | None = None
    offer: RefundOffer
    overrule: str | None = None
    """The code by which the rules of the tariff were set aside."""

    def pending(self, now: datetime) -> bool:
        """Whether it may still be confirmed at an instant (UTC)."""
        return self.state == "proposed" and now < self.until


def unnamed(retail: Retail) -> Retail:
    """What is left once its passengers are forgotten: nothing of what the retailer said of anybody.

    An offer goes by its root from then on: the sealed quote tells birth dates.
    """
    return replace(
        retail,
        offers=tuple(replace(one, id=one.root) for one in retail.offers),
        passengers=tuple(
            BookedPassenger(ref=str(number), kind=one.kind) for number, one in enumerate(retail.passengers, start=1)
        ),
        said={},
    )


def unnamed_quote(quote: Quote, retail: Retail) -> Quote:
    """The same of a quote that a booking keeps. `retail` is what the retailer knows of it, not yet forgotten."""
    refs = {one.ref: str(number) for number, one in enumerate(retail.passengers, start=1)}
    passengers = (replace(one, ref=refs.get(one.ref, ""), birth_date=None) for one in quote.passengers)
    return replace(quote, passengers=tuple(passengers))


def admission_id(offer: BookedOffer, part: Part) -> str:
    """The id of a part's right to travel: the same in the offer and in the booking."""
    return f"{offer.root}-A{_number(offer, part)}"


def reservation_id(offer: BookedOffer, part: Part) -> str:
    """The id of a part's place."""
    return f"{offer.root}-R{_number(offer, part)}"


def part_ids(root: str, leg: int, passenger: int, passengers: int) -> tuple[str, str]:
    """The ids of right to travel and place of a passenger (from 0) on a leg (from 0) of an offer."""
    number = leg * passengers + passenger + 1
    return f"{root}-A{number}", f"{root}-R{number}"


def _number(offer: BookedOffer, part: Part) -> int:
    passengers = sum(place >= 0 for place in offer.order)
    return offer.legs.index(part.leg) * passengers + offer.order[part.passenger - 1] + 1


def ids_of(retail: Retail, part: Part) -> tuple[str, ...]:
    """The ids of a part's right to travel and, if it has one, of its place."""
    for offer in retail.offers:
        if part.leg in offer.legs:
            admission = admission_id(offer, part)
            return (admission, reservation_id(offer, part)) if part.spots else (admission,)
    return ()


def parts_by_id(retail: Retail, booking: Booking) -> dict[str, Part]:
    """The booking's parts by the ids of their rights to travel and of their places."""
    found: dict[str, Part] = {}
    for offer in retail.offers:
        for part in booking.parts:
            if part.leg in offer.legs:
                found[admission_id(offer, part)] = part
                found[reservation_id(offer, part)] = part
    return found


def without_booking_fees(offer: Offer) -> Offer:
    """An offer without the fees per booking: what it is added to has paid them."""
    fees = sum(fee.charged.amount for fee in offer.fees)
    return replace(offer, fees=(), total=Money(offer.total.amount - fees, offer.total.currency))


def merged(quotes: Sequence[Quote]) -> tuple[Offer, tuple[tuple[int, ...], ...]]:
    """Several offers for the same passengers as one, and which of its legs (from 1) are each's.

    Raises `Incompatible`.
    """
    first = quotes[0]
    if len(quotes) > _ROOTS:
        raise Incompatible("A booking has at most %(most)d offers; make another booking.", "offers", most=_ROOTS)
    if any(quote.exchange is not None for quote in quotes):
        raise Incompatible("An exchange offer is taken by an exchange operation in its booking.", "offers")
    if any(sorted(quote.passengers, key=_ref) != sorted(first.passengers, key=_ref) for quote in quotes):
        raise Incompatible("Offers of one booking are for the same passengers; make another booking.", "offers")
    if len({quote.root for quote in quotes}) < len(quotes):
        raise Incompatible("An offer is booked once; ask for another.", "offers")
    if any((q.offer.ask.currency, q.offer.tariff) != (first.offer.ask.currency, first.offer.tariff) for q in quotes):
        raise Incompatible("The offers are in several currencies or by several tariffs; ask for new ones.", "offers")
    order = sorted(range(len(quotes)), key=lambda one: quotes[one].offer.legs[0].ask.service_date)
    legs: list[LegOffer] = []
    numbers: dict[int, tuple[int, ...]] = {}
    for position in order:
        journeys = len({leg.ask.journey for leg in legs})
        own = [_moved(leg, journeys) for leg in quotes[position].offer.legs]
        numbers[position] = tuple(range(len(legs) + 1, len(legs) + len(own) + 1))
        legs += own
    rates: list[Rate] = []
    for quote in quotes:
        rates += [rate for rate in quote.offer.rates if rate not in rates]
    booking_fees = sum(fee.charged.amount for fee in first.offer.fees)
    total = sum(quote.offer.total.amount for quote in quotes) - booking_fees * (len(quotes) - 1)
    offer = replace(
        first.offer,
        ask=replace(first.offer.ask, legs=tuple(leg.ask for leg in legs)),
        legs=tuple(legs),
        total=Money(total, first.offer.ask.currency),
        rates=tuple(rates),
        illustrative=any(quote.offer.illustrative for quote in quotes),
    )
    return offer, tuple(numbers[position] for position in range(len(quotes)))


def _moved(leg: LegOffer, journeys: int) -> LegOffer:
    return replace(leg, ask=replace(leg.ask, journey=leg.ask.journey + journeys)) if journeys else leg


def _ref(passenger: QuotedPassenger) -> str:
    return passenger.ref
