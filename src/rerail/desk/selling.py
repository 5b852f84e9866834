"""Selling: offer, hold, pay, confirm, name, give back. One act of a person, one transaction, over all rooms.

Each act is handed to the process's one writer. `Selling.run` awaits it, `Selling.call` waits for it in a thread.
Acts that write take an idempotency key: the same request, however often it comes, is done once.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk.current import Current
from rerail.life import tables as life_tables
from rerail.line.amount import Money
from rerail.money import accounts, shifts
from rerail.people import tables as people_tables
from rerail.sale import answers, confirming, holding, naming, offers, paying, reading, refunding, suspension
from rerail.sale.errors import NoBooking, NotPossible, SaleError
from rerail.sale.holding import Buyer
from rerail.sale.market import Kept, Market
from rerail.sale.model import Ask, Booking, LegAsk, Offer, PassengerGiven, RefundOffer
from rerail.sale.passengers import ListRow
from rerail.sale.payment import Order, PaymentProvider
from rerail.sale.rules import travel
from rerail.sale.seal import opened, sealed
from rerail.store.engine import Store
from rerail.store.writer import Writer
from rerail.tell import outbox

T = TypeVar("T")
Act = Callable[[Connection], T]

_SEAL: Final = "sale"


class Request(Struct, frozen=True):
    """Who asks, and the key that makes a repetition of the request recognisable."""

    client: str
    """"site", a user's id, a retailer's client id."""
    key: str
    also: Callable[[Connection, Booking], None] | None = None
    """What else to do with the booking in the act's transaction, as often as the act itself: once."""


class PriceShown(Struct, frozen=True):
    """An offer and its token: the token is what the buyer sends back."""

    offer: Offer
    token: str


