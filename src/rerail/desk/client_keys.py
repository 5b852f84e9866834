"""What is done with clients' keys: added and removed. What they prove is the gate's to say (`rerail.desk.clients`)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from rerail.clock import Clock
from rerail.desk.clients import named, write_down
from rerail.people import client_key_tables, client_tables
from rerail.people.client_keys import ClientKey, read_key
from rerail.people.clients import Client, ClientError
from rerail.store.engine import Store

_NOBODYS: Final = "-"
"""The digest of no secret."""


class KeyAdded(Struct, frozen=True):
    """A client with a new key."""

    client: Client
    key: ClientKey


def add_key(store: Store, clock: Clock, name: str, text: str, *, only: bool = False) -> KeyAdded:
    """Keep a client's public key, a JWK or PEM; with `only` its secret is good no more. Raises `ClientError`."""
    key = read_key(text, clock.now())
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = named(connection, name)
        client_key_tables.add_key(connection, client.id, key)
        if only:
            client_tables.set_client_secret(connection, client.id, _NOBODYS)
        write_down(connection, clock, "client-key-added", client)
    return KeyAdded(client, key)


def remove_key(store: Store, clock: Clock, name: str, key_id: str) -> Client:
    """Forget a client's key: nothing that it signed is believed any more. Raises `ClientError`."""
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = named(connection, name)
        if not client_key_tables.remove_key(connection, client.id, key_id):
            raise ClientError(f'Client "{client.name}" has no key "{key_id}"; rerail client list names them.')
        write_down(connection, clock, "client-key-removed", client)
    return client


def keys(store: Store, client: Client) -> tuple[ClientKey, ...]:
    """A client's keys, oldest first."""
    with store.read() as connection:
        return client_key_tables.keys_of(connection, client.id)
