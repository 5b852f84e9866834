"""What pricing gives back, and what it says when it cannot."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from rerail.line.amount import Money
from rerail.line.model import RailwayId
from rerail.line.sentence import SentenceError
from rerail.line.tariff import Rate


class NotSold(SentenceError):
    """There is no fare for what is asked: the stretch, the class, the category or the currency."""


class Earning(NamedTuple):
    """What one railway earns of a price by one fare."""

    fare: str
    railway: RailwayId
    earned: Money
    """In the currency of the fare."""
    charged: Money
    """The same in the currency of the sale."""


class PricedTravel(Struct, frozen=True, kw_only=True):
    """The price of one passenger on one train from one call to another."""

    components: tuple[Earning, ...]
    """In the order of travel. Their `charged` add up to the total."""
    rates: tuple[Rate, ...]
    """The rates used, each once."""
    total: Money
    """In the currency of the sale."""
    illustrative: bool
    """Whether any figure used is: an amount, a percentage, a rate, a length of track, a share."""
