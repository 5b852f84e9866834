"""What comes back, by how long before departure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selling_line import selling

from rerail.fares.refund import amount_back, refundable
from rerail.line.amount import Money

LEAVES = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def percent(before: timedelta) -> int:
    tariff = selling().tariff
    assert tariff is not None
    rule = refundable(tariff, LEAVES, LEAVES - before)
    return rule.percent if rule else 0


@pytest.mark.parametrize(
    ("before", "back"),
    [
        (timedelta(days=40), 90),
        (timedelta(days=7), 90),
        (timedelta(days=7) - timedelta(microseconds=1), 60),
        (timedelta(days=1), 60),
        (timedelta(hours=23, minutes=59), 30),
        (timedelta(hours=3), 30),
        (timedelta(hours=2, minutes=59), 0),
        (timedelta(0), 0),
        (timedelta(hours=-1), 0),
    ],
)
def test_the_rule_is_the_first_whose_time_is_still_left(before: timedelta, back: int) -> None:
    assert percent(before) == back


def test_without_rules_nothing_comes_back() -> None:
    tariff = selling().tariff
    assert tariff is not None
    bare = msgspec.structs.replace(tariff, refunds=())
    assert refundable(bare, LEAVES, LEAVES - timedelta(days=300)) is None


@given(st.integers(0, 10**10), st.timedeltas(timedelta(days=-2), timedelta(days=70)))
def test_what_comes_back_and_what_is_kept_are_what_was_paid(amount: int, before: timedelta) -> None:
    paid = Money(amount, "RUB")
    back = amount_back(paid, percent(before))
    kept = paid - back
    assert back + kept == paid
    assert Money(0, "RUB") <= back <= paid
    assert Money(0, "RUB") <= kept


@given(
    st.integers(0, 10**10),
    st.timedeltas(timedelta(days=-2), timedelta(days=70)),
    st.timedeltas(timedelta(0), timedelta(days=70)),
)
def test_more_notice_never_gives_less_back(amount: int, notice: timedelta, more: timedelta) -> None:
    paid = Money(amount, "KPW")
    assert amount_back(paid, percent(notice)) <= amount_back(paid, percent(notice + more))


def test_half_a_kopeck_goes_back() -> None:
    assert amount_back(Money(5, "RUB"), 90) == Money(5, "RUB")
    assert amount_back(Money(5, "RUB"), 50) == Money(3, "RUB")
