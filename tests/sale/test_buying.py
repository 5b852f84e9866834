"""A journey is held all or none, confirmed when it is paid, and given back one ticket at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pytest
from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.places.claims import claims_on
from rerail.places.model import Wishes
from rerail.sale.errors import (
    BookingMoved,
    HoldExpired,
    NoPlaceLeft,
    NotOnSale,
    NotPossible,
    OfferExpired,
    OfferForged,
    PlaceGone,
    SaleError,
    WrongAsk,
    WrongPassenger,
)
from rerail.sale.holding import Buyer
from rerail.sale.model import Booking, LegAsk
from sale.shop import BACK, FROM_KHASAN, NOON, OUT, TO_KHASAN, Shop, adult, child, wishing

INFANT = child(date(2025, 6, 1), category="infant")


def seats(booking: Booking, leg: int) -> set[tuple[str, str]]:
    return {(spot.coach, spot.place) for part in booking.parts_of(leg) for spot in part.spots}


def test_out_and_back_is_one_booking_with_a_place_on_each_train(shop: Shop) -> None:
    held = shop.hold(OUT, BACK, passengers=[adult(), adult("김", "철수"), INFANT])

    assert held.state(shop.clock.now()) == "prebooked"
    assert held.held_until == NOON + timedelta(minutes=20)
    assert [leg.journey for leg in held.legs] == [0, 1]
    assert len(held.parts) == 6
    assert [len(part.spots) for part in held.parts_of(1)] == [1, 1, 0], "an infant has no place of its own"
    assert held.balance == Money(0, "RUB"), "a held place is not owed"

    confirmed = shop.pay(held)
    assert confirmed.state(shop.clock.now()) == "confirmed"
    assert confirmed.paid == confirmed.total == Money(4 * (620000 + 6000), "RUB")
    assert not confirmed.balance
    assert {posted.kind for posted in shop.postings(held.code)} == {"sale", "payment"}
    assert shop.faults() == ()
    assert [told.message.kind for told in shop.letters(held.code)] == ["confirmed"]


def test_two_people_share_a_berth_one_to_khasan_and_one_from_there(shop: Shop) -> None:
    first = shop.buy(TO_KHASAN)
    (spot,) = first.parts[0].spots
    second = shop.buy(replace(FROM_KHASAN, wanted=((spot.coach, spot.place),)))
    assert seats(first, 1) == seats(second, 1)
    assert first.parts[0].spots[0].alight == second.parts[0].spots[0].board


def test_a_stretch_left_free_is_filled_before_an_empty_berth_is_broken_into(shop: Shop) -> None:
    first = shop.buy(TO_KHASAN)
    second = shop.buy(FROM_KHASAN)
    assert seats(first, 1) == seats(second, 1)


def filled(shop: Shop, leg: LegAsk) -> None:
    """Hold every place of a departure that is not in an allotment: 88 of 100."""
    for _ in range(11):
        shop.hold(leg, passengers=[adult() for _ in range(8)])


def test_a_full_way_back_is_said_before_anything_is_held(shop: Shop) -> None:
    filled(shop, BACK)
    with pytest.raises(NoPlaceLeft):
        shop.token(shop.ask(OUT, BACK))
    assert shop.token(shop.ask(OUT))


def test_full_between_offer_and_hold_writes_nothing_at_all(shop: Shop) -> None:
    people = tuple(adult() for _ in range(8))
    token = shop.token(shop.ask(OUT, BACK, counts={"adult": 8}))
    filled(shop, BACK)
    with pytest.raises(NoPlaceLeft):
        shop.selling.call(
            shop.selling.hold(shop.request("k"), token, Buyer(passengers=people, email="a@b.example", language="en"))
        )
    with shop.store.read() as connection:
        assert claims_on(connection, [OUT.departure], shop.clock.now()) == ()


def test_a_chosen_place_that_was_just_taken_is_refused_by_name(shop: Shop) -> None:
    wanted = replace(OUT, wanted=(("1", "7"),))
    token = shop.token(shop.ask(wanted))
    shop.buy(wanted)
    with pytest.raises(PlaceGone, match="1-7"):
        shop.selling.call(
            shop.selling.hold(
                shop.request(), token, Buyer(passengers=(adult(),), email="late@example.org", language="en")
            )
        )


def test_an_offer_is_good_for_thirty_minutes_and_not_a_second_longer(sqlite_shop: Shop) -> None:
    token = sqlite_shop.token(sqlite_shop.ask())
    sqlite_shop.clock.turn(NOON + timedelta(minutes=30) - timedelta(seconds=1))
    assert sqlite_shop.selling.opened(token).total == Money(626000, "RUB")
    sqlite_shop.clock.turn(NOON + timedelta(minutes=30))
    with pytest.raises(OfferExpired):
        sqlite_shop.selling.opened(token)


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2] + "AA", lambda t: "A" + t[1:], lambda t: "", lambda t: "x.y", lambda t: t + "é"]
)
def test_an_offer_changed_on_the_way_is_not_ours(sqlite_shop: Shop, spoil: object) -> None:
    token = sqlite_shop.token(sqlite_shop.ask())
    assert callable(spoil)
    with pytest.raises(OfferForged):
        sqlite_shop.selling.opened(spoil(token))


def test_an_offer_carries_edition_fares_rates_and_counts(sqlite_shop: Shop) -> None:
    offer = sqlite_shop.selling.opened(
        sqlite_shop.token(sqlite_shop.ask(counts={"adult": 2, "infant": 1}, currency="USD"))
    )
    assert offer.edition == 1
    assert offer.tariff == sqlite_shop.current.snapshot().line.content
    assert [(rate.source, rate.target, str(rate.value)) for rate in offer.rates] == [("USD", "RUB", "80.00")]
    assert offer.ask.counts == {"adult": 2, "infant": 1}
    assert offer.illustrative, "every shipped fare is an illustration"


def test_a_hold_ends_by_itself_and_the_place_is_somebody_elses(shop: Shop) -> None:
    held = shop.hold(replace(OUT, wanted=(("1", "7"),)))
    shop.clock.forward(minutes=20)
    assert shop.selling.booking(held.code).state(shop.clock.now()) == "expired"
    second = shop.buy(replace(OUT, wanted=(("1", "7"),)))
    assert seats(second, 1) == {("1", "7")}
    with pytest.raises(HoldExpired):
        shop.selling.checkout(held.code, "demo", "en")


def test_money_that_comes_after_the_hold_is_given_back_and_nothing_is_booked(shop: Shop) -> None:
    held = shop.hold()
    page = shop.selling.checkout(held.code, "demo", "en")
    shop.clock.forward(minutes=21)
    reference = page.rsplit("/", 1)[1]
    shop.checkout.decide(reference, "paid")
    late = shop.selling.settle(reference)
    assert late.state(shop.clock.now()) == "expired"
    assert not late.balance
    assert not late.paid
    assert list(shop.checkout.given_back.values()) == [Money(626000, "RUB")]
    assert [told.message.kind for told in shop.letters(held.code)] == ["too-late"]
    shop.selling.settle(reference)
    assert len(shop.checkout.given_back) == 1


def test_a_payment_reported_twice_is_one_payment(shop: Shop) -> None:
    held = shop.hold()
    reference = shop.selling.checkout(held.code, "demo", "en").rsplit("/", 1)[1]
    assert shop.selling.checkout(held.code, "demo", "en").endswith(reference), "asking again is the same order"
    shop.checkout.decide(reference, "paid")
    for _ in range(3):
        booking = shop.selling.settle(reference)
    assert booking.paid == booking.total
    assert len(shop.letters(held.code)) == 1


def test_a_declined_payment_leaves_the_places_held(sqlite_shop: Shop) -> None:
    held = sqlite_shop.hold()
    reference = sqlite_shop.selling.checkout(held.code, "demo", "en").rsplit("/", 1)[1]
    sqlite_shop.checkout.decide(reference, "failed")
    assert sqlite_shop.selling.settle(reference).state(sqlite_shop.clock.now()) == "prebooked"
    assert sqlite_shop.pay(held).state(sqlite_shop.clock.now()) == "confirmed"


# ── giving back ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "percent"),
    [
        (timedelta(days=7), 90),
        (timedelta(days=7) - timedelta(minutes=1), 60),
        (timedelta(days=1), 60),
        (timedelta(hours=3), 30),
        (timedelta(hours=3) - timedelta(minutes=1), 0),
    ],
)
def test_what_comes_back_depends_on_the_time_before_departure(
    sqlite_shop: Shop, before: timedelta, percent: int
) -> None:
    booking = sqlite_shop.buy()
    sqlite_shop.clock.turn(booking.legs[0].leaves - before)
    offer = sqlite_shop.selling.refund_offer(booking)
    assert offer.parts[0].percent == percent
    assert offer.total == Money(620000 * percent // 100, "RUB"), "the reservation fee is kept"
    after = sqlite_shop.give_back(booking)
    assert after.state(sqlite_shop.clock.now()) == "refunded"
    assert after.paid == booking.paid - offer.total
    assert not after.balance
    assert sqlite_shop.faults() == ()


def test_one_ticket_of_four_is_given_back_and_its_place_is_free_again(shop: Shop) -> None:
    booking = shop.buy(OUT, BACK, passengers=[adult(), adult("Пак", "Иван")])
    after = shop.give_back(booking, 3)
    assert [part.state for part in after.parts] == ["confirmed", "confirmed", "refunded", "confirmed"]
    with shop.store.read() as connection:
        kept = claims_on(connection, [BACK.departure], shop.clock.now())
    assert {claim.part for claim in kept} == {4}
    with pytest.raises(NotPossible, match="given back"):
        shop.give_back(after, 3)


def test_after_the_train_has_left_nothing_is_given_back(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy()
    sqlite_shop.clock.turn(booking.legs[0].leaves)
    with pytest.raises(NotPossible, match="has left"):
        sqlite_shop.selling.refund_offer(booking, [1])


def test_a_refund_shown_before_something_else_changed_is_shown_again(sqlite_shop: Shop) -> None:
    booking = sqlite_shop.buy(passengers=[adult(), adult("Пак", "Иван")])
    sqlite_shop.give_back(booking, 1)
    with pytest.raises(BookingMoved):
        sqlite_shop.give_back(booking, 2)


# ── what may be sold ───────────────────────────────────────────────────────────────────────────────────────────


def test_sale_opens_sixty_days_before_on_the_first_stations_clock(sqlite_shop: Shop) -> None:
    # The train of 11 February 2027: sixty days before is 13 December, in Vladivostok from 14:00 UTC of the 12th.
    february = replace(OUT, service_date=date(2027, 2, 11))
    opens = NOON.replace(month=12, day=12, hour=14)
    sqlite_shop.clock.turn(opens - timedelta(seconds=1))
    with pytest.raises(NotOnSale, match="opens"):
        sqlite_shop.token(sqlite_shop.ask(february))
    sqlite_shop.clock.turn(opens)
    assert sqlite_shop.token(sqlite_shop.ask(february))


def test_across_the_border_sale_closes_with_the_list_and_before_it_half_an_hour_before_leaving(
    sqlite_shop: Shop,
) -> None:
    #   Vladivostok  dep 22:00  10 December   12:00 UTC
    #   Khasan       dep 08:30  11 December   22:30 UTC on the 10th; the list a day before: 22:30 UTC on the 9th
    lists = NOON.replace(month=12, day=9, hour=22, minute=30)
    sqlite_shop.clock.turn(lists - timedelta(seconds=1))
    assert sqlite_shop.token(sqlite_shop.ask(OUT))
    sqlite_shop.clock.turn(lists)
    with pytest.raises(NotOnSale, match="closed"):
        sqlite_shop.token(sqlite_shop.ask(OUT))
    assert sqlite_shop.token(sqlite_shop.ask(TO_KHASAN)), "nobody's list is needed to Khasan"
    sqlite_shop.clock.turn(NOON.replace(month=12, day=10, hour=11, minute=30))
    with pytest.raises(NotOnSale, match="closed"):
        sqlite_shop.token(sqlite_shop.ask(TO_KHASAN))
    assert sqlite_shop.token(sqlite_shop.ask(TO_KHASAN, channel="counter")), "a clerk sells until the train leaves"


def test_only_a_tour_operators_passengers_cross_on_a_train_for_groups(sqlite_shop: Shop) -> None:
    with pytest.raises(NotOnSale, match="named list"):
        sqlite_shop.token(sqlite_shop.ask(OUT, operator=None))
    assert sqlite_shop.token(sqlite_shop.ask(TO_KHASAN, operator=None))
    with pytest.raises(WrongAsk, match="no tour operator"):
        sqlite_shop.token(sqlite_shop.ask(OUT, operator="nobody"))


@pytest.mark.parametrize(
    ("counts", "says"),
    [({}, "Nobody"), ({"adult": 40}, "group"), ({"child": 1}, "adult"), ({"dog": 1}, "dog"), ({"adult": -1}, "-1")],
)
def test_a_party_that_cannot_travel_is_told_why(sqlite_shop: Shop, counts: dict[str, int], says: str) -> None:
    with pytest.raises(WrongAsk, match=says) as caught:
        sqlite_shop.selling.offer(replace(sqlite_shop.ask(OUT), counts=counts))
    assert caught.value.about == "counts"


def test_back_before_out_is_refused(sqlite_shop: Shop) -> None:
    early = replace(BACK, service_date=date(2026, 11, 29))
    with pytest.raises(SaleError):
        sqlite_shop.token(sqlite_shop.ask(OUT, early))


def test_places_of_an_allotment_are_the_tour_operators_until_they_are_handed_back(sqlite_shop: Shop) -> None:
    everybody = sqlite_shop.selling.offer(sqlite_shop.ask(OUT)).offer.legs[0].free
    agent = sqlite_shop.selling.offer(sqlite_shop.ask(OUT, channel="operator")).offer.legs[0].free
    assert (everybody, agent) == (88, 100)
    # Handed back fourteen days before: at midnight in Vladivostok of 26 November.
    sqlite_shop.clock.turn(NOON.replace(day=25, hour=14))
    assert sqlite_shop.selling.offer(sqlite_shop.ask(OUT)).offer.legs[0].free == 100


def test_a_whole_compartment_is_paid_for_whole_and_stays_empty(shop: Shop) -> None:
    whole = wishing(OUT, Wishes(compartment="whole"))
    offer = shop.selling.offer(shop.ask(whole, counts={"adult": 2})).offer
    assert offer.legs[0].rest == 2
    assert offer.total == Money(4 * 620000 + 2 * 6000, "RUB")
    booking = shop.buy(whole, passengers=[adult(), adult("Пак", "Иван")])
    assert booking.total == booking.paid == offer.total
    with shop.store.read() as connection:
        taken = claims_on(connection, [OUT.departure], shop.clock.now())
    assert len(taken) == 4
    assert len({spot.coach for claim in taken for spot in [claim.spot]}) == 1
    assert shop.selling.offer(shop.ask(OUT)).offer.legs[0].free == 84, "of 88; two beds are slept in, two paid for"


def women_and_men(shop: Shop, leg: LegAsk) -> dict[tuple[str, int], set[str | None]]:
    """Under which rules the berths of each compartment are claimed."""
    with shop.store.read() as connection:
        claims = claims_on(connection, [leg.departure], shop.clock.now())
    rules: dict[tuple[str, int], set[str | None]] = {}
    for claim in claims:
        rules.setdefault((claim.spot.coach, (int(claim.spot.place) - 1) // 4), set()).add(claim.compartment)
    return rules


def test_no_compartment_is_for_women_and_for_men(sqlite_shop: Shop) -> None:
    for _ in range(12):
        sqlite_shop.buy(wishing(OUT, Wishes(compartment="men")), passengers=[adult("Пак", "Иван", "m")])
        sqlite_shop.buy(wishing(OUT, Wishes(compartment="women")), passengers=[adult(sex="f")])
    rules = women_and_men(sqlite_shop, OUT)
    assert all(len(asked) == 1 for asked in rules.values())
    assert {rule for asked in rules.values() for rule in asked} == {"women", "men"}


def test_places_chosen_on_the_plan_do_not_bring_a_man_to_the_women(shop: Shop) -> None:
    """Both offers were made while the compartment was empty."""
    women = replace(wishing(OUT, Wishes(compartment="women")), wanted=(("1", "1"),))
    men = replace(wishing(OUT, Wishes(compartment="men")), wanted=(("1", "2"),))
    anybody = replace(OUT, wanted=(("1", "3"),))
    offers = [(shop.token(shop.ask(leg)), sex) for leg, sex in ((women, "f"), (men, "m"), (anybody, "f"))]
    taken = []
    for token, sex in offers:
        buyer = Buyer(passengers=(adult(sex="f" if sex == "f" else "m"),), email="a@b.example", language="en")
        try:
            taken.append(shop.selling.call(shop.selling.hold(shop.request(), token, buyer)))
        except PlaceGone:
            shop.selling.kept.occupancies.drop(OUT.departure)
    assert len(taken) == 1
    assert list(women_and_men(shop, OUT).values()) == [{"women"}]


@pytest.mark.parametrize("sex", ["m", ""])
def test_only_women_ask_for_the_womens_compartment(sqlite_shop: Shop, sex: Literal["m", ""]) -> None:
    with pytest.raises(WrongPassenger, match="compartment"):
        sqlite_shop.hold(wishing(OUT, Wishes(compartment="women")), passengers=[adult(sex=sex)])


def test_a_place_of_a_coach_that_is_gone_is_not_sold(sqlite_shop: Shop) -> None:
    with pytest.raises(WrongAsk, match="no place"):
        sqlite_shop.token(sqlite_shop.ask(replace(OUT, wanted=(("9", "1"),))))


def test_a_clerks_hold_across_the_border_ends_with_the_list(sqlite_shop: Shop) -> None:
    lists = NOON.replace(month=12, day=9, hour=22, minute=30)
    sqlite_shop.clock.turn(lists - timedelta(minutes=1))
    token = sqlite_shop.token(sqlite_shop.ask(OUT, channel="counter"))
    buyer = Buyer(passengers=(adult(),), email="", language="ru", pays_at_counter=True)
    held = sqlite_shop.selling.call(sqlite_shop.selling.hold(sqlite_shop.request(), token, buyer))
    assert held.held_until == lists


def test_more_wheelchairs_than_passengers_is_no_party(sqlite_shop: Shop) -> None:
    with pytest.raises(WrongAsk, match="wheelchair"):
        sqlite_shop.token(sqlite_shop.ask(wishing(OUT, Wishes(wheelchair=2))))


def test_what_hold_answers_is_what_is_written(shop: Shop) -> None:
    held = shop.hold(OUT, BACK, passengers=[adult(), INFANT])
    assert shop.selling.booking(held.code) == held
