"""An amount of money: whole minor units of one currency, never a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import Struct

_EXPONENTS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217 (list one): the currencies whose minor unit is not a hundredth."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of a currency is (ISO 4217): 2 for RUB, 0 for KRW."""
    return _EXPONENTS.get(currency, 2)


class Money(Struct, frozen=True):
    """An amount in minor units (kopecks, jeon, cents) of an ISO 4217 currency."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    @property
    def major(self) -> Decimal:
        """In major units, exactly: 123450 RUB minor units are 1234.50."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.major:f} {self.currency}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} are of different currencies.")
        return other


def total(amounts: list[Money], currency: str) -> Money:
    """The sum, in `currency`. Raises `CurrencyMismatch` if one is of another."""
    return sum(amounts, Money(0, currency))
