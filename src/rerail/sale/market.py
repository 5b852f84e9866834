"""What a sale is made from at one moment: the life of the service, the fares in force, the places as last seen."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from rerail.fares.deadlines import release_at
from rerail.life.consent import Life
from rerail.life.timetable import Timetable
from rerail.line.border import Refusal
from rerail.line.model import Line, Train
from rerail.line.tariff import Tariff
from rerail.places.cache import Occupancies
from rerail.places.choose import Seats
from rerail.sale.model import OF_OPERATORS, Ask, Booking
from rerail.sale.rules import Travel, tariff_of

_SEATS_KEPT: Final = 512
_BOOKINGS_KEPT: Final = 1024
"""Who books pays a moment later, as a rule."""


class Market:
    """A moment's view, for one act. The life is as known now; what is kept between acts is only a cache."""

    def __init__(self, life: Life, edition: int, now: datetime, kept: Kept) -> None:
        self.life: Final = life
        self.edition: Final = edition
        """The number of the newest edition."""
        self.now: Final = now
        """UTC."""
        self.kept: Final = kept
        self.line: Final = life.line
        """The line as its newest edition has it."""
        self._as_sold: Final[dict[tuple[str, int], Line]] = {}

    @property
    def tariff(self) -> Tariff:
        """The tariff in force. Raises `NotOnSale`."""
        return self.line.tariff or tariff_of(self.life)

    def tariff_of(self, booking: Booking) -> Tariff:
        """The tariff under which a booking was sold: its categories, refund rules and dates stay what they were.

        Raises `NotOnSale` if its edition is unknown, and the line has no fares now.
        """
        if booking.edition == self.edition:
            return self.tariff
        return sold_under(self.life.timetable, booking) or self.tariff

    def refusal_of(self, booking: Booking) -> Refusal | None:
        """What the folder under which a booking was sold says of a passenger refused at a border."""
        for edition in self.life.timetable.editions:
            if edition.number == booking.edition:
                return edition.line.border.refusal if edition.line.border is not None else None
        return None

    def as_sold(self, line: Line, booking: Booking) -> Line:
        """A line with the tariff under which a booking was sold; but lists are handed over when they are now."""
        tariff = self.tariff_of(booking)
        if tariff is line.tariff:
            return line
        key = (line.content, booking.edition)
        if key not in self._as_sold:
            present = tariff if line.tariff is None else replace(tariff, deadlines=line.tariff.deadlines)
            self._as_sold[key] = replace(line, tariff=present)
        return self._as_sold[key]

    def seats(self, leg: Travel) -> Seats:
        """The coaches and places of the leg's train."""
        return self.kept.seats(leg.line, leg.train)

    def barred(self, leg: Travel, ask: Ask) -> frozenset[tuple[str, str]]:
        """The (coach, place) pairs kept for somebody else on this departure."""
        return self._allotted(leg, ask, own=False)

    def own(self, leg: Travel, ask: Ask) -> frozenset[tuple[str, str]]:
        """The pairs kept for whoever asks, to be used first."""
        return self._allotted(leg, ask, own=True)

    def _allotted(self, leg: Travel, ask: Ask, *, own: bool) -> frozenset[tuple[str, str]]:
        tariff = leg.line.tariff
        found: set[tuple[str, str]] = set()
        for allotment in tariff.allotments if tariff is not None else ():
            if leg.train.id not in allotment.trains:
                continue
            if self.now >= release_at(leg.line, leg.train, leg.ask.service_date, allotment):
                continue
            holds = ask.channel in OF_OPERATORS and allotment.holder == ask.tour_operator
            if holds is own:
                found |= self.seats(leg).places_of(allotment.coach, allotment.places)
        return frozenset(found)


def sold_under(timetable: Timetable, booking: Booking) -> Tariff | None:
    """The tariff of the edition under which a booking was sold; None if that edition is unknown."""
    for edition in timetable.editions:
        if edition.number == booking.edition:
            return edition.line.tariff
    return None


class Kept:
    """What one process keeps between sales, to be quick: never the truth, and safe to lose."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self.occupancies: Final = Occupancies()
        self.rng: Final = rng or random.Random()  # noqa: S311  (spreads parties over equal places; guards nothing)
        self._seats: OrderedDict[tuple[str, str], Seats] = OrderedDict()
        self._bookings: Final[OrderedDict[str, Booking]] = OrderedDict()

    def remember(self, bookings: Iterable[Booking]) -> None:
        """These bookings are so now: whoever wants one next need not read it, if its version is still that."""
        for booking in bookings:
            self._bookings[booking.code] = booking
            self._bookings.move_to_end(booking.code)
        while len(self._bookings) > _BOOKINGS_KEPT:
            self._bookings.popitem(last=False)

    def booking(self, code: str) -> Booking | None:
        """A booking as this process last saw it; it may have changed since."""
        return self._bookings.get(code)

    def seats(self, line: Line, train: Train) -> Seats:
        """The coaches and places of a train of an edition."""
        key = (line.content, train.id)
        seats = self._seats.get(key)
        if seats is None:
            if len(self._seats) >= _SEATS_KEPT:
                self._seats.popitem(last=False)
            seats = self._seats[key] = Seats(line, train)
        return seats
