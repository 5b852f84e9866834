"""The form of `/{lang}/buy/names` as it is sent: checked, held, and on to the payment or to the booking."""

from __future__ import annotations

import math
import secrets
from typing import Any, Final

from anyio import to_thread
from litestar import Response
from msgspec import Struct

from rerail.desk.selling import PriceShown
from rerail.desk.selling import Request as SaleRequest
from rerail.places.refusal import PlacesError
from rerail.sale.errors import KeyReused, NoBooking, OfferExpired, OfferForged, PlaceGone, SaleError, WrongPassenger
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, Offer
from rerail.sale.payment import ProviderError
from rerail.sale.rules import day_of_travel
from rerail.web.booking.access import grant
from rerail.web.context import View
from rerail.web.office.door import form_fields, from_our_pages
from rerail.web.office.fields import Faults, Fields
from rerail.web.shop import people
from rerail.web.shop.book import asked_fields, boarding_date, first_leg, named, ways_to_pay
from rerail.web.shop.bought import bought_with, is_key, note
from rerail.web.shop.desk import AnyRequest, Asked, Refused, Shop, of_places, refused, ways_on
from rerail.web.shop.moments import said
from rerail.web.shop.open_holds import OpenHolds
from rerail.web.shop.pages import go, page, refusal

LONGEST: Final = 128 * 1024
"""Bytes of a form: its offer may have 40,000 characters, its names a few thousand."""
_CLIENT: Final = "site"


class Order(Struct, frozen=True, kw_only=True):
    """A form that may be held."""

    request: Any
    asked: Asked
    typed: Fields
    key: str
    token: str
    offer: Offer
    buyer: Buyer
    pay: str
    address: str

    @property
    def view(self) -> View:
        """The view of the page."""
        return self.asked.view


