"""Threads and processes that sell the same places at the same time: each place once, every kopeck accounted for."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.current import Current
from rerail.desk.decisions import Recorder, record
from rerail.desk.selling import Request, Selling
from rerail.life.draft import Draft
from rerail.line.amount import Money
from rerail.money import shifts
from rerail.money.ledger import integrity, postings_of
from rerail.places.cache import Occupancies
from rerail.places.claims import claims_on
from rerail.places.model import DepartureKey, Wishes
from rerail.places.occupancy import Occupancy
from rerail.sale.errors import HoldExpired, NoPlaceLeft, NotOnSale, NotPossible, PlaceGone
from rerail.sale.holding import Buyer
from rerail.sale.market import Kept
from rerail.sale.model import Ask, Booking, LegAsk, PassengerGiven
from rerail.sale.reading import newest
from rerail.store.engine import Store
from rerail.tell.outbox import told_about
from sale.processes import FileProvider, all_at_once, counter
from sale.shop import BACK, FROM_KHASAN, JANUARY, NOON, OPERATOR, OUT, TO_KHASAN, Shop, Turned, adult, wishing

PUBLIC = 88
"""Places of the direct train that are in nobody's allotment."""

WITHDRAWAL = Draft(
    kind="withdraw",
    railways=("ksr",),
    start=date(2026, 12, 1),
    until=date(2026, 12, 31),
    who="the Korean side",
    reason="a reason",
    document="telegram 1",
)


def ask(*legs: LegAsk, adults: int = 1) -> Ask:
    return Ask(legs=legs, counts={"adult": adults}, currency="RUB", tour_operator=OPERATOR)


def buyer(adults: int = 1) -> Buyer:
    return Buyer(
        passengers=tuple(adult(f"Ким-{letter}") for letter in "абвгдежз"[:adults]),
        email="olga@example.org",
        language="ru",
    )


def hold(selling: Selling, key: str, asked: Ask) -> Booking:
    token = selling.offer(asked).token
    return selling.call(selling.hold(Request("site", key), token, buyer(asked.counts["adult"])))


def pay(selling: Selling, held: Booking, how: int, clerk: str) -> Booking:
    """By a provider, on the tour operator's invoice, or to a clerk, by turns."""
    request = Request("site", f"pay-{held.code}")
    if how % 3 == 0:
        return selling.settle(selling.checkout(held.code, "file", "en").rsplit("/", 1)[1])
    if how % 3 == 1:
        return selling.call(selling.confirm_by_invoice(request, held.code))
    return selling.call(selling.confirm_at_counter(request, held.code, clerk, held.total))


def opened_till(selling: Selling, clerk: str) -> None:
    selling.call(lambda connection: shifts.open_shift(connection, clerk, now=NOON))


def sell_out(selling: Selling, name: str, stretches: Sequence[LegAsk]) -> list[str]:
    """Sell each stretch by turns, one ticket at a time, until there is no place on any; the codes confirmed."""
    sold: list[str] = []
    refused: set[int] = set()
    turn = random.Random(name).randrange(len(stretches))
    while len(refused) < len(stretches):
        turn += 1
        which = turn % len(stretches)
        if which in refused:
            continue
        try:
            held = hold(selling, f"{name}-{turn}", ask(stretches[which]))
        except (NoPlaceLeft, PlaceGone):
            refused.add(which)
            continue
        sold.append(pay(selling, held, turn, name.partition("/")[0]).code)
    return sold


def sell_out_in_process(url: str, file: Path, name: str, threads: int, stretches: Sequence[LegAsk]) -> list[str]:
    with counter(url, file) as selling:
        opened_till(selling, name)
        with ThreadPoolExecutor(threads) as pool:
            each = pool.map(lambda thread: sell_out(selling, f"{name}/{thread}", stretches), range(threads))
            return [code for codes in each for code in codes]


