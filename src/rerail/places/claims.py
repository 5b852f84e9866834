"""Claims on places: taken, confirmed, given back. The caller holds a write transaction; `now` is UTC.

A hold lapses at its `until` and nothing has to be done then: whoever looks ignores it, and whoever claims the
place next deletes it first. That two claims never overlap is the database's doing; here its refusal is only
given a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from rerail.places.model import Claim, CompartmentRule, DepartureKey, Spot
from rerail.places.prepared import Prepared
from rerail.places.refusal import HoldLost as HoldLost  # noqa: PLC0414  (raised here, so looked for here)
from rerail.places.refusal import PlaceTaken as PlaceTaken  # noqa: PLC0414
from rerail.places.tables import OVERLAP, claim_table
from rerail.store.columns import Instant, instant_of, microseconds
from rerail.store.literal import Literal

_claims = claim_table.c
_INSTANT = Instant()

_LAPSED = Prepared(
    delete(claim_table).where(
        _claims.departure == bindparam("departure"),
        _claims.coach == bindparam("coach"),
        _claims.place == bindparam("place"),
        _claims.board < bindparam("alight"),
        _claims.alight > bindparam("board"),
        _claims.until <= bindparam("now"),
    )
)

# A train that is nearly sold out has a thousand of them, and is looked at every second.
_SPOTS = Literal(
    "SELECT coach, place, board, alight, until, compartment FROM place_claim "
    "WHERE departure = ? AND (until IS NULL OR until > ?)"
)

_WHERE = ("departure", "coach", "place", "board", "alight")

_INSERT = Prepared(insert(claim_table))

_CONFIRM = Prepared(
    update(claim_table)
    .where(_claims.booking == bindparam("of"), _claims.until > bindparam("now"))
    .values(until=bindparam("to"))
)


def claim(
    connection: Connection,
    departure: DepartureKey,
    wanted: Sequence[tuple[int, Spot]],
    *,
    booking: str,
    until: datetime | None,
    now: datetime,
    compartment: CompartmentRule | None = None,
) -> None:
    """Claim spots for the parts of a booking, held until an instant (UTC) or for good (None).

    Holds that lapsed by `now` and stand in the way are deleted first. Raises `PlaceTaken` if a live claim
    overlaps; then the caller rolls back to its savepoint, or all.
    """
    # In the same order whoever writes, so that two who want the same places do not wait for each other.
    rows = [
        {
            "departure": str(departure),
            "coach": spot.coach,
            "place": spot.place,
            "board": spot.board,
            "alight": spot.alight,
            "until": _stored(connection, until),
            "booking": booking,
            "part": part,
            "compartment": compartment,
        }
        for part, spot in sorted(wanted, key=lambda one: (one[1], one[0]))
    ]
    if rows:
        at = _stored(connection, now)
        _LAPSED.run(connection, [{name: row[name] for name in _WHERE} | {"now": at} for row in rows])
    _insert(connection, departure, rows)


def confirm(
    connection: Connection, booking: str, parts: Collection[int] | None, *, now: datetime, spots: int | None = None
) -> None:
    """Make a booking's holds, or those of some of its parts, claims for good.

    Raises `HoldLost`, and nothing may be kept, if a hold has lapsed by `now` or is gone: `parts` are to name
    only parts that have a place; `spots`, if given, is how many rows there must be.
    """
    _settle(connection, booking, parts, None, now, spots)


def extend(connection: Connection, booking: str, *, until: datetime, now: datetime, spots: int | None = None) -> None:
    """Hold a booking's places until another instant (UTC): a group's, its deposit paid. Raises `HoldLost`."""
    _settle(connection, booking, None, until, now, spots)


def release(connection: Connection, booking: str, parts: Collection[int] | None = None) -> int:
    """Give back a booking's places, or those of some of its parts. Returns how many claims that were."""
    return connection.execute(delete(claim_table).where(_of(booking, parts))).rowcount


