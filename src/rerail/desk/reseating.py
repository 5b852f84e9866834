"""A new edition changes a train that is sold: its passengers keep their places or are given others, and are told.

All in the transaction that adopts the edition: there is no moment at which a ticket names a place that is gone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.allotted import allotments_on, kept_for
from rerail.desk.reseating_rule import Change, Given, Pair, Rider, pairs_of, reseated
from rerail.desk.tickets import stretch_of
from rerail.life.timetable import Timetable
from rerail.line.model import Line, Train
from rerail.places import claims
from rerail.places.model import Claim, DepartureKey, Spot
from rerail.places.seats import Seats
from rerail.sale import reading
from rerail.sale.errors import NotPossible
from rerail.sale.market import sold_under
from rerail.sale.model import OF_OPERATORS, Booking, Part
from rerail.sale.sold import seat
from rerail.tell import outbox

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK_BACK: Final = timedelta(days=2)
"""A departure's service date can be behind the UTC date; those that have left keep their edition in any case."""


class Reseated(Struct, frozen=True, kw_only=True):
    """A ticket and what became of its place."""

    departure: DepartureKey
    booking: str
    part: int
    old: tuple[Pair, ...]
    new: tuple[Pair, ...]
    """Empty: there is none."""

    @property
    def reference(self) -> str:
        """The ticket's."""
        return f"{self.booking}-{self.part}"


def reseat(
    connection: Connection, before: Timetable, after: Timetable, edition: int, now: datetime
) -> tuple[Reseated, ...]:
    """Give everybody a place in the trains as the new edition has them. Returns whose place changed.

    The caller holds the transaction and the journal's lock, and has refused an edition that takes away more than
    places (`life.editions.taken_away`).
    """
    found: list[Reseated] = []
    for key in reading.live_departures(connection, now - _LOOK_BACK):
        old, new = before.at(key.train, key.service_date), after.at(key.train, key.service_date)
        if old is None or new is None or not _concerns(old, new):
            continue
        found += _departure(connection, key, old, new, after, now)
    _tell(connection, found, edition, now)
    return tuple(found)


def sentences(found: Sequence[Reseated]) -> tuple[str, ...]:
    """What became of the passengers, a sentence for each departure; those without a place by their tickets."""
    by_departure: defaultdict[DepartureKey, list[Reseated]] = defaultdict(list)
    for one in found:
        by_departure[one.departure].append(one)
    said = []
    for key, ones in sorted(by_departure.items()):
        moved = sum(bool(one.new) for one in ones)
        lost = [one.reference for one in ones if not one.new]
        words = [f"{moved} {'passengers are' if moved != 1 else 'passenger is'} given other places"] if moved else []
        if lost:
            words.append(f"no place is left for {', '.join(lost)}")
        said.append(f"Train {key.train} on {key.service_date}: {'; '.join(words)}. They are told by letter.")
    return tuple(said)


def _concerns(old: tuple[Line, Train], new: tuple[Line, Train]) -> bool:
    """Whether what places depend on has changed: the calls, the coaches, or the plan of one of them."""
    (old_line, was), (new_line, now) = old, new
    if was.consist != now.consist or was.segment_railways != now.segment_railways:
        return True
    if [call.station for call in was.calls] != [call.station for call in now.calls]:
        return True
    return any(old_line.coach_types[coach.type] != new_line.coach_types[coach.type] for coach in now.consist)


def _departure(
    connection: Connection,
    key: DepartureKey,
    old: tuple[Line, Train],
    new: tuple[Line, Train],
    after: Timetable,
    now: datetime,
) -> list[Reseated]:
    change = Change(
        Seats(*old),
        Seats(*new),
        ([coach.type for coach in old[1].consist], [coach.type for coach in new[1].consist]),
        calls_now(old[1], new[1]),
    )
    bookings = reading.on_departures(connection, [key])
    everything = claims.claims_on(connection, [key], _LONG_AGO)
    live = [one for one in everything if one.until is None or one.until > now]
    owed = {(one.code, part.number) for one in bookings for part in one.parts if _owed_a_place(after, one, part)}
    riders = _riders(key, new, bookings, live, change.after, owed, now)
    given = reseated(change, key, riders, random.Random(str(key)))  # noqa: S311  (the same choice when tried again)
    kept = {(one.rider.booking, one.rider.part) for one in given if one.kept}
    for booking, part in sorted({(one.booking, one.part) for one in everything} - kept):
        claims.release(connection, booking, [part])
    if any(was != becomes for was, becomes in change.calls.items()):
        claims.renumber(connection, key, change.calls)
    for one in given:
        if not one.kept and one.spots:
            _claim(connection, key, one, now)
    _write_down(connection, bookings, given)
    return [
        Reseated(
            departure=key,
            booking=one.rider.booking,
            part=one.rider.part,
            old=pairs_of(one.rider.spots),
            new=pairs_of(one.spots),
        )
        for one in given
        if pairs_of(one.rider.spots) != pairs_of(one.spots)
    ]


