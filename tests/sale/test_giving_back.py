"""Giving some tickets of a booking back: who may not be left behind, and when the fees of the booking come back too."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from rerail.money import shifts
from rerail.places import claims
from rerail.places.model import Wishes
from rerail.sale.errors import NotPossible
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, LegAsk
from rerail.sale.sold import seat
from rerail.sale.suspension import hits, to_give_back
from sale.shop import BACK, JANUARY, OUT, Shop, adult, child, wishing

TWO = (adult(), adult("Пак", "Иван"))


def at_the_counter(shop: Shop, *legs: LegAsk) -> Booking:
    """Two adults; a counter takes a fee for the booking, which a passenger's own wish does not give back."""
    with shop.store.read() as connection:
        opened = shifts.current_shift(connection, "anna")
    if opened is None:
        with shop.store.write() as connection:
            shifts.open_shift(connection, "anna", now=shop.clock.now())
    token = shop.token(shop.ask(*legs, channel="counter", counts={"adult": 2}))
    held = shop.selling.call(
        shop.selling.hold(shop.request(), token, Buyer(passengers=TWO, email="olga@example.org", language="ru"))
    )
    assert held.fees
    return shop.selling.call(shop.selling.confirm_at_counter(shop.request(), held.code, "anna", held.total))


def unseated(shop: Shop, booking: Booking, *parts: int) -> Booking:
    """As `rerail.desk.reseating` leaves those for whom another consist has no place."""
    with shop.store.write() as connection:
        claims.release(connection, booking.code, parts)
        seat(connection, booking.code, dict.fromkeys(parts, ()))
    return shop.selling.booking(booking.code)


def test_a_child_is_not_left_without_its_adult(sqlite_shop: Shop) -> None:
    infant = child(date(2025, 6, 1), category="infant")
    booking = sqlite_shop.buy(OUT, passengers=[adult(), infant])
    with pytest.raises(NotPossible, match="travels only with an adult"):
        sqlite_shop.give_back(booking, 1)
    assert sqlite_shop.selling.booking(booking.code) == booking
    assert sqlite_shop.give_back(booking).state(sqlite_shop.clock.now()) == "refunded"


def test_one_of_two_adults_may_stay_with_the_child(sqlite_shop: Shop) -> None:
    infant = child(date(2025, 6, 1), category="infant")
    booking = sqlite_shop.buy(OUT, BACK, passengers=[*TWO, infant])
    after = sqlite_shop.give_back(booking, 1)
    with pytest.raises(NotPossible, match="travels only with an adult"):
        sqlite_shop.give_back(after, 2)
    out = [part.number for part in after.parts if part.leg == 1 and part.state == "confirmed"]
    assert {part.leg for part in sqlite_shop.give_back(after, *out).parts if part.state == "confirmed"} == {2}


