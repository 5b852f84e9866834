"""Deciding about the service: preview what an entry would change, then record it.

The same two acts serve the office, the command line and, one day, a railway's own system.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk.current import HORIZON_DAYS, Current, Snapshot, read_snapshot
from rerail.life import tables
from rerail.life.consent import Departure, Life
from rerail.life.draft import Draft, LifeError, checked, entries_of
from rerail.life.journal import Entry
from rerail.life.preview import Change, already_left, changes
from rerail.life.timetable import Timetable
from rerail.line.amount import Money
from rerail.line.model import RailwayId
from rerail.people.audit import recorded
from rerail.people.tables import append_event
from rerail.places.model import DepartureKey
from rerail.sale import suspension
from rerail.store.contention import again

FURTHEST_DAYS: Final = 3653
"""How far ahead an entry may begin: ten years, beyond which a date is a slip of the pen."""


class JournalMoved(LifeError):
    """Somebody else recorded an entry since the preview; look again before confirming."""


class TooLate(LifeError):
    """The entry covers departures that already left, `gone`; what ran stays as it ran."""

    def __init__(self, sentence: str, gone: tuple[Departure, ...]) -> None:
        super().__init__(sentence)
        self.gone: Final = gone


class Recorder(Struct, frozen=True):
    """Who is at the desk."""

    name: str
    railway: RailwayId | None = None
    """A railway's official: may record for that railway only. None: the operator."""
    names_documents: bool = False
    """Whether this face makes the operator name the document when it records for a railway."""


class Preview(Struct, frozen=True, kw_only=True):
    """What recording a draft would do, as of a state of the journal."""

    draft: Draft
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]
    """Departures until `horizon` that would start or stop running."""
    horizon: date
    journal: int
    """The journal's last number when this was derived: what a confirmation refers to."""
    hit: tuple[suspension.Hit, ...] = ()
    """The bookings with something sold or held on departures that would stop, as of the preview: whoever buys
    until the confirmation is refunded too."""
    to_give_back: tuple[Money, ...] = ()
    """What they are to be given back, per currency."""


def preview(current: Current, draft: Draft, recorder: Recorder) -> Preview:
    """What the draft would change. Writes nothing. Raises `LifeError` if it cannot be recorded."""
    with current.store.read() as connection:
        snapshot = read_snapshot(connection, _timetable(current, connection))
        seen = _preview(snapshot, draft, recorder, current.now(), form="draft")
        hit = suspension.hits(connection, stopped(seen), current.now())
    return msgspec.structs.replace(seen, hit=hit, to_give_back=suspension.to_give_back(hit))


def stopped(seen: Preview) -> tuple[DepartureKey, ...]:
    """The departures that would stop running."""
    return tuple(
        DepartureKey(change.after.train.id, change.after.service_date) for change in seen.changes if change.stops
    )


def record(current: Current, draft: Draft, recorder: Recorder, *, form: str, journal: int | None) -> tuple[Entry, ...]:
    """Write the draft into the journal, in one transaction; the same `form` again writes nothing.

    `journal` is the `Preview.journal` that was confirmed; None confirms unseen (the command line's --yes).
    Raises `LifeError` if it cannot be recorded, `JournalMoved` if the journal has grown since the preview.
    """

    def once() -> tuple[Entry, ...]:
        with current.store.write() as connection:
            tables.lock_journal(connection)
            return record_in(connection, current, draft, recorder, form=form, journal=journal)

    entries = again(once)
    current.forget()
    return entries


def record_in(
    connection: Connection,
    current: Current,
    draft: Draft,
    recorder: Recorder,
    *,
    form: str,
    journal: int | None,
) -> tuple[Entry, ...]:
    """`record` inside a transaction the caller holds and has locked the journal in, for acts of several rooms."""
    snapshot = read_snapshot(connection, _timetable(current, connection))
    already = tuple(entry for entry in snapshot.entries if entry.id == form or entry.id.startswith(f"{form}-"))
    if already:
        return already
    if journal is not None and snapshot.versions[0] != journal:
        raise JournalMoved(
            "Somebody recorded another entry while you looked; check the preview again and confirm once more."
        )
    seen = _preview(snapshot, draft, recorder, current.now(), form=form)
    entries = tables.append(connection, seen.entries)
    append_event(connection, recorded(recorder.name, draft.kind, (entry.seq for entry in entries), current.now()))
    return entries


def _timetable(current: Current, connection: Connection) -> Timetable | None:
    held = current.snapshot()
    return held.timetable if held.versions[1] == tables.versions(connection)[1] else None


def _preview(snapshot: Snapshot, draft: Draft, recorder: Recorder, now: datetime, form: str) -> Preview:
    draft = checked(draft, snapshot.line)
    _permitted(draft, recorder)
    if draft.start > now.date() + timedelta(days=FURTHEST_DAYS):
        raise LifeError(f"{draft.start} is more than ten years ahead; is the year right?")
    entries = entries_of(draft, snapshot.line, form, now, recorder.name)
    horizon = max(now.date(), draft.start) + timedelta(days=HORIZON_DAYS)
    # One window serves both questions: what has left already (from the entry's start) and what would change.
    window = (min(now.date() - timedelta(days=2), draft.start), horizon)
    before = Life(snapshot.timetable, snapshot.entries, window)
    after = Life(snapshot.timetable, (*snapshot.entries, *entries), window)
    gone = already_left(after, entries, now)
    if gone:
        raise TooLate(_too_late(gone, entries, now), tuple(gone))
    return Preview(
        draft=draft,
        entries=entries,
        changes=changes(before, after),
        horizon=horizon,
        journal=snapshot.versions[0],
    )


def _permitted(draft: Draft, recorder: Recorder) -> None:
    if recorder.railway is None:
        if recorder.names_documents and draft.railways and not draft.document:
            raise LifeError("Name the document in which the railway decided this (its letter, telegram or protocol).")
        return
    if draft.kind == "special":
        raise LifeError("A special is added by the operator; record your railway's consent to its date as a grant.")
    if draft.railways != (recorder.railway,):
        raise LifeError(f'You record for the railway "{recorder.railway}" only; leave the other to its own official.')


def _too_late(gone: list[Departure], entries: tuple[Entry, ...], now: datetime) -> str:
    latest = gone[-1]
    earliest = latest.service_date + timedelta(days=1)
    until = entries[0].until
    way_out = (
        f"let the entry begin on {earliest} or later"
        if until is None or until > earliest
        else "choose dates that are still to come"
    )
    count = f"{len(gone)} departures" if len(gone) > 1 else "a departure"
    return (
        f"The entry covers {count} that already left (last: {latest.train.id} of {latest.service_date}, at "
        f"{latest.start:%Y-%m-%d %H:%M} UTC; it is now {now:%Y-%m-%d %H:%M} UTC); what ran stays as it ran: {way_out}."
    )
