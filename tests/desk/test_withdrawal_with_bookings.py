"""A railway withdraws inside dates that are booked: everybody hit is named before, and paid back once after."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from file_checkout import FileCheckout
from sale.shop import BACK, JANUARY, NOON, OUT, TO_KHASAN, Shop, adult, open_shop

from rerail.desk import stopping
from rerail.desk.decisions import Recorder, preview, record, stopped
from rerail.desk.selling import Request, Selling
from rerail.life.draft import Draft
from rerail.money.ledger import integrity, postings_of
from rerail.sale.holding import Buyer
from rerail.sale.model import Ask, Booking
from rerail.sale.reading import read
from rerail.sale.suspended import given_back
from rerail.store.engine import Store
from rerail.tell.outbox import told_about

CLERK = Recorder(name="anna")
WITHDRAWAL = Draft(
    kind="withdraw",
    railways=("ksr",),
    trains=None,
    start=date(2026, 12, 1),
    until=date(2026, 12, 31),
    who="Ministry of Railways",
    reason="Works at the bridge",
    document="Telegram 12",
    source=None,
)


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with open_shop(store) as opened:
        yield opened


def test_the_preview_names_each_booking_and_the_sum_and_writes_nothing(shop: Shop) -> None:
    both_ways = shop.buy(OUT, BACK, passengers=(adult(), adult("Пак", "Ин")))
    held = shop.hold(TO_KHASAN)
    later = shop.buy(JANUARY)
    seen = preview(shop.current, WITHDRAWAL, CLERK)
    assert {hit.booking.code: (hit.parts, len(hit.departures), hit.back) for hit in seen.hit} == {
        both_ways.code: ((1, 2, 3, 4), 2, both_ways.total),
        held.code: ((1,), 1, held.paid),
    }
    assert seen.to_give_back == (both_ways.total,)
    assert later.code not in {hit.booking.code for hit in seen.hit}, "January runs as before"
    assert shop.selling.booking(both_ways.code).state(NOON) == "confirmed"


def test_each_currency_has_a_sum_of_its_own(shop: Shop) -> None:
    rubles = shop.buy(OUT)
    dollars = shop.pay(_held(shop.selling, shop.ask(OUT, currency="USD"), "usd"))
    assert preview(shop.current, WITHDRAWAL, CLERK).to_give_back == (rubles.total, dollars.total)


def test_an_entry_that_stops_nothing_hits_nobody(shop: Shop) -> None:
    shop.buy(OUT)
    announced = Draft(kind="announce", railways=(), start=date(2026, 12, 1), who="Commission", reason="A festival")
    assert preview(shop.current, announced, CLERK).hit == ()


def test_whoever_buys_between_preview_and_confirmation_is_paid_back_too(shop: Shop) -> None:
    first = shop.buy(OUT)
    seen = preview(shop.current, WITHDRAWAL, CLERK)
    meanwhile = shop.buy(OUT)
    entries = record(shop.current, WITHDRAWAL, CLERK, form="f1", journal=seen.journal)
    stopping.give_back(shop.selling, stopped(seen))
    done = stopping.outcome(shop.current, entries, stopped(seen))
    assert (len(seen.hit), done.given_back.bookings, done.left) == (1, 2, ())
    assert done.given_back.money == (first.total + meanwhile.total,)
    assert len(shop.checkout.given_back) == 2


def test_what_is_left_is_said_until_it_is_done(shop: Shop) -> None:
    booked = shop.buy(OUT)
    seen = preview(shop.current, WITHDRAWAL, CLERK)
    entries = record(shop.current, WITHDRAWAL, CLERK, form="f1", journal=seen.journal)
    left = stopping.outcome(shop.current, entries, stopped(seen))
    assert (left.given_back.bookings, left.left_money) == (0, (booked.total,))
    shop.selling.give_back_owed()
    done = stopping.outcome(shop.current, entries, stopped(seen))
    assert (done.given_back.tickets, done.left_money) == (1, ())


def test_resuming_opens_the_sale_and_revives_no_ticket(shop: Shop) -> None:
    booked = shop.buy(OUT)
    entries = record(shop.current, WITHDRAWAL, CLERK, form="f1", journal=None)
    shop.selling.give_back_owed()
    resumed = Draft(
        kind="grant", railways=("ksr",), start=date(2026, 12, 1), who="Ministry", reason="Done", document="Telegram 13"
    )
    record(shop.current, resumed, CLERK, form="f2", journal=None)
    assert shop.selling.booking(booked.code).state(NOON) == "refunded"
    assert shop.buy(OUT).state(NOON) == "confirmed"
    assert shop.selling.give_back_owed() == 0
    with shop.store.read() as connection:
        assert given_back(connection, [entry.seq for entry in entries]).money == (booked.total,)


def test_more_than_one_act_waits_for_is_given_back_while_the_page_is_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "MOST_AT_ONCE", 1)
    codes = [shop.buy(OUT, BACK).code for _ in range(3)]
    seen = preview(shop.current, WITHDRAWAL, CLERK)
    record(shop.current, WITHDRAWAL, CLERK, form="f1", journal=seen.journal)
    stopping.give_back(shop.selling, stopped(seen))
    deadline = time.monotonic() + 20
    while len(shop.checkout.given_back) < len(codes):
        assert time.monotonic() < deadline, "nobody gave the money back"
        time.sleep(0.02)
    assert shop.faults() == ()


def test_killed_at_any_moment_everybody_is_paid_back_once_and_told_once(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    """Every booking has more parts than fit one transaction of refunds beside the others."""
    file = tmp_path / "provider.txt"
    checkout = FileCheckout(file)
    selling = Selling(shop.current, kept=shop.selling.kept, providers=[checkout], site="https://trains.example")
    booked = [_paid(selling, shop.ask(OUT, BACK, counts={"adult": 5}), f"k{number}") for number in range(12)]
    selling.close()
    record(shop.current, WITHDRAWAL, CLERK, form="f1", journal=None)

    def refunding() -> subprocess.Popen[str]:
        script = str(Path(__file__).with_name("file_checkout.py"))
        process = subprocess.Popen(
            [sys.executable, script, database_url, str(file), NOON.isoformat()], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    chance, kills = random.Random(20261210), 0
    for _ in range(6):
        process = refunding()
        time.sleep(chance.uniform(0.0, 0.12))
        process.kill()
        kills += process.wait() == -signal.SIGKILL
    assert kills >= 2, "hardly anything was interrupted"
    assert refunding().wait(timeout=60) == 0

    paid_back = Counter(checkout.given_back().values())
    assert paid_back == Counter(f"{one.total.amount} RUB" for one in booked)
    with shop.store.read() as connection:
        assert integrity(connection).faults == ()
        for one in booked:
            now = read(connection, one.code)
            assert (now.state(NOON), now.balance.amount, now.paid.amount) == ("refunded", 0, 0)
            assert [part.refunded for part in now.parts] == [part.price.total for part in now.parts]
            kinds = Counter(posted.kind for posted in postings_of(connection, one.code))
            assert (kinds["refund"], kinds["payout"]) == (len(now.parts), 1)
            letters = [told.message.id for told in told_about(connection, one.code)]
            assert len([name for name in letters if name.startswith("suspended-")]) == 1


def _held(selling: Selling, ask: Ask, key: str) -> Booking:
    people = tuple(adult() for _ in range(ask.counts["adult"]))
    buyer = Buyer(passengers=people, email="olga@example.org", language="ru")
    return selling.call(selling.hold(Request("site", key), selling.offer(ask).token, buyer))


def _paid(selling: Selling, ask: Ask, key: str) -> Booking:
    page = selling.checkout(_held(selling, ask, key).code, "file", "en")
    return selling.settle(page.rsplit("/", 1)[1])
