"""What the passenger does with a booking: pay, let go of a hold, give names."""

from __future__ import annotations

from typing import Any, Final

from anyio import to_thread
from litestar import Response

from rerail.sale.errors import SaleError, WrongPassenger
from rerail.sale.model import Booking, PassengerGiven
from rerail.sale.passengers import read_date
from rerail.sale.payment import ProviderError
from rerail.web.booking.page import show
from rerail.web.booking.visit import BrokenForm, Visit
from rerail.web.office.fields import Fields

_NAME_FIELDS: Final = ("family_name", "given_names", "birth_date")


async def pay(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Begin a payment and send the browser to the provider's page; a double click is one order."""
    _ = visit.view.words.gettext
    if booking.state(visit.view.now) not in ("prebooked", "expired"):
        return visit.refuse(_("There is nothing to pay in this booking any more."), 409)
    try:
        address = await to_thread.run_sync(
            visit.selling.checkout, booking.code, fields.text("provider"), visit.view.language
        )
    except ProviderError:
        return visit.refuse(
            _("The payment page cannot be reached now. Nothing was paid; the places stay held. Try again in a minute."),
            503,
        )
    if address.startswith("/"):
        return visit.go(address)
    # A form may only lead to our own pages (Content-Security-Policy), so another company's is reached by a link.
    return visit.page("onward.html", address=address, back=visit.home)


async def cancel(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Let go of what is held."""
    asking = visit.asking(fields)
    await visit.selling.run(visit.selling.cancel_hold(asking, booking.code, version_in(fields)))
    return visit.go(visit.home)


async def name(visit: Visit, booking: Booking, fields: Fields) -> Response[Any]:
    """Name those who have no name yet; whoever is left empty stays unnamed. A wrong one is shown beside its field."""
    asking, version = visit.asking(fields), version_in(fields)
    try:
        given = _names(booking, fields)
        await visit.selling.run(visit.selling.name(asking, booking.code, given, version, staff=False))
    except WrongPassenger as error:
        typed = {key: value for key, value in fields.pairs if key.partition(".")[0] in _NAME_FIELDS}
        return await to_thread.run_sync(_shown_again, visit, error, typed)
    return visit.go(visit.home)


def version_in(fields: Fields) -> int:
    """The version of the booking that a form was made from. Raises `BrokenForm`."""
    text = fields.text("version")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BrokenForm
    return int(text)


def _names(booking: Booking, fields: Fields) -> dict[int, PassengerGiven]:
    given: dict[int, PassengerGiven] = {}
    for one in booking.passengers:
        family, first, birth = (fields.text(f"{field}.{one.number}") for field in _NAME_FIELDS)
        if family or first:
            about = f"passengers.{one.number}"
            given[one.number] = PassengerGiven(
                category=one.category,
                family_name=family,
                given_names=first,
                birth_date=read_date(birth, f"{about}.birth_date"),
                sex=one.sex,
            )
    if not given:
        raise WrongPassenger("The family name is missing.", f"passengers.{_first_nameless(booking)}.family_name")
    return given


def _first_nameless(booking: Booking) -> int:
    return next((one.number for one in booking.passengers if not one.named), 1)


def _shown_again(visit: Visit, error: SaleError, typed: dict[str, str]) -> Response[Any]:
    booking = visit.booking()
    assert booking is not None  # it was there a moment ago, and bookings are never deleted
    return show(visit, booking, status=error.status, fault=error, typed=typed)
