"""Money that comes for a booking that is paid already goes back through its own provider, and only that money."""

from __future__ import annotations

import pytest

from rerail.line.amount import Money
from rerail.money import shifts
from rerail.money.ledger import balance
from rerail.sale.model import Booking
from rerail.sale.payment import DemoCheckout, ProviderError
from sale.shop import Shop, adult

PRICE = Money(626000, "RUB")


def begun(shop: Shop, held: Booking) -> str:
    """A payment page that stays open in a browser."""
    return shop.selling.checkout(held.code, "demo", "en").rsplit("/", 1)[1]


def test_paid_to_a_clerk_and_then_on_the_page_left_open(shop: Shop) -> None:
    held = shop.hold()
    reference = begun(shop, held)
    with shop.store.write() as connection:
        shifts.open_shift(connection, "anna", now=shop.clock.now())
    shop.selling.call(shop.selling.confirm_at_counter(shop.request(), held.code, "anna", PRICE))
    shop.checkout.decide(reference, "paid")
    after = shop.selling.settle(reference)
    assert after.state(shop.clock.now()) == "confirmed"
    assert (after.paid, after.balance) == (PRICE, Money(0, "RUB"))
    assert list(shop.checkout.given_back.values()) == [PRICE]
    with shop.store.read() as connection:
        assert balance(connection, "provider:demo") == {}
    # Given back later: the till owes it, not the provider.
    given = shop.give_back(after)
    assert given.balance.amount < 0
    assert list(shop.checkout.given_back.values()) == [PRICE]


class Away(DemoCheckout):
    """A provider that takes money, and cannot be reached when it is to give some back."""

    away = True

    def give_back(self, reference: str, amount: Money, key: str) -> None:
        if self.away:
            raise ProviderError("The provider is away; ask again.")
        super().give_back(reference, amount, key)


def test_what_a_provider_was_asked_to_give_back_is_not_taken_off_the_invoice_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = shop.hold(passengers=[adult(), adult("Пак", "Иван")])
    reference = begun(shop, held)
    sold = shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), held.code))
    shop.checkout.decide(reference, "paid")
    away = Away()
    monkeypatch.setattr(shop.checkout, "give_back", away.give_back)
    shop.selling.settle(reference)
    sold = shop.selling.booking(sold.code)
    assert sold.balance == Money(0, "RUB") - sold.total, "the provider has it and is away"
    refund = shop.selling.refund_offer(sold, [1]).total
    shop.give_back(sold, 1)
    with shop.store.read() as connection:
        assert balance(connection, "invoice:example-tours") == {"RUB": (sold.total - refund).amount}
    away.away = False
    shop.selling.settle_payouts()
    after = shop.selling.booking(sold.code)
    assert (after.paid, after.balance) == (sold.total - refund, Money(0, "RUB"))
    assert shop.faults() == ()
