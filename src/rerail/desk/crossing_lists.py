"""Looking into crossing lists: how far each is, what it says, under audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.border import lists
from rerail.border.errors import NotThere
from rerail.border.forms import Rendered, render
from rerail.border.lists import Kept, State
from rerail.border.model import Form, ListKey, Manifest, Passing
from rerail.border.passing import closes_at, passings
from rerail.desk.closing_lists import mail_id
from rerail.desk.list_sources import Source, may_see, no_list, on_paper, permitted
from rerail.desk.who_crossed import WhoCrossed
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.line.model import Line
from rerail.people.audit import COMMAND_LINE
from rerail.people.users import User
from rerail.places.model import DepartureKey
from rerail.sale.market import Market
from rerail.tell import outbox


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


class CrossingLists(WhoCrossed):
    """The acts of looking."""

    def lists(self, departure: DepartureKey, user: User | None = None) -> tuple[ListShown, ...]:
        """The lists of a departure, open or closed, that a user may know of (None: all). Raises `NotThere`."""
        market = self.selling.market()
        found = self.departure(market, departure)
        with self.selling.store.read() as connection:
            return tuple(
                one
                for one in self._all_shown(connection, market, found, departure)
                if user is None or may_see(user, one.authority)
            )

    def _all_shown(
        self, connection: Connection, market: Market, departure: Departure, key: DepartureKey
    ) -> Iterator[ListShown]:
        kept = {one.key: one for one in lists.on_departure(connection, key)}
        for passing in passings(departure.line, departure.train, key.service_date) if on_paper(market, key) else ():
            source = self.source(connection, departure, passing)
            for list_key, authority in source.each_list(_of(kept.values(), passing.crossing)):
                yield self._shown(connection, departure.line, source, list_key, authority, kept.pop(list_key, None))
        # A later edition has the train over another border, or the authority no more: what was handed over stays.
        for list_key, one in kept.items():
            line, passing, authority = self.formerly(market, list_key)
            yield self._shown_kept(connection, line, passing, authority, one)

    def _shown(
        self,
        connection: Connection,
        line: Line,
        source: Source,
        key: ListKey,
        authority: Authority,
        kept: Kept | None,
    ) -> ListShown:
        now = source.persons(authority, key)
        if kept is None:
            shown = ListShown(
                key=key,
                authority=authority,
                passing=source.passing,
                closes=closes_at(line, source.passing, authority),
                state="open",
                kept=None,
                deliveries=(),
                persons=0,
                incomplete=0,
                differs=False,
            )
        else:
            shown = self._shown_kept(connection, line, source.passing, authority, kept)
            if self.now < source.passing.leaves and not kept.latest.close_out and not kept.latest.erased:
                before = lists.content(connection, self.keys, key, kept.latest.number)
                said = source.manifest(authority, key, self.now, closed=True, specimen=self.specimen)
                shown = replace(shown, differs=lists.amended(before, said) is not None)
        return replace(shown, persons=len(now), incomplete=sum(bool(one.missing) for one in now))

    def _shown_kept(
        self, connection: Connection, line: Line, passing: Passing, authority: Authority, kept: Kept
    ) -> ListShown:
        deliveries = self._deliveries(connection, kept)
        latest = [one for one in deliveries if one.version == kept.latest.number]
        return ListShown(
            key=kept.key,
            authority=authority,
            passing=passing,
            closes=closes_at(line, passing, authority),
            state=lists.state_of(kept, delivered=bool(latest) and all(one.state == "sent" for one in latest)),
            kept=lists.with_text(connection, self.keys, kept.key),
            deliveries=deliveries,
            persons=kept.latest.persons,
            incomplete=0,
            differs=False,
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
            kept = lists.read(connection, key)
            passing, authority = self.passing_of(found, key) if kept is None else self.formerly(market, key)[1:]
            if user is not None:
                permitted(connection, user, authority)
            if kept is None:
                if version is not None:
                    raise NotThere("The list %(list)s is not closed yet.", list=str(key))
                source = self.source(connection, found, passing)
                if not on_paper(market, key.departure) or key not in dict(source.each_list()):
                    raise no_list(key)  # an empty one would be taken for one without passengers
                said = source.manifest(authority, key, market.now, closed=False, specimen=self.specimen)
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
        if not shown and not on_paper(self.selling.market(), departure):
            raise NotThere("There is no train %(train)s on %(day)s.", train=departure.train, day=departure.service_date)
        of_authority = [one.key for one in shown if one.key.authority == authority]
        mine = [one for one in of_authority if tour_operator in (None, one.tour_operator)]
        if len(mine) == 1:
            return mine[0]
        if not mine and of_authority:
            if not of_authority[0].tour_operator:
                raise NotThere(
                    "%(authority)s gets one list of everybody; leave the tour operator out.",
                    "operator",
                    authority=authority,
                )
            raise NotThere(
                'No list of "%(authority)s" is of "%(operator)s"; there are lists of: %(known)s.',
                "operator",
                authority=authority,
                operator=tour_operator,
                known=", ".join(one.tour_operator for one in of_authority),
            )
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


def _of(kept: Iterable[Kept], crossing: str) -> list[ListKey]:
    return [one.key for one in kept if one.crossing == crossing]
