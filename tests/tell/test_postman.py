"""The postman's thread: at once when woken, still there after the database was away, gone when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from outbox_day import HOST, OutboxClock, Remembering, composed, message, queued, told

from rerail.store.engine import Store, StoreError
from rerail.tell.outbox import Message
from rerail.tell.postman import Postman

FOR_EVER = 3600.0


@contextmanager
def postman(
    store: Store,
    transport: Remembering,
    poll_seconds: float = FOR_EVER,
    compose: Callable[[Message], EmailMessage | None] = composed,
) -> Iterator[Postman]:
    one = Postman(store, OutboxClock(), compose, transport, host=HOST, poll_seconds=poll_seconds)
    one.start()
    try:
        yield one
    finally:
        assert one.stop()


def soon(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def test_what_waited_leaves_at_the_start_and_the_rest_when_woken(store: Store) -> None:
    queued(store, *(message(f"m{number:02}") for number in range(25)))
    transport = Remembering()
    with postman(store, transport) as woken:
        soon(lambda: len(transport.sent) == 25)
        queued(store, message("later"))
        woken.wake()
        soon(lambda: told(store)["later"].state == "sent")
    assert len(transport.sent) == 26


def test_nobody_has_to_wake_it(sqlite_store: Store) -> None:
    transport = Remembering()
    with postman(sqlite_store, transport, poll_seconds=0.02):
        queued(sqlite_store, message("m0"))
        soon(lambda: bool(transport.sent))


def test_woken_once_it_looks_once_and_rests(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, real = [], sqlite_store.write

    def write() -> object:
        looks.append(time.monotonic())
        return real()

    monkeypatch.setattr(sqlite_store, "write", write)
    with postman(sqlite_store, Remembering()) as resting:
        soon(lambda: len(looks) == 1)
        resting.wake()
        soon(lambda: len(looks) == 2)
        time.sleep(0.2)
        assert len(looks) == 2


def test_it_outlives_a_database_that_is_away_and_names_nobody(
    sqlite_store: Store, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(sqlite_store, message("m0"))
    away, real = [True], sqlite_store.write

    def write() -> object:
        if away[0]:
            raise StoreError("The database of kim@passengers.example is away.")
        return real()

    monkeypatch.setattr(sqlite_store, "write", write)
    transport = Remembering()
    with postman(sqlite_store, transport, poll_seconds=0.02):
        soon(lambda: "StoreError" in capfd.readouterr().err)
        away[0] = False
        soon(lambda: bool(transport.sent))
    assert "kim@" not in capfd.readouterr().err


def test_told_to_stop_it_finishes_the_message_in_hand_and_hands_back_the_rest(sqlite_store: Store) -> None:
    queued(sqlite_store, *(message(f"m{number}") for number in range(5)))
    asked = threading.Event()

    def until_asked(_mail: EmailMessage) -> None:
        asked.wait(timeout=10)

    transport = Remembering(until_asked)
    one = Postman(sqlite_store, OutboxClock(), composed, transport, host=HOST)
    one.start()
    soon(lambda: transport.tried == 1)
    assert not one.stop(timeout_seconds=0.01)
    asked.set()
    assert one.stop()
    assert transport.subjects == ["Билет m0"]
    assert [one.tries for one in told(sqlite_store).values()] == [1, 0, 0, 0, 0]
