"""What crossing lists are made from: the passengers with a ticket over a border, what they gave, who was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.border import documents, marks
from rerail.border.documents import PassengerKey
from rerail.border.errors import NotThere
from rerail.border.manifests import manifest
from rerail.border.marks import Mark
from rerail.border.model import Document, ListKey, Manifest, Passing, Person
from rerail.border.passing import authorities, closes_at, keys_of, passings
from rerail.border.persons import Traveller, persons
from rerail.desk.border_desk import BorderDesk
from rerail.desk.border_roll import Over, tickets_over
from rerail.desk.counter import still_allowed
from rerail.desk.log import log_failed
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.line.model import Line
from rerail.people.users import NotPermitted, User
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.market import Market


def may_see(user: User, authority: Authority) -> bool:
    """Whether a user may look into an authority's lists: an operator into all, an officer into the own side's."""
    return user.sees_documents and (user.railway is None or user.railway == authority.railway)


def permitted(connection: Connection, user: User, authority: Authority) -> None:
    """Raise `NotPermitted` unless a user, as known now, may look into an authority's lists."""
    if not may_see(user, authority):
        raise NotPermitted("This list is another side's.")
    still_allowed(connection, user, lambda known: may_see(known, authority))


def on_paper(market: Market, key: DepartureKey) -> bool:
    """Whether the train was ever to run on that date, cancelled since or not."""
    return key.service_date in market.life.on_paper(key.train)


class Source(Struct, frozen=True, kw_only=True):
    """What all lists of a departure over one border are made from, read once."""

    departure: Departure
    passing: Passing
    travellers: tuple[Traveller, ...]
    papers: Mapping[PassengerKey, Document]

    def each_list(self, kept: Iterable[ListKey] = ()) -> Iterator[tuple[ListKey, Authority]]:
        """The lists of the passing: those that the passengers make, and those of the tour operators of kept ones."""
        operators = {one.tour_operator for one in self.travellers} | {one.tour_operator for one in kept}
        yield from keys_of(self.departure.line, self.passing, sorted(operators - {""}))

    def persons(self, authority: Authority, key: ListKey) -> tuple[Person, ...]:
        """Who is on a list."""
        mine = [one for one in self.travellers if authority.kind == "control" or one.tour_operator == key.tour_operator]
        papers = self.papers if authority.asks else {}
        return persons(self.departure.line, authority, self.passing, mine, papers)

    def manifest(self, authority: Authority, key: ListKey, made: datetime, *, closed: bool, specimen: bool) -> Manifest:
        """A list as it is closed at an instant (UTC), or would be."""
        return manifest(
            self.departure.line,
            self.departure.train,
            self.passing,
            authority,
            key,
            self.persons(authority, key),
            made,
            open_until=None if closed else closes_at(self.departure.line, self.passing, authority),
            specimen=specimen,
        )


