"""Payments and payouts of a booking, as rows: checkouts begun and settled, money asked back and paid out.

A payout is first written down as asked, then asked of the provider under a key of its own, then posted: whatever
kills us in between, the same key is asked again and the posting is made once.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Row, func, insert, select, update

from rerail.line.amount import Money
from rerail.money import accounts, entries
from rerail.money.ledger import post, postings_of
from rerail.sale import reading
from rerail.sale.changing import grown, locked
from rerail.sale.confirming import Payment, due
from rerail.sale.errors import HoldExpired, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.payment import Outcome
from rerail.sale.tables import checkout_table, payout_table
from rerail.sale.ways_back import CASH, PAYMENT_KEY, WayBack, left, shared

ASKED_FOR: Final = timedelta(days=3)
"""How long after its booking's hold a payment that nobody reports is asked about. One reported later counts still."""


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
    """The order with this reference; None: there is none. `lock` keeps it until the transaction ends."""
    if "\0" in reference:  # no database keeps it, and PostgreSQL refuses to be asked
        return None
    query = select(checkout_table).where(checkout_table.c.reference == reference)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _checkout(row)


def settled(connection: Connection, reference: str, outcome: Outcome, now: datetime) -> None:
    """Note what became of an order. One that was paid stays paid."""
    connection.execute(
        update(checkout_table)
        .where(checkout_table.c.reference == reference, checkout_table.c.state != "paid")
        .values(state=outcome, settled_at=None if outcome == "open" else now)
    )


def payment_of(order: Checkout) -> Payment:
    """The payment that a paid order is: posted once, whoever reports it how often."""
    return Payment(key=f"{PAYMENT_KEY}{order.reference}", account=accounts.provider(order.provider), money=order.amount)


def open_checkouts(connection: Connection, code: str | None = None) -> tuple[Checkout, ...]:
    """Orders, of one booking or of all, that nobody has told the end of: to be asked about after a restart."""
    query = select(checkout_table).where(checkout_table.c.state == "open")
    if code is not None:
        query = query.where(checkout_table.c.booking == code)
    return tuple(_checkout(row) for row in connection.execute(query.order_by(checkout_table.c.begun_at)))


def given_up(connection: Connection, order: Checkout, now: datetime) -> bool:
    """Whether an order is not to be asked about any more: begun, and its booking's hold over, for `ASKED_FOR`."""
    begun: datetime = connection.execute(
        select(checkout_table.c.begun_at).where(checkout_table.c.reference == order.reference)
    ).scalar_one()
    held_until = reading.read(connection, order.booking).held_until
    return max(begun, held_until or begun) + ASKED_FOR < now


def ways_back(connection: Connection, booking: Booking, now: datetime) -> tuple[WayBack, ...]:
    """What we owe the customer and nobody was asked to give back yet, by the ways it goes. Empty: nothing.

    What was paid ahead for places that are held still is no debt.
    """
    if booking.balance.amount >= 0 or booking.state(now) == "prebooked":
        return ()
    waiting = sum(one.amount.amount for one in open_payouts(connection, (booking.code,)))
    owed = Money(-booking.balance.amount - waiting, booking.currency)
    if owed.amount <= 0:
        return ()
    rows = connection.execute(
        select(payout_table.c.reference, func.sum(payout_table.c.amount))
        .where(payout_table.c.booking == booking.code)
        .group_by(payout_table.c.reference)
    )
    asked = {str(reference): int(amount) for reference, amount in rows}
    return shared(owed, left(postings_of(connection, booking.code), asked, booking.currency))


def at_counter(connection: Connection, booking: Booking, now: datetime) -> Money:
    """What waits for the customer at a counter: the part of the debt that was paid in cash."""
    shares = (one.amount.amount for one in ways_back(connection, booking, now) if one.way == CASH)
    return Money(sum(shares), booking.currency)


def refunded(connection: Connection, booking: Booking, parts: Collection[int]) -> Money:
    """What these parts gave back, fees with it, as it was posted."""
    amount = sum(
        -posting.money.amount
        for posted in postings_of(connection, booking.code)
        if posted.kind == "refund" and posted.part in parts
        for posting in posted.postings
        if posting.account == accounts.CUSTOMER
    )
    return Money(amount, booking.currency)


def pay_back(connection: Connection, code: str, now: datetime) -> Booking:
    """Have what is owed go back the way it came: off an account at once, by a provider when it is asked.

    Cash waits for the customer at the counter. The caller holds the line's lock. Raises `NoBooking`.
    """
    booking = locked(connection, code)
    number = sum(posted.kind == "payout" for posted in postings_of(connection, code))
    changed = False
    for share in ways_back(connection, booking, now):
        if share.way.provider is not None:
            _ask(connection, code, share.way.reference, share.way.provider, share.amount, now)
        elif share.way.on_account:
            _post_payout(connection, code, f"credit:{code}:{number}", share.way.account, share.amount, now)
            number += 1
            changed = True
    if changed:
        grown(connection, code)
    return reading.read(connection, code)


def pay_out_cash(connection: Connection, market: Market, code: str, account: str, key: str) -> Booking:
    """A clerk hands over what was paid in cash and is owed. Raises `NotPossible` if nothing is, or only otherwise."""
    booking = locked(connection, code)
    shares = ways_back(connection, booking, market.now)
    if not shares:
        raise NotPossible("Nothing is owed to the customer of booking %(code)s.", code=code)
    owed = at_counter(connection, booking, market.now)
    if not owed:
        raise NotPossible("Booking %(code)s was not paid in cash; the money goes back the way it came.", code=code)
    _post_payout(connection, code, key, account, owed, market.now)
    grown(connection, code)
    return locked(connection, code)


def give_back_late(connection: Connection, order: Checkout, now: datetime) -> Payout:
    """Write down that an order paid for nothing, whose money has just been posted, is to be given back.

    All of it goes back through its own provider, however the booking itself was paid. The caller has locked the
    booking.
    """
    return _ask(connection, order.booking, order.reference, order.provider, order.amount, now)


def _post_payout(connection: Connection, code: str, key: str, account: str, amount: Money, now: datetime) -> None:
    posted = post(connection, key=key, kind="payout", booking=code, at=now, postings=entries.payout(account, amount))
    if not posted:
        raise NotPossible(
            "This payout of booking %(code)s was posted before; nothing more was paid out. Open the booking again.",
            code=code,
        )


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
    """The provider has given the money back: post it, once. The caller holds the line's lock."""
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
