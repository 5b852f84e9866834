"""The booking's own page: how it stands, its trains and tickets, the money, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response
from msgspec import Struct

from rerail.desk.letters import money_words
from rerail.sale import paying
from rerail.sale.confirming import due
from rerail.sale.errors import SaleError
from rerail.sale.model import Booking, Passenger
from rerail.sale.naming import names_until
from rerail.sale.payment import ProviderError
from rerail.web.booking.journeys import legs_of, on_both_clocks
from rerail.web.booking.standing import account, rates, standing, successor
from rerail.web.booking.visit import Visit, new_key
from rerail.web.document_words import papers_status

MOST_CODES: Final = 12
"""Tickets whose codes the page still draws; of more, the PDF is the place."""

MOST_NAMED_AT_ONCE: Final = 30


class Naming(Struct, frozen=True, kw_only=True):
    """The form for those who have no name yet."""

    passengers: tuple[Passenger, ...]
    more: int
    """Unnamed ones who come after these."""
    until: str
    open: bool
    asks_birth_date: frozenset[str]
    """Categories whose price depends on the age."""


def show(
    visit: Visit,
    booking: Booking,
    *,
    status: int = 200,
    fault: SaleError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response[Any]:
    """The page. `fault` is what was wrong with the names that were `typed`."""
    booking = _settled(visit, booking)
    view, market = visit.view, visit.market
    state = booking.state(market.now)
    legs = legs_of(view, market, booking)
    good = [ticket for leg in legs for ticket in leg.tickets if ticket.good]
    providers = tuple(visit.selling.providers) if state == "prebooked" else ()
    return visit.page(
        "booking.html",
        status=status,
        booking=booking,
        state=state,
        standing=standing(visit, booking),
        declined=visit.fields.text("payment") == "declined" and state == "prebooked",
        legs=legs,
        tickets=len(good),
        all_named=booking.named,
        draws_codes=0 < len(good) <= MOST_CODES,
        account=account(view, booking),
        rates=rates(view, booking),
        due=money_words(due(booking), view.language),
        deposit=money_words(booking.deposit, view.language) if booking.deposit is not None else "",
        providers=providers,
        returnable=any(
            part.state == "confirmed" and booking.leg(part.leg).leaves > market.now for part in booking.parts
        ),
        naming=_naming(visit, booking) if state in ("prebooked", "confirmed") else None,
        successor=_successor(visit, booking),
        documents=papers_status(view, booking),
        fault=visit.says(fault) if fault is not None else "",
        fault_at=fault.about if fault is not None else "",
        typed=typed or {},
        form_token=visit.form_token,
        key=new_key(),
        home=visit.home,
    )


def _settled(visit: Visit, booking: Booking) -> Booking:
    """The booking, after asking about a payment that nobody reported: one comes back here from the provider's page."""
    if booking.confirmed is not None:
        return booking
    with visit.selling.store.read() as connection:
        waiting = paying.open_checkouts(connection, booking.code)
    for order in waiting:
        try:
            booking = visit.selling.settle(order.reference)
        except (ProviderError, SaleError):
            continue  # it is asked again the next time, and by the housekeeper
    return booking


def _naming(visit: Visit, booking: Booking) -> Naming | None:
    nameless = tuple(one for one in booking.passengers if not one.named)
    if not nameless:
        return None
    tariff = visit.market.tariff_of(booking)
    until = names_until(visit.market, booking)
    return Naming(
        passengers=nameless[:MOST_NAMED_AT_ONCE],
        more=max(0, len(nameless) - MOST_NAMED_AT_ONCE),
        until=on_both_clocks(visit.view, until, booking.legs[0].board),
        open=visit.market.now < until,
        asks_birth_date=frozenset(one.id for one in tariff.categories.values() if one.asks_birth_date),
    )


def _successor(visit: Visit, booking: Booking) -> Mapping[str, str] | None:
    found = successor(visit, booking)
    if found is None:
        return None
    return {"until": on_both_clocks(visit.view, found.until, booking.legs[0].board), "code": found.code}
