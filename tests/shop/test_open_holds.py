"""How many unpaid bookings one address may hold, and how soon it is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rerail.web.shop.open_holds import OpenHolds

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TWENTY = timedelta(minutes=20)


def held(_code: str) -> bool:
    return True


def hold(holds: OpenHolds, address: str, form: str, now: datetime = NOW) -> datetime | None:
    refused = holds.begin(address, form, now, held)
    if refused is None:
        holds.held(address, form, f"CODE{form}", now + TWENTY)
    return refused


def test_the_limit_says_when_the_first_hold_ends() -> None:
    holds = OpenHolds(most=2)
    assert hold(holds, "192.0.2.1", "a") is None
    assert hold(holds, "192.0.2.1", "b", NOW + timedelta(minutes=5)) is None
    assert hold(holds, "192.0.2.1", "c", NOW + timedelta(minutes=6)) == NOW + TWENTY
    assert hold(holds, "192.0.2.2", "c", NOW + timedelta(minutes=6)) is None
    assert hold(holds, "192.0.2.1", "c", NOW + TWENTY) is None


def test_a_second_click_is_no_second_hold() -> None:
    holds = OpenHolds(most=1)
    assert hold(holds, "192.0.2.1", "a") is None
    assert holds.begin("192.0.2.1", "a", NOW, held) is None


def test_an_attempt_that_held_nothing_does_not_count() -> None:
    holds = OpenHolds(most=1)
    assert holds.begin("192.0.2.1", "a", NOW, held) is None
    holds.failed("192.0.2.1", "a")
    assert hold(holds, "192.0.2.1", "b") is None


def test_what_became_a_booking_is_not_undone_by_the_end_of_the_attempt() -> None:
    holds = OpenHolds(most=1)
    assert hold(holds, "192.0.2.1", "a") is None
    holds.failed("192.0.2.1", "a")
    assert hold(holds, "192.0.2.1", "b") == NOW + TWENTY


def test_a_booking_that_was_paid_or_let_go_of_makes_room() -> None:
    holds = OpenHolds(most=1)
    assert hold(holds, "192.0.2.1", "a") is None
    assert holds.begin("192.0.2.1", "b", NOW, lambda code: code != "CODEa") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "testclient", True),
    ],
)
def test_one_subscriber_is_one_address(one: str, other: str, same: bool) -> None:
    holds = OpenHolds(most=1)
    assert hold(holds, one, "a") is None
    assert (hold(holds, other, "b") is not None) is same


def test_no_address_is_kept_and_none_is_remembered_past_its_hold() -> None:
    holds = OpenHolds()
    hold(holds, "192.0.2.77", "a")
    assert "192.0.2.77" not in repr(vars(holds))
    assert len(holds) == 1
    hold(holds, "192.0.2.78", "b", NOW + TWENTY)
    assert len(holds) == 1
