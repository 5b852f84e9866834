"""Crossing lists as time goes by: closed at their deadline, amended until the train leaves.

Nothing is scheduled. Each round asks which lists are due and which differ from what the bookings say; so any number
of processes may do it, and one that is killed leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.border import lists
from rerail.border.errors import Damaged, KeyringError, NotThere
from rerail.border.keyring import Keys
from rerail.border.lists import Head
from rerail.border.model import ListKey, Manifest, Passing
from rerail.border.passing import closes_at, passing_of, passings
from rerail.border.paxlst import control_reference
from rerail.desk.list_rounds import amending_window, at_their_deadline, closing_window
from rerail.desk.list_sources import ListSources, Source
from rerail.desk.log import log_failed
from rerail.desk.selling import Selling
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.people.audit import NOBODY
from rerail.places.model import DepartureKey
from rerail.sale.market import Market
from rerail.store.engine import StoreError
from rerail.tell import outbox

MAIL: Final = "crossing-list"
"""The kind of a message of the outbox that carries a list."""

_LEFT: Final = b"left"
"""The digest of one whose train has left: which lists it has does not change any more."""

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class ClosingLists(ListSources):
    """The acts by which lists come about."""

    def __init__(self, selling: Selling, keys: Keys, lists_folder: Path | None = None) -> None:
        super().__init__(selling, keys, lists_folder)
        # Departures whose lists were compared with the bookings and say the same, and borders of which no named list
        # was missing, by what was looked at. Safe to lose: it is looked at again.
        self._agree: Final[dict[DepartureKey, Hashable]] = {}
        self._whole: Final[dict[tuple[DepartureKey, str], Hashable]] = {}

    # Closing

    def close_due(self) -> int:
        """Close every list whose deadline has passed. Returns how many were closed.

        One that cannot be closed is logged and waits for the next round; it stops none of the others. Raises
        `StoreError`, and `KeyringError` if nothing can be sealed at all.
        """
        return self._each("a crossing list could not be closed", self._due(self.selling.market()), self._close_at)

    def _close_at(self, passing: Passing) -> int:
        close = partial(self._close, departure=passing.departure, crossing=passing.crossing)
        return self.selling.call(close)

    def _due(self, market: Market) -> list[Passing]:
        """The passings of which a list is due and not closed."""
        due: list[Passing] = []
        perhaps: list[tuple[Departure, Passing, tuple[Authority, ...]]] = []
        with self.selling.store.read() as connection:
            closed = {one.key for one in lists.heads(connection, *closing_window(market))}
        for departure, passing, whose in at_their_deadline(market):
            controls = {ListKey(passing.departure, one.id) for one in whose if one.kind == "control"}
            if controls - closed:
                due.append(passing)
            elif len(controls) < len(whose):
                perhaps.append((departure, passing, whose))
        return due + self._named_due(market, perhaps, closed)

    def _named_due(
        self, market: Market, perhaps: Sequence[tuple[Departure, Passing, Sequence[Authority]]], closed: Set[ListKey]
    ) -> list[Passing]:
        """Those of which a tour operator has passengers and no list yet: only where anything has changed."""
        found: list[Passing] = []
        ahead = [departure for departure, passing, _ in perhaps if market.now < passing.leaves]
        with self.selling.store.read() as connection:
            digests = self.digests(connection, ahead)
        for departure, passing, whose in perhaps:
            border = passing.departure, passing.crossing
            left = market.now >= passing.leaves
            looked_at = _LEFT if left else digests[passing.departure], tuple(one.id for one in whose)
            if self._whole.get(border) == looked_at:
                continue
            with self.selling.store.read() as connection:
                source = Source(
                    departure=departure,
                    passing=passing,
                    travellers=tuple(self.travellers(connection, departure, passing)),
                    papers={},
                )
            due = any(
                key not in closed and closes_at(departure.line, passing, authority) <= market.now
                for key, authority in source.each_list()
            )
            if due:
                found.append(passing)
            else:
                self._whole[border] = looked_at
        _forget(self._whole, {(one.departure, one.crossing) for _, one, _ in perhaps})
        return found

    def _close(self, connection: Connection, *, departure: DepartureKey, crossing: str) -> int:
        market = self.selling.market_in(connection)
        found = market.life.departure(departure.train, departure.service_date)
        if found is None or not found.runs:
            return 0
        done = 0
        for passing in passings(found.line, found.train, departure.service_date):
            if passing.crossing != crossing:
                continue
            closed = {one.key for one in lists.on_departure(connection, departure)}
            source = self.source(connection, found, passing)
            for key, authority in source.each_list():
                if key in closed or market.now < closes_at(found.line, passing, authority):
                    continue
                said = source.manifest(authority, key, market.now, closed=True, specimen=self.specimen)
                filed = "folder" in authority.channels
                if lists.close(connection, self.keys, said, crossing, control_reference(key, 1), file=filed):
                    self._mail(connection, authority, said)
                    self.note(connection, "list-closed", NOBODY, {"list": str(key), "persons": str(len(said.persons))})
                    done += 1
        return done

    # Amending

    def amend_due(self) -> int:
        """Amend every closed list that says something else than the bookings, until the train leaves.

        Returns how many were amended. Opens only lists of departures of which anything has changed since they were
        compared. One that cannot be amended is logged and waits for the next round; it stops none of the others.
        Raises `StoreError`, and `KeyringError` if nothing can be opened at all.
        """
        market = self.selling.market()
        with self.selling.store.read() as connection:
            closed = lists.heads(connection, *amending_window(market))
            heads: dict[DepartureKey, list[Head]] = {}
            for head in closed:
                if not head.close_out and not self._is_over(market, head):
                    heads.setdefault(head.key.departure, []).append(head)
            departures = [market.life.departure(key.train, key.service_date) for key in heads]
            digests = self.digests(connection, [one for one in departures if one is not None])
        looked_at = {key: (digests.get(key, market.edition), tuple(of)) for key, of in heads.items()}
        changed = [key for key in heads if self._agree.get(key) != looked_at[key]]
        _forget(self._agree, heads)
        return self._each(
            "a crossing list could not be amended",
            changed,
            lambda key: self._amend_departure(market, key, heads[key], looked_at[key]),
        )

    def _is_over(self, market: Market, head: Head) -> bool:
        """Whether the train has left for the border, or the list was erased by rule.

        One that goes there no more has not left; a list that was erased because its key was lost is made again.
        """
        if head.erased and self.lists_are_gone(self.keeping(), head.key.departure):
            return True
        departure = market.life.departure(head.key.departure.train, head.key.departure.service_date)
        if departure is None:
            return False
        there = passing_of(departure.line, departure.train, departure.service_date, head.crossing)
        return there is not None and market.now >= there.leaves

    def _amend_departure(
        self, market: Market, departure: DepartureKey, heads: Sequence[Head], looked_at: Hashable
    ) -> int:
        sources: dict[str, Source] = {}
        with self.selling.store.read() as connection:
            stale = [head.key for head in heads if self._next(connection, market, head, sources) is not None]
        done = sum(self.selling.call(partial(self._amend, key=key)) for key in stale)
        if not stale:
            self._agree[departure] = looked_at
        return done

    def _next(
        self, connection: Connection, market: Market, head: Head, sources: dict[str, Source]
    ) -> tuple[Authority, Manifest] | None:
        """The version that follows the latest; None if it would say the same, or nothing is amended any more.

        `sources` are those read already for other lists of the departure, by crossing.
        """
        key = head.key
        before = self._before(connection, head)
        departure = market.life.departure(key.departure.train, key.departure.service_date)
        try:
            if departure is None:
                raise NotThere("There is no train %(train)s any more.", train=key.departure.train)
            passing, authority = self.passing_of(departure, key)
        except NotThere:
            return None if before is None else self._nobody_any_more(market, before, departure)
        if market.now >= passing.leaves:
            return None
        assert departure is not None  # asked above
        if passing.crossing not in sources:
            sources[passing.crossing] = self.source(connection, departure, passing)
        source = sources[passing.crossing]
        said = source.manifest(authority, key, market.now, closed=True, specimen=self.specimen)
        after = replace(said, version=head.version + 1) if before is None else lists.amended(before, said)
        return None if after is None else (authority, after)

    def _before(self, connection: Connection, head: Head) -> Manifest | None:
        """What the latest version says; None if nobody knows any more: the next is then whole, with nothing marked."""
        if head.erased:
            return None
        try:
            return lists.content(connection, self.keys, head.key, head.version)
        except Damaged as error:
            log_failed("a crossing list is damaged", error, list=str(head.key))
            return None

    def _nobody_any_more(
        self, market: Market, before: Manifest, departure: Departure | None
    ) -> tuple[Authority, Manifest] | None:
        """A later edition has the train over another border, or no more: nobody passes this one.

        An authority that the folder has no more, or not for this train, is told nothing any more.
        """
        rules = market.line.border
        authority = rules.authorities.get(before.key.authority) if rules is not None else None
        passed = before.near.local
        if authority is None or (passed is not None and market.now >= passed):
            return None
        if departure is not None and _passes(departure, authority.crossing):
            return None
        after = lists.amended(before, replace(before, made=market.now, persons=()))
        return None if after is None else (authority, after)

    def _amend(self, connection: Connection, *, key: ListKey) -> int:
        market = self.selling.market_in(connection)
        lists.locked_version(connection, key)
        head = lists.head(connection, key)
        if head.close_out or self._is_over(market, head):
            return 0
        found = self._next(connection, market, head, {})
        if found is None:
            return 0
        self._next_version(connection, *found)
        return 1

    def _each(self, failed: str, things: Iterable[T], act: Callable[[T], int]) -> int:
        """Do an act for each thing; whatever one trips over, it keeps none of the others from being done."""
        done = 0
        for one in things:
            try:
                done += act(one)
            except StoreError:
                raise
            except Exception as error:
                if isinstance(error, KeyringError) and not isinstance(error, Damaged):
                    raise  # the same would be said of every other
                log_failed(failed, error, of=str(one.departure if isinstance(one, Passing) else one))
        return done

    def _next_version(self, connection: Connection, authority: Authority, said: Manifest) -> None:
        reference = control_reference(said.key, said.version)
        lists.amend(connection, self.keys, said, reference, file="folder" in authority.channels)
        self._mail(connection, authority, said)
        details = {"list": str(said.key), "version": str(said.version), "persons": str(len(said.persons))}
        self.note(connection, "list-amended", NOBODY, details)

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


def _passes(departure: Departure, crossing: str) -> bool:
    return passing_of(departure.line, departure.train, departure.service_date, crossing) is not None


def mail_id(key: ListKey, version: int) -> str:
    """The id under which a version is mailed, each time: its reference, so that a repetition is recognised."""
    return f"crossing-list-{control_reference(key, version)}"


def _forget(kept: dict[H, Hashable], but: Collection[H]) -> None:
    """Let go of what is of no interest any more."""
    for key in kept.keys() - set(but):
        del kept[key]
