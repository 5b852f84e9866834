"""A passenger who is not let across: the place is free from there on, the ticket ends by the rule, once."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from lists.border_shop import OUT_KEY, RUSSIAN
from officer.border_day import (
    AT_KHASAN,
    AT_TUMANGANG,
    CROSSING,
    IVAN,
    MARINA,
    OLEG,
    PAK,
    SHUTTLE,
    BorderDay,
    open_border_day,
)
from sale import shop as sale_shop
from sale.shop import BACK, OUT, SHIPPED, Turned, adult, child, wishing

from rerail.border.errors import BorderError, NotThere
from rerail.desk.letters import Letters
from rerail.line.amount import Money
from rerail.people.users import NotPermitted
from rerail.places import claims
from rerail.places.model import DepartureKey, Spot, Wishes
from rerail.sale.errors import BookingMoved, NotPossible
from rerail.sale.model import Booking, PartRefund
from rerail.store.engine import Store

SHUTTLE_KEY = DepartureKey("khasan-tumangang", date(2026, 12, 2))


@pytest.fixture
def day(store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """The test runs once on SQLite and once on PostgreSQL."""
    with open_border_day(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def quick(sqlite_store: Store, tmp_path: Path) -> Iterator[BorderDay]:
    """On SQLite, for rules that no database has a part in."""
    with open_border_day(sqlite_store, tmp_path) as opened:
        yield opened


def now(day: BorderDay, booking: Booking) -> Booking:
    return day.selling.booking(booking.code)


def later(day: BorderDay, booking: Booking) -> PartRefund:
    (offer,) = day.selling.refund_offer(now(day, booking)).parts
    return offer


# ── the place ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_side_left_refuses_and_the_place_is_free_from_its_station_on(day: BorderDay) -> None:
    """Vladivostok ━━━━ Khasan ········ Rajin"""
    booking = day.passenger(place="5")
    day.clock.turn(AT_KHASAN)
    assert day.marked(IVAN, booking, "refused").why is None
    assert day.claimed()[booking.code] == [Spot("1", "5", 0, 2)]
    assert now(day, booking).parts[0].spots == (Spot("1", "5", 0, 2),), "what was travelled stays"
    with day.store.write() as connection:
        rest = [(1, Spot("1", "5", 2, 4))]
        claims.claim(connection, OUT_KEY, rest, booking="SOMEBODY", until=None, now=day.clock.now())
    assert day.faults() == ()


def test_the_side_entered_refuses_and_the_place_is_free_from_its_station_on(day: BorderDay) -> None:
    """Vladivostok ━━━━ Khasan ━━━━ Tumangang ···· Rajin"""
    booking = day.passenger(place="5")
    day.clock.turn(AT_TUMANGANG)
    day.marked(PAK, booking, "refused")
    assert day.claimed()[booking.code] == [Spot("1", "5", 0, 3)]


def test_refused_by_the_side_entered_before_the_train_has_left_nobody_is_carried_over_to_be_refused(
    quick: BorderDay,
) -> None:
    booking = quick.passenger(place="5")
    quick.clock.turn(AT_KHASAN)
    quick.marked(PAK, booking, "refused")
    assert quick.claimed()[booking.code] == [Spot("1", "5", 0, 2)]


def test_refused_before_the_train_has_left_nobody_travels_at_all(quick: BorderDay) -> None:
    """The other side strikes a name off the list, days before."""
    booking = quick.passenger(place="5")
    quick.clock.forward(days=10)
    quick.marked(PAK, booking, "refused")
    assert booking.code not in quick.claimed()
    assert now(quick, booking).parts[0].spots == booking.parts[0].spots, "it stays known which place it was"


def test_on_foot_before_the_shuttle_one_who_is_refused_never_boards(quick: BorderDay) -> None:
    booking = quick.passenger(SHUTTLE)
    quick.clock.turn(booking.legs[0].leaves - timedelta(minutes=20))
    quick.marked(IVAN, booking, "refused", key=SHUTTLE_KEY)
    assert booking.code not in quick.claimed(SHUTTLE_KEY)


def test_a_place_changed_on_the_way_is_given_back_as_far_as_it_lies_ahead(quick: BorderDay) -> None:
    booking = quick.passenger(place="5")
    spots = (Spot("1", "5", 0, 2), Spot("3", "7", 2, 4))
    with quick.store.write() as connection:
        from rerail.sale.sold import seat

        claims.reseat(connection, booking.code, 1, booking.parts[0].spots, spots, OUT_KEY, quick.clock.now())
        seat(connection, booking.code, {1: spots})
    quick.clock.turn(AT_TUMANGANG)
    quick.marked(PAK, booking, "refused")
    assert quick.claimed()[booking.code] == [Spot("1", "5", 0, 2), Spot("3", "7", 2, 3)]


def test_the_empty_berths_of_a_compartment_bought_whole_stay_with_those_who_travel_on(quick: BorderDay) -> None:
    whole = wishing(OUT, Wishes(compartment="whole"))
    booking = quick.buy(whole, passengers=(adult("Орлов", "Л."), adult("Орлова", "М.")))
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    stretches = [(one.board, one.alight) for one in quick.claimed()[booking.code]]
    assert sorted(stretches) == [(0, 2), (0, 4), (0, 4), (0, 4)]
    quick.marked(IVAN, booking, "refused", passenger=2)
    stretches = [(one.board, one.alight) for one in quick.claimed()[booking.code]]
    assert stretches == [(0, 2)] * 4, "the empty ones are on the first ticket, and go with the last of the party"


def test_what_this_process_chooses_from_knows_the_place_is_free(quick: BorderDay) -> None:
    booking = quick.passenger(place="5")
    kept = quick.selling.kept.occupancies
    with quick.store.read() as connection:
        occupancy = kept.of(connection, OUT_KEY, quick.clock.now())
    assert occupancy.taken("1", "5") == 0b1111
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    with quick.store.read() as connection:
        assert kept.of(connection, OUT_KEY, quick.clock.now(), fresh=False).taken("1", "5") == 0b0011


# ── the money ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_comes_back_of_the_train_that_was_taken_and_everything_of_the_way_back(day: BorderDay) -> None:
    booking = day.passenger(OUT, BACK)
    day.clock.turn(AT_KHASAN)
    day.marked(IVAN, booking, "refused")
    after = now(day, booking)
    there, back = after.parts
    assert (there.state, there.refund_reason, there.refunded) == ("refunded", "refused", Money(0, "RUB"))
    assert (back.state, later(day, booking).rule, later(day, booking).percent) == ("confirmed", "turned-away", 100)
    done = day.give_back(after, back.number)
    assert done.parts[1].refunded == back.price.total, "fees too"
    assert done.paid == there.price.total
    assert day.faults() == ()


def test_before_its_train_has_left_a_ticket_is_worth_what_giving_it_back_would_bring(day: BorderDay) -> None:
    booking = day.passenger(OUT, BACK)
    day.clock.turn(booking.legs[0].leaves - timedelta(days=2))
    worth = day.selling.refund_offer(now(day, booking), [1]).parts[0].back
    day.marked(PAK, booking, "refused")
    assert worth
    assert now(day, booking).parts[0].refunded == worth
    assert day.checkout.given_back, "the way it was paid"
    assert not now(day, booking).balance
    assert day.faults() == ()


def test_a_refusal_heard_of_late_is_reckoned_by_when_it_was_made(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.clock.turn(booking.legs[0].leaves - timedelta(days=2))
    worth = quick.selling.refund_offer(now(quick, booking)).parts[0].back
    quick.clock.forward(days=4)
    quick.marked(PAK, booking, "refused", ago=timedelta(days=4))
    assert now(quick, booking).parts[0].refunded == worth


def test_only_the_passenger_who_was_refused_may_give_the_way_back_back_in_full(quick: BorderDay) -> None:
    booking = quick.buy(OUT, BACK, passengers=(adult(), adult("Пак", "Ин")))
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused", passenger=1)
    offers = {one.part: one.rule for one in quick.selling.refund_offer(now(quick, booking)).parts}
    assert offers == {3: "turned-away", 4: "before-departure"}


RULES = {
    "percent = 25": (25, 100),
    "later_percent = 70": (0, 70),
    "percent = 100\nlater_percent = 0": (100, 0),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_folder_says_what_comes_back(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    folder = tmp_path / "line"
    shutil.copytree(SHIPPED, folder)
    with (folder / "border.toml").open("a") as file:
        file.write(f"\n[refusal]\n{rule}\nillustrative = true\n")
    monkeypatch.setattr(sale_shop, "SHIPPED", folder)
    percent, later_percent = RULES[rule]
    with open_border_day(sqlite_store, tmp_path) as day:
        booking = day.passenger(OUT, BACK)
        day.clock.turn(AT_KHASAN)
        day.marked(IVAN, booking, "refused")
        fares = sum(one.charged.amount for one in booking.parts[0].price.components)
        assert now(day, booking).parts[0].refunded == Money(fares * percent // 100, "RUB"), "of the fare, not the fee"
        offer = later(day, booking)
        assert offer.percent == later_percent
        fares = sum(one.charged.amount for one in booking.parts[1].price.components)
        whole = booking.parts[1].price.total
        assert offer.back == (whole if later_percent == 100 else Money(fares * later_percent // 100, "RUB"))
        assert day.faults() == ()


def test_a_refused_passenger_takes_no_other_departure_at_the_paid_price(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    with pytest.raises(NotPossible, match="was suspended"):
        quick.token(quick.ask(sale_shop.JANUARY), rebooks=booking.code)


# ── told ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_passenger_the_tour_operator_and_the_office_are_told_once(day: BorderDay) -> None:
    booking = day.passenger(OUT, BACK)
    day.clock.turn(AT_KHASAN)
    day.marked(IVAN, booking, "refused")
    day.clock.turn(AT_TUMANGANG)
    day.marked(PAK, booking, "refused")
    told = [one.message for one in day.letters(booking.code) if one.message.kind.startswith("refused")]
    assert [(one.kind, one.to) for one in told] == [
        ("refused-at-border", "olga@example.org"),
        ("refused-to-operator", "groups@example.org"),
    ]
    (line,) = day.audit("refused-at-border")
    assert line == {
        "booking": booking.code,
        "ticket": f"{booking.code}-1",
        "border": f"{OUT_KEY}/{CROSSING}",
        "side": "rzd",
    }
    (notice,) = day.border.refusals()
    assert (notice.ticket, notice.mark.railway, notice.withdrawn) == (f"{booking.code}-1", "rzd", False)
    day.clock.forward(days=8)
    assert day.border.refusals() == ()
    assert len(day.border.refusals(OUT_KEY)) == 1


def test_the_letter_says_what_became_of_place_and_money_and_no_reason(quick: BorderDay) -> None:
    booking = quick.passenger(OUT, BACK)
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    letters = Letters(quick.selling, specimen=lambda: True)
    mails = {
        one.message.kind: letters.compose(one.message)
        for one in quick.letters(booking.code)
        if one.message.kind.startswith("refused")
    }
    passenger, operator = mails["refused-at-border"], mails["refused-to-operator"]
    assert passenger is not None
    assert operator is not None
    text = passenger.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"билетом {booking.code}-1" in text
    assert "ничего не возвращается" in text
    assert "всё уплаченное" in text, "the way back"
    assert f"/ru/booking/{booking.code}?key=" in text
    assert "отказ" not in text
    told = operator.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/office/bookings/{booking.code}" in told
    assert "key=" not in told
    assert "Ким" not in told


def test_whoever_is_let_through_after_all_stands_so_and_the_office_sees_it(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.clock.turn(AT_KHASAN)
    quick.marked(IVAN, booking, "refused")
    quick.clock.forward(minutes=10)
    quick.marked(IVAN, booking, "cleared")
    (rider,) = quick.board().riders
    assert rider.stand.cleared("rzd")
    assert rider.ended
    assert [one.withdrawn for one in quick.border.refusals()] == [True]


def test_the_open_list_of_the_side_entered_no_longer_has_whoever_was_refused_before_it_closed(
    quick: BorderDay,
) -> None:
    booking = quick.passenger()
    assert [one.persons for one in quick.border.lists(OUT_KEY) if one.key == RUSSIAN] == [1]
    quick.marked(PAK, booking, "refused")
    assert [one.persons for one in quick.border.lists(OUT_KEY) if one.key == RUSSIAN] == [0]


# ── once, whoever else is at it ────────────────────────────────────────────────────────────────────────────────


def test_the_same_mark_again_and_another_of_the_same_refusal_change_nothing(day: BorderDay) -> None:
    booking = day.passenger(OUT, BACK)
    day.clock.turn(AT_KHASAN)
    first = day.border.refuse(IVAN, OUT_KEY, CROSSING, "rzd", booking.code, 1, "0" * 32)
    once = now(day, booking)
    day.clock.forward(minutes=1)
    again = day.border.refuse(IVAN, OUT_KEY, CROSSING, "rzd", booking.code, 1, "0" * 32)
    assert (first.already, again.already) == (False, True)
    day.border.refuse(MARINA, OUT_KEY, CROSSING, "rzd", booking.code, 1, "1" * 32)
    assert now(day, booking) == once
    assert len(day.audit("refused-at-border")) == 1


def test_a_refusal_that_a_later_mark_has_overtaken_frees_nothing(quick: BorderDay) -> None:
    """Refused at seven without a network; let through at five past; the first device is heard of at eight."""
    booking = quick.passenger(place="5")
    quick.clock.turn(AT_KHASAN + timedelta(minutes=5))
    quick.marked(IVAN, booking, "cleared")
    quick.clock.forward(minutes=55)
    answer = quick.marked(IVAN, booking, "refused", ago=timedelta(hours=1))
    assert answer.holds is not None
    assert answer.holds.kind == "cleared"
    assert quick.claimed()[booking.code] == [Spot("1", "5", 0, 4)]
    assert now(quick, booking).parts[0].state == "confirmed"


def test_a_ticket_given_back_a_moment_before_is_not_refunded_again(quick: BorderDay) -> None:
    booking = quick.passenger()
    quick.clock.forward(days=1)
    quick.give_back(booking)
    answer = quick.marked(PAK, booking, "refused")
    assert isinstance(answer.why, NotThere)
    assert len(quick.checkout.given_back) == 1


@pytest.mark.parametrize(("user", "side"), [(OLEG, "rzd"), (IVAN, "ksr"), (PAK, "rzd")])
def test_who_may_not_refuse_does_not(quick: BorderDay, user: object, side: str) -> None:
    booking = quick.passenger()
    with pytest.raises(NotPermitted):
        quick.border.refuse(user, OUT_KEY, CROSSING, side, booking.code, 1, "0" * 32)  # type: ignore[arg-type]
    assert now(quick, booking).parts[0].state == "confirmed"


def test_a_child_is_refused_like_anybody_and_its_adult_is_not(quick: BorderDay) -> None:
    booking = quick.buy(OUT, passengers=(adult("Мать", "М."), child(date(2025, 1, 1), "Мать", "Д.", "infant")))
    quick.clock.turn(AT_KHASAN)
    assert quick.marked(IVAN, booking, "refused", passenger=2).why is None
    assert [part.state for part in now(quick, booking).parts] == ["confirmed", "refunded"]


RACERS = 6


def test_refused_and_given_back_at_one_moment_it_comes_back_once(
    day: BorderDay, database_url: str, tmp_path: Path
) -> None:
    """Officers on both sides, on several devices, and the passenger on the site, each in a process of its own."""
    bookings = [day.passenger(OUT, BACK) for _ in range(3)]
    day.clock.turn(bookings[0].legs[0].leaves - timedelta(days=2))
    meeting = threading.Barrier(RACERS)

    with ExitStack() as stack:
        desks = []
        for _ in range(RACERS):
            own = Store(database_url)
            stack.callback(own.close)
            desk = BorderDay(own, Turned(day.clock.now()), tmp_path, ())
            stack.callback(desk.close)
            desk.checkout = day.checkout
            desks.append(desk)

        def race(number: int) -> int:
            desk, done = desks[number], 0
            for booking in bookings:
                meeting.wait(60)
                try:
                    if number % 3 == 2:
                        act = desk.selling.refund(
                            desk.request(f"{booking.code}-{number}"), booking.code, (1,), booking.version
                        )
                        desk.selling.call(act)
                    else:
                        user, side = ((PAK, "ksr"), (IVAN, "rzd"))[number % 3]
                        desk.border.refuse(user, OUT_KEY, CROSSING, side, booking.code, 1, str(uuid.uuid4()))
                except (BorderError, BookingMoved, NotPossible):
                    continue
                done += 1
            return done

        with ThreadPoolExecutor(RACERS) as pool:
            futures = [pool.submit(race, number) for number in range(RACERS)]
        assert [one.exception() for one in futures] == [None] * RACERS

    for booking in bookings:
        after = now(day, booking)
        assert after.parts[0].state == "refunded"
        assert after.parts[0].refund_reason in ("refused", "passenger")
        refunds = [one for one in day.postings(booking.code) if one.kind == "refund"]
        assert len(refunds) == 1
        told = [one.message.kind for one in day.letters(booking.code)]
        expected = 1 if after.parts[0].refund_reason == "refused" else 0
        assert told.count("refused-at-border") == expected
        assert booking.code not in day.claimed()
    assert day.faults() == ()
