"""The numbers of tickets: a part's first is "K7MP4XQ2-3", and one made out anew after it "K7MP4XQ2-3-2".

And what became of tickets without money having moved: recalled, released.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Recall(Struct, frozen=True, array_like=True):
    """A ticket that was cancelled while its place stayed sold: to be made out anew."""

    at: datetime
    """UTC."""
    anew: datetime | None = None
    """When the next one was made out (UTC); None: not yet, and nobody has a good ticket for the place."""


class Release(Struct, frozen=True, array_like=True):
    """A ticket given back, its place free for others, while the money for it has yet to be asked for."""

    at: datetime
    """UTC: what comes back goes by this instant."""
    overruled: bool = False
    """Whether the rules of the tariff were set aside then: everything comes back."""


class TicketNumber(NamedTuple):
    """Which ticket a reference means."""

    code: str
    """The booking's."""
    part: int
    ticket: int
    """From 1: a part's tickets, of which only the last can be good."""


def reference(code: str, part: int, ticket: int = 1) -> str:
    """What a ticket is called."""
    return f"{code}-{part}" if ticket == 1 else f"{code}-{part}-{ticket}"


def ticket_number(text: str) -> TicketNumber | None:
    """The ticket that a reference means; None: it is no ticket of ours."""
    code, *numbers = text.split("-")
    if not code or not 1 <= len(numbers) <= 2 or not all(_number(one) for one in numbers):
        return None
    part, ticket = int(numbers[0]), int(numbers[-1]) if len(numbers) == 2 else 1
    return TicketNumber(code, part, ticket) if reference(code, part, ticket) == text else None


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