def claims_on(connection: Connection, departures: Collection[DepartureKey], now: datetime) -> tuple[Claim, ...]:
    """The live claims on departures: sold, or held beyond `now`; by departure, coach, place, stretch."""
    live = or_(_claims.until.is_(None), _claims.until > now)
    query = select(claim_table).where(_claims.departure.in_([str(one) for one in departures]), live)
    return tuple(sorted((_claim(row) for row in connection.execute(query)), key=lambda one: (one.departure, one.spot)))


def claims_of(connection: Connection, booking: str) -> tuple[Claim, ...]:
    """Every claim of a booking, lapsed ones included; by part, departure and place."""
    found = [_claim(row) for row in connection.execute(select(claim_table).where(_claims.booking == booking))]
    return tuple(sorted(found, key=lambda one: (one.part, one.departure, one.spot.board, one.spot)))


def reseat(
    connection: Connection,
    booking: str,
    part: int,
    old: Sequence[Spot],
    new: Sequence[Spot],
    departure: DepartureKey,
    now: datetime,
) -> None:
    """Move a part from its spots to others on the same departure, held or sold as it was.

    Raises `HoldLost` if it does not have the old ones (any more), `PlaceTaken` if a new one is somebody's.
    """
    was = {one.spot: one for one in claims_of(connection, booking) if one.part == part and one.departure == departure}
    if not old or any(spot not in was or _lapsed(was[spot], now) for spot in old):
        raise HoldLost(booking)
    first = was[old[0]]
    for spot in sorted(old):
        connection.execute(delete(claim_table).where(_of(booking, [part]), _at(departure, spot)))
    claim(
        connection,
        departure,
        [(part, spot) for spot in new],
        booking=booking,
        until=first.until,
        now=now,
        compartment=first.compartment,
    )


def renumber(connection: Connection, departure: DepartureKey, calls: Mapping[int, int]) -> None:
    """Give the claims on a departure new call indexes: an edition put a call in, or took one out.

    `calls` says for each old index the new one; indexes it does not name stay. All rows change in one step:
    one after the other they would run into each other on the way. Raises `PlaceTaken` if claims that did not
    overlap would, and `ValueError` if a stretch would have no segment left.
    """
    on = _claims.departure == str(departure)
    rows = [
        dict(row._mapping) | {"until": _stored(connection, row.until)}
        for row in connection.execute(select(claim_table).where(on))
    ]
    for row in rows:
        row["board"], row["alight"] = calls.get(row["board"], row["board"]), calls.get(row["alight"], row["alight"])
        if row["board"] >= row["alight"]:
            raise ValueError(f"{departure}: booking {row['booking']} would board and alight at one call")
    connection.execute(delete(claim_table).where(on))
    rows.sort(key=lambda row: (row["coach"], row["place"], row["board"]))
    _insert(connection, departure, rows)


def spots_on(
    connection: Connection, departure: DepartureKey, now: datetime
) -> Iterable[tuple[str, str, int, int, datetime | None, CompartmentRule | None]]:
    """Coach, place, board, alight, until and compartment rule of each live claim: what a cache is filled from."""
    return [
        (coach, place, board, alight, None if until is None else instant_of(until), compartment)
        for coach, place, board, alight, until, compartment in _SPOTS.run(
            connection, str(departure), microseconds(now)
        ).fetchall()
    ]


def lock_departure(connection: Connection, departure: DepartureKey, *, alone: bool) -> None:
    """Until this transaction ends, let nobody ask for a compartment of their own kind on a departure.

    Whoever asks for one is `alone`; everybody else stands beside any number of others (PostgreSQL; SQLite's one
    writer is alone anyway). So that what `rules_beside` sees after a claim is all there is.
    """
    if connection.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        lock = select(getattr(func, name)(func.hashtextextended(f"compartments {departure}", 2)))
        connection.execute(lock)


