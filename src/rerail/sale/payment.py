"""Payment by a provider: its page takes the money, we are told, and ask it to give money back.

No card data is ever ours: the buyer is sent to the provider's page and comes back. `PaymentProvider` is what a
hosted checkout has to do; `DemoCheckout` does it without any money, for demonstrations and tests.
"""

from __future__ import annotations

import threading
from typing import Final, Literal, Protocol

from msgspec import Struct

from rerail.line.amount import Money

Outcome = Literal["open", "paid", "failed"]


class ProviderError(Exception):
    """The provider could not be reached or refused; the sentence says what to do."""


class Order(Struct, frozen=True, kw_only=True):
    """What a provider is asked to collect."""

    reference: str
    """Ours, unique: asking twice with one reference is one order."""
    booking: str
    amount: Money
    language: str
    back: str
    """The address the buyer's browser returns to."""


class PaymentProvider(Protocol):
    """A hosted checkout. Every call may be repeated with the same reference or key and then changes nothing."""

    @property
    def name(self) -> str:
        """What it is called in addresses and in the ledger."""
        ...

    def begin(self, order: Order) -> str:
        """Open an order; the address of the provider's page for it. Raises `ProviderError`."""
        ...

    def outcome(self, reference: str) -> Outcome:
        """What became of an order, as the provider says now. Raises `ProviderError`."""
        ...

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        """Give a part or all of a paid order back, once per key. Raises `ProviderError`."""
        ...


class DemoCheckout:
    """A provider for demonstrations: its page is ours, takes no money and says so.

    It remembers orders in this process only, as another company's computer would remember them elsewhere.
    """

    name: Final = "demo"

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._orders: dict[str, Order] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._given_back: dict[str, Money] = {}

    def begin(self, order: Order) -> str:
        """Remember the order; its page is `/{language}/pay/{reference}`."""
        with self._lock:
            self._orders.setdefault(order.reference, order)
            self._outcomes.setdefault(order.reference, "open")
        return f"/{order.language}/pay/{order.reference}"

    def order(self, reference: str) -> Order | None:
        """The order with this reference, for the page."""
        return self._orders.get(reference)

    def decide(self, reference: str, outcome: Literal["paid", "failed"]) -> bool:
        """The buyer pressed a button on the page. False: decided before, or unknown."""
        with self._lock:
            if self._outcomes.get(reference) != "open":
                return False
            self._outcomes[reference] = outcome
            return True

    def outcome(self, reference: str) -> Outcome:
        """What the buyer decided; an order of before a restart has failed."""
        return self._outcomes.get(reference, "failed")

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        """Note that the amount was given back. Raises `ProviderError` for an order that nobody has paid."""
        if self._outcomes.get(reference, "paid") != "paid":  # one of before a restart is taken on trust
            raise ProviderError("This order was not paid, so nothing of it can be given back.")
        with self._lock:
            self._given_back.setdefault(key, amount)

    @property
    def given_back(self) -> dict[str, Money]:
        """What was given back, by key."""
        return dict(self._given_back)
