"""What is done with users: added, signed in and out, their passwords changed, and what they record.

Each act is one transaction, with its line in the audit trail. No transaction is open while a password is
hashed, which takes a tenth of a second.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
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
from rerail.people.audit import COMMAND_LINE, NOBODY, Act, Event
from rerail.people.passwords import checked_password, generated_password, hashed, matches, outdated
from rerail.people.sessions import Session, digest_of, new_token
from rerail.people.throttle import LIMITS, Kind, Throttled, one_less, one_more, subject, wait
from rerail.people.users import NotPermitted, PeopleError, User, checked_name, checked_role
from rerail.store.engine import Store, StoreError

__all__ = ["NotPermitted", "PeopleError", "SignInFailed", "Throttled"]

DEMO_USER: Final = "demo"


class SignInFailed(PeopleError):
    """The name or the password is wrong, or the user is disabled: never said which."""

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


class SignedIn(Struct, frozen=True):
    """A browser that has just signed in."""

    user: User
    token: str
    """What its cookie holds; the database has only its digest."""


class Present(Struct, frozen=True):
    """A browser that is signed in."""

    user: User
    session: Session


# Signing in and out


def sign_in(store: Store, clock: Clock, *, name: str, password: str, address: str) -> SignedIn:
    """A new session for whoever knows the password.

    Raises `Throttled` before the password is looked at, `SignInFailed` after.
    """
    counted = _count_try(store, clock.now(), name, address)
    with store.read() as connection:
        found = tables.user_by_name(connection, name)
    user, kept = found if found is not None else (None, None)
    right = matches(kept, password)
    if user is None or kept is None or not right or user.disabled is not None:
        with store.write() as connection:
            _write_down(connection, clock.now(), "sign-in-failed", user.name if user is not None else NOBODY)
        raise SignInFailed
    renewed = hashed(password) if outdated(kept) else None
    return _let_in(store, clock.now(), user, kept, renewed, counted)


def _count_try(store: Store, now: datetime, name: str, address: str) -> dict[Kind, str]:
    """Count a try as a failure for now. Raises `Throttled`, counting nothing, if it comes too early."""
    with store.write() as connection:
        tables.lock_failures(connection)
        tables.forget_failures(connection, now)
        secret = tables.secret(connection)
        subjects: dict[Kind, str] = {
            "address": subject("address", address, secret),
            "name": subject("name", name, secret),
        }
        counts = {kind: tables.read_failures(connection, kind, whose) for kind, whose in subjects.items()}
        longest = max(wait(counts[kind], LIMITS[kind], now) for kind in subjects)
        if longest > timedelta(0):
            raise Throttled(longest)
        for kind, whose in subjects.items():
            tables.keep_failures(connection, kind, whose, one_more(counts[kind], now))
        return subjects


def _let_in(
    store: Store, now: datetime, user: User, kept: str, renewed: str | None, counted: dict[Kind, str]
) -> SignedIn:
    token = new_token()
    with store.write() as connection:
        tables.lock_users(connection)
        again = tables.user_by_name(connection, user.name)
        if again is None or again[1] != kept or again[0].disabled is not None:
            raise SignInFailed  # disabled, or given another password, in the last tenth of a second
        if renewed is not None:
            tables.set_password(connection, user.id, renewed)
        tables.add_session(connection, Session(digest=digest_of(token), user_id=user.id, created=now, seen=now))
        tables.lock_failures(connection)
        # A name whose password is known is nobody's guess any more; an address may be guessing at others.
        tables.keep_failures(connection, "name", counted["name"], None)
        failures = tables.read_failures(connection, "address", counted["address"])
        if failures is not None:
            tables.keep_failures(connection, "address", counted["address"], one_less(failures))
        _write_down(connection, now, "signed-in", user.name)
    return SignedIn(again[0], token)


def present(store: Store, clock: Clock, token: str) -> Present | None:
    """Whose browser this is; None if the session ended, was ended, or never was."""
    now = clock.now()
    with store.read() as connection:
        found = tables.session_by_digest(connection, digest_of(token))
    if found is None:
        return None
    session, user = found
    if not session.live(now) or user.disabled is not None:
        return None
    if session.worth_noting(now):
        with store.write() as connection:
            tables.note_seen(connection, session.digest, now)
    return Present(user, session)


def sign_out(store: Store, clock: Clock, who: Present) -> None:
    """End the session."""
    with store.write() as connection:
        if tables.end_session(connection, who.session.digest):
            _write_down(connection, clock.now(), "signed-out", who.user.name)


# Users


def add_user(
    store: Store,
    clock: Clock,
    *,
    name: str,
    role: str,
    railway: RailwayId | None,
    password: str,
    by: User | None,
    form: str | None = None,
) -> User:
    """A new user; `by` an operator, or None from the command line. The same `form` again adds nobody.

    Raises `PeopleError`, `StoreError`.
    """
    with store.read() as connection:
        known, checked_railway = checked_role(role, railway, _railways(connection) if role == "official" else ())
    user = User(
        id=form or secrets.token_hex(16),
        name=checked_name(name),
        role=known,
        railway=checked_railway,
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
        _write_down(connection, clock.now(), "user-added", _name(by), user.name, details)
    return user


def change_password(store: Store, clock: Clock, who: Present, old: str, new: str) -> None:
    """The user's own password; every other session of theirs ends. Raises `PeopleError`, `Throttled`."""
    counted = _count_try(store, clock.now(), who.user.name, f"session {who.session.digest}")
    with store.read() as connection:
        found = tables.user_by_name(connection, who.user.name)
    if found is None or not matches(found[1], old):
        raise PeopleError("The present password is not right.", "present password")
    hash_ = hashed(checked_password(new, who.user.name))
    with store.write() as connection:
        tables.lock_users(connection)
        tables.set_password(connection, who.user.id, hash_)
        tables.end_sessions_of(connection, who.user.id, keep=who.session.digest)
        _forget_failures_of(connection, counted)
        _write_down(connection, clock.now(), "password-changed", who.user.name)


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
        _forget_failures_of(connection, {"name": whose})
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


def demo_sign_in(store: Store, clock: Clock) -> tuple[str, str]:
    """An operator for a demonstration, with a password made anew at each start: (name, password)."""
    password = generated_password()
    with store.read() as connection:
        found = tables.user_by_name(connection, DEMO_USER)
    if found is None:
        add_user(store, clock, name=DEMO_USER, role="operator", railway=None, password=password, by=None)
    else:
        enable(store, clock, found[0].id, by=None)
        reset_password(store, clock, found[0].id, password, by=None)
    return DEMO_USER, password


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


def _forget_failures_of(connection: Connection, subjects: dict[Kind, str]) -> None:
    tables.lock_failures(connection)
    for kind, whose in subjects.items():
        tables.keep_failures(connection, kind, whose, None)


def _write_down(
    connection: Connection,
    now: datetime,
    act: Act,
    who: str,
    whom: str | None = None,
    details: dict[str, str] | None = None,
) -> None:
    tables.append_event(connection, Event(at=now, act=act, who=who, whom=whom, details=details or {}))
