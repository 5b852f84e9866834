"""Payments and payouts of a booking, as rows: checkouts begun and settled, money asked back and paid out.

A payout is first written down as asked, then asked of the provider under a key of its own, then posted: whatever
kills us in between, the same key is asked again and the posting is made once.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, insert, select, update

from rerail.line.amount import Money
from rerail.money import accounts, entries
from rerail.money.ledger import post, postings_of
from rerail.sale.changing import grown, locked
from rerail.sale.confirming import Payment, due
from rerail.sale.errors import HoldExpired, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.payment import Outcome
from rerail.sale.tables import checkout_table, payout_table


class Checkout(Struct, frozen=True, kw_only=True):
    """An order that a provider was asked to collect."""

    reference: str
    booking: str
    provider: str
    amount: Money
    state: Outcome


class Payout(Struct, frozen=True, kw_only=True):
    """Money a provider was asked to give back."""

    booking: str
    number: int
    reference: str
    provider: str
    amount: Money

    @property
    def key(self) -> str:
        """What the provider recognises a repetition by, and the ledger."""
        return f"payout:{self.booking}:{self.number}"


def begin(connection: Connection, market: Market, code: str, provider: str) -> Checkout:
    """Write down that a provider is asked for what is due. An open order for the same amount is taken up again.

    Raises `NoBooking`, `HoldExpired`, `NotPossible`.
    """
    booking = locked(connection, code)
    state = booking.state(market.now)
    if state == "expired":
        raise HoldExpired("The places are free again; ask for a new offer.")
    if state != "prebooked":
        raise NotPossible("Booking %(code)s is %(state)s; there is nothing to pay.", code=code, state=state)
    owed = due(booking)
    for row in connection.execute(select(checkout_table).where(checkout_table.c.booking == code)):
        if row.state == "open" and (row.amount, row.currency, row.provider) == (owed.amount, owed.currency, provider):
            return _checkout(row)
    reference = secrets.token_urlsafe(18)
    connection.execute(
        insert(checkout_table),
        {
            "reference": reference,
            "booking": code,
            "provider": provider,
            "amount": owed.amount,
            "currency": owed.currency,
            "state": "open",
            "begun_at": market.now,
            "settled_at": None,
        },
    )
    return Checkout(reference=reference, booking=code, provider=provider, amount=owed, state="open")


def checkout(connection: Connection, reference: str, *, lock: bool = False) -> Checkout | None:
    """The order with this reference."""
    query = select(checkout_table).where(checkout_table.c.reference == reference)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _checkout(row)


def settled(connection: Connection, reference: str, outcome: Outcome, now: datetime) -> None:
    """Note what became of an order."""
    connection.execute(
        update(checkout_table)
        .where(checkout_table.c.reference == reference)
        .values(state=outcome, settled_at=None if outcome == "open" else now)
    )


def payment_of(order: Checkout) -> Payment:
    """The payment that a paid order is: posted once, whoever reports it how often."""
    return Payment(key=f"payment:{order.reference}", account=accounts.provider(order.provider), money=order.amount)


def open_checkouts(connection: Connection, code: str | None = None) -> tuple[Checkout, ...]:
    """Orders, of one booking or of all, that nobody has told the end of: to be asked about after a restart."""
    query = select(checkout_table).where(checkout_table.c.state == "open")
    if code is not None:
        query = query.where(checkout_table.c.booking == code)
    return tuple(_checkout(row) for row in connection.execute(query))


def paid_from(connection: Connection, code: str) -> str | None:
    """The account the booking was paid into: money goes back the way it came. None: nothing was paid."""
    for posted in postings_of(connection, code):
        if posted.kind in ("payment", "deposit"):
            for posting in posted.postings:
                if posting.account != accounts.CUSTOMER and posting.money.amount > 0:
                    return posting.account
    return None


def credit_note(connection: Connection, booking: Booking, now: datetime) -> bool:
    """Take what we owe the booking off the tour operator's invoice, if it was paid by one. False: it was not."""
    account = paid_from(connection, booking.code)
    owed = _owed(connection, booking)
    if owed.amount <= 0 or account is None or accounts.named(account, "invoice") is None:
        return False
    number = sum(posted.kind == "payout" for posted in postings_of(connection, booking.code))
    post(
        connection,
        key=f"credit:{booking.code}:{number}",
        kind="payout",
        booking=booking.code,
        at=now,
        postings=entries.payout(account, owed),
    )
    grown(connection, booking.code)
    return True


