"""Crossing lists: closed at their deadline, amended, delivered, received.

Nothing is scheduled. Each round asks which lists are due, which differ from what the bookings say, and which
versions are not delivered yet; so any number of processes may do it, and one that is killed leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.border import lists
from rerail.border.documents import PassengerKey
from rerail.border.errors import NotThere
from rerail.border.forms import Rendered, render
from rerail.border.lists import Kept, State
from rerail.border.model import Form, ListKey, Manifest, Passing, Person
from rerail.border.passing import authorities, closes_at, passings
from rerail.border.paxlst import control_reference
from rerail.desk.list_sources import ListSources, may_see
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.line.model import Line, RailwayId
from rerail.people.audit import COMMAND_LINE, NOBODY
from rerail.people.users import NotPermitted, User
from rerail.places.model import DepartureKey
from rerail.sale.market import Market
from rerail.tell import outbox

MAIL: Final = "crossing-list"
"""The kind of a message of the outbox that carries a list."""

LATE: Final = timedelta(days=2)
"""How long after the train has left a list is still closed that nobody closed in time: the service was down."""

_A_DAY: Final = timedelta(days=1)


class Delivery(Struct, frozen=True, kw_only=True):
    """One way a version goes, and how far it is."""

    channel: Literal["folder", "mail"]
    version: int
    state: Literal["waiting", "sent", "given-up"]
    tries: int
    done: datetime | None
    error: str


class ListShown(Struct, frozen=True, kw_only=True):
    """A list as the office sees it."""

    key: ListKey
    authority: Authority
    passing: Passing
    closes: datetime
    """UTC."""
    state: State
    kept: Kept | None
    """None while it is open."""
    deliveries: tuple[Delivery, ...]
    persons: int
    """As it would be now."""
    incomplete: int
    """How many of them have not given everything that is asked."""
    differs: bool
    """Whether the bookings say something else than the latest version: an amendment is about to be made."""


class CrossingLists(ListSources):
    """Looking into lists, closing and amending them."""

    def lists(self, departure: DepartureKey, user: User | None = None) -> tuple[ListShown, ...]:
        """The lists of a departure, open or closed, that a user may know of (None: all). Raises `NotThere`."""
        market = self.selling.market()
        found = self.departure(market, departure)
        with self.selling.store.read() as connection:
            return tuple(
                self._shown(connection, found, passing, key, authority)
                for passing in passings(found.line, found.train, departure.service_date)
                for key, authority in self.keys_on(connection, found, passing)
                if user is None or may_see(user, authority)
            )

    def _shown(
        self, connection: Connection, departure: Departure, passing: Passing, key: ListKey, authority: Authority
    ) -> ListShown:
        kept = lists.with_text(connection, self.keys, key)
        now = self.persons_of(connection, departure, passing, authority, key)
        differs = False
        if kept is not None and self._amendable(departure, kept) is not None:
            before = lists.content(connection, self.keys, key, kept.latest.number)
            differs = lists.amended(before, now, self.now) is not None
        deliveries = self._deliveries(connection, kept) if kept is not None else ()
        latest = [one for one in deliveries if kept is not None and one.version == kept.latest.number]
        return ListShown(
            key=key,
            authority=authority,
            passing=passing,
            closes=closes_at(departure.line, passing, authority),
            state=lists.state_of(kept, delivered=bool(latest) and all(one.state == "sent" for one in latest)),
            kept=kept,
            deliveries=deliveries,
            persons=len(now),
            incomplete=sum(bool(one.missing) for one in now),
            differs=differs,
        )

    def _deliveries(self, connection: Connection, kept: Kept) -> tuple[Delivery, ...]:
        by_folder = [
            Delivery(
                channel="folder",
                version=one.version,
                state="sent" if one.done is not None else "waiting",
                tries=one.tries,
                done=one.done,
                error=one.error,
            )
            for one in kept.filings
        ]
        by_mail = []
        for version in kept.versions:
            told = outbox.told(connection, mail_id(kept.key, version.number))
            if told is not None:
                by_mail.append(
                    Delivery(
                        channel="mail",
                        version=version.number,
                        state="sent" if told.state == "sent" else "waiting" if told.state == "waiting" else "given-up",
                        tries=told.tries,
                        done=told.done_at,
                        error=told.error,
                    )
                )
        return (*by_folder, *by_mail)

    def rendered(
        self, key: ListKey, form: Form, user: User | None, version: int | None = None
    ) -> tuple[datetime | None, Rendered]:
        """A list in one of its forms: a version, by default the latest; while it is open, a draft, and until when.

        A look at passengers' documents: it goes into the audit trail. `user` None: the command line. Raises
        `NotThere`, `NotPermitted`, `KeyringError`.
        """

        def act(connection: Connection) -> Manifest:
            market = self.selling.market_in(connection)
            found = self.departure(market, key.departure)
            passing, authority = self.passing_of(found, key)
            if user is not None and not may_see(user, authority):
                raise NotPermitted("This list is another side's.")
            kept = lists.read(connection, key)
            if kept is None:
                if version is not None:
                    raise NotThere("The list %(list)s is not closed yet.", list=str(key))
                said = self.manifest_of(connection, found, passing, authority, key, closed=False)
            else:
                said = lists.content(connection, self.keys, key, version or kept.latest.number)
            self.note(
                connection,
                "list-seen",
                user.name if user is not None else COMMAND_LINE,
                {"list": str(key), "version": str(said.version), "form": form},
            )
            return said

        said = self.selling.call(act)
        return said.open_until, render(said, form)

    def key_of(self, departure: DepartureKey, authority: str, tour_operator: str | None = None) -> ListKey:
        """The list that somebody means. Raises `NotThere`, which names those there are."""
        shown = self.lists(departure)
        mine = [one.key for one in shown if one.key.authority == authority]
        if tour_operator is not None:
            mine = [one for one in mine if one.tour_operator == tour_operator]
        if len(mine) == 1:
            return mine[0]
        if not mine:
            known = ", ".join(dict.fromkeys(one.key.authority for one in shown)) or "none"
            raise NotThere(
                'There is no list of "%(authority)s" for %(departure)s; there are: %(known)s.',
                "authority",
                authority=authority,
                departure=str(departure),
                known=known,
            )
        raise NotThere(
            "Several tour operators have a list of %(authority)s: name one of %(operators)s.",
            "operator",
            authority=authority,
            operators=", ".join(one.tour_operator for one in mine),
        )

    # Closing

    def close_due(self) -> int:
        """Close every list whose deadline has passed. Returns how many were closed."""
        due = tuple(self._due(self.selling.market()))
        return sum(
            self.selling.call(partial(self._close, departure=one.departure, crossing=one.crossing)) for one in due
        )

    def _due(self, market: Market) -> Iterator[Passing]:
        """The passings of which a list is due and not closed."""
        rules = market.line.border
        if rules is None or not rules.authorities:
            return
        start, until = market.now - LATE, market.now + timedelta(minutes=_longest_deadline(market.line))
        with self.selling.store.read() as connection:
            for departure in market.life.departures(start.date() - _A_DAY, until.date() + _A_DAY):
                for passing in passings(departure.line, departure.train, departure.service_date):
                    if passing.leaves > start and self._is_due(connection, market, departure, passing):
                        yield passing

    def _is_due(self, connection: Connection, market: Market, departure: Departure, passing: Passing) -> bool:
        due = [
            one for one in authorities(departure.line, passing) if closes_at(departure.line, passing, one) <= market.now
        ]
        if not due:
            return False
        closed = {one.key for one in lists.on_departure(connection, passing.departure)}
        return any(
            key not in closed and authority in due for key, authority in self.keys_on(connection, departure, passing)
        )

    def _close(self, connection: Connection, *, departure: DepartureKey, crossing: str) -> int:
        market = self.selling.market_in(connection)
        found = market.life.departure(departure.train, departure.service_date)
        if found is None or not found.runs:
            return 0
        done = 0
        for passing in passings(found.line, found.train, departure.service_date):
            if passing.crossing != crossing:
                continue
            for key, authority in self.keys_on(connection, found, passing):
                if market.now < closes_at(found.line, passing, authority) or lists.read(connection, key) is not None:
                    continue
                said = self.manifest_of(connection, found, passing, authority, key, closed=True)
                filed = "folder" in authority.channels
                reference = control_reference(key, 1)
                if lists.close(connection, self.keys, said, passing.crossing, reference, file=filed):
                    self._mail(connection, authority, said)
                    self.note(connection, "list-closed", NOBODY, {"list": str(key), "persons": str(len(said.persons))})
                    done += 1
        return done

    # Amending

    def amend_due(self) -> int:
        """Amend every closed list that says something else than the bookings, until the train leaves.

        Returns how many were amended.
        """
        market = self.selling.market()
        today = market.now.date()
        with self.selling.store.read() as connection:
            kept = lists.between(connection, today - timedelta(days=2), today + timedelta(days=366))
            stale = [one.key for one in kept if self._differs(connection, market, one)]
        return sum(self.selling.call(partial(self._amend, key=key)) for key in stale)

    def _differs(self, connection: Connection, market: Market, kept: Kept) -> bool:
        departure = market.life.departure(kept.key.departure.train, kept.key.departure.service_date)
        found = self._amendable(departure, kept)
        if departure is None or found is None:
            return False
        before = lists.content(connection, self.keys, kept.key, kept.latest.number)
        return lists.amended(before, self.persons_of(connection, departure, *found, kept.key), self.now) is not None

    def _amendable(self, departure: Departure | None, kept: Kept) -> tuple[Passing, Authority] | None:
        """What a list is of, unless its train has left, its close-out is told, or its train is no more."""
        if departure is None or kept.latest.close_out or kept.latest.erased:
            return None
        try:
            passing, authority = self.passing_of(departure, kept.key)
        except NotThere:
            return None  # a later edition has the train no longer over this border, or the authority no more
        return (passing, authority) if self.now < passing.leaves else None

    def _amend(self, connection: Connection, *, key: ListKey) -> int:
        market = self.selling.market_in(connection)
        number = lists.locked_version(connection, key)
        kept = lists.read(connection, key)
        assert kept is not None  # locked a moment ago
        departure = market.life.departure(key.departure.train, key.departure.service_date)
        found = self._amendable(departure, kept)
        if departure is None or found is None:
            return 0
        before = lists.content(connection, self.keys, key, number)
        after = lists.amended(before, self.persons_of(connection, departure, *found, key), market.now)
        if after is None:
            return 0
        self._next_version(connection, found[1], after)
        return 1

    def _next_version(self, connection: Connection, authority: Authority, said: Manifest) -> None:
        reference = control_reference(said.key, said.version)
        lists.amend(connection, self.keys, said, reference, file="folder" in authority.channels)
        self._mail(connection, authority, said)
        details = {"list": str(said.key), "version": str(said.version), "persons": str(len(said.persons))}
        self.note(connection, "list-amended", NOBODY, details)

    def tell_who_crossed(
        self,
        connection: Connection,
        departure: DepartureKey,
        crossing: str,
        crossed: Mapping[RailwayId, Collection[PassengerKey]],
    ) -> None:
        """Give every authority of a crossing a last version of its list: who really crossed, and who did not.

        `crossed` has for each side those who left its country, or entered it. Twice with the same passengers is once.
        The caller holds a write transaction.
        """
        market = self.selling.market_in(connection)
        found = self.departure(market, departure)
        for kept in lists.on_departure(connection, departure):
            if kept.crossing != crossing or kept.latest.erased:
                continue
            try:
                _, authority = self.passing_of(found, kept.key)
            except NotThere:
                continue
            there = set(crossed[authority.railway])
            before = lists.content(connection, self.keys, kept.key, lists.locked_version(connection, kept.key))
            everybody = [*before.persons, *before.removed] if before.close_out else list(before.persons)
            everybody += self._let_through_after_all(connection, kept, there - {one.key for one in everybody})
            persons_ = tuple(one for one in everybody if one.key in there)
            if before.close_out and {one.key for one in before.persons} == {one.key for one in persons_}:
                continue
            self._next_version(
                connection,
                authority,
                replace(
                    before,
                    version=before.version + 1,
                    made=market.now,
                    persons=persons_,
                    removed=tuple(one for one in everybody if one.key not in there),
                    added=(),
                    changed=(),
                    close_out=True,
                ),
            )

    def _let_through_after_all(
        self, connection: Connection, kept: Kept, whose: Collection[PassengerKey]
    ) -> Iterator[Person]:
        """Those whom a refusal took off a list and who crossed nevertheless, as they stood on it."""
        missing = set(whose)
        for version in reversed(kept.versions):
            if not missing:
                return
            for one in lists.content(connection, self.keys, kept.key, version.number).persons:
                if one.key in missing:
                    missing.remove(one.key)
                    yield one

    def _mail(self, connection: Connection, authority: Authority, said: Manifest) -> None:
        if "mail" not in authority.channels or authority.email is None:
            return
        outbox.queue(
            connection,
            outbox.Message(
                id=mail_id(said.key, said.version),
                kind=MAIL,
                booking="",
                to=authority.email,
                language=authority.language,
                facts={"list": str(said.key), "version": said.version},
                created=said.made,
            ),
        )


def mail_id(key: ListKey, version: int) -> str:
    """The id under which a version is mailed, each time: its reference, so that a repetition is recognised."""
    return f"crossing-list-{control_reference(key, version)}"


def _longest_deadline(line: Line) -> int:
    """The longest time before a border, in minutes, at which any list of a line closes."""
    own = [one.minutes or 0 for one in line.border.authorities.values()] if line.border is not None else []
    return max([0, *own, *(one.minutes for one in (line.tariff.deadlines if line.tariff is not None else ()))])