def calls_now(old: Train, new: Train) -> Mapping[int, int]:
    """For each call that is still there its index in the new train, in the order of travel."""
    was, becomes = ([call.station for call in train.calls] for train in (old, new))
    matcher = SequenceMatcher(a=was, b=becomes, autojunk=False)
    return {
        block.a + offset: block.b + offset for block in matcher.get_matching_blocks() for offset in range(block.size)
    }


def _riders(
    key: DepartureKey,
    new: tuple[Line, Train],
    bookings: Sequence[Booking],
    live: Iterable[Claim],
    seats: Seats,
    owed: Collection[tuple[str, int]],
    now: datetime,
) -> list[Rider]:
    """Those with a live ticket: who has paid first, and of them who booked first."""
    line, train = new
    held = kept_for(allotments_on(line, train, key.service_date, seats, now))
    of_part: defaultdict[tuple[str, int], list[Claim]] = defaultdict(list)
    for claim in live:
        of_part[claim.booking, claim.part].append(claim)
    found = []
    for booking in sorted(bookings, key=lambda one: (one.confirmed is None, one.confirmed or one.created, one.code)):
        holder = booking.tour_operator if booking.channel in OF_OPERATORS else None
        for part in booking.parts:
            its = of_part[booking.code, part.number]
            leg = booking.leg(part.leg)
            if leg.departure != key or not (its or (booking.code, part.number) in owed):
                continue
            try:
                board, alight = stretch_of(train, leg)
            except NotPossible:
                continue  # only a hold comes here: whoever has paid kept the edition from being taken up
            spots = {claim.spot for claim in its}
            found.append(
                Rider(
                    booking=booking.code,
                    part=part.number,
                    spots=tuple(spot for spot in part.spots if spot in spots),
                    rest=tuple(sorted(spots - set(part.spots))),
                    board=board,
                    alight=alight,
                    travel_class=leg.travel_class,
                    rule=its[0].compartment if its else None,
                    until=its[0].until if its else None,
                    barred=frozenset(pair for pair, whose in held.items() if whose != holder),
                    own=frozenset(pair for pair, whose in held.items() if whose == holder),
                )
            )
    return found


def _owed_a_place(timetable: Timetable, booking: Booking, part: Part) -> bool:
    """Whether somebody lost a place to an earlier change and has none yet."""
    if part.state != "confirmed" or part.spots:
        return False
    tariff = sold_under(timetable, booking)
    return tariff is not None and tariff.categories[booking.passenger(part.passenger).category].place


def _claim(connection: Connection, key: DepartureKey, given: Given, now: datetime) -> None:
    rider = given.rider
    claims.claim(
        connection,
        key,
        [(rider.part, spot) for spot in (*given.spots, *given.rest)],
        booking=rider.booking,
        until=rider.until,
        now=now,
        compartment=rider.rule,
    )


def _write_down(connection: Connection, bookings: Iterable[Booking], given: Iterable[Given]) -> None:
    """The spots that parts name, where they are others now: other places, or the same by other calls."""
    named = {(booking.code, part.number): part.spots for booking in bookings for part in booking.parts}
    changed: defaultdict[str, dict[int, tuple[Spot, ...]]] = defaultdict(dict)
    for one in given:
        if named[one.rider.booking, one.rider.part] != one.spots:
            changed[one.rider.booking][one.rider.part] = one.spots
    for code, spots in sorted(changed.items()):
        seat(connection, code, spots)


def _tell(connection: Connection, found: Sequence[Reseated], edition: int, now: datetime) -> None:
    """One letter to each booking whose places changed, another to one that lost one."""
    concerned = {(one.booking, not one.new) for one in found}
    bookings = {one.code: one for one in reading.read_many(connection, sorted({code for code, _ in concerned}))}
    for code, unseated in sorted(concerned):
        booking = bookings[code]
        theirs = [one.part for one in found if one.booking == code and (not one.new) is unseated]
        retail_events.reseated(connection, booking, edition, theirs, now, unseated=unseated)
        if booking.email:
            outbox.queue(
                connection,
                outbox.Message(
                    id=f"{'unseated' if unseated else 'reseated'}-{edition}-{code}",
                    kind="reseated",
                    booking=code,
                    to=booking.email,
                    language=booking.language,
                    facts={"unseated": True} if unseated else {},
                    created=now,
                ),
            )
