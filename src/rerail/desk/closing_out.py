"""Close-out: who is on board, cleared, refused, missing; who has whose documents; and who really crossed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.border import closings
from rerail.border import marks as border_marks
from rerail.border.closings import Closing
from rerail.border.documents import PassengerKey
from rerail.border.errors import NotNow
from rerail.border.marks import CLEARANCE, Kind, Mark, fold
from rerail.border.model import Checkpoint, Passing, Person
from rerail.border.passing import keys_of, passings
from rerail.desk.border_roll import Rider, roll
from rerail.desk.counter import still_allowed
from rerail.desk.list_rounds import on_their_way_since
from rerail.desk.marking import Marking, kinds_of, works_at
from rerail.life.consent import Departure
from rerail.line.model import RailwayId
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.market import Market
from rerail.sale.model import Booking

COMING: Final = timedelta(days=7)
"""How far ahead officers and conductors see departures; as far back those that are still on their way."""
TOLD_FOR: Final = timedelta(days=7)
"""How long the office is told of a refusal."""

_A_DAY: Final = timedelta(days=1)
_NAMED: Final = 10
_ON_THE_BOARD: Final = frozenset(
    {"booking", "number", "ticket", "family_name", "given_names", "coach", "place", "board", "alight", "from_document"}
)


class Board(Struct, frozen=True, kw_only=True):
    """Everybody at one border of a departure, as one user sees it."""

    departure: Departure
    passing: Passing
    riders: tuple[Rider, ...]
    may: frozenset[Kind]
    """The marks that the user may make."""
    clears_for: tuple[RailwayId, ...]
    """The sides for which the user may clear and refuse."""
    may_close: bool
    closing: Closing | None
    """The close-out in force."""
    late: bool
    """Whether a mark came after it, so that it is to be repeated."""
    given_back: tuple[str, ...]
    """References of the departure's tickets that are good no more."""
    as_of: datetime
    """UTC."""

    @property
    def controls(self) -> tuple[Checkpoint, ...]:
        """The sides that control, in the order of travel."""
        return self.passing.checkpoints

    @property
    def left(self) -> tuple[Rider, ...]:
        """Those of whom it is not known yet what became of them."""
        sides = [one.railway for one in self.controls]
        return tuple(one for one in self.riders if not one.done(sides))


class Coming(Struct, frozen=True, kw_only=True):
    """A departure that crosses a border, as officers and conductors find it."""

    departure: Departure
    passings: tuple[Passing, ...]
    """The user's."""
    closed: frozenset[str]
    """The crossings that are closed out."""


class Turned(Struct, frozen=True, kw_only=True):
    """A refusal, as the office is told of it."""

    mark: Mark
    ticket: str
    withdrawn: bool
    """Whether the passenger was let through after all; the place and the money are gone nevertheless."""


def closes_out(user: User) -> bool:
    """Operators and conductors: a close-out is the service's own word to both sides."""
    return user.role in ("operator", "conductor")


