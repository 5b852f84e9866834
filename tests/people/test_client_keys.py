"""A client's own keys, on both databases: kept, used, and no assertion twice, however many come at once."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from rerail.clock import FixedClock
from rerail.desk.client_keys import add_key, keys, remove_key
from rerail.desk.clients import Gate, add_client
from rerail.people import client_key_tables
from rerail.people.client_keys import Assertion, AssertionRefused
from rerail.people.clients import Client, ClientError
from rerail.store.engine import Store

TOKEN = "https://trains.example/osdm/oauth/token"
OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid}, private=True) for kid in ("2025", "2026"))


def public(key: ECKey) -> str:
    return json.dumps(key.as_dict(private=False))


def assertion(client: Client, clock: FixedClock, key: ECKey = NEW, kid: str | None = None, jti: str = "one") -> str:
    now = int(clock.now().timestamp())
    said = {"iss": client.id, "sub": client.id, "aud": TOKEN, "exp": now + 60, "jti": jti}
    head: dict[str, Any] = {"alg": "ES256"} | ({"kid": kid} if kid is not None else {})
    return jwt.encode(head, said, key)


@pytest.fixture
def client(store: Store, clock: FixedClock) -> Client:
    made = add_client(store, clock, "Shop").client
    for key in (OLD, NEW):
        add_key(store, clock, "Shop", public(key))
    return made


def test_keys_come_back_as_they_were_given_and_one_is_put_in_the_place_of_its_name(
    store: Store, clock: FixedClock, client: Client
) -> None:
    assert [(one.id, one.algorithm) for one in keys(store, client)] == [("2025", "ES256"), ("2026", "ES256")]
    again = ECKey.generate_key("P-256", {"kid": "2026"}, private=True)
    add_key(store, clock, "Shop", public(again))
    assert len(keys(store, client)) == 2
    gate = Gate(store, clock)
    with pytest.raises(AssertionRefused):
        gate.granted_by(assertion(client, clock, NEW), TOKEN, None)
    assert gate.granted_by(assertion(client, clock, again), TOKEN, None).scopes
    assert remove_key(store, clock, "Shop", "2026").id == client.id
    assert [one.id for one in keys(store, client)] == ["2025"]
    with pytest.raises(ClientError, match="There is no client"):
        add_key(store, clock, "Nobody", public(NEW))


@pytest.mark.parametrize("kid", [None, "2026", "a name of the client's own"])
def test_the_key_is_found_by_the_name_the_assertion_gives_or_without(
    store: Store, clock: FixedClock, client: Client, kid: str | None
) -> None:
    granted = Gate(store, clock).granted_by(assertion(client, clock, NEW, kid), TOKEN, ["sale"])
    assert Gate(store, clock).shown(granted.token).client == client.id


def test_a_name_that_is_another_key_s_does_not_do(store: Store, clock: FixedClock, client: Client) -> None:
    with pytest.raises(AssertionRefused, match="not signed with a key of this client"):
        Gate(store, clock).granted_by(assertion(client, clock, NEW, "2025"), TOKEN, None)


def test_of_many_at_once_one_gets_the_token(store: Store, clock: FixedClock, client: Client) -> None:
    gate, proof = Gate(store, clock), assertion(client, clock)
    gate.granted_by(assertion(client, clock, jti="before"), TOKEN, None)
    together, got, refused = threading.Barrier(6), [], []

    def ask() -> None:
        together.wait()
        try:
            got.append(gate.granted_by(proof, TOKEN, None))
        except AssertionRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 5)
    assert all("has been used" in one for one in refused)


def test_two_clients_may_give_their_assertions_one_name(store: Store, clock: FixedClock, client: Client) -> None:
    other = add_client(store, clock, "Other").client
    with store.write() as connection:
        for one in (client, other):
            used = Assertion(client=one.id, id="one", until=clock.now())
            assert client_key_tables.use(connection, used, clock.now())
            assert not client_key_tables.use(connection, used, clock.now())
