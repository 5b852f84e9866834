"""The accounts of the ledger, by name. Debit is positive: what we have, or are owed."""

from __future__ import annotations

from typing import Final, Literal

from rerail.line.model import RailwayId

Kind = Literal["sale", "payment", "refund", "payout", "deposit", "forfeit", "shift-open", "cash-up"]
"""What a transaction is for."""

CUSTOMER: Final = "customer"
"""What buyers owe us (debit) or we owe them (credit), in the currency of the sale; per booking by its code."""

FEES: Final = "fees"
"""Fees on top of fares: the seller's own income."""

EXCHANGE: Final = "exchange"
"""Between the currency of a sale and those of its fares. Its balances are the seller's open position: what was
taken in one currency (credit) and is owed to railways in another (debit)."""

FORFEITED: Final = "forfeited"
"""Deposits of groups that did not come back to confirm."""

SAFE: Final = "safe"
"""The office's cash: where a clerk's change comes from and where the counted cash goes."""

DIFFERENCES: Final = "differences"
"""What was missing (debit) or too much (credit) when cash was counted."""


def revenue(railway: RailwayId) -> str:
    """What a railway earned by travel (credit), in the currencies of its fares."""
    return f"revenue:{railway}"


def cash(shift: str) -> str:
    """The cash in a clerk's till during one shift."""
    return f"cash:{shift}"


def provider(name: str) -> str:
    """What a payment provider took for us and has not yet been taken out of its account."""
    return f"provider:{name}"


def invoice(operator: str) -> str:
    """What a tour operator owes by invoice."""
    return f"invoice:{operator}"


def retailer(client: str) -> str:
    """What a retailer took from passengers for us, and owes."""
    return f"retailer:{client}"


def named(account: str, of: str) -> str | None:
    """The name behind the colon, if the account is one `of` this sort: `named("cash:a1", "cash")` is "a1"."""
    sort, colon, name = account.partition(":")
    return name if colon and sort == of else None