class ClosingOut(Marking):
    """The acts of officers and conductors."""

    # Looking

    def coming(self, user: User) -> tuple[Coming, ...]:
        """The departures of these days that run over a border of the user's, by the instant they leave."""
        market = self.selling.market()
        today = market.now.date()
        start, until = on_their_way_since(market), today + COMING
        with self.selling.store.read() as connection:
            closed = {(one.departure, one.crossing) for one in closings.between(connection, start, until)}
        found = []
        for departure in market.life.departures(start, until):
            key = DepartureKey(departure.train.id, departure.service_date)
            mine = tuple(
                one
                for one in passings(departure.line, departure.train, departure.service_date)
                if works_at(user, one) and market.now < one.leaves + _A_DAY
            )
            if mine:
                crossings = frozenset(one.crossing for one in mine if (key, one.crossing) in closed)
                found.append(Coming(departure=departure, passings=mine, closed=crossings))
        return tuple(found)

    def borders(self, user: User, key: DepartureKey) -> tuple[Departure, tuple[Passing, ...]]:
        """A departure and those of its borders that are the user's, in the order of travel. Raises `NotThere`."""
        departure = self.departure(self.selling.market(), key)
        found = passings(departure.line, departure.train, key.service_date)
        return departure, tuple(one for one in found if works_at(user, one))

    def board(self, user: User, key: DepartureKey, crossing: str) -> Board:
        """Everybody at a border, by coach and place. Raises `NotThere`, `NotPermitted`."""
        market = self.selling.market()
        departure, passing = self.passing(market, key, crossing, user)
        with self.selling.store.read() as connection:
            return self._board(connection, market, user, departure, passing)

    def _board(
        self, connection: Connection, market: Market, user: User, departure: Departure, passing: Passing
    ) -> Board:
        bookings = reading.on_departures(connection, (passing.departure,))
        noted = border_marks.on_departure(connection, passing.departure, passing.crossing)
        closing = closings.latest(connection, passing.departure, passing.crossing)
        may = kinds_of(user)
        sides = [one.railway for one in passing.checkpoints] if may & CLEARANCE else []
        return Board(
            departure=departure,
            passing=passing,
            riders=roll(market, departure, passing, bookings, fold(noted)),
            may=may,
            clears_for=tuple(one for one in sides if user.railway in (None, one)),
            may_close=closes_out(user),
            closing=closing,
            late=closing is not None and any(one.noted_at > closing.at for one in noted),
            given_back=tuple(
                ticket
                for booking in bookings
                for part in booking.parts
                if booking.leg(part.leg).departure == passing.departure
                for ticket in booking.ended(part)
            ),
            as_of=market.now,
        )

    def documents_on_board(self, user: User, key: DepartureKey, crossing: str) -> dict[PassengerKey, Mapping[str, Any]]:
        """What the lists of an officer's own control say of each passenger's document, and nothing else; and what of
        it is `missing`.

        A look at documents: it goes into the audit trail. Raises `NotThere`, `NotPermitted`, `KeyringError`.
        """

        def act(connection: Connection) -> dict[PassengerKey, Mapping[str, Any]]:
            still_allowed(connection, user, lambda known: known.role == "officer")
            market = self.selling.market_in(connection)
            departure, passing = self.passing(market, key, crossing, user)
            found: dict[PassengerKey, dict[str, Any]] = {}
            for list_key, authority in keys_of(departure.line, passing, ()):
                if authority.railway != user.railway:
                    continue
                for person in self.persons_of(connection, departure, passing, authority, list_key):
                    mine = found.setdefault(person.key, {})
                    missing = [*mine.get("missing", ()), *person.missing]
                    mine.update({**_of_document(person), "missing": list(dict.fromkeys(missing))})
            details = {"border": f"{key}/{crossing}", "persons": str(len(found))}
            self.note(connection, "document-seen", user.name, details)
            return dict(found)

        return self.selling.call(act)

    def refusals(self, key: DepartureKey | None = None) -> tuple[Turned, ...]:
        """The tickets that a refusal ended in the last week, newest first; or all of one departure."""
        with self.selling.store.read() as connection:
            if key is None:
                refused = border_marks.refusals_since(connection, self.now - TOLD_FOR)
            else:
                noted = border_marks.on_departure(connection, key)
                refused = tuple(one for one in reversed(noted) if one.kind == "refused")
            every = [
                mark
                for departure in dict.fromkeys(one.departure for one in refused)
                for mark in border_marks.on_departure(connection, departure)
            ]
            bookings = {one.code: one for one in reading.read_many(connection, [one.booking for one in refused])}
        turned: dict[str, Turned] = {}
        for mark in refused:
            ticket = _ended_by(mark, bookings[mark.booking])
            if ticket is not None:
                about = [one for one in every if _alike(one, mark)]
                still = any(one.kind == "refused" for one in fold(about)[mark.passenger_key].clearance.values())
                # Of two sides' refusals the first ended it.
                turned[ticket] = Turned(mark=mark, ticket=ticket, withdrawn=not still)
        return tuple(turned.values())

    # Closing

    def close_out(self, user: User, key: DepartureKey, crossing: str) -> Closing:
        """Say who really crossed, and tell each side. Twice without a new mark in between is once.

        Raises `NotThere`, `NotPermitted`, and `NotNow` while the train has not left, or while it is not known of
        everybody what became of them.
        """
        return self.selling.call(partial(self._close_out, user=user, key=key, crossing=crossing))

    def _close_out(self, connection: Connection, *, user: User, key: DepartureKey, crossing: str) -> Closing:
        still_allowed(connection, user, closes_out)
        market = self.selling.market_in(connection)
        departure, passing = self.passing(market, key, crossing, user)
        border_marks.lock(connection)
        board = self._board(connection, market, user, departure, passing)
        if market.now < passing.leaves:
            raise NotNow("The train has not left for the border yet; close it out when everybody is through.")
        if board.left:
            raise _not_known(board.left)
        if board.closing is not None and not board.late:
            return board.closing
        sides = (passing.leaving, passing.entering)
        crossed = {side: frozenset(one.key for one in board.riders if one.went_over(passing, side)) for side in sides}
        closing = Closing(
            departure=key,
            crossing=crossing,
            number=board.closing.number + 1 if board.closing is not None else 1,
            at=market.now,
            who=user.name,
            crossed=len(crossed[passing.entering]),
            refused=sum(any(map(one.stand.refused, sides)) for one in board.riders),
            missing=sum(one.stand.missing for one in board.riders),
        )
        closings.add(connection, closing)
        self.closed_out(connection, passing, crossed)
        details = {"border": f"{key}/{crossing}", "crossed": str(closing.crossed)}
        self.note(connection, "border-closed", user.name, details)
        return closing

    def closed_out(
        self, connection: Connection, passing: Passing, crossed: Mapping[RailwayId, Collection[PassengerKey]]
    ) -> None:
        """Tell each side's authorities who really left its country, or entered it."""
        self.tell_who_crossed(connection, passing.departure, passing.crossing, crossed)


def _ended_by(refusal: Mark, booking: Booking) -> str | None:
    """The ticket that a refusal ended; None: it was overtaken, or the ticket had been given back."""
    for part in booking.parts:
        there = booking.leg(part.leg).departure == refusal.departure
        if there and part.passenger == refusal.passenger and part.refund_reason == "refused":
            return booking.reference(part)
    return None


def _alike(one: Mark, other: Mark) -> bool:
    """Whether two marks are about one passenger at one border."""
    return (one.departure, one.crossing, one.passenger_key) == (other.departure, other.crossing, other.passenger_key)


def _not_known(left: Collection[Rider]) -> NotNow:
    named = [f"{one.coach}-{one.place}" if one.place else one.ticket for one in left]
    listed = ", ".join(named[:_NAMED]) + (" …" if len(named) > _NAMED else "")
    return NotNow(
        "%(count)d passengers are neither cleared by each side nor refused nor missing: %(who)s.",
        count=len(named),
        who=listed,
    )


def _of_document(person: Person) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(person)
    return {name: value for name, value in said.items() if value and name not in _ON_THE_BOARD}
