"""The letter to those whose documents are missing some days before they are due: once for each booking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from rerail.border import documents
from rerail.border.asked import wanted
from rerail.desk.documents_asked import PassengerAsked, asked_of
from rerail.desk.giving_documents import GivingDocuments
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.tell import outbox

REMINDS_BEFORE: Final = timedelta(hours=72)
"""How long before the first deadline the letter goes."""

KIND: Final = "documents-wanted"


class RemindingOfDocuments(GivingDocuments):
    """The act that nobody has to think of."""

    def remind_due(self) -> int:
        """Queue the letter for every booking whose documents are due soon and not all there. Returns how many.

        It asks what is left each time and opens nothing; the letter's id is the booking's, so it goes once.
        """
        market = self.selling.market()
        with self.selling.store.read() as connection:
            codes = reading.codes_on(connection, tuple(_due(connection, market)), live=True)
            told = outbox.known(connection, [letter_id(code) for code in codes])
        due = [code for code in codes if letter_id(code) not in told]
        return self.selling.call(lambda connection: self._remind(connection, due)) if due else 0

    def _remind(self, connection: Connection, codes: list[str]) -> int:
        market = self.selling.market_in(connection)
        queued = 0
        for booking in reading.read_many(connection, codes):
            if booking.email and lacking(connection, market, booking):
                queued += outbox.queue(
                    connection,
                    outbox.Message(
                        id=letter_id(booking.code),
                        kind=KIND,
                        booking=booking.code,
                        to=booking.email,
                        language=booking.language,
                        created=market.now,
                    ),
                )
        return queued


def letter_id(code: str) -> str:
    """The id of a booking's letter."""
    return f"{KIND}-{code}"


def lacking(connection: Connection, market: Market, booking: Booking) -> tuple[PassengerAsked, ...]:
    """The passengers of whom something is surely missing that they can still give. Opens nothing."""
    asked = [one for one in asked_of(market, booking) if one.open(market.now)]
    if not asked:
        return ()
    given = documents.given(connection, [booking.code])
    return tuple(one for one in asked if one.surely_missing(given.get((booking.code, one.passenger.number), {}).keys()))


def _due(connection: Connection, market: Market) -> Iterator[DepartureKey]:
    """The departures over a border whose documents are due within the time of the letter."""
    for key in reading.live_departures(connection, market.now):
        found = market.life.departure(key.train, key.service_date)
        if found is None or found.line.border is None:
            continue
        last = len(found.train.calls) - 1
        borders = wanted(found.line, found.train, key.service_date, 0, last, on_named_list=True)
        if any(_soon(one.until, market.now) for one in borders):
            yield key


def _soon(until: datetime, now: datetime) -> bool:
    return until - REMINDS_BEFORE <= now < until
