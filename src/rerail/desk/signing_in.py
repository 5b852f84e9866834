"""Signing in and out, and changing one's own password.

A try counts as a failure before the password is looked at, and no transaction is open while it is: hashing
takes a tenth of a second.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from rerail.clock import Clock
from rerail.people import tables
from rerail.people.audit import NOBODY, Event
from rerail.people.passwords import checked_password, hashed, matches, outdated
from rerail.people.sessions import Session, digest_of, new_token
from rerail.people.throttle import LIMITS, Kind, Throttled, one_less, one_more, subject, wait
from rerail.people.users import PeopleError, User
from rerail.store.engine import Store


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
            tables.append_event(
                connection, Event(at=clock.now(), act="sign-in-failed", who=user.name if user is not None else NOBODY)
            )
        raise SignInFailed
    renewed = hashed(password) if outdated(kept) else None
    return _let_in(store, clock.now(), user, kept, renewed, counted)


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
            tables.append_event(connection, Event(at=clock.now(), act="signed-out", who=who.user.name))


def change_password(store: Store, clock: Clock, who: Present, old: str, new: str) -> None:
    """The user's own password; every other session of theirs ends. Raises `PeopleError`, `Throttled`."""
    checked_password(new, who.user.name)
    counted = _count_try(store, clock.now(), who.user.name, f"session {who.session.digest}")
    with store.read() as connection:
        found = tables.user_by_name(connection, who.user.name)
    if found is None or not matches(found[1], old):
        raise PeopleError("The present password is not right.", "present password")
    hash_ = hashed(new)
    with store.write() as connection:
        tables.lock_users(connection)
        tables.set_password(connection, who.user.id, hash_)
        tables.end_sessions_of(connection, who.user.id, keep=who.session.digest)
        tables.lock_failures(connection)
        for kind, whose in counted.items():
            tables.keep_failures(connection, kind, whose, None)
        tables.append_event(connection, Event(at=clock.now(), act="password-changed", who=who.user.name))


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
        tables.append_event(connection, Event(at=now, act="signed-in", who=user.name))
    return SignedIn(again[0], token)
