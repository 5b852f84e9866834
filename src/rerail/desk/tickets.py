"""Tickets of a booking: the sale's facts in the ticket's words, signed when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from rerail.border.guidance import guidance
from rerail.border.guidance_words import short
from rerail.line.model import Line, Place, Station, Text, Train, TrainId
from rerail.line.same import Same
from rerail.line.stretch import stretch
from rerail.line.timing import CallTimes, StationTime, call_times
from rerail.places.model import Spot
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg, Part
from rerail.sale.rules import railways_between
from rerail.ticket import issued
from rerail.ticket import tables as ticket_tables
from rerail.ticket.barcode import barcode
from rerail.ticket.keys import SigningKey
from rerail.ticket.model import Ticket, TicketCall, TicketSpot

SignedTicket = tuple[Ticket, bytes]


def issuer_of(line: Line) -> str:
    """The railway whose key signs: the line's agency, by its RICS number if the folder states it, else its id."""
    agency = line.railways[line.agency]
    return agency.codes.get("uic", agency.id)


def ensure_key(connection: Connection, line: Line, now: datetime) -> bool:
    """Make the first signing key of a new database. Whether one was made; later ones are made by a person."""
    issuer = issuer_of(line)
    if any(key.published.issuer == issuer for key in ticket_tables.all_keys(connection)):
        return False
    ticket_tables.new_key(connection, issuer, now)
    return True


def signed_tickets(
    connection: Connection,
    market: Market,
    booking: Booking,
    language: str,
    *,
    specimen: bool,
    parts: Sequence[int] | None = None,
) -> tuple[SignedTicket, ...]:
    """The tickets of what is confirmed, by leg and passenger, each with its barcode.

    Raises `NotPossible` if nothing is confirmed or names are missing, `NoKey` if no key signs.
    """
    tickets, key = _made_out(connection, market, booking, language, specimen=specimen, parts=parts)
    return tuple((one, barcode(one, key)) for one in tickets)


def issued_tickets(
    connection: Connection, market: Market, booking: Booking, *, specimen: bool, keep: bool
) -> tuple[SignedTicket, ...]:
    """The same in English, each signed once: a ticket keeps its barcode for as long as it says the same.

    `keep` what is signed now; the caller then holds a write transaction. Raises as `signed_tickets`.
    """
    tickets, key = _made_out(connection, market, booking, "en", specimen=specimen)
    before = issued.read(connection, [one.reference for one in tickets])
    found: list[SignedTicket] = []
    new: dict[str, tuple[bytes, bytes]] = {}
    for one in tickets:
        said = issued.says(one, key)
        kept = before.get(one.reference)
        if kept is None or kept[0] != said:
            kept = new[one.reference] = (said, barcode(one, key))
        found.append((one, kept[1]))
    if keep:
        issued.keep(connection, new, anew=bool(before))
    return tuple(found)


def first_tickets(
    connection: Connection, market: Market, bookings: Sequence[Booking], *, specimen: bool
) -> dict[str, dict[int, bytes]]:
    """Sign and keep the tickets of bookings confirmed just now, none of which has any: the barcode of each part.

    The same as `issued_tickets` of each, asking the database once. The caller holds a write transaction.
    """
    key = ticket_tables.current(connection, issuer_of(market.line), market.now)
    signed: dict[str, tuple[bytes, bytes]] = {}
    found: dict[str, dict[int, bytes]] = {}
    for booking in bookings:
        theirs = found[booking.code] = {}
        good = [part for part in booking.parts if part.state == "confirmed"]
        for part, one in zip(good, made_out(market, booking, "en", key, specimen=specimen), strict=True):
            code = theirs[part.number] = barcode(one, key)
            signed[one.reference] = (issued.says(one, key), code)
    issued.keep_all(connection, signed)
    return found


