"""Ways into the shop for the other pages. They are kept, so they carry no price and no number of places."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from rerail.journey.model import Leg
from rerail.life.consent import Departure
from rerail.line.model import StationId, Train
from rerail.sale.errors import SaleError
from rerail.sale.model import LegAsk
from rerail.sale.rules import travel
from rerail.web.context import View
from rerail.web.shop.moments import sale_state
from rerail.web.shop.wanted import leg_text


class Tickets(Struct, frozen=True):
    """Whether tickets can be bought: the address where, or None, and a sentence about the sale."""

    href: str | None
    says: str


def buy(view: View, legs: Iterable[LegAsk]) -> str:
    """Where these legs are bought together."""
    return view.href("/buy", **{f"leg{number}": leg_text(leg) for number, leg in enumerate(legs, start=1)})


def tickets(view: View, departure: Departure) -> Tickets | None:
    """The way to buy a departure from end to end; None if nothing is sold, or the train is gone or does not run."""
    if view.line.tariff is None or not departure.runs or departure.start <= view.now:
        return None
    ask = _whole(departure)
    if ask is None:
        return None
    try:
        state = sale_state(view, travel(view.life, ask))
    except SaleError:
        return None
    return Tickets(buy(view, (ask,)) if state.state == "open" else None, state.says)


def departure_link(view: View, departure: Departure) -> str | None:
    """Where a departure is bought from end to end, whether its sale is open or not; None if nothing is sold."""
    ask = _whole(departure) if view.line.tariff is not None and departure.runs else None
    return buy(view, (ask,)) if ask is not None else None


def journey_link(view: View, legs: Iterable[Leg]) -> str | None:
    """Where all trains of a journey are bought together; None if nothing is sold."""
    if view.line.tariff is None:
        return None
    return buy(view, [leg_asked(leg) for leg in legs])


def leg_asked(leg: Leg, journey: int = 0) -> LegAsk:
    """A leg that a search found, as it is asked for."""
    return LegAsk(
        journey=journey,
        train=leg.departure.train.id,
        service_date=leg.departure.service_date,
        board=leg.origin.id,
        alight=leg.destination.id,
    )


def ends(train: Train) -> tuple[StationId, StationId] | None:
    """The first station where one boards and the last where one alights."""
    boards = [call.station for call in train.calls[:-1] if call.boarding]
    alights = [call.station for call in train.calls[1:] if call.alighting]
    return (boards[0], alights[-1]) if boards and alights else None


def _whole(departure: Departure) -> LegAsk | None:
    stretch = ends(departure.train)
    if stretch is None:
        return None
    return LegAsk(train=departure.train.id, service_date=departure.service_date, board=stretch[0], alight=stretch[1])
