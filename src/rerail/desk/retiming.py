"""A new edition moves a train that is sold in time: its bookings say the new times, and their passengers are told.

All in the transaction that adopts the edition, as the places are (`rerail.desk.reseating`). What a booking was sold
with is kept: by how much it was moved decides whether it may be given back in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.life.timetable import Timetable
from rerail.line.model import Line, Train
from rerail.line.stretch import stretch
from rerail.line.timing import CallTimes, call_times
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.model import Booking, Leg
from rerail.sale.refunding import FAR
from rerail.sale.sold import retime as write_down
from rerail.tell import outbox

_LOOK_BACK: Final = timedelta(days=2)
"""A departure's service date can be behind the UTC date; those that have left keep their edition in any case."""


class Retimed(Struct, frozen=True, kw_only=True):
    """A booking with a leg that leaves or arrives at another time."""

    departure: DepartureKey
    booking: str


def retime(connection: Connection, after: Timetable, edition: int, now: datetime) -> tuple[Retimed, ...]:
    """Give the booked legs the times of the new edition. Returns whose changed.

    The caller holds the transaction and the journal's lock, and has refused an edition that takes more away.
    """
    found: list[Retimed] = []
    for key in reading.live_departures(connection, now - _LOOK_BACK):
        version = after.at(key.train, key.service_date)
        if version is None:
            continue
        times = call_times(*version, key.service_date)
        for booking in reading.on_departures(connection, (key,), live=True):
            moved = dict(_moved(booking, key, version, times))
            if moved:
                legs = [moved.get(leg.number, leg) for leg in booking.legs]
                write_down(connection, booking.code, legs)
                found.append(Retimed(departure=key, booking=booking.code))
    _tell(connection, after.line, found, edition, now)
    return tuple(found)


def sentences(found: Sequence[Retimed]) -> tuple[str, ...]:
    """How many bookings have other times now, a sentence for each departure."""
    counts = Counter(one.departure for one in found)
    return tuple(
        f"Train {key.train} on {key.service_date}: {count} {'bookings have' if count != 1 else 'booking has'} "
        "other times now. They are told by letter."
        for key, count in sorted(counts.items())
    )


def _moved(
    booking: Booking, key: DepartureKey, version: tuple[Line, Train], times: Sequence[CallTimes]
) -> Iterator[tuple[int, Leg]]:
    """The legs on a departure that somebody still travels on, where their times are others now."""
    live = {part.leg for part in booking.parts if part.state in ("held", "confirmed")}
    for leg in booking.legs:
        calls = stretch(version[1], leg.board, leg.alight)
        if leg.departure != key or leg.number not in live or calls is None or calls[0] >= calls[1]:
            continue
        left, reached = times[calls[0]].departure, times[calls[1]].arrival
        assert left is not None
        assert reached is not None  # only the first call has no arrival, only the last no departure
        if (left.instant, reached.instant) != (leg.leaves, leg.arrives):
            yield leg.number, _with_times(leg, left.instant, reached.instant)


def _with_times(leg: Leg, leaves: datetime, arrives: datetime) -> Leg:
    sold = (leg.sold_leaves or leg.leaves, leg.sold_arrives or leg.arrives)
    if sold == (leaves, arrives):
        return replace(leg, leaves=leaves, arrives=arrives, sold_leaves=None, sold_arrives=None)
    return replace(leg, leaves=leaves, arrives=arrives, sold_leaves=sold[0], sold_arrives=sold[1])


def _tell(connection: Connection, line: Line, found: Sequence[Retimed], edition: int, now: datetime) -> None:
    """One letter to each booking, whatever was moved; it says so if something may be given back in full."""
    for booking in reading.read_many(connection, sorted({one.booking for one in found})):
        if booking.state(now) not in ("prebooked", "confirmed"):
            continue
        retail_events.retimed(connection, line, booking, edition, now)
        if not booking.email:
            continue
        live = {part.leg for part in booking.parts if part.state == "confirmed"}
        far = any(leg.moved > FAR for leg in booking.legs if leg.number in live)
        outbox.queue(
            connection,
            outbox.Message(
                id=f"retimed-{edition}-{booking.code}",
                kind="retimed",
                booking=booking.code,
                to=booking.email,
                language=booking.language,
                facts={"far": True} if far else {},
                created=now,
            ),
        )