def printable(
    connection: Connection, market: Market, booking: Booking, reference: str, language: str, *, specimen: bool
) -> SignedTicket:
    """A ticket to be printed in a language, with the barcode it has once and for all.

    Raises as `signed_tickets`, `NotPossible` too if it is good no more.
    """
    part = next((one.number for one in booking.parts if booking.reference(one) == reference), None)
    if part is None:
        raise NotPossible("There is no valid ticket under %(code)s.", code=reference)
    codes = {
        one.reference: code for one, code in issued_tickets(connection, market, booking, specimen=specimen, keep=False)
    }
    (ticket,), _ = _made_out(connection, market, booking, language, specimen=specimen, parts=(part,))
    return ticket, codes[ticket.reference]


def _made_out(
    connection: Connection,
    market: Market,
    booking: Booking,
    language: str,
    *,
    specimen: bool,
    parts: Sequence[int] | None = None,
) -> tuple[tuple[Ticket, ...], SigningKey]:
    key = ticket_tables.current(connection, issuer_of(market.line), market.now)
    return made_out(market, booking, language, key, specimen=specimen, parts=parts), key


def made_out(
    market: Market,
    booking: Booking,
    language: str,
    key: SigningKey,
    *,
    specimen: bool,
    parts: Sequence[int] | None = None,
) -> tuple[Ticket, ...]:
    """What the tickets of what is confirmed say, by leg and passenger. Raises `NotPossible`."""
    wanted = [
        part
        for part in booking.parts
        if part.state == "confirmed" and not part.recalled and (parts is None or part.number in set(parts))
    ]
    if not wanted or booking.confirmed is None:
        raise NotPossible("There is no valid ticket under %(code)s.", code=booking.code)
    unnamed = [part for part in wanted if not booking.passenger(part.passenger).named]
    if unnamed:
        raise NotPossible(
            "%(count)d passengers of booking %(code)s have no name yet; a ticket is made out to a name.",
            code=booking.code,
            count=len({part.passenger for part in unnamed}),
        )
    return tuple(
        ticket(market, booking, part, language, _made_at(booking, part, key), key, specimen=specimen) for part in wanted
    )


def _made_at(booking: Booking, part: Part, key: SigningKey) -> datetime:
    made = booking.ticket_made(part, part.ticket)
    assert made is not None  # only what was sold has a ticket
    return max(made, key.since).replace(second=0, microsecond=0)


def ticket(
    market: Market, booking: Booking, part: Part, language: str, issued: datetime, key: SigningKey, *, specimen: bool
) -> Ticket:
    """What the ticket of one part says."""
    leg = booking.leg(part.leg)
    line, train = as_running(market, leg)
    same, day = Same(line), leg.departure.service_date
    calls = _calls(same, train.id, day, language)
    board, alight = stretch_of(train, leg)
    way = _way(same, train.id, board, alight)
    passenger = booking.passenger(part.passenger)
    tariff = market.tariff_of(booking)
    category = tariff.categories[passenger.category]
    operator = tariff.operators.get(booking.tour_operator or "")
    agency = market.line.railways[market.line.agency]
    rics = agency.codes.get("uic")
    return Ticket(
        reference=booking.reference(part),
        booking=booking.code,
        issuer=agency.id,
        issuer_names=agency.names,
        issuer_code=int(rics) if rics is not None and rics.isdecimal() and key.issuer == rics else None,
        issued=issued,
        family_name=passenger.family_name,
        given_names=passenger.given_names,
        category=category.id,
        category_names=category.names,
        adult=not category.with_adult,
        train=train.id,
        train_names=train.names,
        numbers=way.numbers,
        service_date=day,
        travel_class=leg.travel_class or "second",
        board=calls.left(board),
        alight=calls.reached(alight),
        spots=tuple(_spot(same, train.id, calls, spot) for spot in part.spots),
        price=part.price.total,
        passport_check=way.crosses,
        at_border=_at_border(same, train.id, day, board, alight, language),
        named_list=operator.names if operator is not None and way.crosses else None,
        languages=way.languages,
        illustrative=booking.illustrative or way.illustrative,
        specimen=specimen,
        between=way.between,
    )


class _Way(NamedTuple):
    """What everybody's ticket from one call of a train to another says."""

    numbers: tuple[tuple[Text, str], ...]
    crosses: bool
    languages: tuple[str, ...]
    illustrative: bool
    between: tuple[str, ...]


# Kept, because a hundred tickets of a departure differ in a name and a place: what a folder says never changes.


