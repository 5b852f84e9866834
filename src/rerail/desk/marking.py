"""Marks at the border as devices send them: checked, noted once; and what a refusal brings about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import Connection

from rerail.border import marks as border_marks
from rerail.border.documents import PassengerKey
from rerail.border.errors import NotNow, NotThere
from rerail.border.marks import CLEARANCE, CUSTODY, PRESENCE, Kind, Mark, fold
from rerail.border.model import Passing
from rerail.border.passing import passings
from rerail.desk.border_roll import Over, tickets_over
from rerail.desk.counter import still_allowed
from rerail.desk.refusing import Refusing, border_name
from rerail.life.consent import Departure
from rerail.line.model import RailwayId
from rerail.line.sentence import SentenceError
from rerail.people.users import NotPermitted, PeopleError, User
from rerail.places.model import DepartureKey
from rerail.sale import reading
from rerail.sale.changing import locked
from rerail.sale.market import Market


class Sent(Struct, frozen=True, kw_only=True):
    """A mark as a device sends it."""

    id: Annotated[str, Meta(pattern="^[0-9a-f-]{8,64}$")]
    booking: Annotated[str, Meta(pattern="^[0-9A-Z]{1,32}$")]
    passenger: Annotated[int, Meta(ge=1, le=100_000)]
    kind: Kind
    railway: RailwayId = ""
    made_at: Annotated[datetime, Meta(tz=True)]
    """By the device's clock."""

    @property
    def passenger_key(self) -> PassengerKey:
        """Whom it is about."""
        return self.booking, self.passenger


class Answer(Struct, frozen=True, kw_only=True):
    """What became of a mark that was sent."""

    id: str
    already: bool = False
    """Whether it had been noted before."""
    why: SentenceError | PeopleError | None = None
    """Why it was not taken; None: it is noted."""
    holds: Mark | None = None
    """Of all marks about the same thing the one that holds now: this one, or a later one."""


class NotTaken(NotNow):
    """A mark that does not fit what is known."""


def at_border(user: User) -> bool:
    """Operators, officers and conductors."""
    return user.at_border


def kinds_of(user: User) -> frozenset[Kind]:
    """The marks that a user may make; of clearance an officer those of the own side alone."""
    if user.role == "operator":
        return PRESENCE | CLEARANCE | CUSTODY
    if user.role == "officer":
        return PRESENCE | CLEARANCE
    return PRESENCE | CUSTODY if user.role == "conductor" else frozenset()


