"""The same request gives the same answer, whoever repeats it and when; another request may not use its key."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from rerail.desk.selling import Request
from rerail.sale import answers
from rerail.sale.errors import HoldExpired, KeyReused, NoBooking, WrongAsk
from rerail.sale.holding import Buyer
from rerail.sale.reading import newest
from sale.shop import OUT, Shop, adult

BUYER = Buyer(passengers=(adult(),), email="olga@example.org", language="ru")


def test_a_double_click_is_one_booking(shop: Shop) -> None:
    token = shop.token(shop.ask(OUT))
    found: list[str] = []

    def click() -> None:
        found.append(shop.selling.call(shop.selling.hold(Request("site", "k"), token, BUYER)).code)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    with shop.store.read() as connection:
        assert len(newest(connection)) == 1


def test_the_key_of_another_request_is_refused(shop: Shop) -> None:
    token = shop.token(shop.ask(OUT))
    shop.selling.call(shop.selling.hold(Request("site", "k"), token, BUYER))
    other = Buyer(passengers=(adult("Пак", "Иван"),), email="ivan@example.org", language="ru")
    with pytest.raises(KeyReused):
        shop.selling.call(shop.selling.hold(Request("site", "k"), token, other))
    assert shop.selling.call(shop.selling.hold(Request("another", "k"), token, other)).email == "ivan@example.org"


def test_what_failed_may_be_tried_again_with_its_key(shop: Shop) -> None:
    held = shop.hold(OUT)
    code = held.code
    shop.clock.forward(minutes=20)
    with pytest.raises(HoldExpired):
        shop.selling.checkout(code, "demo", "en")
    with pytest.raises(WrongAsk, match="key"):
        shop.selling.call(shop.selling.cancel_hold(Request("site", ""), code, None))
    assert shop.selling.call(shop.selling.cancel_hold(Request("site", "k"), code, None)).code == code


def test_answers_are_kept_a_week(sqlite_shop: Shop) -> None:
    token = sqlite_shop.token(sqlite_shop.ask(OUT))
    act = sqlite_shop.selling.hold(Request("site", "k"), token, BUYER)
    code = sqlite_shop.selling.call(act).code
    sqlite_shop.clock.forward(days=6)
    sqlite_shop.selling.call(lambda connection: answers.forget_old(connection, sqlite_shop.clock.now()))
    assert sqlite_shop.selling.call(act).code == code, "long after the offer has ended"
    sqlite_shop.clock.turn(sqlite_shop.clock.now() + timedelta(days=2))
    sqlite_shop.selling.call(lambda connection: answers.forget_old(connection, sqlite_shop.clock.now()))
    with sqlite_shop.store.read() as connection:
        assert answers.find(connection, "site", "k", "any") is None


def test_a_nul_character_is_refused_or_left_out_before_the_database_is_asked(shop: Shop) -> None:
    token = shop.token(shop.ask(OUT))
    for request in (Request("site", "k\0"), Request("si\0te", "k")):
        with pytest.raises(WrongAsk, match="NUL"):
            shop.selling.call(shop.selling.hold(request, token, BUYER))
    with shop.store.read() as connection, pytest.raises(WrongAsk, match="NUL"):
        answers.find(connection, "site", "\0", "body")
    held = shop.selling.call(shop.selling.hold(shop.request(), token, BUYER))
    assert [one.code for one in shop.selling.find("Ки\0м")] == [held.code]
    assert shop.selling.find("\0a\0b") == ()
    with pytest.raises(NoBooking):
        shop.selling.booking(f"{held.code}\0")
    with pytest.raises(NoBooking):
        shop.selling.call(shop.selling.cancel_hold(shop.request(), f"{held.code}\0", None))
    with pytest.raises(NoBooking):
        shop.selling.settle("a\0b")
