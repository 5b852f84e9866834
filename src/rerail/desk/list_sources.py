"""What crossing lists are made from: the passengers with a valid ticket over a border, and what they gave."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from rerail.border import documents, lists
from rerail.border.errors import NotThere
from rerail.border.manifests import manifest
from rerail.border.model import ListKey, Manifest, Passing, Person
from rerail.border.passing import authorities, closes_at, keys_of, passings
from rerail.border.persons import Traveller, persons
from rerail.desk.border_desk import BorderDesk
from rerail.desk.tickets import stretch_of
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market


def may_see(user: User, authority: Authority) -> bool:
    """Whether a user may look into an authority's lists: an operator into all, an officer into the own side's."""
    return user.sees_documents and (user.railway is None or user.railway == authority.railway)


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
        raise NotThere(
            '"%(authority)s" gets no list of %(departure)s.', authority=key.authority, departure=str(key.departure)
        )

    def keys_on(
        self, connection: Connection, departure: Departure, passing: Passing
    ) -> Iterator[tuple[ListKey, Authority]]:
        """The lists of a passing: those that are kept, and those its passengers make."""
        closed = [one.key for one in lists.on_departure(connection, passing.departure)]
        operators = {one.tour_operator for one in self.travellers(connection, departure, passing)}
        operators |= {one.tour_operator for one in closed}
        yield from keys_of(departure.line, passing, sorted(operators - {""}))

    def travellers(self, connection: Connection, departure: Departure, passing: Passing) -> list[Traveller]:
        """The passengers with a valid ticket over a border. Nobody if the train does not run."""
        if not departure.runs:
            return []
        found = []
        for booking in reading.on_departures(connection, (passing.departure,), live=True):
            for part in booking.parts:
                leg = booking.leg(part.leg)
                if part.state != "confirmed" or leg.departure != passing.departure:
                    continue
                try:
                    board, alight = stretch_of(departure.train, leg)
                except NotPossible:
                    continue  # the train has another route now, and the ticket is to be given back
                if not passing.crossed_by(board, alight):
                    continue
                passenger = booking.passenger(part.passenger)
                found.append(
                    Traveller(
                        booking=booking.code,
                        number=passenger.number,
                        ticket=f"{booking.code}-{part.number}",
                        family_name=passenger.family_name,
                        given_names=passenger.given_names,
                        birth_date=passenger.birth_date,
                        sex=passenger.sex,
                        spots=part.spots,
                        board=leg.board,
                        alight=leg.alight,
                        tour_operator=booking.tour_operator or "",
                    )
                )
        return found

    def persons_of(
        self,
        connection: Connection,
        departure: Departure,
        passing: Passing,
        authority: Authority,
        key: ListKey,
    ) -> tuple[Person, ...]:
        """Who is on a list, as the bookings and documents are now. Raises `KeyringError`."""
        mine = [
            one
            for one in self.travellers(connection, departure, passing)
            if authority.kind == "control" or one.tour_operator == key.tour_operator
        ]
        papers = documents.read(connection, self.keys, {one.booking for one in mine}) if authority.asks else {}
        return persons(authority, passing, mine, papers, [coach.number for coach in departure.train.consist])

    def manifest_of(
        self,
        connection: Connection,
        departure: Departure,
        passing: Passing,
        authority: Authority,
        key: ListKey,
        *,
        closed: bool,
    ) -> Manifest:
        """A list as it is closed now, or would be. Raises `KeyringError`."""
        return manifest(
            departure.line,
            departure.train,
            passing,
            authority,
            key,
            self.persons_of(connection, departure, passing, authority, key),
            self.now,
            open_until=None if closed else closes_at(departure.line, passing, authority),
            specimen=self.specimen,
        )
