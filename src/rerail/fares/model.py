"""What pricing gives back, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct

from rerail.line.amount import Money
from rerail.line.model import RailwayId
from rerail.line.tariff import Rate


class SentenceError(ValueError):
    """A sentence that a person is shown, kept apart from its values so that a face can say it in another language.

    A value that is a mapping is a text in several languages (`rerail.line.model.Text`): a station's name.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message: Final = message
        self.values: Final = values
        super().__init__(message % self.values_in(""))

    def values_in(self, language: str) -> dict[str, object]:
        """The values with every text in a language, or in its first one."""
        return {
            name: value.get(language) or next(iter(value.values()), "") if isinstance(value, Mapping) else value
            for name, value in self.values.items()
        }


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