def test_a_whole_compartment_is_given_back_together(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy(wishing(OUT, Wishes(compartment="whole")), BACK, passengers=TWO)
    out = [part.number for part in booking.parts if part.leg == 1]
    back = [part.number for part in booking.parts if part.leg == 2]
    with pytest.raises(NotPossible, match="bought whole"):
        sqlite_shop.give_back(booking, out[0])
    after = sqlite_shop.give_back(booking, back[0])
    after = sqlite_shop.give_back(after, *out)
    with sqlite_shop.store.read() as connection:
        left = claims.claims_of(connection, booking.code)
    assert {one.part for one in left} == {back[1]}


def test_whoever_has_no_place_any_more_is_given_the_fee_of_the_booking_too(sqlite_shop: Shop) -> None:
    booking = unseated(sqlite_shop, at_the_counter(sqlite_shop, OUT), 1, 2)
    offer = sqlite_shop.selling.refund_offer(booking)
    assert [one.rule for one in offer.parts] == ["no-place", "no-place"]
    assert offer.total == booking.paid
    after = sqlite_shop.give_back(sqlite_shop.give_back(booking, 2), 1)
    assert -after.balance == booking.paid
    assert sqlite_shop.faults() == ()


def test_a_child_goes_back_in_full_with_the_adult_who_has_no_place(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy(OUT, passengers=[adult(), child(date(2019, 5, 5))])
    offer = sqlite_shop.selling.refund_offer(unseated(sqlite_shop, booking, 1))
    assert [one.rule for one in offer.parts] == ["no-place", "no-place"]


def test_no_place_for_one_and_the_wish_of_the_other_keep_the_fee(sqlite_shop: Shop) -> None:
    booking = unseated(sqlite_shop, at_the_counter(sqlite_shop, OUT), 1)
    offer = sqlite_shop.selling.refund_offer(booking)
    assert [one.rule for one in offer.parts] == ["no-place", "before-departure"]
    assert not offer.fees_back


def test_the_way_back_ticket_by_ticket_brings_what_all_at_once_brings(sqlite_shop: Shop) -> None:
    whole, piecemeal = (at_the_counter(sqlite_shop, OUT, BACK) for _ in range(2))
    sqlite_shop.decide("cancel", start=OUT.service_date, railway=None)
    sqlite_shop.selling.give_back_owed()
    at_once = sqlite_shop.give_back(sqlite_shop.selling.booking(whole.code))
    after = sqlite_shop.selling.booking(piecemeal.code)
    for part in [part.number for part in after.parts if part.state == "confirmed"]:
        after = sqlite_shop.give_back(after, part)
    assert -at_once.balance == -after.balance == whole.paid
    assert sqlite_shop.faults() == ()


def test_the_fee_stays_if_one_leg_was_given_back_at_will_before_the_other_fell_through(sqlite_shop: Shop) -> None:
    booking = at_the_counter(sqlite_shop, OUT, BACK)
    back = [part.number for part in booking.parts if part.leg == 2]
    after = sqlite_shop.give_back(booking, *back)
    kept = sum(part.price.total.amount - part.refunded.amount for part in after.parts if part.refunded is not None)
    sqlite_shop.decide("cancel", start=OUT.service_date, railway=None)
    sqlite_shop.selling.give_back_owed()
    after = sqlite_shop.selling.booking(booking.code)
    fees = sum(fee.charged.amount for fee in booking.fees)
    assert booking.paid.amount + after.balance.amount == kept + fees


def test_whoever_gives_back_before_the_housekeeping_comes_loses_nothing_by_it(shop: Shop) -> None:
    booking = shop.buy(OUT, BACK)
    shop.decide("cancel", start=OUT.service_date, railway=None)
    (out, back) = (part.number for part in booking.parts)
    shown = shop.selling.refund_offer(booking)
    assert [one.rule for one in shown.parts] == ["not-running", "not-running"]
    after = shop.selling.call(shop.selling.refund(shop.request(), booking.code, (out, back), booking.version))
    assert [part.refund_reason for part in after.parts] == ["suspended", "passenger"]
    assert sorted(one.message.kind for one in shop.letters(booking.code)) == ["confirmed", "refunded", "suspended"]
    shop.selling.settle_payouts()
    assert not shop.selling.booking(booking.code).paid
    assert shop.token(shop.ask(JANUARY), rebooks=booking.code), "another departure may be taken"
    assert shop.faults() == ()


def test_the_ticket_that_runs_is_untouched_when_only_the_other_was_chosen(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy(OUT, BACK)
    sqlite_shop.decide("cancel", start=OUT.service_date, railway=None)
    after = sqlite_shop.selling.call(
        sqlite_shop.selling.refund(sqlite_shop.request(), booking.code, (1,), booking.version)
    )
    assert [part.state for part in after.parts] == ["refunded", "confirmed"]
    assert [one.message.kind for one in sqlite_shop.letters(booking.code)] == ["confirmed", "suspended"]


def test_the_preview_counts_a_deposit_whose_balance_is_overdue(sqlite_shop: Shop) -> None:
    passengers = tuple(replace(adult(), family_name="", given_names="") for _ in range(9))
    token = sqlite_shop.token(sqlite_shop.ask(JANUARY, counts={"adult": 9}, channel="operator", group=True))
    buyer = Buyer(passengers=passengers, email="groups@example.org", language="ru")
    held = sqlite_shop.selling.call(sqlite_shop.selling.hold(sqlite_shop.request(), token, buyer))
    sqlite_shop.selling.call(sqlite_shop.selling.pay_deposit(sqlite_shop.request(), held.code, clerk=None))
    sqlite_shop.clock.forward(days=40)
    with sqlite_shop.store.read() as connection:
        found = hits(connection, [JANUARY.departure], sqlite_shop.clock.now())
    assert held.deposit is not None
    assert to_give_back(found) == (held.deposit,)