def pay_out_cash(connection: Connection, market: Market, code: str, account: str, key: str) -> Booking:
    """A clerk hands over what the booking is owed. Raises `NotPossible` if nothing is, or it goes another way."""
    booking = locked(connection, code)
    paid = paid_from(connection, code)
    owed = _owed(connection, booking)
    if owed.amount <= 0:
        raise NotPossible("Nothing is owed to the customer of booking %(code)s.", code=code)
    if paid is not None and accounts.named(paid, "cash") is None:
        raise NotPossible("Booking %(code)s was not paid in cash; the money goes back the way it came.", code=code)
    post(
        connection,
        key=key,
        kind="payout",
        booking=code,
        at=market.now,
        postings=entries.payout(account, owed),
    )
    grown(connection, code)
    return locked(connection, code)


def ask_payout(connection: Connection, code: str, now: datetime, late: Checkout | None = None) -> Payout | None:
    """Write down that a provider is to give back what the booking is owed and nobody was asked for yet.

    `late` is an order paid for nothing, whose money has just been posted: all of it goes back through its own
    provider, however the booking itself was paid.
    """
    booking = locked(connection, code)
    if late is not None:
        return _ask(connection, code, late.reference, late.provider, late.amount, now)
    account = paid_from(connection, code)
    provider = accounts.named(account, "provider") if account is not None else None
    owed = _owed(connection, booking)
    if provider is None or owed.amount <= 0:
        return None
    return _ask(connection, code, _paid_order(connection, code, owed), provider, owed, now)


def _owed(connection: Connection, booking: Booking) -> Money:
    """What we owe the customer, less what a provider has been asked to give back and has not yet."""
    asked = sum(one.amount.amount for one in open_payouts(connection, (booking.code,)))
    return Money(-booking.balance.amount - asked, booking.currency)


def _paid_order(connection: Connection, code: str, owed: Money) -> str:
    """The reference of the first order paid for the booking of which so much has not been given back yet."""
    asked = connection.execute(
        select(payout_table.c.reference, func.sum(payout_table.c.amount))
        .where(payout_table.c.booking == code)
        .group_by(payout_table.c.reference)
    )
    back = {reference: int(amount) for reference, amount in asked}
    paid = connection.execute(
        select(checkout_table.c.reference, checkout_table.c.amount)
        .where(checkout_table.c.booking == code, checkout_table.c.state == "paid")
        .order_by(checkout_table.c.settled_at, checkout_table.c.reference)
    ).all()
    left = [(row.reference, row.amount - back.get(row.reference, 0)) for row in paid]
    return str(next((reference for reference, amount in left if amount >= owed.amount), left[0][0]))


def _ask(connection: Connection, code: str, reference: str, provider: str, amount: Money, now: datetime) -> Payout:
    last = connection.execute(
        select(func.coalesce(func.max(payout_table.c.number), 0)).where(payout_table.c.booking == code)
    ).scalar_one()
    payout = Payout(
        booking=code,
        number=int(last) + 1,
        reference=reference,
        provider=provider,
        amount=amount,
    )
    connection.execute(
        insert(payout_table),
        {
            "booking": code,
            "number": payout.number,
            "reference": reference,
            "provider": provider,
            "amount": amount.amount,
            "currency": amount.currency,
            "asked_at": now,
            "done_at": None,
        },
    )
    return payout


def open_payouts(connection: Connection, codes: Collection[str] | None = None) -> tuple[Payout, ...]:
    """Payouts written down and not known to be done."""
    query = select(payout_table).where(payout_table.c.done_at.is_(None))
    if codes is not None:
        query = query.where(payout_table.c.booking.in_(sorted(codes)))
    rows = connection.execute(query.order_by(payout_table.c.booking, payout_table.c.number))
    return tuple(
        Payout(
            booking=row.booking,
            number=row.number,
            reference=row.reference,
            provider=row.provider,
            amount=Money(row.amount, row.currency),
        )
        for row in rows
    )


def payout_done(connection: Connection, payout: Payout, now: datetime) -> None:
    """The provider has given the money back: post it, once."""
    locked(connection, payout.booking)
    post(
        connection,
        key=payout.key,
        kind="payout",
        booking=payout.booking,
        at=now,
        postings=entries.payout(accounts.provider(payout.provider), payout.amount),
    )
    connection.execute(
        update(payout_table)
        .where(payout_table.c.booking == payout.booking, payout_table.c.number == payout.number)
        .values(done_at=now)
    )
    grown(connection, payout.booking)


def _checkout(row: Row[Any]) -> Checkout:
    return Checkout(
        reference=row.reference,
        booking=row.booking,
        provider=row.provider,
        amount=Money(row.amount, row.currency),
        state=row.state,
    )
