"""The page `/{lang}/buy/names`: the price that is fixed for half an hour, who travels, how it is paid.

The form's key is part of its address. Whoever comes back to the address after booking is shown the booking; a
second click, or a form sent again, is answered with the first one's booking.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response

from rerail.desk.selling import PriceShown
from rerail.line.timing import zone
from rerail.sale.errors import SaleError
from rerail.sale.model import Offer
from rerail.sale.rules import Travel, closes_at, travel
from rerail.web.context import View
from rerail.web.office.fields import Faults, Fields
from rerail.web.papers_before import PapersBefore, Way, papers_before
from rerail.web.shop import people
from rerail.web.shop.bought import bought_with, is_key
from rerail.web.shop.choose import choice, plans, seated, unanswered
from rerail.web.shop.desk import AnyRequest, Asked, Refused, Shop
from rerail.web.shop.moments import moment_words
from rerail.web.shop.pages import go, page, refusal
from rerail.web.shop.price import price_words

NOTHING: Final = Fields()


def choose_page(shop: Shop, request: AnyRequest) -> Response[Any]:
    """The page `/{lang}/buy`."""
    fields = asked_fields(request)
    view = shop.view(request, fields)
    try:
        asked = shop.asked(view, fields)
        status, values = choice(shop, asked)
    except Refused as error:
        return refusal(view, error)
    return page(asked.view, "choose.html", status=status, **values)


def names_page(shop: Shop, request: AnyRequest) -> Response[Any]:
    """The page `/{lang}/buy/names` as it is first shown; the choice again if something is still to be chosen."""
    fields = asked_fields(request)
    view = shop.view(request, fields)
    key = fields.text("form")
    code = bought_with(request, key)
    if code is not None:
        return go(view.href(f"/booking/{code}"))
    try:
        asked = shop.asked(view, fields)
        faults = unanswered(asked)
        shown = _offered(shop, asked) if not faults and not asked.faults else None
        if shown is not None:
            if not is_key(key):
                return go(address(asked, secrets.token_hex(16)))
            return named(shop, asked, NOTHING, key=key, shown=shown)
        status, values = choice(shop, asked, faults)
    except Refused as error:
        return refusal(view, error)
    return page(asked.view, "choose.html", status=max(status, 422) if faults else status, **values)


def _offered(shop: Shop, asked: Asked) -> PriceShown | None:
    """The offer; None if there is none, which the choice then says beside the field that it is about."""
    try:
        return shop.offer(asked)
    except SaleError:
        return None


def named(
    shop: Shop,
    asked: Asked,
    typed: Fields,
    *,
    key: str,
    shown: PriceShown | None,
    status: int = 200,
    alert: str = "",
    faults: Faults | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    """The page with what was typed kept. Without an offer it shows the plan, to choose other places first."""
    view, tariff = asked.view, asked.tariff
    offer = shown.offer if shown is not None else None
    form = people.typed(typed, tariff, offer.ask if offer is not None else asked.ask)
    return page(
        view,
        "names.html",
        status=status,
        headers=headers,
        asked=asked,
        wanted=asked.wanted,
        form=form,
        faults=faults or Faults(),
        alert=alert,
        key=key,
        token=shown.token if shown is not None else "",
        price=price_words(view, tariff, offer) if offer is not None else None,
        papers=_papers(asked),
        until=_first_clock(asked, offer) if offer is not None else "",
        chosen=[", ".join(f"{coach}-{place}" for coach, place in leg.wanted) for leg in offer.ask.legs]
        if offer is not None
        else [],
        plans=plans(shop, asked) if offer is None else (),
        seated=seated(asked),
        ways=ways_to_pay(shop, view),
        hold_minutes=tariff.sale.hold_minutes,
        counter_until=_counter_until(asked),
        action=address(asked, key),
        back=view.href("/buy", **asked.wanted.query()),
    )


def _papers(asked: Asked) -> PapersBefore | None:
    """What the journey will ask of travel documents after it is booked, and on which conditions it is sold."""
    ways = [
        Way(one.travel.line, one.travel.train, one.travel.ask.service_date, one.travel.board, one.travel.alight)
        for one in asked.rides
    ]
    return papers_before(asked.view, ways, on_named_list=asked.ask.tour_operator is not None)


def ways_to_pay(shop: Shop, view: View) -> list[tuple[str, str]]:
    """Each way to pay with its words; the counter last."""
    _ = view.words.gettext
    known = {"demo": _("Demonstration payment: no money is taken")}
    ways = [(name, known.get(name, name)) for name in shop.selling.providers]
    return [*ways, (people.COUNTER, _("In cash at a counter"))]


def address(asked: Asked, key: str) -> str:
    """Where the form with this key is, and where it is sent."""
    return asked.view.href("/buy/names", form=key, **asked.wanted.query())


def asked_fields(request: AnyRequest) -> Fields:
    """The fields of the address; far more than any page has are none."""
    raw = request.scope["query_string"]
    return Fields.parsed(raw) if len(raw) <= _LONGEST_QUERY else NOTHING


_LONGEST_QUERY: Final = 16_000


def first_leg(asked: Asked, offer: Offer) -> Travel:
    """The first leg of an offer, as it runs now. Raises `WrongAsk`."""
    return travel(asked.view.life, offer.ask.legs[0])


def boarding_date(view: View, leg: Travel) -> date:
    """Today on the clock of the station where the journey begins."""
    return view.now.astimezone(zone(leg.line.stations[leg.ask.board].clock)).date()


def _first_clock(asked: Asked, offer: Offer) -> str:
    leg = asked.first
    return moment_words(asked.view, leg.line, leg.line.stations[leg.ask.board], offer.until)


def _counter_until(asked: Asked) -> str:
    view, leg = asked.view, asked.first
    latest = min(closes_at(ride.travel) for ride in asked.rides)
    until = min(view.now + timedelta(minutes=asked.tariff.sale.counter_hold_minutes), latest)
    return moment_words(view, leg.line, leg.line.stations[leg.ask.board], until)
