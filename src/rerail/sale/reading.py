"""Bookings as they stand: read from the sale room's tables and the postings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, func, or_, select

from rerail.line.amount import Money
from rerail.line.model import TrainId
from rerail.line.tariff import Rate
from rerail.money.ledger import booking_account
from rerail.places.model import DepartureKey, Spot
from rerail.sale.errors import NoBooking
from rerail.sale.model import Booking, FeeCharged, Leg, Part, PartPrice, PartState, Passenger
from rerail.sale.passengers import name_key
from rerail.sale.tables import booking_table, part_table, passenger_table, refund_table
from rerail.sale.ticket_number import Recall, Release, ticket_number

_IN_ONE_QUERY = 500


def read(connection: Connection, code: str) -> Booking:
    """The booking with this code. Raises `NoBooking`."""
    found = read_many(connection, (code,))
    if not found:
        raise NoBooking("There is no booking %(code)s.", "code", code=code)
    return found[0]


def read_many(connection: Connection, codes: Collection[str]) -> tuple[Booking, ...]:
    """The bookings with these codes, in the order given; unknown codes are left out."""
    found: dict[str, Booking] = {}
    wanted = [code for code in dict.fromkeys(codes) if "\0" not in code]  # PostgreSQL refuses to be asked
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        found |= _read(connection, wanted[start : start + _IN_ONE_QUERY])
    return tuple(found[code] for code in wanted if code in found)


def on_departures(connection: Connection, keys: Collection[DepartureKey], *, live: bool = False) -> tuple[Booking, ...]:
    """The bookings that have a part on one of these departures; with `live` one that is held or confirmed."""
    return read_many(connection, codes_on(connection, keys, live=live))


def codes_on(connection: Connection, keys: Collection[DepartureKey], *, live: bool = False) -> tuple[str, ...]:
    """The codes of the same."""
    codes: dict[str, None] = {}
    by_train: defaultdict[TrainId, set[date]] = defaultdict(set)
    for key in keys:
        by_train[key.train].add(key.service_date)
    for train, dates in by_train.items():
        listed = sorted(dates)
        for start in range(0, len(listed), _IN_ONE_QUERY):
            asked = listed[start : start + _IN_ONE_QUERY]
            theirs = (part_table.c.train == train) & part_table.c.service_date.in_(asked)
            if live:
                theirs &= part_table.c.state.in_(("held", "confirmed"))
            rows = connection.execute(
                select(part_table.c.booking).where(theirs).distinct().order_by(part_table.c.booking)
            )
            codes.update(dict.fromkeys(rows.scalars()))
    return tuple(codes)


def versions_on(connection: Connection, keys: Collection[DepartureKey]) -> dict[DepartureKey, dict[str, int]]:
    """For each of these departures that has any: its bookings, whatever became of them, and the version of each.

    No booking is ever taken out, and each change of one counts its version on: what is equal has not changed.
    """
    found: defaultdict[DepartureKey, dict[str, int]] = defaultdict(dict)
    by_train: defaultdict[TrainId, set[date]] = defaultdict(set)
    for key in keys:
        by_train[key.train].add(key.service_date)
    for train, dates in by_train.items():
        listed = sorted(dates)
        for start in range(0, len(listed), _IN_ONE_QUERY):
            some = part_table.c.service_date.in_(listed[start : start + _IN_ONE_QUERY])
            rows = connection.execute(
                select(part_table.c.service_date, booking_table.c.code, booking_table.c.version)
                .join(booking_table, booking_table.c.code == part_table.c.booking)
                .where(part_table.c.train == train, some)
                .distinct()
            )
            for day, code, version in rows:
                found[DepartureKey(train, day)][code] = version
    return dict(found)


def search(
    connection: Connection, text: str, most: int = 50, *, tour_operator: str | None = None
) -> tuple[Booking, ...]:
    """The bookings that a clerk means: by code, the beginning of a passenger's name, or e-mail; newest first.

    `tour_operator`: among that tour operator's only.
    """
    wanted = text.replace("\0", "").strip()  # no name has one, and PostgreSQL refuses to be asked
    if not wanted:
        return ()
    key = _escaped(name_key(wanted, ""))
    by_name = select(passenger_table.c.booking).where(passenger_table.c.name_key.like(f"{key}%", escape="\\"))
    rows = connection.execute(
        _newest(most, tour_operator).where(
            or_(
                booking_table.c.code == wanted.upper().replace(" ", ""),
                booking_table.c.email_key == wanted.casefold(),
                booking_table.c.code.in_(by_name),
            )
        )
    )
    return read_many(connection, list(rows.scalars()))


def of_operator(connection: Connection, operator: str, most: int = 200) -> tuple[Booking, ...]:
    """A tour operator's bookings, newest first."""
    rows = connection.execute(_newest(most, operator))
    return read_many(connection, list(rows.scalars()))


def newest(connection: Connection, most: int = 50) -> tuple[Booking, ...]:
    """The newest bookings."""
    return read_many(connection, list(connection.execute(_newest(most)).scalars()))


def groups(connection: Connection, since: date, *, tour_operator: str | None = None) -> tuple[Booking, ...]:
    """The groups that have something on departures of service dates from `since` on; of all, or one tour operator's."""
    travelling = select(part_table.c.booking).where(part_table.c.service_date >= since)
    query = select(booking_table.c.code).where(booking_table.c.is_group, booking_table.c.code.in_(travelling))
    if tour_operator is not None:
        query = query.where(booking_table.c.tour_operator == tour_operator)
    return read_many(connection, list(connection.execute(query.order_by(booking_table.c.code)).scalars()))


