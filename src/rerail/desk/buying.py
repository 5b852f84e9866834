"""Buying: offer, hold, name, give back. What a buyer does before and after the money."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.giving_back import GivingBack
from rerail.desk.retail_events import EventKind
from rerail.desk.sale_desk import Act, Request
from rerail.sale import confirming, holding, naming, offers, paying, reading, refunding, suspension
from rerail.sale.errors import NotPossible
from rerail.sale.holding import Buyer
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking, Offer, PassengerGiven, RefundOffer
from rerail.sale.passengers import ListRow
from rerail.sale.seal import opened, sealed


class PriceShown(Struct, frozen=True):
    """An offer and its token: the token is what the buyer sends back."""

    offer: Offer
    token: str


class Buying(GivingBack):
    """The acts of the buyer."""

    def offer(self, ask: Ask, *, rebooks: str | None = None) -> PriceShown:
        """What is asked for, priced and signed. Raises `SaleError`.

        `rebooks` is the code of a suspended booking whose paid price is taken over.
        """
        market = self.market()
        with self.store.reading() as connected:
            old = self._to_rebook(reading.read(connected(), rebooks), market) if rebooks is not None else None
            made = offers.offer(connected, market, ask, rebooks=old)
        return PriceShown(made, sealed(made, self.secret()))

    def opened(self, token: str) -> Offer:
        """The offer that a buyer sends back. Raises `OfferForged`, `OfferExpired`."""
        return opened(token, self.secret(), self.current.now())

    def refund_offer(self, booking: Booking, parts: Collection[int] | None = None) -> RefundOffer:
        """What would come back now. Raises `NotPossible`."""
        return refunding.refund_offer(self.market(), booking, parts)

    def hold(self, request: Request, token: str, buyer: Buyer) -> Act[Booking]:
        """Hold all places of an offer, or none."""

        def act(connection: Connection, market: Market) -> Booking:
            made = opened(token, self.secret_in(connection), market.now)
            booking = holding.hold(connection, market, made, buyer)
            if buyer.pays_at_counter:
                self._tell(connection, booking, "held", f"held-{booking.code}")
            return booking

        return self._once(request, ("hold", token, buyer), act)

    def cancel_hold(self, request: Request, code: str, version: int | None) -> Act[Booking]:
        """Let go of what is held."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = self.settled_up(connection, confirming.cancel_hold(connection, market, code, version))
            self._tell_retailer(connection, booking, "ACCOMMODATION_RELEASED", "The places held were let go.")
            return booking

        return self._once(request, ("cancel", code, version), act)

    def refund(self, request: Request, code: str, parts: Sequence[int], version: int) -> Act[Booking]:
        """Give tickets back, at the price of the moment; `version` is that of the refund offer shown."""

        def act(connection: Connection, market: Market) -> Booking:
            given, owed = suspension.give_back(connection, market, code, parts, version)
            if owed is not None:
                self._tell_owed(connection, market, owed)
                given = reading.read(connection, code)
            chosen = [one for one in parts if owed is None or one not in owed.refunded]
            if not chosen:
                return given
            back = paying.refunded(connection, given, chosen)
            booking = self.settled_up(connection, given)
            self._tell(connection, booking, "refunded", f"refunded-{code}-{booking.version}", back=back)
            self._tell_retailer(connection, booking, "FULFILLMENT_REFUNDED", "Tickets were given back.", chosen)
            return booking

        return self._once(request, ("refund", code, tuple(parts), version), act)

    def name(
        self, request: Request, code: str, given: Mapping[int, PassengerGiven], version: int | None, *, staff: bool
    ) -> Act[Booking]:
        """Give passengers names; only staff may change one that is there."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = naming.name(connection, market, code, given, version, rename=staff)
            self._ticketed(connection, booking)
            parts = [part.number for part in booking.parts if part.passenger in given]
            self._tell_retailer(connection, booking, "PASSENGER_CHANGED", "Passengers have other names.", parts)
            return booking

        return self._once(request, ("name", code, sorted(given.items()), version), act)

    def fill(self, request: Request, code: str, rows: Sequence[ListRow], version: int | None) -> Act[Booking]:
        """Name a group from its list; every row or none."""

        def act(connection: Connection, market: Market) -> Booking:
            booking = naming.fill(connection, market, code, rows, version)
            self._ticketed(connection, booking)
            self._tell_retailer(connection, booking, "PASSENGER_CHANGED", "Passengers were named.")
            return booking

        return self._once(request, ("fill", code, rows, version), act)

    def _ticketed(self, connection: Connection, booking: Booking) -> None:
        """A group's tickets come into being with its last name."""
        if booking.group and booking.named and booking.confirmed is not None:
            self._tell(connection, booking, "confirmed", f"named-{booking.code}-{booking.version}")

    def _tell_retailer(
        self,
        connection: Connection,
        booking: Booking,
        kind: EventKind,
        summary: str,
        parts: Collection[int] | None = None,
    ) -> None:
        """Tell the retailer of a booking what somebody else did with it, as often as it was done."""
        now = self.current.now()
        retail_events.tell(connection, booking, kind, summary, key=f"v{booking.version}", now=now, parts=parts)

    def _to_rebook(self, old: Booking, market: Market) -> Booking:
        days = market.tariff_of(old).sale.rebook_days
        suspended = [part for part in old.parts if part.refund_reason == "suspended"]
        if not suspended:
            raise NotPossible("Nothing of booking %(code)s was suspended.", code=old.code)
        last = max(part.refunded_at for part in suspended if part.refunded_at is not None)
        if market.now >= last + timedelta(days=days):
            raise NotPossible("The paid price could be taken over for %(days)d days, which are over.", days=days)
        return old
