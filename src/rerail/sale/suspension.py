"""A service that does not run: who is owed what is derived, and given back in full, once.

No job is kept. The work left is a question: which live parts are on departures that do not run?
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.life.consent import Departure, Life
from rerail.line.amount import Money
from rerail.places.model import DepartureKey
from rerail.sale import reading, refunding
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part
from rerail.sale.refunding import fees_in_full, in_full, write

AT_ONCE: Final = 100
"""Parts per transaction: a suspension of a full season must not keep everybody else waiting."""
_LOOK_BACK: Final = timedelta(days=60)
"""How long after its date a departure that did not run is still looked for, should nothing have run meanwhile."""


class Hit(Struct, frozen=True, kw_only=True):
    """A booking that a suspension hits, and the money to give back."""

    booking: Booking
    parts: tuple[int, ...]
    """Sold parts, and held ones."""
    departures: tuple[DepartureKey, ...]
    back: Money
    """Fares and fees of what is sold; for held places what was paid ahead (a deposit)."""


class Owed(Struct, frozen=True, kw_only=True):
    """A booking as a suspension left it."""

    booking: Booking
    entry: int
    """The journal's number of the decision; 0 if the running days changed without one."""
    refunded: tuple[int, ...]
    released: tuple[int, ...]
    """Held parts that were let go."""


def hits(connection: Connection, stopped: Collection[DepartureKey], now: datetime) -> tuple[Hit, ...]:
    """Every booking with something live on departures that are to stop."""
    keys = set(stopped)
    return tuple(
        hit
        for booking in reading.on_departures(connection, keys, live=True)
        if (hit := _hit(booking, keys, now)) is not None
    )


def to_give_back(found: Iterable[Hit]) -> tuple[Money, ...]:
    """The sum to give back, per currency."""
    sums: dict[str, int] = {}
    for hit in found:
        sums[hit.back.currency] = sums.get(hit.back.currency, 0) + hit.back.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()))


def give_back_owed(connection: Connection, market: Market, most: int = AT_ONCE) -> tuple[Owed, ...]:
    """Give back about `most` parts on departures that do not run. Empty: nothing is owed.

    The caller holds the line's lock and a write transaction, and calls again until nothing is left.
    """
    done: list[Owed] = []
    count = 0
    for key in reading.live_departures(connection, market.now - _LOOK_BACK):
        departure = market.life.departure(key.train, key.service_date)
        if departure is not None and departure.runs:
            continue
        for booking in reading.on_departures(connection, (key,), live=True):
            owed = give_back_booking(connection, market, booking.code)
            if owed is not None:
                done.append(owed)
                count += len(owed.refunded) + len(owed.released)
            if count >= most:
                return tuple(done)
    return tuple(done)


def owing(connection: Connection, market: Market) -> tuple[str, ...]:
    """The codes of the bookings with something live on departures that do not run."""
    keys = []
    for key in reading.live_departures(connection, market.now - _LOOK_BACK):
        departure = market.life.departure(key.train, key.service_date)
        if departure is None or not departure.runs:
            keys.append(key)
    return tuple(booking.code for booking in reading.on_departures(connection, keys, live=True))


def give_back_booking(connection: Connection, market: Market, code: str) -> Owed | None:
    """Give back what one booking is owed; None: nothing."""
    booking = locked(connection, code)
    stopped = stopped_departures(market.life, booking)
    live = [part for part in booking.parts if booking.leg(part.leg).departure in stopped]
    sold = [part for part in live if part.state == "confirmed"]
    held = [part.number for part in live if holds(booking, part, market.now)]
    if not sold and not held:
        return None
    entry = max(stopped.values(), default=0)
    if held:
        # A booking is held all or none: without one leg, the others are let go too.
        held = [part.number for part in booking.parts if holds(booking, part, market.now)]
        freed(connection, market, code, held)
        set_state(connection, booking, held, "cancelled")
    if sold:
        numbers = [part.number for part in sold]
        write(
            connection,
            market,
            booking,
            [in_full(booking, part) for part in sold],
            "suspended",
            entry,
            fees_in_full(booking, numbers),
        )
    return Owed(
        booking=locked(connection, code),
        entry=entry,
        refunded=tuple(part.number for part in sold),
        released=tuple(held),
    )


def give_back(
    connection: Connection, market: Market, code: str, parts: Collection[int], version: int | None
) -> tuple[Booking, Owed | None]:
    """Give parts back at the passenger's wish; what does not run is first given back as that, if any of it is chosen.

    Whoever is quicker than the housekeeping loses nothing by it: the reason is the suspension, and another departure
    may be taken instead. The second value is what was given back for that reason; its booking is the one returned.
    Raises `NoBooking`, `BookingMoved`, `NotPossible`.
    """
    booking = locked(connection, code, version)
    stopped = stopped_departures(market.life, booking)
    chosen = [part for part in booking.parts if part.number in parts and booking.leg(part.leg).departure in stopped]
    owed = give_back_booking(connection, market, code) if chosen else None
    if owed is None:
        return refunding.give_back(connection, market, code, parts, None), None
    rest = set(parts) - set(owed.refunded)
    if rest:
        owed = replace(owed, booking=refunding.give_back(connection, market, code, rest, None))
    return owed.booking, owed


def stopped_departures(life: Life, booking: Booking) -> dict[DepartureKey, int]:
    """The booking's departures that do not run, each with the number of the entry that decided it (0: none)."""
    found: dict[DepartureKey, int] = {}
    for leg in booking.legs:
        departure = life.departure(leg.departure.train, leg.departure.service_date)
        if departure is None:
            found[leg.departure] = 0
        elif not departure.runs:
            found[leg.departure] = decided_by(departure)
    return found


def decided_by(departure: Departure) -> int:
    """The number of the newest entry by which a departure does not run; 0 if none says so."""
    if departure.cancelled is not None:
        return departure.cancelled.seq
    return max((key.entry.seq for key in departure.keys if not key.consent and key.entry is not None), default=0)


def holds(booking: Booking, part: Part, now: datetime) -> bool:
    """Whether a part is held; a group's whose balance is overdue is not, but its deposit is ours to give back."""
    return part.waits(now) or (part.state == "held" and booking.confirmed is None and booking.paid.amount > 0)


def _hit(booking: Booking, stopped: set[DepartureKey], now: datetime) -> Hit | None:
    live = [
        part
        for part in booking.parts
        if (part.state == "confirmed" or holds(booking, part, now)) and booking.leg(part.leg).departure in stopped
    ]
    if not live:
        return None
    sold = [part for part in live if part.state == "confirmed"]
    if sold:
        amount = sum(part.price.total.amount for part in sold)
        amount += fees_in_full(booking, [part.number for part in sold]).amount
    else:
        amount = booking.paid.amount if booking.confirmed is None else 0
    return Hit(
        booking=booking,
        parts=tuple(part.number for part in live),
        departures=tuple(sorted({booking.leg(part.leg).departure for part in live})),
        back=Money(amount, booking.currency),
    )
