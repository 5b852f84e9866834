"""What a retailer's machine is told of its bookings: written into the outbox in the transaction of what happened.

A retailer that does not subscribe is told nothing, and reads its booking when it likes. An event names what to read
again; it is no copy of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, cast

from msgspec import Struct
from sqlalchemy import Connection

from rerail.line.model import Line
from rerail.sale import refunding, retail_history, retail_tables
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg
from rerail.sale.retail import ids_of
from rerail.sale.retail_history import Happening
from rerail.tell import outbox, subscriptions
from rerail.tell.outbox import Message

EventKind = Literal[
    "BOOKING_TRIP_CHANGED",
    "BOOKING_REACCOMMODATED",
    "ACCOMMODATION_RELEASED",
    "AFTERSALES_OVERRIDEN",
    "FULFILLMENT_AVAILABLE",
    "FULFILLMENT_REFUNDED",
    "PASSENGER_CHANGED",
]
"""The kinds of OSDM that happen here, in its spelling."""


Became = Literal[
    "PREBOOKED", "ON_HOLD", "FULFILLED", "CANCELLED", "RELEASED", "REFUNDED", "EXCHANGED", "EXCHANGE_ONGOING"
]
"""What a booking is after something happened to it, in OSDM's spelling."""

_SEEN_NOWHERE: Final = frozenset(
    {"BOOKING_TRIP_CHANGED", "BOOKING_REACCOMMODATED", "ACCOMMODATION_RELEASED", "PASSENGER_CHANGED"}
)
"""What is written down for the history of a booking; the rest can be told from what it is."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened to a retailer's booking."""

    kind: EventKind
    booking: str
    summary: str
    """For whoever reads a log, in English."""
    parts: tuple[str, ...]
    """The ids of the rights to travel and places it concerns."""
    tickets: tuple[str, ...]
    """The ids of the fulfillments it concerns."""
    at: datetime
    """UTC."""
    id: str


def tell(
    connection: Connection,
    booking: Booking,
    kind: EventKind,
    summary: str,
    *,
    key: str,
    now: datetime,
    parts: Collection[int] | None = None,
) -> bool:
    """Tell the retailer of a booking about some of its parts (default: all); whether it is told.

    `key` is made of what happened, so that telling twice is one.
    """
    if booking.channel != "retailer":
        return False
    if kind in _SEEN_NOWHERE:
        _note(connection, booking, kind, summary, f"{key}-{kind}", now, who="")
    if subscriptions.subscription_of(connection, booking.seller) is None:
        return False
    retail = retail_tables.read(connection, booking.code, booking.seller)
    concerned = [part for part in booking.parts if parts is None or part.number in parts]
    ids = [id_ for part in concerned for id_ in ids_of(retail, part)]
    tickets = [booking.reference(part) for part in concerned if part.state in ("confirmed", "released", "refunded")]
    return outbox.queue(
        connection,
        Message(
            id=f"event-{key}-{booking.code}-{kind.lower().replace('_', '-')}",
            kind=kind,
            booking=booking.code,
            to=retail.client,
            language="",
            facts={"summary": summary, "parts": ids, "tickets": tickets},
            created=now,
            channel="webhook",
        ),
    )


def note(
    connection: Connection,
    booking: Booking,
    kind: Literal["PASSENGER_CHANGED", "PURCHASER_CHANGED", "ACCOMMODATION_RELEASED"],
    summary: str,
    now: datetime,
) -> None:
    """Write down for the history of a booking what its own retailer did with it."""
    _note(connection, booking, kind, summary, f"{now:%Y%m%dT%H%M%S.%f}-{kind}", now, who=booking.seller)


def became(booking: Booking, now: datetime) -> Became:
    """What a booking is at an instant (UTC)."""
    state = booking.state(now)
    if state == "prebooked":
        return "ON_HOLD" if booking.paid else "PREBOOKED"
    return "FULFILLED" if state == "confirmed" else "REFUNDED" if state == "refunded" else "CANCELLED"


def _note(connection: Connection, booking: Booking, kind: str, summary: str, key: str, now: datetime, who: str) -> None:
    happening = Happening(key=key, at=now, kind=kind, became=became(booking, now), who=who, summary=summary)
    retail_history.note(connection, booking.code, happening)


def event_of(message: Message) -> Event:
    """The event that a message tells."""
    return Event(
        kind=cast(EventKind, message.kind),
        booking=message.booking,
        summary=message.facts["summary"],
        parts=tuple(message.facts["parts"]),
        tickets=tuple(message.facts["tickets"]),
        at=message.created,
        id=message.id,
    )


