"""Guessing slows down: the rule by itself, as laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rerail.people.throttle import (
    FORGOTTEN_AFTER,
    LIMITS,
    NO_WAIT,
    Failures,
    delay,
    one_less,
    one_more,
    seconds_up,
    subject,
    wait,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
limits = st.sampled_from(list(LIMITS.values()))
counts = st.integers(0, 10_000)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))


@given(counts, limits)
def test_a_further_failure_never_shortens_the_wait(count: int, limit: object) -> None:
    assert NO_WAIT <= delay(count, limit) <= delay(count + 1, limit) <= limit.longest  # type: ignore[arg-type, attr-defined]


@given(counts.filter(bool), limits, spans)
def test_waiting_as_long_as_told_is_enough_and_a_moment_less_is_not(
    count: int, limit: object, later: timedelta
) -> None:
    failures, now = Failures(count, NOON), NOON + later
    told = wait(failures, limit, now)  # type: ignore[arg-type]
    assert wait(failures, limit, now + told) == NO_WAIT  # type: ignore[arg-type]
    if told:
        assert wait(failures, limit, now + told - timedelta(microseconds=1)) > NO_WAIT  # type: ignore[arg-type]


def test_who_guesses_at_one_name_as_fast_as_allowed_gets_about_a_hundred_tries_a_day() -> None:
    limit, now, failures, tries = LIMITS["name"], NOON, None, 0
    while now < NOON + timedelta(days=1):
        now += wait(failures, limit, now)
        failures = one_more(failures, now)
        tries += 1
    assert 50 < tries < 120


def test_the_first_slips_of_a_tired_finger_cost_no_wait() -> None:
    failures = None
    for _ in range(4):
        failures = one_more(failures, NOON)
        assert wait(failures, LIMITS["name"], NOON) == NO_WAIT
    failures = one_more(failures, NOON)
    assert wait(failures, LIMITS["name"], NOON) == timedelta(seconds=2)


def test_yesterdays_failures_are_forgotten() -> None:
    many = Failures(500, NOON)
    assert wait(many, LIMITS["name"], NOON + FORGOTTEN_AFTER) == NO_WAIT
    assert one_more(many, NOON + FORGOTTEN_AFTER).count == 1


@given(counts.filter(bool))
def test_a_try_that_proves_right_leaves_the_count_as_it_was(count: int) -> None:
    before = Failures(count, NOON)
    assert one_less(one_more(before, NOON)) == before
    assert one_less(one_more(None, NOON)) is None


def test_a_clock_put_back_does_not_shorten_the_wait() -> None:
    failures = one_more(Failures(9, NOON), NOON - timedelta(hours=1))
    assert failures.last == NOON


def test_retry_after_is_rounded_up() -> None:
    assert seconds_up(timedelta(seconds=1, microseconds=1)) == 2
    assert seconds_up(timedelta(seconds=2)) == 2


def test_addresses_of_one_subscriber_count_as_one() -> None:
    secret = b"s" * 32
    one = subject("address", "2001:db8:1:2::1", secret)
    assert one == subject("address", "2001:db8:1:2:ffff::9", secret)
    assert one != subject("address", "2001:db8:1:3::1", secret)
    assert subject("address", "::ffff:192.0.2.7", secret) == subject("address", "192.0.2.7", secret)
    assert subject("address", "192.0.2.7", secret) != subject("address", "192.0.2.8", secret)


@given(st.text(max_size=40), st.sampled_from(["address", "name"]))
def test_whatever_somebody_types_has_a_subject_and_another_secret_gives_another(text: str, kind: str) -> None:
    one = subject(kind, text, b"1" * 32)  # type: ignore[arg-type]
    assert len(one) == 32
    assert one != subject(kind, text, b"2" * 32)  # type: ignore[arg-type]
