"""What is done with clients: added, disabled, and given a token for their secret or for an assertion of theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.clock import Clock
from rerail.desk.current import read_snapshot
from rerail.people import client_key_tables, client_keys, client_tables, tables
from rerail.people.audit import COMMAND_LINE, Act, Event
from rerail.people.clients import (
    TOKEN_LIVES,
    Client,
    ClientError,
    Pass,
    checked_scopes,
    new_client,
    new_secret,
    secret_digest,
    secret_fits,
    shown,
    signed,
)
from rerail.store.engine import Store, StoreError
from rerail.tell import subscriptions

_SEAL: Final = "pass"
_SHOWN_KEPT: Final = 4096
"""Good tokens that need not be verified at each request."""


class ClientRefused(ClientError):
    """No such client, another secret, or disabled: never said which."""


class ScopeRefused(ClientError):
    """The client may not have a scope it asks for."""


class Added(Struct, frozen=True):
    """A new client, with its secret: shown this once."""

    client: Client
    secret: str


class Granted(Struct, frozen=True):
    """An access token."""

    token: str
    lives: timedelta
    scopes: tuple[str, ...]


def add_client(
    store: Store,
    clock: Clock,
    name: str,
    *,
    tour_operator: str | None = None,
    scopes: Iterable[str] | None = None,
    per_minute: int | None = None,
) -> Added:
    """A new client and its secret. Raises `ClientError`, `StoreError`."""
    secret = new_secret()
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = new_client(
            name,
            scopes=scopes,
            tour_operator=tour_operator,
            operators=_operators(connection) if tour_operator is not None else (),
            per_minute=per_minute,
            now=clock.now(),
        )
        if client_tables.client_by_name(connection, client.name) is not None:
            raise ClientError(f'There is a client "{client.name}" already; choose another name.')
        client_tables.add_client(connection, client, secret_digest(secret))
        write_down(connection, clock, "client-added", client)
    return Added(client, secret)


def disable_client(store: Store, clock: Clock, name: str) -> Client:
    """Give a client no more tokens, and tell it nothing more; tokens it has are good for an hour at most.

    Raises `ClientError`.
    """
    with store.write() as connection:
        client_tables.lock_clients(connection)
        client = named(connection, name)
        if client.disabled is not None:
            return client
        client_tables.set_client_disabled(connection, client.id, clock.now())
        subscriptions.unsubscribe(connection, client.id)
        write_down(connection, clock, "client-disabled", client)
    return replace(client, disabled=clock.now())


def named(connection: Connection, name: str) -> Client:
    """The client with this name. Raises `ClientError`."""
    client = client_tables.client_by_name(connection, name)
    if client is None:
        raise ClientError(f'There is no client "{name}"; rerail client list names them.')
    return client


def clients(store: Store) -> tuple[Client, ...]:
    """Every client, by name."""
    with store.read() as connection:
        return client_tables.read_clients(connection)


class Gate:
    """Gives tokens for secrets, and says what a token is good for. One per process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store: Final = store
        self._clock: Final = clock
        self._secret: bytes | None = None
        self._shown: Final[dict[str, Pass]] = {}

    def granted(self, client_id: str, secret: str, scopes: Iterable[str] | None) -> Granted:
        """A token for the client, of all its scopes or those it asks for. Raises `ClientRefused`, `ScopeRefused`."""
        with self._store.read() as connection:
            found = client_tables.client_by_id(connection, client_id)
        client, digest = found if found is not None else (None, None)
        if not secret_fits(digest, secret) or client is None or client.disabled is not None:
            raise ClientRefused("The client is unknown or disabled, or its secret or key is not right.")
        return self._granted(client, scopes)

    def granted_by(self, assertion: str, audience: str, scopes: Iterable[str] | None) -> Granted:
        """The same for an assertion that the client signed (RFC 7523), once. `audience` is the token endpoint.

        Raises `ClientRefused`, `AssertionRefused`, `ScopeRefused`.
        """
        claimed = client_keys.claimed_by(assertion)
        with self._store.read() as connection:
            found = client_tables.client_by_id(connection, claimed) if claimed is not None else None
            keys = client_key_tables.keys_of(connection, found[0].id) if found is not None else ()
        client = found[0] if found is not None else None
        if client is None or client.disabled is not None or not keys:
            raise ClientRefused("The client is unknown or disabled, or its secret or key is not right.")
        now = self._clock.now()
        proof = client_keys.checked(assertion, keys, client.id, audience, now)
        with self._store.write() as connection:
            if not client_key_tables.use(connection, proof, now - client_keys.SKEW):
                raise client_keys.AssertionRefused("The assertion has been used; make another, with a jti of its own.")
        return self._granted(client, scopes)

    def _granted(self, client: Client, scopes: Iterable[str] | None) -> Granted:
        try:
            asked = checked_scopes(scopes) if scopes is not None else client.scopes
        except ClientError as error:
            raise ScopeRefused(str(error)) from None
        if beyond := [one for one in asked if one not in client.scopes]:
            raise ScopeRefused(f'This client has no scope "{beyond[0]}".')
        one = Pass(
            client=client.id,
            scopes=asked,
            tour_operator=client.tour_operator,
            per_minute=client.per_minute,
            until=self._clock.now() + TOKEN_LIVES,
        )
        return Granted(signed(one, self._seal()), TOKEN_LIVES, asked)

    def shown(self, token: str) -> Pass:
        """What a token says. Raises `PassRefused`."""
        known, now = self._shown.get(token), self._clock.now()
        if known is not None and now < known.until:
            return known
        found = shown(token, self._seal(), now)
        if len(self._shown) >= _SHOWN_KEPT:
            self._shown.clear()
        self._shown[token] = found
        return found

    def _seal(self) -> bytes:
        if self._secret is None:
            with self._store.write() as connection:
                self._secret = tables.secret(connection, _SEAL)
        return self._secret


def _operators(connection: Connection) -> Collection[str]:
    try:
        tariff = read_snapshot(connection).line.tariff
    except StoreError:
        raise ClientError(
            "The database holds no line yet, so it knows no tour operator; start it once with rerail serve FOLDER."
        ) from None
    return tuple(tariff.operators) if tariff is not None else ()


def write_down(connection: Connection, clock: Clock, act: Act, client: Client) -> None:
    """Note in the audit trail what was done with a client, on the command line."""
    details = {"client": client.id} | ({"tour_operator": client.tour_operator} if client.tour_operator else {})
    event = Event(at=clock.now(), act=act, who=COMMAND_LINE, whom=client.name, details=details)
    tables.append_event(connection, event)
