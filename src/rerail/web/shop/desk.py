"""What every page of the shop is made from: the legs wanted, whether each is on sale, and the offer for them."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from msgspec import Struct

from rerail.desk.selling import PriceShown, Selling
from rerail.line.tariff import Tariff, TravelClass
from rerail.places.refusal import PlacesError
from rerail.sale.errors import PlaceGone, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Ask
from rerail.sale.rules import Travel, classes, tariff_of, travel
from rerail.web.context import Frame, View
from rerail.web.errors import NotFound
from rerail.web.i18n import Words, date_words
from rerail.web.office.fields import Faults, Fields
from rerail.web.shop.moments import SaleState, said, sale_state
from rerail.web.shop.plan import CoachDrawn, Features, drawn, features
from rerail.web.shop.wanted import NoLegs, Wanted, wanted
from rerail.web.site.strip import Strip, strip_of

AnyRequest = Request[Any, Any, Any]

HEADERS: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
"""What is free and what it costs changes by the second, and forms hold names."""


class Refused(Exception):
    """Nothing can be bought here: a page that says why, and the way on."""

    def __init__(self, status: int, title: str, sentence: str, ways: tuple[tuple[str, str], ...]) -> None:
        self.status: Final = status
        self.title: Final = title
        self.sentence: Final = sentence
        self.ways: Final = ways
        """Address and words of each way on."""
        super().__init__(sentence)


class Ride(Struct, frozen=True, kw_only=True):
    """A leg as a page draws it."""

    travel: Travel
    strip: Strip
    sale: SaleState
    classes: tuple[TravelClass, ...]

    @property
    def operator_needed(self) -> bool:
        """Whether only passengers on a tour operator's list may make it."""
        return self.travel.crosses and self.travel.train.groups_only


class Asked(Struct, frozen=True, kw_only=True):
    """What an address asks for, looked up: legs that exist, each with whether it is on sale."""

    view: View
    tariff: Tariff
    wanted: Wanted
    faults: Faults
    rides: tuple[Ride, ...]

    @property
    def out(self) -> tuple[Travel, ...]:
        """The legs out."""
        return tuple(ride.travel for ride in self.rides if ride.travel.ask.journey == 0)

    @property
    def first(self) -> Travel:
        """The first leg: its boarding station's clock is that of the whole sale."""
        return self.rides[0].travel

    @property
    def operator_needed(self) -> bool:
        """Whether a tour operator must be named."""
        return any(ride.operator_needed for ride in self.rides)

    @property
    def ask(self) -> Ask:
        """What is asked for. Where an operator must be named and is not yet, the price is that with any of them."""
        operator: str | None = self.wanted.operator or None
        if operator is None and self.operator_needed:
            operator = next(iter(self.tariff.operators), None)
        return self.wanted.ask([ride.classes for ride in self.rides], operator)


class Shop:
    """The shop of one app."""

    def __init__(self, frame: Frame) -> None:
        self.frame: Final = frame
        self.selling: Final[Selling] = frame.selling

    def view(self, request: AnyRequest, fields: Fields) -> View:
        """The view of a page of the shop, in the language of its address. Raises `NotFound`."""
        frame = self.frame
        language = str(request.path_params["language"])
        if language not in frame.languages(frame.current.snapshot().line):
            raise NotFound()
        path = str(request.scope["path"]).removeprefix(f"/{language}")
        return frame.view(path, language, dict(fields.pairs))

    def asked(self, view: View, fields: Fields) -> Asked:
        """What the fields ask for. Raises `Refused` for what is not there or not on sale."""
        try:
            tariff = tariff_of(view.life)
            meant, faults = wanted(fields, tariff, view.words)
            view = self.frame.view(view.path, view.language, meant.query())
            rides = tuple(self._ride(view, travel(view.life, leg)) for leg in meant.legs)
        except NoLegs:
            raise _no_legs(view) from None
        except SaleError as error:
            raise refused(view, error) from None
        asked = Asked(view=view, tariff=tariff, wanted=meant, faults=faults, rides=rides)
        stopped = next((ride for ride in rides if ride.sale.state != "open"), None)
        if stopped is not None:
            raise not_for_sale(view, stopped)
        return asked

    def offer(self, asked: Asked) -> PriceShown:
        """The offer for what is asked. Raises `SaleError`."""
        try:
            return self.selling.offer(asked.ask)
        except PlacesError as error:
            raise of_places(error) from None

    def plan(self, asked: Asked, leg: int) -> list[CoachDrawn]:
        """The coaches of a leg, with what is free on its stretch now."""
        market, ask = self.selling.market(), asked.ask
        ride = asked.rides[leg].travel
        with self.selling.store.read() as connection:
            occupancy = self.selling.kept.occupancies.of(connection, ride.key, market.now)
        return drawn(
            asked.view,
            ride,
            market.seats(ride),
            occupancy,
            travel_class=ask.legs[leg].travel_class or next(iter(asked.rides[leg].classes), None),
            barred=market.barred(ride, ask),
            wishes=asked.wanted.wishes,
            chosen=asked.wanted.chosen(leg),
        )

    def features(self, asked: Asked) -> Features:
        """What can be wished for on any of the legs."""
        market: Market = self.selling.market()
        each = [features(market.seats(ride.travel), ride.travel) for ride in asked.rides]
        return Features(
            berths=any(one.berths for one in each),
            windows=any(one.windows for one in each),
            rooms=any(one.rooms for one in each),
            wheelchairs=min(one.wheelchairs for one in each),
        )

    def _ride(self, view: View, leg: Travel) -> Ride:
        strip = strip_of(leg.line, leg.train, leg.ask.service_date, view.words, (leg.board, leg.alight))
        return Ride(
            travel=leg,
            strip=strip,
            sale=sale_state(view, leg),
            classes=classes(leg.line, leg.train, leg.board, leg.alight),
        )


def of_places(error: PlacesError) -> PlaceGone:
    """What is wrong with a place, as an error of the sale."""
    return PlaceGone(error.message, "places", **error.values)


def refused(view: View, error: SaleError) -> Refused:
    """The page for an error that leaves nothing to buy."""
    return Refused(error.status, view.words.gettext("This cannot be bought"), said(view, error), ways_on(view))


def _no_legs(view: View) -> Refused:
    _ = view.words.gettext
    sentence = _(
        "The address does not say which train is to be bought. Search for a journey, or choose a departure from the "
        "timetable, and buy from there."
    )
    return Refused(400, _("Buy tickets"), sentence, ways_on(view))


def not_for_sale(view: View, ride: Ride) -> Refused:
    """The page for a leg that is not on sale: why, and where its departure and another search are."""
    _ = view.words.gettext
    leg = ride.travel
    title = _(
        "%(train)s, %(date)s: no tickets are sold",
        train=view.text(leg.train.names),
        date=date_words(leg.ask.service_date, view.language),
    )
    page = view.href(f"/departures/{leg.train.id}/{leg.ask.service_date}")
    search = view.href("/search", **{"from": leg.ask.board, "to": leg.ask.alight, "date": leg.ask.service_date})
    ways = ((page, _("To this departure")), (search, _("Search for another date")))
    return Refused(409, title, ride.sale.says, ways)


def ways_on(view: View) -> tuple[tuple[str, str], ...]:
    """Where to begin anew."""
    _ = view.words.gettext
    return ((view.href("/search"), _("Search for a journey")), (view.href("/timetable"), _("To the timetable")))


def class_words(words: Words) -> dict[str, str]:
    """What the classes are called."""
    _ = words.gettext
    return {"first": _("first class"), "second": _("second class"), "third": _("third class")}
