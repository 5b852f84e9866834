"""Selling at a counter: the train, the passengers, the places held; the money is taken on the booking's page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response
from msgspec import Struct

from rerail.fares.model import NotSold
from rerail.journey.model import Journey
from rerail.journey.search import search as find
from rerail.line.amount import Money
from rerail.line.model import Station
from rerail.line.tariff import CategoryId, Tariff
from rerail.line.timing import StationTime, station_time
from rerail.sale.errors import OfferExpired, SaleError
from rerail.sale.holding import Buyer, option_dates
from rerail.sale.model import LegAsk, Offer, PassengerGiven
from rerail.sale.passengers import read_date
from rerail.sale.rules import tariff_of, travel
from rerail.web.errors import NotFound
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.place_choice import CoachChoice, coaches_to_choose
from rerail.web.office.sell_form import CLASSES, NAMES, Sought, chosen_legs, place_field, sought, written
from rerail.web.office.visit import AnyRequest, Visit
from rerail.web.site.ask import search_fields
from rerail.web.site.search import refusal_words

SELL: Final = "/office/sell"
_PASSENGERS: Final = "/office/sell/passengers"


class Choice(Struct, frozen=True, kw_only=True):
    """A journey that could be sold, with its price and how many places are free, or why it cannot be."""

    journey: Journey
    value: str
    leaves: StationTime
    arrives: StationTime
    price: Money | None
    free: int
    illustrative: bool
    why: str


class Way(Struct, frozen=True, kw_only=True):
    """Out, or back: the journeys of a date."""

    name: str
    """The field that the choice goes into."""
    day: date
    origin: Station
    destination: Station
    choices: tuple[Choice, ...]
    refusal: tuple[str, ...]
    chosen: str
    """What is ticked: the first that can be sold, unless another was chosen before."""
    earlier: str | None
    later: str


class LegShown(Struct, frozen=True, kw_only=True):
    """A leg of an offer, as the page says it."""

    ask: LegAsk
    train: str
    board: Station
    alight: Station
    leaves: StationTime
    arrives: StationTime
    free: int
    field: str
    coaches: tuple[CoachChoice, ...]


def tariff(visit: Visit) -> Tariff:
    """The fares in force. Raises `NotOnSale`."""
    return tariff_of(visit.view.life)


def sell(visit: Visit) -> Response[Any]:
    """The page at `/office/sell`: the form, and what can be sold of what it asks for."""
    try:
        rules = tariff(visit)
    except SaleError as error:
        return visit.refuse(visit.says(error), status=409)
    form = sought(visit.view, visit.fields, visit.user, rules)
    asked = visit.fields.has("from")
    ways: tuple[Way, ...] = ()
    if asked and not form.errors and form.origin and form.destination and form.day:
        ways = (_way(visit, form, 0, form.origin, form.destination, form.day),)
        if form.back is not None:
            ways = (*ways, _way(visit, form, 1, form.destination, form.origin, form.back))
    return visit.page(
        "sell.html",
        status=422 if form.errors else 200,
        form=form,
        stations=search_fields(visit.view).stations,
        tariff=rules,
        classes=CLASSES,
        ways=ways,
        sellable=bool(ways) and all(way.chosen for way in ways),
        carried=visit.fields.only((*NAMES, *(f"n-{one}" for one in rules.categories))).pairs,
    )


def passengers(visit: Visit) -> Response[Any]:
    """The page at `/office/sell/passengers`: the price, the places, and who travels."""
    return _passengers(visit, visit.fields, Fields(), Faults())


def hold(visit: Visit, fields: Fields) -> Response[Any]:
    """Hold the places of the offer that was shown. What is wrong with a passenger is said beside the field."""
    asked = Fields.parsed(fields.text("asked").encode())
    form = sought(visit.view, asked, visit.user, tariff(visit))
    given, errors = _given(visit, form, fields)
    if errors:
        return _passengers(visit, asked, fields, errors)
    buyer = Buyer(
        passengers=given,
        email=fields.text("email"),
        language=_language(visit, fields.text("language")),
        pays_at_counter=fields.text("then") == "later",
    )
    try:
        booking = visit.counter.hold(fields.text("key"), fields.raw("token"), buyer)
    except OfferExpired as error:
        return _passengers(visit, asked, fields, Faults({"": visit.says(error)}), status=error.status)
    except SaleError as error:
        return _passengers(visit, asked, fields, Faults({_about(error): visit.says(error)}), status=error.status)
    return visit.go(f"/office/bookings/{booking.code}")


def back_to_passengers(_request: AnyRequest, fields: Fields) -> str:
    """Where to go on after signing in anew: the same offer; the names were not kept."""
    return f"{_PASSENGERS}?{fields.text('asked')}" if fields.text("asked") else SELL


# The form's first page


def _way(visit: Visit, form: Sought, number: int, origin: Station, destination: Station, day: date) -> Way:
    view = visit.view
    answer = find(view.life, origin.id, destination.id, day, not_before=view.now, language=view.language)
    name = ("out", "back_by")[number]
    choices = tuple(_choice(visit, form, number, journey) for journey in answer.journeys)
    sold = [one.value for one in choices if one.price is not None]
    before = form.fields.text(name)
    dated = ("date", "back")[number]
    earlier = day - timedelta(days=1)
    return Way(
        name=name,
        day=day,
        origin=origin,
        destination=destination,
        choices=choices,
        refusal=refusal_words(view, answer),
        chosen=before if before in sold else next(iter(sold), ""),
        earlier=_with(form.fields, dated, earlier.isoformat()) if earlier >= view.today else None,
        later=_with(form.fields, dated, (answer.next_day or day + timedelta(days=1)).isoformat()),
    )


def _choice(visit: Visit, form: Sought, number: int, journey: Journey) -> Choice:
    view = visit.view
    legs = [
        form.leg(number, leg.departure.train.id, leg.departure.service_date, leg.origin.id, leg.destination.id)
        for leg in journey.legs
    ]
    price, free, illustrative, why = None, 0, False, ""
    try:
        offer = visit.counter.offer(form.ask(legs)).offer
    except SaleError as error:
        why = visit.says(error)
    else:
        fees = sum(fee.charged.amount for fee in offer.fees)
        price = Money(offer.total.amount - fees, offer.total.currency)
        free, illustrative = min(leg.free for leg in offer.legs), offer.illustrative
    return Choice(
        journey=journey,
        value=written(journey),
        leaves=station_time(view.line, journey.legs[0].origin, journey.departure, view.language),
        arrives=station_time(view.line, journey.legs[-1].destination, journey.arrival, view.language),
        price=price,
        free=free,
        illustrative=illustrative,
        why=why,
    )


def _with(fields: Fields, name: str, value: str) -> str:
    pairs = [(given, said) for given, said in fields.pairs if given != name and not given.startswith("place")]
    return f"{SELL}?{urlencode([*pairs, (name, value)])}"


# The page of the passengers


def _passengers(
    visit: Visit, asked: Fields, typed: Fields, errors: Faults, *, status: int | None = None
) -> Response[Any]:
    rules = tariff(visit)
    form = sought(visit.view, asked, visit.user, rules)
    legs = chosen_legs(form)
    if not legs:
        raise NotFound
    picked = {number: leg.wanted for number, leg in enumerate(legs) if leg.wanted}
    try:
        shown = visit.counter.offer(form.ask(legs))
    except SaleError as error:
        if not picked:
            return visit.page(
                "refused.html", status=error.status, sentence=visit.says(error), back=f"{SELL}?{asked.query}"
            )
        # The places picked will not do: say so, and offer places chosen automatically instead.
        errors = Faults({**errors, "": visit.says(error)})
        status = status or error.status
        asked = Fields(pair for pair in asked.pairs if not pair[0].startswith("place"))
        return _passengers(visit, asked, typed, errors, status=status)
    offer = shown.offer
    return visit.page(
        "sell_passengers.html",
        status=status or (422 if errors else 200),
        form=form,
        offer=offer,
        token=shown.token,
        key=typed.text("key") or secrets.token_hex(16),
        asked=asked.query,
        carried=[pair for pair in asked.pairs if not pair[0].startswith("place")],
        legs=[_leg(visit, offer, number) for number in range(len(offer.legs))],
        picked=picked,
        rows=_rows(offer),
        tariff=rules,
        typed=typed,
        errors=errors,
        email=typed.text("email") or _operators_email(rules, offer.ask.tour_operator),
        language_chosen=typed.text("language") or visit.view.language,
        option_until=_option_until(visit, offer),
        later_minutes=rules.sale.counter_hold_minutes,
        back=f"{SELL}?{asked.query}",
    )


def _rows(offer: Offer) -> list[tuple[int, CategoryId]]:
    """A row for each passenger who is named now: (number, category); none for a group."""
    if offer.ask.group:
        return []
    listed = [category for category, count in offer.ask.counts.items() for _one in range(count)]
    return list(enumerate(listed, start=1))


def _given(visit: Visit, form: Sought, fields: Fields) -> tuple[tuple[PassengerGiven, ...], Faults]:
    errors = Faults()
    given: list[PassengerGiven] = []
    listed = [category for category, count in form.counts.items() for _one in range(count)]
    for number, category in enumerate(listed, start=1):
        birth = None
        try:
            birth = read_date(fields.text(f"b{number}"), f"b{number}")
        except SaleError as error:
            errors[f"b{number}"] = visit.says(error)
        given.append(
            PassengerGiven(
                category=category,
                family_name=fields.text(f"f{number}"),
                given_names=fields.text(f"g{number}"),
                birth_date=birth,
            )
        )
    return tuple(given), errors


def _about(error: SaleError) -> str:
    """The field of the page that a sentence belongs beside: "passengers.2.birth_date" is b2."""
    parts = error.about.split(".")
    if len(parts) == 3 and parts[0] == "passengers":
        letter = {"family_name": "f", "given_names": "g", "birth_date": "b"}.get(parts[2], "f")
        return f"{letter}{parts[1]}"
    return "email" if error.about == "email" else ""


def _leg(visit: Visit, offer: Offer, number: int) -> LegShown:
    view = visit.view
    offered = offer.legs[number]
    way = travel(view.life, offered.ask)
    board, alight = way.line.stations[offered.ask.board], way.line.stations[offered.ask.alight]
    return LegShown(
        ask=offered.ask,
        train=view.text(way.train.names),
        board=board,
        alight=alight,
        leaves=station_time(way.line, board, way.leaves, view.language),
        arrives=station_time(way.line, alight, way.arrives, view.language),
        free=offered.free,
        field=place_field(number),
        coaches=coaches_to_choose(visit, offer, way, offered.ask.wanted),
    )


def _option_until(visit: Visit, offer: Offer) -> datetime | None:
    if not offer.ask.group:
        return None
    market = visit.selling.market()
    try:
        return option_dates(market, travel(market.life, offer.legs[0].ask)).option_until
    except NotSold:
        return None


def _operators_email(rules: Tariff, tour_operator: str | None) -> str:
    known = rules.operators.get(tour_operator or "")
    return known.email or "" if known is not None else ""


def _language(visit: Visit, given: str) -> str:
    spoken: Sequence[str] = visit.view.languages
    return given if given in spoken else visit.view.language
