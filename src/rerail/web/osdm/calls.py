"""What an operation is made of: the call it gets, and what it gives back.

A `Read` answers at once. A `Write` only says which act of the desk is to be done; it is done in the process's next
transaction, together with keeping its answer under the caller's Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from rerail.desk.clients import Gate
from rerail.desk.retailing import Retailing
from rerail.desk.retailing_once import Deed, Once
from rerail.people.clients import Pass
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.web.osdm.limits import Limits
from rerail.web.osdm.rides import TripBook
from rerail.web.osdm.types_products import Product

B = TypeVar("B")


def _never(_body: Any) -> bool:
    return False


class Provider:
    """What the operations of one app share."""

    def __init__(self, retailing: Retailing, gate: Gate, site: str) -> None:
        self.retailing: Final = retailing
        self.once: Final = Once(retailing)
        self.gate: Final = gate
        self.limits: Final = Limits()
        self.trips: Final = TripBook()
        self.products: Final[dict[tuple[str, str], dict[str, Product]]] = {}
        """Those of the present edition, by its content and a language; made by `rerail.web.osdm.conditions`."""
        self.site: Final = site
        """The public address, without a slash at the end."""

    def market(self) -> Market:
        """The moment's view, for an answer that writes nothing."""
        return self.retailing.market()


class Call(Struct, Generic[B], frozen=True, kw_only=True):
    """One request, understood."""

    provider: Provider
    retailer: Pass
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    language: str
    """The first of the line's languages that the caller reads."""
    body: B

    @property
    def retailing(self) -> Retailing:
        """The desk."""
        return self.provider.retailing


class Reply(Struct, frozen=True, kw_only=True):
    """An answer that is more than a body and 200."""

    body: Any = None
    """None: no content."""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Read(Struct, frozen=True):
    """An operation that changes nothing."""

    id: str
    """Its `operationId`."""
    answer: Callable[[Call[Any]], Any]
    """Gives a body, or a `Reply`."""
    gives: Any
    """The type of the body; None: no content (204)."""
    takes: Any = None
    """The type of the request's body; None: it has none."""
    query: tuple[str, ...] = ()
    """Query parameters it looks at."""
    needs: Mapping[str, tuple[str, ...]] = {}
    """Those without which it cannot answer, and the words each may be; none: any text."""
    threaded: bool = True
    """Whether it waits for the database, and so goes into a thread. The path of a sale does not."""


class Write(Struct, frozen=True):
    """An operation that changes something."""

    id: str
    deed: Callable[[Call[Any]], Deed]
    """Which act to do and how to say its result: a body, or a `Reply`."""
    gives: Any
    takes: Any = None
    query: tuple[str, ...] = ()
    bodiless: bool = False
    """Whether an empty body means `{}`."""
    codes: Mapping[type[NotPossible], str] = {}
    """What an error of the sale is called here, where it is not what it is called elsewhere."""
    secret: Callable[[Any], bool] = _never
    """Whether a body tells what is kept sealed: then the answer that is kept under its key is sealed too."""


Done = Read | Write
