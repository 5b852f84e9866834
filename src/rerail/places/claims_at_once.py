"""Claims of many bookings by as few statements as those of one. The caller holds a write transaction; `now` is UTC.

What `rerail.places.claims` does for one booking after the other is done here for all that wait together, in the hope
that nothing stands in their way. If something does, the whole is refused, and each is done by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rerail.places.claims import PlaceTaken, claim_of, claim_row, is_taken
from rerail.places.model import Claim, CompartmentRule, DepartureKey, Spot
from rerail.places.tables import claim_table
from rerail.store.columns import microseconds
from rerail.store.literal import Literal, Rows, among, execute

_ROWS: Final = Rows(claim_table)

_LAPSED_EACH: Final = (
    "DELETE FROM place_claim "
    "WHERE departure = ? AND coach = ? AND place = ? AND board < ? AND alight > ? AND until <= ?"
)
_LAPSED_ALL: Final = (
    "DELETE FROM place_claim AS old USING jsonb_array_elements(%s::jsonb) AS given(one) "
    "WHERE old.departure = one ->> 0 AND old.coach = one ->> 1 AND old.place = one ->> 2 "
    "AND old.board < (one ->> 3)::integer AND old.alight > (one ->> 4)::integer AND old.until <= (one ->> 5)::bigint"
)
_CONFIRM: Final = Literal(
    "UPDATE place_claim SET until = NULL WHERE booking AMONG ? AND until > ? "
    "RETURNING departure, coach, place, board, alight, booking, part, compartment"
)
_RULED: Final = Literal(
    "SELECT DISTINCT departure FROM place_claim "
    "WHERE departure AMONG ? AND compartment IS NOT NULL AND (until IS NULL OR until > ?)"
)
_STAND_BESIDE: Final = Literal(
    "SELECT count(pg_advisory_xact_lock_shared(hashtextextended('compartments ' || one, 2))) "
    "FROM (SELECT jsonb_array_elements_text(?::jsonb) AS one) AS given"
)


def claim(connection: Connection, claims: Sequence[Claim], *, now: datetime) -> None:
    """Claim spots, held until the instants that the claims name; holds that lapsed in their way are deleted first.

    Raises `PlaceTaken` if a live claim overlaps; then nothing may be kept.
    """
    # In the same order whoever writes, so that two who want the same places do not wait for each other.
    ordered = sorted(claims, key=lambda one: (one.departure, one.spot))
    at = microseconds(now)
    ways = [
        (str(one.departure), one.spot.coach, one.spot.place, one.spot.alight, one.spot.board, at) for one in ordered
    ]
    if connection.dialect.name == "postgresql":
        execute(connection, _LAPSED_ALL, (among(ways),))
    else:
        execute(connection, _LAPSED_EACH, ways, many=True)
    try:
        _ROWS.add(connection, (claim_row(one) for one in ordered))
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise PlaceTaken(ordered[0].departure, (one.spot for one in ordered)) from error


def confirm(connection: Connection, bookings: Collection[str], *, now: datetime) -> Mapping[str, tuple[Claim, ...]]:
    """Make the holds of bookings that have not lapsed by `now` claims for good. Which these are, by booking.

    Whether they are all that a booking is to have is for the caller to see: if not, nothing may be kept.
    """
    found: dict[str, list[Claim]] = {code: [] for code in bookings}
    for row in _CONFIRM.run(connection, among(bookings), microseconds(now)).fetchall():
        one = _claim(row)
        found[one.booking].append(one)
    return {code: tuple(theirs) for code, theirs in found.items()}


def stand_beside(connection: Connection, departures: Iterable[DepartureKey]) -> None:
    """What `claims.lock_departure` is for whoever asks for no compartment: on many departures, in one order."""
    if connection.dialect.name == "postgresql":
        _STAND_BESIDE.run(connection, among(sorted({str(one) for one in departures})))


def ruled(connection: Connection, departures: Iterable[DepartureKey], now: datetime) -> frozenset[DepartureKey]:
    """Those of the departures on which a live claim was made under a rule of compartments: few, if any."""
    keys = {str(one): one for one in departures}
    rows = _RULED.run(connection, among(sorted(keys)), microseconds(now)).fetchall()
    return frozenset(keys[departure] for (departure,) in rows)


def _claim(row: Sequence[Any]) -> Claim:
    departure, coach, place, board, alight, booking, part, compartment = row
    rule: CompartmentRule | None = compartment
    return claim_of(departure, Spot(coach, place, board, alight), booking, part, None, rule)
