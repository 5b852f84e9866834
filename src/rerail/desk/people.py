"""What is done with users: added, given another password, disabled; and what they record.

Each act is one transaction, with its line in the audit trail. No transaction is open while a password is
hashed, which takes a tenth of a second.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk.current import Current, read_snapshot
from rerail.desk.decisions import Preview, Recorder, preview, record_in
from rerail.life import tables as life_tables
from rerail.life.draft import Draft
from rerail.life.journal import Entry
from rerail.line.model import RailwayId
from rerail.people import tables
from rerail.people.audit import COMMAND_LINE, Act, Event
from rerail.people.passwords import checked_password, generated_password, hashed
from rerail.people.throttle import subject
from rerail.people.users import (
    WITH_RAILWAY,
    NotPermitted,
    PeopleError,
    Role,
    User,
    checked_name,
    checked_role,
    checked_tour_operator,
)
from rerail.store.engine import Store, StoreError

DEMO_USER: Final = "demo"
"""The demonstration's operator; its clerk, agent, officer and conductor have this and their role for a name."""


def add_user(
    store: Store,
    clock: Clock,
    *,
    name: str,
    role: str,
    railway: RailwayId | None,
    password: str,
    by: User | None,
    tour_operator: str | None = None,
    form: str | None = None,
) -> User:
    """A new user; `by` an operator, or None from the command line. The same `form` again adds nobody.

    Raises `PeopleError`, `StoreError`.
    """
    with store.read() as connection:
        known, checked_railway = checked_role(role, railway, _railways(connection) if role in WITH_RAILWAY else ())
        operators = _tour_operators(connection) if role == "agent" else ()
        checked_operator = checked_tour_operator(known, tour_operator, operators)
    user = User(
        id=form or secrets.token_hex(16),
        name=checked_name(name),
        role=known,
        railway=checked_railway,
        tour_operator=checked_operator,
        created=clock.now(),
    )
    hash_ = hashed(checked_password(password, user.name))
    with store.write() as connection:
        tables.lock_users(connection)
        _look_after(connection, by)
        if (added := tables.user_by_id(connection, user.id)) is not None:
            return added
        holder = tables.user_by_name(connection, user.name)
        if holder is not None:
            raise PeopleError(
                'There is a user "%(name)s" already (upper and lower case are the same); choose another name.',
                "name",
                name=holder[0].name,
            )
        tables.add_user(connection, user, hash_)
        details = {"role": user.role} | ({"railway": user.railway} if user.railway else {})
        details |= {"tour_operator": user.tour_operator} if user.tour_operator else {}
        _write_down(connection, clock.now(), "user-added", _name(by), user.name, details)
    return user


def reset_password(store: Store, clock: Clock, user_id: str, password: str, *, by: User | None) -> User:
    """Another password for a user, whose sessions end and whose failed sign-ins are forgotten.

    Raises `PeopleError`.
    """
    with store.read() as connection:
        user = _existing(connection, user_id)
    hash_ = hashed(checked_password(password, user.name))
    with store.write() as connection:
        tables.lock_users(connection)
        _look_after(connection, by)
        tables.set_password(connection, user.id, hash_)
        tables.end_sessions_of(connection, user.id)
        whose = subject("name", user.name, tables.secret(connection))
        tables.lock_failures(connection)
        tables.keep_failures(connection, "name", whose, None)
        _write_down(connection, clock.now(), "password-reset", _name(by), user.name)
    return user


def disable(store: Store, clock: Clock, user_id: str, *, by: User | None) -> User:
    """Let a user sign in no more, and end their sessions. Raises `PeopleError` for the last operator."""

    def change(connection: Connection, user: User) -> datetime | None:
        operators = [one for one in tables.read_users(connection) if one.looks_after_users and one.disabled is None]
        if [one.id for one in operators] == [user.id]:
            raise PeopleError("%(name)s is the last operator; add another before disabling this one.", name=user.name)
        tables.end_sessions_of(connection, user.id)
        return clock.now()

    return _set_disabled(store, clock, user_id, by, "user-disabled", change)


def enable(store: Store, clock: Clock, user_id: str, *, by: User | None) -> User:
    """Let a disabled user sign in again. Raises `PeopleError`."""
    return _set_disabled(store, clock, user_id, by, "user-enabled", lambda _connection, _user: None)


def _set_disabled(
    store: Store,
    clock: Clock,
    user_id: str,
    by: User | None,
    act: Act,
    change: Callable[[Connection, User], datetime | None],
) -> User:
    with store.write() as connection:
        tables.lock_users(connection)
        _look_after(connection, by)
        user = _existing(connection, user_id)
        if (user.disabled is None) == (act == "user-enabled"):
            return user  # done already: a second click
        since = change(connection, user)
        tables.set_disabled(connection, user.id, since)
        _write_down(connection, clock.now(), act, _name(by), user.name)
        return msgspec.structs.replace(user, disabled=since)