def _newest(most: int, tour_operator: str | None = None) -> Select[Any]:
    query = select(booking_table.c.code).order_by(booking_table.c.created_at.desc(), booking_table.c.code).limit(most)
    return query if tour_operator is None else query.where(booking_table.c.tour_operator == tour_operator)


def live_departures(connection: Connection, since: datetime) -> tuple[DepartureKey, ...]:
    """The departures, of service dates from two days before `since` on, that something is held or sold on."""
    rows = connection.execute(
        select(part_table.c.train, part_table.c.service_date)
        .where(
            part_table.c.state.in_(("held", "confirmed")),
            part_table.c.service_date >= date.fromordinal(since.toordinal() - 2),
        )
        .distinct()
    )
    return tuple(sorted(DepartureKey(row.train, row.service_date) for row in rows))


def rebooked_by(connection: Connection, code: str) -> tuple[str, ...]:
    """The bookings that took another departure for this one."""
    rows = connection.execute(select(booking_table.c.code).where(booking_table.c.rebooks == code))
    return tuple(rows.scalars())


def given_back(connection: Connection, reference: str) -> bool:
    """Whether a ticket (by its reference, "K7MP4XQ2-3") is good no more; an unknown one is not ours to judge."""
    asked = ticket_number(reference)
    if asked is None:
        return False
    booking = read_many(connection, (asked.code,))
    part = next((one for one in booking[0].parts if one.number == asked.part), None) if booking else None
    if part is None or asked.ticket > part.ticket:
        return False
    return part.state != "confirmed" or part.recalled or asked.ticket < part.ticket


def counted(connection: Connection) -> dict[str, int]:
    """How many parts are in each state: for the metrics."""
    rows = connection.execute(select(part_table.c.state, func.count()).group_by(part_table.c.state))
    return {str(state): int(count) for state, count in rows}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# Put together once: a booking is read in every act, and building a statement costs more than running it.
_CODES: BindParameter[Any] = bindparam("codes", expanding=True)
_BOOKINGS = select(booking_table).where(booking_table.c.code.in_(_CODES))
_PASSENGERS = (
    select(passenger_table)
    .where(passenger_table.c.booking.in_(_CODES))
    .order_by(passenger_table.c.booking, passenger_table.c.number)
)
_PARTS = select(part_table).where(part_table.c.booking.in_(_CODES)).order_by(part_table.c.booking, part_table.c.number)
_REFUNDS = select(refund_table).where(refund_table.c.booking.in_(_CODES))


def _read(connection: Connection, codes: list[str]) -> dict[str, Booking]:
    wanted = {"codes": codes}
    rows = list(connection.execute(_BOOKINGS, wanted))
    if not rows:
        return {}
    passengers = _grouped(connection.execute(_PASSENGERS, wanted))
    parts = _grouped(connection.execute(_PARTS, wanted))
    refunded = any(part.state == "refunded" for of in parts.values() for part in of)
    given_back = {(row.booking, row.part): row for row in connection.execute(_REFUNDS, wanted)} if refunded else {}
    accounts = booking_account(connection, codes)
    found = {}
    for row in rows:
        account = accounts[row.code]
        found[row.code] = Booking(
            code=row.code,
            created=row.created_at,
            email=row.email,
            language=row.language,
            channel=row.channel,
            seller=row.seller,
            group=bool(row.is_group),
            tour_operator=row.tour_operator,
            currency=row.currency,
            passengers=tuple(_passenger(one) for one in passengers[row.code]),
            legs=msgspec.convert(row.legs, tuple[Leg, ...]),
            parts=tuple(_part(one, given_back.get((one.booking, one.number)), row.currency) for one in parts[row.code]),
            fees=msgspec.convert(row.fees, tuple[FeeCharged, ...]),
            rates=msgspec.convert(row.rates, tuple[Rate, ...]),
            edition=row.edition,
            illustrative=bool(row.illustrative),
            deposit=Money(row.deposit, row.currency) if row.deposit is not None else None,
            balance=account.owed(row.currency),
            paid=account.paid_in(row.currency),
            confirmed=row.confirmed_at,
            rebooks=row.rebooks,
            version=row.version,
        )
    return found


def _grouped(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    grouped: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.booking].append(row)
    return grouped


def _passenger(row: Row[Any]) -> Passenger:
    return Passenger(
        number=row.number,
        category=row.category,
        family_name=row.family_name,
        given_names=row.given_names,
        birth_date=row.birth_date,
        sex=row.sex,
    )


def part_state(state: PartState, released: object) -> PartState:
    """The state of a part by its row. A released one is kept as cancelled: nobody is to look for its place."""
    return "released" if state == "cancelled" and released is not None else state


def _part(row: Row[Any], given_back: Row[Any] | None, currency: str) -> Part:
    return Part(
        number=row.number,
        leg=row.leg,
        passenger=row.passenger,
        spots=msgspec.convert(row.spots, tuple[Spot, ...]),
        price=msgspec.convert(row.price, PartPrice),
        state=part_state(row.state, row.released),
        until=row.until,
        refunded=Money(given_back.amount, currency) if given_back is not None else None,
        refund_reason=given_back.reason if given_back is not None else "",
        refunded_at=given_back.at if given_back is not None else None,
        released=msgspec.convert(row.released, Release) if row.released is not None else None,
        recalls=msgspec.convert(row.recalls, tuple[Recall, ...]) if row.recalls is not None else (),
    )
