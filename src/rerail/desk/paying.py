"""Paying: at a provider's page, into a clerk's till, on a tour operator's invoice; and money handed back in cash."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection

from rerail.desk.giving_back import GivingBack
from rerail.desk.log import log_failed
from rerail.desk.sale_desk import Act, Request
from rerail.line.amount import Money
from rerail.money import accounts, shifts
from rerail.sale import confirming, holding, paying, reading
from rerail.sale.changing import locked
from rerail.sale.errors import NoBooking, NotPossible, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.payment import Order, Outcome, PaymentProvider
from rerail.sale.rules import travel_of
from rerail.store.engine import StoreError


class Paying(GivingBack):
    """The acts by which money passes."""

    # At a provider's page

    def checkout(self, code: str, provider: str, language: str) -> str:
        """The address of a provider's page for what the booking owes. Waits for the provider; raises `SaleError`."""
        asked = self._provider(provider)

        def act(connection: Connection) -> paying.Checkout:
            return paying.begin(connection, self.market_in(connection), code, provider)

        order = self.call(act)
        return asked.begin(
            Order(
                reference=order.reference,
                booking=code,
                amount=order.amount,
                language=language,
                back=f"{self.site}/{language}/booking/{code}",
            )
        )

    def settle(self, reference: str) -> Booking:
        """Ask the provider what became of an order, and act on it: confirm what was paid.

        Money that came too late is not lost: it is posted, and given back. Called by whoever hears of a payment,
        any number of times. Raises `NoBooking` for an unknown order.
        """
        with self.store.read() as connection:
            order = paying.checkout(connection, reference)
        if order is None:
            raise NoBooking("There is no payment with this reference.", "reference")
        self._ask_about(order)
        return self.booking(order.booking)

    async def settled(self, reference: str) -> Booking:
        """`settle`, awaited: the provider is asked in a thread."""
        return await asyncio.to_thread(self.settle, reference)

    def _ask_about(self, order: paying.Checkout) -> Outcome:
        outcome = self._provider(order.provider).outcome(order.reference)
        if outcome != "open":
            self.call(partial(self._settle, reference=order.reference, outcome=outcome))
            self.settle_payouts((order.booking,))
        return outcome

    def _settle(self, connection: Connection, *, reference: str, outcome: Outcome) -> None:
        # The line before any row: whoever adopts an edition holds the line alone, and then wants the rows.
        market = self.market_in(connection)
        order = paying.checkout(connection, reference, lock=True)
        # An order that was given up may be paid yet; one that was paid is done with.
        if order is None or order.state in ("paid", outcome):
            return
        paying.settled(connection, reference, outcome, market.now)
        if outcome != "paid":
            return
        payment = paying.payment_of(order)
        try:
            with connection.begin_nested():
                booking = confirming.confirm(connection, market, order.booking, payment)
        except SaleError:
            # The hold lapsed, a railway withdrew, or somebody else paid, while the buyer was paying.
            late = locked(connection, order.booking)
            confirming.take(connection, late, payment, market.now)
            paying.give_back_late(connection, order, market.now)
            kind = "paid-twice" if late.state(market.now) == "confirmed" else "too-late"
            self._tell(connection, late, kind, f"{kind}-{reference}", back=order.amount)
        else:
            self._confirmed(connection, booking)

    def settle_open(self) -> None:
        """Ask the providers about payments nobody reported back: a browser closed on the provider's page.

        What a provider still calls open days after the booking's hold ended is given up, and not asked about again;
        if it is reported paid after all, the money is posted and given back. One order's trouble is its own.
        """
        with self.store.read() as connection:
            waiting = paying.open_checkouts(connection)
        for order in waiting:
            if order.provider not in self.providers:
                continue
            try:
                if self._ask_about(order) == "open":
                    self._give_up(order)
            except StoreError:
                raise
            except Exception as error:
                log_failed("a payment could not be asked about", error, booking=order.booking)

    def _give_up(self, order: paying.Checkout) -> None:
        with self.store.read() as connection:
            over = paying.given_up(connection, order, self.current.now())
        if over:
            self.call(partial(self._settle, reference=order.reference, outcome="failed"))

    def _provider(self, name: str) -> PaymentProvider:
        provider = self.providers.get(name)
        if provider is None:
            raise NotPossible('Nothing can be paid by "%(provider)s" here.', provider=name)
        return provider

    # At a counter, and by invoice

    def confirm_at_counter(self, request: Request, code: str, clerk: str, paying_in: Money) -> Act[Booking]:
        """A clerk takes the money into the till and confirms. Raises `ShiftError` without an open shift."""

        def act(connection: Connection, market: Market) -> Booking:
            shift = shifts.shift_to_post_in(connection, clerk)
            key = f"cash:{code}:{request.key}"
            payment = confirming.Payment(key=key, account=shift.account, money=paying_in)
            return self._confirmed(connection, confirming.confirm(connection, market, code, payment))

        return self._once(request, ("confirm", code, clerk, paying_in), act)

    def confirm_by_invoice(self, request: Request, code: str) -> Act[Booking]:
        """Put what is due on the tour operator's invoice and confirm."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = reading.read(connection, code)
            if booking.tour_operator is None:
                raise NotPossible("Only a tour operator's booking is paid by invoice.")
            payment = confirming.Payment(
                key=f"invoice:{code}:{request.key}",
                account=accounts.invoice(booking.tour_operator),
                money=confirming.due(booking),
            )
            return self._confirmed(connection, confirming.confirm(connection, market, code, payment))

        return self._once(request, ("invoice", code), act)

    def pay_deposit(self, request: Request, code: str, *, clerk: str | None) -> Act[Booking]:
        """A group's deposit, into a clerk's till or (no clerk) on the tour operator's invoice."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = reading.read(connection, code)
            if booking.deposit is None or (clerk is None and booking.tour_operator is None):
                raise NotPossible("Booking %(code)s has no deposit to pay.", code=code)
            account = (
                shifts.shift_to_post_in(connection, clerk).account
                if clerk is not None
                else accounts.invoice(str(booking.tour_operator))
            )
            payment = confirming.Payment(key=f"deposit:{code}", account=account, money=booking.deposit)
            first = travel_of(market.life, booking.legs[0])
            until = holding.option_dates(market, first, booking.created).balance_by
            return confirming.pay_deposit(connection, market, code, payment, until)

        return self._once(request, ("deposit", code, clerk), act)

    def pay_out(self, request: Request, code: str, clerk: str) -> Act[Booking]:
        """A clerk hands over, in cash, what the booking is owed."""

        def act(connection: Connection, market: Market) -> Booking:
            shift = shifts.shift_to_post_in(connection, clerk)
            key = f"cash-out:{code}:{request.client}:{request.key}"
            return paying.pay_out_cash(connection, market, code, shift.account, key)

        return self._once(request, ("pay-out", code, clerk), act)