class ListSources(BorderDesk):
    """What every act about lists reads."""

    def departure(self, market: Market, key: DepartureKey) -> Departure:
        """The departure, whether it runs or not. Raises `NotThere`."""
        found = market.life.departure(key.train, key.service_date)
        if found is None or not market.life.window[0] <= key.service_date < market.life.window[1]:
            raise NotThere("There is no train %(train)s on %(day)s.", train=key.train, day=key.service_date)
        return found

    def passing_of(self, departure: Departure, key: ListKey) -> tuple[Passing, Authority]:
        """The border that a list is of, and whose it is. Raises `NotThere`."""
        for passing in passings(departure.line, departure.train, departure.service_date):
            for authority in authorities(departure.line, passing):
                if authority.id == key.authority:
                    return passing, authority
        raise no_list(key)

    def formerly(self, market: Market, key: ListKey) -> tuple[Line, Passing, Authority]:
        """The same of a list that is kept, by the newest edition of the folder that had it. Raises `NotThere`."""
        for edition in reversed(market.life.timetable.editions):
            train = edition.line.trains.get(key.departure.train)
            for passing in passings(edition.line, train, key.departure.service_date) if train is not None else ():
                for authority in authorities(edition.line, passing):
                    if authority.id == key.authority:
                        return edition.line, passing, authority
        raise no_list(key)

    # Who travels

    def source(self, connection: Connection, departure: Departure, passing: Passing) -> Source:
        """What the lists of a passing are made from now. Raises `KeyringError`."""
        travellers = tuple(self.travellers(connection, departure, passing))
        asked = any(authority.asks for authority in authorities(departure.line, passing))
        papers = (
            documents.read(connection, self.keys, {one.booking for one in travellers}, _damaged)
            if asked and travellers
            else {}
        )
        return Source(departure=departure, passing=passing, travellers=travellers, papers=papers)

    def travellers(self, connection: Connection, departure: Departure, passing: Passing) -> Iterator[Traveller]:
        """The passengers with a good ticket over a border whom no side has refused. Nobody if the train does not run.

        Once the train has left: those who were so when it left, whatever a control has said of them since.
        """
        if not departure.runs:
            return
        left = self.now >= passing.leaves
        bookings = reading.on_departures(connection, (passing.departure,), live=not left)
        refusals = _Refusals(marks.on_departure(connection, passing.departure, passing.crossing), passing)
        for one in tickets_over(departure.train, bookings, passing):
            if one.key in refusals.after_leaving if one.ended else one.key not in refusals.before_leaving:
                yield _traveller(one)

    def persons_of(
        self,
        connection: Connection,
        departure: Departure,
        passing: Passing,
        authority: Authority,
        key: ListKey,
    ) -> tuple[Person, ...]:
        """Who is on a list, as the bookings and documents are now. Raises `KeyringError`."""
        return self.source(connection, departure, passing).persons(authority, key)

    # Whether anything has changed

    def digests(self, connection: Connection, departures: Collection[Departure]) -> dict[DepartureKey, bytes]:
        """What the lists of departures are made from in a few bytes each: others as soon as anything has changed.

        Opens no document, and reads no name: of each booking its version, and how often documents of it were given.
        """
        found = {DepartureKey(one.train.id, one.service_date): one for one in departures}
        versions = reading.versions_on(connection, found)
        given = documents.changes(connection, {code for one in versions.values() for code in one})
        noted = marks.counted(connection, found)
        return {
            key: hashlib.blake2b(
                msgspec.msgpack.encode(
                    (
                        departure.runs,
                        departure.line.content,
                        noted.get(key, 0),
                        [(code, number, given.get(code, 0)) for code, number in sorted(versions.get(key, {}).items())],
                    )
                ),
                digest_size=16,
            ).digest()
            for key, departure in found.items()
        }


class _Refusals:
    """Whom the controls of a border have refused, before the train left and after."""

    def __init__(self, noted: Sequence[Mark], passing: Passing) -> None:
        refused = [one for one in noted if one.kind == "refused"]
        early = {one.passenger_key for one in refused if one.at < passing.leaves}
        self.after_leaving = {one.passenger_key for one in refused} - early
        """Their tickets ended behind the train's back: they were on board when it left."""
        self.before_leaving = {
            who
            for who, stand in marks.fold(noted).items()
            if any(one.kind == "refused" and one.at < passing.leaves for one in stand.clearance.values())
        }


def _traveller(one: Over) -> Traveller:
    passenger = one.booking.passenger(one.part.passenger)
    return Traveller(
        booking=one.booking.code,
        number=passenger.number,
        ticket=one.booking.reference(one.part),
        family_name=passenger.family_name,
        given_names=passenger.given_names,
        birth_date=passenger.birth_date,
        sex=passenger.sex,
        spots=one.part.spots,
        board=one.leg.board,
        alight=one.leg.alight,
        tour_operator=one.booking.tour_operator or "",
    )


def _damaged(error: Exception) -> None:
    # The passenger is on the list all the same, and what is missing is said there.
    log_failed("a document is damaged", error)


def no_list(key: ListKey) -> NotThere:
    """What is said of a list that there is not."""
    return NotThere(
        '"%(authority)s" gets no list of %(departure)s.', authority=key.authority, departure=str(key.departure)
    )
