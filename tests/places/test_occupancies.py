"""What a process remembers of the places taken: quick, sometimes wrong, and never the truth."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from drawn_train import KEY, LATER, NOW, claim_on, coach, seats_of, train
from sqlalchemy import Connection

from rerail.places.cache import Occupancies
from rerail.places.choose import free_places
from rerail.places.claims import claim
from rerail.places.model import CompartmentRule, DepartureKey, Spot
from rerail.places.seats import Seats
from rerail.store.engine import Store
from rerail.store.writer import Writer

SPOT = Spot("1", "7", 0, 4)
SEATS = seats_of(train(7, coach("1", 0, 6)))
LASTING = NOW + timedelta(days=1)


def claimed(store: Store, spot: Spot = SPOT, rule: CompartmentRule | None = None) -> None:
    with store.write() as connection:
        claim(connection, KEY, [(1, spot)], booking="A", until=LATER, now=NOW, compartment=rule)


def free(store: Store, occupancies: Occupancies, now: datetime = NOW, *, fresh: bool = True) -> set[str]:
    with store.read() as connection:
        occupancy = occupancies.of(connection, KEY, now, fresh=fresh)
    return {place for _, place in free_places(SEATS, occupancy, 0, 6)}


ALL = {str(number) for number in range(1, 13)}


def test_what_is_in_the_database_is_taken(store: Store) -> None:
    claimed(store)
    assert free(store, Occupancies()) == ALL - {"7"}


def test_a_compartment_for_women_is_remembered(store: Store) -> None:
    claimed(store, rule="women")
    assert free(store, Occupancies()) == ALL - {"5", "6", "7", "8"}


def test_a_hold_that_lapses_frees_its_place_without_reading(store: Store) -> None:
    claimed(store)
    occupancies = Occupancies()
    assert free(store, occupancies, LATER - timedelta(seconds=1)) == ALL - {"7"}
    assert free(store, occupancies, LATER, fresh=False) == ALL


def test_a_hold_that_was_confirmed_or_extended_does_not_lapse(store: Store) -> None:
    claimed(store)
    occupancies = Occupancies()
    free(store, occupancies)
    occupancies.note([claim_on(SPOT, until=LASTING)])
    assert free(store, occupancies, LATER, fresh=False) == ALL - {"7"}
    occupancies.note([claim_on(SPOT)])
    assert free(store, occupancies, LASTING, fresh=False) == ALL - {"7"}


def test_what_is_noted_is_seen_and_what_is_given_back_is_free(store: Store) -> None:
    occupancies = Occupancies()
    assert free(store, occupancies) == ALL
    occupancies.note([claim_on(SPOT)])
    assert free(store, occupancies) == ALL - {"7"}
    occupancies.note_free([claim_on(SPOT)])
    assert free(store, occupancies) == ALL


def test_another_process_is_seen_within_a_second_or_after_a_conflict(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    occupancies = Occupancies()
    assert free(store, occupancies) == ALL
    claimed(store)  # by another process, as far as the cache knows
    assert free(store, occupancies) == ALL
    seconds[0] += 1.0
    assert free(store, occupancies, fresh=False) == ALL
    assert free(store, occupancies) == ALL - {"7"}
    claimed(store, Spot("1", "8", 0, 6))
    occupancies.drop(KEY)
    assert free(store, occupancies, fresh=False) == ALL - {"7", "8"}


def test_only_the_departures_last_asked_for_are_kept(store: Store) -> None:
    occupancies = Occupancies(most=2)
    keys = [DepartureKey("through", KEY.service_date + timedelta(days=number)) for number in range(3)]
    with store.read() as connection:
        first, second, _ = [occupancies.of(connection, key, NOW) for key in keys]
        assert occupancies.of(connection, keys[1], NOW) is second
        assert occupancies.of(connection, keys[0], NOW) is not first


def test_what_an_act_noted_is_forgotten_if_its_transaction_is_undone(store: Store) -> None:
    occupancies = Occupancies()
    assert free(store, occupancies) == ALL
    writer = Writer(store, [occupancies])

    def notes_and_fails(_connection: object) -> None:
        occupancies.note([claim_on(SPOT)])
        raise LookupError

    with pytest.raises(LookupError):
        writer.call(notes_and_fails)
    assert free(store, occupancies) == ALL
    writer.call(lambda _connection: occupancies.note([claim_on(Spot("1", "9", 0, 4))]))
    with pytest.raises(LookupError):
        writer.call(notes_and_fails)
    writer.close()
    assert free(store, occupancies, fresh=False) == ALL  # read anew: nothing was written


def test_what_was_read_within_an_undone_transaction_is_forgotten(store: Store) -> None:
    occupancies = Occupancies()
    writer = Writer(store, [occupancies])

    def claims_reads_and_fails(connection: Connection) -> None:
        claim(connection, KEY, [(1, SPOT)], booking="A", until=LATER, now=NOW)
        occupancies.of(connection, KEY, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        writer.call(claims_reads_and_fails)
    writer.close()
    assert free(store, occupancies) == ALL


def test_another_edition_of_the_train_sees_the_same_claims(store: Store) -> None:
    """A coach of the old edition that is no longer in the train keeps its claims and offers no place."""
    claimed(store)
    claimed(store, Spot("9", "1", 0, 6))
    occupancies = Occupancies()
    longer = seats_of(train(7, coach("1", 0, 6), coach("2", 0, 6)))
    with store.read() as connection:
        occupancy = occupancies.of(connection, KEY, NOW)
    first: list[tuple[Seats, int]] = [(SEATS, 11), (longer, 23), (SEATS, 11)]
    assert [len(free_places(seats, occupancy, 0, 6)) for seats, _ in first] == [count for _, count in first]


def test_threads_may_look_and_note_at_once(store: Store) -> None:
    occupancies = Occupancies()
    free(store, occupancies)
    failed: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(200):
                free(store, occupancies, fresh=False)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(300):
        spot = Spot("1", str(number % 12 + 1), number % 5, number % 5 + 1)
        occupancies.note([claim_on(spot)])
        occupancies.note_free([claim_on(spot)])
    for thread in threads:
        thread.join()
    assert failed == []
    assert free(store, occupancies, fresh=False) == ALL
