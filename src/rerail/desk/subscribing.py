"""Where clients are told of what happens to their bookings: set, changed, ended; and what could not be told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from rerail.clock import Clock
from rerail.desk.clients import named, write_down
from rerail.people import client_tables
from rerail.people.clients import Client, ClientError
from rerail.store.engine import Store
from rerail.tell import outbox, subscriptions
from rerail.tell.subscriptions import AddressRefused, Subscription

LOOPBACK: Final = "RERAIL_WEBHOOKS_TO_THIS_MACHINE"
"""Set to 1, events go to addresses of this machine too, over plain HTTP if they say so: for a try-out."""


class Subscribed(Struct, frozen=True):
    """A client that is told, and the secret by which it knows us: shown this once."""

    client: Client
    url: str
    secret: str


class Standing(Struct, frozen=True, kw_only=True):
    """Where a client is told, and how much of it waits or was given up."""

    url: str | None
    waiting: int
    given_up: int


def to_this_machine(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether events may go to addresses of this machine."""
    return environ.get(LOOPBACK, "").strip() == "1"


def subscribe(store: Store, clock: Clock, name: str, url: str, *, loopback: bool) -> Subscribed:
    """Tell a client at an address from now on, instead of wherever before. Raises `ClientError`.

    What waits for it goes to the new address, signed with the new secret.
    """
    try:
        checked = subscriptions.checked_url(url, loopback=loopback)
    except AddressRefused as error:
        raise ClientError(str(error)) from None
    secret = subscriptions.new_secret()
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = named(connection, name)
        one = Subscription(subscriber=client.id, url=checked, secret=secret, since=clock.now())
        subscriptions.subscribe(connection, one)
        write_down(connection, clock, "client-webhook-changed", client)
    return Subscribed(client, checked, subscriptions.shown(secret))


def unsubscribe(store: Store, clock: Clock, name: str) -> Client:
    """Tell a client nothing more; what waits for it is dropped. Raises `ClientError`."""
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = named(connection, name)
        if not subscriptions.unsubscribe(connection, client.id):
            raise ClientError(f'Client "{client.name}" is told nothing as it is.')
        write_down(connection, clock, "client-webhook-changed", client)
    return client


def tell_again(store: Store, clock: Clock, name: str) -> int:
    """Let everything that was given up for a client go again; how many events. Raises `ClientError`."""
    with store.write() as connection:
        client = named(connection, name)
        return outbox.try_all_again(connection, "webhook", client.id, clock.now())


def standing(store: Store, client: Client) -> Standing:
    """Where a client is told, and what of it has not arrived."""
    with store.read() as connection:
        one = subscriptions.subscription_of(connection, client.id)
        counts = outbox.counts(connection, "webhook", to=client.id)
    return Standing(url=one.url if one is not None else None, waiting=counts["waiting"], given_up=counts["given-up"])
