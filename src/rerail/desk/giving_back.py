"""Giving back what is owed: on departures that do not run, and by providers that were asked to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.log import log_failed
from rerail.desk.sale_desk import Act, SaleDesk
from rerail.life import tables as life_tables
from rerail.line.amount import Money
from rerail.sale import paying, reading, suspension
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.store.engine import StoreError


class GivingBack(SaleDesk):
    """What a suspension, and a payment that came for nothing, leave to do."""

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

    def give_back_owed(self, progress: Callable[[int], None] = lambda _done: None) -> int:
        """Give back everything on departures that do not run, a hundred parts at a time. Returns how many bookings.

        Run at the start, after each withdrawal, and every few minutes: it asks what is left, so it can be killed at
        any moment and repeated by anybody. A booking that cannot be given back is logged and waits for the next
        round; it stops nobody else's.
        """
        done = 0
        try:
            while owed := self.call(self._some_owed):
                done += len(owed)
                progress(done)
        except StoreError:
            raise
        except Exception:
            done = self._each_owed(done, progress)
        self.settle_payouts()
        return done

    def _each_owed(self, done: int, progress: Callable[[int], None]) -> int:
        """What `give_back_owed` has left, a booking at a time, for when one of them cannot be given back."""
        for code in self.call(lambda connection: suspension.owing(connection, self.market_in(connection))):
            try:
                if not self.call(self._owed_to(code)):
                    continue
            except StoreError:
                raise
            except Exception as error:
                log_failed("a booking could not be given back", error, booking=code)
                continue
            done += 1
            progress(done)
        return done

    def _some_owed(self, connection: Connection) -> tuple[suspension.Owed, ...]:
        market = self.market_in(connection)
        owed = suspension.give_back_owed(connection, market)
        for one in owed:
            self._tell_owed(connection, market, one)
        return owed

    def _owed_to(self, code: str) -> Act[bool]:
        def act(connection: Connection) -> bool:
            market = self.market_in(connection)
            owed = suspension.give_back_booking(connection, market, code)
            if owed is not None:
                self._tell_owed(connection, market, owed)
            return owed is not None

        return act

    def _tell_owed(self, connection: Connection, market: Market, owed: suspension.Owed) -> None:
        # Of places that were held, what was paid ahead comes back.
        back = (
            paying.refunded(connection, owed.booking, owed.refunded)
            if owed.refunded
            else Money(max(-owed.booking.balance.amount, 0), owed.booking.currency)
        )
        booking = self.settled_up(connection, owed.booking)
        # One letter per decision and booking, whoever finds the work and however often.
        self._tell(
            connection,
            booking,
            "suspended",
            f"suspended-{owed.entry}-{booking.code}-{len(owed.refunded)}",
            {"parts": owed.refunded, "released": owed.released},
            back=back,
        )
        retail_events.suspended(connection, market, booking, owed.entry, (owed.refunded, owed.released))

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
                self.call(partial(self._payout_done, payout=payout))
            except StoreError:
                raise
            except Exception as error:  # whatever a provider trips over, the others are asked too
                log_failed("a provider gave nothing back", error, booking=payout.booking)
                continue
            done += 1
        return done

    def _payout_done(self, connection: Connection, *, payout: paying.Payout) -> None:
        life_tables.hold_journal(connection)
        paying.payout_done(connection, payout, self.current.now())