def all_sold_once(store: Store, codes: Sequence[str]) -> None:
    """Every public place is sold on every segment, to one booking, and what is owed is paid."""
    assert len(set(codes)) == len(codes)
    with store.read() as connection:
        claims = claims_on(connection, [OUT.departure], NOON)
        bookings = newest(connection, 1000)
        ledger = integrity(connection)
    taken = Counter(
        (claim.spot.coach, claim.spot.place, segment)
        for claim in claims
        for segment in range(claim.spot.board, claim.spot.alight)
    )
    assert set(taken.values()) == {1}
    segments = {segment for _, _, segment in taken}
    assert len(taken) == PUBLIC * len(segments), "a place stayed empty"
    assert all(claim.until is None for claim in claims)
    # What was acknowledged is what is there: nothing more, nothing less.
    confirmed = [one for one in bookings if one.state(NOON) == "confirmed"]
    assert sorted(one.code for one in confirmed) == sorted(codes)
    assert Counter((claim.booking, claim.part, claim.spot) for claim in claims) == Counter(
        (one.code, part.number, spot) for one in confirmed for part in one.parts for spot in part.spots
    )
    assert ledger.faults == ()
    assert all(not one.balance for one in bookings)
    assert sum(one.paid.amount for one in bookings) == sum(one.total.amount for one in confirmed)


def test_fifty_threads_sell_a_train_out(shop: Shop, database_url: str, tmp_path: Path) -> None:
    codes = sell_out_in_process(database_url, tmp_path / "provider", "one", 50, (TO_KHASAN, FROM_KHASAN))
    assert len(codes) == 2 * PUBLIC
    all_sold_once(shop.store, codes)


def test_four_processes_sell_a_train_out(shop: Shop, database_url: str, tmp_path: Path) -> None:
    stretches = (OUT, TO_KHASAN, FROM_KHASAN)
    file = tmp_path / "provider"
    jobs = [(sell_out_in_process, database_url, file, f"clerk{number}", 4, stretches) for number in range(4)]
    each: list[list[str]] = all_at_once(jobs)
    assert sum(bool(codes) for codes in each) >= 2, "one process had sold everything before another came"
    all_sold_once(shop.store, [code for codes in each for code in codes])


def want_one_of(url: str, file: Path, name: str, tokens: Sequence[str]) -> int:
    """Ask for berths chosen on the plan, by turns; how many were had."""
    with counter(url, file) as selling:

        def point(number: int) -> bool:
            act = selling.hold(Request(name, str(number)), tokens[number % len(tokens)], buyer())
            try:
                selling.call(act)
            except PlaceGone:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(point, range(16)))


def test_a_berth_chosen_on_the_plan_by_many_is_had_by_one(shop: Shop, database_url: str, tmp_path: Path) -> None:
    tokens = [shop.token(shop.ask(replace(OUT, wanted=(("1", str(place)),)))) for place in range(1, 5)]
    jobs = [(want_one_of, database_url, tmp_path / "provider", f"browser{number}", tokens) for number in range(3)]
    assert sum(all_at_once(jobs)) == len(tokens)


# ── a railway withdraws while others sell ──────────────────────────────────────────────────────────────────────


def sell_until_stopped(url: str, file: Path, name: str) -> list[str]:
    """The codes of what was confirmed; ends when the service does."""
    sold: list[str] = []
    with counter(url, file) as selling:
        opened_till(selling, name)
        for number in range(10_000):
            try:
                held = hold(selling, f"{name}-{number}", ask(OUT, BACK))
                if pay(selling, held, number, name).confirmed is not None:
                    sold.append(held.code)
            except (NotOnSale, NoPlaceLeft, NotPossible):
                # Not possible: somebody who gives back what is owed found the hold, and let it go.
                break
    return sold


def withdraw_meanwhile(url: str, file: Path, after: float) -> list[str]:
    with counter(url, file) as selling:
        time.sleep(after)
        record(selling.current, WITHDRAWAL, Recorder(name="anna"), form="f1", journal=None)
        selling.give_back_owed()
    return []


