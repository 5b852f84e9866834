"""The people room's own tables: users, sessions, failed sign-ins, the audit trail. Its SQL is here and nowhere else.

Where one transaction touches several of them, it does so in this order, so that two never wait for each
other: users, sessions, failures, audit trail.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Row,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.types import BigInteger, Integer, LargeBinary

from rerail.people.audit import Event
from rerail.people.sessions import ABSOLUTE, IDLE, Session
from rerail.people.throttle import FORGOTTEN_AFTER, Failures, Kind
from rerail.people.users import User, name_key
from rerail.store.columns import Instant, Json, metadata

user_table: Final = Table(
    "office_user",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("railway", Text),
    Column("tour_operator", Text),
    Column("language", Text),
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
)

session_table: Final = Table(
    "office_session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Text, ForeignKey(user_table.c.user_id), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

failure_table: Final = Table(
    "sign_in_failure",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)

secret_table: Final = Table(
    "people_secret",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

audit_table: Final = Table(
    "audit_event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("act", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("whom", Text),
    Column("details", Json, nullable=False),
)


# Users


def read_users(connection: Connection) -> tuple[User, ...]:
    """Every user, by name."""
    return tuple(_user(row) for row in connection.execute(select(user_table).order_by(user_table.c.name_key)))


def user_by_id(connection: Connection, user_id: str) -> User | None:
    """The user with this id."""
    row = connection.execute(select(user_table).where(user_table.c.user_id == user_id)).one_or_none()
    return None if row is None else _user(row)


def user_by_name(connection: Connection, name: str) -> tuple[User, str] | None:
    """The user whom one means by a name, whatever its case, with the password's hash."""
    row = connection.execute(select(user_table).where(user_table.c.name_key == name_key(name))).one_or_none()
    return None if row is None else (_user(row), row.password_hash)


def lock_users(connection: Connection) -> None:
    """Let no other transaction change users until this one ends (SQLite's one writer already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE office_user IN SHARE ROW EXCLUSIVE MODE"))


def add_user(connection: Connection, user: User, password_hash: str) -> None:
    """Keep a new user. The caller holds the lock and has seen that nobody has the name."""
    row = msgspec.structs.asdict(user)
    row["user_id"], row["disabled_at"], row["created_at"] = row.pop("id"), row.pop("disabled"), row.pop("created")
    connection.execute(insert(user_table), [{**row, "name_key": name_key(user.name), "password_hash": password_hash}])


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Keep another password's hash."""
    _change(connection, user_id, password_hash=password_hash)


def set_language(connection: Connection, user_id: str, language: str) -> None:
    """Keep the language the user chose."""
    _change(connection, user_id, language=language)


def set_disabled(connection: Connection, user_id: str, since: datetime | None) -> None:
    """Keep since when the user may not sign in; None: may."""
    _change(connection, user_id, disabled_at=since)


def _change(connection: Connection, user_id: str, **values: Any) -> None:
    connection.execute(update(user_table).where(user_table.c.user_id == user_id).values(values))


def _user(row: Row[Any]) -> User:
    return User(
        id=row.user_id,
        name=row.name,
        role=row.role,
        railway=row.railway,
        tour_operator=row.tour_operator,
        language=row.language,
        disabled=row.disabled_at,
        created=row.created_at,
    )


# Sessions


def session_by_digest(connection: Connection, digest: str) -> tuple[Session, User] | None:
    """The session of a token's digest and whose it is, whether it is live or not."""
    row = connection.execute(select(session_table).where(session_table.c.digest == digest)).one_or_none()
    if row is None:
        return None
    user = user_by_id(connection, row.user_id)
    session = Session(digest=row.digest, user_id=row.user_id, created=row.created_at, seen=row.seen_at)
    return None if user is None else (session, user)


