"""Claims: held, confirmed, lapsed and taken over, given back, moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from drawn_train import KEY, LATER, NOW

from rerail.places.claims import (
    HoldLost,
    PlaceTaken,
    claim,
    claims_of,
    claims_on,
    confirm,
    extend,
    release,
    renumber,
    reseat,
)
from rerail.places.model import Spot
from rerail.store.engine import Store

LOWER = Spot("1", "7", 0, 4)
UPPER = Spot("1", "8", 0, 4)
PAST_LATER = LATER + timedelta(seconds=1)


def hold(store: Store, booking: str, *spots: Spot, until: datetime | None = LATER, now: datetime = NOW) -> None:
    with store.write() as connection:
        claim(connection, KEY, list(enumerate(spots, start=1)), booking=booking, until=until, now=now)


def live(store: Store, now: datetime = NOW) -> list[tuple[str, Spot]]:
    with store.read() as connection:
        return [(one.booking, one.spot) for one in claims_on(connection, [KEY], now)]


def confirm_all(store: Store, booking: str, now: datetime = NOW, spots: int | None = None) -> None:
    with store.write() as connection:
        confirm(connection, booking, None, now=now, spots=spots)


def test_a_hold_is_a_claim_until_it_lapses(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    assert live(store) == [("A", LOWER), ("A", UPPER)]
    assert live(store, LATER - timedelta(microseconds=1)) == live(store)
    assert live(store, LATER) == []


def test_a_claim_is_read_back_as_it_was_made(store: Store) -> None:
    with store.write() as connection:
        claim(connection, KEY, [(3, LOWER)], booking="A", until=LATER, now=NOW, compartment="women")
        (read,) = claims_of(connection, "A")
        (same,) = claims_on(connection, [KEY], NOW)
    assert read == same
    assert (read.departure, read.spot, read.booking, read.part) == (KEY, LOWER, "A", 3)
    assert (read.until, read.compartment) == (LATER, "women")


def test_whoever_comes_second_is_told_what_was_taken(store: Store) -> None:
    hold(store, "A", LOWER)
    with pytest.raises(PlaceTaken, match="through/2026-12-01 one of the places 1-7, 1-8 has just been taken") as caught:
        hold(store, "B", UPPER, LOWER)
    assert (caught.value.departure, set(caught.value.spots)) == (KEY, {LOWER, UPPER})
    assert live(store) == [("A", LOWER)]


def test_after_a_refusal_the_transaction_goes_on_from_its_savepoint(store: Store) -> None:
    hold(store, "A", LOWER)
    with store.write() as connection:
        with pytest.raises(PlaceTaken), connection.begin_nested():
            claim(connection, KEY, [(1, UPPER), (2, LOWER)], booking="B", until=LATER, now=NOW)
        claim(connection, KEY, [(1, UPPER)], booking="B", until=LATER, now=NOW)
    assert live(store) == [("A", LOWER), ("B", UPPER)]


def test_stretches_that_touch_share_a_berth(store: Store) -> None:
    hold(store, "to Khasan", Spot("1", "7", 0, 2))
    hold(store, "from Khasan", Spot("1", "7", 2, 4))
    assert [booking for booking, _ in live(store)] == ["to Khasan", "from Khasan"]


def test_a_confirmed_hold_does_not_lapse(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    confirm_all(store, "A", spots=2)
    assert len(live(store, NOW + timedelta(days=300))) == 2


def test_a_part_is_confirmed_by_itself(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    with store.write() as connection:
        confirm(connection, "A", [2], now=NOW)
    assert live(store, LATER) == [("A", UPPER)]


def test_confirming_after_the_hold_lapsed_is_too_late(store: Store) -> None:
    hold(store, "A", LOWER)
    with pytest.raises(HoldLost, match="booking A were not confirmed in time"):
        confirm_all(store, "A", now=LATER)
    assert live(store, LATER) == []


def test_confirming_what_is_gone_fails_as_a_whole(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    with store.write() as connection:
        release(connection, "A", [2])
    for parts, spots in ((None, 2), ([1, 2], None)):
        with pytest.raises(HoldLost), store.write() as connection:
            confirm(connection, "A", parts, now=NOW, spots=spots)
    assert live(store, LATER) == []  # the first part was not confirmed on the way
    with pytest.raises(HoldLost):
        confirm_all(store, "nobody's")


def test_one_lapsed_part_loses_the_whole_confirmation(store: Store) -> None:
    hold(store, "A", LOWER)
    hold(store, "A", UPPER, until=PAST_LATER)
    with pytest.raises(HoldLost):
        confirm_all(store, "A", now=LATER)


def test_whoever_claims_next_takes_over_a_lapsed_hold(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    with pytest.raises(PlaceTaken):
        hold(store, "B", LOWER)
    hold(store, "B", Spot("1", "7", 1, 2), until=None, now=LATER)
    assert live(store, LATER) == [("B", Spot("1", "7", 1, 2))]
    with pytest.raises(HoldLost):
        confirm_all(store, "A", now=LATER, spots=2)
    with store.read() as connection:
        assert [one.spot for one in claims_of(connection, "A")] == [UPPER]  # the other was not in the way


def test_a_lapsed_hold_is_not_taken_over_by_a_stretch_that_only_touches_it(store: Store) -> None:
    hold(store, "A", Spot("1", "7", 0, 2))
    hold(store, "B", Spot("1", "7", 2, 4), now=LATER, until=PAST_LATER)
    with store.read() as connection:
        assert len(claims_of(connection, "A")) == 1


def test_a_group_that_paid_its_deposit_is_held_longer(store: Store) -> None:
    hold(store, "A", LOWER, UPPER)
    with store.write() as connection:
        extend(connection, "A", until=NOW + timedelta(days=30), now=NOW, spots=2)
    assert len(live(store, NOW + timedelta(days=29))) == 2
    with pytest.raises(HoldLost), store.write() as connection:
        extend(connection, "A", until=NOW + timedelta(days=60), now=NOW + timedelta(days=31))


def test_a_released_place_is_anybodys(store: Store) -> None:
    hold(store, "A", LOWER, UPPER, until=None)
    with store.write() as connection:
        assert release(connection, "A", [1]) == 1
        assert release(connection, "A", [1]) == 0
    hold(store, "B", LOWER)
    assert live(store) == [("B", LOWER), ("A", UPPER)]
    with store.write() as connection:
        assert release(connection, "A") == 1


def test_a_passenger_is_moved_to_another_place_as_they_were(store: Store) -> None:
    hold(store, "A", LOWER, until=None)
    other = (Spot("2", "3", 0, 2), Spot("2", "5", 2, 4))
    with store.write() as connection:
        reseat(connection, "A", 1, [LOWER], other, KEY, NOW)
    assert live(store, PAST_LATER) == [("A", other[0]), ("A", other[1])]
    with pytest.raises(HoldLost), store.write() as connection:
        reseat(connection, "A", 1, [LOWER], [UPPER], KEY, NOW)


def test_a_passenger_is_not_moved_onto_somebody(store: Store) -> None:
    hold(store, "A", LOWER, until=None)
    hold(store, "B", UPPER, until=None)
    with pytest.raises(PlaceTaken), store.write() as connection:
        reseat(connection, "A", 1, [LOWER], [UPPER], KEY, NOW)
    assert live(store) == [("A", LOWER), ("B", UPPER)]


def test_a_call_put_in_shifts_every_stretch_behind_it_at_once(store: Store) -> None:
    """Row by row each would run into the next: 0-2 | 2-4 | 4-5 with a new call 1 is 0-3 | 3-5 | 5-6."""
    hold(store, "A", Spot("1", "7", 0, 2), Spot("1", "7", 2, 4), Spot("1", "7", 4, 5))
    with store.write() as connection:
        renumber(connection, KEY, {index: index + 1 for index in range(1, 6)})
    assert [(spot.board, spot.alight) for _, spot in live(store)] == [(0, 3), (3, 5), (5, 6)]
    with pytest.raises(ValueError, match="board and alight at one call"), store.write() as connection:
        renumber(connection, KEY, {6: 5})
    assert len(live(store)) == 3


def test_claims_are_found_by_departure(store: Store) -> None:
    hold(store, "A", LOWER)
    other = type(KEY)("through", KEY.service_date + timedelta(days=1))
    with store.write() as connection:
        claim(connection, other, [(1, LOWER)], booking="B", until=None, now=NOW)
        assert [one.booking for one in claims_on(connection, [other, KEY], NOW)] == ["A", "B"]
        assert [one.departure for one in claims_on(connection, [other], NOW)] == [other]