def users(store: Store) -> tuple[User, ...]:
    """Every user, by name."""
    with store.read() as connection:
        return tables.read_users(connection)


def trail(store: Store, *, before: int | None = None, most: int = 100) -> Sequence[Event]:
    """The newest lines of the audit trail, newest first; `before` a number, to read on."""
    with store.read() as connection:
        return tables.read_events(connection, before=before, most=most)


def choose_language(store: Store, user: User, language: str) -> None:
    """Keep the language in which a user sees the office."""
    with store.write() as connection:
        tables.set_language(connection, user.id, language)


class DemoSignIn(Struct, frozen=True):
    """Somebody who may sign in to a demonstration."""

    user: User
    password: str


def demo_sign_in(store: Store, clock: Clock) -> list[DemoSignIn]:
    """An operator, a clerk, and whom the line has work for, with passwords made anew at each start.

    An agent of its first tour operator; an officer of the far side of its first border, and a conductor.
    """
    try:
        with store.read() as connection:
            operators, sides = list(_tour_operators(connection)), _far_sides(connection)
    except PeopleError:
        operators, sides = [], []  # no line yet
    people: list[tuple[str, Role, RailwayId | None, str | None]] = [
        (DEMO_USER, "operator", None, None),
        (f"{DEMO_USER}-clerk", "clerk", None, None),
        *((f"{DEMO_USER}-agent", "agent", None, one) for one in operators[:1]),
        *((f"{DEMO_USER}-officer", "officer", one, None) for one in sides[:1]),
        *((f"{DEMO_USER}-conductor", "conductor", None, None) for _ in sides[:1]),
    ]
    return [_demo_user(store, clock, *one) for one in people]


def _demo_user(
    store: Store, clock: Clock, name: str, role: Role, railway: RailwayId | None, tour_operator: str | None
) -> DemoSignIn:
    password = generated_password()
    with store.read() as connection:
        found = tables.user_by_name(connection, name)
    if found is None:
        user = add_user(
            store,
            clock,
            name=name,
            role=role,
            railway=railway,
            tour_operator=tour_operator,
            password=password,
            by=None,
        )
    else:
        user = enable(store, clock, found[0].id, by=None)
        reset_password(store, clock, user.id, password, by=None)
    return DemoSignIn(user, password)


# Recording


def recorder_of(user: User) -> Recorder:
    """Who the user is at the journal. Raises `NotPermitted` for a reader, and for a user who is disabled."""
    if not user.records or user.disabled is not None:
        raise NotPermitted("A reader sees the journal and records nothing; ask an operator.")
    return Recorder(name=user.name, railway=user.railway, names_documents=True)


def preview_as(current: Current, user: User, draft: Draft) -> Preview:
    """What the draft would change. Writes nothing. Raises `NotPermitted`, `LifeError`."""
    return preview(current, draft, recorder_of(user))


def record_as(current: Current, user: User, draft: Draft, *, form: str, journal: int) -> tuple[Entry, ...]:
    """Record what the user confirmed, once per `form`. Raises `NotPermitted`, `LifeError`, `JournalMoved`.

    The user is asked for again inside the transaction: one who was disabled since the page was shown
    records nothing.
    """
    with current.store.write() as connection:
        life_tables.lock_journal(connection)
        recorder = recorder_of(_existing(connection, user.id))
        entries = record_in(connection, current, draft, recorder, form=form, journal=journal)
    current.forget()
    return entries


def _railways(connection: Connection) -> Collection[RailwayId]:
    try:
        return read_snapshot(connection).line.railways
    except StoreError:
        raise PeopleError(
            "The database holds no line yet, so it knows no railway; start it once with rerail serve FOLDER.", "railway"
        ) from None


def _tour_operators(connection: Connection) -> Collection[str]:
    try:
        tariff = read_snapshot(connection).line.tariff
    except StoreError:
        raise PeopleError(
            "The database holds no line yet, so it knows no tour operator; start it once with rerail serve FOLDER.",
            "tour_operator",
        ) from None
    return tuple(tariff.operators) if tariff is not None else ()


def _far_sides(connection: Connection) -> list[RailwayId]:
    return [crossing.railways[-1] for crossing in read_snapshot(connection).line.crossings.values()]


def _existing(connection: Connection, user_id: str) -> User:
    user = tables.user_by_id(connection, user_id)
    if user is None:
        raise PeopleError("There is no such user.")
    return user


def _look_after(connection: Connection, by: User | None) -> None:
    if by is None:
        return
    now_known = _existing(connection, by.id)
    if not now_known.looks_after_users or now_known.disabled is not None:
        raise NotPermitted("Only an operator looks after the users.")


def _name(by: User | None) -> str:
    return by.name if by is not None else COMMAND_LINE


def _write_down(
    connection: Connection,
    now: datetime,
    act: Act,
    who: str,
    whom: str | None = None,
    details: dict[str, str] | None = None,
) -> None:
    tables.append_event(connection, Event(at=now, act=act, who=who, whom=whom, details=details or {}))
