"""Figures for the ledger's tests (illustrative): a ticket over two railways, sold in roubles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from rerail.line.amount import Money
from rerail.money.accounts import Kind
from rerail.money.entries import Earning
from rerail.money.ledger import Posting, post

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BOOKING = "7KQ2FM"


def rub(amount: int) -> Money:
    return Money(amount, "RUB")


def kpw(amount: int) -> Money:
    return Money(amount, "KPW")


TICKET = (Earning("rzd", rub(60000), rub(60000)), Earning("ksr", kpw(750000), rub(40000)))
"""1000.00 RUB: 600.00 RUB earned on one side, 7500.00 KPW for 400.00 RUB on the other."""


def posted(
    connection: Connection,
    key: str,
    kind: Kind,
    postings: Sequence[Posting],
    *,
    booking: str = BOOKING,
    at: datetime = NOON,
) -> bool:
    return post(connection, key=key, kind=kind, booking=booking, at=at, postings=postings)
