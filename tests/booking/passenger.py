"""What a passenger does on the page of a booking."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Litestar
from office.visitor import Page, Visitor
from sale.shop import Shop

from rerail.sale.model import Booking

HOST = "http://testserver.local"
EMAIL = "olga@example.org"


@dataclass
class Place:
    """Where one buys, and the site over it."""

    shop: Shop
    app: Litestar


def own(visitor: Visitor, booking: Booking, email: str = EMAIL, language: str = "en") -> Page:
    """Open a booking with its code and e-mail."""
    found = visitor.open(f"/{language}/booking")
    return visitor.send(found, f"/{language}/booking", {"code": booking.code, "email": email})


def by_link(visitor: Visitor, place: Place, booking: Booking, language: str = "en") -> Page:
    """Open a booking with the link of a letter."""
    key = place.shop.selling.link_key(booking.code)
    return visitor.open(f"/{language}/booking/{booking.code}?key={key}")


def state(place: Place, booking: Booking) -> str:
    """How the booking stands now."""
    return place.shop.selling.booking(booking.code).state(place.shop.clock.now())