def suspended(
    connection: Connection, market: Market, booking: Booking, entry: int, parts: Sequence[Collection[int]]
) -> None:
    """A train of the booking does not run: `parts` are those given back, and those that were only held.

    What the booking has left may then be given back in full too. Of what was only held, places on trains that run
    were let go of with the others: those trains are not named.
    """
    now = market.now
    refunded, released = parts
    stopped = sorted({*refunded, *released})
    numbers = {part.leg for part in booking.parts if part.number in stopped}
    legs = [leg for leg in booking.legs if leg.number in numbers]
    halted = [leg for leg in legs if refunding.not_running(market, leg)] or legs
    trains = ", ".join(train_words(market.line, leg) for leg in halted)
    key = f"suspended-{entry}-{len(refunded)}"
    summary = f"{trains} does not run."
    tell(connection, booking, "BOOKING_TRIP_CHANGED", summary, key=key, now=now, parts=stopped)
    if refunded:
        summary = f"{trains} does not run; everything paid for it comes back."
        tell(connection, booking, "FULFILLMENT_REFUNDED", summary, key=key, now=now, parts=refunded)
    left = [part.number for part in booking.parts if part.state == "confirmed"]
    if left:
        summary = f"{trains} does not run; the other tickets may be given back in full."
        tell(connection, booking, "AFTERSALES_OVERRIDEN", summary, key=key, now=now, parts=left)


def retimed(connection: Connection, line: Line, booking: Booking, edition: int, now: datetime) -> None:
    """A new edition of the folder moved a train of the booking."""
    live = [part for part in booking.parts if part.state in ("held", "confirmed")]
    moved = {leg.number for leg in booking.legs if leg.moved}
    trains = ", ".join(
        train_words(line, leg) for leg in booking.legs if leg.number in moved and any(p.leg == leg.number for p in live)
    )
    parts = [part.number for part in live if part.leg in moved]
    key = f"retimed-{edition}"
    summary = f"{trains or 'A train'} leaves or arrives at another time."
    tell(connection, booking, "BOOKING_TRIP_CHANGED", summary, key=key, now=now, parts=parts or None)
    far = [part.number for part in live if part.state == "confirmed" and booking.leg(part.leg).moved > refunding.FAR]
    if far:
        summary = f"{trains} was moved by more than an hour; its tickets may be given back in full."
        tell(connection, booking, "AFTERSALES_OVERRIDEN", summary, key=key, now=now, parts=far)


def reseated(
    connection: Connection, booking: Booking, edition: int, parts: Collection[int], now: datetime, *, unseated: bool
) -> None:
    """A new edition of the folder gave passengers of the booking other places; `unseated`: or left them none."""
    key = f"reseated-{edition}"
    if not unseated:
        summary = "The train has other coaches; passengers have other places."
        tell(connection, booking, "BOOKING_REACCOMMODATED", summary, key=key, now=now, parts=parts)
        return
    summary = "The train has other coaches, and no place is left for these passengers."
    tell(connection, booking, "ACCOMMODATION_RELEASED", summary, key=key, now=now, parts=parts)
    summary = "No place is left on the train; the tickets may be given back in full."
    tell(connection, booking, "AFTERSALES_OVERRIDEN", summary, key=key, now=now, parts=parts)


def issued(connection: Connection, booking: Booking, now: datetime) -> None:
    """The tickets of the booking can be fetched."""
    parts = [part.number for part in booking.parts if part.state == "confirmed"]
    summary = "Tickets are issued."
    tell(connection, booking, "FULFILLMENT_AVAILABLE", summary, key=f"v{booking.version}", now=now, parts=parts)


def all_issued(connection: Connection, bookings: Mapping[str, Sequence[Booking]], now: datetime) -> None:
    """The tickets of many bookings can be fetched; `bookings` are by the retailer's client."""
    for client in sorted(subscriptions.subscribers_among(connection, bookings)):
        for booking in bookings[client]:
            issued(connection, booking, now)


def train_words(line: Line, leg: Leg) -> str:
    """A leg's train as a log reads it: "Train Vladivostok – Rason of 2026-12-10"."""
    train = line.trains.get(leg.departure.train)
    name = line.text(train.names, "en") if train is not None else leg.departure.train
    return f"Train {name} of {leg.departure.service_date}"
