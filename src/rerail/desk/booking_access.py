"""Who may see a booking: whoever knows its code and e-mail, or has the link from a letter. Guessing is slowed down."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from rerail.desk.selling import Selling
from rerail.people import tables as people_tables
from rerail.people.throttle import LIMITS, Kind, Throttled, one_less, one_more, subject, wait
from rerail.sale import reading
from rerail.sale.errors import NoBooking
from rerail.sale.model import Booking

_NOT_FOUND: Final = "There is no booking with this code and e-mail; both stand in the letter we sent."


def by_email(selling: Selling, code: str, email: str, address: str) -> Booking:
    """The booking with this code, bought with this e-mail. Raises `NoBooking`, `Throttled`.

    Whether it is the code or the e-mail that is wrong is not said. Tries are counted per code and per address
    (`people.throttle`), and only failed ones.
    """
    code = code.strip().upper().replace(" ", "").replace("-", "")[:40]
    counted = selling.call(lambda connection: _count_try(connection, selling, code, address))
    with selling.store.read() as connection:
        found = reading.read_many(connection, (code,))
    expected = found[0].email.casefold() if found else ""
    given = email.strip().casefold()
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise NoBooking(_NOT_FOUND, "code")
    selling.call(lambda connection: _forgive(connection, counted))
    return selling.booking(code)


def _count_try(connection: Connection, selling: Selling, code: str, address: str) -> dict[Kind, str]:
    now = selling.current.now()
    people_tables.lock_failures(connection)
    people_tables.forget_failures(connection, now)
    secret = people_tables.secret(connection, "booking-access")
    subjects: dict[Kind, str] = {
        "address": subject("address", address, secret),
        "name": subject("name", code, secret),
    }
    counts = {kind: people_tables.read_failures(connection, kind, whose) for kind, whose in subjects.items()}
    longest = max(wait(counts[kind], LIMITS[kind], now) for kind in subjects)
    if longest > timedelta(0):
        raise Throttled(longest)
    for kind, whose in subjects.items():
        people_tables.keep_failures(connection, kind, whose, one_more(counts[kind], now))
    return subjects


def _forgive(connection: Connection, subjects: dict[Kind, str]) -> None:
    people_tables.lock_failures(connection)
    # Who knows this booking is guessing at it no more; the address may be guessing at others, and keeps its count.
    people_tables.keep_failures(connection, "name", subjects["name"], None)
    failures = people_tables.read_failures(connection, "address", subjects["address"])
    if failures is not None:
        people_tables.keep_failures(connection, "address", subjects["address"], one_less(failures))
