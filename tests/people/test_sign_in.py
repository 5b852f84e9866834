"""Signing in and out, on both databases: sessions, throttling, and what is left in the tables."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from moving_clock import MovingClock
from sqlalchemy import MetaData, select, text

from rerail.desk import people, signing_in
from rerail.desk.people import add_user
from rerail.desk.signing_in import SignInFailed, present, sign_in, sign_out
from rerail.people import tables
from rerail.people.sessions import ABSOLUTE, IDLE
from rerail.people.throttle import Throttled
from rerail.people.users import PeopleError, User
from rerail.store.engine import Store

PASSWORD = "Telegramm № 17 aus Hasan"


@pytest.fixture
def now() -> MovingClock:
    return MovingClock()


@pytest.fixture
def anna(store: Store, now: MovingClock) -> User:
    return add_user(store, now, name="Anna", role="operator", railway=None, password=PASSWORD, by=None)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every hash that a password was held against, without the work of argon2."""
    seen: list[str | None] = []

    def matches(kept: str | None, password: str) -> bool:
        seen.append(kept)
        return kept is not None and password == PASSWORD

    monkeypatch.setattr(signing_in, "matches", matches)
    return seen


def trail(store: Store) -> list[tuple[str, str]]:
    """(act, who), oldest first."""
    with store.read() as connection:
        return [(event.act, event.who) for event in reversed(tables.read_events(connection))]


def test_signing_in_gives_a_session_that_signing_out_ends(store: Store, now: MovingClock, anna: User) -> None:
    signed = sign_in(store, now, name="ANNA", password=PASSWORD, address="192.0.2.1")
    here = present(store, now, signed.token)
    assert here is not None
    assert here.user == anna
    sign_out(store, now, here)
    assert present(store, now, signed.token) is None
    sign_out(store, now, here)  # a second click
    assert trail(store) == [("user-added", "command line"), ("signed-in", "Anna"), ("signed-out", "Anna")]


def test_each_sign_in_has_a_session_of_its_own(store: Store, now: MovingClock, anna: User) -> None:
    one = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    other = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    assert one.token != other.token
    here = present(store, now, one.token)
    assert here is not None
    sign_out(store, now, here)
    assert present(store, now, other.token) is not None


def test_nothing_in_the_database_lets_its_reader_sign_in(store: Store, now: MovingClock, anna: User) -> None:
    signed = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    with pytest.raises(SignInFailed):
        sign_in(store, now, name="my-password-by-mistake", password="x", address="192.0.2.1")
    with store.read() as connection:
        held = MetaData()
        held.reflect(connection)
        everything = " ".join(
            str(value) for table in held.sorted_tables for row in connection.execute(select(table)) for value in row
        )
    for unwanted in (signed.token, PASSWORD, "192.0.2.1", "my-password-by-mistake"):
        assert unwanted not in everything


def test_an_idle_session_ends_and_a_used_one_lasts_a_shift(store: Store, now: MovingClock, anna: User) -> None:
    idle = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    used = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    began = now.now()
    while now.now() - began < ABSOLUTE - timedelta(minutes=50):
        now.move(timedelta(minutes=50))
        assert present(store, now, used.token) is not None
    assert present(store, now, idle.token) is None
    now.instant = began + ABSOLUTE
    assert present(store, now, used.token) is None


def test_sessions_that_ended_are_let_go_of(store: Store, now: MovingClock, anna: User) -> None:
    sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    now.move(IDLE)
    sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM office_session")).scalar_one() == 1


@pytest.mark.parametrize("token", ["", "x", "кириллица", "a" * 10_000, "\x00"])
def test_a_made_up_token_is_nobody(store: Store, now: MovingClock, token: str) -> None:
    assert present(store, now, token) is None


