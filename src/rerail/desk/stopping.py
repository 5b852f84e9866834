"""After a decision that stops departures: the money goes back, and what came of it can be said at any time.

No job is kept: what is left is asked of the database (`rerail.sale.suspension`), so whoever dies half-way is
replaced by whoever asks next.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from rerail.desk.current import Current
from rerail.desk.selling import Selling
from rerail.life.journal import Entry
from rerail.line.amount import Money
from rerail.places.model import DepartureKey
from rerail.sale import suspended, suspension
from rerail.sale.suspended import GivenBack
from rerail.store.engine import StoreError

MOST_AT_ONCE: Final = suspension.AT_ONCE
"""Tickets that whoever decides waits for; more are given back while the page is read."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a decision has cost so far, and what is left to give back."""

    given_back: GivenBack
    left: tuple[suspension.Hit, ...]

    @property
    def left_money(self) -> tuple[Money, ...]:
        """What is left, per currency."""
        return suspension.to_give_back(self.left)


def give_back(selling: Selling, stopped: Collection[DepartureKey]) -> None:
    """Begin to give back what is owed on departures that a decision stopped: at once if it is little.

    Whatever is not done when this returns, for whatever reason, the housekeeping finds and does.
    """
    with selling.store.read() as connection:
        hit = suspension.hits(connection, stopped, selling.current.now())
    if not hit:
        return
    if sum(len(one.parts) for one in hit) <= MOST_AT_ONCE:
        _give_back(selling)
    else:
        threading.Thread(target=_give_back, args=(selling,), name="rerail-refunds", daemon=True).start()


def _give_back(selling: Selling) -> None:
    try:
        selling.give_back_owed()
    except StoreError:
        return  # the decision stands; the page says what is left, and the housekeeping tries again


def outcome(current: Current, entries: Sequence[Entry], stopped: Collection[DepartureKey]) -> Outcome:
    """What was given back because of these entries, and what is left on the departures they stopped."""
    life = current.life()
    still = []
    for key in stopped:
        departure = life.departure(key.train, key.service_date)
        if departure is None or not departure.runs:
            still.append(key)
    with current.store.read() as connection:
        return Outcome(
            given_back=suspended.given_back(connection, [entry.seq for entry in entries]),
            left=suspension.hits(connection, still, current.now()),
        )
