"""Keys are made, published and retired; what they signed stays good; their private half stays where it is."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import msgspec
import pytest
from example_tickets import anna

from rerail.cli.keys import run_list, run_new, run_retire
from rerail.clock import FixedClock
from rerail.store.engine import Store
from rerail.ticket import tables
from rerail.ticket.barcode import barcode
from rerail.ticket.keys import by_number, keys_from_json
from rerail.ticket.problem import NoKey, TicketError
from rerail.ticket.verify import verify

NOON = datetime(2026, 11, 23, 12, 0, 41, tzinfo=UTC)


def test_the_newest_key_signs_and_all_are_published(store: Store) -> None:
    with store.write() as connection:
        tables.new_key(connection, "rzd", NOON)
        tables.new_key(connection, "rzd", NOON)
        tables.new_key(connection, "ksr", NOON)
    with store.read() as connection:
        assert tables.current(connection, "rzd", NOON).key_id == 2
        assert tables.current(connection, "ksr", NOON).key_id == 1
        assert [(key.issuer, key.key_id) for key in tables.published(connection)] == [
            ("ksr", 1),
            ("rzd", 1),
            ("rzd", 2),
        ]


def test_a_ticket_of_the_very_minute_the_key_was_made_is_good(store: Store) -> None:
    with store.write() as connection:
        tables.new_key(connection, "rzd", NOON)
    with store.read() as connection:
        key, keys = tables.current(connection, "rzd", NOON), by_number(tables.published(connection))
    assert verify(barcode(anna(issued=NOON.replace(second=0)), key), keys).word == "valid"


def test_a_retired_key_signs_no_more_and_what_it_signed_stays_good(store: Store) -> None:
    with store.write() as connection:
        tables.new_key(connection, "rzd", NOON - timedelta(days=30))
        old = tables.current(connection, "rzd", NOON)
        tables.new_key(connection, "rzd", NOON)
        tables.retire(connection, "rzd", 1, NOON)
        tables.retire(connection, "rzd", 1, NOON + timedelta(days=3))  # the second time says nothing new
    with store.read() as connection:
        assert tables.current(connection, "rzd", NOON).key_id == 2
        keys = by_number(tables.published(connection))
    assert keys["rzd", 1].until == NOON
    before, after = (barcode(anna(issued=NOON + timedelta(minutes=shift)), old) for shift in (-10, 10))
    assert verify(before, keys).word == "valid"
    assert verify(after, keys).word == "forged"


def test_without_a_key_the_sentence_says_how_to_make_one(store: Store) -> None:
    with store.write() as connection:
        with pytest.raises(NoKey, match="rerail keys new rzd"):
            tables.current(connection, "rzd", NOON)
        with pytest.raises(NoKey, match="no key 7 of rzd"):
            tables.retire(connection, "rzd", 7, NOON)
        tables.new_key(connection, "rzd", NOON, timedelta(days=10))
        with pytest.raises(NoKey):
            tables.current(connection, "rzd", NOON + timedelta(days=10))
        with pytest.raises(NoKey):
            tables.current(connection, "rzd", NOON - timedelta(days=1))


def test_two_who_make_keys_at_once_get_two_numbers(store: Store) -> None:
    made: list[int] = []

    def make() -> None:
        with store.write() as connection:
            made.append(tables.new_key(connection, "rzd", NOON).key_id)

    makers = [threading.Thread(target=make) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sorted(made) == [1, 2, 3, 4, 5, 6]


def test_the_commands(sqlite_store: Store) -> None:
    clock, out = FixedClock(NOON), StringIO()
    assert run_list(sqlite_store, clock, False, out) == 0
    assert "no key yet" in out.getvalue()
    assert run_new(sqlite_store, clock, "rzd", 30, out) == 0
    assert run_new(sqlite_store, clock, "rzd", 30, out) == 0
    assert run_retire(sqlite_store, clock, "rzd", 1, out) == 0
    out = StringIO()
    assert run_list(sqlite_store, clock, False, out) == 0
    assert out.getvalue().splitlines() == [
        "rzd 1  2026-11-23 12:00 – 2026-11-23 12:00 UTC  retired 2026-11-23 12:00",
        "rzd 2  2026-11-23 12:00 – 2026-12-23 12:00 UTC  signs",
    ]
    out = StringIO()
    assert run_list(sqlite_store, clock, True, out) == 0
    listed = msgspec.json.decode(out.getvalue())
    assert [sorted(key) for key in listed] == [
        ["algorithm_oid", "from", "issuer", "key_id", "spki_der_base64", "until"]
    ] * 2
    assert listed[1]["from"] == "2026-11-23T12:00:00Z"
    assert listed[1]["algorithm_oid"] == "1.2.840.10045.4.3.2"
    assert keys_from_json(out.getvalue().encode())["rzd", 2].key_id == 2


def test_nothing_that_is_published_or_shown_holds_the_private_half(store: Store) -> None:
    with store.write() as connection:
        tables.new_key(connection, "rzd", NOON)
        (secret,) = connection.scalars(tables.key_table.select().with_only_columns(tables.key_table.c.private_pkcs8))
        shown = msgspec.json.encode(tables.all_keys(connection)) + repr(tables.all_keys(connection)).encode()
        key = tables.current(connection, "rzd", NOON)
    for written in (base64.b64encode(secret)[40:80], secret.hex().encode()[80:160], repr(secret)[60:100].encode()):
        assert written not in shown + repr(key).encode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{}", "not what a site serves at /keys"),
        (b"\xff", "not what a site serves at /keys"),
        (
            b'[{"issuer":"rzd","key_id":1,"algorithm_oid":"1.2.840.10045.4.3.2","spki_der_base64":"AAAA",'
            b'"from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z"}]',
            "key 1 of rzd is no P-256 key",
        ),
    ],
)
def test_a_damaged_file_of_keys(text: bytes, sentence: str) -> None:
    with pytest.raises(TicketError, match=sentence):
        keys_from_json(text)
