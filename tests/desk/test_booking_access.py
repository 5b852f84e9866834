"""A booking opens with its code and e-mail; guessing is slowed down, whoever knows one booking of their own or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sale.shop import Shop, open_shop

from rerail.desk.booking_access import by_email
from rerail.people.throttle import Throttled
from rerail.sale.errors import NoBooking
from rerail.store.engine import Store


@pytest.fixture
def shop(sqlite_store: Store) -> Iterator[Shop]:
    with open_shop(sqlite_store) as opened:
        yield opened


def guess(shop: Shop, code: str) -> None:
    with pytest.raises(NoBooking):
        by_email(shop.selling, code, "olga@example.org", "203.0.113.7")


def test_code_and_email_open_it_however_they_are_typed(shop: Shop) -> None:
    booking = shop.hold()
    typed = f" {booking.code[:4].lower()} {booking.code[4:]} "
    assert by_email(shop.selling, typed, " OLGA@example.org", "203.0.113.7").code == booking.code


def test_a_wrong_email_and_a_wrong_code_are_told_the_same(shop: Shop) -> None:
    booking = shop.hold()
    with pytest.raises(NoBooking) as wrong_email:
        by_email(shop.selling, booking.code, "other@example.org", "203.0.113.7")
    with pytest.raises(NoBooking) as wrong_code:
        by_email(shop.selling, "22222222", "olga@example.org", "203.0.113.8")
    assert str(wrong_email.value) == str(wrong_code.value)


def test_whoever_guesses_at_one_code_waits(shop: Shop) -> None:
    for _ in range(5):
        guess(shop, "22222222")
    with pytest.raises(Throttled):
        by_email(shop.selling, "22222222", "olga@example.org", "198.51.100.9")


def test_a_booking_of_ones_own_does_not_wipe_out_the_guesses_at_others(shop: Shop) -> None:
    own = shop.hold()
    for number in range(19):
        guess(shop, f"2222222{'23456789ABCDEFGHJKMN'[number]}")
        by_email(shop.selling, own.code, "olga@example.org", "203.0.113.7")
    guess(shop, "33333333")
    with pytest.raises(Throttled):
        by_email(shop.selling, own.code, "olga@example.org", "203.0.113.7")
