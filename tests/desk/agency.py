"""A retailer at the desk, without HTTP: what it quotes, books and asks for afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from sale.shop import OPERATOR, TO_KHASAN, Shop

from rerail.desk import retailing_booking, retailing_confirming, retailing_telling
from rerail.desk.retailing import Quoted, RetailAct, Retailing, Standing
from rerail.desk.retailing_booking import Chosen, Named, Order
from rerail.desk.tickets import ensure_key
from rerail.people.clients import Pass
from rerail.sale.model import Booking, LegAsk
from rerail.sale.retail import QuotedPassenger

T = TypeVar("T")

ALWAYS = datetime(2030, 1, 1, tzinfo=UTC)


class Agency:
    """One client of a shop."""

    def __init__(self, shop: Shop, client: str = "rr_agency", operator: str | None = OPERATOR) -> None:
        self.shop = shop
        self.retailing = Retailing(shop.selling)
        self.retailer = Pass(
            client=client, scopes=("sale", "after-sale"), tour_operator=operator, per_minute=600, until=ALWAYS
        )
        self._refs = itertools.count(1)
        shop.selling.call(lambda connection: ensure_key(connection, shop.current.snapshot().line, shop.clock.now()))

    def do(self, act: RetailAct[T]) -> T:
        """An act in a transaction of its own."""
        return self.shop.selling.call(lambda connection: act(connection, self.shop.selling.market_in(connection)))

    def quote(
        self, *legs: LegAsk, count: int = 1, children: Sequence[date] = (), refs: Sequence[str] | None = None
    ) -> Quoted:
        """An offer for so many adults, and children born on these days."""
        told = refs if refs is not None else [f"p{next(self._refs)}" for _ in range(count + len(children))]
        people = [QuotedPassenger(ref=ref, kind="ADULT", category="adult") for ref in told[:count]]
        people += [
            QuotedPassenger(ref=ref, kind="CHILD", category="child", birth_date=born)
            for ref, born in zip(told[count:], children, strict=True)
        ]
        (found,) = self.retailing.quotes(self.retailer, [legs or (TO_KHASAN,)], tuple(people), "RUB")
        assert isinstance(found, Quoted), found
        return found

    def booked(self, *quotes: Quoted, named: bool = True) -> Standing:
        """These offers as one booking, held."""
        first = quotes[0].quote.passengers
        order = Order(
            offers=tuple(
                Chosen(token=one.token, passengers=tuple(other.ref for other in one.quote.passengers)) for one in quotes
            ),
            passengers=tuple(
                Named(ref=one.ref, kind=one.kind, family_name="Kim", given_names=f"Olga {one.ref}")
                if named
                else Named(ref=one.ref, kind=one.kind)
                for one in first
            ),
        )
        return self.do(retailing_booking.book(self.retailing, self.retailer, order))

    def bought(
        self, *legs: LegAsk, count: int = 1, children: Sequence[date] = (), refs: Sequence[str] | None = None
    ) -> Booking:
        """So many adults' booking, confirmed."""
        code = self.booked(self.quote(*legs, count=count, children=children, refs=refs)).booking.code
        return self.confirmed(code).booking

    def told_names(self, code: str, *numbers: int) -> None:
        """Passengers named, by their numbers."""
        told = [
            (number, Named(ref=f"p{number}", kind="ADULT", family_name="Kim", given_names=f"No. {number}"), None)
            for number in numbers
        ]
        self.do(retailing_telling.tell(self.retailing, self.retailer, code, lambda _retail: told))

    def confirmed(self, code: str) -> Standing:
        """Confirmed, or issued anew."""
        return self.do(retailing_confirming.confirm(self.retailing, self.retailer, code))

    def standing(self, code: str) -> Standing:
        """As it stands."""
        return self.retailing.booking(self.retailer, code)