def rules_beside(
    connection: Connection,
    departure: DepartureKey,
    places: Collection[tuple[str, str]],
    spot: Spot,
    booking: str,
    now: datetime,
) -> set[CompartmentRule | None]:
    """The rules under which others have live claims on these (coach, place) pairs over a spot's stretch."""
    query = select(_claims.coach, _claims.place, _claims.compartment).where(
        _claims.departure == str(departure),
        _claims.coach == spot.coach,
        _claims.place.in_(sorted(place for coach, place in places if coach == spot.coach)),
        _claims.board < spot.alight,
        _claims.alight > spot.board,
        _claims.booking != booking,
        or_(_claims.until.is_(None), _claims.until > now),
    )
    return {row.compartment for row in connection.execute(query)}


def _insert(connection: Connection, departure: DepartureKey, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        _INSERT.run(connection, rows)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        spots = (Spot(row["coach"], row["place"], row["board"], row["alight"]) for row in rows)
        raise PlaceTaken(departure, spots) from error


def is_taken(error: IntegrityError) -> bool:
    """Whether the database means that a place is taken."""
    # The primary key's refusal means the same: another claim boards at the same call.
    return OVERLAP in str(error.orig) or "unique" in str(error.orig).lower()


def _settle(
    connection: Connection,
    booking: str,
    parts: Collection[int] | None,
    until: datetime | None,
    now: datetime,
    spots: int | None,
) -> None:
    if parts is None:
        row = {"of": booking, "now": _stored(connection, now), "to": _stored(connection, until)}
        hit = _CONFIRM.run(connection, [row])
    else:
        live = update(claim_table).where(_of(booking, parts), _claims.until > now).values(until=until)
        hit = connection.execute(live).rowcount
    if spots is not None:
        if hit != spots:
            raise HoldLost(booking)
        return
    lapsed = select(func.count()).where(_of(booking, parts), _claims.until <= now)
    if not hit or connection.execute(lapsed).scalar_one():
        raise HoldLost(booking)
    if parts is not None:
        has = select(_claims.part).where(_of(booking, parts)).distinct()
        if set(parts) - set(connection.execute(has).scalars()):
            raise HoldLost(booking)


def _of(booking: str, parts: Collection[int] | None) -> ColumnElement[bool]:
    mine = _claims.booking == booking
    return mine if parts is None else and_(mine, _claims.part.in_(sorted(parts)))


def _at(departure: DepartureKey, spot: Spot) -> ColumnElement[bool]:
    return and_(
        _claims.departure == str(departure),
        _claims.coach == spot.coach,
        _claims.place == spot.place,
        _claims.board == spot.board,
    )


def _stored(connection: Connection, at: datetime | None) -> int | None:
    return _INSTANT.process_bind_param(at, connection.dialect)


def _lapsed(one: Claim, now: datetime) -> bool:
    return one.until is not None and one.until <= now


def _claim(row: Row[Any]) -> Claim:
    spot = Spot(row.coach, row.place, row.board, row.alight)
    return claim_of(row.departure, spot, row.booking, row.part, row.until, row.compartment)


def claim_of(
    departure: str, spot: Spot, booking: str, part: int, until: datetime | None, compartment: CompartmentRule | None
) -> Claim:
    """A claim as the table has it."""
    train, _, day = departure.rpartition("/")
    return Claim(
        departure=DepartureKey(train, date.fromisoformat(day)),
        spot=spot,
        booking=booking,
        part=part,
        until=until,
        compartment=compartment,
    )


def claim_row(one: Claim) -> dict[str, Any]:
    """A claim for the table."""
    return {
        "departure": str(one.departure),
        "coach": one.spot.coach,
        "place": one.spot.place,
        "board": one.spot.board,
        "alight": one.spot.alight,
        "until": one.until,
        "booking": one.booking,
        "part": one.part,
        "compartment": one.compartment,
    }
