"""Real processes and threads racing for the last places: each sold once, all sold, nobody kept waiting for ever."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from drawn_train import KEY, LATER, NOW, SLEEPER, coach, coach_type, seats_of, train
from sqlalchemy import Connection

from rerail.places.cache import Occupancies
from rerail.places.choose import NoPlace, choose
from rerail.places.claims import PlaceTaken, claim, claims_on, confirm
from rerail.places.model import Claim, Spot
from rerail.store.engine import Store
from rerail.store.writer import Writer

CALLS = 7
SEATS = seats_of(train(CALLS, coach("1", 0, 6), coach("2", 0, 6)), coach_type("sleeper", SLEEPER))
PLACES = 24


class Seller:
    """A process's own writer and cache, selling until the train is full."""

    def __init__(self, url: str, name: str) -> None:
        self.store, self.name, self.rng = Store(url), name, random.Random(name)
        self.occupancies = Occupancies()
        self.writer = Writer(self.store, [self.occupancies])

    def sell(self, number: int, stretch: tuple[int, int]) -> Spot | None:
        """Hold a place over the stretch, then confirm it; None when there is none."""
        booking = f"{self.name}-{number}"

        def hold(connection: Connection) -> Spot | None:
            occupancy = self.occupancies.of(connection, KEY, NOW, fresh=False)
            try:
                (spot,) = choose(SEATS, occupancy, stretch, 1, rng=self.rng)
            except NoPlace:
                return None
            claim(connection, KEY, [(1, spot)], booking=booking, until=LATER, now=NOW)
            self.occupancies.note([Claim(departure=KEY, spot=spot, booking=booking, part=1, until=LATER)])
            return spot

        while True:
            try:
                spot = self.writer.call(hold)
            except PlaceTaken:
                self.occupancies.drop(KEY)
                continue
            if spot is not None:
                self.writer.call(lambda connection: confirm(connection, booking, None, now=NOW, spots=1))
            return spot

    def close(self) -> None:
        self.writer.close()
        self.store.close()


def sell_out(url: str, name: str, threads: int) -> list[Spot]:
    """Sell to the first half and the second half of the way, by turns, until neither has a place."""
    seller = Seller(url, name)
    sold: list[Spot] = []

    def work(thread: int) -> None:
        number, refused = thread * 1000, 0
        while refused < 2:
            spot = seller.sell(number, ((0, 3), (3, 6))[number % 2])
            refused = refused + 1 if spot is None else 0
            if spot is not None:
                sold.append(spot)
            number += 1

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    seller.close()
    return sold


def test_eight_processes_sell_every_place_once(store: Store, database_url: str) -> None:
    # Fresh interpreters, as a server's workers are: nothing of this process's connections goes with them.
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("forkserver")) as processes:
        futures = [processes.submit(sell_out, database_url, f"seller{number}", 2) for number in range(8)]
        sold = [spot for future in futures for spot in future.result(60)]
    assert all(count == 1 for count in Counter(sold).values())
    assert len(sold) == PLACES * 2
    with store.read() as connection:
        claims = claims_on(connection, [KEY], NOW)
    assert sorted(claim.spot for claim in claims) == sorted(sold)
    assert all(claim.until is None for claim in claims)


def test_threads_of_one_process_sell_every_place_once(store: Store, database_url: str) -> None:
    sold = sell_out(database_url, "threads", 20)
    assert len(sold) == len(set(sold)) == PLACES * 2


def test_two_who_want_the_same_places_in_other_orders_do_not_wait_for_each_other(
    store: Store, database_url: str
) -> None:
    """Whole parties: whichever process writes first gets all of them, the other none."""
    party = [Spot("1", str(number), 0, 6) for number in range(1, 5)]
    stores = [Store(database_url) for _ in range(2)]
    writers = [Writer(one) for one in stores]
    for attempt in range(15):

        def wants(order: int, attempt: int = attempt) -> bool:
            booking = f"{order}-{attempt}"
            spots = [Spot(one.coach, one.place, attempt * 6, attempt * 6 + 6) for one in party[:: 1 - 2 * order]]

            def act(connection: Connection) -> None:
                claim(connection, KEY, list(enumerate(spots, 1)), booking=booking, until=None, now=NOW)

            try:
                writers[order].call(act)
            except PlaceTaken:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(wants, (0, 1))) == [False, True]
    for writer, one in zip(writers, stores, strict=True):
        writer.close()
        one.close()
