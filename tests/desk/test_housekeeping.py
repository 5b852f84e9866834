"""A round of housekeeping: what is left half-way is finished, and one booking's trouble is nobody else's."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sale.shop import OUT, Shop, open_shop
from sqlalchemy import Connection, text

from rerail.desk.housekeeping import Housekeeper
from rerail.life import tables as life_tables
from rerail.line.amount import Money
from rerail.money.ledger import balance
from rerail.sale import paying, refunding
from rerail.sale.changing import locked
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.payment import Outcome, ProviderError
from rerail.store.engine import Store

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    """On both databases."""
    with open_shop(store) as opened:
        yield opened


def begun(shop: Shop, booking: Booking) -> str:
    return shop.selling.checkout(booking.code, "demo", "en").rsplit("/", 1)[1]


def state(shop: Shop, booking: Booking) -> str:
    return shop.selling.booking(booking.code).state(shop.clock.now())


def test_a_payment_that_nobody_can_tell_about_keeps_no_other_from_being_confirmed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second, third = shop.hold(), shop.hold(), shop.hold()
    orders = {begun(shop, one): one for one in (first, second, third)}
    for reference in orders:
        shop.checkout.decide(reference, "paid")
    silent = next(reference for reference, one in orders.items() if one == second)
    says = shop.checkout.outcome

    def outcome(reference: str) -> Outcome:
        if reference == silent:
            raise ProviderError("olga@example.org is unknown here")
        return says(reference)

    monkeypatch.setattr(shop.checkout, "outcome", outcome)
    Housekeeper(shop.selling).round()
    assert [state(shop, one) for one in (first, second, third)] == ["confirmed", "prebooked", "confirmed"]
    (said,) = [json.loads(line) for line in capfd.readouterr().err.splitlines() if '"room": "desk"' in line]
    assert (said["event"], said["booking"]) == ("a payment could not be asked about", second.code)
    assert "olga" not in json.dumps(said), "what a provider says may name a person"
    monkeypatch.undo()
    Housekeeper(shop.selling).round()
    assert state(shop, second) == "confirmed"


def test_an_order_nobody_paid_is_asked_about_until_three_days_after_the_hold(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = shop.hold()
    reference = begun(shop, held)
    asked: list[str] = []
    says = shop.checkout.outcome

    def outcome(order: str) -> Outcome:
        asked.append(order)
        return says(order)

    monkeypatch.setattr(shop.checkout, "outcome", outcome)
    assert held.held_until is not None
    shop.clock.turn(held.held_until + paying.ASKED_FOR)
    for _ in range(2):
        shop.selling.settle_open()
    assert len(asked) == 2, "a buyer may have paid on the last minute, and the provider be slow to say so"
    shop.clock.forward(seconds=1)
    for _ in range(3):
        shop.selling.settle_open()
    assert len(asked) == 3, "asked once more, and given up"

    # It was paid after all: whoever says so is heard, and the money goes back.
    shop.checkout.decide(reference, "paid")
    late = shop.selling.settle(reference)
    assert late.state(shop.clock.now()) == "expired"
    assert list(shop.checkout.given_back.values()) == [held.total]
    assert [told.message.kind for told in shop.letters(held.code)] == ["too-late"]
    shop.selling.settle(reference)
    assert list(shop.checkout.given_back.values()) == [held.total], "told twice, given back once"
    with shop.store.read() as connection:
        assert balance(connection, "provider:demo") == {}
    assert shop.faults() == ()


def test_what_a_provider_that_is_away_has_is_not_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    held = shop.hold()
    reference = begun(shop, held)
    shop.checkout.decide(reference, "paid")

    def away(_reference: str) -> Outcome:
        raise ProviderError("away")

    with monkeypatch.context() as patched:
        patched.setattr(shop.checkout, "outcome", away)
        shop.clock.forward(days=90)
        shop.selling.settle_open()
    shop.selling.settle_open()
    assert list(shop.checkout.given_back.values()) == [held.total]


def test_a_booking_that_cannot_be_given_back_keeps_nobody_waiting(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bookings = sorted((shop.buy(OUT) for _ in range(3)), key=lambda one: one.code)
    poisoned, *others = bookings

    def write(connection: Connection, market: Market, booking: Booking, *rest: Any) -> None:
        if booking.code == poisoned.code:
            raise ValueError("Ким Ольга")
        refunding.write(connection, market, booking, *rest)

    shop.decide("withdraw", start=DECEMBER)
    with monkeypatch.context() as patched:
        patched.setattr("rerail.sale.suspension.write", write)
        told: list[int] = []
        assert shop.selling.give_back_owed(told.append) == 2
        assert told == [1, 2]
        Housekeeper(shop.selling).round()
    assert len(shop.checkout.given_back) == 2
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines() if '"room": "desk"' in line]
    assert {(one["event"], one["booking"]) for one in said} == {("a booking could not be given back", poisoned.code)}
    assert "Ольга" not in json.dumps(said, ensure_ascii=False)
    assert [state(shop, one) for one in others] == ["refunded", "refunded"]
    Housekeeper(shop.selling).round()
    assert state(shop, poisoned) == "refunded", "the round after it was put right"
    assert shop.faults() == ()


def test_one_kind_of_work_that_fails_leaves_the_others_to_be_done(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    held = shop.hold()
    shop.checkout.decide(begun(shop, held), "paid")

    def fails() -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(shop.selling, "give_back_owed", fails)
    Housekeeper(shop.selling).round()
    assert state(shop, held) == "confirmed"


# ── against the adoption of an edition, which holds the line alone and then wants the bookings ─────────────────


def waits_for_a_lock(store: Store) -> bool:
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
    with store.read() as connection:
        return bool(connection.execute(query).scalar_one())


@pytest.mark.parametrize("act", ["payout", "settle"])
def test_money_acts_hold_no_booking_while_they_wait_for_the_line(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    store = Store(postgres_url)
    with open_shop(store) as shop:
        booking, reference, work = prepared(shop, act, monkeypatch)
        thread = threading.Thread(target=work)
        with store.write() as adopting:
            life_tables.lock_journal(adopting)
            thread.start()
            deadline = time.monotonic() + 10
            while not waits_for_a_lock(store):
                assert time.monotonic() < deadline, "the act never waited for the line"
                time.sleep(0.01)
            adopting.execute(text("SET LOCAL lock_timeout = '2s'"))
            locked(adopting, booking.code)
            assert paying.checkout(adopting, reference, lock=True) is not None
        thread.join(10)
        assert not thread.is_alive()
        after = shop.selling.booking(booking.code)
        assert (after.state(shop.clock.now()), after.balance) == (
            ("refunded", Money(0, "RUB")) if act == "payout" else ("confirmed", Money(0, "RUB"))
        )
    store.close()


def prepared(shop: Shop, act: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Booking, str, Callable[[], object]]:
    """A booking, its order, and the act that is to wait for the line."""
    booking = shop.hold()
    reference = begun(shop, booking)
    shop.checkout.decide(reference, "paid")
    if act == "settle":
        return booking, reference, shop.selling.settle_open
    shop.selling.settle(reference)
    booking = shop.selling.booking(booking.code)

    def away(_reference: str, _amount: Money, _key: str) -> None:
        raise ProviderError("away")

    with monkeypatch.context() as patched:
        patched.setattr(shop.checkout, "give_back", away)
        shop.give_back(booking)
    return booking, reference, shop.selling.settle_payouts
