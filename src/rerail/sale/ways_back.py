"""Ways back: by which ways a booking was paid, what is left on each, and how a debt to the customer goes back by them.

Money goes back the way it came. Where it came by several ways (a deposit into the till, the balance on an invoice),
the newest payment goes back first, and none gives more than it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from rerail.line.amount import Money
from rerail.money import accounts
from rerail.money.accounts import CUSTOMER
from rerail.money.ledger import Posted

PAYMENT_KEY: Final = "payment:"
"""What the ledger's key of a provider's payment begins with; the order's reference follows."""


class Way(Struct, frozen=True, order=True):
    """Where money of one payment lies. The till is one way, whichever shift took the money."""

    account: str
    """"cash", or the ledger's account: `accounts.invoice(…)`, `accounts.provider(…)`."""
    reference: str = ""
    """The provider's order; empty for the others."""

    @property
    def provider(self) -> str | None:
        """The provider that has the money."""
        return accounts.named(self.account, "provider")

    @property
    def on_account(self) -> bool:
        """Whether it stands on a tour operator's invoice, or on a retailer's account."""
        return any(accounts.named(self.account, kind) is not None for kind in ("invoice", "retailer"))


CASH: Final = Way("cash")


class WayBack(Struct, frozen=True):
    """A share of what is owed to the customer."""

    way: Way
    amount: Money


def left(postings: Iterable[Posted], asked_back: Mapping[str, int], currency: str) -> tuple[WayBack, ...]:
    """What was paid and has not gone back, by way, the newest payment first.

    `asked_back` is what providers were asked to give back, done or not, by the order's reference, in minor units.
    """
    paid: dict[Way, int] = {}
    back: dict[Way, int] = {Way("", reference): amount for reference, amount in asked_back.items()}
    # Of one instant, the deposit came before the balance.
    for posted in sorted(postings, key=lambda one: (one.at, one.kind != "deposit")):
        for posting in posted.postings:
            if posting.account == CUSTOMER or posting.money.currency != currency:
                continue
            way = _way(posting.account, posted.key)
            if posted.kind in ("payment", "deposit"):
                # Newest first: a way that is paid into again is a new payment.
                paid[way] = paid.pop(way, 0) + posting.money.amount
            elif posted.kind == "payout" and way.provider is None:
                back[way] = back.get(way, 0) - posting.money.amount
    remains = [(way, amount - _gone(back, way)) for way, amount in reversed(paid.items())]
    return tuple(WayBack(way, Money(amount, currency)) for way, amount in remains if amount > 0)


def shared(owed: Money, ways: Sequence[WayBack]) -> tuple[WayBack, ...]:
    """The debt over the ways, in their order, none more than is left on it. Nothing owed: no shares."""
    shares = []
    still = owed.amount
    for one in ways:
        share = min(still, one.amount.amount)
        if share > 0:
            shares.append(WayBack(one.way, Money(share, owed.currency)))
            still -= share
    return tuple(shares)


def _way(account: str, key: str) -> Way:
    if accounts.named(account, "cash") is not None:
        return CASH
    if accounts.named(account, "provider") is not None:
        return Way(account, key.removeprefix(PAYMENT_KEY))
    return Way(account)


def _gone(back: Mapping[Way, int], way: Way) -> int:
    return back.get(Way("", way.reference) if way.provider is not None else way, 0)
