"""The outbox: messages written in the transaction of what they tell, and sent afterwards, at least once.

A letter goes by mail to a person, an event by webhook to a subscriber's machine; either way it is the same outbox.

A message that is queued will leave even if the process dies the moment after; one whose transaction was undone
never existed. What was sent may be sent again after a crash, always under the same Message-ID, by which mail
programs recognise it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import Connection

from rerail.tell import tables

Channel = Literal["mail", "webhook"]

State = Literal["waiting", "sent", "dropped", "given-up"]
"""waiting: to be sent, perhaps after failures; dropped: when its turn came there was nothing left to say."""

MOST_TRIES: Final = 15
"""After so many tries a message is given up, where the office sees it: about two days by `wait_after`."""

LONGEST_WAIT: Final = timedelta(hours=6)


class Message(Struct, frozen=True, kw_only=True):
    """Something to tell one person, or one machine, about one booking."""

    id: str
    """Unique among all messages and made from what it tells ("refund-3F7K2-1"), so that telling twice is one."""
    kind: str
    """What it tells; the text is composed from it and `facts` when it is sent."""
    booking: str
    to: str
    """An e-mail address; a subscriber's name."""
    language: str
    """Empty if no person reads it."""
    facts: Mapping[str, Any] = {}
    """What the text needs and may not be looked up later; JSON."""
    created: datetime
    """UTC; the date the mail bears."""
    channel: Channel = "mail"


class Told(Struct, frozen=True, kw_only=True):
    """A message and what became of it. Once it was sent or dropped, its address and facts are forgotten."""

    message: Message
    state: State
    tries: int
    next_at: datetime
    """When it may be tried (UTC), if it waits."""
    done_at: datetime | None = None
    """When it was sent, dropped or given up (UTC)."""
    error: str = ""
    """Why the last try failed; names no person."""


def queue(connection: Connection, message: Message) -> bool:
    """Write a message into the outbox, in the caller's transaction. False: one with this id is or was there.

    Of several that race with one id, one is told True; the others' transactions go on unharmed.
    """
    row = {
        "message_id": message.id,
        "kind": message.kind,
        "booking": message.booking,
        "recipient": message.to,
        "language": message.language,
        "facts": dict(message.facts),
        "created_at": message.created,
        "next_at": message.created,
        "channel": message.channel,
    }
    return tables.add_message(connection, row)


def told_about(connection: Connection, booking: str, channel: Channel = "mail") -> tuple[Told, ...]:
    """The messages about a booking, oldest first."""
    return tuple(_told(row) for row in tables.messages_about(connection, booking, channel))


def told(connection: Connection, message_id: str) -> Told | None:
    """What became of one message."""
    row = tables.message_by_id(connection, message_id)
    return None if row is None else _told(row)


def known(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Those of some messages, by their ids, that were queued before, whatever became of them."""
    return tables.messages_among(connection, sorted(ids))


def given_up(connection: Connection, *, most: int = 100) -> tuple[Told, ...]:
    """The letters that could not be sent and wait for a person, oldest first."""
    return tuple(_told(row) for row in tables.messages_in(connection, "given-up", most))


def counts(connection: Connection, channel: Channel = "mail", *, to: str | None = None) -> dict[State, int]:
    """How many messages there are in each state. What was sent is nobody's any more: with `to` it is not counted."""
    found = tables.count_messages(connection, channel, to)
    states: tuple[State, ...] = ("waiting", "sent", "dropped", "given-up")
    return {state: found.get(state, 0) for state in states}


def forget(connection: Connection, booking: str) -> int:
    """Take the addresses out of a booking's messages; those that wait are dropped. Returns how many messages."""
    return tables.forget(connection, booking)


def try_again(connection: Connection, message_id: str, now: datetime, *, to: str | None = None) -> bool:
    """Put a message that was given up back to wait, from its first try, perhaps to a corrected address.

    False: there is none of this id that was given up.
    """
    return tables.revive(connection, message_id, now, to)


def try_all_again(connection: Connection, channel: Channel, to: str, now: datetime) -> int:
    """Put everything for a recipient that was given up back to wait, from its first try; how much that is."""
    return tables.revive_all(connection, channel, to, now)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries: one minute, two, four … at most six hours."""
    return min(timedelta(minutes=2 ** min(tries - 1, 20)), LONGEST_WAIT)


def _told(row: tables.MessageRow) -> Told:
    message = message_of(row)
    return Told(
        message=message, state=row.state, tries=row.tries, next_at=row.next_at, done_at=row.done_at, error=row.error
    )


def message_of(row: tables.MessageRow) -> Message:
    """The message that a row holds."""
    return Message(
        id=row.message_id,
        kind=row.kind,
        booking=row.booking,
        to=row.recipient,
        language=row.language,
        facts=row.facts,
        created=row.created_at,
        channel=row.channel,
    )
