"""`rerail keys new|list|retire`: the keys that sign tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import TextIO

import msgspec

from rerail.clock import Clock
from rerail.store.engine import Store
from rerail.ticket import tables


def run_new(store: Store, clock: Clock, issuer: str, days: int, out: TextIO) -> int:
    """Make a key that signs from now on for so many days. Returns the exit status.

    Raises `TicketError`, `StoreError`.
    """
    with store.write() as connection:
        key = tables.new_key(connection, issuer, clock.now(), timedelta(days=days))
    print(f"Key {key.key_id} of {key.issuer} signs tickets until {key.until:%Y-%m-%d %H:%M} UTC.", file=out)
    print("Its private half is in the database, and in every backup of it: whoever reads one can sign.", file=out)
    return 0


def run_list(store: Store, clock: Clock, as_json: bool, out: TextIO) -> int:
    """Print every key there ever was; with `as_json` exactly what the site serves at /keys.

    Raises `StoreError`.
    """
    with store.read() as connection:
        keys = tables.all_keys(connection)
    if as_json:
        print(msgspec.json.encode([key.published for key in keys]).decode(), file=out)
        return 0
    if not keys:
        print("There is no key yet; make one: rerail keys new RAILWAY.", file=out)
    now = clock.now()
    for key in keys:
        one = key.published
        if key.retired_at is not None:
            state = f"retired {key.retired_at:%Y-%m-%d %H:%M}"
        else:
            state = "signs" if one.since <= now < one.until else "signs no more"
        signs = f"{one.since:%Y-%m-%d %H:%M} – {one.until:%Y-%m-%d %H:%M} UTC"
        print(f"{one.issuer} {one.key_id}  {signs}  {state}", file=out)
    return 0


def run_retire(store: Store, clock: Clock, issuer: str, key_id: int, out: TextIO) -> int:
    """Let a key sign no more. Tickets it signed stay good. Returns the exit status.

    Raises `NoKey`, `StoreError`.
    """
    with store.write() as connection:
        key = tables.retire(connection, issuer, key_id, clock.now())
    print(f"Key {key.key_id} of {key.issuer} signs no more since {key.until:%Y-%m-%d %H:%M} UTC.", file=out)
    print("Tickets that it signed before stay good; it stays in the list.", file=out)
    return 0