def add_session(connection: Connection, session: Session) -> None:
    """Keep a new session, and let go of those that ended."""
    ended = (session_table.c.created_at <= session.created - ABSOLUTE) | (
        session_table.c.seen_at <= session.created - IDLE
    )
    connection.execute(delete(session_table).where(ended))
    row = {"digest": session.digest, "user_id": session.user_id}
    connection.execute(insert(session_table), [{**row, "created_at": session.created, "seen_at": session.seen}])


def note_seen(connection: Connection, digest: str, now: datetime) -> None:
    """Write down that a session was used."""
    connection.execute(update(session_table).where(session_table.c.digest == digest).values(seen_at=now))


def end_session(connection: Connection, digest: str) -> bool:
    """End one session; whether there was one."""
    return connection.execute(delete(session_table).where(session_table.c.digest == digest)).rowcount > 0


def end_sessions_of(connection: Connection, user_id: str, keep: str | None = None) -> None:
    """End every session of a user, but the one with the digest to `keep`."""
    theirs = session_table.c.user_id == user_id
    connection.execute(delete(session_table).where(theirs, session_table.c.digest != (keep or "")))


# Failed sign-ins


def secret(connection: Connection, purpose: str = "sign-in") -> bytes:
    """This database's own secret for one purpose; made when first asked for. "sign-in" hashes names and addresses.

    The caller holds a write transaction, unless the secret has been made before.
    """
    query = select(secret_table.c.secret).where(secret_table.c.purpose == purpose)
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        made = {"purpose": purpose, "secret": secrets.token_bytes(32)}
        connection.execute(
            text("INSERT INTO people_secret (purpose, secret) VALUES (:purpose, :secret) ON CONFLICT DO NOTHING"), made
        )
        found = connection.execute(query).scalar_one()
    return bytes(found)


def lock_failures(connection: Connection) -> None:
    """Let no other transaction count failures until this one ends (SQLite's one writer already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE sign_in_failure IN SHARE ROW EXCLUSIVE MODE"))


def read_failures(connection: Connection, kind: Kind, subject: str) -> Failures | None:
    """The failures counted for a subject (`throttle.subject`)."""
    query = select(failure_table.c.failures, failure_table.c.last_at)
    row = connection.execute(query.where(_failures_of(kind, subject))).one_or_none()
    return None if row is None else Failures(row.failures, row.last_at)


def keep_failures(connection: Connection, kind: Kind, subject: str, failures: Failures | None) -> None:
    """Keep the count for a subject; None: forget it. The caller holds the lock."""
    connection.execute(delete(failure_table).where(_failures_of(kind, subject)))
    if failures is not None:
        row = {"kind": kind, "subject": subject, "failures": failures.count, "last_at": failures.last}
        connection.execute(insert(failure_table), [row])


def _failures_of(kind: Kind, subject: str) -> ColumnElement[bool]:
    return and_(failure_table.c.kind == kind, failure_table.c.subject == subject)


def forget_failures(connection: Connection, now: datetime) -> None:
    """Let go of every count that is too old to matter."""
    connection.execute(delete(failure_table).where(failure_table.c.last_at <= now - FORGOTTEN_AFTER))


# The audit trail


def append_event(connection: Connection, event: Event) -> Event:
    """Add a line to the trail, and give it its number. The caller holds a write transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE audit_event IN SHARE ROW EXCLUSIVE MODE"))
    last = connection.execute(select(func.coalesce(func.max(audit_table.c.seq), 0))).scalar_one()
    numbered = msgspec.structs.replace(event, seq=int(last) + 1)
    connection.execute(insert(audit_table), [msgspec.structs.asdict(numbered)])
    return numbered


def read_events(connection: Connection, *, before: int | None = None, most: int = 100) -> Sequence[Event]:
    """The newest lines of the trail, newest first; `before` a number, to read on."""
    query = select(audit_table).order_by(audit_table.c.seq.desc()).limit(most)
    if before is not None:
        query = query.where(audit_table.c.seq < before)
    return [Event(**row._mapping) for row in connection.execute(query)]
