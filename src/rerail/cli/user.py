"""`rerail user add NAME`: who may sign in to the office."""

from __future__ import annotations

import getpass
import sys
from typing import TextIO

from rerail.clock import Clock
from rerail.desk.people import add_user
from rerail.line.model import RailwayId
from rerail.people.passwords import generated_password
from rerail.people.users import PeopleError
from rerail.store.engine import Store


def read_password(source: TextIO | None = None) -> str:
    """The new password: asked for twice at a terminal, else the first line of standard input.

    Raises `PeopleError` if the two differ or nothing was given.
    """
    given = source if source is not None else sys.stdin
    if given.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != password:
            raise PeopleError("The two passwords differ; nobody was added.")
        return password
    try:
        line = given.readline()
    except UnicodeDecodeError:
        raise PeopleError("The password on standard input is not UTF-8.") from None
    password = line.removesuffix("\n").removesuffix("\r")
    if not password:
        raise PeopleError("No password on standard input; write it there, or let --generate make one.")
    return password


def run_add(
    store: Store,
    clock: Clock,
    name: str,
    role: str,
    railway: RailwayId | None,
    password: str | None,
    out: TextIO,
    *,
    tour_operator: str | None = None,
) -> int:
    """Add a user; without a password one is made and printed, this once. Returns the exit status.

    Raises `PeopleError`, `StoreError`.
    """
    chosen = password if password is not None else generated_password()
    user = add_user(
        store, clock, name=name, role=role, railway=railway, tour_operator=tour_operator, password=chosen, by=None
    )
    whose = f" of {user.railway or user.tour_operator}" if user.railway or user.tour_operator else ""
    print(f"{user.name} may sign in at /office/ as {user.role}{whose}.", file=out)
    if password is None:
        print(f"Password (shown this once): {chosen}", file=out)
    return 0
