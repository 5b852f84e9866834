"""A railway withdraws inside booked dates: everybody is given everything back, once, and may go another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.places.claims import claims_on
from rerail.places.model import Wishes
from rerail.sale.errors import NotOnSale, NotPossible, WrongAsk
from rerail.sale.holding import Buyer
from rerail.sale.suspension import hits, to_give_back
from sale.shop import BACK, JANUARY, OUT, Shop, adult, wishing

DECEMBER = date(2026, 12, 1)
NEW_YEAR = date(2027, 1, 1)


def test_everybody_is_given_everything_back_once(shop: Shop) -> None:
    sold = [shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")]) for _ in range(3)]
    later = shop.buy(JANUARY)
    held = shop.hold(OUT)
    with shop.store.read() as connection:
        found = hits(connection, [OUT.departure, BACK.departure], shop.clock.now())
    assert {hit.booking.code for hit in found} == {*(one.code for one in sold), held.code}
    assert to_give_back(found) == (Money(3 * 4 * 626000, "RUB"),)

    shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    assert shop.selling.give_back_owed() == 4
    assert shop.selling.give_back_owed() == 0

    for one in sold:
        after = shop.selling.booking(one.code)
        assert after.state(shop.clock.now()) == "refunded"
        assert not after.balance
        assert not after.paid
        assert {part.refund_reason for part in after.parts} == {"suspended"}
        assert [told.message.kind for told in shop.letters(one.code)] == ["confirmed", "suspended"]
    assert len(shop.checkout.given_back) == 3
    assert shop.selling.booking(held.code).state(shop.clock.now()) == "cancelled"
    assert shop.selling.booking(later.code).state(shop.clock.now()) == "confirmed"
    with shop.store.read() as connection:
        assert claims_on(connection, [OUT.departure, BACK.departure], shop.clock.now()) == ()
    assert shop.faults() == ()


def test_a_booking_that_is_read_is_given_back_first(shop: Shop) -> None:
    booking = shop.buy(OUT)
    shop.decide("withdraw", start=DECEMBER)
    assert shop.selling.booking(booking.code).state(shop.clock.now()) == "refunded"
    assert len(shop.checkout.given_back) == 1


def test_whoever_lost_the_way_out_gives_the_way_back_back_in_full(shop: Shop) -> None:
    booking = shop.buy(OUT, BACK)
    shop.decide("cancel", start=OUT.service_date, railway=None)
    after = shop.selling.booking(booking.code)
    assert [part.state for part in after.parts] == ["refunded", "confirmed"]
    offer = shop.selling.refund_offer(after)
    assert [(one.rule, one.percent) for one in offer.parts] == [("not-running", 100)]
    assert not shop.give_back(after).paid


def test_resuming_opens_sale_again_and_revives_no_ticket(shop: Shop) -> None:
    booking = shop.buy(OUT)
    shop.decide("withdraw", start=DECEMBER)
    with pytest.raises(NotOnSale, match="KSR has not consented"):
        shop.token(shop.ask(OUT))
    shop.selling.give_back_owed()
    shop.decide("grant", start=DECEMBER)
    assert shop.token(shop.ask(OUT))
    assert shop.selling.booking(booking.code).state(shop.clock.now()) == "refunded"
    assert shop.selling.give_back_owed() == 0


def test_resumed_before_anybody_was_given_back_nothing_was_ever_owed(shop: Shop) -> None:
    booking = shop.buy(OUT)
    shop.decide("withdraw", start=DECEMBER)
    shop.decide("grant", start=DECEMBER)
    assert shop.selling.give_back_owed() == 0
    assert shop.selling.booking(booking.code).state(shop.clock.now()) == "confirmed"


def test_a_payment_that_crosses_the_withdrawal_buys_nothing_and_comes_back(shop: Shop) -> None:
    held = shop.hold(OUT)
    reference = shop.selling.checkout(held.code, "demo", "en").rsplit("/", 1)[1]
    shop.decide("withdraw", start=DECEMBER)
    shop.checkout.decide(reference, "paid")
    after = shop.selling.settle(reference)
    assert after.state(shop.clock.now()) == "cancelled"
    assert not after.balance
    assert list(shop.checkout.given_back.values()) == [held.total]


def test_another_departure_at_the_paid_price_once_and_for_thirty_days(shop: Shop) -> None:
    booking = shop.buy(OUT)
    with pytest.raises(NotPossible, match="was suspended"):
        shop.token(shop.ask(JANUARY), rebooks=booking.code)
    shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    shop.selling.give_back_owed()
    with pytest.raises(WrongAsk, match="no more"):
        shop.token(shop.ask(JANUARY, counts={"adult": 2}), rebooks=booking.code)
    token = shop.token(shop.ask(JANUARY), rebooks=booking.code)
    buyer = Buyer(passengers=(adult(),), email="olga@example.org", language="ru")
    taken = shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    assert taken.rebooks == booking.code
    assert taken.total == booking.total
    with pytest.raises(NotPossible, match="exchanged"):
        shop.selling.call(shop.selling.hold(shop.request(), token, buyer))
    shop.clock.forward(minutes=20)
    again = shop.token(shop.ask(JANUARY), rebooks=booking.code)
    assert shop.pay(shop.selling.call(shop.selling.hold(shop.request(), again, buyer))).total == booking.total
    shop.clock.turn(shop.clock.now() + timedelta(days=30))
    with pytest.raises(NotPossible, match="30 days"):
        shop.token(shop.ask(JANUARY), rebooks=booking.code)


def test_one_ticket_pays_for_one_leg_and_a_price_taken_is_used_up(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    booking = shop.buy(OUT)
    shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    shop.selling.give_back_owed()
    shop.clock.forward(days=22)  # both Januaries and February are on sale
    february = replace(JANUARY, journey=1, service_date=date(2027, 2, 11))
    with pytest.raises(WrongAsk, match="no more"):
        shop.token(shop.ask(JANUARY, february), rebooks=booking.code)
    buyer = Buyer(passengers=(adult(),), email="olga@example.org", language="ru")
    token = shop.token(shop.ask(JANUARY), rebooks=booking.code)
    successor = shop.pay(shop.selling.call(shop.selling.hold(shop.request(), token, buyer)))
    shop.decide("cancel", start=JANUARY.service_date, railway=None)
    shop.selling.give_back_owed()
    again = shop.token(shop.ask(replace(february, journey=0)), rebooks=booking.code)
    with pytest.raises(NotPossible, match="exchanged"):
        shop.selling.call(shop.selling.hold(shop.request(), again, buyer))
    own = shop.token(shop.ask(replace(february, journey=0)), rebooks=successor.code)
    assert shop.selling.call(shop.selling.hold(shop.request(), own, buyer)).total == booking.total


def test_a_whole_compartment_is_taken_over_at_what_was_paid_for_it(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    people = [adult(), adult("Пак", "Иван")]
    booking = shop.buy(wishing(OUT, Wishes(compartment="whole")), passengers=people)
    shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    shop.selling.give_back_owed()
    whole = wishing(JANUARY, Wishes(compartment="whole"))
    assert shop.selling.offer(shop.ask(whole, counts={"adult": 2}), rebooks=booking.code).offer.total == booking.total
    plain = shop.selling.offer(shop.ask(JANUARY, counts={"adult": 2}), rebooks=booking.code).offer
    assert plain.total == Money(2 * 626000, "RUB"), "without the empty berths, without their price"


def test_the_paid_price_is_for_the_same_stretch(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy(OUT)
    sqlite_shop.decide("withdraw", start=DECEMBER, until=NEW_YEAR)
    sqlite_shop.selling.give_back_owed()
    with pytest.raises(WrongAsk, match="stretch"):
        sqlite_shop.token(sqlite_shop.ask(replace(JANUARY, alight="khasan")), rebooks=booking.code)
