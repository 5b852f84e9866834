"""Marks come late, twice and out of order; how a passenger stands does not depend on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rerail.border.marks import CLEARANCE, KINDS, NOTHING, Kind, Mark, Stand, add, fold, on_departure, refusals_since
from rerail.places.model import DepartureKey
from rerail.store.engine import Store

KEY = DepartureKey("vladivostok-rason", date(2026, 12, 10))
SIX = datetime(2026, 12, 10, 20, 0, tzinfo=UTC)
"""Six in the morning at Khasan."""


def mark(kind: Kind, minute: float = 0, *, noted: float | None = None, **more: object) -> Mark:
    """A mark made so many minutes after six, and noted then or later."""
    made = SIX + timedelta(minutes=minute)
    values = {
        "id": uuid.uuid4().hex,
        "departure": KEY,
        "crossing": "khasan-tumangang",
        "railway": "rzd" if kind in CLEARANCE else "",
        "booking": "K7MP4XQ2",
        "passenger": 1,
        "kind": kind,
        "made_at": made,
        "noted_at": made if noted is None else SIX + timedelta(minutes=noted),
        "who": "Ivan",
    }
    return Mark(**(values | more))  # type: ignore[arg-type]


def stand(*marks: Mark) -> Stand:
    return fold(marks).get(("K7MP4XQ2", 1), NOTHING)


# ── how a passenger stands ─────────────────────────────────────────────────────────────────────────────────────


def test_of_whom_nobody_said_anything_nothing_is_known() -> None:
    assert not any((NOTHING.aboard, NOTHING.missing, NOTHING.documents_held, NOTHING.cleared("rzd")))


def test_the_later_mark_holds_whichever_reached_us_first() -> None:
    early, late = mark("missing", 1, noted=90), mark("aboard", 5, noted=6)
    assert stand(late, early).aboard
    assert stand(early, late).aboard


def test_a_withdrawn_mark_is_as_if_it_had_not_been() -> None:
    assert not stand(mark("aboard", 1), mark("unseen", 2)).aboard
    assert not stand(mark("refused", 1), mark("uncleared", 2)).refused("rzd")
    assert not stand(mark("documents-taken", 1), mark("documents-returned", 2)).documents_held


def test_each_side_clears_for_itself() -> None:
    both = stand(mark("cleared", 1), mark("refused", 2, railway="ksr"))
    assert both.cleared("rzd")
    assert both.refused("ksr")
    assert not both.refused("rzd")


def test_presence_clearance_and_documents_do_not_touch_one_another() -> None:
    whole = stand(mark("aboard", 1), mark("documents-taken", 2), mark("cleared", 3), mark("unseen", 4))
    assert whole.cleared("rzd")
    assert whole.documents_held
    assert not whole.aboard


def test_whom_a_control_saw_is_not_missing_though_the_conductor_did_not_find_him() -> None:
    """The conductor goes through the coach while the passenger stands at the booth."""
    assert not stand(mark("missing", 1), mark("cleared", 2)).missing
    assert stand(mark("cleared", 1), mark("missing", 2)).missing, "cleared, and then not on the train"
    assert stand(mark("missing", 1), mark("cleared", 2), mark("uncleared", 3)).missing


def test_a_clock_an_hour_ahead_does_not_overrule_what_is_marked_after_it_was_heard_of() -> None:
    ahead = mark("missing", 60, noted=1)
    assert stand(ahead, mark("aboard", 2)).aboard
    assert stand(ahead, mark("aboard", 0.5)).missing, "what was made before is overruled"


def test_marks_of_one_device_with_its_clock_ahead_keep_their_own_order() -> None:
    first, second = mark("missing", 60, noted=1), mark("aboard", 61, noted=1)
    assert stand(first, second).aboard
    assert stand(second, first).aboard


# ── two devices ────────────────────────────────────────────────────────────────────────────────────────────────

MARKS = st.builds(
    lambda kind, minute, passenger, railway, number: mark(
        kind,
        minute,
        passenger=passenger,
        railway=railway if kind in CLEARANCE else "",
        id=f"{number:032x}",
        noted=600,
    ),
    st.sampled_from(KINDS),
    st.integers(0, 8),
    st.integers(1, 3),
    st.sampled_from(["rzd", "ksr"]),
    st.integers(0, 2**128 - 1),
)
DEVICE = st.lists(MARKS, max_size=12, unique_by=lambda one: one.id)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Mark], list[Mark]]:
    """The marks of two devices as they might arrive: mixed, some twice, some late; and as they were made."""
    made = {one.id: one for one in [*draw(DEVICE), *draw(DEVICE)]}
    again = draw(st.lists(st.sampled_from(list(made.values())), max_size=8)) if made else []
    return draw(st.permutations([*made.values(), *again])), list(made.values())


@given(arrivals())
def test_any_interleaving_and_repetition_comes_to_the_same(case: tuple[list[Mark], list[Mark]]) -> None:
    arrived, made = case
    assert fold(arrived) == fold(made)


@given(DEVICE, st.integers(0, 12))
def test_folding_half_and_then_the_rest_is_folding_all(marks: list[Mark], cut: int) -> None:
    """What a device shows: how everybody stood when it was last told, and its own marks since."""

    def holding(stands: dict[tuple[str, int], Stand]) -> list[Mark]:
        return [
            one
            for stand in stands.values()
            for one in (stand.presence, stand.custody, *stand.clearance.values())
            if one is not None
        ]

    assert fold([*holding(fold(marks[:cut])), *marks[cut:]]) == fold(marks)


# ── kept ───────────────────────────────────────────────────────────────────────────────────────────────────────


def noted(store: Store, *marks: Mark) -> tuple[str, ...]:
    with store.write() as connection:
        return add(connection, marks)


def kept(store: Store) -> Sequence[Mark]:
    with store.read() as connection:
        return on_departure(connection, KEY, "khasan-tumangang")


def test_a_mark_is_kept_once_however_often_it_comes(store: Store) -> None:
    one, other = mark("aboard", 1), mark("cleared", 2)
    assert noted(store, one, other, one) == ("noted", "noted", "already")
    again = replace(one, noted_at=one.noted_at + timedelta(hours=3))
    assert noted(store, again) == ("already",)
    assert kept(store) == (replace(one, seq=1), replace(other, seq=2))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "missing"},
        {"passenger": 2},
        {"booking": "AAAAAAAA"},
        {"who": "Kim"},
        {"crossing": "elsewhere"},
        {"departure": DepartureKey("vladivostok-rason", date(2026, 12, 11))},
    ],
)
def test_one_id_for_two_marks_is_refused_and_the_first_stays(store: Store, change: dict[str, object]) -> None:
    one = mark("aboard", 1)
    noted(store, one)
    assert noted(store, replace(one, **change)) == ("another",)
    assert kept(store) == (replace(one, seq=1),)


def test_a_departures_marks_are_its_own(store: Store) -> None:
    noted(store, mark("aboard"), mark("aboard", departure=DepartureKey("shuttle", KEY.service_date)))
    noted(store, mark("refused", 3), mark("refused", 4, crossing="elsewhere"), mark("uncleared", 5))
    assert [one.kind for one in kept(store)] == ["aboard", "refused", "uncleared"]
    with store.read() as connection:
        assert len(on_departure(connection, KEY)) == 4
        assert [one.crossing for one in refusals_since(connection, SIX)] == ["elsewhere", "khasan-tumangang"]
        assert refusals_since(connection, SIX + timedelta(hours=1)) == ()
