"""The audit trail: who did what at the office, and when. It is only ever added to.

It holds no password, no token and no address. A name that nobody has is not written down: people type
passwords where the name belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, get_args

from msgspec import Struct

Act = Literal[
    "signed-in",
    "sign-in-failed",
    "signed-out",
    "recorded",
    "user-added",
    "user-disabled",
    "user-enabled",
    "password-changed",
    "password-reset",
    "shift-opened",
    "shift-closed",
    "booking-confirmed",
    "deposit-taken",
    "hold-cancelled",
    "refund-made",
    "payout-made",
    "names-changed",
    "letter-tried-again",
    "client-added",
    "client-disabled",
    "client-key-added",
    "client-key-removed",
    "client-webhook-changed",
    "document-seen",
    "document-given",
    "document-erased",
    "list-closed",
    "list-amended",
    "list-seen",
    "list-sent",
    "list-receipt",
    "border-marked",
    "refused-at-border",
    "border-closed",
    "data-given-out",
    "data-erased",
    "keys-rotated",
]
ACTS: Final[tuple[Act, ...]] = get_args(Act)

COMMAND_LINE: Final = "command line"
"""Who did it, when it was done on the machine itself and no user was signed in."""
PASSENGER: Final = "passenger"
"""Who did it, when it was done on the page of a booking by whoever may see it."""
RETAILER: Final = "retailer"
"""Who did it, when it was a retailer's machine; which one is in the details."""
NOBODY: Final = ""
"""Who did it, when nobody knows: a sign-in with a name that no user has."""


class Event(Struct, frozen=True, kw_only=True):
    """One line of the trail."""

    seq: int = 0
    """Its number, from 1; 0 before it is written."""
    at: datetime
    """UTC."""
    act: Act
    who: str
    """The user's name, `COMMAND_LINE`, `PASSENGER`, `RETAILER` or `NOBODY`."""
    whom: str | None = None
    """The user it was done to, where that is another question."""
    details: Mapping[str, str] = {}
    """What else there is to say: the kind and numbers of the entries recorded, a new user's role, the code of a
    booking (whose passengers are never named here), a retailer's client, an amount, a shift, a crossing list and its
    version."""


def recorded(who: str, kind: str, numbers: Iterable[int], at: datetime) -> Event:
    """The line for entries of the journal that somebody recorded."""
    return Event(at=at, act="recorded", who=who, details={"kind": kind, "entries": ", ".join(map(str, numbers))})
