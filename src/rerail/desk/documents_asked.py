"""What the borders of a booking ask of each passenger, and until when. From what is sold alone: nothing is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from rerail.border.asked import ordered, wanted
from rerail.border.checks import Crossed, Holder
from rerail.border.passing import closes_at
from rerail.line.border import Asked
from rerail.line.model import Station
from rerail.line.timing import zone
from rerail.places.model import DepartureKey
from rerail.sale.errors import WrongAsk
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part, Passenger
from rerail.sale.rules import travel_of

_KEPT_AS: dict[Asked, str] = {
    "document_kind": "kind",
    "document_number": "number",
    "visa_number": "visas",
    "voucher_number": "vouchers",
}


class Until(Struct, frozen=True, kw_only=True):
    """A deadline with the station whose clock it is told on."""

    at: datetime
    """UTC."""
    station: Station
    """The last call before the border."""
    illustrative: bool

    @property
    def local(self) -> datetime:
        """Aware, on the station's clock."""
        return self.at.astimezone(zone(self.station.clock))


class PassengerAsked(Struct, frozen=True, kw_only=True):
    """A passenger of whom a border asks anything."""

    passenger: Passenger
    holder: Holder
    crossed: tuple[Crossed, ...]
    """In the order of travel."""

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Everything asked, each once, in the order in which a form asks it."""
        return ordered(field for one in self.crossed for field in one.wanted.asked)

    def ahead(self, now: datetime) -> tuple[Crossed, ...]:
        """The borders that the train has not left for yet."""
        return tuple(one for one in self.crossed if now < one.wanted.passing.leaves)

    def until(self, now: datetime) -> Until | None:
        """The first deadline of the borders ahead, passed or not; None: all of them lie behind."""
        found = min(self.ahead(now), key=lambda one: one.wanted.until, default=None)
        return None if found is None else until_of(found)

    def open(self, now: datetime) -> bool:
        """Whether the passenger may give or change a document; afterwards only the office can."""
        until = self.until(now)
        return until is not None and now < until.at

    def open_to_office(self, now: datetime) -> bool:
        """Whether the office may still correct it, for an amendment: until the train leaves for the last border."""
        return bool(self.ahead(now))

    def listed(self, now: datetime) -> datetime | None:
        """When the first list of the borders ahead closes (UTC): until then the passenger may take a document back."""
        return min(
            (
                closes_at(one.line, one.wanted.passing, authority)
                for one in self.ahead(now)
                for authority in one.wanted.authorities
            ),
            default=None,
        )

    def lacking(self, given: Collection[str]) -> tuple[Asked, ...]:
        """What is asked, is not kept, by the names of the kept fields alone, and is not known from the booking.

        For whom a visa is, and whether one is needed, stands in what is sealed: any visa will do here.
        """
        booked = {"birth_date": self.holder.birth_date is not None, "sex": bool(self.holder.sex)}
        needed = (one for one in self.asked if not booked.get(one, False))
        return tuple(one for one in needed if _KEPT_AS.get(one, one) not in given)

    def surely_missing(self, given: Collection[str]) -> bool:
        """Whether something is missing, by the same; not a visa, for perhaps none is needed."""
        return any(one != "visa_number" for one in self.lacking(given))


def asked_of(market: Market, booking: Booking, *, held: bool = False) -> tuple[PassengerAsked, ...]:
    """The passengers of whom the borders ask anything, by number; a child as anybody else.

    Only on trains that are paid for: a ticket, or a place held on a deposit; with `held` wherever a place is held.
    """
    found: dict[int, list[Crossed]] = {}
    for leg in booking.legs:
        live = [part.passenger for part in booking.parts_of(leg.number) if _live(booking, part, market.now, held=held)]
        if not live:
            continue
        try:
            way = travel_of(market.life, leg)
        except WrongAsk:
            continue  # an edition without this train or stretch: its tickets are given back
        borders = wanted(
            way.line,
            way.train,
            way.key.service_date,
            way.board,
            way.alight,
            on_named_list=booking.tour_operator is not None,
        )
        for number in dict.fromkeys(live):
            found.setdefault(number, []).extend(Crossed(line=way.line, wanted=one) for one in borders)
    return tuple(
        PassengerAsked(
            passenger=booking.passenger(number),
            holder=_holder(booking, booking.passenger(number)),
            crossed=tuple(sorted(crossed, key=lambda one: one.wanted.passing.leaves)),
        )
        for number, crossed in sorted(found.items())
        if crossed
    )


def departures_of(asked: Iterable[PassengerAsked]) -> tuple[DepartureKey, ...]:
    """The departures on which the passengers cross."""
    return tuple(dict.fromkeys(one.wanted.passing.departure for who in asked for one in who.crossed))


def first_until(asked: Sequence[PassengerAsked], now: datetime) -> Until | None:
    """The first deadline, passed or not, of the borders that lie ahead of a whole booking."""
    found = [until for one in asked if (until := one.until(now)) is not None]
    return min(found, key=lambda one: one.at, default=None)


def erased_by(market: Market, booking: Booking) -> datetime | None:
    """When documents of a booking are erased at the latest (UTC); None if the folder does not say."""
    rules = market.line.border
    if rules is None or rules.keeping is None:
        return None
    return max(leg.arrives for leg in booking.legs) + timedelta(days=rules.keeping.documents_days)


def _live(booking: Booking, part: Part, now: datetime, *, held: bool) -> bool:
    return part.state == "confirmed" or ((held or booking.paid.amount > 0) and part.waits(now))


def _holder(booking: Booking, passenger: Passenger) -> Holder:
    return Holder(
        family_name=passenger.family_name,
        given_names=passenger.given_names,
        birth_date=passenger.birth_date,
        sex=passenger.sex,
        on_named_list=booking.tour_operator is not None,
    )


def until_of(crossed: Crossed) -> Until:
    """Until when passengers give their documents for a border."""
    line, passing = crossed.line, crossed.wanted.passing
    rules = line.border
    assert rules is not None  # somebody asks
    collections = [one for one in rules.collections if one.crossing == passing.crossing]
    return Until(
        at=crossed.wanted.until,
        station=line.stations[line.trains[passing.departure.train].calls[passing.near_call].station],
        illustrative=any(one.illustrative("minutes") for one in (*crossed.wanted.authorities, *collections)),
    )
