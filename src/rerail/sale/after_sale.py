"""What a retailer is offered after it booked, beside refunds: each good for a quarter of an hour, taken or let go."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from rerail.line.amount import Money
from rerail.sale.model import RefundOffer
from rerail.sale.retail import Quote, QuotedExchange


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


class Exchanging(Struct, frozen=True, kw_only=True, tag="exchange"):
    """Old tickets to be given back for new places, which are held: `AfterSale.until` is how long."""

    quote: Quote
    """What is bought, and what comes back for the old tickets."""
    token: str
    """The quote, sealed: the id of the offer."""
    legs: tuple[int, ...]
    """The numbers of the new legs in the booking."""

    @property
    def exchange(self) -> QuotedExchange:
        """The old tickets."""
        assert self.quote.exchange is not None  # what makes it an exchange
        return self.quote.exchange

    @property
    def back(self) -> RefundOffer:
        """What comes back for them."""
        return self.exchange.back


Content = Recalling | OnHold | Releasing | Exchanging


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