@pytest.mark.parametrize("after", [0.05, 0.25])
def test_whoever_buys_while_a_railway_withdraws_holds_no_ticket_for_a_train_that_does_not_run(
    shop: Shop, database_url: str, tmp_path: Path, after: float
) -> None:
    file = tmp_path / "provider"
    sellers = [(sell_until_stopped, database_url, file, f"clerk{number}") for number in range(3)]
    sold: list[list[str]] = all_at_once([*sellers, (withdraw_meanwhile, database_url, file, after)])
    codes = [code for each in sold for code in each]
    with counter(database_url, file) as selling:
        selling.give_back_owed()
    with shop.store.read() as connection:
        bookings = newest(connection, 1000)
        ledger = integrity(connection)
        claims = claims_on(connection, [OUT.departure, BACK.departure], NOON)
    assert {one.code for one in bookings} >= set(codes)
    assert not [one.code for one in bookings if any(part.state in ("confirmed", "held") for part in one.parts)]
    assert claims == ()
    assert ledger.faults == ()
    given_back_once(shop.store, [one for one in bookings if one.confirmed is not None])
    cash = sum(-one.balance.amount for one in bookings)
    assert cash == sum(one.total.amount for one in bookings if one.balance), (
        "only what was paid at a counter waits to be fetched there"
    )


def test_a_withdrawal_waits_for_a_sale_that_is_under_way_and_then_finds_it(shop: Shop) -> None:
    held = shop.hold(OUT)
    with ThreadPoolExecutor(1) as pool:
        with shop.store.write() as connection:
            shop.selling.confirm_by_invoice(shop.request(), held.code)(connection)
            decided = pool.submit(shop.decide, "withdraw", start=date(2026, 12, 1))
            with pytest.raises(TimeoutError):
                decided.result(0.4)
        decided.result(20)
    assert shop.selling.give_back_owed() == 1
    assert shop.selling.booking(held.code).state(NOON) == "refunded"


def given_back_once(store: Store, bookings: Sequence[Booking]) -> None:
    """Each part refunded once and in full, one payout (but from a till), one letter."""
    with store.read() as connection:
        for one in bookings:
            assert all(part.refunded == part.price.total for part in one.parts)
            posted = Counter(post.kind for post in postings_of(connection, one.code))
            assert posted["refund"] == len(one.parts)
            assert posted["payout"] == (0 if one.balance else 1)
            letters = [told.message.kind for told in told_about(connection, one.code)]
            assert letters.count("suspended") == 1


def give_back(url: str, file: Path) -> int:
    with counter(url, file) as selling:
        return selling.give_back_owed()