class Till:
    """Where forms are sent to."""

    def __init__(self, shop: Shop, holds: OpenHolds) -> None:
        self._shop: Final = shop
        self._selling: Final = shop.selling
        self._holds: Final = holds

    async def sell(self, request: AnyRequest, body: bytes) -> Response[Any]:
        """Hold what the form asks for, and send the browser on; or the page that says why not."""
        order = await to_thread.run_sync(self._read, request, body)
        if isinstance(order, Response):
            return order
        act = self._selling.hold(SaleRequest(_CLIENT, order.key), order.token, order.buyer)
        try:
            booking = await self._selling.run(act)
        except (SaleError, PlacesError) as error:
            failed = of_places(error) if isinstance(error, PlacesError) else error
            return await to_thread.run_sync(self._not_held, order, failed)
        finally:
            self._holds.failed(order.address, order.key)
        self._holds.held(order.address, order.key, booking.code, booking.held_until or order.view.now)
        return await to_thread.run_sync(self._onward, order, booking)

    def _read(self, request: AnyRequest, body: bytes) -> Order | Response[Any]:
        query = asked_fields(request)
        view = self._shop.view(request, query)
        try:
            self._may_be_ours(view, request, body)
            typed = form_fields(request, body)
            key = typed.text("key")
            if not is_key(key):
                raise _strange(view)
            code = bought_with(request, key)
            if code is not None:
                return go(view.href(f"/booking/{code}"))
            asked = self._shop.asked(view, _with_places(query, typed))
            return self._ordered(request, asked, typed, key)
        except Refused as error:
            return refusal(view, error)

    def _ordered(self, request: AnyRequest, asked: Asked, typed: Fields, key: str) -> Order | Response[Any]:
        view, token = asked.view, typed.text("offer")
        if typed.text("do") == "price" or not token:
            return self._anew(asked, typed, key)
        try:
            offer = self._selling.opened(token)
            if offer.ask.channel != "site" or offer.ask.group or offer.rebooks is not None:
                raise OfferForged("This offer was not made here, or was changed on the way. Ask for a new one.")
            first = first_leg(asked, offer)
        except SaleError as error:
            return self._anew(asked, typed, key, error)
        form = people.typed(typed, asked.tariff, offer.ask)
        buyer, faults = people.checked(
            view,
            form,
            asked.tariff,
            offer.ask,
            day=day_of_travel(first),
            today=boarding_date(view, first),
            ways=[way for way, _words in ways_to_pay(self._shop, view)],
        )
        shown = PriceShown(offer, token)
        if buyer is None:
            return named(self._shop, asked, typed, key=key, shown=shown, status=422, faults=faults)
        address = request.client.host if request.client is not None else ""
        free_at = self._holds.begin(address, key, view.now, self._still_held)
        if free_at is not None:
            seconds = max(1, math.ceil((free_at - view.now).total_seconds()))
            alert = view.words.gettext(
                "Too many bookings are waiting for their payment from your connection. Pay for one or let go of it; "
                "else try again in %(minutes)d min.",
                minutes=math.ceil(seconds / 60),
            )
            headers = {"retry-after": str(seconds)}
            return named(self._shop, asked, typed, key=key, shown=shown, status=429, alert=alert, headers=headers)
        return Order(
            request=request,
            asked=asked,
            typed=typed,
            key=key,
            token=token,
            offer=offer,
            buyer=buyer,
            pay=form.pay,
            address=address,
        )

    def _anew(self, asked: Asked, typed: Fields, key: str, error: SaleError | None = None) -> Response[Any]:
        """The page with the price of now: one click away from booking."""
        view = asked.view
        alert = said(view, error) if error is not None else ""
        if isinstance(error, OfferExpired | OfferForged):
            alert = f"{alert} {view.words.gettext('Below is the price as it is now.')}"
        try:
            shown = self._shop.offer(asked)
        except SaleError as gone:
            if gone.about == "places":
                return self._other_places(asked, typed, key, gone)
            return refusal(view, _refused_with_way_back(asked, gone))
        return named(self._shop, asked, typed, key=key, shown=shown, status=error.status if error else 200, alert=alert)

    def _other_places(self, asked: Asked, typed: Fields, key: str, error: SaleError) -> Response[Any]:
        alert = said(asked.view, error)
        return named(self._shop, asked, typed, key=key, shown=None, status=error.status, alert=alert)

    def _not_held(self, order: Order, error: SaleError) -> Response[Any]:
        asked, view, typed, key = order.asked, order.view, order.typed, order.key
        shown = PriceShown(order.offer, order.token)
        if isinstance(error, PlaceGone) and any(leg.wanted for leg in order.offer.ask.legs):
            return self._other_places(asked, typed, key, error)
        if isinstance(error, WrongPassenger):
            faults = Faults({error.about: said(view, error)})
            return named(self._shop, asked, typed, key=key, shown=shown, status=error.status, faults=faults)
        if isinstance(error, OfferExpired | OfferForged):
            return self._anew(asked, typed, key, error)
        if isinstance(error, KeyReused):
            alert = view.words.gettext(
                "This form was sent before with something else in it. If you have booked already, look into your mail; "
                "if not, send it once more."
            )
            return named(self._shop, asked, typed, key=_fresh(), shown=shown, status=error.status, alert=alert)
        return refusal(view, _refused_with_way_back(asked, error))

    def _onward(self, order: Order, booking: Booking) -> Response[Any]:
        view, request = order.view, order.request
        secure = self._shop.frame.site.startswith("https://") or request.url.scheme == "https"
        cookies = [
            grant(self._selling, request, booking.code, secure=secure),
            note(request, order.key, booking.code, secure=secure),
        ]
        own = view.href(f"/booking/{booking.code}")
        if order.pay == people.COUNTER:
            return go(own, cookies)
        try:
            checkout = self._selling.checkout(booking.code, order.pay, view.language)
        except (ProviderError, SaleError):
            # The places are held all the same: the booking's page offers the payment again, or says what is paid.
            return go(own, cookies)
        if checkout.startswith(("/", f"{self._shop.frame.site}/")):
            return go(checkout, cookies)
        # A form of ours may not lead to another site (the content security policy), a link may.
        onward = page(view, "onward.html", checkout=checkout, own=own, code=booking.code)
        for cookie in cookies:
            onward.set_cookie(cookie)
        return onward

    def _may_be_ours(self, view: View, request: AnyRequest, body: bytes) -> None:
        _ = view.words.gettext
        if not from_our_pages(request):
            sentence = _("This form was not sent from a page of this site, so nothing was booked.")
            raise Refused(403, _("Nothing was booked"), sentence, ways_on(view))
        if len(body) > LONGEST:
            sentence = _("What was sent is far longer than this form can be, so nothing was booked.")
            raise Refused(413, _("Nothing was booked"), sentence, ways_on(view))
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent != "application/x-www-form-urlencoded":
            sentence = _("This address takes the form of the page only (application/x-www-form-urlencoded).")
            raise Refused(415, _("Nothing was booked"), sentence, ways_on(view))

    def _still_held(self, code: str) -> bool:
        try:
            booking = self._selling.booking(code)
        except NoBooking:
            return False
        return booking.state(self._selling.current.now()) == "prebooked"


def _fresh() -> str:
    return secrets.token_hex(16)


def _strange(view: View) -> Refused:
    _ = view.words.gettext
    sentence = _("The form came without its key, so nothing was booked. Open the page again and fill it in there.")
    return Refused(400, _("Nothing was booked"), sentence, ways_on(view))


def _refused_with_way_back(asked: Asked, error: SaleError) -> Refused:
    view = asked.view
    plain = refused(view, error)
    again = (view.href("/buy", **asked.wanted.query()), view.words.gettext("Change the journey or the passengers"))
    return Refused(plain.status, plain.title, plain.sentence, (again, *plain.ways))


def _with_places(query: Fields, typed: Fields) -> Fields:
    """The fields of the address; with the places of the form instead, if the form has the plan."""
    if not typed.has("plan"):
        return query
    own = [(name, value) for name, value in typed.pairs if name == "plan" or name.startswith("place")]
    return Fields([pair for pair in query.pairs if not pair[0].startswith(("place", "plan"))] + own)
