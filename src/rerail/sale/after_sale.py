"""What a retailer is offered after it booked, beside refunds: each good for a quarter of an hour, taken or let go."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from rerail.line.amount import Money


class Recalling(Struct, frozen=True, kw_only=True, tag="recall"):
    """Tickets to be cancelled and made out anew."""

    parts: tuple[int, ...]
    tickets: tuple[str, ...]
    """Their references, in the order of the parts."""


class OnHold(Struct, frozen=True, kw_only=True, tag="on-hold"):
    """A group's places to be held until its balance is due, for a deposit."""

    deposit: Money
    until: datetime
    """UTC."""


class Releasing(Struct, frozen=True, kw_only=True, tag="release"):
    """Tickets to be given back now, and their money to be asked for later."""

    parts: tuple[int, ...]
    overrule: str | None = None
    """The code by which the rules of the tariff are set aside."""


Content = Recalling | OnHold | Releasing


C_co = TypeVar("C_co", bound=Content, covariant=True)


class AfterSale(Struct, Generic[C_co], frozen=True, kw_only=True):
    """An offer to do something with what was booked."""

    id: str
    state: Literal["proposed", "confirmed"]
    created: datetime
    until: datetime
    confirmed: datetime | None = None
    content: C_co

    def pending(self, now: datetime) -> bool:
        """Whether it may still be taken at an instant (UTC)."""
        return self.state == "proposed" and now < self.until
