"""What a buyer does in the shop."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Litestar
from office.visitor import Page, Visitor
from sale.shop import Shop

from rerail.sale.model import Booking

HOST = "http://testserver.local"
DIRECT = "vladivostok-rason,2026-12-10,vladivostok,rajin"
TO_KHASAN = "vladivostok-rason,2026-12-10,vladivostok,khasan"
HOME = "rason-vladivostok,2026-12-13,rajin,vladivostok"


@dataclass
class Market:
    """A counter, and the site over it."""

    shop: Shop
    app: Litestar

    def bookings(self) -> tuple[Booking, ...]:
        """Everything that was booked, the newest first."""
        return self.shop.selling.find("")


def query(**fields: str | int | list[str]) -> str:
    """The query of the direct train out, on the operator's list, with some fields otherwise."""
    asked: dict[str, str | int | list[str]] = {"leg1": DIRECT, "operator": "example-tours", **fields}
    return urlencode({name: value for name, value in asked.items() if value != ""}, doseq=True)


def choose(visitor: Visitor, language: str = "en", **fields: str | int | list[str]) -> Page:
    return visitor.open(f"/{language}/buy?{query(**fields)}")


def names(visitor: Visitor, language: str = "en", **fields: str | int | list[str]) -> Page:
    return visitor.open(f"/{language}/buy/names?{query(**fields)}")


ONE = {"family1": "Ким", "given1": "Ольга", "email": "olga@example.org", "pay": "demo", "do": "book"}


def book(visitor: Visitor, page: Page, **changes: str) -> Page:
    """Fill in the form of names and send it."""
    return visitor.send(page, _action(page), {**ONE, **changes})


def unsent(visitor: Visitor, page: Page, **changes: str) -> tuple[str, list[tuple[str, str]]]:
    """Where the form would go, and its fields: to be sent in a way no browser does."""
    form = page.form(_action(page))
    changed = {**ONE, **changes}
    return form.action, [(name, value) for name, value in form.fields if name not in changed] + list(changed.items())


def _action(page: Page) -> str:
    return next(form.action for form in page.forms if "/buy/names" in form.action)