def test_a_wrong_password_and_an_unknown_name_read_the_same_and_cost_the_same(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    said = set()
    for name in ("Anna", "Nobody"):
        with pytest.raises(SignInFailed) as failed:
            sign_in(store, now, name=name, password="wrong wrong wrong", address="192.0.2.1")
        said.add(str(failed.value))
    assert len(said) == 1
    assert len(hashes) == 2, "a password is looked at for an unknown name too"
    assert trail(store)[1:] == [("sign-in-failed", "Anna"), ("sign-in-failed", "")]


def test_a_disabled_user_reads_what_a_stranger_reads(store: Store, now: MovingClock, anna: User) -> None:
    add_user(store, now, name="Boris", role="operator", railway=None, password=PASSWORD, by=None)
    signed = sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    people.disable(store, now, anna.id, by=None)
    assert present(store, now, signed.token) is None
    with pytest.raises(SignInFailed, match="name or the password"):
        sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    people.enable(store, now, anna.id, by=None)
    assert present(store, now, signed.token) is None, "the session does not come back"
    assert sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1").user.name == "Anna"


def test_the_sixth_wrong_password_is_not_looked_at(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    for number in range(5):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name="Anna", password="wrong", address=f"192.0.2.{number}")
    with pytest.raises(Throttled) as throttled:
        sign_in(store, now, name="anna", password=PASSWORD, address="198.51.100.1")
    assert throttled.value.wait == timedelta(seconds=2)
    assert len(hashes) == 5
    now.move(throttled.value.wait)
    sign_in(store, now, name="Anna", password=PASSWORD, address="198.51.100.1")
    with pytest.raises(SignInFailed):  # the count began anew
        sign_in(store, now, name="Anna", password="wrong", address="192.0.2.1")


def test_a_throttled_try_does_not_make_the_wait_longer(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name="Anna", password="wrong", address="192.0.2.1")
    for _ in range(50):
        with pytest.raises(Throttled) as throttled:
            sign_in(store, now, name="Anna", password="wrong", address="192.0.2.1")
    assert throttled.value.wait == timedelta(seconds=2)


def test_a_machine_that_tries_many_names_is_slowed_by_its_address(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    for number in range(20):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name=f"user{number}", password="wrong", address="192.0.2.1")
    with pytest.raises(Throttled):
        sign_in(store, now, name="user21", password="wrong", address="192.0.2.1")
    assert sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.2").user.name == "Anna", (
        "others are not in its way"
    )


def test_signing_in_to_an_own_account_does_not_buy_an_address_more_guesses(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    for number in range(20):
        with pytest.raises(SignInFailed):
            sign_in(store, now, name=f"user{number}", password="wrong", address="192.0.2.1")
        if number < 19:
            sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")
    with pytest.raises(Throttled):
        sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1")


def test_fifty_guesses_at_the_same_moment_get_five_looks_at_the_password(
    store: Store, now: MovingClock, anna: User, hashes: list[str | None]
) -> None:
    together = threading.Barrier(50)
    outcomes: Counter[str] = Counter()

    def guess(number: int) -> None:
        together.wait()
        try:
            sign_in(store, now, name="Anna", password="wrong", address=f"198.51.{number}.1")
        except PeopleError as error:
            outcomes[type(error).__name__] += 1

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"SignInFailed": 5, "Throttled": 45}
    assert len(hashes) == 5


def test_counts_are_let_go_of_after_a_day(store: Store, now: MovingClock, anna: User, hashes: list[str | None]) -> None:
    with pytest.raises(SignInFailed):
        sign_in(store, now, name="Anna", password="wrong", address="192.0.2.1")
    now.move(timedelta(days=1))
    sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.9")
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_in_failure")).scalar_one() == 0


def test_a_password_hashed_with_old_parameters_is_hashed_again_at_sign_in(
    store: Store, now: MovingClock, anna: User
) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.write() as connection:
        tables.set_password(connection, anna.id, weak)
    for _ in range(2):
        assert sign_in(store, now, name="Anna", password=PASSWORD, address="192.0.2.1").user.name == "Anna"
    with store.read() as connection:
        found = tables.user_by_name(connection, "anna")
    assert found is not None
    assert "m=65536" in found[1]
