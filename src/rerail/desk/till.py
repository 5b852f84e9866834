"""A clerk's till: opened, looked at, counted and closed, each under the clerk's name and in the audit trail.

What a till should hold is the ledger's to say (`money.shifts`); nothing is kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection

from rerail.desk.counter import not_permitted, still_allowed, takes_money
from rerail.desk.selling import Selling
from rerail.line.amount import Money
from rerail.money import shifts
from rerail.money.shifts import Shift, ShiftError, ShiftReport
from rerail.people import audit
from rerail.people import tables as people_tables
from rerail.people.users import User
from rerail.sale import answers

T = TypeVar("T")

_NO_SHIFT: Final = "There is no shift %(shift)s."


class Till:
    """The tills that one user may see: the own ones; an operator everybody's. Raises `NotPermitted` for others."""

    def __init__(self, selling: Selling, user: User) -> None:
        if not user.takes_money:
            raise not_permitted()
        self._selling: Final = selling
        self._user: Final = user

    def current(self) -> ShiftReport | None:
        """The user's open shift and what went through its till so far."""
        with self._selling.store.read() as connection:
            shift = shifts.current_shift(connection, self._user.id)
            return shifts.report(connection, shift.id) if shift is not None else None

    def shifts(self) -> tuple[tuple[Shift, str], ...]:
        """The newest shifts, newest first, each with its clerk's name."""
        of = None if self._user.looks_after_users else self._user.id
        with self._selling.store.read() as connection:
            names = {user.id: user.name for user in people_tables.read_users(connection)}
            return tuple((shift, names.get(shift.clerk, "")) for shift in shifts.shifts(connection, of))

    def report(self, shift_id: str) -> tuple[ShiftReport, str]:
        """What went through a till, and its clerk's name. Raises `ShiftError` for another clerk's, or none."""
        with self._selling.store.read() as connection:
            found = shifts.report(connection, shift_id)
            if found.shift.clerk != self._user.id and not self._user.looks_after_users:
                raise ShiftError(_NO_SHIFT, shift=shift_id)
            clerk = people_tables.user_by_id(connection, found.shift.clerk)
            return found, clerk.name if clerk is not None else ""

    def open(self, key: str, change: Sequence[Money]) -> None:
        """Open a till with change out of the safe; the same key again changes nothing. Raises `ShiftError`."""

        def act(connection: Connection, now: datetime) -> str:
            shift = shifts.open_shift(connection, self._user.id, now=now, change=change)
            self._write_down(connection, "shift-opened", shift.id, now)
            return shift.id

        self._once(key, ("shift", change), act)

    def close(self, key: str, shift_id: str, counted: Sequence[Money]) -> None:
        """Cash up: what was counted goes into the safe, the difference is posted. Raises `ShiftError`.

        An operator can close the till that a clerk left open.
        """
        self.report(shift_id)

        def act(connection: Connection, now: datetime) -> str:
            shifts.close_shift(connection, shift_id, counted=counted, now=now)
            self._write_down(connection, "shift-closed", shift_id, now)
            return shift_id

        self._once(key, ("cash-up", shift_id, counted), act)

    def _once(self, key: str, said: object, act: Callable[[Connection, datetime], str]) -> None:
        body = answers.digest(msgspec.json.encode(said))

        def once(connection: Connection) -> None:
            still_allowed(connection, self._user, takes_money)
            if answers.find(connection, self._user.id, key, body) is None:
                now = self._selling.current.now()
                answers.keep(connection, self._user.id, key, body, act(connection, now).encode(), now)

        self._selling.call(once)

    def _write_down(self, connection: Connection, act: audit.Act, shift: str, now: datetime) -> None:
        people_tables.append_event(
            connection, audit.Event(at=now, act=act, who=self._user.name, details={"shift": shift})
        )
