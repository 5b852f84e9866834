"""The last word of a crossing list: who really crossed, and who did not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.border import lists
from rerail.border.documents import PassengerKey
from rerail.border.lists import Kept
from rerail.border.model import Manifest, Person
from rerail.border.passing import authorities, passing_of
from rerail.desk.closing_lists import ClosingLists
from rerail.desk.list_sources import Source
from rerail.line.border import Authority
from rerail.line.model import RailwayId
from rerail.places.model import DepartureKey


class WhoCrossed(ClosingLists):
    """What a close-out tells each authority."""

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
        # Nobody may have closed them: the service was down, or the train is told of before the minute is over.
        self._close(connection, departure=departure, crossing=crossing)
        there = passing_of(found.line, found.train, departure.service_date, crossing)
        if there is None:
            return
        source = self.source(connection, found, there)
        mine = {one.id: one for one in authorities(found.line, there)}
        for kept in lists.on_departure(connection, departure):
            authority = mine.get(kept.key.authority)
            if kept.crossing != crossing or kept.latest.erased or authority is None:
                continue
            said = self._who_crossed(connection, source, authority, kept, set(crossed[authority.railway]))
            if said is not None:
                self._next_version(connection, authority, said)

    def _who_crossed(
        self, connection: Connection, source: Source, authority: Authority, kept: Kept, over: Set[PassengerKey]
    ) -> Manifest | None:
        """The last version of a list; None if it has been told already."""
        before = lists.content(connection, self.keys, kept.key, lists.locked_version(connection, kept.key))
        everybody = {one.key: one for one in before.persons}
        if before.close_out:
            everybody |= {one.key: one for one in before.removed}
        # Whoever crossed is on it: also who was on no version, because none could be made before the train left.
        now = {one.key: one for one in source.persons(authority, kept.key)}
        everybody |= {key: one for key, one in now.items() if key in over and key not in everybody}
        everybody |= self._let_through_after_all(connection, kept, over - everybody.keys())
        if before.close_out and {one.key for one in before.persons} == over & everybody.keys():
            return None
        return replace(
            before,
            version=before.version + 1,
            made=self.now,
            persons=tuple(one for key, one in everybody.items() if key in over),
            removed=tuple(one for key, one in everybody.items() if key not in over),
            added=(),
            changed=(),
            heading_changed=False,
            close_out=True,
        )

    def _let_through_after_all(
        self, connection: Connection, kept: Kept, whose: Collection[PassengerKey]
    ) -> dict[PassengerKey, Person]:
        """Those whom a refusal took off a list and who crossed nevertheless, as they stood on it."""
        found: dict[PassengerKey, Person] = {}
        for version in reversed(kept.versions):
            if len(found) == len(set(whose)):
                break
            said = lists.content(connection, self.keys, kept.key, version.number)
            found |= {one.key: one for one in said.persons if one.key in whose and one.key not in found}
        return found