@lru_cache(maxsize=4096)
def _way(same: Same[Line], train_id: TrainId, board: int, alight: int) -> _Way:
    line, train = same.it, same.it.trains[train_id]
    railways = railways_between(train, board, alight)
    return _Way(
        numbers=tuple(
            (line.railways[railway].short_names, train.numbers[railway])
            for railway in railways
            if railway in train.numbers
        ),
        crosses=len(railways) > 1,
        languages=tuple(dict.fromkeys(one for railway in railways for one in line.railways[railway].languages)),
        illustrative=train.illustrative("calls") or train.illustrative("numbers"),
        between=tuple(call.station for call in train.calls[board + 1 : alight]),
    )


@lru_cache(maxsize=4096)
def _at_border(same: Same[Line], train: TrainId, service_date: date, board: int, alight: int, language: str) -> Text:
    line = same.it
    steps = guidance(line, line.trains[train], service_date, board, alight)
    # English stands in where the machine has no font for another.
    told = {one: short(line, steps, one) for one in (language, *line.languages, "en")}
    return {one: words for one, words in told.items() if words}


class _Calls(NamedTuple):
    """The calls of a departure as a ticket tells them: where one boards, and where one alights."""

    boards: tuple[TicketCall | None, ...]
    alights: tuple[TicketCall | None, ...]

    def left(self, call: int) -> TicketCall:
        """Where one boards."""
        found = self.boards[call]
        assert found is not None  # one boards where the train leaves
        return found

    def reached(self, call: int) -> TicketCall:
        """Where one alights."""
        found = self.alights[call]
        assert found is not None  # one alights where the train arrives
        return found


@lru_cache(maxsize=1024)
def _calls(same: Same[Line], train: TrainId, service_date: date, language: str) -> _Calls:
    times = call_times(same.it, same.it.trains[train], service_date, language)
    return _Calls(tuple(_call(one, one.departure) for one in times), tuple(_call(one, one.arrival) for one in times))


def as_running(market: Market, leg: Leg) -> tuple[Line, Train]:
    """The line and train that speak for a leg's departure. Raises `NotPossible` if the train is gone."""
    found = market.life.timetable.at(leg.departure.train, leg.departure.service_date)
    if found is None:
        raise NotPossible("The train of %(day)s is in no timetable any more.", day=leg.departure.service_date)
    return found


def stretch_of(train: Train, leg: Leg) -> tuple[int, int]:
    """The calls at which the leg's passengers board and alight."""
    calls = stretch(train, leg.board, leg.alight)
    if calls is None:
        raise NotPossible("The train of %(day)s has another route now.", day=leg.departure.service_date)
    return calls


def place_of(line: Line, train: Train, spot: Spot) -> Place | None:
    """The place of a spot; None if the consist has it no more."""
    for coach in train.consist:
        if coach.number == spot.coach:
            for place in line.coach_types[coach.type].places:
                if place.number == spot.place:
                    return place
    return None


Kind = Literal["seat", "lower", "middle", "upper", "wheelchair"]


def _spot(same: Same[Line], train: TrainId, calls: _Calls, spot: Spot) -> TicketSpot:
    coach_names, kind = _seat(same, train, spot.coach, spot.place)
    return TicketSpot(
        coach=spot.coach,
        coach_names=coach_names,
        place=spot.place,
        kind=kind,
        board=calls.left(spot.board),
        alight=calls.reached(spot.alight),
    )


@lru_cache(maxsize=16_384)
def _seat(same: Same[Line], train_id: TrainId, coach: str, place: str) -> tuple[Text, Kind]:
    line, train = same.it, same.it.trains[train_id]
    its = next((one for one in train.consist if one.number == coach), None)
    found = place_of(line, train, Spot(coach, place, 0, 1))
    return line.coach_types[its.type].names if its is not None else {}, found.kind if found is not None else "seat"


def _call(times: CallTimes, at: StationTime | None) -> TicketCall | None:
    if at is None:
        return None
    station: Station = times.station
    return TicketCall(
        station=station.id,
        names=station.names,
        code=station.codes.get("uic"),
        at=at.local,
        zone=at.zone,
        working_label=at.working_label,
    )