class Marking(Refusing):
    """The acts of officers and conductors on single passengers."""

    def mark(self, user: User, key: DepartureKey, crossing: str, sent: Sequence[Sent]) -> tuple[Answer, ...]:
        """Note marks, each once; what became of each, in their order. A mark that is not taken stops no other.

        A refusal is a transaction of its own, after the others: a mark that overtakes it keeps the place.
        Raises `NotThere`, `NotPermitted`: no such departure or border, or none of this user's.
        """
        self.passing(self.selling.market(), key, crossing, user)
        plain = [one for one in sent if one.kind != "refused"]
        answers: dict[str, Answer] = {}
        if plain:
            noted = self.selling.call(partial(self._note, user=user, key=key, crossing=crossing, sent=plain))
            answers.update((one.id, one) for one in noted)
        for one in sent:
            if one.kind == "refused":
                answers[one.id] = self._refused(user, key, crossing, one)
        return tuple(answers[one.id] for one in sent)

    def refuse(
        self,
        user: User,
        key: DepartureKey,
        crossing: str,
        railway: RailwayId,
        booking: str,
        passenger: int,
        mark_id: str,
    ) -> Answer:
        """Refuse a passenger on behalf of a side's control, now. Twice with one `mark_id` is once.

        The place is free from there on, the ticket ends by the folder's rule, its later trains can be given back,
        the passenger and the tour operator are told. Raises `NotThere`, `NotPermitted`, `NotNow`.
        """
        sent = Sent(id=mark_id, booking=booking, passenger=passenger, kind="refused", railway=railway, made_at=self.now)
        (answer,) = self.mark(user, key, crossing, [sent])
        if answer.why is not None:
            raise answer.why
        return answer

    def passing(
        self, market: Market, key: DepartureKey, crossing: str, user: User | None = None
    ) -> tuple[Departure, Passing]:
        """A departure going over a border. Raises `NotThere`, and `NotPermitted` for another side's officer."""
        departure = self.departure(market, key)
        for passing in passings(departure.line, departure.train, key.service_date):
            if passing.crossing == crossing:
                if user is not None and not works_at(user, passing):
                    raise NotPermitted("This border is not your side's.")
                return departure, passing
        raise NotThere('%(departure)s does not pass the border "%(crossing)s".', departure=str(key), crossing=crossing)

    def _note(
        self, connection: Connection, *, user: User, key: DepartureKey, crossing: str, sent: Sequence[Sent]
    ) -> list[Answer]:
        still_allowed(connection, user, at_border)
        market = self.selling.market_in(connection)
        departure, passing = self.passing(market, key, crossing, user)
        bookings = reading.read_many(connection, [one.booking for one in sent])
        tickets = {one.key: one for one in tickets_over(departure.train, bookings, passing)}
        # Before anybody says when they reached us: a mark that waits here for a close-out has come after it.
        border_marks.lock(connection)
        whys: dict[str, SentenceError | PeopleError] = {}
        fitting: list[Mark] = []
        for one in sent:
            try:
                fitting.append(self._checked(user, passing, one, tickets))
            except (SentenceError, PeopleError) as error:
                whys[one.id] = error
        outcomes = dict(zip((one.id for one in fitting), border_marks.add(connection, fitting), strict=True))
        if "noted" in outcomes.values():
            self._note_marked(connection, user, passing, sum(one == "noted" for one in outcomes.values()))
        holding = _holding(border_marks.on_departure(connection, key, crossing))
        marked = {one.id: one for one in fitting}
        return [
            Answer(id=one.id, why=whys[one.id])
            if one.id in whys
            else _answer(outcomes[one.id], marked[one.id], holding)
            for one in sent
        ]

    def _refused(self, user: User, key: DepartureKey, crossing: str, one: Sent) -> Answer:
        try:
            answer = self.selling.call(partial(self._refuse, user=user, key=key, crossing=crossing, one=one))
        except (SentenceError, PeopleError) as error:
            return Answer(id=one.id, why=error)
        self.selling.settle_payouts((one.booking,))
        return answer

    def _refuse(self, connection: Connection, *, user: User, key: DepartureKey, crossing: str, one: Sent) -> Answer:
        still_allowed(connection, user, at_border)
        market = self.selling.market_in(connection)
        departure, passing = self.passing(market, key, crossing, user)
        # Locked before the marks are: whoever gives the ticket back at this moment has the booking alone.
        booking = locked(connection, one.booking)
        tickets = {ticket.key: ticket for ticket in tickets_over(departure.train, [booking], passing)}
        border_marks.lock(connection)
        mark = self._checked(user, passing, one, tickets)
        (outcome,) = border_marks.add(connection, [mark])
        holding = _holding(border_marks.on_departure(connection, key, crossing))
        answer = _answer(outcome, mark, holding)
        if outcome == "noted":
            self._note_marked(connection, user, passing, 1)
        ticket = tickets[mark.passenger_key]
        in_force = answer.holds is not None and answer.holds.kind == "refused"
        if answer.why is None and in_force and ticket.part.state == "confirmed":
            self.end_ticket(connection, market, user, departure, passing, ticket, mark)
        return answer

    def _checked(
        self,
        user: User,
        passing: Passing,
        sent: Sent,
        tickets: Mapping[PassengerKey, Over],
    ) -> Mark:
        """The mark. Raises `NotPermitted`, `NotThere`, `NotTaken`."""
        _permitted(user, sent)
        if sent.passenger_key not in tickets:
            raise NotThere(
                "There is no passenger %(passenger)d of booking %(booking)s on this train over this border.",
                passenger=sent.passenger,
                booking=sent.booking,
            )
        if (sent.kind in CLEARANCE) != bool(sent.railway):
            raise NotTaken("A side clears or refuses; of everything else a mark names no side.")
        if sent.railway and passing.checkpoint(sent.railway) is None:
            raise NotTaken('"%(railway)s" does not control at this border.', railway=sent.railway)
        if self.lists_are_gone(self.keeping(), passing.departure):
            raise NotTaken("The marks of this departure were erased by rule; none is added any more.")
        return Mark(
            id=sent.id,
            departure=passing.departure,
            crossing=passing.crossing,
            railway=sent.railway,
            booking=sent.booking,
            passenger=sent.passenger,
            kind=sent.kind,
            made_at=sent.made_at,
            noted_at=self.now,
            who=user.name,
        )

    def _note_marked(self, connection: Connection, user: User, passing: Passing, count: int) -> None:
        self.note(connection, "border-marked", user.name, {"border": border_name(passing), "marks": str(count)})


def works_at(user: User, passing: Passing) -> bool:
    """Whether a border is a user's business: an officer's only if the own side controls there."""
    return user.at_border and (user.railway is None or passing.checkpoint(user.railway) is not None)


def _permitted(user: User, sent: Sent) -> None:
    if sent.kind not in kinds_of(user):
        raise NotPermitted(
            "Conductors mark who is on board and whose documents they have; officers mark who is there, and clear or "
            "refuse."
        )
    if sent.railway and user.railway is not None and sent.railway != user.railway:
        raise NotPermitted("Another side's control clears and refuses for itself.")


def _holding(marks: Sequence[Mark]) -> dict[tuple[PassengerKey, tuple[str, RailwayId]], Mark]:
    """Of each thing said of each passenger the mark that holds."""
    return {
        (mark.passenger_key, mark.subject): mark
        for stand in fold(marks).values()
        for mark in (stand.presence, stand.custody, *stand.clearance.values())
        if mark is not None
    }


def _answer(
    outcome: border_marks.Outcome,
    mark: Mark,
    holding: Mapping[tuple[PassengerKey, tuple[str, RailwayId]], Mark],
) -> Answer:
    if outcome == "another":
        return Answer(id=mark.id, why=NotTaken("Another mark has this mark's number; make it again."))
    return Answer(id=mark.id, already=outcome == "already", holds=holding[mark.passenger_key, mark.subject])
