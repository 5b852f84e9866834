"""The tell room's own table: the outbox. Its SQL is here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Row,
    Table,
    Text,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.types import Integer

from rerail.store.columns import Instant, Json, metadata

MessageRow = Row[Any]

MAIL: Final = "mail"

message_table: Final = Table(
    "tell_message",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("booking", Text, nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("error", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default="mail"),
    CheckConstraint("state IN ('waiting', 'sent', 'dropped', 'given-up')", name="tell_message_state"),
    CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="tell_message_done"),
    Index(
        "tell_message_waiting",
        "next_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

_ADD: Final = text(
    "INSERT INTO tell_message (message_id, kind, booking, recipient, language, facts, created_at, "
    "state, tries, next_at, error, channel) "
    "VALUES (:message_id, :kind, :booking, :recipient, :language, :facts, :created_at, "
    "'waiting', 0, :next_at, '', :channel) ON CONFLICT (message_id) DO NOTHING"
).bindparams(
    bindparam("facts", type_=Json), bindparam("created_at", type_=Instant), bindparam("next_at", type_=Instant)
)

_DIED: Final = "The process that was sending it died."


def add_message(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new message; False, and nothing is written, if there is one of this id."""
    return connection.execute(_ADD, dict(row)).rowcount == 1


def lease(
    connection: Connection, now: datetime, until: datetime, *, most: int, most_tries: int, channel: str = MAIL
) -> list[MessageRow]:
    """Take up to `most` messages of a channel whose time has come, oldest first: nobody else is handed them before
    `until`.

    A lease counts as a try, so a message on which processes die is given up like any other. The caller holds a
    write transaction of its own; on PostgreSQL, rows that another process is taking are passed over.
    """
    message = message_table.c
    due = (message.channel == channel) & (message.state == "waiting") & (message.next_at <= now)
    exhausted = update(message_table).where(due & (message.tries >= most_tries))
    error = func.coalesce(func.nullif(message.error, ""), _DIED)
    connection.execute(exhausted.values(state="given-up", done_at=now, error=error))
    oldest = select(message_table).where(due).order_by(message.created_at, message.message_id).limit(most)
    rows = connection.execute(oldest.with_for_update(skip_locked=True)).all()
    if rows:
        taken = update(message_table).where(message.message_id.in_([row.message_id for row in rows]))
        connection.execute(taken.values(next_at=until, tries=message.tries + 1))
    return list(rows)


def note_done(connection: Connection, message_id: str, state: str, now: datetime) -> None:
    """Note that a message was sent or dropped, whoever holds it now, and forget its address and its facts."""
    waits = message_table.c.state != "sent"
    query = update(message_table).where(message_table.c.message_id == message_id, waits)
    connection.execute(query.values(state=state, done_at=now, error="", recipient="", facts={}))


def note_failed(connection: Connection, message_id: str, tries: int, error: str, next_at: datetime) -> None:
    """Note why a try failed and when to try again, if no other process has taken the message since."""
    connection.execute(_still_ours(message_id, tries).values(error=error, next_at=next_at))


def note_given_up(connection: Connection, message_id: str, tries: int, error: str, now: datetime) -> None:
    """Note that a message was given up and why, if no other process has taken it since."""
    connection.execute(_still_ours(message_id, tries).values(state="given-up", error=error, done_at=now))


def give_back(connection: Connection, message_id: str, tries: int, next_at: datetime) -> None:
    """Let go of a message that was taken and not tried: the lease does not count as a try."""
    connection.execute(_still_ours(message_id, tries).values(tries=tries - 1, next_at=next_at))


def put_off(connection: Connection, channel: str, recipient: str, error: str, next_at: datetime) -> None:
    """Let everything else wait that is for a recipient who is away: it would have failed as the one that was tried.

    It counts as a try of each.
    """
    message = message_table.c
    theirs = (message.channel == channel) & (message.recipient == recipient) & (message.state == "waiting")
    query = update(message_table).where(theirs, message.next_at < next_at)
    connection.execute(query.values(tries=message.tries + 1, next_at=next_at, error=error))


def _still_ours(message_id: str, tries: int) -> Any:
    message = message_table.c
    return update(message_table).where(
        message.message_id == message_id, message.state == "waiting", message.tries == tries
    )


def revive(connection: Connection, message_id: str, now: datetime, recipient: str | None) -> bool:
    """Let a message that was given up wait again; whether there was one."""
    message = message_table.c
    query = update(message_table).where(message.message_id == message_id, message.state == "given-up")
    values: dict[str, Any] = {"state": "waiting", "tries": 0, "next_at": now, "done_at": None}
    if recipient is not None:
        values["recipient"] = recipient
    return connection.execute(query.values(values)).rowcount == 1


def messages_about(connection: Connection, booking: str, channel: str = MAIL) -> Sequence[MessageRow]:
    """The messages of a channel about a booking, oldest first."""
    message = message_table.c
    query = select(message_table).where(message.booking == booking, message.channel == channel)
    return connection.execute(query.order_by(message.created_at, message.message_id)).all()


def messages_among(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of some ids that a message has."""
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        query = select(message_table.c.message_id).where(message_table.c.message_id.in_(ids[start : start + 500]))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def forget(connection: Connection, booking: str) -> int:
    """Forget the addresses and facts of a booking's messages; those that were not sent are dropped."""
    message = message_table.c
    theirs = (message.booking == booking) & (message.recipient != "")
    unsent = message.state.in_(("waiting", "given-up"))
    done = func.coalesce(message.done_at, message.created_at)
    connection.execute(update(message_table).where(theirs & unsent).values(state="dropped", done_at=done, error=""))
    return connection.execute(update(message_table).where(theirs).values(recipient="", facts={})).rowcount


def message_by_id(connection: Connection, message_id: str) -> MessageRow | None:
    """The message with this id."""
    return connection.execute(select(message_table).where(message_table.c.message_id == message_id)).one_or_none()


def messages_in(connection: Connection, state: str, most: int, channel: str = MAIL) -> Sequence[MessageRow]:
    """Messages of a channel in a state, oldest first."""
    message = message_table.c
    query = select(message_table).where(message.state == state, message.channel == channel)
    return connection.execute(query.order_by(message.created_at, message.message_id).limit(most)).all()


def count_messages(connection: Connection, channel: str = MAIL, recipient: str | None = None) -> dict[str, int]:
    """How many messages of a channel (to one recipient) there are in each state that has any."""
    message = message_table.c
    query = select(message.state, func.count()).where(message.channel == channel).group_by(message.state)
    if recipient is not None:
        query = query.where(message.recipient == recipient)
    return {state: int(count) for state, count in connection.execute(query)}


def revive_all(connection: Connection, channel: str, recipient: str, now: datetime) -> int:
    """Let every message to a recipient that was given up wait again; how many there were."""
    message = message_table.c
    theirs = (message.channel == channel) & (message.recipient == recipient) & (message.state == "given-up")
    values = {"state": "waiting", "tries": 0, "next_at": now, "done_at": None}
    return connection.execute(update(message_table).where(theirs).values(values)).rowcount
