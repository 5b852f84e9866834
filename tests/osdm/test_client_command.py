"""`rerail client`: a retailer's machine is made, named once, and shut out."""

from __future__ import annotations

import io
import json

import pytest

from rerail.cli.retailers import run_add, run_disable, run_list
from rerail.clock import FixedClock
from rerail.desk.clients import ClientRefused, Gate
from rerail.people.clients import ClientError
from rerail.store.engine import Store


def test_the_secret_printed_gives_a_token_and_the_database_does_not_have_it(store: Store, clock: FixedClock) -> None:
    out = io.StringIO()
    assert run_add(store, clock, "Shop", out, as_json=True) == 0
    printed = json.loads(out.getvalue())
    gate = Gate(store, clock)
    granted = gate.granted(printed["client_id"], printed["client_secret"], None)
    assert gate.shown(granted.token).client == printed["client_id"]
    assert granted.scopes == ("timetable", "sale", "after-sale")
    with pytest.raises(ClientRefused):
        gate.granted(printed["client_id"], printed["client_secret"][:-1], None)
    run_disable(store, clock, "Shop", out)
    with pytest.raises(ClientRefused):
        gate.granted(printed["client_id"], printed["client_secret"], None)
    listed = io.StringIO()
    run_list(store, listed)
    assert "disabled" in listed.getvalue()
    assert printed["client_secret"] not in listed.getvalue()


def test_what_cannot_be_a_client_is_said_in_a_sentence(sqlite_store: Store, clock: FixedClock) -> None:
    out = io.StringIO()
    run_add(sqlite_store, clock, "Shop", out, scopes=["sale", "timetable"], per_minute=60)
    with pytest.raises(ClientError, match='There is a client "Shop" already'):
        run_add(sqlite_store, clock, "Shop", out)
    with pytest.raises(ClientError, match='"everything" is no scope'):
        run_add(sqlite_store, clock, "Other", out, scopes=["everything"])
    with pytest.raises(ClientError, match="at least one request in a minute"):
        run_add(sqlite_store, clock, "Other", out, per_minute=0)
    with pytest.raises(ClientError, match="1 to 64 letters"):
        run_add(sqlite_store, clock, "\n", out)
    with pytest.raises(ClientError, match="holds no line yet"):
        run_add(sqlite_store, clock, "Other", out, tour_operator="example-tours")
    with pytest.raises(ClientError, match='no client "Nobody"'):
        run_disable(sqlite_store, clock, "Nobody", out)
