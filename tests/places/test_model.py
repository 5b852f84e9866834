"""The guard against a model that knows nothing but sets of segments, on trains of up to 140 calls."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from drawn_train import KEY, NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rerail.places.cache import Occupancies
from rerail.places.claims import HoldLost, PlaceTaken, claim, claims_on, confirm, release
from rerail.places.model import Spot
from rerail.places.occupancy import gap_around, gaps_of
from rerail.store.engine import Store

MINUTE = timedelta(minutes=1)
PLACES = ("7", "8")


class Naive:
    """Per place, segment and booking the instant until which it is claimed; None: for good."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, int], tuple[str, datetime | None]] = {}

    def live(self, key: tuple[str, int], now: datetime) -> bool:
        until = self.held[key][1] if key in self.held else now
        return until is None or until > now

    def claim(self, booking: str, spot: Spot, until: datetime | None, now: datetime) -> bool:
        keys = [(spot.place, segment) for segment in range(spot.board, spot.alight)]
        if any(self.live(key, now) for key in keys):
            return False
        for lapsed in {self.held[key][0] for key in keys if key in self.held}:
            self.release(lapsed, spot.place)
        self.held.update(dict.fromkeys(keys, (booking, until)))
        return True

    def confirm(self, booking: str, now: datetime) -> bool:
        mine = [key for key, (of, _) in self.held.items() if of == booking]
        if not mine or not all(self.live(key, now) for key in mine):
            return False
        if all(self.held[key][1] is None for key in mine):
            return False  # nothing is held (any more): it was confirmed before
        self.held.update(dict.fromkeys(mine, (booking, None)))
        return True

    def release(self, booking: str, place: str | None = None) -> None:
        for key in [key for key, (of, _) in self.held.items() if of == booking and place in (None, key[0])]:
            del self.held[key]

    def segments(self, now: datetime) -> set[tuple[str, int]]:
        return {key for key in self.held if self.live(key, now)}


@st.composite
def acts(draw: st.DrawFn, calls: int) -> list[tuple[str, int, Spot, int]]:
    """(act, number of the booking it is about, spot, minutes that pass before it)."""
    found = []
    for number in range(draw(st.integers(1, 14))):
        board = draw(st.integers(0, calls - 2))
        alight = draw(st.integers(board + 1, calls - 1))
        act = draw(st.sampled_from(["hold", "hold", "sell", "confirm", "release"]))
        about = number if act in ("hold", "sell") else draw(st.integers(0, max(0, number - 1)))
        spot = Spot("1", draw(st.sampled_from(PLACES)), board, alight)
        found.append((act, about, spot, draw(st.sampled_from([0, 0, 1, 5]))))
    return found


@pytest.mark.parametrize("calls", [3, 7, 140])
def test_every_history_of_claims_is_as_sets_of_segments_have_it(store: Store, calls: int) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(acts(calls))
    def histories_agree(history: list[tuple[str, int, Spot, int]]) -> None:
        model, now, cache = Naive(), NOW, Occupancies()
        with suppress(RolledBack), store.write() as connection:
            for act, number, spot, minutes in history:
                now += minutes * MINUTE
                booking = f"B{number}"
                if act in ("hold", "sell"):
                    until = now + 4 * MINUTE if act == "hold" else None
                    expected = model.claim(booking, spot, until, now)
                    try:
                        with connection.begin_nested():
                            claim(connection, KEY, [(1, spot)], booking=booking, until=until, now=now)
                        done = True
                    except PlaceTaken:
                        done = False
                elif act == "confirm":
                    expected = model.confirm(booking, now)
                    try:
                        with connection.begin_nested():
                            confirm(connection, booking, None, now=now)
                        done = True
                    except HoldLost:
                        done = False
                else:
                    model.release(booking)
                    release(connection, booking)
                    done = expected = True
                assert done == expected
                rows = claims_on(connection, [KEY], now)
                segments = [(one.spot.place, index) for one in rows for index in range(one.spot.board, one.spot.alight)]
                assert len(segments) == len(set(segments))
                assert set(segments) == model.segments(now)
                cache.drop(KEY)
                occupancy = cache.of(connection, KEY, now)
                for place in PLACES:
                    taken = {index for of, index in segments if of == place}
                    assert occupancy.taken("1", place) == sum(1 << index for index in taken)
            raise RolledBack

    histories_agree()


class RolledBack(Exception):
    """Each history begins with an empty table."""


@given(st.integers(1, 139), st.data())
def test_the_gaps_of_a_mask_are_its_runs_of_free_segments(segments: int, data: st.DataObject) -> None:
    mask = data.draw(st.integers(0, (1 << segments) - 1))
    gaps = list(gaps_of(mask, segments))
    free = {index for index in range(segments) if not mask >> index & 1}
    assert {index for start, end in gaps for index in range(start, end)} == free
    assert all(end not in free and start - 1 not in free and start < end for start, end in gaps)
    for start, end in gaps:
        board = data.draw(st.integers(start, end - 1))
        alight = data.draw(st.integers(board + 1, end))
        assert gap_around(mask | 1 << segments, board, alight) == (start, end)
