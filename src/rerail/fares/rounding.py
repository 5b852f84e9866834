"""The one rounding of this room, and dividing an amount so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from rerail.line.amount import Money


def half_up(exact: Fraction) -> int:
    """To the nearest whole number; a half goes away from zero, so that an amount and its negative round alike."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def percent_of(money: Money, percent: int) -> Money:
    """So many percent of an amount, half a minor unit rounded up."""
    return Money(half_up(Fraction(money.amount * percent, 100)), money.currency)


def divided(money: Money, weights: Sequence[int]) -> list[Money]:
    """An amount in parts by weight that add up to it exactly (largest remainder; of equal ones the first).

    Raises `ValueError` if no weight is above zero.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("An amount is divided by weights of which one is above zero and none below.")
    sign = -1 if money.amount < 0 else 1
    amount = abs(money.amount)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % total), index))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return [Money(sign * part, money.currency) for part in parts]
