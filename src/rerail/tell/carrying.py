"""Carrying what is in the outbox, by whichever channel: at least once, under one name, by any number of processes.

A message is taken (leased) in a short transaction, carried outside of any, and noted as sent in another. Whoever
dies in between leaves a lease that runs out, and the message is carried again by the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.tell import outbox, tables
from rerail.tell.outbox import MOST_TRIES, Message, message_of, wait_after

LEASE: Final = timedelta(minutes=10)
"""How long a process may take over what it leased before another may send the same."""

LAST_START: Final = timedelta(minutes=7)
"""After this much of the lease no further message is begun: an attempt to send takes less than the rest."""


class NotSent(Exception):
    """A message could not be sent now. The sentence names no person: it is kept and shown."""


class Deferred(NotSent):
    """This message was not taken this time; it may be another time."""


class Refused(NotSent):
    """This message will never be taken."""


class Away(NotSent):
    """Nothing can be sent to this recipient at the moment; to others it can."""


class Unreachable(NotSent):
    """Nothing can be sent at the moment: the server is away, or does not accept us."""


class Channel(Protocol):
    """A way by which messages leave."""

    name: outbox.Channel

    def carry(self, message: Message) -> bool:
        """Hand one message over for good; False: there is nothing left to say. Raises `NotSent`."""
        ...

    def close(self) -> None:
        """Let go of any connection; the next message makes another."""
        ...


class Delivered(Struct, frozen=True):
    """What became of the messages that were taken."""

    taken: int = 0
    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    given_up: int = 0


def carry(
    store: Store,
    clock: Clock,
    channel: Channel,
    *,
    limit: int = 20,
    stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send up to `limit` messages of a channel whose time has come, oldest first.

    Asks `stopping` before each message and hands the rest back. Where a recipient is away, everything else for it
    waits too, so that nobody else's waits behind it. Raises `StoreError`; what was leased is then sent after the
    lease, perhaps a second time.
    """
    now = clock.now()
    with store.write() as connection:
        rows = tables.lease(connection, now, now + LEASE, most=limit, most_tries=MOST_TRIES, channel=channel.name)
    done = Delivered(taken=len(rows))
    hand_back_for: timedelta | None = None
    away: dict[str, tuple[str, datetime]] = {}
    try:
        for row in rows:
            tries = row.tries + 1
            if hand_back_for is None and (stopping() or clock.now() - now > LAST_START):
                hand_back_for = timedelta()
            if hand_back_for is not None:
                with store.write() as connection:
                    tables.give_back(connection, row.message_id, tries, clock.now() + hand_back_for)
                done = replace(done, put_off=done.put_off + 1)
                continue
            if row.recipient in away:
                with store.write() as connection:
                    tables.note_failed(connection, row.message_id, tries, *away[row.recipient])
                done = replace(done, put_off=done.put_off + 1)
                continue
            try:
                state = "sent" if channel.carry(message_of(row)) else "dropped"
            except NotSent as failure:
                until = clock.now() + wait_after(tries)
                with store.write() as connection:
                    gave_up = _note_failure(connection, row.message_id, tries, failure, clock.now(), until)
                    if isinstance(failure, Away):
                        tables.put_off(connection, channel.name, row.recipient, str(failure), until)
                        away[row.recipient] = (str(failure), until)
                done = replace(done, given_up=done.given_up + gave_up, put_off=done.put_off + (not gave_up))
                if isinstance(failure, Unreachable):
                    hand_back_for = wait_after(1)
                continue
            with store.write() as connection:
                tables.note_done(connection, row.message_id, state, clock.now())
            done = replace(done, sent=done.sent + (state == "sent"), dropped=done.dropped + (state == "dropped"))
    finally:
        channel.close()
    return done


def _note_failure(
    connection: Connection, identifier: str, tries: int, failure: NotSent, now: datetime, until: datetime
) -> bool:
    """Keep why it failed; whether that was the last try."""
    last = isinstance(failure, Refused) or tries >= MOST_TRIES
    if last:
        tables.note_given_up(connection, identifier, tries, str(failure), now)
    else:
        tables.note_failed(connection, identifier, tries, str(failure), until)
    return last