def test_three_processes_that_give_back_the_same_bookings_give_back_once(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "provider"
    with counter(database_url, file) as selling:
        opened_till(selling, "anna")
        sold = [pay(selling, hold(selling, f"k{n}", ask(OUT, BACK, adults=3)), n, "anna") for n in range(24)]
        record(selling.current, WITHDRAWAL, Recorder(name="anna"), form="f1", journal=None)
    done: list[int] = all_at_once([(give_back, database_url, file)] * 3)
    assert sum(done) == len(sold), "a booking is somebody's work once"
    with shop.store.read() as connection:
        bookings = newest(connection, 100)
        assert integrity(connection).faults == ()
    given_back_once(shop.store, bookings)
    by_provider = FileProvider(file).given_back()
    assert len(by_provider) == 8
    assert {amount.split(" ", 1)[1] for amount in by_provider.values()} == {f"{sold[0].total.amount} RUB"}


# ── the same request ───────────────────────────────────────────────────────────────────────────────────────────


def repeat(url: str, file: Path, token: str) -> set[str]:
    """Hold under one key, confirm under another, each from several threads."""
    with counter(url, file) as selling:

        def buy(_: int) -> str:
            held = selling.call(selling.hold(Request("site", "hold"), token, buyer(2)))
            return selling.call(selling.confirm_by_invoice(Request("site", "confirm"), held.code)).code

        with ThreadPoolExecutor(4) as pool:
            return set(pool.map(buy, range(8)))


def test_one_request_sent_to_four_processes_at_once_is_one_booking(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    token = shop.token(shop.ask(OUT, BACK, counts={"adult": 2}))
    codes: list[set[str]] = all_at_once([(repeat, database_url, tmp_path / "provider", token)] * 4)
    assert len({code for each in codes for code in each}) == 1
    with shop.store.read() as connection:
        (booking,) = newest(connection)
        assert len(claims_on(connection, [OUT.departure, BACK.departure], NOON)) == 4
        assert sorted(posted.kind for posted in postings_of(connection, booking.code)) == ["payment", "sale"]
        assert len(told_about(connection, booking.code)) == 1
    assert booking.paid == booking.total == Money(4 * 626000, "RUB")


# ── the narrow cases, drawn ────────────────────────────────────────────────────────────────────────────────────


class Stale(Occupancies):
    """What a process believes that never hears of what others sell."""

    def of(self, connection: Connection, key: DepartureKey, now: datetime, *, fresh: bool = True) -> Occupancy:
        return Occupancy(key)


def test_whoever_is_always_a_moment_too_late_is_told_that_the_places_are_gone(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    token = shop.token(shop.ask(OUT))
    for _ in range(11):
        shop.buy(OUT, passengers=[adult() for _ in range(8)])
    slow = Kept()
    monkeypatch.setattr(slow, "occupancies", Stale())
    with closing(Selling(shop.current, kept=slow, site="https://trains.example")) as selling, pytest.raises(PlaceGone):
        selling.call(selling.hold(Request("site", "late"), token, buyer()))
    with shop.store.read() as connection:
        assert len(newest(connection)) == 11


def ahead_by(shop: Shop, minutes: int) -> Selling:
    """Another process, its clock ahead of ours."""
    clock = Turned(shop.clock.now() + timedelta(minutes=minutes))
    return Selling(Current(shop.store, clock), providers=[shop.checkout], site="https://trains.example")


def test_a_hold_is_not_confirmed_with_one_of_its_two_places(shop: Shop) -> None:
    """Seat 1 to Khasan and seat 2 after it, on one ticket:

    places 1, 3, …   Vladivostok ········ Khasan ━━━━━━━━ Rajin
    places 2, 4, …   Vladivostok ━━━━━━━━ Khasan ········ Rajin
    """
    for coach, places in (("1", range(1, 37)), ("2", range(13, 29)), ("3", range(1, 37))):
        for leg, those in ((FROM_KHASAN, places[::2]), (TO_KHASAN, places[1::2])):
            for start in range(0, len(those), 6):
                wanted = tuple((coach, str(place)) for place in those[start : start + 6])
                shop.buy(replace(leg, wanted=wanted), passengers=[adult() for _ in wanted])
    held = shop.hold(replace(OUT, split=True))
    first, second = held.parts[0].spots
    assert (first.coach, first.place) != (second.coach, second.place)
    with closing(ahead_by(shop, 20)) as rival:
        taken = hold(rival, "rival", ask(replace(FROM_KHASAN, wanted=((second.coach, second.place),))))
    with pytest.raises(HoldExpired):
        shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), held.code))
    assert shop.pay(taken).state(shop.clock.now()) == "confirmed"
    assert shop.faults() == ()


def test_a_whole_compartment_is_not_confirmed_with_a_stranger_in_it(shop: Shop) -> None:
    held = shop.hold(wishing(OUT, Wishes(compartment="whole")), passengers=[adult(), adult("Пак", "Иван")])
    own = {(spot.coach, spot.place) for part in held.parts for spot in part.spots}
    with shop.store.read() as connection:
        claimed = {(one.spot.coach, one.spot.place) for one in claims_on(connection, [OUT.departure], NOON)}
    empty = sorted(claimed - own)
    assert len(empty) == 2
    with closing(ahead_by(shop, 20)) as rival:
        hold(rival, "rival", ask(replace(OUT, wanted=(empty[0],))))
    with pytest.raises(HoldExpired):
        shop.selling.call(shop.selling.confirm_by_invoice(shop.request(), held.code))


def test_a_deposit_is_not_taken_for_a_group_with_a_place_missing(shop: Shop) -> None:
    people = tuple(PassengerGiven(category="adult") for _ in range(9))
    token = shop.token(shop.ask(JANUARY, counts={"adult": 9}, channel="operator", group=True))
    group = shop.selling.call(
        shop.selling.hold(shop.request(), token, Buyer(passengers=people, email="a@b.example", language="en"))
    )
    (spot,) = group.parts[4].spots
    with closing(ahead_by(shop, 7 * 24 * 60)) as rival:
        wanted = replace(JANUARY, wanted=((spot.coach, spot.place),))
        hold(rival, "rival", replace(ask(wanted), channel="operator"))
    with pytest.raises(HoldExpired):
        shop.selling.call(shop.selling.pay_deposit(shop.request(), group.code, clerk=None))
    assert shop.faults() == ()
