"""Amounts of money: whole minor units of one currency."""

from __future__ import annotations

import pytest

from rerail.line.amount import CurrencyMismatch, Money, exponent, total


def test_amounts_of_one_currency_are_added_and_compared() -> None:
    five, six = Money(500, "RUB"), Money(600, "RUB")
    assert five + six == Money(1100, "RUB")
    assert six - five == Money(100, "RUB")
    assert -five == five * -1
    assert five < six
    assert five <= six
    assert six > five
    assert six >= Money(600, "RUB")
    assert max(five, six) == six
    assert total([five, six], "RUB") == Money(1100, "RUB")
    assert total([], "KPW") == Money(0, "KPW")
    assert not Money(0, "RUB")


def test_amounts_of_different_currencies_are_not() -> None:
    for act in (
        lambda: Money(1, "RUB") + Money(1, "KPW"),
        lambda: Money(1, "RUB") < Money(1, "KPW"),
        lambda: Money(1, "RUB") <= Money(1, "KPW"),
        lambda: total([Money(1, "KPW")], "RUB"),
    ):
        with pytest.raises(CurrencyMismatch, match="are of different currencies"):
            act()


def test_an_amount_is_shown_with_the_decimals_of_its_currency() -> None:
    assert str(Money(123450, "RUB")) == "1234.50 RUB"
    assert str(Money(123450, "JPY")) == "123450 JPY"
    assert str(Money(-5, "KWD")) == "-0.005 KWD"
    assert (exponent("RUB"), exponent("KRW"), exponent("KWD")) == (2, 0, 3)