class Selling:
    """The counter of one process: everything that sells goes through here."""

    def __init__(
        self,
        current: Current,
        *,
        writer: Writer | None = None,
        kept: Kept | None = None,
        providers: Sequence[PaymentProvider] = (),
        site: str,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`site` is the public address, without a slash at the end.

        `wake` is called after each act: there may be a letter to send.
        """
        self.current: Final = current
        self.kept: Final = kept or Kept()
        self.writer: Final = writer or Writer(current.store, (self.kept.occupancies,))
        self.providers: Final[Mapping[str, PaymentProvider]] = {one.name: one for one in providers}
        self.site: Final = site
        self._wake: Final = wake
        self._secret: bytes | None = None

    @property
    def store(self) -> Store:
        """The database."""
        return self.current.store

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.current.clock

    def close(self) -> None:
        """Write what waits, then stop writing."""
        self.writer.close()

    async def run(self, act: Act[T]) -> T:
        """Do an act in the writer's next transaction; returns after the commit."""
        done = await self.writer.run(act)
        self._wake()
        return done

    def call(self, act: Act[T]) -> T:
        """The same, waiting in this thread."""
        done = self.writer.call(act)
        self._wake()
        return done

    # Looking

    def market(self) -> Market:
        """What a page goes by: at most half a second old."""
        snapshot = self.current.snapshot()
        now = self.current.now()
        return Market(snapshot.life(now.date()), snapshot.versions[1], now, self.kept)

    def market_in(self, connection: Connection) -> Market:
        """What an act goes by: exact, and no railway can withdraw until its transaction ends."""
        life_tables.hold_journal(connection)
        snapshot = self.current.snapshot_in(connection)
        now = self.current.now()
        return Market(snapshot.life(now.date()), snapshot.versions[1], now, self.kept)

    def offer(self, ask: Ask, *, rebooks: str | None = None) -> PriceShown:
        """What is asked for, priced and signed. Raises `SaleError`.

        `rebooks` is the code of a suspended booking whose paid price is taken over.
        """
        market = self.market()
        with self.store.read() as connection:
            old = self._to_rebook(reading.read(connection, rebooks), market) if rebooks is not None else None
            made = offers.offer(connection, market, ask, rebooks=old)
        return PriceShown(made, sealed(made, self.secret()))

    def opened(self, token: str) -> Offer:
        """The offer that a buyer sends back. Raises `OfferForged`, `OfferExpired`."""
        return opened(token, self.secret(), self.current.now())

    def booking(self, code: str) -> Booking:
        """The booking, after whatever it is owed was given back. Raises `NoBooking`."""
        with self.store.read() as connection:
            found = reading.read(connection, code)
        if any(part.state in ("held", "confirmed") for part in found.parts) and suspension.stopped_departures(
            self.market().life, found
        ):
            self.call(self._owed_to(code))
            self.settle_payouts((code,))
            with self.store.read() as connection:
                found = reading.read(connection, code)
        return found

    def find(self, text: str) -> tuple[Booking, ...]:
        """The bookings a clerk means: code, beginning of a passenger's name, e-mail; the newest for no text."""
        with self.store.read() as connection:
            return reading.search(connection, text) if text.strip() else reading.newest(connection)

    def refund_offer(self, booking: Booking, parts: Collection[int] | None = None) -> RefundOffer:
        """What would come back now. Raises `NotPossible`."""
        return refunding.refund_offer(self.market(), booking, parts)

    # Acts of the buyer

    def hold(self, request: Request, token: str, buyer: Buyer) -> Act[Booking]:
        """Hold all places of an offer, or none."""

        def act(connection: Connection, market: Market) -> Booking:
            made = opened(token, self._secret_in(connection), market.now)
            booking = holding.hold(connection, market, made, buyer)
            if buyer.pays_at_counter:
                self._tell(connection, booking, "held", f"held-{booking.code}")
            return booking

        return self._once(request, ("hold", token, buyer), act)

    def cancel_hold(self, request: Request, code: str, version: int | None) -> Act[Booking]:
        """Let go of what is held."""

        def act(connection: Connection, market: Market) -> Booking:
            return self._settled_up(connection, confirming.cancel_hold(connection, market, code, version))

        return self._once(request, ("cancel", code, version), act)

    def refund(self, request: Request, code: str, parts: Sequence[int], version: int) -> Act[Booking]:
        """Give tickets back, at the price of the moment; `version` is that of the refund offer shown."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = self._settled_up(connection, refunding.give_back(connection, market, code, parts, version))
            self._tell(connection, booking, "refunded", f"refunded-{code}-{booking.version}")
            return booking

        return self._once(request, ("refund", code, tuple(parts), version), act)

    def name(
        self, request: Request, code: str, given: Mapping[int, PassengerGiven], version: int | None, *, staff: bool
    ) -> Act[Booking]:
        """Give passengers names; only staff may change one that is there."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = naming.name(connection, market, code, given, version, rename=staff)
            self._ticketed(connection, booking)
            return booking

        return self._once(request, ("name", code, sorted(given.items()), version), act)

    def fill(self, request: Request, code: str, rows: Sequence[ListRow], version: int | None) -> Act[Booking]:
        """Name a group from its list; every row or none."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = naming.fill(connection, market, code, rows, version)
            self._ticketed(connection, booking)
            return booking

        return self._once(request, ("fill", code, rows, version), act)

    # Payment

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
        outcome = self._provider(order.provider).outcome(reference)
        if outcome != "open":
            self.call(partial(self._settle, reference=reference, outcome=outcome))
            self.settle_payouts((order.booking,))
        return self.booking(order.booking)

    def _settle(self, connection: Connection, *, reference: str, outcome: Any) -> None:
        order = paying.checkout(connection, reference, lock=True)
        if order is None or order.state != "open":
            return
        market = self.market_in(connection)
        paying.settled(connection, reference, outcome, market.now)
        if outcome != "paid":
            return
        payment = paying.payment_of(order)
        try:
            with connection.begin_nested():
                booking = confirming.confirm(connection, market, order.booking, payment)
        except SaleError:
            # The hold lapsed, or a railway withdrew, while the buyer was paying.
            confirming.take(connection, reading.read(connection, order.booking), payment, market.now)
            paying.ask_payout(connection, order.booking, market.now, order)
            late = reading.read(connection, order.booking)
            self._tell(connection, late, "too-late", f"too-late-{reference}")
        else:
            self._confirmed(connection, booking)

    def settle_payouts(self, codes: Collection[str] | None = None) -> int:
        """Have providers give back what they were asked to and have not said they did. Returns how many did.

        Each under its own key, so that a repetition after a crash gives nothing twice. A provider that is away is
        asked again the next time.
        """
        with self.store.read() as connection:
            waiting = paying.open_payouts(connection, codes)
        done = 0
        for payout in waiting:
            provider = self.providers.get(payout.provider)
            if provider is None:
                continue
            try:
                provider.give_back(payout.reference, payout.amount, payout.key)
            except Exception:  # noqa: S112  (whatever a provider trips over, the others are asked too)
                continue
            self.call(partial(paying.payout_done, payout=payout, now=self.current.now()))
            done += 1
        return done

    def confirm_at_counter(self, request: Request, code: str, clerk: str, paying_in: Money) -> Act[Booking]:
        """A clerk takes the money into the till and confirms. Raises `ShiftError` without an open shift."""

        def act(connection: Connection, market: Market) -> Booking:
            shift = shifts.shift_to_post_in(connection, clerk)
            payment = confirming.Payment(key=f"cash:{code}:{request.key}", account=shift.account, money=paying_in)
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
            first = booking.legs[0]
            asked = LegAsk(
                train=first.departure.train,
                service_date=first.departure.service_date,
                board=first.board,
                alight=first.alight,
            )
            until = holding.option_dates(market, travel(market.life, asked)).balance_by
            return confirming.pay_deposit(connection, market, code, payment, until)

        return self._once(request, ("deposit", code, clerk), act)

    def pay_out(self, request: Request, code: str, clerk: str) -> Act[Booking]:
        """A clerk hands over, in cash, what the booking is owed."""

        def act(connection: Connection, market: Market) -> Booking:
            shift = shifts.shift_to_post_in(connection, clerk)
            return paying.pay_out_cash(connection, market, code, shift.account, f"cash-out:{code}:{request.key}")

        return self._once(request, ("pay-out", code, clerk), act)

    # What a suspension leaves to do

    def give_back_owed(self, progress: Callable[[int], None] = lambda _done: None) -> int:
        """Give back everything on departures that do not run, a hundred parts at a time. Returns how many bookings.

        Run at the start, after each withdrawal, and every few minutes: it asks what is left, so it can be killed at
        any moment and repeated by anybody.
        """
        done = 0
        while owed := self.call(self._some_owed):
            done += len(owed)
            progress(done)
        self.settle_payouts()
        return done

    def settle_open(self) -> None:
        """Ask the providers about payments nobody reported back: a browser closed on the provider's page."""
        with self.store.read() as connection:
            waiting = paying.open_checkouts(connection)
        for order in waiting:
            if order.provider in self.providers:
                self.settle(order.reference)

    def _some_owed(self, connection: Connection) -> tuple[suspension.Owed, ...]:
        owed = suspension.give_back_owed(connection, self.market_in(connection))
        for one in owed:
            self._tell_owed(connection, one)
        return owed

    def _owed_to(self, code: str) -> Act[None]:
        def act(connection: Connection) -> None:
            owed = suspension.give_back_booking(connection, self.market_in(connection), code)
            if owed is not None:
                self._tell_owed(connection, owed)

        return act

    def _tell_owed(self, connection: Connection, owed: suspension.Owed) -> None:
        booking = self._settled_up(connection, owed.booking)
        # One letter per decision and booking, whoever finds the work and however often.
        self._tell(
            connection,
            booking,
            "suspended",
            f"suspended-{owed.entry}-{booking.code}-{len(owed.refunded)}",
            {"parts": owed.refunded, "released": owed.released},
        )

    def _to_rebook(self, old: Booking, market: Market) -> Booking:
        days = market.tariff.sale.rebook_days
        suspended = [part for part in old.parts if part.refund_reason == "suspended"]
        if not suspended:
            raise NotPossible("Nothing of booking %(code)s was suspended.", code=old.code)
        last = max(part.refunded_at for part in suspended if part.refunded_at is not None)
        if market.now >= last + timedelta(days=days):
            raise NotPossible("The paid price could be taken over for %(days)d days, which are over.", days=days)
        return old

    # The parts all acts are made of

    def _once(self, request: Request, said: object, act: Callable[[Connection, Market], Booking]) -> Act[Booking]:
        body = answers.digest(msgspec.json.encode(said))

        def once(connection: Connection) -> Booking:
            kept = answers.find(connection, request.client, request.key, body)
            if kept is not None:
                return reading.read(connection, kept.decode())
            market = self.market_in(connection)
            booking = act(connection, market)
            if request.also is not None:
                request.also(connection, booking)
            answers.keep(connection, request.client, request.key, body, booking.code.encode(), market.now)
            return booking

        return once

    def _settled_up(self, connection: Connection, booking: Booking) -> Booking:
        """Have what is owed to the customer go back the way it came; cash waits for the customer at the counter."""
        if booking.balance.amount >= 0:
            return booking
        now = self.current.now()
        if not paying.credit_note(connection, booking, now):
            paying.ask_payout(connection, booking.code, now)
        return reading.read(connection, booking.code)

    def _confirmed(self, connection: Connection, booking: Booking) -> Booking:
        self._tell(connection, booking, "confirmed", f"confirmed-{booking.code}")
        return booking

    def _ticketed(self, connection: Connection, booking: Booking) -> None:
        """A group's tickets come into being with its last name."""
        if booking.group and booking.named and booking.confirmed is not None:
            self._tell(connection, booking, "confirmed", f"named-{booking.code}-{booking.version}")

    def _tell(
        self,
        connection: Connection,
        booking: Booking,
        kind: str,
        identifier: str,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        if booking.email:
            outbox.queue(
                connection,
                outbox.Message(
                    id=identifier,
                    kind=kind,
                    booking=booking.code,
                    to=booking.email,
                    language=booking.language,
                    facts=facts or {},
                    created=self.current.now(),
                ),
            )

    def _provider(self, name: str) -> PaymentProvider:
        provider = self.providers.get(name)
        if provider is None:
            raise NotPossible('Nothing can be paid by "%(provider)s" here.', provider=name)
        return provider

    # Who may see a booking

    def secret(self) -> bytes:
        """The secret that signs offers and links; the same in every process of this database."""
        if self._secret is None:
            self._secret = self.call(lambda connection: people_tables.secret(connection, _SEAL))
        return self._secret

    def _secret_in(self, connection: Connection) -> bytes:
        """The same within an act: the writer cannot wait for itself. Not kept, for the act may be undone."""
        return self._secret or people_tables.secret(connection, _SEAL)

    def link_key(self, code: str) -> str:
        """What opens a booking's page without typing the e-mail: part of the link in a letter."""
        return hmac.digest(self.secret(), b"booking\0" + code.encode(), hashlib.sha256)[:18].hex()

    def link_fits(self, code: str, key: str) -> bool:
        """Whether a link's key is the booking's."""
        return hmac.compare_digest(self.link_key(code), key)

    async def settled(self, reference: str) -> Booking:
        """`settle`, awaited: the provider is asked in a thread."""
        return await asyncio.to_thread(self.settle, reference)
