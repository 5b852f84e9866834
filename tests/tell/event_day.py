"""Events in the outbox, and the channel that carries them to a subscriber."""

from __future__ import annotations

from datetime import datetime

import msgspec
from outbox_day import BOOKING, NOON, OutboxClock

from rerail.store.engine import Store
from rerail.tell import subscriptions
from rerail.tell.carrying import Delivered, carry
from rerail.tell.outbox import Message, Told, told_about
from rerail.tell.subscriptions import Subscription
from rerail.tell.webhook import Webhook

SECRET = bytes(range(32))


def event(name: str, to: str = "rr_shop", at: datetime = NOON) -> Message:
    return Message(
        id=name,
        kind="BOOKING_TRIP_CHANGED",
        booking=BOOKING,
        to=to,
        language="",
        facts={"summary": f"Поезд {name}"},
        created=at,
        channel="webhook",
    )


def body(told: Message) -> bytes:
    return msgspec.json.encode({"id": told.id, "summary": told.facts["summary"], "at": told.created})


def subscribed(store: Store, url: str, who: str = "rr_shop") -> None:
    with store.write() as connection:
        one = Subscription(subscriber=who, url=url, secret=SECRET, since=NOON)
        subscriptions.subscribe(connection, one)


def carried(
    store: Store, clock: OutboxClock, *, loopback: bool = True, deadline_seconds: float = 5.0, limit: int = 20
) -> Delivered:
    channel = Webhook(store, clock, body, loopback=loopback, deadline_seconds=deadline_seconds)
    return carry(store, clock, channel, limit=limit)


def events(store: Store) -> dict[str, Told]:
    with store.read() as connection:
        return {one.message.id: one for one in told_about(connection, BOOKING, "webhook")}
