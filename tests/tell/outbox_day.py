"""A day at the outbox: a clock that a test moves, messages, and a transport that remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from rerail.store.engine import Store
from rerail.tell.delivery import Delivered, deliver
from rerail.tell.outbox import Message, Told, queue, told_about

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOST = "trains.example"
BOOKING = "7KQ2FM"


class OutboxClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self) -> datetime:
        return self.instant

    def move(self, span: timedelta) -> None:
        self.instant += span


class Remembering:
    """A transport that keeps what it is given, or fails as it is told."""

    def __init__(self, fails: Callable[[EmailMessage], Exception | None] = lambda _mail: None) -> None:
        self.fails = fails
        self.sent: list[EmailMessage] = []
        self.tried = 0
        self._lock = threading.Lock()

    def send(self, mail: EmailMessage, to: str) -> None:
        with self._lock:
            self.tried += 1
            if (failure := self.fails(mail)) is not None:
                raise failure
            self.sent.append(mail)

    def close(self) -> None:
        pass

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.sent]


def message(name: str, *, at: datetime = NOON, to: str = "kim@passengers.example") -> Message:
    return Message(
        id=name, kind="ticket", booking=BOOKING, to=to, language="ru", facts={"subject": f"Билет {name}"}, created=at
    )


def composed(told: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = told.facts["subject"]
    mail.set_content("Поезд отправляется в 15:30 (Владивосток).\n기차는 14:50에 도착합니다.\n")
    return mail


def queued(store: Store, *messages: Message) -> None:
    with store.write() as connection:
        for one in messages:
            assert queue(connection, one)


def told(store: Store) -> dict[str, Told]:
    with store.read() as connection:
        return {one.message.id: one for one in told_about(connection, BOOKING)}


def delivered(
    store: Store,
    clock: OutboxClock,
    transport: Remembering,
    compose: Callable[[Message], EmailMessage | None] = composed,
    limit: int = 20,
) -> Delivered:
    return deliver(store, clock, compose, transport, host=HOST, limit=limit)
